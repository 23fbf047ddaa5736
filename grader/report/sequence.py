"""Draws a run as a sequence diagram: threads as lifelines, what passed between them in time order.

Invariants: everything drawn is from the kernel's trace; the drawing is bounded in events and
threads and says what it leaves out; a list says the same in words for who cannot see it.
"""

from dataclasses import dataclass

from grader.report.markup import Html, each, join, tag
from grader.trace import Event, Trace

MAX_EVENTS, FIRST_EVENTS, MAX_THREADS, MAX_OBJECTS = 80, 50, 8, 60
_COLUMN, _ROW, _TOP, _LABEL = 236, 50, 58, 40
_TYPES = {0: "untyped", 1: "thread", 2: "endpoint", 3: "notification", 4: "CNode", 5: "PDPT",
          6: "PML4", 7: "huge page", 8: "frame", 9: "large page", 10: "page table",
          11: "page directory"}
_ERRORS = ("no error", "invalid argument", "invalid capability", "illegal operation",
           "range error", "alignment error", "failed lookup", "truncated message",
           "delete first", "revoke first", "not enough memory")


@dataclass(frozen=True)
class Step:
    """One thing in the diagram: from a thread to another, or at one thread where `to` is None."""

    kind: str
    source: str
    to: str | None
    text: str
    more: str = ""


class Names:
    """Short names for the objects of a run: 'endpoint 1' instead of an address."""

    def __init__(self, trace: Trace):
        self.threads = {tcb: name or f"thread {tcb}" for tcb, name in trace.threads().items()}
        self._objects: dict[str, str] = {}
        counts: dict[str, int] = {}
        for made in trace.events("retype", type=(2, 3)):
            kind = _TYPES[made.type]
            for obj in made.objs or []:
                counts[kind] = counts.get(kind, 0) + 1
                self._objects[obj] = f"{kind} {counts[kind]}"

    def thread(self, tcb: str | None) -> str:
        """A thread's name."""
        return self.threads.get(tcb or "", str(tcb))

    def object(self, obj: str | None, kind: str) -> str:
        """An object's name."""
        return self._objects.get(obj or "", f"{kind} {obj}")


def _hex(value: object) -> str:
    return f"{value:#x}" if isinstance(value, int) else str(value)


def steps(trace: Trace, names: Names) -> list[Step]:
    """What the diagram shows, in time order."""
    makers = {"msg": _message, "signal": _signal, "fault": _fault, "block": _block, "wait": _wait,
              "error": _error, "tcb": _tcb}
    made = (makers[event.ev](event, names) for event in trace if event.ev in makers)
    return [step for step in made if step]


def _message(event: Event, names: Names) -> Step:
    words = ", ".join(_hex(word) for word in event.mr or [])
    parts = [f"label {event.label}", f"{event.len} word{'' if event.len == 1 else 's'}"
             + (f": {words}" if words else "")]
    if event.caps:
        parts.append(f"{event.caps} capabilit{'y' if event.caps == 1 else 'ies'}")
    badge = "" if event.kind == "reply" else f", badge {_hex(event.badge)}"
    return Step(event.kind, event.from_, event.to, f"{event.kind}{badge}", " · ".join(parts))


def _signal(event: Event, names: Names) -> Step:
    where = names.object(event.obj, "notification")
    to = event.to if event.to not in (None, "0x0", event.tcb) else None
    return Step("signal", event.tcb, to, f"signal, badge {_hex(event.badge)}", f"on {where}")


def _fault(event: Event, names: Names) -> Step:
    handled = "no handler" if event.handler in (None, "", "0x0") else \
        f"handled through {names.object(event.handler, 'endpoint')}"
    return Step("fault", event.tcb, None, f"{event.kind} fault at {event.addr}",
                f"instruction {event.ip} · {handled}")


def _block(event: Event, names: Names) -> Step | None:
    """The wait for a reply is left out: the call's arrow says it."""
    words = {"send": ("waits to send", "endpoint"), "recv": ("waits to receive", "endpoint"),
             "ntfn": ("waits for a signal", "notification")}.get(event.on)
    return words and Step("block", event.tcb, None, words[0],
                          f"on {names.object(event.obj, words[1])}")


def _wait(event: Event, names: Names) -> Step | None:
    return Step("signal", event.tcb, None, f"takes a signal, badge {_hex(event.badge)}",
                f"from {names.object(event.obj, 'notification')}") if event.got else None


def _error(event: Event, names: Names) -> Step:
    known = isinstance(event.code, int) and event.code < len(_ERRORS)
    why = _ERRORS[event.code] if known else event.code
    return Step("error", event.tcb, None, f"refused: {why}",
                f"invocation {event.label} of a capability of type {event.cap}")


def _tcb(event: Event, names: Names) -> Step | None:
    if event.op not in ("resume", "suspend"):
        return None
    to = event.target if event.target != event.tcb else None
    return Step("tcb", event.tcb, to, f"{event.op}s {'the thread' if to else 'itself'}")


def section(trace: Trace, names: Names | None = None) -> Html:
    """The diagram, what it leaves out, and the same as a list."""
    names = names or Names(trace)
    all_steps = steps(trace, names)
    if not all_steps:
        return tag("p", "The kernel saw no message, signal or fault.")
    threads: list[str] = []
    for step in all_steps:
        threads += [tcb for tcb in (step.source, step.to) if tcb and tcb not in threads]
    shown_threads = threads[:MAX_THREADS]
    drawn = [step for step in all_steps
             if step.source in shown_threads and (step.to is None or step.to in shown_threads)]
    gap = len(drawn) - MAX_EVENTS
    rows: list[Step | str] = list(drawn)
    if gap > 0:
        rows[FIRST_EVENTS:FIRST_EVENTS + gap] = [f"… {gap} events left out …"]
    others = len(threads) - len(shown_threads)
    away = f"{others} further threads are left out, with {len(all_steps) - len(drawn)} events."
    return join(tag("div", _svg(rows, shown_threads, names), class_="wide", tabindex=0,
                    role="region", aria_label="Sequence diagram, can be scrolled"),
                tag("p", away) if others else None,
                tag("details", tag("summary", "The same as a list"),
                    tag("ol", each("li", [_words(row, names) for row in rows]))))


def _words(row: Step | str, names: Names) -> str:
    if isinstance(row, str):
        return row
    to = f" to {names.thread(row.to)}" if row.to else ""
    return f"{names.thread(row.source)}{to}: {row.text}" + (f" ({row.more})" if row.more else "")


def _cut(text: str, length: int = _LABEL) -> str:
    return text if len(text) <= length else text[:length - 1] + "…"


def _svg(rows: list[Step | str], threads: list[str], names: Names) -> Html:
    places = {tcb: _COLUMN // 2 + index * _COLUMN for index, tcb in enumerate(threads)}
    width, height = _COLUMN * len(threads) + 40, _TOP + _ROW * len(rows) + 20
    parts = [tag("title", "Sequence diagram of the run; the list below says the same")]
    for tcb, x in places.items():
        parts += [tag("line", x1=x, y1=40, x2=x, y2=height - 8, class_="life"),
                  tag("rect", x=x - 100, y=8, width=200, height=32, rx=8, class_="head"),
                  tag("text", _cut(names.thread(tcb), 28), x=x, y=29, class_="name")]
    for index, row in enumerate(rows):
        y = _TOP + _ROW * index + 22
        parts.append(tag("text", row, x=width // 2, y=y, class_="gap") if isinstance(row, str)
                     else _drawn(row, places, y))
    return tag("svg", *parts, xmlns="http://www.w3.org/2000/svg", role="img", width=width,
               height=height, viewBox=f"0 0 {width} {height}")


def _drawn(step: Step, places: dict[str, int], y: int) -> Html:
    """An arrow with its words above and below, or a mark with its words beside it."""
    x = places[step.source]
    if step.to is None:
        return tag("g", tag("circle", cx=x, cy=y, r=5), tag("text", _cut(step.text, 24), x=x + 11,
                                                           y=y - 1, class_="what"),
                   tag("text", _cut(step.more, 44), x=x + 11, y=y + 13, class_="more"),
                   class_=f"step {step.kind}")
    end = places[step.to]
    way = 1 if end > x else -1
    middle = (x + end) // 2
    return tag("g", tag("line", x1=x, y1=y, x2=end - way * 9, y2=y, class_="arrow"),
               tag("path", d=f"M{end} {y}l{-way * 11} -5v10z"),
               tag("text", _cut(step.text), x=middle, y=y - 7, class_="what middle"),
               tag("text", _cut(step.more), x=middle, y=y + 16, class_="more middle"),
               class_=f"step {step.kind}")


def objects(trace: Trace) -> Html:
    """What was made from which untyped: a line a retype, children under their untyped."""
    made = trace.events("retype")
    if not made:
        return tag("p", "The program made no kernel object.")
    depth: dict[str, int] = {}
    rows = []
    for event in made[:MAX_OBJECTS]:
        level = depth.get(event.ut, 0)
        for obj in event.objs or []:
            if event.type == 0:
                depth[obj] = min(level + 1, 12)
        kind = _TYPES.get(event.type, f"object of type {event.type}")
        size = f"2^{event.bits} bytes" + (" each" if event.count != 1 else "")
        rows.append(tag("tr", tag("td", event.n), tag("td", f"{event.count} × {kind}",
                                                    style=f"padding-left:{0.6 + level}em"),
                        tag("td", size), tag("td", event.ut, class_="address"),
                        tag("td", f"{event.slot}")))
    left = len(made) - MAX_OBJECTS
    head = tag("tr", each("th", ("Event", "Made", "Size", "From the untyped at", "Slot"),
                          scope="col"))
    return join(tag("div", tag("table", tag("thead", head), tag("tbody", *rows)),
                    class_="wide", tabindex=0, role="region",
                    aria_label="Objects, can be scrolled"),
                tag("p", f"{left} further retypes are left out.") if left > 0 else None)
