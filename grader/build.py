"""Builds a lab's programs: one place for the flags, used for the student's build and the grader's.

The flags come from libs/flags.json. Invariants: a graded build sees only the frozen part and the
named files of the submission; what the compiler says reaches the student without this machine's
paths and cut to a length that a person reads.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader import sandbox
from grader.checking import Constants
from grader.constants import HEADER, header
from grader.errors import KitError
from grader.lab import Lab, Program
from grader.process import Workspace

CC = "gcc"
COMPILE_SECONDS = 20.0
MAX_MESSAGE_LINES = 40
MAX_OBJECT = 64 << 20


@dataclass(frozen=True)
class Kit:
    """Where the frozen part lies, built and as source."""

    root: Path

    @property
    def kernel(self) -> Path:
        """The debug kernel that QEMU boots."""
        return self.root / "build" / "kernel" / "kernel.elf"

    @property
    def symbols(self) -> Path:
        """The same kernel with symbols, for gdb."""
        return self.root / "build" / "kernel" / "kernel.debug"

    @property
    def libraries(self) -> Path:
        """The folder with the archive, the linker script and what else links in."""
        return self.root / "build" / "libs"

    @property
    def archive(self) -> Path:
        """All libraries in one archive."""
        return self.libraries / "libcaplab.a"

    @property
    def script(self) -> Path:
        """The linker script of user programs."""
        return self.libraries / "user.ld"

    @cached_property
    def flags(self) -> dict[str, list[str]]:
        """libs/flags.json."""
        path = self.root / "libs" / "flags.json"
        try:
            return json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise KitError(f"libs/flags.json cannot be read: {error}") from None

    @property
    def products(self) -> tuple[Path, ...]:
        """What must be there before a lab can be built."""
        return (self.kernel, self.archive, self.script)

    def includes(self) -> list[str]:
        """The -I options of every user program."""
        return [f"-I{self.root / 'libs' / folder}" for folder in self.flags["include"]]


def compile_line(kit: Kit, source: str, result: str, include: list[str],
                 extra: tuple[str, ...] = ()) -> list[str]:
    """The compiler's command line for one source of a lab."""
    return [CC, *kit.flags["cflags"], "-Wall", "-fdiagnostics-color=never", *extra,
            *[f"-I{folder}" for folder in include], *kit.includes(), "-c", source, "-o", result]


def link_line(kit: Kit, objects: list[str], result: str) -> list[str]:
    """The linker's command line for one program."""
    return [CC, *kit.flags["ldflags"], "-T", str(kit.script), "-o", result, *objects,
            str(kit.archive)]


class BuildError(Exception):
    """The submission does not compile or link; the message is for the student."""


class Builder:
    """Builds submissions of one lab in one workspace, each into a folder of its own."""

    def __init__(self, kit: Kit, lab: Lab, workspace: Workspace):
        for product in kit.products:
            if not product.is_file():
                raise KitError(f"the frozen part is not built ({product.name} is missing): "
                               "run ./init --setup in the kit's folder")
        self.kit = kit
        self.lab = lab
        self.workspace = workspace
        self._count = 0

    def build(self, files: dict[str, str], constants: Constants,
              defines: tuple[str, ...] = ()) -> Path:
        """The image that boots, from these texts of the lab's files and these constants."""
        self._count += 1
        folder = self.workspace.folder / f"build-{self._count}"
        given = folder / "given"
        given.mkdir(parents=True)
        (given / HEADER).write_text(header(self.lab, constants), "utf-8")
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        images = [self._program(program, folder, defines) for program in self.lab.programs]
        if not self.lab.loader:
            return images[0]
        from grader import loader
        return loader.image(self, folder, images)

    def _program(self, program: Program, folder: Path, defines: tuple[str, ...]) -> Path:
        """Compile and link one program in this folder."""
        objects = [self.compile(folder, name, name + ".o", defines) for name in program.files
                   if name.endswith(".c")]
        for name in program.frozen:
            source = self.lab.folder / "frozen" / name
            objects.append(self.compile(folder, str(source), name + ".o", defines))
        return self.link(folder, objects, program.name + ".elf")

    def compile(self, folder: Path, source: str, result: str,
                defines: tuple[str, ...] = ()) -> str:
        """One object file from one source."""
        extra = (*defines, "-fmax-errors=10", f"-fmacro-prefix-map={self.lab.folder}/frozen/=")
        self._tool(folder, compile_line(self.kit, source, result, ["given"], extra))
        return result

    def link(self, folder: Path, objects: list[str], result: str) -> Path:
        """One program from its objects."""
        self._tool(folder, link_line(self.kit, objects, result))
        return folder / result

    def _tool(self, folder: Path, line: list[str]) -> None:
        readable = [self.kit.root / "libs", self.kit.libraries, self.lab.folder]
        caged = sandbox.caged(line, folder, readable, cpu_seconds=int(COMPILE_SECONDS),
                              file_bytes=MAX_OBJECT)
        status, said = self.workspace.call(caged, seconds=COMPILE_SECONDS, folder=folder,
                                           env=sandbox.environment())
        if status:
            raise BuildError(clean(said, [folder, self.kit.root])
                             or f"the compiler stopped ({_why(status)})")


def _why(status: int) -> str:
    return ("it took too long" if status in (124, 137, 152, -9, -24)
            else f"status {status}, without a message")


def clean(said: str, roots: list[Path]) -> str:
    """A compiler's message without the paths of this machine, cut to a readable length."""
    for root in roots:
        said = said.replace(f"{root}/", "")
    said = re.sub(r"/\S*/(?=(?:ld|cc1|as|collect2)\b)", "", said)
    said = re.sub(r"(?m)^(?:/usr\S*/)", "", said)
    said = "".join(c for c in said if c in "\n\t" or c.isprintable())
    lines = [line[:300] for line in said.split("\n") if line.strip()]
    if len(lines) > MAX_MESSAGE_LINES:
        lines[MAX_MESSAGE_LINES:] = [f"… and {len(lines) - MAX_MESSAGE_LINES} more lines"]
    return "\n".join(lines)
