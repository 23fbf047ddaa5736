"""The table on the terminal, by rich: marks as words and signs, colour only as a help.

Invariants: nothing that a student's program printed reaches the terminal as a control sequence;
no colour where the output is not a terminal or NO_COLOR is set.
"""

import os
import re
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from grader.language import _
from grader.process import undisturbed
from grader.report import words
from grader.score import Result, Verdict

_STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.BUILD_ERROR: "bold red",
           Verdict.BLOCKED: "dim",
           Verdict.SUSPICIOUS: "bold magenta"}
# A right submission takes half a second.
PATIENCE = 2.0
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def warm_up() -> None:
    """Import what `show` needs."""
    import rich.console
    import rich.table  # noqa: F401


@contextmanager
def patience(seconds: float = PATIENCE) -> Iterator[None]:
    """Tell whoever sits at a terminal, once, that what runs in the block takes longer than usual."""
    timer = threading.Timer(seconds, _be_patient)
    timer.daemon = True
    if sys.stdout.isatty():
        # A signal for this process must not reach the thread that prints.
        with undisturbed():
            timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _be_patient() -> None:
    print(_("Not right as a whole: its tasks are being tried one by one. An endless loop takes "
            "longest."), flush=True)


def plain(value: str) -> str:
    """The text without characters that a terminal obeys."""
    return _CONTROL.sub("·", value)


def show(result: Result, folder: Path | None = None) -> None:
    """Print the table, then what to do about the first task that is not right."""
    from rich.console import Console
    from rich.text import Text
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    console = Console(color_system="auto" if colour else None, highlight=False, soft_wrap=True,
                      force_terminal=sys.stdout.isatty(),
                      width=None if sys.stdout.isatty() else 100)

    def say(line: str, style: str = "") -> None:
        console.print(Text(plain(line), style=style))

    if any(task.verdict is not Verdict.BLOCKED for task in result.tasks):
        console.print(_table(result))
    say(words.headline(result), "green" if result.full else "bold red")
    for line in [*result.details.split("\n"), *result.notes]:
        if line:
            say(f"  {line}")
    _explain(result, say)
    say(f"{result.lab.name}: {words.total(result)}", "bold")
    if folder:
        near = os.path.relpath(folder)
        say(_("Details in {folder}: report.html, results.json, serial.txt, trace.jsonl ({seeds})",
              folder=folder if near.startswith("..") else near, seeds=words.seeds(result)))
    sys.stdout.flush()


def _table(result: Result):
    from rich import box
    from rich.table import Table
    from rich.text import Text
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column(_("Task"))
    table.add_column(_("Result"))
    table.add_column(_("Points"), justify="right")
    for task in result.tasks:
        style = _STYLES.get(task.verdict, "")
        table.add_row(str(task.task.number), Text(plain(task.task.called)),
                      Text(plain(words.mark(task)), style=style),
                      f"{words.points(task.points)}/{words.points(task.task.points)}")
    return table


def _explain(result: Result, say) -> None:
    """Only the first task that is not right is explained: the rest follows from it."""
    for task in result.tasks:
        if task.why:
            say(_("Task {number}, {title}:", number=task.task.number, title=task.task.called),
                "bold")
            for line in words.explanation(task.why):
                say(f"  {line}")
            return
