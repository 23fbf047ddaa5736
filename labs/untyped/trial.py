"""What the trial of task 7 (frozen/trial.c) tells the kernel, and what the kernel saw of it.

Invariants: what counts was told by the trial's own instructions, which a submission cannot change.
The trial leaves no memory but the pool, so an allocator that comes to its end has used that again.
"""

from grader.exam import Dice, answers

from .objects import FRAME, POOL_BITS, UNTYPED, inside

ALLOCATIONS, LIVE_OBJECTS, STRETCHES = 10000, 16, 80
STRETCH = ALLOCATIONS // STRETCHES
TASK = 7
MOVES = ("copy", "mint", "move", "mutate", "rotate")


def questions(const):
    """What the kernel says before each stretch: a new beginning for the trial's random numbers."""
    dice = Dice(const.TRIAL)
    return [(TASK, dice.word(32), 0) for _ in range(STRETCHES)]


def survived(run):
    """How many allocations the trial told the kernel of, at the end of each stretch, as well."""
    told = [answer.value for answer in answers(run.trace, "try_allocator", TASK)]
    right = [STRETCH * stretch for stretch in range(1, STRETCHES + 1)]
    return told[-1] if told and told == right[:len(told)] else 0


def pool_made(run):
    """The retype that made the allocator's pool, or None."""
    made = run.trace.events("retype", type=UNTYPED, bits=POOL_BITS, count=1, dev=0)
    return made[-1] if made else None


def put_aside(run):
    """What shows that memory outside the pool was copied or moved before the trial, or None.

    In another slot the trial does not find it, which takes all other memory away. Where there were
    more of such calls than the kernel records, nobody can tell.
    """
    pool, begun = pool_made(run), run.trace.first("exam")
    return run.trace.first("truncated", before=begun, kind=MOVES) or next(
        (event for event in run.trace.events(MOVES, before=begun, cap="untyped")
         if not pool or not inside(event.obj, pool.objs[0], POOL_BITS)), None)


def before_first_free(run):
    """How many objects the trial makes before it frees one: until it comes to a place again."""
    state, places = questions(run.const)[0][1], []
    while len(places) == len(set(places)):
        state = (state * 1664525 + 1013904223) % 2 ** 32
        places.append((state >> 16) % LIVE_OBJECTS)
        state = (state * 1664525 + 1013904223) % 2 ** 32  # for the type
    return len(places) - 1


def freed(run):
    """True if something was deleted after the trial had made its first object."""
    made = made_in_trial(run)
    return made and run.trace.first(("delete", "revoke"), after=made[0])


def made_in_trial(run):
    """The retypes after the pool was made, but for untypeds."""
    pool = pool_made(run)
    return run.trace.events("retype", after=pool, type=lambda kind: 0 < kind <= FRAME) if pool \
        else []
