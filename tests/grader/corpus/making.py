"""How an entry of the corpus is made, and what it is.

An entry is made from a lab's worked answer by replacing text, or is a program of its own. Every
replacement must find its place, so that an entry cannot quietly turn into the right answer.
"""

import re
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader import constants, states
from grader.lab import Limits, find, kit_root
from grader.score import Verdict

KIT = kit_root()
SEED = 4711
INSTRUCTIONS = 160_000_000


@dataclass(frozen=True)
class Entry:
    """One submission: its lab, its text, and what grading it must come to.

    points: the exact score.   told: words that the report must contain.   seed: the one that it
    is graded with; None: its own.   beside: other files in the folder that is handed in.
    """

    name: str
    lab: str
    text: str
    verdict: Verdict
    points: float
    told: str = ""
    seed: int | None = None
    beside: dict[str, str] = field(default_factory=dict)


def worked(lab: str, solved: int | None = None) -> str:
    """A lab's worked answer with the first tasks solved; all of them if not said."""
    source = (KIT / "solutions" / lab / "main.c").read_text("utf-8")
    numbers = states.tasks_in(source)
    return states.state(source, numbers if solved is None else set(range(1, solved + 1)))


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """The text with parts replaced, each of which it has."""
    for old, new in pairs:
        assert old in text, f"there is no {old!r}"
        text = text.replace(old, new)
    return text


def edit(lab: str, *pairs: tuple[str, str]) -> str:
    """The worked answer with texts replaced."""
    return replaced(worked(lab), *pairs)


def region(lab: str, number: int, body: str) -> str:
    """The worked answer with one task's region replaced."""
    text = worked(lab)
    (begin, end), = states.regions(text)[number]
    return text[:begin] + body + "\n" + text[end:]


def before_main(lab: str, body: str) -> str:
    """The worked answer with declarations put before main."""
    return edit(lab, ("int main(void) {", body + "\nint main(void) {"))


def at_start(lab: str, body: str) -> str:
    """The worked answer whose main begins with these statements."""
    return edit(lab, ("int main(void) {", "int main(void) {\n" + body))


def printing(lines: list[str], after: str = "", before: str = "") -> str:
    """A program that does nothing but print; `lines` are arguments of printf."""
    says = "".join(f"    printf({line});\n" for line in lines)
    return ("#include <stdio.h>\n#include <sel4/sel4.h>\n#include <lab_constants.h>\n"
            "#include <sel4platsupport/bootinfo.h>\n"
            f"{before}int main(void) {{\n{says}{after}    return 0;\n}}\n")


def without_markers(text: str) -> str:
    """The text with every TASK marker line taken out."""
    return "".join(line for line in text.splitlines(True)
                   if not ("TASK" in line and ("BEGIN" in line or "END" in line)))


def numbers(text: str, which: int, lab: str = "dynamic-2") -> str:
    """The text with the values that a lab's constants have under one seed of SEED's pair."""
    for name, value in constants.draws(find(KIT, lab), SEED)[which].values.items():
        text = re.sub(rf"\b{name}\b", f'"{value}"' if isinstance(value, str) else f"{value:#x}",
                      text)
    return text


def grade_entry(entry: Entry, seed: int | None = None,
                limits: Limits = Limits(instructions=INSTRUCTIONS)):
    """What grading an entry comes to, taken in from a folder; loops are stopped sooner than usual."""
    from grader import intake
    from grader.grade import grade
    from grader.recipe import Kit
    lab = replace(find(KIT, entry.lab), limits=limits)
    with tempfile.TemporaryDirectory(prefix="caplab-entry-") as folder:
        for name, text in {**entry.beside, "main.c": entry.text}.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        files = intake.take(lab, Path(folder))
    return grade(Kit(KIT), lab, files, entry.seed if seed is None else seed)
