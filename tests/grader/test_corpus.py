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
