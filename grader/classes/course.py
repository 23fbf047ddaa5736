"""A course's rules (course.toml, else lab.toml) and roster: who is in it, who handed in when, what late costs.

Invariants: a moment always has a zone; the time of a submission comes from the roster, which the
teacher's server wrote, or, where the course says that a server set them, from the dates of the
files in the class's folder, never from inside a submission; a lab without a due date costs nobody
anything.
"""

import csv
import io
import math
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from grader.errors import Refusal
from grader.lab import Lab, find
from grader.language import N_, _, several

MAX_ROSTER = 16 << 20
MOST_WEIGHT = 1_000_000
_SUBMITTED = ("submitted", "created_at")
_COLUMNS = ("student", "name", *_SUBMITTED, "extension")
_TIMES = ("roster", "files")
_NUMBER = (int, float)
_KINDS = {int: N_("a whole number"), _NUMBER: N_("a number"), str: N_("a word in quotes"),
          dict: N_("a table"), object: N_("a date")}


@dataclass(frozen=True)
class Course:
    """What the course says about one lab.

    dated: the files' own dates count for who has no time in the roster.
    """

    due: datetime | None = None
    free_days: int = 0
    penalty: float = 0
    last_day: int | None = None
    weight: float | None = None
    dated: bool = False


@dataclass(frozen=True)
class Member:
    """One line of the roster."""

    student: str
    name: str = ""
    submitted: datetime | None = None
    extension: int = 0


@dataclass(frozen=True)
class Lateness:
    """How late a submission is and what part of its points that costs (0 to 1)."""

    flag: str = ""
    cost: float = 0
    note: str = ""


def lateness(course: Course, member: Member, dated: datetime | None = None) -> Lateness:
    """What the course's rules say about this student's time.

    dated: the date of the entry in the class's folder.
    """
    if course.due is None:
        return Lateness()
    submitted = member.submitted or (dated if course.dated else None)
    if submitted is None:
        return Lateness(N_("unknown"), 0, _("the roster has no time of this submission"))
    over = submitted - course.due
    if over <= timedelta(0):
        return Lateness(N_("no"))
    days = math.ceil(over / timedelta(days=1))
    counted = max(0, days - course.free_days - member.extension)
    said = several(days, "{count} day late", "{count} days late")
    if course.last_day is not None and counted > course.last_day:
        return Lateness(N_("yes"), 1, _("{late}: after the last day", late=said))
    cost = min(1.0, counted * course.penalty / 100)
    return Lateness(N_("yes"), cost, _("{late}, {counted} of them cost {cost:g} %", late=said,
                                   counted=counted, cost=cost * 100)
                    if counted else _("{late}, within the free days", late=said))


def course(path: Path | None, lab: Lab) -> Course:
    """The rules for this lab: those of its lab.toml, where the course's file does not say others."""
    given = _rules(f"{lab.name}/lab.toml", lab.late, "course", lab.course, Course())
    if path is None:
        return given
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise Refusal(f"{path.name}: {error}") from None
    words = _Words(path.name, values)
    late, labs = words.take("late", dict, {}), words.take("lab", dict, {})
    words.done()
    section = _section(path.name, lab, labs)
    return _rules(path.name, late, f"lab.{section}", labs.get(section, {}), given)


def _section(where: str, lab: Lab, labs: dict[str, Any]) -> str:
    """The name under which the file speaks of this lab; all its names must be those of labs."""
    said = [wanted for wanted in labs if wanted == lab.name or _lab(where, lab, wanted) == lab.name]
    if len(said) > 1:
        raise Refusal(_("{where}: {names} are the same lab: keep one of them", where=where,
                        names=", ".join(f"[lab.{name}]" for name in said)))
    return said[0] if said else lab.name


def _lab(where: str, lab: Lab, wanted: str) -> str:
    """The name of the lab beside this one that has this name or alias."""
    try:
        return find(lab.folder.parent.parent, wanted).name
    except Refusal as error:
        raise Refusal(f"{where}: [lab.{wanted}]: {error}") from None


def _rules(name: str, late: Any, section: str, own: Any, given: Course) -> Course:
    """What a file says in its table `[late]` and in the lab's own; else what is given."""
    where = f"{name}: {section}"
    late_words, own_words = _Words(f"{name}: late", late), _Words(where, own)
    due = _due(where, own_words.take("due", object, given.due))
    made = Course(due, late_words.take("free_days", int, given.free_days),
                  late_words.take("penalty_per_day", _NUMBER, given.penalty),
                  late_words.take("last_day", int, given.last_day),
                  own_words.take("weight", _NUMBER, given.weight),
                  _dated(name, late_words.take("times", str, _TIMES[given.dated])))
    late_words.done()
    own_words.done()
    _refuse_senseless(f"{name}: late", where, made)
    return made


def _due(where: str, due: Any) -> datetime | None:
    if due is not None and not isinstance(due, datetime):
        raise Refusal(_("{where}: due is a date with time and zone, without quotes: "
                        "due = 2026-03-02T23:59:00+01:00", where=where))
    if due is not None and due.tzinfo is None:
        raise Refusal(_("{where}: due needs a zone, as in 2026-03-02T23:59:00+01:00", where=where))
    return due


def _refuse_senseless(late: str, own: str, made: Course) -> None:
    """Refuse numbers that mean nothing; what is no number, nan, is in no range."""
    for word, days in (("free_days", made.free_days), ("last_day", made.last_day or 0)):
        if days < 0:
            raise Refusal(_("{where}: {word} is a number of days from 0 on, not {value}",
                            where=late, word=word, value=days))
    if not 0 <= made.penalty <= 100:
        raise Refusal(_("{where}: penalty_per_day is a percentage from 0 to 100, not {value}",
                        where=late, value=made.penalty))
    if not 0 <= (made.weight or 0) <= MOST_WEIGHT:
        raise Refusal(_("{where}: weight is a number from 0 to {most}, not {value}", where=own,
                        most=MOST_WEIGHT, value=made.weight))


def _dated(where: str, times: str) -> bool:
    """True if the files' dates count."""
    if times not in _TIMES:
        raise Refusal(_("{where}: times is {known}, not {times!r}", where=where, times=times,
                        known=" / ".join(_TIMES)))
    return times == "files"


class _Words:
    """A TOML table whose every word must be known and of the right kind."""

    def __init__(self, where: str, values: Any):
        if not isinstance(values, dict):
            raise Refusal(_("{where}: expected a table", where=where))
        self._where, self._values = where, dict(values)

    def take(self, word: str, kind: type | tuple[type, ...], default: Any) -> Any:
        value = self._values.pop(word, default)
        if value is not default and (isinstance(value, bool) or not isinstance(value, kind)):
            raise Refusal(_("{where}: {word} is {kind}, not {value!r}", where=self._where,
                            word=word, kind=_(_KINDS[kind]), value=value))
        return value

    def done(self) -> None:
        if self._values:
            raise Refusal(_("{where}: unknown word {word}", where=self._where,
                            word=sorted(self._values)[0]))


def roster(path: Path | None) -> tuple[dict[str, Member], list[str]]:
    """The students by name, and the columns that are not used.

    Columns: student, and optional name, submitted or created_at, extension (days).
    """
    if path is None:
        return {}, []
    data = path.read_bytes()
    if len(data) > MAX_ROSTER:
        raise Refusal(_("{name} is larger than {most} MiB: is it a roster?", name=path.name,
                        most=MAX_ROSTER >> 20))
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True,
                              skipinitialspace=True)
        rows.fieldnames = [name.strip() for name in rows.fieldnames or []]
        rows.fieldnames = [name.lower() if name.lower() in _COLUMNS else name
                           for name in rows.fieldnames]
        _check_columns(path.name, rows.fieldnames)
        found: dict[str, Member] = {}
        for row in rows:
            where = _("{name}, line {line}", name=path.name, line=rows.line_num)
            if any(cell.strip() for cell in row.get(None, ())):
                raise Refusal(_("{where}: more cells than columns: a cell with a comma in it needs "
                                "quotes", where=where))
            member = _member(where, row)
            if member.student in found:
                raise Refusal(_("{where}: {student!r} is there twice", where=where,
                                student=member.student))
            found[member.student] = member
        return found, [name for name in rows.fieldnames if name and name not in _COLUMNS]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(_("{name} is not a CSV file in UTF-8: {error}", name=path.name,
                        error=error)) from None


def _check_columns(name: str, columns: list[str]) -> None:
    if "student" not in columns:
        raise Refusal(_("{name}: the first line must name the columns, with commas between them, "
                        "one of them student; it names {columns!r}", name=name,
                        columns=", ".join(columns)[:80]))
    for column in _COLUMNS:
        if columns.count(column) > 1:
            raise Refusal(_("{name}: the column {column} is there twice", name=name, column=column))


def _member(where: str, row: dict[str, str | None]) -> Member:
    student = (row["student"] or "").strip()
    if not student:
        raise Refusal(_("{where}: no student", where=where))
    time = next((row[word] for word in _SUBMITTED if row.get(word)), "")
    days = (row.get("extension") or "0").strip()
    if not days.isdecimal() or len(days) > 4:
        raise Refusal(_("{where}: extension is a number of days, not {days!r}", where=where,
                        days=days))
    return Member(student, (row.get("name") or "").strip(), _moment(where, time.strip()), int(days))


def _moment(where: str, text: str) -> datetime | None:
    """An ISO 8601 moment with its zone."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(_("{where}: {time!r} is not a time such as 2026-03-02T23:59:00+01:00",
                        where=where, time=text)
                      ) from None
    if moment.tzinfo is None:
        raise Refusal(_("{where}: {time!r} has no zone: write it as {time}+01:00 or {time}Z",
                        where=where, time=text))
    return moment
