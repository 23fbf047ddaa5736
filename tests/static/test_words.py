"""Words that have no place in what is handed out."""

import re
from pathlib import Path

import pytest

import sources

# Taken apart, so that this file does not hold them.
UNFINISHED = ("TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK")
HERE_ONLY = ("/wo" "rk/", "/ho" "me/", "pypi" ".org", "python" "hosted", "npm" "js", "crates" ".io",
             "docker" ".io", "ghcr" ".io", "rubygems" ".org", "proxy.go" "lang")
_WRONG = re.compile(rf"\b(?:{'|'.join(UNFINISHED)})\b|(?i:{'|'.join(map(re.escape, HERE_ONLY))})")


def wrong_lines(text: str) -> list[str]:
    """Lines with a word of forbidden kind."""
    return [f"{number}: {line}" for number, line in enumerate(text.split("\n"), 1)
            if _WRONG.search(line)]


def test_no_text_has_such_words() -> None:
    """Nothing unfinished, no path of one machine, no host of a registry."""
    found = {str(path.relative_to(sources.KIT)): wrong_lines(path.read_text("utf-8"))
             for path in sources.texts()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("word", [*UNFINISHED, *HERE_ONLY])
def test_such_a_word_is_found(word: str) -> None:
    assert wrong_lines(f"fine\nsee {word} there\n") == [f"2: see {word} there"]
    assert wrong_lines("mastodon, hackle, a homework\n") == []


def test_all_text_files_are_looked_at() -> None:
    """A new kind of file is either text, and then in the list, or has no lines."""
    other = {path.suffix for path in sources.files()} - {path.suffix for path in sources.texts()}
    for path in sources.files():
        if path.suffix in other:
            assert b"\0" in Path(path).read_bytes(), path
