"""No small change of a worked answer keeps its points, but for those that its author explains.

Each mutant is a test of its own. There are some hundreds, so this suite takes every tenth and a few
more of those that are explained, the same each time; this takes all of them, in a few minutes:

    /usr/bin/python3 -m grader selftest --mutants
"""

from functools import lru_cache

import pytest
from states_of import LABS, solution

from grader.authoring.mutations import mutants
from grader.authoring.survivors import Stand, explained, reasons
from grader.errors import Refusal
from grader.recipe import Kit
from harness import KIT

EVERY = 10
WHY = {name: explained(Kit(KIT), lab) for name, lab in LABS.items()}
ALL = {name: mutants(solution(name)) for name in LABS}
SOME = [(name, mutant) for name, found in ALL.items() for index, mutant in enumerate(found)
        if index % EVERY == 0 or index % EVERY == 5 and mutant.name in WHY[name]]


@lru_cache
def stand(name):
    return Stand(Kit(KIT), LABS[name])


@pytest.mark.parametrize("name, mutant", SOME, ids=[f"{n}: {m.name}" for n, m in SOME])
def test_a_change_that_makes_a_difference_costs_points(name, mutant, frozen):
    assert stand(name).survives(mutant) == (mutant.name in WHY[name]), mutant.text


@pytest.mark.parametrize("name", LABS)
def test_the_answer_itself_is_right_where_mutants_are_not(name, frozen):
    assert stand(name).full(stand(name).answer)


def test_the_wanted_page_is_one_that_needs_every_bit_taken_apart():
    assert stand("untyped").draw.values.WANTED_PAGE & 0x801 == 0x801


@pytest.mark.parametrize("name", LABS)
def test_explained_are_mutants_that_there_are(name):
    assert set(WHY[name]) <= {mutant.name for mutant in ALL[name]}


CODE = """\
/* TASK 1 BEGIN */
    static int x = 3;
    if (a && -b < f(c, 0)) {
        f(c, "%d"); /* 7 */
    }
#define NINE 9
    for (int i = 0; i < 2; i++) { return true; }
/* TASK 1 END */
int outside = 5;
"""


def test_mutations_are_these():
    found = mutants(CODE)
    assert [mutant.name.removeprefix("task 1: ") for mutant in found] == [
        "3 -> 4 in static int x = 3;",
        "if not a && -b < f(c, 0)",
        "&& -> || in if (a && -b < f(c, 0)) {",
        "< -> <= in if (a && -b < f(c, 0)) {",
        "argument 1 of f -> 0",
        "arguments 1 and 2 of f swapped",
        "0 -> 1 in if (a && -b < f(c, 0)) {",
        'without f(c, "%d");',
        "argument 1 of f -> 0 (2)",
        "arguments 1 and 2 of f swapped (2)",
        "argument 2 of f -> 0",
        "0 -> 1 in for (int i = 0; i < 2; i++) { return true; }",
        "for not i < 2",
        "< -> <= in for (int i = 0; i < 2; i++) { return true; }",
        "2 -> 3 in for (int i = 0; i < 2; i++) { return true; }",
        "++ -> -- in for (int i = 0; i < 2; i++) { return true; }",
        "without return true;",
        "true -> false in for (int i = 0; i < 2; i++) { return true; }"]
    for mutant in found:
        assert mutant.text.count("\n") == CODE.count("\n") and mutant.text != CODE
        assert mutant.text.endswith("int outside = 5;\n") and "/* TASK 1 BEGIN */" in mutant.text


def test_a_statement_of_several_lines_keeps_its_lines():
    text = "/* TASK 2 BEGIN */\nf(a,\n  b);\n/* TASK 2 END */\n"
    gone = next(mutant for mutant in mutants(text) if mutant.what.startswith("without"))
    assert gone.text == "/* TASK 2 BEGIN */\n;\n\n/* TASK 2 END */\n"


@pytest.mark.parametrize("text, told", [
    ("    a reason\n", "stands below"), ("task 1: x\n", "has no reason"),
    ("task 1: x\n    a\ntask 1: x\n    b\n", "twice")])
def test_mistakes_in_the_file_of_reasons_are_told(tmp_path, text, told):
    (tmp_path / "survivors.txt").write_text(text)
    with pytest.raises(Refusal, match=told):
        reasons(tmp_path / "survivors.txt")


def test_a_reason_holds_for_the_lines_above_it(tmp_path):
    (tmp_path / "survivors.txt").write_text("# x\ntask 1: a\ntask 1: b\n    one\n    two\n\n"
                                            "task 2: c\n    three\n")
    assert reasons(tmp_path / "survivors.txt") == {
        "task 1: a": "one two", "task 1: b": "one two", "task 2: c": "three"}
