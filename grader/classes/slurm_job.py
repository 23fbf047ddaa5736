"""What one job of a Slurm array does: grades its submission, writes its folder, then its answer.

Run as `python3 -m grader.classes.slurm_job JOBS` with SLURM_ARRAY_TASK_ID in the environment. The
answer lies beside JOBS, named for the job's number. Invariant: unless the teacher said so, nothing
is run on a node that has no sandbox.
"""

import json
import os
import sys
from pathlib import Path

from grader import language, sandbox
from grader.classes.worker import failed, row_of
from grader.lab import find, kit_root
from grader.language import _
from grader.recipe import Kit
from grader.report.files import put


def main() -> int:
    """Grade one."""
    jobs, number = Path(sys.argv[1]), int(os.environ["SLURM_ARRAY_TASK_ID"])
    job = json.loads(jobs.read_text("utf-8").splitlines()[number])
    kit = Kit(kit_root())
    lab = find(kit.root, job["lab"])
    if job["sandbox"] and not sandbox.available():
        language.choose(job["language"])
        row = failed(lab, _("on {node}: {why}", node=os.uname().nodename, why=sandbox.why_not()))
    else:
        row = row_of(kit, lab, job)
    put(jobs.parent / f"{number}.json", json.dumps(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
