"""Builds root tasks against the kit's libraries and boots them, for all tests of the frozen part.

Invariants: the frozen part is built once, under a lock, also when several test processes start
together; a root task is compiled in a private folder; no machine outlives `boot`, and each has a
time limit.
"""

import json
import os
import re
import selectors
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from grader import frozen, qemu
from grader.process import Deadline, Workspace
from grader.recipe import Kit

KIT = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("CAPLAB_BUILD", KIT / "build"))
BANNER = "Booting all finished, dropped to user space"
_LONGEST_OUTPUT = 16 << 20


def build_frozen(*targets: str) -> None:
    """Build kernel and libraries if they are out of date, or these targets; one process at a time."""
    frozen.build(Kit(KIT), folder=BUILD, targets=targets)


def copy_kernel(folder: Path) -> Path:
    """Make the folder one whose kernel can be changed and built; tests/ is not in it."""
    shutil.copytree(KIT / "kernel", folder / "kernel", copy_function=shutil.copy)
    shutil.copy(KIT / "CMakeLists.txt", folder)
    (folder / "libs").symlink_to(KIT / "libs")
    return folder


def build_kernel(folder: Path) -> Path:
    """The debug kernel built from such a copy."""
    build = folder / "build"
    if not build.is_dir():
        _run(["cmake", "-S", str(folder), "-B", str(build), "-G", "Ninja"])
    _run(["ninja", "-C", str(build), "kernel"])
    return build / "kernel" / "kernel.elf"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout[-6000:]}{done.stderr[-6000:]}")


def compile_root_task(sources: list[Path], image: Path, *, flags: tuple[str, ...] = (),
                      release: bool = False) -> Path:
    """Compile and link C files to a root task image, with the flags that labs are built with.

    `release`: for a release kernel; its library must be built.
    """
    library = "libcaplab-release.a" if release else "libcaplab.a"
    flags = (*flags, "-DCAPLAB_RELEASE") if release else flags
    recipe = json.loads((KIT / "libs" / "flags.json").read_text("utf-8"))
    includes = [f"-I{KIT / 'libs' / folder}" for folder in recipe["include"]]
    gcc_headers = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True,
                                 text=True, check=True).stdout.strip()
    objects = []
    for source in sources:
        objects.append(str(image.parent / f"{image.stem}-{source.stem}.o"))
        _run(["gcc", *recipe["cflags"], "-isystem", gcc_headers, *includes, *flags,
              "-c", str(source), "-o", objects[-1]])
    _run(["gcc", *recipe["ldflags"], "-T", str(BUILD / "libs" / "user.ld"), "-o", str(image),
          *objects, str(BUILD / "libs" / library)])
    return image


@dataclass(frozen=True)
class Run:
    """What one boot showed. `status` is QEMU's exit status, None where the harness ended it."""

    serial: str
    status: int | None
    timed_out: bool
    trace: str = ""
    errors: str = field(default="", repr=False)

    @property
    def user(self) -> str:
        """The serial text from the first user instruction on."""
        return self.serial.partition(BANNER)[2].lstrip("\n")

    @property
    def records(self) -> list[dict]:
        """The trace, record by record; every line must be a whole JSON object."""
        return [json.loads(line) for line in self.trace.splitlines()]


def boot(image: Path | None, *, machine: str = "microvm", kernel: str = "kernel.elf",
         words: tuple[str, ...] = ("idle=exit",), trace: bool = False, seconds: float = 120,
         until: str | None = None, memory: int = 512, counted: bool = False,
         disc: Path | None = None, options: tuple[str, ...] = ()) -> Run:
    """Boot a root task image and read the serial until QEMU ends or time is up.

    `until`: text whose line ends the run.

    Terminal colours and carriage returns are taken out of the serial text. `image` None boots
    without a module. `counted`: time is the number of instructions, so every run is the same.
    `disc`: the CD to boot from, which brings kernel and image. `options`: further ones for QEMU.
    """
    with Workspace() as workspace:
        trace_file = workspace.folder / "trace.jsonl" if trace else None
        line = qemu.command(BUILD / "kernel" / kernel, image or Path("none"), machine=machine,
                            words=words, trace=trace_file, counted=counted)
        line[line.index("-m") + 1] = str(memory)
        if disc:
            drop(line, "-kernel", "-append")
            line += ["-cdrom", str(disc), "-boot", "d"]
        if image is None:
            drop(line, "-initrd")
        line += options
        errors = workspace.folder / "errors"
        with (errors.open("wb") as stderr,
              workspace.child(line, stdout=subprocess.PIPE, stderr=stderr) as process):
            deadline = Deadline(seconds)
            data, status = _watch(process, deadline, until.encode() if until else None)
            timed_out = status is None and deadline.left == 0
        traced = trace_file.read_text("utf-8") if trace_file and trace_file.exists() else ""
        return Run(clean(data), status, timed_out, traced, errors.read_text("utf-8", "replace"))


def drop(line: list[str], *options: str) -> None:
    """Take options out of a command line, each with its value."""
    for option in options:
        at = line.index(option)
        del line[at:at + 2]


def _watch(process: subprocess.Popen, deadline: Deadline,
           until: bytes | None) -> tuple[bytes, int | None]:
    """All that came on the serial line, and how QEMU ended if it did so by itself."""
    data = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(deadline.left):
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                return bytes(data), process.wait(deadline.left + 1)
            seen = len(data)
            data += chunk
            found = data.find(until, max(0, seen - len(until) - 80)) if until else -1
            if found >= 0 and b"\n" in data[found + len(until):]:
                return bytes(data), None
            if len(data) > _LONGEST_OUTPUT:
                return bytes(data), None
    return bytes(data), None


def clean(data: bytes) -> str:
    """Serial text as lines: without carriage returns and terminal escape sequences."""
    text = data.decode("latin-1").replace("\r", "")
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def without_user_errors(text: str) -> str:
    """The text without the kernel's lines about rejected invocations."""
    return re.sub(r"<<seL4\(.*?>>\n", "", text, flags=re.S)
