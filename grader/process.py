"""Child processes and the private folder of one piece of work; both end with it, whatever happens.

A `Workspace` is a temporary folder with a warden beside it: a shell of a few lines that holds the
other end of a pipe. When the pipe closes, because the work is done or because the grader was
killed with SIGKILL, the warden kills every process group still listed and removes the folder.
Invariants: a child runs in a process group of its own; no group outlives its `with` block.
"""

import math
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Callable, Iterator

from grader.errors import Interrupted, KitError

# The status of a command that ran out of time.
OUT_OF_TIME = 124
# The processors that this process may use.
CORES = len(os.sched_getaffinity(0))
_WARDEN = """
trap '' INT TERM HUP QUIT
cd /
groups=' '
while read -r verb group; do
    case $verb in
    add) groups="$groups$group " ;;
    drop) groups="${groups%% $group *} ${groups#* $group }" ;;
    esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
rm -rf -- "$1"
"""


class Workspace:
    """A private folder, and the children that work in it; use it in a `with` statement."""

    def __init__(self) -> None:
        self.teams: set[Team] = set()
        with undisturbed():
            self.folder = Path(tempfile.mkdtemp(prefix="caplab-"))
            try:
                self._warden = subprocess.Popen(
                    ["sh", "-c", _WARDEN, "caplab-warden", str(self.folder)],
                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    start_new_session=True)
            except BaseException:
                shutil.rmtree(self.folder, ignore_errors=True)
                raise

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        for team in list(self.teams):
            team.close()
        self._warden.stdin.close()
        self._warden.wait()

    def _tell(self, word: str) -> None:
        os.write(self._warden.stdin.fileno(), word.encode() + b"\n")

    @contextmanager
    def child(self, command: list[str], *, stdout: int | IO = subprocess.DEVNULL,
              stderr: int | IO = subprocess.DEVNULL, env: dict[str, str] | None = None,
              folder: Path | None = None) -> Iterator[subprocess.Popen]:
        """Run a command in its own process group, which is dead when the block is left."""
        process = None
        try:
            # Between its start and the warden's knowledge of it, a child could be left behind.
            with undisturbed():
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout,
                                           stderr=stderr, env=env, cwd=folder or self.folder,
                                           process_group=0)
                self._tell(f"add {process.pid}")
            yield process
        except FileNotFoundError:
            if process:
                raise
            raise KitError(missing(command[0])) from None
        finally:
            if process:
                _end(process)
                self._tell(f"drop {process.pid}")

    def call(self, command: list[str], *, seconds: float, folder: Path | None = None,
             env: dict[str, str] | None = None) -> tuple[int, str]:
        """Run a command to its end: its status (perhaps OUT_OF_TIME) and all it said."""
        with Team(self, seconds, env) as team:
            team.start(None, command, folder)
            _key, status, said = team.next()
        return status, said


# By the clock a command may take so many times its processor time: only a host that lets nothing run
# takes longer, and what comes of a command must not depend on the host.
PATIENCE = 30


class Team:
    """Commands that run side by side in a workspace, each with the same time.

    Invariant: what still runs when the `with` block is left, or the workspace is, is ended.
    """

    def __init__(self, workspace: Workspace, seconds: float, env: dict[str, str] | None):
        self._workspace, self._seconds, self._env = workspace, seconds, env
        self._running: list[_Member] = []
        workspace.teams.add(self)

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what still runs."""
        self._workspace.teams.discard(self)
        while self._running:
            self._running.pop().leave()

    @property
    def size(self) -> int:
        """How many run."""
        return len(self._running)

    def start(self, key: Any, command: list[str], folder: Path | None = None) -> None:
        """Start a command in this folder; `next` returns the key with its end."""
        with ExitStack() as stack:
            # In memory: a full disk must not swallow the words that say so.
            said = stack.enter_context(os.fdopen(os.memfd_create("said"), "w+b"))
            process = stack.enter_context(self._workspace.child(
                command, stdout=said, stderr=said, env=self._env, folder=folder))
            self._running.append(_Member(key, process, said, Deadline(self._seconds),
                                         stack.pop_all().close))

    def next(self) -> tuple[Any, int, str]:
        """Wait for one to end: its key, its status (perhaps OUT_OF_TIME), all it said."""
        while not (done := [member for member in self._running
                            if member.process.poll() is not None or not member.deadline.left]):
            _any_ends([member.process for member in self._running],
                      min(member.deadline.left for member in self._running))
        member = done[0]
        self._running.remove(member)
        try:
            status = member.process.poll()
            member.said.seek(0)
            return (member.key, OUT_OF_TIME if status is None else status,
                    member.said.read(1 << 20).decode("utf-8", errors="replace"))
        finally:
            member.leave()


@dataclass(frozen=True)
class _Member:
    """One command of a team; `leave` ends it and lets go of what it has."""

    key: Any
    process: subprocess.Popen
    said: IO[bytes]
    deadline: "Deadline"
    leave: Callable[[], None]


def ended(process: subprocess.Popen, seconds: float) -> int | None:
    """The status with which the process ends within this time, or None."""
    _any_ends([process], seconds)
    return process.poll()


def _any_ends(processes: list[subprocess.Popen], seconds: float) -> None:
    """Wait until one of these ends, or so long.

    `Popen.wait` with a time looks every 50 ms only, which is long beside a link.
    """
    with ExitStack() as stack:
        ends = select.poll()
        for process in processes:
            handle = os.pidfd_open(process.pid)
            stack.callback(os.close, handle)
            ends.register(handle, select.POLLIN)
        ends.poll(math.ceil(seconds * 1000))


def _end(process: subprocess.Popen) -> None:
    """Kill the whole group, also when its first process is gone, and collect that one."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    if process.stdout:
        process.stdout.close()
    process.wait()


def missing(tool: str) -> str:
    """One line for a tool that is not there, with the command that installs it."""
    from grader import doctor
    return doctor.missing_line(tool)


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Turn signals that end a process into exceptions, so that every `with` block is left."""
    def stop(number: int, _: object) -> None:
        raise Interrupted(signal.Signals(number).name)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back signals that end a process until the block is left: for what must not be left half
    done, and takes a moment.

    They are held back from this thread; one that it starts in the block inherits that.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK,
                                    {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Deadline:
    """A moment from now on; `left` never goes below zero."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then."""
        return max(0.0, self._end - time.monotonic())
