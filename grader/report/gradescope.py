"""results.json in Gradescope's format, one test a task in order.

Invariants: nothing in it changes from one grading of a submission to the next; a grader error has
neither score nor tests, so that the platform keeps what the student had.
"""

import json
from typing import Any

from grader.report import words
from grader.score import Result, TaskResult, Verdict


def text(result: Result) -> str:
    """The file's text."""
    return json.dumps(_content(result), indent=1, ensure_ascii=False) + "\n"


def _content(result: Result) -> dict[str, Any]:
    content: dict[str, Any] = {
        "output": words.summary(result),
        "output_format": "text",
        "stdout_visibility": "visible",
        "extra_data": {"lab": result.lab.name, "seed": result.seed,
                       "seeds": list(result.seeds), "verdict": result.verdict.value},
    }
    if result.score is not None:
        content["score"] = result.score
        content["tests"] = [_test(task) for task in result.tasks]
    return content


def _test(task: TaskResult) -> dict[str, Any]:
    return {
        "number": str(task.task.number),
        "name": task.task.called,
        "score": task.points,
        "max_score": task.task.points,
        "status": "passed" if task.verdict is Verdict.PASSED else "failed",
        "output": words.task_output(task),
        "output_format": "text",
        "extra_data": {"verdict": task.verdict.value},
    }
