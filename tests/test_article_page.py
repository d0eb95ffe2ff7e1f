"""The rendered report, as readers will open it: the committed page, and one made just now."""

import os
import re
from pathlib import Path

import pytest

import page_checks

COMMITTED = Path(__file__).parents[1] / os.environ.get("REPORT", "report")
PHONE = {"width": 360, "height": 800}


@pytest.fixture(scope="module", params=["committed", "small"])
def page(request) -> Path:
    """The page in report/, or in the folder REPORT, and that of `conftest.small_report`."""
    if request.param == "small":
        return Path(request.getfixturevalue("small_report")) / "index.html"
    if not (COMMITTED / "index.html").exists():
        pytest.skip("report/index.html is not there yet: run `make report`")
    return COMMITTED / "index.html"


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


def test_a_page_of_other_pictures_does_not_speak_of_digits(small_report):
    html = (small_report / "index.html").read_text(encoding="utf-8")
    soup = page_checks.BeautifulSoup(html, "html.parser")
    for tag in soup(["pre", "style", "script"]):
        tag.decompose()
    said = [soup.get_text(" "), *(tag["content"] for tag in soup("meta", property=True))]
    said += [tag["aria-label"] for tag in soup(attrs={"aria-label": True})]
    text = re.sub(r"\s+", " ", " ".join(words for words in said if not words.startswith("data:")))
    for name in ("Ambiguous Handwritten Digits", "ambiguous-digits maintainers", "folder digits"):
        text = text.replace(name, "")
    words = r".{,40}(?:[Dd]igit|[Hh]andwrit|MNIST|\ba (?:\d|four|six)\b).{,40}"
    assert re.findall(words, text) == []
