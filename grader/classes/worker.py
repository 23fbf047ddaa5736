"""One worker of a class: reads jobs as JSON lines, grades each, writes its reports, answers a line.

Run as `python3 -m grader.classes.worker KIT PARENT`. Invariants: an answer follows when the reports
lie on the disk; it never exceeds what a row of the gradebook needs, so the class takes no memory;
whatever goes wrong in one submission is that submission's grader error.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from grader import language, report
from grader.classes import entries
from grader.classes.entries import Entry
from grader.errors import KitError
from grader.grade import grade
from grader.intake import IntakeError
from grader.lab import Lab, find
from grader.language import N_, _
from grader.recipe import Kit
from grader.score import Result, TaskResult, Verdict, nothing

MAX_WORDS = 600
NOT_ACCEPTED = N_("not accepted")
ANSWER = "files"
_OF_COMPILER = re.compile(r"^\S+?:\d+:(?:\d+:)? (?:fatal )?error: (.*)$", re.M)


def _row(result: Result, state: str) -> dict[str, Any]:
    """What the gradebook and the page need of a result."""
    # Why the grader failed is for the teacher; what a submission's details say is in its report.
    more = result.details if result.score is None else \
        first_complaint(result.details) if result.verdict is Verdict.BUILD_ERROR else ""
    said = f"{result.headline} {more}"
    return {"score": result.score, "state": state, "headline": said[:MAX_WORDS].strip(),
            "seed": result.seed, "points": [task.points for task in result.tasks],
            "mistake": _mistake(result)}


def _mistake(result: Result) -> list[Any] | None:
    """The first failed task's number and what was wrong, in the same words for the same mistake."""
    for task in result.tasks:
        if task.verdict not in (Verdict.PASSED, Verdict.BLOCKED):
            said = _OF_COMPILER.search(result.details) \
                if task.verdict is Verdict.BUILD_ERROR else None
            return [task.task.number, (said[1] if said else _what(task))[:MAX_WORDS]]
    return None


def first_complaint(said: str) -> str:
    """Of what a compiler, a linker or the inspection said, the first line with a complaint."""
    found = _OF_COMPILER.search(said)
    # A linker first says in which function it is: a line that ends in a colon.
    others = (line for line in said.splitlines() if line.strip() and not line.endswith(":"))
    return found[0] if found else next(others, "")


def _what(task: TaskResult) -> str:
    why = task.why
    return (why.advice if why else "") or task.note or (why.expected if why else "") \
        or task.verdict.word


def job_words(entry: Entry, lab: Lab, folder: Path, seed: int | None) -> dict[str, Any]:
    """What a worker must know of a submission, as JSON can say it; a name may be any bytes."""
    return {"student": entry.student, "lab": lab.name, "seed": seed, "folder": str(folder),
            "language": language.chosen(),
            "path": os.fsencode(entry.path.absolute()).hex()}


def work(kit: Kit, lab: Lab, job: dict[str, Any]) -> dict[str, Any]:
    """Grade one submission and write its folder anew; the grader's error keeps what was there."""
    entry = Entry(job["student"], Path(os.fsdecode(bytes.fromhex(job["path"]))))
    folder = Path(job["folder"])
    try:
        files = entries.take(entry, lab)
    except IntakeError as error:
        result = nothing(lab, 0, Verdict.FAILED,
                         _("The submission was not accepted: {error}", error=error))
        _write(result, folder, {})
        return _row(result, NOT_ACCEPTED)
    result = grade(kit, lab, files, job["seed"])
    if result.score is not None or not (folder / "results.json").exists():
        _write(result, folder, files)
    return _row(result, result.verdict.value)


def _write(result: Result, folder: Path, files: dict[str, str]) -> None:
    """The reports, and the files that they are about, in place of all that was there."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ANSWER).mkdir(parents=True)
    for name, text in files.items():
        report.put(folder / ANSWER / name, text)
    report.write(result, folder)


def row_of(kit: Kit, lab: Lab, job: dict[str, Any]) -> dict[str, Any]:
    """The row of a job, whatever goes wrong: any fault of ours is this submission's state."""
    language.choose(job["language"])
    try:
        return work(kit, lab, job)
    except Exception as error:  # noqa: BLE001
        said = str(error) if isinstance(error, KitError) else f"{type(error).__name__}: {error}"
        return failed(lab, said)


def failed(lab: Lab, why: str) -> dict[str, Any]:
    """The row of a submission that the grader failed on."""
    said = nothing(lab, 0, Verdict.GRADER_ERROR, _("The grader failed: {why}", why=why))
    return _row(said, Verdict.GRADER_ERROR.value)


def main() -> int:
    """Work until the jobs end; whoever has lost its parent stops at once."""
    root, parent, name = sys.argv[1:4]
    if os.getppid() != int(parent):
        return 1
    kit = Kit(Path(root))
    lab = find(kit.root, name)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(row_of(kit, lab, json.loads(line))) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
