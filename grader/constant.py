"""One constant of a lab: a number or a word, and which others are drawn in its place.

Invariant: a constant that exists can be drawn, and C reads back each of its values.
"""

import re
from dataclasses import dataclass
from typing import Any

from grader.language import _
from grader.table import C_NAME, LabError, Table

# Drawn words have no vowels: so none of them means anything, least of all something rude.
LETTERS = "bcdfghjklmnpqrstvwxz"
LONGEST = 24  # letters: what a hash of 128 bits is enough for
_PLAIN_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Number:
    """A number: the lesson's, and the range that others are drawn from.

    step: drawn are min, min + step and so on up to max; the lesson's value may lie between them.
    hidden: only the frozen sources get to know it.
    """

    name: str
    value: int
    min: int
    max: int
    format: str
    hidden: bool = False
    step: int = 1

    @property
    def choices(self) -> int:
        """How many values there are to draw from."""
        return (self.max - self.min) // self.step + 1

    def pick(self, roll: int) -> int:
        """The value that this roll, any large number, stands for."""
        return self.min + roll % self.choices * self.step

    def literal(self, value: int) -> str:
        """The value as C reads it: as the lesson shows it where that is plain hex, else decimal.

        A decimal literal of 64 bits has no type in C.
        """
        plain_hex = self.format.endswith(("x", "X")) or value >= 2 ** 63
        return format(value, "#x" if plain_hex else "d")


@dataclass(frozen=True)
class Word:
    """A word: the lesson's, and how many letters others may have.

    hidden: only the frozen sources get to know it.
    """

    name: str
    value: str
    min: int
    max: int
    hidden: bool = False

    @property
    def choices(self) -> int:
        """How many words of the shortest kind there are to draw from."""
        return len(LETTERS) ** self.min

    def pick(self, roll: int) -> str:
        """The word that this roll, any large number, stands for."""
        roll, more = divmod(roll, self.max - self.min + 1)
        letters = []
        for _letter in range(self.min + more):
            roll, letter = divmod(roll, len(LETTERS))
            letters.append(LETTERS[letter])
        return "".join(letters)

    def literal(self, value: str) -> str:
        """The value as C reads it."""
        return f'"{value}"'


Constant = Number | Word


def read(where: str, name: str, values: Any) -> Constant:
    """The constant of this name in the file `where`."""
    table = Table(f"{where}: constants.{name}", values)
    if not C_NAME.fullmatch(name):
        raise LabError(_("{where}: not a name that C accepts", where=table.where))
    value = table.take("value", (int, str))
    made = _word(table, name, value) if isinstance(value, str) else _number(table, name, value)
    table.done()
    return made


def _word(table: Table, name: str, value: str) -> Word:
    made = Word(name, value, table.take("min", int, len(value)),
                table.take("max", int, len(value)), table.take("hidden", bool, False))
    if not _PLAIN_WORD.fullmatch(value):
        raise LabError(_("{where}: a word has small letters only, from a to z", where=table.where))
    if not 1 <= made.min <= len(value) <= made.max <= LONGEST:
        raise LabError(_("{where}: min and max are numbers of letters: needs 1 <= min <= {length} "
                         "<= max <= {longest}", where=table.where, length=len(value),
                         longest=LONGEST))
    return made


def _number(table: Table, name: str, value: int) -> Number:
    made = Number(name, value, table.take("min", int), table.take("max", int),
                  table.take("format", str, "d"), table.take("hidden", bool, False),
                  table.take("step", int, 1))
    if not 0 <= made.min <= value <= made.max < 2 ** 64:
        raise LabError(_("{where}: needs 0 <= min <= value <= max < 2^64", where=table.where))
    _drawable(table.where, made)
    try:
        format(value, made.format)
    except ValueError:
        raise LabError(_("{where}: format {format!r} is not one of Python's", where=table.where,
                         format=made.format)) from None
    return made


def _drawable(where: str, made: Number) -> None:
    """Refuse a number whose last value is never drawn."""
    if made.step < 1:
        raise LabError(_("{where}: step must be 1 or more", where=where))
    if (made.max - made.min) % made.step:
        raise LabError(_("{where}: max must be min and a whole number of steps of {step}; the "
                         "last one drawn would be {last}", where=where, step=made.step,
                         last=made.pick(made.choices - 1)))
