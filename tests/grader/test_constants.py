"""Drawn constants: in range, distinct, the same for the same seed."""

from dataclasses import replace

import pytest
import toy

from grader import constants
from grader.constant import LETTERS, Word
from grader.lab import all_labs, find, kit_root
from grader.recipe import Kit, recipe

LABS = all_labs(kit_root())


def test_same_seed_same_values(tmp_path):
    lab = toy.lab(tmp_path)
    assert constants.drawn(lab, 5) == constants.drawn(lab, 5)
    assert constants.drawn(lab, 5) != constants.drawn(lab, 6)


def in_range(constant, value):
    if isinstance(constant, Word):
        return constant.min <= len(value) <= constant.max and set(value) <= set(LETTERS)
    return constant.min <= value <= constant.max and (value - constant.min) % constant.step == 0


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_drawn_values_are_in_range_and_unlike_all_others(lab):
    lesson = set(constants.lesson(lab).values())
    for seed in range(200):
        values = constants.drawn(lab, seed)
        assert len(set(values.values())) == len(values)
        assert not lesson & set(values.values())
        for constant in lab.constants:
            assert in_range(constant, values[constant.name])


def test_drawn_values_go_in_steps_up_to_the_last(tmp_path):
    lab = toy.lab(tmp_path)
    badge = replace(lab.constants[0], min=0x21, max=0x7d, step=4)
    stepped = replace(lab, constants=(badge,))
    found = {constants.drawn(stepped, seed).BADGE for seed in range(600)}
    assert found == set(range(0x21, 0x7e, 4)) - {badge.value}


def test_drawn_words_have_all_their_lengths_and_letters(tmp_path):
    lab = toy.lab(tmp_path)
    worded = replace(lab, constants=(Word("GREETING", "hello", 3, 7),))
    found = {constants.drawn(worded, seed).GREETING for seed in range(600)}
    assert {len(word) for word in found} == {3, 4, 5, 6, 7}
    assert set("".join(found)) == set(LETTERS) and len(found) > 590
    assert '#define GREETING "hello"\n' in constants.header(worded, constants.lesson(worded))


def test_the_wanted_page_is_odd_so_that_no_block_can_be_forgotten():
    lab = find(kit_root(), "untyped")
    assert all(draw.values.WANTED_PAGE % 2 for seed in range(100)
               for draw in constants.draws(lab, seed))


def test_header_is_what_a_program_includes(tmp_path):
    lab = toy.lab(tmp_path)
    text = constants.header(lab, constants.lesson(lab))
    assert "#define BADGE 0x61\n" in text and "#define DATA 0x6161\n" in text


@pytest.mark.parametrize("name, constant, told", [
    ("ipc", "CLIENT_1_ID", {"client_1.c"}), ("ipc", "THE", {"client_2.c"}),
    ("dynamic-2", "REHEARSAL", set())])
def test_hidden_constants_are_told_to_the_frozen_sources_that_name_them(name, constant, told):
    lab = find(kit_root(), name)
    values = constants.drawn(lab, 5)
    assert f" {constant} " not in constants.header(lab, values)
    drawn = next(one for one in lab.constants if one.name == constant)
    steps = recipe(Kit(kit_root()), lab, values=values).steps
    assert {step.inputs[0].rpartition("/")[2] for step in steps
            if f"-D{constant}={drawn.literal(values[constant])}" in step.line} == told


def test_constants_read_as_attributes(tmp_path):
    values = constants.lesson(toy.lab(tmp_path))
    assert values.BADGE == values["BADGE"] == 0x61
    with pytest.raises(AttributeError, match="NOPE"):
        values.NOPE
