"""The two pages, told of results that were drawn by lot: of MNIST, of the sample, of other sets."""

import json
import re
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

import telling
from ambiguous_digits import PROJECT, report, results, scores
from ambiguous_digits.article.prose import a, number
from page_checks import Page, faults

ODD = [f"class {k}" for k in range(43)]
ODD += ["<b>square</b>", "cross*", "[a](b)", "`ä_ö_ü` $x$ {{ y }}"]
SECTIONS = [
    *("question", "digits", "looking", "network", "two-ways-to-be-ambiguous", "definition-1"),
    *("definition-2", "luck", "witnesses", "verdicts", "labels", "backwards", "answer"),
    *("questions", "heap", "references-and-further-reading", "computed", "reuse"),
]
INDEX, EVIDENCE = report.PAGES
#: What is not prose: captions, notes, tables, code, what is folded away.
BESIDE = ("nav", "figure", "footnote", "details", "pre", "skip", "switch", "footer", "banner")
MNIST = telling.stand_in("mnist", 600, 10_000)
VOTES = telling.judges(MNIST)


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, SimpleNamespace]:
    """Reports by what they are of: the run's folder, its numbers, the pages, and their prose.

    MNIST has people, writers and mistakes; networks of the sample are certain, and always right.
    """

    def tell(digits, **options) -> SimpleNamespace:
        folder = telling.tell(digits, tmp_path_factory.mktemp("told"), **options)
        numbers = json.loads((folder / "numbers.json").read_text())
        pages = {path.name: Page(path.read_text("utf-8")) for path in folder.glob("*.html")}
        prose = {name: page.words(*BESIDE) for name, page in pages.items()}
        return SimpleNamespace(run=folder.parent, numbers=numbers, pages=pages, prose=prose)

    sample = telling.stand_in("sample", 400, 500)
    letters = telling.stand_in("letters", 470, 470, tuple(ODD))
    return {
        "mnist": tell(MNIST, folds=5, files=VOTES),
        "sample": tell(sample, repeats=2, seed=2, strength=40.0),
        "two": tell(telling.stand_in("bars", 40, 30, ("bar", "cross")), seed=4),
        "many": tell(letters, seed=5, strength=5.0),
    }


@pytest.mark.parametrize("name", ["mnist", "sample", "two", "many"])
def test_every_page_passes_the_checks_and_no_sentence_is_torn(told, name):
    one_of_many = r"(?<![\d.,])\b(?:one|1) (?:digits|networks|mistakes|pictures|parts)\b"
    many_of_one = r"\b[02-9]+ (?:digit|network|mistake|picture)\b(?! \d)"
    torn = r"[,;:(] ?[.,;:)]|\. \.|\(\)|\{[{%#/]|[%#}]\}"
    for page, text in zip(told[name].pages.values(), told[name].prose.values(), strict=True):
        assert faults(page) == {}
        text = text.replace("{{ y }}", "y")  # a name
        assert re.findall(f"{one_of_many}|{many_of_one}|{torn}", text) == []
        assert re.findall(r"\b([A-Za-z]+) \1\b", text) == []


def test_the_pages_have_the_sections_of_the_write_up_and_are_no_longer_than_a_reader_stays(told):
    for name in ("mnist", "sample"):
        assert [heading["id"] for heading in told[name].pages[INDEX].soup("h2")] == SECTIONS
    assert 2200 < len(told["mnist"].prose[INDEX].split()) <= 3400
    assert 1500 < len(told["mnist"].prose[EVIDENCE].split()) <= 3000
    assert len(told["many"].prose[INDEX].split()) <= 3000


def test_the_sample_is_said_loudly_and_people_speak_only_where_they_were_asked(told):
    for page, sentence, by in (
        (INDEX, "This report was made from a sample", "sample"),
        (INDEX, "their testimony was not at hand", "sample"),
        (INDEX, "99.26", "mnist"),  # the write-up's result
        (INDEX, "the closed ring says 6", "mnist"),  # what the eye sees in a digit
        (INDEX, "You are the fifth", "mnist"),
        (INDEX, "His eye was right", "mnist"),
        (INDEX, "students of a high school", "mnist"),
        (EVIDENCE, "What people dispute is found best by", "mnist"),
        (EVIDENCE, "Whose hand", "mnist"),
    ):
        said = {name for name in ("mnist", "sample") if sentence in told[name].pages[page].words()}
        assert said == {by}
    banners = [told[name].pages[INDEX].soup.select(".banner") for name in ("mnist", "sample")]
    assert [len(found) for found in banners] == [0, 1]


def test_what_the_eye_sees_stands_once_and_with_its_digit(told):
    cells = nbformat.read(PROJECT / "notebooks/3-article.ipynb", 4).cells
    seen: dict = {}
    exec(next(c.source for c in cells if c.source.startswith("# What")), {"mnist": True}, seen)
    eyes, told_of = seen["eyes"] | seen["suspicious_eyes"], []
    assert len(eyes) >= 40
    for card in told["mnist"].pages[INDEX].soup.select(".cards li"):
        index = int(re.match(r"\d+", card.select_one(".title").text)[0])
        text = card.get_text().replace("’", "'").replace("\u00a0", " ")
        told_of += (found := [digit for digit, sentence in eyes.items() if sentence in text])
        assert found in ([], [index])
    assert len(told_of) == len(set(told_of)) > 5


@pytest.mark.parametrize("name", ["two", "many"])
def test_a_page_of_other_pictures_is_the_evidence_in_their_names_and_speaks_of_no_digits(
    told, name
):
    assert set(told[name].pages) == {INDEX}
    page = told[name].pages[INDEX]
    assert [odd in page.words() for odd in ODD[-4:]] == [name == "many"] * 4
    assert page.soup.main.find("b", string="square") is None
    text = " ".join([page.words("pre"), *(value for _, value in page.values("aria-label"))])
    titles = r"Ambiguous Handwritten Digits|training digits of MNIST|the lost MNIST digits"
    text = re.sub(rf"{titles}|who had to tell digits apart", "", text)
    assert re.findall(r".{,40}(?:[Dd]igit|[Hh]andwrit|a four\b).{,40}", text) == []


def test_a_link_to_nowhere_is_refused():
    pages = {"index.html": '<a href="evidence.html#gone">', "evidence.html": '<h2 id="here">'}
    with pytest.raises(ValueError, match=r"index.html links to evidence.html#gone, which is not"):
        report._require_targets(pages)


def shown(page: Page, name: str) -> list[int]:
    """The numbers of the digits in a figure, in their order."""
    titles = page.soup.select(f"#fig-{name} .title")
    return [int(re.match(r"\d+", title.text)[0]) for title in titles]


def lowest(values, top=None) -> list[int]:
    return np.argsort(values, kind="stable")[:top].tolist()


@pytest.fixture(scope="module")
def said(told) -> SimpleNamespace:
    """What the networks of the stand-in for MNIST said, and what follows, computed anew."""
    networks, labels = results.load_networks(told["mnist"].run), MNIST.test_labels
    each = np.array([scores.softmax(network.test_logits) for network in networks])
    unseen = scores.softmax(results.held_out_logits(networks))[0]
    first, mean = each[0], each.mean(axis=0)
    right, sure = first.argmax(axis=1) == labels, first.max(axis=1)
    return SimpleNamespace(
        each=each,
        accuracies=100 * (each.argmax(axis=2) == labels).mean(axis=1),
        losses=-np.log(each[:, np.arange(len(labels)), labels]).mean(axis=1),
        right=right,
        unsure=lowest(sure, 100),
        mistakes=[i for i in lowest(-sure) if not right[i]][:100],
        right_together=mean.argmax(axis=1) == labels,
        sure_together=mean.max(axis=1),
        belief=mean[np.arange(len(labels)), labels],
        sure_unseen=unseen.max(axis=1),
        unseen=unseen[np.arange(len(unseen)), MNIST.train_labels],
    )


def test_the_galleries_show_the_digits_that_the_networks_put_first(told, said):
    index, evidence = (told["mnist"].pages[page] for page in (INDEX, EVIDENCE))
    doubted = lowest(said.belief)
    assert shown(index, "answer") == lowest(said.sure_together, 6)
    assert shown(index, "committee") == lowest(said.sure_together, 12)
    assert shown(index, "definition-1") == said.unsure[:12]
    assert shown(index, "definition-2") == said.mistakes[:12]
    assert shown(index, "suspects") == lowest(said.unseen, 24)
    assert shown(evidence, "doubted") == doubted[:12]
    bricks = [brick["id"].split("-")[1:] for brick in index.soup.select("#fig-heap li")]
    heap, training = ([int(i) for part, i in bricks if part == of] for of in ("test", "train"))
    assert heap == [digit for digit in doubted if digit in heap]
    assert set(np.flatnonzero(~said.right_together)) <= set(heap)
    assert training == lowest(said.unseen, 100)


def test_the_closing_answers_pass_over_digits_that_all_five_people_read_as_their_label(told, said):
    votes = json.loads(VOTES["mnist_mturk.json"])
    asked = [vote for vote in votes if vote["our_guessed_label"] != vote["given_original_label"]]
    unanimous = {vote["id"] for vote in asked if vote["mturk"]["given"] == 5}
    lists = [said.unsure, said.mistakes, lowest(said.sure_together), lowest(said.belief)]
    lists.append(lowest(-np.sort(said.each.mean(axis=0))[:, -2]))  # of the strongest second choice
    first = [next(digit for digit in found if digit not in unanimous) for found in lists]
    assert shown(told["mnist"].pages[INDEX], "answers") == first
    assert first != [found[0] for found in lists]


def test_the_numbers_are_those_of_the_networks(told, said):
    numbers = told["mnist"].numbers
    assert (numbers["dataset"], numbers["networks"]) == ("mnist", 5)
    assert numbers["digest"] == results.digest(results.load_networks(told["mnist"].run))
    assert numbers["definition_1"] == said.unsure
    assert numbers["definition_2"] == said.mistakes
    assert numbers["test_accuracies"] == pytest.approx(said.accuracies / 100, rel=1e-12)
    assert numbers["first_network"]["accuracy"] == said.right.mean()
    assert numbers["first_network"]["loss"] == pytest.approx(said.losses[0], rel=1e-9)
    assert numbers["ensemble"]["accuracy"] == said.right_together.mean()
    assert numbers["ensemble"]["loss"] == pytest.approx(-np.log(said.belief).mean(), rel=1e-9)
    unseen = scores.softmax(results.held_out_logits(results.load_networks(told["many"].run)))[0]
    doubted = unseen[np.arange(470), np.arange(470) % len(ODD)] < 0.5
    assert told["many"].numbers["doubted"]["train"]["rate"] == doubted.mean()
    # Those of the evidence.
    each, labels = said.each, MNIST.test_labels
    answers, digits = each.argmax(axis=2), np.arange(len(labels))
    united = (answers == answers[0]).all(axis=0)
    assert numbers["unanimous_against_label"] == np.flatnonzero(united & ~said.right).tolist()
    agreeing = (answers == answers[0]).sum(axis=0)[said.mistakes[:12]]
    assert numbers["definition_2_agreeing"] == agreeing.tolist()
    halves = each[0], each[1], each[:2].mean(axis=0), each[2:].mean(axis=0)
    lists = [lowest(probs.max(axis=1), 12) for probs in halves]
    assert numbers["lists"] == {"networks": lists[:2], "committees": lists[2:]}
    judged = each[digits % 5, digits, labels]  # one network judges each, in turns
    assert numbers["doubted"]["test"]["count"] == (judged < 0.5).sum()
    assert numbers["doubted"]["held_out"]["count"] == (said.unseen[::5] < 0.5).sum()
    hands = [numbers["writers"][who]["count"] for who in ("students", "employees")]
    assert sum(hands) == (judged < 0.5).sum() + (said.unseen < 0.5).sum()
    fair = np.concatenate([said.sure_unseen, each[digits % 5, digits].max(axis=1)])
    assert numbers["overall_train"] == sum(i < 600 for i in lowest(fair, 100))
    entropies = [-(p * np.log(p)).sum(axis=-1) for p in (each, each.mean(axis=0))]
    within, widest = entropies[0].mean(axis=0), lowest(-entropies[1], 150)
    between = entropies[1] - within
    found = [numbers["doubt"][how][0]["index"] for how in ("torn", "contradictory")]
    assert found == [widest[part[widest].argmax()] for part in (within, between)]
    for name, sure in (("first", each[0].max(axis=1)), ("ensemble", said.sure_together)):
        bins = numbers["calibration"][name]["before"]
        told_of = sum(c * n for c, n in zip(bins["confidence"], bins["count"], strict=True) if n)
        assert told_of / len(labels) == pytest.approx(sure.mean(), rel=1e-9)
    right = said.right_together[lowest(said.sure_together)]
    reached = next(k for k in digits if right[k:].mean() >= 0.999)
    assert numbers["rest"]["reached"]["low_confidence"] == reached
    with np.load(told["mnist"].run / "planted.npz") as planted:
        blends = scores.softmax(planted["reported_mean_blends_logits"]).mean(axis=0).max(axis=1)
    area = (blends[:, None] < said.sure_together).mean()
    assert numbers["planted"]["mean_blends"]["low_confidence"]["auroc"] == pytest.approx(area)
    clearest = [digit["index"] for digit in numbers["verdicts"]["gallery"]["clear"]]
    assert clearest == lowest(entropies[1], 6)
    ranked = numbers["committee"]["low_confidence"]["digits"]
    assert [digit["index"] for digit in ranked] == lowest(said.sure_together, 24)
    assert all(digit["low"] <= digit["high"] for digit in ranked)


def test_the_numbers_in_the_prose_are_those_of_the_networks(told, said):
    right, right_together, both = said.right, said.right_together, {*said.unsure, *said.mistakes}
    numbers, hardest = told["mnist"].numbers, said.sure_together.argmin()
    meant, best = MNIST.test_labels[hardest], said.each.mean(axis=0)[hardest].argmax()
    guesses = f"their best guess, {a(best)}, got", "that is their best guess, too, with"
    rates = [100 * numbers["writers"][who]["rate"] for who in ("students", "employees")]
    reached = filter(None, numbers["rest"]["reached"].values())
    for sentence in (
        f"On {number((said.sure_together < 0.5).sum())} of these no answer won even half",
        f"Number {hardest} puzzled them most: it was meant as {a(meant)}, and "
        f"{guesses[int(best == meant)]} {100 * said.sure_together.min():.0f} %",
        f"right {100 * right.mean():.2f} % of the time: {(~right).sum()} mistakes in all",
        f"all five, and there are {number((~right_together).sum())}",
        f"On {right[said.unsure].sum()} of the 100 it is right after all",
        f"together leave {len(both)} of the 10,000 digits",
        f"to {rates[0]:.2f} % of the students’ digits and to {rates[1]:.2f} % of the employees’",
        f"result {numbers['digest'][:16]}",
    ):
        assert sentence in told["mnist"].prose[INDEX]
    for fact in (
        f"mnist, SHA-256 {MNIST.digest[:16]}… Networks 5: 1 × 5 folds, 2 epochs Seed 0; of network",
        f"SHA-256 {numbers['digest'][:16]}… over all logits Code last changed in commit",
        f"Python {numbers['provenance']['python']} Libraries tensorflow ",
        "Processor Some Processor @ 3 GHz Precision mixed_bfloat16 while training; all answers are",
        "Threads 1 per network System",
        "Training 6 s, all networks added up",
    ):
        assert fact in told["mnist"].pages[EVIDENCE].words()
    for sentence in (
        f"on {min(said.accuracies):.2f} % to {max(said.accuracies):.2f} % of the test digits",
        f"with a loss of {min(said.losses):.4f} to {max(said.losses):.4f}",
        f"Doubted are {100 * (said.unseen < 0.5).mean():.2f} % of the training digits",
        f"a person must look at {number(min(reached), 'digit')} of 10,000",
        f"the committee is right on {100 * right_together.mean():.2f} %",
    ):
        assert sentence in told["mnist"].prose[EVIDENCE]
