"""The helper libraries on the kernel: each root task of tasks/ runs once, each of its cases is a test."""

import re
import subprocess
from pathlib import Path

import pytest

import harness
from archive import cpio

TASKS = Path(__file__).resolve().parent / "tasks"
NAMES = ["allocator", "spaces", "threads", "processes"]
# Which timer a machine has: p, the PIT, h, the HPET, or m, an HPET that writes messages.
TIMERS = {"microvm": "p", "pc": "h", "q35": "h", "q35 with messages": "m"}


def cases_of(name: str) -> list[str]:
    """The cases of a root task, as its main lists them."""
    return re.findall(r"^        CASE\((\w+)\),$", (TASKS / f"{name}.c").read_text("utf-8"), re.M)


CASES = [(name, case) for name in NAMES for case in cases_of(name)]


def write_archive(folder: Path) -> None:
    """programs.cpio, which processes.c carries."""
    made = harness.compile_root_task([TASKS / "program.c"], folder / "program.elf")
    subprocess.run(["objcopy", "--strip-debug", made, folder / "program.bin"], check=True)
    names = subprocess.run(["nm", made], capture_output=True, text=True, check=True).stdout
    entry = re.search(r"^([0-9a-f]{16}) T plain_entry$", names, re.M)[1]
    (folder / "programs.cpio").write_bytes(cpio(
        {"readme": f"{entry}\n".encode(), "program": (folder / "program.bin").read_bytes(),
         "client_2": b""}))


Runs = dict[tuple[str, str], harness.Run]


@pytest.fixture(scope="module")
def runs(frozen: None, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The runs so far, by root task and machine."""
    del frozen, tmp_path_factory
    return {}


def run_of(name: str, runs: Runs, folder: Path, machine: str = "microvm") -> harness.Run:
    """Boot a root task, once on each machine."""
    if (name, machine) not in runs:
        write_archive(folder)
        image = harness.compile_root_task(
            [TASKS / f"{name}.c", TASKS / "check.c"], folder / f"{name}.elf",
            flags=("-Wextra", "-Werror", f"-Wa,-I{folder}", f"-DTIMER='{TIMERS[machine]}'"))
        options = ("-global", "hpet.msi=on") if TIMERS[machine] == "m" else ()
        runs[name, machine] = harness.boot(image, seconds=120, machine=machine.partition(" ")[0],
                                           options=options)
    return runs[name, machine]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: str, runs: Runs, tmp_path: Path) -> None:
    said = run_of(name, runs, tmp_path).user.splitlines()
    assert f"ok {case}" in said, "\n".join(said[-60:])


@pytest.mark.parametrize("name", NAMES)
def test_all_cases_ran_and_ended_quietly(name: str, runs: Runs,
                                         tmp_path: Path) -> None:
    done = run_of(name, runs, tmp_path)
    assert f"{sum(task == name for task, _ in CASES)} cases ran" in done.user.splitlines()
    assert done.status == 33 and "Caught" not in done.user


@pytest.mark.parametrize("machine", TIMERS)
@pytest.mark.parametrize("case", cases_of("timers"))
def test_timer_case(case: str, machine: str, runs: Runs, tmp_path: Path) -> None:
    done = run_of("timers", runs, tmp_path, machine)
    said = done.user.splitlines()
    assert f"ok {case}" in said, "\n".join(said[-60:])
    assert f"{len(cases_of('timers'))} cases ran" in said and done.status == 33
    assert "by the driver" in said


def test_fault_texts(runs: Runs, tmp_path: Path) -> None:
    said = harness.without_user_errors(run_of("threads", runs, tmp_path).user)
    for pattern in (
            r"Pagefault from \[reader\]: read fault at PC: 0x4\w+ vaddr: 0x1234000, FSR 0x4",
            r"Pagefault from \[writer\]: write fault at PC: 0x4\w+ vaddr: 0x1234000, FSR 0x6",
            r"Bad syscall from \[caller\]: scno 18446744073709551516 at PC: 0x4\w+",
            r"Invalid instruction from \[jumper\] at PC: 0x4\w+",
            r"Cap fault from \[sender\] in phase send\nPC = 0x4\w+\nCPtr = 0x10000000000",
            r"Unknown fault from \[nobody\]: 9 \(length = 2\)",
            r"Pagefault from \[watched\]: write fault",
            r"errors_have_names@threads.c:\d+ \[Err seL4_DeleteFirst\]:\n\tslot 5\n"):
        assert re.search(pattern, said), pattern
    assert "not printed" not in said


def run_main(body: str, folder: Path) -> str:
    """What a root task says whose main starts the libraries and then does `body`."""
    source = folder / "body.c"
    source.write_text('#include "check.h"\nint main(void) {\n    check_start();\n    '
                      f"{body}\n    return 0;\n}}\n", "utf-8")
    done = harness.boot(harness.compile_root_task([source, TASKS / "check.c"], folder / "body.elf",
                                                  flags=(f"-I{TASKS}",)))
    return done.user.partition("\nAll threads")[0].strip("\n")


@pytest.mark.usefixtures("frozen")
def test_a_slot_that_is_not_empty_cannot_be_freed(tmp_path: Path) -> None:
    said = run_main("vka_object_t o; vka_alloc_tcb(&vka, &o); vka_cspace_free(&vka, o.cptr); "
                    'puts("after");', tmp_path)
    assert re.fullmatch(r"vka_cspace_free@vka.h:\d+ slot is freed but not empty: "
                        r"delete its capability first", said)


@pytest.mark.usefixtures("frozen")
def test_a_slot_that_was_not_taken_cannot_be_freed(tmp_path: Path) -> None:
    said = run_main("vka_cspace_free(&vka, 5000);", tmp_path)
    assert said.endswith(" Slot 5000 is freed but was not allocated")


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(("body", "wanted"), [
    ('sel4_error(seL4_DeleteFirst, "it is taken");',
     r"seL4 Error: seL4_DeleteFirst, function main, file \S+/body\.c, line 4: it is taken"),
    ("seL4_Assert(1 == 2);", r"Assertion failed: 1 == 2 \(\S+/body\.c: main: 4\)"),
    ("seL4_DebugAssert(1 == 2);", r"Assertion failed: 1 == 2 \(\S+/body\.c: main: 4\)"),
    ('seL4_Fail("no way");', r"Assertion failed: no way \(\S+/body\.c: main: 4\)"),
    ("sel4_strerror(seL4_NumErrors);", r"Assertion failed: errcode >= 0 && .*"),
], ids=["sel4_error", "Assert", "DebugAssert", "Fail", "no error"])
def test_what_ends_a_program_says_why(body: str, wanted: str, tmp_path: Path) -> None:
    said = run_main(f'{body} puts("after");', tmp_path)
    assert re.fullmatch(wanted, said), said


@pytest.mark.usefixtures("frozen")
def test_bootinfo_is_printed_in_full(tmp_path: Path) -> None:
    said = run_main("simple_print(&simple);", tmp_path)
    number, region = r"\d+", r"\[\d+ --> \d+\)"
    assert re.fullmatch(
        rf"Node 0 of 1\nIOPT levels:     4294967295\nIPC buffer:      0x\w+\n"
        rf"Empty slots:     {region}\nsharedFrames:    \[0 --> 0\)\n"
        rf"userImageFrames: {region}\nuserImagePaging: {region}\nuntypeds:        {region}\n"
        rf"Initial thread domain: 0\nInitial thread cnode size: 13\n"
        rf"List of untypeds\n------------------\nPaddr    \| Size   \| Device\n"
        rf"(\w+ \| {number} \| [01]\n)+Untyped summary\n({number} untypeds of size {number}\n)*{number} untypeds of size {number}",
        said), said


def test_libraries_do_not_say_where_the_kit_lies(tmp_path: Path, frozen: None) -> None:
    """What their messages name begins at the kit's folder, so that the same run prints the same."""
    bare = tmp_path / "bare.a"
    subprocess.run(["objcopy", "--strip-debug", harness.KIT / "build" / "libs" / "libcaplab.a", bare],
                   check=True)
    assert b"libs/sel4utils/src/strerror.c" in bare.read_bytes()
    assert str(harness.KIT).encode() not in bare.read_bytes()
