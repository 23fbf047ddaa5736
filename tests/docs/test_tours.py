"""The guided tours of kernel and libraries lead to files and functions that are there."""

import re
from functools import cache

import pytest

from harness import KIT

TOURS = ["kernel/README.md", "libs/README.md", "grader/README.md", "tests/kernel/README.md",
         "tests/kernel/fuzz/README.md", "tests/kernel/invariants/README.md", "docs/debugging.md"]
_SOURCES = {".c", ".h", ".S", ".py"}


@cache
def sources() -> str:
    """All the code that a tour may lead to."""
    paths = [path for folder in ("kernel", "libs", "grader", "tests", "debugger", "labs", "solutions")
             for path in sorted((KIT / folder).rglob("*")) if path.suffix in _SOURCES]
    return "\n".join(path.read_text("utf-8") for path in paths)


@pytest.mark.parametrize("tour", TOURS)
def test_functions_exist(tour: str) -> None:
    """What a tour writes as `name()`."""
    named = set(re.findall(r"`(\w+)\(\)`", (KIT / tour).read_text("utf-8")))
    code = sources()
    assert sorted(name for name in named if not re.search(rf"\b{name}\b", code)) == []


@pytest.mark.parametrize("tour", TOURS)
def test_files_exist(tour: str) -> None:
    """What a tour writes as `folder/file.c`, from whichever folder on; links have a test elsewhere."""
    named = set(re.findall(r"\b(?:\w+/)+\w+\.(?:c|h|S)\b", (KIT / tour).read_text("utf-8")))
    assert sorted(name for name in named if not any(KIT.glob(f"*/**/{name}"))
                  and not (KIT / name).is_file()) == []
