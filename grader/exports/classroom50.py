"""An assignment's autograder for Classroom 50: autograder.py, the kit as an archive, runtime.

The bundle can be read by whoever finds its address: it holds no answers. The platform runs
autograder.py in the student's checkout and takes result.json; any other exit status than 0 is an
error of the infrastructure, which costs the student nothing.
"""

import json
from pathlib import Path

from grader.doctor import packages
from grader.exports.files import kit_files, plain, script, whole_points, write_folder
from grader.lab import Lab
from grader.language import _, chosen
from grader.recipe import Kit
from grader.report.files import tarred

NAME = "{lab}-classroom50"
RUNNER = "ubuntu-24.04"

_AUTOGRADER = '''\
#!/usr/bin/env python3
"""Grades this checkout with the kit of the bundle and writes result.json."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import datetime, timezone
from pathlib import Path

LAB = %(lab)s
LANGUAGE = %(language)s
POINTS, PASSED, NOT_PASSED = %(words)s


def grade(kit: Path, out: Path) -> dict:
    """The grader's results; any failure of the kit's own ends the run with a status."""
    with tarfile.open(Path(os.environ["CLASSROOM50_BUNDLE_DIR"]) / "caplab.tar.gz") as archive:
        archive.extractall(kit)
    subprocess.run([kit / "init", "--setup"], check=True, cwd=kit)
    # The distribution's python3 has the modules that the kit needs; -P: none of the checkout.
    subprocess.run(["/usr/bin/python3", "-P", "-m", "grader.exports.run", "--lang", LANGUAGE, LAB,
                    os.getcwd(), out],
                   env={**os.environ, "PYTHONPATH": str(kit)}, check=True)
    return json.loads((out / "results.json").read_text("utf-8"))


def result(graded: dict) -> dict:
    """The platform's form of the results."""
    tests = [{"test-name": f"{test['number']} {test['name']}", "passed": test["status"] == "passed",
              "score": int(test["score"]), "max-score": int(test["max_score"]),
              "output": test["output"]} for test in graded["tests"]]
    said = os.environ.get
    return {"schema": "classroom50/result/v1", "classroom": said("CLASSROOM", ""),
            "assignment": said("ASSIGNMENT", ""), "submission": said("SUBMISSION_TAG", ""),
            "commit": said("COMMIT_URL", ""), "release": said("RELEASE_URL", ""),
            "review": said("REVIEW_URL", ""),
            "datetime": datetime.now(timezone.utc).strftime("%%Y-%%m-%%dT%%H:%%M:%%SZ"),
            "score": sum(test["score"] for test in tests),
            "max-score": sum(test["max-score"] for test in tests), "tests": tests,
            "output": graded["output"]}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        kit, out = Path(folder) / "kit", Path(folder) / "out"
        made = result(grade(kit, out))
        if (out / "report.html").is_file():
            shutil.copy(out / "report.html", "report.html")
    lines = [POINTS.format(score=made["score"], full=made["max-score"]), ""]
    lines += [f"- {PASSED if test['passed'] else NOT_PASSED}: {test['test-name']}"
              for test in made["tests"]]
    Path("release-body.md").write_text("\\n".join(lines) + "\\n", "utf-8")
    Path("result.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\\n", "utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, tarfile.TarError, subprocess.CalledProcessError, KeyError,
            ValueError) as error:
        print(f"could not grade: {error}", file=sys.stderr)
        sys.exit(1)
'''


def write(kit: Kit, lab: Lab, place: Path) -> None:
    """Write autograders/LAB/ and the block for the assignment's entry."""
    whole_points(lab)
    needed = [package.name for package in packages() if not package.tests]
    entry = {"runtime": {"runs-on": RUNNER, "apt": needed}, "release_assets": ["report.html"]}
    write_folder(place, {
        f"autograders/{lab.name}/autograder.py": script(
            _AUTOGRADER % {"lab": repr(lab.name), "language": repr(chosen()),
                           "words": (_("{score} of {full} points"), _("passed"),
                                     _("not passed"))}),
        f"autograders/{lab.name}/caplab.tar.gz": (tarred(kit_files(kit, lab)), False),
        "assignment.json": plain(json.dumps(entry, indent=2) + "\n")})
