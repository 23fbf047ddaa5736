"""What a debug kernel says on the console, word for word: faults, dumps, user errors, the ends.

A null pointer prints as (nil).
"""

import re

import pytest

import harness
from programs import between, boot

TCB = r"0xffffff[0-9a-f]{10}"
CODE = r"0x4[0-9a-f]{5}"


def fault(original: str, stack: list[str], name: str = "child of: 'rootserver'",
          where: str = CODE) -> list[str]:
    """The lines of a fault report as patterns."""
    return [re.escape("Caught cap fault in send phase at address (nil)"),
            "while trying to handle:", original, f'in thread {TCB} "{name}" at address {where}',
            "With stack:", *stack]


WORDS = [rf"0x[0-9a-f]+: 0x10{i:02x}" for i in range(16)]
NULL = r"vm fault on data at address \(nil\) with status 0x4"
INVALID = r"0x[0-9a-f]+: INVALID"
REPORTS = {
    "null": fault(NULL, WORDS),
    "fetch": fault("vm fault on data at address 0x5000 with status 0x4", WORDS, where="0x5000"),
    "divide": fault(r"user exception \(nil\) code \(nil\)", WORDS),
    "privileged": fault(r"user exception 0xd code \(nil\)", WORDS),
    "syscall": fault("unknown syscall 0x3e8", WORDS),
    "send": fault("cap fault in send phase at address 0x800000000000", WORDS),
    "receive": fault(r"cap fault in receive phase at address \(nil\)", WORDS),
    "misaligned": fault(NULL, ["RSP not aligned"]),
    "off": fault(NULL, [INVALID] * 16),
    "wild": fault(NULL, [INVALID] * 16),
    "edge": fault(NULL, [INVALID] * 16),
    "space": fault(f"vm fault on data at address {CODE} with status 0x4", ["Invalid vspace"]),
    "named": fault(NULL, WORDS, name="a name of its own"),
}


def lines_like(seen: list[str], patterns: list[str]) -> bool:
    """Each line matches its pattern whole, and none is left over."""
    return len(seen) == len(patterns) and all(map(re.fullmatch, patterns, seen))


@pytest.mark.xdist_group("console")
@pytest.mark.parametrize("case", REPORTS)
def test_unhandled_fault(case: str, frozen: None) -> None:
    """A fault without a handler is reported with both faults, the thread and its stack."""
    text = harness.without_user_errors(boot("unhandled").user)
    names = [f"case {name}" for name in REPORTS] + ["end of cases"]
    seen = between(text, f"case {case}", names[names.index(f"case {case}") + 1])
    assert lines_like(seen, REPORTS[case]), "\n".join(seen)


@pytest.mark.xdist_group("console")
def test_a_thread_that_faults_so_is_inactive(frozen: None) -> None:
    """All of them are stopped at the end, and the kernel lives."""
    run = boot("unhandled")
    assert run.status == harness.qemu.IDLE_STATUS
    assert run.serial.count("is suspended (inactive)") == len(REPORTS) + 1


@pytest.mark.xdist_group("console")
def test_put_char(frozen: None) -> None:
    """One byte on the serial line."""
    assert boot("debug").user.startswith("x\n")


HEADER = ["Dumping all tcbs!",
          f"{'Name':<40}   {'State':<16}   {'IP':<18}   {'Prio':<4}", "-" * 88]


def dump_line(name: str, state: str, ip: str, priority: int) -> str:
    """One thread of the scheduler dump; an `ip` of dots stands for any digits."""
    line = re.escape(f"{name:<40}   {state:<16}   {ip:<18}   {priority:>4}")
    return line.replace(re.escape("."), "[0-9a-f]")


@pytest.mark.xdist_group("console")
def test_scheduler_dump(frozen: None) -> None:
    """A header, then every thread, the newest first, the root task last."""
    seen = between(boot("debug").user, "first dump", "second dump")
    assert seen[:3] == HEADER
    assert lines_like(seen[3:], [
        dump_line("child of: 'rootserver'", "inactive", "0x1234", 7),
        dump_line("older", "inactive", "(nil)", 0),
        dump_line("idle_thread", "idle", "0xffffffff........", 0),
        dump_line("rootserver", "running", "0x4.....", 255)]), seen


@pytest.mark.xdist_group("console")
def test_a_name_given_shows_in_the_dump(frozen: None) -> None:
    """The second dump has the new name."""
    seen = between(boot("debug").user, "second dump", "third dump")
    assert seen[3].startswith("worker  ")


@pytest.mark.xdist_group("console")
def test_a_long_name_is_cut(frozen: None) -> None:
    """At most 847 characters are kept."""
    seen = between(boot("debug").user, "third dump", "errors")
    assert seen[3].split(" ")[0] == "n" * 847


@pytest.mark.xdist_group("console")
@pytest.mark.parametrize("message", [
    "CNode Copy/Mint/Move/Mutate: Destination not empty.",
    "TCB SetPriority: Requested priority 1000 too high (max 255).",
    "Attempted to invoke a null cap #[0-9]+.",
])
def test_user_error(message: str, frozen: None) -> None:
    """A rejected invocation is one line: function, thread, name, place, and what was wrong."""
    text = re.escape(message).replace(re.escape("[0-9]+"), "[0-9]+")
    pattern = rf'<<seL4\(CPU 0\) \[\w+/\d+ T{TCB} "rootserver" @4[0-9a-f]{{5}}\]: {text}>>'
    seen = between(boot("debug").user, "errors", "end")
    assert sum(bool(re.fullmatch(pattern, line)) for line in seen) == 1, seen


def test_debug_halt(frozen: None) -> None:
    """DebugHalt says who asked, and the machine stops with its own status."""
    run = boot("halt")
    assert re.fullmatch(rf'before\nDebug halt syscall from user thread {TCB} "rootserver"\n'
                        r"halting\.\.\.\nKernel entry via Unknown syscall, word: \d+", run.user)
    assert run.status == harness.qemu.HALT_STATUS


def test_naming_something_that_is_no_thread_halts(frozen: None) -> None:
    """The misuse is said, and nothing goes on after it."""
    run = boot("halt", flags=("-DMISUSE",))
    assert "SysDebugNameThread: cap is not a TCB, halting" in run.user
    assert "\nhalting...\n" in run.user and "after" not in run.user
    assert run.status == harness.qemu.HALT_STATUS


@pytest.mark.parametrize("how", ["ENDLESS", "UNREADABLE"])
def test_a_name_that_cannot_be_read_halts(how: str, frozen: None) -> None:
    """A name without an end, or a caller without an IPC buffer, is said, and nothing goes on."""
    run = boot("halt", flags=(f"-D{how}",))
    assert "SysDebugNameThread: Name too long, halting" in run.user
    assert "\nhalting...\n" in run.user and "after" not in run.user
    assert run.status == harness.qemu.HALT_STATUS


MESSAGES = ("-global", "hpet.msi=on")


def test_interrupt_without_a_handler(frozen: None) -> None:
    """Its number is told, and the machine goes on."""
    run = boot("messages", machine="q35", options=MESSAGES, counted=True)
    assert between(run.user, "message", "end") == ["Received disabled IRQ: 57"]
    assert run.status == harness.qemu.IDLE_STATUS


def test_exception_in_the_kernel(frozen: None) -> None:
    """A device interrupts what cannot be: the kernel shows what it knows and stops."""
    run = boot("messages", flags=("-DAS_NMI",), machine="q35", options=MESSAGES, words=(),
               counted=True, until="Kernel entry via", seconds=10)
    word = "0x[0-9a-f]+"
    patterns = [
        "", "========== KERNEL EXCEPTION ==========", "Vector:  0x2", "ErrCode: 0x0",
        "IP:      0xffffffff[0-9a-f]+", f"SP:      {word}", f"FLAGS:   {word}", f"CR0:     {word}",
        rf"CR2:     {word} \(page-fault address\)",
        rf"CR3:     {word} \(page-directory physical address\)", f"CR4:     {word}", "",
        "Stack Dump:", *[rf"\*{word} == {word}"] * 20, "", r"Halting\.\.\.", r"halting\.\.\.",
        r"Kernel entry via Unknown syscall, word: \d+"]
    assert lines_like(run.user.partition("message\n")[2].splitlines(), patterns), run.user


@pytest.mark.xdist_group("waiting")
def test_who_waits_for_what(frozen: None) -> None:
    """When nothing can run any more, each thread has one line, and QEMU ends by itself."""
    run = boot("waiting")
    assert run.status == harness.qemu.IDLE_STATUS
    start = run.user.index("All threads are waiting; the machine stops.\n")
    assert lines_like(run.user[start:].splitlines()[1:6], [
        rf'  "rootserver" {TCB} waits for a reply from "server"',
        rf'  "receiver" {TCB} waits to receive on endpoint {TCB}',
        rf'  "server" {TCB} waits on notification {TCB}',
        rf'  "sender" {TCB} waits to send on endpoint {TCB}',
        rf'  "waiter" {TCB} waits on notification {TCB}']), run.user


@pytest.mark.xdist_group("waiting")
def test_a_line_begun_by_a_thread_is_ended_first(frozen: None) -> None:
    """The kernel's closing lines are whole lines."""
    ending = "\nthe last word\nAll threads are waiting; the machine stops.\n"
    assert ending in boot("waiting").serial


@pytest.mark.xdist_group("interrupts")
def test_undelivered_interrupt(frozen: None) -> None:
    """An interrupt of a handler without a notification is reported once; its pin is then masked."""
    text = boot("interrupts").user
    assert between(text, "interrupt without a notification", "again, while it is masked") == [
        "Undelivered IRQ: 36"]
    assert between(text, "again, while it is masked", "snapshot") == []


STATES = [("new", "inactive", 255), ("starting", "restart", 1), ("waiter", "blocked on ntfn", 204),
          ("receiver", "blocked on recv", 203), ("caller", "blocked on reply", 202),
          ("sender", "blocked on send", 201)]


@pytest.mark.xdist_group("states")
def test_scheduler_dump_names_every_state(frozen: None) -> None:
    """Name, state, restart address and priority, in columns."""
    seen = between(boot("states").user, "dump", "snapshot")
    assert seen[:3] == HEADER
    assert lines_like(seen[3:], [
        *[dump_line(name, state, "0x4.....", priority) for name, state, priority in STATES],
        dump_line("idle_thread", "idle", "0xffffffff........", 0),
        dump_line("rootserver", "running", "0x4.....", 100)]), seen


@pytest.mark.xdist_group("states")
def test_snapshot(frozen: None) -> None:
    """Who asked; then each thread with what its TCB holds; each CSpace once, slot by slot."""
    run = boot("states")
    first, *lines = between(run.user, "snapshot", "end")
    assert re.fullmatch(rf'Debug snapshot syscall from user thread {TCB} "rootserver"', first)
    threads = [line for line in lines if line.startswith('  "')]
    patterns = [rf'  "{name}" {TCB} {state} at {CODE}, priority {priority}'
                for name, state, priority in STATES]
    idle = rf'  "idle_thread" {TCB} idle at 0xffffffff[0-9a-f]{{8}}, priority 0'
    own = rf'  "rootserver" {TCB} running at {CODE}, priority 100'
    assert lines_like(threads, [*patterns, idle, own]) or lines_like(
        threads, [*patterns, own, idle]), threads
    held = [line for line in lines if line.startswith("    ")]
    assert len(held) + len(threads) == len(lines)
    assert all(re.fullmatch(rf"    (tcb )?slot \d+: \w+( \w+)* (\(nil\)|0x[0-9a-f]+)", line)
               for line in held)
    assert run.status == harness.qemu.IDLE_STATUS


@pytest.mark.xdist_group("states")
def test_snapshot_lists_the_capabilities_of_a_cspace(frozen: None) -> None:
    """The fixed slots and the objects that were made, under the newest thread that uses them."""
    text = boot("states").user
    start = int(re.search(r"slots from (\d+)", text)[1])
    slots = dict(re.findall(r"^    slot (\d+): (\w+(?: \w+)*) (?:\(nil\)|0x)", text, re.M))
    assert [slots.get(str(i)) for i in range(1, 12)] == [
        "thread", "cnode", "pml4", "irq_control", "asid_control", "asid_pool", "io_port_control",
        None, "frame", "frame", "domain"]
    assert [slots.get(str(start + i)) for i in range(10)] == [
        "endpoint", "endpoint", "notification", *["thread"] * 6, None]
