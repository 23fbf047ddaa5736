"""The cage around compiler and QEMU: bubblewrap, where the host's kernel allows it.

Invariants: inside there is no network, no home, no other process; the tool chain and the frozen
part can be read, one private folder written, nothing else seen; all of it ends with the grader.
Without it only the limits remain; `available` says which of the two it is.
"""

import math
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/alternatives",
           "/etc/ld.so.cache")
# How a command ends that SIGXCPU stopped: by itself, and as bubblewrap tells it.
OUT_OF_TIME = (-24, 128 + 24)
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}


def environment() -> dict[str, str]:
    """The clean environment that compiler and QEMU get, caged or not."""
    return dict(_ENVIRONMENT)


@lru_cache
def _cage() -> tuple[str, ...]:
    """The part of bubblewrap's command line that is the same for every command."""
    line = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv", "--proc", "/proc",
            "--dev", "/dev", "--tmpfs", "/tmp"]
    for name, value in _ENVIRONMENT.items():
        line += ["--setenv", name, value]
    for path in _SYSTEM:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            line += ["--ro-bind", path, path]
    return tuple(line)


@lru_cache
def available() -> bool:
    """True if bubblewrap is there and this host lets it make its namespaces (found by trying)."""
    if not shutil.which("bwrap"):
        return False
    return subprocess.run([*_cage(), "true"], stdin=subprocess.DEVNULL, capture_output=True,
                          check=False).returncode == 0


def why_not() -> str:
    """One line that says why there is no sandbox, and what would help."""
    if not shutil.which("bwrap"):
        return "no sandbox: bubblewrap is missing (sudo apt-get install bubblewrap)"
    return "no sandbox: this machine does not let bubblewrap make namespaces"


def caged(command: list[str], folder: Path, readable: list[Path], *, cpu_seconds: float,
          file_bytes: int) -> list[str]:
    """The command inside the cage: writes only in `folder`, reads only that and `readable`.

    Where there is no sandbox the limits on processor time and file size still hold. Past the
    first limit on time comes SIGXCPU, by which the ending is known; SIGKILL follows.
    """
    seconds = math.ceil(cpu_seconds)
    limited = ["prlimit", f"--cpu={seconds}:{seconds + 2}", f"--fsize={file_bytes}", "--core=0",
               "--nofile=256", *command]
    if not available():
        return limited
    line = list(_cage())
    for path in readable:
        line += ["--ro-bind", str(path), str(path)]
    return [*line, "--bind", str(folder), str(folder), "--chdir", str(folder), *limited]
