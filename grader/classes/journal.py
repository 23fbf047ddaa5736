"""The journal of one class in SQLite: what is graded, so that a killed run goes on where it was.

Invariants: only the main process writes it; a row is `done` only when the student's reports lie on
the disk; every change is one transaction, so that a reader after SIGKILL sees whole rows; a
grading that failed by the grader's fault never takes an earlier score away.
"""

import fcntl
import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from grader.errors import Refusal
from grader.language import _

NAME = "journal.sqlite"
_TABLES = """
BEGIN;
CREATE TABLE IF NOT EXISTS meta (word TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    student TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, state TEXT NOT NULL,
    begun INTEGER NOT NULL DEFAULT 0, row TEXT);
COMMIT;
"""
DONE, BEGUN, FAILED = "done", "begun", "grader error"


class Journal:
    """An open journal; use it in a `with open_journal(…)`."""

    def __init__(self, database: sqlite3.Connection):
        self._database = database

    def bind(self, facts: dict[str, str]) -> None:
        """Note what this class is graded by; refuse where it was begun by something else."""
        before = dict(self._database.execute("SELECT word, value FROM meta"))
        for word, value in facts.items():
            if before.get(word, value) != value:
                raise Refusal(_("this class was begun with another {word}: grade it into a new "
                                "folder (--out)", word=_(word)))
        with self._database:
            self._database.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", facts.items())

    def finished(self, student: str, fingerprint: str) -> bool:
        """True if this very submission is graded."""
        return self._database.execute(
            "SELECT 1 FROM entry WHERE student = ? AND fingerprint = ? AND state = ?",
            (student, fingerprint, DONE)).fetchone() is not None

    def begin(self, student: str, fingerprint: str) -> None:
        """A worker has taken this submission; a score that it had stays until there is another."""
        with self._database:
            self._database.execute(
                "INSERT INTO entry VALUES (?1, ?2, ?3, 1, NULL) ON CONFLICT (student) DO UPDATE "
                "SET fingerprint = ?2, state = ?3, begun = begun + 1",
                (student, fingerprint, BEGUN))

    def finish(self, student: str, row: dict[str, Any]) -> None:
        """Note a grading: a score, or the grader's own error beside the score there was."""
        failed = row["score"] is None
        if failed:
            earlier = self.row(student)
            if earlier and earlier["score"] is not None:
                row = earlier | {"kept": row["headline"]}
        with self._database:
            self._database.execute("UPDATE entry SET state = ?, row = ? WHERE student = ?",
                                   (FAILED if failed else DONE, json.dumps(row), student))

    def row(self, student: str) -> dict[str, Any] | None:
        """What is known of this student's submission."""
        found = self._database.execute("SELECT row FROM entry WHERE student = ?",
                                       (student,)).fetchone()
        return json.loads(found[0]) if found and found[0] else None

    def rows(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Student, state and row of each grading, in order, one at a time."""
        for student, state, row in self._database.execute(
                "SELECT student, state, row FROM entry WHERE row IS NOT NULL ORDER BY student"):
            yield student, state, json.loads(row)


@contextmanager
def open_journal(out: Path) -> Iterator[Journal]:
    """The journal of this folder, made if it is new; a second run at the same time is refused."""
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(_("another run is grading into {folder}", folder=out)) from None
        try:
            database = sqlite3.connect(out / NAME)
            try:
                database.executescript(_TABLES)
                yield Journal(database)
            finally:
                database.close()
        except sqlite3.Error as error:
            raise Refusal(f"{out / NAME}: {error}") from None
