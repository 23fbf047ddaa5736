"""The matcher: what counts as the same, and where the first difference is."""

import pytest

from grader import transcript
from grader.transcript import Difference, difference

CONST = {"BADGE": 0x61, "DATA": 0x6161}


def same(seen, expected):
    return difference(seen, expected, CONST) is None


@pytest.mark.parametrize("seen, expected", [
    (["main: hello world"], ["main: hello world"]),
    (["at 0xffffff80 now"], ["at {addr} now"]),
    (["at (nil)"], ["at {addr}"]),
    (["got 0x6161 from 0x61"], ["got {DATA:#x} from {BADGE:#x}"]),
    (["reply 0xffffffffffff9e9e"], ["reply {~DATA:#x}"]),
    (["main@main.c:260 [Err x]:"], ["main@main.c:{line} [Err x]:"]),
    (["a", "x", "y", "b"], ["a", "...", "b"]),
    (["a", "b"], ["a", "...", "b"]),
    (["a", "x"], ["a", "..."]),
    (["b", "x", "b"], ["...", "b"]),
    (["a", "b", "a", "b", "c", "d"], ["a", "...", "a", "b", "...", "d"]),
    ([], []),
    (["a*b [c]"], ["a*b [c]"]),
])
def test_equal(seen, expected):
    assert same(seen, expected)


@pytest.mark.parametrize("seen, expected", [
    (["main: hello world!"], ["main: hello world"]),
    (["at 12"], ["at {addr}"]),
    (["got 0x6161 from 0x62"], ["got {DATA:#x} from {BADGE:#x}"]),
    (["a", "b", "c"], ["a", "...", "b"]),
    (["a"], ["a", "b"]),
    (["a", "b"], ["a"]),
    (["aXb [c]"], ["a*b [c]"]),
    ([], ["a"]),
    (["b", "a"], ["a", "b"]),
])
def test_not_equal(seen, expected):
    assert not same(seen, expected)


def test_first_difference_is_where_they_part():
    found = difference(["a", "b", "x"], ["a", "b", "c"], CONST)
    assert found == Difference(seen_line=3, expected_line=3, seen="x", expected="c", matched=2)


def test_difference_at_the_end_of_output():
    found = difference(["a"], ["a", "b"], CONST)
    assert (found.seen, found.expected) == (None, "b")


def test_difference_after_any_lines_shows_the_longest_attempt():
    found = difference(["a", "b", "q", "b", "c", "x"], ["a", "...", "b", "c", "d"], CONST)
    assert (found.seen, found.expected, found.seen_line) == ("x", "d", 6)


@pytest.mark.parametrize("seen, place, came", [
    (["a", "row 1", "Succes", "tail"], 3, "Succes"),          # a slip of the pen
    (["a", "row 1", "row 2", "failed: x != y"], 4, "failed: x != y"),  # nothing like it: the end
    (["a"], 2, None), (["a", "x" * 90000], 2, "x" * 90000)])
def test_a_line_that_is_nowhere_is_compared_with_the_likest_or_the_last(seen, place, came):
    found = difference(seen, ["a", "...", "Success"], CONST)
    assert (found.seen_line, found.seen, found.expected) == (place, came, "Success")


def test_extra_line_is_shown_without_an_expected_one():
    found = difference(["a", "b", "more"], ["a", "b"], CONST)
    assert (found.seen, found.expected) == ("more", None)


def test_expected_line_is_shown_with_its_constants():
    assert difference(["x"], ["from {BADGE:#x} at {addr}"], CONST).expected == "from 0x61 at {addr}"


def test_words_stand_as_they_are():
    assert difference(["say hello"], ["say {WORD}"], {"WORD": "hello"}) is None
    assert difference(["say hallo"], ["say {WORD}"], {"WORD": "hello"})
    assert transcript.fill("{WORD}!", {"WORD": "hello"}) == "hello!"


@pytest.mark.parametrize("line, told", [("{~WORD}", "no complement"), ("{WORD:d}", "format 'd'")])
def test_words_have_no_complement_and_no_base(line, told):
    with pytest.raises(transcript.TranscriptError, match=told):
        difference(["hello"], [line], {"WORD": "hello"})


def test_unknown_constant_is_the_authors_mistake():
    with pytest.raises(transcript.TranscriptError, match="NOPE"):
        difference(["x"], ["{NOPE:#x}"], CONST)


def test_many_any_lines_stay_fast():
    seen = ["a"] * 1500
    expected = ["a", "..."] * 20 + ["b"]
    assert difference(seen, expected, {}) is not None


BOOT = "Boot config: x\r\nBooting all finished, dropped to user space\r\n"


def test_user_part_begins_after_the_banner():
    assert transcript.user_part(BOOT + "main: hello\r\n") == ["main: hello"]


def test_no_banner_no_user_part():
    assert transcript.user_part("Boot config: x\r\n") == []


def test_second_banner_stays_in_the_user_part():
    assert transcript.BANNER in transcript.user_part(BOOT + "a\r\n" + BOOT)


def test_kernel_diagnostics_are_dropped_with_their_escapes():
    error = ('\x1b[0m\x1b[1m<<\x1b[0m\x1b[32mseL4(CPU 0)\x1b[0m\x1b[1m [decode/12 T0xff80 '
             '"rootserver" @401234]: X86Frame: Mapping address too high.>>\x1b[0m\r\n')
    assert transcript.user_part(BOOT + "a\r\n" + error + "b\r\n") == ["a", "b"]


def test_closing_list_is_dropped_at_the_end_only():
    closing = 'All threads are waiting; the machine stops.\r\n  "rootserver" 0x1 is suspended\r\n'
    assert transcript.user_part(BOOT + "a\r\n" + closing) == ["a"]
    assert len(transcript.user_part(BOOT + closing + "a\r\n")) == 3


def test_blank_lines_at_the_end_do_not_count():
    assert transcript.user_part(BOOT + "a\r\n\r\n\r\n") == ["a"]


@pytest.mark.parametrize("seen, own", [
    (["a", "mine", "b", "c"], True),          # a line too many
    (["a", "mine b", "c"], True),             # without its end
    (["a", "b", "c", "mine"], True),          # after the last
    (["a", "c", "b"], False),                 # the transcript's own, in another order
    (["a", "mine"], False),                   # what comes next never comes
    (["a"], False),
    (["a", "b", "c", "a"], False),
    (["a", "n 5", "b", "c"], True),
    (["a", "b", "c", "n 5"], True),
    (["a", "main@main.c:17 [Cond failed: x]", "b", "c"], False),
    (["a", "b", "c", "Caught vm fault"], False)])
def test_a_print_of_ones_own_is_told_from_a_wrong_line(seen, own):
    assert difference(seen, ["a", "b", "c"], CONST).own is own


@pytest.mark.parametrize("came, shown", [
    ("main@main.c:17 [Cond failed: x]", "main@main.c:17 [Err {addr}]"),
    ("main@other.c:17", "main@main.c:{line} [Err {addr}]"), ("", "main@main.c:{line} [Err {addr}]")])
def test_placeholders_stand_as_they_came_up_to_the_first_difference(came, shown):
    assert difference([came], ["main@main.c:{line} [Err {addr}]"], CONST).expected == shown


def test_a_line_with_other_numbers_is_the_labs():
    assert not difference(["n 5", "n 7", "b"], ["n 5", "b"], CONST).own
    assert not difference(["n 0x5f", "b"], ["n {addr}", "c", "b"], CONST).own
    assert difference(["n 5", "m 7", "b"], ["n 5", "b"], CONST).own


def test_rows_of_a_table_are_not_shown_for_a_line_that_never_came():
    found = difference(["a", "0x1d 0x100 2^20", "0x1e 0x200 2^21"], ["a", "...", "Success"], CONST)
    assert (found.seen_line, found.seen) == (4, None)
