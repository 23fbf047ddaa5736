/* Kernel objects: their layout, how each is made, and what happens when its last capability goes.
 *
 * One file an object: <object>.c holds its decode functions (api/invocations.h lists them) and its
 * finaliser. Decode checks everything first and only then changes anything.
 */
#pragma once

#include "object/tcb.h"

/* The numbers that Untyped_Retype takes. */
enum object_type {
    object_untyped,
    object_tcb,
    object_endpoint,
    object_notification,
    object_cnode,
    object_pdpt,
    object_pml4,
    object_frame_1g,
    object_frame_4k,
    object_frame_2m,
    object_page_table,
    object_page_directory,
    object_type_count,
};

#define ENDPOINT_BITS     4
#define NOTIFICATION_BITS 5
#define TABLE_BITS        12 /* PML4, PDPT, page directory, page table, ASID pool */
#define MIN_UNTYPED_BITS  4
#define MAX_UNTYPED_BITS  47

/* Threads that all wait for one thing, first come, first served: linked through the threads
 * themselves (ipc/queue.c). Two bits beside the first one's address say what for; 0: none waits. */
struct queue {
    word_t head_state;
    tcb_t *tail;
};

static inline tcb_t *queue_first(const struct queue *q) { return (tcb_t *)(q->head_state & ~3ul); }
static inline unsigned queue_state(const struct queue *q) { return q->head_state & 3; }

enum endpoint_state { endpoint_idle, endpoint_send, endpoint_receive };
typedef struct endpoint {
    struct queue waiters;
} endpoint_t;
static_assert(sizeof(endpoint_t) == BIT(ENDPOINT_BITS), "ABI");

static inline enum endpoint_state endpoint_state(const endpoint_t *ep) {
    return (enum endpoint_state)queue_state(&ep->waiters);
}

/* Idle, with waiters, or active: no waiters, but a word. Perhaps bound to a thread. */
enum notification_state { notification_idle, notification_waiting, notification_active };
typedef struct notification {
    struct queue waiters;
    word_t word; /* active: badges OR-ed together */
    tcb_t *bound;
} notification_t;
static_assert(sizeof(notification_t) == BIT(NOTIFICATION_BITS), "ABI");

static inline enum notification_state notification_state(const notification_t *ntfn) {
    return (enum notification_state)queue_state(&ntfn->waiters);
}

/* ---- making objects (untyped.c) ---- */

/** log2 of the bytes of an object; @p size_bits is for the types that take a size. */
unsigned object_size_bits(enum object_type type, word_t size_bits);
/** Makes one object in zeroed memory (a device's: as it is) and returns its capability. */
cap_t object_create(enum object_type type, void *base, word_t size_bits, bool device);
/** A TCB in zeroed memory, as sheet 5.3 describes new ones (tcb.c). */
tcb_t *tcb_create(void *object);

/* ---- destroying them: called by slot_delete for the last capability to an object ---- */

/** Return what stays in the slot: a zombie with slots still to empty. */
cap_t cnode_finalise(cap_t cap);
cap_t tcb_finalise(cap_t cap);
void endpoint_finalise(cap_t cap);
void notification_finalise(cap_t cap);
void frame_finalise(cap_t cap); /* for every capability: each has its own mapping */
void table_finalise(cap_t cap); /* page table, page directory, PDPT */
void pml4_finalise(cap_t cap);
void asid_pool_finalise(cap_t cap);
/** Frees a vector or port range after the slot of its last capability is empty. */
void irq_handler_cleanup(cap_t cap);
void io_port_cleanup(cap_t cap);

/* ---- address spaces (frame.c, table.c, asid.c) ---- */

typedef word_t pte_t; /* an entry of any of the four table levels */

/** Puts the kernel's own half into a new PML4. */
void pml4_init(pte_t *pml4);
/** PML4 that @p asid stands for now, NULL if none. */
pte_t *asid_lookup(word_t asid);
/** Boot: makes @p pool the pool 0 with @p pml4 as ASID 1. */
void asid_boot(void *pool, pte_t *pml4);
/** True if @p cap is a PML4 capability that says it has an ASID. */
bool cap_is_assigned_pml4(cap_t cap);
/** Loads the thread's address space into CR3; if it has no valid one, the kernel's own. */
void vspace_switch(const tcb_t *tcb);
/** Kernel address behind user address @p vaddr in the thread's address space, NULL if not mapped
 *  (for stack dumps: checks that it is RAM in the window). */
const word_t *vspace_read_word(const tcb_t *tcb, vaddr_t vaddr);
/** Entry at @p level (0 = page table … 3 = PML4) for @p vaddr. NULL: the walk stopped above, at
 *  level *@p missing, where the table is absent or a large page sits. */
pte_t *vspace_walk(pte_t *pml4, vaddr_t vaddr, unsigned level, unsigned *missing);

/* ---- interrupts and ports (irq.c, io_port.c) ---- */

#define IRQ_USER_FIRST 16  /* kernel IRQ number = vector argument of the ABI + 16 */
#define IRQ_COUNT      126 /* 0..125; CPU vector = IRQ + 0x20 */
/** A device interrupt: signals its notification, or reports that there is none (sheet 9.7). */
void irq_deliver(unsigned irq);
/** True if an unmasked line has a notification: an interrupt may still wake a thread. */
bool irq_may_wake(void);
/** For the checker: whether a handler exists, and the slot for the line's notification. */
bool irq_in_use(word_t irq);
slot_t *irq_notification(word_t irq);
void io_port_init(bool reserve_trace_ports);

/* ---- threads (tcb.c) ---- */

/** Bytes-to-words view of the thread's IPC buffer in the kernel window, NULL if it has none usable
 *  for reading (sender) or, @p write, for writing (receiver) (sheet 4.2). */
word_t *tcb_ipc_buffer(const tcb_t *tcb, bool write);
/** RFLAGS, instruction pointers and segment bases as a user may set them (sheet 6.4). */
word_t sanitise_flags(word_t flags);
word_t sanitise_address(word_t address);
void tcb_unbind_notification(tcb_t *tcb);
