"""The rendered report, as readers will open it: the committed page, and one made just now."""

import os
from pathlib import Path

import pytest

import page_checks

COMMITTED = Path(__file__).parents[1] / os.environ.get("REPORT", "report")
PHONE = {"width": 360, "height": 800}


@pytest.fixture(scope="module", params=["index", "evidence", "small"])
def page(request) -> Path:
    """The pages in report/, or in the folder REPORT, and that of `conftest.small_report`."""
    if request.param == "small":
        return Path(request.getfixturevalue("small_report")) / "index.html"
    if not (COMMITTED / f"{request.param}.html").exists():
        pytest.skip(f"report/{request.param}.html is not there yet: run `make report`")
    return COMMITTED / f"{request.param}.html"


@pytest.fixture(scope="module")
def chrome():
    if not page_checks.chromium():
        pytest.skip("no Chromium: install one, or name it in the variable CHROMIUM")
    with page_checks.browser() as chrome:
        yield chrome


@pytest.mark.parametrize("check", page_checks.STATIC)
def test_the_page(page, check):
    assert page_checks.STATIC[check](page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_browser_finds_no_fault(page, chrome, width, scheme):
    faults = page_checks.visit(chrome, page, width=width, scheme=scheme)
    assert {kind: found for kind, found in faults.items() if found} == {}


def test_footnotes_open_by_keyboard_without_javascript(page, chrome):
    with chrome.new_context(java_script_enabled=False, viewport=PHONE) as context:
        tab = context.new_page()
        tab.goto(page.resolve().as_uri())
        if not tab.locator(".footnote").count():
            pytest.skip("this page has no footnote")
        note = tab.locator(".note").first
        assert not note.is_visible()
        tab.locator(".footnote input").first.press("Space")
        assert note.is_visible()


def test_a_picture_to_be_judged_opens_by_keyboard_without_javascript(page, chrome):
    with chrome.new_context(java_script_enabled=False, viewport=PHONE) as context:
        tab = context.new_page()
        tab.goto(page.resolve().as_uri())
        if not tab.locator(".questions details").count():
            pytest.skip("this page asks nothing")
        answer = tab.locator(".questions details > p").first
        assert not answer.is_visible()
        tab.locator(".questions summary").first.press("Enter")
        assert answer.is_visible()


def test_one_switch_shows_the_code_of_all_figures(page, chrome):
    tab = chrome.new_page(java_script_enabled=False)
    tab.goto(page.resolve().as_uri())
    assert not tab.locator("pre.code").first.is_visible()
    tab.locator("#show-code").check()
    assert tab.locator("pre.code").first.is_visible()
    tab.close()
