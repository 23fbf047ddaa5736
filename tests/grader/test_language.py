"""The grader speaks Chinese where it is asked to, completely; programs read the same as before."""

import ast
import gettext
import json
import os
import re
import string
import subprocess
from functools import cache
from html import unescape
from pathlib import Path

import corpus
import pytest
from test_class import fill, from_corpus, graded
from test_commands import call, grader, init

from grader import checking, doctor, language, report
from grader.errors import Refusal
from grader.lab import find, kit_root
from grader.report import gradescope, html, junit, words
from grader.score import Verdict

KIT = kit_root()
CATALOG = KIT / "grader" / "locale" / "zh.po"
SOURCES = sorted([*(KIT / "grader").rglob("*.py"), *(KIT / "labs").glob("*/*.py")])
# Words of the field and of commands that Chinese texts use as they are.
KEPT = re.compile(r"\b(?:python3 -m grader|gdb|apt-get install|ninja -C build format|target remote|"
                  r"set confirm off|hbreak main|lab path|ninja submit)\b.*")


@pytest.fixture
def chinese(frozen):
    """Chinese is spoken in this process."""
    language.choose("zh")
    assert language.chosen() == "zh"
    yield
    language.choose("en")


# The catalog

@cache
def texts():
    """Every text that is marked for translation, with its plural's where it has one."""
    done = subprocess.run(
        ["xgettext", "--language=Python", "--from-code=UTF-8", "--keyword=_", "--keyword=N_",
         "--keyword=several:2,3", "--output=-", *map(str, SOURCES)],
        capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    plural = done.stdout.replace(b"nplurals=INTEGER; plural=EXPRESSION",
                                 b"nplurals=2; plural=(n != 1)")
    english = subprocess.run(["msgen", "-"], input=plural, capture_output=True, check=True)
    return set(catalog(english.stdout)) | in_page() | {p.use for p in doctor.packages()}


def in_page():
    """The texts of a class's page."""
    from jinja2 import Environment
    made = Environment(extensions=["jinja2.ext.i18n"])
    page = (KIT / "grader" / "classes" / "class.html.j2").read_text("utf-8")
    found = [said if isinstance(said, str) else said and said[0]
             for _line, _function, said in made.extract_translations(page)]
    return {said for said in found if said}


def catalog(source):
    """Text -> translation of a catalog; what is fuzzy or empty is left out, as in every program."""
    folder = Path(os.environ.get("TMPDIR", "/tmp"))
    done = subprocess.run(["msgfmt", "--check-format", "-o", "-", "-"], input=source,
                          capture_output=True, check=True, cwd=folder)
    import io
    found = gettext.GNUTranslations(io.BytesIO(done.stdout))._catalog
    return {said[0] if isinstance(said, tuple) else said: text
            for said, text in found.items() if said}


def placeholders(text):
    """What is put into a text: names in braces with their formats, and argparse's own."""
    named = [(name, spec, how) for _said, name, spec, how in string.Formatter().parse(text)
             if name is not None]
    return sorted(map(str, named)), sorted(re.findall(r"%\(\w+\)[sr]|%[sr]", text))


def test_catalog_has_exactly_the_texts_of_the_sources():
    source = CATALOG.read_bytes()
    there = set(catalog(source))
    assert {"missing": sorted(texts() - there), "obsolete": sorted(there - texts())} \
        == {"missing": [], "obsolete": []}
    assert b"fuzzy" not in source and b"\n#~" not in source


def test_translations_keep_what_is_put_in_and_the_blanks_around():
    for text, chinese in catalog(CATALOG.read_bytes()).items():
        assert placeholders(chinese) == placeholders(text), text
        assert chinese.startswith("\n") == text.startswith("\n"), text
        assert chinese.endswith("\n") == text.endswith("\n"), text


def test_placeholders_are_found():
    assert placeholders("{a:#x} of {b!r}, %(c)s") == placeholders("%(c)s：{b!r}，{a:#x}")
    assert placeholders("{a:#x}") != placeholders("{a}")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(KIT)))
def test_marks_are_where_xgettext_sees_them(path):
    """It does not look into f-strings, and no function that translates uses the name otherwise."""
    tree = ast.parse(path.read_text("utf-8"))

    def marks(inside):
        return [node.lineno for node in ast.walk(inside) if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_", "several")]
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            assert [call for call in ast.walk(node) if isinstance(call, ast.Call)
                    and getattr(call.func, "id", "") in ("_", "N_", "several")
                    and isinstance(call.args[0], ast.Constant)] == [], node.lineno
        if isinstance(node, ast.FunctionDef) and marks(node) and node.name != "_":
            assert not [name.lineno for name in ast.walk(node)
                        if isinstance(name, ast.Name) and name.id == "_"
                        and isinstance(name.ctx, ast.Store)], node.name


TELLS = {"print", "Diagnosis", "Refusal", "KitError", "LabError", "IntakeError", "BuildError",
         "ChecksError", "GraderError", "TraceError", "TranscriptError", "RegionError", "require",
         "usual"}


def untranslated(source):
    """The lines on which something is told to people that does not go through the catalog."""
    found = []
    for call_ in ast.walk(ast.parse(source)):
        if isinstance(call_, ast.Call) and getattr(call_.func, "id", "") in TELLS:
            told = call_.args[2:] if call_.func.id == "usual" else call_.args
            for value in [*told, *(word.value for word in call_.keywords)]:
                parts = value.values if isinstance(value, ast.JoinedStr) else [value]
                found += [value.lineno for part in parts if isinstance(part, ast.Constant)
                          and re.search(r"[a-z]{2,} [a-z]{2,}", str(part.value))]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(KIT)))
def test_what_is_told_goes_through_the_catalog(path):
    assert untranslated(path.read_text("utf-8")) == []


def test_what_does_not_is_found():
    assert untranslated('raise Refusal(f"{name} is not there")\nprint(_("all is well"))\n'
                        'require(made, expected=_("a frame"), seen="no such frame")') == [1, 3]


# Choosing

@pytest.mark.parametrize("variables, wanted", [
    ({}, "en"), ({"LANG": "C.UTF-8"}, "en"), ({"LANG": "zh_CN.UTF-8"}, "zh"),
    ({"LANG": "zh"}, "zh"), ({"LC_MESSAGES": "zh_TW.UTF-8", "LANG": "de_DE.UTF-8"}, "zh"),
    ({"LC_ALL": "C", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
    ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
])
def test_locale_chooses(monkeypatch, variables, wanted):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language.of_locale() == wanted


@pytest.mark.parametrize("words_, rest", [
    (["one", "--lang", "zh", "x"], ["one", "x"]), (["--lang=zh", "one"], ["one"]),
    (["one", "--lang", "zh"], ["one"])])
def test_language_is_a_word_anywhere(chinese, words_, rest):
    language.choose("en")
    assert language.take(words_) == rest and language.chosen() == "zh"


def test_command_line_goes_before_the_locale(monkeypatch, chinese):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert language.take(["--lang", "en"]) == [] and language.chosen() == "en"


@pytest.mark.parametrize("words_, told", [(["--lang"], "needs a language: en, zh"),
                                          (["--lang", "fr"], "no language 'fr'")])
def test_other_languages_are_refused(words_, told):
    with pytest.raises(Refusal, match=told):
        language.take(words_)


def test_without_its_catalog_a_language_is_english(monkeypatch, tmp_path):
    monkeypatch.setattr(language, "CATALOGS", tmp_path)
    language.choose("zh")
    assert language.chosen() == "en" and language._("passed") == "passed"
    assert language.pick("a", "b") == "a"


# Completeness: what a run says

def english(text, known=""):
    """Two or more English words side by side that `known` (what a program printed) does not have."""
    found = []
    for line in text.splitlines():
        line = KEPT.sub("", line)
        for run in re.findall(r"(?<![\w./(=+-])[A-Za-z][a-z]+(?: [A-Za-z][a-z]+)+(?![\w(./=])", line):
            if run not in known:
                found.append(run)
    return found


def test_english_is_found():
    assert english("任务 2: no such copy") == ["no such copy"]
    assert english("seL4_Call() 通过 ep_cap_path.capPtr 发送，见 docs/teaching.md") == []
    assert english("实际：Failed to retype", "main.c: Failed to retype") == []


def page_text(page):
    """The text of an HTML page, and what only screen readers read."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    labels = re.findall(r'(?:aria-label|title)="([^"]*)"', body)
    return unescape("\n".join([re.sub(r"<[^>]*>", "\n", body), *labels]))


SAID = ("print_only", "no_badge", "compile_error", "endless_loop", "output_flood", "debug_halt",
        "reboot_loop", "fault_in_the_last_task", "hard_coded_constants", "no_reply",
        "markers_deleted_and_wrong", "work_free_success", "print_only_server",
        "empty_main", "empty_file", "port_without_capability")


@pytest.mark.parametrize("name", SAID)
def test_reports_of_every_verdict_are_chinese(chinese, capsys, name):
    entry = next(entry for entry in corpus.ENTRIES if entry.name == name)
    result = corpus.grade_entry(entry)
    assert result.verdict is entry.verdict and result.score == entry.points
    known = "\n".join([
        entry.text, result.serial, result.trace,
        result.details if result.verdict is Verdict.BUILD_ERROR else "",
        *(path.read_text("utf-8") for path in (result.lab.folder / "expected").iterdir())])
    report.show(result, None)
    shown = capsys.readouterr().out
    made = json.loads(gradescope.text(result))
    told = "\n".join([made["output"], *(f"{test['name']}\n{test['output']}"
                                        for test in made.get("tests", []))])
    cases = unescape("\n".join(re.findall(r'message="([^"]*)"|name="task \d+: ([^"]*)"',
                                          junit.text(result))[0]))
    page = html.text(result)
    assert '<html lang="zh">' in page
    for text in (shown, told, cases, page_text(page)):
        assert english(text, known) == []
    assert result.verdict.word in shown and re.search("[\u4e00-\u9fff]", shown)


def test_programs_read_the_same_in_every_language(chinese):
    entry = next(entry for entry in corpus.ENTRIES if entry.name == "no_badge")
    spoken = json.loads(gradescope.text(corpus.grade_entry(entry)))
    language.choose("en")
    plain = json.loads(gradescope.text(corpus.grade_entry(entry)))
    assert spoken["output"] != plain["output"]

    def read(made):
        return made["score"], made["extra_data"], [
            (test["number"], test["score"], test["status"], test["extra_data"])
            for test in made["tests"]]
    assert read(spoken) == read(plain)


def test_every_check_and_its_advice_is_chinese(chinese):
    """Of all labs and of the one that new-lab begins: no advice is left in English."""
    for path in sorted([*(KIT / "labs").glob("*/checks.py"),
                        KIT / "grader" / "authoring" / "template" / "labs" / "checks.py"]):
        tasks = 2 if "template" in path.parts else len(find(KIT, path.parent.name).tasks)
        for check in checking.load(path, tasks).of.values():
            for entry in check.advice:
                said = entry if isinstance(entry, str) else entry.text
                assert re.search("[\u4e00-\u9fff]", said) and english(said) == [], said


def test_table_stays_aligned(chinese, capsys):
    report.show(corpus.grade_entry(next(e for e in corpus.ENTRIES if e.name == "no_badge")), None)
    rows = [line for line in capsys.readouterr().out.splitlines() if re.match(r" *\d+ +\S", line)]
    assert len(rows) == 15 and len({words.width(row.rstrip()) for row in rows}) == 1


# Completeness: commands

@pytest.mark.parametrize("words_", [
    ("--list",), ("--doctor",), ("--tut", "dynamic2"), ("--tut",), ("--tut", "ipc", "--task"),
    ("--tut", "ipc", "--task", "9"), ("--tut", "ipc", "--solution", "--task", "2"),
    ("--tut", "ipc", "a", "b"), ("--tut", "ipc", "--fast"), ("--tut", "ipc", "no/such/folder"),
    ("--tutorial", "ipc"), ("--list", "ipc"), ("--tut", "ipc")])
def test_init_speaks_chinese(tmp_path, frozen, words_):
    status, out, err = init("--lang", "zh", *words_, cwd=tmp_path)
    assert re.search("[\u4e00-\u9fff]", out + err) and english(out + err) == []
    assert status == init(*words_, cwd=tmp_path / "again" if (tmp_path / "again").mkdir() else
                          tmp_path / "again")[0]


def test_next_steps_lead_to_the_chinese_lesson(tmp_path, frozen):
    assert "labs/ipc/README.zh.md" in init("--tut", "ipc", "--lang", "zh", cwd=tmp_path)[1]


@pytest.mark.parametrize("words_, told", [
    (("--lang", "zh", "--setup"), "这台机器没有 apt-get"), (("--lang=zh", "--demo"), "没有 apt-get"),
    (("--setup",), "has no apt-get"), (("--lang", "en", "--setup"), "has no apt-get")])
def test_a_bare_machine_is_spoken_to(tmp_path, words_, told):
    """Before there is a python3: what ./init says itself."""
    for tool in ("dirname", "readlink", "id", "sh"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    status, _out, err = call(KIT / "init", *words_, PATH=str(tmp_path))
    assert status == 2 and told in err and err.startswith("caplab: ")


@pytest.mark.parametrize("words_", [
    (), ("one",), ("one", "ipc"), ("one", "nosuch", "x", "--out", "y"), ("--help",),
    ("one", "--help"), ("class", "--help"), ("selftest", "--help"), ("export", "x", "ipc"),
    ("one", "untyped", "no.c", "--out", "y"), ("one", "untyped", "no.c", "--out", "y", "--seed",
                                               "x"),
    ("new-lab", "Bad Name"), ("class", "untyped", "no", "--out", "y"), ("record", "nosuch"),
    ("one", "untyped", "a", "b", "--out", "y"), ("simulate", "--help"), ("submit", "--help")])
def test_command_line_speaks_chinese(tmp_path, frozen, words_):
    status, out, err = grader(*words_, "--lang", "zh", cwd=tmp_path)
    assert re.search("[\u4e00-\u9fff]", out + err), (out, err)
    assert english(out + err, "Bad Name") == []
    assert status == grader(*words_, cwd=tmp_path)[0]


def test_build_folder_passes_the_language_on(tmp_path, frozen):
    assert init("--tut", "untyped", cwd=tmp_path)[0] == 0
    build = tmp_path / "untyped_build"
    said = call("./submit", "--lang", "zh", cwd=build)[1]
    assert "下一个是任务 1" in said and "要上交的文件" in said and english(
        said, "Failed to retype\nFailed to set priority") == []
    by_locale = call("./submit", cwd=build, LC_ALL="zh_CN.UTF-8")[1]
    assert by_locale == said and "Task 1 is next" in call("./submit", cwd=build)[1]
    assert "机器自己停下了" in call("./simulate", "--lang", "zh", cwd=build)[1]


# A class

def test_class_is_chinese_and_keeps_its_language(tmp_path, frozen):
    folder = fill(tmp_path / "in", right=corpus.worked("untyped"),
                  halts=from_corpus("debug_halt"), broken="int main(void\n")
    out = tmp_path / "out"
    said = graded(folder, out, "--lang", "zh", lab="untyped")
    assert "halts：0/10（内核停机）" in said and english(said) == []
    rows = {row["学生"]: row for row in book_rows(out)}
    assert rows["right"]["状态"] == "通过" and rows["right"]["总分"] == "10"
    assert english((out / "gradebook.csv").read_text("utf-8"), "at end of input") == []
    page = (out / "class.html").read_text("utf-8")
    assert '<html lang="zh">' in page and english(page_text(page), "at end of input") == []
    before = {path: path.read_bytes() for path in out.glob("*.*") if path.suffix != ".sqlite"}
    status, _out, err = grader("class", "untyped", folder, "--out", out, "--resume")
    assert status == 2 and "begun with another language" in err
    graded(folder, out, "--lang", "zh", "--resume", lab="untyped")
    assert {path: path.read_bytes() for path in before} == before


def book_rows(out):
    """The rows of a gradebook, by its own headings."""
    import csv
    return list(csv.DictReader((out / "gradebook.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("kind, script", [
    ("gradescope", "run_autograder"), ("github", ".caplab/grade"),
    ("classroom50", "autograders/untyped/autograder.py")])
def test_an_export_speaks_the_language_it_was_made_in(tmp_path, frozen, kind, script):
    from zipfile import ZipFile
    place = tmp_path / "made"
    assert "已写入" in grader("export", kind, "untyped", "--out", place, "--lang", "zh")[1]
    text = ZipFile(place).read(script).decode() if kind == "gradescope" \
        else (place / script).read_text("utf-8")
    assert "--lang zh" in text or "LANGUAGE = 'zh'" in text and "'未通过'" in text
    assert kind != "github" or "会回收的对象分配器" in (
        place / ".github/classroom/autograding.json").read_text("utf-8")
