"""The trace channel: every kind of record, whole, in order, with its fields, within its budget.

The program does each thing once and in a known order, so that its records can be named.
"""

import re

import pytest

from grader.lives import GONE, SEEN
from programs import boot

_HEAD = {"n", "t", "th", "tcb", "ev"}
_SLOT = {"cap", "obj", "badge", "cnode", "slot"}
_DERIVE = _SLOT | {"rights", "src", "dst"}
_TCB = {"op", "target", "targetname"}
FIELDS = {
    "boot": {"version"},
    "retype": {"ut", "type", "bits", "count", "dev", "objs", "cnode", "slot"},
    "copy": _DERIVE, "mint": _DERIVE, "move": _DERIVE, "mutate": _DERIVE, "rotate": _DERIVE,
    "delete": _SLOT, "revoke": _SLOT, "cancel": _SLOT, "savecaller": _SLOT,
    "msg": {"kind", "from", "fromname", "to", "toname", "via", "badge", "label", "len", "mr",
            "caps", "unwrapped"},
    "block": {"on", "obj"},
    "signal": {"obj", "badge", "word", "to"},
    "wait": {"obj", "badge", "got"}, "poll": {"obj", "badge", "got"},
    "fault": {"kind", "ip", "addr", "code", "handler", "badge"},
    "map": {"cap", "obj", "bits", "vaddr", "rights", "attr", "vspace"},
    "unmap": {"cap", "obj", "vaddr"},
    "address": {"obj", "paddr"},
    "irq": {"op", "irq", "ntfn"},
    "ioport": {"first", "last"},
    "asid": {"op", "obj"},
    "name": {"target", "name"},
    "error": {"label", "cap", "obj", "code", "mr"},
    "slice": {"ip"},
    "exam": {"ip", "said", "asked"},
    "lives": {"words"},
    "idle": {"threads", "counts"},
    "truncated": {"kind"},
}
TCB_FIELDS = {
    "configure": {"cspace", "vspace", "buffer", "frame", "fault"},
    "space": {"cspace", "vspace", "fault"},
    "ipcbuffer": {"buffer", "frame"},
    "writeregs": {"ip", "sp", "resume"}, "readregs": set(), "copyregs": set(),
    "priority": {"prio", "mcp"}, "mcp": {"prio", "mcp"}, "sched": {"prio", "mcp"},
    "resume": set(), "suspend": set(), "bind": {"ntfn"}, "unbind": set(), "tls": {"base"},
    "flags": set(),
}
BUDGET = 1000
POLLS = 2100
ALIAS = 0xffffff8000000000
NOTHING = hex(ALIAS)
pytestmark = pytest.mark.xdist_group("trace")


@pytest.fixture(name="records")
def _records(frozen: None) -> list[dict]:
    """All records of the one boot of programs/trace.c, which is the same every time."""
    return boot("trace", trace=True, counted=True).records


def only(records: list[dict], ev: str, **fields) -> dict:
    """The one record of this event with these fields."""
    found = [r for r in records if r["ev"] == ev
             and all(r.get(name) == value for name, value in fields.items())]
    assert len(found) == 1, (ev, fields, found)
    return found[0]


def test_every_line_is_a_whole_record(records: list[dict]) -> None:
    """The records are numbered without a gap, and time never goes back."""
    assert [r["n"] for r in records] == list(range(1, len(records) + 1))
    assert all(a["t"] <= b["t"] for a, b in zip(records, records[1:]))


@pytest.mark.parametrize("kind", FIELDS)
def test_fields(kind: str, records: list[dict]) -> None:
    """Each kind of record is there, with exactly its fields."""
    found = [r for r in records if r["ev"] == kind]
    assert found
    assert all(set(r) == _HEAD | FIELDS[kind] | extra_fields(r) for r in found), found


def extra_fields(record: dict) -> set[str]:
    """What a blocked sender's record has besides."""
    return {"badge", "call"} if record.get("on") == "send" else set()


@pytest.mark.parametrize("op", TCB_FIELDS)
def test_thread_operations(op: str, records: list[dict]) -> None:
    """Each operation on a thread is there, with exactly its fields."""
    found = [r for r in records if r["ev"] == "tcb" and r["op"] == op]
    assert found
    assert all(set(r) == _HEAD | _TCB | TCB_FIELDS[op] for r in found), found


def test_objects_and_addresses_are_strings(records: list[dict]) -> None:
    """What names an object or an address is hexadecimal text, everything else a number or a word."""
    addresses = {"tcb", "obj", "paddr", "ut", "cnode", "src", "dst", "vaddr", "vspace", "ip", "handler",
                 "from", "to", "via", "target", "ntfn", "base", "buffer", "frame"}
    for record in records:
        for name in addresses & set(record):
            assert re.fullmatch("0x[0-9a-f]+", record[name]), record


def test_mint_says_badge_rights_and_object(records: list[dict]) -> None:
    """The badge that was given and the object are those of the capability made."""
    mint = only(records, "mint", badge=0x61)
    endpoint = only(records, "copy")["obj"]
    assert (mint["cap"], mint["rights"], mint["obj"]) == ("endpoint", 15, endpoint)
    assert any(endpoint in r["objs"] for r in records if r["ev"] == "retype")


def test_copy_says_reduced_rights(records: list[dict]) -> None:
    """The rights are those of the copy."""
    assert only(records, "copy")["rights"] == 2


def test_rotate_is_two_moves(records: list[dict]) -> None:
    """Pivot to destination, then source to pivot."""
    first, second = [r for r in records if r["ev"] == "rotate"]
    assert (first["cap"], second["cap"]) == ("cnode", "untyped")
    assert first["src"] == second["dst"]


def test_call_and_reply(records: list[dict]) -> None:
    """Who spoke to whom, through what, with which words."""
    call = only(records, "msg", kind="call", label=0x77)
    answer = only(records, "msg", kind="reply", label=0x99)
    assert (call["len"], call["mr"], call["toname"]) == (1, [0xabcd], "rootserver")
    assert (answer["from"], answer["to"], answer["via"]) == (call["to"], call["from"], "0x0")
    assert call["via"] == only(records, "copy")["obj"]


def test_a_blocked_sender_says_badge_and_kind(records: list[dict]) -> None:
    """A call is seen also before anybody receives it."""
    block = only(records, "block", on="send")
    assert (block["badge"], block["call"], block["th"][:5]) == (0x62, 1, "other")


def test_names_are_escaped(records: list[dict]) -> None:
    """A name cannot end its string or its line."""
    assert any(r["name"].startswith('other "one"') for r in records if r["ev"] == "name")


def test_fault_and_its_message(records: list[dict]) -> None:
    """A fault names address and handler, and its message follows."""
    fault = only(records, "fault")
    message = only(records, "msg", kind="fault")
    assert (fault["kind"], fault["addr"], fault["code"]) == ("vm", "0x1000", 4)
    assert fault["handler"] == message["via"]
    assert message["mr"] == [int(fault["ip"], 16), 0x1000, 0, 4]


def test_failed_mapping_is_an_error_record(records: list[dict]) -> None:
    """The words of the error are those that the caller got."""
    error = only(records, "error")
    assert (error["cap"], error["code"], error["mr"]) == ("frame", 6, [0, 2, 39])


def test_map_says_where_and_with_which_rights(records: list[dict]) -> None:
    """The three tables and the frame, in the root task's own address space."""
    maps = [r for r in records if r["ev"] == "map"]
    assert [r["cap"] for r in maps] == ["pdpt", "page_directory", "page_table", "frame"]
    assert {r["vaddr"] for r in maps} == {"0x10000000000"}
    assert maps[3]["rights"] == 3
    assert len({r["vspace"] for r in maps}) == 1


def test_device_memory_is_marked(records: list[dict]) -> None:
    """The one retype of device memory says so."""
    assert only(records, "retype", dev=1)["type"] == 8


def test_signal_names_the_woken_thread(records: list[dict]) -> None:
    """The first signal wakes the other thread, the second is kept until it is waited for."""
    first, second = [r for r in records if r["ev"] == "signal"]
    assert first["to"] == only(records, "msg", label=0x77)["from"]
    assert second["to"] == "0x0"


def test_a_kind_is_written_up_to_its_budget_and_then_counted(records: list[dict]) -> None:
    """One record says that the budget is used up; the last record still has the true count."""
    assert sum(r["ev"] == "poll" for r in records) == BUDGET
    assert only(records, "truncated")["kind"] == "poll"
    assert records[-1]["counts"]["poll"] == POLLS


def test_the_account_of_objects(records: list[dict]) -> None:
    """Each object is in it: made, gone when its last capability goes, and where a look finds it."""
    words = [word for r in records if r["ev"] == "lives" for word in r["words"]]
    account = [(hex(word - word % 16 + ALIAS), word % 16) for word in words]
    made = [(obj, r["type"]) for r in records if r["ev"] == "retype" and r["type"]
            for obj in r["objs"]]
    assert [(obj, fate) for obj, fate in account if fate not in (SEEN, GONE)] == made
    first, second, third = only(records, "retype", count=3)["objs"]
    cnode, = only(records, "retype", type=4, bits=7)["objs"]
    ends = [obj for obj, fate in account if fate == GONE]
    assert sorted(ends) == sorted([first, second, third, cnode])
    assert ends[0] == second and ends[3] == first
    small = only(records, "retype", count=3)["ut"]
    assert [obj for obj, fate in account if fate == SEEN] == [first, small, NOTHING]


def test_the_address_that_is_told_is_the_frames(records: list[dict]) -> None:
    """The kernel's own name of a frame and its physical address differ by a constant."""
    told = only(records, "address")
    frame = next(r for r in records if r["ev"] == "unmap")["obj"]
    assert told["obj"] == frame
    assert int(frame, 16) - int(told["paddr"], 16) == ALIAS


def test_a_thread_that_never_lets_go_is_seen_where_it_is(records: list[dict]) -> None:
    """Each time slice that it uses up tells one instruction of its loop."""
    places = [int(r["ip"], 16) for r in records if r["ev"] == "slice" and r["n"] > only(
        records, "name", name="loops")["n"]]
    assert len(places) >= 2 and max(places) - min(places) < 64


def test_the_last_record_lists_every_thread(records: list[dict]) -> None:
    """State and object of each thread when nothing could run any more."""
    last = records[-1]
    assert last["ev"] == "idle"
    states = {t["name"].split(" ")[0]: t for t in last["threads"]}
    assert states["rootserver"]["state"] == "inactive"
    assert states["other"]["state"] == "blocked on reply"
    assert set(states["rootserver"]) == {"tcb", "name", "state", "on", "ip", "prio"}


def test_halt_is_recorded(frozen: None) -> None:
    """A machine that is stopped by DebugHalt says so as its last record."""
    last = boot("halt", trace=True).records[-1]
    assert (last["ev"], last["why"]) == ("halt", "debughalt")


def test_no_trace_without_the_word(frozen: None) -> None:
    """Without trace=debugcon nothing comes out of the port."""
    assert boot("halt").trace == ""
