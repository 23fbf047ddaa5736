"""The trace reader: filters, names, and damage that is told."""

import json

import pytest

from grader import trace
from grader.trace import TraceError


def lines(*records):
    return "".join(json.dumps({"n": n, **record}) + "\n" for n, record in enumerate(records, 1))


RUN = trace.parse(lines(
    {"ev": "boot", "version": 1, "tcb": "0x1", "th": "rootserver"},
    {"ev": "retype", "tcb": "0x1", "th": "rootserver", "type": 2, "objs": ["0xa", "0xb"]},
    {"ev": "mint", "cap": "endpoint", "badge": 0x61, "tcb": "0x1", "th": "rootserver"},
    {"ev": "msg", "kind": "call", "from": "0x1", "fromname": "rootserver", "to": "0x2",
     "toname": "child", "tcb": "0x1", "th": "rootserver"},
    {"ev": "name", "target": "0x2", "name": "server", "tcb": "0x1", "th": "rootserver"},
    {"ev": "retype", "tcb": "0x1", "th": "rootserver", "type": 3, "objs": ["0xa"]},
    {"ev": "idle", "threads": [{"tcb": "0x3", "name": "late", "state": "inactive"}],
     "counts": {"msg": 5000}}))


def test_filters():
    assert RUN.first("mint", badge=0x61).cap == "endpoint"
    assert RUN.first("mint", badge=lambda badge: badge > 0x61) is None
    assert len(RUN.events(("mint", "msg"))) == 2
    assert RUN.first("msg", from_="0x1", kind=("call", "send")).toname == "child"
    assert RUN.events(tcb="0x9") == []


def test_order():
    mint, call = RUN.first("mint"), RUN.first("msg")
    assert RUN.first("msg", after=mint) is call
    assert RUN.first("msg", before=mint) is None
    assert RUN.first("retype").type == 2 and RUN.first("retype", after=mint).type == 3
    assert RUN.last("retype").type == 3


def test_missing_field_reads_as_none():
    assert RUN.first("mint").nothing is None
    assert RUN.events("mint", nothing=lambda value: True) == []


def test_names_are_the_last_known():
    assert RUN.threads() == {"0x1": "rootserver", "0x2": "server", "0x3": "late"}
    assert RUN.name_of("0x2") == "server"
    assert RUN.name_of("0x77") == "0x77"


def test_objects_know_their_retype():
    assert RUN.created("0xb").type == 2
    assert RUN.created("0xa").type == 3
    assert RUN.created("0xc") is None


def test_counts_go_beyond_the_records_kept():
    assert RUN.counts["msg"] == 5000 and RUN.counts["retype"] == 2


def test_last_line_cut_off_is_left_out():
    assert len(trace.parse(lines({"ev": "boot", "version": 1}) + '{"n":2,"ev":"m')) == 1


@pytest.mark.parametrize("bad", ["nonsense\n", "[1]\n", '{"ev":"x"}\n', '{"n":1}\n', "\n"])
def test_damage_is_told(bad):
    with pytest.raises(TraceError, match="trace line 1"):
        trace.parse(bad)


def test_other_version_is_told():
    with pytest.raises(TraceError, match="version 2"):
        trace.parse(lines({"ev": "boot", "version": 2}))
