"""Small changes to a worked answer, each of which a lab's checks should notice.

Changed is only what lies inside the TASK regions, one place at a time: a statement deleted, a
number, a condition or an operator changed, an argument taken away or swapped with its neighbour.
Invariant: a mutant keeps the lines of the text, so that messages with line numbers stay the same.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Iterator

from grader import states

_TOKEN = re.compile(r"""(?P<skip>\s+|/\*.*?\*/|//[^\n]*|^[ \t]*\#[^\n]*)|(?P<text>"(?:\\.|[^"\\])*"
    |'(?:\\.|[^'\\])*')|(?P<number>(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*)|(?P<name>[A-Za-z_]\w*)
    |(?P<sign>->|\+\+|--|<<=?|>>=?|[<>=!+\-*/%&|^]=|&&|\|\||.)""", re.X | re.S | re.M)
_OPERATORS = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "&&": "||",
              "||": "&&", "+": "-", "-": "+", "&": "|", "|": "&", "++": "--", "--": "++",
              "+=": "-=", "-=": "+="}
_EITHER_WAY = {"+", "-", "&"}  # with one operand or with two
_WORDS = {"true": "false", "false": "true"}
_NO_CALLS = {"if", "while", "for", "switch", "return", "sizeof"}
_LONGEST = 70


@dataclass(frozen=True)
class Mutant:
    """One change: its task, what it is in words, and the changed text of the whole file."""

    task: int
    what: str
    text: str

    @property
    def name(self) -> str:
        """How a list of mutants calls it."""
        return f"task {self.task}: {self.what}"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


_Edit = tuple[str, int, int, str]  # in words; from, to, and what comes there


def mutants(text: str) -> list[Mutant]:
    """All mutants of a worked answer, in the order of the text; names are unique."""
    found: list[Mutant] = []
    seen: Counter[str] = Counter()
    for number, places in sorted(states.regions(text).items()):
        for begin, end in places:
            for what, start, stop, new in sorted(_edits(text, begin, end), key=lambda e: e[1:]):
                seen[f"{number} {what}"] += 1
                count = seen[f"{number} {what}"]
                changed = text[:start] + new + "\n" * text.count("\n", start, stop) + text[stop:]
                found.append(Mutant(number, what if count == 1 else f"{what} ({count})", changed))
    return found


def _edits(text: str, begin: int, end: int) -> Iterator[_Edit]:
    tokens = [_Token(match.lastgroup, match[0], match.start(), match.end())
              for match in _TOKEN.finditer(text, begin, end) if match.lastgroup != "skip"]
    yield from _deletions(text, tokens)
    yield from _conditions(text, tokens)
    yield from _arguments(text, tokens)
    for at, token in enumerate(tokens):
        new = _changed(tokens, at)
        if new:
            yield (f"{token.text} -> {new} in {_line(text, token)}", token.start, token.end, new)


def _changed(tokens: list[_Token], at: int) -> str | None:
    """What a number, a truth value or an operator becomes."""
    token = tokens[at]
    if token.kind == "number":
        digits = token.text.rstrip("uUlL")
        return f"{int(digits, 0) + 1}{token.text[len(digits):]}"
    if token.kind == "name":
        return _WORDS.get(token.text)
    before = tokens[at - 1] if at else None
    binary = before and (before.kind in ("number", "name") and before.text != "return"
                         or before.text in (")", "]"))
    if token.kind != "sign" or token.text in _EITHER_WAY and not binary:
        return None
    return _OPERATORS.get(token.text)


def _deletions(text: str, tokens: list[_Token]) -> Iterator[_Edit]:
    """Each statement but declarations, which others need."""
    first, depth = 0, 0
    for at, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth or token.text not in (";", "{", "}"):
            continue
        statement = tokens[first:at]
        if token.text == ";" and statement and not _declares(statement):
            start, stop = statement[0].start, token.end
            yield f"without {_short(text[start:stop])}", start, stop, ";"
        first = at + 1


def _declares(statement: list[_Token]) -> bool:
    """True if it begins with a type and a name."""
    words = [token for token in statement[:3] if token.text != "*"][:2]
    return all(token.kind == "name" for token in words) and len(words) == 2 \
        and words[0].text != "return"


def _conditions(text: str, tokens: list[_Token]) -> Iterator[_Edit]:
    """The condition of each `if`, `while` and `for`, turned around."""
    for at, token in enumerate(tokens[:-1]):
        if token.text not in ("if", "while", "for") or tokens[at + 1].text != "(":
            continue
        close = _closing(tokens, at + 1)
        start, stop = tokens[at + 1].end, tokens[close].start
        if token.text == "for":
            ends = [t for t in tokens[at:close] if t.text == ";"]
            start, stop = ends[0].end, ends[1].start
        condition = text[start:stop].strip()
        yield f"{token.text} not {_short(condition)}", start, stop, f"!({condition})"


def _closing(tokens: list[_Token], at: int) -> int:
    """The index of the parenthesis that closes the one at `at`."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    raise ValueError("a parenthesis is not closed")


def _arguments(text: str, tokens: list[_Token]) -> Iterator[_Edit]:
    """Each argument of each call, as 0, and swapped with the next one."""
    for at, token in enumerate(tokens[:-1]):
        if token.kind != "name" or token.text in _NO_CALLS or tokens[at + 1].text != "(":
            continue
        close = _closing(tokens, at + 1)
        if tokens[close + 1:close + 2] and tokens[close + 1].text == "{":
            continue  # the head of a function
        given = _split(tokens, at + 1, close)
        for index, (start, stop) in enumerate(given, 1):
            if text[start:stop] not in ("0", "NULL"):
                yield f"argument {index} of {token.text} -> 0", start, stop, "0"
        for index, (one, other) in enumerate(zip(given, given[1:]), 1):
            first, second = text[one[0]:one[1]], text[other[0]:other[1]]
            if first != second:
                yield (f"arguments {index} and {index + 1} of {token.text} swapped", one[0],
                       other[1], f"{second}, {first}")


def _split(tokens: list[_Token], at: int, close: int) -> list[tuple[int, int]]:
    """Where each argument between these parentheses begins and ends."""
    found, first, depth = [], at + 1, 0
    for index in range(at + 1, close + 1):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if index == close or depth == 0 and tokens[index].text == ",":
            if index > first:
                found.append((tokens[first].start, tokens[index - 1].end))
            first = index + 1
    return found


def _line(text: str, token: _Token) -> str:
    """The line that a token stands in."""
    start, end = text.rfind("\n", 0, token.start) + 1, text.find("\n", token.end)
    return _short(text[start:end])


def _short(code: str) -> str:
    flat = " ".join(code.split())
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST - 2]} …"
