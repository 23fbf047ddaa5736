"""What all tests share: the kit on the import path, the frozen part built before its first use."""

import sys
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[1]
for folder in (KIT, KIT / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def frozen() -> None:
    """Kernel and libraries are built and up to date."""
    import harness
    harness.build_frozen()
