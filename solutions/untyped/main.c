/*
 * Untyped memory: where kernel objects come from, and how their memory comes back.
 *
 * main prints the untyped capabilities that the kernel handed out at boot, makes a small child
 * untyped, fills it with three objects, takes them all back with one revoke, and uses the same
 * memory again. Two advanced tasks follow: an object at a chosen physical address, and an
 * allocator that can also free. The lesson is README.md.
 */
#include <autoconf.h>
#include <stdbool.h>
#include <stdio.h>

#include <sel4/sel4.h>
#include <sel4platsupport/bootinfo.h>
#include <utils/util.h>

#include <lab_constants.h> /* WANTED_PAGE: another one when the lab is graded */

#include "trial.h" /* the trial of task 7, and how large its pool is */

/* Task 6: the physical address that a frame is wanted at. */
#define WANTED_PADDR ((seL4_Word)WANTED_PAGE << seL4_PageBits)

/* Retype with a destination in the root CNode, the only CNode of this program. */
static seL4_Error retype(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits, seL4_CPtr slot,
                         seL4_Word count) {
    return seL4_Untyped_Retype(untyped, type, size_bits, seL4_CapInitThreadCNode, 0, 0, slot,
                               count);
}

static void print_untypeds(seL4_BootInfo *info) {
    printf("    CSlot   \tPaddr           \tSize\tType\n");
    for (seL4_CPtr slot = info->untyped.start; slot != info->untyped.end; slot++) {
        seL4_UntypedDesc *desc = &info->untypedList[slot - info->untyped.start];
        printf("%8p\t%16p\t2^%d\t%s\n", (void *)slot, (void *)desc->paddr, desc->sizeBits,
               desc->isDevice ? "device untyped" : "untyped");
    }
}

/* The first untyped of ordinary memory with at least this size; seL4_CapNull if there is none. */
static seL4_CPtr find_untyped(seL4_BootInfo *info, seL4_Word size_bits) {
    for (seL4_CPtr slot = info->untyped.start; slot != info->untyped.end; slot++) {
        seL4_UntypedDesc *desc = &info->untypedList[slot - info->untyped.start];
        if (!desc->isDevice && desc->sizeBits >= size_bits) {
            return slot;
        }
    }
    return seL4_CapNull;
}

/* ---- Advanced: an object at a chosen physical address ---- */

/* Makes a 4 KiB frame at this physical address and puts its capability into frame_slot. All slots
 * from spare_slot on are free. The address is that of a page of ordinary memory, in an untyped
 * that nothing was taken from yet. */
static seL4_Error make_frame_at(seL4_BootInfo *info, seL4_Word paddr, seL4_CPtr frame_slot,
                                seL4_CPtr spare_slot) {
    /* TASK 6: find the untyped that contains paddr (info->untypedList), move its watermark up to
     * paddr by retyping what lies before into child untypeds, then retype the frame
     * (seL4_X86_4K) and return that error. */
    /* TASK 6 BEGIN */
#ifdef TASK_6
    seL4_CPtr untyped = info->untyped.start;
    seL4_UntypedDesc *desc = info->untypedList;
    while (desc->isDevice || paddr < desc->paddr || paddr - desc->paddr >= BIT(desc->sizeBits)) {
        untyped++;
        desc++;
    }
    /* Each bit of the offset, from the highest down, is one block that lies before the frame. */
    seL4_Word offset = paddr - desc->paddr;
    for (int bits = desc->sizeBits - 1; bits >= seL4_PageBits; bits--) {
        if (offset & BIT(bits)) {
            seL4_Error error = retype(untyped, seL4_UntypedObject, bits, spare_slot++, 1);
            if (error != seL4_NoError) {
                return error;
            }
        }
    }
    return retype(untyped, seL4_X86_4K, seL4_PageBits, frame_slot, 1);
#else
    return seL4_NoError;
#endif
    /* TASK 6 END */
}

/* ---- Advanced: an allocator ---- */

/* TASK 7: write the three functions of an allocator whose memory is one untyped, pool, and whose
 * slots are the POOL_SLOTS free ones from first_slot on. An object that is freed is deleted, and
 * its memory can be used again for an object of any other type of up to 2^LARGEST_BITS bytes. */
/* TASK 7 BEGIN */
#ifdef TASK_7
/* The pool is cut into cells, each an untyped of its own that holds at most one object. A cell
 * without its object has no children, so the next Retype starts at the cell's beginning again. */
static seL4_CPtr first_cell;
static bool cell_used[LIVE_OBJECTS];

static seL4_CPtr object_of(int cell) { return first_cell + LIVE_OBJECTS + cell; }

static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot) {
    seL4_Error error = retype(pool, seL4_UntypedObject, LARGEST_BITS, first_slot, LIVE_OBJECTS);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to cut the pool into cells");
    first_cell = first_slot;
}

static seL4_CPtr object_alloc(seL4_Word type) {
    for (int cell = 0; cell < LIVE_OBJECTS; cell++) {
        if (!cell_used[cell]) {
            cell_used[cell] =
                retype(first_cell + cell, type, 0, object_of(cell), 1) == seL4_NoError;
            return cell_used[cell] ? object_of(cell) : seL4_CapNull;
        }
    }
    return seL4_CapNull;
}

static void object_free(seL4_CPtr object) {
    seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
    cell_used[object - object_of(0)] = false;
}
#else
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot) {}

/* Returns the slot of a new object of this type, or seL4_CapNull. */
static seL4_CPtr object_alloc(seL4_Word type) { return seL4_CapNull; }

static void object_free(seL4_CPtr object) {}
#endif
/* TASK 7 END */

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    print_untypeds(info);

    /* The child untyped shall hold one object of each of these types. */
    seL4_Word objects[] = {seL4_TCBObject, seL4_EndpointObject, seL4_NotificationObject};

    /* TASK 1: set untyped_size_bits to the size, as a power of two, of the smallest untyped that
     * can hold all three: use seL4_TCBBits, seL4_EndpointBits and seL4_NotificationBits. */
    /* TASK 1 BEGIN */
#ifdef TASK_1
    seL4_Word untyped_size_bits = seL4_TCBBits + 1;
#else
    seL4_Word untyped_size_bits = 0;
#endif
    /* TASK 1 END */

    seL4_CPtr parent_untyped = find_untyped(info, untyped_size_bits);
    seL4_CPtr child_untyped = info->empty.start;
    seL4_Error error = seL4_Untyped_Retype(parent_untyped,          /* the untyped to take from */
                                           seL4_UntypedObject,      /* what to make of it */
                                           untyped_size_bits,       /* how large */
                                           seL4_CapInitThreadCNode, /* root: the destination */
                                           0,                       /* node_index */
                                           0,                       /* node_depth: root itself */
                                           child_untyped,           /* node_offset: first slot */
                                           1);                      /* how many objects */
    ZF_LOGF_IF(error != seL4_NoError, "Failed to retype");

    seL4_CPtr child_tcb = child_untyped + 1;
    /* TASK 2: make a TCB, objects[0], from child_untyped in the slot child_tcb:
     * seL4_Untyped_Retype(). */
    /* TASK 2 BEGIN */
#ifdef TASK_2
    error = seL4_Untyped_Retype(child_untyped, objects[0], 0, seL4_CapInitThreadCNode, 0, 0,
                                child_tcb, 1);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to make the TCB");
#endif
    /* TASK 2 END */

    error = seL4_TCB_SetPriority(child_tcb, seL4_CapInitThreadTCB, 10);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to set priority");

    seL4_CPtr child_ep = child_tcb + 1;
    /* TASK 3: make an endpoint, objects[1], from child_untyped in the slot child_ep. */
    /* TASK 3 BEGIN */
#ifdef TASK_3
    error = seL4_Untyped_Retype(child_untyped, objects[1], 0, seL4_CapInitThreadCNode, 0, 0,
                                child_ep, 1);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to make the endpoint");
#endif
    /* TASK 3 END */

    seL4_Uint32 cap_id = seL4_DebugCapIdentify(child_ep);
    ZF_LOGF_IF(cap_id == 0, "Endpoint cap is null cap");

    seL4_CPtr child_ntfn = child_ep + 1;
    /* TASK 4: make a notification, objects[2], from child_untyped in the slot child_ntfn. */
    /* TASK 4 BEGIN */
#ifdef TASK_4
    error = seL4_Untyped_Retype(child_untyped, objects[2], 0, seL4_CapInitThreadCNode, 0, 0,
                                child_ntfn, 1);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to make the notification");
#endif
    /* TASK 4 END */

    error = seL4_TCB_BindNotification(child_tcb, child_ntfn);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to bind notification.");

    /* TASK 5: take back all that was made from child_untyped: seL4_CNode_Revoke(). */
    /* TASK 5 BEGIN */
#ifdef TASK_5
    error = seL4_CNode_Revoke(seL4_CapInitThreadCNode, child_untyped, seL4_WordBits);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to revoke");
#endif
    /* TASK 5 END */

    /* The whole child again, this time as endpoints, in the slots from child_tcb on. */
    seL4_Word num_eps = BIT(untyped_size_bits - seL4_EndpointBits);
    error = seL4_Untyped_Retype(child_untyped, objects[1], 0, seL4_CapInitThreadCNode, 0, 0,
                                child_tcb, num_eps);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to create endpoints.");
    printf("Success\n");

    seL4_CPtr frame = child_tcb + num_eps;
    error = make_frame_at(info, WANTED_PADDR, frame, frame + 1);
    seL4_X86_Page_GetAddress_t where = seL4_X86_Page_GetAddress(frame);
    if (error != seL4_NoError || where.error != seL4_NoError || where.paddr != WANTED_PADDR) {
        printf("Advanced: no frame at physical address %#lx yet\n", WANTED_PADDR);
        return 0;
    }
    printf("Advanced: a frame at physical address %#lx\n", where.paddr);

    seL4_CPtr pool = info->empty.end - POOL_SLOTS - 1;
    error = retype(find_untyped(info, POOL_BITS), seL4_UntypedObject, POOL_BITS, pool, 1);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to make the pool");
    int done = try_allocator(pool, allocator_init, object_alloc, object_free);
    if (done < ALLOCATIONS) {
        printf("Advanced: the allocator fails after %d of %d allocations\n", done, ALLOCATIONS);
        return 0;
    }
    printf("Advanced: the allocator survives %d allocations and frees\n", done);
    return 0;
}
