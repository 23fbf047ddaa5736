"""With page-table isolation, what is mapped of the kernel while user code runs, and what it shows.

QEMU itself walks the tables in CR3 (its `info tlb`), so nothing that the kernel believes of its own
tables enters into this.
"""

import re
import subprocess
from functools import cache

import pytest

import harness
from attached import blocks, debug

ISOLATED = "kernel-isolated"
LOOK, FRAME = "monitor info tlb", "print/x trap_frame"
RIP, GLOBAL_PAGES = "print/x $rip", "print/x $cr4 & 0x80"
pytestmark = pytest.mark.xdist_group("gdb")


def symbols(kernel: str) -> dict[str, int]:
    """Name -> address."""
    said = subprocess.run(["nm", str(harness.BUILD / "kernel" / f"{kernel}.debug")], text=True,
                          capture_output=True, check=True).stdout
    return {name: int(value, 16) for value, _, name in map(str.split, said.splitlines())}


@cache
def stops(kernel: str) -> list[dict[str, list[str]]]:
    """What is seen where another thread has just begun, in the first thread later, in the kernel."""
    harness.build_frozen(kernel.replace("-", "_"))
    look = [LOOK] if kernel == "kernel" else [LOOK, FRAME, RIP, GLOBAL_PAGES]
    said = debug(["hbreak two_calls", "continue", *look, "delete", "hbreak look_now", "continue",
                  *look, "delete", "hbreak handle_syscall", "continue", *look], kernel)
    return [blocks(part) for part in said.split("Breakpoint ")[-3:]]


def mapped(stop: dict[str, list[str]]) -> dict[int, tuple[int, str]]:
    """Address -> physical address and flags, of each page; all upper-half addresses whole."""
    pages = {}
    for line in stop[LOOK]:
        if found := re.match(r"([0-9a-f]{16}): ([0-9a-f]{16}) (\S+)$", line):
            pages[int(found[1], 16)] = (int(found[2], 16), found[3])
    assert pages, stop
    return pages


def kernel_half(pages: dict[int, tuple[int, str]]) -> dict[int, tuple[int, str]]:
    """The pages that no user may touch."""
    return {at: page for at, page in pages.items() if at >> 47}


def words(stop: dict[str, list[str]], command: str) -> list[str]:
    """What gdb printed for an expression."""
    return re.findall(r"0x\w+", stop[command][0])


@pytest.mark.parametrize("stop", [0, 1], ids=["entered by iretq", "entered by sysret"])
def test_only_the_trampoline_is_mapped_for_users(stop: int, isolated: None) -> None:
    """Its pages and no other, each where the image has it, none for users; no TLB entry is kept."""
    at = symbols(ISOLATED)
    pages = kernel_half(mapped(stops(ISOLATED)[stop]))
    last = (at["trampoline_end"] - 1) & ~4095
    assert sorted(pages) == list(range(at["trampoline_start"], last + 1, 4096))
    assert 0 < len(pages) <= 5
    for page, (paddr, flags) in pages.items():
        assert paddr == page - 0xffffffff80000000
        assert "U" not in flags
    assert words(stops(ISOLATED)[stop], GLOBAL_PAGES) == ["0x0"]


def test_the_trampoline_holds_nothing_else() -> None:
    """After its last symbol, its pages go on with text: no data of the kernel's."""
    at = symbols(ISOLATED)
    end = (at["trampoline_end"] + 4095) & ~4095
    assert at["handle_syscall"] >= at["trampoline_end"]
    assert min(at["kernel_pml4"], at["current_thread"], at["kernel_stack_top"]) >= end


def test_the_kernel_maps_no_user_page(isolated: None) -> None:
    """Inside the kernel the lower half is empty, and all memory is seen."""
    pages = mapped(stops(ISOLATED)[2])
    assert pages == kernel_half(pages)
    assert 0xffffff8000000000 in pages


def test_a_frame_of_another_thread_is_not_left(isolated: None) -> None:
    """A thread's own rip is in the trampoline after iretq, and gone when the next one runs."""
    begun, later, _ = stops(ISOLATED)
    assert words(begun, RIP)[0] in words(begun, FRAME)
    assert words(later, FRAME) == ["0x0"] * 8


def test_without_isolation_all_of_it_is_mapped(frozen: None) -> None:
    """So the tests above can fail."""
    pages = kernel_half(mapped(stops("kernel")[0]))
    assert 0xffffff8000000000 in pages and len(pages) > 500
