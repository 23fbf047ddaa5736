"""./simulate --watch on a real terminal: each save is built and run, and its state is told."""

import os

import corpus
import pexpect
import pytest
from test_simulate import KIT, none_left, started

from grader import scaffold
from grader.lab import find
from grader.recipe import Kit


@pytest.fixture
def watched(tmp_path, frozen):
    """A watch over the handout of dynamic-2, past its first verdict."""
    scaffold.make(Kit(KIT), find(KIT, "dynamic-2"), tmp_path / "lab")
    build = tmp_path / "lab_build"
    terminal = started(build, "--watch")
    terminal.expect("Watching main.c in [^;]*; Ctrl-C leaves.")
    terminal.expect("No task is done yet. Task 1 is next.")
    yield terminal, tmp_path / "lab" / "main.c"
    terminal.sendcontrol("c")
    terminal.expect("Left.")
    terminal.expect(pexpect.EOF)
    assert none_left(build)


def save(path, text):
    """As many editors do: a new file in the place of the old one."""
    path.with_suffix(".new").write_text(text)
    os.replace(path.with_suffix(".new"), path)


def test_each_save_tells_its_state(watched):
    terminal, path = watched
    save(path, corpus.worked("dynamic-2", 6))
    terminal.expect("Tasks 1 to 6 are done. Task 7 is next.")
    path.write_text(corpus.worked("dynamic-2"))
    terminal.expect("main: got a reply: 0xffffffffffff9e9e")
    terminal.expect("All 15 tasks are done.")


def test_what_does_not_build_or_cannot_be_read_ends_no_watch(watched):
    terminal, path = watched
    save(path, "int main(void) { return x; }\n")
    terminal.expect("main.c:1:.*undeclared")
    broken = corpus.worked("dynamic-2").replace("vka_alloc_page_table(", "vka_alloc_page_table(,")
    save(path, broken)
    assert terminal.expect(["does not build", "right on its own"]) == 0
    terminal.expect("0 of 15 points")
    path.write_bytes(b"\xff\xfe")
    terminal.expect("main.c is not UTF-8 text")
    path.unlink()
    save(path, corpus.worked("dynamic-2", 1))
    terminal.expect("Task 1 is done. Task 2 is next.")


def test_a_newer_save_ends_what_runs_for_an_older_one(watched):
    terminal, path = watched
    save(path, "int main(void) { for (;;) { } }\n")
    terminal.expect("────")
    save(path, corpus.worked("dynamic-2", 6))
    assert terminal.expect(["Saved anew.", "endless loop"]) == 0
    assert terminal.expect(["Tasks 1 to 6 are done. Task 7 is next.", "endless loop"]) == 0


def test_a_loop_is_stopped_and_told(watched):
    terminal, path = watched
    save(path, "int main(void) { for (;;) { } }\n")
    terminal.expect("endless loop", timeout=90)


def test_it_goes_with_no_other_word(tmp_path, frozen):
    scaffold.make(Kit(KIT), find(KIT, "untyped"), tmp_path / "lab")
    terminal = started(tmp_path / "lab_build", "--watch", "--gdb")
    terminal.expect("--watch runs the lab as the grader does")
    terminal.expect(pexpect.EOF)
