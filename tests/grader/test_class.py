"""A class is graded whole: gradebook, page and reports; stopped at any moment it loses nothing."""

import csv
import html.parser
import io
import os
import random
import re
import shlex
import signal
import sqlite3
import subprocess
import time
from datetime import datetime
from pathlib import Path

import corpus
import pytest
from test_commands import call, grader, refused, without
from test_whole import processes_naming

from grader.lab import kit_root

KIT = kit_root()
NAMES = ("print_only", "no_badge", "compile_error")


def fill(folder, **texts):
    """A folder of submissions NAME.c."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.c").write_text(text)
    return folder


def from_corpus(name):
    return next(entry.text for entry in corpus.ENTRIES if entry.name == name)


@pytest.fixture
def small(tmp_path, frozen):
    """Four submissions: one right, three of the corpus."""
    return fill(tmp_path / "in", right=corpus.worked("dynamic-2"),
                **{name: from_corpus(name) for name in NAMES})


def book(out):
    """The gradebook's rows by student."""
    return {row["student"]: row for row in csv.DictReader(
        io.StringIO((out / "gradebook.csv").read_text("utf-8")))}


def graded(folder, out, *more, status=0, lab="dynamic-2", **env):
    done = grader("class", lab, folder, "--out", out, *more, **env)
    assert done[0] == status, done
    return done[1]


class Page(html.parser.HTMLParser):
    """The tags of a page, their links, and its text."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.links, self.text = set(), [], ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


def test_each_student_has_a_row_a_report_and_a_link(small, tmp_path):
    out = tmp_path / "out"
    said = graded(small, out)
    assert "4/4 " in said
    rows = book(out)
    assert {name: (row["total"], row["state"]) for name, row in rows.items()} == {
        "right": ("15", "passed"), "print_only": ("0", "suspicious"), "no_badge": ("14", "hang"),
        "compile_error": ("14", "build error")}
    assert [rows["no_badge"][f"task {n}"] for n in (1, 6, 7, 15)] == ["1", "1", "0", "1"]
    page = Page(out / "class.html")
    assert re.fullmatch(r"The submission does not build. main.c:\d+:\d+: error: expected .*",
                        rows["compile_error"]["note"])
    assert re.search(r"1 × expected [^.]*", page.text)
    for name in rows:
        assert (out / "students" / name / "results.json").is_file()
        assert any(link.startswith(f"students/{name}/") for link in page.links)
    assert all((out / link).exists() for link in page.links)
    assert "svg" in page.tags and not page.tags & {"script", "img", "link", "iframe"}
    assert "4 graded, mean 10.75 of 15 points" in page.text


def test_existing_folder_is_refused_and_not_touched(small, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("work")
    for more, told in (((), "--resume goes on"), (("--resume",), "no class that could be resumed")):
        refused(grader("class", "dynamic-2", small, "--out", out, *more), told)
        assert os.listdir(out) == ["mine"]


@pytest.mark.parametrize("words, told", [
    (("class", "dynamic-2", "/no/such", "--out", "o"), "No such file"),
    (("class", "dynamic-2", ".", "--out", "o", "--jobs", "0"), "--jobs needs a number"),
    (("class", "dynamic-2", ".", "--out", "o", "--roster", "/no/such.csv"), "/no/such.csv"),
    (("class", "dynamic-2", "."), "required"),
])
def test_wrong_words_get_one_line(tmp_path, words, told):
    refused(call("/usr/bin/python3", "-m", "grader", *words, cwd=tmp_path, PYTHONPATH=str(KIT)),
            told)
    assert os.listdir(tmp_path) == []


def test_empty_folder_and_two_entries_of_one_student(tmp_path):
    folder = fill(tmp_path / "in")
    (folder / "notes.txt").write_text("x")
    refused(grader("class", "dynamic-2", folder, "--out", tmp_path / "out"), "no submission")
    (folder / "ann.c").write_text("x")
    (folder / "ann").mkdir()
    refused(grader("class", "dynamic-2", folder, "--out", tmp_path / "out"), "two entries")
    assert not (tmp_path / "out").exists()


def begun(out):
    # Not mode=ro: a change that SIGKILL cut in two is taken back by whoever opens it next.
    with sqlite3.connect(f"file:{out}/journal.sqlite?mode=rw", uri=True) as database:
        return {student: (state, count) for student, state, count in
                database.execute("SELECT student, state, begun FROM entry")}


@pytest.fixture(scope="module")
def seven(tmp_path_factory, frozen):
    """Seven quick submissions, and what an undisturbed run makes of them."""
    folder = tmp_path_factory.mktemp("seven")
    fill(folder / "in", **{f"s{n}": corpus.worked("dynamic-2", 2 * n) for n in range(7)})
    graded(folder / "in", folder / "out")
    return folder


def interrupt(folder, out, lines, seconds, number):
    """Begin a class, and send this signal so many seconds after so many students are done."""
    running = subprocess.Popen(
        ["/usr/bin/python3", "-m", "grader", "class", "dynamic-2", folder, "--out", out], cwd=KIT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(KIT)})
    for _ in range(lines):
        assert running.stdout.readline()
    time.sleep(seconds)
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == (-number if number == signal.SIGKILL else 130), said
    again = shlex.join(["/usr/bin/python3", "-m", "grader", "class", "dynamic-2", str(folder),
                        "--out", str(out), "--resume"])
    assert f"--resume goes on:\n  {again}\n" in said or number == signal.SIGKILL
    until = time.monotonic() + 20
    while processes_naming(f"grader.classes.worker\0{KIT}\0{running.pid}"):
        assert time.monotonic() < until, "a worker outlived its class"
        time.sleep(0.05)


def resumed_as_if_undisturbed(folder, out, undisturbed):
    """Resume; nothing that was done is done again, and what comes of it is the same to the byte."""
    total = len(os.listdir(folder))
    before = {student for student, (state, _) in begun(out).items() if state == "done"}
    assert 0 < len(before) < total and not (out / "gradebook.csv").exists()
    assert f"{len(before)} of {total} are graded already" in graded(folder, out, "--resume")
    after = begun(out)
    assert all(after[student] == ("done", 1) for student in before)
    assert all(state == "done" and count <= 2 for state, count in after.values())
    assert different(written(out), written(undisturbed)) == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_and_resumed_gives_the_same_and_does_nothing_twice(seven, tmp_path, number):
    chance, out = random.Random(number), tmp_path / "graded on Monday's"
    interrupt(seven / "in", out, chance.randrange(1, 5), chance.uniform(0, 0.3), number)
    resumed_as_if_undisturbed(seven / "in", out, seven / "out")


def test_class_of_all_kinds_is_killed_and_resumed(tmp_path, frozen):
    """One of every verdict and every fourth of the corpus, but for what keeps compilers busy."""
    quick = [entry for entry in corpus.ENTRIES if entry.lab == "dynamic-2"
             and "bomb" not in entry.name]
    chosen = {entry.name: entry.text for entry in [
        *{entry.verdict: entry for entry in quick}.values(), *quick[::4]]}
    folder = fill(tmp_path / "in",
                  **{f"state{n}": corpus.worked("dynamic-2", n) for n in range(0, 16, 2)},
                  **chosen)
    assert len(os.listdir(folder)) >= 24
    graded(folder, tmp_path / "undisturbed")
    chance = random.Random(24)
    interrupt(folder, tmp_path / "out", chance.randrange(3, 20), chance.uniform(0, 1),
              signal.SIGKILL)
    resumed_as_if_undisturbed(folder, tmp_path / "out", tmp_path / "undisturbed")


def different(one, other):
    """The files that are not the same, each as it is in both."""
    return {str(name): (one.get(name), other.get(name)) for name in sorted(one.keys() | other.keys())
            if one.get(name) != other.get(name)}


def written(out):
    """What a class comes to: every file but the journal, which knows the time."""
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*")
            if path.is_file() and path.name != "journal.sqlite"}


def test_resuming_what_is_done_grades_nothing(seven):
    said = graded(seven / "in", seven / "out", "--resume")
    assert "7 of 7 are graded already" in said and "1/7" not in said
    assert set(begun(seven / "out").values()) == {("done", 1)}


def test_another_seed_is_another_class(seven):
    refused(grader("class", "dynamic-2", seven / "in", "--out", seven / "out", "--resume",
                   "--seed", "5"), "begun with another seed")


def test_changed_submission_is_graded_again_and_others_are_not(seven, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    fill(folder, a=corpus.worked("dynamic-2", 2), b=corpus.worked("dynamic-2", 4))
    graded(folder, out)
    (folder / "a.c").write_text(corpus.worked("dynamic-2", 6))
    os.utime(folder / "b.c", (1, 1))
    graded(folder, out, "--resume")
    assert [book(out)[name]["total"] for name in "ab"] == ["6", "4"]
    assert begun(out) == {"a": ("done", 2), "b": ("done", 1)}


def test_grader_error_costs_nobody_and_is_tried_again(small, tmp_path):
    out, whole = tmp_path / "out", tmp_path / "whole"
    path = without("gcc", tmp_path=tmp_path)
    said = graded(small, out, status=1, PATH=path)
    assert "nobody loses points" in said and said.endswith(" --resume\n")
    assert {(row["total"], row["state"], row["task 1"]) for row in book(out).values()} == {
        ("", "grader error", "")}
    assert {count for _, count in begun(out).values()} == {2}, "each is retried once"
    assert all("gcc is missing" in row["note"] for row in book(out).values())
    graded(small, out, "--resume")
    graded(small, whole)
    assert (out / "gradebook.csv").read_bytes() == (whole / "gradebook.csv").read_bytes()
    (small / "no_badge.c").write_text(corpus.worked("dynamic-2"))
    said = graded(small, out, "--resume", status=1, PATH=path)
    row = book(out)["no_badge"]
    assert row["total"] == "14" and "the earlier score is kept" in row["note"]
    assert (out / "students" / "no_badge" / "serial.txt").stat().st_size > 0


HOSTILE = ("=cmd('calc')", "@SUM(1)", "+1", "-1", "<img src=x onerror=alert(1)>", "a\x1b[31m",
           "two\nlines", '"><script>', "a..", "王伟")


def test_names_of_students_are_only_ever_text(tmp_path, frozen):
    folder, out = tmp_path / "in", tmp_path / "out"
    fill(folder, **{name: "int main(void" for name in HOSTILE})
    said = graded(folder, out)
    assert "\x1b" not in said and "two\nlines" not in said
    cells = [cell for row in csv.reader(io.StringIO((out / "gradebook.csv").read_text("utf-8")))
             for cell in row]
    assert len(cells) == 22 * (len(HOSTILE) + 1)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) or "\n" in cell for cell in cells)
    assert "'=cmd('calc')" in cells and "王伟" in cells
    page = Page(out / "class.html")
    assert not page.tags & {"img", "script"} and "<img src=x onerror=alert(1)>" in page.text
    assert len(os.listdir(out / "students")) == len(HOSTILE)
    assert all(".." not in Path(name).parts for name in os.listdir(out / "students"))


def test_what_is_no_submission_is_told_and_what_is_refused_has_its_state(tmp_path, frozen):
    folder, out = fill(tmp_path / "in", ann=corpus.worked("dynamic-2", 2)), tmp_path / "out"
    (folder / "readme.txt").write_text("x")
    (folder / "bob.c").symlink_to("/etc/passwd")
    (folder / "cid.zip").write_bytes(b"junk")
    (folder / "dan").mkdir()
    (folder / "dan" / "dynamic-2-submission.tar.gz").write_bytes(b"junk")
    (folder / "eve").mkdir()
    (folder / "eve" / "main.c").write_text(corpus.worked("dynamic-2", 4))
    (folder / "fay").symlink_to(folder / "eve")
    (folder / "gil.zip").symlink_to(folder / "cid.zip")
    said = graded(folder, out)
    assert "not a submission: readme.txt" in said
    rows = book(out)
    assert {name: row["total"] for name, row in rows.items()} == {
        "ann": "2", "bob": "0", "cid": "0", "dan": "0", "eve": "4", "fay": "0", "gil": "0"}
    for name, told in (("bob", "is a link"), ("fay", "is a link"), ("gil", "is a link"),
                       ("cid", "zip archive"), ("dan", "tar.gz archive")):
        assert rows[name]["state"] == "not accepted" and told in rows[name]["note"]


def test_roster_and_course_give_names_lateness_and_weight(tmp_path, frozen):
    folder, out = tmp_path / "in", tmp_path / "out"
    fill(folder, ann=corpus.worked("dynamic-2", 4), bob=corpus.worked("dynamic-2", 4),
         cid=corpus.worked("dynamic-2", 4))
    (tmp_path / "roster.csv").write_text(
        "student,name,submitted,e-mail,\x1b[31m\nann,\"=Ann\",2026-03-02T23:00:00+01:00\n"
        "bob,Bob,2026-03-03T22:00:00+00:00\nzoe,Zoe,\n")
    (tmp_path / "course.toml").write_text(
        "[late]\npenalty_per_day = 25\n"
        "[lab.dynamic-2]\ndue = 2026-03-02T23:59:00+01:00\nweight = 30\n")
    said = graded(folder, out, "--roster", tmp_path / "roster.csv",
                  "--course", tmp_path / "course.toml")
    assert "roster.csv: not used: e-mail, ·[31m\n" in said
    rows = book(out)
    assert {name: (row["name"], row["points"], row["total"], row["weighted"], row["late"])
            for name, row in rows.items()} == {
        "ann": ("'=Ann", "4", "4", "8", "no"), "bob": ("Bob", "4", "3", "6", "yes"),
        "cid": ("", "4", "4", "8", "unknown"), "zoe": ("Zoe", "0", "0", "0", "")}
    assert rows["zoe"]["state"] == "missing" and "not in the roster" in rows["cid"]["note"]
    assert "1 handed in nothing" in Page(out / "class.html").text
    rules = (tmp_path / "course.toml").read_text()
    (tmp_path / "course.toml").write_text(rules.replace("[late]", '[late]\ntimes = "files"'))
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        os.utime(path, (0, datetime.fromisoformat("2026-03-04T12:00:00+01:00").timestamp()))
    graded(folder, out, "--roster", tmp_path / "roster.csv", "--course", tmp_path / "course.toml",
           "--resume")
    rows = book(out)
    assert [rows[name]["late"] for name in ("ann", "cid")] == ["no", "yes"]
    assert rows["cid"]["total"] == "2"


def test_missing_tester_is_one_line(small, tmp_path):
    said = graded(small, tmp_path / "out", PATH=without("sim_c", tmp_path=tmp_path))
    assert said.count("similar pairs are not looked for: sim_c is missing: ") == 1
    assert "apt-get install similarity-tester" in said
