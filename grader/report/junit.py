"""junit.xml for any continuous integration: one test case a task.

Invariant: only characters that XML 1.0 allows, whatever a student's program printed.
"""

import re

from grader.report import words
from grader.score import Result, TaskResult, Verdict

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;"})


def _attribute(value: str) -> str:
    return '"' + _FORBIDDEN.sub("�", value).translate(_ESCAPES) + '"'


def _body(value: str) -> str:
    return _FORBIDDEN.sub("�", value).replace("&", "&amp;").replace("<", "&lt;").replace(">",
                                                                                         "&gt;")


def text(result: Result) -> str:
    """The file's text."""
    failures = sum(_tag(result, task) == "failure" for task in result.tasks)
    skipped = sum(_tag(result, task) == "skipped" for task in result.tasks)
    errors = sum(_tag(result, task) == "error" for task in result.tasks)
    counts = (f'tests="{len(result.tasks)}" failures="{failures}" errors="{errors}" '
              f'skipped="{skipped}" time="0"')
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>",
             f" <testsuite name={_attribute('caplab ' + result.lab.name)} {counts}>"]
    lines += [_case(result, task) for task in result.tasks]
    lines += [f"  <system-out>{_body(words.summary(result))}</system-out>", " </testsuite>",
              "</testsuites>", ""]
    return "\n".join(lines)


def _tag(result: Result, task: TaskResult) -> str | None:
    """What a task that did not pass is in JUnit's words; a blocked one did not run."""
    if result.verdict is Verdict.GRADER_ERROR:
        return "error"
    return {Verdict.PASSED: None, Verdict.BLOCKED: "skipped"}.get(task.verdict, "failure")


def _case(result: Result, task: TaskResult) -> str:
    name = _attribute(f"task {task.task.number:02}: {task.task.called}")
    group = _attribute(f"caplab.{result.lab.name}")
    opening = f'  <testcase classname={group} name={name} time="0"'
    tag = _tag(result, task)
    if tag is None:
        return opening + "/>"
    message = _attribute(task.note or task.verdict.word)
    return f"{opening}><{tag} message={message}>{_body(words.task_output(task))}</{tag}></testcase>"
