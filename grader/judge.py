"""Decides what a submission earns, by running it and, where it is not right, parts of it.

A task is done when the output is that of a state that includes it AND the kernel saw its
evidence. Let e be the number of first tasks with evidence. Then:

- the output is that of state e: tasks 1 to e pass, the next one is what to do now;
- the output is that of a later state: what was printed beyond the evidence was not done;
- the output is that of no such state: later regions are put back to the handout's text, to find
  the largest m for which tasks 1 to m are right on their own; task m + 1 is the mistake.

Invariant: only what was seen in a run earns points, and one run is enough for a right answer.
"""

from dataclasses import dataclass, replace
from typing import Callable

from grader import diagnose, states, transcript
from grader.build import BuildError
from grader.checking import Check, Constants, Run, Unmet
from grader.diagnose import Diagnosis
from grader.errors import KitError
from grader.lab import Lab
from grader.qemu import Outcome
from grader.score import Explanation, Result, TaskResult, Verdict, nothing
from grader.trace import TraceError, parse

Files = dict[str, str]
Boot = Callable[[Files], tuple[Outcome, str]]


@dataclass(frozen=True)
class Rules:
    """All that a lab holds to judge by: `transcripts[k]` is what state k shows."""

    lab: Lab
    checks: dict[int, Check]
    transcripts: list[list[str]]
    handout: str


class GraderError(Exception):
    """The grader failed, not the submission."""


@dataclass
class Attempt:
    """One run, looked at from all sides."""

    run: Run
    outcome: Outcome
    trace: str
    unmet: dict[int, Unmet | None]
    printed: set[int]
    matched: set[int]

    @property
    def evidenced(self) -> int:
        """e: how many first tasks have their evidence."""
        return next((number - 1 for number, unmet in self.unmet.items() if unmet),
                    len(self.unmet))


class Judge:
    """Judges submissions of one lab with one set of constants; `boot` builds and runs files."""

    def __init__(self, rules: Rules, constants: Constants, seed: int, boot: Boot):
        self.rules = rules
        self.constants = constants
        self.seed = seed
        self.boot = boot
        self.last = len(rules.lab.tasks)

    def judge(self, files: Files) -> Result:
        """The verdict on these files."""
        lab = self.rules.lab
        try:
            return self._judge(files)
        except BuildError as error:
            return nothing(lab, self.seed, Verdict.BUILD_ERROR,
                           "The submission does not build.", str(error))
        except (GraderError, TraceError, KitError, transcript.TranscriptError) as error:
            return nothing(lab, self.seed, Verdict.GRADER_ERROR,
                           "The grader failed; this is not the submission's fault.", str(error))

    def _judge(self, files: Files) -> Result:
        whole = self._attempt(files)
        done = whole.evidenced
        if done in whole.matched:
            return self._reached(whole, done)
        if any(n > done for n in whole.printed):
            beyond = max(whole.printed)
            if self._faked(whole, done, beyond):
                return self._suspicious(whole, done, beyond)
            if any(n > done for n in whole.matched):
                return self._reached(whole, done)
        return self._cut_back(files, whole, done)

    # One run

    def _attempt(self, files: Files) -> Attempt:
        outcome, trace_text = self.boot(files)
        if outcome.ending == "died":
            raise GraderError(f"QEMU failed: {outcome.error[:500] or 'without a message'}")
        trace = parse(trace_text)
        if outcome.ending == "idle" and trace.idle is None:
            raise GraderError("the kernel's trace does not reach to the end of the run "
                              "(is the disk full?)")
        run = Run(trace, self.constants, transcript.user_part(outcome.serial),
                  outcome.ending)
        printed = {state for state, expected in enumerate(self.rules.transcripts)
                   if not transcript.difference(run.serial, expected, self.constants)}
        matched = {state for state in printed if honest(run, self.rules.transcripts[state])}
        unmet = {number: self._evidence(check, run)
                 for number, check in self.rules.checks.items()}
        return Attempt(run, outcome, trace_text, unmet, printed, matched)

    @staticmethod
    def _evidence(check: Check, run: Run) -> Unmet | None:
        """What is missing of a task's evidence, or None."""
        try:
            check.evidence(run)
        except Unmet as unmet:
            return unmet
        except Exception as error:
            raise GraderError(f"the check of task {check.number} failed: "
                              f"{type(error).__name__}: {error}") from error
        return None

    def _faked(self, attempt: Attempt, done: int, beyond: int) -> bool:
        """True if most lines beyond the evidence come from tasks that the kernel never saw.

        A wrong badge also fails the evidence of what is done with it; but then the kernel saw
        the rest of the work, and that is a mistake, not a fake.
        """
        texts = self.rules.transcripts
        telling = [n for n in range(done + 1, beyond + 1) if texts[n] != texts[n - 1]]
        unseen = [n for n in telling if attempt.unmet[n]]
        return 2 * len(unseen) > len(telling)

    # What came of it

    def _reached(self, whole: Attempt, done: int) -> Result:
        """The output and the evidence are those of a state."""
        if done == self.last:
            return self._result(whole, done, Diagnosis(
                Verdict.PASSED, f"All {self.last} tasks are done."))
        word = "No task is done yet." if done == 0 else \
            f"Tasks 1 to {done} are done." if done > 1 else "Task 1 is done."
        return self._result(whole, done, Diagnosis(
            Verdict.FAILED, f"{word} Task {done + 1} is next."))

    def _suspicious(self, whole: Attempt, done: int, beyond: int) -> Result:
        """More was printed than the kernel saw: nothing beyond the evidence counts."""
        tasks = []
        for task in self.rules.lab.tasks:
            if task.number <= done:
                tasks.append(TaskResult(task, Verdict.PASSED))
            elif task.number <= beyond:
                # The serial shows what it should, so only what the kernel saw explains this.
                why = replace(self._why(whole, task.number), difference=None) \
                    if task.number == done + 1 else None
                tasks.append(TaskResult(task, Verdict.SUSPICIOUS,
                                        "printed, but the kernel saw none of it", why))
            else:
                tasks.append(self._blocked(task, done + 1))
        headline = ("The output is that of finished work, but the kernel saw none of it: points "
                    "are given for what is done, not for what is printed.")
        return self._make(whole, Verdict.SUSPICIOUS, headline, tasks)

    def _cut_back(self, files: Files, whole: Attempt, done: int) -> Result:
        """Find how many first tasks are right when the later regions are the handout's."""
        notes: list[str] = []
        try:
            right = self._largest(files, done)
        except states.RegionError as error:
            right = 0
            notes.append(f"Tasks could not be tried one by one: {error}. Put the marker lines "
                         "back, as a fresh handout shows them.")
        found = diagnose.diagnose(whole.outcome, whole.run)
        if found.verdict is Verdict.FAILED and right:
            found = Diagnosis(found.verdict, f"{found.headline} Tasks 1 to {right} are right on "
                              f"their own; the mistake is in task {right + 1}.")
        return self._result(whole, right, found, tuple(notes))

    def _largest(self, files: Files, done: int) -> int:
        """The largest m <= done such that state m of this submission holds, by halving."""
        top = min(done, self.last - 1) if self.last > 1 else 0
        if top == 0 or self._holds(files, top):
            return top
        low, high = 0, top
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._holds(files, middle) else (low, middle)
        return low

    def _holds(self, files: Files, number: int) -> bool:
        """True if the submission, with all later regions as in the handout, is state `number`."""
        main = self.rules.lab.main
        later = set(range(number + 1, self.last + 1))
        text = states.put(files[main], self.rules.handout, later)
        try:
            attempt = self._attempt({**files, main: text})
        except BuildError:
            return False
        return attempt.evidenced >= number and number in attempt.matched

    # Words

    def _result(self, whole: Attempt, done: int, found: Diagnosis,
                notes: tuple[str, ...] = ()) -> Result:
        """The first `done` tasks passed, the next failed, the rest blocked by it."""
        tasks = []
        for task in self.rules.lab.tasks:
            if task.number <= done:
                tasks.append(TaskResult(task, Verdict.PASSED))
            elif task.number == done + 1:
                tasks.append(TaskResult(task, Verdict.FAILED, "",
                                        self._why(whole, task.number)))
            else:
                tasks.append(self._blocked(task, done + 1))
        return self._make(whole, found.verdict, found.headline, tasks, found.details, notes)

    @staticmethod
    def _blocked(task, by: int) -> TaskResult:
        return TaskResult(task, Verdict.BLOCKED, f"blocked by task {by}")

    def _why(self, whole: Attempt, number: int) -> Explanation:
        """What should have come and what came, for the first task that failed."""
        check = self.rules.checks[number]
        unmet = whole.unmet[number]
        advice = (unmet.advice if unmet else None) or check.advise(whole.run) or ""
        if unmet:
            return Explanation(unmet.expected, unmet.seen, advice,
                               self._difference(whole, number))
        return Explanation(advice=advice, difference=self._difference(whole, number))

    def _difference(self, whole: Attempt, number: int) -> transcript.Difference | None:
        """Where the output leaves the state that it follows furthest.

        Asked are the states from this task to the last one that left evidence: the submission may
        be ahead of the task that failed, but what nobody has begun is not held against it.
        """
        begun = max([number, *(n for n, unmet in whole.unmet.items() if unmet is None)])
        found = [transcript.difference(whole.run.serial, expected, self.constants)
                 for expected in self.rules.transcripts[number:begun + 1]]
        if None in found:
            return None
        return max(found, key=lambda difference: difference.matched)

    def _make(self, whole: Attempt, verdict: Verdict, headline: str, tasks: list[TaskResult],
              details: str = "", notes: tuple[str, ...] = ()) -> Result:
        return Result(self.rules.lab, self.seed, verdict, headline, tuple(tasks), details, notes,
                      whole.outcome.serial, whole.trace)


def honest(run: Run, expected: list[str]) -> bool:
    """True if the run ended as runs do, once, with just the faults that the transcript shows."""
    shown = sum(line.startswith("Caught ") for line in expected)
    halts = any(line.startswith("halting...") for line in expected)
    return (run.ending == ("halt" if halts else "idle") and run.trace.boots <= 1
            and len(diagnose.unhandled(run.trace)) == shown)
