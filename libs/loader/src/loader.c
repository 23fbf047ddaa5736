/*
 * Starts the programs of a table: first all objects, then all programs, and only then does any of
 * them run.
 *
 * The loader has priority 255 and programs at most 254, so a program that is resumed waits until
 * the loader suspends itself. A resumed thread is put at the head of its priority's queue, which is
 * why programs are resumed last to first: their first instructions then come in table order.
 */
#include <loader/loader.h>
#include "loader.h"
#include <sel4platsupport/bootinfo.h>
#include <sel4utils/strerror.h>
#include <stdio.h>

#define MAX_PROGRAMS 32
#define MAX_PRIORITY 254
#define SELF         seL4_CapInitThreadTCB
#define OWN_CNODE    seL4_CapInitThreadCNode

static const struct loader_table *table;
static struct loader_made made[MAX_PROGRAMS];
static seL4_CPtr objects; /* slot of the first shared object */

static noreturn void stop(void) {
    for (;;) {
        seL4_TCB_Suspend(SELF);
    }
}

noreturn void loader_fail(const char *whose, const char *what, seL4_Error error) {
    if (error == seL4_NoError) {
        printf("loader: %s: %s\n", whose, what);
    } else {
        printf("loader: %s: %s: %s\n", whose, what, sel4_strerror((int)error));
    }
    stop();
}

static void check_table(void) {
    if (table->num_programs == 0 || table->num_programs > MAX_PROGRAMS) {
        loader_fail("table", "there must be 1 to 32 programs", seL4_NoError);
    }
    for (unsigned i = 0; i < table->num_programs; i++) {
        if (table->programs[i].priority > MAX_PRIORITY) {
            loader_fail(table->programs[i].name, "its priority is above 254", seL4_NoError);
        }
    }
}

/* Shared objects get slots in a row: object i is at objects + i. */
static void make_objects(void) {
    for (unsigned i = 0; i < table->num_objects; i++) {
        const struct loader_object *object = &table->objects[i];
        seL4_CPtr slot = loader_make(object->type, object->size_bits, 1, object->name);
        if (i == 0) {
            objects = slot;
        }
    }
}

/* One retype for each type serves all programs; only their frames are made one by one. */
static void make_programs(void) {
    seL4_Word count = table->num_programs;
    const char *all = "all programs";
    seL4_CPtr vspaces = loader_make(seL4_X64_PML4Object, 0, count, all);
    seL4_CPtr pdpts = loader_make(seL4_X86_PDPTObject, 0, count, all);
    seL4_CPtr directories = loader_make(seL4_X86_PageDirectoryObject, 0, count, all);
    seL4_CPtr cnodes = loader_make(seL4_CapTableObject, LOADER_CNODE_BITS, count, all);
    seL4_CPtr tcbs = loader_make(seL4_TCBObject, 0, count, all);

    for (seL4_Word i = 0; i < count; i++) {
        made[i] = (struct loader_made){
            .tcb = tcbs + i,
            .cnode = cnodes + i,
            .vspace = vspaces + i,
            .pdpt = pdpts + i,
            .directory = directories + i,
        };
    }
}

static void make_frames(const struct loader_program *program, struct loader_made *it) {
    it->layout = loader_image_layout(program);
    seL4_Word count = (it->layout.high - it->layout.low) / LOADER_FRAME;

    for (seL4_Word i = 0; i < count; i++) {
        seL4_CPtr slot = loader_make(seL4_X86_LargePageObject, 0, 1, program->name);
        if (i == 0) {
            it->frames = slot;
        }
    }
}

/* An image spans less than a GiB, so one table of each level is enough. */
static void make_vspace(const struct loader_program *program, const struct loader_made *it) {
    seL4_X86_VMAttributes attr = seL4_X86_Default_VMAttributes;
    seL4_Word at = it->layout.low;

    loader_check(seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, it->vspace), program->name,
                 "cannot make its address space");
    loader_check(seL4_X86_PDPT_Map(it->pdpt, it->vspace, at, attr), program->name,
                 "cannot map a PDPT");
    loader_check(seL4_X86_PageDirectory_Map(it->directory, it->vspace, at, attr), program->name,
                 "cannot map a page directory");
}

static seL4_Word cspace_guard(void) {
    return seL4_CNode_CapData_new(0, seL4_WordBits - LOADER_CNODE_BITS).words[0];
}

/* Put a capability of the loader into a slot of a program; the guard gives a CNode 64 bits. */
static seL4_Error install(const struct loader_made *it, seL4_CPtr slot, seL4_CPtr source,
                          seL4_CapRights_t rights, seL4_Word badge) {
    if (badge == 0) {
        return seL4_CNode_Copy(it->cnode, slot, LOADER_CNODE_BITS, OWN_CNODE, source, seL4_WordBits,
                               rights);
    }
    return seL4_CNode_Mint(it->cnode, slot, LOADER_CNODE_BITS, OWN_CNODE, source, seL4_WordBits,
                           rights, badge);
}

static seL4_Error fill_slot(const struct loader_made *it, const struct loader_slot *slot) {
    seL4_CapRights_t rights = {{slot->rights}};

    switch (slot->kind) {
    case LOADER_EMPTY:
        return seL4_NoError;
    case LOADER_OBJECT:
        return install(it, slot->slot, objects + slot->index, rights, slot->badge);
    case LOADER_TCB:
        return install(it, slot->slot, made[slot->index].tcb, seL4_AllRights, 0);
    case LOADER_CSPACE:
        return install(it, slot->slot, made[slot->index].cnode, seL4_AllRights, cspace_guard());
    case LOADER_VSPACE:
        return install(it, slot->slot, made[slot->index].vspace, seL4_AllRights, 0);
    case LOADER_IPC_BUFFER:
        /* The frame that the buffer's page lies in. */
        return install(it, slot->slot,
                       made[slot->index].frames +
                           (made[slot->index].layout.ipc_buffer - made[slot->index].layout.low) /
                               LOADER_FRAME,
                       seL4_AllRights, 0);
    }
    return seL4_InvalidArgument;
}

static void fill_cspace(const struct loader_program *program, const struct loader_made *it) {
    loader_check(install(it, LOADER_SLOT_TCB, it->tcb, seL4_AllRights, 0), program->name,
                 "cannot give it its thread");
    for (unsigned i = 0; i < program->num_slots; i++) {
        const struct loader_slot *slot = &program->slots[i];
        unsigned limit = slot->kind == LOADER_OBJECT ? table->num_objects : table->num_programs;
        if (slot->slot < LOADER_FIRST_SLOT || slot->slot > LOADER_LAST_SLOT ||
            slot->index >= limit) {
            loader_fail(program->name, slot->variable, seL4_RangeError);
        }
        loader_check(fill_slot(it, slot), program->name, slot->variable);
    }
}

static void configure(const struct loader_program *program, const struct loader_made *it) {
    seL4_CPtr buffer_frame = it->frames + (it->layout.ipc_buffer - it->layout.low) / LOADER_FRAME;

    loader_check(seL4_TCB_Configure(it->tcb, seL4_CapNull, it->cnode, cspace_guard(), it->vspace,
                                    seL4_NilData, it->layout.ipc_buffer, buffer_frame),
                 program->name, "cannot configure its thread");
    loader_check(seL4_TCB_SetSchedParams(it->tcb, SELF, program->priority, program->priority),
                 program->name, "cannot set its priority");
#ifdef CONFIG_DEBUG_BUILD
    seL4_DebugNameThread(it->tcb, program->name);
#endif
}

static void start(const struct loader_program *program, const struct loader_made *it) {
    seL4_UserContext context = {.rip = it->layout.entry, .rsp = it->stack_pointer};

    loader_check(seL4_TCB_WriteRegisters(it->tcb, 1, 0, 2, &context), program->name,
                 "cannot start it");
}

noreturn void loader_run(const struct loader_table *what) {
    table = what;
    loader_memory_init(platsupport_get_bootinfo());
    check_table();
#ifdef CONFIG_DEBUG_BUILD
    seL4_DebugNameThread(SELF, "loader");
#endif
    make_objects();
    make_programs();
    for (unsigned i = 0; i < table->num_programs; i++) {
        make_frames(&table->programs[i], &made[i]);
        make_vspace(&table->programs[i], &made[i]);
        loader_image_load(&table->programs[i], &made[i]);
        configure(&table->programs[i], &made[i]);
    }
    for (unsigned i = 0; i < table->num_programs; i++) {
        fill_cspace(&table->programs[i], &made[i]);
    }
    for (unsigned i = table->num_programs; i-- > 0;) {
        start(&table->programs[i], &made[i]);
    }
    stop();
}
