"""One run of the fuzzer: what the tests and the long run have in common.

Invariant: time is counted in instructions, so kernel, seed, number of calls and kernel words decide
every byte of what is printed.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import harness

HERE = Path(__file__).parent
TOO_LONG = "it hangs, or time was too short"
SOURCES = sorted(HERE.glob("*.c"))
_SUMMARY = re.compile(r"^fuzz: seed (\d+), calls (\d+), looks (\d+), worlds (\d+), revivals (\d+)\n"
                      r"fuzz: invocations: (\d+) kinds, (\d+) done, (\d+) refused\n"
                      r"fuzz: done\n", re.M)
_WRONG = "fuzz: not so"
_SAID = re.compile(rf"^(?:{_WRONG}|Not so|seL4 (?:called|failed)|Vector).*", re.M)


@dataclass(frozen=True)
class Result:
    """What one seed came to. `problem` is empty if all went well; `looks` are the system calls
    by which the threads only saw what there is, beside their `calls`."""

    seed: int
    calls: int
    looks: int
    worlds: int
    kinds: int
    problem: str
    serial: str


def run(seed: int, calls: int, *, every: int = 500, loud: bool = False, trace: bool = False,
        machine: str = "microvm", kernel: str = "kernel.elf", seconds: float = 120,
        options: tuple[str, ...] = ()) -> Result:
    """Fuzz with this seed until so many system calls are made, checking `every` kernel entries.

    `loud`: the kernel says what was wrong with each call. `options`: further ones for QEMU.
    """
    words = ("idle=exit", f"check={every}", *(() if loud else ("quiet",)))
    with tempfile.TemporaryDirectory(prefix="caplab-fuzz-") as folder:
        image = harness.compile_root_task(
            SOURCES, Path(folder) / "fuzz.elf", release="release" in kernel,
            flags=("-Wextra", "-Werror", f"-DFUZZ_SEED={seed}", f"-DFUZZ_CALLS={calls}ul"))
        done = harness.boot(image, machine=machine, kernel=kernel, words=words, trace=trace,
                            seconds=seconds, counted=True, until=_WRONG, options=options)
    return _judge(seed, done)


def _judge(seed: int, done: harness.Run) -> Result:
    summary = _SUMMARY.search(done.serial)
    if summary and done.status == harness.qemu.IDLE_STATUS:
        problem = ""
    elif done.timed_out:
        problem = TOO_LONG
    else:
        problem = ("; ".join(_SAID.findall(done.serial)) or
                   f"QEMU ends with {done.status}: {done.serial[-500:]}")
    numbers = [int(n) for n in summary.groups()] if summary else [seed] + [0] * 7
    return Result(seed, calls=numbers[1], looks=numbers[2], worlds=numbers[3], kinds=numbers[5],
                  problem=problem, serial=done.user or done.serial)
