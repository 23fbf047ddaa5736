"""The kernel's account of objects: which were made, which are gone, which a program had it look at.

Invariant: the order is the kernel's, and the account has a word for each, however many there are of
other records; where even its own records are too many, the trace has a `truncated` one of them.
"""

from typing import Iterator

from grader.trace import Trace

SEEN, GONE = 14, 15
_FATES = 16


def account(trace: Trace) -> Iterator[tuple[int, int, int]]:
    """How many questions had been asked, the object's physical address, and its fate.

    The fate is the type that Retype made it as, SEEN (with the address 0 where there was no
    object), or GONE with its last capability.
    """
    asked = 0
    for event in trace.events(("lives", "exam")):
        asked += event.ev == "exam"
        for word in event.words or []:
            yield asked, word - word % _FATES, word % _FATES
