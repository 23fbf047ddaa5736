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


def mark(task: TaskResult) -> str:
    """A task's verdict for the tables: a sign, and its note where that says more than the word."""
    word = task.verdict.value
    if task.note and task.verdict in (Verdict.BLOCKED, Verdict.PASSED):
        word = task.note
    elif task.note and task.verdict is Verdict.FAILED:
        word = f"{word}: {task.note}"
    return f"{SIGNS.get(task.verdict, '?')} {word}"


def seeds(result: Result) -> str:
    """The seeds that a submission was judged under, and the one that its files show."""
    if len(result.seeds) < 2:
        return f"seed {result.seed}"
    return f"seeds {' and '.join(map(str, result.seeds))}; shown is the run of {result.seed}"


def common(one: str, other: str) -> int:
    """How many characters two lines begin with in common."""
    return next((index for index, (a, b) in enumerate(zip(one, other)) if a != b),
                min(len(one), len(other)))


def difference(why: Explanation) -> list[str]:
    """Where the serial leaves the transcript, with a caret under the first character that differs.
    """
    found = why.difference
    if not found:
        return []
    expected, seen = ("(nothing more)" if line is None else line.expandtabs()
                      for line in (found.expected, found.seen))
    lines = [f"The serial agrees for {found.matched} line{'' if found.matched == 1 else 's'}, then",
             f"  expected: {expected}", f"  came:     {seen}"]
    if None not in (found.expected, found.seen):
        lines.append(" " * (12 + common(expected, seen)) + "^ the first difference")
    return lines


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
