"""Every lab in every state: in step with its handout, clean to compile, graded for what it is."""

import re
import subprocess

import pytest
from states_of import LABS, STATES, draw, graded, solution, state, transcript_of, worked

from grader import constants, selftest, states, transcript
from grader.recipe import Kit, recipe
from harness import KIT

HOLE = re.compile(r"^(?P<pad> *)/\* TASK (?P<n>\d+): (?P<hint>(?:(?!\*/).)*)\*/\n"
                  r"(?P=pad)/\* TASK (?P=n) BEGIN \*/\n.*?^(?P=pad)/\* TASK (?P=n) END \*/\n",
                  re.S | re.M)


@pytest.mark.parametrize("name", LABS)
def test_the_handout_is_the_worked_source_without_answers(name):
    assert LABS[name].skeleton == state(name, 0)


@pytest.mark.parametrize("name", LABS)
def test_every_task_has_one_hole_in_the_one_form(name):
    holes = list(HOLE.finditer(state(name, 0)))
    assert sorted(int(hole["n"]) for hole in holes) == [task.number for task in LABS[name].tasks]
    for hole in holes:
        assert hole["hint"].count("\n") <= 2, f"the hint of task {hole['n']} is too long"
        assert "()" in hole["hint"] or "." in hole["hint"]
    assert states.tasks_in(worked(name)) == {task.number for task in LABS[name].tasks}
    assert not states.tasks_in(solution(name)), "a conditional is left in the worked answer"


@pytest.mark.parametrize("name", LABS)
def test_every_task_changes_its_own_region(name):
    handout = state(name, 0)
    for task in LABS[name].tasks:
        assert states.region(solution(name), task.number) != states.region(handout, task.number)


@pytest.mark.parametrize("name", LABS)
def test_every_state_and_frozen_file_compiles_without_a_warning(name, frozen, tmp_path):
    lab, kit = LABS[name], Kit(KIT)
    (tmp_path / "given").mkdir()
    header = constants.header(lab, constants.lesson(lab))
    (tmp_path / "given" / constants.HEADER).write_text(header, "utf-8")
    texts = {state(name, solved) for solved in range(len(lab.tasks) + 1)}
    for text in sorted(texts):
        (tmp_path / lab.main).write_text(text, "utf-8")
        compile_steps(kit, lab, tmp_path)


def compile_steps(kit, lab, folder):
    """The compile steps of the lab's recipe, with every warning an error."""
    for step in recipe(kit, lab).steps:
        if step.compiles and not step.output.startswith("loader"):
            source = step.line[step.line.index("-c") + 1]
            if (folder / source).is_file():
                line = [*step.line, "-Wall", "-Werror"]
                done = subprocess.run(line, cwd=folder, capture_output=True, text=True,
                                      check=False)
                assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seed", [None, 20240229], ids=["lesson", "drawn"])
@pytest.mark.parametrize("name, solved", STATES, ids=[f"{n}-{k}" for n, k in STATES])
def test_state_prints_its_transcript_and_earns_its_points(name, solved, seed, frozen):
    lab = LABS[name]
    seen = graded(name, state(name, solved), seed)
    assert transcript.difference(seen.lines, transcript_of(name, solved),
                                 draw(lab, seed).values) is None, seen.lines
    assert selftest.problem_with(lab, range(1, solved + 1), seen.result) is None
    assert seen.result.full == (solved == len(lab.tasks))
    if not seen.result.full:
        assert seen.result.tasks[solved].why.advice, "the next task comes with no advice"


@pytest.mark.parametrize("name", LABS)
def test_the_same_source_prints_the_same_bytes(name, frozen):
    runs = [graded(name, solution(name), 7).result for _ in range(2)]
    assert runs[0].serial == runs[1].serial
    assert runs[0].trace == runs[1].trace
