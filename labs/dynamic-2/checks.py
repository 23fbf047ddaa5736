"""Evidence for the tasks of dynamic-2: what the kernel saw of the mapping and of the conversation.

Invariants: objects are known by their addresses in the trace, never by printed text; a task's
evidence is there in every state from its own on, and in none before. The steps that never enter
the kernel (tasks 8, 10, 12, 13 and 14) are seen in their answers to the kernel's questions.
"""

from grader.checking import _, require, task, usual

from .rehearsed import (CUT, NOT_REHEARSED, answered, cut, questions, read, request_seen,
                        require_answers, require_read, turned_over, wrongly_taken)
from .seen import (ALIGNMENT, ALL_ONES, ENDPOINT, FAILED_LOOKUP, FRAME, IPCBUF_VADDR, LARGE_PAGE,
                   NOTIFICATION, ONE_WORD, PAGE_MAP, PAGE_TABLE, PAGE_TABLE_MAP, RETYPE, TCB,
                   attempt, buffer_frames, callable_through, complaint, copy_seen, first_object,
                   foreign_frame, is_call, map_seen, mapped, mapped_at_once, misplaced, objects,
                   reply, request, shown, tables_for_frames, thread_2, waiting, word, writable)

exam = questions


@task(1, advice=[
    usual("a page of another size", lambda run: first_object(run, LARGE_PAGE),
          _("The size is given in bits: IPCBUF_FRAME_SIZE_BITS (12) asks for 2^12 = 4096 bytes.")),
    usual("a size that there is none of",
          lambda run: any("There is no frame of" in line for line in run.serial),
          _("There is no page of that size. It is given in bits: IPCBUF_FRAME_SIZE_BITS, not "
            "4096.")),
    usual("a table is no frame", tables_for_frames,
          _("A page table was made. The page for the IPC buffer is a frame: vka_alloc_frame().")),
    usual("memory is no frame", lambda run: not first_object(run, FRAME)
          and run.trace.first("error", label=PAGE_MAP, cap="untyped"),
          _("What was made is untyped memory, which cannot be mapped. The page for the IPC buffer "
            "is a frame: vka_alloc_frame().")),
    _("vka_alloc_frame() makes the frame: of 2^IPCBUF_FRAME_SIZE_BITS bytes, described in "
      "ipc_frame_object."),
])
def frame_made(run):
    require(first_object(run, FRAME), expected=_("a frame of 4 KiB being made"),
            seen=_("no frame being made"))


@task(2, advice=[
    usual("the mapped object is no frame",
          lambda run: run.trace.first("error", label=PAGE_MAP, cap=lambda cap: cap != "frame"),
          _("The first argument is the frame's capability, ipc_frame_object.cptr, not the object "
            "structure and not another capability.")),
    usual("the address space is no address space",
          lambda run: run.trace.first("error", label=PAGE_MAP, code=2),
          _("The second argument is the root of the address space, pd_cap.")),
    usual("another frame", lambda run: foreign_frame(run, "error", code=FAILED_LOOKUP),
          _("Another frame was tried than the one of task 1, which becomes the IPC buffer: map "
            "ipc_frame_object.cptr.")),
    usual("no address of a page",
          lambda run: run.trace.first("error", label=PAGE_MAP, code=ALIGNMENT),
          _("The address is no multiple of 4096 (seL4_AlignmentError), so no page begins there: "
            "pass ipc_buffer_vaddr itself.")),
    usual("the address is another one", mapped_at_once,
          _("The frame was mapped at once, so a page table was there already: use the address "
            "ipc_buffer_vaddr.")),
    _("seL4_ARCH_Page_Map() takes the frame's capability, the address space, the address, rights "
      "and attributes: the lesson says which. Keep the error that it returns."),
])
def mapping_tried(run):
    tried = run.trace.first("error", label=PAGE_MAP, code=FAILED_LOOKUP, obj=buffer_frames(run))
    other = foreign_frame(run, "error", code=FAILED_LOOKUP)
    require(tried, expected=_("an attempt to map the frame that fails for want of a page table"),
            seen=_("an attempt with another frame") if other else _("no such attempt"),
            mistaken=bool(other))


@task(3, advice=[
    usual("another kind of table", lambda run: first_object(run, 11) or first_object(run, 5),
          _("The lowest level is missing, a page table: vka_alloc_page_table(), not a page "
            "directory.")),
    usual("the table is allocated, but error still holds task 2's",
          lambda run: first_object(run, PAGE_TABLE),
          _("Assign the result to error: otherwise the old error of task 2 is still in it.")),
    usual("a second frame", lambda run: len(objects(run, FRAME)) > 1,
          _("A second frame was made. What is missing is the table above the page: "
            "vka_alloc_page_table().")),
    _("vka_alloc_page_table() makes the table, described in pt_object. Keep what it returns in "
      "error."),
])
def page_table_made(run):
    require(first_object(run, PAGE_TABLE), expected=_("a page table being made"),
            seen=_("no page table being made"))


@task(4, advice=[
    usual("somewhere else", lambda run: misplaced(run, PAGE_TABLE),
          _("The table was mapped at {address:#x}, not for {wanted:#x}: the address is "
            "ipc_buffer_vaddr, and one table serves the 2 MiB around it.")),
    usual("once more", lambda run: mapped(run, PAGE_TABLE)
          and run.trace.first("error", label=PAGE_TABLE_MAP),
          _("The first call mapped the table at the right address; another one then mapped it "
            "once more, which the kernel refuses. Call seL4_ARCH_PageTable_Map() once.")),
    usual("the table is mapped, but error still holds task 2's",
          lambda run: mapped(run, PAGE_TABLE)
          and complaint(run, "Failed to map the page table"),
          _("The table is mapped where it should be. Keep what the call returns in error: "
            "otherwise the old error of task 2 is still in it.")),
    usual("the frame instead of the table", lambda run: len(run.trace.events(
        "error", label=PAGE_MAP, code=FAILED_LOOKUP)) > 1,
          _("The table has to be mapped first, with seL4_ARCH_PageTable_Map() and "
            "pt_object.cptr; the frame follows in task 5.")),
    usual("no page table is given",
          lambda run: run.trace.first("error", label=PAGE_TABLE_MAP,
                                      cap=lambda cap: cap != "page_table"),
          _("The first argument is no page table: it is pt_object.cptr, from task 3.")),
    usual("there is one already",
          lambda run: run.trace.first("error", label=PAGE_TABLE_MAP, code=8),
          _("The address that was given already has a page table (seL4_DeleteFirst). "
            "ipc_buffer_vaddr has none yet: pass that.")),
    usual("the call was refused", lambda run: run.trace.first("error", label=PAGE_TABLE_MAP),
          _("The kernel refused the mapping: the arguments are pt_object.cptr, pd_cap, "
            "ipc_buffer_vaddr and seL4_ARCH_Default_VMAttributes.")),
    _("seL4_ARCH_PageTable_Map() takes the table's capability and, as in task 2, the address "
      "space, the address and attributes."),
])
def page_table_mapped(run):
    require(mapped(run, PAGE_TABLE),
            expected=_("the page table mapped for the address {address:#x}", address=IPCBUF_VADDR),
            seen=map_seen(run, "page_table") or _("no page table mapped there"))


@task(5, advice=[
    usual("the table once more", lambda run: run.trace.first("error", label=PAGE_TABLE_MAP),
          _("The page table is mapped already, by task 4. What is missing is the frame: "
            "seL4_ARCH_Page_Map().")),
    usual("somewhere else", lambda run: misplaced(run, FRAME),
          _("The frame was mapped at {address:#x}, not at {wanted:#x}: the address is "
            "ipc_buffer_vaddr. A frame can be mapped at one address only.")),
    usual("another frame", lambda run: foreign_frame(run, "map"),
          _("Another frame was mapped than the one of task 1, which becomes the IPC buffer: map "
            "ipc_frame_object.cptr.")),
    usual("once more", lambda run: mapped(run, FRAME)
          and run.trace.first("error", label=PAGE_MAP, after=mapped(run, FRAME)),
          _("The first call mapped the frame at the right address; another one then tried to map "
            "it once more, which the kernel refuses. Call seL4_ARCH_Page_Map() once.")),
    usual("read-only", lambda run: mapped(run, FRAME) and not mapped(run, FRAME, rights=writable),
          _("The frame was mapped at the right address, but read-only: pass seL4_AllRights.")),
    usual("the frame is mapped, but error still holds task 2's",
          lambda run: mapped(run, FRAME) and complaint(run, "Failed to map the frame"),
          _("The frame is mapped where it should be. Keep what the call returns in error: "
            "otherwise the old error of task 2 is still in it.")),
    usual("the same call fails again", lambda run: len(run.trace.events(
        "error", label=PAGE_MAP)) > 1,
          _("Mapping the frame failed again. Its arguments are those of task 2; the page table "
            "of task 4 must be in place before.")),
    _("Repeat the call of task 2: with the page table in place it works."),
])
def frame_mapped(run):
    require(mapped(run, FRAME, rights=writable, obj=buffer_frames(run)),
            expected=_("the frame mapped at {address:#x}, writable", address=IPCBUF_VADDR),
            seen=map_seen(run, "frame") or _("no frame mapped there"),
            mistaken=bool(foreign_frame(run, "map")))


@task(6, advice=[
    usual("a notification is no endpoint",
          lambda run: not first_object(run, ENDPOINT) and first_object(run, NOTIFICATION),
          _("A notification carries signals, not messages: call vka_alloc_endpoint().")),
    usual("a thread is no endpoint",
          lambda run: not first_object(run, ENDPOINT) and len(objects(run, TCB)) > 1,
          _("A second TCB was made. An endpoint comes from vka_alloc_endpoint().")),
    usual("by hand, and refused", lambda run: run.trace.first("error", label=RETYPE),
          _("The kernel refused to make an object. vka_alloc_endpoint() finds memory and a free "
            "slot by itself.")),
    _("vka_alloc_endpoint() makes the endpoint, described in ep_object. Keep what it returns in "
      "error."),
])
def endpoint_made(run):
    require(first_object(run, ENDPOINT), expected=_("an endpoint being made"),
            seen=_("no endpoint being made"))


@task(7, advice=[
    usual("a copy without a badge",
          lambda run: run.trace.first(("copy", "mint"), cap="endpoint", badge=0),
          _("The copy has no badge. Pass EP_BADGE as the last argument of vka_mint_object().")),
    usual("the lesson's number",
          lambda run: run.trace.first("mint", cap="endpoint", badge=0x61),
          _("The badge is the number that the lesson prints. Write the constant EP_BADGE: its "
            "value changes when the lab is graded.")),
    usual("fewer rights", lambda run: run.trace.first(
        "mint", cap="endpoint", badge=run.const.EP_BADGE,
        rights=lambda rights: not callable_through(rights)),
          _("The copy cannot be called through: seL4_Call needs the rights to write and to "
            "grant. Pass seL4_AllRights.")),
    _("vka_mint_object() copies a capability and stamps a badge on it: from ep_object into "
      "ep_cap_path, with all rights, and with EP_BADGE."),
])
def badged_copy_made(run):
    made = run.trace.first(("mint", "mutate"), cap="endpoint", badge=run.const.EP_BADGE,
                           obj=tuple(objects(run, ENDPOINT)), rights=callable_through)
    require(made, expected=_("a copy of the endpoint's capability with badge {badge:#x}",
                             badge=run.const.EP_BADGE), seen=copy_seen(run))


@task(8, advice=[
    NOT_REHEARSED,
    usual("the length is not one",
          lambda run: request(run) and request(run).len != 1
          or any("not the length expected" in line for line in run.serial),
          _("The tag says how many words the message has: one.")),
    usual("the word is another one",
          lambda run: word(request(run)) not in (None, run.const.MSG_DATA),
          _("Message register 0 must hold the constant MSG_DATA, whose value changes when the "
            "lab is graded.")),
    usual("a label, or capabilities", lambda run: any(
        made.value != ONE_WORD and made.value & 127 == 1 for made in answered(run, 8)),
          _("The tag says more than the length. The first three fields of seL4_MessageInfo_new() "
            "are 0: no label and no capabilities.")),
    _("The word goes into message register 0, and the tag says that the message has one word."),
], done_also_by=(14,))
def request_made(run):
    require_answers(
        run, 8, lambda made: made.register == run.const.MSG_DATA and made.value == ONE_WORD,
        _("make_request() to make a message of one word, {word:#x}, with label 0 and no "
          "capabilities", word=run.const.MSG_DATA),
        lambda made: request_seen(run, made))


@task(9, advice=[
    usual("a send waits for no reply", lambda run: attempt(run) and not is_call(attempt(run)),
          _("The message was sent by seL4_Send, which does not wait for a reply: use "
            "seL4_Call().")),
    usual("the capability without a badge", lambda run: attempt(run) and attempt(run).badge == 0,
          _("The message came without a badge. Call through the copy of task 7, "
            "ep_cap_path.capPtr, not through ep_object.cptr.")),
    usual("an empty slot is called", lambda run: run.trace.first("error", cap="null"),
          _("The capability that you call is not there: it is ep_cap_path.capPtr, from task 7.")),
    _("seL4_Call() sends through the badged copy, ep_cap_path.capPtr, and returns the reply's "
      "tag."),
])
def called(run):
    sent = attempt(run)
    require(sent, expected=_("main sending through the endpoint and waiting"),
            seen=_("no message of main's arriving or waiting there"))
    require(is_call(sent) and sent.badge == run.const.EP_BADGE,
            expected=_("main calling with badge {badge:#x}", badge=run.const.EP_BADGE),
            seen=_("a call with badge {badge:#x}", badge=sent.badge) if is_call(sent)
            else _("a send with badge {badge:#x}", badge=sent.badge))


@task(10, advice=[
    NOT_REHEARSED,
    usual("cut to 32 bits", lambda run: cut(read(run, 10)), CUT),
    usual("turned over", lambda run: turned_over(read(run, 10)),
          _("thread_2 has turned the bits over already: return the word as it lies in message "
            "register 0.")),
    usual("another register", lambda run: any("content was not what" in line
                                              for line in run.serial),
          _("The reply's word arrives in message register 0.")),
    usual("the word is known beforehand",
          lambda run: any("main: got a reply" in line for line in run.serial),
          _("The number is right, but it does not come from the message: other messages bring "
            "other numbers. Read it with seL4_GetMR().")),
    _("Return the word in message register 0, read there and not changed."),
], done_also_by=(13,))
def reply_read(run):
    require_read(run, 10, "read_reply()")


@task(11, advice=[
    usual("the message came without a badge",
          lambda run: request(run) and request(run).badge == 0,
          _("thread_2 received, but main sent without a badge: look at task 9 again.")),
    usual("a capability that is not there",
          lambda run: run.trace.first("fault", kind="cap"),
          _("seL4_Recv faulted: its capability must be the endpoint itself, ep_object.cptr.")),
    usual("once more", lambda run: waiting(run, request(run))
          and not complaint(run, "thread_2: got a message"),
          _("thread_2 received the message, and then receives a second time, for which nobody "
            "sends. Call seL4_Recv() once.")),
    usual("the badge is not kept", lambda run: request(run),
          _("thread_2 received the message. Pass &sender_badge as second argument, and keep the "
            "returned tag in tag.")),
    _("seL4_Recv() waits on ep_object.cptr, returns the tag and fills in the sender's badge."),
])
def received(run):
    require(request(run), expected=_("thread_2 receiving main's message"),
            seen=_("no message reaching thread_2"))


@task(12, advice=[
    NOT_REHEARSED,
    usual("the right message is refused",
          lambda run: any("not the message that I wait for" in line for line in run.serial),
          _("thread_2 refuses main's own message: its badge is EP_BADGE and its length is 1. "
            "Does task 11 keep both?")),
    usual("only some bits of the badge count", lambda run: wrongly_taken(run) and all(
        judged.a % 2 ** 32 == run.const.EP_BADGE and judged.b == 1 for judged in wrongly_taken(run)),
          _("A badge has 64 bits, and is_expected() looks at 32 of them: keep it in a seL4_Word, not "
            "in an int.")),
    usual("too much is taken", wrongly_taken,
          _("thread_2 takes main's message, but is_expected() also takes wrong ones, which others "
            "could send: compare the badge with EP_BADGE, and the length with 1.")),
    _("Two things must hold: the badge is EP_BADGE, and the message has exactly one word. If "
      "either does not, the answer is false."),
])
def request_verified(run):
    require_answers(
        run, 12, lambda judged: judged.value == (judged.a == run.const.EP_BADGE and judged.b == 1),
        _("is_expected() to take a message of one word with badge {badge:#x}, and no other",
          badge=run.const.EP_BADGE),
        lambda judged: _("is_expected() taking a message of length {count} with badge {badge:#x}",
                         badge=judged.a, count=judged.b) if judged.value
        else _("is_expected() refusing the message of one word with badge {badge:#x}",
               badge=judged.a))


@task(13, advice=[
    NOT_REHEARSED,
    usual("cut to 32 bits", lambda run: cut(read(run, 13)), CUT),
    usual("the word is known beforehand",
          lambda run: any(f"got a message {run.const.MSG_DATA:#x} " in line
                          for line in run.serial),
          _("The number is right, but it does not come from the message: other messages bring "
            "other numbers. Read it with seL4_GetMR().")),
    usual("turned over", lambda run: turned_over(read(run, 13)),
          _("thread_2 turns the bits over afterwards, in ~msg: return the word as it lies in "
            "message register 0.")),
    usual("another register", lambda run: word(request(run)),
          _("The message has arrived, and its word lies in message register 0: return what is "
            "there.")),
    _("Return the word in message register 0."),
], done_also_by=(10,))
def request_read(run):
    require_read(run, 13, "read_request()")


@task(14, advice=[
    NOT_REHEARSED,
    usual("cut to 32 bits",
          lambda run: cut([(wrote.b, wrote.register) for wrote in answered(run, 14)]), CUT),
    usual("turned over",
          lambda run: turned_over([(wrote.b, wrote.register) for wrote in answered(run, 14)]),
          _("thread_2 has turned the bits over already, in ~msg: put the word into message "
            "register 0 as it is.")),
    usual("the word goes back as it came",
          lambda run: word(reply(run)) is not None and word(reply(run)) == word(request(run)),
          _("The reply holds the request's word, unchanged: write_reply() must put its argument "
            "into message register 0.")),
    usual("a word of its own", lambda run: word(reply(run)) is not None,
          _("The reply holds another word than write_reply() was given: put its argument into "
            "message register 0, as it is.")),
    _("seL4_SetMR() puts a word into a message register; the reply's word belongs into number 0."),
])
def reply_written(run):
    require_answers(
        run, 14, lambda wrote: wrote.register == wrote.b,
        _("write_reply() to put its word into message register 0"),
        lambda wrote: _("{there:#x} in it, where the word was {word:#x}", there=wrote.register,
                        word=wrote.b))


@task(15, advice=[
    usual("the reply is empty", lambda run: reply(run) and reply(run).len != 1,
          _("The reply has the wrong length: its tag must say one word.")),
    usual("another capability is waited on",
          lambda run: run.trace.first("fault", kind="cap", tcb=thread_2(run), after=request(run)),
          _("thread_2 waits on a capability that is no endpoint: seL4_ReplyRecv() waits on "
            "ep_object.cptr.")),
    usual("nobody waits after the reply",
          lambda run: reply(run) and run.trace.first("fault", tcb=thread_2(run)),
          _("thread_2 replied, then ran off its end. seL4_ReplyRecv() replies and waits in one "
            "call; after seL4_Reply() a seL4_Recv() is needed.")),
    usual("the wait is missing, or is elsewhere",
          lambda run: reply(run) and not waiting(run, reply(run)),
          _("thread_2 replied, but does not wait for the next message: seL4_ReplyRecv() does both, "
            "and waits on ep_object.cptr.")),
    usual("a send instead of a reply", lambda run: run.trace.first(
        "block", tcb=thread_2(run), on="send"),
          _("thread_2 tries to send through the endpoint, where nobody receives. A reply goes to "
            "the caller: seL4_ReplyRecv().")),
    _("seL4_ReplyRecv() answers the caller and waits for the next message. The tag that it is "
      "given is the reply's: one word."),
])
def replied(run):
    got = reply(run)
    require(got, expected=_("thread_2 replying to main"), seen=_("no reply"))
    wanted = run.const.MSG_DATA ^ ALL_ONES
    require(got.len == 1 and word(got) == wanted,
            expected=_("a reply of one word, {word:#x}", word=wanted),
            seen=_("a reply of length {count}, the first word {first}", count=got.len,
                   first=shown(word(got))))
    require(waiting(run, got), mistaken=True,
            expected=_("thread_2 waiting on the endpoint after its reply"),
            seen=_("a reply, and nobody waiting there after it"))
