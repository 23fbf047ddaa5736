"""Carries out a lab's recipe for the grader: pristine, caged, limited, and explained.

Invariants: a graded build sees only the frozen part and the named files of the submission, and the
compiler of a submitted file not even what is made of the frozen part; what no submission goes into
is compiled once; what the compiler says reaches the student without this
machine's paths and cut to a length that a person reads.
"""

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path

from grader import inspection, sandbox
from grader.checking import Constants
from grader.constants import HEADER, header
from grader.errors import KitError
from grader.lab import Files, Lab
from grader.language import _
from grader.process import CORES, OUT_OF_TIME, PATIENCE, Team, Workspace
from grader.recipe import GIVEN, Kit, Step, recipe

STEP_SECONDS = 10.0
# What is compiled after the submission itself is parts of it: a slow one would be met many times.
TRIAL_STEP_SECONDS = 4.0
# How gcc's driver and its compiler say that they were stopped for their time.
_STOPPED = ("CPU time limit exceeded", "Killed signal terminated program")
MAX_MESSAGE_LINES = 40
MAX_LINE, MAX_SHOWN = 1000, 300
# All that a linker says that misses names and nothing else.
_MISSING = re.compile(r": undefined reference to |: in function .*:$|: more undefined references to "
                      r"|^collect2: error: ld returned \d+ exit status$")
MAX_OBJECT = 64 << 20
# The folder that a submitted file is compiled in: frozen objects know what it may not.
ALONE = "alone"
_GRADED = ("-fdiagnostics-color=never", "-fmax-errors=10")


class BuildError(Exception):
    """The submission does not compile or link; the message is for the student."""


class CompileError(BuildError):
    """The compiler complains, or nothing has a name that is used: what else there is may be right.
    """


@dataclass(frozen=True)
class _Job:
    """A step to carry out in a folder; `twins` are the folders that its output is good for too."""

    step: Step
    folder: Path
    twins: tuple[Path, ...] = ()

    @property
    def place(self) -> Path:
        """Where it runs: a submitted file sees nothing that is made beside it."""
        return self.folder / ALONE if self.step.theirs else self.folder

    @property
    def needs(self) -> set[Path]:
        """The files that it reads."""
        return {self.folder / name for name in self.step.inputs}

    @property
    def makes(self) -> set[Path]:
        """The files that are there after it."""
        return {place / self.step.output for place in (self.folder, *self.twins)}


class _UnderWay:
    """A build that has begun: the jobs that wait, and what is not made yet.

    Which job ends first is chance; which failure counts is not: the first in the recipe's order.
    """

    def __init__(self, files: Files, folders: list[Path], team: Team, jobs: tuple[_Job, ...]):
        self.files, self.folders, self.team = files, folders, team
        self.waiting = list(jobs)
        self.unmade = set().union(*(job.makes for job in jobs))
        self.warnings: list[tuple[Path, str]] = []
        self.failed: Exception | None = None
        self._jobs = self._before = jobs

    def fail(self, job: _Job, error: Exception) -> None:
        """Only what comes before this job goes on."""
        if job in self._before:
            self.failed = error
            self._before = self._jobs[:self._jobs.index(job)]
            self.waiting = [other for other in self.waiting if other in self._before]


class Builder:
    """Builds submissions of one lab in one workspace, each once for every set of constants.

    Every text gets a folder a set; what the constants do not go into is made in the first only.
    """

    def __init__(self, kit: Kit, lab: Lab, workspace: Workspace, *values: Constants):
        for product in kit.products:
            if not product.is_file():
                raise KitError(_("the frozen part is not built ({name} is missing): run ./init "
                                 "--setup in the kit's folder", name=product.name))
        self.kit = kit
        self.lab = lab
        self.workspace = workspace
        self.values = values
        self._recipes = [recipe(kit, lab, values=drawn) for drawn in values]
        self._recipe = self._recipes[0]
        self._varied = self._varying()
        self._headers = [header(lab, drawn) for drawn in values]
        self._count = 0
        self._under_way: _UnderWay | None = None
        self._first: list[Path] = []
        self.flags: set[str] = set()

    @property
    def programs(self) -> tuple[str, ...]:
        """The images with debug information, one a program."""
        return self._recipe.programs

    def build(self, files: Files) -> list[Path]:
        """The images that boot, one a set of constants, from these texts of the lab's files."""
        if not self._under_way or self._under_way.files != files:
            self.begin(files)
        build, self._under_way = self._under_way, None
        with build.team:
            while build.team.size:
                job, status, said = build.team.next()
                try:
                    self._finish(build, job, status, said)
                    build.unmade -= job.makes
                    # A processor must not wait while this process looks at what was made.
                    self._go_on(build)
                    self._inspect(job)
                except (BuildError, KitError) as error:
                    build.fail(job, error)
                    self._go_on(build)
        if build.failed:
            raise build.failed
        self._first = self._first or build.folders
        return [folder / self._recipe.image for folder in build.folders]

    def begin(self, files: Files) -> None:
        """Let the compiler begin on these files, for a `build` of them that comes next."""
        if self._under_way:
            self._under_way.team.close()
        self._count += 1
        folders = [self._folder(f"build-{self._count}-{number}", text, files)
                   for number, text in enumerate(self._headers)]
        jobs = [job for steps in zip(*(recipe.steps for recipe in self._recipes))
                for job in self._jobs(steps, folders)]
        team = Team(self.workspace, PATIENCE * STEP_SECONDS, sandbox.environment())
        self._under_way = _UnderWay(files, folders, team, tuple(jobs))
        self._go_on(self._under_way)

    def _go_on(self, build: _UnderWay) -> None:
        """Start what has all that it needs, as many at a time as there are cores."""
        for job in list(build.waiting):
            if build.team.size < CORES and not build.unmade & job.needs:
                build.team.start(job, self._caged(job), job.place)
                build.waiting.remove(job)

    def _varying(self) -> set[str]:
        """The outputs that the constants go into: the student's, and frozen sources naming them."""
        frozen = self.lab.folder / "frozen"
        names = {path for path in frozen.glob("*.[ch]") if HEADER in path.read_text("utf-8")}
        in_headers = any(path.suffix == ".h" for path in names)
        found: set[str] = set()
        for step, *others in zip(*(recipe.steps for recipe in self._recipes)):
            source = self.workspace.folder / step.inputs[0]
            if step.compiles and (in_headers or step.theirs or source in names) \
                    or found & set(step.inputs) or any(step != other for other in others):
                found.add(step.output)
        return found

    def _folder(self, name: str, constants: str, files: Files) -> Path:
        """A new folder for one build, with the sources in it, and in one in it the submitted ones.
        """
        folder = self.workspace.folder / name
        given = {f"{GIVEN}/{HEADER}": constants}
        _fill(folder, given | self._recipe.generated)
        _fill(folder / ALONE, given | files)
        return folder

    def _jobs(self, steps: tuple[Step, ...], folders: list[Path]) -> list[_Job]:
        """What a step takes; frozen parts are the same in every build of this workspace."""
        step = steps[0]
        if step.frozen and self._first:
            for before, folder in zip(self._first, folders):
                os.link(before / step.output, folder / step.output)
            return []
        if step.output not in self._varied:
            return [_Job(step, folders[0], tuple(folders[1:]))]
        return [_Job(*pair) for pair in zip(steps, folders)]

    def _caged(self, job: _Job) -> list[str]:
        step = job.step
        line = [*step.line, *(_GRADED if step.compiles else ())]
        if step.theirs:
            line = inspection.listing(line, step.output)
            # Later texts have parts of the worked answer in them, which no region may read.
            if self._count > 1:
                line = unreadable(line, step.inputs[0])
        seconds = STEP_SECONDS if self._count == 1 else TRIAL_STEP_SECONDS
        return sandbox.caged(line, job.place, self._readable, cpu_seconds=seconds,
                             file_bytes=MAX_OBJECT)

    @property
    def _readable(self) -> list[Path]:
        frozen = self.lab.folder / "frozen"
        return [self.kit.root / "libs", self.kit.libraries,
                *([frozen] if frozen.is_dir() else [])]

    def _finish(self, build: _UnderWay, job: _Job, status: int, said: str) -> None:
        """A step has ended: raise what its failure comes to, or pass on what it made."""
        if status and os.strerror(errno.ENOSPC) in said and _full(job.folder):
            raise KitError(_("no space left to build in {folder}", folder=job.folder.parent))
        if status == OUT_OF_TIME:
            raise KitError(_("the compiler came to no end, and had not used its processor time either: "
                             "is this host overloaded?"))
        if status and job.step.frozen:
            raise KitError(_("the lab's own {output} does not build: {said}",
                             output=job.step.output, said=said[:2000]))
        if status:
            _complain(job.step, status, said, [job.place, job.folder, self.kit.root],
                      "".join(words for folder, words in build.warnings if folder == job.folder))
        if job.step.theirs:
            build.warnings.append((job.folder, said))
            os.link(job.place / job.step.output, job.folder / job.step.output)
        for twin in job.twins:
            os.link(job.folder / job.step.output, twin / job.step.output)

    def _inspect(self, job: _Job) -> None:
        """Refuse what may not be booted; remember what a teacher may want to look at."""
        if not job.step.theirs:
            return
        source, output = job.step.inputs[0], job.step.output
        allowed = [job.place / GIVEN, *self._readable, Path(self.kit.compiler_headers)]
        said = inspection.listed(job.place, output)
        why = inspection.foreign(job.place, output, self.lab.files, allowed) or inspection.refusal(said)
        if why:
            raise BuildError(_("{name} is refused: {why}", name=source, why=why))
        # Only of the submission itself: later texts have parts of the worked answer in them.
        if self._count == 1:
            library = inspection.library_names(self.kit.archive)
            self.flags |= {f"{source} {words}" for words in inspection.flags(said, library)}


def _fill(folder: Path, texts: dict[str, str]) -> None:
    """Write files into a new folder."""
    (folder / GIVEN).mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
        # __TIMESTAMP__ is the same at every grading.
        os.utime(folder / name, (0, 0))


def unreadable(line: list[str], source: str) -> list[str]:
    """This command line with the source as its input: the file is gone before anything can read it."""
    at = line.index(source)
    # As old as a submitted file: the compiler takes its time for __TIMESTAMP__.
    take = ('{ printf "# 1 \\"%s\\"\\n" "$0"; cat -- "$0"; } >taken; touch -d @0 taken; '
            'exec <taken; rm -- "$0" taken; "$@"')
    return ["sh", "-c", take, source, *line[:at], "-x", "c", "-", *line[at + 1:]]


def _full(folder: Path) -> bool:
    """True if the disk has no room for what a step may write: the compiler's words can be made up.
    """
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize < MAX_OBJECT or bool(disk.f_files) and not disk.f_favail


def _complain(step: Step, status: int, said: str, roots: list[Path], warned: str = "") -> None:
    """Raise what a failed step of the student's comes to; `warned` is what compilers said before."""
    if status in sandbox.OUT_OF_TIME or any(words in said for words in _STOPPED):
        # How much it had said by then is not the same another time.
        raise BuildError(_("the compiler stopped: it took too long"))
    only_missing = all(map(_MISSING.search, said.splitlines()))
    if not step.compiles:
        # What the linker does not find, the compiler has warned of, and better.
        said = warned + "".join(dict.fromkeys(said.splitlines(keepends=True)))
    said = clean(said, roots)
    if not said:
        raise BuildError(_("the compiler stopped: status {status}, without a message",
                           status=status))
    raise (CompileError if step.compiles or only_missing else BuildError)(said)


def clean(said: str, roots: list[Path]) -> str:
    """A compiler's message without the paths of this machine, cut to a readable length."""
    lines = [line for line in said.split("\n") if line.strip()]
    more = len(lines) - MAX_MESSAGE_LINES
    # Cut first: a search through one long line can take for ever.
    said = "\n".join(line[:MAX_LINE] for line in lines[:MAX_MESSAGE_LINES])
    for root in roots:
        said = said.replace(f"{root}/", "")
    said = re.sub(r"/\S*/(?=(?:ld|cc1|as|collect2)\b)", "", said)
    said = re.sub(r"(?m)^(?:/usr\S*/)", "", said)
    said = re.sub(r"/tmp/cc\w+\.[so]\b", "(assembler)", said)
    said = "".join(c for c in said if c in "\n\t" or c.isprintable())
    lines = [line[:MAX_SHOWN] for line in said.split("\n")]
    if any("undefined reference to `loader_table'" in line for line in lines):
        return _("there is no function main: the program cannot start")
    if more > 0:
        lines.append(_("… and {count} more lines", count=more))
    return "\n".join(lines)
