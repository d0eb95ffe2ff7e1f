"""The article's helpers and its exporter, on a notebook put together in memory."""

import re
from types import SimpleNamespace

import nbformat.v4 as v4
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbconvert.exporters import get_exporter
from nbconvert.utils.exceptions import ConversionException

from ambiguous_digits.article import cards, exhibits, exporter, markup
from ambiguous_digits.figures import style
from page_checks import Page, faults, ink

HOSTILE = "<script>\"&'*x*</script>"
TITLE = v4.new_markdown_cell("# A question?\n\nAn answer & its **number**.")


class Draft:
    """A notebook in the making, whose cells hold what our helpers displayed."""

    def __init__(self, monkeypatch):
        self.cells, self.outputs = [TITLE], []
        monkeypatch.setattr(markup, "display", lambda shown, raw: self.outputs.append(shown))

    def write(self, markdown):
        self.cells.append(v4.new_markdown_cell(markdown))

    def run(self, helper, *args, source="", tags=(), **options):
        """Add a cell of code in which `helper` was called."""
        self.outputs = []
        helper(*args, **options)
        outputs = [v4.new_output("display_data", shown) for shown in self.outputs]
        self.cells.append(code(source, *outputs, tags=tags))

    def figure(self, name, **options):
        self.run(exhibits.figure, lines, name=name, **({"caption": "", "alt": "Alt"} | options))

    def table(self, frame, **options):
        self.run(exhibits.table, pd.DataFrame(frame), name="t", caption="A table.", **options)

    def cards(self, kind, shown, name="x", **options):
        self.run(kind, shown, name=name, caption="Cards.", **options)

    def html(self):
        notebook = v4.new_notebook(cells=self.cells)
        return exporter.ArticleExporter().from_notebook_node(notebook)[0]

    def page(self):
        return Page(self.html()).soup


def code(source, *outputs, tags=()):
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


@pytest.fixture
def draft(monkeypatch):
    return Draft(monkeypatch)


def lines(*, width):
    fig = Figure(figsize=(3, 2))
    axes = fig.subplots()
    axes.plot([0, 1], [0, 1], color=style.PREDICTION, marker="o", markerfacecolor="white")
    axes.set_title(f"<{width}>", color=style.INK)
    return fig


def card(prediction=1, truth=2, names=("a", "b", "c"), probs=(0.17, 0.43, 0.4), **options):
    image = np.arange(28 * 28, dtype=np.uint32).reshape(28, 28).astype(np.uint8)
    return cards.Card(image, 4761, prediction, truth, np.array(probs), names, **options)


def say(text):
    markup.show(markup.markdown(text), text)


def test_nbconvert_knows_the_exporter_and_the_same_notebook_gives_the_same_bytes(draft):
    assert get_exporter("article") is exporter.ArticleExporter
    pages = []
    for draft.cells in ([TITLE], [TITLE]):
        draft.figure("line")
        draft.figure("dots")
        pages.append(draft.html())
    assert pages[0] == pages[1]


def test_title_and_description_come_from_the_first_words_and_must_be_there(draft):
    page = draft.page()
    meta = {tag.get("property") or tag.get("name"): tag.get("content") for tag in page("meta")}
    assert page.title.text == page.header.h1.text == meta["og:title"] == "A question?"
    assert meta["description"] == meta["og:description"] == "An answer & its number."
    standfirst = page.find(class_="standfirst").decode_contents()
    assert standfirst == "An answer &amp; its <strong>number</strong>."
    draft.cells = [v4.new_markdown_cell("Only text.")]
    with pytest.raises(ConversionException, match="needs a title"):
        draft.html()


def test_contents_stand_behind_the_first_pictures_and_list_the_sections(draft):
    draft.cards(cards.questions, [card(note="Label: **c**.")], "q", source="1")
    draft.write("Prose.\n\n## The *first*, Part 2\n\n### Not listed?")
    draft.run(say, "## On *three* we fail {#failing}\n\nText.")
    page = draft.page()
    assert [(a["href"], a.text) for a in page.nav("a")] == [
        ("#the-first-part-2", "The first, Part 2"),
        ("#failing", "On three we fail"),
    ]
    assert page.nav.find_previous_sibling("figure")["id"] == "fig-q"
    assert page.nav.find_next_sibling().text == "Prose."
    ids = [tag["id"] for tag in page(["h2", "h3"])]
    assert ids == ["the-first-part-2", "not-listed", "failing"]
    assert [tag.a["href"] for tag in page(["h2", "h3"])] == [f"#{name}" for name in ids]


def test_figures_and_tables_are_numbered_in_order_and_referred_to_from_anywhere(draft):
    draft.write("Ahead: [Figure](#fig-second), [Table](#tab-t), and [in words](#fig-first).")
    draft.figure("first", caption="Compare [Figure](#fig-second).")
    draft.table({"x": [1]})
    draft.figure("second")
    page = draft.page()
    numbers = [b.text for b in page.select("figcaption b, caption b")]
    assert numbers == ["Figure 1.", "Table 1.", "Figure 2."]
    assert [(a["href"], a.text) for a in page.main("a")] == [
        ("#fig-second", "Figure\xa02"),
        ("#tab-t", "Table\xa01"),
        ("#fig-first", "in words (Figure\xa01)"),
        ("#fig-second", "Figure\xa02"),
    ]


def test_footnotes_are_numbered_through_prose_captions_and_computed_text(draft):
    draft.write("One.^[First [link](https://example.org), *slanted* [and] brackets.] Text.")
    draft.figure("f", caption="Two.^[Second.]")
    draft.run(say, "Three.^[Third.] A ^[ that never closes.")
    page = draft.page()
    first, *others = page.find_all(class_="note")
    assert first.text == "1 First link, slanted [and] brackets."
    assert [note.text for note in others] == ["2 Second.", "3 Third."]
    assert first.a["href"] == "https://example.org"
    assert [label.b.text for label in page("label")] == ["1", "2", "3"]
    assert first.find_parent("p").find(["div", "p", "details"]) is None
    assert page.main.p.text.endswith("brackets. Text.")
    assert "A ^[ that never closes." in page.main.text


TABLE = v4.new_output("display_data", {"text/html": '<b id="tab-t-number">Table</b>'})


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ("See [Figure](#fig-there).", "reference to unknown #fig-there; there are: #tab-t$"),
        ("## One {#here}\n\n## Two {#here}", "two headings are named #here"),
        (TABLE, "two figures or tables are named #tab-t"),
        (v4.new_output("stream", name="stderr", text="Warning: x\n"), "error: Warning: x$"),
        (v4.new_output("error", ename="KeyError", evalue="'y'"), "error: KeyError: 'y'"),
        (v4.new_output("execute_result", {"text/plain": "<Axes: >"}), "shows <Axes: >: end it"),
        (v4.new_output("display_data", {"text/html": '<img alt="" src="a.png">'}), "not embedded"),
    ],
)
def test_what_a_reader_should_not_meet_is_refused(draft, shown, message):
    cell = v4.new_markdown_cell(shown) if isinstance(shown, str) else code("x", shown)
    draft.cells += [code("t", TABLE), cell]
    with pytest.raises(ConversionException, match=message):
        draft.html()


def test_code_stands_under_what_it_shows_and_prose_and_hidden_cells_show_none(draft):
    draft.run(say, "shown", source="secret = 1", tags=["hide-code"])
    draft.run(say, "told", source="%%prose\ntold {{ 1 }}")
    draft.figure("f", source="draw('<b>')")
    chatter = v4.new_output("stream", name="stdout", text="chatter")
    draft.cells += [code(f"{tag} = 1", chatter, tags=[tag]) for tag in ("parameters", "hide-code")]
    draft.cells += [code("quiet = 1"), code("seed = 1", chatter, tags=["injected-parameters"])]
    page = draft.page()
    assert [block.text for block in page("pre")] == ["draw('<b>')"]
    assert page.pre["class"] == ["code"]
    assert page.pre.find_previous_sibling().name == "figure"
    switch = page.find(id="show-code").find_parent("label").text.strip()
    assert switch == "Show the code of all figures"
    assert re.search(r"shown\s+told", page.main.text)
    assert not re.search(r"secret|= 1|\{\{|chatter", page.main.text)


def test_prose_is_typeset_and_html_in_it_and_a_literal_name_stand_as_they_are(draft):
    draft.write("The write-up's *author's* digits' `it's`.^[A note's.] Of the 7 it says number 12.")
    draft.run(say, f"<i>x</i> and {markup.literal(HOSTILE)}")
    first, second = draft.page().main("p", recursive=False)
    assert "write-up’s author’s digits’ it's" in first.text
    assert "note’s. Of the\xa07 it says number\xa012." in first.text
    assert second.text == f"<i>x</i> and {HOSTILE}"
    assert second.find(["i", "em", "script"]) is None


def test_a_figure_follows_the_theme_keeps_to_itself_and_has_a_drawing_for_a_phone(draft):
    draft.figure("f", alt='Two "lines" & more')
    draft.figure("g", size="wide")
    assert draft.cells[-1].outputs[0].data["text/html"].startswith("<style data-lab>")
    page = Page(draft.html())
    assert "data-lab" not in page.html
    assert faults(page) == {}
    broad, phone, *_ = page.soup("svg")
    assert (broad["class"], phone["class"]) == (["broad"], ["narrow"])
    assert broad["role"] == "img"
    assert broad["aria-label"] == phone["aria-label"] == 'Two "lines" & more'
    titles = [svg.find("text", string=re.compile("<")).text for svg in page.soup("svg")]
    assert titles == ["<608>", "<320>", "<960>", "<320>"]
    for theme in (f"prediction, {style.PREDICTION}", "paper, #ffffff", "ink, #000000"):
        assert f"var(--{theme})" in str(broad)
    assert f"fill: var(--ink, {style.INK})" in broad.find("text", string="<608>")["style"]
    assert broad.path["style"] == "fill: none"
    assert [found["class"] for found in page.soup("figure")] == [["text"], ["wide"]]
    assert re.findall(r"(?<!, )#[0-9a-f]{6}", str(broad)) == []
    assert "font-family" not in str(broad)
    assert not broad.find("style")
    assert not re.search(r"\.\d{3}", " ".join(path["d"] for path in broad("path")))


def test_the_cells_of_a_heatmap_are_one_path_for_each_shade(draft):
    def heatmap(*, width):
        fig = Figure()
        fig.subplots().pcolor([[1, 2], [2, 1], [1, 1]], cmap="Greys", vmin=0)
        return fig

    draft.run(exhibits.figure, heatmap, name="f", caption="", alt="Six cells")
    cells = draft.page().select("svg.broad g[id*=Quad] path")
    assert [path["d"].count("z") for path in cells] == [4, 2]


def test_a_figure_without_alt_is_refused(draft):
    with pytest.raises(ValueError, match="figure 'f': alt is empty; say what a reader who cannot"):
        draft.figure("f", alt=" ")


def test_a_card_is_heard_as_one_sentence():
    says = "Test digit 4761. The network says b with 43 percent; the label"
    assert card().sentence == f"{says} says c with 40 percent."
    assert card(1, 1).sentence == f"{says} agrees."
    unlikely = card(0, 1, probs=(0.999, 0.001, 0)).sentence
    assert "a with more than 99 percent; the label says b with less than 1 percent." in unlikely


def test_a_card_shows_title_bars_and_marks(draft):
    draft.cards(cards.gallery, [card(), card(2, 2, note="*twice*")])
    apart, agreeing = draft.page().select(".gallery li")
    assert apart.find(class_="title").text == "4761 (b→c)"
    assert [g.get("class") for g in apart("g")] == [None, ["prediction"], ["truth"]]
    bars = [bar["d"] for bar in apart.select("g path:not(.mark)")]
    assert bars == ["M23.3 71V61.5", "M70.0 71V46.9", "M116.7 71V48.6"]
    assert apart.select_one(".prediction path.mark")
    assert apart.select_one(".truth circle.mark")
    assert [text.text for text in apart("text")] == ["a", "b", "c"]
    assert len(agreeing.select("g.agree .mark")) == 2
    assert agreeing.find(class_="verdict").em.text == "twice"
    assert apart.find(role="img")["aria-label"] == card().sentence
    assert draft.outputs[0]["text/plain"].startswith(f"{card().sentence}\n")


@pytest.mark.parametrize("count", [2, 26])
def test_hostile_class_names_of_any_number_are_escaped_and_the_tallest_bar_fits(draft, count):
    names, probs = (HOSTILE,) * count, np.eye(count)[0]
    draft.cards(cards.gallery, [card(0, 0, names, probs), card(0, 0, names, probs * 0.5)])
    page = draft.page()
    assert page.main.find("script") is None
    assert page.find(class_="title").text == f"4761 ({HOSTILE}→{HOSTILE})"
    assert HOSTILE in page.find(role="img")["aria-label"]
    assert len(page.select("g path:not(.mark)")) == 2 * count
    top, circle = float(page.select_one(".bars")["viewbox"].split()[1]), page.select_one("circle")
    assert float(circle["cy"]) - float(circle["r"]) >= top - 0.1


@pytest.mark.parametrize(
    ("shape", "shown"),
    [((28, 28), (140, 140)), ((10, 9), (140, 126)), ((64, 60), (128, 120)), ((200, 9), (200, 9))],
)
def test_a_picture_is_enlarged_by_a_whole_number_its_ink_as_alpha(draft, shape, shown):
    image = np.arange(np.prod(shape)).astype(np.uint8).reshape(shape)
    draft.cards(cards.gallery, [cards.Card(image, 0, 0, 0, np.ones(1), ("a",))])
    img = draft.page().select_one(".cards img")
    assert (int(img["height"]), int(img["width"])) == shown
    np.testing.assert_array_equal(ink(img["src"]), image)


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
    test, train = cards.cards(opinions, digits, judge="They say", note=note, many=9)
    assert (test.image == 4).all()
    assert (train.image == 7).all()
    assert (test.note, train.note) == ("of 9", "")
    told = "Test digit 4. They say b with 80 percent; the label says a with 20 percent."
    assert test.sentence == told
    assert train.sentence == "Training digit 2. They say b with 100 percent; the label agrees."


def test_a_table_names_rows_and_columns_and_formats_these_one_by_one(draft):
    frame = pd.DataFrame(
        {"n": [1, 2000], "loss": [-0.0285, None], "kind": [True, False], "who": ["-", HOSTILE]},
        index=pd.Index(["a\nlooks <wide>", "b"], name="which"),
    )
    draft.table(frame, formats={"kind": lambda yes: "yes" if yes else "no"}, size="wide")
    page = draft.page()
    assert [[cell.text for cell in row(["th", "td"])] for row in page("tr")] == [
        ["which", "n", "loss", "kind", "who"],
        ["alooks <wide>", "1", "−0.029", "yes", "-"],
        ["b", "2,000", "–", "no", HOSTILE],
    ]
    assert [th["scope"] for th in page("th")] == ["col"] * 5 + ["row"] * 2
    assert page.tbody.th.decode_contents() == "a<br/><small>looks &lt;wide&gt;</small>"
    classes = [cell.get("class") for cell in page.tr("th")]
    assert classes == [None, ["number"], ["number"], None, None]
    region = page.select_one("figure.table.wide")
    assert region["tabindex"] == "0"
    assert page.find(id=region["aria-labelledby"]).text == "Table 1."
