"""The line of the source for an address: from the image's debug information, believed little."""

import pytest

from grader import diagnose, places
from grader.checking import Constants, Run
from grader.qemu import Outcome
from grader.trace import Event, Trace

FILES = {"main.c": "int main(void) {\n    return *(int *)0;\n}\n"}


def test_line_and_text_of_the_students_file():
    found = places.read("main\nmain.c:2\n", FILES)
    assert str(found) == "main.c:2: return *(int *)0;"


def test_compiler_may_add_a_discriminator_and_a_folder():
    assert places.read("main\n/tmp/x/main.c:2 (discriminator 3)\n", FILES).line == 2


def test_stub_inlined_from_a_library_leads_to_its_caller():
    said = "seL4_Call\n/kit/libs/libsel4/include/sel4/syscalls.h:40\nmain\nmain.c:1\n"
    assert str(places.read(said, FILES)) == "main.c:1: int main(void) {"


def test_elsewhere_only_the_function_is_named():
    assert str(places.read("memcpy\n/kit/libs/libc/string.c:9\n", FILES)) == "in memcpy()"


@pytest.mark.parametrize("said", [
    "", "??\n??:0\n", "x;rm\n??:?\n", "main", "\x1b[2J\nother.c:1\n",
    f"{'f' * 200}\nother.c:1\n"])
def test_what_is_unknown_or_made_up_is_nothing(said):
    assert places.read(said, FILES) is None


@pytest.mark.parametrize("line", ["0", "99", "4294967296", "99999999999999999999"])
def test_line_that_the_file_does_not_have_is_not_shown(line):
    assert places.read(f"main\nmain.c:{line}\n", FILES) == places.Place("main")


def test_no_file_but_the_students_is_ever_opened(tmp_path):
    (tmp_path / "secret.c").write_text("hush\n")
    assert "hush" not in str(places.read(f"main\n{tmp_path}/secret.c:1\n", FILES))


def test_lines_are_counted_as_the_compiler_counts_them():
    text = "/* \f \v \u2028 */\nint main(void) {}\n"
    assert str(places.read("main\nmain.c:2\n", {"main.c": text})) == "main.c:2: int main(void) {}"


def test_long_line_is_cut():
    assert len(places.read("main\nmain.c:1\n", {"main.c": "x" * 5000}).text) == places.MAX_TEXT


def diagnosed(records, place):
    trace = Trace([Event({"n": number, **record}) for number, record in enumerate(records, 1)])
    outcome = Outcome("", "idle", True)
    return diagnose.diagnose(outcome, Run(trace, Constants()), place)


def test_fault_names_the_line():
    asked = []

    def place(thread, address):
        asked.append((thread, address))
        return places.Place("main", "main.c", 2, "return *(int *)0;")
    found = diagnosed([{"ev": "fault", "kind": "vm", "th": "rootserver", "addr": "0x0",
                        "ip": "0x401000", "handler": "0x0"}], place)
    assert asked == [("rootserver", "0x401000")]
    assert found.details == "That is main.c:2: return *(int *)0;"


def test_of_many_that_wait_some_are_named():
    threads = [{"tcb": hex(n), "name": f"t{n}", "state": "blocked on recv", "on": "0x9",
                "ip": "0x401000"} for n in range(600)]
    looked_up = []
    found = diagnosed([{"ev": "idle", "threads": threads}],
                      lambda thread, address: looked_up.append(thread))
    assert len(found.details.split("\n")) == 11 and found.details.endswith("and 590 more threads")
    assert len(looked_up) == 10


def test_hang_says_who_waits_for_whom_and_where():
    threads = [{"tcb": "0x1", "name": "rootserver", "state": "blocked on reply", "on": "0x2",
                "ip": "0x401000"},
               {"tcb": "0x2", "name": "thread_2", "state": "blocked on recv", "on": "0x9",
                "ip": "0x402000"}]
    found = diagnosed([{"ev": "idle", "threads": threads}],
                      lambda thread, address: places.Place("f", "main.c", 2, "seL4_Call(ep, tag);")
                      if thread == "rootserver" else places.Place("seL4_Recv"))
    assert found.details.split("\n") == [
        "'rootserver' waits for a reply that nobody sends, which 'thread_2' owes it, at main.c:2: "
        "seL4_Call(ep, tag);", "'thread_2' waits to receive on endpoint 0x9"]


def test_fault_in_the_program_of_a_lab_with_several(frozen, tmp_path):
    """The addresses of the three programs are the same; the thread's name says whose it is."""
    import corpus
    from grader.grade import grade
    from grader.lab import find, kit_root
    from grader.recipe import Kit
    text = corpus.edit("ipc", ('printf("Badged %lu\\n", badge);', "*(volatile int *)0x10 = 1;"))
    result = grade(Kit(kit_root()), find(kit_root(), "ipc"), {"main.c": text})
    assert "main.c:" in result.details and "*(volatile int *)0x10 = 1;" in result.details
    assert "'server' faulted" in result.headline
