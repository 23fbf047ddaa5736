"""What a debug kernel says when it rejects an invocation: the texts, case by case.

The conformance programs try everything that can be wrong and print a line after each case; what the
kernel said before that line belongs to the case.
"""

import re
import tempfile
from functools import cache
from pathlib import Path

import pytest

import harness

PROGRAMS = harness.KIT / "tests" / "kernel" / "conformance"
_ERROR = re.compile(r'<<seL4\(CPU 0\) \[\w+/\d+ T0x[0-9a-f]+ "[^"]*" @[0-9a-f]+\]: (.*)>>')

RETYPE, COPY = "Untyped Retype: ", "CNode Copy/Mint/Move/Mutate: "
TEXTS = {  # program: case -> the one text that belongs to it
    "untyped": {
        "truncated-5-words": "Untyped invocation: Truncated message.",
        "type-bad-c": f"{RETYPE}Invalid object type.",
        "untyped-size-30": f"{RETYPE}Invalid object size.",
        "cnode-size-0": f"{RETYPE}Requested CapTable size too small.",
        "untyped-size-3": f"{RETYPE}Requested UntypedItem size too small.",
        "dest-index-2-depth-1": f"{RETYPE}Invalid destination address.",
        "dest-root-null": f"{RETYPE}Destination cap invalid or read-only.",
        "window8-off-8-num-1": f"{RETYPE}Destination node offset #8 too large.",
        "fanout-root-101": f"{RETYPE}Number of requested objects (257) too small or large.",
        "window8-off-7-num-2": f"{RETYPE}Requested destination window overruns size of node.",
        "window8-occupied-middle": f"{RETYPE}Slot #2 in destination window non-empty.",
        "type-7": f"{RETYPE}Insufficient memory (1 * 1073741824 bytes needed, "
                  "4194304 bytes available).",
        "device-type-1": f"{RETYPE}Creating kernel objects with device untyped",
        "family-copy-of-copy-with-child": "Error deriving cap for CNode Copy operation.",
        "family-mint-with-child": "Error deriving cap for CNode Mint operation.",
    },
    "cnode": {
        "path-revoke-depth0": "CNode operation: Target slot invalid.",
        "path-copy-endpoint": f"{COPY}Destination not empty.",
        "source-copy-depth0": f"{COPY}Invalid source slot.",
        "source-copy-empty": f"{COPY}Source slot invalid or empty.",
        "length-copy-3": f"{COPY}Truncated message.",
        "kind-endpoint-mutate0": f"{COPY}Mutated cap would be invalid.",
        "path-savecaller-empty": "CNode SaveCaller: Reply cap not present.",
        "path-savecaller-endpoint": "CNode SaveCaller: Destination slot not empty.",
        "path-cancel-empty": "CNode CancelBadgedSends: Target cap invalid.",
    },
    "tcb": {
        "configure-cspace-null": "TCB Configure: CSpace cap is invalid.",
        "configure-vspace-null": "TCB Configure: VSpace cap is invalid.",
        "configure-3-words": "TCB Configure: Truncated message.",
        "configure-vspace-pml4-noasid": "Deriving a PML4 cap without an assigned ASID",
        "configure-vspace-pt": "Deriving an unmapped PT cap",
        "prio-65-auth-100": "TCB SetPriority: Requested priority 101 too high (max 100).",
        "sched-0-auth-null": "Set priority: authority cap not a TCB.",
        "setbuffer-null": "IPC Buffer is an invalid cap.",
        "setbuffer-unaligned-frame": "IPC Buffer vaddr 0x1001 is not aligned.",
        "bind-null": "TCB BindNotification: Notification is invalid.",
        "bind-again": "TCB BindNotification: TCB already has a bound notification.",
    },
    "vspace": {
        "map-again-elsewhere-4k": "X86Frame: Attempting to map frame into multiple addresses",
        "va-4k-7ffffffff000": "X86Frame: Mapping address too high.",
        "vspace-4k-map-null": "X86FrameMap: Attempting to map frame into "
                              "invalid page directory cap.",
        "vspace-pdpt-remap-null": "X64PDPT: PDPT is already mapped to a PML4.",
        "missing-pt-level-0-va-800000000000": "X86PageTable: Mapping address too high.",
        "unmap-with-copy-pt": "X86PageTable: Cannot unmap if more than one cap exists.",
        "access-4k-cap-f-map-1": "Attempted to make unsupported write only mapping",
    },
    "asid": {
        "assign-null": "X86ASIDPool: Invalid vspace root.",
        "pools-7": "ASIDControlMakePool: No unallocated pools found.",
    },
    "irq_ioport": {
        "get-3-words": "IRQControl: Illegal operation",
        "ioapic-vector-6c": "IRQControl: Invalid irq 108 should be between 0-107",
        "vector-0-taken": "IRQControl: IRQ 26 is already active.",
        "ioapic-number-1": "Invalid IOAPIC 1, only have 1",
        "ioapic-pin-18": "Invalid IOAPIC pin 24, there are 24 pins",
        "ioapic-level-2": "Level should be 0 or 1, not 2",
        "ioapic-polarity-2": "Polarity should be 0 or 1, not 2",
        "issue-81-80": "IOPortControl: Last port must be > first port.",
        "overlap-80-8f": "IOPortControl: Some ports in range already in use.",
        "issue-0-0-in8-80": "IOPort: Ports 128--128 fall outside permitted range 0--0.",
        "domain-set-1": "Domain Configure: invalid domain (1 >= 1).",
        "domain-set-null": "Domain Configure: thread cap required.",
        "domain-schedule-index-1": "Domain Schedule Configure: Invalid index.",
    },
    "lookup": {
        "call-0": "Attempted to invoke a null cap #0.",
        "call-2000000000000103": "Invocation of invalid cap #2305843009213694211.",
        "call-b000000000000000": "Attempted to invoke a read-only endpoint cap "
                                 "#12682136550675316736.",
        "call-9000000000000000": "Attempted to invoke a read-only notification cap "
                                 "#10376293541461622784.",
        "extra-call-1-7000000000000000": "Lookup of extra caps failed.",
        "call-5555555555555555": "CNodeCap: Illegal Operation attempted.",
        "call-3000000000000000": "TCB: Illegal operation.",
    },
}
SILENT = [  # cases of vspace: a missing table and an occupied entry
    "missing-pt-level-0-va-10000000000", "frame-pd-missing", "4k-in-2m", "2m-over-pt", "1g-over-pd",
    "map-second-over-pt", "map-second-over-pdpt"]


@cache
def said(program: str) -> dict[str, list[str]]:
    """Case -> what the kernel said while it ran."""
    with tempfile.TemporaryDirectory(prefix="caplab-errors-") as folder:
        image = harness.compile_root_task([PROGRAMS / "invocations" / f"{program}.c"],
                                          Path(folder) / f"{program}.elf")
        run = harness.boot(image, machine="pc", words=(), seconds=60, until="\nEND ")
    found: dict[str, list[str]] = {}
    texts: list[str] = []
    for line in run.user.splitlines():
        if error := _ERROR.fullmatch(line):
            texts.append(error[1])
        elif case := re.match(r"(\S+): ", line):
            found.setdefault(case[1], texts)
            texts = []
    return found


def _cases() -> list:
    return [pytest.param(program, case, text, id=f"{program}-{case}",
                         marks=pytest.mark.xdist_group(f"errors-{program}"))
            for program, texts in TEXTS.items() for case, text in texts.items()]


@pytest.mark.parametrize("program, case, text", _cases())
def test_text(program: str, case: str, text: str, frozen: None) -> None:
    """The kernel says this one thing about the case."""
    assert said(program)[case] == [text]


@pytest.mark.xdist_group("errors-vspace")
@pytest.mark.parametrize("case", SILENT)
def test_silence(case: str, frozen: None) -> None:
    """A table that is missing and an entry that is taken are what a program may try for."""
    assert said("vspace")[case] == []
