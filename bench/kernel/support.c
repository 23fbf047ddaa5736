/* Objects, threads and a second address space for the measurements, straight from the kernel's
 * calls.
 *
 * Memory comes from the largest untyped, in order, and is never given back: each boot measures
 * once.
 */
#include "bench.h"

#include <sel4runtime.h>
#include <stdlib.h>

#define ROOT        seL4_CapInitThreadCNode
#define STACK_WORDS 1024
#define SERIAL_PORT 0x3f8
#define MAX_THREADS 8
#define PAGE_BYTES  4096

seL4_BootInfo *platsupport_get_bootinfo(void);

static seL4_CPtr next_slot, memory;

static void find_memory(const seL4_BootInfo *info) {
    int largest = -1;
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *desc = &info->untypedList[i];
        if (!desc->isDevice && desc->sizeBits > largest) {
            largest = desc->sizeBits;
            memory = info->untyped.start + i;
        }
    }
    next_slot = info->empty.start;
}

seL4_CPtr free_slot(void) {
    if (memory == seL4_CapNull) {
        find_memory(platsupport_get_bootinfo());
    }
    return next_slot++;
}

/* A release kernel has no console, so the figures go out through the serial port itself. */
static void put(const char *text) {
    static seL4_CPtr port;
    if (port == seL4_CapNull) {
        port = free_slot();
        seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, SERIAL_PORT, SERIAL_PORT, ROOT, port,
                                     seL4_WordBits);
    }
    for (; *text != '\0'; text++) {
        seL4_X86_IOPort_Out8(port, SERIAL_PORT, *text);
    }
}

void report(const char *name, seL4_Word figure) {
    char line[80];
    snprintf(line, sizeof(line), "%-44s %lu\n", name, figure);
    put(line);
}

void check(int error, const char *what) {
    if (error) {
        report(what, error);
        put("this failed: the number is the error\n");
        abort();
    }
}

seL4_CPtr make(seL4_Word type, seL4_Word size_bits) {
    seL4_CPtr slot = free_slot();
    check(seL4_Untyped_Retype(memory, type, size_bits, ROOT, 0, 0, slot, 1), "making an object");
    return slot;
}

seL4_CPtr make_untyped(seL4_Word size_bits) { return make(seL4_UntypedObject, size_bits); }

seL4_CPtr copy(seL4_CPtr cap, seL4_Word badge) {
    seL4_CPtr slot = free_slot();
    check(
        seL4_CNode_Mint(ROOT, slot, seL4_WordBits, ROOT, cap, seL4_WordBits, seL4_AllRights, badge),
        "copying a capability");
    return slot;
}

seL4_Word clock_cost(void) {
    static seL4_Word least;
    if (least == 0) {
        least = ~0ul;
        for (int i = 0; i < ROUNDS; i++) {
            seL4_Word start = now();
            seL4_Word cost = now() - start;
            least = cost < least ? cost : least;
        }
    }
    return least;
}

/* The frame of the page of this program at @p vaddr. */
static seL4_CPtr frame_of(seL4_Word vaddr) {
    extern char __executable_start[];
    const seL4_BootInfo *info = platsupport_get_bootinfo();
    return info->userImageFrames.start + (vaddr - (seL4_Word)__executable_start) / PAGE_BYTES;
}

/* A thread that is configured but not started. */
static seL4_CPtr make_thread(void (*entry)(seL4_Word), seL4_Word argument, seL4_Word priority,
                             seL4_CPtr vspace, seL4_CPtr fault_endpoint) {
    static seL4_Word stacks[MAX_THREADS][STACK_WORDS] __attribute__((aligned(16)));
    static char buffers[MAX_THREADS][PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
    static int threads;
    seL4_CPtr tcb = make(seL4_TCBObject, 0);
    seL4_Word buffer = (seL4_Word)buffers[threads];
    check(seL4_TCB_Configure(tcb, fault_endpoint, ROOT, 0, vspace, 0, buffer, frame_of(buffer)),
          "configuring a thread");
    check(seL4_TCB_SetPriority(tcb, seL4_CapInitThreadTCB, priority), "setting a priority");
    seL4_UserContext registers = {
        .rip = (seL4_Word)entry,
        .rsp = (seL4_Word)&stacks[threads++][STACK_WORDS - 1],
        .rdi = argument,
    };
    check(seL4_TCB_WriteRegisters(tcb, 0, 0, sizeof(registers) / sizeof(seL4_Word), &registers),
          "writing registers");
    return tcb;
}

seL4_CPtr start_thread(void (*entry)(seL4_Word), seL4_Word argument, seL4_Word priority,
                       seL4_CPtr vspace) {
    seL4_CPtr tcb = make_thread(entry, argument, priority, vspace, 0);
    check(seL4_TCB_Resume(tcb), "starting a thread");
    return tcb;
}

seL4_CPtr start_faulter(void (*entry)(seL4_Word), seL4_Word argument, seL4_Word priority,
                        seL4_CPtr fault_endpoint) {
    seL4_CPtr tcb =
        make_thread(entry, argument, priority, seL4_CapInitThreadVSpace, fault_endpoint);
    check(seL4_TCB_Resume(tcb), "starting a thread");
    return tcb;
}

/* Maps whatever table is missing at @p vaddr, then the frame. */
static void map_frame(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word vaddr) {
    int error;
    while ((error = seL4_X86_Page_Map(frame, vspace, vaddr, seL4_AllRights, 0)) ==
           seL4_FailedLookup) {
        switch (seL4_GetMR(2)) {
        case 39:
            error = seL4_X86_PDPT_Map(make(seL4_X86_PDPTObject, 0), vspace, vaddr, 0);
            break;
        case 30:
            error =
                seL4_X86_PageDirectory_Map(make(seL4_X86_PageDirectoryObject, 0), vspace, vaddr, 0);
            break;
        default:
            error = seL4_X86_PageTable_Map(make(seL4_X86_PageTableObject, 0), vspace, vaddr, 0);
        }
        check(error, "mapping a table");
    }
    check(error, "mapping a frame");
}

seL4_CPtr copy_of_vspace(void) {
    const seL4_BootInfo *info = platsupport_get_bootinfo();
    extern char __executable_start[];
    seL4_CPtr vspace = make(seL4_X64_PML4Object, 0);
    check(seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace), "assigning an ASID");
    for (seL4_CPtr frame = info->userImageFrames.start; frame < info->userImageFrames.end;
         frame++) {
        seL4_Word page = frame - info->userImageFrames.start;
        map_frame(copy(frame, 0), vspace, (seL4_Word)__executable_start + page * PAGE_BYTES);
    }
    return vspace;
}
