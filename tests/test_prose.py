"""The magic `%%prose`: Markdown that is filled with numbers, and what it refuses."""

import jinja2
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from ambiguous_digits.article import fill, prose


@pytest.fixture
def shell():
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.register_magic_function(prose.prose, "cell")
    yield shell
    InteractiveShell.clear_instance()


def told(shell, cell: str) -> str:
    """What a cell shows, as plain text; what it raises is raised here."""
    with capture_output() as shown:
        ran = shell.run_cell(cell)
    ran.raise_error()
    return "".join(output.data["text/plain"] for output in shown.outputs)


def test_numbers_come_from_the_notebooks_variables(shell):
    shell.user_ns["n"] = {"items": 3, "verdicts": {"clear": 9875}}
    text = told(shell, "%%prose\nOf {{ n.verdicts.clear | number('digit') }} {{ n.items }} fail.")
    assert text == "Of 9,875 digits 3 fail."


def test_a_sentence_between_lines_of_condition_holds_or_goes():
    text = "One.\n% if much > 2\nTwo.\n% else\nThree.\n% endif\nFour.\n\nFive."
    assert fill(text, {"much": 3}) == "One.\nTwo.\nFour.\n\nFive."
    assert fill(text, {"much": 2}) == "One.\nThree.\nFour.\n\nFive."


def test_a_cell_with_a_condition_is_left_out_as_a_whole(shell):
    cell = "%%prose if votes and votes > 3\n## Heading {#here}\n\nText."
    shell.user_ns["votes"] = 5
    assert told(shell, cell).startswith("## Heading")
    shell.user_ns["votes"] = None
    assert told(shell, cell) == ""


def test_a_text_can_be_kept_for_a_caption(shell):
    shell.user_ns["k"] = 2
    assert told(shell, "%%prose as caption\nAll {{ k | number }}.\n") == ""
    assert shell.user_ns["caption"] == "All two."


def test_what_is_shown_is_finished_html_with_its_note_and_its_id(shell):
    with capture_output() as shown:
        shell.run_cell("%%prose\n## On *three* {#three}\n\nSee [Figure](#fig-x).^[A note.]")
    html = shown.outputs[0].data["text/html"]
    assert '<h2 id="three">On <em>three</em></h2>' in html
    assert '<a href="#fig-x">Figure</a>' in html
    assert 'class="note"' in html
    assert "^[" not in html


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{{ missing }}", jinja2.UndefinedError, "'missing' is undefined"),
        ("{{ n.missing }}", jinja2.UndefinedError, "no attribute 'missing'"),
        ("{{ n.nothing }}", ValueError, "prose shows None; guard it"),
        ("{{ n.nan }}", ValueError, "prose shows nan; guard it"),
        ("## {{ n.empty }} {#id}\n\nText.", ValueError, "the heading '##  {#id}' has no words"),
    ],
)
def test_what_no_reader_should_meet_is_an_error(text, error, message):
    with pytest.raises(error, match=message):
        fill(text, {"n": {"nothing": None, "nan": float("nan"), "empty": ""}})


@pytest.mark.parametrize("line", ["when x", "if", "as"])
def test_other_options_are_refused_with_those_there_are(shell, line):
    with pytest.raises(ValueError, match=r"needed: nothing, `if EXPRESSION` or `as NAME`"):
        told(shell, f"%%prose {line}\nText.")


def test_small_counts_are_words_and_large_ones_have_commas():
    assert prose.number(1, "digit") == "one digit"
    assert prose.number(12, "digit") == "twelve digits"
    assert prose.number(0, "class", "classes") == "no classes"
    assert [prose.number(k) for k in (0, 13, 10_000)] == ["none", "13", "10,000"]


def test_percent_says_all_only_when_it_is_all():
    assert prose.percent(1) == "100\u00a0%"
    assert prose.percent(0.99996, 2) == "more than 99.99\u00a0%"
    assert prose.percent(0.9936, 2) == "99.36\u00a0%"


def test_names_votes_and_lists_read_like_a_sentence():
    assert [prose.a(name) for name in ("8", "7", "11", "80", "bar")] == (
        ["an 8", "a 7", "an 11", "an 80", "“bar”"]
    )
    assert [prose.listing(items) for items in (["a"], ["a", 2], "abc")] == (
        ["a", "a and 2", "a, b and c"]
    )
    assert prose.tally([0, 5, 0, 13, 2], "01234") == "13 for 3, five for 1 and two for 4"
    assert prose.tally([0, 20], "01") == "all 20 for 1"
    assert prose.tally([2, 0], "01") == "both for 0"
