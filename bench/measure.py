"""What a command costs: wall time, processor time of all its processes, memory.

The sandbox takes what runs in it out of what `time` can see, so each command runs in a control
group of its own; that needs root. Memory is the most that all processes held together in looks ten
times a second, by the pages that each has alone and its part of the shared ones.
"""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Callable, Iterator

CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Cost:
    """What one command took: seconds, MiB, its exit status and what it printed.

    busy: what part of the cores it used.   wanted: for what part of them it had threads that could
    run; on a machine that has nothing else to do the two are one.
    """

    wall: float
    processor: float
    wanted: float
    peak: float
    status: int
    said: str

    @property
    def busy(self) -> float:
        """A part of 1."""
        return self.processor / self.wall / CORES


def cost(command: list[object], folder: Path) -> Cost:
    """Run a command in this folder to its end."""
    start = time.perf_counter()
    with _accounted() as (group, used), subprocess.Popen(
            ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', group, *command], cwd=folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace") as process:
        watch = _Watch(process.pid)
        watch.start()
        said, _ = process.communicate()
        watch.over.set()
        wall, spent = time.perf_counter() - start, used()
        watch.join()
    return Cost(wall, spent, mean(watch.wanted or [0]), watch.peak, process.returncode, said)


class _Watch(threading.Thread):
    """Looks ten times a second at a process and all below it."""

    def __init__(self, top: int):
        super().__init__(daemon=True)
        self.top, self.peak, self.over = top, 0.0, threading.Event()
        self.wanted: list[float] = []

    def run(self) -> None:
        while not self.over.wait(0.1):
            processes = _below(self.top)
            self.wanted.append(min(sum(map(_able, processes)), CORES) / CORES)
            self.peak = max(self.peak, sum(map(_held, processes)) / 1024)


def _below(top: int) -> list[int]:
    """The processes that descend from this one; each has its parent in /proc."""
    parents = {int(path.parent.name): _stat(path)[1] for path in Path("/proc").glob("[0-9]*/stat")}
    found = [top]
    for process in found:
        found += [child for child, parent in parents.items() if parent == str(process)]
    return found


def _stat(path: Path) -> list[str]:
    """State, parent and so on; blanks for what has just ended."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return ["", ""]


def _able(process: int) -> int:
    """How many of its threads run or could; none of a process that has just ended."""
    try:
        return sum(_stat(path)[0] == "R" for path in Path(f"/proc/{process}/task").glob("*/stat"))
    except OSError:
        return 0


def _held(process: int) -> int:
    """KiB: what it has alone, and its part of what it shares."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


@contextmanager
def _accounted() -> Iterator[tuple[Path, Callable[[], float]]]:
    """A control group, and the processor seconds that it has used."""
    old = Path("/sys/fs/cgroup/cpuacct")
    group = (old if old.is_dir() else old.parent) / f"caplab-bench-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        sys.exit(f"cannot make a control group ({error.strerror}): run this as root")

    def used() -> float:
        if old.is_dir():
            return int((group / "cpuacct.usage").read_text()) / 1e9
        words = (group / "cpu.stat").read_text().split()
        return int(words[words.index("usage_usec") + 1]) / 1e6
    try:
        yield group, used
    finally:
        while (group / "cgroup.procs").read_text():
            time.sleep(0.05)
        group.rmdir()
