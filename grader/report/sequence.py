"""Draws a run as a sequence diagram: threads as lifelines, what passed between them in time order.

Invariants: everything drawn is from the kernel's trace; the drawing is bounded in events and
threads and says what it leaves out; a list says the same in words for who cannot see it.
"""

from dataclasses import dataclass

from grader.language import N_, _, several
from grader.report.markup import Html, each, join, tag
from grader.report.words import width
from grader.trace import Event, Trace

MAX_EVENTS, FIRST_EVENTS, MAX_THREADS, MAX_OBJECTS = 80, 50, 8, 60
_COLUMN, _ROW, _TOP, _LABEL = 236, 50, 58, 40
_TYPES = {0: N_("untyped"), 1: N_("thread"), 2: N_("endpoint"), 3: N_("notification"),
          4: "CNode", 5: "PDPT", 6: "PML4", 7: N_("huge page"), 8: N_("frame"),
          9: N_("large page"), 10: N_("page table"), 11: N_("page directory")}
_ERRORS = (N_("no error"), N_("invalid argument"), N_("invalid capability"),
           N_("illegal operation"), N_("range error"), N_("alignment error"), N_("failed lookup"),
           N_("truncated message"), N_("delete first"), N_("revoke first"),
           N_("not enough memory"))
# Words of the kernel's trace: kinds of messages and of faults, of capabilities, what befalls a
# thread.
_KINDS = (N_("call"), N_("send"), N_("nbsend"), N_("reply"), N_("vm"), N_("cap"), N_("syscall"),
          N_("user"))


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
        self.threads = {tcb: name or _("thread {tcb}", tcb=tcb)
                        for tcb, name in trace.threads().items()}
        self._objects: dict[str, str] = {}
        counts: dict[str, int] = {}
        for made in trace.events("retype", type=(2, 3)):
            kind = _(_TYPES[made.type])
            for obj in made.objs or []:
                counts[kind] = counts.get(kind, 0) + 1
                self._objects[obj] = f"{kind} {counts[kind]}"

    def thread(self, tcb: str | None) -> str:
        """A thread's name."""
        return self.threads.get(tcb or "", str(tcb))

    def object(self, obj: str | None, kind: str) -> str:
        """An object's name; `kind` is what it is where it has none."""
        return self._objects.get(obj or "", f"{_(kind)} {obj}")


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
    count = several(event.len or 0, "{count} word", "{count} words")
    parts = [_("label {label}", label=event.label), f"{count}: {words}" if words else count]
    if event.caps:
        parts.append(several(event.caps, "{count} capability", "{count} capabilities"))
    kind = _(str(event.kind))
    text = kind if event.kind == "reply" else _("{kind}, badge {badge}", kind=kind,
                                                badge=_hex(event.badge))
    return Step(event.kind, event.from_, event.to, text, " · ".join(parts))


def _signal(event: Event, names: Names) -> Step:
    where = names.object(event.obj, "notification")
    to = event.to if event.to not in (None, "0x0", event.tcb) else None
    return Step("signal", event.tcb, to, _("signal, badge {badge}", badge=_hex(event.badge)),
                _("on {where}", where=where))


def _fault(event: Event, names: Names) -> Step:
    handled = _("no handler") if event.handler in (None, "", "0x0") else \
        _("handled through {where}", where=names.object(event.handler, "endpoint"))
    return Step("fault", event.tcb, None,
                _("{kind} fault at {address}", kind=_(str(event.kind)), address=event.addr),
                _("instruction {address} · {handled}", address=event.ip, handled=handled))


def _block(event: Event, names: Names) -> Step | None:
    """The wait for a reply is left out: the call's arrow says it."""
    words = {"send": (_("waits to send"), "endpoint"), "recv": (_("waits to receive"), "endpoint"),
             "ntfn": (_("waits for a signal"), "notification")}.get(event.on)
    return words and Step("block", event.tcb, None, words[0],
                          _("on {where}", where=names.object(event.obj, words[1])))


def _wait(event: Event, names: Names) -> Step | None:
    where = names.object(event.obj, "notification")
    return Step("signal", event.tcb, None,
                _("takes a signal, badge {badge}", badge=_hex(event.badge)),
                _("from {where}", where=where)) if event.got else None


def _error(event: Event, names: Names) -> Step:
    known = isinstance(event.code, int) and event.code < len(_ERRORS)
    why = _(_ERRORS[event.code]) if known else event.code
    return Step("error", event.tcb, None, _("refused: {why}", why=why),
                _("invocation {label} of a capability of type {type}", label=event.label,
                  type=_(str(event.cap))))


def _tcb(event: Event, names: Names) -> Step | None:
    if event.op not in ("resume", "suspend"):
        return None
    to = event.target if event.target != event.tcb else None
    words = {"resume": (_("resumes the thread"), _("resumes itself")),
             "suspend": (_("suspends the thread"), _("suspends itself"))}[event.op]
    return Step("tcb", event.tcb, to, words[0 if to else 1])


def section(trace: Trace, names: Names | None = None) -> Html:
    """The diagram, what it leaves out, and the same as a list."""
    names = names or Names(trace)
    all_steps = steps(trace, names)
    if not all_steps:
        return tag("p", _("The kernel saw no message, signal or fault."))
    threads = _lifelines(all_steps)
    shown_threads = threads[:MAX_THREADS]
    drawn = [step for step in all_steps
             if step.source in shown_threads and (step.to is None or step.to in shown_threads)]
    gap = len(drawn) - MAX_EVENTS
    rows: list[Step | str] = list(drawn)
    if gap > 0:
        rows[FIRST_EVENTS:FIRST_EVENTS + gap] = [_("… {count} events left out …", count=gap)]
    others = len(threads) - len(shown_threads)
    away = _("{threads} further threads are left out, with {events} events.", threads=others,
             events=len(all_steps) - len(drawn))
    return join(tag("div", _svg(rows, shown_threads, names), class_="wide", tabindex=0,
                    role="region", aria_label=_("Sequence diagram, can be scrolled")),
                tag("p", away) if others else None,
                tag("details", tag("summary", _("The same as a list")),
                    tag("ol", each("li", [_words(row, names) for row in rows]))))


def _lifelines(all_steps: list[Step]) -> list[str]:
    """The threads from left to right: as they come, but those that only do things alone come last."""
    among = [step for step in all_steps if step.to]
    return list(dict.fromkeys(tcb for step in [*among, *all_steps]
                              for tcb in (step.source, step.to) if tcb))


def _words(row: Step | str, names: Names) -> str:
    if isinstance(row, str):
        return row
    who = names.thread(row.source)
    if row.to:
        who = _("{source} to {target}", source=who, target=names.thread(row.to))
    return f"{who}: {row.text}" + (f" ({row.more})" if row.more else "")


def _cut(text: str, length: int = _LABEL) -> str:
    """The beginning of a text, as much as has room for so many narrow letters."""
    if width(text) <= length:
        return text
    while width(text) > length - 1:
        text = text[:-1]
    return text + "…"


def _svg(rows: list[Step | str], threads: list[str], names: Names) -> Html:
    places = {tcb: _COLUMN // 2 + index * _COLUMN for index, tcb in enumerate(threads)}
    wide, height = _COLUMN * len(threads) + 40, _TOP + _ROW * len(rows) + 20
    parts = [tag("title", _("Sequence diagram of the run; the list below says the same"))]
    for tcb, x in places.items():
        parts += [tag("line", x1=x, y1=40, x2=x, y2=height - 8, class_="life"),
                  tag("rect", x=x - 100, y=8, width=200, height=32, rx=8, class_="head"),
                  tag("text", _cut(names.thread(tcb), 28), x=x, y=29, class_="name")]
    for index, row in enumerate(rows):
        y = _TOP + _ROW * index + 22
        parts.append(tag("text", row, x=wide // 2, y=y, class_="gap") if isinstance(row, str)
                     else _drawn(row, places, y))
    return tag("svg", *parts, xmlns="http://www.w3.org/2000/svg", role="img", width=wide,
               height=height, viewBox=f"0 0 {wide} {height}")


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
        return tag("p", _("The program made no kernel object."))
    depth: dict[str, int] = {}
    rows = []
    for event in made[:MAX_OBJECTS]:
        level = depth.get(event.ut, 0)
        for obj in event.objs or []:
            if event.type == 0:
                depth[obj] = min(level + 1, 12)
        kind = _(_TYPES[event.type]) if event.type in _TYPES else \
            _("object of type {type}", type=event.type)
        size = _("2^{bits} bytes", bits=event.bits) if event.count == 1 else \
            _("2^{bits} bytes each", bits=event.bits)
        rows.append(tag("tr", tag("td", event.n), tag("td", f"{event.count} × {kind}",
                                                    style=f"padding-left:{0.6 + level}em"),
                        tag("td", size), tag("td", event.ut, class_="address"),
                        tag("td", f"{event.slot}")))
    left = len(made) - MAX_OBJECTS
    head = tag("tr", each("th", (_("Event"), _("Made"), _("Size"), _("From the untyped at"),
                                 _("Slot")), scope="col"))
    return join(tag("div", tag("table", tag("thead", head), tag("tbody", *rows)),
                    class_="wide", tabindex=0, role="region",
                    aria_label=_("Objects, can be scrolled")),
                tag("p", _("{count} further retypes are left out.", count=left))
                if left > 0 else None)
