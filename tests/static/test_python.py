"""What can be said of the Python without running it."""

import ast
from pathlib import Path

import pytest

import imports
import sources


@pytest.mark.parametrize("path", sources.python_files(),
                         ids=lambda path: str(path.relative_to(sources.KIT)))
def test_file_compiles_and_says_what_it_is(path: Path) -> None:
    """It has no syntax error, a docstring, and no import that nothing uses."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    compile(tree, str(path), "exec")
    assert ast.get_docstring(tree), "it has no docstring"
    assert imports.unused(text) == []


def test_unused_imports_are_found() -> None:
    source = ("import os\nimport sys as system\nfrom a import b, c\nimport x.y\n"
              "from e import f  # noqa: F401\n\ndef g(h: 'c') -> None:\n    print(x.y.z)\n")
    assert imports.unused(source) == ["3: b", "1: os", "2: system"]
