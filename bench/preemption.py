#!/usr/bin/python3
"""How long a thread of the highest priority waits at worst for its alarm, in instructions.

    bench/preemption.py

Boots bench/preemption/ on the release kernel, as it is and with page-table isolation, and prints the
worst wait during each of the kernel's long operations, and of how many alarms. Counted with
`-icount shift=0`: exact, the same in every boot.
"""

import sys
import tempfile
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(KIT), str(KIT / "bench")]

from grader.recipe import Kit   # noqa: E402
from kernel import KERNELS, boot, build   # noqa: E402

SOURCES = ("preemption/main.c", "kernel/support.c")


def table(runs: list[dict[str, int]]) -> list[str]:
    """One row an operation: the worst wait with each kernel, the alarms with the first."""
    lines = [f"{'worst wait for an alarm while':36}{'release':>10}{'isolated':>10}{'alarms':>8}"]
    for name in runs[0]:
        if not name.endswith(" alarms"):
            waits = "".join(f"{run[name]:10}" for run in runs)
            lines.append(f"{name:36}{waits}{runs[0][name + ' alarms']:8}")
    return lines


def main() -> None:
    """Measure and print."""
    kit = Kit(KIT)
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        image = build(kit, Path(name), SOURCES)
        runs = [boot(kit, image, kernel, counted=True, machine="pc") for kernel in KERNELS]
    print("\n".join(table(runs)))


if __name__ == "__main__":
    main()
