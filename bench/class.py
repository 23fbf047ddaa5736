#!/usr/bin/python3
"""What a class costs: wall time, processor time, how busy the cores are, and peak memory.

    bench/class.py [COUNT ...]      classes of these sizes (default: 20 60 200)
    bench/class.py --same [COUNT]   one submission graded COUNT times (default: 100): how many
                                    different results, to the byte, reports and trace included

A class is made of the states of the labs' worked answer and of wrong submissions, in turn, so that
each size has the same mix. Processor time is that of all processes, compilers and machines
included; they run in a control group of their own, since the sandbox takes what runs in it out of
what `time` can see, so this must be run as root. `busy` is what part of the cores that was;
`wanted` is what part of them the class had work for, its threads that could run being counted ten
times a second: on a machine that has nothing else to do the two are one. Memory is the most that
all its processes held together, by the pages that each has alone and its part of the shared ones.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Callable, Iterator

KIT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(KIT), str(KIT / "tests" / "grader")]

import corpus  # noqa: E402

LAB = "dynamic-2"
CORES = len(os.sched_getaffinity(0))
SIZES = (20, 60, 200)
MIX = (*(("state", n) for n in (15, 15, 15, 14, 12, 9, 7, 4)),
       ("entry", "no_badge"), ("entry", "compile_error"))


def text(kind: str, which: int | str) -> str:
    """One submission of the mix."""
    if kind == "state":
        return corpus.worked(LAB, which)
    return next(entry.text for entry in corpus.ENTRIES if entry.name == which)


def fill(folder: Path, count: int) -> None:
    """A class of this size; every text is another one, so that each draws its own numbers."""
    folder.mkdir()
    for number in range(count):
        made = text(*MIX[number % len(MIX)])
        (folder / f"s{number:04}.c").write_text(f"{made}/* {number} */\n", "utf-8")


class Watch(threading.Thread):
    """Looks ten times a second at a process and all below it.

    peak: the most memory that they held, in MiB.   wanted: for each look, for what part of the
    cores there was work.
    """

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
def accounted() -> Iterator[tuple[Path, Callable[[], float]]]:
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


def grade(folder: Path, out: Path) -> tuple[float, float, Watch]:
    """Grade a class; wall seconds, processor seconds, and what was seen meanwhile."""
    start = time.perf_counter()
    with accounted() as (group, used), subprocess.Popen(
            ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', group, sys.executable, "-m",
             "grader", "class", LAB, folder, "--out", out],
            cwd=KIT, stdout=subprocess.DEVNULL) as process:
        watch = Watch(process.pid)
        watch.start()
        status = process.wait()
        watch.over.set()
        wall, spent = time.perf_counter() - start, used()
        watch.join()
    if status:
        sys.exit(f"grading a class ended with status {status}")
    return wall, spent, watch


def classes(sizes: list[int]) -> None:
    """A line for each size."""
    print(f"grader class, {LAB}, {CORES} cores")
    print("  submissions   wall s   processor s   a submission    busy   wanted   peak MiB")
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        for size in sizes:
            folder = Path(name) / str(size)
            fill(folder, size)
            wall, spent, watch = grade(folder, Path(name) / f"out{size}")
            print(f"  {size:11} {wall:8.1f} {spent:13.1f} {spent / size:14.2f} "
                  f"{100 * spent / wall / CORES:5.0f} % {100 * mean(watch.wanted):6.0f} % "
                  f"{watch.peak:10.0f}", flush=True)


def same(count: int) -> None:
    """How many different results one submission has."""
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        folder = Path(name) / "in"
        folder.mkdir()
        for number in range(count):
            (folder / f"s{number:04}.c").write_text(text("entry", "no_badge"), "utf-8")
        grade(folder, Path(name) / "out")
        results = Counter(map(digest, (Path(name) / "out" / "students").iterdir()))
    print(f"{count} gradings of one submission, {len(results)} different "
          f"result{'' if len(results) == 1 else 's'}")


def digest(folder: Path) -> str:
    """All that was written about a submission."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def main() -> None:
    """Measure and print."""
    words = sys.argv[1:]
    if words[:1] == ["--same"]:
        same(int(words[1]) if len(words) > 1 else 100)
    else:
        classes([int(word) for word in words] or list(SIZES))


if __name__ == "__main__":
    main()
