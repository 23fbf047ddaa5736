"""Every submission of the corpus gets the verdict and the points that it must."""

import re

import corpus
import pytest
from corpus import ENTRIES

from grader.report import words


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
