"""Wrong use of every command gets one clear line; right use does what it says."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from grader.lab import kit_root

KIT = kit_root()


def call(*words, cwd=None, **env):
    done = subprocess.run([str(words[0]), *map(str, words[1:])], cwd=cwd, text=True,
                          capture_output=True, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, **env})
    return done.returncode, done.stdout, done.stderr


def init(*words, cwd):
    return call(KIT / "init", *words, cwd=cwd)


def refused(answer, told):
    status, out, err = answer
    assert status == 2 and told in err, (status, out, err)
    assert err.count("\n") == 1 and err.startswith("caplab: ") and "Traceback" not in err


@pytest.mark.parametrize("words", [(), ("--list",), ("--help",)])
def test_list_shows_usage_and_labs_in_order(tmp_path, words):
    status, out, _ = init(*words, cwd=tmp_path)
    assert status == 0 and "--tut NAME" in out
    places = [out.index(f"\n  {name} ") for name in ("untyped", "dynamic-2", "ipc")]
    assert places == sorted(places)


@pytest.mark.parametrize("words, told", [
    (("--tut", "dynamic2"), "did you mean dynamic-2"),
    (("--tut",), "needs the name of a lab"),
    (("--tut", "ipc", "--task"), "--task needs a number"),
    (("--tut", "ipc", "--task", "x"), "--task needs a number"),
    (("--tut", "ipc", "--task", "²"), "--task needs a number"),
    (("--tut", "ipc", "/"), "no place for a lab"),
    (("--tut", "ipc", "--task", "9"), "tasks 1 to 4"),
    (("--tut", "ipc", "--task", "0"), "tasks 1 to 4"),
    (("--tut=ipc", "--task=9"), "tasks 1 to 4"),
    (("--tut", "ipc", "--solution", "--task", "2"), "do not go together"),
    (("--tut", "ipc", "a", "b"), "too many"),
    (("--tut", "ipc", "--fast"), "unknown word '--fast'"),
    (("--tut", "ipc", "no/such/folder"), "is not a folder"),
    (("--tutorial", "ipc"), "unknown word '--tutorial'"),
    (("untyped",), "./init --tut untyped makes it"),
    (("libraries-2", "here"), "./init --tut libraries-2 makes it"),
    (("--list", "ipc"), "one word too many"),
])
def test_wrong_words_get_one_line(tmp_path, words, told):
    refused(init(*words, cwd=tmp_path), told)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("there", ["ipc", "ipc_build"])
def test_existing_folder_is_not_touched(tmp_path, there):
    (tmp_path / there).mkdir()
    (tmp_path / there / "mine").write_text("work")
    refused(init("--tut", "ipc", cwd=tmp_path), "is there already")
    assert os.listdir(tmp_path) == [there]
    assert (tmp_path / there / "mine").read_text() == "work"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", [0.1, 0.2, 0.3, 0.4])
def test_scaffold_interrupted_makes_both_folders_or_none(tmp_path, frozen, number, moment):
    making = subprocess.Popen([KIT / "init", "--tut", "ipc"], cwd=tmp_path,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(moment)
    making.send_signal(number)
    _, said = making.communicate(timeout=20)
    assert sorted(os.listdir(tmp_path)) in ([], ["ipc", "ipc_build"])
    # While Python itself starts, its own words may come; none may come out of the kit's code.
    assert not re.search(r"/grader/(?!__init__)\w+\.py", said), said


STRUCK = """
import os, signal, sys, tempfile
from pathlib import Path
from grader import lab, process, recipe, scaffold

number, step, root, place = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
owner = tempfile if step == "mkdtemp" else os
plain = getattr(owner, step)

def struck(*words, **named):
    came = plain(*words, **named)
    os.kill(os.getpid(), number)
    return came

setattr(owner, step, struck)
with process.ending_on_signals():
    scaffold.make(recipe.Kit(root), lab.find(root, "ipc"), place)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("step", ["mkdtemp", "mkdir", "rename"])
def test_scaffold_interrupted_between_two_steps(tmp_path, frozen, number, step):
    """The signal comes just after this step is done."""
    status, _, err = call("/usr/bin/python3", "-c", STRUCK, int(number), step, KIT,
                          tmp_path / "ipc", PYTHONPATH=str(KIT))
    assert status and ("Interrupted" in err or "KeyboardInterrupt" in err), err
    assert sorted(os.listdir(tmp_path)) == ["ipc", "ipc_build"]


@pytest.fixture
def made(tmp_path, frozen):
    status, out, err = init("--tut", "untyped", "my lab", cwd=tmp_path)
    assert status == 0, err
    return tmp_path, out


def test_scaffold_makes_two_folders_and_says_what_is_next(made):
    folder, out = made
    assert sorted(os.listdir(folder)) == ["my lab", "my lab_build"]
    assert (folder / "my lab" / "main.c").read_text() == \
        (KIT / "labs" / "untyped" / "main.c").read_text()
    for word in ("ninja", "./simulate", "ninja submit", "cd 'my lab_build'\n"):
        assert word in out
    assert os.access(folder / "my lab_build" / "simulate", os.X_OK)


def test_scripts_say_how_they_are_used_and_refuse_the_rest(made):
    build = made[0] / "my lab_build"
    for script in ("./submit", "./simulate"):
        status, out, err = call(script, "--help", cwd=build)
        assert (status, err) == (0, "") and out.startswith(f"usage: {script} [--")
        assert "positional" not in out
        refused(call(script, "extra", "words", cwd=build),
                f"unrecognized arguments: extra words (see {script} --help)")
    refused(grader("selftest", "ipc", "more"), "more (see python3 -m grader selftest --help)")


def test_folder_with_a_blank_builds_and_grades(made):
    build = made[0] / "my lab_build"
    status, out, err = call("ninja", cwd=build)
    assert status == 0, out + err
    status, out, err = call("./submit", cwd=build)
    assert status == 1 and "0 of 10 points" in out, out + err
    assert sorted(os.listdir(build / "results")) == ["junit.xml", "report.html", "results.json",
                                                     "serial.txt", "trace.jsonl"]
    assert (build / "untyped-submission.tar.gz").is_file()


def test_nothing_to_do_is_nothing_done(made):
    build = made[0] / "my lab_build"
    call("ninja", cwd=build)
    assert "no work to do" in call("ninja", cwd=build)[1]


def test_simulate_builds_runs_and_says_how_it_ended(made):
    status, out, err = call("./simulate", cwd=made[0] / "my lab_build")
    assert status == 0, err
    assert "Ctrl-C leaves" in out and "The machine ended by itself." in out
    assert "Booting all finished" in out


def test_task_state_and_solution_need_the_answers(tmp_path, frozen):
    for words, solved in ((("--task", "3"), 2), (("--solution",), 7)):
        name = f"lab{solved}"
        status, _, err = init("--tut", "untyped", *words, name, cwd=tmp_path)
        assert status == 0, err
        text = (tmp_path / name / "main.c").read_text()
        assert "TASK_" not in text


def test_build_folder_alone_says_what_is_missing(made):
    folder = made[0]
    (folder / "my lab").rename(folder / "elsewhere")
    refused(call("./submit", cwd=folder / "my lab_build"), "is missing")
    refused(call("./simulate", cwd=folder / "my lab_build"), "is missing")


def test_kit_that_moved_away_is_said(made):
    build = made[0] / "my lab_build"
    script = (build / "submit").read_text().replace(str(KIT), "/no/such/kit")
    (build / "submit").write_text(script)
    status, _, err = call("./submit", cwd=build)
    assert status == 2 and "no longer in /no/such/kit" in err


def test_submission_does_not_depend_on_when_it_is_packed(made):
    build = made[0] / "my lab_build"
    call("./submit", cwd=build)
    first = (build / "untyped-submission.tar.gz").read_bytes()
    os.utime(made[0] / "my lab" / "main.c", (1, 1))
    call("./submit", cwd=build)
    assert (build / "untyped-submission.tar.gz").read_bytes() == first


def grader(*words, cwd=KIT, **env):
    return call("/usr/bin/python3", "-m", "grader", *words, cwd=cwd, PYTHONPATH=str(KIT), **env)


@pytest.mark.parametrize("words, told", [
    ((), "required"), (("grade",), "invalid choice"), (("one", "ipc"), "required"),
    (("one", "nolab", "x", "--out", "o"), "no lab called"),
    (("one", "ipc", "/no/such", "--out", "o"), "No such file"),
    (("one", "ipc", "/dev/null", "--out", "o"), "neither a file nor a folder"),
    (("one", "ipc", "x", "--out", "o", "--seed", "abc"), "invalid int"),
    (("one", "ipc", "solutions/ipc", "--out", "o"), "./init --tut ipc --solution DIR makes it"),
])
def test_wrong_grader_words_get_one_line(words, told):
    refused(grader(*words), told)


def without(*tools, tmp_path):
    """A PATH on which everything is but these tools."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for place in ("/usr/bin", "/bin"):
        for path in Path(place).iterdir():
            if path.name not in tools and not (folder / path.name).exists():
                (folder / path.name).symlink_to(path)
    return str(folder)


@pytest.mark.parametrize("tool, package", [("qemu-system-x86_64", "qemu-system-x86"),
                                           ("gcc", "gcc"), ("ninja", "ninja-build")])
def test_missing_tool_names_the_command_that_installs_it(made, tmp_path_factory, tool, package):
    path = without(tool, tmp_path=tmp_path_factory.mktemp("path"))
    command = "./simulate" if tool != "gcc" else "./submit"
    status, out, err = call(command, cwd=made[0] / "my lab_build", PATH=path)
    assert status == 2
    assert f"{tool} is missing" in out + err and f"apt-get install {package}" in out + err


def test_doctor_lists_what_is_missing(tmp_path, frozen):
    path = without("qemu-system-x86_64", tmp_path=tmp_path)
    status, out, _ = call(KIT / "init", "--doctor", cwd=tmp_path, PATH=path)
    assert status == 1 and "MISSING  qemu-system-x86:" in out
    assert "apt-get install qemu-system-x86" in out


def test_what_only_the_tests_need_is_asked_for_by_check_alone(tmp_path, frozen):
    path = without("cppcheck", "apt-get", tmp_path=tmp_path)
    status, out, _ = call(KIT / "init", "--doctor", cwd=tmp_path, PATH=path)
    assert status == 0 and "only ./init --check needs, and installs: cppcheck\n" in out
    assert call(KIT / "init", "--setup", cwd=tmp_path, PATH=path)[0] == 0
    status, _, err = call(KIT / "init", "--check", "--version", cwd=tmp_path, PATH=path)
    assert status == 2 and err.endswith("needs Debian 12 with: cppcheck \n")


def test_old_qemu_is_told(made, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    old = folder / "qemu-system-x86_64"
    old.write_text("#!/bin/sh\necho 'QEMU emulator version 4.2.1'\n")
    old.chmod(0o755)
    status, _, err = call("./simulate", cwd=made[0] / "my lab_build",
                          PATH=f"{folder}:{os.environ['PATH']}")
    assert status == 2 and "QEMU 4.2 is too old" in err
    status, out, _ = call(KIT / "init", "--doctor", cwd=tmp_path,
                          PATH=f"{folder}:{os.environ['PATH']}")
    assert status == 1 and "MISSING  QEMU 4.2" in out


def test_init_without_python_says_what_to_do(tmp_path):
    text = (KIT / "init").read_text().replace("/usr/bin/python3", "/no/python3")
    (tmp_path / "init").write_text(text)
    (tmp_path / "init").chmod(0o755)
    (tmp_path / "grader").symlink_to(KIT / "grader")
    status, out, err = call(tmp_path / "init", "--list", cwd=tmp_path)
    assert status == 2 and "no python3" in err and "--setup" in err
