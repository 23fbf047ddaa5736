"""Finds submissions that resemble each other, by Debian's similarity-tester: for a person to judge.

Compared is what students wrote: the insides of their TASK regions, without those that are the
handout's or the worked answer's, blank for blank, which tell nothing about who wrote them.
Invariants: similarity is never a verdict and costs no points; the tester reads hostile text inside
the sandbox; without the tester a class is graded all the same; no one's text can cost the others
their pairs, nor the class minutes.
"""

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from grader import sandbox, states
from grader.classes.entries import shown
from grader.classes.worker import ANSWER
from grader.lab import Lab
from grader.language import _, several
from grader.process import PATIENCE, Workspace

TESTER = "sim_c"
THRESHOLD = 80
SHORTEST_RUN = 12
SHORTEST_TEXT = 120
# Comparing with a text takes time by the square of its length; a worked answer has some 3 KiB.
LONGEST_TEXT = 16 << 10
# Comparing two texts that repeat themselves takes time by the cube: 1000 times x, a second.
MOST_REPEATS = 4
MOST_PAIRS = 50
MOST_SHOWN = 8000
MOST_NAMED = 3
SECONDS = 60
PAIRS_A_SECOND = 5000
# What the tester tells apart: calls by their names, signs; comments and other signs are nothing.
_WORD = re.compile(r'''/[*].*?[*]/|//[^\n]*|(?P<call>[A-Za-z_]\w*(?=\s*\())|(?P<name>[A-Za-z_]\w*)
                       |(?P<number>\d[\w.]*)|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
                       |(?P<sign>[-!#%&()*+,./:;<=>?[\]^{|}~"'])''', re.S | re.X | re.A)
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


def pairs(lab: Lab, out: Path, folders: dict[str, str]) -> Pairs:
    """The pairs of this class."""
    if not shutil.which(TESTER):
        from grader.process import missing
        return Pairs((), (_("similar pairs are not looked for: {why}", why=missing(TESTER)),))
    common = _common(lab)
    with Workspace() as workspace:
        students, left_out = [], []
        for student in sorted(folders):
            written = own(out / folders[student] / ANSWER / lab.main, common)
            if len(written.encode()) > LONGEST_TEXT:
                left_out.append(student)
            elif len(_blank(compared := unrepeated(written))) >= SHORTEST_TEXT:
                (workspace.folder / f"{len(students)}.c").write_text(compared, "utf-8")
                students.append(student)
        notes = [_too_long(left_out)] if left_out else []
        if len(students) < 2:
            return Pairs((), tuple(notes))
        shares, note = _compare(workspace, len(students))
        best = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        found = tuple(_pair([students[number] for number in two], percent, folders, [
            own(out / folders[students[number]] / ANSWER / lab.main, common) for number in two])
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


def _common(lab: Lab) -> dict[int, set[str]]:
    """For each task the texts that prove nothing: the handout's and, if here, the answer's."""
    given = [lab.skeleton, *[files[lab.main] for files in [states.answer(lab)] if files]]
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


def unrepeated(text: str) -> str:
    """The words of a C text but for those in a run that was there MOST_REPEATS times before.

    In copies the same words are missing.
    """
    kept, last, seen = [], (), Counter()
    for word in _WORD.finditer(text):
        if word.lastgroup is None:
            continue
        same = word[0] if word.lastgroup in ("call", "sign") else word.lastgroup
        last = (*last, same)[-SHORTEST_RUN:]
        seen[last] += 1
        if seen[last] <= MOST_REPEATS:
            kept.append(word[0])
    return "\n".join(kept) + "\n"


def _compare(workspace: Workspace, count: int) -> tuple[dict[tuple[int, int], int], str]:
    """How alike each two are: the larger of the two shares, where it reaches the threshold."""
    # -e: each two on their own; -F: calls of other functions are other text.
    line = [TESTER, "-e", "-F", "-p", "-T", "-r", str(SHORTEST_RUN), "-t", str(THRESHOLD),
            *[f"{number}.c" for number in range(count)]]
    seconds = SECONDS + count * count // 2 // PAIRS_A_SECOND
    caged = sandbox.caged(line, workspace.folder, [], cpu_seconds=seconds, file_bytes=64 << 20)
    status, said = workspace.call(caged, seconds=PATIENCE * seconds, env=sandbox.environment())
    if status:
        return {}, _("similar pairs could not be found: {tool} ended with status {status}",
                     tool=TESTER, status=status)
    shares: dict[tuple[int, int], int] = {}
    for one, percent, other in _LINE.findall(said):
        two = (min(int(one), int(other)), max(int(one), int(other)))
        if two[0] != two[1]:
            shares[two] = max(shares.get(two, 0), int(percent))
    return shares, ""


def _pair(students: list[str], percent: int, folders: dict[str, str], texts: list[str]) -> Pair:
    return Pair(tuple(students), percent=percent, texts=tuple(text[:MOST_SHOWN] for text in texts),
                folders=tuple(folders[student] for student in students))
