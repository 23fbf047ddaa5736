"""Says in words how a run went wrong, from the way the machine ended and what the kernel saw.

Invariant: the kinds are looked at in one order, the hardest evidence first, so that the same run
always gets the same verdict.
"""

from dataclasses import dataclass
from typing import Callable

from grader.checking import Run
from grader.language import _
from grader.places import Place
from grader.qemu import Outcome
from grader.score import Verdict
from grader.trace import Event, Trace

Locate = Callable[[str, str], Place | None]

MOST_NAMED = 10
_PANICS = ("seL4 failed assertion", "seL4 called fail", "========== KERNEL EXCEPTION")


@dataclass(frozen=True)
class Diagnosis:
    """A verdict on a whole run, one sentence, and further lines where they help."""

    verdict: Verdict
    headline: str
    details: str = ""


def diagnose(outcome: Outcome, run: Run, place: Locate) -> Diagnosis:
    """Why this run, whose output matches no state of the lab, is not right."""
    if outcome.ending == "flood":
        said = _("The program printed too much: it was stopped after {count} bytes.",
                 count=len(outcome.serial.encode()))
        return Diagnosis(Verdict.FLOOD, said, _last_lines(run.serial))
    if outcome.ending in ("reboot", "reset"):
        return Diagnosis(Verdict.PANIC, _("The machine was reset: a lab boots exactly once."))
    if outcome.ending == "halt" or not outcome.booted:
        return _halted(outcome, run)
    if outcome.ending == "time":
        return _loop(run.trace, place)
    faults = unhandled(run.trace)
    if faults:
        return _faulted(faults[0], run.trace, place)
    waiting = hang(run.trace, place)
    if waiting:
        return Diagnosis(Verdict.HANG, _("Nothing can run any more: every thread that is "
                                         "left waits for another."), "\n".join(waiting))
    return Diagnosis(Verdict.FAILED, _("The program ran to its end, but the serial does not show "
                                       "what it should."))


def _last_lines(lines: list[str]) -> str:
    return _("The last lines:") + "\n" + "\n".join(f"  {line[:100]}" for line in lines[-3:])


def _halted(outcome: Outcome, run: Run) -> Diagnosis:
    halt = run.trace.last("halt")
    if halt and halt.why == "debughalt":
        return Diagnosis(Verdict.PANIC,
                         _("The thread {name!r} called seL4_DebugHalt.", name=halt.th))
    for line in outcome.serial.splitlines():
        if line.startswith(_PANICS):
            return Diagnosis(Verdict.PANIC, _("The kernel stopped: {line}", line=line))
    if not outcome.booted:
        lines = [line for line in outcome.serial.splitlines() if line.strip()]
        return Diagnosis(Verdict.PANIC, _("The program could not be started."),
                         _last_lines(lines) if lines else "")
    return Diagnosis(Verdict.PANIC, _("The kernel stopped."))


def _loop(trace: Trace, place: Locate) -> Diagnosis:
    """Out of time: the last thread that did anything, or used up its time, is the one to look at."""
    last = trace.records[-1] if len(trace) else None
    said = _("The program did not end in the time it has: a thread runs in a loop.")
    if not last:
        return Diagnosis(Verdict.LOOP, said)
    said = _("{first} {second}", first=said, second=_(
        "The last thread that the kernel saw doing something is {name!r}.", name=last.th))
    found = place(last.th, last.ip) if last.ev == "slice" else None
    return Diagnosis(Verdict.LOOP, said, _("It was at {place}", place=found) if found else "")


def unhandled(trace: Trace) -> list[Event]:
    """The faults that no handler took: those the kernel reports on the serial."""
    return trace.events("fault", handler=("0x0", None, ""))


def _faulted(fault: Event, trace: Trace, place: Locate) -> Diagnosis:
    thread = fault.th or trace.name_of(fault.tcb)
    at = fault.addr
    what = {"vm": _("touched the address {at}, where nothing is mapped for it,", at=at),
            "cap": _("used the capability {at}, which is not there,", at=at),
            "syscall": _("made the unknown system call {at}", at=at),
            }.get(fault.kind, _("raised processor exception {at}", at=at))
    if fault.ip:
        what = _("{what} at instruction {address}", what=what, address=fault.ip)
    found = place(thread, fault.ip) if fault.ip else None
    return Diagnosis(Verdict.FAULT,
                     _("The thread {name!r} faulted: it {what}.", name=thread, what=what),
                     _("That is {place}", place=found) if found else "")


def hang(trace: Trace, place: Locate = lambda thread, address: None) -> list[str]:
    """Who waits for what, where the waiting is a deadlock and not the rest after the work.

    A server that waits for its next message is at rest; a thread that waits for a reply or to
    send never will be, nor will a system in which all wait and none has finished.
    """
    threads = (trace.idle.threads or []) if trace.idle else []
    waiting = [thread for thread in threads if _waits(thread)]
    stuck = [thread for thread in waiting
             if any(word in thread["state"].lower() for word in ("reply", "send"))]
    if not (stuck or waiting and len(waiting) == len([t for t in threads if not _idle(t)])):
        return []
    named = [_waiting(thread, trace, place) for thread in waiting[:MOST_NAMED]]
    more = len(waiting) - MOST_NAMED
    return [*named, _("and {count} more threads", count=more)] if more > 0 else named


def _waiting(thread: dict, trace: Trace, place: Locate) -> str:
    """Who waits for what, and where in the source."""
    found = place(thread["name"], thread["ip"]) if thread.get("ip") else None
    said = f"{thread['name']!r} {_what(thread, trace)}"
    return _("{said}, at {place}", said=said, place=found) if found and found.file else said


def _idle(thread: dict) -> bool:
    return "idle" in thread["state"].lower() or thread["name"] == "idle_thread"


def _waits(thread: dict) -> bool:
    return "block" in thread["state"].lower()


def _what(thread: dict, trace: Trace) -> str:
    """The state's words as a person says them; `on` is the object, or who is to reply."""
    state, on = thread["state"].lower(), thread.get("on") or ""
    known = on not in ("", "0x0")
    if "reply" in state:
        return _("waits for a reply that nobody sends, which {name!r} owes it",
                 name=trace.name_of(on)) if known else _("waits for a reply that nobody sends")
    if "recv" in state or "receive" in state:
        return _("waits to receive on endpoint {on}", on=on) if known else _("waits to receive")
    if "send" in state:
        return _("waits to send on endpoint {on}, where nobody receives", on=on) if known \
            else _("waits to send, where nobody receives")
    return _("waits for a signal on notification {on}", on=on) if known \
        else _("waits for a signal")
