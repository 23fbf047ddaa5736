"""A lab of four tasks with an interpreter in place of compiler and machine: judging without QEMU.

Its language, one word and its rest a line: `say TEXT` prints, `see JSON` is a trace record,
`keep` remembers, `ifkept TEXT` prints if it was remembered, `fault`, `loop`, `flood`, `panic`,
`hang`, `reset`, `die` end the run their way, `garbage` does not compile. BADGE and DATA stand for
the constants.
"""

import json
from pathlib import Path

from grader import states
from grader.build import CompileError
from grader.checking import Constants, require, task, usual
from grader.constants import Draw
from grader.judge import Judge
from grader.lab import Lab, read
from grader.qemu import Outcome
from grader.runs import Ran, Rules
from grader.transcript import BANNER

TOML = """
title = "Toy"
order = 1
summary = "a toy"
files = ["main.c"]
aliases = ["old-toy"]
[constants]
BADGE = { value = 0x61, min = 0x21, max = 0x7e, format = "#x" }
DATA = { value = 0x6161, min = 0x1000, max = 0xffff, format = "#x" }
[[task]]
number = 1
title = "mint"
[[task]]
number = 2
title = "call"
points = 2
[[task]]
number = 3
title = "keep"
[[task]]
number = 4
title = "finish"
[[program]]
name = "toy"
files = ["main.c"]
"""

SOURCE = """\
/* a toy */
say main: hello
/* TASK 1: mint it. */
/* TASK 1 BEGIN */
#ifdef TASK_1
see {"ev": "mint", "badge": BADGE}
#endif
/* TASK 1 END */
/* TASK 2: call. */
/* TASK 2 BEGIN */
#ifdef TASK_2
see {"ev": "msg", "badge": BADGE, "mr": [DATA]}
say sent DATA
#else
/* nothing */
#endif
/* TASK 2 END */
/* TASK 3 BEGIN */
#ifdef TASK_3
keep
see {"ev": "signal", "word": 3}
#endif
/* TASK 3 END */
/* TASK 4 BEGIN */
#ifdef TASK_4
see {"ev": "msg", "label": 4}
ifkept got a reply
#endif
/* TASK 4 END */
"""

TRANSCRIPTS = [["main: hello"], ["main: hello"], ["main: hello", "sent {DATA:#x}"],
               ["main: hello", "sent {DATA:#x}"],
               ["main: hello", "sent {DATA:#x}", "got a reply"]]


@task(1, advice=[usual("no badge", lambda run: run.trace.first("mint", badge=0), "Give a badge."),
                 "Use EP_BADGE."])
def minted(run):
    made = run.trace.first("mint")
    require(made, "a badged copy", "no copy")
    require(made.badge == run.const.BADGE, f"badge {run.const.BADGE:#x}", f"badge {made.badge:#x}")


@task(2, advice=["Call it."])
def called(run):
    require(run.trace.first("msg", badge=run.const.BADGE), "a message", "none")


@task(3, advice=["Keep it."])
def kept(run):
    require(run.trace.first("signal", word=3), "a signal", "none")


@task(4, advice=["Finish."])
def finished(run):
    require(run.trace.first("msg", label=4), "the last message", "none")


def lab(folder: Path) -> Lab:
    """The toy lab in this folder."""
    (folder / "lab.toml").write_text(TOML)
    (folder / "main.c").write_text(states.state(SOURCE, set()))
    return read(folder)


class Machine:
    """Interprets the toy language; counts its runs."""

    def __init__(self, draws: tuple[Draw, ...]):
        self.draws = draws
        self.runs: list[str] = []

    def __call__(self, files: dict[str, str]) -> list[Ran]:
        self.runs.append(files["main.c"])
        return [_run(_filled(files["main.c"], draw.values)) for draw in self.draws]


def _filled(text: str, values: Constants) -> str:
    for name, value in values.items():
        text = text.replace(name, str(value) if name == "BADGE" else f"{value:#x}")
    return "\n".join(_json_numbers(line, values) for line in text.splitlines())


def _json_numbers(line: str, values: Constants) -> str:
    if line.startswith("see"):
        for value in values.values():
            line = line.replace(f"{value:#x}", str(value))
    return line


def _run(text: str) -> Ran:
    printed, records = ["Boot config", BANNER], [{"n": 1, "ev": "boot", "version": 1}]
    ending, kept_it, states_ = "idle", False, [("rootserver", "inactive")]

    def see(record):
        """Time stands still but where a record says what it is."""
        records.append({"n": len(records) + 1, "t": records[-1].get("t", 0), "th": "rootserver",
                        **record})

    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "say":
            printed.append(rest)
        elif word == "see":
            see(json.loads(rest))
        elif word == "keep":
            kept_it = True
        elif word == "ifkept" and kept_it:
            printed.append(rest)
        elif word == "garbage":
            raise CompileError("main.c:1: garbage")
        elif word == "fault":
            see({"ev": "fault", "kind": "vm", "addr": "0x10", "ip": "0x401000", "handler": "0x0"})
            printed.append("Caught cap fault in send phase at address (nil)")
            break
        elif word == "hang":
            states_ = [("rootserver", "blocked on reply"), ("thread_2", "blocked on recv")]
            break
        elif word in ("loop", "flood", "panic", "reset", "die"):
            ending = {"loop": "time", "panic": "halt", "die": "died"}.get(word, word)
            printed += ["seL4 failed assertion 'x' at y:1 in function z"] * (word == "panic")
            break
    if ending == "idle":
        see({"ev": "idle", "threads": [{"tcb": hex(i), "name": name, "state": state}
                                       for i, (name, state) in enumerate(states_, 1)]})
    serial = "\r\n".join(printed) + "\r\n"
    trace = "".join(json.dumps(record) + "\n" for record in records)
    return Ran(Outcome(serial, ending, True, "killed" if ending == "died" else ""), trace)


CHECKS = {1: minted, 2: called, 3: kept, 4: finished}


def answer() -> dict[str, str]:
    """The worked answer."""
    return {"main.c": states.state(SOURCE, {1, 2, 3, 4})}


def rules(folder: Path, answers: bool = True) -> Rules:
    """What the toy lab is judged by."""
    return Rules(lab(folder), CHECKS, TRANSCRIPTS, states.state(SOURCE, set()),
                 answer if answers else lambda: None)


DRAW = Draw(7, Constants({"BADGE": 0x2f, "DATA": 0x1234}))
SECOND = Draw(8, Constants({"BADGE": 0x3e, "DATA": 0x4321}))


def judge(folder: Path, text: str, draws: tuple[Draw, ...] = (DRAW, SECOND), answers: bool = True):
    """The verdict on this text, and the machine that ran it."""
    machine = Machine(draws)
    return Judge(rules(folder, answers), draws, machine).judge({"main.c": text}), machine
