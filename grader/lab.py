"""What a lab is: lab.toml read into dataclasses, checked word by word.

Invariants: a `Lab` that exists is whole (tasks numbered 1 to n, files named plainly, ranges of
constants wide enough); every mistake in a lab.toml is told with the file and the word.
"""

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader import constant
from grader.constant import Constant
from grader.errors import Refusal
from grader.language import _, pick
from grader.table import C_NAME, LabError, Table

PLAIN_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
# The texts of a lab's files by their names: a submission, or what is put in its place.
Files = dict[str, str]
# The file that holds Lab.secret in a copy without answers.
SECRET = "secret.txt"


@dataclass(frozen=True)
class Task:
    """One task: its number, its title in two languages, and what it is worth."""

    number: int
    title: str
    title_zh: str
    points: float
    advanced: bool

    @property
    def called(self) -> str:
        """Its title in the language of the reader."""
        return pick(self.title, self.title_zh)


@dataclass(frozen=True)
class Program:
    """One program of a lab; the frozen loader starts it where a lab has several."""

    name: str
    files: tuple[str, ...]
    frozen: tuple[str, ...]
    priority: int
    slots: dict[str, str]


@dataclass(frozen=True)
class Shared:
    """A kernel object that the loader makes for several programs to share."""

    name: str
    type: str
    size_bits: int


# The kernel counts the ticks of a run in 16 bits.
MOST = 100_000_000_000


@dataclass(frozen=True)
class Limits:
    """What one run may use: instructions, seconds of processor time, bytes and lines on the serial.

    A loop ends by its instructions, at the same one on every host; by its time only if it is made of
    instructions that an emulator is very slow at, thirty times slower than at usual ones.
    """

    instructions: int = 400_000_000
    seconds: float = 60.0
    bytes: int = 65536
    lines: int = 1500


@dataclass(frozen=True)
class Lab:
    """One lab: where it lies and all that its lab.toml says.

    late, course: as classes/course.py reads them, which knows their words.
    """

    name: str
    folder: Path
    title: str
    title_zh: str
    order: int
    summary: str
    summary_zh: str
    files: tuple[str, ...]
    prerequisites: tuple[str, ...]
    aliases: tuple[str, ...]
    constants: tuple[Constant, ...]
    tasks: tuple[Task, ...]
    programs: tuple[Program, ...]
    objects: tuple[Shared, ...]
    limits: Limits = field(default_factory=Limits)
    late: dict[str, Any] = field(default_factory=dict)
    course: dict[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """Its title in the language of the reader."""
        return pick(self.title, self.title_zh)

    @property
    def loader(self) -> bool:
        """True if the frozen loader starts the programs."""
        return len(self.programs) > 1

    @property
    def points(self) -> float:
        """Full marks."""
        return sum(task.points for task in self.tasks)

    @property
    def main(self) -> str:
        """The file with the TASK regions: the first that the student edits."""
        return self.files[0]

    @property
    def skeleton(self) -> str:
        """The handout's text of the file with the TASK regions."""
        return (self.folder / self.main).read_text("utf-8")

    @property
    def secret(self) -> str:
        """What hidden constants are drawn with: a digest of the worked answer.

        A copy of the kit without answers has it in a file, if whoever made the copy wrote one.
        """
        answer = self.folder.parent.parent / "solutions" / self.name / self.main
        given = self.folder / SECRET
        if answer.is_file():
            return hashlib.sha256(answer.read_bytes()).hexdigest()
        return given.read_text("utf-8").strip() if given.is_file() else ""


def _task(where: str, index: int, values: Any) -> Task:
    table = Table(f"{where}: task {index}", values)
    task = Task(table.take("number", int), table.take("title", str),
                table.take("title_zh", str, ""), table.take("points", (int, float), 1),
                table.take("advanced", bool, False))
    table.done()
    if task.number != index:
        raise LabError(_("{where}: has number {number}; tasks go 1, 2, 3, … in order",
                         where=table.where, number=task.number))
    if not 0 <= task.points < MOST:
        raise LabError(_("{where}: points below zero", where=table.where) if task.points < 0 else
                       _("{where}: points must be a number", where=table.where))
    return task


def _program(where: str, values: Any) -> Program:
    table = Table(f"{where}: program", values)
    program = Program(table.take("name", str), table.strings("files", []),
                      table.strings("frozen", []), table.take("priority", int, 100),
                      table.take("slots", dict, {}))
    table.done()
    _plain_files(where, program.files + program.frozen)
    for name, value in program.slots.items():
        if not C_NAME.fullmatch(name) or not isinstance(value, str):
            raise LabError(_("{where}: program {program}: slot {name} must be a name that C accepts "
                             "and what is in it, in quotes", where=where, program=program.name,
                             name=name))
    if not program.files + program.frozen:
        raise LabError(_("{where}: program {name} has no files", where=where, name=program.name))
    return program


def _shared(where: str, values: Any) -> Shared:
    table = Table(f"{where}: object", values)
    made = Shared(table.take("name", str), table.take("type", str),
                  table.take("size_bits", int, 0))
    table.done()
    if not C_NAME.fullmatch(made.name):
        raise LabError(_("{where}: object {name!r}: not a name that C accepts", where=where,
                         name=made.name))
    return made


def _plain_files(where: str, names: tuple[str, ...]) -> None:
    for name in names:
        if not PLAIN_FILE.fullmatch(name):
            raise LabError(_("{where}: {name!r} is not a plain file name", where=where, name=name))


def _limits(where: str, values: Any) -> Limits:
    table = Table(f"{where}: limits", values)
    limits = Limits(table.take("instructions", int, Limits.instructions),
                    table.take("seconds", (int, float), Limits.seconds),
                    table.take("bytes", int, Limits.bytes), table.take("lines", int, Limits.lines))
    table.done()
    for word, value in vars(limits).items():
        if not 0 < value < MOST:
            raise LabError(_("{where}: limits: {word} must be above 0 and below {most}",
                             where=where, word=word, most=MOST))
    return limits


def read(folder: Path) -> Lab:
    """The lab in this folder."""
    path = folder / "lab.toml"
    where = f"{folder.name}/lab.toml"
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabError(f"{where}: {error}") from None
    table = Table(where, values)
    programs = tuple(_program(where, entry) for entry in table.take("program", list))
    lab = Lab(
        name=folder.name, folder=folder,
        title=table.take("title", str), title_zh=table.take("title_zh", str, ""),
        order=table.take("order", int),
        summary=table.take("summary", str), summary_zh=table.take("summary_zh", str, ""),
        files=table.strings("files"), prerequisites=table.strings("prerequisites", []),
        aliases=table.strings("aliases", []),
        constants=tuple(constant.read(where, name, entry)
                        for name, entry in table.take("constants", dict, {}).items()),
        tasks=tuple(_task(where, index, entry)
                    for index, entry in enumerate(table.take("task", list), 1)),
        programs=programs,
        objects=tuple(_shared(where, entry) for entry in table.take("object", list, [])),
        limits=_limits(where, table.take("limits", dict, {})),
        late=table.take("late", dict, {}), course=table.take("course", dict, {}))
    table.done()
    _whole(where, lab)
    return lab


def _whole(where: str, lab: Lab) -> None:
    """The parts of a lab that must agree with each other."""
    _plain_files(where, lab.files)
    if not lab.files or not lab.tasks or not lab.programs:
        raise LabError(_("{where}: needs at least one of files, task and program", where=where))
    _distinct(where, [program.name for program in lab.programs])
    for program in lab.programs:
        # The loader's table is C; alone, a program only gives its files their names.
        if not (C_NAME if lab.loader else PLAIN_FILE).fullmatch(program.name):
            raise LabError(_("{where}: program {name!r}: not a name that C accepts", where=where,
                             name=program.name))
    _distinct(where, [made.name for made in lab.objects])
    for drawn in lab.constants:
        # Each run needs values of its own, none of them any lesson's.
        if drawn.choices < 5 + 4 * len(lab.constants):
            raise LabError(_("{where}: constants.{name}: the range is too narrow to draw other "
                             "values from", where=where, name=drawn.name))
    built = {name for program in lab.programs for name in program.files}
    for name in lab.files:
        if name not in built and not name.endswith(".h"):
            raise LabError(_("{where}: {name} is in files, but in no program", where=where,
                             name=name))
    for name in built - set(lab.files):
        raise LabError(_("{where}: {name} is in a program, but not in files (sources that "
                         "students do not edit are `frozen`)", where=where, name=name))


def _distinct(where: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise LabError(_("{where}: {name} is there twice", where=where, name=name))


def kit_root() -> Path:
    """The kit's own folder: where this package lies."""
    return Path(__file__).resolve().parent.parent


def all_labs(root: Path) -> list[Lab]:
    """Every lab of the kit in teaching order."""
    folders = [path.parent for path in (root / "labs").glob("*/lab.toml")]
    return sorted((read(folder) for folder in folders), key=lambda lab: (lab.order, lab.name))


def find(root: Path, wanted: str) -> Lab:
    """The lab of this name or alias (upstream's old and new names are both known)."""
    folder = root / "labs" / wanted
    if PLAIN_FILE.fullmatch(wanted) and (folder / "lab.toml").is_file():
        return read(folder)
    labs = all_labs(root)
    for lab in labs:
        if wanted in lab.aliases:
            return lab
    raise Refusal(_("there is no lab called {wanted!r}{nearest}", wanted=wanted,
                    nearest=_nearest(wanted, labs)))


def _nearest(wanted: str, labs: list[Lab]) -> str:
    """Words that lead on from a name that is not known."""
    if not labs:
        return _(": this copy of the kit has no labs/ folder")
    import difflib
    names = [name for lab in labs for name in (lab.name, *lab.aliases)]
    close = difflib.get_close_matches(wanted.lower(), names, n=1, cutoff=0.4)
    return _("; did you mean {name}?", name=close[0]) if close \
        else _("; ./init --list shows them all")
