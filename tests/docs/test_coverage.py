"""kernel/COVERAGE.md: every rule of the interface has a test that exists, no section is left out.

A rule is a line that begins with "- "; the lines below it, indented, are what shows it: a test in
backticks, or a decision with a link to where it is written down.
"""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache

import pytest

from harness import KIT

MAP = KIT / "kernel" / "COVERAGE.md"
KERNEL_TESTS = KIT / "tests" / "kernel"
PARTS = {0: [3], 1: 8, 2: 5, 3: 5, 4: 9, 5: 4, 6: 10, 7: 10, 8: 6, 9: 7, 10: 0, 11: 7, 12: 7, 13: 5,
         14: 4, "14b": 0, 15: 0}  # section: its parts, or how many
FOLDERS = {"machine": "kernel/machine", "gdb": "kernel/gdb", "fuzz": "kernel/fuzz", "libs": "libs",
           "docs": "docs"}
_SAYS_WHY = re.compile(r"(Decided|Not seen): .+\]\([^)]+\)", re.S)


@dataclass
class Rule:
    """One rule of the map, and what stands below it."""

    section: str
    text: str
    shown: list[str] = field(default_factory=list)


def sections() -> list[str]:
    """The numbers of all sections, as the map's headings must have them."""
    found = []
    for number, parts in PARTS.items():
        listed = parts if isinstance(parts, list) else range(1, parts + 1)
        found += [str(number), *(f"{number}.{part}" for part in listed)]
    return found


def rules(text: str) -> list[Rule]:
    """The rules of a map in order; a line that is indented further goes on with the one above."""
    found: list[Rule] = []
    section = ""
    for line in text.splitlines():
        if heading := re.match(r"##+ (\d+\w*(?:\.\d+)?) ", line):
            section = heading[1]
        elif line.startswith("- "):
            found.append(Rule(section, line[2:]))
        elif line.startswith("  - "):
            found[-1].shown.append(line[4:])
        elif line.startswith("    "):
            found[-1].shown[-1] += " " + line.strip()
    return found


@cache
def behaviours() -> frozenset[str]:
    """The names of all behaviours."""
    sources = [path.read_text("utf-8") for path in (KERNEL_TESTS / "behaviour").glob("*.c")]
    return frozenset(name for source in sources
                     for name in re.findall(r'^BEHAVIOUR\(\s*"([^"\n]+)"\)', source, re.M))


@cache
def collected() -> frozenset[str]:
    """What pytest finds, with and without parameters, relative to tests/."""
    done = subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", "-p",
                           "no:cacheprovider", "tests/kernel", "tests/libs", "tests/docs"],
                          cwd=KIT, capture_output=True, text=True, check=True)
    names = {line.removeprefix("tests/") for line in done.stdout.splitlines() if "::" in line}
    return frozenset(names | {name.partition("[")[0] for name in names})


@cache
def cases(program: str) -> frozenset[str]:
    """The cases that a program's golden file lists."""
    folder, _, name = program.partition("/")
    golden = KERNEL_TESTS / "conformance" / folder / "golden" / f"{name}.txt"
    return frozenset(line.partition(":")[0] for line in
                     (golden.read_text("utf-8").splitlines() if golden.is_file() else ()))


def exists(shown: str) -> bool:
    """There is such a test, or the decision says where it is written down."""
    if not (test := re.fullmatch(r"`(\w+): (.+)`", shown)):
        return bool(_SAYS_WHY.match(shown))
    kind, name = test.groups()
    if kind == "behaviour":
        return name in behaviours()
    if kind == "conformance":
        program, _, pattern = name.partition(" ")
        return any(fnmatchcase(case, pattern) for case in cases(program))
    if kind == "unit":
        return f"kernel/unit/test_unit.py::test_unit[{name}]" in collected()
    return f"{FOLDERS.get(kind)}/{name}" in collected()


@pytest.mark.parametrize("section", sections())
def test_what_is_named_exists(section: str) -> None:
    """No rule of the section is without a test or a reason, and each of them is there."""
    here = [rule for rule in rules(MAP.read_text("utf-8")) if rule.section == section]
    assert all(rule.shown for rule in here), [rule.text for rule in here if not rule.shown]
    missing = [shown for rule in here for shown in rule.shown if not exists(shown)]
    assert not missing, "\n".join(missing)


def test_no_section_is_left_out() -> None:
    """The headings are the sections, in order, and the deepest of them have rules."""
    text = MAP.read_text("utf-8")
    headings = re.findall(r"^##+ (\d+\w*(?:\.\d+)?) ", text, re.M)
    assert headings == sections()
    used = {rule.section for rule in rules(text)}
    with_parts = {each.partition(".")[0] for each in headings if "." in each}
    assert set(headings) - with_parts <= used


def test_decisions_lead_to_a_heading() -> None:
    """What follows the # of a link is a heading of that document, as Markdown names it."""
    for name, anchor in set(re.findall(r"\]\(([^)#]+)#([^)]+)\)", MAP.read_text("utf-8"))):
        headings = re.findall(r"^#+ (.+)$", (MAP.parent / name).read_text("utf-8"), re.M)
        plain = [re.sub(r"[^\w -]", "", heading).lower() for heading in headings]
        assert anchor in {heading.replace(" ", "-") for heading in plain}, anchor


@pytest.mark.parametrize("wrong", [
    "`behaviour: cnode: no such thing`", "`conformance: ipc/ipc no-such-*`",
    "`conformance: ipc/nothing *`", "`machine: test_boot.py::test_nothing`", "`unit: tree_test-x`",
    "`nothing: test_boot.py::test_machine`", "Decided: so", "by hand"])
def test_what_does_not_exist_is_found(wrong: str) -> None:
    """A name that fits nothing is no test, and a decision needs its place."""
    assert not exists(wrong)

def test_every_behaviour_has_its_place() -> None:
    """A new behaviour is entered below the rule that it shows."""
    named = {shown.removeprefix("`behaviour: ").removesuffix("`")
             for rule in rules(MAP.read_text("utf-8")) for shown in rule.shown}
    assert sorted(behaviours() - named) == []
