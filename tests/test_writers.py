"""Writers: against tables written by hand, slow loops and simulated hands."""

import gzip

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ambiguous_digits import evaluation, writers

#: Class, series, writer, and five columns that do not matter.
ROWS = ["5 4 2154 59 35 9 0 0", "0 0 17 0 30 0 0 0", "4 1 400 65 34 3 0 0"]
FILE = gzip.compress("".join(f"{row}\n" for row in ROWS).replace(" ", "\t").encode())


@pytest.mark.parametrize("n", [1, 3])
def test_writers_are_those_of_the_first_rows(n):
    found = writers.read_writers(FILE, np.array([5, 0, 4][:n])).to_dict("list")
    assert found == {"writer": [2154, 17, 400][:n], "student": [True, False, False][:n]}


def test_other_digits_of_the_same_hand_come_in_the_order_of_the_file():
    labels, wrote = np.array([[3, 5, 3, 3, 3, 5, 3, 3], [7, 7, 7, 8, 7, 8, 7, 7]])
    found = writers.same_hand(2, labels, wrote, [5, 3, 9], most=3)
    assert [others.tolist() for others in found] == [[1], [0, 4, 6], []]


@pytest.mark.parametrize("drawn", [(2, 8, 300, 40), (0.5, 60, 2000, 100), (30, 3, 200, 60)])
def test_rates_are_shrunk_by_the_prior_that_makes_the_hits_likeliest(drawn):
    alpha, beta, count, digits = drawn
    rng = np.random.default_rng(0)
    totals = rng.integers(digits // 2, digits + 1, count)
    hits = rng.binomial(totals, rng.beta(alpha, beta, count))
    a, b = writers.beta_prior(hits, totals)
    factors = [(f, g) for f in (0.5, 0.99, 1, 1.01, 2) for g in (0.5, 0.99, 1, 1.01, 2)]
    likely = {(f, g): stats.betabinom.logpmf(hits, totals, a * f, b * g).sum() for f, g in factors}
    assert max(likely, key=likely.get) == (1, 1)
    table = writers.shrunk_rates(hits, totals)
    np.testing.assert_allclose(table["rate"], hits / totals)
    np.testing.assert_allclose(table["shrunk"], (hits + a) / (totals + a + b))
    for name, share in (("low", 0.025), ("high", 0.975)):
        below = stats.beta.cdf(table[name], a + hits, b + totals - hits)
        np.testing.assert_allclose(below, share, rtol=1e-6)


def test_the_prior_of_writers_who_do_not_differ_is_one_rate_for_all():
    for hits, totals, prior in (
        ([3, 3, 3], [10, 10, 10], (9.5, 21.5)),  # they differ less than by luck
        ([0, 1, 0, 1], [1, 1, 1, 1], (2.5, 2.5)),  # one digit each: no telling
        ([0, 0], [10, 20], (0.5, 30.5)),
        ([10, 20], [10, 20], (30.5, 0.5)),
        ([0, 10, 0, 10], [10, 10, 10, 10], (0.001, 0.001)),  # these differ as far as they can
    ):
        assert writers.beta_prior(*np.array([hits, totals])) == pytest.approx(prior)


def test_writers_are_drawn_with_all_their_digits_and_those_of_each_kind_apart():
    hits, groups = np.array([True, True, False, True]), np.array([9, 9, 2, 9])
    found = writers.clustered_rate(hits, groups, seed=0)
    assert found == {"count": 3, "total": 4, "rate": 0.75, "low": 0.0, "high": 1.0}
    several = np.array([True, False, True, True, False]), np.array([1, 2, 1, 3, 4])
    kind = np.array([True, True, True, False, False])
    found = writers.clustered_difference(*several, kind, seed=0)
    assert found == {"rate": pytest.approx(2 / 3 - 1 / 2), "low": -1.0, "high": 1.0}


def test_with_a_writer_for_each_digit_intervals_are_about_those_of_independent_digits():
    kind = np.arange(800) < 400
    hits = np.arange(800) % 400 < np.where(kind, 120, 40)
    one, other = (evaluation.rate(hits[part]) for part in (kind, ~kind))
    found = writers.clustered_rate(hits[kind], np.arange(400)[::-1], seed=0)
    assert found == pytest.approx(one, abs=0.005)
    found = writers.clustered_difference(hits, np.arange(800), kind, seed=0)
    assert found == pytest.approx(evaluation.difference(one, other), abs=0.005)


def test_who_wrote_doubted_digits_is_told_by_hand_and_by_kind_of_writer():
    # Writer: doubted digits, all digits. Below 5 they are students, from 8 on of the test part.
    wrote = {1: (1, 40), 2: (6, 20), 3: (2, 2), 4: (0, 40), 5: (3, 3), 6: (1, 30), 7: (2, 40)}
    wrote |= {8: (0, 20), 9: (0, 30), 10: (3, 40)}
    writer = np.repeat(list(wrote), [digits for _, digits in wrote.values()])
    doubted = np.concatenate([np.arange(digits) < hits for hits, digits in wrote.values()])
    table = pd.DataFrame({"writer": writer, "student": writer < 5})
    split = pd.Series(np.where(writer < 8, "train", "test"))
    found = writers.hands(table, doubted, split, seed=3)
    kinds = [found[kind] for kind in ("students", "employees")]
    assert [(kind["count"], kind["total"]) for kind in kinds] == [(9, 102), (9, 163)]
    assert found["difference"]["rate"] == pytest.approx(9 / 102 - 9 / 163)
    assert (found["hands"], found["student_hands"], found["spotless"]) == (10, 4, 3)
    assert [hand["writer"] for hand in found["puzzling"]] == [5, 3, 2, 10, 7, 6, 1, 8]
    third, fourth = found["puzzling"][2:4]
    known = {"doubted": 6, "digits": 20, "rate": 0.3, "student": True, "split": "train"}
    assert third.items() >= known.items()
    assert (fourth["student"], fourth["split"]) == (False, "test")
