/* I/O ports: ranges handed out from the one control capability, and access to them.
 *
 * Invariants: a port is marked taken exactly while a capability to a range with it exists, so
 * ranges never overlap; the ports through which the kernel reports (trace, machine exit, firmware
 * configuration) are taken for ever when it uses them, so that no program can speak in its name.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "x86/x86.h"

#define PORT_COUNT 0x10000

static word_t taken[PORT_COUNT / WORD_BITS];

static void set_taken(unsigned first, unsigned last, bool value) {
    for (unsigned port = first; port <= last; port++) {
        word_t *word = &taken[port / WORD_BITS], bit = BIT(port % WORD_BITS);
        *word = value ? *word | bit : *word & ~bit;
    }
}

static bool any_taken(unsigned first, unsigned last) {
    for (unsigned port = first; port <= last; port++)
        if (taken[port / WORD_BITS] & BIT(port % WORD_BITS))
            return true;
    return false;
}

void io_port_init(bool reserve_trace_ports) {
    static const struct {
        uint16_t first, last;
    } reserved[] = {{0xe9, 0xe9}, {0xf4, 0xf7} /* a device of four ports */, {0x510, 0x51b}};
    for (unsigned i = 0; reserve_trace_ports && i < ARRAY_SIZE(reserved); i++)
        set_taken(reserved[i].first, reserved[i].last, true);
}

void io_port_cleanup(cap_t cap) { set_taken(cap_io_port_first(cap), cap_io_port_last(cap), false); }

outcome_t io_port_issue(struct invocation *inv) {
    uint16_t first = word_arg(inv, 0), last = word_arg(inv, 1);
    struct resolved dest;
    if (last < first)
        return refuse(fail_argument(1), "IOPortControl: Last port must be > first port.");
    if (any_taken(first, last))
        return refuse(fail_revoke_first(), "IOPortControl: Some ports in range already in use.");
    TRY(slot_arg(inv, cap_arg(inv, 0), 2, false, &dest));
    TRY(slot_require_empty(dest.slot));
    set_taken(first, last, true);
    cap_t cap = cap_new(cap_io_port, NULL, 0, first | ((word_t)last << 16));
    slot_insert_child(dest.slot, cap, inv->slot);
    trace(ioport, first, last);
    return DONE;
}

/* All bytes of the access must lie in the capability's range. */
static outcome_t check_port(const struct invocation *inv, unsigned bytes) {
    unsigned from = (uint16_t)word_arg(inv, 0), to = from + bytes - 1;
    unsigned first = cap_io_port_first(inv->cap), last = cap_io_port_last(inv->cap);
    if (from < first || to > last)
        return refuse(fail_illegal(), "IOPort: Ports %d--%d fall outside permitted range %d--%d.",
                      (int)from, (int)to, (int)first, (int)last);
    return DONE;
}

outcome_t io_port_in(struct invocation *inv) {
    unsigned bytes = 1u << (inv->label - label_io_port_in8);
    uint16_t port = word_arg(inv, 0);
    TRY(check_port(inv, bytes));
    word_t value = bytes == 1 ? port_in8(port) : bytes == 2 ? port_in16(port) : port_in32(port);
    set_result(inv, 0, value);
    return DONE;
}

outcome_t io_port_out(struct invocation *inv) {
    unsigned bytes = 1u << (inv->label - label_io_port_out8);
    uint16_t port = word_arg(inv, 0);
    word_t value = word_arg(inv, 1);
    TRY(check_port(inv, bytes));
    if (bytes == 1)
        port_out8(port, value);
    else if (bytes == 2)
        port_out16(port, value);
    else
        port_out32(port, value);
    serial_written(port, bytes);
    return DONE;
}
