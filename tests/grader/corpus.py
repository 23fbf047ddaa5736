"""Wrong, cheating and harmful submissions, each with the verdict that it must get.

An entry is made from a lab's worked answer by replacing text, or is a program of its own. Every
replacement must find its place, so that an entry cannot quietly turn into the right answer.
"""

from dataclasses import dataclass
from pathlib import Path

from grader import constants, states
from grader.lab import find, kit_root
from grader.score import Verdict

V = Verdict
SEED = 4711
KIT = kit_root()


@dataclass(frozen=True)
class Entry:
    """One submission: its lab, its text, and what grading it must come to.

    points: the exact score.   told: words that the report must contain.   seed: the one that it
    is graded with; None: its own.
    """

    name: str
    lab: str
    text: str
    verdict: Verdict
    points: float
    told: str = ""
    seed: int | None = None


def worked(lab: str, solved: int | None = None) -> str:
    """A lab's worked answer with the first tasks solved; all of them if not said."""
    source = (KIT / "solutions" / lab / "main.c").read_text()
    numbers = states.tasks_in(source)
    return states.state(source, numbers if solved is None else set(range(1, solved + 1)))


def edit(lab: str, *pairs: tuple[str, str]) -> str:
    """The worked answer with texts replaced."""
    text = worked(lab)
    for old, new in pairs:
        assert old in text, f"{lab} does not contain {old!r}"
        text = text.replace(old, new)
    return text


def region(lab: str, number: int, body: str) -> str:
    """The worked answer with one task's region replaced."""
    text = worked(lab)
    (begin, end), = states.regions(text)[number]
    return text[:begin] + body + "\n" + text[end:]


def printing(lines: list[str], after: str = "") -> str:
    """A program that does nothing but print."""
    says = "".join(f"    printf({line});\n" for line in lines)
    return ("#include <stdio.h>\n#include <sel4/sel4.h>\n#include <lab_constants.h>\n"
            f"int main(void) {{\n{says}{after}    return 0;\n}}\n")


DYNAMIC_LINES = ['"main: hello world\\n"', '"thread_2: hallo wereld\\n"',
                 '"thread_2: got a message %#lx from %#lx\\n", (long)MSG_DATA, (long)EP_BADGE',
                 '"main: got a reply: %#lx\\n", ~(long)MSG_DATA']
LESSON_LINES = ['"main: hello world\\n"', '"thread_2: hallo wereld\\n"',
                '"thread_2: got a message 0x6161 from 0x61\\n"',
                '"main: got a reply: 0xffffffffffff9e9e\\n"']
UNTYPED_LINES = ['"    CSlot   \\tPaddr           \\tSize\\tType\\n"', '"    0x1d\\t0x0\\t2^20\\n"',
                 '"Success\\n"', '"Advanced: a frame at physical address %#x000\\n", WANTED_PAGE',
                 '"Advanced: the allocator survives 10000 allocations and frees\\n"']
SERVER = ("#include <stdio.h>\n#include <sel4/sel4.h>\n#include <lab_constants.h>\n"
          "extern seL4_CPtr endpoint;\nint main(void) {\n    seL4_Word sender;\n%s"
          "    for (;;) {\n        seL4_Recv(endpoint, &sender);\n    }\n}\n")


def _ipc_lines() -> str:
    """Prints what both clients and the server say when all is done."""
    path = KIT / "labs" / "ipc" / "expected" / "task-04.txt"
    says = ""
    for line in path.read_text().splitlines():
        for name, letter in (("CLIENT_1_ID", "d"), ("CLIENT_2_ID", "d"), ("QUICK_LETTER", "c"),
                             ("DOG_LETTER", "c")):
            if "{" + name in line:
                line = line.replace("{" + name + (":c}" if letter == "c" else "}"), "%" + letter)
                says += f'    printf("{line}\\n", {name});\n'
                break
        else:
            says += f'    printf("{line}\\n");\n'
    return says


def numbers(text: str, which: int) -> str:
    """The text with the values that dynamic-2's constants have under one seed of the pair."""
    for name, value in constants.draws(find(KIT, "dynamic-2"), SEED)[which].values.items():
        text = text.replace(name, f"{value:#x}")
    return text


def written_in(which: int) -> str:
    """The worked answer of dynamic-2 with numbers for constants."""
    return numbers(worked("dynamic-2"), which)


def replaying(which: int) -> str:
    """A program that prints what the worked answer of dynamic-2 prints under one seed."""
    return numbers(printing(DYNAMIC_LINES), which)


FLOOD = "for (;;) printf(\"all work and no play\\n\");"
SPIN = "for (volatile int i = 0;; i++) {}"
# The machine's reset line, as far as a root task can reach for it.
RESET = """
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x64, 0x64, seL4_CapInitThreadCNode, 8000, 64);
    seL4_X86_IOPort_Out8(8000, 0x64, 0xfe);
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0xcf9, 0xcf9, seL4_CapInitThreadCNode, 8001, 64);
    seL4_X86_IOPort_Out8(8001, 0xcf9, 6);
"""
# Ports that the kernel keeps: the trace and the end of the machine.
FORGE = """
    for (int port = 0xe9; port <= 0xf4; port += 0xf4 - 0xe9) {
        int slot = 8000 + port;
        if (!seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, port, port, seL4_CapInitThreadCNode, slot, 64)) {
            printf("got port %#x\\n", port);
            seL4_X86_IOPort_Out8(slot, port, 0x10);
        }
    }
"""


def without_markers(text: str) -> str:
    """The text with every TASK marker line taken out."""
    return "".join(line for line in text.splitlines(True)
                   if not ("TASK" in line and ("BEGIN" in line or "END" in line)))


ENTRIES = [
    # Faking output
    Entry("print_only", "dynamic-2", printing(DYNAMIC_LINES), V.SUSPICIOUS, 0,
          "the kernel saw none of it"),
    Entry("print_only_untyped", "untyped", printing(UNTYPED_LINES), V.SUSPICIOUS, 0,
          "the kernel saw none of it"),
    Entry("print_only_server", "ipc", SERVER % _ipc_lines(), V.HANG, 0,
          "'client_1' waits for a reply"),
    Entry("print_then_crash", "dynamic-2",
          printing(DYNAMIC_LINES, "    *(volatile int *)0x10 = 1;\n"), V.FAULT, 0, "0x10"),
    Entry("work_free_success", "untyped", edit("untyped").replace(
        "int main(void) {", 'int main(void) {\n    print_untypeds(platsupport_get_bootinfo());\n'
        '    printf("Success\\n");\n    return 0;', 1), V.FAILED, 9,
          "outside the regions"),
    Entry("work_free_success_and_rest", "untyped", edit("untyped").replace(
        "int main(void) {", 'int main(void) {\n    print_untypeds(platsupport_get_bootinfo());\n'
        '    printf("Success\\nAdvanced: no frame at physical address %#x000 yet\\n", WANTED_PAGE);'
        '\n    return 0;', 1), V.SUSPICIOUS, 0),
    Entry("work_then_printed_rest", "dynamic-2",
          worked("dynamic-2", 6).replace(
              'printf("main: hello world\\n");',
              "".join(f"printf({line});" for line in DYNAMIC_LINES)
              + "seL4_TCB_Suspend(tcb_object.cptr);seL4_TCB_Suspend(seL4_CapInitThreadTCB);"),
          V.SUSPICIOUS, 6),
    Entry("lesson_output_replayed", "dynamic-2", printing(LESSON_LINES), V.FAILED, 0),
    Entry("faked_idle_list", "dynamic-2",
          printing([*DYNAMIC_LINES, '"All threads are waiting; the machine stops.\\n"']),
          V.FAILED, 0),
    Entry("output_of_the_first_seed_replayed", "dynamic-2", replaying(0), V.SUSPICIOUS, 0,
          "the kernel saw none of it", SEED),
    Entry("output_of_the_second_seed_replayed", "dynamic-2", replaying(1), V.SUSPICIOUS, 0,
          "the kernel saw none of it", SEED),
    # Numbers written into the answer, and wrong ones
    Entry("hard_coded_constants", "dynamic-2",
          edit("dynamic-2", ("EP_BADGE", "0x61"), ("MSG_DATA", "0x6161")), V.FAILED, 12,
          "copy"),
    Entry("wrong_badge", "dynamic-2",
          edit("dynamic-2", ("seL4_AllRights, EP_BADGE", "seL4_AllRights, EP_BADGE + 1")),
          V.HANG, 14, "main.c:268: tag = seL4_Call(ep_cap_path.capPtr, tag);"),
    Entry("no_badge", "dynamic-2",
          edit("dynamic-2", ("seL4_AllRights, EP_BADGE", "seL4_AllRights, 0")), V.HANG, 14),
    Entry("numbers_of_the_first_seed", "dynamic-2", written_in(0), V.FAILED, 12,
          "names of the constants", SEED),
    Entry("numbers_of_the_second_seed", "dynamic-2", written_in(1), V.FAILED, 12,
          "names of the constants", SEED),
    # Wrong ways to end
    Entry("no_reply", "dynamic-2", region("dynamic-2", 15,
          "    seL4_Recv(ep_object.cptr, &sender_badge);"), V.HANG, 14, "waits for a reply"),
    Entry("endless_loop", "dynamic-2", region("dynamic-2", 15, SPIN), V.LOOP, 14, "loop"),
    Entry("output_flood", "dynamic-2", region("dynamic-2", 15, FLOOD), V.FLOOD, 14,
          "without end"),
    Entry("flood_from_the_start", "untyped", printing([], "    " + FLOOD + "\n"), V.FLOOD, 0),
    Entry("fault_in_the_last_task", "dynamic-2",
          region("dynamic-2", 15, "    *(volatile long *)0x1234 = 1;"), V.FAULT, 14,
          "main.c:134: *(volatile long *)0x1234 = 1;"),
    Entry("runaway_recursion", "untyped",
          "int deep(volatile int n) { volatile char a[256]; a[0] = n; return deep(n + 1) + a[0]; }\n"
          "int main(void) { return deep(0); }\n", V.FAULT, 0),
    Entry("debug_halt", "untyped", printing([], "    seL4_DebugHalt();\n"), V.PANIC, 0,
          "seL4_DebugHalt"),
    Entry("reset_of_the_machine", "untyped", printing([], RESET), V.FAILED, 0),
    Entry("reboot_loop", "dynamic-2", printing(
        [], '    for (;;) printf("Booting all finished, dropped to user space\\n"'
            '"main: hello world\\n");\n'), V.PANIC, 0, "exactly once"),
    Entry("larger_than_the_machine", "untyped",
          "volatile char big[900u << 20];\nint main(void) { big[5] = 1; return big[5]; }\n", V.PANIC,
          0),
    Entry("never_boots", "dynamic-2",
          "volatile char big[900u << 20];\nint main(void) { big[5] = 1; return big[5]; }\n", V.PANIC,
          0),
    # Reaching for what is the kernel's
    Entry("forged_trace_and_exit", "dynamic-2",
          printing(DYNAMIC_LINES, FORGE), V.SUSPICIOUS, 0),
    Entry("port_without_capability", "untyped",
          printing([], '    __asm__ volatile("outb %0, $0xf4" : : "a"((char)0x10));\n'),
          V.FAULT, 0, "exception"),
    # What does not build
    Entry("compile_error", "dynamic-2", edit("dynamic-2", ("int main(void) {", "int main(void\n{")),
          V.BUILD_ERROR, 0, "main.c:"),
    Entry("empty_file", "dynamic-2", "", V.BUILD_ERROR, 0, "no function main"),
    Entry("empty_main", "dynamic-2", "int main(void) {}\n", V.FAILED, 0),
    Entry("host_file_included", "untyped",
          '#include "/etc/shadow"\nint main(void) { return 0; }\n', V.BUILD_ERROR, 0, "main.c:1"),
    Entry("compiler_bomb", "untyped", "#include __FILE__\nint main(void) { return 0; }\n",
          V.BUILD_ERROR, 0),
    # Markers
    Entry("markers_deleted_and_right", "dynamic-2", without_markers(worked("dynamic-2")),
          V.PASSED, 15),
    Entry("markers_deleted_and_wrong", "dynamic-2",
          without_markers(edit("dynamic-2", ("write_reply(~msg)", "write_reply(msg)"))),
          V.FAILED, 0, "marker"),
]


def grade_entry(entry: Entry, seed: int | None = None):
    """What grading an entry comes to."""
    from grader.grade import grade
    from grader.recipe import Kit
    kit = Kit(Path(KIT))
    return grade(kit, find(KIT, entry.lab), {"main.c": entry.text},
                 entry.seed if seed is None else seed)
