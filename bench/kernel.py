#!/usr/bin/python3
"""How long the kernel takes: instructions, time stamps of emulation, and cycles where they can be had.

    bench/kernel.py [BOOTS]

Builds the release kernel, as it is and with page-table isolation, and bench/kernel/; boots them and
prints one row a figure, beside what the genuine seL4 (release, with its fast path) needed in the
same QEMU, without and with its isolation. Instructions are counted with `-icount shift=0`: exact,
the same in every boot. Time stamps are those of plain emulation, the least of BOOTS boots (default
5): they depend on this machine and on what else it does. So the cost of one load of CR3 by itself
(bench/kernel/reload.S) is measured beside them: isolation makes two for each entry into the kernel.
"""

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
KERNELS = ("kernel_release", "kernel_release_isolated")
SOURCES = ("kernel/main.c", "kernel/support.c")
LOADS = 4  # of CR3 in a row: reload.S


@dataclass(frozen=True)
class Genuine:
    """What seL4 needed: instructions, time stamps; `open_` is without its page-table isolation."""

    counted: int | None = None
    open_counted: int | None = None
    stamps: int | None = None
    open_stamps: int | None = None


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


def build(kit: Kit, folder: Path, sources: tuple[str, ...] = SOURCES) -> Path:
    """A benchmark's image, linked with the release libraries; the kernels too."""
    frozen.build(kit)
    frozen.build(kit, targets=(*KERNELS, "caplab-release"))
    image = folder / "bench.elf"
    succeed(CC, *kit.flags["cflags"], "-DCAPLAB_RELEASE", *kit.includes(), *kit.flags["ldflags"],
            "-T", str(kit.script), "-o", str(image),
            *(str(kit.root / "bench" / source) for source in sources),
            str(kit.libraries / "libcaplab-release.a"))
    return image


def succeed(*command: str) -> None:
    """Run a command that must succeed; its output is shown only if it does not."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def boot(kit: Kit, image: Path, kernel: str = KERNELS[0], **options) -> Figures:
    """The figures of one boot; `options` are those of qemu.command()."""
    return figures(run(kit.kernel.with_name(kernel.replace("_", "-") + ".elf"), image, **options))


def figures(said: str) -> Figures:
    """The lines `name figure` of a benchmark."""
    rows = (line.rpartition(" ") for line in said.splitlines())
    return {name.strip(): int(figure) for name, _, figure in rows}


def run(kernel: Path, image: Path, **options) -> str:
    """What a machine wrote on its serial line before it left QEMU."""
    try:
        done = subprocess.run(qemu.command(kernel, image.name, **options), cwd=image.parent,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"no figures after {SECONDS} seconds") from None
    if done.returncode != qemu.IDLE_STATUS:
        said = done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}"
        raise Failed(said.splitlines()[-1])
    return done.stdout


def load_of_cr3(folder: Path, boots: int) -> int:
    """Time stamps that one load of CR3 takes by itself."""
    guest = folder / "reload"
    succeed(CC, "-m32", "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none,-N,-Ttext=0x100000",
            "-o", str(guest), str(KIT / "bench" / "kernel" / "reload.S"))
    return min(int(run(guest, guest)) for _ in range(boots)) // LOADS


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


def cells(figure: int, reference: int | None) -> str:
    """Ours, seL4's and the ratio."""
    ratio = f"{figure / reference:.2f}" if reference else ""
    return f"{figure:9}{reference or '':>8}{ratio:>6}"


def table(title: str, ours: Figures, isolated: Figures, references: dict) -> list[str]:
    """One row a figure; `references`: name -> seL4's without isolation, and with it."""
    lines = [f"{title:36}{'without isolation':>23}{'with isolation':>24}",
             f"{'':36}" + 2 * f"{'ours':>9}{'seL4':>8}{'ratio':>6} "]
    for name, figure in ours.items():
        without, with_ = references.get(name, (None, None))
        lines.append(f"{name:36}{cells(figure, without)} {cells(isolated[name], with_)}")
    return [line.rstrip() for line in lines]


def main() -> None:
    """Measure and print."""
    kit = Kit(KIT)
    boots = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="caplab-bench-") as name:
        image = build(kit, Path(name))
        counted = [boot(kit, image, kernel, counted=True) for kernel in KERNELS]
        stamps = [least([boot(kit, image, kernel) for _ in range(boots)]) for kernel in KERNELS]
        load = load_of_cr3(Path(name), boots)
        measured, why_not = cycles(kit, image)
    print("\n".join(table("instructions, counted", *counted,
                          {row: (sel4.open_counted or sel4.counted, sel4.counted)
                           for row, sel4 in SEL4.items()})))
    print("\n".join(["", *table("time stamps of emulation", *stamps,
                                {row: (sel4.open_stamps, sel4.stamps)
                                 for row, sel4 in SEL4.items()})]))
    print(f"{'one load of CR3 by itself':36}{load:9}")
    print("\n".join(["", *(f"{row:36}{figure:9} cycles" for row, figure in measured.items())])
          if measured else f"\n{why_not}")


if __name__ == "__main__":
    main()
