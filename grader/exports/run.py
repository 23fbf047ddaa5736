"""What runs on a platform's machine: grades the submission in a folder and writes its reports.

Run as `python3 -m grader.exports.run LAB FOLDER OUT`. Invariants: a submission that is not accepted
has its result and reason too; exit status 0 says that grading ran to its end, whatever the score,
and any other that the platform must keep the score it had; nothing that a student wrote is printed,
since platforms obey words in a log.
"""

import sys
from pathlib import Path

from grader import report
from grader.classes import entries
from grader.classes.entries import Entry
from grader.cli import guarded
from grader.errors import Refusal
from grader.grade import grade
from grader.intake import IntakeError
from grader.lab import Lab, find, kit_root
from grader.language import _
from grader.recipe import Kit
from grader.report import words
from grader.score import Result, Verdict, nothing


def graded(kit: Kit, lab: Lab, folder: Path) -> Result:
    """The result of what lies in this folder: the lab's files, or one archive with them."""
    try:
        files = entries.take(Entry("submission", folder), lab)
    except IntakeError as error:
        return nothing(lab, 0, Verdict.FAILED, _("The submission was not accepted: {error}",
                                                    error=error))
    return grade(kit, lab, files)


def run(arguments: list[str]) -> int:
    """Grade and write."""
    if len(arguments) != 3:
        raise Refusal(_("needs LAB FOLDER OUT"))
    kit = Kit(kit_root())
    lab = find(kit.root, arguments[0])
    result = graded(kit, lab, Path(arguments[1]).resolve())
    report.write(result, Path(arguments[2]))
    print(f"{lab.name}: {words.total(result)}")
    return 2 if result.score is None else 0


if __name__ == "__main__":
    sys.exit(guarded(run, sys.argv[1:]))
