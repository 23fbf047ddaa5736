"""States of a source and their regions: cutting, putting back, telling what is wrong."""

import re

import pytest
import toy

from grader import states
from grader.lab import all_labs, kit_root
from grader.states import RegionError


def test_no_state_shows_a_conditional():
    for solved in range(5):
        text = states.state(toy.SOURCE, set(range(1, solved + 1)))
        assert "TASK_" not in text and "#if" not in text


def test_hole_holds_the_starting_text():
    assert "/* nothing */" in states.state(toy.SOURCE, set())
    assert "/* nothing */" not in states.state(toy.SOURCE, {2})


def test_solved_tasks_are_independent():
    text = states.state(toy.SOURCE, {4})
    assert "ifkept" in text and "keep\n" not in text.replace("ifkept", "")


def test_other_conditionals_stay():
    source = "#ifdef DEBUG\nx\n#endif\n#ifdef TASK_1\ny\n#endif\n"
    assert states.state(source, set()) == "#ifdef DEBUG\nx\n#endif\n"


def test_putting_own_regions_back_changes_nothing():
    text = states.state(toy.SOURCE, {1, 3})
    assert states.put(text, text, {1, 2, 3, 4}) == text


def test_regions_move_between_states():
    full, empty = states.state(toy.SOURCE, {1, 2, 3, 4}), states.state(toy.SOURCE, set())
    assert states.put(full, empty, {3, 4}) == states.state(toy.SOURCE, {1, 2})
    assert states.put(empty, full, {1, 2, 3, 4}) == full


@pytest.mark.parametrize("text, problem", [
    ("/* TASK 1 BEGIN */\n", "END is missing"),
    ("/* TASK 1 END */\n", "pair up"),
    ("/* TASK 1 BEGIN */\n/* TASK 2 END */\n", "pair up"),
    ("/* TASK 1 BEGIN */\n/* TASK 1 BEGIN */\n/* TASK 1 END */\n", "pair up"),
])
def test_broken_markers_are_told(text, problem):
    with pytest.raises(RegionError, match=problem):
        states.regions(text)


def test_missing_region_is_told():
    with pytest.raises(RegionError, match="task 3 are gone"):
        states.put("no markers\n", toy.SOURCE, {3})


def test_marker_with_windows_line_end_and_indent_is_found():
    text = "  /* TASK 1 BEGIN */\r\nx\r\n\t/* TASK 1 END */\r\n"
    assert states.region(text, 1) == ["x\r\n"]


def test_task_with_two_regions_keeps_both():
    text = ("/* TASK 1 BEGIN */\na\n/* TASK 1 END */\n-\n/* TASK 1 BEGIN */\nb\n"
            "/* TASK 1 END */\n")
    assert states.region(text, 1) == ["a\n", "b\n"]
    assert states.put(text.replace("a\n", "").replace("b\n", ""), text, {1}) == text


@pytest.mark.parametrize("lab", all_labs(kit_root()), ids=lambda lab: lab.name)
def test_every_task_of_every_lab_has_a_region_in_the_handout(lab):
    assert set(states.regions(lab.skeleton)) == {task.number for task in lab.tasks}


APART = """static int other(int a, const char *b,
                 int c) {
    /* TASK 1 BEGIN */
    return a;
    /* TASK 1 END */
}

static int mine(void) {
    char c = '"';
    /* TASK 2 BEGIN */
    return c;
    /* TASK 2 END */
}

int main(void) {
    printf("other: %d", other(1, "other", 2) + mine());
    /* TASK 3 BEGIN */
    /* TASK 3 END */
}
"""


def test_functions_of_other_tasks_get_names_that_nobody_knows():
    text = states.apart(APART, {2})
    name = re.search(r"static int (other_[0-9a-f]{16})\(int a", text)[1]
    assert f'printf("other: %d", {name}(1, "other", 2) + mine());' in text
    assert "static int mine(void)" in text and "int main(void)" in text
    assert states.apart(APART, {1, 2, 3}) == APART
    assert states.apart(APART, {1}).count("mine_") == 2
    assert name not in states.apart(APART.replace("return a", "return c"), {2})


@pytest.mark.parametrize("line, bent", [
    ("#define other(a, b, c) 0", True), ("# /* x */ define \\\n other 0", True),
    ("%:define printf", True), ("#undef main", True), ("#define FIRST 0", False),
    ("#define lonely 1", False), ("#define remark 1", False), ("int other;", False),
    ("#def\\\nine other 0", True), ("#define ot\\\r\nher 0", True),
    ('int f(void) __asm__("g");', True), ("#pragma redefine_extname other mine", True),
    ('_Pragma("pop_macro(\\"other\\")")', True), ("/* asm */ int alias, weak;", False),
    ('void f(void) __attribute__((unused, alias("other")));', True),
    ("static int __attribute__((unused)) weak;", False)])
def test_a_name_of_the_rest_must_keep_its_meaning(line, bent):
    """One that only the region's own answer or a comment has may be defined."""
    answer = APART.replace("return c;", "return lonely(c);").replace("int main", "/* remark */ int main")
    donor = f"/* TASK 2 BEGIN */\n{line}\n/* TASK 2 END */\n"
    assert states.bends(answer, donor, {2}) is bent
