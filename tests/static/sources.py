"""Which files of the kit are looked at, and the formatting of its C.

    /usr/bin/python3 tests/static/sources.py format

formats all C of the kit in place, as .clang-format says; `ninja -C build format` does the same.
Invariant: only what a clone holds is touched, neither products of builds nor what students write.
"""

import subprocess
import sys
from pathlib import Path

KIT = Path(__file__).resolve().parents[2]
TOP = (".ci", "bench", "debugger", "docs", "grader", "kernel", "labs", "libs", "solutions", "tests")
_TEXT = {".c", ".h", ".S", ".ld", ".py", ".md", ".txt", ".toml", ".json", ".jsonl", ".cfg", ".ini",
         ".cmake", ".css", ".html", ".sh", ".j2", ".po", ""}


def files() -> list[Path]:
    """Every file of the kit."""
    # .git is a file in a further work tree of git's.
    found = [path for path in KIT.iterdir() if path.is_file() and path.name != ".git"]
    for name in TOP:
        found += [path for path in (KIT / name).rglob("*")
                  if path.is_file() and not {"__pycache__", ".pytest_cache"} & set(path.parts)]
    return sorted(found)


def texts() -> list[Path]:
    """Those that people read."""
    return [path for path in files() if path.suffix in _TEXT]


def c_files(*folders: str) -> list[Path]:
    """C sources and headers: of these folders, or all."""
    return [path for path in files() if path.suffix in (".c", ".h")
            and (not folders or any(path.is_relative_to(KIT / folder) for folder in folders))]


def python_files() -> list[Path]:
    """All Python of the kit."""
    return [path for path in files() if path.suffix == ".py"]


def clang_format(*options: str) -> subprocess.CompletedProcess[str]:
    """Runs clang-format over all C; --style=file, the default, finds .clang-format."""
    names = "\n".join(str(path.relative_to(KIT)) for path in c_files())
    return subprocess.run(["clang-format", *options, "--files=/dev/stdin"], input=names, text=True,
                          cwd=KIT, capture_output=True, check=False)


if __name__ == "__main__":
    if sys.argv[1:] != ["format"]:
        sys.exit(__doc__)
    done = clang_format("-i")
    if done.returncode:
        sys.exit(done.stderr)
