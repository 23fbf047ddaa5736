"""Decides what a submission earns, by running it and, where it is not right, parts of it.

A task is done when the output is that of a state that includes it AND the kernel saw its
evidence, in the run under every seed. Let e be the number of first tasks with evidence. Then:

- the output is that of state e: tasks 1 to e pass, the next one is what to do now;
- the output is that of a later state: what was printed beyond the evidence was not done;
- the output is that of no such state: later regions are put back to the handout's text, to find
  the largest m for which tasks 1 to m are right on their own; task m + 1 is the mistake.

Then each later region is tried in the worked answer, and earns its points if it is right there; so
is every region of a submission that does not compile.
Invariants: only what was seen in a run earns points; a right answer needs one run a seed, and one
more for each task that a later one hides; a submission that is not right as a whole never has full
marks.
"""

from dataclasses import replace
from typing import Iterable

from grader import diagnose, states, transcript
from grader.blame import Blame, blame
from grader.build import BuildError, CompileError
from grader.constants import Draw
from grader.diagnose import Diagnosis
from grader.errors import KitError
from grader.lab import Files, Task
from grader.language import N_, _
from grader.runs import Attempt, Boot, GraderError, Look, Rules, Runner
from grader.score import Explanation, Result, TaskResult, Verdict, nothing
from grader.splice import Alone, Splicer
from grader.trace import TraceError


_DOES_NOT_BUILD = N_("The submission does not build.")
_TOO_SLOW = N_("The program used up its processor time with instructions that are very slow here.")
_ALONE = {Alone.RIGHT: Verdict.PASSED, Alone.WRONG: Verdict.FAILED,
          Alone.UNBUILT: Verdict.BUILD_ERROR, Alone.UNKNOWN: Verdict.BUILD_ERROR}


class Judge:
    """Judges submissions of one lab under some draws of its constants; `boot` runs files.

    in_parts: regions of what does not compile are tried too.
    """

    def __init__(self, rules: Rules, draws: tuple[Draw, ...], boot: Boot, in_parts: bool = True):
        self.rules = rules
        self.runner = Runner(rules, draws, boot)
        self.in_parts = in_parts
        self.seeds = tuple(draw.seed for draw in draws)
        self.last = len(rules.lab.tasks)

    def judge(self, files: Files) -> Result:
        """The verdict on these files."""
        try:
            return self._judge(files)
        except BuildError as error:
            return self._nothing(Verdict.BUILD_ERROR, _DOES_NOT_BUILD, error)
        except (GraderError, TraceError, KitError, transcript.TranscriptError) as error:
            return self._nothing(Verdict.GRADER_ERROR, N_("The grader failed; this is not the "
                                                          "submission's fault."), error)

    def _nothing(self, verdict: Verdict, headline: str, error: Exception | str) -> Result:
        return nothing(self.rules.lab, self.seeds[0], verdict, _(headline), str(error), self.seeds)

    def _judge(self, files: Files) -> Result:
        try:
            whole = self.runner.attempt(files)
        except CompileError as error:
            return self._in_parts(files, error)
        if self.runner.spent:
            return self._nothing(Verdict.LOOP, _TOO_SLOW, _(
                "It was stopped before it came to its limit of instructions. How far it got would "
                "not be the same another time, so nothing of it counts."))
        done = whole.evidenced
        if done in whole.matched:
            return self._reached(files, whole, done)
        for look in whole.looks:
            beyond = max(look.printed, default=0)
            if beyond > done and self._faked(look, done, beyond):
                return self._suspicious(look, done, beyond)
        if any(n > done for n in whole.matched):
            return self._reached(files, whole, done)
        return self._cut_back(files, whole, done)

    def _faked(self, look: Look, done: int, beyond: int) -> bool:
        """True if most lines beyond the evidence come from tasks that the kernel never saw.

        A wrong badge also fails the evidence of what is done with it; but then the kernel saw
        the rest of the work, and that is a mistake, not a fake. So is a single step ahead, unless
        it is the last: a table mapped at a wrong address leads to the same complaint as none.
        """
        texts = self.rules.transcripts
        telling = [n for n in range(done + 1, beyond + 1) if texts[n] != texts[n - 1]]
        unseen = [n for n in telling if look.unmet[n] and not look.unmet[n].mistaken]
        return 2 * len(unseen) > len(telling) and (len(unseen) > 1 or beyond == self.last)

    # What came of it

    def _reached(self, files: Files, whole: Attempt, done: int) -> Result:
        """The output and the evidence are those of a state."""
        if unseen := self._hidden(files, done):
            return unseen
        if done == self.last:
            tasks = [TaskResult(task, Verdict.PASSED) for task in self.rules.lab.tasks]
            return self._make(whole.looks[0], tasks, Diagnosis(
                Verdict.PASSED, _("All {last} tasks are done.", last=self.last)))
        return self._failed(files, whole, done, Diagnosis(Verdict.FAILED, ""))

    def _hidden(self, files: Files, done: int) -> Result | None:
        """The verdict, if one of the first `done` tasks is wrong where no later one hides it."""
        main, touched = self.rules.lab.main, Splicer(self.runner, None, files).touched()
        for number, check in self.rules.checks.items():
            later = set(check.hidden_by) & touched
            if number > done or not later:
                continue
            try:
                text = states.put(files[main], self.rules.handout, later)
                attempt = self.runner.attempt({**files, main: text})
            except (BuildError, states.RegionError):
                continue
            if min(later) - 1 not in attempt.matched or any(
                    look.unmet[number] for look in attempt.looks):
                note = _("Task {number} was tried with task {later} as the handout has it, since that one "
                         "leaves nothing to see of it.", number=number, later=min(later))
                return self._failed(files, attempt, number - 1, Diagnosis(Verdict.FAILED, ""),
                                    [note], min(later) - 1)
        return None

    def _suspicious(self, look: Look, done: int, beyond: int) -> Result:
        """More was printed than the kernel saw: nothing beyond the evidence counts."""
        tasks = []
        for task in self.rules.lab.tasks:
            if task.number <= done:
                tasks.append(TaskResult(task, Verdict.PASSED))
            elif task.number <= beyond:
                # The serial shows what it should, so only what the kernel saw explains this.
                why = replace(self._why(look, task.number), difference=None) \
                    if task.number == done + 1 else None
                tasks.append(TaskResult(task, Verdict.SUSPICIOUS,
                                        _("printed, but the kernel saw none of it"), why))
            else:
                tasks.append(_blocked(task, done + 1))
        return self._make(look, tasks, Diagnosis(
            Verdict.SUSPICIOUS, _("The output is that of finished work, but the kernel saw none "
                                  "of it: points are given for what is done, not for what is "
                                  "printed.")))

    def _cut_back(self, files: Files, whole: Attempt, done: int) -> Result:
        """Find how many first tasks are right when the later regions are the handout's."""
        right = self._largest(files, done)
        look = whole.worst
        return self._failed(files, whole, right,
                            diagnose.diagnose(look.ran.outcome, look.run, look.ran.place))

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
        if self.runner.spent:
            return False
        main = self.rules.lab.main
        later = set(range(number + 1, self.last + 1))
        try:
            text = states.put(files[main], self.rules.handout, later)
            attempt = self.runner.attempt({**files, main: text})
        except (BuildError, states.RegionError):
            return False
        return attempt.evidenced >= number and number in attempt.matched

    # The tasks, one by one

    def _failed(self, files: Files, whole: Attempt, done: int, found: Diagnosis,
                notes: Iterable[str] = (), begun: int | None = None) -> Result:
        """The first `done` tasks passed, the next failed, the rest is tried on its own.

        begun: the last task that has been worked on, if not that of the files.
        """
        splicer = Splicer(self.runner, self.rules.answer(), files)
        notes = [*notes, *self._markers(files)]
        to_blame = self._blame(splicer, done + 1, notes)
        first, guilty = to_blame.first, to_blame.guilty
        look = whole.worst
        begun = max(splicer.touched(), default=0) if begun is None else begun
        why = self._why(look, max(first, guilty), begun, guilty)
        if to_blame.outside and not self._known(first, why):
            why = replace(why, advice="")
            notes.append(_("Task {number} is right beside the worked answer's other tasks: the "
                           "mistake is outside the regions of the tasks, or in how they work "
                           "together.", number=first))
        note = _("it shows in task {number}", number=first) if guilty != first else ""
        tasks = [TaskResult(task, Verdict.FAILED, note, why) if task.number == guilty
                 else _beside(task, to_blame) for task in self.rules.lab.tasks]
        notes += self._between_seeds(whole)
        return self._make(look, tasks, _placed(found, to_blame), notes)

    def _known(self, number: int, why: Explanation) -> bool:
        """True if the advice knows the mistake, and is more than a hint at the task."""
        return bool(why.advice) and why.advice not in self.rules.checks[number].advice

    def _blame(self, splicer: Splicer, first: int, notes: list[str]) -> Blame:
        """Whose the mistake is; the first failed task's own in a copy without worked answers."""
        if self.rules.answer() is None:
            if any(number > first for number in splicer.touched()):
                notes.append(_("Tasks after task {number} were not judged: they can be tried on "
                               "their own only with the worked answers, which this copy of the "
                               "kit does not have.", number=first))
            return Blame(first, {first})
        return blame(splicer, first)

    def _markers(self, files: Files) -> list[str]:
        """A line for a submission whose regions cannot be told apart."""
        handout = self.rules.handout
        try:
            states.put(handout, files[self.rules.lab.main], set(states.regions(handout)))
        except states.RegionError as error:
            return [_("Tasks could not be tried one by one: {error}. Put the marker lines back, "
                      "as a fresh handout shows them.", error=error)]
        return []

    def _in_parts(self, files: Files, error: CompileError) -> Result:
        """What does not compile earns what its regions earn alone; a mistake around them costs one.
        """
        whole = self._nothing(Verdict.BUILD_ERROR, _DOES_NOT_BUILD, error)
        answer = self.rules.answer()
        if answer is None or not self.in_parts:
            return whole
        splicer = Splicer(self.runner, answer, files)
        came = splicer.alone(splicer.touched())
        notes = self._markers(files)
        if set(came.values()) == {Alone.RIGHT}:
            payer = min(came)
            came[payer] = Alone.UNKNOWN
            notes.append(_("Each task is right on its own: the mistake is outside the regions of "
                           "the tasks, and task {number} pays for it.", number=payer))
        if Alone.RIGHT not in came.values():
            return replace(whole, notes=tuple(notes))
        tasks = [TaskResult(task, _ALONE[came[task.number]], _(came[task.number].value))
                 if task.number in came else was
                 for task, was in zip(self.rules.lab.tasks, whole.tasks)]
        return replace(whole, tasks=tuple(tasks), notes=tuple(notes))

    def _between_seeds(self, whole: Attempt) -> list[str]:
        """A line for a submission that is right with some numbers only."""
        right = [look.draw.seed for look in whole.looks if look.finished]
        wrong = [look.draw.seed for look in whole.looks if not look.finished]
        if not right:
            return []
        return [_("With the numbers of seed {right} all is right, with those of seed {wrong} it "
                  "is not: is the value of a constant, or of a message, written as a number? Or is a "
                  "case left out that comes with some numbers only?",
                  right=right[0], wrong=wrong[0])]

    # Words

    def _why(self, look: Look, number: int, begun: int = 0, guilty: int | None = None
             ) -> Explanation:
        """What should have come and what came, for the first task that failed.

        begun: the last task that has been worked on: the output stands beside that state's, since
        what nobody has begun is not held against a submission.   guilty: whose the mistake is, if
        not that task's: it gets the advice.
        """
        check = self.rules.checks[guilty or number]
        unmet = look.unmet[number]
        state = max(number, begun)
        difference = transcript.difference(look.run.serial, self.rules.transcripts[state],
                                           look.draw.values)
        advice = (unmet.advice if unmet else None) or check.advise(look.run) or ""
        if difference and difference.own and not unmet:
            advice = _("What came is no line of the lesson's. If it is a print of your own, take it "
                       "out; one that does not end with \\n runs into the next line.")
        return Explanation(unmet.expected if unmet else "", unmet.seen if unmet else "", advice,
                           difference, state)

    def _make(self, look: Look, tasks: list[TaskResult], found: Diagnosis,
              notes: list[str] | None = None) -> Result:
        return Result(self.rules.lab, look.draw.seed, found.verdict, found.headline, tuple(tasks),
                      found.details, tuple(notes or ()), look.ran.outcome.serial, look.ran.trace,
                      self.seeds)


def _blocked(task: Task, by: int, more: str = "") -> TaskResult:
    note = _("blocked by task {number}", number=by)
    return TaskResult(task, Verdict.BLOCKED, f"{note}; {more}" if more else note)


def _beside(task: Task, found: Blame) -> TaskResult:
    """How a task comes out that is not the guilty one."""
    alone = found.alone.get(task.number)
    if task.number in found.culprits:
        return TaskResult(task, Verdict.FAILED)
    if task.number < found.first:
        return TaskResult(task, Verdict.PASSED)
    if alone in (Alone.RIGHT, Alone.WRONG):
        return TaskResult(task, _ALONE[alone], _(alone.value))
    return _blocked(task, found.guilty, _(alone.value) if alone is Alone.UNBUILT else "")


def _placed(found: Diagnosis, to_blame: Blame) -> Diagnosis:
    """The diagnosis with where the mistake is, where its headline does not say.

    Without a headline, the output is that of a state: nothing is wrong but that there is more to do.
    """
    right = to_blame.first - 1
    if found.verdict is not Verdict.FAILED or to_blame.outside and found.headline:
        return found
    if to_blame.guilty != to_blame.first:
        where = _("The mistake is in task {guilty}; it shows in task {first}.",
                  guilty=to_blame.guilty, first=to_blame.first)
    elif not found.headline:
        where = _next(right)
    else:
        where = _mistake_after(right) if right else ""
    return replace(found, headline=_("{first} {second}", first=found.headline, second=where).strip())


def _next(done: int) -> str:
    """What is done, and what is next."""
    if not done:
        return _("No task is done yet. Task 1 is next.")
    if done == 1:
        return _("Task 1 is done. Task 2 is next.")
    if done == 2:
        return _("Tasks 1 and 2 are done. Task 3 is next.")
    return _("Tasks 1 to {done} are done. Task {next} is next.", done=done, next=done + 1)


def _mistake_after(right: int) -> str:
    """What is right, and where the mistake is."""
    if right == 1:
        return _("Task 1 is right; the mistake is in task 2.")
    if right == 2:
        return _("Tasks 1 and 2 are right; the mistake is in task 3.")
    return _("Tasks 1 to {right} are right; the mistake is in task {next}.", right=right,
             next=right + 1)
