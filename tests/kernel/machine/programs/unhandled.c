/* Threads without a fault handler, one for each kind of fault; what the kernel says is the test. */
#include <sel4/sel4.h>
#include <stdio.h>
#include <string.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

static char stack[8192] __attribute__((aligned(4096)));
#define CODE(id, text)                                                                             \
    __asm__(".pushsection .text\n" #id ": " text "\n 1: jmp 1b\n.popsection");                     \
    extern const char id[]
CODE(read_null, "xorl %eax, %eax\n movq (%rax), %rbx");
CODE(jump_away, "movq $0x5000, %rax\n jmp *%rax");
CODE(divide, "xorl %ecx, %ecx\n divq %rcx");
CODE(privileged, "hlt");
CODE(unknown, "movq $1000, %rdx\n syscall");
CODE(send_far, "movq $-3, %rdx\n movq $0x800000000000, %rdi\n xorl %esi, %esi\n syscall");
CODE(receive_null, "movq $-5, %rdx\n xorl %edi, %edi\n syscall");

static seL4_CPtr memory, next;

static seL4_CPtr thread(seL4_CPtr vspace) {
    seL4_CPtr tcb = next++;
    seL4_Untyped_Retype(memory, seL4_TCBObject, 0, seL4_CapInitThreadCNode, 0, 0, tcb, 1);
    if (vspace) {
        seL4_TCB_Configure(tcb, 0, seL4_CapInitThreadCNode, 0, vspace, 0, 0, 0);
    }
    seL4_TCB_SetSchedParams(tcb, seL4_CapInitThreadTCB, 254, 254);
    return tcb;
}

static void run(const char *what, seL4_CPtr tcb, const char *code, seL4_Word sp) {
    seL4_UserContext registers = {.rip = (seL4_Word)code, .rsp = sp, .rflags = 0x202};
    printf("case %s\n", what);
    seL4_TCB_WriteRegisters(tcb, 0, 0, 20, &registers);
    seL4_TCB_Resume(tcb);
    seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, 100); /* it runs now */
    seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, 255);
}

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_Word top = (seL4_Word)stack + 4096, *words = (seL4_Word *)top;
    memory = info->untyped.end - 1;
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i - info->untyped.start];
        if (!u->isDevice && u->sizeBits >= 20) {
            memory = i;
        }
    }
    next = info->empty.start;
    for (int i = 0; i < 16; i++) {
        words[i] = 0x1000 + i;
    }
    printf("\n");
    run("null", thread(seL4_CapInitThreadVSpace), read_null, top);
    run("fetch", thread(seL4_CapInitThreadVSpace), jump_away, top);
    run("divide", thread(seL4_CapInitThreadVSpace), divide, top);
    run("privileged", thread(seL4_CapInitThreadVSpace), privileged, top);
    run("syscall", thread(seL4_CapInitThreadVSpace), unknown, top);
    run("send", thread(seL4_CapInitThreadVSpace), send_far, top);
    run("receive", thread(seL4_CapInitThreadVSpace), receive_null, top);
    run("misaligned", thread(seL4_CapInitThreadVSpace), read_null, top + 4);
    run("off", thread(seL4_CapInitThreadVSpace), read_null, 0x700000000000);
    run("wild", thread(seL4_CapInitThreadVSpace), read_null, 0xffffffff80100000);
    run("edge", thread(seL4_CapInitThreadVSpace), read_null, 0x7ffffffffff8);
    run("space", thread(0), read_null, top);
    seL4_CPtr named = thread(seL4_CapInitThreadVSpace);
    seL4_DebugNameThread(named, "a name of its own");
    run("named", named, read_null, top);
    printf("end of cases\n");
    return 0;
}
