"""report.html: it explains, it escapes, it loads nothing, and it is the same every time."""

import json
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import toy

from grader import states
from grader.lab import kit_root
from grader.report import html, sequence
from grader.report.markup import escaped, tag
from grader.trace import parse
from grader.transcript import BANNER

EVIL = '<script>alert("1")</script><img src=x onerror=\'a\'>&amp;'


def graded(folder, text):
    (folder / "expected").mkdir(exist_ok=True)
    for number, lines in enumerate(toy.TRANSCRIPTS):
        (folder / "expected" / f"task-{number:02}.txt").write_text("\n".join(lines))
    return toy.judge(folder, text)[0]


@pytest.fixture
def wrong(tmp_path):
    text = states.state(toy.SOURCE, {1, 2, 3, 4}).replace("say sent DATA", "say send DATA")
    return graded(tmp_path, text)


class Page(HTMLParser):
    """Every element must be closed in order; collects the elements' names."""

    def __init__(self, text):
        super().__init__()
        self.open, self.names, self.attributes = [], set(), set()
        self.feed(text)
        assert not self.open

    def handle_starttag(self, name, attributes):
        self.names.add(name)
        self.attributes |= {key for key, _ in attributes}
        if name != "meta":
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name


def run_of(*events):
    return parse("".join(json.dumps({"n": n, "th": "rootserver", "tcb": "0x1", **event}) + "\n"
                         for n, event in enumerate(events, 1)))


CALL = {"ev": "msg", "kind": "call", "from": "0x1", "fromname": "rootserver", "to": "0x2",
        "toname": "server", "via": "0x9", "badge": 0x61, "label": 3, "len": 1, "mr": [0x6161],
        "caps": 1, "unwrapped": 0}


def test_tells_the_verdict_the_difference_and_the_advice(wrong):
    page = html.text(wrong)
    assert "3 of 5 points" in page and "✗ failed" in page and "Call it." in page
    assert "sen<mark>t 0x1234</mark>" in page and "sen<mark>d 0x1234</mark>" in page
    assert page.count("← the first difference") == 2


def test_output_stands_beside_the_last_state_that_was_worked_on(tmp_path):
    """What was begun is to be seen to its end, not the fault of a hole that is none any more."""
    for solved, state in (({1, 2, 3, 4}, 4), ({1, 2, 3}, 3)):
        text = states.state(toy.SOURCE, solved).replace("say sent DATA", "say send DATA")
        result = graded(tmp_path, text)
        assert next(task.why for task in result.tasks if task.why).state == state
        assert f"Expected after task {state}<" in html.text(result)


def test_is_well_formed_and_loads_nothing(wrong):
    page = html.text(wrong)
    seen = Page(page)
    assert not seen.names & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not seen.attributes & {"src", "href", "onclick", "srcset"}
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"url\(|@import", page)


def test_what_a_student_wrote_never_becomes_markup(wrong):
    evil = EVIL + "\x00\x1b[31m\u202e"
    trace = "".join(json.dumps(event) + "\n" for event in (
        {"n": 1, "ev": "name", "th": evil, "tcb": "0x1", "target": "0x1", "name": evil},
        {"n": 2, "th": evil, "tcb": "0x1", **CALL, "toname": evil, "fromname": evil},
        {"n": 3, "th": evil, "tcb": "0x1", "ev": "idle",
         "threads": [{"tcb": "0x1", "name": evil, "state": "blocked on recv", "on": "0x9"}]}))
    bad = replace(wrong, headline=evil, details=evil, notes=(evil,), trace=trace,
                  serial=f"{BANNER}\nmain: hello\n{evil}\n")
    page = html.text(bad)
    assert not Page(page).names & {"script", "img"}
    assert page.count("&lt;script&gt;") >= 6
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", page)


def test_attributes_are_escaped():
    assert tag("p", title='"><b>') == '<p title="&quot;&gt;&lt;b&gt;"></p>'
    assert escaped("a\x1bb") == "a\N{REPLACEMENT CHARACTER}b"


def test_same_result_gives_the_same_bytes_in_another_process(wrong):
    code = ("import sys, pickle; from grader.report import html;"
            "sys.stdout.write(html.text(pickle.loads(sys.stdin.buffer.read())))")
    import pickle
    for seed in ("1", "2"):
        done = subprocess.run(["/usr/bin/python3", "-c", code], input=pickle.dumps(wrong),
                              capture_output=True, check=True, cwd=kit_root(),
                              env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"})
        assert done.stdout.decode() == html.text(wrong)


def test_diagram_shows_badge_label_words_and_capabilities():
    page = sequence.section(run_of(CALL))
    Page(page)
    assert "call, badge 0x61" in page and "label 3 · 1 word: 0x6161 · 1 capability" in page
    assert "rootserver to server: call, badge 0x61" in page


def test_diagram_shows_signals_faults_and_blocking():
    page = sequence.section(run_of(
        {"ev": "signal", "obj": "0x5", "badge": 2, "word": 2, "to": "0x2"},
        {"ev": "fault", "kind": "vm", "addr": "0x10", "ip": "0x401000", "handler": "0x0"},
        {"ev": "block", "on": "recv", "obj": "0x9"}))
    assert "signal, badge 0x2" in page and "vm fault at 0x10" in page
    assert "instruction 0x401000 · no handler" in page and "waits to receive" in page


def test_diagram_is_bounded_and_says_how_many_are_left_out():
    page = sequence.section(run_of(*[CALL] * 5000))
    assert f"… {5000 - sequence.MAX_EVENTS} events left out …" in page
    assert page.count('class="step call"') == sequence.MAX_EVENTS and len(page) < 100_000


def test_threads_that_only_do_things_alone_stand_last():
    alone = {"ev": "tcb", "op": "suspend", "target": "0x7", "tcb": "0x7", "th": "loader"}
    page = sequence.section(run_of(alone, CALL))
    assert re.findall(r'class="name">([^<]*)<', page) == ["rootserver", "server", "loader"]
    assert page.index("loader: suspends itself") < page.index("rootserver to server")


def test_diagram_bounds_its_threads():
    page = sequence.section(run_of(*[{**CALL, "to": hex(n), "toname": f"t{n}"}
                                     for n in range(2, 40)]))
    assert page.count('class="head"') == sequence.MAX_THREADS and "further threads" in page


def test_objects_lie_under_their_untyped():
    made = {"ev": "retype", "bits": 12, "count": 1, "dev": 0, "cnode": "0x3", "slot": 7}
    page = sequence.objects(run_of({**made, "ut": "0x100", "type": 0, "objs": ["0x200"]},
                                   {**made, "ut": "0x200", "type": 2, "objs": ["0x200"]}))
    Page(page)
    assert "1 × untyped" in page and "padding-left:1.6em\">1 × endpoint" in page


def test_objects_are_bounded():
    made = {"ev": "retype", "ut": "0x100", "type": 2, "bits": 4, "count": 1, "objs": ["0x200"],
            "slot": 7}
    page = sequence.objects(run_of(*[made] * 1000))
    assert f"{1000 - sequence.MAX_OBJECTS} further retypes are left out" in page
    assert page.count("<tr>") == sequence.MAX_OBJECTS + 1


def test_page_is_there_without_a_run(tmp_path):
    page = html.text(graded(tmp_path, "garbage"))
    Page(page)
    assert "build error" in page and "garbage" in page


def test_damaged_trace_still_gives_a_page(wrong):
    assert "3 of 5 points" in html.text(replace(wrong, trace="{oops\n"))
