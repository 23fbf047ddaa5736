"""Grading on the real machine: the same every time, side by side, caged, and killed at any moment."""

import hashlib
import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import corpus
import pytest

from grader import qemu, sandbox
from grader.build import BuildError, Builder
from grader.constants import lesson
from grader.lab import find, kit_root
from grader.process import Workspace
from grader.recipe import Kit

KIT = kit_root()
FILES = ("serial.txt", "trace.jsonl", "results.json", "junit.xml", "report.html")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(KIT)}


def start(lab, path, out, temporary=None):
    """Begin a grading in a process of its own."""
    return subprocess.Popen(["/usr/bin/python3", "-m", "grader", "one", lab, path, "--out", out],
                            cwd=KIT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            env=ENVIRONMENT | ({"TMPDIR": str(temporary)} if temporary else {}))


def digest(out):
    return hashlib.sha256(b"".join((out / name).read_bytes() for name in FILES)).hexdigest()


@pytest.fixture
def right(tmp_path, frozen):
    path = tmp_path / "main.c"
    path.write_text(corpus.worked("dynamic-2"))
    return path


def test_twenty_gradings_give_the_same_bytes(right, tmp_path):
    digests = set()
    for turn in range(10):
        pair = [start("dynamic-2", right, tmp_path / f"{turn}-{side}") for side in (1, 2)]
        assert [process.wait(60) for process in pair] == [0, 0]
        digests |= {digest(tmp_path / f"{turn}-{side}") for side in (1, 2)}
    assert len(digests) == 1


def test_gradings_side_by_side_do_not_disturb_each_other(right, tmp_path):
    flood = tmp_path / "flood.c"
    flood.write_text(corpus.printing([], "    " + corpus.FLOOD + "\n"))
    both = [start("dynamic-2", right, tmp_path / "a"), start("dynamic-2", flood, tmp_path / "b")]
    assert [process.wait(90) for process in both] == [0, 1]


def processes_naming(text):
    """The processes that name this text on their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_moment_leaves_nothing(right, tmp_path, seed):
    """Nothing: no process that knows the workspace, no file of it, no half-written result."""
    chance = random.Random(seed)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    grading = start("dynamic-2", right, tmp_path / "out", temporary)
    time.sleep(chance.uniform(0.05, 0.9))
    grading.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    grading.wait(10)
    for _ in range(100):
        left = processes_naming(str(temporary)), os.listdir(temporary)
        if left == ([], []):
            break
        time.sleep(0.05)
    assert left == ([], [])
    if (tmp_path / "out").exists():
        assert all(name in FILES for name in os.listdir(tmp_path / "out"))


needs_sandbox = pytest.mark.skipif(not sandbox.available(), reason=sandbox.why_not())


def build(text):
    """What the builder says to a program of the lab untyped."""
    kit, lab = Kit(KIT), find(KIT, "untyped")
    with Workspace() as workspace:
        try:
            Builder(kit, lab, workspace, lesson(lab)).build({"main.c": text})
        except BuildError as error:
            return str(error)
    return ""


@needs_sandbox
@pytest.mark.parametrize("path", ["/etc/passwd", "/root/.profile", f"{KIT}/README.md", f"{KIT}/solutions/untyped/main.c",
                                  f"{KIT}/labs/untyped/checks.py"])
def test_compiler_cannot_read_the_host(path, frozen):
    said = build(f'#include "{path}"\nint main(void) {{ return 0; }}\n')
    assert "No such file" in said or "Permission denied" in said
    said = build(f'__asm__(".incbin \\"{path}\\"");\nint main(void) {{ return 0; }}\n')
    assert "can't open" in said or "file not found" in said.lower()


@needs_sandbox
def test_cage_has_no_network_no_home_and_one_folder_to_write(tmp_path):
    script = ("ls /home /root 2>&1; echo x >inside; echo x >/usr/x; echo x >../outside")
    line = sandbox.caged(["sh", "-c", script], tmp_path, [], cpu_seconds=5, file_bytes=1000)
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert sorted(os.listdir(tmp_path)) == ["inside"]
    assert "Read-only file system" in done.stderr or "Permission denied" in done.stderr
    assert "cannot access '/home'" in done.stdout and "cannot access '/root'" in done.stdout


def in_cage(folder, script, *before, seconds=5, readable=()):
    """What a script says inside the cage, and its status; `before` stands before the command."""
    line = sandbox.caged(["sh", "-c", script], folder, list(readable), cpu_seconds=seconds,
                         file_bytes=100000)
    done = subprocess.run([*before, *line], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env=sandbox.environment())
    return done.stdout + done.stderr, done.returncode


@pytest.fixture(name="inside")
def _inside(tmp_path, monkeypatch):
    """A process in the cage, as this machine's /proc shows it: in the cage there is none."""
    monkeypatch.setenv("SECRET", "hush")
    line = sandbox.caged(["sh", "-c", "echo begun; exec cat"], tmp_path, [], cpu_seconds=5,
                         file_bytes=1000)
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as outer:
        assert outer.stdout.readline() == b"begun\n"
        pid = outer.pid
        while found := Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            pid, = found
        yield Path(f"/proc/{pid}")
        outer.stdin.close()


@needs_sandbox
@pytest.mark.parametrize("kind", ["user", "pid", "net", "ipc", "mnt", "uts", "cgroup"])
def test_cage_has_namespaces_of_its_own(inside, kind):
    assert os.readlink(inside / "ns" / kind) != os.readlink(f"/proc/self/ns/{kind}")


@needs_sandbox
def test_cage_gives_no_capability_and_nothing_of_the_environment(inside):
    status = (inside / "status").read_text("ascii")
    assert set(re.findall(r"Cap\w+:\s*([0-9a-f]+)", status)) == {"0" * 16}
    environment = (inside / "environ").read_text("ascii")
    assert "PATH=" in environment and "hush" not in environment


@needs_sandbox
def test_cage_has_no_way_to_more_and_no_device_but_one(tmp_path):
    said, _ = in_cage(tmp_path, "unshare --user true && echo more; ls /dev; ls /proc; echo end")
    assert "more\n" not in said and said.startswith("null\nend\n")
    assert "cannot access '/proc'" in said


@needs_sandbox
def test_cage_has_no_terminal(tmp_path):
    said, _ = in_cage(tmp_path, "echo x >/dev/tty && echo written; echo x >/new && echo written")
    assert "written" not in said


@needs_sandbox
def test_only_tool_chain_frozen_part_and_one_folder_are_seen(tmp_path):
    folder, readable = tmp_path / "mine", tmp_path / "frozen"
    folder.mkdir()
    readable.mkdir()
    said, _ = in_cage(folder, f"ls {tmp_path} /; touch {readable}/x || echo refused",
                      readable=[readable])
    seen = set(said.split())
    assert {"mine", "frozen", "usr", "refused"} <= seen
    assert not seen & {"home", "root", "work", "srv", "var", "boot", "opt"}


@pytest.mark.parametrize("caged", [pytest.param(True, marks=needs_sandbox), False])
def test_memory_is_limited_with_and_without_the_cage(tmp_path, monkeypatch, caged):
    monkeypatch.setattr(sandbox, "available", lambda: caged)
    monkeypatch.setattr(sandbox, "MAX_MEMORY", 200 << 20)
    said, status = in_cage(tmp_path, "/usr/bin/python3 -c 'bytearray(400 << 20)'")
    assert status and "MemoryError" in said


@needs_sandbox
def test_processes_are_limited_for_who_is_not_root(tmp_path, monkeypatch):
    tmp_path.chmod(0o777)
    for folder in list(tmp_path.parents)[:-2]:
        folder.chmod(0o755)
    drop = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] \
        if os.getuid() == 0 else []
    script = "for i in $(seq 200); do sleep 3 & done; echo all"
    said, _ = in_cage(tmp_path, script, *drop)
    assert "all" not in said and ("Resource" in said or "fork" in said), said


@needs_sandbox
def test_processor_time_is_limited(tmp_path):
    began = time.process_time()
    _, status = in_cage(tmp_path, "while :; do :; done", seconds=1)
    assert status in sandbox.OUT_OF_TIME and time.process_time() - began < 5


def test_compiler_that_waits_for_ever_is_ended(tmp_path):
    with Workspace() as workspace:
        began = time.monotonic()
        assert workspace.call(["sleep", "60"], seconds=0.3)[0] == 124
        assert time.monotonic() - began < 10


def test_the_machine_has_nothing_but_what_a_lab_needs():
    line = qemu.command(KIT / "kernel", "image", trace=Path("t"), counted=True, filtered=True)
    for words in (["-nodefaults"], ["-no-user-config"], ["-no-reboot"], ["-net", "none"],
                  ["-display", "none"], ["-monitor", "none"]):
        assert " ".join(words) in " ".join(line)
    filtered = line[line.index("-sandbox") + 1]
    assert filtered.startswith("on,") and "spawn=deny" in filtered


def test_a_filtered_machine_runs_under_a_seccomp_filter(frozen, tmp_path):
    """The kernel tells: mode 2 is a filter. Without an image the machine waits for nothing."""
    line = qemu.command(KIT / "build" / "kernel" / "kernel.elf", "none", filtered=True)
    line[line.index("-initrd"):line.index("-initrd") + 2] = ["-S"]
    machine = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            if "Seccomp:\t2" in Path(f"/proc/{machine.pid}/status").read_text():
                return
            assert machine.poll() is None, machine.stderr.read()
            time.sleep(0.05)
        pytest.fail("no filter")
    finally:
        machine.kill()
        machine.wait()
        machine.stderr.close()


@pytest.mark.parametrize("caged", [pytest.param(True, marks=needs_sandbox), False])
def test_limits_hold_with_and_without_the_cage(tmp_path, monkeypatch, caged):
    monkeypatch.setattr(sandbox, "available", lambda: caged)
    line = sandbox.caged(["sh", "-c", "yes >big"], tmp_path, [], cpu_seconds=5, file_bytes=100000)
    done = subprocess.run(line, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode and (tmp_path / "big").stat().st_size <= 100000


@pytest.fixture(params=["bubblewrap that fails", "bubblewrap that is missing"])
def no_cage(request, tmp_path):
    """An environment in which no sandbox can be had."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = f"{folder}:{os.environ['PATH']}"
    if request.param == "bubblewrap that fails":
        (folder / "bwrap").write_text("#!/bin/sh\nexit 1\n")
        (folder / "bwrap").chmod(0o755)
    else:
        for place in ("/usr/bin", "/bin"):
            for tool in Path(place).iterdir():
                if tool.name != "bwrap" and not (folder / tool.name).exists():
                    (folder / tool.name).symlink_to(tool)
        path = str(folder)
    return ENVIRONMENT | {"PATH": path}


def test_a_student_without_a_cage_is_told_and_graded(tmp_path, no_cage, frozen):
    subprocess.run([KIT / "init", "--tut", "ipc", "--solution"], cwd=tmp_path, check=True,
                   capture_output=True)
    done = subprocess.run(["./submit"], cwd=tmp_path / "ipc_build", check=False,
                          capture_output=True, text=True, env=no_cage)
    assert done.returncode == 0 and "5 of 5" in done.stdout
    assert done.stdout.count("no sandbox: ") == 1


@pytest.mark.parametrize("verb", ["one", "class"])
def test_others_work_is_not_graded_without_a_cage_unless_told(tmp_path, no_cage, verb, frozen):
    (tmp_path / "all").mkdir()
    path = tmp_path / "all" / "ann.c"
    path.write_text(corpus.worked("ipc"))
    line = ["/usr/bin/python3", "-m", "grader", verb, "ipc",
            path if verb == "one" else path.parent, "--out", tmp_path / "out"]
    done = subprocess.run(line, cwd=KIT, check=False, capture_output=True, text=True, env=no_cage)
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert done.stderr.startswith("caplab: no sandbox: ") and done.stderr.count("\n") == 1
    assert "--no-sandbox" in done.stderr and not done.stdout
    done = subprocess.run([*line, "--no-sandbox"], cwd=KIT, check=False, capture_output=True,
                          text=True, env=no_cage)
    assert done.returncode == 0 and "no sandbox: " in done.stdout


def test_missing_machine_is_told_with_the_command_that_installs_it(frozen, monkeypatch):
    from grader import doctor
    monkeypatch.setattr(qemu, "QEMU", "qemu-nowhere")
    result = corpus.grade_entry(corpus.ENTRIES[0])
    assert result.exit_status == 2 and result.details == doctor.missing_line("qemu-nowhere")


def test_ninja_submit_grades_each_time(tmp_path, frozen):
    subprocess.run([KIT / "init", "--tut", "ipc", "--solution"], cwd=tmp_path, check=True,
                   capture_output=True)
    for _ in range(2):
        done = subprocess.run(["ninja", "submit"], cwd=tmp_path / "ipc_build", check=False,
                              capture_output=True, text=True)
        assert done.returncode == 0 and "5 of 5 points" in done.stdout
