"""Reports of a graded submission: a table for people, files for machines.

`write(result, folder)` writes all files, `show(result, folder)` prints the table.
"""

from pathlib import Path

from grader.report.files import put, put_away
from grader.score import Result

__all__ = ["put", "show", "write"]


def write(result: Result, folder: Path) -> None:
    """Write the page, results.json, junit.xml, serial.txt and trace.jsonl into this folder."""
    from grader.report import gradescope, html, junit
    put_away(folder, {
        "serial.txt": result.serial,
        "trace.jsonl": result.trace,
        "report.html": html.text(result),
        "junit.xml": junit.text(result),
        "results.json": gradescope.text(result),
    })


def show(result: Result, folder: Path | None) -> None:
    """Print the table and the explanation; `folder` is where the files are, to be told."""
    from grader.report import terminal
    terminal.show(result, folder)
