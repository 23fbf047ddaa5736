"""Finds submissions that resemble each other, by Debian's similarity-tester: for a person to judge.

Compared is what students wrote: the insides of their TASK regions, without those that are the
handout's or the worked answer's, blank for blank, which tell nothing about who wrote them.
Invariants: similarity is never a verdict and costs no points; the tester reads hostile text inside
the sandbox; without the tester a class is graded all the same; no one's text can cost the others
their pairs.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from grader import sandbox, states
from grader.classes.entries import shown
from grader.classes.worker import ANSWER
from grader.lab import Lab
from grader.language import _, several
from grader.process import Workspace
from grader.recipe import Kit

TESTER = "sim_c"
THRESHOLD = 80
SHORTEST_RUN = 12
SHORTEST_TEXT = 120
# Comparing with a text takes time by the square of its length; a worked answer has some 3 KiB.
LONGEST_TEXT = 16 << 10
MOST_PAIRS = 50
MOST_SHOWN = 8000
MOST_NAMED = 3
SECONDS = 600
_LINE = re.compile(r"^(\d+)\.c consists for (\d+) % of (\d+)\.c material", re.M)


@dataclass(frozen=True)
class Pair:
    """Two students and how much of the one's text is in the other's, in percent."""

    students: tuple[str, str]
    folders: tuple[str, str]
    percent: int
    texts: tuple[str, str]


@dataclass(frozen=True)
class Pairs:
    """The pairs over the threshold, most alike first, and what is to be said about the search."""

    found: tuple[Pair, ...]
    notes: tuple[str, ...] = ()


def pairs(kit: Kit, lab: Lab, out: Path, folders: dict[str, str]) -> Pairs:
    """The pairs of this class."""
    if not shutil.which(TESTER):
        from grader.process import missing
        return Pairs((), (_("similar pairs are not looked for: {why}", why=missing(TESTER)),))
    common = _common(kit, lab)
    with Workspace() as workspace:
        students, left_out = [], []
        for student in sorted(folders):
            written = own(out / folders[student] / ANSWER / lab.main, common)
            if len(written.encode()) > LONGEST_TEXT:
                left_out.append(student)
            elif len(_blank(written)) >= SHORTEST_TEXT:
                (workspace.folder / f"{len(students)}.c").write_text(written, "utf-8")
                students.append(student)
        notes = [_too_long(left_out)] if left_out else []
        if len(students) < 2:
            return Pairs((), tuple(notes))
        shares, note = _compare(workspace, len(students))
        best = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        found = tuple(_pair(workspace.folder, students, folders, two, percent)
                      for two, percent in best[:MOST_PAIRS])
    more = len(best) - len(found)
    notes += [note, _("{count} more similar pairs are not shown", count=more) if more > 0 else ""]
    return Pairs(found, tuple(note for note in notes if note))


def _too_long(students: list[str]) -> str:
    """Who wrote more than is compared."""
    named = ", ".join([*map(shown, students[:MOST_NAMED]), *["…"] * (len(students) > MOST_NAMED)])
    return several(len(students),
                   "{count} submission is not compared, its own text has more than {size} KiB: "
                   "{names}",
                   "{count} submissions are not compared, their own text has more than {size} "
                   "KiB: {names}", size=LONGEST_TEXT >> 10, names=named)


def _blank(text: str) -> str:
    return "".join(text.split())


def _common(kit: Kit, lab: Lab) -> dict[int, set[str]]:
    """For each task the texts that prove nothing: the handout's and, if here, the answer's."""
    given = [lab.skeleton]
    answer = kit.root / "solutions" / lab.name / lab.main
    if answer.is_file():
        source = answer.read_text("utf-8")
        given.append(states.state(source, states.tasks_in(source)))
    found: dict[int, set[str]] = {}
    for text in given:
        for number, places in states.regions(text).items():
            found.setdefault(number, set()).update(_blank(text[a:b]) for a, b in places)
    return found


def own(path: Path, common: dict[int, set[str]]) -> str:
    """What a student wrote into the regions; all of the file where its markers are broken."""
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError):
        return ""
    try:
        places = states.regions(text)
    except (states.RegionError, ValueError):
        return text
    if not places:
        return text
    return "".join(text[begin:end] for number in sorted(places) for begin, end in places[number]
                   if _blank(text[begin:end]) not in common.get(number, set()))


def _compare(workspace: Workspace, count: int) -> tuple[dict[tuple[int, int], int], str]:
    """How alike each two are: the larger of the two shares, where it reaches the threshold."""
    # -e: each two on their own; -F: calls of other functions are other text.
    line = [TESTER, "-e", "-F", "-p", "-T", "-r", str(SHORTEST_RUN), "-t", str(THRESHOLD),
            *[f"{number}.c" for number in range(count)]]
    caged = sandbox.caged(line, workspace.folder, [], cpu_seconds=SECONDS, file_bytes=64 << 20)
    status, said = workspace.call(caged, seconds=2 * SECONDS, env=sandbox.environment())
    if status:
        return {}, _("similar pairs could not be found: {tool} ended with status {status}",
                     tool=TESTER, status=status)
    shares: dict[tuple[int, int], int] = {}
    for one, percent, other in _LINE.findall(said):
        two = (min(int(one), int(other)), max(int(one), int(other)))
        if two[0] != two[1]:
            shares[two] = max(shares.get(two, 0), int(percent))
    return shares, ""


def _pair(folder: Path, students: list[str], folders: dict[str, str], two: tuple[int, int],
          percent: int) -> Pair:
    texts = [(folder / f"{number}.c").read_text("utf-8")[:MOST_SHOWN] for number in two]
    names = [students[number] for number in two]
    return Pair((names[0], names[1]), (folders[names[0]], folders[names[1]]), percent,
                (texts[0], texts[1]))
