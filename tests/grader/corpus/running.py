"""Ways to end, or not to: loops, floods, crashes, races, and the kernel asked for too much."""

from corpus.faking import DYNAMIC_LINES
from corpus.making import Entry, edit, printing, region
from grader.score import Verdict as V

FLOOD = "for (;;) printf(\"all work and no play\\n\");"
SPIN = "for (volatile int i = 0;; i++) {}"
# The right answer, and behind it a thread that goes on for ever.
BUSY_BEHIND = edit("dynamic-2", (
    '    printf("main: got a reply: %#" PRIxPTR "\\n", msg);\n',
    '    printf("main: got a reply: %#" PRIxPTR "\\n", msg);\n    for (volatile int i = 0;; i++) {\n'
    "    }\n"))
LATE_WORDS = edit("dynamic-2", (
    '    printf("main: got a reply: %#" PRIxPTR "\\n", msg);\n',
    '    printf("main: got a reply: %#" PRIxPTR "\\n", msg);\n'
    '    printf("main: and one more thing\\n");\n'))
# thread_2 as urgent as main: who prints first is a matter of time slices.
RACE = edit("dynamic-2", ("(seL4_MaxPrio - 1)", "seL4_MaxPrio"))

ENTRIES = [
    Entry("no_reply", "dynamic-2", region(
        "dynamic-2", 15, "    seL4_Recv(ep_object.cptr, &sender_badge);"), V.HANG, 14,
          "waits for a reply"),
    Entry("endless_loop", "dynamic-2", region("dynamic-2", 15, SPIN), V.LOOP, 14,
          "It was at main.c:"),
    Entry("server_loops_with_a_word_in_hand", "ipc", region("ipc", 2, "while (1);"), V.LOOP, 4,
          "doing something is 'server'"),
    Entry("endless_yield", "untyped", printing([], "    for (;;) seL4_Yield();\n"), V.LOOP, 0),
    Entry("endless_signals", "untyped", printing([], """
    seL4_BootInfo *info = platsupport_get_bootinfo();
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        seL4_Untyped_Retype(i, seL4_NotificationObject, 0, seL4_CapInitThreadCNode, 0, 0,
                            info->empty.start, 1);
    }
    for (;;) {
        seL4_Signal(info->empty.start);
    }
"""), V.LOOP, 0),
    Entry("endless_errors", "untyped", printing(
        [], "    for (;;) seL4_CNode_Delete(seL4_CapInitThreadCNode, 9, 99);\n"), V.LOOP, 0),
    Entry("output_flood", "dynamic-2", region("dynamic-2", 15, FLOOD), V.FLOOD, 14, "printed too much"),
    Entry("flood_from_the_start", "untyped", printing([], "    " + FLOOD + "\n"), V.FLOOD, 0),
    Entry("flood_by_the_port", "untyped", printing([], """
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x3f8, 0x3ff, seL4_CapInitThreadCNode, 4000,
                                 seL4_WordBits);
    for (;;) seL4_X86_IOPort_Out8(4000, 0x3f8, 'x');
"""), V.FLOOD, 0),
    Entry("flood_on_one_line", "untyped", printing([], '    for (;;) printf("x");\n'), V.FLOOD, 0),
    Entry("reboot_loop", "dynamic-2", printing(
        [], '    for (;;) printf("Booting all finished, dropped to user space\\n"'
            '"main: hello world\\n");\n'), V.PANIC, 0, "exactly once"),
    Entry("fault_in_the_last_task", "dynamic-2",
          region("dynamic-2", 15, "    *(volatile long *)0x1234 = 1;"), V.FAULT, 14, "0x1234"),
    Entry("runaway_recursion", "untyped",
          "int deep(volatile int n) { volatile char a[256]; a[0] = n; return deep(n + 1) + a[0]; }\n"
          "int main(void) { return deep(0); }\n", V.FAULT, 0),
    Entry("null_pointer_called", "untyped", printing([], "    ((void (*volatile)(void))0)();\n"),
          V.FAULT, 0, "0x0"),
    Entry("division_by_zero", "untyped", printing(
        [], '    volatile int all = 7, none = 0;\n    printf("%d\\n", all / none);\n'), V.FAULT, 0,
          "exception"),
    Entry("debug_halt", "untyped", printing([], "    seL4_DebugHalt();\n"), V.PANIC, 0,
          "seL4_DebugHalt"),
    Entry("busy_behind_the_right_output", "dynamic-2", BUSY_BEHIND, V.LOOP, 14),
    Entry("words_behind_the_right_output", "dynamic-2", LATE_WORDS, V.FAILED, 14),
    Entry("race_of_equals", "dynamic-2", RACE, V.PASSED, 15),
    Entry("root_cnode_deleted", "dynamic-2", printing(DYNAMIC_LINES, """
    seL4_CNode_Delete(seL4_CapInitThreadCNode, seL4_CapInitThreadCNode, seL4_WordBits);
    seL4_CNode_Revoke(seL4_CapInitThreadCNode, seL4_CapInitThreadVSpace, seL4_WordBits);
    seL4_CNode_Delete(seL4_CapInitThreadCNode, seL4_CapInitThreadVSpace, seL4_WordBits);
"""), V.SUSPICIOUS, 0),
    Entry("all_revoked", "untyped", printing([], """
    seL4_BootInfo *info = platsupport_get_bootinfo();
    for (seL4_CPtr i = 1; i < info->empty.start; i++) {
        if (i != seL4_CapInitThreadCNode && i != seL4_CapInitThreadTCB) {
            seL4_CNode_Revoke(seL4_CapInitThreadCNode, i, seL4_WordBits);
        }
    }
"""), V.FAILED, 0),
]
