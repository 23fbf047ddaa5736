"""The labs' sources in all states, and what the grader makes of a source under given constants.

Invariant: `graded` is exactly what a student gets; nothing here knows what a lab is about.
"""

from dataclasses import dataclass
from functools import lru_cache

from grader import constants, states, transcript
from grader.build import Builder
from grader.machine import Machine, rules
from grader.judge import Judge
from grader.lab import Lab, all_labs
from grader.process import Workspace
from grader.recipe import Kit
from grader.score import Result
from harness import KIT

LABS = {lab.name: lab for lab in all_labs(KIT)}
STATES = [(name, solved) for name, lab in LABS.items() for solved in range(len(lab.tasks) + 1)]


@lru_cache
def worked(name: str) -> str:
    """The one source of a lab, with the conditionals of all states."""
    return (KIT / "solutions" / name / LABS[name].main).read_text("utf-8")


def state(name: str, solved: int) -> str:
    """The lab's main file with tasks 1 to `solved` done."""
    return states.state(worked(name), set(range(1, solved + 1)))


def solution(name: str) -> str:
    """The worked answer."""
    return state(name, len(LABS[name].tasks))


def transcript_of(name: str, solved: int) -> list[str]:
    """The expected lines of a state, as the file has them."""
    file = "start.txt" if solved == 0 else f"task-{solved:02}.txt"
    return transcript.expected_lines((LABS[name].folder / "expected" / file).read_text("utf-8"))


def with_answer(name: str, text: str, number: int, *answers: str) -> str:
    """The text with the inside of this task's region (or regions) replaced."""
    donor = "".join(f"/* TASK {number} BEGIN */\n{answer}\n/* TASK {number} END */\n"
                    for answer in answers)
    return states.put(text, donor, {number})


@dataclass(frozen=True)
class Graded:
    """One grading, with the lines that the user part of the first run printed."""

    result: Result
    lines: list[str]

    def why(self, number: int) -> str:
        """What the report says about a task that failed."""
        task = self.result.tasks[number - 1]
        why = task.why
        return f"{why.expected} / {why.seen} / {why.advice}" if why else task.note

    @property
    def lost(self) -> set[int]:
        """The tasks without their points."""
        return {task.task.number for task in self.result.tasks if not task.points}


def draw(lab: Lab, seed: int | None) -> constants.Draw:
    """The constants of this seed; None: the lesson's."""
    return constants.Draw(seed or 0, constants.lesson(lab) if seed is None
                          else constants.drawn(lab, seed))


def graded(name: str, text: str, seed: int | None) -> Graded:
    """What the grader makes of this main file, under this seed only."""
    lab = LABS[name]
    used = draw(lab, seed)
    printed: list[list[str]] = []
    with Workspace() as workspace:
        held = rules(lab)
        machine = Machine(Builder(Kit(KIT), lab, workspace, used.values), held.exam)

        def boot(files):
            runs = machine(files)
            printed.append(transcript.user_part(runs[0].outcome.serial))
            return runs

        result = Judge(held, (used,), boot).judge({lab.main: text})
    return Graded(result, printed[0] if printed else [])
