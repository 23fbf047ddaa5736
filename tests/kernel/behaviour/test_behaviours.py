"""Every BEHAVIOUR of the root tasks in this folder is a test of its own; each file is one boot.

Invariants: what the sources name is what runs and what is reported, no more and no less; time is
counted in instructions, so a result does not depend on the host's load; the kernel checks its own
invariants as it runs; with -DRED every check is turned round, and then every behaviour must fail:
none is without a check that runs.
"""

import re
import tempfile
from functools import cache
from pathlib import Path

import pytest

import harness

HERE = Path(__file__).parent
FRAMEWORK = [HERE / name for name in ("check.c", "objects.c", "threads.c")]
FILES = sorted(path for path in HERE.glob("*.c") if path not in FRAMEWORK)
_NAME = re.compile(r'^BEHAVIOUR\(\s*"([^"\n]+)"\)', re.M)
CHECKED = "check=16"  # the kernel looks at all its invariants at every 16th entry
_HEAD = re.compile(r"^ \* (Machine|Memory|Options|Unchecked): (.+)$", re.M)


def behaviours(source: Path) -> list[str]:
    """The names of the behaviours in a source file, in order."""
    return _NAME.findall(source.read_text("utf-8"))


@cache
def boot(source: Path, red: bool = False, kernel: str = "kernel.elf") -> harness.Run:
    """The one boot of this file's root task, remembered for all its behaviours."""
    head = dict(_HEAD.findall(source.read_text("utf-8")))
    with tempfile.TemporaryDirectory(prefix="caplab-behaviour-") as folder:
        image = harness.compile_root_task(
            [source, *FRAMEWORK], Path(folder) / f"{source.stem}.elf",
            flags=("-Wextra", "-Werror", *(("-DRED",) if red else ())))
        words = ("idle=exit",) if red or "Unchecked" in head else ("idle=exit", CHECKED)
        return harness.boot(image, machine=head.get("Machine", "microvm"), kernel=kernel, seconds=180,
                            memory=int(head.get("Memory", 512)), words=words, counted=True,
                            options=tuple(head.get("Options", "").split()))


def results(run: harness.Run, names: list[str]) -> dict[str, str]:
    """Name -> "" if it is so, else what was seen instead."""
    found = {}
    for line in run.user.splitlines():
        for name in names:
            if line == f"ok {name}":
                found[name] = ""
            elif line.startswith(f"not ok {name}: "):
                found[name] = line.removeprefix(f"not ok {name}: ")
    return found


def _cases() -> list:
    return [pytest.param(source, name, id=name, marks=pytest.mark.xdist_group(source.stem))
            for source in FILES for name in behaviours(source)]


@pytest.mark.parametrize("source, name", _cases())
def test_behaviour(source: Path, name: str, frozen: None) -> None:
    """The kernel does what the behaviour's name says."""
    run = boot(source)
    found = results(run, [name])
    assert name in found, f"did not run; the end of the serial:\n{run.serial[-2000:]}"
    assert not found[name], found[name]


@pytest.mark.parametrize("name", ["fault", "fpu", "hygiene", "preempt", "vspace"])
def test_isolated_kernel_does_the_same(name: str, isolated: None) -> None:
    """With page-table isolation, in what has to do with traps, registers and mappings."""
    source = HERE / f"{name}.c"
    found = results(boot(source, kernel="kernel-isolated.elf"), behaviours(source))
    assert found == dict.fromkeys(behaviours(source), "")


def _files() -> list:
    return [pytest.param(source, id=source.stem, marks=pytest.mark.xdist_group(source.stem))
            for source in FILES]


@pytest.mark.parametrize("source", _files())
def test_all_ran(source: Path, frozen: None) -> None:
    """As many behaviours ran as the source has, and the machine came to its quiet end."""
    run = boot(source)
    count = len(behaviours(source))
    assert count and f"\nbehaviours: {count} ran, 0 failed\n" in run.serial, run.serial[-2000:]
    assert run.status == harness.qemu.IDLE_STATUS


@pytest.mark.parametrize("source", _files())
def test_each_can_fail(source: Path, frozen: None) -> None:
    """With all checks turned round, every behaviour fails."""
    names = behaviours(source)
    found = results(boot(source, red=True), names)
    assert [name for name in names if not found.get(name)] == []


def test_names_are_unique_and_many() -> None:
    """No two behaviours have one name, and there are enough of them."""
    names = [name for source in FILES for name in behaviours(source)]
    assert len(names) == len(set(names))
    assert len(names) >= 300
