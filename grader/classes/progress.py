"""What a teacher sees while a class is graded: a bar with the time left, or plain lines.

Invariant: nothing that a student wrote reaches the terminal as a control sequence.
"""

import sys
from contextlib import contextmanager
from typing import Any, Callable, Iterator

from grader.classes.entries import shown
from grader.language import _
from grader.report import words

Tell = Callable[[str, dict[str, Any]], None]


def _said(student: str, row: dict[str, Any], full: float) -> str:
    score = _("no score") if row["score"] is None else \
        _("{score} of {full}", score=words.points(row["score"]), full=words.points(full))
    return _("{student}: {score} ({state})", student=shown(student), score=score,
             state=_(row["state"]))


@contextmanager
def progress(total: int, before: int, full: float) -> Iterator[Tell]:
    """Call what this gives with each student's row."""
    if sys.stdout.isatty():
        with _bar(total, before, full) as tell:
            yield tell
        return
    count = before

    def line(student: str, row: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        print(f"{count}/{total} {_said(student, row, full)}", flush=True)
    yield line


@contextmanager
def _bar(total: int, before: int, full: float) -> Iterator[Tell]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, \
        TimeElapsedColumn, TimeRemainingColumn
    shown = Progress(TextColumn(_("graded")), BarColumn(), MofNCompleteColumn(),
                     TimeElapsedColumn(), TextColumn(_("left")), TimeRemainingColumn(),
                     TextColumn("{task.fields[last]}", markup=False))
    with shown:
        task = shown.add_task("", total=total, completed=before, last="")
        yield lambda student, row: shown.update(task, advance=1, last=_said(student, row, full))
