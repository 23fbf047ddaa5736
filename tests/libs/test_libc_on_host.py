"""The C library's sources on the host, beside the host's own: the same answers, no bad access.

The sources are compiled as they are, with their own headers and under sanitisers; every symbol
that they define is then renamed to begin with our_, so that both libraries fit in one program.
What differs by decision (%p, NULL for %s, %n, %a) is stated in libc/format_checks.c.
"""

import subprocess
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[2]
LIBC = KIT / "libs" / "libc"
CHECKS = Path(__file__).resolve().parent / "libc"
SANITISE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1"]
NEEDS_THE_KERNEL = {"console.c", "end.c", "assert.c"}
ROUNDS = {"format": 8000, "float": 20000, "mixed": 300, "memory": 20000, "string": 8000,
          "number": 20000, "sort": 300, "heap": 20000, "ctype": 1, "compiler": 5000}


def run(command: list[str | Path]) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checks, linked with the renamed library."""
    folder = tmp_path_factory.mktemp("libc")
    objects = []
    for source in sorted((LIBC / "src").rglob("*.c")):
        if source.name not in NEEDS_THE_KERNEL:
            objects.append(folder / f"{source.stem}.o")
            run(["gcc", "-std=gnu11", "-nostdinc", f"-I{LIBC / 'include'}", "-ffreestanding",
                 *SANITISE, "-c", source, "-o", objects[-1]])
    listed = subprocess.run(["nm", "--defined-only", "-g", "-P", *map(str, objects)],
                            capture_output=True, text=True, check=True).stdout
    names = {words[0] for line in listed.splitlines() if len(words := line.split()) > 1}
    names = {name for name in names if not name.startswith(("libc_", "_GLOBAL", "__asan"))}
    (folder / "names").write_text("".join(f"{name} our_{name}\n" for name in sorted(names)))
    for item in objects:
        run(["objcopy", f"--redefine-syms={folder / 'names'}", item])
    run(["gcc", "-std=gnu11", "-Wall", "-Wextra", "-fno-builtin", *SANITISE,
         *sorted(CHECKS.glob("*.c")), *objects, "-o", folder / "checks"])
    return folder / "checks"


def outcome(program: Path, group: str, seed: int, rounds: int) -> subprocess.CompletedProcess:
    return subprocess.run([program, group, str(seed), str(rounds)], capture_output=True, text=True,
                          timeout=120, check=False)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("group", ROUNDS)
def test_same_as_the_host(program: Path, group: str, seed: int) -> None:
    done = outcome(program, group, seed, ROUNDS[group])
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_freeing_twice_is_noticed(program: Path) -> None:
    done = outcome(program, "double_free", 1, 1)
    assert done.returncode < 0 and "freed twice" not in done.stdout, done.stdout + done.stderr
