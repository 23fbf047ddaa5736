"""What a compiler says, as the student reads it."""

from pathlib import Path

from grader.build import MAX_MESSAGE_LINES, clean


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
