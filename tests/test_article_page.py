"""The rendered report, as readers will open it: the committed page, and one made just now."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import page_checks
from ambiguous_digits import PROJECT

FOLDER = PROJECT / os.environ.get("REPORT", "report")
MIN_LETTERS = 9  # CSS pixels, in figures
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
TOO_WIDE = """[...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.scroll, pre'))
    .map(e => e.outerHTML.slice(0, 80))"""
TOO_SMALL = """least => [...document.querySelectorAll('figure svg text')]
    .filter(e => e.checkVisibility())
    .map(e => [e.getScreenCTM(), parseFloat(getComputedStyle(e).fontSize), e.textContent])
    .map(([to, size, text]) => [size * Math.hypot(to.a, to.b), text])
    .filter(([size]) => size < least).map(([size, text]) => `${text}: ${size} px`)"""
UNFOLD = """document.querySelectorAll('details').forEach(e => e.open = true)
    document.querySelectorAll('input').forEach(e => e.checked = true)"""


@pytest.fixture(scope="module", params=["index", "evidence", "small"])
def page(request) -> Path:
    """The pages in report/, or in the folder REPORT, and that of `conftest.small_report`."""
    if request.param == "small":
        return Path(request.getfixturevalue("small_report")) / "index.html"
    if not (FOLDER / f"{request.param}.html").exists():
        pytest.skip(f"report/{request.param}.html is not there yet: run `make report`")
    return FOLDER / f"{request.param}.html"


@pytest.fixture(scope="module")
def chrome() -> Iterator:
    """A Chromium that never calls home: the one that CHROMIUM names, or one of the usual names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("no Chromium: install one, or name it in the variable CHROMIUM")
    args = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    args += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=args)
        yield chrome
        chrome.close()


def test_the_page_passes_all_checks(page):
    assert page_checks.faults(page_checks.Page(page.read_text("utf-8"))) == {}


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (768, "dark"), (1280, "light")])
def test_a_browser_finds_no_fault(page, chrome, width, scheme):
    """No request beyond the file itself, no error, nothing that axe finds, nothing sideways."""
    tab = chrome.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    requests, errors = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(page.resolve().as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width, tab.evaluate(TOO_WIDE)
    assert tab.evaluate(TOO_SMALL, MIN_LETTERS) == []
    tab.evaluate(UNFOLD)
    violations = Axe().run(tab, options=AXE).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in violations] == []
    assert [url for url in requests[1:] if not url.startswith("data:")] == errors == []
    tab.close()


def test_notes_answers_and_code_open_by_keyboard_without_javascript(page, chrome):
    tab = chrome.new_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    tab.goto(page.resolve().as_uri())
    for key, control, hidden in (
        ("Space", ".footnote input", ".note"),
        ("Enter", ".questions summary", ".questions details > p"),
        ("Space", "#show-code", "pre.code"),
    ):
        if tab.locator(control).count():
            assert not tab.locator(hidden).first.is_visible()
            tab.locator(control).first.press(key)
            assert tab.locator(hidden).first.is_visible()
    assert tab.locator("pre.code").first.is_visible()
    tab.close()
