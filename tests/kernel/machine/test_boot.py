"""Booting: the machines, the boot texts, the root task's first registers, the command line, and
what a boot that cannot succeed says. No boot may hang.
"""

import re
import struct
from pathlib import Path

import pytest

import harness
from programs import FOLDER, boot

MACHINES = ("microvm", "pc", "q35")
PORT_EXIT = 2 * 5 + 1  # what QEMU makes of the program's status 5
FAILED = 'seL4 called fail at {}, saying "boot_sys failed for some reason :(\n"'


@pytest.fixture(scope="module", name="image")
def _image(frozen: None, tmp_path_factory) -> Path:
    """A root task whose ELF header tests may damage."""
    folder = tmp_path_factory.mktemp("image")
    return harness.compile_root_task([FOLDER / "halt.c"], folder / "halt.elf")


@pytest.mark.parametrize("kernel", ["kernel.elf", "kernel.debug", "kernel-release.elf"])
def test_multiboot_headers(kernel: str, frozen: None) -> None:
    """Both headers lie where boot loaders look, ask for no more than they need, and add up to 0."""
    data = (harness.BUILD / "kernel" / kernel).read_bytes()
    first = next(at for at in range(0, 8 << 10, 4) if data.startswith(b"\x02\xb0\xad\x1b", at))
    magic, flags, checksum, *addresses = struct.unpack_from("<8I", data, first)
    assert (flags, (magic + flags + checksum) % (1 << 32), any(addresses)) == (3, 0, False)
    second = next(at for at in range(0, 32 << 10, 8) if data.startswith(b"\xd6\x50\x52\xe8", at))
    magic, architecture, length, checksum = struct.unpack_from("<4I", data, second)
    assert (architecture, (magic + length + checksum) % (1 << 32)) == (0, 0)
    assert struct.unpack_from("<HHI", data, second + length - 8) == (0, 0, 8)


@pytest.mark.parametrize("machine", MACHINES)
def test_machine(machine: str, frozen: None) -> None:
    """The kernel boots, and the root task runs and ends, on every machine type."""
    run = boot("waiting", machine=machine)
    assert "the last word" in run.user
    assert run.status == harness.qemu.IDLE_STATUS


BOOT_TEXTS = [
    "Boot config: debug_port = 0x3f8",
    "Boot config: disable_iommu = false",
    r"Detected 1 boot module\(s\):",
    "  module #0: start=0x[0-9a-f]+ end=0x[0-9a-f]+ size=0x[0-9a-f]+ name='.*'",
    "Parsing GRUB physical memory map",
    "\tPhysical Memory Region from 0 size 9fc00 type 1",
    "Adding physical memory region 0x100000-0x[0-9a-f]+",
    "Multiboot gave us no video information",
    "ACPI: RSDP paddr=0x[0-9a-f]+", "ACPI: RSDP vaddr=0x[0-9a-f]+",
    "ACPI: RSDT paddr=0x[0-9a-f]+", "ACPI: RSDT vaddr=0x[0-9a-f]+",
    "Kernel loaded to: start=0x100000 end=0x[0-9a-f]+ size=0x[0-9a-f]+ entry=0x[0-9a-f]+",
    "ACPI: RSDT paddr=0x[0-9a-f]+", "ACPI: RSDT vaddr=0x[0-9a-f]+",
    "ACPI: FADT paddr=0x[0-9a-f]+", "ACPI: FADT vaddr=0x[0-9a-f]+", "ACPI: FADT flags=0x[0-9a-f]+",
    "ACPI: MADT paddr=0x[0-9a-f]+", "ACPI: MADT vaddr=0x[0-9a-f]+",
    "ACPI: MADT apic_addr=0xfee00000", "ACPI: MADT flags=0x[0-9a-f]+",
    "ACPI: MADT_APIC apic_id=0x0",
    r"ACPI: MADT_IOAPIC ioapic_id=0 ioapic_addr=0xfec00000 gsib=0",
    r"ACPI: 1 CPU\(s\) detected",
    "ELF-loading userland images from boot modules:",
    "size=0x[0-9a-f]+ v_entry=0x4[0-9a-f]{5} v_start=0x400000 v_end=0x[0-9a-f]+ "
    "p_start=0x[0-9a-f]+ p_end=0x[0-9a-f]+",
    "Moving loaded userland images to final location: from=0x[0-9a-f]+ to=0x[0-9a-f]+ "
    "size=0x[0-9a-f]+",
    "Starting node #0 with APIC ID 0",
    "Mapping kernel window is done",
    "Available phys memory regions: 1", r"  \[100000\.\.[0-9a-f]+\)",
    "Reserved virt address space regions: 1", r"  \[ffffff[0-9a-f]+\.\.ffffff[0-9a-f]+\)",
    "Booting all finished, dropped to user space",
]


@pytest.mark.parametrize("machine", MACHINES)
def test_boot_texts(machine: str, frozen: None) -> None:
    """The boot says these lines, in this order."""
    lines = iter(boot("waiting", machine=machine).serial.splitlines())
    for text in BOOT_TEXTS:
        assert any(re.fullmatch(text, line) for line in lines), f"missing or too early: {text}"


@pytest.mark.parametrize("kernel, flags", [("kernel.elf", ()),
                                           ("kernel-release.elf", ("-DQUIET",))])
def test_both_kernels_run_a_root_task(kernel: str, flags: tuple[str, ...], frozen: None) -> None:
    """Debug and release kernel start a root task that needs no debug call."""
    assert boot("entry", flags=flags, kernel=kernel).status == PORT_EXIT


def test_release_kernel_is_silent(frozen: None) -> None:
    """A release kernel has no console."""
    assert boot("entry", flags=("-DQUIET",), kernel="kernel-release.elf").serial == ""


def test_release_kernel_stops_when_nothing_can_run(frozen: None) -> None:
    """With the exit port kept from it the program faults, and the kernel ends the machine."""
    run = boot("entry", flags=("-DQUIET",), kernel="kernel-release.elf", trace=True)
    assert (run.status, run.serial) == (harness.qemu.IDLE_STATUS, "")


def test_first_registers(frozen: None) -> None:
    """The root task's first instruction finds boot info's address in rdi and all else clean."""
    text = boot("entry").user
    seen = {name: int(value, 16) for name, value in re.findall(r"^(\w+)=([0-9a-f]+)$", text, re.M)}
    bootinfo = seen.pop("bootinfo")
    assert seen.pop("rdi") == bootinfo and bootinfo % 4096 == 0
    assert seen.pop("flags") == 0x202
    assert (seen.pop("cs"), seen.pop("ss"), seen.pop("ds")) == (0x2b, 0x33, 0)
    assert (seen.pop("mxcsr"), seen.pop("fcw")) == (0x1f80, 0x37f)
    assert len(seen) == 15 and set(seen.values()) == {0}


HELD = {  # initial capability: what its revocation does to the thread that uses a copy of it
    "seL4_CapInitThreadIPCBuffer": r"before\nerror 7\n\n",
    "seL4_CapInitThreadCNode": r"before\nCaught cap fault in send phase at address \(nil\)\n"
                               r"while trying to handle:\ncap fault in send phase at address 0x",
    "seL4_CapInitThreadVSpace": r"before\nCaught cap fault in send phase at address \(nil\)\n"
                                r"while trying to handle:\nvm fault on data at address 0x4\w+ .*\n"
                                r"in thread 0x\w+ \"rootserver\" .*\nWith stack:\nInvalid vspace",
}


@pytest.mark.parametrize("held", HELD)
def test_what_the_thread_holds_goes_with_the_initial_capability(held: str, frozen: None) -> None:
    """CSpace, VSpace and IPC buffer of the root task's thread are children of slots 2, 3 and 10."""
    run = boot("held", flags=(f"-DHELD={held}",))
    assert re.match(HELD[held], harness.without_user_errors(run.user)), run.user
    assert run.status == harness.qemu.IDLE_STATUS


def test_unknown_words_are_warned_about_once_each(frozen: None) -> None:
    """Each unknown word of the command line gives one warning line and is ignored."""
    run = boot("waiting", words=("idle=exit", "colour=red", "fast"))
    warned = [line for line in run.serial.splitlines() if line.startswith("Warning: ")]
    assert len(warned) == 2 and "colour=red" in warned[0] and "fast" in warned[1]
    assert run.status == harness.qemu.IDLE_STATUS


def test_known_words_give_no_warning(frozen: None) -> None:
    """All words of the kernel's command line together."""
    run = boot("waiting", words=("idle=exit", "console_port=0x3f8", "debug_port=1016",
                                 "disable_iommu"), trace=True)
    assert "Warning" not in run.serial
    assert "Boot config: disable_iommu = true" in run.serial


@pytest.mark.parametrize("word, prints, status", [
    ("ticks=10", 0, harness.qemu.TICKS_STATUS), ("output=8", 1, harness.qemu.OUTPUT_STATUS),
    ("output=8", 2, harness.qemu.OUTPUT_STATUS)])
def test_limits_end_a_counted_machine_at_the_same_instruction(
        frozen: None, word: str, prints: int, status: int) -> None:
    """A program that never ends is ended, with its own status, and equally every time."""
    first, second = (boot("endless", (f"-DPRINTS={prints}",), words=("idle=exit", word),
                          counted=True, trace=True) for _ in range(2))
    assert first.status == second.status == status
    assert (first.serial, first.trace) == (second.serial, second.trace)
    assert first.records[-1]["ev"] == ("ioport" if prints else "slice")
    assert len(first.serial) <= 8 * 1024
    assert ["more", "momomo"][prints - 1] in first.serial or not prints


ASKED = ((8, 1, 2), (12, 2 ** 64 - 1, 0))


@pytest.mark.parametrize("words, asked", [
    (("exam=1,2,8,ffffffffffffffff,0,c",), ASKED), ((), ())], ids=["asked", "not asked"])
def test_the_exam_asks_what_the_command_line_says(
        frozen: None, words: tuple[str, ...], asked: tuple[tuple[int, int, int], ...]) -> None:
    """Question by question, then zeros; the trace shows each with the answer to the one before."""
    run = boot("exam", words=("idle=exit", *words), trace=True)
    lines = [f"asked {task:x} {a:x} {b:x}" for task, a, b in (*asked, (0, 0, 0))]
    assert run.user.split("with questions\n")[1].splitlines()[:len(lines)] == lines
    seen = [record for record in run.records if record["ev"] == "exam"]
    assert [record["asked"] for record in seen] == [[a, b, task] for task, a, b in
                                                    (*asked, (0, 0, 0))]
    assert [record["said"] for record in seen[1:]] == [[task, (a + b) % 2 ** 64]
                                                       for task, a, b in asked]


def test_no_question_is_in_memory_that_programs_can_have(frozen: None) -> None:
    """Boot loaders leave the command line in memory; what is not RAM is given away as it is."""
    run = boot("exam", words=("idle=exit", "exam=1,2,8"), trace=True)
    assert re.search(r"^(?!0)\d+ pages, 0 with questions$", run.user, re.M)


def test_an_exam_that_is_too_long_is_no_exam(frozen: None) -> None:
    """It is warned about, like numbers that are none."""
    long = ",".join(["1"] * 241)
    for word in (f"exam={long}", "exam=1,2,x", "exam=1 2"):
        assert f"does not know the word '{word.split()[-1]}'" in boot("waiting", words=(word,)).serial


@pytest.mark.parametrize("most", [1, 3])
def test_so_many_refused_calls_have_a_line(frozen: None, most: int) -> None:
    """And one line says that there are more."""
    every = [line for line in boot("refused").serial.splitlines() if "<<seL4" in line]
    some = [line for line in boot("refused", words=("idle=exit", f"errors={most}"))
            .serial.splitlines() if "<<seL4" in line]
    assert len(every) == 5 and some[:most] == every[:most]
    assert len(some) == most + 1 and "]: No more refused calls are shown.>>" in some[-1]


def second_line(folder: Path) -> tuple[str, ...]:
    """QEMU's options for a second serial line that goes to a file."""
    return ("-chardev", f"file,id=second,path={folder}/second",
            "-device", "isa-serial,iobase=0x2f8,irq=3,chardev=second")


def test_the_debug_port_is_where_all_output_goes(frozen: None, tmp_path: Path) -> None:
    """With another debug port nothing comes on the first serial line; lines end with CR and LF."""
    words = ("idle=exit", "debug_port=0x2f8")
    assert boot("waiting", words=words, options=second_line(tmp_path)).serial == ""
    said = (tmp_path / "second").read_bytes()
    assert harness.BANNER.encode() + b"\r\n" in said and b"the last word" in said
    assert said.count(b"\n") == said.count(b"\r\n")


def test_the_console_port_gets_nothing(frozen: None, tmp_path: Path) -> None:
    """It is set up, but all output stays on the debug port."""
    words = ("idle=exit", "console_port=0x2f8")
    assert "the last word" in boot("waiting", words=words, options=second_line(tmp_path)).user
    assert (tmp_path / "second").read_bytes() == b""


def test_without_idle_exit_the_machine_stays(frozen: None) -> None:
    """When nothing can run any more the machine idles for ever, and says nothing."""
    run = boot("waiting", words=(), seconds=3)
    assert run.timed_out
    assert run.user == "the last word"


def test_without_idle_exit_a_halt_stays_too(frozen: None) -> None:
    """DebugHalt without the word halts for ever."""
    assert boot("halt", words=(), seconds=3).timed_out


# ---- ports of the grader's channels ----

def test_the_exit_port_is_not_the_users_while_the_kernel_uses_it(frozen: None) -> None:
    """With the trace channel on, the program cannot end QEMU itself: it dies of a fault."""
    assert boot("entry", trace=True).status == harness.qemu.IDLE_STATUS


PROBE = (0xe9, 0xf4, 0x510, 0x518, 0x51b)


@pytest.mark.parametrize("trace", [False, True])
def test_reserved_ports(trace: bool, frozen: None) -> None:
    """The ports of trace, exit and firmware configuration answer as taken, if the trace is on."""
    found = re.findall(r"^port ([0-9a-f]+): (\d+)$", boot("ports", trace=trace).user, re.M)
    answers = {int(port, 16): int(error) for port, error in found}
    revoke_first = 9
    assert all(answers[port] == (revoke_first if trace else 0) for port in PROBE), answers
    assert answers[0x80] == 0 and answers[0xe8] == 0 and answers[0x51c] == 0
    assert answers[0] == (revoke_first if trace else 0)  # the whole range


# ---- boots that cannot succeed ----

LACKING = {
    "lm": "Long mode not supported by the processor",
    "pdpe1gb": "Huge page not supported by the processor",
    "syscall": "SYSCALL/SYSRET instruction not supported by the processor",
    "pat": "PAT support not found",
}


@pytest.mark.parametrize("feature", LACKING)
def test_cpu_without(feature: str, frozen: None) -> None:
    """A CPU that lacks what the kernel needs is told so, and nothing is started."""
    cpu = harness.qemu.CPU.replace(f"+{feature}", "").removesuffix(",enforce")
    run = boot("waiting", options=("-cpu", f"{cpu},-{feature}"), until=LACKING[feature], seconds=10)
    assert LACKING[feature] in run.serial.splitlines() and harness.BANNER not in run.serial

def refused(run: harness.Run, message: str) -> bool:
    """The boot says why, calls fail, and stops by itself without having started anything."""
    return (message in run.serial and "boot_sys failed for some reason :(" in run.serial
            and harness.BANNER not in run.serial and run.status == harness.qemu.HALT_STATUS)


def test_no_module(frozen: None) -> None:
    """A kernel without a root task says what it expects."""
    run = harness.boot(None, seconds=10)
    assert refused(run, "Boot loader did not provide information about boot modules") or refused(
        run, "Expect at least one boot module (containing a userland image)"), run.serial


def damaged(image: Path, folder: Path, offset: int, form: str,
            value: int | tuple[int, ...]) -> Path:
    """A copy of the image with one field, or some in a row, of its headers changed."""
    data = bytearray(image.read_bytes())
    struct.pack_into(form, data, offset, *(value if isinstance(value, tuple) else (value,)))
    copy = folder / "damaged.elf"
    copy.write_bytes(data)
    return copy


PHDR = 64
BAD_IMAGES = {
    "magic": (0, "<I", 0x12345678, "Boot module does not contain a valid ELF image"),
    "class 32": (4, "<B", 1, "Boot module does not contain a valid ELF image"),
    "no segments": (56, "<H", 0, "ELF image in boot module does not contain any segments"),
    "unaligned start": (PHDR + 16, "<Q", 0x400800,
                        "Userland image virtual start address must be 4KB-aligned"),
    "end too high": (PHDR + 40, "<Q", 0x7fffffbff000,
                     "Userland image virtual end address too high"),
    "entry before": (24, "<Q", 0x10000,
                     "Userland image entry point does not lie within userland image"),
    "entry behind": (24, "<Q", 0x10000000,
                     "Userland image entry point does not lie within userland image"),
    "kernel address": (PHDR + 16, "<Q", 0xffffffff80000000, ""),
    "size wraps": (PHDR + 40, "<Q", (1 << 64) - 0x1000, ""),
    "file size beyond memory size": (PHDR + 32, "<Q", 1 << 40, ""),
    "sizes beyond the file": (PHDR + 32, "<QQ", (1 << 22, 1 << 22), ""),
    "offset beyond the file": (PHDR + 8, "<Q", 1 << 40, ""),
    "headers beyond the file": (32, "<Q", 1 << 40, ""),
    "headers wrap": (32, "<Q", (1 << 64) - 8, ""),
    "header size 0": (54, "<H", 0, ""),
}


@pytest.mark.parametrize("damage", BAD_IMAGES)
def test_bad_image(damage: str, image: Path, tmp_path: Path) -> None:
    """A damaged root task image is refused with its reason, and the machine stops."""
    *field, message = BAD_IMAGES[damage]
    run = harness.boot(damaged(image, tmp_path, *field), seconds=10)
    assert refused(run, message), run.serial[-1500:]


def test_every_header_is_loaded_whatever_its_type(image: Path, tmp_path: Path) -> None:
    """A program header of an unknown type counts like one that says it is to be loaded."""
    run = harness.boot(damaged(image, tmp_path, PHDR, "<I", 0x6fffffff), seconds=10)
    assert run.user.startswith("before\n"), run.serial[-1500:]


def test_text_as_image(tmp_path: Path, frozen: None) -> None:
    """A module that is no program at all is refused the same way."""
    text = tmp_path / "text"
    text.write_text("hello\n")
    assert refused(harness.boot(text, seconds=10), "Boot module does not contain a valid ELF image")


def test_image_with_too_many_pages(frozen: None) -> None:
    """More pages than any root CNode has slots: the boot says so and does not run over its end."""
    run = boot("halt", flags=("-DPADDING=268435456",), seconds=20, memory=1024)
    assert ("can't add another cap, all 65536 (=2^CONFIG_ROOT_CNODE_SIZE_BITS) slots used"
            in run.serial)
    assert run.status == harness.qemu.HALT_STATUS


@pytest.mark.parametrize("memory", [64, 1024, 5120])
def test_other_memory_sizes(memory: int, frozen: None) -> None:
    """The same root task runs with less memory, and with more than 4 GiB."""
    run = boot("waiting", memory=memory)
    assert "the last word" in run.user and run.status == harness.qemu.IDLE_STATUS
