#!/usr/bin/python3
"""How long the kernel takes: instructions, time stamps of emulation, and cycles where they can be had.

    bench/kernel.py [BOOTS]

Builds the release kernel and bench/kernel/, boots it and prints one row a figure, beside what the
genuine seL4 (release, with its fast path) needed in the same QEMU. Instructions are counted with
`-icount shift=0`: exact, the same in every boot. Time stamps are those of plain emulation, the
least of BOOTS boots (default 5): they depend on this machine and on what else it does.
"""

import fcntl
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(KIT))

from grader import frozen, qemu     # noqa: E402
from grader.recipe import CC, Kit   # noqa: E402

Figures = dict[str, int]
SECONDS = 120


@dataclass(frozen=True)
class Genuine:
    """What seL4 needed: instructions, time stamps; `open_` is without its page-table isolation."""

    counted: int | None = None
    open_counted: int | None = None
    stamps: int | None = None
    open_stamps: int | None = None


# Our kernel has no page-table isolation (kernel/README.md says why), so a ratio is that to seL4
# without it where that is known.
SEL4 = {
    "call and reply, 0 words, one space": Genuine(475, 453, 28500, 4170),
    "call and reply, 4 words, one space": Genuine(494),
    "call and reply, 0 words, two spaces": Genuine(477, None, 28600, 19100),
    "call and reply, 4 words, two spaces": Genuine(496, 476),
    "signal, nobody waits": Genuine(386),
    "nbrecv, empty endpoint": Genuine(282),
    "yield, alone": Genuine(299),
    "cnode copy": Genuine(865),
    "retype an endpoint": Genuine(872),
}


class Failed(Exception):
    """A boot that did not give figures, with the reason."""


def build(kit: Kit, folder: Path) -> Path:
    """The benchmark's image, linked with the release libraries."""
    with (kit.root / "build" / frozen.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        succeed("ninja", "-C", str(kit.root / "build"), "kernel_release", "caplab-release")
    sources = sorted((kit.root / "bench" / "kernel").glob("*.c"))
    image = folder / "bench.elf"
    succeed(CC, *kit.flags["cflags"], "-DCAPLAB_RELEASE", *kit.includes(), *kit.flags["ldflags"],
            "-T", str(kit.script), "-o", str(image), *map(str, sources),
            str(kit.libraries / "libcaplab-release.a"))
    return image


def succeed(*command: str) -> None:
    """Run a command that must succeed; its output is shown only if it does not."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def boot(kit: Kit, image: Path, **options) -> Figures:
    """The figures of one boot; `options` are those of qemu.command()."""
    kernel = kit.kernel.with_name("kernel-release.elf")
    try:
        done = subprocess.run(qemu.command(kernel, image.name, **options), cwd=image.parent,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"no figures after {SECONDS} seconds") from None
    if done.returncode != qemu.IDLE_STATUS:
        said = done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}"
        raise Failed(said.splitlines()[-1])
    rows = (line.rpartition(" ") for line in done.stdout.splitlines())
    return {name.strip(): int(figure) for name, _, figure in rows}


def least(runs: list[Figures]) -> Figures:
    """The least of each figure."""
    return {name: min(run[name] for run in runs) for name in runs[0]}


def cycles(kit: Kit, image: Path) -> tuple[Figures, str]:
    """The figures under hardware virtualisation, or none and why."""
    if not Path("/dev/kvm").exists():
        return {}, "no cycles: this host has no /dev/kvm"
    try:
        return boot(kit, image, accel="kvm"), ""
    except Failed as reason:
        return {}, f"no cycles: /dev/kvm is there but cannot run this kernel ({reason})"


def against(figure: int, closed: int | None, open_: int | None) -> str:
    """The cells seL4, seL4 without isolation, ratio."""
    reference = open_ or closed
    ratio = f"{figure / reference:.2f}" if reference else ""
    return f"{closed or '':>7} {open_ or '':>7} {ratio:>6}"


def table(counted: Figures, stamps: Figures, measured: Figures) -> list[str]:
    """One row a figure."""
    lines = [f"{'':36}{'instructions under icount':>33}  {'time stamps of emulation':>33}",
             f"{'':36}" + 2 * f"{'ours':>9} {'seL4':>7} {'no PTI':>7} {'ratio':>6}  "
             + (f"{'cycles':>8}" if measured else "")]
    for name, figure in counted.items():
        sel4 = SEL4.get(name, Genuine())
        lines.append(f"{name:36}{figure:9} {against(figure, sel4.counted, sel4.open_counted)}  "
                     f"{stamps[name]:9} {against(stamps[name], sel4.stamps, sel4.open_stamps)}  "
                     f"{measured.get(name, ''):>8}")
    return [line.rstrip() for line in lines]


def main() -> None:
    """Measure and print."""
    kit = Kit(KIT)
    boots = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    frozen.build(kit)
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        image = build(kit, Path(name))
        counted = boot(kit, image, counted=True)
        stamps = least([boot(kit, image) for _ in range(boots)])
        measured, why_not = cycles(kit, image)
    print("\n".join(table(counted, stamps, measured)))
    print("ratio: to seL4 without page-table isolation (no PTI) where that is known")
    if why_not:
        print(why_not)


if __name__ == "__main__":
    main()
