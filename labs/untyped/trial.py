"""What the trial of task 7 (frozen/trial.c) asks an allocator for, and what the kernel saw made.

Invariants: the random numbers of each stretch begin with a word that the kernel says when the
stretch begins, so no program knows beforehand what will be asked for. Of two chapters of the
trace every object is known: of the first one, and of one that begins with a drawn stretch.
"""

from grader.exam import Dice, answers

from .objects import ENDPOINT, FRAME, NOTIFICATION, TCB, UNTYPED, inside, overlap

POOL_BITS, LIVE_OBJECTS, ALLOCATIONS = 16, 16, 10000
STRETCHES = 80
STRETCH = ALLOCATIONS // STRETCHES
TYPES = (TCB, ENDPOINT, NOTIFICATION, FRAME)
TASK = 7
RECORDED = 1000  # of any kind, by the kernel, in a chapter of its trace
COMPARED = 300  # of the allocations in a chapter
LEAST = 100  # are compared where fewer are recorded


def questions(const):
    """What the kernel says before each stretch: the numbers' beginning, and 1 for a new chapter.

    Where that is nobody knows before: the chapter is over before the trial is.
    """
    dice = Dice(const.TRIAL)
    states = [dice.word(32) for _ in range(STRETCHES)]
    looked_at = 8 + dice.word() % 64
    return [(TASK, state, int(stretch == looked_at)) for stretch, state in enumerate(states)]


def all_answered(run):
    """True if the trial told the kernel at each stretch, and at its end, that all went well."""
    boot = run.trace.first("boot")
    came = answers(run.trace, boot and boot.tcb, TASK)
    return [answer.value for answer in came] == [
        STRETCH * stretch for stretch in range(1, STRETCHES + 1)]


def pool_made(run):
    """The retype that made the allocator's pool, or None."""
    made = run.trace.events("retype", type=UNTYPED, bits=POOL_BITS, count=1, dev=0)
    return made[-1] if made else None


def chapters(run):
    """The two chapters, each as the stretch that it begins with and the retypes in the pool.

    Not more than the kernel records in one chapter: whoever names threads gets more.
    """
    drawn = [look for _task, _state, look in questions(run.const)].index(1)
    pool = pool_made(run)
    asked = run.trace.events("exam", after=pool)[drawn:drawn + 1] if pool else []
    named = run.trace.first("name", after=asked[0]) if asked else None
    made = [event for event in run.trace.events("retype", after=pool, type=TYPES)
            if inside(event.objs[0], pool.objs[0], POOL_BITS)] if pool else []
    return ((0, [event for event in made if not named or event.n < named.n][:RECORDED]),
            (drawn, [event for event in made if named and event.n > named.n][:RECORDED]))


def asked_for(run, stretch, count):
    """The place and the type of so many objects that the trial asks for from this stretch on."""
    said = questions(run.const)
    state = 0
    for number in range(count):
        if number % STRETCH == 0:
            state = said[stretch + number // STRETCH][1]
        state = (state * 1664525 + 1013904223) % 2 ** 32
        place = (state >> 16) % LIVE_OBJECTS
        state = (state * 1664525 + 1013904223) % 2 ** 32
        yield place, TYPES[(state >> 16) % len(TYPES)]


def stays(asked):
    """The type of each of these objects, and how many are made after it before it is freed."""
    places = [place for place, _ in asked]
    for number, (place, kind) in enumerate(asked, 1):
        later = places[number:]
        yield kind, later.index(place) if place in later else len(later)


def _later(made, at, kinds):
    """Where the last of these kinds is made, each as early as can be after the one before."""
    for kind in kinds:
        at = next((index for index in range(at + 1, len(made)) if made[index].type == kind),
                  len(made) - 1)
    return at


def in_order(wanted, made):
    """True if all wanted objects come in this order, each untouched by as many of the next ones as
    it wants.

    wanted: pairs of a type and a number.   An allocator may make others in between.
    """
    kinds = [kind for kind, _ in wanted]

    def untouched(at, following):
        return not any(overlap(made[at], other)
                       for other in made[at + 1:_later(made, at, following) + 1])
    rest = iter(range(len(made)))
    return all(any(made[at].type == kind and untouched(at, kinds[number:number + count])
                   for at in rest) for number, (kind, count) in enumerate(wanted, 1))


def asked_in(run, chapter):
    """The objects asked for in this chapter that are compared: half of what is recorded, where that
    is less than usual.

    An allocator that makes untypeds in between, too, fills the records sooner.
    """
    stretch, made = chapter
    return list(asked_for(run, stretch, min(COMPARED, max(LEAST, len(made) // 2))))


def all_made(run, chapter):
    """True if the objects of this chapter were made in the pool, in the order of the trial."""
    return in_order([(kind, 0) for _place, kind in asked_in(run, chapter)], chapter[1])


def all_kept(run, chapter):
    """True if each of them had memory of its own, too, until the trial freed it."""
    return in_order(list(stays(asked_in(run, chapter))), chapter[1])
