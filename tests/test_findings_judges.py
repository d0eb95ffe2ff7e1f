"""What outside judges say of scores, verdicts and hands: recomputed for random results."""

import copy
import functools
import gzip
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import rankdata

from ambiguous_digits import findings
from ambiguous_digits.findings import words
from test_findings import SEEDS, quick_auroc, said, whole_result
from test_findings_committee import first_of, softmax, ten_scores

KINDS = {"mean_blends": "averages", "max_blends": "overlays"}
KINDS |= {"shuffled_patches": "shuffled", "spectrum_noise": "noise"}
DUE = dict(zip(KINDS, ["two ways"] * 2 + ["no digit"] * 2, strict=True))
LABELLED = ("label doubt", "confident mistake")


def shares(found: dict[str, dict]) -> dict[str, float]:
    return {name: row["auroc"] for name, row in found.items()}


def verdict(probs: np.ndarray, label: int) -> str:
    """The verdict on one digit, of what each network says, without blind spots."""
    best, second = np.sort(probs.mean(axis=0))[:-3:-1]
    if best >= 0.85:
        return "clear" if probs.mean(axis=0).argmax() == label else "label doubtful"
    two = best + second >= 0.65 and (probs.max(axis=0) > 0.5).sum() < 3
    return "two ways" if two else "no digit"


@functools.cache
def results() -> list[tuple[SimpleNamespace, dict[str, str]]]:
    """Thirty random committees and all on MNIST, with the judges' outcome recomputed."""
    found = []
    for seed in [*SEEDS[:33], *SEEDS[40::10]]:
        r, texts = whole_result(seed), said(seed)
        if len(r.test) > 1:
            kinds = r.planted["kinds"].tolist()
            rest, spoilt = ten_scores(r.logits, r.labels), r.train_labels.copy()
            areas, hits, top = {}, {}, {}
            for kind in kinds:
                stem = f"reported_{kind}_"
                here = ten_scores(r.planted[stem + "logits"], r.planted[stem + "labels"])
                both = {k: np.r_[rest[k], here[k]] for k in here}
                areas[kind] = {k: area(both[k], len(here[k])) for k in here}
                hits[kind] = {k: first_share(both[k], len(here[k])) for k in here}
            wrong = r.planted["reported_wrong_index"]
            spoilt[wrong] = r.planted["reported_wrong_labels"]
            for name, score in ten_scores(r.held_out, spoilt).items():
                order = [*np.setdiff1d(np.arange(90), wrong), *wrong]
                top[name] = np.mean([order[i] in wrong for i in first_of(score[order], len(wrong))])
            more = {
                "kinds": kinds,
                "areas": areas,
                "hits": hits,
                "top": top,
                "wrong": wrong,
                "spoilt": spoilt,
            }
            more |= {"what": words.thing(r.n), "rest": rest, "size": len(r.labels)}
            plain = {name: findings.plain(text) for name, text in texts.items()}
            found.append((SimpleNamespace(**vars(r) | more), plain))
    return found


def area(score: np.ndarray, planted: int) -> float:
    return quick_auroc(score, np.arange(len(score)) >= len(score) - planted)


def first_share(score: np.ndarray, planted: int) -> float:
    """What share of the first `planted` by a score are the planted, the last ones."""
    return float(np.mean(np.array(first_of(score, planted)) >= len(score) - planted))


def test_there_are_results_of_all_kinds():
    kinds = [r for r, _ in results()]
    assert len(kinds) >= 30
    assert any(len(r.kinds) == 2 for r in kinds)
    assert any(len(r.n["class_names"]) == 2 for r in kinds)
    assert (
        {bool(r.n["judges"]) for r in kinds} == {"writers" in r.n for r in kinds} == {True, False}
    )


def test_what_was_planted_is_found_as_told():
    for r, texts in results():
        text, names = texts["contest"], list(r.rest)
        for kind in r.kinds:
            told = {k.replace("_", " "): v for k, v in shares(r.n["planted"][kind]).items()}
            assert told == pytest.approx(r.areas[kind])
            told = r.n["planted"][kind].items()
            told = {k.replace("_", " "): row["precision"] for k, row in told}
            assert told == pytest.approx(r.hits[kind])
        precision = r.n["planted"]["wrong_labels"]
        told = {k.replace("_", " "): row["precision"] for k, row in precision.items()}
        assert told == pytest.approx(r.top)
        most = max(r.top.values())
        assert ("No score has a wrong label" in text) == (most == 0)
        if most and len(r.wrong) > 1:
            name, hits = re.search("found best by ([a-z ]+):", text)[1], words.percent(most)
            assert r.top[name] == most
            assert f"of its first {len(r.wrong)} training {r.what}s {hits} carry one" in text
            assert ("cannot see them at all" in text) == (name in LABELLED)
        best = {kind: max(found.values()) for kind, found in r.hits.items()}
        easy, hard = max(best.values()), min(best.values())
        assert ("all kinds are found alike" in text) == (easy == hard)
        if easy > hard:
            most, least, first, finds, last, hit = re.search(
                r"(\w+)(?: pictures)? (?:is|are) the easiest to find and (\w+)(?: pictures)? the "
                r"hardest: ([a-z ]+) finds (\d+\s%) of the one, and the best for the other, "
                r"([a-z ]+), (\d+\s%)\.",
                text,
            ).groups()
            kinds = {called: kind for kind, called in KINDS.items()}
            assert r.hits[kinds[most]][first] == pytest.approx(easy)
            assert r.hits[kinds[least]][last] == pytest.approx(hard)
            assert (finds, hit) == (words.percent(easy), words.percent(hard))
        assert ("or can be read twice" in text) == (len(r.kinds) == 4)
        counts = [words.times(len(r.planted[f"reported_{kind}_labels"])) for kind in r.kinds]
        assert all(f"{times} " in texts["contest_question"] for times in counts)
        assert f"gave {len(r.wrong)} of the 90 training {r.what}s" in texts["contest_question"]
        shown = texts["score_names"].split("\n")
        assert sorted(shown) == sorted(names)
        assert {*shown[-2:]} == {*LABELLED}


def test_people_are_quoted_right():
    for r, texts in results():
        assert bool(r.n["judges"]) == ("mnist_mturk.json" in r.files)
        text = texts["contest"]
        assert ("*People.*" in said(r.seed)["contest"]) == bool(r.n["judges"])
        if r.n["judges"]:
            rows = [d for d in json.loads(r.files["mnist_mturk.json"])]
            rows = [d for d in rows if d["given_original_label"] != d["our_guessed_label"]]
            of, given = [d["id"] for d in rows], np.array([d["mturk"]["given"] for d in rows])
            judged = {"disputed": given < 5, "rejected": given <= 2}
            areas = {
                kind: {k: quick_auroc(v[of], who) for k, v in r.rest.items()}
                for kind, who in judged.items()
            }
            best = max(areas["disputed"].values())
            name = re.search(r"People\. ([A-Za-z ]+) puts the disputed", text)[1].lower()
            assert areas["disputed"][name] == best
            assert f"disputed {r.what} first {words.percent(best)} of the time" in text
            again, rejected = max(areas["rejected"].values()), judged["rejected"]
            other = max(areas["rejected"], key=areas["rejected"].get)
            who = "it reaches" if other == name else f"{other} is ahead, with"
            hits = sum(i in first_of(r.rest[other], 100) for i in np.array(of)[rejected])
            some = f"{words.share(hits, rejected.sum())} {'is' if hits == 1 else 'are'} among its"
            assert f"For rejected digits {who} {words.percent(again)}, and {some} first" in text
            counts = [len(rows), int(judged["disputed"].sum()), int(rejected.sum())]
            told = re.search(
                r"On (\d+) of .* call (\d+) of .* and (\d+) rej", texts["contest_question"]
            )
            assert [*map(int, told.groups())] == counts
            hits = sum(i in first_of(r.rest["label doubt"], 100) for i in np.array(of)[rejected])
            if "witnesses" in texts["labels_right"]:
                some = f"{words.count(counts[2])} of the {counts[0]} {r.what}s on which their votes"
                assert f"rejected the label of {some}" in texts["labels_right"]
            for kind, row in r.n["judges"]["low_confidence"].items():
                if kind in judged:
                    assert row["low"] <= row["auroc"] <= row["high"]


def test_scores_are_compared_on_the_digits_that_some_score_lists():
    for r, texts in results():
        listed = {i for v in r.rest.values() for i in first_of(v, 100) if v[i] > 0}
        assert f"on the {len(listed)} test {r.what}s that at least one" in texts["agreement_intro"]
        names, matrix = findings.agreement_order(r.n)
        rows = np.array([r.rest[name] for name in names])[:, sorted(listed)]
        ranked = rankdata(rows, axis=1)
        for i, j in zip(*np.triu_indices(len(names), 1), strict=True):
            defined = {*np.ptp(ranked[[i, j]], axis=1)}.isdisjoint({0})
            expected = np.corrcoef(ranked[[i, j]])[0, 1] if defined else 0
            assert matrix[i, j] == pytest.approx(expected, abs=1e-9)


def test_the_conclusion_names_the_best_score_without_a_label():
    for r, texts in results():
        mean = {k: np.mean([r.hits[kind][k] for kind in r.kinds]) for k in r.rest}
        blind = {k: v for k, v in mean.items() if k not in LABELLED}
        text, order = texts["conclusion"], sorted(blind.values(), reverse=True)
        name, share = re.search(r"or with none: ([a-z ]+), which finds (\d+\s%) of ", text).groups()
        assert blind[name] == pytest.approx(order[0])
        assert share == words.percent(blind[name])
        place = sum(value > blind["low confidence"] + 1e-12 for value in order) + 1
        if told := re.search(r"low confidence, is (\w+) of the eight", text):
            assert told[1] == words.ordinal(place)
        else:
            assert name == "low confidence"
            assert place == 1


def test_the_verdicts_are_counted_right():
    for r, texts in results():
        text, rates, made = texts["verdicts"], {}, {}
        for kind in r.kinds:
            probs = softmax(r.planted[f"reported_{kind}_logits"])
            labels = r.planted[f"reported_{kind}_labels"]
            found = [verdict(probs[:, i], labels[i]) for i in range(len(labels))]
            pairs = zip(labels, r.planted[f"reported_{kind}_others"], strict=True)
            made[kind] = [
                {*np.argsort(-probs[:, i].mean(axis=0))[:2]} == {*pair}
                for i, pair in enumerate(pairs)
                if found[i] == "two ways"
            ]
            rates[kind] = found.count(DUE[kind]) / len(found)
            if kind == "shuffled_patches":
                assert ("get two readings than none" in text) == (
                    found.count("two ways") > found.count(DUE[kind])
                )
        found = [verdict(r.train[:, i], r.spoilt[i]) for i in r.wrong]
        share = words.percent(found.count("label doubtful") / len(found))
        assert f"Of the wrong labels {share} are called doubtful." in text
        noise, shuffled = (words.percent(rates[k]) for k in ("spectrum_noise", "shuffled_patches"))
        assert (
            f"Of the noise {noise} is called no {r.what}, of the shuffled pictures {shuffled}."
            in text
        )
        if "mean_blends" in rates:
            assert f"Of the averages {words.percent(rates['mean_blends'])} are said" in text
            assert f"Of the overlays it is {words.percent(rates['max_blends'])}" in text
            both = made["mean_blends"]
            told = re.search(r"of these (\d+\s%) name the right two", text)
            assert bool(told) == bool(both)
            assert not both or told[1] == words.percent(np.mean(both))
        table = findings.verdicts_table(r.n)
        assert [row.split("\n")[0] for row in table["Planted"]] == [
            *(KINDS[kind] for kind in KINDS if kind in r.kinds),
            "wrong labels",
        ]
        for kind, row in zip(
            [k for k in KINDS if k in r.kinds], table.to_dict("records"), strict=False
        ):
            column = "Two ways" if DUE[kind] == "two ways" else f"No {r.what}"
            assert row[column].split("\n")[0] == f"{100 * rates[kind]:.0f}"
        right = r.test.argmax(axis=2) == r.labels
        blind = ~right[0] & (2 * right[1:].sum(axis=0) > len(right) - 1)
        all_found = [verdict(r.test[:, i], r.labels[i]) for i in range(r.size)]
        unclear = sum(v != "clear" or b for v, b in zip(all_found, blind, strict=True))
        title = texts["verdicts_title"]
        start = words.count(unclear, r.what).capitalize() if unclear else "Every test"
        assert title.startswith(start)
        twofold = 2 * all_found.count("two ways") > unclear > 1
        assert ("most of these have two" in title) == twofold


def test_the_verdicts_meet_the_people():
    for r, texts in results():
        assert ("votes_intro" in texts) == ("votes_reading" in texts) == bool(r.n["judges"])
        if r.n["judges"]:
            rows = json.loads(r.files["mnist_mturk.json"])
            rows = [d for d in rows if d["given_original_label"] != d["our_guessed_label"]]
            right = r.test.argmax(axis=2) == r.labels
            blind = ~right[0] & (2 * right[1:].sum(axis=0) > len(right) - 1)
            found = {}
            for row in rows:
                i, given = row["id"], row["mturk"]["given"]
                name = verdict(r.test[:, i], r.labels[i])
                name = "blind spot" if name == "clear" and blind[i] else name
                found.setdefault(name, []).append((given < 5, given <= 2))
            table = findings.votes_table(r.n).to_dict("records")
            assert {row["Our verdict"] for row in table} == set(found)
            for row in table:
                votes = found[row["Our verdict"]]
                assert row["Digits"] == len(votes)
                told = [int(row[kind].split("\n")[0]) for kind in ("Disputed", "Rejected")]
                assert told == np.sum(votes, axis=0).tolist()
            rates = {k: np.mean(v, axis=0)[0] for k, v in found.items() if len(v) >= 5}
            text = texts["votes_reading"]
            assert ("disputed most often" in text) == (len({*rates.values()}) > 1)
            if len({*rates.values()}) > 1:
                told = r"most often what we call ([a-z ]+), least what we call ([a-z ]+)\."
                most, least = re.search(told, text).groups()
                assert rates[most] == max(rates.values())
                assert rates[least] == min(rates.values())


def test_the_named_digits_have_the_verdict_of_the_committee():
    for r, _ in results():
        if r.n["dataset"] == "mnist":
            for row in findings.named_verdicts(r.n).to_dict("records"):
                i = int(row["Digit"])
                found = verdict(r.test[:, i], r.labels[i])
                assert row["Our verdict"].startswith(found) or "blind" in row["Our verdict"]
                first, second = np.argsort(-r.test[:, i].mean(axis=0))[:2]
                if found == "two ways":
                    assert row["Our verdict"].endswith(f": {first}\u00a0or\u00a0{second}")
                if found == "label doubtful":
                    assert row["Our verdict"].endswith(f": not\u00a0{r.labels[i]} but\u00a0{first}")


def test_writers_are_counted_right():
    told = 0
    for r, texts in results():
        if "writers" in r.n:
            told += 1
            files = ("qmnist-train-labels.tsv.gz", "qmnist-test-labels.tsv.gz")
            rows = [
                line.split() for f in files for line in gzip.decompress(r.files[f]).split(b"\n")
            ]
            hand = np.array([int(row[2]) for row in rows if row])
            fair = r.test.reshape(-1, r.folds, *r.test.shape[1:])
            turn = np.arange(r.size) % r.folds
            both = np.concatenate([r.train, fair[:, turn, np.arange(r.size)]], axis=1).mean(axis=0)
            labels = np.r_[r.train_labels, r.labels]
            doubtful = 1 - both[np.arange(len(labels)), labels] > 0.5
            student = hand % 2 == 1
            gap = 100 * (doubtful[student].mean() - doubtful[~student].mean())
            assert f"is {gap:.2f} points".replace("-", "−") in texts["writers"]
            ends = re.search(r"interval from (\S+) to (\S+)\.", texts["writers"].replace("−", "-"))
            assert float(ends[1]) <= round(gap, 2) <= float(ends[2])
            names = [f"{student.sum():,} digits by students"]
            names += [f"{(~student).sum():,} digits by employees"]
            assert texts["writers_names"] == "\n".join(names)
            for name, who in zip(names, (student, ~student), strict=True):
                rate = words.percent(doubtful[who].mean(), 2)
                assert f"{name}: {rate}, " in texts["writers_alt"]
            spotless = sum(not doubtful[hand == w].any() for w in set(hand))
            people = f"{words.share(spotless, len(set(hand)))} people wrote no doubtful"
            assert people in texts["writers"]
            assert f" MNIST: {len(set(hand))} people" in texts["writers_question"]
            for row in findings.writers_table(r.n).to_dict("records"):
                own = hand == int(row["Writer"])
                assert (row["Digits"], row["Doubtful"]) == (own.sum(), doubtful[own].sum())
                assert row["Who"] == ("student" if int(row["Writer"]) % 2 else "employee")
                assert row["Rate"] == pytest.approx(doubtful[own].mean())
                told, low, high = map(float, re.findall(r"\d+\.\d", row["Estimate"]))
                assert low - 0.11 <= told <= high + 0.11  # "more than 99.9"
            if top := re.search(r"that of writer (\d+), (.*?) digits, but", texts["writers"]):
                own = doubtful[hand == int(top[1])]
                assert top[2] == f"{words.count(int(own.sum()))} of {words.count(len(own))}"
            mine = hand[90:]
            for other in r.n["writers"]["same_hand"]:
                for k, shown in zip(other["classes"], other["others"], strict=True):
                    assert {mine[i] for i in shown} == {mine[other["index"]]}
                    assert {int(r.labels[i]) for i in shown} == {k}
                    assert other["index"] not in shown
                    assert 2 <= len(shown) <= 6
                label, rival = other["classes"]
                assert label == r.labels[other["index"]]
                mean = r.test[:, other["index"]].mean(axis=0)
                assert mean[rival] == np.delete(mean, label).max()
                counts = [len(shown) for shown in other["others"]]
                told_of = f"beside {counts[0]} other {label}s and {counts[1]} {rival}s of its"
                assert told_of in texts["same_hand_alt"]
            if r.n["writers"]["same_hand"]:
                label, rival = r.n["writers"]["same_hand"][0]["classes"]
                told_of = f"labelled {label}. In the orange group are the {label}s of its writer, "
                assert f"{told_of}in the blue one the {rival}s." in texts["same_hand"]
    assert told >= 3


def test_the_supreme_pictures_are_judged_right():
    for r, texts in results():
        said_of, classes = r.supreme["logits"], range(len(r.n["class_names"]))
        own = softmax(said_of)[..., classes, classes]
        text, least = texts["supreme"], own[:, -1].mean(axis=0).min()
        start = "All networks" if least >= 0.5 else "Not even its makers"
        assert text.startswith(start)
        assert words.percent(least, 1) in text
        real = r.logits.mean(axis=0).max(axis=0)
        beaten = int((said_of[:, -1].mean(axis=0)[classes, classes] > real).sum())
        told = f"In {words.share(beaten, len(classes))} classes the answer, taken before the "
        told += "softmax, is stronger"
        assert (told in text) == (beaten > 0)
        alone = range(own.shape[1] - 1)
        lowest = min(own[i, m].min() for m in alone for i in range(len(own)) if i != m)
        assert ("private taste" in text) == (lowest > 0.5)
        assert lowest <= 0.5 or f"convinced one with {words.percent(lowest, 1)}" in text


# Numbers made by hand


@pytest.fixture
def n() -> dict:
    """A result on MNIST with votes and writers."""
    for r, _ in results():
        if r.n["judges"] and r.n.get("writers", {}).get("same_hand"):
            return copy.deepcopy(r.n)
    raise AssertionError


def test_without_votes_nobody_is_quoted(n):
    n["judges"] = {}
    assert "neither on disk nor to be had" in findings.contest_question(n)
    assert "*People" not in findings.contest(n) + findings.contest_caption(n)
    assert "Disputed" not in findings.contest_table(n)
    other = findings.contest_question(n | {"dataset": "mine"})
    assert "Their votes on some of these pictures would come first here; there are none." in other
    assert "People" not in findings.labels_right(n)


def test_without_writers_no_hand_is_compared(n):
    del n["writers"]
    assert findings.writers_title(n) == "Who made them?"
    assert "nor to be had when this page was made" in findings.writers_question(n)
    other = n | {"dataset": "mine"}
    assert "For these nobody has kept a list." in findings.writers_question(other)
    assert findings.same_hand_intro(n) == ""
    assert "#fig-hands" not in findings.labels_right(n)


def test_without_blends_nothing_is_said_to_be_read_twice(n):
    for kind in ("mean_blends", "max_blends"):
        n["planted"].pop(kind, None)
        n["verdicts"]["reported"].pop(kind, None)
    assert "can be read twice" not in findings.contest(n)
    assert "Of the averages" not in findings.verdicts(n)
    assert findings.planted_names(n) == ["shuffled", "noise"]
    assert "They should be read in none." in findings.planted_caption(n)


def test_where_all_are_clear_no_digit_is_unclear(n):
    n["verdicts"]["test"]["clear"] = sum(n["test_counts"])
    assert findings.verdicts_title(n) == "Every test digit is clear"


@pytest.mark.parametrize(
    ("low", "high", "rate", "told"),
    [
        (0.1, 0.2, 0.1, "School students write three times as many doubtful digits as"),
        (0.1, 0.2, 0.2, "School students write more doubtful digits than census employees"),
        (0.1, 0.2, 0.0, "School students write more doubtful digits than census employees"),
        (-0.2, -0.1, 0.5, "Census employees write more doubtful digits than school students"),
        (0.1, 0.2, 0.17, "School students write more doubtful digits than census employees"),
        (0.1, 0.2, 0.14, "School students write about two times as many doubtful digits as"),
        (-0.1, 0.1, 0.3, "School students and census employees write about as doubtfully"),
        (-0.1, 0.2, 0.2, "School students and census employees write about as doubtfully"),
    ],
)
def test_students_are_accused_only_of_what_they_did(n, low, high, rate, told):
    n["writers"] |= {"difference": {"low": low, "high": high, "rate": (low + high) / 2}}
    n["writers"]["students"]["rate"], n["writers"]["employees"]["rate"] = 0.3, rate
    assert findings.writers_title(n).startswith(told)


def test_the_drawn_pictures_are_not_overrated(n):
    n["supreme"] |= {"beaten": 0, "belief": [0.4] * 10, "others": [0.5]}
    assert "do not outdo" in findings.supreme_title(n)
    assert findings.supreme(n).startswith("Not even its makers believe all of these pictures")
    assert "stronger" not in findings.supreme(n)
    n["supreme"]["beaten"] = 3
    assert "in three of the ten classes" in findings.supreme_title(n)
    n["supreme"]["beaten"] = 10
    assert "all ten classes" in findings.supreme(n)
    assert "any real test digit" in findings.supreme_title(n)


def test_a_wish_is_granted_only_where_it_is(n):
    for digit in n["named"]:
        digit["verdict"] = "no digit" if digit["index"] in (4176, 2118) else "two ways"
    assert findings.named_verdicts_reading(n).endswith("The wish is granted.")
    n["named"][5]["verdict"] = "clear"  # 2130
    assert findings.named_verdicts_reading(n).endswith("The wish is granted in part.")
    n["named"][-1]["verdict"] = "clear"
    assert "calls one of them so" in findings.named_verdicts_reading(n)
    assert "not granted yet" in findings.named_verdicts_reading(n)
    assert "sure of another" not in findings.named_verdicts_reading(n)
    n["named"][5]["verdict"] = "label doubtful"
    assert "on one of the three it is sure of another" in findings.named_verdicts_reading(n)


def test_only_writers_who_cannot_be_told_apart_are_said_to_be_level(n):
    hands = [{"writer": k, "digits": 50, "doubtful": 5, "shrunk": 0.1} for k in range(5)]
    for k, hand in enumerate(hands):
        hand |= {"low": 0.01 * k, "high": 0.05 + 0.01 * k, "student": True, "rate": 0.1}
    n["writers"]["puzzling"] = hands
    assert "intervals all overlap" in findings.writers(n)
    hands[-1]["low"] = 0.05
    assert "overlap" not in findings.writers(n)


def test_the_title_of_the_contest_names_who_wins(n):
    for told in n["judges"].values():
        for kind in ("disputed", "rejected"):
            told[kind] = {"auroc": 0.5, "low": 0.4, "high": 0.6}
    n["judges"]["label_doubt"]["disputed"]["auroc"] = 0.7
    n["judges"]["entropy"]["rejected"]["auroc"] = 0.7
    assert findings.contest_title(n) == (
        "What people dispute is best found by entropy and label doubt"
    )
    assert "What people would dispute is another list again" in findings.so_which(n)
    n["judges"]["label_doubt"]["rejected"]["auroc"] = 0.8
    told = "What people dispute is found by label doubt, not by low confidence"
    assert findings.contest_title(n) == told
    assert "begin with the labels that are doubted" in findings.so_which(n)
    n["judges"] = {}
    for kind, found in n["planted"].items():
        for name, told in found.items():
            told["precision"] = 0.9 if name == "entropy" and kind != "wrong_labels" else 0.1
    n["planted"]["wrong_labels"]["label_doubt"]["precision"] = 1
    told = "Wrong labels are found by label doubt, odd pictures by entropy"
    assert findings.contest_title(n) == told


def test_what_was_hidden_is_counted_by_its_kind(n):
    whole = n["planted"]["wrong_labels"]
    n["planted"] = dict.fromkeys([*KINDS, "wrong_labels"], whole)
    n["planted_counts"] = {kind: k for k, kind in enumerate([*KINDS, "wrong_labels"], 20)}
    assert (
        "We hid 20 times the average of two digits of different classes, 21 times two digits drawn "
        "on top of each other, 22 times digits cut into 16 patches and shuffled, 23 times noise as "
        "coarse as a digit; and we gave 24 of the 90 training digits a wrong label."
    ) in findings.contest_question(n)


@pytest.mark.parametrize(
    ("close", "far", "told"),
    [
        (0.91, 0.1, "B and c are nearly one score in two dresses (0.91). A stands furthest apart "
         "from the rest."),
        (0.89, 0.1, "Closest are b and c (0.89); a stands furthest apart from the rest."),
        (0.89, 0.6, "Closest are b and c (0.89); a stands furthest apart from the rest, but for b "
         "(0.60)."),
    ],
)  # fmt: skip
def test_scores_are_as_alike_as_they_are(n, close, far, told):
    n["planted"]["wrong_labels"] = {name: {} for name in "abc"}
    matrix = [[1, far, -0.3], [far, 1, close], [-0.3, close, 1]]
    n["agreement"] = {"digits": 9, "spearman": matrix}
    assert findings.agreement_order(n)[0] == ["b", "c", "a"]
    assert findings.agreement(n) == told


def test_the_rules_have_their_limits(n):
    n["verdicts"]["thresholds"] = {"sure": 0.8, "both": 0.6, "alone": 0.4}
    rules = findings.verdicts_question(n)
    for told in (
        "is sure, with 80\u00a0% or more, of another class",
        "two classes together have 60\u00a0% of its belief or more",
        "a network that gives them more than 40\u00a0%",
    ):
        assert told in rules


def test_no_share_was_further_off_than_told(n):
    for kind in [*DUE, "wrong_labels"]:
        if kind in n["verdicts"]["reported"]:
            n["verdicts"]["chosen"][kind] = copy.deepcopy(n["verdicts"]["reported"][kind])
    n["verdicts"]["chosen"]["wrong_labels"]["label doubtful"]["rate"] += 0.021
    assert "none of these shares was further off than three points" in findings.verdicts(n)
    for use, rate in (("chosen", 0.67), ("reported", 0.6)):
        n["verdicts"][use]["mean_blends"]["pair"] = {"rate": rate}
    assert "further off than seven points" in findings.verdicts(n)


def test_only_votes_of_all_five_make_a_digit_plain(n):
    card = {"index": 7, "label": 3, "prediction": 5, "rival": 5, "people": 4}
    n["verdicts"]["gallery"]["no digit"] = [card]
    assert "all five people" not in findings.verdicts_shown(n)
    card["people"] = 5
    assert "Number 7 is a 3 to all five people who were asked." in findings.verdicts_shown(n)


def test_a_card_says_what_rivals_it(n):
    card = {"label": 3, "prediction": 5, "rival": 8, "people": None}
    assert findings.verdict_note(n, "two ways", card) == "or an 8?"
    assert findings.verdict_note(n, "blind spot", card) == "first network: an 8"
    assert findings.verdict_note(n, "label doubtful", card | {"rival": 5}) == ""
    voted = card | {"rival": None, "people": 2}
    assert findings.verdict_note(n, "clear", voted) == "people: 2 of 5 for the label"


def test_a_gallery_says_which_come_first(n):
    n["verdicts"]["test"] = dict.fromkeys(n["verdicts"]["test"], 7)
    told = {name: findings.verdict_caption(n, name) for name in n["verdicts"]["test"]}
    assert told["two ways"].endswith(
        "seven test digits, those first whose second reading is strongest."
    )
    assert told["no digit"].endswith("those first whose belief is spread most widely.")
    assert told["label doubtful"].endswith("those first whose label is believed least.")


def test_verdicts_that_people_tell_apart_are_said_to_be(n):
    def votes(low, rate, high, total=5):
        return {"disputed": {"low": low, "rate": rate, "high": high, "total": total}}

    n["verdicts"]["votes"] = {
        "label doubtful": votes(0.5, 0.8, 0.9),
        "two ways": votes(0.0, 1.0, 1.0, total=4),
        "clear": votes(0.1, 0.3, 0.49),
    }
    start = (
        "Of the verdicts with five digits or more, they disputed most often what we call *label "
        "doubtful*, least what we call *clear*. The numbers are small, "
    )
    assert findings.votes_reading(n) == f"{start}but these two intervals do not touch."
    n["verdicts"]["votes"]["clear"]["disputed"]["high"] = 0.5
    assert findings.votes_reading(n) == f"{start}and the intervals long."
    del n["verdicts"]["votes"]["clear"]
    assert findings.votes_reading(n) == "The numbers are small, and the intervals long."


def test_low_confidence_is_useful_only_far_beyond_chance(n):
    n["votes"]["rejected"], told = 15, "does not make low confidence useless"
    for hits, useful in ((1, False), (2, True)):  # of 10,000 digits: chance has 0.15
        n["judges"]["low_confidence"]["first_100"] = hits
        assert (told in findings.contest(n)) == useful
    assert "where chance would most likely have none." in findings.contest(n)
