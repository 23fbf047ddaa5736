"""What every report says about a result, in plain text: one place for the sentences."""

from grader.score import Explanation, Result, TaskResult, Verdict

SIGNS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.BLOCKED: "–",
         Verdict.SUSPICIOUS: "!"}


def points(value: float) -> str:
    """A number of points without a needless fraction."""
    return f"{value:g}"


def total(result: Result) -> str:
    """The score of the whole, in words."""
    if result.score is None:
        return "no score: the grader failed, run it again"
    return f"{points(result.score)} of {points(result.lab.points)} points"


def difference(why: Explanation) -> list[str]:
    """Where the serial leaves the transcript."""
    found = why.difference
    if not found:
        return []
    return [f"The serial agrees for {found.matched} line{'' if found.matched == 1 else 's'}, then",
            f"  expected: {found.expected if found.expected is not None else '(nothing more)'}",
            f"  came:     {found.seen if found.seen is not None else '(nothing more)'}"]


def explanation(why: Explanation) -> list[str]:
    """The lines that explain a failed task."""
    lines = []
    if why.expected:
        lines += [f"The kernel should have seen: {why.expected}", f"It saw: {why.seen}"]
    lines += difference(why)
    if why.advice:
        lines.append(f"Try: {why.advice}")
    return lines


def task_output(task: TaskResult) -> str:
    """All that is said about one task."""
    lines = [task.note] if task.note else []
    if task.why:
        lines += explanation(task.why)
    return "\n".join(lines) or ("done" if task.verdict is Verdict.PASSED else task.verdict.value)


def summary(result: Result) -> str:
    """The verdict and its details."""
    return "\n".join([f"{result.verdict.value}: {result.headline}",
                      *([result.details] if result.details else []), *result.notes])
