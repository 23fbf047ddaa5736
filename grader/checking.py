"""What labs/NAME/checks.py is written against: tasks, their evidence, and the advice they give.

A check is a small function of one run that returns when the kernel saw the task done and raises
`Unmet` (through `require`) when it did not. Invariant: only `Unmet` means 'not done'; any other
exception is a mistake of the check and becomes a grader error, which costs nobody points.

    from grader.checking import _, require, task, usual

    @task(7, advice=[_("Mint a copy of ep_object with vka_mint_object and EP_BADGE."),
                     usual("the badge is written as a number",
                           lambda run: run.trace.first("mint", badge=0x61),
                           _("Use the constant EP_BADGE: its value changes from run to run."))])
    def badged_copy(run):
        made = run.trace.first("mint", cap="endpoint", badge=run.const.EP_BADGE)
        require(made, expected=_("a copy of the endpoint with badge {badge:#x}",
                                 badge=run.const.EP_BADGE),
                seen=_("no badged copy of an endpoint"))

`_` gives a text in the language of the reader. A lab's checks are loaded for each grading, after
the language is chosen.
"""

import importlib.util
import itertools
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

from grader.exam import Question
from grader.language import _
from grader.trace import Trace


class Constants(dict):
    """The lab's constants as this run used them: `const["EP_BADGE"]` or `const.EP_BADGE`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"this lab has no constant {name}") from None


@dataclass
class Run:
    """One run of one program, as checks see it.

    trace: what the kernel saw.   const: the constants used.   serial: the lines of the user part,
    as they are matched (kernel diagnostics and the closing list of waiting threads taken out).
    ending: how the machine ended: "idle", "halt", "reset", "time", "flood", "reboot" or "clock".
    """

    trace: Trace
    const: Constants
    serial: list[str] = field(default_factory=list)
    ending: str = "idle"


class Unmet(Exception):
    """The evidence of a task is missing. Carries exactly what the report shows.

    mistaken: the kernel saw the work, but with a mistake in it. So it is no fake.
    """

    def __init__(self, expected: str, seen: str, advice: str | None = None,
                 mistaken: bool = False):
        super().__init__(f"expected {expected}; seen {seen}")
        self.expected = expected
        self.seen = seen
        self.advice = advice
        self.mistaken = mistaken


def require(condition: Any, expected: str, seen: str, advice: str | None = None,
            mistaken: bool = False) -> None:
    """Raise `Unmet` unless the condition holds.

    `expected` and `seen` end the sentences 'The kernel should have seen …' and 'It saw …'.
    """
    if not condition:
        raise Unmet(expected, seen, advice, mistaken)


@dataclass(frozen=True)
class Usual:
    """A usual mistake: how it shows, and what to do about it.

    Where `shows` gives a dict, the text's places in braces are filled from it.
    """

    name: str
    shows: Callable[[Run], Any]
    text: str


def usual(name: str, shows: Callable[[Run], Any], text: str) -> Usual:
    """Advice that is given when `shows(run)` holds; an entry for `task(advice=[…])`.

    `shows` may give a dict of what the text names in braces: `{"address": 0x8000000}`.
    """
    return Usual(name, shows, text)


@dataclass(frozen=True)
class Check:
    """The check of one task."""

    number: int
    evidence: Callable[[Run], None]
    advice: tuple[str | Usual, ...]
    done_also_by: tuple[int, ...] = ()
    hidden_by: tuple[int, ...] = ()

    def advise(self, run: Run) -> str | None:
        """The first usual mistake that shows in this run, else the first plain advice."""
        for entry in self.advice:
            if isinstance(entry, Usual) and (told := _told(entry, run)):
                return told
        return next((entry for entry in self.advice if isinstance(entry, str)), None)


def _told(entry: Usual, run: Run) -> str | None:
    """The text of a mistake that shows.

    A probe looks at wild runs: where it stumbles, over whatever, the mistake is not this one.
    """
    try:
        found = entry.shows(run)
        if not found:
            return None
        return entry.text.format(**found) if isinstance(found, dict) else entry.text
    except Exception:
        return None


def task(number: int, advice: list[str | Usual] | None = None, done_also_by: tuple[int, ...] = (),
         hidden_by: tuple[int, ...] = ()) -> Callable[[Callable[[Run], None]], Check]:
    """Make a function the check of this task.

    done_also_by: tasks whose answers could do this one's work for it. Where the submission has not
    done them, they are holes when this one is judged on its own.   hidden_by: later tasks whose
    answers leave nothing to see of this one. They always are holes when this one is judged, which
    takes a run more.

    Work that neither the serial nor the kernel would show (reading a register, a comparison)
    needs an exam, and a frozen part of the lab that takes it: see exam.py.
    """
    def make(evidence: Callable[[Run], None]) -> Check:
        return Check(number, evidence, tuple(advice or ()), done_also_by, hidden_by)
    return make


class ChecksError(Exception):
    """checks.py of a lab is wrong: a mistake of the lab's author."""


def no_exam(const: Constants) -> list[Question]:
    """The exam of a lab in which the kernel sees everything anyway."""
    return []


@dataclass(frozen=True)
class Checks:
    """What checks.py of a lab holds: the check of each task, and the questions of its exam."""

    of: dict[int, Check]
    exam: Callable[[Constants], list[Question]] = no_exam


# Each loading is a module of its own: kits and languages have other texts under the same name.
_loaded = itertools.count()


def _module(path: Path) -> ModuleType:
    """The module in this file; beside it may lie others, for `from .name import …`."""
    name = f"checks_{next(_loaded)}"
    spec = importlib.util.spec_from_file_location(name, path,
                                                  submodule_search_locations=[str(path.parent)])
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except FileNotFoundError:
        raise ChecksError(_("{path} is missing", path=path)) from None
    except Exception as error:
        raise ChecksError(_("{path} does not load: {name}: {error}", path=path,
                            name=type(error).__name__, error=error)) from error
    finally:
        for loaded in [other for other in sys.modules if other.partition(".")[0] == name]:
            del sys.modules[loaded]
    return module


def load(path: Path, tasks: int) -> Checks:
    """The checks of a lab; every task 1 to `tasks` must have exactly one."""
    module = _module(path)
    found: dict[int, Check] = {}
    for check in vars(module).values():
        if isinstance(check, Check):
            if check.number in found:
                raise ChecksError(_("{path} has two checks for task {number}", path=path,
                                    number=check.number))
            found[check.number] = check
    missing = [number for number in range(1, tasks + 1) if number not in found]
    extra = [number for number in found if not 1 <= number <= tasks]
    if missing or extra:
        raise ChecksError(_("{path}: no check for task {missing}", path=path,
                            missing=missing[0]) if missing else
                          _("{path}: a check for task {extra}, which lab.toml does not have",
                            path=path, extra=extra[0]))
    return Checks(dict(sorted(found.items())), getattr(module, "exam", no_exam))
