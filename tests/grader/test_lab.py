"""lab.toml: what is read, and that every mistake is told with its place."""

import pytest
import toy

from grader.errors import Refusal
from grader.lab import all_labs, find, kit_root, read
from grader.table import LabError


NUMBER = 'BADGE = { value = 0x61, min = 0x21, max = 0x7e, format = "#x" }'


def write(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "lab.toml").write_text(text)
    return folder


def test_a_lab_is_read_whole(tmp_path):
    lab = read(write(tmp_path / "toy", toy.TOML))
    assert (lab.name, lab.title, lab.points) == ("toy", "Toy", 5)
    assert [task.points for task in lab.tasks] == [1, 2, 1, 1]
    assert lab.constants[0].value == 0x61
    assert not lab.loader


@pytest.mark.parametrize("old, new, told", [
    ('title = "Toy"', "", "title is missing"),
    ('title = "Toy"', "title = 3", "title has the wrong type"),
    ("order = 1", 'order = 1\ncolour = "red"', "unknown word colour"),
    ("number = 2", "number = 5", "tasks go 1, 2, 3"),
    ("max = 0x7e", "max = 0x10", "min <= value <= max"),
    ("min = 0x21, max = 0x7e", "min = 0x60, max = 0x62", "too narrow"),
    ("min = 0x21, max = 0x7e", "min = 0x51, max = 0x79, step = 8", "too narrow"),
    ("max = 0x7e", "max = 0x7e, step = 0", "step must be 1 or more"),
    ("max = 0x7e", "max = 0x7e, step = 2", "max must be min and a whole number of steps"),
    ("max = 0x7e", 'max = 0x7e, step = "2"', "step has the wrong type"),
    ('format = "#x" }\nDATA', 'format = "q!" }\nDATA', "format"),
    ('files = ["main.c"]\naliases', 'files = ["../main.c"]\naliases', "plain file name"),
    ('files = ["main.c"]\naliases', 'files = ["main.c", "b.c"]\naliases', "in no program"),
    ("order = 1", "order = ", "lab.toml"),
    ("points = 2", "points = -2", "below zero"),
    ("points = 2", "points = nan", "points must be a number"),
    ("min = 0x21, max = 0x7e", "min = 0x5a, max = 0x65", "too narrow"),
    ('name = "toy"', 'name = "../toy"', "not a name"),
    ('name = "toy"', 'name = "toy"\nslots = { "a b" = "empty" }', "slot a b must be a name"),
    ('name = "toy"', 'name = "toy"\nslots = { ep = 0 }', "slot ep must be a name"),
    ('[[program]]', '[[program]]\nname = "toy"\nfiles = ["main.c"]\n\n[[program]]',
     "toy is there twice"),
    ('[[program]]', '[[object]]\nname = "a b"\ntype = "endpoint"\n\n[[program]]', "not a name"),
    ("order = 1", "order = 1\nlimits = { seconds = 0 }", "seconds must be above 0"),
    ("order = 1", "order = 1\nlimits = { instructions = 1_000_000_000_000 }", "and below 100000"),
    ("BADGE =", '"A B" =', "not a name"),
    ("BADGE = { value = 0x61", 'BADGE = { value = 6.1', "value has the wrong type"),
    (NUMBER, 'BADGE = { value = "hi there" }', "small letters only"),
    (NUMBER, 'BADGE = { value = "hi", min = 3 }', "1 <= min <= 2 <= max <= 24"),
    (NUMBER, 'BADGE = { value = "hi", max = 25 }', "1 <= min <= 2 <= max <= 24"),
    (NUMBER, 'BADGE = { value = "hello", min = 0 }', "1 <= min <= 5 <= max <= 24"),
    (NUMBER, 'BADGE = { value = "a" }\n' + "".join(
        f"N{i} = {{ value = 1, min = 0, max = 999 }}\n" for i in range(3)), "too narrow"),
    (NUMBER, 'BADGE = { value = "hello", format = "x" }', "unknown word format"),
])
def test_mistakes_are_told(tmp_path, old, new, told):
    assert old in toy.TOML
    with pytest.raises(LabError, match="toy/lab.toml") as error:
        read(write(tmp_path / "toy", toy.TOML.replace(old, new, 1)))
    assert told in str(error.value)


def test_labs_are_found_by_alias(tmp_path):
    write((tmp_path / "labs").joinpath("toy") if (tmp_path / "labs").mkdir() is None else None,
          toy.TOML)
    assert find(tmp_path, "old-toy").name == "toy"


def test_unknown_lab_names_the_nearest():
    with pytest.raises(Refusal, match="did you mean dynamic-2"):
        find(kit_root(), "dynamic2")


def test_unknown_lab_without_a_near_name_says_where_to_look():
    with pytest.raises(Refusal, match="--list"):
        find(kit_root(), "zzzzzzzz")


@pytest.mark.parametrize("name", ["../labs/dynamic-2", "/etc", ".", "..", "a/b"])
def test_paths_are_no_lab_names(name):
    with pytest.raises(Refusal, match="no lab called"):
        find(kit_root(), name)


def test_the_kits_labs_teach_in_order():
    assert [lab.name for lab in all_labs(kit_root())][:3] == ["untyped", "dynamic-2", "ipc"]


def test_every_lab_has_room_for_a_students_folder_in_gitignore():
    ignored = (kit_root() / ".gitignore").read_text().split()
    for lab in all_labs(kit_root()):
        assert f"/{lab.name}/" in ignored
