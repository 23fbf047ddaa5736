"""Runs what the documents tell people to type, and compares with what the documents say they see.

A fenced block marked `console` is a session: lines that begin with `$ ` are typed, the lines after
them are what must come, `...` standing for any lines and `{num}`, `{addr}` for what varies. The
blocks of one document run one after another in a fresh copy of the kit. A block after the comment
`<!-- append: FILE -->` is what the reader adds at the end of that file (relative to where
the session is) when its turn comes. A block after the comment `<!-- not run: REASON -->` is left
out, and the reason must be one that this file knows. A block marked `sh` is a script, run from the
kit's folder: each line must be a command that works (or, as `ninja submit` on an empty handout, one
that says there is more to do).
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import transcript
from harness import KIT

NOT_RUN = {
    "it is this test suite",          # ./init --check would run itself
    "it is a test of its own",        # ./init --demo: test_demo.py
    "it needs a container engine",    # the Dockerfile's own steps are proven elsewhere
    "it waits for a person",          # an editor, gdb
    "it takes a minute",              # a benchmark; its figures depend on the machine
    "it needs the network",           # git clone of a published address
}
PARTS = ("README.md", "LICENSE", "Dockerfile", "CMakeLists.txt", ".clang-format", "init", "kernel",
         "libs", "labs", "solutions", "grader", "debugger", "bench", "tests", "docs")
_FENCE = re.compile(r"(?:<!-- (?:not run: (?P<why>.*?)|append: (?P<file>\S+)) -->\s*\n)?"
                    r"^(?P<fence>```+)(?P<kind>\w*)\n(?P<body>.*?)^(?P=fence)$", re.S | re.M)


@dataclass(frozen=True)
class Command:
    """One typed line and the output that the document shows for it."""

    typed: str
    expected: list[str]


def files_of_the_kit() -> list[Path]:
    """What a clone holds, whether or not this copy has git: no products of builds and runs."""
    found = []
    for entry in PARTS:
        top = KIT / entry
        found += [path for path in top.rglob("*") if path.is_file()] if top.is_dir() else [top]
    return [path.relative_to(KIT) for path in found if "__pycache__" not in path.parts]


def scripts(text: str) -> list[str]:
    """The `sh` blocks of a document."""
    return [block["body"] for block in _FENCE.finditer(text)
            if block["kind"] == "sh" and not block["why"]]


def documents() -> list[Path]:
    """Every Markdown file of the kit, relative to its folder; those of the lab that new labs begin
    as have blanks in them."""
    return sorted(path for path in files_of_the_kit()
                  if path.suffix == ".md" and "template" not in path.parts)


def commands(text: str) -> list[Command]:
    """The typed lines of a document's console blocks, and what is appended to files, in order."""
    found = []
    for block in _FENCE.finditer(text):
        if block["file"]:
            end = "@@-caplab-end-@@"
            found.append(Command(f"cat >>'{block['file']}' <<'{end}'\n{block['body']}{end}", []))
        if block["kind"] != "console" or block["why"]:
            continue
        for part in re.split(r"^\$ ", block["body"], flags=re.M)[1:]:
            typed, *output = part.rstrip("\n").split("\n")
            found.append(Command(typed, output))
    return found


pytestmark = pytest.mark.xdist_group("documents")
SCRIPTS = [path for path in documents() if scripts((KIT / path).read_text("utf-8"))]
SESSIONS = [path for path in documents() if commands((KIT / path).read_text("utf-8"))]


@pytest.mark.parametrize("path", documents(), ids=str)
def test_blocks_left_out_have_a_known_reason(path: Path) -> None:
    text = (KIT / path).read_text("utf-8")
    reasons = {block["why"] for block in _FENCE.finditer(text) if block["why"]}
    assert reasons <= NOT_RUN


@pytest.mark.parametrize("path", documents(), ids=str)
def test_typed_lines_stand_in_console_blocks(path: Path) -> None:
    """A command that looks typed must be in a block that is run."""
    text = (KIT / path).read_text("utf-8")
    strays = [block["kind"] for block in _FENCE.finditer(text)
              if block["kind"] != "console" and re.search(r"^\$ ", block["body"], re.M)]
    assert not strays


@pytest.mark.parametrize("path", documents(), ids=str)
def test_links_inside_the_kit_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?^```", "", (KIT / path).read_text("utf-8"), flags=re.S | re.M)
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
    missing = [target for target in targets if not ((KIT / path).parent / target).exists()]
    assert not missing


@pytest.fixture(scope="session")
def copy_of_kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit as somebody has it who has just cloned it."""
    copy = tmp_path_factory.mktemp("clone") / "caplab"
    for path in files_of_the_kit():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(KIT / path, copy / path)
    return copy


def _tidy(kit: Path) -> None:
    """Remove what the sessions before this one made; what is built once stays."""
    made = [path for path in kit.iterdir() if path.name not in (*PARTS, "build")]
    made += [path for part in ("labs", "solutions") for path in (kit / part).iterdir()
             if not (KIT / part / path.name).exists()]
    for path in made:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _session(kit: Path, folder: Path, typed: list[Command]) -> list[str]:
    """Run the commands in one shell; the output of each, with its exit status where it is not 0."""
    mark = "@@-caplab-next-@@"
    script = "".join(f"{command.typed}\necho '{mark}'$?\n" for command in typed)
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=300, check=False, env=_environment(kit))
    return re.split(rf"{mark}\d+\n", done.stdout)[:-1]


def _environment(kit: Path) -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(kit.parent),
            "LANG": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "100", "TERM": "dumb"}


@pytest.mark.parametrize("path", SESSIONS, ids=str)
def test_commands_show_what_the_document_says(path: Path, copy_of_kit: Path) -> None:
    _tidy(copy_of_kit)
    typed = commands((KIT / path).read_text("utf-8"))
    outputs = _session(copy_of_kit, (copy_of_kit / path).parent, typed)
    assert len(outputs) == len(typed), "the shell ended early: " + "\n".join(outputs[-1:])
    for command, output in zip(typed, outputs):
        seen = transcript.expected_lines(output)
        if not command.expected:
            continue
        assert transcript.difference(seen, command.expected, {}) is None, \
            f"$ {command.typed}\n{output}"


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_scripts_work(path: Path, copy_of_kit: Path) -> None:
    _tidy(copy_of_kit)
    for body in scripts((KIT / path).read_text("utf-8")):
        lines = "".join(f"{line}\nstatus=$?; [ $status -le 1 ] || exit $status\n"
                        for line in body.splitlines() if line.strip())
        done = subprocess.run(["bash", "-c", lines], cwd=copy_of_kit, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=300, check=False,
                              env=_environment(copy_of_kit))
        assert done.returncode <= 1, done.stdout + done.stderr
