"""What ./init does once python3 is there: list, scaffold, doctor, set-up, demo, check.

The shell part of ./init has already installed packages where the command asks for it.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from grader import frozen, scaffold
from grader.cli import guarded
from grader.errors import KitError, Refusal
from grader.lab import Lab, all_labs, find, kit_root
from grader.language import N_, _, chosen, pick
from grader.recipe import Kit

USAGE = N_("""\
usage: ./init [--list]                    this text and the labs
       ./init --tut NAME [--solution] [--task N] [DIR]
                                          make NAME/ to edit and NAME_build/ to build and run
              --task N                    tasks 1 to N-1 already solved
              --solution                  the worked answer
       ./init --doctor                    check tools and versions
       ./init --setup                     install what is missing, build kernel and libraries
       ./init --demo                      set up, then build, boot and grade every lab's answer
       ./init --check                     set up, then run all tests of the kit
       ./init --lang en|zh ...            any of these in this language, not the locale's
""")


def main() -> int:
    """The entry of ./init."""
    return guarded(run, sys.argv[1:])


def run(arguments: list[str]) -> int:
    """Do what the command line asks."""
    kit = Kit(kit_root())
    # --tut=NAME, as other tools take it.
    arguments = [part for word in arguments
                 for part in (word.split("=", 1) if word.startswith("--") else [word])]
    verb = arguments[0] if arguments else "--list"
    plain = {"--list": _list, "--help": _list, "-h": _list, "--doctor": _doctor,
             "--setup": _setup, "--demo": _demo, "--check": _check}
    if verb == "--tut":
        return _tut(kit, arguments[1:])
    if any(verb in (lab.name, *lab.aliases) for lab in all_labs(kit.root)):
        raise Refusal(_("{verb} is a lab: ./init --tut {verb} makes it", verb=verb))
    if verb not in plain:
        raise Refusal(_("unknown word {verb!r}; ./init alone lists what there is", verb=verb))
    if len(arguments) > 1 and verb != "--check":
        raise Refusal(_("{verb} stands alone; {more!r} is one word too many", verb=verb,
                        more=arguments[1]))
    return plain[verb](kit, arguments[1:])


def _list(kit: Kit, _none: list[str]) -> int:
    print(_(USAGE))
    labs = all_labs(kit.root)
    width = max((len(lab.name) for lab in labs), default=0)
    print(_("The labs, in the order in which they teach:"))
    for lab in labs:
        also = _(" (also: {names})", names=", ".join(lab.aliases)) if lab.aliases else ""
        print(f"  {lab.name:{width}}  {pick(lab.summary, lab.summary_zh)}{also}")
    return 0


def _tut(kit: Kit, words: list[str]) -> int:
    """--tut NAME [--solution] [--task N] [DIR], in any order after NAME."""
    name, folder, solution, task = _tut_words(words)
    lab = find(kit.root, name)
    solved = None
    if task is not None:
        if not 1 <= task <= len(lab.tasks):
            raise Refusal(_("{name} has the tasks 1 to {count}, not {task}", name=lab.name,
                            count=len(lab.tasks), task=task))
        solved = set(range(1, task))
    if solution:
        solved = set(range(1, len(lab.tasks) + 1))
    source, build = scaffold.place(lab, folder, Path.cwd())
    scaffold.refuse_existing(lab, source, build)
    if not all(path.is_file() for path in kit.products):
        print(_("Building kernel and libraries ..."), flush=True)
    frozen.build(kit)
    scaffold.make(kit, lab, source, solved)
    print(_next_steps(kit, lab, source, build))
    return 0


def _tut_words(words: list[str]) -> tuple[str, str | None, bool, int | None]:
    rest, solution, task = list(words), False, None
    if "--solution" in rest:
        solution = True
        rest.remove("--solution")
    if "--task" in rest:
        at = rest.index("--task")
        if not rest[at + 1:] or not rest[at + 1].isdecimal():
            raise Refusal(_("--task needs a number: ./init --tut NAME --task N"))
        task = int(rest[at + 1])
        del rest[at:at + 2]
    if solution and task is not None:
        raise Refusal(_("--solution and --task do not go together"))
    unknown = [word for word in rest if word.startswith("-")]
    if unknown:
        raise Refusal(_("unknown word {verb!r}; ./init alone lists what there is",
                        verb=unknown[0]))
    if not rest:
        raise Refusal(_("--tut needs the name of a lab; ./init --list shows them"))
    if len(rest) > 2:
        raise Refusal(_("one folder is enough: {more!r} is too many", more=rest[2]))
    return rest[0], rest[1] if len(rest) == 2 else None, solution, task


def _next_steps(kit: Kit, lab: Lab, source: Path, build: Path) -> str:
    def near(path: Path) -> str:
        return os.path.relpath(path)
    lesson = lab.folder / pick("README.md", "README.zh.md")
    return _("Read {lesson}, edit {source}, then:\n"
             "  cd {build}\n"
             "  ninja && ./simulate      build it and run it\n"
             "  ninja submit             grade it",
             lesson=near(lesson), source=near(source / lab.main), build=shlex.quote(near(build)))


def _doctor(kit: Kit, _none: list[str]) -> int:
    from grader import doctor
    return doctor.examine(kit)


def _setup(kit: Kit, _none: list[str]) -> int:
    print(_("Building kernel and libraries ..."), flush=True)
    frozen.build(kit)
    print(_("Set up. Next: ./init --list"))
    return 0


def _demo(kit: Kit, _none: list[str]) -> int:
    """Every lab's worked answer, from scaffold to verdict."""
    if not (kit.root / "solutions").is_dir():
        raise Refusal(_("--demo shows the worked answers; this copy has none (solutions/)"))
    print(_("Building kernel and libraries ..."), flush=True)
    frozen.build(kit)
    good = True
    with tempfile.TemporaryDirectory(prefix="caplab-demo-") as folder:
        for lab in all_labs(kit.root):
            print(f"\n{lab.name}: {lab.called}", flush=True)
            build = scaffold.make(kit, lab, Path(folder) / lab.name,
                                  set(range(1, len(lab.tasks) + 1)))
            for command in (["ninja", "--quiet"],
                            ["./submit", "--in-demo", "--lang", chosen()]):
                if subprocess.run(command, cwd=build, check=False).returncode:
                    good = False
                    break
    print("\n" + (_("All labs are at full marks.") if good
                  else _("Not all labs are at full marks.")))
    return 0 if good else 1


def _check(kit: Kit, more: list[str]) -> int:
    """All tests of the kit; further words go to pytest."""
    tests = kit.root / "tests"
    if not tests.is_dir():
        raise Refusal(_("--check runs the kit's tests; this copy has none (tests/)"))
    print(_("Building kernel and libraries ..."), flush=True)
    frozen.build(kit)
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup",
               str(tests), *more]
    try:
        return subprocess.run(command, cwd=kit.root, check=False).returncode
    except FileNotFoundError:
        raise KitError(_("python3-pytest is missing: ./init --setup")) from None


if __name__ == "__main__":
    sys.exit(main())
