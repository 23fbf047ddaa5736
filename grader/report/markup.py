"""Makes HTML from Python values: every text is escaped, so that no student's byte is markup.

Invariants: only `tag` and `join` make `Html`; whatever else comes in is text and is escaped, with
characters that a browser obeys but nobody sees replaced. Same input, same bytes.
"""

import re

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
                     "\ufeff\ufff9-\uffff\ud800-\udfff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_EMPTY = {"meta"}


class Html(str):
    """Text that is markup already."""


def escaped(value: object) -> str:
    """The value as it may stand between tags and in quoted attributes."""
    if isinstance(value, Html):
        return value
    return _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(value)).translate(_ESCAPES)


def join(*parts: object) -> Html:
    """Parts one after the other; None stands for nothing."""
    return Html("".join(escaped(part) for part in parts if part is not None))


def tag(name: str, /, *inside: object, **attributes: object) -> Html:
    """One element; `class_` is written for class, `aria_label` for aria-label; None: left out."""
    words = "".join(f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
                    for key, value in attributes.items() if value is not None)
    if name in _EMPTY:
        return Html(f"<{name}{words}>")
    return Html(f"<{name}{words}>{join(*inside)}</{name}>")


def each(name: str, values, /, **attributes: object) -> Html:
    """One element for each value."""
    return join(*(tag(name, value, **attributes) for value in values))
