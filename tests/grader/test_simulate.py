"""./simulate on a real terminal: leaving it, debugging in it, and nothing left behind."""

import os
import re
import subprocess
import time
from pathlib import Path

import corpus
import pexpect
import pytest

from grader.lab import kit_root

KIT = kit_root()
LOOP = ("#include <stdio.h>\nint main(void) {\n    printf(\"in the loop\\n\");\n"
        "    for (volatile int i = 0;; i++) {\n    }\n}\n")


@pytest.fixture
def build(tmp_path, frozen):
    """A scaffolded lab whose program never ends."""
    subprocess.run([KIT / "init", "--tut", "untyped"], cwd=tmp_path, check=True,
                   capture_output=True)
    (tmp_path / "untyped" / "main.c").write_text(LOOP)
    return tmp_path / "untyped_build"


def machines(folder):
    """The processes of QEMU that run in this folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (os.readlink(place / "cwd") == str(folder)
                    and b"qemu" in (place / "cmdline").read_bytes().split(b"\0")[0]):
                found.append(place.name)
        except OSError:
            continue
    return found


def none_left(folder):
    for _ in range(100):
        if not machines(folder):
            return True
        time.sleep(0.05)
    return False


def started(build, *words):
    return pexpect.spawn(str(build / "simulate"), list(words), cwd=str(build), timeout=30,
                         encoding="utf-8", codec_errors="replace", dimensions=(24, 400))


def test_ctrl_c_leaves_and_puts_the_terminal_back(build):
    shell = pexpect.spawn("sh", cwd=str(build), timeout=30, encoding="utf-8")
    shell.sendline("stty -a | head -n 1; stty -a >before; ./simulate; stty -a >after; echo done$?")
    shell.expect("in the loop")
    assert machines(build)
    shell.sendcontrol("c")
    shell.expect("Left.")
    shell.expect("done0")
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
    assert none_left(build)
    assert (build / "before").read_text() == (build / "after").read_text()


@pytest.mark.parametrize("force", [False, True])
def test_killing_simulate_ends_the_machine(build, force):
    """Without a terminal: closing one would end the machine in any case."""
    with subprocess.Popen(["./simulate"], cwd=build, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        while "in the loop" not in running.stdout.readline():
            pass
        assert machines(build)
        running.kill() if force else running.terminate()
    assert none_left(build)


def test_killed_machine_leaves_the_terminal_as_it_was(build):
    shell = pexpect.spawn("sh", cwd=str(build), timeout=30, encoding="utf-8")
    shell.sendline("stty -a >before; ./simulate; stty -a >after; echo done$?")
    shell.expect("in the loop")
    for machine in machines(build):
        os.kill(int(machine), 9)
    shell.expect("done0")
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
    assert (build / "before").read_text() == (build / "after").read_text()


def test_gdb_line_attaches_with_symbols_of_kernel_and_lab(build):
    terminal = started(build, "--gdb")
    terminal.expect(r"  (gdb -q [^\r\n]*)")
    line = terminal.match[1]
    done = subprocess.run(["sh", "-c", line + " -batch -ex 'hbreak main' -ex c -ex 'info symbol "
                           "main' -ex 'info line kprintf' -ex kill"], timeout=60, text=True,
                          capture_output=True, check=False, stdin=subprocess.DEVNULL)
    assert re.search(r"Breakpoint 1, main \(\) at .*main.c:3", done.stdout), done
    assert "kprintf" in done.stdout
    terminal.expect(pexpect.EOF)
    assert none_left(build)


def test_submit_says_why_it_takes_longer(build):
    (build.parent / "untyped" / "main.c").write_text(
        corpus.region("untyped", 2, "    for (;;) {\n    }"))
    terminal = pexpect.spawn(str(build / "submit"), cwd=str(build), timeout=90, encoding="utf-8")
    terminal.expect("being tried one by one")
    terminal.expect("9 of 10 points")
    terminal.expect(pexpect.EOF)


def test_build_error_is_shown_and_nothing_runs(build):
    (build.parent / "untyped" / "main.c").write_text("int main(void) { return x; }\n")
    done = subprocess.run(["./simulate"], cwd=build, text=True, capture_output=True, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "‘x’ undeclared" in done.stdout and "does not build" in done.stderr
