"""Checks and their advice, where a lab's author made mistakes."""

from grader.checking import Check, Run, require, usual


def advised(shows, text="x {at:#x}"):
    return Check(1, lambda run: None, (usual("it", shows, text), "plain")).advise(Run([], {}))


def stumbling(run):
    require(False, "a", "b")


def test_probe_that_stumbles_over_anything_is_not_the_mistake():
    for probe in (stumbling, lambda run: run.none.such, lambda run: 1 / 0,
                  lambda run: {"to": 1}, lambda run: {}):
        assert advised(probe) == "plain"
    assert advised(lambda run: {"at": 16}) == "x 0x10"
    assert advised(lambda run: True, "it is") == "it is"
