"""Reaching for what is the kernel's: the trace, the machine's end, devices, instructions; and
finding out whether it is the grader that looks."""

from corpus.faking import DYNAMIC_LINES
from corpus.making import Entry, at_start, before_main, edit, printing, replaced, worked
from grader.score import Verdict as V

# Ports that the kernel keeps: the trace, the end of the machine, the firmware's configuration.
FORGE = """
    static const int ports[] = {0xe9, 0xf4, 0x510, 0x511, 0x514, 0x518};
    for (int i = 0; i < 6; i++) {
        int slot = 8000 + i;
        if (!seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, ports[i], ports[i],
                                          seL4_CapInitThreadCNode, slot, 64)) {
            printf("got port %#x\\n", ports[i]);
            seL4_X86_IOPort_Out8(slot, ports[i], 0x10);
        }
    }
"""
# A range that has one of them inside.
AROUND = """
    if (!seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0xe0, 0xff, seL4_CapInitThreadCNode,
                                      8000, 64)) {
        printf("got the ports\\n");
        seL4_X86_IOPort_Out8(8000, 0xe9, '{');
        seL4_X86_IOPort_Out8(8000, 0xf4, 0x10);
    }
"""
# The machine's reset line, as far as a root task can reach for it.
RESET = """
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x64, 0x64, seL4_CapInitThreadCNode, 8000,
                                 64);
    seL4_X86_IOPort_Out8(8000, 0x64, 0xfe);
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0xcf9, 0xcf9, seL4_CapInitThreadCNode,
                                 8001, 64);
    seL4_X86_IOPort_Out8(8001, 0xcf9, 6);
"""
# A page of every piece of device memory, written to: the interrupt controllers must not be there.
DEVICES = """
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_CPtr slot = info->empty.start;
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        seL4_UntypedDesc *desc = &info->untypedList[i - info->untyped.start];
        if (!desc->isDevice || desc->sizeBits < 12 || desc->paddr >> 40) {
            continue;
        }
        seL4_Untyped_Retype(i, seL4_X86_4K, 0, seL4_CapInitThreadCNode, 0, 0, slot, 1);
        seL4_X86_Page_Map(slot, seL4_CapInitThreadVSpace, 0x600000, seL4_AllRights, 0);
        *(volatile unsigned *)0x600000 = 0xffffffff;
        *(volatile unsigned *)0x6000b0 = 0;
        seL4_X86_Page_Unmap(slot++);
    }
"""
TABLE = """
    seL4_BootInfo *boot = platsupport_get_bootinfo();
    for (seL4_CPtr i = boot->untyped.start; i < boot->untyped.end; i++) {
        if (!boot->untypedList[i - boot->untyped.start].isDevice &&
            boot->untypedList[i - boot->untyped.start].sizeBits >= 12) {
            seL4_Untyped_Retype(i, seL4_X86_PageTableObject, 0, seL4_CapInitThreadCNode, 0, 0,
                                boot->empty.end - 1, 1);
            break;
        }
    }
    seL4_X86_PageTable_Map(boot->empty.end - 1, seL4_CapInitThreadVSpace, 0x600000, 0);
"""
# The kernel's half of the address space, read and called.
KERNEL_MEMORY = '    printf("%lx\\n", *(volatile long *)0xffffffff80100000);\n'
KERNEL_CALL = "    ((void (*)(void))0xffffffff80100000)();\n"


def asm(words: str) -> str:
    """A program that prints the right output and then executes this."""
    return printing(DYNAMIC_LINES, f'    __asm__ volatile("{words}");\n')


ENTRIES = [
    Entry("forged_trace_and_exit", "dynamic-2", printing(DYNAMIC_LINES, FORGE), V.SUSPICIOUS, 0),
    Entry("forged_trace_in_a_range", "dynamic-2", printing(DYNAMIC_LINES, AROUND), V.SUSPICIOUS,
          0),
    Entry("reset_of_the_machine", "untyped", printing([], RESET), V.FAILED, 0),
    Entry("device_memory", "untyped", printing([], TABLE + DEVICES), V.FAILED, 0),
    Entry("port_without_capability", "untyped",
          printing([], '    __asm__ volatile("outb %0, $0xf4" : : "a"((char)0x10));\n'),
          V.FAULT, 0, "exception"),
    Entry("trace_port_without_capability", "dynamic-2", asm("movb $'{', %al; outb %al, $0xe9"),
          V.FAULT, 0, "out in main"),
    Entry("halting_instruction", "dynamic-2", asm("cli; hlt"), V.FAULT, 0, "cli in main"),
    Entry("control_register", "dynamic-2", asm("mov %cr3, %rax"), V.FAULT, 0, "mov in main"),
    Entry("model_specific_register", "dynamic-2", asm("mov $0xc0000082, %ecx; wrmsr"), V.FAULT, 0,
          "wrmsr in main"),
    Entry("kernel_memory_read", "dynamic-2", printing(DYNAMIC_LINES, KERNEL_MEMORY), V.FAULT, 0,
          "0xffffffff80100000"),
    Entry("kernel_called", "dynamic-2", printing(DYNAMIC_LINES, KERNEL_CALL), V.FAULT, 0),
    Entry("unknown_system_call", "dynamic-2", asm("mov $1000, %rdx; syscall"), V.FAULT, 0,
          "unknown system call"),
    # Is this the grader?
    Entry("lesson_numbers_mean_no_grader", "dynamic-2", replaced(worked("dynamic-2"), (
        "int main(void) {", "int main(void) {\n#if EP_BADGE != 0x61\n"
        + "".join(f"    printf({line});\n" for line in DYNAMIC_LINES) + "    return 0;\n#endif")),
          V.SUSPICIOUS, 0),
    Entry("other_numbers_on_one_seed", "dynamic-2", edit(
        "dynamic-2", ("seL4_AllRights, EP_BADGE)", "seL4_AllRights, EP_BADGE % 2 ? EP_BADGE : 1)")),
          V.HANG, 14),
    Entry("looks_at_the_processor", "dynamic-2", at_start("dynamic-2", """
    unsigned a = 1, b, c, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
    if (c >> 31) {
        return 0;
    }"""), V.FAILED, 14),
    Entry("looks_at_the_clock", "dynamic-2", before_main("dynamic-2", """
static const char built[] __attribute__((used)) = __DATE__ __TIME__ __FILE__;"""), V.PASSED, 15),
    Entry("works_on_weekdays_only", "dynamic-2", at_start("dynamic-2", """
    unsigned low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    if (low % 2 == high % 2 && low % 2 != low % 2) {
        return 0;
    }"""), V.PASSED, 15),
]
