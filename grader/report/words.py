"""What every report says about a result, in plain text: one place for the sentences."""

from unicodedata import east_asian_width

from grader.language import _, several
from grader.score import Explanation, Result, TaskResult, Verdict
from grader.transcript import Difference

MOST_SHOWN = 200
SIGNS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.BLOCKED: "–",
         Verdict.SUSPICIOUS: "!", Verdict.BUILD_ERROR: "✗"}


def points(value: float) -> str:
    """A number of points without a needless fraction."""
    return f"{value:g}"


def total(result: Result) -> str:
    """The score of the whole, in words."""
    if result.score is None:
        return _("no score: the grader failed, run it again")
    return _("{score} of {full} points", score=points(result.score),
             full=points(result.lab.points))


def mark(task: TaskResult) -> str:
    """A task's verdict for the tables: a sign, and its note where that says more than the word."""
    word = task.verdict.word
    if task.note and task.verdict in (Verdict.BLOCKED, Verdict.PASSED):
        word = task.note
    elif task.note and task.verdict in (Verdict.FAILED, Verdict.BUILD_ERROR):
        word = _("{verdict}: {note}", verdict=word, note=task.note)
    return f"{SIGNS.get(task.verdict, '?')} {word}"


def seeds(result: Result) -> str:
    """The seeds that a submission was judged under, and the one that its files show."""
    if len(result.seeds) < 2:
        return _("seed {seed}", seed=result.seed)
    first, second = result.seeds
    return _("seeds {first} and {second}; shown is the run of {seed}", first=first, second=second,
             seed=result.seed)


def width(text: str) -> int:
    """How many columns a terminal gives this text."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def common(one: str, other: str) -> int:
    """How many characters two lines begin with in common."""
    return next((index for index, (a, b) in enumerate(zip(one, other)) if a != b),
                min(len(one), len(other)))


def _side_by_side(found: Difference) -> tuple[str, str]:
    """Both lines, where they differ only in blanks with tabs to be seen, cut around where they part.
    """
    lines = [found.expected, found.seen]
    if None not in lines:
        tabs = lines[0].split() == lines[1].split()
        lines = [line.replace("\t", "→") if tabs else line.expandtabs() for line in lines]
        start = max(0, common(*lines) - MOST_SHOWN // 2)
        lines = ["…" * (start > 0) + line[start:] for line in lines]
    return tuple(_("(nothing more)") if line is None
                 else line[:MOST_SHOWN] + "…" * (len(line) > MOST_SHOWN) for line in lines)


def difference(why: Explanation) -> list[str]:
    """Where the serial leaves the transcript, with a caret under the first character that differs.
    """
    found = why.difference
    if not found:
        return []
    expected, seen = _side_by_side(found)
    before = _("  expected: "), _("  came:     ")
    lines = [several(found.matched, "The serial agrees for {count} line, then",
                     "The serial agrees for {count} lines, then"),
             before[0] + expected, before[1] + seen]
    if None not in (found.expected, found.seen):
        lines.append(" " * (width(before[1]) + common(expected, seen))
                     + _("^ the first difference"))
    return lines


def explanation(why: Explanation) -> list[str]:
    """The lines that explain a failed task."""
    lines = []
    if why.expected:
        lines += [_("The kernel should have seen: {expected}", expected=why.expected),
                  _("It saw: {seen}", seen=why.seen)]
    lines += difference(why)
    if why.advice:
        lines.append(_("Try: {advice}", advice=why.advice))
    return lines


def task_output(task: TaskResult) -> str:
    """All that is said about one task."""
    lines = [task.note] if task.note else []
    if task.why:
        lines += explanation(task.why)
    return "\n".join(lines) or (_("done") if task.verdict is Verdict.PASSED else task.verdict.word)


def headline(result: Result) -> str:
    """The verdict, and the sentence that goes with it."""
    return _("{verdict}: {note}", verdict=result.verdict.word, note=result.headline)


def summary(result: Result) -> str:
    """The verdict and its details."""
    return "\n".join([headline(result),
                      *([result.details] if result.details else []), *result.notes])
