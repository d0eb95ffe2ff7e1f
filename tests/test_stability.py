"""Stability: against a bootstrap in plain Python, and lists of tiny committees made by hand."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import ranking, scores, stability

RANKED = ("low_confidence", "label_doubt")
NAMES = [*scores.SCORES, "logit_gap"]


def test_rank_intervals_agree_with_a_slow_bootstrap_and_of_four_networks_are_empty():
    rng = np.random.default_rng(0)  # without ties
    probs, labels = rng.dirichlet(np.ones(4), (5, 120)), rng.integers(4, size=120)
    drawn = {name: [] for name in RANKED}
    for times in np.random.default_rng(3).multinomial(5, [1 / 5] * 5, 37):
        asked = np.repeat(np.arange(5), times)  # some not at all, some more than once
        mean = probs[asked].mean(axis=0)
        for name, ranks in drawn.items():
            ranks.append(ranking.ranks(scores.by_name(name, mean, labels)))
    expected = {}
    for name, ranks in drawn.items():
        expected[f"rank_{name}_low"] = np.quantile(ranks, 0.05, axis=0, method="lower")
        expected[f"rank_{name}_high"] = np.quantile(ranks, 0.95, axis=0, method="higher")
        expected[f"p12_{name}"] = np.mean(np.array(ranks) <= 12, axis=0)
        expected[f"p100_{name}"] = np.mean(np.array(ranks) <= 100, axis=0)
    found = stability.rank_intervals(probs, labels, seed=3, resamples=37)
    assert found.columns.tolist() == list(expected)
    assert found.dtypes.astype(str).tolist() == ["Int64", "Int64", "Float64", "Float64"] * 2
    np.testing.assert_allclose(found.to_numpy(float).T, list(expected.values()))
    empty = stability.rank_intervals(probs[:4], labels, seed=0)
    pd.testing.assert_frame_equal(empty, found.mask(found.notna()))


def test_digits_that_are_nearly_always_and_sometimes_among_the_first_twelve_are_counted():
    p12 = pd.Series([1, 0.95, 0.948, 0.05, 0.048, 0], dtype="Float64")
    assert stability.certain(p12) == {"certain": 2, "possible": 4}
    none = {"certain": None, "possible": None}
    assert stability.certain(pd.Series([pd.NA], dtype="Float64")) == none


def test_the_first_are_without_those_of_score_0_and_the_overlap_tells_how_many_are_shared():
    score = np.array([0.0, 0.25, 0.5, 0.0, 0.25, 1e-300])  # ties are by index
    assert stability.first(score, 12).tolist() == [2, 1, 4, 5]
    assert stability.first(score, 2).tolist() == [2, 1]
    one, other, none = np.array([1, 2, 3, 4]), np.array([5, 4, 3]), np.array([], int)
    assert stability.jaccard(one, other) == stability.jaccard(other, one) == 2 / 5
    assert stability.jaccard(one, one[::-1]) == 1  # the order does not matter
    assert stability.jaccard(one, none) == 0
    assert math.isnan(stability.jaccard(none, none))
    assert stability.shared(1 / 5, 3) == pytest.approx(1)  # of 3 and 3
    assert (stability.shared(0, 12), stability.shared(1, 12)) == (0, 12)


def doubtful(*digits, of=20):
    """Logits of one network on digits of class 0: (5, 0) where it is sure, (1, 0) where not."""
    logits = np.tile([5.0, 0.0], (of, 1))
    logits[list(digits), 0] = 1
    return logits


ONE, TWO, THREE = (doubtful(*range(start, start + 12)) for start in (0, 6, 8))
WRONG = ONE.copy()
WRONG[19] = 0, 5
ZEROS = np.zeros(20, int)


def test_the_agreement_of_two_networks_and_of_two_committees_is_that_worked_out_by_hand():
    labels = ZEROS.copy()
    labels[[3, 4]] = 1  # both networks are wrong: p[label] is less than 0.3 or, if sure, 0.007
    found = stability.agreement(ONE[None], TWO[None], labels)
    # Of the first 12, digits 6 to 11 are shared by 0 to 11 and 6 to 17; the 100 are all 20.
    for name in (*NAMES[:3], "expected_entropy", "second_choice", "logit_gap"):
        assert found[name].tolist() == [6 / 18, 1]
    # Digits 0 to 11, of which the other has 6 to 11, and 3 and 4, the surest mistakes.
    assert found["label_doubt"].tolist() == [8 / 16, 1]
    assert found["confident_mistake"].tolist() == [1, 1]
    assert np.isnan([found[name] for name in ("mutual_information", "disagreement")]).all()
    # Without mistakes there is no list of them.
    found = stability.agreement(ONE[None], TWO[None], ZEROS)
    assert np.isnan(found["confident_mistake"]).all()
    # Two committees that are sure of class 0; of some digits the second of each two is not.
    one, other = (np.tile([5.0, 0.0], (2, 20, 1)) for _ in range(2))
    one[1, [0, 1, 2]] = other[1, [2, 3]] = 0, 4
    found = stability.agreement(one, other, ZEROS)
    assert found["disagreement"].tolist() == [1 / 4, 1 / 4]
    assert found["mutual_information"].tolist() == [1 / 4, 1 / 4]


def test_the_overlap_of_single_networks_is_the_mean_over_all_pairs():
    found = stability.single(np.stack([ONE, TWO, THREE]), ZEROS)
    assert found["entropy"] == pytest.approx([(6 / 18 + 4 / 20 + 10 / 14) / 3, 1])
    empty = ("mutual_information", "disagreement", "confident_mistake")
    assert np.isnan([found[name] for name in empty]).all()
    # Those pairs count for which there is an overlap: here not that of two without mistakes.
    found = stability.single(np.stack([ONE, TWO, WRONG]), ZEROS)
    assert found["confident_mistake"].tolist() == [0, 0]


def test_the_two_committees_of_a_pair_share_no_network_and_are_drawn_anew_each_time(monkeypatch):
    asked = []

    def spy(one, other, labels):
        asked.append((one[:, 0, 0].tolist(), other[:, 0, 0].tolist()))
        return {"some": np.array([len(asked), 1000.0])}

    monkeypatch.setattr(stability, "agreement", spy)
    logits = np.arange(7.0)[:, None, None] * np.ones((7, 3, 2))  # each says who it is
    sizes, curves = stability.curve(logits, np.zeros(3, int), seed=4)
    assert sizes == [1, 2, 3]
    rng = np.random.default_rng(4)
    drawn = [(size, rng.permutation(7).tolist()) for size in sizes for _ in range(50)]
    assert asked == [(order[:size], order[size : 2 * size]) for size, order in drawn]
    means = [25.5, 75.5, 125.5]  # of 1 to 50, 51 to 100, 101 to 150
    np.testing.assert_allclose(curves["some"], [means, [1000, 1000, 1000]])
    sizes, _ = stability.curve(np.zeros((24, 3, 2)), np.zeros(3, int), seed=0)
    assert sizes == [1, 2, 3, 4, 5, 7, 9, 12]


def test_the_measure_holds_the_overlaps_by_score_and_length_ready_for_json():
    logits = np.random.default_rng(5).normal(scale=2, size=(5, 150, 3))
    labels = np.arange(150) % 3
    sizes, found = stability.measure(logits, labels, half=2, seed=6)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    alone = stability.single(logits, labels)
    halves = stability.agreement(logits[:2], logits[2:4], labels)
    expected, curves = stability.curve(logits, labels, seed=6)
    assert (sizes, list(found)) == (expected, NAMES)
    for i, top in enumerate(("12", "100")):
        told = {"single": alone["entropy"][i], "half": halves["entropy"][i]}
        assert found["entropy"][top] == told | {"curve": curves["entropy"][i].tolist()}
    assert found["disagreement"]["12"]["single"] is None


@pytest.mark.parametrize(("most", "count"), [(30, 1000), (6, 1946)])
def test_lists_are_of_all_that_some_network_doubts_a_thousand_at_least(most, count, monkeypatch):
    asked = []
    monkeypatch.setattr(stability, "single", lambda *given: asked.append(given) or {})
    # The second network gives less than 0.98 to the label up to z = ln 49 = 6 * 1946 / 3000.
    z = np.random.default_rng(0).permutation(np.linspace(0, most, 3000))
    logits = np.zeros((2, 3000, 2))
    logits[0, :, 0], logits[1, :, 0] = 50, z
    stability.measure(logits, np.zeros(3000, int), half=0, seed=0)
    assert asked[0][0][1, :, 0].tolist() == z[z < sorted(z)[count]].tolist()
