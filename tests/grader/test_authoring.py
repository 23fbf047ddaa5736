"""Teachers make labs: a new lab works at once, and its selftest finds the holes that are put in."""

import os
import re
import shutil
import subprocess

import pytest
from test_commands import call, refused

from grader.authoring import new_lab
from grader.errors import Refusal
from grader.lab import kit_root
from grader.recipe import Kit

KIT = kit_root()


@pytest.fixture
def kit(tmp_path, frozen):
    """A copy of the kit that may be written to; what is frozen is shared."""
    copy = tmp_path / "kit"
    skip = shutil.ignore_patterns("__pycache__")
    for name in ("grader", "labs", "solutions", "tests/labs"):
        shutil.copytree(KIT / name, copy / name, ignore=skip)
    for name in ("kernel", "libs", "build"):
        (copy / name).symlink_to(KIT / name)
    for name in ("init", "CMakeLists.txt", "pytest.ini", "tests/conftest.py", "tests/harness.py"):
        shutil.copy(KIT / name, copy / name)
    return copy


def grader(kit, *words):
    return call("/usr/bin/python3", "-m", "grader", *words, cwd=kit, PYTHONPATH=str(kit))


def made(kit, name="bell"):
    """The copy with a new lab in it."""
    status, out, err = grader(kit, "new-lab", name)
    assert status == 0, err
    return out


def replace(path, old, new):
    text = path.read_text("utf-8")
    assert old in text, f"{path} does not contain {old!r}"
    path.write_text(text.replace(old, new), "utf-8")


def test_new_lab_passes_selftest_and_can_be_handed_out(kit):
    assert "Written: labs/bell/, solutions/bell/" in made(kit)
    status, out, err = grader(kit, "selftest", "bell")
    assert status == 0, out + err
    assert "bell, tasks 1 to 2: 2 of 2 points" in out and "no task counts" in out
    status, out, err = call(kit / "init", "--tut", "bell", cwd=kit)
    assert status == 0 and (kit / "bell" / "main.c").is_file(), err
    assert "bell" in call(kit / "init", "--list", cwd=kit)[1]
    assert not [path for path in kit.rglob("*") if path.is_file() and "@NAME@" in path.name]
    assert "@NAME@" not in "".join(path.read_text() for path in (kit / "labs/bell").rglob("*.*")
                                   if path.is_file())


def test_new_lab_passes_all_tests_of_labs(kit):
    made(kit)
    done = subprocess.run(
        ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/labs", "-k",
         "bell"], cwd=kit, text=True, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(kit)})
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 20


@pytest.mark.parametrize("name, told", [
    ("", "cannot be the name"), ("Bell", "small letters"), ("a b", "cannot be"),
    ("../bell", "cannot be"), ("-bell", "required"), ("a--b", "single hyphens"),
    ("bell\n", "cannot be"), ("b" * 31, "at most 30"), ("7bells", "cannot be"),
    ("ipc", "labs/ipc is there already"), ("libraries-2", "another name of the lab dynamic-2"),
    ("grader", "the kit's folder holds grader")])
def test_bad_and_taken_names_are_refused_and_nothing_is_made(kit, name, told):
    before = sorted(kit.rglob("*"))
    refused(grader(kit, "new-lab", name), told)
    assert [path for path in sorted(kit.rglob("*")) if "__pycache__" not in path.parts] == before


def test_answer_that_is_there_is_not_touched(kit):
    (kit / "solutions" / "bell").mkdir()
    refused(grader(kit, "new-lab", "bell"), "solutions/bell is there already")
    assert os.listdir(kit / "solutions" / "bell") == [] and not (kit / "labs" / "bell").exists()


@pytest.mark.parametrize("failing", [1, 2])
def test_failure_leaves_nothing_behind(kit, monkeypatch, failing):
    before, count, rename = sorted(kit.rglob("*")), [], os.rename

    def broken(*places):
        count.append(places)
        if len(count) == failing:
            raise OSError(28, "No space left on device")
        rename(*places)
    monkeypatch.setattr(os, "rename", broken)
    with pytest.raises(Refusal, match="no space left"):
        new_lab(Kit(kit), "bell")
    assert sorted(kit.rglob("*")) == before


def test_selftest_finds_evidence_that_is_there_without_the_answer(kit):
    made(kit)
    replace(kit / "labs/bell/checks.py", 'require(rung, expected', 'require(True, expected')
    status, out, _ = grader(kit, "selftest", "bell")
    assert status == 1 and "a hole: without its answer task 2 has its evidence already" in out
    assert "the check of task 2 in labs/bell/checks.py" in out


def test_selftest_finds_a_task_that_nothing_shows(kit):
    """A task whose answer changes neither the serial nor what its check looks at."""
    made(kit)
    replace(kit / "labs/bell/checks.py", 'require(made, expected', 'require(True, expected')
    replace(kit / "solutions/bell/main.c", "#ifdef TASK_1\n", "#if 1\n")
    assert grader(kit, "record", "bell")[0] == 0
    status, out, _ = grader(kit, "selftest", "bell")
    assert status == 1 and "a hole: task 1 counts as done without its answer" in out


def test_selftest_tells_a_handout_that_is_out_of_step(kit):
    made(kit)
    replace(kit / "labs/bell/main.c", "seL4_Word badge = 0;", "seL4_Word badge = 1;")
    status, out, _ = grader(kit, "selftest", "bell")
    assert status == 1 and "python3 -m grader record bell" in out
    assert grader(kit, "record", "bell")[0] == 0
    assert grader(kit, "selftest", "bell")[0] == 0


def test_record_writes_what_follows_from_the_answer(kit):
    made(kit)
    status, out, _ = grader(kit, "record", "bell")
    assert status == 0 and out.count("stays: ") == 4 and "written" not in out
    for path in (kit / "labs/bell/expected").iterdir():
        path.unlink()
    replace(kit / "solutions/bell/main.c", 'rung with badge %#lx\\n", badge',
            'rung at %p, line %d, not %lu\\n", &badge, 7, ~(unsigned long)KEY_BADGE')
    status, out, _ = grader(kit, "record", "bell")
    assert status == 0 and out.count("written: ") == 4
    assert "main: rung at 0x" in (text := (kit / "labs/bell/expected/task-02.txt").read_text())
    assert text.endswith(", line 7, not {~KEY_BADGE:d}\n")
    assert "KEY_BADGE" not in (kit / "labs/bell/expected/task-01.txt").read_text()
    assert "KEY_BADGE" in (kit / "labs/bell/main.c").read_text()


def test_record_names_words(kit):
    made(kit)
    replace(kit / "labs/bell/lab.toml", "[constants]\n", '[constants]\nSOUND = { value = "ding" }\n')
    replace(kit / "solutions/bell/main.c", 'rung with badge %#lx\\n", badge',
            'rung: " SOUND "! and %#lx\\n", badge')
    assert grader(kit, "record", "bell")[0] == 0
    assert "rung: {SOUND}! and" in (kit / "labs/bell/expected/task-02.txt").read_text()


@pytest.mark.parametrize("new, told", [
    ("for (;;) {}", "does not come to an end"), ("int x = ;", "does not build"),
    ('for (seL4_Word i = 0; i < badge % 8; i++) { printf("x\\n"); }', "how many lines")])
def test_record_writes_nothing_where_a_state_cannot_be_recorded(kit, new, told):
    made(kit)
    replace(kit / "solutions/bell/main.c", 'printf("main: rung', f'{new} printf("main: rung')
    before = {path: path.read_bytes() for path in (kit / "labs/bell").rglob("*.*")}
    status, _, err = grader(kit, "record", "bell")
    assert status == 2 and told in err
    assert {path: path.read_bytes() for path in (kit / "labs/bell").rglob("*.*")} == before


def test_mutants_of_a_new_lab_all_lose_points_or_are_explained(kit):
    made(kit)
    status, out, _ = grader(kit, "selftest", "bell", "--mutants")
    assert status == 0 and re.search(r"bell: \d+ mutants of the worked answer, (\d+) keep full "
                                     r"marks, \1 of them explained", out), out
    (kit / "solutions/bell/survivors.txt").write_text("task 9: nothing\n    no reason\n")
    replace(kit / "solutions/bell/main.c", "seL4_Signal(key);", "seL4_Yield(); seL4_Signal(key);")
    status, out, _ = grader(kit, "selftest", "bell", "--mutants")
    assert status == 1 and "task 9: nothing\n    is explained in survivors.txt, but" in out
    assert "task 2: without seL4_Yield();\n    keeps full marks: a hole, unless" in out
