"""A template repository for GitHub Classroom: the handout, the kit in .caplab/, the tests.

The front page says what to do; the lesson lies with the lab in the kit, as its links want it.
The workflow grades once and then shows each task as a test of its own. Everything in a student's
repository can be edited by the student: what it shows is for learning, and the grade is what
`grader class` gives.
"""

import json
import re
from pathlib import Path

from grader.exports.files import Files, below, kit_files, plain, script, whole_points, write_folder
from grader.lab import Lab
from grader.language import N_, _, chosen
from grader.recipe import Kit

NAME = "{lab}-github"
RUNNER = "ubuntu-24.04"
_LESSONS = (("README.md", "English"), ("README.zh.md", "中文"))

_GRADE = """\
#!/bin/sh
# Grades the files of this repository; .caplab/task N then says how task N came out.
set -eu
kit=$(cd "$(dirname "$0")" && pwd)
rm -rf "$kit/results"
PYTHONPATH=$kit exec /usr/bin/python3 -P -m grader.exports.run \\
    --lang LANGUAGE LAB "$kit/.." "$kit/results"
"""

_TASK = '''\
#!/usr/bin/python3
"""Says how a task came out: status 0 if it passed. Run .caplab/grade first."""

import json
import pathlib
import sys

place = pathlib.Path(__file__).parent / "results/results.json"
try:
    results = json.loads(place.read_text("utf-8"))
    tests = {test["number"]: test for test in results["tests"]}
except (OSError, ValueError, KeyError, TypeError):
    sys.exit("there are no results: run .caplab/grade first")
if len(sys.argv) != 2 or sys.argv[1] not in tests:
    sys.exit(f"usage: .caplab/task N, where N is one of {' '.join(tests)}")
test = tests[sys.argv[1]]
for line in [results["output"], *test["output"].splitlines()] if test["status"] != "passed" else []:
    # A line that the runner would obey as a command is only shown.
    for part in line.splitlines():
        print("|", "".join(c for c in part if c.isprintable()).replace("::", ": :")
              .replace("##[", "## ["))
print(f"task {test['number']}: {test['status']}")
sys.exit(test["status"] != "passed")
'''

_FRONT = N_("""\
# {title}

1. Read the lesson: {lessons}.
2. Edit {files}: your text goes between the lines `TASK N BEGIN` and `TASK N END`, which must stay.
3. Commit and push. Each push is graded: the **Actions** tab shows each task as a test of its own, and \
what is wrong with it.

To grade on your own machine (Debian 12, Ubuntu 24.04 or newer), in this folder:

```sh
.caplab/init --setup       # once: installs what is missing, builds kernel and libraries
.caplab/grade              # grades; .caplab/results/report.html says why
.caplab/task 1             # how task 1 came out
```

The lesson speaks of `./init` and `labs/`: here they are `.caplab/init` and `.caplab/labs/`. \
Leave `.caplab` and `.github` as they are. What is shown here is for learning: the grade is what your \
teacher's copy of the kit gives.
""")

_WORKFLOW = """\
# Grades each push. Made by the kit's `grader export github`.
name: caplab
on:
  push:
  repository_dispatch:
permissions:
  checks: write
  actions: read
  contents: read
jobs:
  grade:
    runs-on: %(runner)s
    if: github.actor != 'github-classroom[bot]'
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - name: Set up
        run: .caplab/init --setup
      - name: Grade
        run: .caplab/grade
%(tests)s      - name: Report
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
%(results)s        with:
          runners: %(runners)s
"""

_TEST = """\
      - name: %(name)s
        id: task-%(number)d
        uses: classroom-resources/autograding-command-grader@v1
        with:
          test-name: %(name)s
          setup-command: ""
          command: .caplab/task %(number)d
          timeout: 1
          max-score: %(points)d
"""


def _name(lab: Lab, number: int) -> str:
    """A test's name; a title is never an expression of the workflow's language."""
    title = lab.tasks[number - 1].called.replace("${{", "$ {{")
    return f"{number} {title}"


def _workflow(lab: Lab, points: list[int]) -> str:
    numbers = range(1, len(points) + 1)
    return _WORKFLOW % {
        "runner": RUNNER,
        "tests": "".join(_TEST % {"name": json.dumps(_name(lab, number)), "number": number,
                                  "points": points[number - 1]} for number in numbers),
        "results": "".join(f"          TASK-{number}_RESULTS: "
                           f"\"${{{{steps.task-{number}.outputs.result}}}}\"\n"
                           for number in numbers),
        "runners": ",".join(f"task-{number}" for number in numbers)}


def _older_form(lab: Lab, points: list[int]) -> str:
    """autograding.json; its tests run in order, so the first one's set-up grades for all."""
    tests = [{"name": _name(lab, number), "run": f".caplab/task {number}", "input": "",
              "setup": ".caplab/init --setup && .caplab/grade" if number == 1 else "",
              "output": f"task {number}: passed", "comparison": "included",
              "timeout": 20 if number == 1 else 1, "points": value}
             for number, value in enumerate(points, 1)]
    return json.dumps({"tests": tests}, indent=2, ensure_ascii=False) + "\n"


def _front(lab: Lab) -> str:
    """README.md, the first that a student sees."""
    lessons = [f"[{language}](.caplab/labs/{lab.name}/{name})" for name, language in _LESSONS
               if (lab.folder / name).is_file()]
    return _(_FRONT, title=lab.called, lessons=", ".join(lessons),
             files=", ".join(f"[{name}]({name})" for name in lab.files))


def _kit(kit: Kit, lab: Lab) -> Files:
    """The kit; its lesson leads to no other lab, since those are not in it."""
    files = kit_files(kit, lab)
    for name in (f"labs/{lab.name}/{lesson}" for lesson, _language in _LESSONS):
        if name in files:
            text = re.sub(r"\[([^]]*)\]\(\.\./[^)]*\)", r"\1", files[name][0].decode("utf-8"))
            files[name] = plain(text)
    return files


def write(kit: Kit, lab: Lab, place: Path) -> None:
    """Write the repository's files."""
    points = whole_points(lab)
    given: Files = {name: ((lab.folder / name).read_bytes(), False) for name in lab.files}
    write_folder(place, {
        **given,
        "README.md": plain(_front(lab)),
        ".gitignore": plain("/.caplab/build/\n/.caplab/results/\n__pycache__/\n"),
        ".github/workflows/classroom.yml": plain(_workflow(lab, points)),
        ".github/classroom/autograding.json": plain(_older_form(lab, points)),
        ".caplab/grade": script(_GRADE.replace("LANGUAGE", chosen()).replace("LAB", lab.name)),
        ".caplab/task": script(_TASK),
        **below(".caplab", _kit(kit, lab))})
