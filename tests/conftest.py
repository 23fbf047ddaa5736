"""What all tests share: the kit on the import path, the frozen part built before its first use."""

import os
import sys
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[1]
# What the tests read is English, whatever the language of who runs them.
os.environ["LC_ALL"] = "C.UTF-8"
for folder in (KIT, KIT / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def frozen() -> None:
    """Kernel and libraries are built and up to date."""
    import harness
    harness.build_frozen()


@pytest.fixture(scope="session")
def isolated(frozen: None) -> None:
    """The kernel with page-table isolation is built too: kernel-isolated.elf."""
    import harness
    harness.build_frozen("kernel_isolated")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: an archive has the time in it, and every worker must find the same names."""
    return argname if isinstance(val, bytes) else None
