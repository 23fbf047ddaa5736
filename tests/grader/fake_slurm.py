#!/usr/bin/python3
"""A cluster of two nodes in one file: sbatch, squeue and scancel, by the name that it is called by.

It understands what the grader uses of them, runs an array's jobs as Slurm does (each with its
number in the environment, what it prints in its log), and keeps its state in the folder FAKE_SLURM.
Jobs whose numbers stand in the file `lost` there vanish without a trace, once each array; while
there is a file `busy`, squeue cannot say anything, which it takes away.
"""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

STATE = Path(os.environ["FAKE_SLURM"])


def sbatch(words):
    """Submit an array: --parsable --array=… --output=… SCRIPT."""
    *options, script = words
    options = dict(re.fullmatch(r"--([\w-]+)=?(.*)", option).groups() for option in options)
    assert set(options) == {"parsable", "array", "output"}
    assert Path(script).read_text().startswith("#!/bin/sh\n#SBATCH --job-name=caplab-")
    if (STATE / "down").exists():
        sys.exit("sbatch: error: Unable to contact slurm controller")
    number = str(1000 + len(list(STATE.glob("*.pid"))))
    done = subprocess.Popen([sys.executable, __file__, "run", script, options["array"],
                             options["output"]], start_new_session=True, cwd="/",
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    (STATE / f"{number}.pid").write_text(str(done.pid))
    print(number)


def run(words):
    """The nodes: all jobs of an array, two at a time or as many as it wants at most."""
    script, array, log = words
    first, last, most = re.fullmatch(r"(\d+)-(\d+)(?:%(\d+))?", array).groups()
    lost = (STATE / "lost").read_text().split() if (STATE / "lost").exists() else []
    (STATE / "lost").unlink(missing_ok=True)

    def job(number):
        if str(number) not in lost:
            with open(log.replace("%a", str(number)), "wb") as file:
                subprocess.run(["sh", script], stdout=file, stderr=file, check=False,
                               env={**os.environ, "SLURM_ARRAY_TASK_ID": str(number)})
            with (STATE / "ran").open("a") as file:
                file.write(f"{number}\n")
    with ThreadPoolExecutor(min(2, int(most or 2))) as nodes:
        list(nodes.map(job, range(int(first), int(last) + 1)))


def alive(number):
    """True while the array runs."""
    try:
        stat = Path(f"/proc/{(STATE / f'{number}.pid').read_text()}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def squeue(words):
    """One line while the array runs."""
    assert words[:2] == ["--noheader", "--jobs"]
    if (STATE / "busy").exists():
        (STATE / "busy").unlink()
        sys.exit("slurm_load_jobs error: Unable to contact slurm controller (connect failure)")
    if alive(words[2]):
        print(f"{words[2]} debug caplab root R 0:01 1 node1")


def scancel(words):
    """End the array and all that it runs."""
    if alive(words[0]):
        pid = int((STATE / f"{words[0]}.pid").read_text())
        os.killpg(pid, signal.SIGKILL)
        while alive(words[0]):
            time.sleep(0.01)


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(sys.argv[2:])
    else:
        {"sbatch": sbatch, "squeue": squeue, "scancel": scancel}[Path(sys.argv[0]).name](
            sys.argv[1:])
