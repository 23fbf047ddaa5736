"""Wrong, cheating, harmful and unusual submissions, each with the verdict that it must get.

A file a class of them: faking.py, allocators.py, reaching.py, host.py, reporting.py, running.py,
honest.py; making.py says how an entry is made.
"""

from corpus import allocators, faking, honest, host, reaching, reporting, running
from corpus.making import (Entry, KIT, edit, grade_entry, printing, region, worked)
from corpus.running import FLOOD

ENTRIES = [*faking.ENTRIES, *allocators.ENTRIES, *reaching.ENTRIES, *host.ENTRIES, *reporting.ENTRIES,
           *running.ENTRIES, *honest.ENTRIES]

__all__ = ["ENTRIES", "FLOOD", "KIT", "Entry", "edit", "grade_entry", "printing", "region",
           "worked"]
