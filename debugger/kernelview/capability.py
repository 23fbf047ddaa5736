"""The two words of a capability, taken apart and put into words (kernel/cap/cap.h).

Needs no gdb: everything is arithmetic. Invariants: every bit pattern has a description; a field
is read at one place only, so that a change of the kernel's layout is a change of one line here.
"""

from dataclasses import dataclass
from typing import Callable

OBJECT_BITS = 48
TYPE_SHIFT = 56
PAGE_BITS = 12
SLOT_BYTES = 32


def _signed_address(word: int) -> int:
    """The low 48 bits, sign extended to a kernel address."""
    low = word & (1 << OBJECT_BITS) - 1
    return low | (0xffff << OBJECT_BITS) if low >> OBJECT_BITS - 1 else low


@dataclass(frozen=True)
class Cap:
    """A capability: its kind by name ("endpoint", "null", ...) and its two words."""

    kind: str
    word0: int
    word1: int

    @property
    def object(self) -> int:
        """Kernel address of what it names; of a thread: the struct tcb."""
        return _signed_address(self.word0)

    def small(self, shift: int, bits: int) -> int:
        """A field of the first word's small part."""
        return self.word0 >> OBJECT_BITS + shift & (1 << bits) - 1

    @property
    def badge(self) -> int:
        """Badge of an endpoint or notification."""
        return self.word1

    @property
    def radix(self) -> int:
        """log2 of the slots of a CNode, also of one that is being deleted."""
        return self.small(0, 6)

    @property
    def guard_bits(self) -> int:
        """How many bits of an address a CNode's guard takes."""
        return self.word1 & 63

    @property
    def guard(self) -> int:
        """The bits that an address must have there."""
        return self.word1 >> 6

    @property
    def is_device(self) -> bool:
        """True for a frame or untyped that is no RAM."""
        return bool(self.small(6, 1))

    @property
    def size_bits(self) -> int | None:
        """log2 of the bytes of the object; None if it is none that memory is retyped to."""
        match self.kind:
            case "untyped":
                return self.small(0, 6)
            case "cnode":
                return self.radix + 5
            case "frame":
                return PAGE_BITS + 9 * self.small(4, 2)
            case "zombie":
                return 11 if self.small(6, 1) else self.radix + 5
        return {"endpoint": 4, "notification": 5, "thread": 11, "page_table": 12,
                "page_directory": 12, "pdpt": 12, "pml4": 12, "asid_pool": 12}.get(self.kind)

    @property
    def base(self) -> int:
        """First byte of that object."""
        return self.object >> self.size_bits << self.size_bits


def size_text(bits: int) -> str:
    """2 to the power of `bits` bytes, in the largest fitting unit."""
    units = ("bytes", "KiB", "MiB", "GiB", "TiB")
    unit = min(bits // 10, len(units) - 1)
    return f"{1 << bits - 10 * unit} {units[unit]}"


def _rights(cap: Cap, letters: str) -> str:
    """The rights as letters, lowest bit first: w(rite) r(ead) g(rant) p: grant re(p)ly."""
    held = cap.small(0, len(letters))
    return "".join(letter if held >> bit & 1 else "-" for bit, letter in enumerate(letters))


def _mapping(cap: Cap) -> str:
    asid, address = cap.word1 & (1 << PAGE_BITS) - 1, cap.word1 >> PAGE_BITS << PAGE_BITS
    return f"mapped at {address:#x} (ASID {asid})" if asid else "not mapped"


def _device(cap: Cap) -> str:
    return " of a device" if cap.is_device else ""


def _details(cap: Cap, has_children: bool) -> str:
    """What belongs to this kind besides the object."""
    match cap.kind:
        case "untyped":
            # Without children it can be used from its start again, whatever word 1 says.
            used = f"{cap.word1} bytes handed out" if has_children else "nothing made from it"
            return f"{size_text(cap.size_bits)}{_device(cap)}, {used}"
        case "endpoint":
            return f"badge {cap.badge:#x}, rights {_rights(cap, 'wrgp')}"
        case "notification":
            return f"badge {cap.badge:#x}, rights {_rights(cap, 'wr')}"
        case "cnode":
            return f"{1 << cap.radix} slots, guard {cap.guard:#x} of {cap.guard_bits} bits"
        case "frame":
            return (f"{size_text(cap.size_bits)}{_device(cap)}, rights {_rights(cap, 'wr')}, "
                    f"{_mapping(cap)}")
        case "page_table" | "page_directory" | "pdpt":
            return _mapping(cap)
        case "pml4":
            return f"ASID {cap.word1}" if cap.word1 else "no ASID"
        case "asid_pool":
            return f"ASIDs {cap.word1} to {cap.word1 + 511}"
        case "zombie":
            return (f"once a {'TCB' if cap.small(6, 1) else 'CNode'}, "
                    f"{cap.word1} slots to be emptied")
    return ""


def describe(cap: Cap, thread_name: Callable[[int], str], has_children: bool = False) -> str:
    """One line: kind, object and details. `thread_name` gives the quoted name of a thread."""
    match cap.kind:
        case "null" | "asid_control" | "irq_control" | "io_port_control" | "domain":
            return cap.kind
        case "thread":
            return f"thread {cap.object:#x} {thread_name(cap.object)}"
        case "reply":
            kind = "the right to make replies" if cap.small(4, 1) else "reply"
            grant = ", can grant" if cap.small(2, 1) else ""
            return f"{kind} to {thread_name(cap.object)}{grant}"
        case "irq_handler":
            return f"irq_handler of interrupt {cap.word1}"
        case "io_port":
            return f"io_port {cap.word1 & 0xffff:#x} to {cap.word1 >> 16 & 0xffff:#x}"
    return ", ".join(filter(None, (f"{cap.kind} {cap.object:#x}", _details(cap, has_children))))


# ---- who is derived from whom (kernel/cap/tree.c) ----

def same_object(a: Cap, b: Cap) -> bool:
    """True if both name the same object."""
    if a.kind != b.kind or a.kind in ("null", "zombie"):
        return False
    if a.kind in ("irq_handler", "io_port"):
        return a.word1 == b.word1
    return a.object == b.object and (a.kind not in ("untyped", "frame", "cnode")
                                     or a.size_bits == b.size_bits)


def _contains(outer: Cap, inner: Cap) -> bool:
    return (outer.base <= inner.base
            and inner.base + (1 << inner.size_bits) <= outer.base + (1 << outer.size_bits))


def same_region(a: Cap, b: Cap) -> bool:
    """True if what `b` names is what `a` names, or a part of it."""
    match a.kind:
        case "untyped":
            return b.size_bits is not None and _contains(a, b)
        case "frame":
            return b.kind == "frame" and _contains(a, b)
        case "irq_control":
            return b.kind in ("irq_control", "irq_handler")
        case "io_port_control":
            return b.kind in ("io_port_control", "io_port")
    return same_object(a, b)
