"""Random system calls of several threads: the kernel lives, and its invariants hold.

Invariant: a failure names a seed, and the same seed fails again. `long.py` makes longer runs.
"""

import pytest

import fuzzing


@pytest.mark.parametrize("seed", [1, 2])
def test_kernel_survives(seed: int, frozen: None) -> None:
    """Many calls of one seed, most of them sensible, nearly all invocations among them."""
    result = fuzzing.run(seed, 40_000, every=700)
    assert not result.problem, f"seed {seed}: {result.problem}"
    assert result.calls >= 40_000 and result.worlds > 20
    assert result.kinds >= 45


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
