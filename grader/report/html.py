"""report.html: one page that explains a result, for eyes, phones and screen readers.

Invariants: self-contained (its policy forbids every load and script); every text goes through
`markup`, so nothing that a student wrote becomes markup; the same result gives the same bytes.
"""

from functools import lru_cache
from pathlib import Path

from grader import constants, transcript
from grader.errors import Refusal
from grader.language import N_, _, chosen, several
from grader.report import sequence, words
from grader.report.markup import Html, each, join, tag
from grader.score import Result, TaskResult, Verdict
from grader.trace import Trace, TraceError, parse

MAX_LINES, MAX_LINE = 400, 300
# The words of the kernel's trace, as the catalog has them.
_STATES = (N_("inactive"), N_("running"), N_("restart"), N_("blocked on recv"),
           N_("blocked on send"), N_("blocked on reply"), N_("blocked on ntfn"), N_("idle"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@lru_cache(maxsize=1)
def _style() -> Html:
    return Html(Path(__file__).with_name("report.css").read_text("utf-8"))


def text(result: Result) -> str:
    """The file's text."""
    title = f"{result.lab.name}: {words.total(result)}"
    head = tag("head", tag("meta", charset="utf-8"),
               tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
               tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
               tag("title", title), tag("style", _style()))
    main = tag("main", _top(result), _explained(result), _tasks(result), _transcripts(result),
               _run(result))
    foot = tag("footer", _("caplab · lab {lab} · {seeds}", lab=result.lab.name,
                            seeds=words.seeds(result)))
    return "<!DOCTYPE html>\n" + tag("html", head, tag("body", main, foot), lang=chosen()) + "\n"


def _top(result: Result) -> Html:
    sign = "✓" if result.full else "✗"
    lines = [line for line in [*result.details.split("\n"), *result.notes] if line]
    return tag("header", tag("p", result.lab.called, class_="over"),
               tag("h1", words.total(result)),
               tag("p", tag("strong", f"{sign} {result.verdict.word}"), f": {result.headline}",
                   class_="verdict " + ("good" if result.full else "bad")),
               _said(result, "\n".join(lines)) if lines else None)


def _said(result: Result, text: str) -> Html:
    """Details and notes; a compiler's marks must stay under what they point at."""
    if result.verdict is Verdict.BUILD_ERROR:
        return tag("pre", text, class_="said columns", tabindex=0)
    return tag("pre", text, class_="said")


def _tasks(result: Result) -> Html:
    head = tag("tr", each("th", ("", _("Task"), _("Result"), _("Points")), scope="col"))
    return _section(_("Tasks"), tag("table", tag("thead", head),
                                 tag("tbody", *map(_task_row, result.tasks)), class_="tasks"))


def _task_row(task: TaskResult) -> Html:
    return tag("tr", tag("td", task.task.number), tag("th", task.task.called, scope="row"),
               tag("td", words.mark(task)),
               tag("td", f"{words.points(task.points)}/{words.points(task.task.points)}"),
               class_=task.verdict.name.lower())


def _section(title: str, *inside: object) -> Html:
    return tag("section", tag("h2", title), *inside)


def _first(result: Result) -> TaskResult | None:
    """The task that is explained: the rest follows from it."""
    return next((task for task in result.tasks if task.why), None)


def _explained(result: Result) -> Html | None:
    task = _first(result)
    if not task:
        return None
    why, found = task.why, task.why.difference
    parts = []
    if found:
        parts += [tag("p", several(found.matched, "The serial agrees for {count} line, then:",
                                   "The serial agrees for {count} lines, then:")),
                  _pair(_("Expected on the serial"), _marked(found.expected, found.seen),
                        _("Came"), _marked(found.seen, found.expected))]
    if why.expected:
        parts.append(_pair(_("The kernel should have seen"), why.expected, _("It saw"), why.seen))
    if why.advice:
        parts.append(tag("p", tag("strong", _("Try: ")), why.advice, class_="advice"))
    return _section(_("Task {number}: {title}", number=task.task.number,
                      title=task.task.called), *parts)


def _pair(left: str, one: object, right: str, other: object) -> Html:
    return tag("div", tag("div", tag("h3", left), tag("p", one, class_="line")),
               tag("div", tag("h3", right), tag("p", other, class_="line")), class_="pair")


def _marked(line: str | None, other: str | None) -> Html:
    """A line with what comes after the common beginning marked."""
    if line is None:
        return tag("em", _("(nothing more)"))
    same = words.common(line, other or "")
    return join(line[:same], tag("mark", line[same:same + MAX_LINE] or _("(ends here)")))


def _expected(result: Result) -> tuple[list[str], int]:
    """The transcript to show and its state: the one that the explanation compares with."""
    values = constants.drawn(result.lab, result.seed)
    told = _first(result)
    to_do = (task.task.number for task in result.tasks if task.verdict is not Verdict.PASSED)
    state = told.why.state if told else next(to_do, len(result.tasks))
    return [transcript.fill(line, values) for line in _raw(result, state)], state


def _raw(result: Result, state: int) -> list[str]:
    path = result.lab.folder / "expected" / f"task-{state:02}.txt"
    return transcript.expected_lines(path.read_text("utf-8"))


def _transcripts(result: Result) -> Html | None:
    seen = transcript.user_part(result.serial)
    if not result.serial:
        return None
    try:
        expected, state = _expected(result)
    except (OSError, Refusal, transcript.TranscriptError):
        return _section(_("The serial"), _lines(seen, 0))
    task = _first(result)
    found = task.why.difference if task else None
    wanted, came = (found.expected_line, found.seen_line) if found else (0, 0)
    return _section(_("The whole serial"),
                    tag("p", _("{addr}, {num} and {line} stand for any such value, ... for any "
                          "lines.")),
                    tag("div",
                        tag("div", tag("h3", _("Expected after task {number}", number=state)),
                            _lines(expected, wanted)),
                        tag("div", tag("h3", _("Came")), _lines(seen, came)), class_="pair"))


def _lines(lines: list[str], at: int) -> Html:
    """Numbered lines, the one where the two part marked by colour and words."""
    items = []
    for number, line in enumerate(lines[:MAX_LINES], 1):
        here = number == at
        items.append(tag("li", line[:MAX_LINE] + ("…" if len(line) > MAX_LINE else ""),
                         tag("b", _(" ← the first difference")) if here else None,
                         class_="here" if here else None))
    if at > len(lines):
        items.append(tag("li", tag("em", _("(nothing more)")),
                         tag("b", _(" ← the first difference")), class_="here"))
    if len(lines) > MAX_LINES:
        items.append(tag("li", _("… {count} further lines are in serial.txt",
                               count=len(lines) - MAX_LINES)))
    return tag("ol", *items, class_="serial") if items else tag("p", tag("em", _("(nothing)")))


def _run(result: Result) -> Html | None:
    if not result.trace:
        return None
    try:
        trace = parse(result.trace)
    except TraceError:
        return None
    names = sequence.Names(trace)
    return join(_section(_("What the kernel saw: the run"), sequence.section(trace, names)),
                _ends(trace, names), _section(_("Objects, and what they were made from"),
                                       sequence.objects(trace)))


def _ends(trace: Trace, names: sequence.Names) -> Html | None:
    """Where each thread was when nothing could run any more."""
    idle = trace.idle
    if not idle:
        return None
    rows = [tag("tr", tag("th", thread.get("name") or thread.get("tcb"), scope="row"),
                tag("td", _state(thread, names)))
            for thread in (idle.threads or [])[:40]]
    head = tag("tr", each("th", (_("Thread"), _("State")), scope="col"))
    return _section(_("Who waits for what at the end"),
                    tag("table", tag("thead", head), tag("tbody", *rows)))


def _state(thread: dict, names: sequence.Names) -> str:
    on = thread.get("on")
    state = _(str(thread.get("state")))
    if on in (None, "", "0x0"):
        return state
    return _("{verdict}: {note}", verdict=state, note=names.object(on, N_("object")))
