"""Each export works as its platform runs it, in its published format, and holds no answer."""

import base64
import json
import os
import re
import shutil
import stat
import subprocess
import tarfile
import zipfile
from datetime import datetime, timezone
from pathlib import Path

import corpus
import pytest
from test_commands import call, grader, refused

from grader import constants, states
from grader.lab import find, kit_root

KIT = kit_root()
LAB = find(KIT, "dynamic-2")
HALF = corpus.worked("dynamic-2", 6)


def exported(kind, folder):
    """The export of dynamic-2, made in this folder."""
    status, out, err = call("/usr/bin/python3", "-m", "grader", "export", kind, "dynamic-2",
                            cwd=folder, PYTHONPATH=str(KIT))
    assert status == 0, err
    place = folder / out.removeprefix("Written: ").strip()
    assert place.exists() and len(os.listdir(folder)) == 1
    return place


def answers():
    """Texts that only the worked answers contain: whole regions, blanks left out."""
    found = set()
    for path in (KIT / "solutions").glob("*/main.c"):
        source = path.read_text()
        worked = states.state(source, states.tasks_in(source))
        handout = "".join((KIT / "labs" / path.parent.name / "main.c").read_text().split())
        for places in states.regions(worked).values():
            found |= {text for a, b in places
                      if len(text := "".join(worked[a:b].split())) > 40 and text not in handout}
    return found


def all_texts(path):
    """Name and content of every file in an export, archives opened."""
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                yield from all_texts(file)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    elif path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            yield from ((member.name, archive.extractfile(member).read()) for member in archive)
    else:
        yield str(path), path.read_bytes()


@pytest.mark.parametrize("kind", ["gradescope", "github", "classroom50"])
def test_no_export_holds_an_answer_and_each_is_the_same_every_time(kind, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, again = (list(all_texts(exported(kind, tmp_path / side))) for side in "ab")
    assert [data for _, data in sorted(first)] == [data for _, data in sorted(again)]
    assert len(answers()) > 10 and len(first) > 100
    for name, data in first:
        assert "solutions/" not in name and "__pycache__" not in name
        text = "".join(data.decode("utf-8", "replace").split())
        assert not [answer for answer in answers() if answer in text], name


def test_an_export_draws_the_same_numbers(tmp_path):
    """The hidden ones too, which follow from the answer that it does not have."""
    (tmp_path / "export").mkdir()
    for name, data in all_texts(exported("gradescope", tmp_path / "export")):
        path = tmp_path / "kit" / name[name.find("labs/"):]
        if "labs/" in name:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    drawn = constants.drawn(LAB, 7)
    assert constants.drawn(find(tmp_path / "kit", "dynamic-2"), 7) == drawn
    (tmp_path / "kit/labs/dynamic-2/secret.txt").unlink()
    without = constants.drawn(find(tmp_path / "kit", "dynamic-2"), 7)
    assert [name for name in drawn if drawn[name] != without[name]] == ["REHEARSAL"]


def test_existing_place_is_refused(tmp_path):
    (tmp_path / "there").mkdir()
    for kind in ("gradescope", "github", "classroom50"):
        refused(grader("export", kind, "dynamic-2", "--out", tmp_path / "there"),
                "is there already")
    refused(grader("export", "github", "dynamic-2", "--out", tmp_path / "no" / "x"), "not a folder")
    assert os.listdir(tmp_path) == ["there"] and os.listdir(tmp_path / "there") == []


# Gradescope: a zip with setup.sh and an executable run_autograder at its root, unpacked to
# /autograder/source; submission in /autograder/submission; result in /autograder/results.


@pytest.fixture(scope="module")
def autograder(tmp_path_factory, frozen):
    root = tmp_path_factory.mktemp("autograder")
    archive = exported("gradescope", tmp_path_factory.mktemp("made"))
    unzip(archive, root / "source")
    (root / "source" / "caplab" / "build").symlink_to(KIT / "build")
    done = subprocess.run(["sh", root / "source" / "setup.sh"], capture_output=True, text=True,
                          check=False, env={**os.environ, "AUTOGRADER_ROOT": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def unzip(archive, folder):
    """Unpack as unzip does: with the modes of the files."""
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            path = Path(opened.extract(info, folder))
            path.chmod(stat.S_IMODE(info.external_attr >> 16))


def gradescope(root, tmp_path, **files):
    """Run the autograder as the platform does; status, output, and results.json if it is there."""
    here = tmp_path / "autograder"
    (here / "submission").mkdir(parents=True)
    (here / "results").mkdir()
    (here / "source").symlink_to(root / "source")
    for name, data in files.items():
        path = here / "submission" / name.replace("_c", ".c")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    (here / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (here / "run_autograder").chmod(0o755)
    assert os.access(root / "source" / "run_autograder", os.X_OK)
    done = subprocess.run(["./run_autograder"], cwd=here, capture_output=True, text=True,
                          check=False, env={**os.environ, "AUTOGRADER_ROOT": str(here)})
    results = here / "results" / "results.json"
    return done, json.loads(results.read_text()) if results.exists() else None


TOP = {"score", "execution_time", "output", "output_format", "test_output_format",
       "test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard"}
TEST = {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format",
        "tags", "visibility", "extra_data"}


def test_gradescope_gets_results_in_its_format(autograder, tmp_path):
    done, results = gradescope(autograder, tmp_path, main_c=HALF.encode())
    assert done.returncode == 0, done.stderr
    assert set(results) <= TOP and results["score"] == 6
    assert len(results["tests"]) == 15
    for test in results["tests"]:
        assert set(test) <= TEST and test["status"] in ("passed", "failed")
        assert isinstance(test["number"], str)
    assert sum(test["score"] for test in results["tests"]) == 6


def test_gradescope_takes_what_lies_in_one_folder(autograder, tmp_path):
    _done, results = gradescope(autograder, tmp_path, **{"draft4/main.c": HALF.encode()})
    assert results["score"] == 6


def test_gradescope_says_why_it_does_not_accept(autograder, tmp_path):
    done, results = gradescope(autograder, tmp_path, other_c=b"int x;")
    assert done.returncode == 0
    assert results["score"] == 0 and "main.c is missing" in results["output"]


def test_gradescope_gets_no_results_where_the_grader_fails(autograder, tmp_path):
    build = autograder / "source" / "caplab" / "build"
    build.rename(build.with_name("away"))
    try:
        done, results = gradescope(autograder, tmp_path, main_c=HALF.encode())
    finally:
        build.with_name("away").rename(build)
    assert done.returncode != 0 and results is None


def test_platform_does_not_import_from_the_submission(autograder, tmp_path):
    """A json.py or a package of the submission's is data, wherever the platform starts us."""
    submission = tmp_path / "submission"
    (submission / "grader").mkdir(parents=True)
    for name in ("json.py", "grader/__init__.py"):
        (submission / name).write_text("open('owned', 'w')\n")
    (submission / "main.c").write_text(HALF)
    line = next(line for line in (autograder / "source" / "run_autograder").read_text().splitlines()
                if "grader.exports.run" in line).split(" || ")[0]
    done = subprocess.run(["sh", "-c", line.replace("$root/submission", ".").replace(
        "$out", str(tmp_path / "out"))], cwd=submission, check=False,
        env={**os.environ, "PYTHONPATH": str(autograder / "source" / "caplab")})
    assert done.returncode == 0 and not (submission / "owned").exists()


# GitHub Classroom: a workflow whose steps are graders, and a reporter that reads their results.


@pytest.fixture(scope="module")
def repository(tmp_path_factory, frozen):
    place = exported("github", tmp_path_factory.mktemp("github"))
    (place / ".caplab" / "build").symlink_to(KIT / "build")
    return place


def test_workflow_has_a_runner_a_task_and_a_reporter_that_knows_them(repository):
    text = (repository / ".github" / "workflows" / "classroom.yml").read_text()
    for line in ("  push:", "  repository_dispatch:", "  checks: write", "  actions: read",
                 "  contents: read"):
        assert f"\n{line}\n" in text
    ids = re.findall(r"^        id: (\S+)$", text, re.M)
    assert ids == [f"task-{n}" for n in range(1, 16)]
    assert re.search(r"^          runners: (.*)$", text, re.M)[1].split(",") == ids
    results = re.findall(r'^          (\S+)_RESULTS: "\$\{\{steps\.(\S+)\.outputs\.result\}\}"$',
                         text, re.M)
    assert results == [(name.upper(), name) for name in ids]
    assert [int(n) for n in re.findall(r"^          max-score: (\d+)$", text, re.M)] == \
        [task.points for task in LAB.tasks]
    assert "\t" not in text and text.count("autograding-command-grader@") == 15


def test_front_page_says_what_to_do_and_its_links_lead_somewhere(repository):
    for page in (repository / "README.md", *(repository / ".caplab/labs/dynamic-2").glob("*.md")):
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            assert "://" in link or (page.parent / link).exists(), (page, link)
    front = (repository / "README.md").read_text("utf-8")
    for told in ("# Threads talk", "push", ".caplab/grade", "[main.c](main.c)", "[中文](.caplab/labs"):
        assert told in front
    for command in re.findall(r"^(\.caplab/\w+)", front, re.M):
        assert os.access(repository / command, os.X_OK)
    assert not (repository / "README.zh.md").exists()


@pytest.mark.parametrize("words", [(), ("99",), ("x",), ("1", "2"), ("",)])
def test_task_says_how_it_is_used(repository, words):
    results = repository / ".caplab" / "results"
    for data, told in ((None, "there are no results: run .caplab/grade first"),
                       ("{", "there are no results"), ('{"tests": [3]}', "there are no results"),
                       ('{"output": "", "tests": [{"number": "1"}, {"number": "2"}]}',
                        "usage: .caplab/task N, where N is one of 1 2")):
        shutil.rmtree(results, ignore_errors=True)
        if data:
            results.mkdir()
            (results / "results.json").write_text(data)
        status, out, err = call(repository / ".caplab" / "task", *words, cwd=repository)
        assert (status, out) == (1, "") and err.startswith(told) and err.count("\n") == 1


def test_odd_files_beside_the_kit_do_not_disturb_the_grading(repository):
    (repository / "main.c").write_text(HALF)
    (repository / ".caplab" / "task 9").mkdir()
    shutil.rmtree(repository / ".caplab" / "results", ignore_errors=True)
    (repository / ".caplab" / "results").write_text("x")
    assert call(repository / ".caplab" / "grade", cwd=repository) == (
        0, "dynamic-2: 6 of 15 points\n", "")


def runs_as_the_action(repository, number):
    """What the command grader's result is for a task: base64 of JSON, as the reporter reads it."""
    text = (repository / ".github" / "workflows" / "classroom.yml").read_text()
    command = re.findall(r"^          command: (.*)$", text, re.M)[number - 1]
    done = subprocess.run(["bash", "-c", command], cwd=repository, capture_output=True, text=True,
                          check=False)
    status = "pass" if done.returncode == 0 else "fail"
    result = {"version": 1, "status": status, "max_score": 1, "tests": [
        {"name": command, "status": status, "score": int(status == "pass"),
         "message": done.stdout}]}
    return json.loads(base64.b64decode(base64.b64encode(json.dumps(result).encode())))


def test_workflow_shows_each_task_as_it_came_out(repository):
    (repository / "main.c").write_text(HALF)
    for command in (".caplab/init --setup", ".caplab/grade"):
        done = subprocess.run(["bash", "-c", command], cwd=repository, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    found = [runs_as_the_action(repository, number)["status"] for number in range(1, 16)]
    assert found == ["pass"] * 6 + ["fail"] * 9
    older = json.loads((repository / ".github" / "classroom" / "autograding.json").read_text())
    for test in older["tests"]:
        assert set(test) == {"name", "setup", "run", "input", "output", "comparison", "timeout",
                             "points"} and test["comparison"] in ("exact", "included", "regex")
        said = subprocess.run(["bash", "-c", test["run"]], cwd=repository, capture_output=True,
                              text=True, check=False).stdout
        assert (test["output"] in said) == (older["tests"].index(test) < 6)


def test_class_of_a_kit_without_answers_says_so_and_is_graded(repository, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.c").write_text(HALF)
    status, out, err = call("/usr/bin/python3", "-m", "grader", "class", "dynamic-2", "in", "--out",
                            "out", cwd=tmp_path, PYTHONPATH=str(repository / ".caplab"))
    assert (status, err) == (0, "") and "ann: 6 of 15" in out
    assert out.startswith("this copy of the kit has no solutions/dynamic-2: a task after a mistake "
                          "cannot be right on its own and stays blocked\n")


def test_log_of_the_workflow_obeys_no_student(repository):
    orders = ["::set-output name=result::x", "##[error]x", "::stop-commands::y"]
    (repository / "main.c").write_text(
        corpus.printing([f'"{order}\\n"' for order in orders])
        + "\n#warning ::error::z\n#error \x1b[31m::add-mask::z\n")
    done = subprocess.run([".caplab/grade"], cwd=repository, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0
    for number in (1, 2):
        said = done.stdout + runs_as_the_action(repository, number)["tests"][0]["message"]
        assert "::" not in said and "##[" not in said and "\x1b" not in said


# Classroom 50: autograder.py in the student's checkout writes result.json and exits 0 if it ran.


ENVIRONMENT = {"CLASSROOM": "os-2026", "ASSIGNMENT": "dynamic-2", "SUBMISSION_TAG": "submission-3",
               "COMMIT_URL": "https://x/commit", "RELEASE_URL": "https://x/release",
               "REVIEW_URL": "https://x/review", "USERNAME": "ann", "OWNER": "school"}


def test_classroom50_gets_its_result(tmp_path):
    (tmp_path / "made").mkdir()
    place = exported("classroom50", tmp_path / "made")
    bundle = place / "autograders" / "dynamic-2"
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "main.c").write_text(HALF)
    (checkout / "json.py").write_text("raise SystemExit(0)\n")
    environment = {**os.environ, **ENVIRONMENT, "CLASSROOM50_BUNDLE_DIR": str(bundle)}
    done = subprocess.run(["/usr/bin/python3", bundle / "autograder.py"], cwd=checkout, text=True,
                          capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((checkout / "result.json").read_text())
    assert result["schema"] == "classroom50/result/v1"
    for word, name in (("classroom", "CLASSROOM"), ("assignment", "ASSIGNMENT"),
                       ("submission", "SUBMISSION_TAG"), ("commit", "COMMIT_URL"),
                       ("release", "RELEASE_URL"), ("review", "REVIEW_URL")):
        assert result[word] == ENVIRONMENT[name]
    moment = datetime.strptime(result["datetime"], "%Y-%m-%dT%H:%M:%SZ")
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    assert abs((now - moment).total_seconds()) < 300
    assert (result["score"], result["max-score"]) == (6, 15)
    assert type(result["score"]) is type(result["max-score"]) is int
    assert [test["passed"] for test in result["tests"]] == [True] * 6 + [False] * 9
    assert sum(test["score"] for test in result["tests"]) == 6
    assert "6 of 15 points" in (checkout / "release-body.md").read_text()
    runtime = json.loads((place / "assignment.json").read_text())["runtime"]
    assert set(runtime) <= {"runs-on", "apt", "python", "container"} and "container" not in runtime
    assert "qemu-system-x86" in runtime["apt"]


def test_classroom50_failure_of_the_machine_is_no_score(tmp_path):
    (tmp_path / "made").mkdir()
    bundle = exported("classroom50", tmp_path / "made") / "autograders" / "dynamic-2"
    (bundle / "caplab.tar.gz").write_bytes(b"broken")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    done = subprocess.run(["/usr/bin/python3", bundle / "autograder.py"], cwd=checkout, check=False,
                          capture_output=True, text=True,
                          env={**os.environ, **ENVIRONMENT, "CLASSROOM50_BUNDLE_DIR": str(bundle)})
    assert done.returncode == 1 and os.listdir(checkout) == [] and "Traceback" not in done.stderr


# Autolab: the last line of standard output is {"scores": {problem: number}}.


def test_autolab_gets_its_line_last(tmp_path, frozen):
    (tmp_path / "main.c").write_text(HALF)
    status, out, _ = grader("one", "dynamic-2", tmp_path / "main.c", "--out", tmp_path / "out",
                            "--autolab")
    assert status == 1
    scores = json.loads(out.splitlines()[-1])["scores"]
    assert scores == {f"task {n}": int(n <= 6) for n in range(1, 16)}
