"""The rendered report, as readers will open it: the committed page, and one made just now."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

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
    """The pages in report/, or in the folder REPORT, and that of `conftest.small_run`."""
    if request.param == "small":
        return request.getfixturevalue("small_run") / "report/index.html"
    if not (FOLDER / f"{request.param}.html").exists():
        pytest.skip(f"report/{request.param}.html is not there yet: run `make report`")
    return FOLDER / f"{request.param}.html"


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


@pytest.fixture
def index(chrome) -> Iterator:
    """The article of the report, in a tab whose console must stay silent; and its numbers."""
    numbers = json.loads((FOLDER / "numbers.json").read_text())
    if not (FOLDER / "evidence.html").exists():
        pytest.skip("a report on other pictures has nothing to play with")
    tab, heard = chrome.new_page(viewport={"width": 1280, "height": 800}), []
    tab.on("console", lambda line: heard.append(line.text))
    tab.on("pageerror", lambda error: heard.append(str(error)))
    tab.goto((FOLDER / "index.html").resolve().as_uri())
    yield tab, numbers
    assert heard == []
    kept = "localStorage.length + sessionStorage.length + document.cookie.length"
    assert tab.evaluate(kept) == 0
    tab.close()


def test_the_reader_judges_with_the_choice_that_people_had_and_hears_the_witnesses(index):
    tab, numbers = index
    if "witnesses" not in numbers:
        pytest.skip("nobody was asked about these digits")
    first, asked = numbers["witnesses"]["cases"][0], numbers["witnesses"]["questions"]
    opening, game = tab.locator("#fig-judge"), tab.locator("#fig-questions")
    choices = {opening.locator(".choices button").nth(k).inner_text() for k in range(3)}
    assert choices == {str(first["label"]), str(first["offered"]), "neither"}
    opening.locator(".choices button").first.press(str(first["label"]))  # a key, wherever it is
    shapes = [opening.locator(f".answers .{shape}").count() for shape in ("square", "dot")]
    assert shapes == [numbers["networks"], 5]
    told = opening.get_by_role("status").inner_text()
    assert told.startswith("You")
    assert f"The label is {first['label']}." in told
    assert "Judge nine more" in opening.inner_text()
    for digit in [digit for digit in asked if digit["index"] != first["index"]]:
        assert f"Number {digit['index']}. What is it?" in game.inner_text()
        game.locator(".choices button").first.press("n")
        mine = game.get_by_role("status").inner_text().split(".")[0]
        assert mine.endswith("say neither")
        assert ("people" in mine) == (digit["votes_neither"] > 0)
        tab.keyboard.press("Enter")
    told = game.inner_text()
    assert "of 10 digits, you agree" in told
    assert "Your loneliest answer: neither" in told
    assert re.search("[●◐◑○]{10}$", game.locator("textarea").input_value())
    game.get_by_role("button", name=f"{numbers['votes']['digits'] - 10} more").click()
    assert f"Digit 11 of {numbers['votes']['digits']}" in game.inner_text()


def test_the_wall_is_filtered_and_sorted_and_every_digit_has_a_file_and_an_address(index):
    tab, numbers = index
    wall, heap = tab.locator("#fig-heap"), numbers["heap"]
    wall.get_by_label("Verdict").select_option("two readings")
    wall.get_by_label("Label", exact=True).select_option("4")
    wall.get_by_label("Sort by").select_option("low confidence")
    found = [d for d in heap if (d["verdict"], d["label"]) == ("two readings", 4)]
    found.sort(key=lambda digit: (digit["split"] != "test", -digit["low_confidence"]))
    assert f"{len(found)} of {len(heap)} digits" in wall.get_by_role("status").inner_text()
    keys = [f"digit-{digit['split']}-{digit['index']}" for digit in found]
    shown = wall.locator(".bricks li").evaluate_all("bricks => bricks.map(brick => brick.id)")
    assert shown == keys[:60]
    wall.locator(".bricks a").first.click()
    file = tab.get_by_role("dialog")
    assert str(found[0]["index"]) in file.inner_text()
    assert tab.evaluate("location.hash") == f"#{keys[0]}"
    pictures = [len(group) for kind in ("hand", "alike") for group in found[0].get(kind, [])]
    assert file.locator(".family .thumb").count() == sum(pictures)
    tab.keyboard.press("Escape")
    tab.wait_for_function("location.hash === ''")
    assert not file.is_visible()
    wall.locator(".bricks a").first.click()
    tab.go_back()
    assert not file.is_visible()
    wrong = next(d for d in heap if d["split"] == "train")
    tab.evaluate(f"location.hash = 'digit-train-{wrong['index']}'")
    assert f"Training digit {wrong['index']}" in file.inner_text()
    tab.goto("about:blank")
    tab.goto(f"{(FOLDER / 'index.html').resolve().as_uri()}#{keys[0]}")
    tab.wait_for_function("document.querySelector('dialog').open")
    tab.keyboard.press("ArrowRight")
    assert f"Test digit {heap[heap.index(found[0]) + 1]['index']}" in file.inner_text()


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
