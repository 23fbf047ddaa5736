"""Makes the pages of this folder from the headers of libsel4 and the examples beside this script.

    /usr/bin/python3 docs/api/make.py

One page a kind of capability, one for the system calls, one for types and constants. Invariant:
pages() depends on nothing but those files, so that a test can tell whether the committed pages are
in step.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from headers import INCLUDE, Doc, Function, Group, Header, public_headers, read  # noqa: E402

# What programs have no business with: how the other headers do their work.
INTERNAL = {"sel4/bitfield.h", "sel4/invoke.h", "sel4/macros.h", "sel4/trap.h"}
SYSTEM_CALLS = {"sel4/syscalls.h": "", "sel4/debug.h": "# Calls of a debug kernel"}
# Type of an invocation's first parameter -> page, title, files with its examples.
KINDS = {
    "seL4_Untyped": ("untyped", "Untyped memory", "untyped"),
    "seL4_CNode": ("cnode", "CNode", "cnode"),
    "seL4_TCB": ("tcb", "Thread (TCB)", "tcb"),
    "seL4_X86_Page": ("frame", "Frame", "paging"),
    "seL4_X86_PageTable": ("page-table", "Page table", "paging"),
    "seL4_X86_PageDirectory": ("page-directory", "Page directory", "paging"),
    "seL4_X86_PDPT": ("pdpt", "Page directory pointer table (PDPT)", "paging"),
    "seL4_X86_ASIDControl": ("asid-control", "ASID control", "asid"),
    "seL4_X86_ASIDPool": ("asid-pool", "ASID pool", "asid"),
    "seL4_IRQControl": ("irq-control", "Interrupt control", "irq"),
    "seL4_IRQHandler": ("irq-handler", "Interrupt handler", "irq"),
    "seL4_X86_IOPortControl": ("io-port-control", "I/O port control", "io_port"),
    "seL4_X86_IOPort": ("io-port", "I/O ports", "io_port"),
    "seL4_DomainSet": ("domain", "Domains", "domain"),
}
TYPES_ORDER = ("simple_types", "types", "objecttype", "errors", "rights", "message_info",
               "shared_types", "functions", "faults", "bootinfo_types", "constants",
               "x86/constants", "x86/context", "x86/mapping", "syscall", "invocation", "assert")
INTRODUCTION = """# The kernel interface, call by call

What a program can ask of the kernel: every system call and every invocation of libsel4, with its
parameters, every answer that it can give, and an example. The examples are functions of
[examples/](examples/); the tests compile and run all of them.

- A **system call** sends a message, waits for one, or both. On an endpoint, a notification or a
  reply capability these calls are all that there is.
- An **invocation** is a message to another kernel object. Each has a function of its own; its first
  parameter, `_service`, is the address of the object's capability. A PML4, the root of an address
  space, has no invocations: it is what frames and tables are mapped into.
- An **answer** other than `seL4_NoError` means that nothing was done. *The message* tells how the
  invocation looks to the kernel, for those who make it by hand or read a trace.
- *ABI sheet* is the collection of facts about seL4 on x86-64 that this kernel was written after;
  comments in the kernel name the same sections. *seL4 Reference Manual* is seL4's own.
"""
MADE = "<!-- Made by docs/api/make.py from the headers: change those, not this. -->\n\n"
# Errors that the common part of the kernel answers, before the invocation itself is looked at.
COMMON = """Every invocation can also answer `seL4_InvalidCapability` (0) if the slot is empty, and
`seL4_IllegalOperation` if the capability is of another kind.
"""
ERRORS = ("What the numbers in brackets and the message registers mean: "
          "[seL4_Error](types.md#sel4_error).")


@dataclass(frozen=True)
class Example:
    """One function of an example file, with the comment above it."""

    file: str
    name: str
    text: str


def examples() -> list[Example]:
    """All examples, file by file."""
    found = []
    for path in sorted((HERE / "examples").glob("*.c")):
        for part in re.finditer(r"(?:/\*(?:(?!\*/).)*\*/\n)?static [^;{}()]*?(\w+)\([^;{}]*\) "
                                r"\{(?: [^\n]* \}\n|\n.*?\n\}\n)", path.read_text("utf-8"), re.S):
            found.append(Example(path.stem, part[1], part[0]))
    return found


def example_of(function: str, first: tuple[str, ...]) -> Example | None:
    """The example to show for a function: of these files, in this order, before others."""
    calls = [each for each in examples() if re.search(rf"\b{function}\(", each.text)]
    return min(calls, key=lambda each: (*first, each.file).index(each.file), default=None)


# ---- Markdown ----

def code(text: str) -> str:
    """A sentence of a doc block as Markdown: names in code, nothing taken for markup."""
    text = re.sub(r"\s+", " ", text)
    pieces = re.split(r"(`[^`]*`)", text)
    names = r"(?<![\w`])(\*[a-z]\w*|_?\w+_\w+(?:\(\))?|[a-z]+[A-Z]\w+|\.[a-z]\w*|MR\d)(?!\w)"
    for place in range(0, len(pieces), 2):
        pieces[place] = re.sub(names, r"`\1`", pieces[place]).replace("|", "\\|")
        pieces[place] = re.sub(r"\*(?=\w)", r"\\*", pieces[place]).replace("<", "&lt;")
    return "".join(pieces)


def prose(text: str) -> str:
    """The text of a comment: paragraphs, tables as they are, indented lines as they are."""
    parts = []
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        lines = part.split("\n")
        if all(line.lstrip().startswith("|") for line in lines):
            parts.append("\n".join(lines))
        elif lines[0].startswith("  "):
            parts.append("```text\n" + "\n".join(line[2:] for line in lines) + "\n```")
        else:
            parts.append(code(part))
    return "\n\n".join(parts)


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table; a column that is empty in all rows is left out."""
    used = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    lines = ["| " + " | ".join(heads[place] for place in used) + " |", "|" + "---|" * len(used)]
    lines += ["| " + " | ".join(row[place] for place in used) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def link(header: Header) -> str:
    """A link from a page to a header."""
    name = header.path.relative_to(INCLUDE)
    return f"[{name}](../../libs/libsel4/include/{name})"


def split_sources(intro: Doc) -> tuple[str, str]:
    """The opening comment of a header, and where it says to read on."""
    text, _, last = intro.text.rpartition("\n\n")
    if re.match(r"(seL4 Reference Manual|ABI sheet)", last.strip()):
        return text, " ".join(last.split()).rstrip(".")
    return intro.text, ""


# ---- functions ----

def invoked(function: Function, labels: dict[str, int]) -> str:
    """Label and size of the message that an invocation sends."""
    call = re.search(r"sel4_invoke(?:_result)?\(\s*_service,\s*(\w+),\s*(\d+),\s*([^,]+),",
                     function.body)
    if call is None:
        return ""
    words = call[3].strip().replace("2 + SEL4_USER_CONTEXT_WORDS", "22")
    parts = [f"label {labels[call[1]]} (`{call[1]}`)"]
    parts += [_count(words, "word", "words")] if words != "0" else []
    parts += [_count(call[2], "capability", "capabilities")] if call[2] != "0" else []
    return f"The message: {', '.join(parts)}."


def _count(number: str, one: str, many: str) -> str:
    return f"{number} {one if number == '1' else many}"


def sheet_of(function: Function, sources: str) -> str:
    """The sections that describe a function: its own, or those of its header."""
    return function.doc.see or sources


def prototype(function: Function) -> str:
    """The function's head, one parameter a line where it is long."""
    params = [f"{kind}{'' if kind.endswith('*') else ' '}{name}" for kind, name in function.params]
    head = f"{function.result}{'' if function.result.endswith('*') else ' '}{function.name}("
    flat = head + (", ".join(params) or "void") + ");"
    return flat if len(flat) <= 96 else head + "\n    " + ",\n    ".join(params) + ");"


class Page:
    """One page in the making; an example is shown where it is needed first."""

    def __init__(self, title: str, files: tuple[str, ...], labels: dict[str, int]):
        self.parts = [MADE + f"# {title}\n"]
        self._files = files
        self._labels = labels
        self._shown: dict[str, str] = {}

    def add(self, text: str) -> None:
        """A paragraph, table or heading."""
        if text:
            self.parts.append(text.rstrip("\n") + "\n")

    def function(self, function: Function, header: Header, sources: str, level: str = "##"
                 ) -> None:
        """All that is known of one function."""
        doc = function.doc
        self.add(f"{level} {function.name}")
        self.add(prose(doc.text))
        self.add(f"```c\n{prototype(function)}\n```")
        if function.params:
            self.add(table(("parameter", "meaning"), [(f"`{name}`", code(doc.params.get(name, "")))
                                                      for _, name in function.params]))
        if doc.returns:
            self.add(f"Returns {code(doc.returns).removesuffix('.')}.")
        if doc.retvals:
            self.add(table(("answer", "when"), [(f"`{name}`", code(text) or "it is done")
                                                for name, text in doc.retvals]))
        where = [invoked(function, self._labels), sheet_of(function, sources), link(header)]
        self.add(" ".join(f"{part.removesuffix('.')}." for part in where if part))
        self._example(function)

    def _example(self, function: Function) -> None:
        example = example_of(function.name, self._files)
        if example is None:
            return
        if example.name in self._shown:
            there = self._shown[example.name]
            self.add(f"Example: with [{there}](#{there.lower()}).")
            return
        self._shown[example.name] = function.name
        self.add(f"```c\n{example.text}```")

    def text(self) -> str:
        """The page."""
        return "\n".join(self.parts)


def capability_page(kind: str, headers: list[Header], labels: dict[str, int]) -> str:
    """The page of one kind of capability."""
    _, title, files = KINDS[kind]
    page = Page(title, (files,), labels)
    for header in headers:
        mine = [each for each in header.functions if each.params[0] == (kind, "_service")]
        if not mine:
            continue
        intro, sources = split_sources(header.intro)
        page.add(prose(intro))
        page.add("" if "operations share" in intro else COMMON)
        page.add(ERRORS)
        for function in mine:
            page.function(function, header, sources)
    return page.text()


def system_calls_page(headers: list[Header], labels: dict[str, int]) -> str:
    """The page of what is no invocation."""
    page = Page("System calls", ("system_calls", "debug"), labels)
    for heading, header in zip(SYSTEM_CALLS.values(), headers):
        intro, sources = split_sources(header.intro)
        page.add(heading)
        page.add(prose(intro))
        for function in header.functions:
            page.function(function, header, sources)
    return page.text()


# ---- types ----

def group_text(group: Group) -> str:
    """One table of types, values or fields."""
    match group.kind:
        case "enum":
            rows = [(f"`{each.name}`", each.value, code(each.comment)) for each in group.members]
            return table(("name", "value", "meaning"), rows)
        case "struct":
            rows = [(f"`{each.name}`", code(each.comment)) for each in group.members]
            return table(("field", "meaning"), rows)
        case "accessors" | "fault accessors":
            rows = [(f"`{each.name}`", each.value) for each in group.members]
            return table(("function", "takes out"), rows)
        case "types":
            rows = [(f"`{each.name}`", f"`{each.value}`", code(each.comment))
                    for each in group.members]
            return table(("type", "is", "meaning"), rows)
    rows = [(f"`{each.name}`", f"`{each.value}`" if each.value else "", code(each.comment))
            for each in group.members]
    return table(("macro", "value", "meaning"), rows)


def types_page(headers: list[Header], labels: dict[str, int]) -> str:
    """The page of everything else, header by header."""
    page = Page("Types and constants", ("system_calls", "cnode", "paging"), labels)
    for header in headers:
        intro, sources = split_sources(header.intro)
        page.add(f"## {header.path.relative_to(INCLUDE)}")
        page.add(prose(intro))
        page.add(" ".join(f"{part}." for part in (sources, link(header)) if part))
        for group in header.groups:
            if group.name:
                page.add(f"### {group.name}")
            page.add(prose(group.doc.text))
            page.add(group_text(group))
        for function in header.functions:
            page.function(function, header, "", "###")
    return page.text()


# ---- the folder ----

def index(contents: dict[str, list[str]], titles: dict[str, str]) -> str:
    """README.md: which page has what."""
    rows = [(f"[{titles[page]}]({page}.md)",
             ", ".join(f"[{name}]({page}.md#{name.lower()})" for name in names)
             if page != "types" else "types, error codes, rights, the IPC buffer, fault messages, "
             "boot information, sizes and limits")
            for page, names in contents.items()]
    return f"{MADE}{INTRODUCTION}\n{table(('page', 'what is there'), rows)}"


def pages() -> dict[str, str]:
    """Every page of this folder by file name."""
    known: dict[str, int] = {}
    names = [f"sel4/{name}.h" for name in TYPES_ORDER]
    types = [read(name, known) for name in names]
    labels = known
    calls = [read(name, known) for name in SYSTEM_CALLS]
    rest = [read(name, known) for name in public_headers()
            if name not in (*INTERNAL, *SYSTEM_CALLS, *names)]
    made = {"system-calls": system_calls_page(calls, labels)}
    titles = {"system-calls": "System calls", "types": "Types and constants"}
    for kind, (page, title, _) in KINDS.items():
        made[page], titles[page] = capability_page(kind, rest, labels), title
    made["types"] = types_page(types, labels)
    contents = {page: re.findall(r"^##+ (seL4_\w+)$", text, re.M) for page, text in made.items()}
    files = {f"{page}.md": text for page, text in made.items()}
    return {"README.md": index(contents, titles), **files}


def main() -> None:
    """Write the pages, and take away those that are made no more."""
    made = pages()
    for old in HERE.glob("*.md"):
        if old.name not in made and old.read_text("utf-8").startswith(MADE):
            old.unlink()
    for name, text in made.items():
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
