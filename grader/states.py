"""The states of a lab's source: handout, half solved, worked answer; and its TASK regions.

One source holds them all, as `#ifdef TASK_n` conditionals that Debian's unifdef takes out. A
region lies between `/* TASK n BEGIN */` and `/* TASK n END */`, each alone on its line, and can
be lifted out of one text and put into another. Invariant: putting a text's own region back into
it changes nothing.
"""

import hashlib
import re
import subprocess
from typing import Collection

from grader.errors import KitError, Refusal
from grader.lab import Lab
from grader.language import _
from grader.process import missing

_MARK = re.compile(r"^[ \t]*/\*[ \t]*TASK[ \t]+([0-9]{1,4})[ \t]+(BEGIN|END)[ \t]*\*/[ \t]*\r?$",
                   re.MULTILINE)
# A definition or the end of one: both begin at the beginning of a line.
_FUNCTION = re.compile(r"^(?:static [^;={}()]*?(?P<name>\w+)\([^;{}]*\) \{$|\w[^;={}]*\{$|\}$)",
                       re.MULTILINE)
# What stands in quotation marks is no word.
_WORD = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|\w+""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What a directive defines; between its words may be comments and lines that go on.
_GAP = r"(?:[^\S\n]|\\\n|/\*.*?\*/)"
_DEFINED = re.compile(rf"(?:\#|%:|\?\?=){_GAP}*(?:define|undef){_GAP}+(\w+)", re.DOTALL)
# What gives a name another meaning without a directive that says which; of attributes, only those.
_RENAMING = re.compile(r"\b(?:asm|__asm|__asm__|_Pragma|redefine_extname|push_macro|pop_macro)\b|"
                       r"\b__attribute(?:__)?\s*\(\((?:[^()]|\([^()]*\))*?"
                       r"\b(?:__)?(?:weak|weakref|alias|ifunc)(?:__)?\b")
_SYMBOL = re.compile(r"\bTASK_(\d+)\b")


def state(source: str, solved: set[int]) -> str:
    """The source with these tasks solved and all others as holes."""
    defines = [f"-{'D' if number in solved else 'U'}TASK_{number}"
               for number in sorted(tasks_in(source))]
    try:
        done = subprocess.run(["unifdef", "-t", *defines], input=source, text=True,
                              encoding="utf-8", capture_output=True, check=False)
    except FileNotFoundError:
        raise KitError(missing("unifdef")) from None
    if done.returncode > 1:
        raise KitError(f"unifdef: {done.stderr.strip()}")
    return done.stdout


def sources(lab: Lab) -> dict[str, str] | None:
    """The worked source of each of the lab's files, with all states in it; None without answers.

    A file without holes may lie in labs/ only.
    """
    answers = lab.folder.parent.parent / "solutions" / lab.name
    if not answers.is_dir():
        return None
    places = [answers if (answers / name).is_file() else lab.folder for name in lab.files]
    return {name: (place / name).read_text("utf-8") for name, place in zip(lab.files, places)}


def answer(lab: Lab, solved: Collection[int] | None = None) -> dict[str, str] | None:
    """The worked answer's files, with these tasks solved or all; None in a copy without answers."""
    found = sources(lab)
    return found and {name: state(text, tasks_in(text) if solved is None else set(solved))
                      for name, text in found.items()}


def need_answers(lab: Lab) -> None:
    """Refuse in a copy of the kit without this lab's answer."""
    if sources(lab) is None:
        raise Refusal(_("this copy of the kit has no worked answer (solutions/{name}): a "
                        "teacher's copy is needed", name=lab.name))


def all_of_them(lab: Lab, files: dict[str, str]) -> bool:
    """True if these files are the worked source itself, in which no task is solved before unifdef."""
    return bool(tasks_in(files[lab.main])) and files == sources(lab)


def tasks_in(source: str) -> set[int]:
    """The numbers of all tasks that a source has conditionals for."""
    return {int(number) for number in _SYMBOL.findall(source)}


class RegionError(Exception):
    """The markers of a text do not pair up."""

    def __init__(self, number: int, problem: str):
        super().__init__(_("the markers of task {number} {problem}", number=number,
                           problem=problem))


def regions(text: str) -> dict[int, list[tuple[int, int]]]:
    """Where the inside of each region begins and ends; a task may have several regions."""
    found: dict[int, list[tuple[int, int]]] = {}
    inside: tuple[int, int] | None = None
    for mark in _MARK.finditer(text):
        number = int(mark[1])
        if mark[2] == "BEGIN" and inside:
            raise RegionError(inside[0], _("do not pair up: END is missing"))
        if mark[2] == "END" and (not inside or inside[0] != number):
            raise RegionError(number, _("do not pair up: BEGIN is missing"))
        if inside is None:
            inside = (number, min(mark.end() + 1, len(text)))
        else:
            found.setdefault(number, []).append((inside[1], mark.start()))
            inside = None
    if inside:
        raise RegionError(inside[0], _("do not pair up: END is missing"))
    return found


def region(text: str, number: int) -> list[str]:
    """The inside of each region of this task."""
    where = regions(text).get(number)
    if not where:
        raise RegionError(number, _("are gone"))
    return [text[begin:end] for begin, end in where]


def apart(text: str, numbers: Collection[int]) -> str:
    """The text with other names for the functions that any other task's region lies in.

    So a region of these tasks that is put into it cannot call what another task's answer does.
    """
    names = {name for number, places in regions(text).items() if number not in numbers
             for begin, _end in places if (name := _function_around(text, begin))}
    suffix = hashlib.sha256(text.encode()).hexdigest()[:16]

    def renamed(found: re.Match) -> str:
        return f"{found[0]}_{suffix}" if found[0] in names else found[0]
    return _WORD.sub(renamed, text)


def bends(text: str, donor: str, numbers: Collection[int]) -> bool:
    """True if a region of these tasks in the donor gives a name of the text another meaning.

    A name that stands only in those regions of the text, or in a comment, is nobody else's.
    """
    parts = [part.replace("\\\r\n", "").replace("\\\n", "")
             for number in numbers for part in region(donor, number)]
    if any(_RENAMING.search(_COMMENT.sub(" ", part)) for part in parts):
        return True
    defined = {name for part in parts for name in _DEFINED.findall(part)}
    if not defined:
        return False
    own = [place for number, places in regions(text).items() if number in numbers for place in places]
    for begin, end in sorted(own, reverse=True):
        text = text[:begin] + text[end:]
    return bool(defined & set(_WORD.findall(_COMMENT.sub("", text))))


def _function_around(text: str, place: int) -> str | None:
    """The static function that this place is in: no other file can call it."""
    headers = [*_FUNCTION.finditer(text, 0, place)]
    return headers[-1]["name"] if headers else None


def put(text: str, donor: str, numbers: set[int]) -> str:
    """The text with the regions of these tasks taken from the donor."""
    edits: list[tuple[int, int, str]] = []
    into = regions(text)
    for number in numbers:
        new = region(donor, number)
        if len(into.get(number, [])) != len(new):
            raise RegionError(number, _("are gone") if number not in into
                              else _("are not as many as in the handout"))
        edits += [(begin, end, body) for (begin, end), body in zip(into[number], new)]
    for begin, end, body in sorted(edits, reverse=True):
        text = text[:begin] + body + text[end:]
    return text
