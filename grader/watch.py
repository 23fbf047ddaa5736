"""./simulate --watch: at every save, builds and runs the lab and says which state it has reached.

The run is the grader's, with the lesson's numbers: what the program printed, then the table of the
tasks and what to do next. Invariants: the student's files are only read, and only once they have
stopped changing; a file that is missing for a moment, as editors do it, is waited for; whatever is
wrong with them is said, and the watch goes on; a newer save ends what runs for an older one.
"""

import os
import signal
import time
import traceback
from pathlib import Path
from typing import Callable

from grader import grade, intake, transcript
from grader.errors import Interrupted, Refusal
from grader.intake import IntakeError
from grader.lab import Lab
from grader.language import _
from grader.recipe import Kit
from grader.report import terminal

LOOKS_EVERY = 0.2
Stamp = tuple[tuple[int, int, int] | None, ...]


def watch(kit: Kit, lab: Lab, source: Path) -> None:
    """Watch the lab's files in this folder until Ctrl-C."""
    print(_("Watching {names} in {folder}; Ctrl-C leaves.", names=", ".join(lab.files),
            folder=os.path.relpath(source)), flush=True)
    seen: Stamp = ()
    try:
        while True:
            seen = _next(source, lab.files, seen)
            print(f"\n──── {time.strftime('%H:%M:%S')}", flush=True)
            _while_newest(source, lab.files, seen, lambda: _run(kit, lab, source))
    except KeyboardInterrupt:
        print("\n" + _("Left."))


def _stamp(source: Path, names: tuple[str, ...]) -> Stamp:
    """What changes when a file is saved, however an editor does that; None: not there."""
    def one(path: Path) -> tuple[int, int, int] | None:
        try:
            status = path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino
    return tuple(one(source / name) for name in names)


def _next(source: Path, names: tuple[str, ...], seen: Stamp) -> Stamp:
    """Wait until all files are there, differ from what was seen, and stay as they are."""
    before: Stamp = ()
    while True:
        now = _stamp(source, names)
        if now == before and now != seen and None not in now:
            return now
        before = now
        time.sleep(LOOKS_EVERY)


def _while_newest(source: Path, names: tuple[str, ...], seen: Stamp, run: Callable[[], None]
                  ) -> None:
    """Run this in a process of its own, to its end or until there is a newer save."""
    child = os.fork()
    if not child:
        os._exit(_to_the_end(run))
    try:
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if _stamp(source, names) != seen:
                # What it has begun ends with it: process.py sees to that.
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                print(_("Saved anew."), flush=True)
                return
            time.sleep(LOOKS_EVERY)
    except KeyboardInterrupt:
        os.waitpid(child, 0)  # the terminal tells both
        raise


def _to_the_end(run: Callable[[], None]) -> int:
    """The exit status of a process that runs this."""
    try:
        run()
    except (KeyboardInterrupt, Interrupted):
        pass
    except Refusal as error:
        print(error, flush=True)
    except BaseException:
        traceback.print_exc()
    return 0


def _run(kit: Kit, lab: Lab, source: Path) -> None:
    try:
        with terminal.patience():
            result = grade.look_over(kit, lab, intake.take(lab, source))
    except IntakeError as error:
        print(error, flush=True)
        return
    for line in transcript.user_part(result.serial):
        print(terminal.plain(line.expandtabs()))
    print()
    terminal.show(result)
