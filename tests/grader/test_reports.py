"""What is written and shown: formats, escapes, and that files are whole or not there."""

import errno
import json
import os
import pickle
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
import toy

from grader import report, states
from grader.errors import Refusal
from grader.lab import kit_root
from grader.report import files, gradescope, junit, terminal, words
from grader.score import Explanation, Verdict, nothing
from grader.transcript import Difference


@pytest.fixture
def partial(tmp_path):
    return toy.judge(tmp_path, states.state(toy.SOURCE, {1, 2}))[0]


@pytest.fixture
def full(tmp_path):
    return toy.judge(tmp_path, states.state(toy.SOURCE, {1, 2, 3, 4}))[0]


def test_gradescope_has_one_test_a_task_in_order(partial):
    content = json.loads(gradescope.text(partial))
    assert content["score"] == 3
    assert [test["number"] for test in content["tests"]] == ["1", "2", "3", "4"]
    assert [test["status"] for test in content["tests"]] == ["passed", "passed", "failed",
                                                             "failed"]
    assert [test["max_score"] for test in content["tests"]] == [1, 2, 1, 1]
    assert sum(test["score"] for test in content["tests"]) == content["score"]
    assert content["extra_data"] == {"lab": partial.lab.name, "seed": 7, "seeds": [7, 8],
                                     "verdict": "failed"}
    known = {"score", "output", "output_format", "stdout_visibility", "extra_data", "tests"}
    assert set(content) == known


def test_grader_error_has_no_score_and_no_tests(partial):
    content = json.loads(gradescope.text(nothing(partial.lab, 1, Verdict.GRADER_ERROR, "oops")))
    assert "score" not in content and "tests" not in content


def test_results_hold_no_time(full):
    assert gradescope.text(full) == gradescope.text(full)
    assert "time" not in json.loads(gradescope.text(full))


def test_junit_counts_and_kinds(partial):
    suite = ElementTree.fromstring(junit.text(partial))[0]
    assert suite.attrib["tests"] == "4"
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("1", "1")
    kinds = [[child.tag for child in case] for case in suite.findall("testcase")]
    assert kinds == [[], [], ["failure"], ["skipped"]]


def test_junit_survives_what_a_program_prints(partial):
    evil = replace(partial, details="\x00\x1b[31m<script>&]]>\ud800\ufffe")
    text = junit.text(evil)
    ElementTree.fromstring(text)
    assert "<script>" not in text and "\x1b" not in text


def test_grader_error_is_an_error_in_junit(partial):
    suite = ElementTree.fromstring(junit.text(nothing(partial.lab, 1, Verdict.GRADER_ERROR,
                                                      "oops")))[0]
    assert suite.attrib["errors"] == "4" and suite.attrib["failures"] == "0"


def test_all_files_are_written(partial, tmp_path):
    report.write(partial, tmp_path / "out")
    assert sorted(os.listdir(tmp_path / "out")) == ["junit.xml", "report.html", "results.json",
                                                    "serial.txt", "trace.jsonl"]
    assert (tmp_path / "out" / "serial.txt").read_bytes() == partial.serial.encode()


def test_table_has_marks_as_words(partial, capsys):
    terminal.show(partial, Path("out"))
    said = capsys.readouterr().out
    assert "✓ passed" in said and "✗ failed" in said and "– blocked by task 3" in said
    assert "3 of 5 points" in said and "Try: Keep it." in said
    assert "\x1b" not in said


def test_nothing_from_a_program_reaches_the_terminal_as_control(partial, capsys):
    terminal.show(replace(partial, details="\x1b]0;evil\x07 [bold]x[/bold] \u202eabc"), Path("out"))
    said = capsys.readouterr().out
    assert "\x1b" not in said and "\x07" not in said and "\u202e" not in said
    assert "[bold]x[/bold]" in said


@pytest.mark.parametrize("watched, told", [(True, 1), (False, 0)])
def test_who_waits_at_a_terminal_is_told_why_once(watched, told, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: watched)
    with terminal.patience(60):
        pass
    with terminal.patience(0.05):
        time.sleep(1.5)
    assert capsys.readouterr().out.count("being tried one by one") == told


def on_terminal(result, **env):
    """What `show` writes to a terminal."""
    code = ("import sys, pickle; from pathlib import Path; from grader.report import terminal; "
            "terminal.show(pickle.load(sys.stdin.buffer))")
    leader, follower = os.openpty()
    subprocess.run([sys.executable, "-c", code], input=pickle.dumps(result), stdout=follower,
                   check=True, cwd=kit_root(), env={**os.environ, "TERM": "xterm", **env})
    os.close(follower)
    said = b""
    while True:
        try:
            said += os.read(leader, 65536)
        except OSError:
            return said.decode()


def test_colour_on_a_terminal_unless_it_is_not_wanted(partial):
    assert "\x1b[" in on_terminal(partial)
    assert "\x1b" not in on_terminal(partial, NO_COLOR="1")


def test_no_colour_elsewhere_even_where_forced(partial, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal.show(partial)
    assert "\x1b" not in capsys.readouterr().out


def test_task_titles_are_no_markup(partial, capsys):
    task = replace(partial.tasks[0].task, title="[red]x[/red] [/]")
    result = replace(partial, tasks=(replace(partial.tasks[0], task=task),))
    terminal.show(result)
    assert "[red]x[/red] [/]" in capsys.readouterr().out


def test_explanation_shows_expected_and_seen_line_by_line(tmp_path):
    text = states.state(toy.SOURCE, {1, 2, 3, 4}).replace("say sent", "say send")
    result, _ = toy.judge(tmp_path, text)
    lines = words.explanation(result.tasks[1].why)
    assert "  expected: sent 0x1234" in lines and "  came:     send 0x1234" in lines


def test_file_is_replaced_whole_or_kept(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    files.put(path, "old")

    def full_disk(*_):
        raise OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(Refusal, match="no space left to write .*results.json"):
        files.put(path, "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["results.json"]


def test_interrupted_write_leaves_nothing_half(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt
    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.put(tmp_path / "a", "new")
    assert os.listdir(tmp_path) == []


def test_full_disk_is_one_clear_line(partial):
    with pytest.raises(Refusal, match="no space left|cannot use"):
        report.write(partial, Path("/dev/full/x"))


def shown(expected, seen):
    return words.difference(Explanation(difference=Difference(1, 1, seen, expected, 0)))[1:]


def test_long_lines_are_cut_around_their_first_difference():
    expected, seen, caret = shown("a" * 5000 + "b" * 5000, "a" * 5000 + "c" * 60000)
    assert max(map(len, (expected, seen))) < 230 and expected.endswith("bbb…")
    assert (expected[caret.index("^")], seen[caret.index("^")]) == ("b", "c")


def test_lines_that_differ_in_blanks_only_show_their_tabs():
    assert shown("    CSlot\tType", "\tCSlot\tType")[:2] == [
        "  expected:     CSlot→Type", "  came:     →CSlot→Type"]
