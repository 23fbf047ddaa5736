"""Grades the mutants of a lab's worked answer: which of them keep full marks, and why they may.

A mutant that behaves otherwise and keeps its points is a hole in the lab's checks. One that keeps
them for a good reason (a check of an error that never comes) stands in solutions/NAME/survivors.txt
with that reason. Invariant: a survivor without a reason, and a reason without its survivor, are
both told.
"""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterable, Iterator

from grader import constants, states
from grader.authoring.mutations import Mutant, mutants
from grader.build import BuildError, Builder
from grader.errors import Refusal
from grader.language import _
from grader.lab import Lab
from grader.machine import Machine, rules
from grader.process import CORES, Workspace
from grader.recipe import Kit
from grader.runs import Runner

# These numbers leave no bit out that an answer takes apart: WANTED_PAGE of untyped is odd, and in
# the upper half of its untyped.
SEED = 4
FILE = "survivors.txt"


class Stand:
    """Tells whether a text of the lab's main file gets full marks.

    One run with one set of numbers decides: enough to tell a mutant from the answer.
    """

    def __init__(self, kit: Kit, lab: Lab):
        self.lab = lab
        self.draw = constants.Draw(SEED, constants.drawn(lab, SEED))
        states.need_answers(lab)
        self._files = states.answer(lab)
        self._kit = kit

    @property
    def answer(self) -> str:
        """The worked answer."""
        return self._files[self.lab.main]

    def survives(self, mutant: Mutant) -> bool:
        """True if a mutant is another program than the answer and still gets full marks."""
        return self.full(mutant.text) and self._image(mutant.text) != self._image(self.answer)

    def _image(self, text: str) -> bytes:
        """What is loaded, without what debuggers read: some changes are none to the compiler."""
        with Workspace() as workspace:
            builder = Builder(self._kit, self.lab, workspace, self.draw.values)
            image, = builder.build({**self._files, self.lab.main: text})
            subprocess.run(["objcopy", "-O", "binary", image, f"{image}.bin"], check=True)
            return Path(f"{image}.bin").read_bytes()

    def full(self, text: str) -> bool:
        """True if this text gets full marks."""
        with Workspace() as workspace:
            held = rules(self.lab)
            machine = Machine(Builder(self._kit, self.lab, workspace, self.draw.values), held.exam)
            runner = Runner(held, (self.draw,), machine)
            try:
                return runner.attempt({**self._files, self.lab.main: text}).finished
            except BuildError:
                return False


def reasons(path: Path) -> dict[str, str]:
    """The survivors that a file explains: a line for each, and indented below them their reason."""
    found: dict[str, str] = {}
    names: list[str] = []
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        name, indented = line.strip(), line.startswith(" ")
        if not name or line.startswith("#"):
            continue
        if indented and not names:
            raise Refusal(_("{path}:{number}: a reason stands below the line of its mutant",
                            path=path, number=number))
        if indented:
            found |= {one: f"{found[one]} {name}".strip() for one in names}
            continue
        if name in found:
            raise Refusal(_("{path}:{number}: {name!r} stands here twice", path=path, number=number,
                            name=name))
        # A line after a reason begins the next group; one after a line joins it.
        names = [name] if not names or found[names[0]] else [*names, name]
        found[name] = ""
    for name, why in found.items():
        if not why:
            raise Refusal(_("{path}: {name!r} has no reason; it goes below, indented", path=path,
                            name=name))
    return found


def explained(kit: Kit, lab: Lab) -> dict[str, str]:
    """The survivors of this lab that its author explains."""
    return reasons(kit.root / "solutions" / lab.name / FILE)


def judged(stand: Stand, some: Iterable[Mutant]) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant and whether it survives; as many at a time as there are cores."""
    todo = list(some)
    pool = ThreadPoolExecutor(CORES)
    try:
        yield from zip(todo, pool.map(stand.survives, todo))
    finally:
        pool.shutdown(cancel_futures=True)


def examine(kit: Kit, lab: Lab) -> int:
    """Grade all mutants of a lab and say what is wrong; returns how many things are."""
    stand, why = Stand(kit, lab), explained(kit, lab)
    if not stand.full(stand.answer):
        raise Refusal(_("the worked answer of {name} has not full marks: python3 -m grader "
                        "selftest {name} says more", name=lab.name))
    todo = mutants(stand.answer)
    survivors = [mutant.name for mutant, survives in judged(stand, todo) if survives]
    print(_("{name}: {count} mutants of the worked answer, {survivors} keep full marks, "
            "{explained} of them explained", name=lab.name, count=len(todo),
            survivors=len(survivors), explained=len(set(survivors) & set(why))), flush=True)
    wrong = [_("{name}\n    keeps full marks: a hole, unless the change makes no difference",
               name=name)
             for name in survivors if name not in why]
    wrong += [_("{name}\n    is explained in {file}, but does not keep full marks or is no mutant",
                name=name, file=FILE)
              for name in why if name not in survivors]
    for line in wrong:
        print(line)
    if wrong:
        print(_("Close a hole in labs/{name}/checks.py; give the reason for what is none in "
                "solutions/{name}/{file}.", name=lab.name, file=FILE))
    return len(wrong)
