"""gradebook.csv: a row a student, a column a task.

Invariants: the same class gives the same bytes, in whatever order and however often it was begun;
no cell is a formula to a spreadsheet, whatever a student is called or wrote.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Iterator

from grader.classes.course import Course, Lateness, Member, lateness
from grader.classes.journal import Journal
from grader.lab import Lab
from grader.language import N_, _
from grader.report import words

_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")
MISSING = N_("missing")


@dataclass(frozen=True)
class Line:
    """One student's standing: what was graded, how late it was, what that comes to."""

    student: str
    name: str
    folder: str | None
    state: str
    row: dict[str, Any]
    late: Lateness
    note: str
    total: float | None

    @property
    def score(self) -> float | None:
        """The points before what late costs."""
        return self.row.get("score")


def lines(journal: Journal, folders: dict[str, str], members: dict[str, Member], course: Course,
          dates: dict[str, datetime]) -> Iterator[Line]:
    """Every student with an entry or in the roster, in order, one at a time."""
    for student in sorted({*folders, *members}):
        member = members.get(student, Member(student))
        row = journal.row(student) if student in folders else None
        if row is None:
            yield Line(student, member.name, None, MISSING, {}, Lateness(),
                       _("handed in nothing"), 0)
            continue
        late = lateness(course, member, dates.get(student))
        total = None if row["score"] is None else round(row["score"] * (1 - late.cost), 2)
        notes = [late.note, row["headline"] if row["state"] != "passed" else "",
                 _("the last grading failed, the earlier score is kept ({why})", why=row["kept"])
                 if row.get("kept") else "",
                 "" if not members or student in members else _("not in the roster")]
        yield Line(student, member.name, folders[student], row["state"], row, late,
                   "; ".join(note for note in notes if note), total)


def defused(value: str) -> str:
    """A cell that a spreadsheet takes for text: one line, and no formula."""
    plain = "".join(c if c.isprintable() or c in "\t\r\n" else "·" for c in value)
    danger = plain.lstrip(" ").startswith(_FORMULA)
    flat = " ".join(plain.split())
    return f"'{flat}" if danger else flat


def columns(lab: Lab, course: Course) -> list[str]:
    """The first line."""
    return [_("student"), _("name"),
            *(_("task {number}", number=task.number) for task in lab.tasks), _("points"),
            _("total"), *([_("weighted")] if course.weight is not None else []),
            _("state"), _("late"), _("note")]


def _number(value: float | None) -> str:
    return "" if value is None else words.points(value)


def cells(lab: Lab, course: Course, line: Line) -> list[str]:
    """One student's cells."""
    points = line.row.get("points", [0] * len(lab.tasks))
    if line.total is None:
        points = [None] * len(lab.tasks)
    score = 0 if line.state == MISSING else line.score
    weighted = [] if course.weight is None else [
        _number(None if line.total is None
                else round(line.total / (lab.points or 1) * course.weight, 2))]
    return [defused(line.student), defused(line.name), *map(_number, points), _number(score),
            _number(line.total), *weighted, defused(_(line.state)),
            line.late.flag and _(line.late.flag),
            defused(line.note)]


def text(lab: Lab, course: Course, all_lines: Iterator[Line]) -> str:
    """The file's text."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns(lab, course))
    writer.writerows(cells(lab, course, line) for line in all_lines)
    return made.getvalue()
