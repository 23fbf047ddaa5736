"""A class on a cluster comes out as on this machine, also when it was killed or jobs were lost.

The cluster is a fake (fake_slurm.py) that takes the commands that Slurm takes.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import corpus
import pytest
from test_class import begun, book, fill, graded
from test_commands import grader, refused, without

from grader.lab import kit_root

KIT = kit_root()
FAKE = Path(__file__).with_name("fake_slurm.py")


@pytest.fixture
def cluster(tmp_path):
    """The environment in which sbatch, squeue and scancel are the fake's."""
    tools, state = tmp_path / "tools", tmp_path / "state"
    tools.mkdir()
    state.mkdir()
    for tool in ("sbatch", "squeue", "scancel"):
        shutil.copy(FAKE, tools / tool)
        (tools / tool).chmod(0o755)
    return {"PATH": f"{tools}:{os.environ['PATH']}", "FAKE_SLURM": str(state),
            "CAPLAB_SLURM_SECONDS": "0.05"}


@pytest.fixture(scope="module")
def four(tmp_path_factory, frozen):
    """Four submissions, and what this machine alone makes of them."""
    folder = tmp_path_factory.mktemp("four")
    fill(folder / "in", **{f"s {n}": corpus.worked("ipc", n) for n in range(4)})
    graded(folder / "in", folder / "out", lab="ipc")
    return folder


def same(out, other):
    return (out / "gradebook.csv").read_bytes() == (other / "gradebook.csv").read_bytes()


def test_cluster_gives_the_same_gradebook_and_reports(four, cluster, tmp_path):
    out = tmp_path / "out"
    said = graded(four / "in", out, "--engine", "slurm", "--jobs", "2", lab="ipc", **cluster)
    assert "4/4 " in said and same(out, four / "out")
    for student in (four / "out" / "students").iterdir():
        for name in ("results.json", "trace.jsonl", "files/main.c"):
            assert (out / "students" / student.name / name).read_bytes() == \
                (student / name).read_bytes()
    assert len(list((out / "slurm").glob("*/[0-3].log"))) == 4


def test_lost_job_is_tried_once_more_and_then_a_grader_error(four, cluster, tmp_path):
    lost, out = Path(cluster["FAKE_SLURM"]) / "lost", tmp_path / "out"
    lost.write_text("1 3")
    graded(four / "in", out, "--engine", "slurm", lab="ipc", **cluster)
    assert same(out, four / "out")
    assert {name: count for name, (_, count) in begun(out).items()} == {
        "s 0": 1, "s 1": 2, "s 2": 1, "s 3": 2}
    run_nothing(Path(shutil.which("sbatch", path=cluster["PATH"])))
    said = graded(four / "in", tmp_path / "again", "--engine", "slurm", status=1, lab="ipc",
                  **cluster)
    assert "nobody loses points" in said
    rows = book(tmp_path / "again")
    assert {(row["total"], row["state"]) for row in rows.values()} == {("", "grader error")}
    assert "ended without an answer" in rows["s 0"]["note"]


def test_queue_that_cannot_answer_once_ends_nothing(four, cluster, tmp_path):
    (Path(cluster["FAKE_SLURM"]) / "busy").touch()
    graded(four / "in", tmp_path / "out", "--engine", "slurm", lab="ipc", **cluster)
    assert not (Path(cluster["FAKE_SLURM"]) / "busy").exists()
    assert same(tmp_path / "out", four / "out")
    assert set(begun(tmp_path / "out").values()) == {("done", 1)}


def run_nothing(tool):
    """Make the cluster lose every job."""
    text = tool.read_text()
    assert "if str(number) not in lost:" in text
    tool.write_text(text.replace("if str(number) not in lost:", "if False:"))


def test_node_without_a_sandbox_grades_nothing(four, cluster, tmp_path):
    tool = Path(shutil.which("sbatch", path=cluster["PATH"]))
    path = without("bwrap", tmp_path=tmp_path)
    given, poorer = "{**os.environ, ", f"{{**os.environ, 'PATH': {path!r}, "
    assert tool.read_text().count(given) == 1
    tool.write_text(tool.read_text().replace(given, poorer))
    graded(four / "in", tmp_path / "out", "--engine", "slurm", status=1, lab="ipc", **cluster)
    assert {row["state"] for row in book(tmp_path / "out").values()} == {"grader error"}
    assert "bubblewrap is missing" in book(tmp_path / "out")["s 0"]["note"]


def test_killed_and_resumed_takes_in_what_was_finished(four, cluster, tmp_path):
    out, ran = tmp_path / "out", Path(cluster["FAKE_SLURM"]) / "ran"
    slow = {**cluster, "CAPLAB_SLURM_SECONDS": "30"}  # it never looks before it is killed
    running = subprocess.Popen(
        ["/usr/bin/python3", "-m", "grader", "class", "ipc", four / "in", "--out", out,
         "--engine", "slurm", "--jobs", "1"], cwd=KIT, stdout=subprocess.DEVNULL,
        env={**os.environ, **slow, "PYTHONPATH": str(KIT)})
    until = time.monotonic() + 120
    while not (ran.exists() and len(ran.read_text().split()) >= 2):
        assert time.monotonic() < until and running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait(10)
    graded(four / "in", out, "--resume", "--engine", "slurm", lab="ipc", **cluster)
    assert same(out, four / "out")
    counts = sorted(count for _, count in begun(out).values())
    assert counts[0] == counts[1] == 1, "what was finished is not done again"
    assert len(ran.read_text().split()) == 4


def test_stopped_class_leaves_no_job_in_the_queue(four, cluster, tmp_path):
    running = subprocess.Popen(
        ["/usr/bin/python3", "-m", "grader", "class", "ipc", four / "in", "--out",
         tmp_path / "out", "--engine", "slurm"], cwd=KIT, stderr=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL, env={**os.environ, **cluster, "PYTHONPATH": str(KIT)})
    until = time.monotonic() + 60
    while not list(Path(cluster["FAKE_SLURM"]).glob("*.pid")):
        assert time.monotonic() < until and running.poll() is None
        time.sleep(0.02)
    time.sleep(0.2)
    running.send_signal(signal.SIGTERM)
    assert "--resume goes on" in running.communicate(timeout=60)[1] and running.returncode == 130
    number = next(Path(cluster["FAKE_SLURM"]).glob("*.pid")).stem
    said = subprocess.run([shutil.which("squeue", path=cluster["PATH"]), "--noheader", "--jobs",
                           number], env={**os.environ, **cluster}, capture_output=True, check=True)
    assert said.stdout == b""


def test_without_slurm_or_with_it_down_there_is_one_line(four, cluster, tmp_path):
    refused(grader("class", "ipc", four / "in", "--out", tmp_path / "out", "--engine", "slurm"),
            "needs sbatch on this machine")
    assert not (tmp_path / "out").exists()
    (Path(cluster["FAKE_SLURM"]) / "down").touch()
    refused(grader("class", "ipc", four / "in", "--out", tmp_path / "out", "--engine", "slurm",
                   **cluster), "Unable to contact slurm controller")
