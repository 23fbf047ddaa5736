#!/usr/bin/env python3
"""The long run: `long.py SEEDS CALLS` fuzzes with seeds 1 to SEEDS, CALLS system calls each.

`long.py 50 200000` makes the 10 million calls of docs/measurements.md. Stops at the first seed that
shows a bug. `--first N` begins with seed N, `--every N` checks the invariants every N entries.
"""

import argparse
import sys
import time
from pathlib import Path

KIT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(KIT), str(KIT / "tests"), str(Path(__file__).parent)]

import fuzzing  # noqa: E402  (found by the line above)
import harness  # noqa: E402


def main() -> int:
    """Run the seeds one after the other; 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("seeds", type=int)
    parser.add_argument("calls", type=int)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--every", type=int, default=1000)
    options = parser.parse_args()
    harness.build_frozen()
    total, began = 0, time.monotonic()
    for seed in range(options.first, options.first + options.seeds):
        result = fuzzing.run(seed, options.calls, every=options.every,
                             seconds=60 + options.calls / 1000)
        total += result.calls
        print(f"seed {seed}: {result.problem or 'well'}; {total} calls in "
              f"{time.monotonic() - began:.0f} s", flush=True)
        if result.problem:
            print(result.serial[-3000:])
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
