"""Every answer of the conformance programs is the one that a genuine seL4 gave.

`invocations/` and `ipc/` hold root tasks that print one line a case, `golden/` what seL4 printed.
Invariant: a difference is either listed with its reason in known-differences.txt or a failure,
and a listed case that has become equal is a failure too.
"""

import re
from pathlib import Path

import pytest

import harness

HERE = Path(__file__).parent
PROGRAMS = sorted(str(path.relative_to(HERE).with_suffix("")) for path in HERE.glob("*/*.c"))
_CASE = re.compile(r"^[a-z][a-z0-9]*\.[a-z0-9-]+: ")


def invocation_lines(serial: str) -> list[str]:
    """The lines from BEGIN to END, as the golden files of invocations/ hold them."""
    found = re.search(r"^BEGIN .*?(^END .*?$|\Z)", harness.without_user_errors(serial),
                      re.S | re.M)
    return found[0].split("\n") if found else []


def ipc_lines(serial: str) -> list[str]:
    """The lines that look like a case, as the golden files of ipc/ hold them."""
    return [line.rstrip(" ") for line in serial.split("\n") if _CASE.match(line)]


FOLDERS = {  # text that ends the run, and what picks out the lines that count
    "invocations": ("\nEND ", invocation_lines),
    "ipc": ("all-cases-done", ipc_lines),
}


def known_differences(program: str) -> set[str]:
    """The cases of this program that may differ."""
    text = (HERE / "known-differences.txt").read_text("utf-8")
    listed = re.findall(r"^(\S+) (\S+): .+$", text, re.M)
    assert {folder_program for folder_program, _ in listed} <= set(PROGRAMS)
    return {case for name, case in listed if name == program}


def by_case(lines: list[str]) -> dict[str, str]:
    """Case name -> its line; BEGIN and END count as cases of their own."""
    cases = {}
    for line in lines:
        name = line.partition(":")[0] if ": " in line else line.partition(" ")[0]
        while name in cases:
            name += "'"
        cases[name] = line
    return cases


def differences(seen: list[str], golden: list[str]) -> dict[str, str]:
    """Case name -> how it differs; lines that the golden file does not have count too."""
    got, wanted = by_case(seen), by_case(golden)
    found = {name: f"  seL4: {wanted[name]}\n  here: {got.get(name, '(nothing)')}"
             for name in wanted if got.get(name) != wanted[name]}
    return found | {name: f"  seL4: (nothing)\n  here: {got[name]}"
                    for name in got if name not in wanted}


@pytest.mark.parametrize("program", PROGRAMS)
def test_answers_like_sel4(program: str, frozen: None, tmp_path: Path, record_property) -> None:
    """One boot of one program: every case as in its golden file."""
    answers_like_sel4(program, "kernel.elf", tmp_path, record_property)


@pytest.mark.parametrize("program", ["invocations/vspace", "ipc/faults"])
def test_isolated_kernel_answers_the_same(program: str, isolated: None, tmp_path: Path,
                                          record_property) -> None:
    """With page-table isolation, too; the other programs do nothing that it could change."""
    answers_like_sel4(program, "kernel-isolated.elf", tmp_path, record_property)


def answers_like_sel4(program: str, kernel: str, tmp_path: Path, record_property) -> None:
    """Boot it, compare with its golden file."""
    folder, name = program.split("/")
    until, lines_of = FOLDERS[folder]
    image = harness.compile_root_task([HERE / f"{program}.c"], tmp_path / f"{name}.elf",
                                      flags=("-Werror",))
    run = harness.boot(image, machine="pc", kernel=kernel, words=(), seconds=180, until=until)
    golden = (HERE / folder / "golden" / f"{name}.txt").read_text("utf-8").splitlines()
    found = differences(lines_of(run.serial), golden)
    equal = len(golden) - sum(case in found for case in by_case(golden))
    record_property("cases", len(golden))
    record_property("equal", equal)
    known = known_differences(program)
    wrong = [f"{case}\n{found[case]}" for case in found if case not in known]
    assert not wrong, (f"{equal} of {len(golden)} lines equal; {len(wrong)} differ\n"
                       + "\n".join(wrong[:40]) + f"\nthe end of the serial:\n{run.serial[-1500:]}")
    assert not known - set(found), "listed as different, but equal"


def test_the_corpus_is_whole() -> None:
    """No case got lost: 5,907 cases, plus BEGIN and END of the twelve programs of invocations/."""
    lines = [line for path in HERE.glob("*/golden/*.txt")
             for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == 5907 + 2 * 12
    assert len(PROGRAMS) == 21
