"""The lessons say what the labs do: quoted outputs, tasks, and one language against the other.

A block after `<!-- output: STATE -->` quotes expected/STATE.txt with the lesson's constants; a line
`...` in it leaves lines out, and addresses and line numbers are examples.
"""

import re

import pytest
from states_of import LABS, state, transcript_of

from grader import constants, transcript

BLOCK = re.compile(r"(?:<!-- output: (?P<state>[\w-]+) -->\n)?"
                   r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.S | re.M)
LANGUAGES = {"README.md": (r"^### Task (\d+)(?: \(advanced\))?: (.*)$", "title"),
             "README.zh.md": (r"^### 任务 (\d+)(?:（进阶）)?：(.*)$", "title_zh")}
LESSONS = [(name, file) for name in LABS for file in LANGUAGES]


def lesson(name, file):
    return (LABS[name].folder / file).read_text("utf-8")


def blocks(name, file):
    return list(BLOCK.finditer(lesson(name, file)))


def quotes(quoted, expected):
    """True if the quoted lines are the expected ones, `...` on either side standing for any."""
    if not quoted or not expected:
        return all(line == "..." for line in quoted + expected)
    if quoted[0] == "...":
        return quotes(quoted[1:], expected) or quotes(quoted, expected[1:])
    if expected[0] == "...":
        return quotes(quoted, expected[1:]) or quotes(quoted[1:], expected)
    return transcript.difference(quoted[:1], expected[:1], {}) is None and \
        quotes(quoted[1:], expected[1:])


@pytest.mark.parametrize("name, file", LESSONS)
def test_quoted_outputs_are_the_transcripts(name, file):
    lab = LABS[name]
    for block in blocks(name, file):
        if block["state"]:
            solved = 0 if block["state"] == "start" else int(block["state"].removeprefix("task-"))
            expected = [transcript.fill(line, constants.lesson(lab))
                        for line in transcript_of(name, solved)]
            assert quotes(block["body"].splitlines(), expected), block[0]


@pytest.mark.parametrize("name, file", LESSONS)
def test_every_state_is_quoted_once_where_its_task_is(name, file):
    text = re.split(r"^## (?:The tasks|任务)$", lesson(name, file), flags=re.M)[1]
    states = [block["state"] for block in BLOCK.finditer(text) if block["state"]]
    assert states == ["start", *[f"task-{task.number:02}" for task in LABS[name].tasks]]


@pytest.mark.parametrize("name, file", LESSONS)
def test_headings_name_the_tasks_as_lab_toml_does(name, file):
    pattern, title = LANGUAGES[file]
    found = re.findall(pattern, lesson(name, file), flags=re.M)
    assert found == [(str(task.number), getattr(task, title)) for task in LABS[name].tasks]


@pytest.mark.parametrize("name", LABS)
def test_both_languages_show_the_same_code_and_output(name):
    english, chinese = blocks(name, "README.md"), blocks(name, "README.zh.md")
    assert [b["kind"] for b in english] == [b["kind"] for b in chinese]
    for one, other in zip(english, chinese):
        if one["state"] or one["kind"] != "text":  # drawings have words in them
            assert one[0] == other[0]


@pytest.mark.parametrize("name", LABS)
def test_both_languages_have_the_same_parts(name):
    shapes = [re.findall(r"^(#+) |^(\d+\.) |^(\|) ", lesson(name, file), flags=re.M)
              for file in LANGUAGES]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name, file", LESSONS)
def test_the_lesson_shows_a_hole_as_the_handout_has_it(name, file):
    marker = re.search(r"^    (/\* TASK (\d+) BEGIN \*/)\n    /\* TASK \2 END \*/$",
                       lesson(name, file), re.M)
    assert marker and marker[1] in state(name, 0)


@pytest.mark.parametrize("name, file", LESSONS)
def test_every_call_in_a_hint_is_explained(name, file):
    hints = re.findall(r"/\* TASK \d+: (.*?)\*/", state(name, 0), flags=re.S)
    calls = {call for hint in hints for call in re.findall(r"\b(?:seL4|vka)_\w+(?=\(\))", hint)}
    missing = [call for call in calls if call not in lesson(name, file)]
    assert not missing
