"""Reads the kernel's trace: one JSON object a line, the only evidence that a student cannot print.

Invariants: the records stay in the kernel's order; a line that is not a whole record is an error
of the machine (`TraceError`), never silently skipped, except a last line cut off by a killed QEMU.
"""

import json
from collections import Counter
from typing import Any, Iterator

from grader.language import _

TRACE_VERSION = 1


class TraceError(Exception):
    """The trace is damaged: a fault of the kit, not of the submission."""


class Event:
    """One trace record. Its fields are attributes; a field that is not there reads as None.

    `from` is a word of Python, so that field is `event.from_` (in filters `from_=` too).
    """

    __slots__ = ("fields",)

    def __init__(self, fields: dict[str, Any]):
        self.fields = fields

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.fields.get(name[:-1] if name.endswith("_") else name)

    def __repr__(self) -> str:
        return "Event(" + " ".join(f"{k}={v!r}" for k, v in self.fields.items()) + ")"

    def matches(self, wanted: dict[str, Any]) -> bool:
        """True if every wanted field holds: a value, a set or tuple of values, or a predicate."""
        return all(_holds(getattr(self, name), want) for name, want in wanted.items())


def _holds(value: Any, want: Any) -> bool:
    if callable(want):
        return value is not None and bool(want(value))
    if isinstance(want, (set, frozenset, tuple, list)):
        return value in want
    return value == want


class Trace:
    """All records of one run, in order, with the questions that checks ask of them."""

    def __init__(self, records: list[Event]):
        self.records = records

    def __iter__(self) -> Iterator[Event]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def events(self, kind: str | tuple[str, ...] | None = None, /, *, after: Event | None = None,
               before: Event | None = None, **fields: Any) -> list[Event]:
        """The records of this kind (or one of these kinds) whose fields hold, in order.

        A field may be given as a value, as a tuple or set of values, or as a function of one
        argument: `events("mint", cap="endpoint", badge=lambda b: b != 0)`. `after` and `before`
        are events: only records later (earlier) than that one are looked at. The first argument
        goes by place, so that `kind=` can ask for the field of that name.
        """
        return [event for event in self.records
                if (kind is None or _holds(event.ev, kind))
                and (after is None or event.n > after.n)
                and (before is None or event.n < before.n)
                and event.matches(fields)]

    def first(self, kind: str | tuple[str, ...] | None = None, /, *, after: Event | None = None,
              before: Event | None = None, **fields: Any) -> Event | None:
        """The first such record, or None."""
        found = self.events(kind, after=after, before=before, **fields)
        return found[0] if found else None

    def last(self, kind: str | tuple[str, ...] | None = None, /, *, after: Event | None = None,
             before: Event | None = None, **fields: Any) -> Event | None:
        """The last such record, or None."""
        found = self.events(kind, after=after, before=before, **fields)
        return found[-1] if found else None

    def threads(self) -> dict[str, str]:
        """Every thread seen: object address -> last known name, in order of appearance."""
        names: dict[str, str] = {}
        for event in self.records:
            for tcb, name in _names_in(event):
                if tcb and tcb != "0x0" and (name or tcb not in names):
                    names[tcb] = name or ""
        return names

    def name_of(self, tcb: str) -> str:
        """The last known name of this thread; its address where it has none."""
        return self.threads().get(tcb) or tcb

    def created(self, obj: str) -> Event | None:
        """The retype that made this object (the last one, where memory was used again)."""
        return self.last("retype", objs=lambda made: obj in made)

    @property
    def counts(self) -> dict[str, int]:
        """How often each kind of event happened, beyond the records kept where that is known."""
        kept = Counter(event.ev for event in self.records)
        return dict(kept) | dict((self.idle.counts if self.idle else None) or {})

    @property
    def idle(self) -> Event | None:
        """The record written when no thread could ever run again, or None."""
        return self.last("idle")

    @property
    def boots(self) -> int:
        """How often the machine booted."""
        return len(self.events("boot"))


def _names_in(event: Event) -> list[tuple[str | None, str | None]]:
    """The (thread, name) pairs that one record tells."""
    pairs = [(event.tcb, event.th)]
    if event.ev == "msg":
        pairs += [(event.from_, event.fromname), (event.to, event.toname)]
    elif event.ev == "tcb":
        pairs.append((event.target, event.targetname))
    elif event.ev == "name":
        pairs.append((event.target, event.name))
    elif event.ev == "idle":
        pairs += [(thread["tcb"], thread["name"]) for thread in event.threads or []]
    return pairs


def parse(text: str) -> Trace:
    """The trace in this text. A last line without its newline was cut off by the end of the run."""
    lines = text.split("\n")[:-1]
    return Trace([_record(number, line) for number, line in enumerate(lines, 1)])


def _record(number: int, line: str) -> Event:
    try:
        fields = json.loads(line)
    except ValueError:
        raise TraceError(_("trace line {number} is not JSON: {line!r}", number=number,
                           line=line[:80])) from None
    if not isinstance(fields, dict) or "ev" not in fields or "n" not in fields:
        raise TraceError(_("trace line {number} is not a record: {line!r}", number=number,
                           line=line[:80]))
    if fields["ev"] == "boot" and fields.get("version") != TRACE_VERSION:
        raise TraceError(_("the kernel writes trace version {found}, this grader reads version "
                           "{wanted}; rebuild the kit", found=fields.get("version"),
                           wanted=TRACE_VERSION))
    return Event(fields)
