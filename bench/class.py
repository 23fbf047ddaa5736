#!/usr/bin/python3
"""What a class costs: wall time, processor time, how busy the cores are, and peak memory.

    bench/class.py [COUNT ...]      classes of these sizes (default: 20 60 200)
    bench/class.py --same [COUNT]   one submission graded COUNT times (default: 100): how many
                                    different results, to the byte, reports and trace included

A class is made of the states of the labs' worked answer and of wrong submissions, in turn, so that
each size has the same mix. bench/measure.py says how it is measured, and what `busy` and `wanted`
are.
"""

import hashlib
import sys
import tempfile
from collections import Counter
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(KIT), str(KIT / "tests" / "grader")]

import corpus   # noqa: E402
import measure  # noqa: E402

LAB = "dynamic-2"
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


def grade(folder: Path, out: Path) -> measure.Cost:
    """Grade a class."""
    cost = measure.cost([sys.executable, "-m", "grader", "class", LAB, folder, "--out", out], KIT)
    if cost.status:
        sys.exit(f"grading a class ended with status {cost.status}: {cost.said}")
    return cost


def classes(sizes: list[int]) -> None:
    """A line for each size."""
    print(f"grader class, {LAB}, {measure.CORES} cores")
    print("  submissions   wall s   processor s   a submission    busy   wanted   peak MiB")
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        for size in sizes:
            folder = Path(name) / str(size)
            fill(folder, size)
            cost = grade(folder, Path(name) / f"out{size}")
            print(f"  {size:11} {cost.wall:8.1f} {cost.processor:13.1f} "
                  f"{cost.processor / size:14.2f} {100 * cost.busy:5.0f} % "
                  f"{100 * cost.wanted:6.0f} % {cost.peak:10.0f}", flush=True)


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
