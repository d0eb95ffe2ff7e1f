"""The magic `%%prose`: Markdown that is filled with numbers, and what it refuses."""

import jinja2
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from ambiguous_digits.article import prose


@pytest.fixture
def tell():
    """Runs a cell with some variables; returns the data of what it shows, and the variables."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.register_magic_function(prose.prose, "cell")

    def tell(cell: str, **variables: object) -> tuple[list[dict], dict]:
        shell.user_ns |= variables
        with capture_output() as shown:
            ran = shell.run_cell(cell)
        ran.raise_error()
        return [output.data for output in shown.outputs], shell.user_ns

    yield tell
    InteractiveShell.clear_instance()


def test_numbers_come_from_the_notebooks_variables_and_a_cell_may_have_a_condition(tell):
    cell = "%%prose if n and n.items > 2\nOf {{ n.all.clear | number('digit') }} {{ n.items }}."
    (shown,), _ = tell(cell, n={"items": 3, "all": {"clear": 9875}})
    assert shown["text/plain"] == "Of 9,875 digits 3."
    assert tell(cell, n={"items": 2})[0] == tell(cell, n=None)[0] == []


def test_a_sentence_between_lines_of_condition_holds_or_goes():
    text = "One.\n% if much > 2\nTwo.\n% else\nThree.\n% endif\nFour.\n\nFive."
    assert prose.fill(text, {"much": 3}) == "One.\nTwo.\nFour.\n\nFive."
    assert prose.fill(text, {"much": 2}) == "One.\nThree.\nFour.\n\nFive."


def test_a_text_can_be_kept_for_a_caption_and_nothing_is_shown_of_no_words(tell):
    shown, variables = tell("%%prose as caption\n\nAll {{ k | number }}.\n", k=2)
    assert shown == []
    assert variables["caption"] == "All two."
    assert tell("%%prose\n% if k > 2\nMany.\n% endif")[0] == []


def test_what_is_shown_is_finished_html_with_its_note_and_its_id(tell):
    (shown,), _ = tell("%%prose\n## On *three* {#three}\n\nSee [Figure](#fig-x).^[A note.]")
    assert '<h2 id="three">On <em>three</em></h2>' in shown["text/html"]
    assert '<a href="#fig-x">Figure</a>' in shown["text/html"]
    assert 'class="note"' in shown["text/html"]
    assert "^[" not in shown["text/html"]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{{ missing }}", jinja2.UndefinedError, "'missing' is undefined"),
        ("{{ n.missing }}", jinja2.UndefinedError, "no attribute 'missing'"),
        ("{{ n.nothing }}", ValueError, "prose shows None; guard it"),
        ("{{ n.nan }}", ValueError, "prose shows nan; guard it"),
        ("Text.\n## {{ n.empty }} {#id}", ValueError, "the heading '##  {#id}' has no words"),
    ],
)
def test_what_no_reader_should_meet_is_an_error(text, error, message):
    with pytest.raises(error, match=message):
        prose.fill(text, {"n": {"nothing": None, "nan": float("nan"), "empty": ""}})


@pytest.mark.parametrize("line", ["when x", "if", "as"])
def test_other_options_are_refused_with_those_there_are(line):
    with pytest.raises(ValueError, match=r"needed: nothing, `if EXPRESSION` or `as NAME`"):
        prose.prose(line, "Text.")


def test_numbers_percents_names_votes_and_lists_read_like_a_sentence():
    assert [prose.number(k) for k in (0, 1, 13, 10_000)] == ["none", "one", "13", "10,000"]
    assert prose.number(1, "digit") == "one digit"
    assert prose.number(12, "digit") == "twelve digits"
    assert prose.number(0, "class", "classes") == "no classes"
    assert prose.percent(0.9936, 2) == "99.36\u00a0%"
    assert prose.percent(0.99996, 2) == "more than 99.99\u00a0%"
    assert prose.percent(1) == "100\u00a0%"
    names = [prose.a(name) for name in ("8", "7", "11", "80", "bar")]
    assert names == ["an 8", "a 7", "an 11", "an 80", "“bar”"]
    assert [prose.listing(x) for x in (["a"], ["a", 2], "abc")] == ["a", "a and 2", "a, b and c"]
    assert prose.listing("abc", "or") == "a, b or c"
    assert prose.tally([2, 5, 0, 13, 2], "01234") == "13 for 3, five for 1, two for 0 and two for 4"
    assert prose.tally([0, 20], "01") == "all 20 for 1"
    assert prose.tally([2, 0], "01") == "both for 0"
    assert prose.tally([0, 1], "01") == "one for 1"
