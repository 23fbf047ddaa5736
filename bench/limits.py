#!/usr/bin/python3
"""What each limit of the grader costs when it is run into: time, memory and the verdict.

    bench/limits.py [NAME ...]      these entries (default: all that harm, hang, crash or bomb)

Each submission of the corpus's files host.py and running.py is graded by `grader one` with the
lab's own limits, as are some archives that are no submissions. bench/measure.py says how it is
measured.
"""

import io
import json
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(KIT), str(KIT / "tests" / "grader")]

import measure                     # noqa: E402
from corpus import host, running   # noqa: E402

MIB = 1 << 20


def zip_of(name: str, size: int, count: int = 1) -> bytes:
    """A zip with so many files of so many zeros."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"{number or ''}{name}", bytes(size))
    return made.getvalue()


def tar_of(name: str, size: int, count: int = 1) -> bytes:
    """The same as a tar.gz."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for number in range(count):
            member = tarfile.TarInfo(f"{number or ''}{name}")
            member.size = size
            archive.addfile(member, io.BytesIO(bytes(size)))
    return made.getvalue()


def archives() -> dict[str, bytes]:
    """File names and contents."""
    return {"bomb.zip": zip_of("main.c", 900 * MIB), "bomb.tar.gz": tar_of("main.c", 900 * MIB),
            "many.zip": zip_of("main.c", 1, 20000), "many.tar.gz": tar_of("main.c", 1, 20000),
            "large.c": bytes(64 * MIB), "no-text.c": bytes(range(128, 256)) * 99,
            "broken.zip": zip_of("main.c", 99)[:50], "broken.tar.gz": tar_of("main.c", 99)[:50]}


def grade(name: str, lab: str, path: Path, out: Path) -> None:
    """Grade one thing and print its line."""
    cost = measure.cost([sys.executable, "-m", "grader", "one", lab, path, "--out", out], KIT)
    try:
        result = json.loads((out / "results.json").read_text("utf-8"))
        came = result["extra_data"]["verdict"]
        points = f"{result['score']:g}"
    except FileNotFoundError:
        came, points = "not accepted", "-"
    print(f"  {name:34} {came:14} {points:>4} {cost.wall:8.1f} {cost.processor:8.1f} "
          f"{cost.peak:8.0f}", flush=True)


def main() -> None:
    """Measure and print."""
    wanted = sys.argv[1:]
    entries = [entry for entry in (*host.ENTRIES, *running.ENTRIES)
               if not wanted or entry.name in wanted]
    print(f"  {'submission':34} {'verdict':14} {'pts':>4} {'wall s':>8} {'cpu s':>8} {'MiB':>8}")
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        folder = Path(name)
        for entry in entries:
            (folder / entry.name).mkdir()
            for file, text in {**entry.beside, "main.c": entry.text}.items():
                (folder / entry.name / file).write_text(text, "utf-8")
            grade(entry.name, entry.lab, folder / entry.name, folder / f"{entry.name}-out")
        for file, data in archives().items():
            if not wanted or file in wanted:
                (folder / file).write_bytes(data)
                grade(file, "untyped", folder / file, folder / f"{file}-out")


if __name__ == "__main__":
    main()
