"""The machine: one place for QEMU's command line, and one run of it under limits.

Student and grader boot the same machine. Invariants: a graded run is counted in instructions,
not in time, so the same image gives the same bytes; output past a limit is cut at exactly that
limit; of a run that the host ended nothing is kept, since it would not be the same again; QEMU is
gone when `run` returns or raises.
"""

import fcntl
import math
import os
import selectors
import subprocess
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader import sandbox
from grader.errors import KitError
from grader.lab import Limits
from grader.language import _
from grader.process import Deadline, Workspace, ended, missing
from grader.transcript import BANNER

QEMU = "qemu-system-x86_64"
OLDEST_QEMU = (7, 2)
CPU = "Nehalem-v1,-vme,+pdpe1gb,-xsave,-xsaveopt,-xsavec,-fsgsbase,-invpcid,+syscall,+lm,enforce"
MACHINES = ("microvm", "pc", "q35")
BOOT_SECONDS = 30.0
# A machine that resets or switches itself off ends when QEMU gets to it.
BY_THE_HOST = ("clock", "stalled", "reset")
# The limit on time counts processor seconds, so that a busy host fails nobody; by the clock a
# machine has so many times as long, without a word and in all.
SILENCE, PATIENCE = 3, 5
IDLE_STATUS, HALT_STATUS, TICKS_STATUS, OUTPUT_STATUS = 33, 35, 37, 39
# QEMU's own filter of system calls: no new process, no other user, no priority of its choice.
_FILTERED = ["-sandbox",
             "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"]
# What comes after the end of what counts is read and dropped, so that the kernel can end the run by
# itself, which is at the same instruction every time; and this much more than that is too much.
BOOT_KIB, MOST_DROPPED = 16, 1 << 20
MOST_WAITING = 256 << 10
# Each refused call has a line of the kernel's; a program that is refused on and on has so many.
ERRORS = 200
# The kernel's timer ticks every 2 ms; a counted machine takes an instruction for a nanosecond.
INSTRUCTIONS_A_TICK = 2_000_000
_COUNTED = ["-icount", "shift=0,sleep=off", "-rtc", "base=2000-01-01,clock=vm", "-seed", "1"]


def command(kernel: Path, image: str | Path, *, machine: str = "microvm", accel: str = "tcg",
            words: tuple[str, ...] = ("idle=exit",), trace: Path | None = None,
            counted: bool = False, limits: Limits | None = None, filtered: bool = False,
            gdb: Path | None = None) -> list[str]:
    """QEMU's command line for this kernel and lab image.

    The image is named relative to the folder that QEMU runs in: multiboot takes a blank in it for
    the end of the name.
    trace: where the kernel's trace goes.   counted: time is the number of instructions.
    limits: by which the kernel stops the machine, soon after what counts is reached.
    filtered: QEMU gives up the system calls that it does not need.   gdb: a socket to wait on for a
    debugger.   words: further ones for the kernel.
    """
    cpu = CPU if accel == "tcg" else "host"
    line = [QEMU, "-machine", machine, "-accel", accel, "-cpu", cpu, "-m", "512", "-smp", "1",
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-net", "none",
            "-monitor", "none", "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
            "-kernel", str(kernel), "-initrd", str(image)]
    if trace:
        line += ["-debugcon", f"file:{trace}"]
        words = ("trace=debugcon", *words)
    if counted:
        line += _COUNTED
    if limits:
        words = (*words, f"ticks={math.ceil(limits.instructions / INSTRUCTIONS_A_TICK)}",
                 f"output={BOOT_KIB + math.ceil(limits.bytes / 1024)}", f"errors={ERRORS}")
    if filtered:
        line += _FILTERED
    if gdb:
        line += ["-S", "-chardev", f"socket,id=gdb,path={gdb},server=on,wait=off",
                 "-gdb", "chardev:gdb"]
    return [*line, "-append", " ".join(words)]


@dataclass(frozen=True)
class Outcome:
    """How one run went: what the serial showed, and how it ended.

    ending: "idle" (no thread can run any more), "halt" (panic or debug halt), "reset" (the
    machine was reset), "time" (too many instructions), "flood" (too many bytes or lines), "reboot"
    (the boot banner a second time), "clock" (too much of the host's processor time), "stalled" (the
    host did not let it run), or "died" (QEMU itself failed; `error` says how).
    """

    serial: str
    ending: str
    booted: bool
    error: str = ""


class _Recorder:
    """Keeps what the serial shows, cut at the byte with which a limit or a second boot is reached.

    ending: "flood" or "reboot" once that has happened, else "".
    """

    def __init__(self, limits: Limits):
        self._bytes = limits.bytes
        self._lines = limits.lines
        self._after = 0
        self.data = b""
        self.booted = False
        self.dropped = 0
        self.ending = ""

    def write(self, data: bytes) -> None:
        """Add what was read; after the end of what counts, drop it."""
        if self.ending:
            self.dropped += len(data)
            return
        self.data += data
        banner = BANNER.encode()
        if not self.booted and banner in self.data:
            self.booted, self._after = True, self.data.index(banner)
        cuts = [(self._flood(), "flood"), (self._second(banner), "reboot")]
        end, ending = min((cut for cut in cuts if cut[0] is not None), default=(None, ""))
        if ending:
            self.data, self.ending = self.data[:end], ending

    def _flood(self) -> int | None:
        """Where the output must be cut: limits count from the end of the boot."""
        ends = []
        if self.data.count(b"\n", self._after) > self._lines:
            at = self._after
            for _ in range(self._lines):
                at = self.data.index(b"\n", at) + 1
            ends.append(at)
        if len(self.data) - self._after > self._bytes:
            ends.append(self._after + self._bytes)
        return min(ends, default=None)

    def _second(self, banner: bytes) -> int | None:
        """The end of the banner's second showing."""
        at = self.data.find(banner, self._after + 1) if self.booted else -1
        return at + len(banner) if at >= 0 else None


class _Watched:
    """One machine that runs: its serial so far, and how long it may still be waited for."""

    def __init__(self, process: subprocess.Popen, errors: Path, limits: Limits):
        self.process = process
        self.recorder = _Recorder(limits)
        self.ending: str | None = None
        self._errors = errors
        self._limits = limits
        self._boot = Deadline(BOOT_SECONDS)
        self._total: Deadline | None = None
        self._silence: Deadline | None = None

    @property
    def left(self) -> float:
        """Seconds until one of the limits on time is reached."""
        if not self._total:
            return self._boot.left
        return min(self._total.left, self._silence.left)

    def read(self) -> None:
        """Take in what the serial shows; its end is the end of QEMU."""
        data = os.read(self.process.stdout.fileno(), 65536)
        if not data:
            how = _how(self.process, self._limits)
            self.ending = how if how in BY_THE_HOST else self.recorder.ending or how
            return
        self.recorder.write(data)
        if self.recorder.booted:
            self._total = self._total or Deadline(PATIENCE * self._limits.seconds)
            self._silence = Deadline(SILENCE * self._limits.seconds)
        if self.recorder.dropped > MOST_DROPPED:
            self.ending = self.recorder.ending

    def outcome(self) -> Outcome:
        """How it went."""
        kept = b"" if self.ending in BY_THE_HOST else self.recorder.data
        serial = kept.decode("utf-8", errors="replace")
        said = self._errors.read_text("utf-8", errors="replace").strip()
        return Outcome(serial, self.ending, self.recorder.booted, said)


def run(workspace: Workspace, line: list[str], limits: Limits, folder: Path | None = None
        ) -> Outcome:
    """Boot once in this folder and read the serial to its end or to a limit."""
    return run_all(workspace, [(line, folder or workspace.folder)], limits)[0]


def run_all(workspace: Workspace, runs: list[tuple[list[str], Path]], limits: Limits
            ) -> list[Outcome]:
    """Boot side by side, each command line in its folder."""
    with ExitStack() as stack:
        machines = []
        for number, (line, folder) in enumerate(runs):
            errors = workspace.folder / f"qemu-errors-{number}"
            stderr = stack.enter_context(errors.open("wb"))
            process = stack.enter_context(workspace.child(
                line, stdout=subprocess.PIPE, stderr=stderr, folder=folder,
                env=sandbox.environment()))
            _make_room(process.stdout)
            machines.append(_Watched(process, errors, limits))
        _watch(machines)
    return [machine.outcome() for machine in machines]


def _make_room(serial: IO[bytes]) -> None:
    """Room for all that a machine may print: one that must wait for us counts more instructions."""
    with suppress(OSError):  # where a user may not have as much
        fcntl.fcntl(serial, fcntl.F_SETPIPE_SZ, MOST_WAITING)


def _watch(machines: list[_Watched]) -> None:
    """Read until each has ended, by itself or by a limit."""
    with selectors.DefaultSelector() as serials:
        for machine in machines:
            serials.register(machine.process.stdout, selectors.EVENT_READ, machine)
        while running := [key.data for key in serials.get_map().values()]:
            for key, _ in serials.select(min(machine.left for machine in running)):
                key.data.read()
            for machine in running:
                if machine.ending is None and not machine.left:
                    machine.ending = "stalled"
                if machine.ending is not None:
                    serials.unregister(machine.process.stdout)


def _how(process: subprocess.Popen, limits: Limits) -> str:
    """What the exit status of a QEMU that ended by itself says."""
    status = ended(process, limits.seconds)
    if status in sandbox.OUT_OF_TIME:
        return "clock"
    return {None: "stalled", IDLE_STATUS: "idle", HALT_STATUS: "halt", TICKS_STATUS: "time",
            OUTPUT_STATUS: "flood", 0: "reset"}.get(status, "died")


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
        raise KitError(_("the kernel is not built ({name} is missing): run ./init --setup in the "
                         "kit's folder", name=kernel.name))
    found = version()
    if found is None:
        raise KitError(missing(QEMU))
    if found < OLDEST_QEMU:
        raise KitError(_("QEMU {version} is too old: the kit needs {wanted} or newer, as Debian "
                         "12 has it", version=".".join(map(str, found)),
                         wanted=".".join(map(str, OLDEST_QEMU))))
