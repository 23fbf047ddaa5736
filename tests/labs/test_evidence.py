"""Usual mistakes lose exactly their task and get the advice for them; unusual right answers pass.

Each is graded with drawn constants; mistakes.py and unusual.py have them.
"""

import pytest
from mistakes import MISTAKES
from states_of import LABS, graded, solution, state
from unusual import UNUSUAL

from grader import states
from grader.score import Verdict

SEED = 4711


def ids(cases):
    return [f"{case.lab}: {case.name}" for case in cases]


@pytest.mark.parametrize("case", MISTAKES, ids=ids(MISTAKES))
def test_a_usual_mistake_is_found_and_explained(case, frozen):
    seen = graded(case.lab, case.text(), SEED)
    assert seen.lost == {case.mistake} | case.also, seen.result.tasks
    assert seen.result.tasks[case.mistake - 1].verdict not in (Verdict.PASSED, Verdict.SUSPICIOUS)
    assert case.advice in seen.why(case.mistake)


SKIPPED = [(name, task.number) for name, lab in LABS.items() for task in lab.tasks]


@pytest.mark.parametrize("name, number", SKIPPED, ids=[f"{n}-{k}" for n, k in SKIPPED])
def test_a_skipped_task_costs_its_own_points_only(name, number, frozen):
    text = states.put(solution(name), state(name, 0), {number})
    seen = graded(name, text, SEED)
    assert seen.lost == {number}, seen.result.tasks
    assert all(task.note == "right on its own" for task in seen.result.tasks[number:])


@pytest.mark.parametrize("case", UNUSUAL, ids=ids(UNUSUAL))
def test_an_unusual_right_answer_passes(case, frozen):
    seen = graded(case.lab, case.text(), SEED)
    assert seen.result.full, (seen.result.headline, seen.result.details, seen.lines,
                              [seen.why(task.number) for task in LABS[case.lab].tasks])
