"""Evidence for the tasks of ipc: which messages and capabilities passed between the programs.

Invariants: a program is known by the thread that the loader named for it, before any program ran;
what it prints or calls itself later counts for nothing. A word counts only if it arrived with its
client's badge.
"""

from grader.checking import _, require, task, usual

WORDS = {1: 4, 2: 5}
CLIENTS = (1, 2)


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


def answers(run, client):
    """The replies to those calls."""
    said = calls(run, client)
    return run.trace.events("msg", kind="reply", from_=thread(run, "server"),
                            to=thread(run, client), after=said[0]) if said else []


def letters(message):
    """The letters of a word that the trace shows: the first four."""
    return "".join(chr(word) if 32 <= word < 127 else "?" for word in message.mr)


def printed(run, message):
    """True if the serial shows the word of this message."""
    return any(len(line) == message.len and line.startswith(letters(message))
               for line in run.serial)


def words_answered_in_turn(run):
    """True if no client got two answers to words while the other one waited for its own."""
    order = [client for _, client in sorted(
        (answer.n, client) for client in CLIENTS
        for answer in answers(run, client)[:WORDS[client] - 1])]
    return all(one != other for one, other in zip(order, order[1:]))


@task(1, advice=[
    usual("the capability without a badge", lambda run: any(
        introduced(run, client) and introduced(run, client).caps
        and run.trace.first("msg", kind="call", badge=0, from_=thread(run, client),
                            after=introduced(run, client)) for client in CLIENTS),
          _("The client got a capability without a badge. Send the one in free_slot, which was "
            "minted for it, not endpoint itself.")),
    usual("an empty reply", lambda run: any(
        introduced(run, client) and not introduced(run, client).caps for client in CLIENTS),
          _("The reply carried no capability. seL4_SetCap() names the one in free_slot, and the "
            "tag must count it: one extra capability, no words.")),
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
        require(badged and (not said or said.badge == number(run, client)),
                expected=_("client {client} calling with the badge {number}", client=client,
                           number=number(run, client)),
                seen=_("badge {badge}", badge=said.badge) if said
                else _("no capability with this badge"))


@task(2, advice=[
    usual("one letter a line", lambda run: sum(len(line) == 1 for line in run.serial) > 2,
          _("Print the newline once, after the loop.")),
    usual("only registers of the processor",
          lambda run: any(line.endswith("uic") or line in ("quic", "brow", "jump")
                          for line in run.serial),
          _("A word is missing its end. The loop must run over all "
            "seL4_MessageInfo_get_length(info) registers.")),
    usual("numbers instead of letters", lambda run: "116" in "".join(run.serial),
          _("Print the letters with %c: each register holds one character's code.")),
    _("One loop over all message registers of the message, each printed as a character; then one "
      "newline."),
])
def words_printed(run):
    said = [call for client in CLIENTS for call in calls(run, client) if call.len]
    require(said, expected=_("a word arriving with its client's badge"), seen=_("no such word"))
    lost = [call for call in said if not printed(run, call)]
    require(not lost, expected=_("every word that arrived on the serial line"),
            seen=_("no line for the word {word!r}", word=letters(lost[0]) if lost else ""))


@task(3, advice=[
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
])
def all_answered(run):
    if run.trace.first("savecaller") and not any("done" in line for line in run.serial):
        return  # task 4 keeps the replies: only a run without task 4 can tell, and is made
    for client in CLIENTS:
        said, answered = calls(run, client), answers(run, client)
        require(len(said) == WORDS[client] + 1 and len(answered) == len(said),
                expected=_("the {count} words and the goodbye of client {client}, each with a "
                           "reply", count=WORDS[client], client=client),
                seen=_("{calls} calls and {replies} replies", calls=len(said),
                       replies=len(answered)))


@task(4, advice=[
    usual("the slot is taken", lambda run: run.trace.first("error", label=25, code=8),
          _("reply_slot still held a capability: answer the client that waits there before the "
            "next reply capability goes in.")),
    usual("nobody is answered", lambda run: run.trace.first("savecaller")
          and not all(answers(run, client) for client in CLIENTS),
          _("A reply capability was kept but never used. seL4_Send(reply_slot, …) answers the "
            "client that waits, and empties the slot.")),
    usual("a goodbye is kept too", lambda run: run.trace.first("savecaller")
          and sum(len(calls(run, client)) for client in CLIENTS) >= 9,
          _("A goodbye (a message without a letter) must not wait for the other client: keep the "
            "reply capability only if length > 0.")),
    _("First answer the client that is kept waiting, if there is one. Then, if this message is a "
      "word, keep its sender's reply capability, whatever number the sender has."),
])
def turns_taken(run):
    kept = run.trace.events("savecaller")
    require(len(kept) >= 4, expected=_("reply capabilities kept for later"),
            seen=_("{count} of them", count=len(kept)))
    require(words_answered_in_turn(run), expected=_("replies going to the two clients in turn"),
            seen=_("one client getting two replies in a row"))
