"""Which untyped memory a root task must find, worked out a second time from what the boot says.

The rules are those of the ABI: device memory is all that is neither RAM nor kept by the kernel,
pieces are powers of two, as large as the rest and the alignment of its kernel alias allow.
"""

import re
import subprocess
from dataclasses import dataclass

import harness

PAGE = 4096
DEVICE_TOP = 1 << 47
ALIAS = 0xffffff8000000000
MOST = 230

Range = tuple[int, int]


@dataclass(frozen=True)
class Described:
    """What programs/describe.c printed."""

    slots: dict[str, Range]
    cnode_bits: int
    untyped: list[tuple[int, int, int]]
    blocks: list[tuple[int, int, bytes]]
    extra_bytes: int


def described(run: harness.Run) -> Described:
    """Read a boot of describe.c."""
    text = run.user
    numbers = r" (\w+)"
    return Described(
        slots={name: (int(a), int(b))
               for name, a, b in re.findall(r"^slots (\w+) (\d+) (\d+)$", text, re.M)},
        cnode_bits=int(re.search("^cnode bits" + numbers, text, re.M)[1]),
        untyped=[(int(paddr, 16), int(bits), int(device)) for paddr, bits, device in
                 re.findall("^untyped" + numbers * 3 + "$", text, re.M)],
        blocks=[(int(kind), int(size), bytes.fromhex(data)) for kind, size, data in
                re.findall(r"^block (\d+) (\d+) (\w*)$", text, re.M)],
        extra_bytes=int(re.search("^extra" + numbers + " bytes", text, re.M)[1]))


def without(ranges: list[Range], hole: Range) -> list[Range]:
    """The ranges with a hole cut out."""
    pieces = []
    for start, end in ranges:
        pieces += [(start, min(end, hole[0])), (max(start, hole[1]), end)]
    return sorted({(a, b) for a, b in pieces if a < b})


def split(start: int, end: int) -> list[tuple[int, int]]:
    """One range as pieces (address, bits); what is below 16 bytes is lost."""
    pieces = []
    while start < end:
        bits = min((end - start).bit_length() - 1, 47)
        alias = (start + ALIAS) % (1 << 64)
        if alias:
            bits = min(bits, (alias & -alias).bit_length() - 1)
        if bits >= 4:
            pieces.append((start, bits))
        start += 1 << bits
    return pieces


def boot_part() -> Range:
    """The part of the kernel's image that it leaves behind."""
    symbols = subprocess.run(["nm", str(harness.BUILD / "kernel/kernel.debug")], text=True,
                             capture_output=True, check=True).stdout
    at = {name: int(value, 16) for value, _, name in map(str.split, symbols.splitlines())}
    return at["kernel_start"], at["boot_end"] - 0xffffffff80000000


def ram(run: harness.Run) -> list[Range]:
    """The usable memory that the kernel reports."""
    part = run.serial.partition("Available phys memory regions: ")[2].partition("Reserved virt")[0]
    return [(int(a, 16), int(b, 16)) for a, b in re.findall(r"\[(\w+)\.\.(\w+)\)", part)]


def expected(run: harness.Run) -> list[tuple[int, int, int]]:
    """All untyped capabilities in order: address, bits, device or not."""
    seen = described(run)
    kernel = int(re.search(r"^Kernel loaded to: start=0x(\w+)", run.serial, re.M)[1], 16)
    end = int(re.search(r"^Reserved virt .*\n  \[\w+\.\.(\w+)\)", run.serial, re.M)[1], 16) - ALIAS
    ioapic = int(re.search(r"ioapic_addr=0x(\w+)", run.serial)[1], 16)
    kept = [(kernel, end), (0xfee00000, 0xfee01000), (ioapic, ioapic + PAGE),
            ((1 << 32) - 8, 1 << 32)]
    devices, free = [(0, DEVICE_TOP)], ram(run)
    for hole in ram(run):
        devices = without(devices, hole)
    for hole in kept:
        devices, free = without(devices, hole), without(free, hole)
    free = without(free, root_objects(seen, free))
    pieces = [(*piece, 1) for r in devices for piece in split(*r)]
    pieces += [(*piece, 0) for r in [boot_part(), *free] for piece in split(*r)]
    return pieces[:MOST]


def root_objects(seen: Described, free: list[Range]) -> Range:
    """Where the root task's objects lie: at the top of the highest region that has room."""
    cnode = 32 << seen.cnode_bits
    tables = seen.slots["paging"][1] - seen.slots["paging"][0]
    size = cnode + (5 + tables) * PAGE + 2048  # PML4, extra info, ASID pool, buffer, BootInfo; TCB
    for start, end in reversed(free):
        at = (end - size) // cnode * cnode
        if end - start >= size and at >= start:
            return at, at + size
    raise AssertionError("no room for the root task's objects")
