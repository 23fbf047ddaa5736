"""Grades every state of a lab, to find out whether its checks tell done from not done.

Each state must score exactly the tasks that it has solved; and no task may count as done where its
answer is missing, which would be a hole in the checks. Invariant: a lab whose states do not score
what they must, or that has a hole, is never reported as right.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Collection, Iterator

from grader import constants, states, transcript
from grader.checking import Run, Unmet
from grader.grade import grade
from grader.lab import Lab
from grader.language import _
from grader.machine import rules
from grader.process import CORES
from grader.recipe import Kit
from grader.report import words
from grader.score import Result, Verdict
from grader.trace import parse


@dataclass(frozen=True)
class Case:
    """One state to grade: the tasks that it has solved, and the one whose answer is missing."""

    name: str
    solved: frozenset[int]
    missing: int | None


def cases(lab: Lab) -> list[Case]:
    """From the handout up, task by task; then the worked answer without each task but the last."""
    last = len(lab.tasks)
    up = [Case(_("tasks 1 to {last}", last=n) if n else _("the handout"),
               frozenset(range(1, n + 1)), n + 1 if n < last else None) for n in range(last + 1)]
    return up + [Case(_("all but task {number}", number=n), frozenset(range(1, last + 1)) - {n}, n)
                 for n in range(1, last)]


def selftest(kit: Kit, labs: list[Lab], seed: int | None) -> int:
    """Grade all cases of these labs, print a line for each; 0 if all is as it must be."""
    wrong = 0
    for lab in labs:
        states.need_answers(lab)
        for name in out_of_step(lab):
            wrong += 1
            print(_("WRONG: labs/{lab}/{name} is not the worked source without its answers; "
                    "this makes it so: python3 -m grader record {lab}", lab=lab.name, name=name))
        for case, result in _graded(kit, lab, seed):
            problem = problem_with(lab, case.solved, result)
            problems = holes(lab, case, result) or ([problem] if problem else [])
            wrong += bool(problems)
            print(f"{lab.name}, {case.name}: {words.total(result)}")
            print("".join(_("  WRONG: {problem}\n", problem=problem) for problem in problems),
                  end="", flush=True)
    print(_("{wrong} of these are not as they must be.", wrong=wrong) if wrong
          else _("Every state scores what it must, and no task counts without its answer."))
    return 1 if wrong else 0


def _graded(kit: Kit, lab: Lab, seed: int | None) -> Iterator[tuple[Case, Result]]:
    """Each case with its result, in order; as many at a time as there are cores."""
    todo = cases(lab)
    texts = {case: states.answer(lab, case.solved) for case in todo}
    pool = ThreadPoolExecutor(CORES)
    try:
        yield from zip(todo, pool.map(lambda case: grade(kit, lab, texts[case], seed), todo))
    finally:
        pool.shutdown(cancel_futures=True)


def out_of_step(lab: Lab) -> list[str]:
    """The files of the handout that are not what the worked source makes them."""
    return [name for name, text in states.answer(lab, set()).items()
            if not (lab.folder / name).is_file()
            or (lab.folder / name).read_text("utf-8") != text]


def problem_with(lab: Lab, solved: Collection[int], result: Result) -> str | None:
    """What is wrong with the result of a state with these tasks solved, or None."""
    wanted = sum(task.points for task in lab.tasks if task.number in solved)
    if result.score != wanted:
        return _("should be {points}; {summary}", points=words.points(wanted),
                 summary=words.summary(result))
    if len(solved) == len(lab.tasks) and result.verdict is not Verdict.PASSED:
        return _("the verdict is {verdict}", verdict=result.verdict.word)
    if result.verdict is Verdict.SUSPICIOUS:
        return _("honest work is called suspicious")
    return None


def holes(lab: Lab, case: Case, result: Result) -> list[str]:
    """How the task whose answer is missing counts, or could be made to count, as done."""
    number = case.missing
    if number is None or result.score is None:
        return []
    check = _("the check of task {number} in labs/{lab}/checks.py", number=number, lab=lab.name)
    if result.tasks[number - 1].verdict is Verdict.PASSED:
        return [_("a hole: task {number} counts as done without its answer. Let {check} require a "
                  "record of the kernel's that only the answer causes; if the answer causes none, "
                  "give the lab a frozen part that makes it visible", number=number, check=check)]
    if case.solved == set(range(1, number)) and _evidence_holds(lab, number, result):
        return [_("a hole: without its answer task {number} has its evidence already, so whoever "
                  "prints the right lines gets its points. Let {check} require a record of the "
                  "kernel's that only the answer causes", number=number, check=check)]
    return []


def _evidence_holds(lab: Lab, number: int, result: Result) -> bool:
    """True if the kernel's trace of this run satisfies the check of that task."""
    run = Run(parse(result.trace), constants.drawn(lab, result.seed),
              transcript.user_part(result.serial))
    try:
        rules(lab).checks[number].evidence(run)
    except Unmet:
        return False
    return True
