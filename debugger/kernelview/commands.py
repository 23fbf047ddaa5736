"""The commands: each prints one view of the stopped kernel.

The words are those that the kernel itself uses when all threads wait (kernel/debug/threads.c).
Invariant: a command reads and prints, and never changes anything.
"""

import gdb

from kernelview.capability import Cap
from kernelview.kernel import Kernel, Slot, Thread, number
from kernelview.slots import Node, Slots

DEPTH = 8


class _Command(gdb.Command):
    """A command named as its class in lower case; the docstring is its help text."""

    def __init__(self) -> None:
        super().__init__(type(self).__name__.lower(), gdb.COMMAND_DATA)

    def invoke(self, argument: str, from_tty: bool) -> None:
        """Called by gdb; what cannot be read becomes one sentence."""
        try:
            print("\n".join(self.lines(Kernel(), gdb.string_to_argv(argument))))
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"The kernel's memory cannot be read here: {error}") from None

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """What the command prints."""
        raise NotImplementedError


def _spot(ip: int) -> str:
    """An address, with the name of the function there if only one program has such an address."""
    found = gdb.execute(f"info symbol {ip:#x}", to_string=True).strip().splitlines()
    if len(found) != 1 or found[0].startswith("No symbol"):
        return f"{ip:#x}"
    return f"{ip:#x} <{found[0].split(' in section ')[0]}>"


def _reply_from(kernel: Kernel, thread: Thread) -> str:
    """Who can answer: the holder of the reply capability, a child of the caller's own."""
    master = kernel.slot(thread.slot(kernel.tcb_slots.index("reply")))
    child = kernel.slot(master.next) if master.next else None
    if child is None or not master.is_parent(child):
        return "waits for a reply that nobody can give any more"
    caller = kernel.tcb_slots.index("caller")
    for other in kernel.threads.values():
        if child.address == other.slot(caller):
            return f"waits for a reply from {other.label}"
    return f"waits for a reply; the right to give it is in {Slots(kernel).place(child.address)}"


def _state(kernel: Kernel, thread: Thread) -> str:
    match thread.state:
        case "blocked_on_receive":
            return f"waits to receive on endpoint {thread.waits_on:#x}"
        case "blocked_on_send":
            verb = "call" if thread.is_call else "send"
            return f"waits to {verb} on endpoint {thread.waits_on:#x}, badge {thread.badge:#x}"
        case "blocked_on_notification":
            return f"waits on notification {thread.waits_on:#x}"
        case "blocked_on_reply":
            return _reply_from(kernel, thread)
        case "inactive":
            return "is suspended (inactive)"
        case "running" | "restart" if thread.address == kernel.current:
            return "runs" if kernel.in_user_mode else "runs, in the kernel"
        case "running":
            return "is ready"
        case "restart":
            return "is ready (restart)"
    return "is idle"


class Threads(_Command):
    """All threads: name, TCB, priority, what each does or waits for, and where.

    threads

    The thread that the CPU runs is marked with *. The idle thread is left out."""

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """One line a thread, in the order in which they were made."""
        return [self._line(kernel, each) for each in kernel.threads.values()
                if each.address != kernel.idle or each.address == kernel.current]

    @staticmethod
    def _line(kernel: Kernel, thread: Thread) -> str:
        mark = "*" if thread.address == kernel.current else " "
        fault = f", after a {thread.fault} fault" if thread.fault != "none" else ""
        bound = f", bound to notification {thread.bound:#x}" if thread.bound else ""
        return (f"{mark} {thread.label} priority {thread.priority}: {_state(kernel, thread)}{fault}"
                f"{bound}, at {_spot(thread.ip)}")


class Ready(_Command):
    """The ready queues: who runs next.

    ready

    The highest priority comes first; the running thread is in no queue."""

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """The running thread, then one line a queue."""
        current = kernel.threads[kernel.current]
        runs = current.state in ("running", "restart", "idle")
        found = [f"runs: {current.label}, priority {current.priority}" if runs else "runs: none"]
        queues = kernel.ready()
        several = len({domain for domain, _, _ in queues}) > 1
        for domain, priority, threads in queues:
            prefix = f"domain {domain}, " if several else ""
            found.append(f"{prefix}priority {priority}: "
                         + ", ".join(each.label for each in threads))
        return found if queues else [*found, "no other thread is ready"]


class Cspace(_Command):
    """The capabilities of a thread, as a tree of CNodes.

    cspace [THREAD [DEPTH]]

    THREAD: a name or the address of a TCB; the running thread if left out. DEPTH: how many CNodes
    deep, 8 if left out. Each line: slot number, kind, object, badge or guard, rights. Of rights,
    w is write, r read, g grant, p grant reply. A CNode is shown where it turns up first; alike
    frames that lie one behind the other, and untypeds from which nothing is made, are one line."""

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """The root CNode and all below it."""
        thread = kernel.thread(words[0] if words else "")
        depth = number(words[1]) if len(words) > 1 else DEPTH
        slots = Slots(kernel)
        root = kernel.slot(thread.slot(kernel.tcb_slots.index("cspace")))
        if root.cap.kind != "cnode":
            return [f"{thread.label} has no CSpace: {slots.text(root)}"]
        return [f"{thread.label}: {slots.text(root)}",
                *self._below(slots, root.cap, [], {root.cap.object}, depth)]

    def _below(self, slots: Slots, node: Cap, above: list[int], shown: set[int], depth: int
               ) -> list[str]:
        found: list[str] = []
        indent = "    " * len(above)
        for run in _runs(slots, node):
            place, first = run[0]
            last = f"..{run[-1][0]}" if len(run) > 1 else ""
            found.append(f"{indent}{f'{place}{last}':>8}  {slots.text(first)}{_more(run)}")
            cap = first.cap
            if cap.kind != "cnode":
                continue
            if cap.object in (*above, node.object):
                found[-1] += " (a cycle: it is above)"
            elif cap.object in shown:
                found[-1] += " (shown already)"
            elif len(above) + 1 >= depth:
                found[-1] += " (deeper than asked for)"
            else:
                shown.add(cap.object)
                found += self._below(slots, cap, [*above, node.object], shown, depth)
        return found


_Run = list[tuple[int, Slot]]


def _runs(slots: Slots, node: Cap) -> list[_Run]:
    """Number and slot of what a CNode holds; neighbours of which one line tells all together."""
    runs: list[_Run] = []
    for index, slot in enumerate(slots.of_cnode(node)):
        if slot.cap.kind == "null":
            continue
        if runs and runs[-1][-1][0] == index - 1 and _goes_on(slots, runs[-1][-1][1], slot):
            runs[-1].append((index, slot))
        else:
            runs.append([(index, slot)])
    return runs


def _goes_on(slots: Slots, before: Slot, slot: Slot) -> bool:
    """Frames behind each other, alike in all but the mapped address; untypeds not in use."""
    a, b = before.cap, slot.cap
    if a.kind == b.kind == "frame":
        return (b.object == a.object + (1 << a.size_bits) and a.small(0, 5) == b.small(0, 5)
                and a.word1 & 0xfff == b.word1 & 0xfff)
    return (a.kind == b.kind == "untyped" and a.is_device == b.is_device
            and not slots.has_children(before) and not slots.has_children(slot))


def _more(run: _Run) -> str:
    if len(run) == 1:
        return ""
    return f"; and {len(run) - 1} more {run[0][1].cap.kind}s like it"


def _first(words: list[str], what: str) -> str:
    if not 1 <= len(words) <= 2:
        raise gdb.GdbError(f"Say which: {what}, and a thread if it is not the running one's.")
    return words[0]


def _slot(kernel: Kernel, slots: Slots, words: list[str]) -> Slot:
    """The slot that a user names, by its address or by a capability address of a thread."""
    thread = kernel.thread(words[1] if len(words) > 1 else "")
    root = kernel.slot(thread.slot(kernel.tcb_slots.index("cspace"))).cap
    slot, why = slots.find(number(words[0]), root)
    if slot is None:
        raise gdb.GdbError(f"{words[0]} of {thread.label}: {why}.")
    return slot


class Derivation(_Command):
    """Who was derived from whom.

    derivation SLOT [THREAD]
    derivation all

    SLOT: the address of a slot, or a capability address of the thread (the running one if left
    out). Shows its ancestors and all that was derived from it: what Revoke would take away is
    below the line marked >."""

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """The wanted trees, two blanks a generation."""
        text = _first(words, "a slot, or all")
        slots = Slots(kernel)
        if text == "all":
            return self._all(slots)
        slot = _slot(kernel, slots, words)
        if slot.cap.kind == "null":
            return [f"{slots.place(slot.address)} is empty"]
        nodes = slots.tree(slots.head(slot))
        at = next(place for place, node in enumerate(nodes) if node.slot.address == slot.address)
        return [self._line(slots, node, node is nodes[at]) for node in _family(nodes, at)]

    def _all(self, slots: Slots) -> list[str]:
        trees = [slots.tree(head) for head in slots.heads()]
        alone = sum(len(tree) == 1 for tree in trees)
        found = [self._line(slots, node, False) for tree in trees if len(tree) > 1 for node in tree]
        return [*found, f"and {alone} without parent, children or copies"]

    @staticmethod
    def _line(slots: Slots, node: Node, marked: bool) -> str:
        mark = "> " if marked else "  "
        return (f"{mark}{'  ' * node.depth}{slots.text(node.slot)}"
                f"  [{slots.place(node.slot.address)}]")


def _family(nodes: list[Node], at: int) -> list[Node]:
    """The ancestors of a node, itself, and its descendants."""
    found, depth = [nodes[at]], nodes[at].depth
    for node in reversed(nodes[:at]):
        if node.depth < depth:
            found.insert(0, node)
            depth = node.depth
    for node in nodes[at + 1:]:
        if node.depth <= nodes[at].depth:
            break
        found.append(node)
    return found


def _queue(kernel: Kernel, cap: Cap) -> list[str]:
    """An endpoint or notification and who waits on it."""
    head_state, = kernel.words(cap.object, 1)
    waiting = kernel.waiting(head_state & ~3)
    if cap.kind == "endpoint":
        state = ("idle", "these wait to send", "these wait to receive")[head_state & 3]
    else:
        state = ("idle", "these wait", "active")[head_state & 3]
        word, bound = kernel.words(cap.object + 16, 2)
        state += f", word {word:#x}" if head_state & 3 == 2 else ""
        state += f", bound to {kernel.name_of(bound)}" if bound else ""
    return [f"{cap.kind} {cap.object:#x}: {state}",
            *[f"  {each.label} priority {each.priority}{_sends(each)}" for each in waiting]]


def _sends(thread: Thread) -> str:
    if thread.state != "blocked_on_send":
        return ""
    return f", badge {thread.badge:#x}, {'calls' if thread.is_call else 'sends'}"


def _queued(slots: Slots) -> dict[int, Cap]:
    """One capability of every endpoint and notification, by the object's address."""
    return {slot.cap.object: slot.cap for _, slot in sorted(slots.at.items())
            if slot.cap.kind in ("endpoint", "notification")}


class Endpoint(_Command):
    """One endpoint or notification, and who waits on it, first in line first.

    endpoint ADDRESS [THREAD]

    ADDRESS: of the object, as the other commands show it, or a capability address of the thread
    (the running one if left out)."""

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """State and queue."""
        text = _first(words, "the address of an endpoint or notification")
        slots = Slots(kernel)
        known = _queued(slots)
        address = number(text)
        if address not in known:
            address = _slot(kernel, slots, words).cap.object
        if address not in known:
            raise gdb.GdbError(f"{text} is no endpoint or notification: `endpoints` lists them.")
        return _queue(kernel, known[address])


class Endpoints(_Command):
    """All endpoints and notifications, and who waits on them.

    endpoints"""

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """State and queue of each, in the order of their addresses."""
        known = _queued(Slots(kernel))
        lines = [line for _, cap in sorted(known.items()) for line in _queue(kernel, cap)]
        return lines or ["there are none"]


class Capability(_Command):
    """One capability, decoded.

    cap ADDRESS [THREAD]

    ADDRESS: of a slot, or a capability address of the thread (the running one if left out); at a
    system call, `cap $rdi` shows what is invoked. Of an address that leads nowhere it says why."""

    def __init__(self) -> None:
        gdb.Command.__init__(self, "cap", gdb.COMMAND_DATA)

    def lines(self, kernel: Kernel, words: list[str]) -> list[str]:
        """Place, description, and the words as they lie in memory."""
        slots = Slots(kernel)
        _first(words, "the address of a slot or of a capability")
        slot = _slot(kernel, slots, words)
        return [f"{slots.text(slot)}  [{slots.place(slot.address)}]",
                f"  slot {slot.address:#x}, words {slot.cap.word0:#x} {slot.cap.word1:#x}"]


def register() -> None:
    """Make the commands known to gdb."""
    for command in (Threads, Ready, Cspace, Derivation, Endpoint, Endpoints, Capability):
        command()
