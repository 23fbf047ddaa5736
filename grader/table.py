"""A table of a lab.toml, read word by word: each value has the right type, and no word is left over.

Invariant: every mistake is told with the file, the table and the word.
"""

import re
from typing import Any

from grader.errors import Refusal
from grader.language import _

C_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class LabError(Refusal):
    """A lab.toml is wrong: a mistake of the lab's author."""


class Table:
    """A TOML table that answers with values of the right type or says where they are wrong."""

    def __init__(self, where: str, values: Any):
        if not isinstance(values, dict):
            raise LabError(_("{where}: expected a table", where=where))
        self.where = where
        self.values = dict(values)

    def take(self, word: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        value = self.values.pop(word, default)
        if value is ...:
            raise LabError(_("{where}: {word} is missing", where=self.where, word=word))
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)
                                     and kind is not bool):
            raise LabError(_("{where}: {word} has the wrong type, {type}", where=self.where,
                             word=word, type=type(value).__name__))
        return value

    def strings(self, word: str, default: Any = ...) -> tuple[str, ...]:
        values = self.take(word, list, default)
        if not all(isinstance(value, str) for value in values):
            raise LabError(_("{where}: {word} must be a list of strings", where=self.where,
                             word=word))
        return tuple(values)

    def done(self) -> None:
        if self.values:
            raise LabError(_("{where}: unknown word {word}", where=self.where,
                             word=sorted(self.values)[0]))
