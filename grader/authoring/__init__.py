"""What teachers make labs with: `new_lab` begins one, `record` writes what follows from its answer.

template/ is a whole small lab that passes every test of labs, with @NAME@ and @ORDER@ in its texts.
"""

from grader.authoring.new_lab import new_lab
from grader.authoring.record import record

__all__ = ["new_lab", "record"]
