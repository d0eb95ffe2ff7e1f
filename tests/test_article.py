"""The article's helpers and its exporter, on a notebook put together in memory."""

import base64
import io
import re
from types import SimpleNamespace

import nbformat.v4 as v4
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure
from nbconvert.exporters import get_exporter
from nbconvert.utils.exceptions import ConversionException
from PIL import Image

import page_checks
from ambiguous_digits import article
from ambiguous_digits.article import exporter, markup
from ambiguous_digits.figures import style

HOSTILE = "<script>\"&'*x*</script>"


class Draft:
    """A notebook in the making, whose cells hold what our helpers displayed."""

    def __init__(self, monkeypatch):
        self.cells = [v4.new_markdown_cell("# A question?\n\nAn answer & its **number**.")]
        self.outputs = []
        monkeypatch.setattr(markup, "display", self._display)

    def _display(self, shown, raw):
        self.outputs.append(v4.new_output("display_data", shown))

    def write(self, markdown):
        self.cells.append(v4.new_markdown_cell(markdown))

    def run(self, helper, *args, source="", tags=(), **options):
        """Add a cell of code in which `helper` was called."""
        self.outputs = []
        helper(*args, **options)
        self.code(source, *self.outputs, tags=tags)

    def code(self, source, *outputs, tags=()):
        metadata = {"tags": list(tags)}
        self.cells.append(v4.new_code_cell(source, outputs=list(outputs), metadata=metadata))

    def html(self):
        notebook = v4.new_notebook(cells=self.cells)
        return exporter.ArticleExporter().from_notebook_node(notebook)[0]

    def page(self):
        return BeautifulSoup(self.html(), "html.parser")


@pytest.fixture
def draft(monkeypatch):
    return Draft(monkeypatch)


def lines(*, narrow=False):
    fig = Figure(figsize=(3, 2))
    axes = fig.subplots()
    axes.plot([0, 1], [0, 1], color=style.PREDICTION, marker="o", clip_on=True)
    axes.set_title("a phone" if narrow else "a <title>", color=style.INK)
    return fig


def card(prediction=1, truth=2, names=("a", "b", "c"), probs=(0.17, 0.43, 0.4), **options):
    image = np.arange(28 * 28, dtype=np.uint32).reshape(28, 28).astype(np.uint8)
    return article.Card(image, 4761, prediction, truth, np.array(probs), names, **options)


def say(text):
    markup.show(markup.markdown(text), text)


def figure(draft, name, **options):
    options = {"caption": f"Caption of {name}.", "alt": f"Alt of {name}"} | options
    draft.run(article.figure, lines, name=name, **options)


def table(draft, frame, name="t", **options):
    draft.run(article.table, frame, name=name, caption="A table.", **options)


# --- The page as a whole ------------------------------------------------------------------------


def test_nbconvert_knows_the_exporter_by_name():
    assert get_exporter("article") is exporter.ArticleExporter


def test_a_page_with_one_of_everything_passes_all_checks(draft):
    draft.run(article.banner, "A *small* sample.")
    draft.run(article.row, [card()] * 6, name="first", caption="Six.")
    draft.write("## First\n\nText.^[A note.] See [Figure](#fig-wide).\n\n### Deeper\n\n## First")
    figure(draft, "narrow")
    figure(draft, "wide", size="wide")
    draft.run(article.cover, lines())
    draft.run(article.gallery, [card(), card(2, 2)], name="gallery", caption="Two.")
    draft.run(article.gallery, [card()] * 6, name="line", caption="Six.", size="wide")
    draft.run(article.questions, [card(note="A *b*.")] * 3, name="judge", caption="Three.")
    draft.run(article.wall, [card()] * 9, name="wall", caption="Nine.", fold="Show all nine")
    figure(draft, "folded", fold="One step")
    table(draft, pd.DataFrame({"x": ["y"], "n": [1]}))
    html = draft.html()
    assert {name: check(html) for name, check in page_checks.STATIC.items() if check(html)} == {}


def test_the_same_notebook_gives_the_same_bytes(draft):
    def html():
        draft.cells = draft.cells[:1]
        figure(draft, "line")
        figure(draft, "dots")
        draft.run(article.gallery, [card()], name="gallery", caption="One.")
        return draft.html()

    assert html() == html()


def test_title_and_description_come_from_the_first_words(draft):
    page = draft.page()
    assert page.title.text == "A question?"
    assert page.find("meta", {"name": "description"})["content"] == "An answer & its number."
    assert page.header.h1.text == "A question?"
    assert page.find(class_="standfirst").decode_contents() == (
        "An answer &amp; its <strong>number</strong>."
    )
    assert page.html["lang"] == "en"


def test_a_banner_may_stand_between_title_and_answer(draft):
    draft.cells = [v4.new_markdown_cell("# A question?")]
    draft.run(article.banner, "A *small* sample.")
    draft.write("The answer.")
    page = draft.page()
    assert page.header.find(class_="standfirst").text == "The answer."
    assert page.main.find(role="note").text.strip() == "A small sample."


def test_a_page_without_title_is_refused(draft):
    draft.cells = [v4.new_markdown_cell("Only text.")]
    with pytest.raises(ConversionException, match="needs a title"):
        draft.html()


def test_contents_stand_before_the_first_section_and_list_its_headings(draft):
    draft.write("## Café *au lait*\n\n### Not listed\n\n## Twice\n\n## Twice\n\n## →")
    page = draft.page()
    links = {a["href"]: a.text for a in page.find("nav", {"aria-label": "Contents"})("a")}
    assert links == {
        "#cafe-au-lait": "Café au lait",
        "#twice": "Twice",
        "#twice-2": "Twice",
        "#section": "→",
    }
    assert page.nav.find_next_sibling().get("id") == "cafe-au-lait"
    assert page.find("h3").a["href"] == "#not-listed"


def test_contents_stand_behind_the_first_pictures_whatever_these_hold(draft):
    draft.run(article.questions, [card(note="Label: **c**.")], name="q", caption="One.", source="1")
    draft.write("Prose.\n\n## First")
    page = draft.page()
    assert page.nav.find_previous_sibling("figure")["id"] == "fig-q"
    assert page.nav.find_next_sibling().text == "Prose."


# --- Numbers, references, footnotes -------------------------------------------------------------


def test_figures_and_tables_are_numbered_in_order_and_referred_to_from_anywhere(draft):
    draft.write("Ahead: [Figure](#fig-second), [Table](#tab-t), and [in words](#fig-first).")
    figure(draft, "first", caption="Compare [Figure](#fig-second).")
    table(draft, pd.DataFrame({"x": [1]}))
    figure(draft, "second")
    page = draft.page()
    assert [b.text for b in page.select("figcaption b, caption b")] == [
        "Figure 1.",
        "Table 1.",
        "Figure 2.",
    ]
    assert [a.text for a in page.main("a")] == [
        "Figure\xa02",
        "Table\xa01",
        "in words (Figure\xa01)",
        "Figure\xa02",
    ]


def test_a_reference_to_nothing_is_refused(draft):
    figure(draft, "here")
    draft.write("See [Figure](#fig-there).")
    with pytest.raises(ConversionException, match=r"unknown #fig-there; there are: #fig-here"):
        draft.html()


def test_a_reference_without_words_is_refused(draft):
    figure(draft, "here")
    draft.write("See [](#fig-here).")
    with pytest.raises(ConversionException, match="reference without words to #fig-here"):
        draft.html()


def test_a_heading_keeps_the_id_that_is_written_behind_it(draft):
    draft.run(say, "## On *three* we fail {#failing}\n\nText.")
    page = draft.page()
    assert page.h2["id"] == "failing"
    assert page.h2.text == "On three we fail"
    assert [(a["href"], a.text) for a in page.nav("a")] == [("#failing", "On three we fail")]


def test_a_name_used_twice_is_refused(draft):
    figure(draft, "same")
    figure(draft, "same")
    with pytest.raises(ConversionException, match="named #fig-same"):
        draft.html()


def test_a_name_is_lower_case_words(draft):
    with pytest.raises(ValueError, match="name is 'My Figure'; it needs lower-case words"):
        figure(draft, "My Figure")


def test_footnotes_are_numbered_through_prose_captions_and_computed_text(draft):
    draft.write("One.^[First [link](https://example.org), *slanted* [and] brackets.] Text.")
    figure(draft, "f", caption="Two.^[Second.]")
    draft.run(say, "Three.^[Third.]")
    page = draft.page()
    notes = page.find_all(class_="note")
    assert [note.text for note in notes] == [
        "1 First link, slanted [and] brackets.",
        "2 Second.",
        "3 Third.",
    ]
    assert notes[0].a["href"] == "https://example.org"
    assert [label.b.text for label in page("label")] == ["1", "2", "3"]
    assert notes[0].find_parent("p").find(["div", "p", "details"]) is None
    assert page.find("p", string=None, class_=None).text.endswith("brackets. Text.")


def test_an_open_bracket_is_no_footnote(draft):
    draft.write("A ^[ that never closes.")
    assert "A ^[ that never closes." in draft.page().main.text


# --- Cells --------------------------------------------------------------------------------------


def test_code_stands_under_what_it_shows_and_prose_and_hidden_cells_show_none(draft):
    draft.run(say, "shown", source="secret = 1", tags=["hide-code"])
    draft.run(say, "told", source="%%prose\ntold {{ 1 }}")
    figure(draft, "f", source="draw('<b>')")
    draft.code("seed: int = 0", tags=["parameters"])
    draft.code("seed = 1", tags=["injected-parameters"])
    page = draft.page()
    assert [code.text for code in page("pre")] == ["draw('<b>')"]
    assert page.pre["class"] == ["code"]
    assert page.pre.find_previous_sibling().name == "figure"
    assert page.find(id="show-code").find_parent("label").text.strip() == (
        "Show the code of all figures"
    )
    assert "secret" not in page.text
    assert "seed" not in page.text
    assert "{{" not in page.text


def test_what_was_printed_is_dropped(draft):
    draft.code("", v4.new_output("stream", name="stdout", text="chatter"))
    assert "chatter" not in draft.html()


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (v4.new_output("stream", name="stderr", text="Warning: x\n"), "error: Warning: x$"),
        (v4.new_output("error", ename="KeyError", evalue="'y'"), "error: KeyError: 'y'"),
        (v4.new_output("execute_result", {"text/plain": "<Axes: >"}), "shows <Axes: >: end it"),
        (v4.new_output("display_data", {"text/html": '<img alt="" src="a.png">'}), "not embedded"),
    ],
)
def test_what_a_reader_should_not_meet_is_refused(draft, output, message):
    draft.code("x", output)
    with pytest.raises(ConversionException, match=message):
        draft.html()


def test_an_empty_banner_shows_nothing(draft):
    draft.run(article.banner, "")
    assert draft.page().main.text.strip() == ""


def test_html_in_prose_is_text_and_a_literal_name_keeps_its_stars(draft):
    draft.run(say, f"<i>x</i> and {article.literal(HOSTILE)}")
    page = draft.page()
    assert page.main.p.text == f"<i>x</i> and {HOSTILE}"
    assert page.main.p.find(["i", "em", "script"]) is None


# --- Figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_figure_without_alt_is_refused(draft, alt):
    with pytest.raises(ValueError, match="figure 'f': alt is empty"):
        figure(draft, "f", alt=alt)


def test_a_figure_follows_the_theme_and_keeps_to_itself(draft):
    figure(draft, "f", alt='Two "lines" & more')
    figure(draft, "g")
    html = draft.html()
    svg, phone = BeautifulSoup(html, "html.parser").select("#fig-f > svg")
    assert phone.find("text", string="a phone")
    assert phone["aria-label"] == svg["aria-label"]
    assert svg["role"] == "img"
    assert svg["aria-label"] == 'Two "lines" & more'
    assert f"var(--prediction, {style.PREDICTION})" in str(svg)
    assert f"fill: var(--ink, {style.INK})" in svg.find("text", string="a <title>")["style"]
    assert re.findall(r"(?<!, )#[0-9a-f]{6}", str(svg)) == []
    assert svg.find("style") is None
    assert "font-family" not in str(svg)
    assert page_checks.repeated_ids(html) == []
    assert page_checks.dangling_anchors(html) == []


def test_in_jupyterlab_a_figure_brings_its_style_which_the_page_drops(draft):
    figure(draft, "f")
    assert draft.cells[-1].outputs[0].data["text/html"].startswith("<style data-lab>")
    assert "data-lab" not in draft.html()


@pytest.mark.parametrize(("side", "shown"), [(28, "140"), (10, "140"), (64, "128"), (200, "200")])
def test_a_picture_is_enlarged_by_a_whole_number(draft, side, shown):
    one = article.Card(np.zeros((side, side), np.uint8), 0, 0, 0, np.ones(1), ("a",))
    draft.run(article.gallery, [one], name="g", caption="One.")
    img = draft.page().select_one(".cards img")
    assert img["width"] == img["height"] == shown


def test_the_cover_stands_in_the_head_and_nowhere_else(draft):
    draft.write("Text.")
    assert draft.page().find("meta", property="og:image") is None
    draft.run(article.cover, lines())
    page = draft.page()
    src = page.find("meta", property="og:image")["content"]
    picture = Image.open(io.BytesIO(base64.b64decode(src.removeprefix("data:image/png;base64,"))))
    assert picture.size == (300, 200)
    assert page.img is None
    assert page.find("meta", property="og:title")["content"] == "A question?"
    assert page.find("meta", property="og:description")["content"] == "An answer & its number."


# --- Cards --------------------------------------------------------------------------------------


def test_a_card_is_heard_as_one_sentence():
    assert card().sentence == (
        "Test digit 4761. The network says b with 43 percent; the label says c with 40 percent."
    )
    assert card(1, 1, split="Training digit").sentence == (
        "Training digit 4761. The network says b with 43 percent; the label agrees."
    )
    assert "a with more than 99 percent; the label says b with less than 1 percent." in (
        card(0, 1, probs=(0.999, 0.001, 0)).sentence
    )


def test_a_card_shows_title_bars_and_marks(draft):
    draft.run(article.gallery, [card(), card(2, 2, note="*twice*")], name="g", caption="Two.")
    apart, agreeing = draft.page().select(".gallery li")
    assert apart.find(class_="title").text == "4761 (b→c)"
    assert [g.get("class") for g in apart("g")] == [None, ["prediction"], ["truth"]]
    assert apart.select_one(".prediction path.mark")
    assert apart.select_one(".truth circle.mark")
    assert [text.text for text in apart("text")] == ["a", "b", "c"]
    assert agreeing.select_one("g.agree path.mark")
    assert agreeing.select_one("g.agree circle.mark")
    assert agreeing.find(class_="verdict").em.text == "twice"
    assert apart.find(role="img")["aria-label"] == card().sentence


def test_the_tallest_bars_and_their_marks_stay_inside(draft):
    certain = card(1, 1, probs=(0, 1, 0))
    draft.run(article.gallery, [certain], name="g", caption="One.")
    circle = draft.page().select_one("circle.mark")
    assert float(circle["cy"]) - float(circle["r"]) >= -0.1


@pytest.mark.parametrize("count", [2, 10, 26])
def test_hostile_class_names_of_any_number_are_escaped(draft, count):
    names = (HOSTILE,) * count
    draft.run(
        article.gallery,
        [card(0, 1, names, np.full(count, 1 / count))],
        name="g",
        caption="One.",
    )
    page = draft.page()
    assert page.main.find("script") is None
    assert page.find(class_="title").text == f"4761 ({HOSTILE}→{HOSTILE})"
    assert HOSTILE in page.find(role="img")["aria-label"]
    assert len(page.select("g path:not(.mark)")) == count


def test_a_question_opens_what_the_others_say(draft):
    draft.run(article.questions, [card(note="Label: **c**.")], name="q", caption="One.")
    item = draft.page().select_one(".questions li details")
    assert not item.has_attr("open")
    assert item.summary.img["alt"] == "Test digit 4761: what would you say?"
    assert item.summary.get_text() == "4761"
    assert item.p.strong.text == "c"


def test_a_wall_is_folded_away_and_has_small_pictures_with_titles(draft):
    draft.run(article.wall, [card()] * 3, name="w", caption="All.", fold="Show all three")
    fold = draft.page().select_one("#fig-w > details")
    assert fold.summary.text == "Show all three"
    assert [li.img["width"] for li in fold("li")] == ["56"] * 3
    assert fold.select_one(".title").text == "4761 (b→c)"


def test_cards_join_picture_and_opinion_by_index_and_fill_their_note():
    digits = SimpleNamespace(
        train_images=np.full((3, 2, 2), 7, np.uint8),
        test_images=np.arange(5)[:, None, None] * np.ones((5, 2, 2), np.uint8),
        class_names=("a", "b"),
        thing="digit",
    )
    opinions = [
        {"index": 4, "label": 0, "prediction": 1, "probs": [0.2, 0.8]},
        {"index": 2, "label": 1, "prediction": 1, "probs": [0, 1], "split": "train"},
    ]
    note = "{% if index == 4 %}of {{ many }}{% endif %}"
    test, train = article.cards(opinions, digits, note=note, many=9)
    assert (test.image == 4).all()
    assert (test.note, train.note) == ("of 9", "")
    assert test.split == "Test digit"
    assert (train.image == 7).all()
    assert train.split == "Training digit"


def test_a_row_shows_large_pictures_and_no_bars(draft):
    draft.run(article.row, [card()], name="r", caption="One.")
    figure = draft.page().find("figure", class_="row")
    assert figure.img["width"] == "140"
    assert figure.svg is None


def test_a_card_with_other_classes_than_probabilities_is_refused():
    with pytest.raises(ValueError, match="probs has 2 classes, class_names has 3"):
        card(probs=(0.5, 0.5))


# --- Tables -------------------------------------------------------------------------------------


def test_a_table_names_rows_and_columns_and_aligns_numbers(draft):
    frame = pd.DataFrame({"layer": ["conv", HOSTILE], "parameters": [18496, 0]})
    table(draft, frame)
    page = draft.page()
    assert [th["scope"] for th in page("th")] == ["col", "col", "row", "row"]
    assert [cell.text for cell in page.tbody(["th", "td"])] == ["conv", "18,496", HOSTILE, "0"]
    assert all(cell["class"] == ["number"] for cell in page("td"))
    region = page.find("figure", class_="table")
    assert region["tabindex"] == "0"
    assert page.find(id=region["aria-labelledby"]).text == "Table 1."


def test_what_follows_a_line_break_stands_small_under_it(draft):
    table(draft, pd.DataFrame({"layer": ["conv\nlooks <everywhere>"], "n": [1]}))
    head = draft.page().tbody.th
    assert [head.contents[0], head.contents[1].name, head.small.text] == (
        ["conv", "br", "looks <everywhere>"]
    )


def test_cells_are_formatted_column_by_column(draft):
    frame = pd.DataFrame(
        {
            "n": [1, 2],
            "loss": [-0.0285, None],
            "accuracy": [0.99265, 1.0],
            "kind": [True, False],
        },
        index=pd.Index(["a", "b"], name="who"),
    )
    formats = {"accuracy": ".2%", "kind": lambda yes: "yes" if yes else "no"}
    table(draft, frame, formats=formats)
    page = draft.page()
    first, second = ([cell.text for cell in row(["th", "td"])] for row in page.tbody("tr"))
    assert first == ["a", "1", "−0.029", "99.27%", "yes"]
    assert second == ["b", "2", "–", "100.00%", "no"]
    assert page.thead.th.text == "who"


def test_apostrophes_are_a_typographers_outside_of_code(draft):
    draft.write("The write-up's *author's* digits' `it's`.^[A note's.]")
    text = draft.page().main.text
    assert "write-up’s author’s digits’ it's" in text
    assert "note’s" in text
