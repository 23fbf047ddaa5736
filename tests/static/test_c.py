"""What can be said of the C without running it: formatting, another compiler, cppcheck, its form.

Style is .clang-format's business alone: nothing here repeats it. cppcheck keeps what it found in
build/cppcheck and looks again only at what changed.
"""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

import sources
from harness import BUILD, KIT

SUPPRESSIONS = Path(__file__).parent / "cppcheck.txt"
LONGEST_FILE = 400
INVARIANTS = "tests/kernel/invariants"  # a part of the debug kernel
RELEASE = tuple(f"kernel/{path.name}" for path in sorted((KIT / "kernel").iterdir())
                if path.name != "debug")
CLANG = ["clang", "-fsyntax-only", "-std=gnu11", "-ffreestanding", "-nostdinc", "-mcmodel=kernel",
         "-mno-red-zone", "-mgeneral-regs-only", "-Wall", "-Wextra", "-Werror",
         "-Wmissing-prototypes", "-Wno-unused-parameter",
         "-Wno-unknown-attributes"]      # gcc's own, such as optimize


def test_c_is_formatted() -> None:
    """`ninja -C build format` puts it right."""
    done = sources.clang_format("--dry-run", "-Werror")
    assert done.returncode == 0, done.stderr[:4000]


def test_format_target_formats_what_the_test_looks_at(frozen: None) -> None:
    """ninja's target runs the same script."""
    said = subprocess.run(["ninja", "-C", str(BUILD), "-t", "commands", "format"], text=True,
                          capture_output=True, check=True).stdout
    assert f"{KIT}/tests/static/sources.py format" in said


@pytest.mark.parametrize("build, folders", [("-DCONFIG_DEBUG_BUILD", ("kernel", INVARIANTS)),
                                            ("-DCAPLAB_RELEASE", RELEASE),
                                            ("-DCONFIG_PAGE_TABLE_ISOLATION", RELEASE)])
def test_kernel_compiles_with_clang(build: str, folders: tuple[str, ...]) -> None:
    """Debug, release and isolated kernel, without a warning."""
    resources = subprocess.run(["clang", "-print-resource-dir"], text=True, capture_output=True,
                               check=True).stdout.strip()
    files = [str(path) for path in sources.c_files(*folders) if path.suffix == ".c"]
    done = subprocess.run([*CLANG, "-isystem", f"{resources}/include", f"-I{KIT / 'kernel'}",
                           build, *files], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]


@cache
def suppressed() -> frozenset[str]:
    """What cppcheck.txt says is no finding: `kind` or `kind:file`."""
    lines = SUPPRESSIONS.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def findings(folder: str) -> dict[str, str]:
    """What cppcheck finds there: `kind:file` -> the message."""
    options = ["-DCONFIG_DEBUG_BUILD=1", "-Ikernel", INVARIANTS]
    if folder == "libs":
        flags = json.loads((KIT / "libs" / "flags.json").read_text("utf-8"))
        options = [f"-Ilibs/{name}" for name in flags["include"]]
    memory = BUILD / "cppcheck" / folder
    memory.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["cppcheck", "-j2", "--quiet", f"--cppcheck-build-dir={memory}", "--std=c11",
         "--platform=unix64", "--enable=warning,style,performance,portability",
         "--template={id}:{file}|{line}: {message}", "--template-location=", *options, folder],
        cwd=KIT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split("|", 1) for line in done.stderr.splitlines() if "|" in line)


@pytest.mark.parametrize("folder", ["kernel", "libs"])
def test_cppcheck_finds_nothing(folder: str) -> None:
    """Nothing but what cppcheck.txt gives a reason for."""
    new = {place: message for place, message in findings(folder).items()
           if place not in suppressed() and place.split(":")[0] not in suppressed()}
    assert new == {}


@pytest.mark.parametrize("folder", ["kernel", "libs"])
def test_suppressions_are_all_needed(folder: str) -> None:
    """A line of cppcheck.txt that fits nothing any more is taken out."""
    mine = {line for line in suppressed() if line.partition(":")[2].startswith(f"{folder}/")}
    assert mine and sorted(mine - findings(folder).keys()) == []


def test_files_open_with_a_comment_and_are_short() -> None:
    """A file of kernel or libs begins with what it is about, and has less than 400 lines."""
    wrong = []
    assembly = [path for path in sources.files() if path.suffix == ".S"]
    for path in sources.c_files("kernel", INVARIANTS, "libs") + assembly:
        text = path.read_text("utf-8")
        if not re.match(r"/\*\s+(\* )?\w", text):
            wrong.append(f"{path}: no opening comment")
        if text.count("\n") >= LONGEST_FILE:
            wrong.append(f"{path}: too long")
    assert wrong == []
