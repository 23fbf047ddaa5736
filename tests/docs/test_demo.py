"""./init --demo, the README's first command, ends with every lab's answer at full marks."""

import subprocess

import pytest

from harness import KIT


@pytest.mark.xdist_group("documents")
def test_demo_ends_at_full_marks(frozen: None) -> None:
    done = subprocess.run([str(KIT / "init"), "--demo"], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    labs = [path.parent.name for path in (KIT / "solutions").glob("*/main.c")]
    assert labs
    for lab in labs:
        assert any(line.startswith(f"{lab}: ") and len({*line.split()[1:4:2]}) == 1
                   for line in done.stdout.splitlines()), f"{lab}\n{done.stdout}"
    assert "All labs are at full marks." in done.stdout
