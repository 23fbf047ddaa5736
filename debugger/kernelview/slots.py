"""All slots that there are, where each is, and the tree of who was derived from whom.

Slots are found from what is known: the threads' own, those of every CNode that a slot names, and
the neighbours in the derivation lists; until nothing new turns up. Invariant: walks end however
capabilities point at each other, because a slot is visited once.
"""

from dataclasses import dataclass

from kernelview.capability import SLOT_BYTES, Cap, describe
from kernelview.kernel import WINDOW, Kernel, Slot

# Slots of a CNode that are looked at: what a program really uses, also of one of 2^40.
MOST_SLOTS = 1 << 16


@dataclass(frozen=True)
class Node:
    """A slot in the derivation tree: how many ancestors it has."""

    slot: Slot
    depth: int


class Slots:
    """Every slot with a capability in it, by address."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.at: dict[int, Slot] = {}
        self._place: dict[int, str] = {}
        self._cnodes: dict[int, list[Slot]] = {}
        for thread in kernel.threads.values():
            self._add(kernel.slots(thread.slot(0), len(kernel.tcb_slots)),
                      [f'{name} slot of "{thread.name}"' for name in kernel.tcb_slots])
        self._follow_lists()

    def _add(self, slots: list[Slot], places: list[str]) -> None:
        """Take these slots in, and those of CNodes in them."""
        rest = list(zip(slots, places))
        while rest:
            slot, place = rest.pop()
            self._place[slot.address] = place
            if slot.cap.kind == "null":
                continue
            self.at[slot.address] = slot
            if slot.cap.kind == "cnode" and slot.cap.object not in self._cnodes:
                inner = self.of_cnode(slot.cap)
                rest += [(each, f"slot {number} of cnode {slot.cap.object:#x}")
                         for number, each in enumerate(inner)]

    def _follow_lists(self) -> None:
        """Take in what no CNode or thread shows: slots of the kernel's own."""
        rest = list(self.at.values())
        while rest:
            slot = rest.pop()
            for address in (slot.prev, slot.next):
                if address and address not in self.at:
                    self._add([self._kernel.slot(address)], [self._own(address)])
                    rest.append(self.at[address])

    def _own(self, address: int) -> str:
        """A place outside of CNodes and threads."""
        lines = self._kernel.symbol("notifications")
        line = (address - int(lines.address)) // SLOT_BYTES
        inside = 0 <= line <= lines.type.range()[1]
        return f"notification of interrupt {line}" if inside else f"slot {address:#x}"

    def of_cnode(self, cap: Cap) -> list[Slot]:
        """The slots of a CNode, empty ones too."""
        if cap.object not in self._cnodes:
            count = min(1 << cap.radix, MOST_SLOTS)
            self._cnodes[cap.object] = self._kernel.slots(cap.object, count)
        return self._cnodes[cap.object]

    def place(self, address: int) -> str:
        """Where a slot is, in words."""
        return self._place.get(address, f"slot {address:#x}")

    def text(self, slot: Slot) -> str:
        """The capability in a slot in words."""
        return describe(slot.cap, self._kernel.name_of, self.has_children(slot))

    # ---- derivation ----

    def has_children(self, slot: Slot) -> bool:
        """True if something was derived from it."""
        return slot.next in self.at and slot.is_parent(self.at[slot.next])

    def heads(self) -> list[Slot]:
        """The first slot of every list, in the order of their addresses."""
        return [slot for _, slot in sorted(self.at.items()) if slot.prev == 0]

    def head(self, slot: Slot) -> Slot:
        """The first slot of the list that this one is in."""
        seen = {slot.address}
        while slot.prev in self.at and slot.prev not in seen:
            slot = self.at[slot.prev]
            seen.add(slot.address)
        return slot

    def tree(self, head: Slot) -> list[Node]:
        """A list as a tree: descendants directly follow their ancestor."""
        nodes: list[Node] = []
        above: list[Slot] = []
        seen: set[int] = set()
        slot: Slot | None = head
        while slot and slot.address not in seen:
            seen.add(slot.address)
            while above and not above[-1].is_parent(slot):
                above.pop()
            nodes.append(Node(slot, len(above)))
            above.append(slot)
            slot = self.at.get(slot.next)
        return nodes

    # ---- capability addresses (kernel/cap/lookup.c) ----

    def resolve(self, root: Cap, cptr: int) -> tuple[Slot | None, str]:
        """The slot that a capability address leads to; else why it leads nowhere."""
        node, left = root, 64
        while node.kind == "cnode":
            size = node.guard_bits
            if size > left or cptr >> left - size & (1 << size) - 1 != node.guard:
                return None, (f"the guard {node.guard:#x} of {size} bits of cnode "
                              f"{node.object:#x} does not match, with {left} bits left")
            if size + node.radix > left:
                return None, (f"cnode {node.object:#x} takes {size + node.radix} bits and only "
                              f"{left} are left")
            left -= size + node.radix
            index = cptr >> left & (1 << node.radix) - 1
            slot = self._kernel.slot(node.object + SLOT_BYTES * index)
            if left == 0 or slot.cap.kind != "cnode":
                return slot, ""
            node = slot.cap
        return None, "the thread has no CSpace"

    def find(self, address: int, root: Cap) -> tuple[Slot | None, str]:
        """A slot by its own address, or by a capability address below `root`."""
        if address < WINDOW:
            return self.resolve(root, address)
        if address not in self._place:
            return None, "this is no address of a slot"
        return self._kernel.slot(address), ""
