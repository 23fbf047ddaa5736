"""gdb attached to a machine that boots situation.c.

Invariant: no machine and no gdb outlives `debug`.
"""

import subprocess
import tempfile
import time
from pathlib import Path

import harness
from grader import qemu
from grader.process import Workspace

HERE = Path(__file__).parent
SCRIPT = harness.KIT / "debugger" / "caplab.py"
PROMPT = "(gdb) "


def gdb(socket: Path, image: Path, commands: list[str], kernel: str = "kernel.debug") -> str:
    """What gdb says when it carries out these commands; each is echoed behind a prompt."""
    line = ["gdb", "-q", "-nx", "-batch", str(harness.BUILD / "kernel" / kernel),
            "-x", str(SCRIPT), "-ex", "set confirm off", "-ex", f"add-symbol-file {image}",
            "-ex", f"target remote {socket}"]
    for command in [*commands, "kill"]:
        line += ["-ex", f"echo {PROMPT}{command}\\n", "-ex", command]
    done = subprocess.run(line, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.stdout


def debug(commands: list[str], kernel: str = "kernel") -> str:
    """Boot the situation, stopped before its first instruction, and run commands on it."""
    harness.build_frozen()
    with tempfile.TemporaryDirectory(prefix="caplab-gdb-") as folder, Workspace() as workspace:
        image = harness.compile_root_task([HERE / "situation.c"], Path(folder) / "situation.elf",
                                          flags=("-Wextra", "-Werror"))
        socket = workspace.folder / "socket"
        line = qemu.command(harness.BUILD / "kernel" / f"{kernel}.elf", image, gdb=socket,
                            counted=True)
        with workspace.child(line):
            until = time.monotonic() + 10
            while not socket.exists() and time.monotonic() < until:
                time.sleep(0.01)
            return gdb(socket, image, commands, f"{kernel}.debug")


def blocks(text: str) -> dict[str, list[str]]:
    """Command -> lines that follow it."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(PROMPT):
            lines = found[line.removeprefix(PROMPT)] = []
        elif line.strip():
            lines.append(line.rstrip())
    return found
