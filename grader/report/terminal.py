"""The table on the terminal: marks as words and signs, colour only as a help.

Printed by hand: loading a library for tables would take nearly a tenth of a verdict. Invariants:
nothing that a student's program printed reaches the terminal as a control sequence; no colour
where the output is not a terminal or NO_COLOR is set.
"""

import os
import re
import sys
from pathlib import Path
from typing import Callable
from unicodedata import east_asian_width

from grader.report import words
from grader.score import Result, Verdict

_STYLES = {Verdict.PASSED: "32", Verdict.FAILED: "1;31", Verdict.BLOCKED: "2",
           Verdict.SUSPICIOUS: "1;35"}
_GOOD, _BAD, _STRONG = "32", "1;31", "1"
_HEAD = ("", "Task", "Result", "Points")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def plain(value: str) -> str:
    """The text without characters that a terminal obeys."""
    return _CONTROL.sub("·", value)


def show(result: Result, folder: Path | None = None) -> None:
    """Print the table, then what to do about the first task that is not right."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def say(line: str, style: str = "") -> None:
        print(f"\x1b[{style}m{plain(line)}\x1b[0m" if colour and style else plain(line))

    if result.verdict not in (Verdict.BUILD_ERROR, Verdict.GRADER_ERROR):
        for line, style in _table(result):
            say(line, style)
    say(f"{result.verdict.value}: {result.headline}", _GOOD if result.full else _BAD)
    for line in [*result.details.split("\n"), *result.notes]:
        if line:
            say(f"  {line}")
    _explain(result, say)
    say(f"{result.lab.name}: {words.total(result)}", _STRONG)
    if folder:
        near = os.path.relpath(folder)
        say(f"Details in {folder if near.startswith('..') else near}: report.html, "
            f"results.json, serial.txt, trace.jsonl ({words.seeds(result)})")
    sys.stdout.flush()


def _table(result: Result) -> list[tuple[str, str]]:
    """The lines of the table, each with its style."""
    rows = [(str(task.task.number), plain(task.task.title), plain(words.mark(task)),
             f"{words.points(task.points)}/{words.points(task.task.points)}")
            for task in result.tasks]
    widths = [max(map(_width, column)) for column in zip(_HEAD, *rows)]
    styles = [_STYLES.get(task.verdict, "") for task in result.tasks]
    return [(_row(_HEAD, widths), _STRONG), ("─" * (sum(widths) + 10), ""),
            *((_row(row, widths), style) for row, style in zip(rows, styles)), ("", "")]


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    """Numbers to the right, words to the left."""
    number, title, mark, points = ((" " * (width - _width(cell)), cell)
                                   for cell, width in zip(cells, widths))
    return f" {''.join(number)}   {title[1]}{title[0]}   {mark[1]}{mark[0]}   {''.join(points)}"


def _width(text: str) -> int:
    """How many columns a terminal gives this text."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _explain(result: Result, say: Callable[..., None]) -> None:
    """Only the first task that is not right is explained: the rest follows from it."""
    for task in result.tasks:
        if task.why:
            say(f"Task {task.task.number}, {task.task.title}:", _STRONG)
            for line in words.explanation(task.why):
                say(f"  {line}")
            return
