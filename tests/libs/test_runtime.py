"""The runtime on the kernel: entry, thread-local storage, threads made by hand, the end.

And the layout of images: what the kernel's loader does with every program header must do no harm.
"""

import re
import struct
from pathlib import Path

import pytest

import harness

PROGRAMS = Path(__file__).resolve().parent / "runtime"
SUSPENDED = re.compile(r'  "([^\n]*)" 0xf+[0-9a-f]+ is suspended \(inactive\)')


def run(tmp_path: Path, name: str, *flags: str) -> harness.Run:
    """Build and boot a program that ends with all threads suspended."""
    image = harness.compile_root_task([PROGRAMS / f"{name}.c"], tmp_path / f"{name}.elf",
                                      flags=("-Wextra", "-Werror", *flags))
    done = harness.boot(image)
    assert done.status == 33, done.serial[-3000:]
    assert "Caught" not in done.serial, done.serial[-3000:]
    return done


def spoken(done: harness.Run) -> list[str]:
    """The program's own lines."""
    return done.user.partition("\nAll threads are waiting")[0].splitlines()


def suspended(done: harness.Run) -> list[str]:
    """Names of the threads that the kernel lists at the end, all of them suspended."""
    listed = done.user.partition("the machine stops.\n")[2].strip("\n").splitlines()
    names = [match[1] for line in listed if (match := SUSPENDED.fullmatch(line))]
    assert len(names) == len(listed), listed
    return names


@pytest.mark.usefixtures("frozen")
def test_a_root_task_from_entry_to_end(tmp_path: Path) -> None:
    done = run(tmp_path, "start")
    assert spoken(done) == [
        "arguments 1 rootserver 1", "environment seL4=1 1 1", "name rootserver", "thread 1",
        "buffer 1", "thread-locals 42 0 aligned 0 1", "constructors first, second",
        "frame aligned 0", "jumps 308", "heap 1", "floats 0.667 1e+100 -5.000000e-01",
        "moved 43 aligned 1", "other thread's 42 5 0", "not thread-local -1", "no memory 0",
        "callback before 1", "atexit 2", "atexit 1", "destructor", "callback 5"]
    assert suspended(done) == ["rootserver"]


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("off", [0, 8, 4])
@pytest.mark.parametrize("without_fpu", [0, 1])
def test_a_bare_thread_prints_and_dies_quietly(tmp_path: Path, off: int, without_fpu: int) -> None:
    done = run(tmp_path, "bare_thread", f"-DOFF={off}", f"-DWITHOUT_FPU={without_fpu}")
    floats = [] if without_fpu else ["thread: 2.50 1.000000e+10 0.125"]
    lines = spoken(done)
    assert lines[:-1] == ["main: done", "thread: -5 text c 0x6161 0", *floats,
                          "second@bare_thread.c:14 from the log", "before the assertion"]
    assert re.fullmatch(r"Assertion failed: 1 == 2 \(.*/bare_thread\.c: second: 16\)", lines[-1])
    assert len(suspended(done)) == 2


@pytest.mark.usefixtures("frozen")
def test_a_thread_with_tls_answers(tmp_path: Path) -> None:
    done = run(tmp_path, "tls_thread")
    assert spoken(done) == ["set up 0", "answer 9 8 0xffffffffffff9e9e 11, mine 1",
                            "answer 9 8 0xffffffffffff9e9e 21, mine 1"]
    assert "waits to receive on endpoint" in done.user


@pytest.mark.usefixtures("frozen")
def test_abort_stops_the_calling_thread_alone(tmp_path: Path) -> None:
    done = run(tmp_path, "aborts")
    text = harness.without_user_errors(done.user)
    lines = text.partition("\nAll threads")[0].splitlines()
    assert lines[0] == "main aborts" and sorted(lines[1:]) == [
        "first 0", "first 1", "first 2", "first ends", "second aborts"]
    assert len(suspended(done)) == 3


@pytest.mark.usefixtures("frozen")
def test_a_process_finds_what_its_parent_wrote(tmp_path: Path) -> None:
    again = ["arguments 2 client 8", "environment A=1 two", "thread 1, bootinfo 1, buffer 1"]
    done = run(tmp_path, "process")
    assert spoken(done) == again + again
    assert suspended(done) == ["client"]


def program_headers(image: Path) -> list[tuple[int, int, int, int]]:
    """Type, address, size in the file and size in memory of each program header."""
    data = image.read_bytes()
    offset, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    found = []
    for i in range(count):
        kind, _flags, _offset, address, _physical, in_file, in_memory, _align = \
            struct.unpack_from("<IIQQQQQQ", data, offset + i * size)
        found.append((kind, address, in_file, in_memory))
    return found


@pytest.mark.usefixtures("frozen")
def test_no_header_zeroes_what_another_loads(tmp_path: Path) -> None:
    """The kernel loads every header, also PT_TLS, and clears memory behind its file size."""
    image = harness.compile_root_task([PROGRAMS / "start.c"], tmp_path / "start.elf")
    headers = program_headers(image)
    assert [kind for kind, *_ in headers] == [1, 1]
    assert headers[0][1] == 0x400000
    end = 0
    for _, address, in_file, in_memory in headers:
        assert address % 4096 == 0 and address >= end and in_file <= in_memory
        end = address + in_memory


@pytest.mark.usefixtures("frozen")
def test_a_small_program_is_a_small_image(tmp_path: Path) -> None:
    source = tmp_path / "hello.c"
    source.write_text('#include <stdio.h>\nint main(void) { printf("hello\\n"); }\n', "utf-8")
    image = harness.compile_root_task([source], tmp_path / "hello.elf")
    assert sum(in_file for _, _, in_file, _ in program_headers(image)) < 5 * 4096
    assert sum(in_memory for *_, in_memory in program_headers(image)) < 16 * 4096
