"""The two pages, told of results that were drawn by lot: of MNIST, of the sample, of other sets."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup

import page_checks
import telling
from ambiguous_digits import PROJECT, report

ODD = [f"class {k}" for k in range(43)] + [
    "<b>square</b>",
    "cross*",
    "[a](b)",
    "`ä_ö_ü` $x$ {{ y }}",
]
#: What is not prose: captions, notes, tables, code, what is folded away.
APART = "nav, figure, figcaption, .footnote, details, table, pre, .skip, .switch, footer, .banner"
SECTIONS = [
    *("question", "digits", "looking", "network", "two-ways-to-be-ambiguous", "definition-1"),
    *("definition-2", "luck", "witnesses", "verdicts", "labels", "backwards", "answer"),
    *("questions", "heap", "references-and-further-reading", "computed", "reuse"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, Path]:
    """Reports, by what they are of."""
    mnist = telling.stand_in("mnist", 600, 10_000)
    sample, two, many = (
        telling.stand_in("sample", 400, 500),
        telling.stand_in("bars", 40, 30, ("bar", "cross")),
        telling.stand_in("letters", 470, 470, tuple(ODD)),
    )
    asked = {
        "mnist": (mnist, {"folds": 5, "files": telling.judges(mnist)}),
        "mnist alone": (mnist, {"seed": 1, "strength": 6.0}),
        "sample": (sample, {"repeats": 2, "seed": 2}),
        "certain": (sample, {"seed": 3, "strength": 40.0}),
        "two": (two, {"seed": 4}),
        "many": (many, {"seed": 5, "strength": 5.0}),
    }
    return {
        name: telling.tell(digits, tmp_path_factory.mktemp("told"), **options)
        for name, (digits, options) in asked.items()
    }


REPORTS = ["mnist", "mnist alone", "sample", "certain", "two", "many"]
PAGES = [(name, page) for name in REPORTS[:4] for page in report.PAGES]
PAGES += [("two", "index.html"), ("many", "index.html")]


@pytest.fixture(params=PAGES, ids=lambda page: "-".join(page).replace(" ", "-"))
def page(request, told) -> str:
    name, file = request.param
    return (told[name] / file).read_text("utf-8")


def prose(html: str) -> str:
    """The sentences of a page, without what stands beside them."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select(APART):
        tag.decompose()
    return re.sub(r"\s+", " ", soup.body.get_text(" "))


def test_every_page_passes_the_checks_of_a_page(page):
    faults = {name: check(page) for name, check in page_checks.STATIC.items()}
    assert {name: found for name, found in faults.items() if found} == {}


def test_no_word_is_doubled_and_no_sentence_is_torn(page):
    text = prose(page)
    assert re.findall(r"\b([A-Za-z]+) \1\b", text) == []
    assert re.findall(r"[,;:(] ?[.,;:)]|\. \.|\(\)|  ", text) == []
    assert re.findall(r"\{[{%#/]|[%#}]\}", text) == []
    assert (
        re.findall(r"(?<![\d.,])\b(?:one|1) (?:digits|networks|mistakes|pictures|parts)\b", text)
        == []
    )
    assert re.findall(r"\b[02-9]+ (?:digit|network|mistake|picture)\b(?! \d)", text) == []


def test_the_article_has_the_sections_of_the_write_up_in_its_order(told):
    for name in ("mnist", "mnist alone", "sample", "certain"):
        soup = BeautifulSoup((told[name] / "index.html").read_text("utf-8"), "html.parser")
        assert [heading["id"] for heading in soup("h2")] == SECTIONS


def test_the_pages_are_no_longer_than_a_reader_stays(told):
    words = {name: len(prose((told["mnist"] / name).read_text()).split()) for name in report.PAGES}
    assert 2200 < words["index.html"] <= 3400
    assert 1500 < words["evidence.html"] <= 3000
    assert len(prose((told["many"] / "index.html").read_text()).split()) <= 3000


def test_the_article_can_be_read_in_its_notebook():
    cells = json.loads((PROJECT / "notebooks/3-article.ipynb").read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    told = [s for c, s in zip(cells, sources, strict=True) if c["cell_type"] == "markdown"]
    told += [source for source in sources if source.startswith("%%prose")]
    assert sum(len(source.split()) for source in told) >= 2400


def test_plain_cells_have_nothing_that_jupyterlab_would_not_show():
    for name in ("3-article", "4-evidence"):
        for cell in json.loads((PROJECT / f"notebooks/{name}.ipynb").read_text())["cells"]:
            source = "".join(cell["source"])
            assert "[](" not in source
            if cell["cell_type"] == "markdown":
                assert not re.search(r"\^\[|\{#|\{\{", source)


def test_people_and_writers_speak_only_where_they_were_asked(told):
    with_people, alone = (
        {page: prose((told[name] / page).read_text("utf-8")) for page in report.PAGES}
        for name in ("mnist", "mnist alone")
    )
    for page, words in (
        ("index.html", ["You are the fifth", "His eye was right", "students of a high school"]),
        ("evidence.html", ["What people dispute is found best by", "Whose hand"]),
    ):
        for sentence in words:
            assert sentence in with_people[page]
            assert sentence not in alone[page]
    assert "their testimony was not at hand" in alone["index.html"]
    assert "their testimony was not at hand" not in with_people["index.html"]


def test_the_sample_is_said_loudly_and_its_numbers_are_not_mnists(told):
    sample, mnist = ((told[name] / "index.html").read_text("utf-8") for name in ("sample", "mnist"))
    assert "This report was made from a sample" in sample
    assert "This report was made from a sample" not in mnist
    assert "99.26" not in sample
    assert "99.26" in mnist
    assert "no lid" not in sample  # what the eye sees in a digit of MNIST


def test_what_the_eye_sees_stands_only_where_its_digit_is(told):
    source = (PROJECT / "notebooks/3-article.ipynb").read_text()
    cell = next(c for c in json.loads(source)["cells"] if "".join(c["source"]).startswith("# What"))
    seen: dict = {}
    exec("".join(cell["source"]), {"mnist": True}, seen)
    assert len(seen["eyes"]) + len(seen["suspicious_eyes"]) >= 40
    html = (told["mnist"] / "index.html").read_text("utf-8")
    soup = BeautifulSoup(html, "html.parser")
    shown = {
        int(b.get_text()) for b in soup.select(".title b, .verdict strong") if b.text.isdigit()
    }
    text = soup.get_text(" ").replace("’", "'")
    for index, sentence in seen["eyes"].items():
        if sentence in text:
            assert re.search(rf"\b{index}\b", text)
    assert any(seen["eyes"].get(index, "?") in text for index in shown | {2130})


def test_the_closing_answer_names_no_digit_that_all_five_people_read_as_its_label(told):
    numbers = json.loads((told["mnist"] / "numbers.json").read_text())
    html = BeautifulSoup((told["mnist"] / "index.html").read_text("utf-8"), "html.parser")
    files = telling.judges(telling.stand_in("mnist", 600, 10_000))
    votes = json.loads(files["mnist_mturk.json"])
    unanimous = {
        digit["id"]
        for digit in votes
        if digit["mturk"]["given"] == 5
        and digit["our_guessed_label"] != digit["given_original_label"]
    }
    named = {int(b.text) for b in html.select("#fig-answers .title b")}
    assert named
    assert not named & unanimous
    assert named == {digit["index"] for found in numbers["answers"].values() for digit in found}


def test_names_that_are_not_ours_stand_as_they_are(told):
    soup = BeautifulSoup((told["many"] / "index.html").read_text("utf-8"), "html.parser")
    assert soup.main.find("b", string="square") is None
    text = soup.get_text(" ")
    assert "<b>square</b>" in text
    assert "cross*" in text
    assert "{{ y }}" in text


def test_a_page_of_other_pictures_is_the_evidence_alone_and_speaks_of_no_digits(told):
    for name in ("two", "many"):
        files = {path.name for path in told[name].glob("*.html")}
        assert files == {"index.html"}
        soup = BeautifulSoup((told[name] / "index.html").read_text("utf-8"), "html.parser")
        for tag in soup(["pre", "style", "script"]):
            tag.decompose()
        said = [
            soup.get_text(" "),
            *(tag["aria-label"] for tag in soup(attrs={"aria-label": True})),
        ]
        text = re.sub(r"\s+", " ", " ".join(said)).replace("Ambiguous Handwritten Digits", "")
        text = text.replace("training digits of MNIST", "")
        text = re.sub(r"who had to tell digits apart|the lost MNIST digits", "", text)
        assert re.findall(r".{,40}(?:[Dd]igit|[Hh]andwrit|a four\b).{,40}", text) == []


def test_the_numbers_on_the_page_are_those_beside_it(told):
    numbers = json.loads((told["mnist"] / "numbers.json").read_text())
    text = prose((told["mnist"] / "index.html").read_text("utf-8")).replace("\u00a0", " ")
    hardest = numbers["ensemble"]["most_ambiguous"][0]
    assert f"Number {hardest['index']} puzzled them most" in text
    assert f"{100 * numbers['first_network']['accuracy']:.2f} %" in text
    together = np.argmax(hardest["probs"])
    assert numbers["class_names"][together] in text
    assert numbers["digest"][:16] in text


def test_a_link_to_nowhere_is_refused(told, tmp_path):
    pages = {"index.html": '<a href="evidence.html#gone">', "evidence.html": '<h2 id="here">'}
    with pytest.raises(ValueError, match=r"index.html links to evidence.html#gone, which is not"):
        report._require_targets(pages)
