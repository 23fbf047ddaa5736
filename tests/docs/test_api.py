"""docs/api: made from the headers of libsel4, whole, in step, with examples that work.

What the headers declare is looked up here in a way of its own, so that a function which make.py
overlooks is missed by it and found here.
"""

import re
import sys
from functools import cache
from pathlib import Path

import pytest

import harness

FOLDER = harness.KIT / "docs" / "api"
sys.path.insert(0, str(FOLDER))

import headers  # noqa: E402  (their folder must be on the path first)
import make  # noqa: E402

HERE = Path(__file__).parent
_DECLARED = re.compile(r"^LIBSEL4_INLINE(?:_FUNC)?\b[^;{]*?\b(seL4_\w+)\(", re.M)
_HEADING = re.compile(r"^##+ (\w+)$", re.M)


def declared() -> list[str]:
    """The functions of all headers of libsel4 that programs call."""
    return [name for path in sorted(headers.INCLUDE.rglob("*.h"))
            for name in _DECLARED.findall(path.read_text("utf-8"))]


@cache
def made() -> dict[str, str]:
    """What make.py makes now."""
    return make.pages()


def sections() -> dict[str, str]:
    """Function or type -> its part of a page."""
    found: dict[str, str] = {}
    for text in made().values():
        name, *rest = _HEADING.split(text)[1:] or [""]
        for name, part in zip([name, *rest[1::2]], rest[0::2]):
            found[name] = part
    return found


def test_pages_are_in_step_with_the_headers() -> None:
    """Run `/usr/bin/python3 docs/api/make.py` and commit what it makes."""
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert sorted(there) == sorted(made())
    assert [name for name, text in made().items() if there[name] != text] == []


def test_every_function_has_a_part_of_a_page() -> None:
    names = declared()
    assert len(names) == len(set(names)) > 90
    assert [name for name in names if name not in sections()] == []


def test_every_header_is_read_or_known_to_be_internal() -> None:
    shown = "".join(made().values())
    assert [name for name in headers.public_headers()
            if name not in make.INTERNAL and f"/{name})" not in shown] == []


@cache
def all_headers() -> list[headers.Header]:
    """Every header that is not internal; those with the numbers that others use come first."""
    known: dict[str, int] = {}
    first = [f"sel4/{name}.h" for name in make.TYPES_ORDER]
    rest = [name for name in headers.public_headers() if name not in (*first, *make.INTERNAL)]
    return [headers.read(name, known) for name in [*first, *rest]]


@pytest.mark.parametrize("header", all_headers(), ids=lambda each: each.path.stem)
def test_doc_blocks_say_all(header: headers.Header) -> None:
    """Every function: what it does, each parameter, what it returns, each error."""
    missing = {each.name: headers.what_is_missing(each) for each in header.functions}
    assert {name: what for name, what in missing.items() if what} == {}


def test_a_doc_block_that_lacks_something_is_found() -> None:
    whole = "Does. \n@param a one\n@param b two\n@retval seL4_NoError"
    params = [("int", "a"), ("int", "b")]
    body = "return sel4_invoke(a);"

    def missing(doc: str) -> list[str]:
        return headers.what_is_missing(headers.Function("f", "seL4_Error", params,
                                                        headers.parse_doc(doc), body))
    assert missing(whole) == []
    assert missing(whole.replace("Does. ", "")) == ["a sentence on what it does"]
    assert missing(whole.replace("@param b two\n", "")) == ["@param b"]
    assert missing(whole.replace("@param b two", "@param b")) == ["@param b"]
    assert missing(whole + "\n@param c three") == ["@param c, which it does not have"]
    assert missing(whole.replace("\n@retval seL4_NoError", "")) == ["@retval"]


def test_answers_are_errors_that_exist() -> None:
    known: dict[str, int] = {}
    headers.read("sel4/errors.h", known)
    named = {word for text in made().values()
             for word in re.findall(r"^\| `(seL4_\w+)` \| [^|]*\|$",
                                    "".join(re.findall(r"\| answer \|.*?\n\n", text, re.S)), re.M)}
    assert named and named <= known.keys()


def test_every_call_has_its_sheet_section_and_an_example() -> None:
    """System calls and invocations, that is; the helpers for types speak for themselves."""
    calls = [name for page, text in made().items() if page not in ("README.md", "types.md")
             for name in _HEADING.findall(text)]
    assert len(calls) > 75
    lacking = [name for name in calls
               if not re.search(r"ABI sheet \d", sections()[name])
               or not re.search(r"```c\n(?:/\*|static )|^Example: with ", sections()[name], re.M)]
    assert lacking == []


@cache
def run() -> harness.Run:
    """The one boot of all examples; they may not even warn."""
    import tempfile
    with tempfile.TemporaryDirectory(prefix="caplab-api-") as folder:
        image = harness.compile_root_task(
            [HERE / "api" / "run.c"], Path(folder) / "examples.elf",
            flags=("-Wextra", "-Werror", f"-I{FOLDER / 'examples'}"))
        return harness.boot(image, counted=True)


@pytest.mark.xdist_group("api-examples")
@pytest.mark.parametrize("example", make.examples(), ids=lambda each: f"{each.file}:{each.name}")
def test_example_does_what_it_shows(example: make.Example, frozen: None) -> None:
    """run.c calls it and looks at what it did."""
    if example.name == "give_up":
        assert run().status == harness.qemu.HALT_STATUS
        assert "\nnothing makes sense any more\n" in run().user
    else:
        assert f"\nok {example.name}\n" in f"\n{run().user}", run().user
