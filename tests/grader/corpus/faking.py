"""Faking: the output without the work, another run's output, and other frozen parts."""

import re

from corpus.making import (KIT, SEED, Entry, at_start, before_main, edit, numbers, printing, region,
                           replaced, without_markers, worked)
from grader import states
from grader.score import Verdict as V

DYNAMIC_LINES = ['"main: hello world\\n"', '"thread_2: hallo wereld\\n"',
                 '"thread_2: got a message %#lx from %#lx\\n", (long)MSG_DATA, (long)EP_BADGE',
                 '"main: got a reply: %#lx\\n", ~(long)MSG_DATA']
UNTYPED_LINES = ['"    CSlot   \\tPaddr           \\tSize\\tType\\n"', '"    0x1d\\t0x0\\t2^20\\n"',
                 '"Success\\n"', '"Advanced: a frame at physical address %#x000\\n", WANTED_PAGE',
                 '"Advanced: the allocator survives 10000 allocations and frees\\n"']
SERVER = ("#include <stdio.h>\n#include <sel4/sel4.h>\n#include <lab_constants.h>\n"
          "extern seL4_CPtr endpoint;\nint main(void) {\n    seL4_Word sender;\n%s"
          "    for (;;) {\n        seL4_Recv(endpoint, &sender);\n    }\n}\n")


def dynamic_output(message: int, badge: int) -> list[str]:
    """What dynamic-2 shows at its end under these numbers."""
    return ['"main: hello world\\n"', '"thread_2: hallo wereld\\n"',
            f'"thread_2: got a message {message:#x} from {badge:#x}\\n"',
            f'"main: got a reply: {message ^ 2 ** 64 - 1:#x}\\n"']


def _ipc_lines() -> str:
    """Prints what both clients and the server say when all is done."""
    path = KIT / "labs" / "ipc" / "expected" / "task-04.txt"
    says = ""
    for line in path.read_text("utf-8").splitlines():
        named = re.search(r"\{(\w+)\}", line)
        if named:
            line = line.replace(named[0], "%d" if named[1].endswith("_ID") else "%s")
        says += f'    printf("{line}\\n"{", " + named[1] if named else ""});\n'
    return says


# The kernel's own words, in the program's mouth.
FAKED_END = ('"\\nAll threads are waiting; the machine stops.\\n  \\"rootserver\\" '
             '0xffffff8001a00400 is suspended (inactive)\\n"')

ENTRIES = [
    Entry("print_only", "dynamic-2", printing(DYNAMIC_LINES), V.SUSPICIOUS, 0,
          "the kernel saw none of it"),
    Entry("print_only_untyped", "untyped", printing(UNTYPED_LINES), V.SUSPICIOUS, 0,
          "the kernel saw none of it"),
    Entry("print_only_server", "ipc", numbers(SERVER % _ipc_lines(), 0, "ipc"), V.HANG, 0,
          "'client_1' waits for a reply", SEED),
    Entry("print_then_crash", "dynamic-2",
          printing(DYNAMIC_LINES, "    *(volatile int *)0x10 = 1;\n"), V.FAULT, 0, "0x10"),
    Entry("work_free_success", "untyped", at_start("untyped", """
    print_untypeds(platsupport_get_bootinfo());
    printf("Success\\n");
    return 0;"""), V.FAILED, 9, "outside the regions"),
    Entry("work_free_success_and_rest", "untyped", at_start("untyped", """
    print_untypeds(platsupport_get_bootinfo());
    printf("Success\\nAdvanced: no frame at physical address %#x000 yet\\n", WANTED_PAGE);
    return 0;"""), V.SUSPICIOUS, 0),
    Entry("work_then_printed_rest", "dynamic-2", replaced(worked("dynamic-2", 6), (
        'printf("main: hello world\\n");', "".join(f"printf({line});" for line in DYNAMIC_LINES)
        + "seL4_TCB_Suspend(tcb_object.cptr);seL4_TCB_Suspend(seL4_CapInitThreadTCB);")),
          V.SUSPICIOUS, 6),
    Entry("faked_idle_list", "dynamic-2", printing([*DYNAMIC_LINES, FAKED_END]), V.FAILED, 0),
    Entry("faked_banner", "dynamic-2",
          printing(['"Booting all finished, dropped to user space\\n"', *DYNAMIC_LINES]),
          V.PANIC, 0, "exactly once"),
    # Another run's output, or its numbers
    Entry("lesson_output_replayed", "dynamic-2", printing(dynamic_output(0x6161, 0x61)),
          V.FAILED, 0),
    Entry("output_of_the_first_seed_replayed", "dynamic-2", numbers(printing(DYNAMIC_LINES), 0),
          V.SUSPICIOUS, 0, "the kernel saw none of it", SEED),
    Entry("output_of_the_second_seed_replayed", "dynamic-2", numbers(printing(DYNAMIC_LINES), 1),
          V.SUSPICIOUS, 0, "the kernel saw none of it", SEED),
    Entry("output_of_another_seed_replayed", "dynamic-2", numbers(printing(DYNAMIC_LINES), 0),
          V.FAILED, 0, "", SEED + 1),
    Entry("hard_coded_constants", "dynamic-2",
          edit("dynamic-2", ("EP_BADGE", "0x61"), ("MSG_DATA", "0x6161")), V.FAILED, 12, "copy"),
    Entry("numbers_of_the_first_seed", "dynamic-2", numbers(worked("dynamic-2"), 0), V.FAILED, 12,
          "written as a number", SEED),
    Entry("numbers_of_the_second_seed", "dynamic-2", numbers(worked("dynamic-2"), 1), V.FAILED, 12,
          "written as a number", SEED),
    Entry("constants_defined_anew", "dynamic-2", before_main("dynamic-2", "").replace(
        "#include <lab_constants.h>", "#include <lab_constants.h>\n#undef EP_BADGE\n"
        "#define EP_BADGE 0x61\n#undef MSG_DATA\n#define MSG_DATA 0x6161"), V.FAILED, 14),
    # Other frozen parts, other headers
    Entry("frozen_parts_handed_in", "ipc", worked("ipc", 0), V.FAILED, 0,
          beside={"frozen/client.c": "void talk_to_server() {}\n", "client.c": "",
                  "checks.py": "def anything(run): pass\n", "lab.toml": "title = ''\n",
                  "expected/task-04.txt": ""}),
    Entry("headers_beside_the_file", "dynamic-2", edit(
        "dynamic-2", ("#include <lab_constants.h>", '#include "lab_constants.h"')), V.PASSED, 15,
          beside={"lab_constants.h": "#define EP_BADGE 0x61\n#define MSG_DATA 0x6161\n",
                  "sel4/sel4.h": "#error \"not the kit's\"\n", "stdio.h": "#error no\n"}),
    Entry("rehearsal_defined_anew", "dynamic-2", before_main("dynamic-2", """
void (rehearse)(seL4_MessageInfo_t (*make_request)(void), seL4_Word (*read_reply)(void),
                bool (*is_expected)(seL4_MessageInfo_t, seL4_Word),
                seL4_Word (*read_request)(void), void (*write_reply)(seL4_Word)) {}"""),
          V.BUILD_ERROR, 0, "multiple definition"),
    Entry("rehearsal_left_out", "dynamic-2", edit("dynamic-2", (
        "rehearse(make_request, read_reply, is_expected, read_request, write_reply);", "")),
          V.FAILED, 14, "rehears"),
    Entry("rehearsal_foreseen", "dynamic-2", edit(
        "dynamic-2", ("    return sender_badge == EP_BADGE && seL4_MessageInfo_get_length(tag) == 1;",
                      "    static int asked;\n    return asked++ % 6 == 0;")), V.FAILED, 14),
    Entry("exam_taken_before_the_rehearsal", "dynamic-2", region(
        "dynamic-2", 12, "    return true;").replace("    rehearse(", """
    while (exam_next(seL4_CapInitThreadTCB, 1)) {
    }
    rehearse(""").replace("#include <allocman/allocman.h>", """#include <exam/exam.h>
#include <allocman/allocman.h>"""), V.FAILED, 13),
    Entry("function_of_another_task", "dynamic-2", states.put(
        region("dynamic-2", 10, "    return 0;"), region("dynamic-2", 13, "    return read_reply();"),
        {13}), V.FAILED, 13, "does not compile on its own"),
    Entry("function_of_another_task_by_a_macro", "dynamic-2", states.put(
        region("dynamic-2", 10, "    return 0;"), region("dynamic-2", 13, """
#define JOINED(a, b) a##b
    return JOINED(read_, reply)();"""), {13}), V.FAILED, 13),
    Entry("function_of_another_task_by_the_rehearsal", "dynamic-2", states.put(
        region("dynamic-2", 10, "    return 0;"), region("dynamic-2", 13, """
#define rehearse(a, b, c, d, e) (rehearse)(a, b, c, b, e)
    return MSG_DATA;"""), {13}), V.FAILED, 13),
    Entry("function_of_another_task_by_its_bytes", "dynamic-2", states.put(
        region("dynamic-2", 10, "    return 0;"), region("dynamic-2", 13, """
    static const unsigned char code[] = {0x64, 0x48, 0x8b, 0x04, 0x25, 0xf8, 0xff, 0xff, 0xff,
                                         0x48, 0x8b, 0x40, 0x08, 0xc3};
    extern const unsigned char __executable_start[], __etext[];
    static int asked;
    if (asked++ >= 3) { return MSG_DATA; }
    for (const unsigned char *p = __executable_start; p < __etext; p++) {
        unsigned i = 0;
        while (i < sizeof code && p[i] == code[i]) { i++; }
        if (i == sizeof code) { return ((seL4_Word (*)(void))(seL4_Word)p)(); }
    }
    return 0;"""), {13}), V.FAILED, 13),
    Entry("badge_compared_in_part", "dynamic-2", region("dynamic-2", 12, """
    return sender_badge && sender_badge < 256 && !((sender_badge ^ EP_BADGE) & 1)
           && (tag.words[0] & 3) == 1;"""), V.FAILED, 14, "is_expected() taking a message of"),
    Entry("goodbyes_answered_only", "ipc", states.put(region("ipc", 1, """
    info = seL4_MessageInfo_new(0, 0, 0, 0);"""), states.put(region("ipc", 3, """
        if (length == 0) {
            info = seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 0), &sender);
        } else {
            info = seL4_Recv(endpoint, &sender);
        }"""), region("ipc", 4, ""), {4}), {3, 4}), V.FAILED, 1),
    Entry("answers_text_bent_by_a_macro", "dynamic-2", states.put(
        region("dynamic-2", 14, "    seL4_SetMR(1, word);"), region("dynamic-2", 8, """
    extern void (*stolen)(seL4_Word);
    stolen(MSG_DATA);
    return seL4_MessageInfo_new(0, 0, 0, 1);
}
void (*stolen)(seL4_Word);
#define rehearse(a, b, c, d, e) (stolen = e, (rehearse)(a, b, c, d, e))
static void __attribute__((unused)) nothing(void) {"""), {8}), V.FAILED, 13),
    Entry("words_kept_and_not_answered", "ipc", states.put(region("ipc", 1, """
    info = seL4_MessageInfo_new(0, 0, 0, 0);"""), states.put(region("ipc", 3, """
        if (length == 0) {
            info = seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 0), &sender);
        } else {
            seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
            info = seL4_Recv(endpoint, &sender);
        }"""), region("ipc", 4, ""), {4}), {3, 4}), V.FAILED, 1),
    Entry("exam_answered_by_echo", "dynamic-2", states.put(
        region("dynamic-2", 10, "    return seL4_GetMR(1);"), region("dynamic-2", 14, ""), {14})
          .replace("    rehearse(", """
    while (exam_next(seL4_CapInitThreadTCB, seL4_GetMR(1))) {
    }
    rehearse(""").replace("#include <allocman/allocman.h>", """#include <exam/exam.h>
#include <allocman/allocman.h>"""), V.FAILED, 13),
    Entry("exam_continued_on_the_stack", "dynamic-2", states.put(
        region("dynamic-2", 12, "    return true;"), region("dynamic-2", 14, """
    seL4_SetMR(0, word);
    for (seL4_Word *p = __builtin_frame_address(0), *end = p + 200; p < end; p++) {
        if (*p == word) {
            p[-1] = 12;
        }
    }"""), {14}), V.FAILED, 14),
    Entry("turns_by_priority", "ipc", region("ipc", 4, """
        static int count;
        count += length > 0;
        if (count == 2) {
            seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, 50);
            seL4_Send(reply_slot, seL4_MessageInfo_new(0, 0, 0, 0));
        }
        if (length > 0) {
            seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
            reply_later = true;
        }
        if (count == 9) {
            seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, 200);
        }
        if (length > 0 && count > 1) {
            seL4_Send(reply_slot, seL4_MessageInfo_new(0, 0, 0, 0));
        }"""), V.FAILED, 3, "before the other one had spoken"),
    Entry("frozen_object_looked_for", "ipc", region("ipc", 2, """
#if __has_include("client_1-client_1.c.o")
    for (seL4_Word i = 0; i < length; i++) { printf("%c", (char)seL4_GetMR(i)); }
    printf("\\n");
#endif"""), V.FAILED, 4),
    Entry("words_known_beforehand", "ipc", region("ipc", 2, """
    static const char *const words[] = {"the", "quick", "brown", "fox", "jumps", "over", "the",
                                        "lazy", "dog"};
    static int at;
    printf("%s\\n", words[at++ % 9]);
"""), V.FAILED, 4),
    Entry("rest_of_the_words_from_a_table", "ipc", region("ipc", 2, """
    static const char *const words[] = {"the", "quick", "brown", "fox", "jumps", "over", "the",
                                        "lazy", "dog"};
    static int at;
    printf("%c%s\\n", (char)seL4_GetMR(0), words[at++ % 9] + 1);
"""), V.FAILED, 4),
    Entry("rehearsal_by_a_macro", "dynamic-2", edit("dynamic-2", (
        '#include "rehearsal.h"', '#include "rehearsal.h"\n#define rehearse(...) ((void)0)')),
          V.FAILED, 14),
    Entry("printf_defined_anew", "dynamic-2", printing(DYNAMIC_LINES, before="""
#include <stdarg.h>
int printf(const char *format, ...) { seL4_DebugPutChar(format[0]); return 0; }
"""), V.BUILD_ERROR, 0, "multiple definition"),
    Entry("qsort_defined_anew", "dynamic-2", printing(DYNAMIC_LINES, before="""
void qsort(void *base, unsigned long n, unsigned long size, void *compare) {}
"""), V.SUSPICIOUS, 0, "defines qsort of the libraries anew"),
    Entry("calls_by_macros", "dynamic-2", edit("dynamic-2", (
        '#include "rehearsal.h"', '#include "rehearsal.h"\n'
        "#define seL4_Call(...) seL4_MessageInfo_new(0, 0, 0, 1)")), V.FAILED, 14),
    Entry("start_defined_anew", "dynamic-2", printing(DYNAMIC_LINES) + """
__asm__(".globl _start\\n_start: call main\\nhlt\\n");
""", V.BUILD_ERROR, 0, "multiple definition"),
    # Markers
    Entry("markers_deleted_and_right", "dynamic-2", without_markers(worked("dynamic-2")),
          V.PASSED, 15),
    Entry("markers_deleted_and_wrong", "dynamic-2",
          without_markers(edit("dynamic-2", ("write_reply(~msg)", "write_reply(msg)"))),
          V.FAILED, 0, "marker"),
    Entry("markers_twice", "dynamic-2", region("dynamic-2", 15, """
    /* TASK 15 BEGIN */
    /* TASK 14 END */"""), V.FAILED, 14),
    # The work of another task, or for another object
    Entry("another_frame_tried", "dynamic-2", region("dynamic-2", 2, """
    vka_object_t another;
    vka_alloc_frame(&vka, 12, &another);
    error = seL4_ARCH_Page_Map(another.cptr, pd_cap, ipc_buffer_vaddr, seL4_AllRights,
                               seL4_ARCH_Default_VMAttributes);"""), V.FAILED, 14),
    Entry("another_frame_mapped", "dynamic-2", region("dynamic-2", 5, """
        vka_object_t another;
        vka_alloc_frame(&vka, 12, &another);
        error = seL4_ARCH_Page_Map(another.cptr, pd_cap, ipc_buffer_vaddr, seL4_AllRights,
                                   seL4_ARCH_Default_VMAttributes);"""), V.FAILED, 14),
    Entry("another_endpoint_waited_on", "dynamic-2", region("dynamic-2", 15, """
    vka_object_t other;
    seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));
    vka_alloc_endpoint(&vka, &other);
    seL4_Recv(other.cptr, &sender_badge);"""), V.FAILED, 14),
    Entry("writer_of_another_task_called", "dynamic-2", states.put(region("dynamic-2", 8, """
    static void (*writer)(seL4_Word);
    if (!writer) { /* rehearse() has it in a register: mov %fs:-8,%rax; mov %rdi,8(%rax) */
        seL4_Word kept[5];
        __asm__ volatile("mov %%rbx, %0; mov %%r12, %1; mov %%r13, %2; mov %%r14, %3;"
                         "mov %%r15, %4" : "=m"(kept[0]), "=m"(kept[1]), "=m"(kept[2]),
                         "=m"(kept[3]), "=m"(kept[4]));
        extern const unsigned char __executable_start[], __etext[];
        for (int i = 0; i < 5; i++) {
            const unsigned char *code = (void *)kept[i];
            if (code > __executable_start && code < __etext && code[0] == 0x64 &&
                code[9] == 0x48 && code[10] == 0x89) { writer = (void *)kept[i]; }
        }
    }
    if (writer) { writer(MSG_DATA); }
    return seL4_MessageInfo_new(0, 0, 0, 1);"""), region("dynamic-2", 14, ""), {1, 14}).replace(
        "error = vka_alloc_frame(&vka, IPCBUF_FRAME_SIZE_BITS, &ipc_frame_object);", ""),
          V.FAILED, 12),
]
