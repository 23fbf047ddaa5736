"""What there is to see in a run of dynamic-2: its objects, mappings and messages.

Invariant: objects are known by their addresses in the trace, never by printed text.
"""

from grader.checking import _

TCB, ENDPOINT, NOTIFICATION = 1, 2, 3
FRAME, LARGE_PAGE, PAGE_TABLE = 8, 9, 10
RETYPE, PAGE_MAP, PAGE_TABLE_MAP = 1, 39, 37
ALIGNMENT, FAILED_LOOKUP = 5, 6
WRITE, GRANT, GRANT_REPLY = 1, 4, 8
IPCBUF_VADDR = 0x7000000
MAPPED_AS = {FRAME: ("frame", 12), PAGE_TABLE: ("page_table", 21)}  # and the bits of its range
ALL_ONES = 2 ** 64 - 1
ONE_WORD = 1  # the tag of a message of one word: label and capabilities are 0


def objects(run, kind):
    """The addresses of all objects of this type that the program made, in order."""
    return [obj for made in run.trace.events("retype", type=kind) for obj in made.objs]


def first_object(run, kind):
    """The first object of this type, or None."""
    return next(iter(objects(run, kind)), None)


def main_thread(run):
    """The thread that runs main; None if the kernel never got so far."""
    boot = run.trace.first("boot")
    return boot.tcb if boot else None


def thread_2(run):
    """The TCB that the program made."""
    return first_object(run, TCB)


def request(run):
    """The message with which main reached thread_2, or None."""
    return run.trace.first("msg", from_=main_thread(run), to=thread_2(run),
                           kind=("call", "send"), via=tuple(objects(run, ENDPOINT)))


def attempt(run):
    """main's message, or, while nobody receives it, main waiting at the endpoint; or None."""
    return request(run) or run.trace.first("block", tcb=main_thread(run), on="send",
                                           obj=tuple(objects(run, ENDPOINT)))


def is_call(sent):
    """True if what attempt() found waits for a reply."""
    return sent.call == 1 if sent.ev == "block" else sent.kind == "call"


def waiting(run, since):
    """thread_2 beginning to wait where main's message came, later than since; or None."""
    came = request(run)
    return since and came and run.trace.first("block", tcb=thread_2(run), on="recv",
                                              after=since, obj=came.via)


def reply(run):
    """The reply that main got from thread_2, or None."""
    return run.trace.first("msg", kind="reply", from_=thread_2(run), to=main_thread(run))


def word(message):
    """The first word of a message, or None."""
    return message.mr[0] if message and message.len and message.mr else None


def mapped(run, kind, there=True, **fields):
    """The first frame or page table that was mapped for the IPC buffer's address, or None.

    there=False: the first one that was mapped for any other.
    """
    cap, span = MAPPED_AS[kind]
    fields = {"obj": tuple(objects(run, kind)), **fields}
    return run.trace.first("map", cap=cap, vaddr=lambda at:
                           (int(at, 16) >> span == IPCBUF_VADDR >> span) == there, **fields)


def buffer_frames(run):
    """The frames that may be task 1's: the first one made, and what becomes the IPC buffer."""
    given = run.trace.events("tcb", op="configure", target=thread_2(run),
                             frame=tuple(objects(run, FRAME)))
    return (first_object(run, FRAME), *(tcb.frame for tcb in given))


def foreign_frame(run, kind, **fields):
    """The first try (an error or a map) with another frame than task 1's, or None."""
    return run.trace.first(kind, cap="frame", obj=lambda obj: obj not in buffer_frames(run),
                           **fields)


def mapped_at_once(run):
    """True if a frame was mapped before a page table was."""
    table = run.trace.first("map", cap="page_table")
    return run.trace.first("map", cap="frame", before=table)


def tables_for_frames(run):
    """True if a page table was made in place of the frame: not task 3's, which comes later."""
    tried = run.trace.first("error", label=PAGE_MAP)
    return not first_object(run, FRAME) and (
        run.trace.first("retype", type=PAGE_TABLE, before=tried)
        or len(objects(run, PAGE_TABLE)) > 1)


def callable_through(rights):
    """True if seL4_Call works through a capability with these rights."""
    return rights & WRITE and rights & (GRANT | GRANT_REPLY)


def writable(rights):
    """True if these rights include writing."""
    return rights & WRITE


def misplaced(run, kind):
    """For a text: the address for which one was mapped, and the wanted one; or None."""
    made = mapped(run, kind, there=False)
    return made and {"address": int(made.vaddr, 16), "wanted": IPCBUF_VADDR}


def complaint(run, text):
    """True if main gave up with these words."""
    return any(text in line for line in run.serial)


def map_seen(run, cap):
    """Where the last frame or page table was mapped, if one was."""
    made = run.trace.last("map", cap=cap)
    if not made:
        return None
    if int(made.vaddr, 16) == IPCBUF_VADDR and cap == "frame":
        if made.obj not in buffer_frames(run):
            return _("another frame mapped there")
        if not made.rights & WRITE:
            return _("it mapped there, but read-only")
    return _("one mapped at {address:#x}", address=int(made.vaddr, 16))


def copy_seen(run):
    """What the last copy of the endpoint's capability was like."""
    made = run.trace.last(("copy", "mint", "mutate"), cap="endpoint",
                          obj=tuple(objects(run, ENDPOINT)))
    if not made:
        return _("no copy of it")
    if made.badge == run.const.EP_BADGE:
        if made.rights & WRITE:
            return _("such a copy, without the right to grant")
        if made.rights & (GRANT | GRANT_REPLY):
            return _("such a copy, without the right to write")
        return _("such a copy, without the rights to write and to grant")
    return _("a copy with badge {badge:#x}", badge=made.badge)


def shown(value):
    """A value for people: hexadecimal, or 'nothing'."""
    return _("nothing") if value is None else f"{value:#x}"
