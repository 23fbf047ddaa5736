"""Building side by side: what comes first does not depend on which command ends first."""

import time

import pytest
from test_whole import processes_naming

from grader import states
from grader.build import Builder, BuildError, CompileError
from grader.checking import Constants
from grader.constants import lesson
from grader.lab import find, kit_root
from grader.process import Team, Workspace
from grader.recipe import Kit

KIT, LAB = Kit(kit_root()), find(kit_root(), "dynamic-2")
FIRST = lesson(LAB)
SECOND = Constants({**FIRST, "EP_BADGE": FIRST.EP_BADGE + 1})


def builder(workspace, *values):
    return Builder(KIT, LAB, workspace, *(values or (FIRST, SECOND)))


def slow_for(badge):
    """Lines that take the compiler a while to leave out, where the badge is this one."""
    return (f"#include <lab_constants.h>\n#if EP_BADGE == {badge}\n" + "#define X\n" * 200000
            + "#endif\n")


@pytest.mark.parametrize("slow", [FIRST, SECOND])
def test_the_first_seeds_complaint_counts_whichever_comes_first(frozen, slow):
    text = (slow_for(slow.EP_BADGE) + f"#if EP_BADGE == {FIRST.EP_BADGE}\n#error the first\n#else\n"
            "#error the second\n#endif\n")
    with Workspace() as workspace, pytest.raises(CompileError) as error:
        builder(workspace).build({"main.c": text})
    assert "the first" in str(error.value) and "the second" not in str(error.value)


def test_what_the_linker_or_the_inspection_refuses_is_no_compile_error(frozen):
    for text in ("int printf(const char *f, ...) { return 0; }\nint main(void) {}\n",
                 "int x __attribute__((section(\"mine\"))) = 1;\nint main(void) {}\n"):
        with Workspace() as workspace, pytest.raises(BuildError) as error:
            builder(workspace).build({"main.c": text})
        assert not isinstance(error.value, CompileError)


def test_a_name_that_nothing_has_is_a_compile_error_with_the_compilers_own_words(frozen):
    text = ("#include <sel4/sel4.h>\nvoid write(void) { seL4_SetMr(0, 1); }\n"
            "int main(void) { write();\nwrite(); }\n")
    with Workspace() as workspace, pytest.raises(CompileError) as error:
        builder(workspace).build({"main.c": text})
    said = str(error.value)
    assert "did you mean ‘seL4_SetMR’?" in said
    assert "main.c:2: undefined reference to `seL4_SetMr'" in said
    assert len(lines := said.splitlines()) == len(set(lines))


def test_what_is_begun_is_gone_on_with_or_given_up(frozen):
    files = states.answer(LAB)
    with Workspace() as workspace:
        made = builder(workspace)
        made.begin(files)
        images = made.build(files)
        assert {image.parent.name for image in images} == {"build-1-0", "build-1-1"}
        made.begin({"main.c": slow_for(0)})
        images = made.build(files)
        assert {image.parent.name for image in images} == {"build-3-0", "build-3-1"}
        assert all(image.is_file() for image in images)
        made.begin(files)
    assert processes_naming(str(workspace.folder)) == []


def test_a_team_returns_whoever_ends_and_ends_whoever_stays(tmp_path):
    with Workspace() as workspace:
        with Team(workspace, 60, None) as team:
            team.start("slow", ["sleep", "60"], tmp_path)
            team.start("quick", ["sh", "-c", "echo said; echo also >&2; exit 3"], tmp_path)
            assert team.size == 2 and team.next() == ("quick", 3, "said\nalso\n")
            began = time.monotonic()
        assert team.size == 0 and time.monotonic() - began < 5
        with Team(workspace, 0.2, None) as team:
            team.start(1, ["sh", "-c", "echo begun; sleep 60"], tmp_path)
            team.start(2, ["sleep", "60"], tmp_path)
            assert [team.next(), team.next()] == [(1, 124, "begun\n"), (2, 124, "")]


def test_a_text_with_parts_of_the_answer_is_as_old_as_any_and_cannot_be_read(frozen):
    """Else __TIMESTAMP__ would tell when it is graded."""
    text = """#include <stdio.h>
#if __has_include("main.c")
#error the source is there
#endif
int main(void) { puts(__TIMESTAMP__); }
"""
    with Workspace() as workspace:
        made = builder(workspace, FIRST)
        made.build({"main.c": "int main(void) {}\n"})
        image, = made.build({"main.c": text})
        assert b"Thu Jan  1 00:00:00 1970" in image.read_bytes()
