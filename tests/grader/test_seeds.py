"""Two seeds: what is right with the numbers of one only is not right."""

import pytest
import toy

from grader import constants, states
from grader.judge import Judge
from grader.lab import all_labs, kit_root
from grader.runs import Ran
from grader.score import Verdict

V = Verdict
WHOLE = states.state(toy.SOURCE, {1, 2, 3, 4})
BOTH = (toy.DRAW, toy.SECOND)


def judged(folder, text, draws=BOTH):
    return toy.judge(folder, text, draws)[0]


@pytest.mark.parametrize("draw", BOTH, ids=["first", "second"])
def test_numbers_of_one_seed_pass_under_it_and_fail_under_both(tmp_path, draw):
    text = WHOLE.replace("BADGE", str(draw.values["BADGE"]))
    assert judged(tmp_path, text, (draw,)).full
    result = judged(tmp_path, text)
    other = BOTH[1 - BOTH.index(draw)]
    assert result.tasks[0].verdict is V.FAILED and not result.full
    assert result.seed == other.seed, "shown is the run that went wrong"
    assert f"seed {draw.seed}" in result.notes[-1] and f"seed {other.seed}" in result.notes[-1]


@pytest.mark.parametrize("draw", BOTH, ids=["first", "second"])
def test_replaying_the_output_of_one_seed_is_suspicious(tmp_path, draw):
    text = "\n".join(f"say {line}" for line in toy.TRANSCRIPTS[-1])
    text = text.replace("{DATA:#x}", f"{draw.values['DATA']:#x}")
    result = judged(tmp_path, text)
    assert (result.verdict, result.score) == (V.SUSPICIOUS, 0)


def test_replaying_a_whole_run_of_one_seed_earns_nothing(tmp_path):
    """Even if the kernel's trace could be forged for one seed, the other would show it."""
    good = toy.Machine((toy.DRAW,))({"main.c": WHOLE})[0]
    result = Judge(toy.rules(tmp_path), BOTH, lambda files: [good, good]).judge({"main.c": WHOLE})
    assert result.score < 5 and result.tasks[0].verdict is not V.PASSED


def test_every_run_must_end_well(tmp_path):
    machine = toy.Machine(BOTH)

    def boot(files):
        first, second = machine(files)
        outcome = second.outcome.__class__(second.outcome.serial, "time", True)
        return [first, Ran(outcome, second.trace)]
    result = Judge(toy.rules(tmp_path), BOTH, boot).judge({"main.c": WHOLE})
    assert result.verdict is V.LOOP and not result.full


def test_both_seeds_are_named_and_each_judges_alone_as_in_the_pair(tmp_path):
    text = states.state(toy.SOURCE, {1, 2})
    pair = judged(tmp_path, text)
    assert pair.seeds == (7, 8)
    assert [judged(tmp_path, text, (draw,)).score for draw in BOTH] == [pair.score] * 2


@pytest.mark.parametrize("lab", all_labs(kit_root()), ids=lambda lab: lab.name)
def test_the_second_seed_follows_from_the_first_and_changes_every_number(lab):
    for seed in range(50):
        first, second = constants.draws(lab, seed)
        assert constants.draws(lab, seed) == (first, second)
        assert second == constants.Draw(second.seed, constants.drawn(lab, second.seed))
        assert all(first.values[name] != second.values[name] for name in first.values)
        assert constants.draws(lab, seed, alone=True) == (first,)
