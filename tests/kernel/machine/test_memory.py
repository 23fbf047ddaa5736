"""Memory as a root task finds it: the list of untyped memory, little and much of it, large images."""

import random
import re
import struct
from array import array
from pathlib import Path

import pytest

import harness
from memory import described, expected, ram
from programs import FOLDER, boot

GIB = 1 << 30
MIB = 1 << 20


@pytest.mark.parametrize("machine, mib", [("microvm", 512), ("pc", 512), ("pc", 6144), ("q35", 6144)])
def test_untyped_memory_is_what_the_rules_give(machine: str, mib: int, frozen: None) -> None:
    """Every untyped capability, its address, size and kind, in order."""
    run = boot("describe", machine=machine, memory=mib)
    assert described(run).untyped == expected(run)


def test_no_byte_is_in_two_untypeds(frozen: None) -> None:
    """Pieces do not overlap, and what counts as RAM lies in RAM."""
    run = boot("describe", machine="pc", memory=6144)
    pieces = sorted((paddr, paddr + (1 << bits)) for paddr, bits, _ in described(run).untyped)
    assert all(first[1] <= second[0] for first, second in zip(pieces, pieces[1:]))
    for paddr, bits, device in described(run).untyped:
        inside = any(a <= paddr and paddr + (1 << bits) <= b for a, b in ram(run))
        assert inside != bool(device), hex(paddr)


def test_memory_above_4_gib_is_handed_out(frozen: None) -> None:
    """With 6 GiB half of it lies above 4 GiB, as RAM."""
    run = boot("describe", machine="pc", memory=6144)
    high = sum(1 << bits for paddr, bits, device in described(run).untyped
               if paddr >= 4 * GIB and not device)
    assert 3 * GIB - (1 << 20) < high <= 3 * GIB


def test_extra_boot_info(frozen: None) -> None:
    """RSDP, memory map and TSC frequency, in this order; the map is the one that the boot lists."""
    run = boot("describe", machine="pc", memory=6144)
    (rsdp, map_, tsc), total = described(run).blocks, described(run).extra_bytes
    assert [(b[0], b[1]) for b in (rsdp, map_, tsc)] == [(3, 52), (2, 1220), (5, 20)]
    assert total == 52 + 1220 + 20
    assert rsdp[2].startswith(b"RSD PTR ") and sum(rsdp[2][:20]) % 256 == 0
    used, = struct.unpack_from("<I", map_[2])
    entries = [struct.unpack_from("<IQQI", map_[2], 4 + at) for at in range(0, used, 24)]
    assert len(map_[2]) == 4 + 50 * 24 and used % 24 == 0
    listed = [line.split()[4:] for line in run.serial.splitlines()
              if line.startswith("\tPhysical Memory Region")]
    assert [[f"{base:x}", "size", f"{length:x}", "type", str(kind)]
            for _, base, length, kind in entries] == listed
    assert not any(map_[2][4 + used:])


def test_the_tsc_frequency_is_right(frozen: None) -> None:
    """Counted in instructions, a time stamp is a nanosecond: 1000 MHz, within 1 %."""
    blocks = described(boot("describe", machine="pc", counted=True)).blocks
    mhz, = struct.unpack("<I", blocks[-1][2])
    assert 990 <= mhz <= 1010


def test_an_image_of_50_mib(frozen: None, tmp_path: Path) -> None:
    """All of it arrives, each page in its place, and the root CNode has room for its frames."""
    data = random.Random(50).randbytes(50 * MIB)
    (tmp_path / "data").write_bytes(data)
    image = harness.compile_root_task([FOLDER / "large.c"], tmp_path / "large.elf",
                                      flags=(f'-DDATA="{tmp_path}/data"',))
    assert image.stat().st_size > 50 * MIB
    run = harness.boot(image)
    words = array("Q", data)
    total = sum(page * sum(words[at:at + 512])
                for page, at in enumerate(range(0, len(words), 512), start=1))
    assert f"sum {total % (1 << 64):x}\nzeros 0\n" in run.user, run.serial[-1000:]
    frames, bits, first, last = map(int, re.search(
        r"image (\d+) frames, cnode (\d+) bits, empty (\d+) to (\d+)", run.user).groups())
    assert frames > (50 + 8) * MIB // 4096
    assert (bits, last) == (14, 1 << 14) and first > frames
    assert "type of the last frame: 1\n" in run.user
