"""Makes a student's two folders: NAME/ with what is edited, NAME_build/ with what builds and runs.

Invariants: an existing folder is never touched; both folders appear whole or not at all.
"""

import json
import os
import shlex
from pathlib import Path

from grader import constants, states
from grader.errors import Refusal
from grader.lab import Lab
from grader.language import _
from grader.recipe import BUILD, GIVEN, Kit, Recipe, recipe
from grader.report.files import beside

_SCRIPT = """\
#!/bin/sh
# {what} Made by the kit's init.
kit={kit}
case $0 in */*) here=${{0%/*}} ;; *) here=. ;; esac
if [ ! -d "$kit/grader" ]; then
    echo "{moved}" >&2
    exit 2
fi
PYTHONPATH="$kit" exec /usr/bin/python3 -P -m grader {verb} {lab} "$here" "$@"
"""


def place(lab: Lab, given: str | None, here: Path) -> tuple[Path, Path]:
    """Where the two folders go."""
    source = here / (given or lab.name)
    if not source.name:
        raise Refusal(_("{folder} is no place for a lab: give a folder that is not there yet",
                        folder=source))
    return source, build_of(source)


def build_of(source: Path) -> Path:
    """The build folder that belongs to this folder of sources; `student.source_of` goes back."""
    return source.with_name(source.name + BUILD)


def refuse_existing(lab: Lab, source: Path, build: Path) -> None:
    """Refuse where one of the folders is there already, or the place for them is not."""
    for folder in (source, build):
        if os.path.lexists(folder):
            raise Refusal(_("{folder} is there already; nothing was changed. Remove it, or give "
                            "another folder: ./init --tut {lab} {other}", folder=folder,
                            lab=lab.name, other=shlex.quote(f"{os.path.relpath(source)}-2")))
    if not source.parent.is_dir():
        raise Refusal(_("{folder} is not a folder", folder=source.parent))


def make(kit: Kit, lab: Lab, source: Path, solved: set[int] | None = None) -> Path:
    """Make both folders; `solved` names the tasks that are solved, None is the handout.

    Returns the build folder.
    """
    build = build_of(source)
    refuse_existing(lab, source, build)
    texts = _texts(lab, solved)
    with beside(source) as temporary:
        _write(temporary / "source", texts)
        _write(temporary / "build", _build_files(kit, lab, source))
        appear([(temporary / "source", source), (temporary / "build", build)])
    return build


def appear(folders: list[tuple[Path, Path]]) -> None:
    """Rename each to its place; if one cannot be, those before it go again."""
    done: list[tuple[Path, Path]] = []
    try:
        for made, place in folders:
            os.rename(made, place)
            done.append((made, place))
    except BaseException:
        for made, place in done:
            os.rename(place, made)
        raise


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write a folder's files; those that start as scripts do can be run."""
    folder.mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        if text.startswith("#!"):
            path.chmod(0o755)


def _texts(lab: Lab, solved: set[int] | None) -> dict[str, str]:
    """The student's files in the wanted state."""
    if solved is None:
        return {name: (lab.folder / name).read_text("utf-8") for name in lab.files}
    answer = states.answer(lab, solved)
    if answer is None:
        raise Refusal(_("this copy of the kit has no worked answers (solutions/): --solution and "
                        "--task need a teacher's copy"))
    return answer


def _build_files(kit: Kit, lab: Lab, source: Path) -> dict[str, str]:
    def script(verb: str, what: str) -> str:
        moved = _("The kit is no longer in {kit}: make this folder again with its ./init --tut "
                  "{lab}", kit="$kit", lab=lab.name)
        return _SCRIPT.format(what=what, kit=shlex.quote(str(kit.root)), verb=verb, lab=lab.name,
                              moved=moved)
    steps = recipe(kit, lab, f"../{source.name}/")
    build = build_of(source)
    return {
        f"{GIVEN}/{constants.HEADER}": constants.header(lab, constants.lesson(lab)),
        **steps.generated,
        "simulate": script("simulate", "Runs the lab in QEMU on this terminal."),
        "submit": script("submit", "Grades your files and packs them for handing in."),
        "build.ninja": ninja(lab, steps),
        "compile_commands.json": _database(steps, build),
    }


def _quoted(words: tuple[str, ...]) -> str:
    """A command line for build.ninja, quoted for the shell."""
    return " ".join(shlex.quote(word).replace("$", "$$") for word in words)


def _path(path: str) -> str:
    """A path as ninja's build lines want it."""
    return path.replace("$", "$$").replace(" ", "$ ").replace(":", "$:")


def ninja(lab: Lab, steps: Recipe) -> str:
    """build.ninja of a student's build folder."""
    lines = [f"# Builds the lab {lab.name}. Made by the kit's init.",
             "ninja_required_version = 1.10", "",
             "rule compile", "  command = $line -fdiagnostics-color=always -MMD -MF $out.d",
             "  depfile = $out.d", "  deps = gcc", "  description = compiling $in", "",
             "rule make", "  command = $line", "  description = making $out", "",
             "rule run", "  command = $line", "  pool = console",
             "  description = running $line", ""]
    for step in steps.steps:
        source, *others = map(_path, step.inputs)
        lines += [f"build {_path(step.output)}: {'compile' if step.compiles else 'make'} "
                  f"{source} | {' '.join(others)}",
                  f"  line = {_quoted(step.line)}"]
    # The scripts exist, so ninja would hold them for made; what it runs is a file nobody makes.
    return "\n".join([*lines, "", f"build run-simulate: run | {_path(steps.image)}",
                      "  line = ./simulate", "build simulate: phony run-simulate",
                      "build run-submit: run", "  line = ./submit --from-ninja",
                      "build submit: phony run-submit",
                      f"default {_path(steps.image)}", ""])


def _database(steps: Recipe, build: Path) -> str:
    """compile_commands.json, from which editors know where every header is."""
    return json.dumps([{"directory": str(build), "file": step.inputs[0],
                        "arguments": list(step.line)}
                       for step in steps.steps if step.compiles], indent=1) + "\n"
