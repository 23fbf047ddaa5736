"""`grader class`: grades what is not graded yet, then writes the gradebook and the page.

Invariants: without --resume nothing that is there is touched; a run that is killed at any moment
and resumed gives the same bytes as one that was not, and grades nothing twice that was done.
"""

import hashlib
import os
import shlex
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from grader import frozen, report, sandbox, states
from grader.classes import course, entries, gradebook, page, similar, slurm
from grader.classes.entries import Entry
from grader.classes.journal import FAILED, NAME, Journal, open_journal
from grader.classes.pool import Pool, pool
from grader.classes.progress import progress
from grader.errors import Interrupted, Refusal
from grader.lab import Lab
from grader.language import N_, _, chosen
from grader.process import CORES
from grader.recipe import Kit
from grader.report.files import cannot

STUDENTS = "students"


@dataclass(frozen=True)
class Asked:
    """What the command line asks of a class."""

    folder: Path
    out: Path
    jobs: int | None = None
    resume: bool = False
    seed: int | None = None
    roster: Path | None = None
    course: Path | None = None
    engine: str = "local"
    caged: bool = True


def grade_class(kit: Kit, lab: Lab, asked: Asked) -> int:
    """Grade a class; 0 when every submission has its score, 1 when the grader failed on some."""
    if asked.jobs is not None and asked.jobs < 1:
        raise Refusal(_("--jobs needs a number from 1 on"))
    if asked.engine == "slurm":
        slurm.check()
    rules = course.course(asked.course, lab)
    members, unused = course.roster(asked.roster)
    if unused:
        print(_("{name}: not used: {columns}", name=asked.roster.name,
                columns=", ".join(map(entries.shown, unused))))
    found, others = entries.find(asked.folder, lab)
    if not found:
        raise Refusal(_("{folder} holds no submission: NAME.c, NAME/, NAME.tar.gz or NAME.zip",
                        folder=asked.folder))
    if states.answer(lab) is None:
        print(_("this copy of the kit has no solutions/{name}: a task after a mistake cannot be "
                "right on its own and stays blocked", name=lab.name))
    for name in others:
        print(_("not a submission: {name}", name=entries.shown(name)))
    frozen.build(kit)
    _begin(asked)
    try:
        with open_journal(asked.out) as journal:
            journal.bind(_facts(lab, asked))
            _grade(kit, lab, asked, journal, found)
            folders = {entry.student: f"{STUDENTS}/{entry.folder}" for entry in found}
            dates = {entry.student: entries.date(entry, lab) for entry in found}
            standing = lambda: gradebook.lines(  # noqa: E731
                journal, folders, members, rules, dates)
            report.put(asked.out / "gradebook.csv", gradebook.text(lab, rules, standing()))
            pairs = similar.pairs(lab, asked.out, folders)
            page.write(asked.out / "class.html", lab, rules, standing, pairs)
            return _close(asked.out, pairs, sum(row[1] == FAILED for row in journal.rows() if row[0] in folders))
    except (KeyboardInterrupt, Interrupted):
        print(_("stopped; what is graded is kept, and --resume goes on:\n  {command}",
                command=_again()), file=sys.stderr)
        return 130


def _again() -> str:
    """The command that goes on with this class, for a shell."""
    words = [word for word in sys.argv[1:] if word != "--resume"]
    return shlex.join(["/usr/bin/python3", "-m", "grader", *words, "--resume"])


def _begin(asked: Asked) -> None:
    """A new folder, or with --resume the one that is there."""
    try:
        there = os.listdir(asked.out)
    except FileNotFoundError:
        there = []
    except NotADirectoryError:
        raise Refusal(_("{out} is there already and is no folder", out=asked.out)) from None
    if there and not asked.resume:
        raise Refusal(_("{out} is there already; nothing was changed. --resume goes on with it, "
                        "another --out begins anew", out=asked.out))
    if there and not {NAME, ".lock"} & set(there):
        raise Refusal(_("{out} holds no class that could be resumed", out=asked.out))
    try:
        (asked.out / STUDENTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(cannot(asked.out, error)) from None


def _facts(lab: Lab, asked: Asked) -> dict[str, str]:
    """What a class is judged by: another lab, seed or check is another class."""
    digest = hashlib.sha256()
    judged_by = ["lab.toml", *(path.name for path in lab.folder.glob("*.py")), "expected",
                 "frozen", *lab.files]
    for path in sorted(part for name in judged_by for part in (
            (lab.folder / name).rglob("*") if (lab.folder / name).is_dir()
            else [lab.folder / name])):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(lab.folder)}\0".encode() + path.read_bytes())
    digest.update(repr(states.answer(lab)).encode())
    return {N_("lab"): lab.name, N_("seed"): str(asked.seed), N_("language"): chosen(),
            N_("text of the lab"): digest.hexdigest()}


def _grade(kit: Kit, lab: Lab, asked: Asked, journal: Journal, found: list[Entry]) -> None:
    """Grade what the journal does not have."""
    marks = {entry: entries.fingerprint(entry, lab) for entry in found}
    to_do = [entry for entry in found if not journal.finished(entry.student, marks[entry])]
    if asked.resume:
        print(_("{done} of {count} are graded already", done=len(found) - len(to_do),
                count=len(found)))
    place = lambda entry: asked.out / STUDENTS / entry.folder  # noqa: E731
    with progress(len(found), len(found) - len(to_do), lab.points) as tell, \
            _engine(kit, lab, asked, place) as workers:
        for entry, row in workers.grade(
                to_do, lambda entry: journal.begin(entry.student, marks[entry])):
            journal.finish(entry.student, row)
            tell(entry.student, row)


def _engine(kit: Kit, lab: Lab, asked: Asked, place: Callable[[Entry], Path]
            ) -> AbstractContextManager[Pool | slurm.Slurm]:
    """Who grades: processes on this machine, or jobs on a cluster."""
    if asked.engine == "slurm":
        return slurm.slurm(kit, lab, asked.jobs, place, asked.seed, asked.out, asked.caged)
    return pool(kit, lab, asked.jobs or CORES, place, asked.seed)


def _close(out: Path, pairs: similar.Pairs, failed: int) -> int:
    """The last words, and what they mean for the exit status."""
    for line in pairs.notes:
        print(line)
    if not sandbox.available():
        print(sandbox.why_not())
    print(_("Written: {out}/gradebook.csv, {out}/class.html, {out}/{students}/", out=out,
            students=STUDENTS))
    if failed:
        print(_("The grader failed on {count}: nobody loses points by it. This tries them again:\n"
                "  {command}", count=failed, command=_again()))
    return 1 if failed else 0
