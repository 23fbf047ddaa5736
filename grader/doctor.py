"""Looks at the machine: which tools are there, which are too old, and what would put it right.

Invariant: grader/packages.txt is the only list of what the kit needs.
"""

import os
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader.language import _
from grader.recipe import Kit


@dataclass(frozen=True)
class Package:
    """One Debian package: its name, what shows that it is there, and what it is for.

    tests: only the kit's own tests need it.
    """

    name: str
    shows: str
    use: str
    tests: bool

    @property
    def present(self) -> bool:
        """True if it is installed, as far as its tool or file shows."""
        return os.path.exists(self.shows) if self.shows.startswith("/") \
            else shutil.which(self.shows) is not None


@lru_cache
def packages() -> tuple[Package, ...]:
    """The kit's packages in the order of the list."""
    lines = (Path(__file__).parent / "packages.txt").read_text("utf-8").splitlines()
    first = lines.index("--check")
    return tuple(Package(*line.split(" ", 2), tests=number > first)
                 for number, line in enumerate(lines)
                 if number != first and line and not line.startswith("#"))


def install_line(names: list[str]) -> str:
    """The command that installs these packages."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install {' '.join(names)}"


def missing_line(tool: str) -> str:
    """One line for a tool that is not there."""
    name = next((package.name for package in packages() if package.shows == tool), None)
    if name is None:
        return _("{tool} is missing", tool=tool)
    return _("{tool} is missing: {line}", tool=tool, line=install_line([name]))


def examine(kit: Kit) -> int:
    """Print what is there and what is not; 0 if all is well, 1 if something must be done."""
    to_do = [*_packages(), *_qemu(), *_sandbox(), *_frozen(kit), *_room(kit)]
    if to_do:
        print("\n" + _("To put it right:"))
        for line in to_do:
            print(f"  {line}")
        print(_("or all at once: ./init --setup"))
        return 1
    print("\n" + _("Everything is there."))
    return 0


def _say(good: bool, what: str) -> None:
    print("  " + (_("ok     ") if good else _("MISSING")) + f"  {what}")


def _note(what: str) -> None:
    print("  " + _("note   ") + f"  {what}")


def _packages() -> list[str]:
    needed = [package for package in packages() if not package.tests]
    for package in needed:
        _say(package.present, f"{package.name}: {_(package.use)}")
    later = [package.name for package in packages() if package.tests and not package.present]
    if later:
        _note(_("only ./init --check needs, and installs: {names}", names=", ".join(later)))
    missing = [package.name for package in needed if not package.present]
    return [install_line(missing)] if missing else []


def _qemu() -> list[str]:
    from grader import qemu
    found = qemu.version()
    if found is None:
        return []
    wanted = ".".join(map(str, qemu.OLDEST_QEMU))
    good = found >= qemu.OLDEST_QEMU
    version = ".".join(map(str, found))
    _say(good, _("QEMU {version} (needed: {wanted} or newer)", version=version, wanted=wanted))
    return [] if good else [_("QEMU {version} is too old: Debian 12 has {wanted}",
                              version=version, wanted=wanted)]


def _sandbox() -> list[str]:
    """No sandbox is told, but is nothing that must be put right: ./submit works without."""
    from grader import sandbox
    if sandbox.available():
        _say(True, _("the sandbox works"))
    else:
        _note(sandbox.why_not())
    return []


def _frozen(kit: Kit) -> list[str]:
    good = all(product.is_file() for product in kit.products)
    _say(good, _("kernel and libraries are built"))
    return [] if good else [_("./init --setup (builds kernel and libraries)")]


def _room(kit: Kit) -> list[str]:
    free = shutil.disk_usage(kit.root).free >> 20
    good = free >= 200
    _say(good, _("room on the disk: {free} MiB", free=free))
    return [] if good else [_("only {free} MiB are free: the kit needs 200", free=free)]
