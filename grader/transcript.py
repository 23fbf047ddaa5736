"""Compares what the serial shows with what a lab says it must show.

A transcript is a list of lines, matched whole and in order. Placeholders stand for what varies:
`{addr}` (0x… or (nil)), `{num}`, `{line}`, a constant such as `{EP_BADGE:#x}`, its complement
`{~EP_BADGE:#x}`, and a line `...` for any lines. Invariant: matching never depends on anything
but the lines; the first difference is the one after the longest match.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from grader.language import _

BANNER = "Booting all finished, dropped to user space"
CLOSING = "All threads are waiting; the machine stops."
ANY_LINES = "..."
MOST_SEARCHED, LIKE = 200, 0.6

_FAULT = "Caught "
_LOG = re.compile(r"\w+@[\w.]+:\d+ \[")  # what ZF_LOGF() and the like begin a line with
_NUMBERS = re.compile(r"(?:0x)?[0-9a-f]*\d[0-9a-f]*|\(nil\)")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
_PLACEHOLDER = re.compile(r"\{(~?[A-Za-z_][A-Za-z0-9_]*)(?::([^{}]*))?\}")
_PATTERNS = {"addr": r"(?:0x[0-9a-f]+|\(nil\))", "num": r"-?[0-9]+", "line": r"[0-9]+"}


class TranscriptError(Exception):
    """A transcript is written wrong: a mistake of the lab's author."""


@dataclass(frozen=True)
class Difference:
    """Where output and transcript part: 1-based line of each, and the two lines (None: the end).

    own: what came is in no line of the transcript, which goes on after it or in the midst of it.
    """

    seen_line: int
    expected_line: int
    seen: str | None
    expected: str | None
    matched: int
    own: bool = False


def user_part(serial: str) -> list[str]:
    """The lines that are matched: after the boot, without what the kernel adds on its own."""
    lines = [_ESCAPES.sub("", line).rstrip() for line in serial.replace("\r", "").split("\n")]
    if BANNER not in lines:
        return []
    lines = lines[lines.index(BANNER) + 1:]
    lines = _without_closing([line for line in lines if not _user_error(line)])
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _user_error(line: str) -> bool:
    """True for the kernel's line about a refused call: <<seL4(CPU 0) [FUNCTION/LINE T0x… ]: …>>"""
    return line.startswith("<<seL4(CPU ") and line.endswith(">>") and "]: " in line


def _without_closing(lines: list[str]) -> list[str]:
    """Cut off the closing list of waiting threads, only where it really closes the output."""
    for index in range(len(lines) - 1, -1, -1):
        if lines[index] == CLOSING:
            return lines[:index]
        if lines[index] and not lines[index].startswith('  "'):
            break
    return lines


def expected_lines(text: str) -> list[str]:
    """The lines of a transcript file."""
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def fill(line: str, constants: dict[str, int | str]) -> str:
    """A transcript line with its constants put in, for people: `{addr}` and the like stay."""
    def value(found: re.Match[str]) -> str:
        if found[1] in _PATTERNS:
            return found[0]
        return _constant(found[1], found[2], constants)
    return _PLACEHOLDER.sub(value, line)


def _constant(name: str, spec: str | None, constants: dict[str, int | str]) -> str:
    plain = name.removeprefix("~")
    if plain not in constants:
        raise TranscriptError(_("the transcript names {plain}, which lab.toml does not have",
                                plain=plain))
    value = constants[plain]
    if name.startswith("~"):
        if isinstance(value, str):
            raise TranscriptError(_("{plain} is a word, which has no complement", plain=plain))
        value ^= 2 ** 64 - 1
    try:
        return format(value, spec or "")
    except ValueError:
        raise TranscriptError(_("format {spec!r} of {plain} is not one of Python's", spec=spec,
                                plain=plain)) from None


@lru_cache(maxsize=4096)
def _pattern(line: str) -> re.Pattern[str]:
    """A filled line as a pattern; what is left in braces is a placeholder or literal text."""
    parts, at = [], 0
    for found in _PLACEHOLDER.finditer(line):
        if found[1] in _PATTERNS and found[2] is None:
            parts += [re.escape(line[at:found.start()]), _PATTERNS[found[1]]]
            at = found.end()
    return re.compile("".join(parts) + re.escape(line[at:]))


def difference(seen: list[str], expected: list[str], constants: dict[str, int | str]
               ) -> Difference | None:
    """The first place where the output is not what the transcript says, or None.

    The runs of lines between two `...` are found one after another, each as early as it can be;
    only the last must reach the end. Taking the earliest never spoils a later one.
    """
    filled = [fill(line, constants) for line in expected]
    runs = _runs(filled)
    at, matched = 0, 0
    for index, (want, lines) in enumerate(runs):
        starts = range(at, at + 1) if index == 0 else range(at, len(seen) + 1)
        best = max(starts, key=lambda start: (_agree(seen, start, lines), -start))
        agreed = _agree(seen, best, lines)
        last = index == len(runs) - 1
        if last and index > 0 and _ends_with(seen, at, lines):
            return None
        if agreed < len(lines):
            here = best + agreed if agreed or index == 0 else _likest(seen, at, lines[0])
            came = _line(seen, here)
            own = came is not None and not _of_the_lab(came, filled) \
                and _goes_on(seen[here:], lines[agreed])
            return Difference(here + 1, want + agreed + 1, came, _beside(lines[agreed], came),
                              matched + agreed, own)
        at, matched = best + agreed, matched + agreed
    if at < len(seen):
        return Difference(at + 1, len(filled) + 1, seen[at], None, matched,
                          not _of_the_lab(seen[at], filled))
    return None


def _goes_on(seen: list[str], wanted: str) -> bool:
    """True if the wanted line comes later, or is what the first of these ends with."""
    pattern = _pattern(wanted)
    return any(map(pattern.fullmatch, seen[1:])) or wanted != "" and bool(
        re.search(f"(?:{pattern.pattern})$", seen[0]))


def _of_the_lab(came: str, filled: list[str]) -> bool:
    """True if the student need not have printed this line: a fault, a log line, or one of the
    transcript's, with whatever numbers.
    """
    bare = _NUMBERS.sub("0", came)
    return came.startswith(_FAULT) or bool(_LOG.match(came)) or any(
        _pattern(line).fullmatch(came) or bare == _NUMBERS.sub("0", line) for line in filled)


def _beside(wanted: str, came: str | None) -> str:
    """The wanted line, its placeholders as the other one has them, up to where the two part."""
    made, at, here = "", 0, 0
    for found in _PLACEHOLDER.finditer(wanted):
        if found[1] not in _PATTERNS or found[2] is not None or came is None:
            continue
        plain = wanted[at:found.start()]
        there = re.compile(_PATTERNS[found[1]]).match(came, here + len(plain))
        if not came.startswith(plain, here) or not there:
            break
        made, at, here = made + plain + there[0], found.end(), there.end()
    return made + wanted[at:]


def _likest(seen: list[str], at: int, wanted: str) -> int:
    """Where to look for a line that is nowhere: the likest one from `at` on, else the last; or the
    end, if the last is of the same kind as the one before it.

    Only the end of a long output is searched, and only the beginning of a long line.
    """
    from difflib import SequenceMatcher
    matcher = SequenceMatcher(autojunk=False)

    def like(index: int, other: str = wanted) -> float:
        matcher.set_seqs(seen[index][:MOST_SEARCHED], other[:MOST_SEARCHED])
        return matcher.ratio()
    last = len(seen) - 1
    best = max(range(max(at, len(seen) - MOST_SEARCHED), len(seen)), key=like, default=at)
    if best >= len(seen) or like(best) >= LIKE:
        return best
    return last + 1 if last > at and like(last, seen[last - 1]) >= LIKE else last


def _runs(filled: list[str]) -> list[tuple[int, list[str]]]:
    """The lines between the `...`, each with the index of its first line."""
    runs: list[tuple[int, list[str]]] = [(0, [])]
    for index, line in enumerate(filled):
        if line == ANY_LINES:
            runs.append((index + 1, []))
        else:
            runs[-1][1].append(line)
    return runs


def _agree(seen: list[str], start: int, lines: list[str]) -> int:
    """How many of these lines the output shows from this place on."""
    count = 0
    while (count < len(lines) and start + count < len(seen)
           and _pattern(lines[count]).fullmatch(seen[start + count])):
        count += 1
    return count


def _ends_with(seen: list[str], at: int, lines: list[str]) -> bool:
    start = len(seen) - len(lines)
    return start >= at and _agree(seen, start, lines) == len(lines)


def _line(lines: list[str], index: int) -> str | None:
    return lines[index] if index < len(lines) else None
