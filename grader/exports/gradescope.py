"""Gradescope's autograder archive: setup.sh, run_autograder, and the kit beside them.

The platform unpacks it to /autograder/source, runs setup.sh once as root on Ubuntu, and for each
submission a copy of run_autograder in a container of its own, which must leave results.json.
"""

from pathlib import Path

from grader import report
from grader.exports.files import below, kit_files, script, zipped
from grader.lab import Lab
from grader.language import chosen
from grader.recipe import Kit

NAME = "{lab}-gradescope.zip"

_SETUP = """\
#!/bin/sh
# Installs what the kit needs and builds its frozen part, once, when the image is made.
set -eu
cd "${AUTOGRADER_ROOT:-/autograder}/source/caplab"
./init --setup
"""

_RUN = """\
#!/bin/sh
# Grades one submission. Without results.json the platform keeps the score that there was.
set -u
root=${AUTOGRADER_ROOT:-/autograder}
PYTHONPATH=$root/source/caplab
export PYTHONPATH
out=$root/results/caplab
/usr/bin/python3 -P -m grader.exports.run --lang LANGUAGE LAB "$root/submission" "$out" || exit 1
cp "$out/results.json" "$root/results/results.json"
"""


def write(kit: Kit, lab: Lab, place: Path) -> None:
    """Write the archive."""
    run = _RUN.replace("LANGUAGE", chosen()).replace("LAB", lab.name)
    files = {"setup.sh": script(_SETUP), "run_autograder": script(run),
             **below("caplab", kit_files(kit, lab))}
    report.put(place, zipped(files))
