"""What a submission's object files hold beyond plain C, before what is made of them boots.

Two tools of the tool chain say it, from inside the cage: the dependency files of compiler and
assembler name every file that went in (`#include`, `.incbin`), and objdump lists sections, symbols
and instructions. Invariants: what changes how the program starts or brings in files of the host is
refused with its reason; what is merely unusual is flagged for the teacher and costs nothing, since
points come from what the kernel saw.
"""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Collection

from grader.language import _

# Beside the object `NAME.o`: what the compiler read, what the assembler read, what objdump said.
COMPILER_READ, ASSEMBLER_READ, LISTED = ".read", ".as-read", ".listed"
MAX_LISTED = 4 << 20
_OBJDUMP = "objdump --section-headers --syms --disassemble --no-show-raw-insn"
_PLAIN_SECTION = re.compile(r"\.(?:text|rodata|data|bss|tdata|tbss|debug|comment|note|eh_frame)"
                            r"(?:[._].*)?$")
_AT_START = re.compile(r"\.(?:(?:pre)?init|fini)(?:_array)?\b|\.[cd]tors\b")
# A name may have blanks in it; after it come the size and an address.
_SECTION = re.compile(r"^ +\d+ (.*?) +[0-9a-f]{8,16}  [0-9a-f]{16} ", re.M)
# Global, unique or weak: the first two of seven columns of flags.
_SYMBOL = re.compile(r"^[0-9a-f]{16} (?:[gu!].|.w).{5} (\S+)\t[0-9a-f]+ (?:\.hidden )?(\S+)$", re.M)
_FUNCTION = re.compile(r"^[0-9a-f]{16} <([^>]+)>:$")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,63}")
_INSTRUCTION = re.compile(r"^ +[0-9a-f]+:\t(?:(?:rep|repz|repnz|lock|cs|ds|rex\.\w+) +)*(\S+)(.*)")
_PRIVILEGED = re.compile(
    r"(?:in|out|ins|outs)[bwl]?|cli|sti|hlt|l[gil]dt|ltr|lmsw|clts|invd|wbinvd|invlpg|invpcid|"
    r"rdmsr|wrmsr|swapgs|int1|icebp|iret[qlw]?|sysret[ql]?|sysexit[ql]?|xsetbv")
_CONTROL_REGISTER = re.compile(r"%(?:cr|db|dr)\d")
MOST_NAMED = 5


def listing(line: list[str], output: str) -> list[str]:
    """This command line of gcc's, made to write down what it reads and what the object holds."""
    options = ("-MD", "-MF", output + COMPILER_READ, f"-Wa,--MD,{output}{ASSEMBLER_READ}")
    return ["sh", "-c", f'"$@" && {_OBJDUMP} "$0" | head -c {MAX_LISTED} >"$0{LISTED}"', output,
            *line, *options]


def listed(folder: Path, output: str) -> str:
    """What objdump said of the object: `refusal` and `flags` read it."""
    return (folder / (output + LISTED)).read_text("utf-8", errors="replace")


def foreign(folder: Path, output: str, own: Collection[str], allowed: list[Path]) -> str | None:
    """Why the files that went into the object are not all right, or None.

    Both may read the submission's `own` files, which the assembler names even without; besides, the
    compiler what is in an `allowed` folder, the assembler what the compiler has made for it.
    """
    places = tuple(os.path.join(os.path.realpath(place), "") for place in allowed)
    mine = {os.path.realpath(folder / name) for name in own}
    for name in _dependencies(folder / (output + COMPILER_READ)):
        path = os.path.realpath(folder / name)
        if path not in mine and not path.startswith(places):
            return _("it takes in {name}, which is none of its files", name=name)
    for name in _dependencies(folder / (output + ASSEMBLER_READ)):
        # A source that is piped in has this name.
        if not re.fullmatch(r"/tmp/cc\w+\.s|<stdin>", name) \
                and os.path.realpath(folder / name) not in mine:
            return _("its assembly takes in {name}", name=name)
    return None


def _dependencies(path: Path) -> list[str]:
    """The file names of a rule of make: blanks in names are escaped, long lines continue."""
    words = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    _rule, _colon, names = words.replace("\\\n", " ").partition(": ")
    return [name.replace("\\ ", " ") for name in re.findall(r"(?:\\ |\S)+", names)]


def refusal(said: str) -> str | None:
    """Why this object file may not go into a program, or None."""
    if len(said.encode()) >= MAX_LISTED:
        return _("there is too much in it to look at")
    for section in _SECTION.findall(said):
        if _AT_START.match(section):
            return _("it has code that runs before main (section {section}): a constructor or "
                     "destructor; call it from main instead", section=section)
        if not _PLAIN_SECTION.match(section):
            return _("it makes a section of its own, {section}: remove the section attribute or "
                     "directive", section=section)
    return None


def flags(said: str, library: frozenset[str]) -> list[str]:
    """What a teacher may want to look at: one sentence each."""
    found = []
    replaced = sorted({name for section, name in _SYMBOL.findall(said)
                       if section != "*UND*" and name in library})
    if replaced:
        found.append(_("defines {names} of the libraries anew", names=_some(replaced)))
    privileged = sorted(set(_privileged(said)))
    if privileged:
        found.append(_("has instructions that only a kernel may execute: {names}",
                       names=_some(privileged)))
    return found


def _some(words: list[str]) -> str:
    more = len(words) - MOST_NAMED
    return ", ".join(words[:MOST_NAMED]) + (_(" and {count} more", count=more)
                                            if more > 0 else "")


def _privileged(said: str) -> list[str]:
    """`out in main` for every such instruction."""
    found, function = [], "?"
    for line in said.splitlines():
        if begins := _FUNCTION.match(line):
            function = begins[1] if _NAME.fullmatch(begins[1]) else "?"
        elif there := _INSTRUCTION.match(line):
            mnemonic, operands = there.groups()
            if _PRIVILEGED.fullmatch(mnemonic) or (mnemonic.startswith("mov")
                                                   and _CONTROL_REGISTER.search(operands)):
                found.append(_("{mnemonic} in {function}", mnemonic=mnemonic, function=function))
    return found


@lru_cache
def library_names(archive: Path) -> frozenset[str]:
    """The names that the libraries define, from the index that an archive begins with.

    After 8 bytes of magic and a header of 60, whose bytes 48 to 57 say how long it is: the number of
    names, an offset for each (both of 4 bytes, the highest first), and the names.
    """
    with archive.open("rb") as file:
        header = file.read(8 + 60)[8:]
        index = file.read(int(header[48:58]))
    names = index[4 + 4 * int.from_bytes(index[:4], "big"):]
    return frozenset(names.decode("ascii").split("\0")) - {"", "main"}
