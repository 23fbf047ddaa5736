"""The parts of a class on their own: late days, roster, cells, journal, workers, similar pairs."""

import os
import sys
import tarfile
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import corpus
import pytest
import toy

from grader import states
from grader.classes import entries, pool, similar, worker
from grader.classes.course import Course, Member, course, lateness, roster
from grader.classes.entries import Entry
from grader.classes.gradebook import defused
from grader.classes.journal import open_journal
from grader.errors import Refusal
from grader.lab import find, kit_root, read
from grader.recipe import Kit

KIT = kit_root()
DUE = datetime(2026, 3, 2, 23, 59, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("late, extension, flag, cost", [
    (timedelta(0), 0, "no", 0), (timedelta(seconds=1), 0, "yes", 0),
    (timedelta(days=1), 0, "yes", 0), (timedelta(days=1, seconds=1), 0, "yes", 0.1),
    (timedelta(days=3), 0, "yes", 0.2), (timedelta(days=3), 2, "yes", 0),
    (timedelta(days=5), 0, "yes", 1)])
def test_late_days_are_begun_days_past_the_free_ones(late, extension, flag, cost):
    rules = Course(DUE, free_days=1, penalty=10, last_day=3)
    found = lateness(rules, Member("ann", "", DUE + late, extension))
    assert (found.flag, found.cost) == (flag, cost)


def test_zones_are_compared_as_moments():
    utc = datetime(2026, 3, 2, 22, 59, tzinfo=timezone.utc)
    assert lateness(Course(DUE, penalty=10), Member("ann", "", utc)).flag == "no"


def test_unknown_time_costs_nothing():
    found = lateness(Course(DUE, penalty=100), Member("ann"), DUE + timedelta(days=1))
    assert (found.flag, found.cost) == ("unknown", 0)


def test_dates_of_files_count_where_the_course_says_so_and_the_roster_does_not():
    rules, late = Course(DUE, penalty=100, dated=True), DUE + timedelta(seconds=1)
    assert lateness(rules, Member("ann"), late).cost == 1
    assert lateness(rules, Member("ann"), DUE).flag == "no"
    assert lateness(rules, Member("ann", "", DUE), late).flag == "no"
    assert lateness(rules, Member("ann")).flag == "unknown"


def test_dates_inside_an_archive_never_count(tmp_path):
    with zipfile.ZipFile(tmp_path / "ann.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.c", (1999, 1, 1, 0, 0, 0)), "int x;")
    with tarfile.open(tmp_path / "bob.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("main.c")
        member.mtime = 1
        archive.addfile(member)
    for path in tmp_path.iterdir():
        os.utime(path, (0, 1_800_000_000))
    lab = find(KIT, "ipc")
    found, _others = entries.find(tmp_path, lab)
    assert [entries.date(entry, lab).timestamp() for entry in found] == [1_800_000_000] * 2


def test_date_of_an_entry_is_that_of_its_newest_file_to_be_taken_in(tmp_path):
    lab = find(KIT, "ipc")
    for number, name in enumerate(("ann.zip", "bob/main.c", "bob/notes", "cid/x.tar.gz", "dan/",
                                    "eve/draft/main.c")):
        path = tmp_path / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not path.is_dir():
            path.touch()
            os.utime(path, (0, 1_800_000_000 + number))
    found, _others = entries.find(tmp_path, lab)
    seconds = {entry.student: (when := entries.date(entry, lab)) and when.timestamp()
               for entry in found}
    assert seconds == {"ann": 1_800_000_000, "bob": 1_800_000_001, "cid": 1_800_000_003,
                       "dan": None, "eve": 1_800_000_005}
    assert entries.fingerprint(found[-1], lab) != (
        (tmp_path / "eve/draft/main.c").write_text("int x;"), entries.fingerprint(found[-1], lab))[1]


@pytest.mark.parametrize("text, told", [
    ("[lab.x]\ndue = 2026-03-02T23:59:00\n", "needs a zone"),
    ("[lab.x]\ndue = true\n", "due is a date, not True"),
    ("[lab.x]\ndue = 2026-03-02\n", "with time and zone, without quotes: due = 2026-03-02T23"),
    ("[lab.x]\ndue = \"2026-03-02\"\n", "without quotes: due = 2026-03-02T23:59:00"),
    ("[lab.x]\ndeu = 1\n", "unknown word deu"),
    ("[late]\npenalty_per_day = 101\n", "late: penalty_per_day is a percentage from 0 to 100, not 1"),
    ("[late]\npenalty_per_day = nan\n", "percentage from 0 to 100, not nan"),
    ("[late]\nfree_days = -1\n", "late: free_days is a number of days from 0 on, not -1"),
    ("[late]\nlast_day = -2\n", "late: last_day is a number of days from 0 on, not -2"),
    *[(f"[lab.x]\nweight = {value}\n", f"lab.x: weight is a number from 0 to 1000000, not {value}")
      for value in (-1, "nan", "inf", 10 ** 40)],
    ("[lab.ipcc]\nweight = 1\n", r"^course.toml: \[lab.ipcc\]: .*'ipcc'; did you mean ipc\?$"),
    ("[lab.x]\n[lab.\"\"]\n", r"\[lab.\]: there is no lab"),
    pytest.param(f"[late]\nfree_days = {'9' * 5000}\n", "course.toml: ", id="too long"),
    ("[late]\ntimes = \"file\"\n", "roster / files"),
    ("late = 1\n", "late is a table, not 1"), ("[", "course.toml"),
    ("[lab.x]\nweight = true\n", "weight is a number, not True"),
    ("[lab.x]\nweight = \"3\"\n", "weight is a number, not '3'"),
    ("[late]\nfree_days = 1.5\n", "late: free_days is a whole number, not 1.5"),
    ("[late]\ntimes = 1\n", "times is a word in quotes, not 1")])
def test_mistakes_in_the_course_file_are_told(tmp_path, text, told):
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(Refusal, match=told):
        course(tmp_path / "course.toml", replace(find(KIT, "ipc"), name="x"))


def test_the_labs_own_rules_hold_where_the_course_says_no_others(tmp_path):
    toy.lab(tmp_path)
    (tmp_path / "lab.toml").write_text(
        toy.TOML + "[late]\nfree_days = 2\npenalty_per_day = 10\n"
        f"[course]\ndue = {DUE.isoformat()}\nweight = 5\n")
    lab = replace(read(tmp_path), name="ipc")
    assert course(None, lab) == Course(DUE, free_days=2, penalty=10, weight=5)
    (tmp_path / "course.toml").write_text("[late]\nfree_days = 0\n[lab.ipc]\nweight = 7\n")
    assert course(tmp_path / "course.toml", lab) == Course(DUE, free_days=0, penalty=10, weight=7)
    with pytest.raises(Refusal, match="ipc/lab.toml: late: unknown word free"):
        course(None, replace(lab, late={"free": 2}))
    with pytest.raises(Refusal, match="ipc/lab.toml: course: due is a date with time"):
        course(None, replace(lab, course={"due": 2}))


def test_a_course_file_calls_labs_by_any_of_their_names(tmp_path):
    path = tmp_path / "course.toml"
    path.write_text("\ufeff[lab.libraries-2]\nweight = 2\n[lab.ipc]\nweight = 1\n", "utf-8")
    assert course(path, find(KIT, "dynamic-2")).weight == 2
    assert course(path, find(KIT, "ipc")).weight == 1
    assert course(path, find(KIT, "untyped")).weight is None
    path.write_text("[lab.libraries-2]\n[lab.dynamic-2]\n")
    with pytest.raises(Refusal, match=r"\[lab.libraries-2\], \[lab.dynamic-2\] are the same lab"):
        course(path, find(KIT, "dynamic-2"))


@pytest.mark.parametrize("text, told", [
    ("name\nann\n", "one of them student"), ("", "one of them student; it names ''"),
    ("student;name\nann;x\n", "commas between them, .*; it names 'student;name'"),
    ("student,name,name\nann,x,y\n", "the column name is there twice"),
    ("student,name\nann,Lee, Ann\n", "line 2: more cells than columns: .* needs quotes"),
    ("student\nann\nann\n", "line 3: 'ann' is there twice"),
    ("student,submitted\nann,yesterday\n", "is not a time"),
    ("student,submitted\nann,2026-03-02T10:00\n", "has no zone"),
    ("student,extension\nann,-1\n", "number of days"), ("student,name\n,x\n", "no student"),
    ("student\n\"ann\n", "CSV")])
def test_mistakes_in_the_roster_are_told(tmp_path, text, told):
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(Refusal, match=told):
        roster(tmp_path / "roster.csv")


def test_columns_of_a_roster_may_stand_apart_and_be_more(tmp_path):
    (tmp_path / "r.csv").write_text(
        'Student , NAME, submited,extension ,\nann, "Lee, Ann", x, 2,\n bob,Bob\n')
    assert roster(tmp_path / "r.csv") == ({"ann": Member("ann", "Lee, Ann", None, 2),
                                           "bob": Member("bob", "Bob")}, ["submited"])


def test_time_of_a_platform_is_taken_from_its_column(tmp_path):
    (tmp_path / "r.csv").write_text("\ufeffstudent,created_at\nann,2026-03-02T10:00:00Z\n")
    assert roster(tmp_path / "r.csv")[0]["ann"].submitted == datetime(2026, 3, 2, 10,
                                                                   tzinfo=timezone.utc)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "|x"])
def test_formulas_become_text(value):
    assert defused(value).startswith("'")


@pytest.mark.parametrize("value", ["ann", "", "a=b", "15", "O'Neil"])
def test_plain_cells_stay(value):
    assert defused(value) == value


ROW = {"score": 5, "state": "failed", "headline": "x", "points": [5], "mistake": None}
ERROR = {"score": None, "state": "grader error", "headline": "no disk", "points": [0],
         "mistake": None}


def test_journal_keeps_an_earlier_score_until_there_is_a_better_grading(tmp_path):
    with open_journal(tmp_path) as journal:
        journal.begin("ann", "1")
        journal.finish("ann", ROW)
        assert journal.finished("ann", "1") and not journal.finished("ann", "2")
        journal.begin("ann", "2")
        assert not journal.finished("ann", "2") and journal.row("ann")["score"] == 5
        journal.finish("ann", ERROR)
        assert not journal.finished("ann", "2")
        assert journal.row("ann")["score"] == 5 and journal.row("ann")["kept"] == "no disk"
        journal.begin("ann", "2")
        journal.finish("ann", ROW | {"score": 7})
        assert journal.row("ann") == ROW | {"score": 7} and journal.finished("ann", "2")


def test_two_runs_into_one_folder_are_refused(tmp_path):
    with open_journal(tmp_path), pytest.raises(Refusal, match="another run"):
        with open_journal(tmp_path):
            pass


def test_broken_journal_is_told(tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(Refusal, match="not a database"):
        with open_journal(tmp_path):
            pass


WORKER = """
import sys, os, json, time
for line in sys.stdin:
    name = json.loads(line)["student"]
    first = not os.path.exists(sys.argv[1] + name)
    open(sys.argv[1] + name, "w").close()
    if name == "dies" or name == "dies once" and first:
        os._exit(3)
    if name == "sleeps":
        time.sleep(60)
    print(json.dumps({"score": 1, "student": name}), flush=True)
"""


def test_worker_that_dies_or_sleeps_costs_only_its_own_submission(tmp_path, monkeypatch):
    (tmp_path / "lab").mkdir()
    lab = toy.lab(tmp_path / "lab")
    monkeypatch.setattr(pool, "SECONDS", 1.5)
    monkeypatch.setattr(pool, "command", lambda kit, lab: [
        "setpriv", "--pdeathsig", "KILL", sys.executable, "-c", WORKER, f"{tmp_path}/seen "])
    names = ["dies", "a", "dies once", "b", "sleeps", "c"]
    begun = []
    with pool.pool(Kit(KIT), lab, 2, lambda entry: tmp_path, None) as workers:
        rows = {entry.student: row for entry, row in workers.grade(
            [Entry(name, Path(name)) for name in names], lambda entry: begun.append(entry.student))}
    assert {name: row["score"] for name, row in rows.items()} == {
        "dies": None, "a": 1, "dies once": 1, "b": 1, "sleeps": None, "c": 1}
    assert "ended with status 3" in rows["dies"]["headline"] + str(rows["dies"])
    assert {name: begun.count(name) for name in names} == {
        "dies": 2, "a": 1, "dies once": 2, "b": 1, "sleeps": 2, "c": 1}


@pytest.mark.parametrize("said, complaint", [
    ("main.c: In function ‘main’:\nmain.c:2:1: warning: x\nmain.c:217:55: error: expected ‘;’\n  2 |",
     "main.c:217:55: error: expected ‘;’"),
    ("main.c:1:10: fatal error: no.h: No such file\ncompilation terminated.",
     "main.c:1:10: fatal error: no.h: No such file"),
    ("ld: main.c.o: in function `f':\nrehearsal.c:95: multiple definition of `f'; first\ncollect2: x",
     "rehearsal.c:95: multiple definition of `f'; first"),
    ("there is no function main", "there is no function main"), ("", "")])
def test_first_complaint_of_a_compiler(said, complaint):
    assert worker.first_complaint(said) == complaint


LONG = """
    int total = 0;
    for (int {i} = 0; {i} < 100; {i}++) {{
        if ({i} % 3 == 0 && {i} % 5 != 0) {{ total += {i} * 2; }} else {{ total -= {i} / 2; }}
    }}
    while (total > 0) {{ total = total / 2 - 1; printf("%d {i}", total); }}
"""
OTHER = """
    seL4_Word words[4] = { 1, 2, 3, 4 }, *next = words;
    do { switch (*next) { case 1: puts("one"); break; case 2: next++; continue; default: break; }
    } while (next++ < words + 3);
    struct { char letter; long number; } both = { 'a', 5L }; (void)both; exit(both.letter ? 1 : 2);
"""


def test_copied_regions_are_found_and_common_text_is_not(tmp_path):
    lab = find(KIT, "dynamic-2")
    texts = {"ann": corpus.region("dynamic-2", 13, LONG.format(i="i")),
             "bob": corpus.region("dynamic-2", 13, LONG.format(i="counter")).replace("\n", " \n"),
             "cid": corpus.region("dynamic-2", 13, OTHER),
             "dan": corpus.worked("dynamic-2"), "eve": corpus.worked("dynamic-2")}
    for name, text in texts.items():
        (tmp_path / name / "files").mkdir(parents=True)
        (tmp_path / name / "files" / "main.c").write_text(text)
    found = similar.pairs(lab, tmp_path, {name: name for name in texts})
    assert [pair.students for pair in found.found] == [("ann", "bob")] and not found.notes
    assert "counter" in found.found[0].texts[1] and "TASK" not in found.found[0].texts[0]


def test_a_text_without_end_costs_nobody_else_the_pairs(tmp_path):
    long = "#if 0\n" + "a=b+c;" * 36_000 + "\n#endif\n"
    texts = {"ann": LONG.format(i="i"), "bob": LONG.format(i="counter"),
             **{f"long\n{n}": long for n in range(4)}}
    folders = {name: f"f{number}" for number, name in enumerate(texts)}
    for name, text in texts.items():
        (tmp_path / folders[name] / "files").mkdir(parents=True)
        (tmp_path / folders[name] / "files" / "main.c").write_text(
            corpus.region("dynamic-2", 13, text))
    found = similar.pairs(find(KIT, "dynamic-2"), tmp_path, folders)
    assert [pair.students for pair in found.found] == [("ann", "bob")]
    assert found.notes == ("4 submissions are not compared, their own text has more than 16 KiB: "
                           "long·0, long·1, long·2, …",)


def test_own_text_is_what_stands_in_the_regions(tmp_path):
    (tmp_path / "main.c").write_text(states.state(toy.SOURCE, {1, 2}))
    assert similar.own(tmp_path / "main.c", {1: {"".join(
        'see {"ev": "mint", "badge": BADGE}'.split())}}).startswith('see {"ev": "msg"')
    assert similar.own(tmp_path / "none", {}) == ""
    (tmp_path / "main.c").write_bytes(b"/* TASK 1 BEGIN */\n\xff")
    assert similar.own(tmp_path / "main.c", {}) == ""
    (tmp_path / "main.c").write_text(text := f"/* TASK {'9' * 5000} BEGIN */\n/* TASK 1 END */\n")
    assert similar.own(tmp_path / "main.c", {}) == text


REPEATED = {"names": "x " * 8000, "signs that C has not": "é x ü y @ " * 1200,
            "strings": '"a" "b"\n' * 2000, "comments": "/*1*/x/*2*/y" * 1300,
            "numbers": "0 1 " * 4000, "statements": "a(b,c);d=e[f];" * 1050,
            "lines": "".join(f"/*{n}*/ a = {n} ;\n" for n in range(700))}


@pytest.mark.parametrize("what", REPEATED)
def test_texts_that_repeat_themselves_cost_a_class_no_minutes(tmp_path, what, monkeypatch):
    monkeypatch.setattr(similar, "SECONDS", 1)
    texts = {"ann": LONG.format(i="i"), "bob": LONG.format(i="counter"),
             **{f"c{n}": OTHER + REPEATED[what] for n in range(8)}}
    for name, text in texts.items():
        (tmp_path / name / "files").mkdir(parents=True)
        (tmp_path / name / "files" / "main.c").write_text(corpus.region("dynamic-2", 13, text))
    found = similar.pairs(find(KIT, "dynamic-2"), tmp_path, {name: name for name in texts})
    assert ("ann", "bob") in [pair.students for pair in found.found] and not found.notes
    assert ("c0", "c1") in [pair.students for pair in found.found]


def test_what_is_compared_repeats_little():
    once = 'if (a > 1) { puts("a b"); } // done'
    assert similar.unrepeated(once).split("\n")[:-1] == [
        "if", "(", "a", ">", "1", ")", "{", "puts", "(", '"a b"', ")", ";", "}"]
    assert len(similar.unrepeated("x " * 8000).split()) < 20
    assert similar.unrepeated("a=b;" * 20) == similar.unrepeated("c = d; /* x */ " * 200).replace(
        "c", "a").replace("d", "b")
