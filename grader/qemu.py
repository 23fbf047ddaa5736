"""The machine: one place for QEMU's command line, and one run of it under limits.

Student and grader boot the same machine. Invariants: a graded run is counted in instructions,
not in time, so the same image gives the same bytes; output past a limit is cut at exactly that
limit; QEMU is gone when `run` returns or raises.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from grader import sandbox
from grader.errors import KitError
from grader.lab import Limits
from grader.process import Deadline, Workspace, missing
from grader.transcript import BANNER

QEMU = "qemu-system-x86_64"
OLDEST_QEMU = (7, 2)
CPU = "Nehalem-v1,-vme,+pdpe1gb,-xsave,-xsaveopt,-xsavec,-fsgsbase,-invpcid,+syscall,+lm,enforce"
MACHINES = ("microvm", "pc", "q35")
BOOT_SECONDS = 30.0
# The limit on time counts processor seconds, so that a busy host fails nobody; a machine that
# uses none has this many times as long.
PATIENCE = 5
IDLE_STATUS, HALT_STATUS, LIMIT_STATUS = 33, 35, 37
_COUNTED = ["-icount", "shift=0,sleep=off", "-rtc", "base=2000-01-01,clock=vm", "-seed", "1"]


def command(kernel: Path, image: str | Path, *, machine: str = "microvm", accel: str = "tcg",
            words: tuple[str, ...] = ("idle=exit",), trace: Path | None = None,
            counted: bool = False, gdb: Path | None = None) -> list[str]:
    """QEMU's command line for this kernel and lab image.

    The image is named relative to the folder that QEMU runs in: multiboot takes a blank in it for
    the end of the name. trace: where the kernel's trace goes.   counted: time is the number of
    instructions.   gdb: a socket to wait on for a debugger.   words: further ones for the kernel.
    """
    cpu = CPU if accel == "tcg" else "host"
    line = [QEMU, "-machine", machine, "-accel", accel, "-cpu", cpu, "-m", "512", "-smp", "1",
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-net", "none",
            "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
            "-kernel", str(kernel), "-initrd", str(image)]
    if trace:
        line += ["-debugcon", f"file:{trace}"]
        words = ("trace=debugcon", *words)
    if counted:
        line += _COUNTED
    if gdb:
        line += ["-S", "-chardev", f"socket,id=gdb,path={gdb},server=on,wait=off",
                 "-gdb", "chardev:gdb"]
    return [*line, "-append", " ".join(words)]


@dataclass(frozen=True)
class Outcome:
    """How one run went: what the serial showed, and how it ended.

    ending: "idle" (no thread can run any more), "halt" (panic or debug halt), "reset" (the
    machine was reset), "time", "flood" (too many bytes or lines), "reboot" (the boot banner a
    second time), or "died" (QEMU itself failed; `error` says how).
    """

    serial: str
    ending: str
    booted: bool
    error: str = ""


class _Flood(Exception):
    pass


class _Recorder:
    """Keeps what the serial shows, up to the limits; one byte more raises."""

    def __init__(self, limits: Limits):
        self._bytes = limits.bytes
        self._lines = limits.lines
        self._after = 0
        self.data = b""

    def write(self, data: bytes) -> None:
        """Called by pexpect with everything that it reads."""
        self.data += data
        if not self._after and BANNER.encode() in self.data:
            self._after = self.data.index(BANNER.encode())
        end = self._end()
        if end is not None:
            self.data = self.data[:end]
            raise _Flood

    def _end(self) -> int | None:
        """Where the output must be cut: limits count from the end of the boot."""
        if self.data.count(b"\n", self._after) > self._lines:
            at = self._after
            for _ in range(self._lines):
                at = self.data.index(b"\n", at) + 1
            return min(at, self._after + self._bytes)
        if len(self.data) - self._after > self._bytes:
            return self._after + self._bytes
        return None

    def flush(self) -> None:
        """Part of what pexpect expects of a log."""


def run(workspace: Workspace, line: list[str], limits: Limits, folder: Path | None = None,
        meanwhile: Callable[[], None] = lambda: None) -> Outcome:
    """Boot once in this folder and read the serial to its end or to a limit.

    `meanwhile` runs beside the machine: this process would only wait.
    """
    errors = workspace.folder / "qemu-errors"
    with (errors.open("wb") as stderr,
          workspace.child(line, stdout=subprocess.PIPE, stderr=stderr, folder=folder,
                          env=sandbox.environment()) as process):
        meanwhile()
        recorder = _Recorder(limits)
        booted, ending = _watch(process, recorder, limits)
        if ending == "":
            ending = _how(process, limits)
    serial = recorder.data.decode("utf-8", errors="replace")
    said = errors.read_text("utf-8", errors="replace").strip()
    return Outcome(serial, ending, booted, said)


def _watch(process: subprocess.Popen, recorder: _Recorder, limits: Limits) -> tuple[bool, str]:
    """Read until the end of output or a limit: was it booted, and the ending if it is known."""
    import pexpect
    from pexpect import fdpexpect
    serial = fdpexpect.fdspawn(process.stdout.fileno(), maxread=65536)
    serial.logfile_read = recorder
    banner = BANNER.encode()
    booted = False
    try:
        if serial.expect_exact([banner, pexpect.EOF], timeout=BOOT_SECONDS) == 1:
            return False, ""
        booted = True
        deadline = Deadline(PATIENCE * limits.seconds)
        found = serial.expect_exact([banner, pexpect.EOF], timeout=deadline.left,
                                    searchwindowsize=4096)
        return True, "reboot" if found == 0 else ""
    except pexpect.TIMEOUT:
        return booted, "time"
    except _Flood:
        return booted, "flood"


def _how(process: subprocess.Popen, limits: Limits) -> str:
    """What the exit status of a QEMU that ended by itself says."""
    try:
        status = process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        return "time"
    if status in sandbox.OUT_OF_TIME:
        return "time"
    return {IDLE_STATUS: "idle", HALT_STATUS: "halt", LIMIT_STATUS: "time",
            0: "reset"}.get(status, "died")


def version() -> tuple[int, int] | None:
    """QEMU's version, or None where there is no QEMU."""
    import re
    try:
        said = subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    found = re.search(r"version (\d+)\.(\d+)", said.stdout)
    return (int(found[1]), int(found[2])) if found else None


def check(kernel: Path) -> None:
    """Refuse to go on without a kernel or with a QEMU that is missing or too old."""
    if not kernel.is_file():
        raise KitError(f"the kernel is not built ({kernel.name} is missing): "
                       "run ./init --setup in the kit's folder")
    found = version()
    if found is None:
        raise KitError(missing(QEMU))
    if found < OLDEST_QEMU:
        raise KitError(f"QEMU {found[0]}.{found[1]} is too old: the kit needs "
                       f"{OLDEST_QEMU[0]}.{OLDEST_QEMU[1]} or newer, as Debian 12 has it")
