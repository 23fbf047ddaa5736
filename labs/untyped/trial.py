"""What the trial of task 7 (frozen/trial.c) asked of the allocator, and what the kernel saw.

Invariants: the course of the trial follows from what the kernel said at its questions, and nobody
knows it before. What counts is the kernel's account of objects, so whoever answers the questions in
the trial's place has still to do all that the trial would have asked for.
"""

from grader.exam import Dice, answers

from .objects import ENDPOINT, FRAME, NOTIFICATION, POOL_BITS, TCB, UNTYPED, physical

ALLOCATIONS, LIVE_OBJECTS, STRETCHES = 10000, 16, 80
STRETCH = ALLOCATIONS // STRETCHES
TASK = 7
KINDS = (TCB, ENDPOINT, NOTIFICATION, FRAME)
SEEN, GONE = 14, 15  # what the kernel's account says of an object in place of its type
POOL_SLOT = (1 << 13) - 256 - 1  # main.c: info->empty.end - POOL_SLOTS - 1


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
    """What the trial asks for, in order: the stretch, the place that is vacated, the new type."""
    for stretch, (_task, state, _zero) in enumerate(questions(const)):
        numbers = Numbers(state)
        for _ in range(STRETCH):
            place, any_kind = numbers.roll(LIVE_OBJECTS), numbers.roll(len(KINDS))
            yield stretch, place, KINDS[stretch // 2 % len(KINDS) if stretch % 2 else any_kind]


class Account:
    """The kernel's account of objects, read from one look to the next.

    types: what was last made at each physical address.   gone: the objects that went of late.
    """

    def __init__(self, run):
        self.types, self.gone = {}, set()
        self._words = self._read(run.trace.events(("lives", "exam")))

    @staticmethod
    def _read(events):
        stretch = -1
        for event in events:
            stretch += event.ev == "exam"
            yield from ((stretch, word - word % 16, word % 16) for word in event.words or [])

    def look(self):
        """Read on to the next look: the stretch, and the address that was found there."""
        for stretch, address, fate in self._words:
            if fate == SEEN:
                return stretch, address
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
    account, held = Account(run), {}
    made = pool_made(run)
    pool = physical(made.objs[0]) if made else None
    for stretch, place, kind in course(run.const):
        if account.look() != (stretch, held.get(place, 0)):
            return "other"
        freed = held.pop(place, None)
        _stretch, taken = account.look()
        if account.gone.intersection(held.values()):
            return "lost"
        if freed and freed not in account.gone or taken in held.values():
            return "kept"
        if not taken or account.types.get(taken) != kind:
            return "other"
        pool = taken if pool is None else pool
        if taken >> POOL_BITS != pool >> POOL_BITS:
            return "outside"
        held[place] = taken
        account.gone.clear()
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
    """What shows that there was more of objects than the kernel's account has room for, or None."""
    return run.trace.first("truncated", kind="lives")


def before_first_free(run):
    """How many objects the trial makes before it frees one: until it comes to a place again."""
    places = []
    for _stretch, place, _kind in course(run.const):
        if place in places:
            break
        places.append(place)
    return len(places)


def freed(run):
    """True if something was deleted after the trial had made its first object."""
    made = made_in_trial(run)
    return made and run.trace.first(("delete", "revoke"), after=made[0])


def made_in_trial(run):
    """The retypes after the pool was made, but for untypeds."""
    pool = pool_made(run)
    return run.trace.events("retype", after=pool, type=lambda kind: 0 < kind <= FRAME) if pool \
        else []
