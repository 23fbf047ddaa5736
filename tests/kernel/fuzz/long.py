#!/usr/bin/env python3
"""The long run: `long.py SEEDS CALLS` fuzzes with seeds 1 to SEEDS, CALLS system calls each.

Stops at the first seed that shows a bug, and prints the end of what its machine said; the same seed
and options replay it. The last line sums up, as in docs/measurements.md.
"""

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

KIT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(KIT), str(KIT / "tests"), str(Path(__file__).parent)]

import fuzzing  # noqa: E402  (found by the line above)
import harness  # noqa: E402

KERNELS = ["kernel", "kernel-release", "kernel-isolated", "kernel-release-isolated"]


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("seeds", type=int)
    parser.add_argument("calls", type=int)
    parser.add_argument("--first", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--every", type=int, default=1000,
                        help="check the invariants after every so many kernel entries (1000)")
    parser.add_argument("--machine", choices=harness.qemu.MACHINES, default="microvm")
    parser.add_argument("--kernel", choices=KERNELS, default="kernel",
                        help="release kernels check nothing")
    parser.add_argument("--trace", action="store_true", help="with the kernel's trace on")
    parser.add_argument("--loud", action="store_true", help="with all console texts")
    parser.add_argument("--jobs", type=int, default=2, help="machines at a time (2)")
    return parser.parse_args()


def build(kernel: str) -> None:
    """The kernel that is to be fuzzed, and its library."""
    harness.build_frozen()
    subprocess.run(["ninja", "--quiet", "-C", str(harness.BUILD), kernel.replace("-", "_"),
                    *(["caplab-release"] if "release" in kernel else [])], check=True)


def fuzz(seed: int, options: argparse.Namespace) -> fuzzing.Result:
    """One seed."""
    return fuzzing.run(seed, options.calls, every=options.every, machine=options.machine,
                       kernel=f"{options.kernel}.elf",
                       trace=options.trace, loud=options.loud, seconds=60 + options.calls / 200)


def main() -> int:
    """Run the seeds, some at a time; 1 if one failed."""
    options = parse()
    build(options.kernel)
    total = worlds = checks = done = 0
    began = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(fuzz, seed, options)
                for seed in range(options.first, options.first + options.seeds)]
        for run in as_completed(runs):
            result = run.result()
            done += 1
            total += result.calls
            worlds += result.worlds
            checks += 0 if "release" in options.kernel else (result.calls + result.looks) // options.every
            print(f"seed {result.seed}: {result.problem or 'well'}; {total} calls in "
                  f"{time.monotonic() - began:.0f} s", flush=True)
            if result.problem:
                pool.shutdown(wait=False, cancel_futures=True)
                print(result.serial[-3000:])
                return 1
    print(f"{done} seeds, {total} calls, {worlds} worlds, at least {checks} checks, "
          f"{time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
