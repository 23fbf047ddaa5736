/* I/O ports: ranges handed out from the one control capability, and access to them.
 *
 * Invariants: a port is marked taken exactly while a capability to a range with it exists, so
 * ranges never overlap; the ports through which the kernel reports (trace, machine exit, firmware
 * configuration) are taken for ever when it uses them, so that no program can speak in its name.
 */
#include "api/api.h"

#include "debug/debug.h"
#include "object/object.h"
#include "x86/x86.h"

#define PORT_COUNT 0x10000

static word_t taken[PORT_COUNT / WORD_BITS];

static bool is_taken(unsigned port) { return taken[port / WORD_BITS] >> (port % WORD_BITS) & 1; }

static void set_taken(unsigned first, unsigned last, bool value) {
    for (unsigned port = first; port <= last; port++) {
        word_t bit = BIT(port % WORD_BITS);
        taken[port / WORD_BITS] = (taken[port / WORD_BITS] & ~bit) | (value ? bit : 0);
    }
}

static bool any_taken(unsigned first, unsigned last) {
    for (unsigned port = first; port <= last; port++)
        if (is_taken(port))
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
    if (last < first) {
        user_error("IOPortControl: Last port must be > first port.");
        return fail_argument(1);
    }
    if (any_taken(first, last)) {
        user_error("IOPortControl: Some ports in range already in use.");
        return fail_revoke_first();
    }
    if (lookup_operation(cap_arg(inv, 0), word_arg(inv, 2), word_arg(inv, 3), false, &dest) !=
            DONE ||
        slot_require_empty(dest.slot) != DONE)
        return FAILED;
    set_taken(first, last, true);
    slot_insert_child(dest.slot, cap_new(cap_io_port, NULL, 0, first | ((word_t)last << 16)),
                      inv->slot);
    trace(ioport, first, last);
    return DONE;
}

/* The port of an access of @p bytes bytes, all of which must lie in the capability's range. */
static outcome_t decode_port(const struct invocation *inv, unsigned bytes, uint16_t *port) {
    unsigned from = *port = word_arg(inv, 0);
    unsigned first = cap_io_port_first(inv->cap), last = cap_io_port_last(inv->cap);
    unsigned to = from + bytes - 1;
    if (from < first || to > last) {
        user_error("IOPort: Ports %d--%d fall outside permitted range %d--%d.", (int)from, (int)to,
                   (int)first, (int)last);
        return fail_illegal();
    }
    return DONE;
}

outcome_t io_port_in(struct invocation *inv) {
    unsigned bytes = 1u << (inv->label - label_io_port_in8);
    uint16_t port;
    if (decode_port(inv, bytes, &port) != DONE)
        return FAILED;
    word_t value = bytes == 1 ? port_in8(port) : bytes == 2 ? port_in16(port) : port_in32(port);
    set_result(inv, 0, value);
    return DONE;
}

outcome_t io_port_out(struct invocation *inv) {
    unsigned bytes = 1u << (inv->label - label_io_port_out8);
    word_t value = word_arg(inv, 1);
    uint16_t port;
    if (decode_port(inv, bytes, &port) != DONE)
        return FAILED;
    switch (bytes) {
    case 1:
        port_out8(port, value);
        break;
    case 2:
        port_out16(port, value);
        break;
    default:
        port_out32(port, value);
    }
    return DONE;
}
