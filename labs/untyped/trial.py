"""What the trial of task 7 (frozen/trial.c) asked of the allocator, and what the kernel saw.

Invariants: the course of the trial follows from what the kernel said at its questions, and nobody
knows it before. What counts is the kernel's account of objects between these questions, so whoever
answers them in the trial's place has still to do all that the trial would have asked for.
"""

from collections import Counter

from grader.exam import Dice, answers

from .objects import ENDPOINT, FRAME, NOTIFICATION, POOL_BITS, TCB, UNTYPED, inside, physical

ALLOCATIONS, LIVE_OBJECTS, STRETCHES = 10000, 16, 80
STRETCH = ALLOCATIONS // STRETCHES
TASK = 7
KINDS = (TCB, ENDPOINT, NOTIFICATION, FRAME)
GONE = 15  # what the kernel's account says of an object at its end, in place of its type


def questions(const):
    """What the kernel says before each stretch: a new beginning for the trial's random numbers."""
    dice = Dice(const.TRIAL)
    return [(TASK, dice.word(32), 0) for _ in range(STRETCHES)]


class Numbers:
    """The trial's random numbers, from this state on."""

    def __init__(self, state):
        self._state = state

    def roll(self, sides):
        """The next one, below `sides`."""
        self._state = (self._state * 1664525 + 1013904223) % 2 ** 32
        return (self._state >> 16) % sides


def course(const):
    """The frees that the trial asks for, in order.

    Each is the type of the object, the stretches in which it is made and freed, and how many of
    each type are alive before: a counter that goes on changing.
    """
    places, alive = {}, Counter()
    for stretch, (_task, state, _zero) in enumerate(questions(const)):
        numbers = Numbers(state)
        for _ in range(STRETCH):
            place = numbers.roll(LIVE_OBJECTS)
            if place in places:
                yield *places[place], stretch, alive
                alive[places[place][0]] -= 1
            places[place] = KINDS[numbers.roll(len(KINDS))], stretch
            alive[places[place][0]] += 1
    for kind, made in (places[place] for place in sorted(places)):
        yield kind, made, STRETCHES - 1, alive
        alive[kind] -= 1


def account(run):
    """What the kernel wrote down of each object: the stretch, the physical address, its fate."""
    stretch = -1
    for event in run.trace.events(("lives", "exam")):
        stretch += event.ev == "exam"
        yield from ((stretch, word - word % 16, word % 16) for word in event.words or [])


def ends(run):
    """The ends of objects in the pool, in order, told as `course` tells frees."""
    told, objects, alive = list(account(run)), {}, Counter()
    begun = pool_made(run)
    # Where the pool's retype is not written: the trial frees all, so its last object was there.
    pool = physical(begun.objs[0]) if begun else told[-1][1] if told else 0
    for stretch, address, fate in told:
        if fate != GONE and address >> POOL_BITS == pool >> POOL_BITS:
            objects[address] = fate, stretch
            alive[fate] += 1
        elif address in objects:
            kind, made = objects.pop(address)
            yield kind, made, stretch, alive
            alive[kind] -= 1


def followed(run):
    """True if the kernel saw, in this order, an end for each free: that of an object of this type,
    there since its allocation, at a time when there were all objects that were alive then."""
    seen = ends(run)
    return all(any(kind == wanted and made <= since and stretch == now and needed <= alive
                   for kind, made, stretch, alive in seen)
               for wanted, since, now, needed in course(run.const))


def survived(run):
    """True if the trial told the kernel, at the end of each stretch, that all was well."""
    told = [answer.value for answer in answers(run.trace, "try_allocator", TASK)]
    return told == [STRETCH * stretch for stretch in range(1, STRETCHES + 1)]


def pool_made(run):
    """The retype that made the allocator's pool, or None.

    Task 6 may make so many pages before it that the kernel does not write it down any more.
    """
    begun = run.trace.first("exam")
    if run.trace.first("truncated", kind="retype", before=begun):
        return None
    return run.trace.last("retype", type=UNTYPED, bits=POOL_BITS, count=1, dev=0, before=begun)


def before_first_free(run):
    """How many objects the trial makes before it frees one."""
    *_first, alive = next(course(run.const))
    return alive.total()


def freed(run):
    """True if something was deleted after the trial had made its first object."""
    made = made_in_trial(run)
    return made and run.trace.first(("delete", "revoke"), after=made[0])


def outside_pool(run):
    """The retypes of objects that are not in the pool, after it was made."""
    pool = pool_made(run)
    return [made for made in made_in_trial(run)
            if not inside(made.objs[0], pool.objs[0], POOL_BITS)]


def kept(run):
    """What shows that capabilities were moved or copied after the pool was made, or None."""
    pool = pool_made(run)
    return pool and run.trace.first(("copy", "mint", "move", "mutate", "rotate"), after=pool)


def too_many(run):
    """What shows that there were more objects than the kernel's account has room for, or None."""
    return run.trace.first("truncated", kind="lives")


def made_in_trial(run):
    """The retypes after the pool was made, but for untypeds."""
    pool = pool_made(run)
    return run.trace.events("retype", after=pool, type=lambda kind: 0 < kind <= FRAME) if pool \
        else []
