#!/usr/bin/env python3
"""What the fuzzer reaches: `reach.py SEEDS CALLS` lists the kernel functions that no seed came to.

`--lines` lists the lines as well. QEMU writes down each block of instructions that it translates,
which it does when one is run for the first time; the kernel's debug information says what function
and line they belong to, inlined or not.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

KIT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(KIT), str(KIT / "tests"), str(Path(__file__).parent)]

import fuzzing  # noqa: E402  (found by the line above)
import harness  # noqa: E402

FOLDERS = ("api", "cap", "ipc", "object", "sched")  # those that system calls lead to
_KERNEL = "0xffffffff80100000..0xffffffff801fffff"


@dataclass
class Reach:
    """Functions and lines, as "folder/file.c:name" and "folder/file.c:line": was one come to?"""

    functions: dict[str, bool] = field(default_factory=lambda: defaultdict(bool))
    lines: dict[str, bool] = field(default_factory=lambda: defaultdict(bool))

    def missing(self) -> list[str]:
        """The functions never come to."""
        return sorted(name for name, reached in self.functions.items() if not reached)


def logging_to(log: Path) -> tuple[str, ...]:
    """The options for QEMU."""
    return ("-d", "in_asm", "-dfilter", _KERNEL, "-D", str(log))


def _output(*command: str, given: str = "") -> str:
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout


def measure(logs: list[Path], kernel: Path) -> Reach:
    """The reach of the runs that wrote these logs, in the folders named above."""
    run = {int(at, 16) for log in logs
           for at in re.findall(r"^0x([0-9a-f]{16}):", log.read_text("utf-8"), re.M)}
    listing = _output("objdump", "-d", "--no-show-raw-insn", "-j", ".text", str(kernel))
    code = re.findall(r"^ *([0-9a-f]+):\t(?!(?:cs |data16 )*(?:nop|xchg +%ax,%ax))", listing, re.M)
    places = _output("addr2line", "-i", "-a", "-f", "-e", str(kernel), given="\n".join(code))
    reach = Reach()
    for place in re.split(r"^0x", places, flags=re.M)[1:]:
        at, *pairs = place.split("\n")
        for function, where in zip(pairs[0::2], pairs[1::2]):
            source = re.search(r"kernel/((\w+)/\w+\.[ch]):(\d+)", where)
            if source and source[2] in FOLDERS and source[1].endswith(".c"):
                name = function.partition(".")[0]
                reach.functions[f"{source[1]}:{name}"] |= int(at, 16) in run
                if function == pairs[0]:
                    reach.lines[f"{source[1]}:{source[3]}"] |= int(at, 16) in run
    return reach


def _show_lines(reach: Reach) -> None:
    for line in sorted((line for line, reached in reach.lines.items() if not reached),
                       key=lambda line: (line.partition(":")[0], int(line.partition(":")[2]))):
        source, _, number = line.partition(":")
        text = (KIT / "kernel" / source).read_text("utf-8").splitlines()[int(number) - 1]
        print(f"{line:28}{text}")


def main() -> None:
    """Run the seeds and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("seeds", type=int)
    parser.add_argument("calls", type=int)
    parser.add_argument("--lines", action="store_true")
    options = parser.parse_args()
    harness.build_frozen()
    with tempfile.TemporaryDirectory(prefix="caplab-reach-") as folder:
        logs = [Path(folder) / str(seed) for seed in range(1, options.seeds + 1)]
        for seed, log in enumerate(logs, 1):
            fuzzing.run(seed, options.calls, every=1 << 30, loud=True, options=logging_to(log),
                        seconds=60 + options.calls / 200)
        reach = measure(logs, harness.BUILD / "kernel" / "kernel.debug")
    for count, what in ((reach.functions, "functions"), (reach.lines, "lines")):
        print(f"{sum(count.values())} of {len(count)} {what}")
    print(*reach.missing(), sep="\n")
    if options.lines:
        _show_lines(reach)


if __name__ == "__main__":
    main()
