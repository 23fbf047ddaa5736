"""Limits, endings and clean-up of a run, with shell scripts in place of QEMU."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader import qemu, sandbox
from grader.lab import Limits, kit_root
from grader.process import Workspace
from grader.transcript import BANNER

BOOT = f"echo Boot config; echo '{BANNER}'; "


def run(script, **limits):
    with Workspace() as workspace:
        return qemu.run(workspace, ["sh", "-c", script],
                        Limits(**({"seconds": 5.0, "bytes": 4000, "lines": 100} | limits)))


@pytest.mark.parametrize("status, ending", [(33, "idle"), (35, "halt"), (37, "time"), (39, "flood"),
                                            (0, "reset"), (1, "died"), (139, "died")])
def test_exit_status_tells_the_ending(status, ending):
    outcome = run(BOOT + f"echo hello; exit {status}")
    assert (outcome.ending, outcome.booted) == (ending, True)
    assert outcome.serial.endswith("hello\n") == (ending not in qemu.BY_THE_HOST)


def test_what_qemu_complains_about_is_kept():
    outcome = run("echo no such machine >&2; exit 1")
    assert (outcome.ending, outcome.booted, outcome.error) == ("died", False, "no such machine")


def test_silent_program_is_ended_by_the_clock():
    began = time.monotonic()
    outcome = run(BOOT + "sleep 60", seconds=0.5)
    assert outcome.ending == "stalled" and time.monotonic() - began < 5


def test_silence_is_counted_from_the_last_word(monkeypatch):
    """A program that says something now and then has time until the limit on the whole run."""
    monkeypatch.setattr(qemu, "SILENCE", 1)
    monkeypatch.setattr(qemu, "PATIENCE", 60)
    began = time.monotonic()
    outcome = run(BOOT + "for i in 1 2 3; do sleep 0.4; echo $i; done; sleep 60", seconds=1.0)
    assert outcome.ending == "stalled"
    assert 2.0 < time.monotonic() - began < 20


def test_slow_talker_is_ended_by_the_limit_on_the_whole_run(monkeypatch):
    monkeypatch.setattr(qemu, "SILENCE", 60)
    monkeypatch.setattr(qemu, "PATIENCE", 1)
    began = time.monotonic()
    outcome = run(BOOT + "while :; do echo more; sleep 0.1; done", seconds=1.0, lines=100000)
    assert outcome.ending == "stalled"
    assert 0.9 < time.monotonic() - began < 20


def test_busy_loop_is_ended_by_its_own_processor_time(tmp_path):
    line = sandbox.caged(["sh", "-c", BOOT + "while :; do :; done"], tmp_path, [], cpu_seconds=1,
                         file_bytes=1000)
    with Workspace() as workspace:
        outcome = qemu.run(workspace, line, Limits(seconds=60.0), tmp_path)
    assert outcome.ending == "clock" and outcome.serial == ""


def test_machine_that_never_boots_is_ended(monkeypatch):
    monkeypatch.setattr(qemu, "BOOT_SECONDS", 0.3)
    outcome = run("echo Boot config; sleep 60")
    assert (outcome.ending, outcome.booted) == ("stalled", False)


def user_bytes(outcome):
    return outcome.serial.partition(BANNER)[2].encode()


def test_flood_of_bytes_is_cut_at_exactly_the_limit():
    outcomes = [run(BOOT + "while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", bytes=1000)
                for _ in range(3)]
    assert {outcome.ending for outcome in outcomes} == {"flood"}
    assert len({outcome.serial for outcome in outcomes}) == 1
    assert len(BANNER.encode() + user_bytes(outcomes[0])) == 1000


def test_flood_of_lines_is_cut_at_exactly_the_limit():
    outcome = run(BOOT + "yes", lines=20)
    assert outcome.ending == "flood" and user_bytes(outcome).count(b"\n") == 20


def test_flood_after_much_output_that_is_allowed():
    assert run(BOOT + "yes | head -n 50; exit 33", lines=60).ending == "idle"


@pytest.mark.parametrize("more, limits, ending", [
    (BOOT, {}, "reboot"), ("yes | head -n 30; ", {"lines": 20}, "flood"),
    ("head -c 5000 /dev/zero; ", {}, "flood")])
def test_what_comes_after_the_end_is_dropped_until_the_machine_ends_by_itself(
        tmp_path, more, limits, ending):
    """So that its trace is the same every time."""
    said = [run(f"{BOOT}{more}{rest}touch {tmp_path}/ended-{number}; exit 33", **limits)
            for number, rest in enumerate(("", "echo dropped; "))]
    assert {outcome.ending for outcome in said} == {ending} and said[0].serial == said[1].serial
    assert sorted(os.listdir(tmp_path)) == ["ended-0", "ended-1"]


def test_a_machine_that_never_ends_and_prints_on_is_ended():
    began = time.monotonic()
    assert run(BOOT + BOOT + "yes").ending == "reboot" and time.monotonic() - began < 15


def test_bytes_that_are_no_text_do_no_harm():
    assert run(BOOT + r"printf '\377\376\000x'; exit 33").serial.endswith("\x00x")


def gone(pid):
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_children_of_the_machine_end_with_it():
    outcome = run(BOOT + "sleep 60 >/dev/null & echo pid $!; exit 33", seconds=2)
    assert gone(int(outcome.serial.split()[-1]))


def test_an_exception_leaves_no_process_and_no_folder():
    with pytest.raises(RuntimeError), Workspace() as workspace:
        with workspace.child(["sleep", "60"]) as process:
            raise RuntimeError
    assert gone(process.pid) and not workspace.folder.exists()


GRADER = """
import sys
from grader.cli import guarded
from grader.lab import Limits
from grader.process import Workspace
from grader import qemu, sandbox
def do(_):
    with Workspace() as workspace:
        print(workspace.folder, flush=True)
        script = "sleep 60 & echo $! > pids; echo $$ >> pids; echo ready > flag; wait"
        qemu.run(workspace, ["sh", "-c", script], Limits(seconds=50))
sys.exit(guarded(do, []))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_killing_a_grading_leaves_no_process_and_no_file(number):
    grader = subprocess.Popen([sys.executable, "-c", GRADER], cwd=kit_root(), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    folder = Path(grader.stdout.readline().strip())
    while not (folder / "flag").exists():
        time.sleep(0.02)
    pids = [int(pid) for pid in (folder / "pids").read_text().split()]
    grader.send_signal(number)
    _, said = grader.communicate(timeout=40)
    for _ in range(1000):  # the warden outlives the grader by a moment, longer on a busy machine
        if not folder.exists() and all(gone(pid) for pid in pids):
            break
        time.sleep(0.02)
    assert not folder.exists()
    assert all(gone(pid) for pid in pids)
    if number != signal.SIGKILL:
        assert said == "caplab: stopped; nothing was left behind\n"


def test_one_command_line_for_students_and_grader():
    plain = qemu.command(Path("kernel"), Path("image"))
    graded = qemu.command(Path("kernel"), Path("image"), trace=Path("t"), counted=True)
    assert plain[:plain.index("-append")] == graded[:len(plain) - 2]
    assert graded[-1] == "trace=debugcon idle=exit" and "-icount" in graded
