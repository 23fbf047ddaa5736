"""What a boot loader may hand over, right and wrong: memory maps, modules, tags, ACPI tables.

A boot loader of our own (handover/) enters the kernel as QEMU would, but for what a case changes.
"""

import re
import struct
import subprocess
from pathlib import Path

import pytest

import harness
from memory import described, expected, ram
from programs import FOLDER

HERE = Path(__file__).parent / "handover"
MIB = 1 << 20
UNTOLD = ("wrong_magic", "mb2_misaligned")  # no command line arrives, so a halt is for ever
TOP = 0x1ffe0000  # of the 512 MiB on machine pc
pytestmark = pytest.mark.xdist_group("handover")


@pytest.fixture(scope="module", name="boot")
def _boot(frozen: None, tmp_path_factory):
    """Boots one case with programs/describe.c as root task, each once."""
    folder = tmp_path_factory.mktemp("handover")
    loader = compile_loader(folder / "loader.elf")
    task = harness.compile_root_task([FOLDER / "describe.c"], folder / "task.elf")
    kernel = harness.BUILD / "kernel" / "kernel.elf"
    done: dict[str, harness.Run] = {}

    def boot(case: str) -> harness.Run:
        if case not in done:
            done[case] = harness.boot(Path(f"{kernel},{task}"), machine="pc", kernel=str(loader),
                                      words=("idle=exit", f"case={case}"), seconds=10,
                                      until="halting..." if case in UNTOLD else None)
        return done[case]

    return boot


def compile_loader(image: Path) -> Path:
    """The boot loader, a 32-bit program at 64 MiB."""
    headers = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True,
                             check=True).stdout.strip()
    flags = ["-m32", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-ffreestanding",
             "-nostdinc", "-isystem", headers, "-fno-pic", "-fno-stack-protector",
             "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "-mgeneral-regs-only",
             "-fno-tree-loop-distribute-patterns", "-nostdlib", "-static", "-no-pie",
             "-Wl,--build-id=none", "-Wl,-Ttext=0x4000000", "-Wl,-z,noexecstack"]
    done = subprocess.run(["gcc", *flags, "-o", str(image), *map(str, [
        HERE / "start.S", HERE / "loader.c", HERE / "cases.c"])], capture_output=True, text=True,
        check=False)
    assert done.returncode == 0, done.stderr
    return image


REFUSED = {
    "wrong_magic": "Boot loader is not multiboot 1 or 2 compliant 12345678",
    "no_memory_flag": "Boot loader did not provide information about physical memory size",
    "no_modules_flag": "Boot loader did not provide information about boot modules",
    "no_modules": "Expect at least one boot module (containing a userland image)",
    "empty_module": "This boot module is empty or not in memory",
    "backward_module": "This boot module is empty or not in memory",
    "module_over_kernel": "This boot module overlaps the kernel",
    "modules_nowhere": "This boot module is empty or not in memory",
    "little_memory": "Userland image does not fit into memory",
    "no_memory_at_all": "Userland image does not fit into memory",
    "mb2_no_module": "Expect at least one boot module (containing a userland image)",
    "mb2_no_map": "Userland image does not fit into memory",
    "mb2_misaligned": "Boot loader did not provide information about physical memory size",
    "apic_off": "APIC: Enabled bit not set",
    "acpi_no_cpu": "No CPUs detected",
    "acpi_no_ioapic": "No IOAPICs detected",
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, boot) -> None:
    """The boot says what is missing, fails in the words of every failed boot, and stops."""
    run = boot(case)
    assert REFUSED[case] in run.serial
    if case not in UNTOLD:
        assert run.status == harness.qemu.HALT_STATUS
    assert re.search(r'seL4 called fail at \S+:\d+ in function \w+, saying '
                     r'"boot_sys failed for some reason :\(\n"', run.serial), run.serial
    assert harness.BANNER not in run.serial


PIECES = [(130 + 2 * i, 131 + 2 * i) for i in range(100)]


def with_pieces(count: int) -> list[tuple[int, int]]:
    """What cases.c's pieces() makes of memory, in MiB."""
    return [(1, 129), *PIECES[:count], (384, TOP / MIB)]


RAM = {  # case: usable memory in MiB
    "plain": [(1, TOP / MIB)],
    "second_module": [(1, TOP / MIB)],
    "no_map": [(1, TOP / MIB)],
    "odd_map": [(1, 49), (64, 79 + 1023 / 1024 - 3 / 1024), (80, 100), (128, TOP / MIB)],
    "map_over_the_top": [(1, TOP / MIB), (0x7f7fff0000 / MIB, 0x7f80000000 / MIB)],
    "pieces_10": with_pieces(10),
    "pieces_40": with_pieces(40),
    "long_map": [(1, TOP / MIB)],
    "map_cut_short": [(1, TOP / MIB)],
    "mb2_plain": [(1, TOP / MIB)],
    "mb2_unknown_tags": [(1, TOP / MIB)],
    "acpi_many": [(1, TOP / MIB)],
}


@pytest.mark.parametrize("case", RAM)
def test_usable_memory(case: str, boot) -> None:
    """What counts as RAM, in whole pages, and all of it is handed out by the rules."""
    run = boot(case)
    assert run.status == harness.qemu.IDLE_STATUS, run.serial
    assert [(a / MIB, b / MIB) for a, b in ram(run)] == RAM[case]
    assert described(run).untyped == expected(run)


def test_too_many_pieces_of_memory(boot) -> None:
    """With more pieces than the kernel keeps count of, it uses what it can and says what it leaves."""
    run = boot("pieces_100")
    assert run.status == harness.qemu.IDLE_STATUS, run.serial
    assert "Warning: too many pieces of memory" in run.serial
    assert described(run).untyped == expected(run)


def test_too_many_untypeds(boot) -> None:
    """Boot info has room for 230; each piece beyond is told and lost."""
    run = boot("ragged_pieces")
    assert len(described(run).untyped) == 230
    assert described(run).untyped == expected(run)
    lost = run.serial.count("Kernel init: Too many untyped regions for boot info\n")
    assert lost > 0 and run.status == harness.qemu.IDLE_STATUS


def test_a_long_memory_map_is_exported_in_part(boot) -> None:
    """The first 50 entries reach the root task."""
    data = next(data for kind, _, data in described(boot("long_map")).blocks if kind == 2)
    assert struct.unpack_from("<I", data)[0] == 50 * 24
    base, length, kind = struct.unpack_from("<QQI", data, 4 + 49 * 24 + 4)
    assert base >= 8 << 30 and (length, kind) == (MIB, 2)


def test_without_a_map_none_is_exported(boot) -> None:
    """Only its length, 0, is there."""
    data = next(data for kind, _, data in described(boot("no_map")).blocks if kind == 2)
    assert not any(data)


def test_video_information(boot) -> None:
    """What the boot loader says about the video mode is passed on in a block of 800 bytes."""
    blocks = described(boot("video")).blocks
    assert [(kind, size) for kind, size, _ in blocks] == [(1, 800), (3, 52), (2, 1220), (5, 20)]
    data = blocks[0][2]
    assert data.startswith(b"VESA control\0") and data[512:].startswith(b"mode info\0")
    assert struct.unpack_from("<IIII", data, 768) == (0x4118, 0x1111, 0x2222, 0x3333)


def test_framebuffer(boot) -> None:
    """Multiboot 2: the head of the framebuffer's tag is passed on."""
    blocks = described(boot("mb2_framebuffer")).blocks
    assert [(kind, size) for kind, size, _ in blocks] == [(3, 52), (4, 38), (2, 1220), (5, 20)]
    assert struct.unpack("<QIIIBB", blocks[1][2]) == (0xfd000000, 4096, 1024, 768, 32, 1)


@pytest.mark.parametrize("case, first", [("bios_port", False), ("bios_no_lines", True),
                                         ("bios_port_0", True)])
def test_default_serial_port(case: str, first: bool, boot) -> None:
    """The BIOS data area says which port is used if there is one; else it is 0x3f8."""
    run = boot(case)
    assert run.status == harness.qemu.IDLE_STATUS
    assert (harness.BANNER in run.serial) == first


def test_only_the_first_module_is_the_root_task(boot) -> None:
    """A second module is listed and no more."""
    run = boot("second_module")
    assert "Detected 2 boot module(s):" in run.serial and "  module #1: start=0x" in run.serial


@pytest.mark.parametrize("case", ["mb2_tag_of_no_size", "mb2_tag_past_the_end"])
def test_broken_tags_end_the_list(case: str, boot) -> None:
    """What came before a tag with an impossible size counts."""
    run = boot(case)
    assert run.status == harness.qemu.IDLE_STATUS, run.serial


@pytest.mark.parametrize("case, table", [("acpi_1", "RSDT"), ("acpi_2", "XSDT")])
def test_acpi_tables_from_a_tag(case: str, table: str, boot) -> None:
    """The RSDP of a multiboot 2 tag counts, old or new; its copy reaches the root task."""
    run = boot(case)
    assert "ACPI: 1 CPU(s) detected" in run.serial and run.status == harness.qemu.IDLE_STATUS
    rsdp = next(data for kind, _, data in described(run).blocks if kind == 3)
    revision, rsdt = struct.unpack_from("<BI", rsdp, 15)
    assert (revision, rsdt == 0) == ((0, False) if table == "RSDT" else (2, True))
    assert any(rsdp[20:]) == (table == "XSDT")


def test_more_cpus_and_ioapics_than_are_used(boot) -> None:
    """The first of each is used, the others are told."""
    text = boot("acpi_many").serial
    assert "ACPI: Not recording this APIC, only support 1" in text
    assert "ACPI: Not recording this IOAPIC, only support 1" in text
    assert "ACPI: 1 CPU(s) detected" in text


@pytest.mark.parametrize("case, warning", [
    ("acpi_no_madt", "Warning: ACPI: no MADT"),
    ("acpi_wrong_sum", "Warning: BIOS: No ACPI support detected"),
])
def test_without_acpi_tables(case: str, warning: str, boot) -> None:
    """The kernel warns, and takes the addresses that every PC uses."""
    run = boot(case)
    assert warning in run.serial and run.status == harness.qemu.IDLE_STATUS


def test_a_broken_table_entry_ends_the_table(boot) -> None:
    """What came before it counts, and the boot does not hang on it."""
    run = boot("acpi_broken_entry")
    assert "ACPI: 1 CPU(s) detected" in run.serial and run.status == harness.qemu.IDLE_STATUS
