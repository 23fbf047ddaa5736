"""A class on a cluster: an array of Slurm jobs, one a submission, in place of the pool of workers.

The out folder and the kit lie on a file system that all nodes share. A job writes its student's
reports and then its answer, as a file of its own; this process alone takes the answers in.
Invariants: an answer is whole or not there; what an earlier, killed run had finished is taken in
first, and what it still had in the queue is cancelled before anything is begun, so that no
submission is graded by two jobs; a job without an answer is tried once more.
"""

import json
import os
import shlex
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

from grader.classes import entries
from grader.classes.entries import Entry
from grader.classes.pool import TRIES, Done
from grader.classes.worker import failed, job_words
from grader.errors import Refusal
from grader.lab import Lab
from grader.language import _
from grader.process import undisturbed
from grader.recipe import Kit
from grader.report.files import put

FOLDER = "slurm"
LARGEST_ARRAY = 1000
LOOK_EVERY = float(os.environ.get("CAPLAB_SLURM_SECONDS", "2"))
# What squeue says of a job that ended some time ago.
_FORGOTTEN = "Invalid job id"
MOST_LOOKS = 60
_SCRIPT = """\
#!/bin/sh
#SBATCH --job-name=caplab-{lab}
#SBATCH --cpus-per-task=1
#SBATCH --mem=1500M
#SBATCH --time=00:15:00
# Grades one submission of the class: number $SLURM_ARRAY_TASK_ID of {jobs}.
PYTHONPATH={kit} exec /usr/bin/python3 -P -m grader.classes.slurm_job {jobs}
"""


@dataclass(frozen=True)
class _Array:
    """One submitted array: Slurm's number for it, its folder, its entries."""

    number: str
    folder: Path
    entries: tuple[Entry, ...]


class Slurm:
    """Grades through Slurm; use it in a `with slurm(…)`."""

    def __init__(self, kit: Kit, lab: Lab, jobs: int | None, place: Callable[[Entry], Path],
                 seed: int | None, out: Path, caged: bool):
        self._kit, self._lab, self._jobs, self._place, self._seed = kit, lab, jobs, place, seed
        self._caged = caged
        self._folder = out.resolve() / FOLDER
        self._arrays: list[_Array] = []

    def grade(self, to_do: Iterable[Entry], begun: Callable[[Entry], None]) -> Iterator[Done]:
        """The rows of these submissions as they come; `begun` is told when a job is handed over."""
        waiting = list(to_do)
        yield from self._kept(waiting)
        for tries in range(TRIES):
            if not waiting:
                return
            self.end()
            for entry in waiting:
                begun(entry)
            self._arrays = [self._submit(tries, first, waiting[first:first + LARGEST_ARRAY])
                            for first in range(0, len(waiting), LARGEST_ARRAY)]
            again = []
            for entry, row in self._rows():
                if row["score"] is None and tries + 1 < TRIES:
                    again.append(entry)
                else:
                    yield entry, row
            waiting = again

    def _kept(self, waiting: list[Entry]) -> Iterator[Done]:
        """Cancel what a killed run left in the queue; take in what it had finished."""
        self.end()
        answers = {}
        for jobs in sorted(self._folder.glob("*/jobs.jsonl")):
            for number, line in enumerate(jobs.read_text("utf-8").splitlines()):
                row = _answer(jobs.parent, number)
                if row and row["score"] is not None:
                    answers[json.loads(line)["student"]] = (json.loads(line), row)
        shutil.rmtree(self._folder, ignore_errors=True)
        for entry in list(waiting):
            job, row = answers.get(entry.student, (None, None))
            if job == self._words(entry):
                waiting.remove(entry)
                yield entry, row

    def _words(self, entry: Entry) -> dict[str, Any]:
        return job_words(entry, self._lab, self._place(entry).resolve(), self._seed) | {
            "fingerprint": entries.fingerprint(entry, self._lab), "sandbox": self._caged}

    def _submit(self, tries: int, first: int, entries: list[Entry]) -> _Array:
        folder = self._folder / f"{tries}-{first}"
        folder.mkdir(parents=True)
        put(folder / "jobs.jsonl", "".join(f"{json.dumps(self._words(entry))}\n"
                                           for entry in entries))
        put(folder / "grade.sh", _SCRIPT.format(
            lab=self._lab.name, kit=shlex.quote(str(self._kit.root)),
            jobs=shlex.quote(str(folder / "jobs.jsonl"))), mode=0o755)
        most = f"%{self._jobs}" if self._jobs else ""
        # A job whose number is not written down could not be cancelled.
        with undisturbed():
            said = _call("sbatch", "--parsable", f"--array=0-{len(entries) - 1}{most}",
                         f"--output={str(folder).replace('%', '%%')}/%a.log",
                         str(folder / "grade.sh"))
            number = said.strip().partition(";")[0]
            if not number.isdecimal():
                raise Refusal(_("sbatch did not say the number of its job: {said!r}",
                                said=said[:200]))
            put(folder / "number", number)
        return _Array(number, folder, tuple(entries))

    def _rows(self) -> Iterator[Done]:
        """The answers as they come, and, for jobs that ended without one, why there is none."""
        left = {(array, number) for array in self._arrays for number in range(len(array.entries))}
        running = True
        while left:
            # Asked before looking: an answer that came in between is found, none is missed.
            ended, running = not running, any(_in_queue(array.number) for array in self._arrays)
            found = [(key, row) for key in sorted(left, key=lambda key: (key[0].number, key[1]))
                     if (row := _answer(key[0].folder, key[1])) or ended]
            for (array, number), row in found:
                left.discard((array, number))
                log = array.folder / f"{number}.log"
                yield array.entries[number], row or failed(
                    self._lab, _("its job {job} ended without an answer ({log})",
                                 job=f"{array.number}_{number}", log=log))
            if left and running:
                time.sleep(LOOK_EVERY)

    def end(self) -> None:
        """Cancel whatever is still in the queue, and wait until it is gone."""
        numbers = [path.read_text("utf-8") for path in self._folder.glob("*/number")]
        for number in numbers:
            if _in_queue(number):
                subprocess.run(["scancel", number], capture_output=True, check=False)
                for _look in range(MOST_LOOKS):
                    if not _in_queue(number):
                        break
                    time.sleep(LOOK_EVERY)


def _answer(folder: Path, number: int) -> dict[str, Any] | None:
    try:
        return json.loads((folder / f"{number}.json").read_text("utf-8"))
    except FileNotFoundError:
        return None


def _in_queue(number: str) -> bool:
    """True while jobs of this array have not ended, or Slurm is too busy to say."""
    done = subprocess.run(["squeue", "--noheader", "--jobs", number], text=True,
                          capture_output=True, check=False)
    if done.returncode:
        return _FORGOTTEN not in done.stderr
    return bool(done.stdout.strip())


def _call(*line: str) -> str:
    done = subprocess.run(line, text=True, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.strip()[:500] or _("status {status}", status=done.returncode)
        raise Refusal(f"{line[0]}: {said}")
    return done.stdout


def check() -> None:
    """Refuse where Slurm's commands are not there."""
    for tool in ("sbatch", "squeue", "scancel"):
        if not shutil.which(tool):
            raise Refusal(_("--engine slurm needs {tool} on this machine (Debian: slurm-client)",
                            tool=tool))


@contextmanager
def slurm(kit: Kit, lab: Lab, jobs: int | None, place: Callable[[Entry], Path], seed: int | None,
          out: Path, caged: bool) -> Iterator[Slurm]:
    """Slurm's jobs for this block; none that it began outlives it, but by SIGKILL."""
    made = Slurm(kit, lab, jobs, place, seed, out, caged)
    try:
        yield made
    finally:
        made.end()
