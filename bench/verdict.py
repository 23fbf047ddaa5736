#!/usr/bin/python3
"""What a verdict costs, in a process that is there and from a saved edit on, beside the least.

    bench/verdict.py [ROUNDS]

Every figure is the median of ROUNDS (default 9) in one run, after one that does not count. What is
compared is measured in turns, so that a busy machine slows down both; compare figures of one run
only. `smallest` is bench/boot/smallest.S, a guest that prints a line and leaves. `the least` is
what cannot be saved: the same compiles and links, without sandbox, and that guest once a seed, as
many at a time as the grader runs. `warm` is what one more submission costs a grader that has loaded
its modules, as when a class is graded; `ninja submit` starts from nothing.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(KIT))

from grader import constants, grade, qemu, report, states  # noqa: E402
from grader.build import Builder                           # noqa: E402
from grader.lab import find                                # noqa: E402
from grader.recipe import GIVEN, Kit, recipe               # noqa: E402

LAB = "dynamic-2"
SEED = 1


def run(command: list[str], folder: Path) -> None:
    """Run a command that must succeed (or leave QEMU as idle=exit does); its output is not kept."""
    together([(command, folder)])


def together(commands: list[tuple[list[str], Path]]) -> None:
    """Run commands side by side; each must succeed."""
    running = [subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT) for command, folder in commands]
    for process, (command, _) in zip(running, commands):
        said, _ = process.communicate()
        if process.returncode not in (0, qemu.IDLE_STATUS):
            sys.exit(f"{' '.join(command)}\n{said.decode(errors='replace')}")


def medians(works: dict[str, object], rounds: int) -> dict[str, float]:
    """Median milliseconds of each `work()`, taken in turns, after a round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


class Warm:
    """One submission graded and reported in this process, which has loaded all it needs."""

    def __init__(self, kit: Kit, folder: Path):
        self.kit, self.lab, self.out = kit, find(kit.root, LAB), folder / "results"
        self.files = states.answer(self.lab)
        self.seen: dict[str, list[float]] = {"build": [], "boot": [], "judge, reports": []}

    def medians(self) -> dict[str, float]:
        """Median milliseconds of each step, without the first time."""
        return {name: statistics.median(times[1:]) for name, times in self.seen.items()}

    def once(self) -> None:
        """Grade and report; what is shown goes nowhere."""
        marks = [time.perf_counter()]
        with _marking(marks, (Builder, "build"), (qemu, "run_all")), \
                open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            result = grade.grade(self.kit, self.lab, self.files)
            report.write(result, self.out)
            report.show(result, self.out)
        marks.append(time.perf_counter())
        if not result.full:
            sys.exit(result.headline)
        for times, before, after in zip(self.seen.values(), marks, marks[1:]):
            times.append((after - before) * 1000)


@contextmanager
def _marking(marks: list[float], *functions: tuple[object, str]):
    """Note down when each of these functions returns."""
    plain = [getattr(owner, name) for owner, name in functions]

    def marked(function):
        def call(*arguments):
            try:
                return function(*arguments)
            finally:
                marks.append(time.perf_counter())
        return call
    for (owner, name), function in zip(functions, plain):
        setattr(owner, name, marked(function))
    try:
        yield
    finally:
        for (owner, name), function in zip(functions, plain):
            setattr(owner, name, function)


class Least:
    """The compiles, links and boots that a verdict needs, and nothing else."""

    def __init__(self, kit: Kit, folder: Path, smallest: Path):
        lab = find(kit.root, LAB)
        self.steps, self.folders = [], []
        for draw in constants.draws(lab, SEED):
            self.steps.append(recipe(kit, lab, values=draw.values).steps)
            place = folder / f"least-{draw.seed}"
            (place / GIVEN).mkdir(parents=True)
            (place / GIVEN / constants.HEADER).write_text(constants.header(lab, draw.values))
            for name, text in states.answer(lab).items():
                (place / name).write_text(text, "utf-8")
            self.folders.append(place)
        self.guests = [(qemu.command(smallest, recipe(kit, lab).image), place)
                       for place in self.folders]

    def once(self) -> None:
        """Each step for both seeds at a time, then both guests."""
        for steps in zip(*self.steps):
            together([(list(step.line), place) for step, place in zip(steps, self.folders)])
        together(self.guests)


class Edit:
    """`ninja submit` after an edit of main.c."""

    def __init__(self, folder: Path):
        run([str(KIT / "init"), "--tut", LAB, "--solution", str(folder / LAB)], KIT)
        self.main, self.build = folder / LAB / "main.c", folder / f"{LAB}_build"

    def once(self) -> None:
        """Edit and submit."""
        self.main.write_text(self.main.read_text("utf-8") + "\n", "utf-8")
        run(["ninja", "submit"], self.build)


def guests(folder: Path) -> tuple[Path, Path]:
    """The smallest guest, and a root task that returns at once."""
    kit = Kit(KIT)
    smallest, empty = folder / "smallest", folder / "empty"
    run(["gcc", "-m32", "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none", "-Wl,-N",
         "-Wl,-Ttext=0x100000", "-o", str(smallest), str(KIT / "bench" / "boot" / "smallest.S")],
        folder)
    (folder / "main.c").write_text("int main(void) { return 0; }\n")
    run(["gcc", *kit.flags["cflags"], *kit.flags["ldflags"], "-T", str(kit.script), "-o",
         str(empty), "main.c", str(kit.archive)], folder)
    return smallest, empty


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    kit = Kit(KIT)
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        folder = Path(name)
        smallest, empty = guests(folder)
        warm, edit, least = Warm(kit, folder), Edit(folder), Least(kit, folder, smallest)
        took = medians({
            "warm": warm.once, "least": least.once, "edit": edit.once,
            "smallest guest": lambda: run(qemu.command(smallest, empty.name), folder),
            "kernel, empty root task": lambda: run(qemu.command(kit.kernel, empty.name), folder),
        }, rounds)
    print(f"one right submission of {LAB}, two seeds, median of {rounds}, in ms")
    for step, milliseconds in [*warm.medians().items(), ("all of it, warm", took["warm"]),
                               ("ninja submit, from the start", took["edit"]),
                               ("the least", took["least"])]:
        print(f"  {step:28} {milliseconds:7.0f}")
    print(f"  {'warm : the least':28} {took['warm'] / took['least']:7.2f}")
    print(f"  {'ninja submit : the least':28} {took['edit'] / took['least']:7.2f}")
    for guest in ("smallest guest", "kernel, empty root task"):
        print(f"QEMU, {guest:24} {took[guest]:7.0f}")


if __name__ == "__main__":
    main()
