"""class.html: how a class did, on one page that needs no network and no script.

Invariants: every word of a student's is escaped for HTML, and addresses for addresses; the page is
the same for the same class; only counts are kept in memory, the students' rows are streamed.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from grader.classes.course import Course
from grader.classes.gradebook import MISSING, Line
from grader.classes.similar import THRESHOLD, Pairs
from grader.lab import Lab
from grader.language import _, chosen
from grader.report import words
from grader.report.files import replacing
from grader.report.terminal import plain

BARS = 10
COMMON = 3


@dataclass
class Counts:
    """What the page says of the class as a whole."""

    passed: list[int]
    mistakes: list[Counter] = field(default_factory=list)
    bars: list[int] = field(default_factory=lambda: [0] * (BARS + 1))
    states: Counter = field(default_factory=Counter)
    graded: int = 0
    sum: float = 0.0


def count(lab: Lab, lines: Iterator[Line]) -> Counts:
    """Go through the class once."""
    found = Counts([0] * len(lab.tasks), [Counter() for _ in lab.tasks])
    for line in lines:
        found.states[line.state] += 1
        if line.score is None:
            continue
        found.graded += 1
        found.sum += line.score
        found.bars[int(BARS * line.score / (lab.points or 1))] += 1
        for index, task in enumerate(lab.tasks):
            found.passed[index] += line.row["points"][index] == task.points
        if line.row["mistake"]:
            number, text = line.row["mistake"]
            found.mistakes[number - 1][text] += 1
    return found


def _bars(lab: Lab, counts: Counts) -> list[dict]:
    """The histogram: ten equal ranges of points, and full marks on their own."""
    top = max(max(counts.bars), 1)
    step = lab.points / BARS
    bars = []
    for index, number in enumerate(counts.bars):
        low = words.points(round(index * step, 1))
        label = low if index == BARS else _(
            "{low} to <{high}", low=low, high=words.points(round((index + 1) * step, 1)))
        height = round(140 * number / top)
        bars.append({"x": 8 + 58 * index, "y": 170 - height, "height": height, "number": number,
                     "label": label, "short": low if index == BARS else f"{low}…"})
    return bars


def _tasks(lab: Lab, counts: Counts) -> list[dict]:
    ordered = [sorted(found.items(), key=lambda item: (-item[1], item[0]))[:COMMON]
               for found in counts.mistakes]
    return [{"number": task.number, "title": task.called, "passed": counts.passed[index],
             "percent": round(100 * counts.passed[index] / counts.graded) if counts.graded else 0,
             "mistakes": ordered[index]} for index, task in enumerate(lab.tasks)]


def _student(out: Path, lab: Lab, line: Line) -> dict:
    """A row of the table; it leads to the report of the submission, for people if there is one."""
    link = None
    if line.folder:
        name = next((name for name in ("report.html", "results.json")
                     if (out / line.folder / name).is_file()), None)
        link = f"{quote(line.folder)}/{name}" if name else None
    return {"student": plain(line.student), "name": plain(line.name), "link": link,
            "score": "–" if line.score is None else words.points(line.score),
            "total": "–" if line.total is None else words.points(line.total),
            "state": _(line.state), "late": line.late.flag and _(line.late.flag),
            "note": plain(line.note),
            "marks": [("✓" if points == task.points else "–", task.number) for points, task in
                      zip(line.row.get("points", []), lab.tasks)]}


def _pairs(pairs: Pairs) -> list[dict]:
    return [{"names": list(map(plain, pair.students)), "percent": pair.percent,
             "links": [f"{quote(folder)}/" for folder in pair.folders],
             "texts": ["\n".join(map(plain, text.expandtabs(4).split("\n")))
                       for text in pair.texts]} for pair in pairs.found]


def write(path: Path, lab: Lab, course: Course, lines: Callable[[], Iterator[Line]], pairs: Pairs
          ) -> None:
    """Write the page whole or not at all, a row at a time."""
    from jinja2 import Environment, FileSystemLoader
    made = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True,
                       trim_blocks=True, lstrip_blocks=True)
    counts = count(lab, lines())
    stream = made.get_template("class.html.j2").stream(
        title=f"{lab.name}: {lab.called}", full=words.points(lab.points), counts=counts,
        mean=words.points(round(counts.sum / counts.graded, 2)) if counts.graded else "–",
        missing=counts.states[MISSING], states=sorted(counts.states.items()), _=_, lang=chosen(),
        bars=_bars(lab, counts), tasks=_tasks(lab, counts), pairs=_pairs(pairs),
        notes=pairs.notes, threshold=THRESHOLD, late=course.due is not None,
        students=(_student(path.parent, lab, line) for line in lines()))
    with replacing(path) as file:
        stream.dump(file, encoding="utf-8", errors="replace")
