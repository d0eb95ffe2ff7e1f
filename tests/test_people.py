"""Outside judges: against tables written by hand, slow loops and simulated writers."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta as beta_distribution
from scipy.stats import betabinom, binom

from ambiguous_digits import evaluation, people
from ambiguous_digits.data import load_digits

# Votes

LABELS = np.array([4, 6, 2, 5, 6, 1])


def vote(index, label, guess, given, guessed, neither):
    return {
        "id": index,
        "url": "https://example.org",
        "given_original_label": label,
        "our_guessed_label": guess,
        "mturk": {"given": given, "guessed": guessed, "neither": neither},
    }


VOTES = [
    vote(0, 4, 6, 5, 0, 0),
    vote(2, 2, 2, 5, 5, 0),  # label and rival are the same: it cannot tell
    vote(5, 1, 7, 3, 1, 1),
    vote(3, 5, 3, 2, 0, 3),
    vote(4, 6, 0, 0, 4, 0),
    vote(1, 6, 8, 3, 0, 1),  # four people, as the one before: five are not taken for granted
]


def test_votes_are_those_of_the_file_without_what_cannot_tell():
    table = people.read_votes(json.dumps(VOTES).encode(), LABELS)
    columns = ["index", "guess", "votes_label", "votes_rival", "votes_neither"]
    assert list(table) == [*columns, "dissent", "disputed", "rejected"]
    expected = [[0, 6, 5, 0, 0], [5, 7, 3, 1, 1], [3, 3, 2, 0, 3], [4, 0, 0, 4, 0], [1, 8, 3, 0, 1]]
    np.testing.assert_array_equal(table[columns], expected)
    assert table["dissent"].tolist() == pytest.approx([0, 0.4, 0.6, 1, 0.25])
    assert table["disputed"].tolist() == [False, True, True, True, True]
    assert table["rejected"].tolist() == [False, False, True, True, False]
    assert table["disputed"].dtype == table["rejected"].dtype == bool
    assert (table[columns].dtypes == np.int64).all()
    assert table.index.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (vote(3, 8, 3, 5, 0, 0), "content has label 8 for digit 3, but in labels it is 5; needed"),
        (vote(3, 8, 8, 5, 5, 0), "content has label 8 for digit 3, but in labels it is 5; needed"),
        (vote(6, 1, 3, 5, 0, 0), "content has label 1 for digit 6, but in labels it is missing"),
        (vote(-1, 1, 3, 5, 0, 0), "content has label 1 for digit -1, but in labels it is missing"),
    ],
)
def test_votes_on_digits_of_other_labels_are_refused(wrong, text):
    with pytest.raises(ValueError, match=text):
        people.read_votes(json.dumps([*VOTES, wrong]).encode(), LABELS)


def test_columns_have_a_row_for_each_digit_and_are_empty_where_nobody_was_asked():
    table = people.columns(json.dumps(VOTES).encode(), LABELS)
    assert list(table) == ["votes_label", "votes_rival", "votes_neither", "votes_offered"]
    none = pd.NA
    expected = [[5, 0, 0, 6], [3, 0, 1, 8], [none, none, none, 2], [2, 0, 3, 3], [0, 4, 0, 0]]
    expected = pd.DataFrame([*expected, [3, 1, 1, 7]], columns=list(table), dtype="Int64")
    pd.testing.assert_frame_equal(table, expected)
    empty = pd.DataFrame(none, range(6), list(table), "Int64")
    pd.testing.assert_frame_equal(people.columns(None, LABELS), empty)
    last = people.columns(json.dumps(VOTES).encode(), np.append(LABELS, 0)).iloc[-1]
    assert last.isna().all()


# Writers

#: Class, series, writer, and five columns that do not matter.
ROWS = [[5, 4, 2154, 59, 35, 9, 0, 0], [0, 0, 17, 0, 30, 0, 0, 0], [4, 1, 400, 65, 34, 3, 0, 0]]


def tsv(rows):
    return gzip.compress("".join("\t".join(map(str, row)) + "\n" for row in rows).encode())


@pytest.mark.parametrize("n", [1, 2, 3])
def test_writers_are_those_of_the_first_rows(n):
    table = people.read_writers(tsv(ROWS), np.array([5, 0, 4][:n]))
    assert list(table) == ["writer", "series", "student"]
    assert table["writer"].tolist() == [2154, 17, 400][:n]
    assert table["series"].tolist() == [4, 0, 1][:n]
    assert table["student"].tolist() == [True, False, False][:n]
    assert [str(dtype) for dtype in table.dtypes] == ["int64", "int64", "bool"]


def test_writers_of_other_digits_are_refused_by_the_first_that_differs():
    text = "content has label 0 for digit 1, but in labels it is 7; needed: writers and labels of"
    with pytest.raises(ValueError, match=text):
        people.read_writers(tsv(ROWS), np.array([5, 7, 7]))


def test_fewer_writers_than_labels_are_refused():
    with pytest.raises(ValueError, match="content has 3 digits; needed: at least 4, one for each"):
        people.read_writers(tsv(ROWS), np.array([5, 0, 4, 4]))


def test_other_digits_of_the_same_hand_come_in_the_order_of_the_file():
    labels = np.array([3, 5, 3, 3, 3, 5, 3, 3])
    writers = np.array([7, 7, 7, 8, 7, 8, 7, 7])
    found = people.same_hand(2, labels, writers, [3, 5, 9], most=3)
    assert {k: indices.tolist() for k, indices in found.items()} == {3: [0, 4, 6], 5: [1], 9: []}
    found = people.same_hand(2, labels, writers, np.array([5, 3]), most=9)
    assert {k: indices.tolist() for k, indices in found.items()} == {5: [1], 3: [0, 4, 6, 7]}
    assert [type(k) for k in found] == [int, int]
    assert found[5].dtype == np.int64


# Rates of writers


def simulated(alpha, beta, writers, digits, seed=0):
    rng = np.random.default_rng(seed)
    totals = rng.integers(digits // 2, digits + 1, writers)
    return rng.binomial(totals, rng.beta(alpha, beta, writers)), totals


@pytest.mark.parametrize(
    ("alpha", "beta", "writers", "digits"),
    [(2, 8, 300, 40), (0.5, 60, 2000, 100), (30, 3, 200, 60), (0.2, 0.3, 200, 20)],
)
def test_no_prior_of_a_grid_makes_the_hits_likelier_than_the_fitted_one(
    alpha, beta, writers, digits
):
    hits, totals = simulated(alpha, beta, writers, digits)
    found = people.beta_prior(hits, totals)
    assert [type(value) for value in found] == [float, float]
    best = betabinom.logpmf(hits, totals, *found).sum()
    around = [
        betabinom.logpmf(hits, totals, found[0] * a, found[1] * b).sum()
        for a in (0.5, 0.9, 0.99, 1, 1.01, 1.1, 2)
        for b in (0.5, 0.9, 0.99, 1, 1.01, 1.1, 2)
        if (a, b) != (1, 1)
    ]
    assert max(around) < best
    assert found == pytest.approx((alpha, beta), rel=0.35)  # what they were drawn from


def test_shrunk_rates_are_means_and_quantiles_of_the_posterior():
    hits, totals = simulated(2, 8, 50, 40)
    table = people.shrunk_rates(hits, totals)
    alpha, beta = people.beta_prior(hits, totals)
    assert table.attrs == {"alpha": alpha, "beta": beta}
    assert list(table) == ["rate", "shrunk", "low", "high"]
    np.testing.assert_allclose(table["rate"], hits / totals)
    np.testing.assert_allclose(table["shrunk"], (hits + alpha) / (totals + alpha + beta))
    for name, share in (("low", 0.025), ("high", 0.975)):
        below = beta_distribution.cdf(table[name], alpha + hits, beta + totals - hits)
        np.testing.assert_allclose(below, share, rtol=1e-6)


def test_shrunk_rates_lie_between_a_writers_own_and_the_common_one_fewer_digits_nearer_to_it():
    hits, totals = simulated(2, 8, 200, 40)
    hits, totals = np.append(hits, [2, 20]), np.append(totals, [2, 20])
    table = people.shrunk_rates(hits, totals)
    prior = table.attrs["alpha"] / sum(table.attrs.values())
    weight = (table["shrunk"] - prior) / (table["rate"] - prior)
    assert weight.between(0, 1).all()
    few, many = table.iloc[-2:]["shrunk"]
    assert table["rate"].iloc[-2:].tolist() == [1, 1]
    assert prior < few < many < 1


def test_the_intervals_of_shrunk_rates_hold_the_true_rates_of_most_writers():
    rng = np.random.default_rng(4)
    rates = rng.beta(2, 30, 1000)
    totals = np.full(1000, 25)
    table = people.shrunk_rates(rng.binomial(totals, rates), totals)
    assert np.mean((table["low"] < rates) & (rates < table["high"])) == pytest.approx(
        0.95, abs=0.02
    )
    # And they are nearer to the true ones than the writers' own rates are.
    assert ((table["shrunk"] - rates) ** 2).sum() < 0.5 * ((table["rate"] - rates) ** 2).sum()


@pytest.mark.parametrize(
    ("hits", "totals", "alpha", "beta"),
    [
        ([3, 3, 3], [10, 10, 10], 9.5, 21.5),  # they differ less than by luck
        ([0, 1, 0, 1], [1, 1, 1, 1], 2.5, 2.5),  # one digit each: no telling
        ([0, 0], [10, 20], 0.5, 30.5),
        ([10, 20], [10, 20], 30.5, 0.5),
        ([3], [10], 0.5, 0.5),  # a single writer
    ],
)
def test_writers_who_do_not_differ_share_one_rate(hits, totals, alpha, beta):
    table = people.shrunk_rates(np.array(hits), np.array(totals))
    assert table.attrs == {"alpha": alpha, "beta": beta}
    shrunk = [(h + alpha) / (n + alpha + beta) for h, n in zip(hits, totals, strict=True)]
    assert table["shrunk"].tolist() == pytest.approx(shrunk)
    assert ((table["low"] >= 0) & (table["low"] < table["shrunk"])).all()
    assert ((table["shrunk"] < table["high"]) & (table["high"] <= 1)).all()


def test_a_beta_prior_is_only_fitted_where_it_makes_the_hits_likelier_than_one_rate():
    fitted = 0
    for seed in range(40):
        totals = np.full(30, 20)
        hits = np.random.default_rng(seed).binomial(totals, 0.2)
        found = people.beta_prior(hits, totals)
        common = (0.5 + hits.sum(), 0.5 + (totals - hits).sum())
        if found == common:
            wide = max(betabinom.logpmf(hits, totals, s * 0.2, s * 0.8).sum() for s in (10, 30, 90))
            assert wide < binom.logpmf(hits, totals, hits.sum() / 600).sum()
        else:
            fitted += 1
            best = betabinom.logpmf(hits, totals, *found).sum()
            assert best > binom.logpmf(hits, totals, hits.sum() / 600).sum()
    assert 5 < fitted < 30  # by luck about half of them spread a little more than one rate does


def test_writers_who_always_or_never_hit_keep_their_rates():
    table = people.shrunk_rates(np.array([0, 10, 0, 10]), np.full(4, 10))
    np.testing.assert_allclose(table["shrunk"], [0, 1, 0, 1], atol=0.001)


@pytest.mark.parametrize(
    ("hits", "totals"),
    [
        ([3, 1], [2, 2]),
        ([-1, 1], [2, 2]),
        ([0, 0], [0, 2]),
        ([1], [1, 1]),
        ([], []),
        ([[1]], [[2]]),
    ],
)
def test_hits_and_totals_that_do_not_fit_are_refused(hits, totals):
    with pytest.raises(ValueError, match=r"hits .* and totals .* do not fit; needed: two"):
        people.shrunk_rates(np.array(hits), np.array(totals))


# Digits of one hand are alike


def test_writers_are_drawn_with_all_their_digits():
    hits, groups = np.array([True, True, False, True]), np.array([9, 9, 2, 9])
    found = people.clustered_rate(hits, groups, seed=0)
    assert found == {"count": 3, "total": 4, "rate": 0.75, "low": 0.0, "high": 1.0}
    assert [type(value) for value in found.values()] == [int, int, float, float, float]
    # One draw at a time: writer 9 twice, both, writer 2 twice.
    drawn = [people.clustered_rate(hits, groups, seed=seed, draws=1) for seed in range(200)]
    assert all(one["low"] == one["high"] for one in drawn)
    assert {one["low"] for one in drawn} == {1, 0.75, 0}
    assert np.mean([one["low"] == 0.75 for one in drawn]) == pytest.approx(0.5, abs=0.12)


def test_a_clustered_rate_has_the_interval_of_a_slow_bootstrap():
    rng = np.random.default_rng(6)
    groups = rng.integers(25, size=400) * 3
    hits = rng.random(400) < rng.beta(1, 3, 75)[groups]
    of_writer = {writer: hits[groups == writer] for writer in np.unique(groups)}
    rates = [
        np.concatenate([of_writer[w] for w in rng.choice(list(of_writer), len(of_writer))]).mean()
        for _ in range(2000)
    ]
    found = people.clustered_rate(hits, groups, seed=0)
    assert (found["count"], found["total"]) == (hits.sum(), 400)
    assert found["rate"] == hits.mean()
    expected = np.quantile(rates, [0.025, 0.975])
    assert (found["low"], found["high"]) == pytest.approx(expected, abs=0.012)
    independent = evaluation.rate(hits)
    assert found["high"] - found["low"] > 1.3 * (independent["high"] - independent["low"])
    assert json.loads(json.dumps(found)) == found


def test_with_a_writer_for_each_digit_the_interval_is_about_that_of_independent_digits():
    hits = np.arange(1000) < 200
    found = people.clustered_rate(hits, np.arange(1000)[::-1], seed=0)
    expected = evaluation.rate(hits)
    assert found == {name: pytest.approx(expected[name], abs=0.004) for name in expected}


@pytest.mark.parametrize(("hits", "groups"), [([False] * 4, [1, 1, 2, 3]), ([True, False], [5, 5])])
def test_where_nothing_can_vary_the_interval_is_a_point(hits, groups):
    found = people.clustered_rate(np.array(hits), np.array(groups), seed=0)
    assert found["low"] == found["high"] == found["rate"] == np.mean(hits)


def test_a_clustered_interval_follows_from_the_seed():
    rng = np.random.default_rng(0)
    hits, groups = rng.random(500) < 0.3, rng.integers(60, size=500)
    one, same, other = (people.clustered_rate(hits, groups, seed=seed) for seed in (1, 1, 2))
    assert one == same != other


def test_a_difference_draws_the_writers_of_each_kind_apart():
    hits = np.array([True, False, True, True, False])
    groups = np.array([1, 2, 1, 3, 4])
    kind = np.array([True, True, True, False, False])
    found = people.clustered_difference(hits, groups, kind, seed=0)
    assert found == {"rate": pytest.approx(2 / 3 - 1 / 2), "low": -1.0, "high": 1.0}
    assert [type(value) for value in found.values()] == [float] * 3
    one = people.clustered_difference
    drawn = {one(hits, groups, kind, seed=s, draws=1)["low"] for s in range(300)}
    expected = {a - b for a in (0, 2 / 3, 1) for b in (0, 1 / 2, 1)}
    assert sorted(drawn) == pytest.approx(sorted(expected))


def test_a_clustered_difference_is_as_wide_as_its_two_rates_say():
    rng = np.random.default_rng(8)
    groups = rng.integers(60, size=1500)
    kind = groups < 20
    hits = rng.random(1500) < np.where(kind, 0.3, 0.1)
    found = people.clustered_difference(hits, groups, kind, seed=0)
    turned = people.clustered_difference(hits, groups, ~kind, seed=0)
    one, other = (people.clustered_rate(hits[k], groups[k], seed=0) for k in (kind, ~kind))
    expected = evaluation.difference(one, other)
    assert found["rate"] == -turned["rate"] == pytest.approx(one["rate"] - other["rate"])
    for name in ("low", "high"):
        assert found[name] == pytest.approx(expected[name], abs=0.01)
    assert turned["low"] == pytest.approx(-found["high"], abs=0.01)
    assert json.loads(json.dumps(found)) == found


def test_with_a_writer_for_each_digit_a_difference_has_the_interval_of_two_binomials():
    kind = np.arange(400) < 200
    hits = np.arange(400) % 200 < np.where(kind, 60, 20)
    found = people.clustered_difference(hits, np.arange(400), kind, seed=0, draws=20_000)
    one, other = (binom.pmf(np.arange(201), 200, rate) for rate in (0.3, 0.1))
    below = np.convolve(one, other[::-1]).cumsum()  # of differences of -200, -199, … hits
    expected = (np.searchsorted(below, [0.025, 0.975]) - 200) / 200
    assert (found["low"], found["high"]) == pytest.approx(expected, abs=0.0051)  # of one hit


@pytest.mark.parametrize(
    ("groups", "kind", "text"),
    [
        ([1, 2, 1], [1, 1, 0], "kind has 2 digits of 3, 1 writers on both sides; needed: some"),
        ([1, 2, 3], [1, 1, 1], "kind has 3 digits of 3, 0 writers on both sides; needed: some"),
        ([1, 2, 3], [0, 0, 0], "kind has 0 digits of 3, 0 writers on both sides; needed: some"),
    ],
)
def test_kinds_that_cannot_be_compared_are_refused(groups, kind, text):
    with pytest.raises(ValueError, match=text):
        people.clustered_difference(
            np.array([True, False, True]), np.array(groups), np.array(kind, bool), seed=0
        )


# The real files, where they are on disk


def real(name):
    folder = os.environ.get("DATA_DIR", "")
    if not folder or not Path(folder, name).is_file() or not Path(folder, "mnist").is_dir():
        pytest.skip(f"no {name} or MNIST in the folder that the variable DATA_DIR names")
    return Path(folder, name).read_bytes(), load_digits("mnist", folder)


def test_the_real_votes_tell_of_87_digits():
    content, digits = real("mnist_mturk.json")
    table = people.read_votes(content, digits.test_labels)
    assert (len(json.loads(content)), len(table)) == (100, 87)
    assert (table["disputed"].sum(), table["rejected"].sum()) == (37, 15)
    assert (table[["votes_label", "votes_rival", "votes_neither"]].sum(axis=1) == 5).all()


def test_the_real_writers_of_both_parts_are_others():
    train, digits = real("qmnist-train-labels.tsv.gz")
    test, _ = real("qmnist-test-labels.tsv.gz")
    train = people.read_writers(train, digits.train_labels)
    test = people.read_writers(test, digits.test_labels)
    assert [len(train), len(test)] == [60000, 10000]
    assert [train["student"].sum(), test["student"].sum()] == [29050, 5001]
    assert [train["writer"].nunique(), test["writer"].nunique()] == [539, 297]
    assert not set(train["writer"]) & set(test["writer"])


# What the notebook asks of them


SEEN = pd.DataFrame(
    {
        "index": [4, 0, 2],
        "guess": [1, 3, 0],
        "votes_label": [5, 2, 4],
        "votes_rival": [0, 2, 1],
        "votes_neither": [0, 1, 0],
        "dissent": [0.0, 0.6, 0.2],
        "disputed": [False, True, True],
        "rejected": [False, True, False],
    }
)


def test_a_score_is_judged_on_the_digits_that_people_saw():
    score = np.array([0.5, 1.0, 0.4, 1.0, 0.1])  # digits 1 and 3 were never shown
    assert people.areas(score, SEEN) == {"disputed": 1.0, "rejected": 1.0}
    assert people.areas(1 - score, SEEN) == {"disputed": 0.0, "rejected": 0.0}
    found = people.judge(score, SEEN, seed=0)
    assert (found["disputed"]["auroc"], found["rejected"]["auroc"]) == (1, 1)
    assert found["spearman"] == pytest.approx(1)
    assert found["first_100"] == 1
    assert people.judge(np.where(score == 0.5, 0, score), SEEN, seed=0)["first_100"] == 0


def test_votes_are_counted_by_kind_and_by_verdict():
    rivals = pd.Series(pd.array([3, 9, None, 9, 2], "Int64"))
    counts = {"digits": 3, "disputed": 2, "rejected": 1, "same_rival": 1}
    assert people.summary(SEEN, rivals) == counts
    verdict = pd.Series(["clear", "clear", "two readings", "scattered", "clear"])
    found = people.by_verdict(SEEN, verdict)
    assert list(found) == ["two readings", "clear"]
    assert found["clear"]["disputed"] == evaluation.rate(np.array([False, True]))
    assert found["two readings"]["rejected"] == evaluation.rate(np.array([False]))


def test_who_wrote_doubted_digits_is_told_by_hand_and_by_kind_of_writer():
    writers = pd.DataFrame({"writer": [7, 7, 7, 8, 8, 9, 9, 9], "series": 4})
    writers["student"] = writers["writer"] != 9
    doubted = np.array([1, 1, 0, 0, 0, 0, 1, 0], bool)
    split = pd.Series(["train"] * 5 + ["test"] * 3)
    found = people.hands(writers, doubted, split, seed=0)
    assert (found["students"]["count"], found["students"]["total"]) == (2, 5)
    assert found["employees"]["rate"] == pytest.approx(1 / 3)
    assert found["difference"]["rate"] == pytest.approx(2 / 5 - 1 / 3)
    assert (found["hands"], found["student_hands"], found["spotless"]) == (3, 2, 1)
    top = found["puzzling"][0]
    assert (top["writer"], top["doubted"], top["digits"], top["split"]) == (7, 2, 3, "train")
    assert found["highest_rate"]["writer"] == 7


def test_the_same_hand_shows_both_classes_if_it_wrote_two_of_each():
    labels = np.array([3, 3, 3, 5, 5, 3, 5])
    writers = np.array([1, 1, 1, 1, 1, 2, 2])
    digits = [
        {"index": 0, "label": 3, "probs": [0, 0, 0, 0.1, 0.2, 0.7]},
        {"index": 5, "label": 3, "probs": [0, 0, 0, 0.1, 0.2, 0.7]},
        {"index": 1, "label": 3, "probs": [0, 0, 0, 0.5, 0.4, 0.1]},
    ]
    [found] = people.same_hands(digits, labels, writers)
    assert (found["index"], found["classes"]) == (0, (3, 5))
    assert [other.tolist() for other in found["others"]] == [[1, 2], [3, 4]]
