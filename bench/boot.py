#!/usr/bin/python3
"""How long a boot takes: from QEMU's start to the first line that user code prints.

    bench/boot.py [ROUNDS]

For each machine type, the least of ROUNDS (default 9), since other work can only add to it: of the
kernel with a root task that prints a line, and of the smallest guest that can
(bench/boot/smallest.S), in turns. Compare figures of one run only.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(KIT))

from grader import frozen, qemu  # noqa: E402
from grader.recipe import Kit    # noqa: E402

LINE = "smallest"
ROOT_TASK = f'#include <stdio.h>\nint main(void) {{ puts("{LINE}"); return 0; }}\n'


def compiled(folder: Path, *options: str) -> None:
    """Run the compiler."""
    done = subprocess.run(["gcc", *options], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)


def guests(kit: Kit, folder: Path) -> tuple[Path, Path]:
    """What QEMU is to boot: the smallest guest, and the kernel, whose root task is folder/task."""
    compiled(folder, "-m32", "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none", "-Wl,-N",
             "-Wl,-Ttext=0x100000", "-o", "smallest", str(KIT / "bench" / "boot" / "smallest.S"))
    (folder / "main.c").write_text(ROOT_TASK)
    compiled(folder, *kit.flags["cflags"], *kit.includes(), *kit.flags["ldflags"], "-T",
             str(kit.script), "-o", "task", "main.c", str(kit.archive))
    return folder / "smallest", kit.kernel


def boot(kernel: Path, folder: Path, machine: str) -> float:
    """Milliseconds from QEMU's start to the line."""
    start = time.perf_counter()
    with subprocess.Popen(qemu.command(kernel, "task", machine=machine), cwd=folder, text=True,
                          stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        for line in process.stdout:
            if line.strip() == LINE:
                taken = (time.perf_counter() - start) * 1000
                process.stdout.read()  # to its end, so that no machine runs beside the next one
                return taken
    return sys.exit(f"{kernel.name} on {machine} did not print its line")


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    kit = Kit(KIT)
    frozen.build(kit)
    print(f"{'to the first user line, ms':28}{'smallest':>10}{'kernel':>10}{'ratio':>8}")
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        pair = guests(kit, Path(name))
        for machine in qemu.MACHINES:
            times = [[boot(kernel, Path(name), machine) for kernel in pair] for _ in range(rounds)]
            smallest, ours = (min(column) for column in zip(*times))
            print(f"{machine:28}{smallest:10.0f}{ours:10.0f}{ours / smallest:8.2f}")


if __name__ == "__main__":
    main()
