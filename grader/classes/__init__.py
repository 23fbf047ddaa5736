"""Grades a class: each submission of a folder, into a gradebook, a page and a folder a student.

`grade_class(kit, lab, asked)` does it all. The main process alone writes the journal and the
results of the whole; workers grade, one submission at a time, and die with it.
"""

from grader.classes.command import Asked, grade_class

__all__ = ["Asked", "grade_class"]
