"""What the trial of task 7 (frozen/trial.c) asked of the allocator, and what the kernel saw.

Invariants: the course of the trial follows from what the kernel said at its questions, and nobody
knows it before. What counts is the kernel's account of objects, so whoever answers the questions in
the trial's place has still to do all that the trial would have asked for.
"""

from grader.exam import Dice, answers
from grader.lives import GONE, SEEN, account

from .objects import ENDPOINT, FRAME, NOTIFICATION, POOL_BITS, TCB, UNTYPED

# As in frozen/trial.h and trial.c.
ALLOCATIONS, LIVE_OBJECTS, POOL_SLOTS, STRETCHES = 10000, 16, 256, 80
STRETCH = ALLOCATIONS // STRETCHES
KINDS = (TCB, ENDPOINT, NOTIFICATION, FRAME)
ROOT_SLOTS = 1 << 13  # of the root CNode
POOL_SLOT = ROOT_SLOTS - POOL_SLOTS - 1  # as main.c counts it from the end
TASK = 7


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
    """What the trial asks for, in order: the stretch, the place that is vacated, the new type.

    Before every other stretch, and at the end, it vacates all places, for no new type.
    """
    for stretch, (_task, state, _zero) in enumerate(questions(const)):
        numbers = Numbers(state)
        if stretch % 2:
            yield from vacated(stretch)
        for _ in range(STRETCH):
            place = numbers.roll(LIVE_OBJECTS)
            kind = stretch // 2 % len(KINDS) if stretch % 2 else numbers.roll(len(KINDS))
            yield stretch, place, KINDS[kind]
    yield from vacated(STRETCHES - 1)


def vacated(stretch):
    """The part of the course that frees all objects."""
    return ((stretch, place, None) for place in range(LIVE_OBJECTS))


class Looks:
    """The kernel's account, read from one look to the next.

    types: what was last made at each physical address.   gone: what went since it was cleared.
    """

    def __init__(self, trace):
        self.types, self.gone = {}, set()
        self._account = account(trace)

    def next(self):
        """The stretch of the next look, and the address found, 0 for none; at the end None, None."""
        for asked, address, fate in self._account:
            if fate == SEEN:
                return asked - 1, address
            if fate == GONE:
                self.gone.add(address)
            else:
                self.types[address] = fate
        return None, None


def flaw(run):
    """How the account differs from what the trial asked for; None if it does not.

    "lost": an object in use went.   "kept": a freed one did not go, or one serves twice.
    "outside": one is not in the pool.   "other": there is none, or of another type.
    """
    looks, held = Looks(run.trace), {}
    _stretch, pool = looks.next()
    for stretch, place, kind in course(run.const):
        if looks.next() != (stretch, held.get(place, 0)):
            return "other"
        old = held.pop(place, None)
        _stretch, taken = looks.next()
        if looks.gone.intersection(held.values()):
            return "lost"
        if old and old not in looks.gone or taken in held.values():
            return "kept"
        looks.gone.clear()
        if (taken and looks.types.get(taken)) != (kind or 0):
            return "other"
        if taken and taken >> POOL_BITS != pool >> POOL_BITS:
            return "outside"
        if taken:
            held[place] = taken
    return None


def survived(run):
    """True if the trial told the kernel, at the end of each stretch, that all was well."""
    told = [answer.value for answer in answers(run.trace, "try_allocator", TASK)]
    return told == [STRETCH * stretch for stretch in range(1, STRETCHES + 1)]


def pool_made(run):
    """The retype that made the allocator's pool, or None.

    Task 6 may make so many pages before it that the kernel does not write it down any more.
    """
    return run.trace.first("retype", type=UNTYPED, bits=POOL_BITS, slot=POOL_SLOT)


def too_many(run):
    """What shows that more happened to objects than the kernel's account has room for, or None."""
    return run.trace.first("truncated", kind="lives")


def freed(run):
    """True if something was deleted after the trial had made its first object."""
    made = made_in_trial(run)
    return made and run.trace.first(("delete", "revoke"), after=made[0])


def hidden(run):
    """What shows that a capability was copied, or moved to another slot, in the trial, or None."""
    return run.trace.first(("copy", "mint", "move", "mutate", "rotate"), after=pool_made(run))


def made_in_trial(run):
    """The retypes after the pool was made, but for untypeds."""
    pool = pool_made(run)
    return run.trace.events("retype", after=pool, type=lambda kind: 0 < kind <= FRAME) if pool \
        else []
