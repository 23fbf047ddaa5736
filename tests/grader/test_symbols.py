"""Which function an instruction is in: only global ones count, whatever a submission names its own."""

import json
import subprocess

import pytest

from grader.symbols import Functions, named

SOURCE = """
static int __attribute__((noinline)) inner(int x) { return x * 3; }
int outer(int x) { return inner(x) + 1; }
int last(int x) { return x; }
int data[4];
int main(void) { return outer(data[0]) + last(2); }
"""


@pytest.fixture(name="image")
def _image(tmp_path):
    (tmp_path / "a.c").write_text(SOURCE)
    subprocess.run(["gcc", "-O1", "-o", "a", "a.c"], cwd=tmp_path, check=True)
    return tmp_path / "a"


def places(image):
    """Where nm finds each name: address and size."""
    said = subprocess.run(["nm", "-S", image], capture_output=True, text=True, check=True).stdout
    return {words[3]: (int(words[0], 16), int(words[1], 16))
            for line in said.splitlines() if len(words := line.split()) == 4}


def test_a_global_function_is_found_from_its_first_to_its_last_byte(image):
    functions = Functions(image.read_bytes())
    for name in ("outer", "last", "main"):
        begin, size = places(image)[name]
        assert {functions.at(at) for at in range(begin, begin + size)} == {name}
        assert functions.at(begin - 1) != name and functions.at(begin + size) != name


def test_static_functions_and_data_are_none(image):
    functions = Functions(image.read_bytes())
    assert functions.at(places(image)["inner"][0]) == ""
    assert functions.at(places(image)["data"][0]) == ""
    assert functions.at(0) == functions.at(2 ** 64 - 1) == ""


def test_records_of_the_exam_say_who_took_it(image):
    at = places(image)["outer"][0]
    lines = ['{"n":1,"ev":"boot"}', f'{{"n":2,"ev":"exam","ip":"{at:#x}","said":[1,2]}}',
             '{"n":3,"ev":"exam","ip":"0x1"}', '{"n":4,"ev":"exam","ip":"0x']
    told = named("\n".join(lines), image).split("\n")
    assert json.loads(told[1]) == {"n": 2, "ev": "exam", "ip": f"{at:#x}", "said": [1, 2],
                                   "by": "outer"}
    assert json.loads(told[2])["by"] == "" and (told[0], told[3]) == (lines[0], lines[3])
