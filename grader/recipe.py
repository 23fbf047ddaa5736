"""How a lab's image is made, step by step: the same steps for the student's build and the grader's.

A recipe is a list of commands with their inputs and outputs, all relative to one build folder.
scaffold.py prints it as build.ninja, build.py carries it out. Flags come from libs/flags.json.
"""

import json
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader import constants
from grader.checking import Constants
from grader.constants import HEADER
from grader.errors import KitError
from grader.language import _
from grader.lab import Lab, Program

CC = "gcc"
GIVEN = "given"
# What the build folder's name has more than that of the folder with the sources.
BUILD = "_build"


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
    def debugger(self) -> Path:
        """The script with gdb's commands for this kernel."""
        return self.root / "debugger" / "caplab.py"

    @property
    def libraries(self) -> Path:
        """The folder with the archive and the linker script."""
        return self.root / "build" / "libs"

    @property
    def archive(self) -> Path:
        """All libraries in one archive."""
        return self.libraries / "libcaplab.a"

    @property
    def script(self) -> Path:
        """The linker script of user programs."""
        return self.libraries / "user.ld"

    @property
    def products(self) -> tuple[Path, ...]:
        """What must be there before a lab can be built."""
        return (self.kernel, self.archive, self.script)

    @cached_property
    def flags(self) -> dict[str, list[str]]:
        """libs/flags.json."""
        path = self.root / "libs" / "flags.json"
        try:
            return json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise KitError(_("libs/flags.json cannot be read: {error}", error=error)) from None

    @cached_property
    def compiler_headers(self) -> str:
        """The compiler's own stdint.h and the like: all that is used of the host's headers."""
        try:
            return subprocess.run([CC, "-print-file-name=include"], capture_output=True,
                                  text=True, check=True).stdout.strip()
        except FileNotFoundError:
            from grader.process import missing
            raise KitError(missing(CC)) from None

    def includes(self) -> list[str]:
        """The options that name the folders of headers, the kit's before the compiler's."""
        return [*[f"-I{self.root / 'libs' / folder}" for folder in self.flags["include"]],
                "-isystem", self.compiler_headers]


@dataclass(frozen=True)
class Step:
    """One command: what it reads and makes.

    frozen: no file of the student's goes into it.   theirs: it compiles one of the student's files.
    """

    line: tuple[str, ...]
    inputs: tuple[str, ...]
    output: str
    frozen: bool = False
    compiles: bool = False
    theirs: bool = False


@dataclass(frozen=True)
class Recipe:
    """The steps to an image, in an order that works, and the sources generated for them."""

    steps: tuple[Step, ...]
    generated: dict[str, str]
    image: str
    programs: tuple[str, ...]


def compiling(kit: Kit, lab: Lab, source: str, output: str, *, home: str = "",
              frozen: bool = False, theirs: bool = False, options: tuple[str, ...] = ()) -> Step:
    """Compile one source; `home` is the folder whose name is left out of __FILE__."""
    folder = lab.folder / "frozen"
    maps = [f"-fmacro-prefix-map={place}=" for place in (home, f"{folder}/") if place]
    own = [f"-I{folder}"] if folder.is_dir() else []
    line = [CC, *kit.flags["cflags"], *options, *maps, f"-I{GIVEN}", *own, *kit.includes(),
            "-c", source, "-o", output]
    return Step(tuple(line), (source, f"{GIVEN}/{HEADER}"), output, frozen, compiles=True,
                theirs=theirs)


def linking(kit: Kit, objects: list[str], output: str, options: tuple[str, ...] = ()) -> Step:
    """Link one program with the libraries."""
    line = [CC, *kit.flags["ldflags"], *options, "-T", str(kit.script), "-o", output, *objects,
            str(kit.archive)]
    return Step(tuple(line), (*objects, str(kit.archive), str(kit.script)), output)


def objects_of(kit: Kit, lab: Lab, program: Program, home: str, values: Constants) -> list[Step]:
    """The steps that compile one program's sources; its headers are found on the way."""
    steps = [compiling(kit, lab, home + name, f"{program.name}-{name}.o", home=home,
                       theirs=True)
             for name in program.files if name.endswith(".c")]
    folder = lab.folder / "frozen"
    headers = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.h")))
    for name in program.frozen:
        if name.endswith(".c"):
            told = constants.hidden(lab, values, (folder / name).read_text("utf-8") + headers)
            steps.append(compiling(kit, lab, str(folder / name), f"{program.name}-{name}.o",
                                   frozen=True, options=told))
    return steps


def recipe(kit: Kit, lab: Lab, home: str = "", values: Constants | None = None) -> Recipe:
    """How this lab's image is made from the student's files in the folder `home`.

    values: the lab's constants, if not the lesson's; the hidden ones go into the command lines.
    """
    values = values or constants.lesson(lab)
    if lab.loader:
        from grader import loader
        return loader.recipe(kit, lab, home, values)
    program = lab.programs[0]
    steps = objects_of(kit, lab, program, home, values)
    image = program.name + ".elf"
    return Recipe((*steps, linking(kit, [step.output for step in steps], image)), {}, image,
                  (image,))
