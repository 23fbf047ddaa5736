"""Reads the headers of libsel4: what each declares, and what its doc block says about it.

The headers keep one form (see any of them), so a few patterns are enough. Invariant: nothing is
lost silently; a declaration that no pattern fits is an error that names the line.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

INCLUDE = Path(__file__).resolve().parents[2] / "libs" / "libsel4" / "include"


@dataclass
class Doc:
    """A doc block: text, and what it says by @param, @retval, @return and @see."""

    text: str = ""
    params: dict[str, str] = field(default_factory=dict)
    retvals: list[tuple[str, str]] = field(default_factory=list)
    returns: str = ""
    see: str = ""


@dataclass
class Function:
    """A function that programs call."""

    name: str
    result: str
    params: list[tuple[str, str]]     # type, name
    doc: Doc
    body: str


@dataclass
class Member:
    """One value of an enumeration, or one field of a struct, or one macro."""

    name: str
    value: str
    comment: str


@dataclass
class Group:
    """An enumeration, a struct, a run of macros, or types: what is shown as one table."""

    kind: str                         # "enum", "struct", "macros", "types"
    name: str
    doc: Doc
    members: list[Member]


@dataclass
class Header:
    """One header: its opening comment, and what it declares, in order."""

    path: Path
    intro: Doc
    functions: list[Function] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)


class HeaderError(Exception):
    """A header holds something that this script does not understand."""


_ITEM = re.compile(r"""
    (?P<doc>/\*\*(?!<)(?P<doc_text>.*?)\*/)
  | (?P<comment>/\*(?P<comment_text>.*?)\*/)
  | (?P<internal>LIBSEL4_(?:ALWAYS_INLINE|INLINE|INLINE_FUNC)\s[^(]*?\bsel4_\w+\((?:[^\n;]*\{\ .*?\ \}\n|.*?\n}\n))
  | (?P<function>LIBSEL4_INLINE(?:_FUNC)?\s+(?:CONST\s+|PURE\s+)?(?P<result>[^(;]*?[\s*])
        (?P<name>\w+)\((?P<params>[^)]*)\)\s*\{(?P<body>\ [^\n]*\}(?=\n)|.*?\n}))
  | (?P<field>SEL4_FIELD\((?P<field_args>[^)]*)\))
  | (?P<fault>SEL4_FAULT_FIELD\((?P<fault_args>[^)]*)\))
  | (?P<enum>(?:typedef\s+)?enum\s*(?P<enum_tag>\w*)\s*\{(?P<values>.*?)\}\s*(?P<enum_name>\w*)\s*;)
  | (?P<struct>typedef\s+struct\s*\w*\s*\{(?P<fields>.*?)\n\}(?P<struct_name>[^;]*);)
  | (?P<type>typedef\s+(?P<old>[^;{]*?)\s*(?P<new>\w+)\s*;)
  | (?P<extern>(?:extern|__attribute__)[^;]*;)
  | (?P<macro>\#define\s+(?P<macro_name>\w+)(?P<args>\([^)]*\))?(?P<value>(?:\\\n|[^\n])*))
  | (?P<other>\#[^\n]*)
""", re.S | re.X)


def _plain(comment: str) -> str:
    """The text of a comment without the stars of its margin."""
    lines = [re.sub(r"^\s*\* ?", "", line) for line in comment.strip().splitlines()]
    return "\n".join(line.rstrip() for line in lines)


def parse_doc(comment: str) -> Doc:
    """A doc block taken apart."""
    doc = Doc()
    text, *tags = re.split(r"^@", _plain(comment), flags=re.M)
    doc.text = text.strip()
    for tag in tags:
        word, _, rest = " ".join(tag.split()).partition(" ")
        name, _, told = rest.partition(" ")
        match word:
            case "param" | "param[out]":
                doc.params[name] = told
            case "retval":
                doc.retvals.append((name, told))
            case "return":
                doc.returns = rest
            case "see":
                doc.see = rest
            case _:
                raise HeaderError(f"no such tag: @{word}")
    return doc


def _params(text: str) -> list[tuple[str, str]]:
    found = []
    for part in text.split(","):
        pieces = re.fullmatch(r"\s*(.*?[\s*])(\w+)\s*", part, re.S)
        if pieces:
            found.append((" ".join(pieces[1].split()), pieces[2]))
    return found


def _values(text: str, known: dict[str, int]) -> list[Member]:
    """The members of an enumeration with their numbers."""
    found, following = [], 0
    parts = re.finditer(r"(\w+)\s*(?:=\s*([^,/]+?))?\s*(?:,|$)\s*(?:/\*\*<(.*?)\*/)?",
                        re.sub(r"SEL4_FORCE_LONG_ENUM\(\w*\)", "", text).strip(), re.S)
    for part in parts:
        value = _number(part[2], known) if part[2] else following
        known[part[1]], following = value, value + 1
        found.append(Member(part[1], str(value), " ".join((part[3] or "").split())))
    return found


def _number(text: str, known: dict[str, int]) -> int:
    text = text.strip()
    if text in known:
        return known[text]
    try:
        return int(text, 0)
    except ValueError:
        raise HeaderError(f"the value of an enumeration is not understood: {text}") from None


def _fields(text: str) -> list[Member]:
    text = re.sub(r"/\*(?!\*<).*?\*/", "", text, flags=re.S)
    parts = re.finditer(r"([^;/]+);\s*(?:/\*\*<(.*?)\*/)?", text, re.S)
    return [Member(" ".join(part[1].split()), "", " ".join((part[2] or "").split()))
            for part in parts]


def _macro(item: re.Match[str]) -> Member | None:
    value, _, comment = item["value"].partition("/**<")
    value = re.sub(r"/\*.*", "", " ".join(value.replace("\\\n", " ").split()))
    return Member(item["macro_name"] + (item["args"] or ""), value.strip(),
                  " ".join(comment.removesuffix("*/").split()))


class _Reader:
    """Goes through one header; a doc block belongs to what directly follows it."""

    def __init__(self, path: Path, known: dict[str, int]):
        self._known = known
        self._doc: Doc | None = None
        text = path.read_text("utf-8")
        opening = re.match(r"/\*(.*?)\*/", text, re.S)
        if opening is None:
            raise HeaderError(f"{path.name}: the opening comment is missing")
        self.header = Header(path, parse_doc(opening[1]))
        self._read(text[opening.end():])

    def _read(self, text: str) -> None:
        at = 0
        while at < len(text):
            item = _ITEM.match(text, at)
            if item is None:
                if not text[at].isspace():
                    line = text[at:].splitlines()[0]
                    raise HeaderError(f"{self.header.path.name}: not understood: {line}")
                if text.startswith("\n\n", at):
                    self._end_run()
                at += 1
                continue
            self._take(item)
            at = item.end()

    def _end_run(self) -> None:
        """A blank line ends a run of macros or types."""
        self._doc = None
        if self.header.groups and self.header.groups[-1].members:
            self.header.groups.append(Group("", "", Doc(), []))

    def _take(self, item: re.Match[str]) -> None:
        doc, self._doc = self._doc or Doc(), None
        if item["doc"]:
            self._doc = parse_doc(item["doc_text"])
        elif item["comment"]:
            self._doc = Doc(text=_plain(item["comment_text"]).strip())
        elif item["function"]:
            self.header.functions.append(Function(
                item["name"], " ".join(item["result"].split()), _params(item["params"]), doc,
                item["body"]))
        elif item["enum"]:
            self._add(Group("enum", item["enum_name"] or item["enum_tag"], doc,
                            _values(item["values"], self._known)))
        elif item["struct"]:
            name = re.sub(r"__attribute__.*\)|SEL4_PACKED", "", item["struct_name"]).strip()
            self._add(Group("struct", name, doc, _fields(item["fields"])))
        elif item["field"] or item["fault"]:
            self._accessor(item)
        elif item["type"]:
            self._one("types", Member(item["new"], " ".join(item["old"].split()), ""), doc)
        elif item["macro"]:
            self._one("macros", _macro(item), doc)

    def _add(self, group: Group) -> None:
        self.header.groups += [group, Group("", "", Doc(), [])]

    def _one(self, kind: str, member: Member, doc: Doc) -> None:
        """Macros and types in a row are one table; one with a doc block of its own explains it."""
        groups = self.header.groups
        if not groups or groups[-1].kind != kind:
            groups.append(Group(kind, "", Doc(), []))
        if doc.text and not groups[-1].members:
            groups[-1].doc = doc
        elif doc.text and not member.comment:
            member.comment = " ".join(doc.text.split())
        groups[-1].members.append(member)

    def _accessor(self, item: re.Match[str]) -> None:
        if item["field"]:
            kind, name, _, shift, bits = [part.strip() for part in item["field_args"].split(",")]
            last = int(shift) + int(bits) - 1
            where = f"bit {shift}" if bits == "1" else f"bits {shift} to {last}"
            self._one("accessors", Member(f"{kind}_get_{name}", where, ""), Doc())
        else:
            kind, name, number = [part.strip() for part in item["fault_args"].split(",")]
            self._one("fault accessors", Member(f"seL4_Fault_{kind}_get_{name}",
                                                f"message register `{number}`", ""), Doc())


def read(name: str, known: dict[str, int]) -> Header:
    """A header by its name below include/, such as "sel4/tcb.h". `known` collects the numbers of
    enumerations, which later ones may use."""
    header = _Reader(INCLUDE / name, known).header
    header.groups = [group for group in header.groups if group.members]
    return header


def public_headers() -> list[str]:
    """All headers that declare something, by name; the rest only include another."""
    return sorted(str(path.relative_to(INCLUDE)) for path in (INCLUDE / "sel4").rglob("*.h")
                  if re.search(r"^(LIBSEL4|typedef|enum|#define)", path.read_text("utf-8"), re.M))


def what_is_missing(function: Function) -> list[str]:
    """What the doc block of a function does not say."""
    missing = [] if function.doc.text else ["a sentence on what it does"]
    missing += [f"@param {name}" for _, name in function.params
                if not function.doc.params.get(name)]
    missing += [f"@param {name}, which it does not have" for name in function.doc.params
                if name not in [name for _, name in function.params]]
    if "sel4_invoke" in function.body:
        missing += [] if function.doc.retvals else ["@retval"]
    elif function.result != "void" and not (function.doc.returns or function.doc.retvals):
        missing.append("@return")
    return missing
