"""untyped, task 7: which accounts of objects agree with the course of the trial, and which do not.

An account is played here, object by object, by players that do as allocators do: right ones with
habits of their own, and such as get by with less than the trial asks for.
"""

import importlib.util
import sys
from types import SimpleNamespace

import pytest
from states_of import KIT

from grader.trace import Event, Trace

CONST = SimpleNamespace(TRIAL=11)
POOL, CELL = 0x1230000, 0x1000
ENDPOINT, NOTIFICATION, GONE = 2, 3, 15


@pytest.fixture(name="trial", scope="module")
def _trial():
    """The lab's module, as its checks import it."""
    spec = importlib.util.spec_from_loader("untyped_lab", None, is_package=True)
    package = sys.modules["untyped_lab"] = importlib.util.module_from_spec(spec)
    package.__path__ = [str(KIT / "labs" / "untyped")]
    return importlib.import_module("untyped_lab.trial")


class Player:
    """A right allocator: each place of the trial has a cell of its own."""

    def __init__(self):
        self.records = []
        self.alive = {}
        self.step = 0

    def write(self, *words):
        self.records.append({"ev": "lives", "words": words})

    def ask(self):
        self.records.append({"ev": "exam"})

    def make(self, place, kind):
        self.alive[place] = POOL + place * CELL, kind
        self.write(POOL + place * CELL + kind)

    def free(self, place):
        address, _kind = self.alive.pop(place)
        self.write(address + GONE)

    def play(self, trial):
        """All that the trial does, on this allocator."""
        for _task, state, _zero in trial.questions(CONST):
            self.ask()
            numbers = trial.Numbers(state)
            for _ in range(trial.STRETCH):
                self.step += 1
                place = numbers.roll(trial.LIVE_OBJECTS)
                if place in self.alive:
                    self.free(place)
                self.make(place, trial.KINDS[numbers.roll(len(trial.KINDS))])
        for place in range(trial.LIVE_OBJECTS):
            self.free(place)
        self.ask()

    def agrees(self, trial):
        self.play(trial)
        events = [Event({"n": n, **record}) for n, record in enumerate(self.records)]
        return trial.followed(SimpleNamespace(const=CONST, trace=Trace(events)))


class Trying(Player):
    """Makes something else in each cell before the object."""

    def make(self, place, kind):
        self.write(POOL + place * CELL + ENDPOINT, POOL + place * CELL + GONE)
        super().make(place, kind)


class Spending(Player):
    """Fills each cell with more of the same, and empties it from below."""

    def make(self, place, kind):
        super().make(place, kind)
        self.write(*(POOL + place * CELL + i * 16 + kind for i in range(1, 4)))

    def free(self, place):
        address, kind = self.alive[place]
        self.write(*(address + i * 16 + GONE for i in range(1, 4)))
        super().free(place)


class Ready(Player):
    """Has the first stretch's objects before it is asked for them, and other memory in use."""

    def __init__(self):
        super().__init__()
        self.write(POOL - CELL + NOTIFICATION)
        self.first = [(place, kind) for place in range(16) for kind in (1, 2, 3, 8)]
        for place, kind in self.first:
            self.write(POOL + place * CELL + kind * 16 + kind)

    def make(self, place, kind):
        if (place, kind) in self.first:
            self.first.remove((place, kind))
            self.alive[place] = POOL + place * CELL + kind * 16, kind
        else:
            super().make(place, kind)


@pytest.mark.parametrize("player", [Player, Trying, Spending, Ready])
def test_right_allocators_agree(player, trial):
    assert player().agrees(trial)


class Forgetting(Player):
    """Leaves one object where it is."""

    def write(self, *words):
        if self.step != 4000:
            super().write(*words)


class Confusing(Player):
    """Makes one notification in place of an endpoint, where there are endpoints enough."""

    def __init__(self):
        super().__init__()
        self.endpoints = 0
        self.write(POOL + 0x800 + ENDPOINT)

    def make(self, place, kind):
        self.endpoints += kind == ENDPOINT
        super().make(place, NOTIFICATION if kind == ENDPOINT and self.endpoints == 999 else kind)


class Straying(Player):
    """Makes one object after the other in memory outside the pool."""

    def make(self, place, kind):
        self.alive[place] = POOL + place * 2 * CELL, kind
        self.write(self.alive[place][0] + kind)


class Renewing(Player):
    """Takes all objects back, and makes them again, before some question."""

    def ask(self):
        if self.step == 5000:
            self.write(*(address + GONE for address, _kind in self.alive.values()))
            super().ask()
            self.write(*(address + kind for address, kind in self.alive.values()))
        else:
            super().ask()


class Lonely(Player):
    """Makes an object only when it is to be freed, or to be there at the next question."""

    def __init__(self):
        super().__init__()
        self.owed = set()

    def settle(self, place):
        if place in self.owed:
            self.owed.remove(place)
            self.write(sum(self.alive[place]))

    def ask(self):
        for place in range(16):
            self.settle(place)
        super().ask()

    def make(self, place, kind):
        self.alive[place] = POOL + place * CELL, kind
        self.owed.add(place)

    def free(self, place):
        self.settle(place)
        super().free(place)


class Late(Player):
    """Frees nothing before the next question."""

    def __init__(self):
        super().__init__()
        self.waiting = []

    def ask(self):
        super().ask()
        self.write(*self.waiting)
        self.waiting = []

    def make(self, place, kind):
        self.alive[place] = POOL + (self.step % 0x1000) * 16, kind
        self.write(self.alive[place][0] + kind)

    def free(self, place):
        self.waiting.append(self.alive.pop(place)[0] + GONE)


class Hasty(Player):
    """Does all its work before it asks, as if it knew what for."""

    def play(self, trial):
        super().play(trial)
        self.records.sort(key=lambda record: record["ev"] == "exam")


class Idle(Player):
    """Only asks."""

    def write(self, *words):
        pass


@pytest.mark.parametrize("player", [Forgetting, Confusing, Straying, Renewing, Lonely, Late, Hasty,
                                    Idle])
def test_those_that_do_less_do_not(player, trial):
    assert not player().agrees(trial)
