"""Grades every state of a lab: each must score exactly the tasks that it has solved.

Invariant: a lab whose states do not score what they must is never reported as right.
"""

import sys

from grader import states
from grader.errors import Refusal
from grader.grade import grade
from grader.lab import Lab
from grader.recipe import Kit
from grader.report import words
from grader.scaffold import answered
from grader.score import Result, Verdict


def selftest(kit: Kit, labs: list[Lab], seed: int | None) -> int:
    """Grade all states of these labs, print a line for each; 0 if all score as they must."""
    wrong = 0
    for lab in labs:
        for solved in range(len(lab.tasks) + 1):
            result = grade(kit, lab, state_of(kit, lab, solved), seed)
            problem = problem_with(lab, solved, result)
            wrong += problem is not None
            print(f"{lab.name}, tasks 1 to {solved}: {words.total(result)}"
                  f"{'' if problem is None else '   WRONG: ' + problem}")
            sys.stdout.flush()
    print(f"{wrong} states score what they must not." if wrong
          else "Every state scores what it must.")
    return 1 if wrong else 0


def state_of(kit: Kit, lab: Lab, solved: int) -> dict[str, str]:
    """The lab's files with the first tasks solved."""
    answers = kit.root / "solutions" / lab.name
    if not answers.is_dir():
        raise Refusal("this copy of the kit has no worked answers (solutions/): "
                      "selftest needs a teacher's copy")
    return {name: states.state(answered(answers, lab, name), set(range(1, solved + 1)))
            for name in lab.files}


def problem_with(lab: Lab, solved: int, result: Result) -> str | None:
    """What is wrong with the result of a state, or None."""
    wanted = sum(task.points for task in lab.tasks[:solved])
    if result.score != wanted:
        return (f"should be {words.points(wanted)}; {words.summary(result)}")
    should = Verdict.PASSED if solved == len(lab.tasks) else None
    if should and result.verdict is not should:
        return f"the verdict is {result.verdict.value}"
    if result.verdict is Verdict.SUSPICIOUS:
        return "honest work is called suspicious"
    return None
