"""What runs in a student's build folder: ./simulate and ./submit.

Invariants: whatever ends a run, the terminal is as it was and no QEMU is left; the student's files
are only read.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from grader import qemu
from grader.errors import KitError, Refusal
from grader.lab import Lab
from grader.language import _
from grader.process import missing
from grader.recipe import BUILD, Kit, recipe


def source_of(build: Path) -> Path:
    """The folder with the student's files that belongs to this build folder."""
    name = build.name.removesuffix(BUILD)
    source = build.with_name(name)
    if name == build.name or not source.is_dir():
        raise Refusal(_("the folder {source} is missing: {name} belongs beside it, as ./init "
                        "--tut made them", source=source, name=build.name))
    return source


def simulate(kit: Kit, lab: Lab, build: Path, accel: str, gdb: bool) -> int:
    """Bring the image up to date and run it on this terminal."""
    source_of(build)
    qemu.check(kit.kernel)
    if accel == "kvm" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise Refusal(_("this machine lets you use no /dev/kvm: run ./simulate without --accel "
                        "kvm"))
    steps = recipe(kit, lab)
    _ninja(build)
    with _Terminal(), _Socket(gdb) as socket:
        line = qemu.command(kit.kernel, steps.image, accel=accel, gdb=socket)
        _say_how(kit, build, steps.programs, socket)
        return _run(line, build)


def _ninja(build: Path) -> None:
    """Nothing to do takes a few hundredths of a second; an old image would take an hour."""
    try:
        done = subprocess.run(["ninja"], cwd=build, check=False, stdout=subprocess.PIPE, text=True)
    except FileNotFoundError:
        raise KitError(missing("ninja")) from None
    if "no work to do" not in done.stdout:
        print(done.stdout, end="", flush=True)
    if done.returncode:
        raise Refusal(_("the lab does not build: see the messages above"))


def _say_how(kit: Kit, build: Path, programs: tuple[str, ...], socket: Path | None) -> None:
    print(_("Ctrl-C leaves; the machine also ends by itself when no thread can run any more."))
    if socket:
        symbols = " ".join(f"-ex {shlex.quote(f'add-symbol-file {build / name}')}"
                           for name in programs)
        print(_("It waits for a debugger. In another terminal (hbreak main, c to begin):\n"
                "  gdb -q {kernel} -x {debugger} -ex 'set confirm off' {symbols} -ex 'target "
                "remote {socket}'", kernel=shlex.quote(str(kit.symbols)),
                debugger=shlex.quote(str(kit.debugger)), symbols=symbols, socket=socket))
    sys.stdout.flush()


def _run(line: list[str], build: Path) -> int:
    """Run QEMU in the foreground; it dies with this process."""
    try:
        machine = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *line], cwd=build)
    except FileNotFoundError:
        raise KitError(missing(qemu.QEMU)) from None
    try:
        status = machine.wait()
    except KeyboardInterrupt:
        # The terminal sent QEMU the same Ctrl-C; it puts the terminal back and ends.
        machine.wait()
        print("\n" + _("Left."))
        return 0
    finally:
        if machine.poll() is None:
            machine.terminate()
            machine.wait()
    ending = {qemu.IDLE_STATUS: _("The machine ended by itself."),
              qemu.HALT_STATUS: _("The kernel halted; the reason is above."),
              0: _("The machine was reset or switched off."), 127: missing(qemu.QEMU)}
    print(ending.get(status) or _("QEMU ended with status {status}; its message is above.",
                                  status=status))
    return 0 if status in (qemu.IDLE_STATUS, qemu.HALT_STATUS, 0) else 2


class _Terminal:
    """Puts the terminal back as it was, also when QEMU could not."""

    def __enter__(self) -> None:
        self._before = None
        if sys.stdin.isatty():
            import termios
            self._before = termios.tcgetattr(sys.stdin)

    def __exit__(self, *_: object) -> None:
        if self._before:
            import termios
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)


class _Socket:
    """A private place for the debugger's socket, or None where there is no debugger."""

    def __init__(self, wanted: bool):
        self._folder = None
        if wanted:
            import tempfile
            self._folder = tempfile.TemporaryDirectory(prefix="caplab-gdb-")

    def __enter__(self) -> Path | None:
        return Path(self._folder.name) / "socket" if self._folder else None

    def __exit__(self, *_: object) -> None:
        if self._folder:
            self._folder.cleanup()


def submit(kit: Kit, lab: Lab, build: Path, out: Path | None, *, from_ninja: bool,
           show_files: bool) -> int:
    """Grade the student's files, show and write the results, pack the files.

    To ninja a graded submission is a success: it would report a lost point as its own failure.
    """
    from grader import intake, report, sandbox
    from grader.grade import grade
    from grader.report import terminal
    files = intake.take(lab, source_of(build))
    with terminal.patience():
        result = grade(kit, lab, files)
    folder = out or build / "results"
    report.write(result, folder)
    report.show(result, folder if show_files else None)
    pack = build / f"{lab.name}-submission.tar.gz"
    report.put(pack, packed(lab, files))
    if show_files:
        print(_("To hand in: {pack}", pack=pack))
    if not sandbox.available():
        print(sandbox.why_not())
    graded = result.exit_status
    return 0 if from_ninja and graded < 2 else graded


def packed(lab: Lab, files: dict[str, str]) -> bytes:
    """The submission's archive: the same files give the same bytes."""
    from grader.report.files import tarred
    return tarred({f"{lab.name}/{name}": (text.encode(), False) for name, text in files.items()})
