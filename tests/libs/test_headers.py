"""The headers: each stands alone, the ABI's facts hold, and programs written for seL4 compile."""

import json
import re
import subprocess
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[2]
LIBS = KIT / "libs"
FLAGS = json.loads((LIBS / "flags.json").read_text("utf-8"))
INCLUDES = [f"-I{LIBS / folder}" for folder in FLAGS["include"]]
FOLDERS = [LIBS / folder for folder in FLAGS["include"]]
# The headers of these need no extension of the language.
PLAIN = tuple(str(path.relative_to(LIBS / name / "include")) for name in ("libc", "libsel4")
              for path in (LIBS / name / "include").rglob("*.h"))
HEADERS = sorted(str(path.relative_to(folder)) for folder in FOLDERS for path in folder.rglob("*.h"))
PROGRAMS = sorted((KIT / "tests" / "kernel" / "conformance").glob("*/*.c"))
STRICT = ["-Wall", "-Wextra", "-Werror"]


def compile_source(source: str | Path, *flags: str, text: str | None = None) -> str:
    """Compile with the flags of programs; the compiler's complaints, empty if there are none."""
    done = subprocess.run(["gcc", *FLAGS["cflags"], *INCLUDES, *flags, "-x", "c", "-c", str(source),
                           "-o", "/dev/null"], input=text, capture_output=True, text=True,
                          check=False)
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize("header", HEADERS)
def test_header_stands_alone(header: str) -> None:
    """First and only include, twice; in C11 without extensions where no macro needs them."""
    text = f"#include <{header}>\n#include <{header}>\n"
    plain = ["-std=c11"] if header in PLAIN else ["-std=gnu11"]
    assert compile_source("-", *STRICT, *plain, "-fsyntax-only", text=text) == ""


def test_facts_of_the_abi() -> None:
    assert compile_source(Path(__file__).with_name("abi_facts.c"), *STRICT) == ""


@pytest.mark.parametrize(("was", "becomes"), [
    ("IS(seL4_TCBBits, 11)", "IS(seL4_TCBBits, 12)"),
    ("AT(seL4_BootInfo, untyped, 152)", "AT(seL4_BootInfo, untyped, 160)"),
    ("WORD(seL4_NoRead.words[0], 13)", "WORD(seL4_NoRead.words[0], 12)")])
def test_a_wrong_fact_does_not_compile(was: str, becomes: str) -> None:
    text = Path(__file__).with_name("abi_facts.c").read_text("utf-8")
    assert was in text
    assert compile_source("-", *STRICT, text=text.replace(was, becomes)) != ""


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_program_compiles_unchanged(program: Path, level: str) -> None:
    assert compile_source(program, level) == ""


def test_programs_are_there() -> None:
    assert len(PROGRAMS) == 21


def test_every_invocation_tells_its_errors() -> None:
    """Each stub has a doc block with its errors; plain forms may refer to another stub."""
    stub = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*LIBSEL4_INLINE (?:\w+) (seL4_\w+)\(", re.S)
    found = {}
    for name in ("untyped", "cnode", "tcb", "irq", "domain", "x86/page", "x86/paging", "x86/asid",
                 "x86/io_port"):
        text = (LIBS / "libsel4/include/sel4" / f"{name}.h").read_text("utf-8")
        assert text.count("LIBSEL4_INLINE ") == len(stub.findall(text)), f"{name}: without doc block"
        found.update((function, doc) for doc, function in stub.findall(text))
    assert len(found) == 52  # one for each label
    for function, doc in found.items():
        assert "@retval" in doc or " As seL4_" in doc, function


def instructions(body: str) -> list[str]:
    """What the compiler makes of a function, as assembly lines without labels and directives."""
    done = subprocess.run(["gcc", *FLAGS["cflags"], *INCLUDES, "-g0", "-x", "c", "-S", "-", "-o", "-"],
                          input=f"#include <sel4/sel4.h>\nseL4_Word f(seL4_CPtr cap, seL4_Word a)\n"
                          f"{{ {body} }}\n", capture_output=True, text=True, check=True)
    lines = [line.strip() for line in done.stdout.splitlines()]
    return [line for line in lines if line and not line.startswith((".", "#")) and line[-1] != ":"]


def test_a_call_with_its_words_stays_in_registers() -> None:
    code = instructions("seL4_CallWithMRs(cap, seL4_MessageInfo_new(1, 0, 0, 1), &a, 0, 0, 0);"
                        "return a;")
    assert sum("(" in line for line in code) == 0, code
    assert len(code) <= 20, code


@pytest.mark.parametrize(("body", "most"), [
    ("return seL4_Call(cap, seL4_MessageInfo_new(1, 0, 0, 1)).words[0];", 32),
    ("seL4_ReplyRecv(cap, seL4_MessageInfo_new(1, 0, 0, 1), &a); return a;", 32),
    ("seL4_Signal(cap); return a;", 16), ("return seL4_TCB_Resume(cap);", 34),
    ("return seL4_TCB_SetPriority(cap, a, 5);", 36)])
def test_a_stub_is_small_and_leaves_the_fpu_alone(body: str, most: int) -> None:
    code = instructions(body)
    assert not [line for line in code if "xmm" in line], code
    assert len(code) <= most, (len(code), code)
