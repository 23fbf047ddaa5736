"""The debugger's commands, on the known situation of situation.c and in the session of the docs.

session.txt holds what each command must print. Kernel addresses are compared by identity: the first
one that turns up is @1 on both sides, the next @2. Invariants: one boot serves all commands; no
machine and no gdb outlives the tests.
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pexpect
import pytest

import harness
from attached import PROMPT, SCRIPT, blocks, debug
from grader import transcript

HERE = Path(__file__).parent
pytestmark = pytest.mark.xdist_group("gdb")


def comparable(text: str) -> str:
    """Without what the compiler, the machine and the size of the image decide."""
    names: dict[str, str] = {}
    text = re.sub(r"^.*(mapped at 0x|nothing made from it|and \d+ without parent).*\n", "", text,
                  flags=re.M)
    text = re.sub(r"words 0x[0-9a-f]{15,16}", "words WORD", text)
    text = re.sub(r"at 0x4[0-9a-f]{5}( <(\w+)[^>]*>)?", r"at IP\1", text)
    text = re.sub(r"<(\w+) \+ \d+>", r"<\1>", text)
    return re.sub(r"0xffffff[89a-e][0-9a-f]{9}|@\d+",
                  lambda found: names.setdefault(found[0], f"@{len(names) + 1}"), text)


def same(seen: list[str], expected: list[str]) -> bool:
    """True if the lines agree; a line `...` in the expected ones stands for any."""
    return transcript.difference(seen, expected, {}) is None


EXPECTED = (HERE / "session.txt").read_text("utf-8")


@cache
def session() -> dict[str, list[str]]:
    """All commands of session.txt in one run, at the breakpoint where the situation stands."""
    commands = list(blocks(EXPECTED))
    said = debug(["hbreak look_now", "continue", *commands])
    start = said.index(f"{PROMPT}{commands[0]}\n")
    return blocks(comparable(said[start:]))


@pytest.mark.parametrize("command", blocks(EXPECTED))
def test_command_shows_the_situation(command: str, frozen: None) -> None:
    """The command prints what session.txt says."""
    assert session()[command] == blocks(EXPECTED)[command]


def test_before_the_kernel_runs_commands_say_so(frozen: None) -> None:
    """At the machine's first instruction there is nothing to show, and no traceback."""
    said = blocks(debug(["threads", "cspace"]))
    for command in ("threads", "cspace"):
        assert said[command][0].startswith("The kernel is not up yet."), said


def test_stopped_inside_the_kernel_the_entry_is_seen(frozen: None) -> None:
    """In the middle of a system call, the caller is the running thread and its address is right."""
    said = blocks(debug(["hbreak look_now", "continue", "hbreak notification_signal",
                         "hbreak endpoint_append", "set $rip = two_calls", "set $rdi = -3",
                         "set $rsi = ringer", "continue", "threads", "cap ringer"]))
    assert '* "rootserver"' in said["threads"][0] and "<two_calls" in said["threads"][0], said
    assert ": runs, in the kernel" in said["threads"][0]
    assert said["cap ringer"][0].startswith("notification"), said


def test_release_kernel_says_that_it_keeps_no_list(frozen: None) -> None:
    """A release kernel has no list of threads; the command says so in one line."""
    said = blocks(debug(["hbreak handle_syscall", "continue", "threads"], "kernel-release"))
    assert said["threads"][0].startswith("This kernel has no"), said


def test_every_kind_of_capability_is_described() -> None:
    """All kinds of cap.h have words of their own, whatever bits they hold."""
    sys.path.insert(0, str(SCRIPT.parent))
    from kernelview.capability import Cap, describe
    header = (harness.KIT / "kernel" / "cap" / "cap.h").read_text("utf-8")
    kinds = re.findall(r"\bcap_(\w+) = (\d+),", header)
    assert len(kinds) >= 20
    for kind, number in kinds:
        for bits in (0, (1 << 59) - 1):
            cap = Cap(kind, int(number) << 59 | bits, bits)
            assert describe(cap, lambda _: '"x"', True).startswith(
                ("reply", "the right to") if kind == "reply" else kind)


def test_session_of_the_document(tmp_path: Path, frozen: None) -> None:
    """docs/debugging.md shows what gdb prints when it is attached as ./simulate --gdb says."""
    document = (harness.KIT / "docs" / "debugging.md").read_text("utf-8")
    shown = blocks("\n".join(re.findall(r"```text\n(.*?)```", document, re.S)))
    subprocess.run([harness.KIT / "init", "--tut", "ipc", "--task", "3", "stuck"], cwd=tmp_path,
                   check=True, stdout=subprocess.DEVNULL)
    folder = tmp_path / "stuck_build"
    terminal = pexpect.spawn(str(folder / "simulate"), ["--gdb"], cwd=str(folder),
                             encoding="utf-8", timeout=60)
    terminal.expect(r"  (gdb -q [^\r\n]*)")
    extra = "".join(f" -ex 'echo {PROMPT}{command}\\n' -ex '{command}'"
                    for command in [*shown, "kill"])
    done = subprocess.run(["sh", "-c", f"{terminal.match[1]} -nx -batch{extra}"],
                          timeout=60, text=True, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    terminal.expect(pexpect.EOF)
    seen = blocks(comparable(done.stdout[done.stdout.index(PROMPT):]))
    expected = blocks(comparable("\n".join(f"{PROMPT}{command}\n" + "\n".join(lines)
                                           for command, lines in shown.items())))
    for command, lines in expected.items():
        assert same(seen[command], lines), f"{command}\n" + "\n".join(seen[command])
