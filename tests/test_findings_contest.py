"""The contest of scores: each of its figures and sentences, recomputed for random results."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest

from ambiguous_digits import findings
from ambiguous_digits.findings import words
from test_findings import quick_auroc
from test_findings_committee import first_of, ten_scores
from test_findings_judges import DUE, KINDS, LABELLED, results, verdict

ASKED = ("disputed", "rejected")


def panels(r) -> dict[str, dict]:
    """What the figure shows, by the judge's own name."""
    return {judge["title"].partition(": ")[2]: judge for judge in findings.judges(r.n)}


def listed(score: np.ndarray, top: int = 100) -> set[int]:
    return {i for i in first_of(score, top) if score[i] > 0}


def people(r) -> tuple[list[int], dict[str, np.ndarray]]:
    """The digits on which votes can tell, and which of them are disputed and rejected."""
    rows = json.loads(r.files["mnist_mturk.json"])
    rows = [d for d in rows if d["given_original_label"] != d["our_guessed_label"]]
    given = np.array([d["mturk"]["given"] for d in rows])
    return [d["id"] for d in rows], {"disputed": given < 5, "rejected": given <= 2}


def bounds(cell: str) -> list[float]:
    """The figures of a table's cell: the value and, small under it, its interval."""
    return [float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", cell)]


def in_order(low: float, value: float, high: float) -> bool:
    return all(a <= b + 1e-9 for a, b in pairwise((low, value, high)))


def test_the_figure_shows_how_much_of_the_planted_is_found():
    for r, texts in results():
        shown, table = texts["score_names"].split("\n"), findings.contest_table(r.n)
        assert table["Score"].tolist() == shown
        for kind in r.kinds:
            judge, many = panels(r)[KINDS[kind]], len(r.planted[f"reported_{kind}_labels"])
            assert judge["values"] == pytest.approx([r.hits[kind][name] for name in shown])
            assert judge["chance"] == pytest.approx(many / (many + r.size))
            column = table[KINDS[kind].capitalize()].tolist()
            assert column == pytest.approx([r.areas[kind][name] for name in shown])
        judge = panels(r)["wrong labels"]
        assert judge["values"] == pytest.approx([r.top[name] for name in shown])
        assert judge["chance"] == pytest.approx(len(r.wrong) / 90)
        many = len(r.planted[f"reported_{r.kinds[0]}_labels"])
        assert f"ount how many of the {many:,} of a kind are among" in texts["contest_intro"]
        ends = [r.n["stability"][name.replace(" ", "_")]["100"]["curve"][-1:] for name in shown]
        if "first 100" in panels(r):
            steady = np.round(np.array([end or [None] for end in ends], float)[:, 0], 2)
            np.testing.assert_array_equal(panels(r)["first 100"]["values"], steady)
        else:
            assert not any(value is not None for end in ends for value in end)


def test_the_figure_shows_what_people_say():
    for r, texts in results():
        if not r.n["judges"]:
            assert not {*ASKED} & {*panels(r)}
            continue
        of, judged = people(r)
        shown, alone = texts["score_names"].split("\n"), ten_scores(r.logits[:1], r.labels)
        table = findings.contest_table(r.n)
        for kind, who in judged.items():
            judge, cells = panels(r)[kind], table[kind.capitalize()]
            areas = [quick_auroc(r.rest[name][of], who) for name in shown]
            assert judge["values"] == pytest.approx(areas)
            single = [quick_auroc(alone[name][of], who) for name in shown]
            assert judge["single"] == pytest.approx(single)
            for low, value, high in zip(judge["low"], areas, judge["high"], strict=True):
                assert in_order(low, value, high)
            for cell, value in zip(cells, areas, strict=True):
                told, low, high = bounds(cell)
                assert told == pytest.approx(value, abs=0.0051)
                assert in_order(low, told, high)
            best = f"eople: {kind}: best {shown[int(np.argmax(areas))]} with {max(areas):.2f}"
            assert best in texts["contest_alt"]
        for name, hits in zip(table["Score"], table["In first 100"], strict=True):
            rejected = np.array(of)[judged["rejected"]].tolist()
            assert hits == len(listed(r.rest[name]) & {*rejected})


def test_the_two_definitions_are_quoted_right():
    for r, texts in results():
        if r.n["judges"]:
            (of, judged), text = people(r), texts["contest"]
            alone = ten_scores(r.logits[:1], r.labels)["low confidence"]
            told = {
                name: " and ".join(
                    words.percent(quick_auroc(score[of], judged[kind])) for kind in ASKED
                )
                for name, score in (r.rest | {"alone": alone}).items()
            }
            assert f"first definition, low confidence, gets {told['low confidence']}" in text
            assert f"the confident mistake, gets {told['confident mistake']}." in text
            assert f"it gets {told['alone']}.)" in text
            low = r.n["judges"]["low_confidence"]
            coin = all(low[kind]["low"] <= 0.5 <= low[kind]["high"] for kind in ASKED)
            assert ("no better than a coin" in text) == coin
            rejected = np.array(of)[judged["rejected"]].tolist()
            hits = len(listed(r.rest["low confidence"]) & {*rejected})
            chance = 100 * len(rejected) / r.size
            assert ("does not make low confidence useless" in text) == (hits > 10 * chance)
            best = re.search(r"People\. ([A-Za-z ]+) puts the disp", text)[1].lower()
            found = r.n["judges"][best.replace(" ", "_")]["disputed"]
            ends = f"from {words.percent(found['low'])} to {words.percent(found['high'])})"
            assert f"(the interval runs {ends}" in text
            assert found["low"] <= found["high"]


def test_label_doubt_is_said_to_have_help_where_it_wins():
    for r, texts in results():
        names = [name.replace("_", " ") for name in r.n["planted"]["wrong_labels"]]
        best = {kind: max(names, key=r.hits[kind].get) for kind in r.kinds}
        reach = {r.hits[kind][name] for kind, name in best.items()}
        helped = "label doubt" in best.values() and len(reach) > 1
        assert ("Label doubt has help" in texts["contest"]) == helped


def test_the_conclusion_is_that_of_the_judges():
    for r, texts in results():
        text = texts["conclusion"]
        mean = {k: np.mean([r.hits[kind][k] for kind in r.kinds]) for k in r.rest}
        blind = {k: v for k, v in mean.items() if k not in LABELLED}
        near = sum(value > max(blind.values()) - 0.01 for value in blind.values()) - 1
        others = f"though {words.count(near)} others are less than one point behind"
        assert (others in text) == (near > 1)
        assert ("though one other is" in text) == (near == 1)
        told = r"doubt them: ([a-z ]+?) for wrong labels"
        told += r"(?: and (?:([a-z ]+?) )?for what people dispute)?\."
        wrong, dispute = re.search(told, text).groups()
        assert r.top[wrong] == max(r.top.values())
        well = r.top["confident mistake"] > r.top["label doubt"] - 0.05
        assert ("nearly as well as label doubt" in text) == well
        assert ("for what people dispute" in text) == bool(r.n["judges"])
        if r.n["judges"]:
            of, judged = people(r)
            both = {
                name: sum(quick_auroc(score[of], who) for who in judged.values())
                for name, score in r.rest.items()
            }
            assert both[dispute or wrong] == pytest.approx(max(both.values()))


def test_the_tables_of_verdicts_have_their_intervals_round_the_share():
    for r, _ in results():
        for kind, row in zip(
            [k for k in KINDS if k in r.kinds],
            findings.verdicts_table(r.n).to_dict("records"),
            strict=False,
        ):
            column = DUE[kind].replace("digit", r.what).capitalize()
            share, low, high = bounds(row[column])
            assert in_order(low, share, high)
            assert high > low
        for row in findings.votes_table(r.n).to_dict("records") if r.n["judges"] else []:
            for kind in ("Disputed", "Rejected"):
                count, low, high = bounds(row[kind])
                assert in_order(low, 100 * count / row["Digits"], high + 0.5)
                assert high > low


def test_what_passes_as_something_else_is_told_where_it_mostly_does():
    for r, texts in results():
        if "max_blends" in r.kinds:
            probs = np.exp(r.planted["reported_max_blends_logits"])
            probs /= probs.sum(axis=2, keepdims=True)
            labels = r.planted["reported_max_blends_labels"]
            found = [verdict(probs[:, i], labels[i]) for i in range(len(labels))]
            clear, doubtful, two = (
                found.count(name) / len(found) for name in ("clear", "label doubtful", "two ways")
            )
            told = f"one clear {r.what} ({words.percent(clear)}) or as a label error "
            told += f"({words.percent(doubtful)})"
            assert (told in texts["verdicts"]) == (2 * (clear + doubtful) > 1 - two)
            assert ("mostly pass as" in texts["verdicts"]) == (told in texts["verdicts"])
