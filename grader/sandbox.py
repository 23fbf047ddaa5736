"""The cage around compiler and QEMU: bubblewrap, where the host's kernel allows it.

Invariants: inside there is no network, no home, no other process, no terminal and no capability,
nor a way to get one by a further namespace; the tool chain and the frozen part can be read, one
private folder written, nothing else seen; all of it ends with the grader. Without it only the
limits remain; `available` says which of the two it is.
"""

import math
import os
import re
import resource
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from grader.errors import Refusal
from grader.language import _

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/alternatives",
           "/etc/ld.so.cache")
MAX_MEMORY = 1 << 30
MAX_PROCESSES = 64
STACK = 8 << 20
# How a command ends that SIGXCPU stopped: by itself, and as bubblewrap tells it.
OUT_OF_TIME = (-24, 128 + 24)
# The epoch is what __DATE__ and __TIME__ tell: the same at every grading.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent",
                "SOURCE_DATE_EPOCH": "0"}


def environment() -> dict[str, str]:
    """The clean environment that compiler and QEMU get, caged or not."""
    return dict(_ENVIRONMENT)


@lru_cache
def _cage() -> tuple[str, ...]:
    """The part of bubblewrap's command line that is the same for every command."""
    line = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL",
            "--new-session", "--die-with-parent", "--clearenv", "--tmpfs", "/tmp",
            # No /proc and no other device: an assembler can read them, and they differ every time.
            "--dev-bind", "/dev/null", "/dev/null"]
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
        return _("no sandbox: bubblewrap is missing (sudo apt-get install bubblewrap)")
    return _("no sandbox: this machine does not let bubblewrap make namespaces")


def refuse_without() -> None:
    """Refuse to run what strangers wrote where nothing would hold it."""
    if not available():
        raise Refusal(_("{why_not}; --no-sandbox grades all the same, as your user and with "
                        "nothing but limits around what was handed in", why_not=why_not()))


def _limits(cpu_seconds: float, file_bytes: int, memory: int) -> list[str]:
    """The limits of one command. Past the processor time comes SIGXCPU, by which the ending is
    known; SIGKILL follows.
    """
    seconds, most = math.ceil(cpu_seconds), resource.getrlimit(resource.RLIMIT_STACK)[1]
    # A compiler takes as much stack as it may, and where that ends is not the host's to say.
    stack = STACK if most == resource.RLIM_INFINITY else min(most, STACK)
    return ["prlimit", f"--cpu={seconds}:{seconds + 2}", f"--fsize={file_bytes}",
            f"--as={memory}", f"--stack={stack}", "--core=0", "--nofile=256"]


@lru_cache
def _counts_by_namespace() -> bool:
    """True if the kernel counts a user's processes apart in each user namespace: since 5.14."""
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return bool(found) and (int(found[1]), int(found[2])) >= (5, 14)


def caged(command: list[str], folder: Path, readable: list[Path], *, cpu_seconds: float,
          file_bytes: int, memory: int | None = None) -> list[str]:
    """The command inside the cage: writes only in `folder`, reads only that and `readable`.

    memory: bytes of address space for each of its processes, if not MAX_MEMORY.
    Where there is no sandbox the limits on time, memory and file size still hold. That on
    processes binds everybody but root, for whom the kernel has none.
    """
    limits = _limits(cpu_seconds, file_bytes, memory or MAX_MEMORY)
    if not available():
        return [*limits, *command]
    if _counts_by_namespace():
        limits.append(f"--nproc={MAX_PROCESSES}")
    line = list(_cage())
    for path in readable:
        line += ["--ro-bind", str(path), str(path)]
    return [*line, "--bind", str(folder), str(folder), "--remount-ro", "/", "--chdir", str(folder),
            *limits, *command]
