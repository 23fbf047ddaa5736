"""`grader new-lab NAME`: a lab that works, for a teacher to turn into another one.

Invariants: nothing that is there is touched; labs/NAME and solutions/NAME appear whole or not at
all, the answer first, so that no lab is ever without one.
"""

import os
import re
from pathlib import Path

from grader import states
from grader.errors import Refusal
from grader.language import _
from grader.lab import all_labs
from grader.recipe import Kit
from grader.report.files import beside
from grader.scaffold import appear

TEMPLATE = Path(__file__).parent / "template"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST = 30


def new_lab(kit: Kit, name: str) -> tuple[Path, Path]:
    """Make the lab; returns its two folders, the handout's and the answer's."""
    _refuse(kit, name)
    order = max((lab.order for lab in all_labs(kit.root)), default=0) + 1
    places = {part: kit.root / part / name for part in ("solutions", "labs")}
    with beside(kit.root / name) as temporary:
        (kit.root / "solutions").mkdir(exist_ok=True)
        for part in places:
            _fill(TEMPLATE / part, temporary / part, {"@NAME@": name, "@ORDER@": str(order)})
        answer = (temporary / "solutions" / "main.c").read_text("utf-8")
        (temporary / "labs" / "main.c").write_text(states.state(answer, set()), "utf-8")
        appear([(temporary / part, place) for part, place in places.items()])
    return places["labs"], places["solutions"]


def _refuse(kit: Kit, name: str) -> None:
    """Names that a lab cannot have, each with the reason."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        raise Refusal(_("{name!r} cannot be the name of a lab: small letters and digits, with "
                        "single hyphens between them, at most {longest} characters; nothing was "
                        "made", name=name[:60], longest=LONGEST))
    for lab in all_labs(kit.root):
        if name in lab.aliases:
            raise Refusal(_("{name} is another name of the lab {lab}; nothing was made",
                            name=name, lab=lab.name))
    taken = [place for place in (Path("labs") / name, Path("solutions") / name)
             if os.path.lexists(kit.root / place)]
    if taken:
        raise Refusal(_("{place} is there already; nothing was changed", place=taken[0]))
    if os.path.lexists(kit.root / name):
        raise Refusal(_("the kit's folder holds {name} already, where ./init --tut {name} would "
                        "put the student's files; nothing was made", name=name))


def _fill(source: Path, target: Path, words: dict[str, str]) -> None:
    """Copy a folder of texts with these words put in."""
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.is_dir() and path.name != "__pycache__":
            _fill(path, target / path.name, words)
        elif path.is_file():
            text = path.read_text("utf-8")
            for word, value in words.items():
                text = text.replace(word, value)
            (target / path.name).write_text(text, "utf-8")
