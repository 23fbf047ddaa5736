"""Values that change from run to run, so that an answer with a number written into it shows.

Invariants: the same lab and seed give the same values everywhere; a drawn value is never the
lesson's value of any constant, and no two constants of a run have the same value; the second seed
of a pair gives every constant another value than the first; a hidden constant is in no file, only
on the command lines that compile the frozen sources that name it, and does not follow from the seed
alone, which a program can find out from its own text.
"""

import hashlib
import re
from dataclasses import dataclass

from grader.checking import Constants
from grader.constant import Constant
from grader.lab import Lab

HEADER = "lab_constants.h"


@dataclass(frozen=True)
class Draw:
    """A seed, and the values drawn from it."""

    seed: int
    values: Constants


def seed_from(digest: bytes) -> int:
    """A seed of 52 bits: too many to look for a text whose seed has the numbers that stand in it, and
    few enough for any reader of JSON.
    """
    return int.from_bytes(digest[:8], "big") >> 12


def lesson(lab: Lab) -> Constants:
    """The values that the lesson quotes."""
    return Constants((constant.name, constant.value) for constant in lab.constants)


def drawn(lab: Lab, seed: int) -> Constants:
    """Values drawn from this seed."""
    taken = {constant.value for constant in lab.constants}
    values = Constants()
    for constant in lab.constants:
        key = f"{lab.name}:{constant.name}:{seed}"
        values[constant.name] = _draw(constant, key + lab.secret if constant.hidden else key, taken)
        taken.add(values[constant.name])
    return values


def draws(lab: Lab, seed: int, alone: bool = False) -> tuple[Draw, ...]:
    """What a submission is judged under: this seed and a second one that follows from it."""
    first = Draw(seed, drawn(lab, seed))
    return (first,) if alone else (first, _second(lab, first))


def _second(lab: Lab, first: Draw) -> Draw:
    """The first draw of the seed's sequence in which no constant has the value that it had."""
    for attempt in range(10000):
        digest = hashlib.sha256(f"{lab.name}:{first.seed}:{attempt}".encode()).digest()
        seed = seed_from(digest)
        values = drawn(lab, seed)
        if seed != first.seed and all(values[name] != first.values[name] for name in values):
            return Draw(seed, values)
    raise ValueError(f"no second seed for {first.seed}")


def _draw(constant: Constant, key: str, taken: set[int | str]) -> int | str:
    """The first value of the key's sequence that is free; hashing keeps it the same everywhere."""
    for attempt in range(10000):
        digest = hashlib.sha256(f"{key}:{attempt}".encode()).digest()
        value = constant.pick(int.from_bytes(digest[:16], "big"))
        if value not in taken:
            return value
    raise ValueError(f"no free value for {constant.name}")


def header(lab: Lab, values: Constants) -> str:
    """The text of <lab_constants.h> with these values."""
    lines = ["/* Made by the kit: the numbers of this lab. They change when it is graded. */",
             "#pragma once", ""]
    for constant in lab.constants:
        if not constant.hidden:
            lines.append(f"#define {constant.name} {constant.literal(values[constant.name])}")
    return "\n".join(lines) + "\n"


def hidden(lab: Lab, values: Constants, text: str) -> tuple[str, ...]:
    """The compiler's options that tell a frozen source, with this text, what no other may know."""
    return tuple(f"-D{constant.name}={constant.literal(values[constant.name])}"
                 for constant in lab.constants
                 if constant.hidden and re.search(rf"\b{constant.name}\b", text))
