"""GRUB boots the kernel from a CD, by either version of multiboot, as 32-bit and as 64-bit ELF."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import harness
from memory import described, expected
from programs import FOLDER

TOOLS = ("grub-mkrescue", "xorriso", "mformat")
pytestmark = [
    pytest.mark.xdist_group("grub"),
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in TOOLS) or
        not Path("/usr/lib/grub/i386-pc").is_dir(),
        reason="GRUB's tools are not installed: ./init --setup installs them")]

MENU = """\
set timeout=0
menuentry kernel {{
    {command} /boot/{kernel} idle=exit colour=red
    {module} /boot/task.elf the root task
}}
"""
WAYS = {"multiboot 1": ("multiboot", "module", "kernel.elf"),
        "multiboot 2": ("multiboot2", "module2", "kernel.elf"),
        "multiboot 1, ELF64": ("multiboot", "module", "kernel.debug"),
        "multiboot 2, ELF64": ("multiboot2", "module2", "kernel.debug")}


@pytest.fixture(scope="module", name="task")
def _task(frozen: None, tmp_path_factory) -> Path:
    """The image of programs/describe.c."""
    return harness.compile_root_task([FOLDER / "describe.c"],
                                     tmp_path_factory.mktemp("task") / "task.elf")


@pytest.fixture(scope="module", name="runs")
def _runs(task: Path, tmp_path_factory):
    """Boots from a CD made for one way of WAYS, each once."""
    done: dict[str, harness.Run] = {}

    def run(way: str) -> harness.Run:
        if way not in done:
            disc = make_disc(tmp_path_factory.mktemp("disc"), task, *WAYS[way])
            done[way] = harness.boot(None, machine="pc", disc=disc, options=("-vga", "std"))
        return done[way]

    return run


def make_disc(folder: Path, task: Path, command: str, module: str, kernel: str) -> Path:
    """A CD with GRUB, the kernel and the root task."""
    boot = folder / "disc" / "boot"
    (boot / "grub").mkdir(parents=True)
    (boot / "grub" / "grub.cfg").write_text(
        MENU.format(command=command, module=module, kernel=kernel))
    shutil.copy(task, boot / "task.elf")
    subprocess.run(["strip", "--strip-debug", "-o", str(boot / kernel),
                    str(harness.BUILD / "kernel" / kernel)], check=True)
    disc = folder / "boot.iso"
    done = subprocess.run(
        ["grub-mkrescue", "-o", str(disc), "--install-modules=multiboot multiboot2 normal iso9660",
         "--fonts=", "--themes=", "--locales=", str(folder / "disc")],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return disc


@pytest.mark.parametrize("way", WAYS)
def test_root_task_runs(way: str, runs) -> None:
    """The root task runs to its end and finds the memory that there is."""
    run = runs(way)
    assert run.status == harness.qemu.IDLE_STATUS, run.serial
    assert described(run).untyped == expected(run)


@pytest.mark.parametrize("way", WAYS)
def test_command_line(way: str, runs) -> None:
    """Known words work and unknown ones are warned about, wherever GRUB puts the kernel's name."""
    warned = [line for line in runs(way).serial.splitlines() if line.startswith("Warning: ")]
    assert len(warned) == 1 and "'colour=red'" in warned[0]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_said_about_modules(way: str, runs) -> None:
    """Version 1 counts the modules before it lists them, version 2 after."""
    lines = runs(way).serial.splitlines()
    first = "multiboot 1" in way
    count = lines.index("Detected 1 boot module(s)" + (":" if first else ""))
    module = next(i for i, line in enumerate(lines) if line.startswith("  module #0: "))
    assert (count < module) == first
    assert lines[module].endswith("name='the root task'")


@pytest.mark.parametrize("way", WAYS)
def test_extra_boot_info(way: str, runs) -> None:
    """Version 1 passes on the memory map and what the video BIOS says, version 2 the framebuffer."""
    run = runs(way)
    sizes = [(kind, size) for kind, size, _ in described(run).blocks]
    by_kind = {kind: data for kind, _, data in described(run).blocks}
    used, = struct.unpack_from("<I", by_kind[2])
    assert by_kind[3].startswith(b"RSD PTR ")
    assert "Multiboot gave us no video information" not in run.serial
    if "multiboot 1" in way:
        assert sizes == [(1, 800), (3, 52), (2, 1220), (5, 20)]
        assert by_kind[1].startswith(b"VESA")
        assert used == 24 * run.serial.count("Physical Memory Region from")
    else:
        assert sizes == [(3, 52), (4, 38), (2, 1220), (5, 20)]
        assert not any(by_kind[2])
        assert struct.unpack("<QIIIBB", by_kind[4]) == (0xb8000, 160, 80, 25, 16, 2)
