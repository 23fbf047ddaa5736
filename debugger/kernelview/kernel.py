"""Reads the stopped kernel: slots, threads and queues, by the kernel's own debug information.

Invariants: nothing is changed and no code of the kernel is run; every read is of the state at
this stop, so a Kernel is made anew for each command; memory that cannot be read (the machine has
not booted yet) ends a command with one sentence.
"""

import struct
from dataclasses import dataclass
from functools import cached_property

import gdb

from kernelview.capability import SLOT_BYTES, TYPE_SHIFT, Cap, same_region

WORD = (1 << 64) - 1
WINDOW = 0xffffff8000000000      # KERNEL_WINDOW: user addresses and capability addresses are lower
TCB_OBJECT_BITS = 11
NAME_BYTES = 848
REVOCABLE, FIRST_BADGED = 1, 2


@dataclass(frozen=True)
class Slot:
    """A slot: where it is, what is in it, and its place in the derivation list."""

    address: int
    cap: Cap
    prev: int
    next_bits: int

    @property
    def next(self) -> int:
        """Address of the slot after this one, 0 at the end."""
        return self.next_bits & ~(REVOCABLE | FIRST_BADGED)

    def is_parent(self, other: "Slot") -> bool:
        """True if `other`, which follows this one in the list, is derived from it."""
        if not self.next_bits & REVOCABLE or not same_region(self.cap, other.cap):
            return False
        if self.cap.kind not in ("endpoint", "notification") or self.cap.badge == 0:
            return True
        return self.cap.badge == other.cap.badge and not other.next_bits & FIRST_BADGED


@dataclass(frozen=True)
class Thread:
    """A thread: what its TCB says."""

    address: int
    name: str
    state: str
    priority: int
    domain: int
    ip: int
    waits_on: int
    badge: int
    is_call: bool
    fault: str
    bound: int

    @property
    def label(self) -> str:
        """Name and address, as every command shows a thread."""
        return f'"{self.name}" {self.address:#x}'

    def slot(self, number: int) -> int:
        """Address of one of the TCB's own slots."""
        return (self.address >> TCB_OBJECT_BITS << TCB_OBJECT_BITS) + number * SLOT_BYTES


class Kernel:
    """The kernel as it stands at this stop."""

    def __init__(self) -> None:
        self._file = next((each for each in gdb.objfiles()
                           if each.lookup_global_symbol("handle_syscall")), None)
        if self._file is None:
            raise gdb.GdbError("Start gdb with the kernel's symbols: build/kernel/kernel.debug")
        try:
            self.current = int(self.symbol("current_thread"))
        except gdb.MemoryError:
            self.current = 0
        if not self.current:
            raise gdb.GdbError("The kernel is not up yet. Set a breakpoint (hbreak main) and "
                               "continue to it.")

    def symbol(self, name: str) -> gdb.Value:
        """A variable of the kernel, whatever else the program has of that name."""
        found = self._file.lookup_global_symbol(name) or self._file.lookup_static_symbol(name)
        if found is None:
            raise gdb.GdbError(f"This kernel has no {name}: is it a release kernel?")
        return found.value()

    def words(self, address: int, count: int) -> tuple[int, ...]:
        """`count` words from a kernel address on."""
        data = gdb.selected_inferior().read_memory(address & WORD, 8 * count)
        return struct.unpack(f"<{count}Q", bytes(data))

    @cached_property
    def _kinds(self) -> dict[int, str]:
        return _names("enum cap_type", "cap_")

    @cached_property
    def tcb_slots(self) -> list[str]:
        """Names of a TCB's own slots, in order."""
        return [name for name in _names("enum tcb_slot", "tcb_").values() if name != "slot_count"]

    def slots(self, address: int, count: int) -> list[Slot]:
        """`count` slots from an address on."""
        data = gdb.selected_inferior().read_memory(address & WORD, SLOT_BYTES * count)
        return [Slot(address + SLOT_BYTES * place, self._cap(word0, word1), prev, after)
                for place, (word0, word1, prev, after)
                in enumerate(struct.iter_unpack("<4Q", bytes(data)))]

    def _cap(self, word0: int, word1: int) -> Cap:
        return Cap(self._kinds.get(word0 >> TYPE_SHIFT, "unknown"), word0, word1)

    def slot(self, address: int) -> Slot:
        """The slot at an address."""
        return self.slots(address, 1)[0]

    # ---- threads ----

    @cached_property
    def threads(self) -> dict[int, Thread]:
        """All threads by address, in the order in which they were made."""
        found: dict[int, Thread] = {}
        tcb = self.symbol("oldest")
        while int(tcb) and int(tcb) not in found:
            value = tcb.dereference()
            value.fetch_lazy()
            found[int(tcb)] = self._thread(int(tcb), value)
            tcb = value["all_prev"]
        return found

    def _thread(self, address: int, tcb: gdb.Value) -> Thread:
        wait, state = tcb["wait"], str(tcb["state"]).removeprefix("state_")
        place = (address >> TCB_OBJECT_BITS << TCB_OBJECT_BITS) + len(self.tcb_slots) * SLOT_BYTES
        name = bytes(gdb.selected_inferior().read_memory(place + 16, NAME_BYTES)).split(b"\0")[0]
        return Thread(address, name.decode("utf-8", "replace"), state, int(tcb["priority"]),
                      int(tcb["domain"]), self._ip(address, tcb, state), int(wait["object"]),
                      int(wait["badge"]), bool(wait["is_call"]),
                      str(tcb["fault"]["type"]).removeprefix("fault_"), int(tcb["bound"]))

    def _ip(self, address: int, tcb: gdb.Value, state: str) -> int:
        """Where the thread is: the CPU knows it of one that it runs just now."""
        if address == self.current and self.in_user_mode:
            return int(gdb.parse_and_eval("$rip")) & WORD
        return int(tcb["regs"]["rip"] if state == "running" else tcb["restart_ip"])

    @property
    def in_user_mode(self) -> bool:
        """True if the CPU was stopped in a program, not in the kernel."""
        return int(gdb.parse_and_eval("$cs")) & 3 == 3

    @property
    def idle(self) -> int:
        """Address of the idle thread."""
        return int(self.symbol("idle_thread"))

    def name_of(self, address: int) -> str:
        """The quoted name of a thread."""
        thread = self.threads.get(address)
        return f'"{thread.name}"' if thread else f"{address:#x}"

    def thread(self, text: str) -> Thread:
        """The thread that a user names, by name or address; none: the current one."""
        named = [each for each in self.threads.values() if each.name == text]
        if len(named) == 1:
            return named[0]
        if named:
            several = ", ".join(f"{each.address:#x}" for each in named)
            raise gdb.GdbError(f"Several threads have this name: say which, of {several}.")
        try:
            return self.threads[number(text) if text else self.current]
        except (gdb.GdbError, KeyError):
            raise gdb.GdbError(f"No thread is {text!r}: `threads` lists them.") from None

    def waiting(self, head: int) -> list[Thread]:
        """The queue of an object, from its first thread on."""
        found: list[Thread] = []
        while head and self.threads.get(head) not in (None, *found):
            found.append(self.threads[head])
            tcb = gdb.Value(head).cast(self.symbol("current_thread").type)
            head = int(tcb["queue_next"])
        return found

    def ready(self) -> list[tuple[int, int, list[Thread]]]:
        """Domain, priority and threads of every ready queue that has some, highest first."""
        found = []
        domains = self.symbol("ready")
        for domain in range(domains.type.range()[1] + 1):
            first = domains[domain]["first"]
            first.fetch_lazy()
            for priority in range(first.type.range()[1], -1, -1):
                if int(first[priority]):
                    found.append((domain, priority, self._ring(first[priority])))
        return found

    def _ring(self, first: gdb.Value) -> list[Thread]:
        found: list[Thread] = []
        tcb = first
        while self.threads.get(int(tcb)) not in (None, *found):
            found.append(self.threads[int(tcb)])
            tcb = tcb["ready_next"]
        return found


def _names(enum: str, prefix: str) -> dict[int, str]:
    return {field.enumval: field.name.removeprefix(prefix)
            for field in gdb.lookup_type(enum).fields()}


def number(text: str) -> int:
    """A number, or any expression of gdb's that is one, such as $rdi."""
    try:
        return int(gdb.parse_and_eval(text)) & WORD
    except gdb.error as error:
        raise gdb.GdbError(f"{text!r} is neither a name nor a number here: {error}") from None
