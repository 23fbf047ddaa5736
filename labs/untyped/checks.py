"""Evidence for the tasks of untyped: which memory the kernel turned into which objects.

Invariants: objects are known by their addresses in the trace, never by printed text. `child` is
the child untyped, the first untyped that the program makes; what is made from it before the
revoke belongs to tasks 2 to 4, what is made after it to task 5.
"""

from grader.checking import _, require, task, usual

from .objects import (ENDPOINT, FRAME, KERNEL_ALIAS, NOTIFICATION, OBJECT_BITS, TCB, UNTYPED,
                      inside, physical)
from .trial import (STRETCHES, flaw, freed, hidden, made_in_trial, pool_made, questions, survived,
                    too_many)

exam = questions
NEEDED_BITS = 12
PAGE_BITS = 12
LESSON_ADDRESS = 0x1234000
SIZES = [0, 47]  # what the kernel says where an untyped's size is out of range
RETYPE_ERROR, REVOKE_ERROR, DELETE_ERROR = 1, 17, 18


def child_made(run):
    """The retype that made the child untyped, or None."""
    return run.trace.first("retype", type=UNTYPED)


def child(run):
    """The child untyped's address, or None."""
    made = child_made(run)
    return made.objs[0] if made else None


def from_child(run, kind):
    """All retypes of this type that took memory from the child.

    A parent and its first child begin at one address, so the place of the new object decides.
    """
    made = child_made(run)
    return [event for event in run.trace.events("retype", after=made, ut=child(run), type=kind)
            if inside(event.objs[0], child(run), made.bits)] if made else []


def made_once(run, kind, name, none):
    """Require one object of this type from the child, and return it; two texts name it."""
    made = [event for event in from_child(run, kind) if event.count < 256]
    require(made, expected=_("{name} made from the child untyped", name=name),
            seen=none)
    count = sum(event.count for event in made)
    require(count == 1, expected=_("just one: {name} made from the child untyped", name=name),
            seen=_("{count} of them", count=count))
    return made[0].objs[0]


def wrong_parent(kind):
    """A probe: the object was made, but from another untyped."""
    return lambda run: run.trace.first("retype", type=kind) and not from_child(run, kind)


def refused(code):
    """A probe: the kernel refused a retype with this error."""
    return lambda run: run.trace.first("error", label=RETYPE_ERROR, code=code)


def several(kind):
    """The advice where more than one object of this type was made for tasks 2 to 4."""
    return usual("several at once", lambda run: sum(
        made.count for made in from_child(run, kind) if made.count < 256) > 1,
          _("Several of them were made: just one is needed. The last argument is their number."))


NO_DESTINATION = usual(
    "a depth of the wrong kind", refused(6),
    _("The destination was not found. With node_depth 0 the root, seL4_CapInitThreadCNode, is "
      "itself the destination; node_index is not used, and node_offset is the slot."))
NO_UNTYPED = usual(
    "the first argument is no untyped",
    lambda run: run.trace.first("error", label=RETYPE_ERROR, cap=lambda cap: cap != "untyped")
    or run.trace.first("block", on="send"),  # asking an endpoint sends it a message
    _("What you want to make the object from is no untyped. The first argument is "
      "child_untyped."))


@task(1, advice=[
    usual("too large", lambda run: child_made(run).bits > NEEDED_BITS,
          _("The child is larger than it need be: choose the smallest size into which all three "
            "fit. Task 5 makes the whole child into endpoints, and one retype makes at most 256 "
            "objects.")),
    usual("no size at all", lambda run: run.trace.first("error", label=RETYPE_ERROR, code=1),
          _("An untyped has at least 2^4 bytes: set untyped_size_bits to the size that is "
            "needed.")),
    usual("just the TCB",
          lambda run: child_made(run) and child_made(run).bits == OBJECT_BITS[TCB],
          _("The TCB alone fills 2^seL4_TCBBits bytes; the endpoint and the notification need "
            "room too. Sizes are powers of two.")),
    usual("bytes, not bits", lambda run: refused(2)(run) or refused(4)(run),
          _("untyped_size_bits is a power of two, not a number of bytes: 12 means 4096 bytes.")),
    _("The TCB is by far the largest of the three; the others need room beside it. Sizes are "
      "powers of two."),
])
def child_large_enough(run):
    made = child_made(run)
    require(made, expected=_("a child untyped being made"), seen=_("none being made"))
    require(made.bits == NEEDED_BITS and not made.dev,
            expected=_("a child of 2^{bits} bytes", bits=NEEDED_BITS),
            seen=_("one of 2^{bits}", bits=made.bits), mistaken=True)


@task(2, advice=[
    usual("another type", lambda run: not run.trace.first("retype", type=TCB)
          and (from_child(run, ENDPOINT) or from_child(run, NOTIFICATION)),
          _("An object of another type was made. The type of a TCB is objects[0], "
            "seL4_TCBObject.")),
    NO_UNTYPED,
    usual("from the parent", wrong_parent(TCB),
          _("The TCB was made from another untyped. The first argument is child_untyped.")),
    usual("the slot is taken", refused(8),
          _("The destination slot is not empty: node_offset is child_tcb.")),
    NO_DESTINATION,
    several(TCB),
    usual("more than fit", lambda run: refused(10)(run) and not from_child(run, TCB),
          _("The child has no room for that: it holds one TCB. The last argument is the number of "
            "objects.")),
    _("seL4_Untyped_Retype() with child_untyped, the type of a TCB and the slot child_tcb; the "
      "call that makes the child shows the other arguments."),
])
def tcb_made(run):
    tcb = made_once(run, TCB, _("a TCB"), _("no TCB made from it"))
    require(run.trace.first("tcb", op=("priority", "sched"), target=tcb),
            expected=_("the new TCB getting its priority"),
            seen=_("a TCB in another slot than child_tcb"))


@task(3, advice=[
    several(ENDPOINT),
    usual("another type", lambda run: not any(
        made.count < 256 for made in from_child(run, ENDPOINT))
          and (len(from_child(run, TCB)) > 1 or from_child(run, NOTIFICATION)),
          _("An object of another type was made. The type of an endpoint is objects[1], "
            "seL4_EndpointObject.")),
    NO_UNTYPED,
    usual("from the parent", wrong_parent(ENDPOINT),
          _("The endpoint was made from another untyped. The first argument is child_untyped.")),
    usual("the slot is taken", refused(8),
          _("The destination slot is not empty: node_offset is child_ep, the slot after "
            "child_tcb.")),
    NO_DESTINATION,
    usual("the child is full", refused(10),
          _("The child has no room left: does task 1 make it twice a TCB's size, and task 2 only "
            "one TCB?")),
    _("seL4_Untyped_Retype() as in task 2, with the type of an endpoint and the slot child_ep."),
])
def endpoint_made(run):
    made_once(run, ENDPOINT, _("an endpoint"), _("no endpoint made from it"))


@task(4, advice=[
    NO_UNTYPED,
    usual("from the parent", wrong_parent(NOTIFICATION),
          _("The notification was made from another untyped. The first argument is "
            "child_untyped.")),
    several(NOTIFICATION),
    usual("a second endpoint", lambda run: len(from_child(run, ENDPOINT)) > 1,
          _("Two endpoints were made. The type of this object is seL4_NotificationObject.")),
    usual("the slot is taken", refused(8),
          _("The destination slot is not empty: node_offset is child_ntfn, the slot after "
            "child_ep.")),
    NO_DESTINATION,
    _("seL4_Untyped_Retype() as in task 2, with the type of a notification and the slot "
      "child_ntfn."),
])
def notification_made(run):
    ntfn = made_once(run, NOTIFICATION, _("a notification"), _("no notification made from it"))
    require(run.trace.first("tcb", op="bind", ntfn=ntfn),
            expected=_("the notification bound to the TCB"),
            seen=_("a notification in another slot than child_ntfn"))


def used_again(run):
    """The retype that turned the whole child into endpoints, or None."""
    made = child_made(run)
    whole = 1 << (made.bits - OBJECT_BITS[ENDPOINT]) if made else 0
    return next((event for event in from_child(run, ENDPOINT) if event.count == whole), None)


@task(5, advice=[
    usual("the child itself was deleted",
          lambda run: run.trace.first("delete", cap="untyped"),
          _("The child untyped itself was deleted, and its memory with it. Revoke deletes what "
            "was made from it and keeps it: seL4_CNode_Revoke().")),
    usual("another capability is revoked", lambda run: run.trace.first(
        "revoke", slot=lambda slot: slot != child_made(run).slot),
          _("Another capability was revoked than child_untyped. Revoking takes back what was made "
            "from the capability that is named, and that is what child_untyped must be.")),
    usual("the call was refused", lambda run: run.trace.first("error", label=REVOKE_ERROR),
          _("The kernel refused the call: the arguments are seL4_CapInitThreadCNode, "
            "child_untyped and seL4_WordBits.")),
    usual("only some objects are gone",
          lambda run: run.trace.first("delete") and (refused(8)(run) or refused(10)(run)),
          _("Some object of the child is still there. Its memory comes back only when all are "
            "gone.")),
    _("seL4_CNode_Revoke() names the child by its CNode, its slot, and how many bits of the "
      "slot's number count."),
])
def memory_used_again(run):
    again = used_again(run)
    require(again, expected=_("the whole child made into endpoints"),
            seen=_("no such retype succeeding"))
    gone = run.trace.events(("revoke", "delete"), before=again, cap="untyped", obj=child(run)) or \
        run.trace.events("delete", before=again)
    require(gone, expected=_("the child's objects taken back before"), seen=_("nothing taken back"))


def wanted_frame(run):
    """The kernel's address of the page that task 6 wants."""
    return f"{KERNEL_ALIAS + (run.const.WANTED_PAGE << PAGE_BITS):#x}"


def made_there(run):
    """What shows that the wanted frame was made, or None.

    The blocks before it may be so many that its retype is not written; its address is asked for.
    """
    where = wanted_frame(run)
    return run.trace.first("retype", type=FRAME, objs=lambda made: where in made) \
        or in_its_slot(run)


def in_its_slot(run):
    """What shows that the program found the wanted frame in frame_slot, or None."""
    return run.trace.first("address", obj=wanted_frame(run))


def missed(run):
    """The retype of the last frame, if the wanted one was not made."""
    return None if made_there(run) else run.trace.last("retype", type=FRAME)


def missed_by(run):
    """How many bytes that frame lies beyond the wanted address (below zero: before it)."""
    return physical(missed(run).objs[0]) - (run.const.WANTED_PAGE << PAGE_BITS)


def blocks(run):
    """The retypes of the untypeds that task 6 puts before its frame."""
    again = used_again(run)
    return run.trace.events("retype", type=UNTYPED, after=again) if again else []


def offset(run):
    """The wanted address's offset in the untyped that the missed frame was made from."""
    return (run.const.WANTED_PAGE << PAGE_BITS) - physical(missed(run).ut)


def elsewhere(run):
    """True if the missed frame's untyped cannot contain the wanted address.

    An untyped begins at a multiple of its size, so it is at most as large as its lowest bit.
    """
    start = physical(missed(run).ut)
    return not 0 <= offset(run) < start & -start


def in_a_block(run):
    """True if the missed frame was made from one of the blocks before it."""
    return any(inside(missed(run).objs[0], start, block.bits)
               for block in blocks(run) for start in block.objs)


def larger_later(run):
    """True if a block was made after a smaller one."""
    bits = [block.bits for block in blocks(run)]
    return bits != sorted(bits, reverse=True)


@task(6, advice=[
    usual("device memory", lambda run: missed(run).dev,
          _("The frame was made from a device untyped. Look for the untyped whose range contains "
            "the wanted address, and that is not a device's.")),
    usual("a slot is taken", refused(8),
          _("A destination slot was not empty: use frame_slot once, and a new spare slot for "
            "each block before it.")),
    usual("bytes, not bits", lambda run: run.trace.first(
        "error", label=RETYPE_ERROR, code=4, mr=lambda allowed: allowed == SIZES),
          _("The size of a block was refused: it is a power of two, not a number of bytes.")),
    usual("another slot", lambda run: made_there(run) and not in_its_slot(run),
          _("The frame is where it should be, but its capability is not in frame_slot.")),
    usual("from a block", in_a_block,
          _("The frame was made from one of the blocks before it. Make it from the untyped that "
            "the blocks were made from.")),
    usual("the lesson's address", lambda run: physical(missed(run).objs[0]) == LESSON_ADDRESS,
          _("The frame lies at 0x1234000: that is the lesson's address. Another one is wanted "
            "when the lab is graded: use paddr.")),
    usual("another untyped", elsewhere,
          _("The frame was made from an untyped that does not contain the wanted address. Look "
            "for the one whose range contains it.")),
    usual("the smallest block is left out", lambda run: missed_by(run) == -(1 << PAGE_BITS),
          _("The frame lies one page too low. A block before it can be a single page: the "
            "smallest one has 2^12 bytes.")),
    usual("a block too many", lambda run: missed_by(run) > 0 and any(
        not offset(run) >> block.bits & 1 for block in blocks(run)),
          _("The frame lies too high: a block was made whose bit is not set in the offset of the "
            "wanted address.")),
    usual("a larger block after a smaller one",
          lambda run: missed_by(run) > 0 and larger_later(run),
          _("The frame lies too high. A block starts at a multiple of its size, so a larger one "
            "after a smaller one leaves a gap: retype the largest first.")),
    usual("the frame lies elsewhere", missed,
          _("A frame was made at another address. The next object always starts at the "
            "watermark, rounded up to its size: retype what lies before the wanted address "
            "first.")),
    usual("the untyped is used up", refused(10),
          _("The kernel ran out of memory in an untyped: is the one that you chose the one whose "
            "range contains the wanted address, and is it fresh?")),
    _("Take the offset of the address in its untyped apart into powers of two, the largest first, "
      "and retype one child untyped for each; then retype the frame."),
])
def frame_at_address(run):
    made = run.trace.last("retype", type=FRAME)
    require(made_there(run),
            expected=_("a frame at physical address {address:#x}",
                       address=run.const.WANTED_PAGE << PAGE_BITS),
            seen=_("one at {address:#x}", address=physical(made.objs[0])) if made
            else _("no frame there"))
    require(in_its_slot(run),
            expected=_("the capability of this frame in frame_slot"), seen=_("it in another slot"))


@task(7, advice=[
    usual("other memory than the pool", lambda run: flaw(run) == "outside",
          _("An object was made from an untyped that is not in the pool. The pool is all the memory "
            "that the allocator may use.")),
    usual("too many objects", too_many,
          _("So many objects were made and deleted that the kernel stopped writing them down. Make "
            "only those that are asked for.")),
    usual("prints of one's own", lambda run: run.ending == "flood",
          _("The trial calls the allocator 20,000 times: take prints of your own out of it.")),
    usual("slow", lambda run: run.ending == "time" and run.trace.events("exam")[STRETCHES // 8:],
          _("The allocator is too slow for 10,000 allocations. Know from variables what is free: "
            "asking the kernel about each slot takes long.")),
    usual("the deletion is refused", lambda run: run.trace.first(
        "error", label=DELETE_ERROR, after=pool_made(run)),
          _("The kernel refused a deletion. Its arguments are seL4_CapInitThreadCNode, the object's "
            "slot and seL4_WordBits.")),
    usual("objects are kept", lambda run: flaw(run) == "kept" and (survived(run) or hidden(run)),
          _("An object that was freed was still there. It is gone when its last capability is "
            "deleted: a copy, or the capability in another slot, keeps it.")),
    usual("nothing is deleted", lambda run: flaw(run) == "kept" and not freed(run),
          _("Objects are made but never deleted: object_free() must call seL4_CNode_Delete().")),
    usual("cells too small for a frame", lambda run: max(
        cell.bits for cell in run.trace.events("retype", after=pool_made(run), type=UNTYPED)) < 12
          and run.trace.first("error", label=RETYPE_ERROR, code=10, after=pool_made(run)),
          _("The largest objects are frames of 2^LARGEST_BITS bytes. What the pool is cut into is "
            "too small for them.")),
    usual("the pool is not cut", lambda run: run.trace.first(
        "error", label=RETYPE_ERROR, code=10, after=pool_made(run)) and not made_in_trial(run),
          _("Nothing could be made from what allocator_init() left: it cuts the pool into "
            "LIVE_OBJECTS untypeds of 2^LARGEST_BITS bytes.")),
    usual("the object is revoked", lambda run: flaw(run) == "kept" and run.trace.first(
        "revoke", after=pool_made(run), cap=lambda cap: cap != "untyped"),
          _("Revoking an object deletes what was made from it, but not the object. Delete it: "
            "seL4_CNode_Delete().")),
    usual("what is in use is taken back", lambda run: flaw(run) == "lost",
          _("An object that was still in use was taken back. Delete only what object_free() is "
            "given, and revoke only an untyped whose objects have all been freed.")),
    usual("what is in use is taken again", lambda run: not freed(run) and run.trace.first(
        "error", label=RETYPE_ERROR, code=(8, 10), after=pool_made(run)),
          _("An untyped or a slot was taken that an object is in. Mark both as used when an object "
            "is made, and use no slot twice.")),
    usual("the object is not what was asked for",
          lambda run: made_in_trial(run) and not freed(run),
          _("The trial ended before it freed an object. object_alloc() makes an object of the type "
            "that it is asked for, and returns its slot.")),
    usual("the pool is full", lambda run: pool_made(run) and run.trace.last(
        "error", label=RETYPE_ERROR, code=10),
          _("The allocator ran out of memory. Memory comes back only when an untyped has no "
            "objects left: give each object an untyped of its own.")),
    usual("the slots are full", lambda run: pool_made(run) and refused(8)(run),
          _("A slot was still occupied. Delete an object's capability when it is freed, use its "
            "slot again, and mark nothing as free but what was freed.")),
    _("Cut the pool into one child untyped for each object that can live at a time. To allocate, "
      "retype in a free child; to free, delete the object and mark its child as free."),
])
def allocator_survives(run):
    require(survived(run),
            expected=_("the trial finding all objects as it asked for them"),
            seen=_("a trial that stopped before its end"))
    found = flaw(run)
    require(not found, expected=_("each object made in the pool, and there until it was freed"),
            seen=_("other objects there, or others gone"),
            mistaken=found in ("outside", "kept", "lost") or bool(too_many(run)))
