"""Random system calls of several threads: the kernel lives, and its invariants hold.

Invariant: a failure names a seed, and the same seed fails again. `long.py` makes longer runs.
"""

from pathlib import Path

import pytest

import fuzzing
import harness
import reach


@pytest.mark.parametrize("seed", [1, 2])
def test_kernel_survives(seed: int, frozen: None, tmp_path: Path) -> None:
    """Many calls of one seed, nearly all invocations among them, reach nearly all of the kernel."""
    log = tmp_path / "log"
    result = fuzzing.run(seed, 40_000, every=700, options=reach.logging_to(log))
    assert not result.problem, f"seed {seed}: {result.problem}"
    assert result.calls >= 40_000 and result.worlds > 20
    assert result.kinds >= 45
    reached = reach.measure([log], harness.BUILD / "kernel" / "kernel.debug")
    assert len(reached.missing()) <= 0.05 * len(reached.functions), reached.missing()


def test_with_all_texts_and_trace(frozen: None) -> None:
    """The same with every console line and trace record written, on the other machine type."""
    result = fuzzing.run(3, 1500, every=50, loud=True, trace=True, machine="pc")
    assert not result.problem, result.problem
    assert ">>" in result.serial


def test_seed_replays_exactly(frozen: None) -> None:
    """One seed twice gives the same output to the byte; another gives another."""
    first, again, other = (fuzzing.run(seed, 2000, every=1000, loud=True).serial
                           for seed in (4, 4, 5))
    assert first == again
    assert first != other
