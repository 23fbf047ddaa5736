"""Every submission of the corpus gets the verdict and the points that it must."""

import re

import corpus
import pytest
from corpus import ENTRIES
from corpus.making import Entry, edit

from grader.lab import Limits
from grader.report import words
from grader.score import Verdict


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_verdict(entry, frozen):
    result = corpus.grade_entry(entry)
    said = "\n".join([words.summary(result), *map(words.task_output, result.tasks)])
    assert (result.verdict, result.score) == (entry.verdict, entry.points), said
    assert entry.told in said
    assert not re.search(r"/work|/tmp/caplab", said)


def test_names_are_distinct():
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)


def test_what_was_worked_on_is_compared_to_its_end(frozen):
    """Not to the fault of a hole that the submission has filled."""
    entry = next(entry for entry in ENTRIES if entry.name == "no_badge")
    assert next(task.why.state for task in corpus.grade_entry(entry).tasks if task.why) == 15


@pytest.mark.parametrize("before", ["", 'for (int i = 0; i < 1600; i++) { printf("more\\n"); }'])
def test_of_a_run_that_the_host_had_to_end_nothing_counts(frozen, before):
    """How far it got is the host's: here right behind the right output, and behind a flood."""
    slow = before + """
    static char state[512] ALIGN(16);
    for (;;) { __asm__ volatile("fxsave %0; fxrstor %0" : "+m"(state)); }
    return 0;"""
    entry = Entry("slow_instructions", "dynamic-2", edit("dynamic-2", ("return 0;\n}\n", slow + "}\n")),
                  Verdict.LOOP, 0)
    result = corpus.grade_entry(entry, limits=Limits(seconds=1))
    assert (result.verdict, result.score) == (Verdict.LOOP, 0)
    assert (result.serial, result.trace) == ("", "")
    assert "very slow here" in result.headline
