"""untyped, task 7: which accounts of objects agree with the course of the trial, and which do not.

An account is played here, object by object, by players that do as allocators do: right ones with
habits of their own, and such as get by with less than the trial asks for.
"""

import importlib.util
import sys
from types import SimpleNamespace

import pytest
from states_of import KIT

from grader.lives import GONE, SEEN
from grader.trace import Event, Trace

CONST = SimpleNamespace(TRIAL=11)
POOL, CELL = 0x1230000, 0x1000
ENDPOINT, NOTIFICATION, FRAME = 2, 3, 8


@pytest.fixture(name="trial", scope="module")
def _trial():
    """The lab's module, as its checks import it."""
    spec = importlib.util.spec_from_loader("untyped_lab", None, is_package=True)
    package = sys.modules["untyped_lab"] = importlib.util.module_from_spec(spec)
    package.__path__ = [str(KIT / "labs" / "untyped")]
    return importlib.import_module("untyped_lab.trial")


class Player:
    """A right allocator: each place of the trial has a cell of its own."""

    pool = POOL

    def __init__(self):
        self.records = []
        self.alive = {}
        self.step = 0
        self.write(self.pool + SEEN)

    def write(self, *words):
        self.records.append({"ev": "lives", "words": words})

    def ask(self):
        self.records.append({"ev": "exam"})

    def make(self, place, kind):
        self.alive[place] = POOL + place * CELL
        self.write(self.alive[place] + kind)

    def free(self, place):
        self.write(self.alive.pop(place) + GONE)

    def look(self, place):
        self.write(self.alive.get(place, 0) + SEEN)

    def play(self, trial):
        """All that the trial does, on this allocator."""
        asked = None
        for self.step, (stretch, place, kind) in enumerate(trial.course(CONST)):
            if stretch != asked:
                self.ask()
            asked = stretch
            self.look(place)
            if place in self.alive:
                self.free(place)
            if kind:
                self.make(place, kind)
            self.look(place)
        self.ask()

    def flaw(self, trial):
        self.play(trial)
        events = [Event({"n": n, **record}) for n, record in enumerate(self.records)]
        return trial.flaw(SimpleNamespace(const=CONST, trace=Trace(events)))


class Trying(Player):
    """Makes something else in each cell before the object."""

    def make(self, place, kind):
        self.write(POOL + place * CELL + ENDPOINT, POOL + place * CELL + GONE)
        super().make(place, kind)


class Spending(Player):
    """Fills each cell with more of the same, and empties it from below."""

    def make(self, place, kind):
        super().make(place, kind)
        self.write(*(self.alive[place] + i * 16 + kind for i in range(1, 4)))

    def free(self, place):
        self.write(*(self.alive[place] + i * 16 + GONE for i in range(1, 4)))
        super().free(place)


class Ready(Player):
    """Has objects before it is asked for them, and other memory in use."""

    def __init__(self):
        super().__init__()
        self.write(POOL - CELL + NOTIFICATION, POOL - CELL + GONE, POOL - CELL + FRAME)
        self.first = [(place, kind) for place in range(16) for kind in (1, 2, 3, 8)]
        for place, kind in self.first:
            self.write(POOL + place * CELL + kind * 16 + kind)

    def make(self, place, kind):
        if (place, kind) in self.first:
            self.first.remove((place, kind))
            self.alive[place] = POOL + place * CELL + kind * 16
        else:
            super().make(place, kind)


@pytest.mark.parametrize("player", [Player, Trying, Spending, Ready])
def test_right_allocators_agree(player, trial):
    assert player().flaw(trial) is None


class Forgetting(Player):
    """Does not free one object."""

    def free(self, place):
        super().free(place)
        if self.step == 4000:
            self.records.pop()


class Hoarding(Player):
    """Does not free the last object."""

    def play(self, trial):
        super().play(trial)
        del self.records[-3]  # a look and a question come after it


class Late(Player):
    """Frees each object after the next one was made."""

    waiting = None

    def free(self, place):
        self.waiting = self.alive.pop(place)

    def make(self, place, kind):
        self.alive[place] = POOL + self.step % 0x1000 * 16
        self.write(self.alive[place] + kind)

    def look(self, place):
        super().look(place)
        if self.waiting and place in self.alive:
            self.write(self.waiting + GONE)
            self.waiting = None


class Doubling(Player):
    """Gives an object out a second time."""

    def make(self, place, kind):
        if self.step == 600:
            self.alive[place] = next(iter(self.alive.values()))
        else:
            super().make(place, kind)


class Renewing(Player):
    """Takes back an object that is in use, and makes it again at once."""

    def make(self, place, kind):
        super().make(place, kind)
        if self.step == 600:
            other = self.alive[(place + 1) % 16]
            self.write(other + GONE, other + ENDPOINT)


class Straying(Player):
    """Has one object in memory outside the pool."""

    def make(self, place, kind):
        super().make(place, kind)
        if self.step == 9000:
            self.alive[place] += 16 * CELL
            self.write(self.alive[place] + kind)


class Moving(Player):
    """Does all in another block of memory than the pool."""

    pool = POOL + 16 * CELL


class Confusing(Player):
    """Makes one notification in place of an endpoint."""

    def make(self, place, kind):
        wrong = self.step > 4000 and kind == ENDPOINT
        super().make(place, NOTIFICATION if wrong else kind)


class Mixing(Player):
    """Has another object than the one that was given out when that is to be freed."""

    def look(self, place):
        first = place in self.alive and self.records[-1] == {"ev": "exam"}
        self.write(self.alive.get(place, 0) + (16 if first else 0) + SEEN)


class Refusing(Player):
    """Has nothing for one place."""

    def make(self, place, kind):
        if self.step < 4000:
            super().make(place, kind)


class Hasty(Player):
    """Does all its work before it asks, as if it knew what for."""

    def play(self, trial):
        super().play(trial)
        self.records.sort(key=lambda record: record["ev"] == "exam")


class Blind(Player):
    """Has the kernel look at nothing."""

    def look(self, place):
        pass


class Idle(Player):
    """Only asks."""

    def write(self, *words):
        pass


@pytest.mark.parametrize("player, flaw", [
    (Forgetting, "kept"), (Hoarding, "kept"), (Late, "kept"), (Doubling, "kept"),
    (Renewing, "lost"), (Straying, "outside"), (Moving, "outside"), (Confusing, "other"),
    (Mixing, "other"), (Refusing, "other"), (Hasty, "other"), (Blind, "other"), (Idle, "other")])
def test_those_that_do_less_do_not(player, flaw, trial):
    assert player().flaw(trial) == flaw
