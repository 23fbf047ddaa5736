"""The loader of labs with several programs: what it gives each program, and in which order they run."""

import json
import re
import subprocess
from pathlib import Path

import pytest

import harness

PROGRAMS = Path(__file__).resolve().parent / "loader"
HIGH = ("-Wl,--defsym=caplab_image_base=0x420000",)
SERVER_SLOTS = {"endpoint": "LOADER_OBJECT, .rights = LOADER_ALL_RIGHTS",
                "cnode": "LOADER_CSPACE, .index = {own}", "free_slot": "LOADER_EMPTY",
                "tcb": "LOADER_TCB, .index = {own}", "other_tcb": "LOADER_TCB, .index = {other}"}


def client_slots(badge: int) -> dict[str, str]:
    """One slot: the endpoint with a badge, to call through only."""
    return {"endpoint": f"LOADER_OBJECT, .badge = {badge}, "
                        ".rights = LOADER_WRITE | LOADER_GRANT_REPLY"}


def link(folder: Path, name: str, sources: list[Path], *flags: str) -> Path:
    """Compile and link with the flags of labs."""
    recipe = json.loads((harness.KIT / "libs" / "flags.json").read_text("utf-8"))
    includes = [f"-I{harness.KIT / 'libs' / item}" for item in recipe["include"]]
    gcc_headers = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True,
                                 text=True, check=True).stdout.strip()
    image = folder / f"{name}.elf"
    subprocess.run(["gcc", *recipe["cflags"], "-isystem", gcc_headers, *includes,
                    *recipe["ldflags"], *flags, "-T", str(harness.BUILD / "libs" / "user.ld"),
                    f"-Wa,-I{folder}", "-o", str(image), *map(str, sources),
                    str(harness.BUILD / "libs" / "libcaplab.a")], check=True)
    return image


def program(folder: Path, source: str, slots: dict[str, str], *flags: str) -> None:
    """A program with its slot variables, ready to be taken into an image as SOURCE.bin."""
    variables = folder / f"slots-{source}.c"
    variables.write_text("#include <sel4/sel4.h>\n" + "".join(
        f"seL4_CPtr {name} = {number};\n" for number, name in enumerate(slots, 2)), "utf-8")
    made = link(folder, source, [PROGRAMS / f"{source}.c", variables], *flags)
    subprocess.run(["objcopy", "--strip-debug", made, folder / f"{source}.bin"], check=True)


def table(programs: list[tuple[str, int, str, dict[str, str]]]) -> str:
    """loader_table.c for (name, priority, source, slots)."""
    lines = ["#include <loader/table.h>",
             *[f'LOADER_IMAGE(image_{source}, "{source}.bin");'
               for source in sorted({item[2] for item in programs})],
             "static const struct loader_object objects[] = "
             '{{.name = "ep", .type = seL4_EndpointObject}};']
    for own, (name, _, _, slots) in enumerate(programs):
        lines += [f"static const struct loader_slot slots_{name}[] = {{",
                  *[f'    {{"{variable}", {number}, {value.format(own=own, other=1 - own)}}},'
                    for number, (variable, value) in enumerate(slots.items(), 2)], "};"]
    lines += ["static const struct loader_program programs[] = {",
              *[f'    {{"{name}", {priority}, image_{source}, image_{source}_end, '
                f"slots_{name}, {len(slots)}}}," for name, priority, source, slots in programs],
              "};", "const struct loader_table loader_table = "
              f"{{objects, 1, programs, {len(programs)}}};"]
    return "\n".join(lines) + "\n"


def start(folder: Path, programs: list[tuple[str, int, str, dict[str, str]]], *,
          trace: bool = False) -> harness.Run:
    """Link the image around the programs that are built already, and boot it."""
    (folder / "loader_table.c").write_text(table(programs), "utf-8")
    done = harness.boot(link(folder, "image", [folder / "loader_table.c"]), trace=trace)
    assert done.status == 33, done.serial[-3000:]
    return done


def lines(done: harness.Run) -> list[str]:
    """What the programs say, without what the kernel says beside it."""
    said = harness.without_user_errors(done.user)
    return said.partition("\nAll threads are waiting")[0].splitlines()


@pytest.fixture(scope="module")
def built(frozen: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Server and client, linked where one large frame holds a program and its stack."""
    folder = tmp_path_factory.mktemp("loader")
    program(folder, "server", SERVER_SLOTS, *HIGH)
    program(folder, "client", client_slots(0), *HIGH)
    return folder


SERVER = ("server", 100, "server", SERVER_SLOTS)
SERVER_SAYS = ["server: argc 1, slots 2 3 4", "empty 0", "mint 0", "delete 0",
               "self 3 other 0"]


def test_programs_start_in_the_table_s_order(built: Path) -> None:
    done = start(built, [SERVER, ("client_1", 100, "client", client_slots(7)),
                         ("client_2", 100, "client", client_slots(8))], trace=True)
    acting = [record["th"] for record in done.records]
    names = ["server", "client_1", "client_2"]
    assert sorted(names, key=acting.index) == names


def test_programs_have_the_slots_of_the_table(built: Path) -> None:
    done = start(built, [SERVER, ("client_1", 90, "client", client_slots(7)),
                         ("client_2", 80, "client", client_slots(8))])
    assert lines(done) == [
        *SERVER_SAYS, "client_1: own 5, zero 0", "server: word 41 from 7", "client_1: got 42",
        "client_2: own 5, zero 0", "server: word 41 from 8", "client_2: got 42"]


def test_a_higher_priority_runs_first(built: Path) -> None:
    done = start(built, [("first", 90, "client", client_slots(1)), SERVER])
    assert lines(done)[:5] == SERVER_SAYS


def test_at_the_end_the_loader_is_suspended(built: Path) -> None:
    done = start(built, [SERVER, ("client", 99, "client", client_slots(7))])
    ending = done.user.partition("the machine stops.\n")[2]
    assert re.search(r'^  "loader" 0x\w+ is suspended', ending, re.M)
    assert re.search(r'^  "server" 0x\w+ waits to receive on endpoint', ending, re.M)
    assert re.search(r'^  "client" 0x\w+ is suspended', ending, re.M)


def test_a_runaway_stack_faults_below_it(built: Path) -> None:
    done = start(built, [SERVER, ("runner", 90, "client", client_slots(7))])
    fault = re.search(r"vm fault on data at address (0x\w+) with status 0x6\n"
                      r'in thread 0x\w+ "runner" at', done.user)
    assert fault and 0x3f0000 < int(fault[1], 16) < 0x400000


def test_rights_are_those_of_the_table(built: Path) -> None:
    done = start(built, [SERVER, ("will", 90, "client", client_slots(7))])
    assert "cap fault in receive phase at address 0x2" in done.user


def test_a_program_at_the_usual_address_works_too(frozen: None, tmp_path: Path) -> None:
    program(tmp_path, "server", SERVER_SLOTS)
    program(tmp_path, "client", client_slots(0))
    done = start(tmp_path, [SERVER, ("runner", 90, "client", client_slots(7))])
    assert "runner: got 42" in lines(done)
    fault = re.search(r"vm fault on data at address (0x\w+) with status 0x6", done.user)
    assert fault and int(fault[1], 16) < 0x200000


def test_few_kernel_calls_start_a_program(built: Path) -> None:
    """Each call is a record on the slow trace port: 6 for all, then 11 a program and its slots."""
    done = start(built, [SERVER, ("client_1", 90, "client", client_slots(7)),
                         ("client_2", 90, "client", client_slots(8))], trace=True)
    calls = [record for record in done.records if record["th"] == "loader"]
    assert len(calls) < 60
    assert not any(record["ev"] == "error" for record in calls)


def test_no_program_runs_before_all_exist(built: Path) -> None:
    done = start(built, [("early", 254, "client", client_slots(7)), SERVER], trace=True)
    acting = [record["th"] for record in done.records]
    assert "loader" not in acting[acting.index("early"):]


@pytest.mark.parametrize(("change", "complaint"), [
    (("client", 255, "client", client_slots(7)), "loader: client: its priority is above 254"),
    (("client", 90, "client", {"endpoint": "LOADER_OBJECT, .index = 1"}),
     "loader: client: endpoint: seL4_RangeError"),
    (("client", 90, "client", {"endpoint": "LOADER_TCB, .index = 9"}),
     "loader: client: endpoint: seL4_RangeError"),
    (("client", 90, "broken", {"endpoint": "LOADER_EMPTY"}),
     "loader: client: its image is not a sound ELF file"),
])
def test_a_bad_table_stops_with_one_line(built: Path, change: tuple, complaint: str) -> None:
    (built / "broken.bin").write_bytes(b"\x7fELF but not really" * 20)
    assert lines(start(built, [SERVER, change])) == [complaint]
