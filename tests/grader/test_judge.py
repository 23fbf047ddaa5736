"""What a submission earns, decided on synthetic runs: every verdict, and partial work."""

from dataclasses import replace

import pytest
import toy

from grader import states
from grader.judge import Judge
from grader.runs import Ran
from grader.score import Verdict

V = Verdict


def state(solved):
    return states.state(toy.SOURCE, set(solved))


def verdicts(result):
    return [task.verdict for task in result.tasks]


@pytest.mark.parametrize("solved, score", [(0, 0), (1, 1), (2, 3), (3, 4), (4, 5)])
def test_every_state_scores_its_tasks(tmp_path, solved, score):
    result, _ = toy.judge(tmp_path, state(range(1, solved + 1)))
    assert result.score == score
    assert result.verdict is (V.PASSED if solved == 4 else V.FAILED)


def test_a_right_answer_needs_one_run(tmp_path):
    _, machine = toy.judge(tmp_path, state({1, 2, 3, 4}))
    assert len(machine.runs) == 1


def test_next_task_fails_and_the_rest_is_blocked(tmp_path):
    result, _ = toy.judge(tmp_path, state({1}))
    assert verdicts(result) == [V.PASSED, V.FAILED, V.BLOCKED, V.BLOCKED]
    assert result.tasks[2].note == "blocked by task 2"
    assert result.tasks[1].why.expected == "a message"


def test_print_only_scores_nothing_and_is_suspicious(tmp_path):
    text = "\n".join(f"say {line}" for line in toy.TRANSCRIPTS[-1]).replace("{DATA:#x}", "DATA")
    result, _ = toy.judge(tmp_path, text)
    assert (result.score, result.verdict) == (0, V.SUSPICIOUS)
    assert verdicts(result) == [V.SUSPICIOUS] * 4
    assert "kernel saw none of it" in result.headline
    assert result.tasks[0].why.seen == "no copy" and result.tasks[0].why.difference is None


def test_printing_beyond_real_work_keeps_the_real_points(tmp_path):
    text = state({1, 2}) + "say got a reply\n"
    result, _ = toy.judge(tmp_path, text)
    assert result.score == 3
    assert verdicts(result) == [V.PASSED, V.PASSED, V.SUSPICIOUS, V.SUSPICIOUS]


def test_hard_coded_constants_fail_where_they_are_used(tmp_path):
    text = state({1, 2, 3, 4}).replace("BADGE", str(0x61))
    result, _ = toy.judge(tmp_path, text)
    assert result.tasks[0].verdict is V.FAILED
    assert result.tasks[0].why.seen == "badge 0x61"
    assert verdicts(result)[:2] == [V.FAILED, V.FAILED]


def test_wrong_badge_with_honest_later_output_is_not_suspicious(tmp_path):
    text = state({1, 2, 3, 4}).replace('see {"ev": "mint", "badge": BADGE}',
                                       'see {"ev": "mint", "badge": 0}')
    result, _ = toy.judge(tmp_path, text)
    assert result.verdict is V.FAILED
    assert result.tasks[0].why.advice == "Give a badge."


def test_fault_in_a_late_task_costs_only_that_one(tmp_path):
    text = state({1, 2, 3, 4}).replace("ifkept got a reply", "fault")
    result, _ = toy.judge(tmp_path, text)
    assert (result.score, result.verdict) == (4, V.FAULT)
    assert verdicts(result)[3] is V.FAILED
    assert "0x10" in result.headline


def test_mistake_in_the_middle_is_found_by_putting_regions_back(tmp_path):
    text = state({1, 2, 3, 4}).replace("say sent DATA", "say send DATA")
    result, _ = toy.judge(tmp_path, text)
    assert verdicts(result) == [V.PASSED, V.FAILED, V.PASSED, V.PASSED]
    assert [task.note for task in result.tasks] == ["", "", *["right on its own"] * 2]
    assert result.tasks[1].why.difference.expected == "sent 0x1234"
    assert result.tasks[1].why.difference.seen == "send 0x1234"


@pytest.mark.parametrize("word, verdict", [
    ("loop", V.LOOP), ("flood", V.FLOOD), ("panic", V.PANIC), ("reset", V.PANIC),
    ("hang", V.HANG), ("fault", V.FAULT)])
def test_endings_have_their_verdicts(tmp_path, word, verdict):
    result, _ = toy.judge(tmp_path, state({1, 2, 3, 4}).replace("ifkept got a reply", word))
    assert result.verdict is verdict
    assert result.score == 4


def test_hang_says_who_waits_for_what(tmp_path):
    result, _ = toy.judge(tmp_path, state({1, 2}) + "say more\nhang\n")
    assert "'rootserver' waits for a reply" in result.details
    assert "'thread_2' waits to receive" in result.details


def test_right_output_and_then_a_crash_is_not_full(tmp_path):
    result, _ = toy.judge(tmp_path, state({1, 2, 3, 4}) + "fault\n")
    assert (result.verdict, result.score) == (V.FAULT, 4)
    assert "outside the regions" in result.notes[0]


def test_faked_fault_report_does_not_count(tmp_path):
    transcripts = toy.TRANSCRIPTS[:4] + [toy.TRANSCRIPTS[3] + ["Caught cap fault"]]
    rules = replace(toy.rules(tmp_path), transcripts=transcripts)
    text = state({1, 2, 3}) + 'see {"ev": "msg", "label": 4}\nsay Caught cap fault\n'
    result = Judge(rules, (toy.DRAW,), toy.Machine((toy.DRAW,))).judge({"main.c": text})
    assert not result.full


def test_build_error_carries_the_message(tmp_path):
    result, _ = toy.judge(tmp_path, "garbage")
    assert (result.verdict, result.score) == (V.BUILD_ERROR, 0)
    assert "garbage" in result.details
    assert result.exit_status == 1


def without_markers(text):
    return "\n".join(line for line in text.splitlines() if "TASK" not in line) + "\n"


def test_right_work_without_markers_is_right(tmp_path):
    result, _ = toy.judge(tmp_path, without_markers(state({1, 2, 3, 4})))
    assert result.full


def test_markers_gone_and_a_mistake_is_explained(tmp_path):
    text = without_markers(state({1, 2, 3, 4})).replace("say sent DATA", "say send DATA")
    result, _ = toy.judge(tmp_path, text)
    assert result.score == 0
    assert "marker" in result.notes[0]


def test_a_failing_check_is_the_graders_error_and_no_score(tmp_path):
    from grader.checking import task

    @task(2)
    def broken(run):
        raise KeyError("oops")
    rules = toy.rules(tmp_path)
    rules = replace(rules, checks={**rules.checks, 2: broken})
    result = Judge(rules, (toy.DRAW,), toy.Machine((toy.DRAW,))).judge({"main.c": state({1})})
    assert (result.verdict, result.score, result.exit_status) == (V.GRADER_ERROR, None, 2)
    assert "task 2" in result.details


def test_qemu_dying_is_the_graders_error(tmp_path):
    result, _ = toy.judge(tmp_path, "die\n")
    assert result.verdict is V.GRADER_ERROR
    assert "killed" in result.details


def test_trace_that_was_cut_off_costs_no_points(tmp_path):
    machine = toy.Machine((toy.DRAW,))

    def cut_off(files):
        return [Ran(ran.outcome, ran.trace[:len(ran.trace) // 2]) for ran in machine(files)]
    result = Judge(toy.rules(tmp_path), (toy.DRAW,), cut_off).judge(
        {"main.c": state({1, 2, 3, 4})})
    assert result.verdict is V.GRADER_ERROR and "trace" in result.details


def test_empty_file_scores_nothing(tmp_path):
    result, _ = toy.judge(tmp_path, "")
    assert result.score == 0 and result.verdict is not V.GRADER_ERROR


def test_judging_is_the_same_every_time(tmp_path):
    text = state({1, 2, 3, 4}).replace("say sent DATA", "say send DATA")
    assert toy.judge(tmp_path, text)[0] == toy.judge(tmp_path, text)[0]


def test_a_single_step_ahead_in_the_middle_is_a_mistake_and_no_fake(tmp_path):
    """Wrong work may lead to the same output as right work that is not finished."""
    text = state({1}).replace("/* nothing */", "say sent DATA")
    result, _ = toy.judge(tmp_path, text)
    assert verdicts(result)[:2] == [V.PASSED, V.FAILED] and result.verdict is V.FAILED
