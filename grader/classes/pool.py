"""The workers of a class: hands each a submission at a time, and gives back rows as they come.

Invariants: a worker dies with the main process, also when that is killed with SIGKILL; a worker
that dies or takes too long costs its submission a grader error, and is replaced; each submission
that ends so is tried once more; nothing is kept of a submission when its row is given back.
"""

import json
import os
import selectors
import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

from grader.classes.entries import Entry
from grader.classes.worker import failed, job_words
from grader.lab import Lab
from grader.language import _
from grader.recipe import Kit

SECONDS = 600.0
TRIES = 2
Done = tuple[Entry, dict[str, Any]]


@dataclass
class _Job:
    entry: Entry
    tries: int = 0


def command(kit: Kit, lab: Lab) -> list[str]:
    """How a worker is started: so that it is killed when this process is gone."""
    return ["setpriv", "--pdeathsig", "KILL", sys.executable, "-P", "-m",
            "grader.classes.worker", str(kit.root), str(os.getpid()), lab.name]


class _Worker:
    """A process that grades; it sits in a session of its own, so that Ctrl-C is ours alone."""

    def __init__(self, kit: Kit, lab: Lab):
        self.process = subprocess.Popen(
            command(kit, lab), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(kit.root)})
        self.job: _Job | None = None
        self.until = 0.0

    def give(self, job: _Job, words: dict[str, Any]) -> None:
        """Begin a submission; a worker that is gone shows when it should answer."""
        job.tries += 1
        self.job, self.until = job, time.monotonic() + SECONDS
        try:
            self.process.stdin.write(json.dumps(words).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def answer(self) -> dict[str, Any] | None:
        """The row that it wrote, or None if it died instead."""
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None

    def end(self) -> None:
        """Make it go away, and the machines that it runs: their wardens see to those."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass


class Pool:
    """As many workers as asked; use it in a `with` statement."""

    def __init__(self, kit: Kit, lab: Lab, jobs: int, place: Callable[[Entry], Path],
                 seed: int | None):
        self._make = lambda: _Worker(kit, lab)
        self._lab, self._jobs, self._place, self._seed = lab, jobs, place, seed
        self._workers = selectors.DefaultSelector()

    def grade(self, to_do: Iterable[Entry], begun: Callable[[Entry], None]) -> Iterator[Done]:
        """The rows of these submissions in the order in which they come; `begun` is told first."""
        waiting = deque(_Job(entry) for entry in to_do)
        for _ in range(min(self._jobs, len(waiting))):
            self._start(waiting.popleft(), begun)
        while self._workers.get_map():
            for worker in self._ready():
                job, row = worker.job, self._row(worker)
                again = row["score"] is None and job.tries < TRIES
                if again:
                    waiting.append(job)
                if waiting:
                    self._start(waiting.popleft(), begun, worker)
                else:
                    self._stop(worker)
                if not again:
                    yield job.entry, row

    def _start(self, job: _Job, begun: Callable[[Entry], None], worker: _Worker | None = None
               ) -> None:
        begun(job.entry)
        if worker is None or worker.process.poll() is not None:
            if worker:
                self._stop(worker)
            worker = self._make()
            self._workers.register(worker.process.stdout, selectors.EVENT_READ, worker)
        worker.give(job, job_words(job.entry, self._lab, self._place(job.entry), self._seed))

    def _ready(self) -> list[_Worker]:
        """The workers that have something to say, or have been silent for too long."""
        ready = [key.data for key, _ in self._workers.select(1.0)]
        late = [key.data for key in self._workers.get_map().values()
                if key.data.until < time.monotonic() and key.data not in ready]
        for worker in late:
            worker.process.kill()
        return ready + late

    def _row(self, worker: _Worker) -> dict[str, Any]:
        row = worker.answer()
        if row is None:
            status = worker.process.wait()
            row = failed(self._lab, _("its worker ended with status {status}", status=status)
                         if worker.until > time.monotonic() else
                         _("it took longer than {seconds:g} seconds", seconds=SECONDS))
        return row

    def _stop(self, worker: _Worker) -> None:
        self._workers.unregister(worker.process.stdout)
        worker.end()

    def end(self) -> None:
        """End all workers."""
        for key in list(self._workers.get_map().values()):
            self._stop(key.data)
        self._workers.close()


@contextmanager
def pool(kit: Kit, lab: Lab, jobs: int, place: Callable[[Entry], Path], seed: int | None
         ) -> Iterator[Pool]:
    """Workers for this block; none outlives it."""
    made = Pool(kit, lab, jobs, place, seed)
    try:
        yield made
    finally:
        made.end()
