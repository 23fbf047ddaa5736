"""Evidence for the tasks of ipc: which messages and capabilities passed between the programs.

Invariants: a program is known by the thread that the loader named for it, before any program ran;
what it prints or calls itself later counts for nothing. A word counts only if it arrived with its
client's badge.
"""

from grader.checking import _, require, task, usual

WORDS = {1: 4, 2: 5}
CLIENTS = (1, 2)
FREE_SLOT, REPLY_SLOT = 4, 5  # as the loader numbers the slots of the server


def number(run, client):
    """The number that this client names when it is a stranger."""
    return run.const[f"CLIENT_{client}_ID"]


def thread(run, program):
    """The thread of this program; a client is given by its number."""
    name = program if program == "server" else f"client_{program}"
    named = run.trace.first("name", name=name)
    return named and named.target


def introduction(run, client):
    """The call by which this client asked for its badge, or None."""
    return run.trace.first("msg", kind="call", badge=0, from_=thread(run, client),
                           to=thread(run, "server"))


def introduced(run, client):
    """The answer to the client's introduction, or None."""
    asked = introduction(run, client)
    return asked and run.trace.first("msg", kind="reply", from_=thread(run, "server"),
                                     to=thread(run, client), after=asked)


def calls(run, client):
    """All calls of this client that arrived with its badge: its words, and its goodbye."""
    return run.trace.events("msg", kind="call", from_=thread(run, client),
                            to=thread(run, "server"), badge=number(run, client))


def spoken(run):
    """All words that arrived, of both clients."""
    return [call for client in CLIENTS for call in calls(run, client) if call.len]


def answers(run, client):
    """The replies to those calls."""
    said = calls(run, client)
    return run.trace.events("msg", kind="reply", from_=thread(run, "server"),
                            to=thread(run, client), after=said[0]) if said else []


def first_words(run):
    """The first word of each client, in the order of arrival.

    The server receives these outside all tasks: their tag and badge are surely the message's own.
    """
    said = [call for client in CLIENTS for call in calls(run, client)[:1] if call.len]
    return sorted(said, key=lambda call: call.n)


def wordy(replies):
    """The first of these replies that carries words, or None: the lesson wants none in any."""
    return next((reply for reply in replies if reply.len), None)


def require_no_words(replies):
    """Require that all these replies are without words."""
    found = wordy(replies)
    require(not found, expected=_("replies without words"),
            seen=_("a reply that carries words: {count}", count=found.len) if found else "",
            mistaken=True)


def letters(message):
    """The letters of a word that the trace shows: the first four."""
    return "".join(chr(word) if 32 <= word < 127 else "?" for word in message.mr)


def shown(message):
    """A word for people; of a long one the trace has only the beginning."""
    if message.len <= len(message.mr):
        return _("the word {word!r}", word=letters(message))
    return _("the word of {count} letters that begins with {word!r}", count=message.len,
             word=letters(message))


def printed(run, message):
    """True if the serial shows the word of this message."""
    return any(len(line) == message.len and line.startswith(letters(message))
               for line in run.serial)


def with_more(run):
    """True if each word that arrived begins a line, and one of them only longer lines."""
    begun = all(any(len(line) >= call.len and line.startswith(letters(call))
                    for line in run.serial) for call in spoken(run))
    return begun and not all(printed(run, call) for call in spoken(run))


def spelled(run, message):
    """True if the serial shows the letters of this word one a line."""
    lines, word = run.serial, list(letters(message))
    return any(lines[at:at + len(word)] == word for at in range(len(lines)))


def server_sends(run):
    """True if the server waits to send through the endpoint, where only it receives."""
    return run.trace.first("block", tcb=thread(run, "server"), on="send")


def uninvited(run):
    """The number that the server badged, as the serial shows, and no client named; or None."""
    server = thread(run, "server")
    named = [call.mr[0] for call in run.trace.events("msg", kind="call", to=server, badge=0)
             if call.mr]
    made = run.trace.events("mint", cap="endpoint", tcb=server)
    return next((mint.badge for mint in made if mint.badge not in named
                 and f"Badged {mint.badge}" in run.serial), None)


def dropped(run):
    """The clients' words and goodbyes that the server neither answered nor kept before it received.
    """
    server, open_, lost = thread(run, "server"), None, []
    for event in run.trace.events(("msg", "block", "savecaller")):
        arrives = event.ev == "msg" and event.to == server
        if arrives or event.ev == "block" and event.tcb == server and event.on == "recv":
            lost += [open_] if open_ and open_.badge else []
            open_ = event if arrives else None
        elif open_ and (event.ev == "savecaller" or event.to == open_.from_):
            open_ = None
    return lost


def dropped_some(run):
    """True if the server dropped a word or goodbye, but answered others of the same kind."""
    lost = dropped(run)
    return any(bool(one.len) == bool(other.len) for one in lost for client in CLIENTS
               if answers(run, client) for other in calls(run, client) if other not in lost)


def refused_to_keep(run):
    """The first error of seL4_CNode_SaveCaller(), or None."""
    return run.trace.first("error", label=25)


def keeps_only_goodbyes(run):
    """True if reply capabilities were kept, and each was that of a goodbye."""
    kept = run.trace.events("savecaller")
    return kept and not any(run.trace.last("msg", kind="call", to=thread(run, "server"),
                                           before=save).len for save in kept)


def answered_early(run):
    """The first client, by number, with a word answered before the other one spoke; or None.

    Nobody need wait for a client that has said goodbye.
    """
    for client, other in zip(CLIENTS, reversed(CLIENTS)):
        heard = calls(run, other)
        for word, answer in zip(calls(run, client), answers(run, client)):
            gone = any(call.n < word.n and not call.len for call in heard)
            if word.len and not gone and not any(word.n < call.n < answer.n for call in heard):
                return client
    return None


@task(1, advice=[
    usual("the capability without a badge", lambda run: any(
        introduced(run, client) and introduced(run, client).caps
        and run.trace.first("msg", kind="call", badge=0, from_=thread(run, client),
                            after=introduced(run, client)) for client in CLIENTS),
          _("The client got a capability without a badge. Send the one in free_slot, which was "
            "minted for it, not endpoint itself.")),
    usual("another place in the message", lambda run: any(
        introduced(run, client) and introduced(run, client).caps
        and not run.trace.first("msg", from_=thread(run, client), after=introduced(run, client))
        for client in CLIENTS),
          _("The tag announced a capability, but none came along: seL4_SetCap() counts from 0, and "
            "its second argument is free_slot.")),
    usual("an empty reply", lambda run: any(
        introduced(run, client) and not introduced(run, client).caps for client in CLIENTS),
          _("The reply carried no capability. seL4_SetCap() names the one in free_slot, and the "
            "tag must count it: one extra capability, no words.")),
    usual("words in the reply", lambda run: wordy(filter(None, (
        introduced(run, client) for client in CLIENTS))),
          _("The reply carries words. Its tag counts capabilities and words apart: one extra "
            "capability, length 0.")),
    usual("the answer is missing", lambda run: introduction(run, 1) and not introduced(run, 1),
          _("A client got no answer to its introduction: is seL4_Reply(info) still there?")),
    _("seL4_SetCap() names the capability to send, and the tag counts it as an extra capability."),
])
def badge_handed_out(run):
    asked = [client for client in CLIENTS if introduction(run, client)]
    require(asked, expected=_("a client's introduction reaching the server"), seen=_("none"))
    given = [client for client in asked if introduced(run, client) and introduced(run, client).caps]
    require(given, expected=_("a client getting a capability in the reply"),
            seen=_("no capability in any reply"))
    for client in given:
        said = run.trace.first("msg", kind="call", from_=thread(run, client),
                               after=introduced(run, client))
        badged = run.trace.first(("mint", "mutate"), cap="endpoint", badge=number(run, client))
        require(badged and said and said.badge == number(run, client),
                expected=_("client {client} calling with the badge {number}", client=client,
                           number=number(run, client)),
                seen=_("badge {badge}", badge=said.badge) if said else _("no call after the reply"))
    require_no_words([introduced(run, client) for client in given])


@task(2, advice=[
    usual("one letter a line", lambda run: any(spelled(run, call) for call in first_words(run)),
          _("Print the newline once, after the loop.")),
    usual("only the first letter", lambda run: any(
        letters(call)[0] in run.serial for call in first_words(run)),
          _("Only the first letter is printed: the loop must run over all "
            "seL4_MessageInfo_get_length(info) registers.")),
    usual("no newline", lambda run: any(line.startswith(letters(call)) and "Client" in line
                                        for call in first_words(run) for line in run.serial),
          _("The word is there, but its line does not end: print a newline after the loop.")),
    usual("one register too many", lambda run: any(
        len(line) == call.len + 1 and line.startswith(letters(call))
        for call in first_words(run) for line in run.serial),
          _("One register too many is printed: they go from 0 up to, not including, length.")),
    usual("more than the word", with_more,
          _("A line begins with the word and goes on after it. If the letters go into a string "
            "first: a string needs a 0 at its end.")),
    usual("the first letter is left out", lambda run: any(
        line and line == letters(call)[1:] for call in first_words(run) for line in run.serial),
          _("The first letter is missing: the registers are counted from 0.")),
    usual("the lesson's words", lambda run: any(
        line in ("the", "quick") and line not in run.const.values() for line in run.serial),
          _("That is the lesson's word. When graded, the clients say other words: print what is "
            "in the message registers.")),
    usual("only registers of the processor", lambda run: any(
        call.len > len(call.mr) and letters(call) in run.serial for call in first_words(run)),
          _("A word is missing its end. The loop must run over all "
            "seL4_MessageInfo_get_length(info) registers.")),
    usual("numbers instead of letters", lambda run: any(
        "".join(map(str, call.mr)) in "".join(run.serial).replace(" ", "")
        for call in first_words(run)),
          _("Print the letters with %c: each register holds one character's code.")),
    _("One loop over all message registers of the message, each printed as a character; then one "
      "newline."),
])
def words_printed(run):
    said = first_words(run)
    require(said, expected=_("a word arriving with its client's badge"), seen=_("no such word"))
    lost = [call for call in said if not printed(run, call)]
    require(not lost, expected=_("every word that arrived on the serial line"),
            seen=_("no line for {word}", word=shown(lost[0])) if lost else "")


@task(3, advice=[
    usual("not the address", lambda run: run.trace.first(
        "fault", kind="vm", tcb=thread(run, "server"),
        addr=[hex(number(run, client)) for client in CLIENTS]),
          _("The server faulted at an address that is a client's number: the last argument says "
            "where the number goes. It is the address, &sender.")),
    usual("did not wait", lambda run: {"number": uninvited(run)} if uninvited(run) is not None
          else None,
          _("The server badged the number {number}, which no client named: it went on without a "
            "message. Wait for one with seL4_ReplyRecv() or seL4_Recv(), not with seL4_NBRecv(), "
            "which does not wait.")),
    usual("a send instead of a reply", server_sends,
          _("The server sends through the endpoint, where nobody but itself receives, and waits "
            "for ever. A reply goes to the caller: seL4_ReplyRecv().")),
    usual("a capability that is not there",
          lambda run: run.trace.first("fault", kind="cap", tcb=thread(run, "server")),
          _("The server faulted on a capability that is not there: it waits on endpoint.")),
    usual("received before the reply", lambda run: any(
        introduced(run, client) and not introduced(run, client).caps for client in CLIENTS)
          and any(calls(run, client) and not answers(run, client) for client in CLIENTS),
          _("A client's introduction got the answer to another one's word: seL4_Reply() answers "
            "the message received last. Reply first, then receive: a seL4_Recv() before the reply "
            "has to go.")),
    usual("received twice", dropped_some,
          _("A message got no reply, because the next one was received first. Each message needs "
            "its answer before the next receive: the handout's seL4_Recv() has to go, since "
            "seL4_ReplyRecv() receives, too.")),
    usual("no reply to a goodbye", lambda run: any(
        len(calls(run, client)) == WORDS[client] + 1
        and len(answers(run, client)) == WORDS[client] for client in CLIENTS),
          _("A goodbye (a message without a letter) got no reply. Its client waits for one, too.")),
    usual("words in the reply", lambda run: any(
        wordy(answers(run, client)) for client in CLIENTS),
          _("A reply carries words. Its tag is a new one of length 0, "
            "seL4_MessageInfo_new(0, 0, 0, 0). The tag in info would send the words "
            "back that were received.")),
    usual("a reply only", lambda run: any(answers(run, client) for client in CLIENTS)
          and not any(len(calls(run, client)) > 1 for client in CLIENTS),
          _("The server answered once and did not wait again. seL4_ReplyRecv() does both; after "
            "seL4_Reply() a seL4_Recv() is needed.")),
    usual("nobody is answered",
          lambda run: not any(len(answers(run, client)) > 0 for client in CLIENTS),
          _("No client got a reply, so none says another word. seL4_ReplyRecv() answers the "
            "sender and waits for the next message.")),
    usual("the sender is not kept", lambda run: any(answers(run, client) for client in CLIENTS),
          _("Pass &sender as the last argument and keep the returned tag in info: both describe "
            "the next message.")),
    _("seL4_ReplyRecv() answers the sender and waits. Keep the tag and the badge of the next "
      "message."),
], hidden_by=(4,))
def all_answered(run):
    if run.trace.first("savecaller") and not any("done" in line for line in run.serial):
        return  # task 4 keeps the replies: only a run without task 4 can tell, and is made
    require(uninvited(run) is None, expected=_("only numbers that a client named being badged"),
            seen=_("the number {number}, which no client named", number=uninvited(run)))
    for client in reversed(CLIENTS):  # client 2 speaks first
        said, answered = calls(run, client), answers(run, client)
        require(len(said) == WORDS[client] + 1 and len(answered) == len(said),
                expected=_("the {count} words and the goodbye of client {client}, each with a "
                           "reply", count=WORDS[client], client=client),
                seen=_("{calls} of them arriving, {replies} with a reply", calls=len(said),
                       replies=len(answered)))
        # Where task 4 keeps the replies to words, only the last one is this task's.
        require_no_words(answered[-1:] if run.trace.first("savecaller") else answered)


@task(4, advice=[
    usual("kept in free_slot", lambda run: run.trace.first("savecaller").slot == FREE_SLOT,
          _("The reply capability went into free_slot, where the next stranger's badged "
            "capability belongs. Keep it in reply_slot.")),
    usual("kept in another slot", lambda run: run.trace.first("savecaller").slot != REPLY_SLOT
          and not run.trace.first("savecaller", slot=REPLY_SLOT),
          _("The reply capability went into another slot than reply_slot.")),
    usual("a send to the endpoint", server_sends,
          _("The server sends through the endpoint, where nobody but itself receives, and waits "
            "for ever. The client that is kept waiting is answered through reply_slot.")),
    usual("a slot that is not empty", lambda run: refused_to_keep(run).code == 8
          and not run.trace.first("savecaller", before=refused_to_keep(run)),
          _("The slot that seL4_CNode_SaveCaller() was given is taken from the start. The empty "
            "one is reply_slot.")),
    usual("wrong arguments", lambda run: refused_to_keep(run).code != 8,
          _("The kernel refused seL4_CNode_SaveCaller(): its arguments are cnode, reply_slot, "
            "seL4_WordBits.")),
    usual("deleted", lambda run: run.trace.first("delete", cap="reply", tcb=thread(run, "server")),
          _("A reply capability that was kept was deleted, not used. seL4_Send(reply_slot, …) "
            "answers the client that waits, and empties the slot.")),
    usual("only goodbyes are kept", keeps_only_goodbyes,
          _("Only goodbyes (messages without a letter) are kept: the condition is the other way "
            "round. Keep the reply capability if length > 0.")),
    usual("the wrong one is answered", lambda run: run.trace.first("error", label=25, code=8)
          and sum(bool(answers(run, client)) for client in CLIENTS) == 1,
          _("seL4_Reply() answers the client that spoke last. The one that is kept waiting is "
            "answered through its own capability: seL4_Send(reply_slot, …).")),
    usual("the slot is taken", lambda run: run.trace.first("error", label=25, code=8),
          _("reply_slot still held a capability: answer the client that waits there before the "
            "next reply capability goes in. If that is done only where reply_kept says so: is "
            "reply_kept set after the saving, and is it the one above main, not a second "
            "variable?")),
    usual("received before it was kept", lambda run: any(call.len for call in dropped(run)),
          _("A word was neither answered nor kept before the next receive, which drops the right "
            "to answer: seL4_CNode_SaveCaller() comes before any seL4_Recv().")),
    usual("nobody is answered", lambda run: run.trace.first("savecaller")
          and not all(answers(run, client) for client in CLIENTS),
          _("A reply capability was kept but never used. seL4_Send(reply_slot, …) answers the "
            "client that waits, and empties the slot.")),
    usual("a goodbye is kept too", lambda run: run.trace.first("savecaller")
          and len(run.trace.events("savecaller")) > len(spoken(run)),
          _("A goodbye (a message without a letter) must not wait for the other client: keep the "
            "reply capability only if length > 0.")),
    usual("a goodbye is left", lambda run: run.trace.first("savecaller")
          and any(not call.len for call in dropped(run)),
          _("A goodbye (a message without a letter) was neither kept nor answered: set reply_later "
            "only for a word.")),
    usual("words in the reply", lambda run: not answered_early(run) and any(
        wordy(answers(run, client)[:WORDS[client]]) for client in CLIENTS),
          _("The reply that was kept carries words. Its tag is a new one, "
            "seL4_MessageInfo_new(0, 0, 0, 0), too.")),
    usual("answered at once", lambda run: run.trace.first("savecaller")
          and answered_early(run),
          _("A client was answered before the other one had spoken. First answer the one that is "
            "kept waiting, then keep this message's sender, and leave it so.")),
    _("First answer the client that is kept waiting, if there is one. Then, if this message is a "
      "word, keep its sender's reply capability, whatever number the sender has."),
])
def turns_taken(run):
    early = answered_early(run)
    require(not early and all(len(answers(run, client)) >= WORDS[client] for client in CLIENTS),
            expected=_("each word answered only after the other client has spoken"),
            seen=_("client {client} being answered before", client=early) if early
            else _("a word without an answer"), mistaken=bool(run.trace.first("savecaller")))
    for client in CLIENTS:
        require_no_words(answers(run, client)[:WORDS[client]])
