"""Devices that user programs drive, and when a machine with idle=exit may stop waiting for them."""

import os
from pathlib import Path

import pytest

import harness
from programs import boot

STOPS = "All threads are waiting; the machine stops."

TEXT = "Some lines\nthat come in from outside,\n" + "and a long one " * 60 + "\nend\n"


@pytest.mark.parametrize("level", [0, 1], ids=["edge", "level"])
@pytest.mark.parametrize("machine", ["pc", "microvm"])
def test_a_serial_driver(machine: str, level: int, frozen: None, tmp_path: Path) -> None:
    """What comes in on the second serial port goes out again, every byte by interrupts."""
    for end in ("in", "out"):
        os.mkfifo(tmp_path / f"line.{end}")
    incoming, outgoing = (os.open(tmp_path / f"line.{end}", os.O_RDWR | os.O_NONBLOCK)
                          for end in ("in", "out"))
    os.write(incoming, b"?" + TEXT.encode())  # a byte that comes before the driver may be lost
    run = boot("serial", flags=(f"-DLEVEL={level}",), machine=machine, seconds=10,
               options=("-chardev", f"pipe,id=line,path={tmp_path}/line",
                        "-device", "isa-serial,iobase=0x2f8,irq=3,chardev=line"))
    assert run.status == harness.qemu.IDLE_STATUS, run.serial[-1000:]
    assert "all lines served, interrupts: many" in run.user
    assert os.read(outgoing, 65536).decode().removeprefix("?") == TEXT.upper()
    os.close(incoming)
    os.close(outgoing)


@pytest.mark.parametrize("rule", ["NO_NOTIFICATION", "CLEARED", "NOTIFICATION_REVOKED",
                                  "HANDLER_DELETED", "NOT_ACKNOWLEDGED"])
def test_a_handler_that_can_wake_nobody(rule: str, frozen: None) -> None:
    """No notification, or a pin that stays masked until it is acknowledged: the machine stops."""
    run = boot("idle_rules", flags=(f"-DRULE={rule}",), machine="pc", seconds=5)
    assert run.status == harness.qemu.IDLE_STATUS
    assert "waiting" in run.user and "woken" not in run.user and STOPS in run.user


def test_an_interrupt_under_way_is_waited_for(frozen: None) -> None:
    """The machine stops when the interrupt has come and been served, not before."""
    run = boot("idle_rules", flags=("-DRULE=TIMER_RUNS",), machine="pc", seconds=5)
    assert run.status == harness.qemu.IDLE_STATUS
    assert run.user.startswith(f"waiting\nwoken\n\n{STOPS}\n")


@pytest.mark.parametrize("rule", ["TIMER_STOPPED", "MESSAGES"])
def test_a_handler_that_could_still_wake_somebody(rule: str, frozen: None) -> None:
    """The kernel cannot know whether a device will interrupt: it waits."""
    run = boot("idle_rules", flags=(f"-DRULE={rule}",), machine="pc", seconds=2)
    assert run.timed_out and run.user == "waiting\n"


def test_a_handler_counts_even_if_nobody_waits(frozen: None) -> None:
    """Whether a signal would wake a thread is not looked into: an unmasked handler keeps it on."""
    run = boot("idle_rules", flags=("-DRULE=OTHER_WAITS",), machine="pc", seconds=2)
    assert run.timed_out and STOPS not in run.user
