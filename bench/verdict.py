#!/usr/bin/python3
"""Where the time goes between a saved edit and the verdict, and between QEMU's start and user code.

    bench/verdict.py [ROUNDS]

Every figure is the median of ROUNDS (default 9) in one run, after one that does not count; compare
figures of one run only. `smallest` is bench/boot/smallest.S, a guest that prints a line and leaves.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(KIT))

from grader import constants, grade, qemu  # noqa: E402
from grader.build import Builder           # noqa: E402
from grader.judge import Judge             # noqa: E402
from grader.lab import find                # noqa: E402
from grader.process import Workspace       # noqa: E402
from grader.recipe import Kit              # noqa: E402

LAB = "dynamic-2"
PLAIN_RUN = qemu.run


def run(command: list[str], folder: Path) -> None:
    """Run a command that must succeed (or leave QEMU as idle=exit does); its output is not kept."""
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, qemu.IDLE_STATUS):
        sys.exit(f"{' '.join(command)}\n{done.stdout.decode()}{done.stderr.decode()}")


def timed(work, rounds: int) -> float:
    """Median milliseconds of `work()` over so many rounds, after one that does not count."""
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[1:])


class Parts:
    """One grading inside this process, its steps timed apart."""

    def __init__(self, kit: Kit, rounds: int):
        self.kit, self.rounds, self.lab = kit, rounds, find(kit.root, LAB)
        source = (kit.root / "solutions" / LAB / self.lab.main).read_text("utf-8")
        from grader import states
        self.files = {self.lab.main: states.state(source, set(range(1, len(self.lab.tasks) + 1)))}
        self.seen: dict[str, list[float]] = {"compile": [], "link": [], "boot": [], "judge": []}

    def measure(self) -> dict[str, float]:
        """Median milliseconds of each step."""
        for _ in range(self.rounds + 1):
            self._once()
        return {name: statistics.median(times[1:]) for name, times in self.seen.items()}

    def _once(self) -> None:
        values = constants.drawn(self.lab, 1)
        with Workspace() as workspace:
            machine = grade.Machine(Builder(self.kit, self.lab, workspace, values))
            spent = {"compile": 0.0, "link": 0.0, "boot": 0.0}
            self._watch(machine, spent)
            start = time.perf_counter()
            Judge(grade.rules(self.lab), values, 1, machine).judge(self.files)
            whole = (time.perf_counter() - start) * 1000
        for name, times in self.seen.items():
            times.append(spent.get(name, whole - sum(spent.values())))

    @staticmethod
    def _watch(machine: grade.Machine, spent: dict[str, float]) -> None:
        """Time the builder's groups of steps and the run of the machine."""
        builder = machine.builder
        together, build, boot = builder._together, builder.build, PLAIN_RUN
        built = [0.0]

        def timed_steps(steps, folder):
            start = time.perf_counter()
            together(steps, folder)
            spent["compile" if steps[0].compiles else "link"] += (time.perf_counter() - start) * 1000

        def timed_build(files):
            image = build(files)
            built[0] = time.perf_counter()
            return image

        def timed_run(*arguments):
            outcome = boot(*arguments)
            spent["boot"] += (time.perf_counter() - built[0]) * 1000
            return outcome
        builder._together, builder.build, qemu.run = timed_steps, timed_build, timed_run


def edit_to_verdict(rounds: int, folder: Path) -> float:
    """Milliseconds of `ninja submit` after an edit of main.c."""
    run([str(KIT / "init"), "--tut", LAB, "--solution", str(folder / LAB)], KIT)
    main, build = folder / LAB / "main.c", folder / f"{LAB}_build"

    def edit_and_submit() -> None:
        main.write_text(main.read_text("utf-8") + "\n", "utf-8")
        run(["ninja", "submit"], build)
    return timed(edit_and_submit, rounds)


def guests(rounds: int, folder: Path) -> dict[str, float]:
    """Milliseconds from QEMU's start to its end: the smallest guest, and a root task that returns."""
    kit = Kit(KIT)
    run(["gcc", "-m32", "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none", "-Wl,-N",
         "-Wl,-Ttext=0x100000", "-o", "smallest", str(KIT / "bench" / "boot" / "smallest.S")], folder)
    (folder / "main.c").write_text("int main(void) { return 0; }\n")
    run(["gcc", *kit.flags["cflags"], *kit.flags["ldflags"], "-T", str(kit.script), "-o", "empty",
         "main.c", str(kit.archive)], folder)
    kernels = {"smallest guest": folder / "smallest", "kernel, empty root task": kit.kernel}
    return {name: timed(lambda: run(qemu.command(kernel, "empty"), folder), rounds)
            for name, kernel in kernels.items()}


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        folder = Path(name)
        whole = edit_to_verdict(rounds, folder)
        parts = Parts(Kit(KIT), rounds).measure()
        parts["start, reports, the rest"] = whole - sum(parts.values())
        print(f"saved edit to verdict (ninja submit, {LAB}), median of {rounds}, in ms")
        for step, milliseconds in parts.items():
            print(f"  {step:28} {milliseconds:7.0f}")
        print(f"  {'all of it':28} {whole:7.0f}")
        for guest, milliseconds in guests(rounds, folder).items():
            print(f"QEMU, {guest:24} {milliseconds:7.0f}")


if __name__ == "__main__":
    main()
