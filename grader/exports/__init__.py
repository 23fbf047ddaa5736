"""Ready-made folders and archives for the platforms that teachers use.

`export(kind, kit, lab, out)` writes one. Invariants: no export holds a worked answer, since
students or their programs may reach it; the same kit gives the same bytes; nothing that is there
is touched.
"""

from pathlib import Path

from grader.errors import Refusal
from grader.exports import classroom50, github, gradescope
from grader.lab import Lab
from grader.language import _
from grader.recipe import Kit

KINDS = {"gradescope": gradescope, "github": github, "classroom50": classroom50}


def export(kind: str, kit: Kit, lab: Lab, out: Path | None) -> Path:
    """Write the export of this kind; returns where it is."""
    maker = KINDS[kind]
    place = out or Path(maker.NAME.format(lab=lab.name))
    if place.exists() or place.is_symlink():
        raise Refusal(_("{place} is there already; nothing was changed (--out gives another "
                        "place)", place=place))
    if not place.absolute().parent.is_dir():
        raise Refusal(_("{folder} is not a folder", folder=place.absolute().parent))
    maker.write(kit, lab, place)
    return place
