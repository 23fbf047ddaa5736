"""One mistake costs its task: later regions are judged on their own, in the worked answer."""

from dataclasses import replace

import pytest
import toy

from grader import runs, states
from grader.checking import require, task
from grader.judge import Judge
from grader.score import Verdict

V = Verdict
WHOLE = states.state(toy.SOURCE, {1, 2, 3, 4})


def with_region(text, number, body):
    return states.put(text, f"/* TASK {number} BEGIN */\n{body}\n/* TASK {number} END */\n",
                      {number})


def skipping(*numbers):
    """The worked answer with the handout's text for these tasks."""
    return states.state(toy.SOURCE, {1, 2, 3, 4} - set(numbers))


def lost(result):
    return {task.task.number for task in result.tasks if not task.points}


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_skipped_task_costs_itself_only(tmp_path, number):
    result, _ = toy.judge(tmp_path, skipping(number))
    assert lost(result) == {number}
    later = result.tasks[number:]
    assert all(task.note == "right on its own" for task in later)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_mistake_takes_one_run_more_for_all_the_rest(tmp_path, number):
    _, one = toy.judge(tmp_path, skipping(number), answers=False)
    _, both = toy.judge(tmp_path, skipping(number))
    assert len(both.runs) == len(one.runs) + 1


def test_two_mistakes_cost_two_tasks(tmp_path):
    text = with_region(with_region(WHOLE, 1, "say oops"), 3, "see {\"ev\": \"signal\"}")
    result, _ = toy.judge(tmp_path, text)
    assert lost(result) == {1, 3}
    assert result.tasks[2].verdict is V.FAILED
    assert result.tasks[2].note == "not right on its own either"


def test_all_that_is_tried_has_its_instructions_together(tmp_path, monkeypatch):
    """Once they are used up nothing more is tried, and what was not tried earns nothing."""
    text = with_region(with_region(WHOLE, 1, "say oops"), 3, "say oops")
    text = with_region(text, 4, 'see {"ev": "msg", "label": 4, "t": 400000000}\nifkept got a reply')
    enough, all_runs = toy.judge(tmp_path, text)
    monkeypatch.setattr(runs, "TRIALS", 1)
    result, some_runs = toy.judge(tmp_path, text)
    assert lost(enough) == {1, 3} and lost(result) == {1, 2, 3, 4}
    assert len(some_runs.runs) < len(all_runs.runs)


def test_a_task_that_nobody_began_stays_blocked(tmp_path):
    result, machine = toy.judge(tmp_path, skipping(2, 3))
    assert lost(result) == {2, 3}
    assert result.tasks[2].note == "blocked by task 2"


def test_a_region_that_does_not_build_alone_is_blocked_and_no_worse(tmp_path):
    """It stands for one that uses a name of an earlier region: gone with that region."""
    text = with_region(with_region(WHOLE, 1, "hang"), 4, "garbage")
    machine = toy.Machine((toy.DRAW,))

    def boot(files):  # the name is there while the student's own region 1 is
        return machine({"main.c": files["main.c"].replace("garbage", "say x")
                        if "hang" in files["main.c"] else files["main.c"]})
    result = Judge(toy.rules(tmp_path), (toy.DRAW,), boot).judge({"main.c": text})
    assert lost(result) == {1, 4}
    assert result.tasks[3].note == "blocked by task 1; does not compile on its own"


@pytest.mark.parametrize("broken", [{1}, {2}, {1, 4}])
def test_what_does_not_compile_costs_its_task_only(tmp_path, broken):
    text = WHOLE
    for number in broken:
        text = with_region(text, number, "garbage")
    result, _ = toy.judge(tmp_path, text)
    assert (result.verdict, lost(result)) == (V.BUILD_ERROR, broken)
    assert all(task.verdict is (V.BUILD_ERROR if task.task.number in broken else V.PASSED)
               for task in result.tasks)
    result, _ = toy.judge(tmp_path, text, answers=False)
    assert (result.verdict, result.score) == (V.BUILD_ERROR, 0)


def test_beside_what_does_not_compile_only_what_is_done_and_right_counts(tmp_path):
    text = with_region(with_region(skipping(4), 1, "garbage"), 2, "say oops")
    result, _ = toy.judge(tmp_path, text)
    assert [task.verdict for task in result.tasks] == [V.BUILD_ERROR, V.FAILED, V.PASSED, V.BLOCKED]


@pytest.mark.parametrize("text", [with_region(skipping(2, 3, 4), 1, "garbage"), "garbage\n"])
def test_what_does_not_compile_as_a_whole_earns_nothing(tmp_path, text):
    result, _ = toy.judge(tmp_path, text)
    assert (result.verdict, result.score) == (V.BUILD_ERROR, 0)
    assert all(task.verdict is V.BLOCKED for task in result.tasks)


def test_a_mistake_outside_that_does_not_compile_costs_one_task(tmp_path):
    """No more than it costs beside a region that does not compile either."""
    outside, _ = toy.judge(tmp_path, WHOLE + "garbage\n")
    assert (outside.verdict, lost(outside)) == (V.BUILD_ERROR, {1})
    assert "task 1 pays" in outside.notes[0]
    both, _ = toy.judge(tmp_path, with_region(WHOLE + "garbage\n", 4, "garbage"))
    assert lost(both) == {4}


def test_two_that_are_right_only_beside_the_others_answer_are_not_both_right(tmp_path):
    """Each stands for a function that calls the other's."""
    text = with_region(with_region(WHOLE, 3, "delegate 4"), 4, "delegate 3")
    machine = toy.Machine((toy.DRAW,))
    worked = {3: 'keep\nsee {"ev": "signal", "word": 3}',
              4: 'see {"ev": "msg", "label": 4}\nifkept got a reply'}

    def boot(files):
        made = files["main.c"]
        circular = "delegate 4" in made and "delegate 3" in made
        for number, body in worked.items():
            made = made.replace(f"delegate {7 - number}", "loop" if circular else body)
        return machine({"main.c": made})
    result = Judge(toy.rules(tmp_path), (toy.DRAW,), boot).judge({"main.c": text})
    assert len(lost(result)) == 1


def test_names_of_earlier_right_regions_may_be_used(tmp_path):
    """Regions that are right together are right, also where none is without the other."""
    text = with_region(skipping(2), 1, 'see {"ev": "mint", "badge": BADGE}\nsay sent DATA')
    text = with_region(text, 3, 'keep\nsee {"ev": "signal", "word": 3}')
    result, _ = toy.judge(tmp_path, text)
    assert result.tasks[2].verdict is V.PASSED


def test_text_outside_the_regions_is_not_taken_along(tmp_path):
    text = skipping(2).replace("/* a toy */", "/* something */")
    result, machine = toy.judge(tmp_path, text)
    assert lost(result) == {2}
    assert "something" not in machine.runs[-1]


def test_a_mistake_that_shows_later_is_blamed_on_its_task(tmp_path):
    text = with_region(WHOLE, 1, 'see {"ev": "mint", "badge": BADGE}\nsay oops')
    text = text.replace("say oops", 'see {"ev": "mint", "badge": 0}')
    rules = toy.rules(tmp_path)

    @task(3)
    def strict(run):
        require(run.trace.first("signal", word=3), "a signal", "none")
        require(len(run.trace.events("mint")) == 1, "one copy", "two copies")
    rules = replace(rules, checks={**rules.checks, 3: strict})
    result = Judge(rules, (toy.DRAW,), toy.Machine((toy.DRAW,))).judge({"main.c": text})
    assert lost(result) == {1}
    assert result.tasks[0].note == "it shows in task 3"
    assert result.tasks[0].why.seen == "two copies"
    assert result.tasks[2].note == "right on its own"


def test_without_worked_answers_the_rest_is_blocked_and_told_why(tmp_path):
    result, _ = toy.judge(tmp_path, skipping(2), answers=False)
    assert [task.verdict for task in result.tasks] == [V.PASSED, V.FAILED, V.BLOCKED, V.BLOCKED]
    assert "worked answers" in result.notes[0]
    result, _ = toy.judge(tmp_path, skipping(2, 3, 4), answers=False)
    assert result.notes == ()


def test_full_marks_only_for_a_submission_that_is_right_as_a_whole(tmp_path):
    result, _ = toy.judge(tmp_path, WHOLE + "say more\n")
    assert not result.full and result.score < 5


def test_what_only_prints_is_not_tried_on_its_own(tmp_path):
    text = with_region(with_region(WHOLE, 1, "say x"), 2, "say sent DATA")
    text = "\n".join(f"say {line}" for line in toy.TRANSCRIPTS[-1]).replace("{DATA:#x}", "DATA")
    result, machine = toy.judge(tmp_path, text)
    assert result.verdict is V.SUSPICIOUS and len(machine.runs) == 1


def test_tries_that_never_end_are_bounded(tmp_path):
    text = WHOLE
    for number in (1, 2, 3, 4):
        text = with_region(text, number, f"say {number}\nloop")
    result, machine = toy.judge(tmp_path, text)
    assert result.score == 0 and len(machine.runs) <= 10


def test_a_later_task_that_spoils_an_earlier_one_pays_for_it(tmp_path):
    text = with_region(WHOLE, 4, 'see {"ev": "mint", "badge": 0}\nsee {"ev": "msg", "label": 4}')

    @task(2)
    def strict(run):
        require(len(run.trace.events("mint")) == 1, "one copy", "another number of copies")
    rules = replace(toy.rules(tmp_path), checks={**toy.CHECKS, 2: strict})
    result = Judge(rules, (toy.DRAW,), toy.Machine((toy.DRAW,))).judge({"main.c": text})
    assert lost(result) == {4}
    assert result.tasks[3].note == "it shows in task 2" and result.tasks[3].why
    assert result.tasks[1].note == "right on its own"
