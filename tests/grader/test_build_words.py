"""What a compiler says, as the student reads it."""

import time
from pathlib import Path

import pytest

from grader import build, sandbox
from grader.build import MAX_MESSAGE_LINES, BuildError, CompileError, clean
from grader.recipe import Step


def test_paths_of_the_machine_are_gone():
    said = ("main.c: In function 'main':\nIn file included from /kit/libs/libc/include/stdio.h:3,\n"
            "/tmp/caplab-1/build-1/main.c:3:5: error: expected ';'\n"
            "/usr/bin/ld: main.o: undefined reference to `f'\ncollect2: error: ld returned 1\n")
    cleaned = clean(said, [Path("/tmp/caplab-1/build-1"), Path("/kit")])
    assert "main.c:3:5: error: expected ';'" in cleaned
    assert "/kit" not in cleaned and "/tmp" not in cleaned and "/usr" not in cleaned
    assert "ld: main.o: undefined reference to `f'" in cleaned


def test_long_messages_are_cut():
    lines = clean("\n".join(f"error {n}" for n in range(500)), []).split("\n")
    assert len(lines) == MAX_MESSAGE_LINES + 1 and lines[-1] == "… and 460 more lines"
    assert len(clean("x" * 5000, [])) == 300


def test_control_characters_are_gone():
    assert clean("a\x1b[31mb\x07\n", []) == "a[31mb"


def test_missing_main_is_said_in_a_students_words():
    said = "/usr/bin/ld: libcaplab.a(main.c.o): undefined reference to `loader_table'\n"
    assert clean(said, []) == "there is no function main: the program cannot start"


@pytest.mark.parametrize("status, said, told, kind", [
    (sandbox.OUT_OF_TIME[1], "", "the compiler stopped: it took too long", BuildError),
    (sandbox.OUT_OF_TIME[0], "main.c:1: warning: x", "the compiler stopped: it took too long",
     BuildError),
    (1, "main.c:1: error: x\ngcc: fatal error: Killed signal terminated program as\n",
     "the compiler stopped: it took too long", BuildError),
    (139, "", "the compiler stopped: status 139, without a message", BuildError),
    (1, "main.c:1: error: x", "main.c:1: error: x", CompileError)])
def test_why_a_step_failed(status, said, told, kind):
    with pytest.raises(BuildError) as error:
        build._complain(Step(("gcc",), ("main.c",), "main.o", compiles=True), status, said, [])
    assert (str(error.value), type(error.value)) == (told, kind)


MISSED = ("ld: main.o: in function `main':\nmain.c:7: undefined reference to `f'\n"
          "collect2: error: ld returned 1 exit status\n")


@pytest.mark.parametrize("said, warned, kind", [
    (MISSED, "", CompileError), (MISSED, "main.c:1: warning: multiple definition of", CompileError),
    (MISSED + "ld: main.c:9: multiple definition of `printf'\n", "", BuildError),
    ("main.c:1: relocation truncated to fit: R_X86_64_8\n", "warning: undefined reference to ",
     BuildError)])
def test_what_the_linker_misses_is_told_by_the_linker_alone(said, warned, kind):
    with pytest.raises(BuildError) as error:
        build._complain(Step(("gcc",), ("main.o",), "main.elf"), 1, said, [], warned)
    assert type(error.value) is kind and str(error.value).startswith(warned + said[:9])


def test_a_line_without_end_is_cut_before_anything_is_sought_in_it():
    began = time.monotonic()
    assert len(clean("/" * 250_000, [])) <= 300
    assert time.monotonic() - began < 1
