"""`grader record LAB`: the handout and the transcripts, as they follow from the worked answer.

Each state is run with two sets of numbers; where the two runs differ, a placeholder must explain
both. Invariants: all is worked out before anything is written; a transcript that is there and
matches both runs is kept as its author wrote it.
"""

import re
from pathlib import Path

from grader import constants, report, states, transcript
from grader.build import Builder, BuildError
from grader.checking import Constants
from grader.errors import Refusal
from grader.language import _
from grader.lab import Lab
from grader.machine import Machine
from grader.process import Workspace
from grader.recipe import Kit

SEED = 1
_PLACE = re.compile(r"\b(\w+\.[ch]):\d+\b")
_ADDRESS = re.compile(r"0x[0-9a-f]+|\(nil\)")
_NUMBER = re.compile(r"-?\d+")


def record(kit: Kit, lab: Lab) -> list[tuple[Path, bool]]:
    """Write the handout and the transcripts; returns each file and whether it changed."""
    states.need_answers(lab)
    texts = {lab.folder / name: text for name, text in states.answer(lab, set()).items()}
    values = [draw.values for draw in constants.draws(lab, SEED)]
    runs = _runs(kit, lab, values)
    for solved, name in enumerate(transcript_names(lab)):
        path = lab.folder / "expected" / name
        seen = runs[solved]
        if not _matches(path, seen, values):
            texts[path] = "".join(f"{line}\n" for line in _general(name, seen, values))
        else:
            texts[path] = path.read_text("utf-8")
    (lab.folder / "expected").mkdir(exist_ok=True)
    changed = [(path, not path.is_file() or path.read_text("utf-8") != text)
               for path, text in texts.items()]
    for path, differs in changed:
        if differs:
            report.put(path, texts[path])
    return changed


def transcript_names(lab: Lab) -> list[str]:
    """The files of expected/, one a state."""
    return ["start.txt", *[f"task-{task.number:02}.txt" for task in lab.tasks]]


def _runs(kit: Kit, lab: Lab, values: list[Constants]) -> list[list[list[str]]]:
    """For each state, what it prints with each set of numbers."""
    printed = []
    with Workspace() as workspace:
        machine = Machine(Builder(kit, lab, workspace, *values))
        for solved in range(len(lab.tasks) + 1):
            state = _("{lab} with tasks 1 to {last}", lab=lab.name, last=solved)
            try:
                runs = machine(states.answer(lab, range(1, solved + 1)))
            except BuildError as error:
                raise Refusal(_("{state} does not build; nothing was written. {error}",
                                state=state, error=error)) from None
            for ran in runs:
                if ran.outcome.ending not in ("idle", "halt"):
                    raise Refusal(_("{state} does not come to an end ({ending}); nothing was "
                                    "written", state=state, ending=ran.outcome.ending))
            printed.append([transcript.user_part(ran.outcome.serial) for ran in runs])
    return printed


def _matches(path: Path, seen: list[list[str]], values: list[Constants]) -> bool:
    """True if the transcript that is there fits both runs."""
    if not path.is_file():
        return False
    expected = transcript.expected_lines(path.read_text("utf-8"))
    try:
        return all(transcript.difference(lines, expected, used) is None
                   for lines, used in zip(seen, values))
    except transcript.TranscriptError:
        return False


def _general(name: str, seen: list[list[str]], values: list[Constants]) -> list[str]:
    """One transcript for both runs."""
    if len(seen[0]) != len(seen[1]):
        raise Refusal(_("expected/{name}: how many lines this state prints depends on the lab's "
                        "numbers; write it by hand, with ... for the lines that vary", name=name))
    return [_line(name, pair, values) for pair in zip(*seen)]


def _line(name: str, pair: tuple[str, str], values: list[Constants]) -> str:
    """One line for both runs, the closest that fits: constants before addresses before numbers."""
    tries = [_PLACE.sub(r"\1:{line}", pair[0])]
    if pair[0] != pair[1]:
        tries.append(_named(tries[-1], values[0]))
        tries.append(_ADDRESS.sub("{addr}", tries[-1]))
        tries.append(_outside(_NUMBER, "{num}", tries[-1]))
    for line in tries:
        if all(transcript.difference([seen], [line], used) is None
               for seen, used in zip(pair, values)):
            return line
    raise Refusal(_("expected/{name}: this line changes from run to run in a way that no constant "
                    "explains; write it by hand: {line}", name=name, line=pair[0][:200]))


def _named(line: str, used: Constants) -> str:
    """The line with the values of constants, or their complements, as placeholders."""
    for name, value in used.items():
        for text, placeholder in _ways(name, value):
            line = _outside(re.compile(rf"(?<![0-9a-z]){re.escape(text)}(?![0-9a-z])"),
                            placeholder, line)
    return line


def _ways(name: str, value: int | str) -> list[tuple[str, str]]:
    """How a line may show the constant's value, and the placeholder for each way."""
    if isinstance(value, str):
        return [(value, f"{{{name}}}")]
    return [(format(number, spec), f"{{{word}:{spec}}}")
            for word, number in ((name, value), (f"~{name}", value ^ 2 ** 64 - 1))
            for spec in ("#x", "x", "d")]


def _outside(pattern: re.Pattern[str], new: str, line: str) -> str:
    """Replace where the line is not a placeholder yet."""
    parts = re.split(r"(\{[^{}]*\})", line)
    return "".join(part if index % 2 else pattern.sub(lambda found: new, part)
                   for index, part in enumerate(parts))
