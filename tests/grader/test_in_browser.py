"""The pages in a real Chromium: light and dark, on a phone and on a desk, to eyes and screen readers.

Contrast is that of WCAG 2 (AA): 4.5, and 3 for large text. Nothing may be loaded, run past the
side of the screen, or make the browser complain.
"""

import shutil
from pathlib import Path

import corpus
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from test_commands import grader

from grader.report import html

pytestmark = pytest.mark.xdist_group("browser")

# A verdict of every look: all right, a difference, a fault's line, who waits for what, a compiler.
SHOWN = ("helpers_and_comments", "wrong_badge", "fault_in_the_last_task", "no_reply",
         "compile_error_in_a_task")

# Texts whose contrast with what lies behind them is too low: "ratio: text".
LOW_CONTRAST = """
const shade = colour => {
  const [r, g, b] = colour.slice(0, 3).map(part => {
    part /= 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const parts = text => {
  const found = text.match(/[\\d.]+/g).map(Number);
  return found.length < 4 ? [...found, 1] : found; };
const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const behind = node => {
  if (!node) return dark ? [18, 18, 18] : [255, 255, 255];
  const own = parts(getComputedStyle(node).backgroundColor);
  return own[3] ? over(own, own[3] < 1 ? behind(node.parentElement) : own)
                : behind(node.parentElement); };
const low = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const text = walk.currentNode.data.trim(), node = walk.currentNode.parentElement;
  const style = getComputedStyle(node);
  if (!text || !node.getClientRects().length || node.closest('style')) continue;
  const ground = behind(node);
  const ink = over(parts(node.closest('svg') ? style.fill : style.color), ground);
  const pair = [shade(ink), shade(ground)].sort((a, b) => b - a);
  const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
  const large = parseFloat(style.fontSize) >= 24
    || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
  if (ratio < (large ? 3 : 4.5)) low.push(ratio.toFixed(2) + ': ' + text.slice(0, 40)); }
return low;
"""


@pytest.fixture(scope="module")
def browser():
    options = Options()
    options.binary_location = shutil.which("chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory, frozen):
    """The pages by name: a report a verdict, and the page of a class."""
    folder = tmp_path_factory.mktemp("pages")
    entries = {entry.name: entry for entry in corpus.ENTRIES if entry.name in SHOWN}
    made = {}
    for name in SHOWN:
        made[name] = folder / f"{name}.html"
        made[name].write_text(html.text(corpus.grade_entry(entries[name])), "utf-8")
    students = folder / "class"
    students.mkdir()
    for name in ("wrong_badge", "helpers_and_comments"):
        for twin in ("ann", "bob"):
            (students / f"{twin}_{name}.c").write_text(entries[name].text)
    assert grader("class", "dynamic-2", students, "--out", folder / "graded")[0] == 0
    return {**made, "class": folder / "graded" / "class.html"}


def look(browser, page: Path, scheme: str, width: int):
    """Open the page as such a screen shows it."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500})
    browser.get_log("browser")
    browser.get(page.as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("name", [*SHOWN, "class"])
def test_page_can_be_read(browser, pages, name, scheme, width):
    look(browser, pages[name], scheme, width)
    assert browser.execute_script("return document.body.innerText").strip()
    assert browser.execute_script(LOW_CONTRAST) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    loaded = browser.execute_script("return performance.getEntriesByType('resource').length")
    assert (loaded, browser.get_log("browser")) == (0, [])


def test_notes_of_a_class_stand_on_the_screen_of_a_phone(browser, pages):
    look(browser, pages["class"], "light", 390)
    ends = browser.execute_script("""
        return [...document.querySelectorAll('td')].filter(cell => cell.innerText.trim())
            .map(cell => cell.getBoundingClientRect())
            .map(box => [box.left, box.right, box.height]);""")
    assert len(ends) > 40 and all(0 <= left < right <= 390 for left, right, _high in ends)
    assert max(high for _left, _right, high in ends) < 150
    assert browser.execute_script(
        "return [...document.querySelectorAll('.wide')].every(e => e.scrollWidth <= e.clientWidth)")


@pytest.mark.parametrize("name", [*SHOWN, "class"])
def test_page_can_be_heard(browser, pages, name):
    """What a screen reader gets: a title, a language, one first heading, named pictures, tables."""
    look(browser, pages[name], "light", 1100)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    heard = [(node["role"]["value"], node.get("name", {}).get("value", ""),
              {one["name"]: one["value"].get("value") for one in node.get("properties", [])})
             for node in tree if not node["ignored"]]
    assert browser.title and browser.execute_script("return document.documentElement.lang") == "en"
    levels = [more["level"] for role, _name, more in heard if role == "heading"]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    assert [role for role, called, _more in heard
            if role in ("image", "graphics-document", "SvgRoot", "link") and not called] == []
    tables = sum(role == "table" for role, _name, _more in heard)
    headed = sum(role in ("columnheader", "rowheader") for role, _name, _more in heard)
    assert not tables or headed >= tables


def test_the_look_finds_faults(browser, tmp_path):
    """The looks above can fail: grey on white, wider than the screen, something loaded."""
    page = tmp_path / "bad.html"
    page.write_text('<p style="color:#aaa;background:#fff;width:900px">faint</p><img src="no.png">')
    look(browser, page, "light", 390)
    assert browser.execute_script(LOW_CONTRAST) == ["2.32: faint"]
    assert browser.execute_script("return document.documentElement.scrollWidth") > 390
    assert browser.get_log("browser")
