"""Evaluation: against values computed by hand, published ones, and slow loops."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from ambiguous_digits import evaluation

PROBS = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.125, 0.0, 0.875], [0.75, 0.25, 0.0]])
LABELS = np.array([0, 2, 2, 0])


def test_metrics_are_those_worked_out_by_hand_and_refuse_what_does_not_fit():
    found = evaluation.metrics(PROBS, LABELS)
    loss = (math.log(2) + math.log(4) + math.log(8 / 7) + math.log(4 / 3)) / 4
    assert found == {"accuracy": 0.75, "loss": pytest.approx(loss, rel=1e-12)}
    # Of a committee, the mean probability; not every class is among these labels.
    committee = np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [0.0, 1.0]]])
    found = evaluation.metrics(committee, np.array([1, 1]))
    assert found == {"accuracy": 0.5, "loss": pytest.approx(math.log(16 / 3) / 2, rel=1e-12)}
    with pytest.raises(ValueError, match=r"label 3 in row 1 is outside 0\.\.2"):
        evaluation.metrics(PROBS, np.array([0, 3, 0, 0]))
    with pytest.raises(ValueError, match="row 0 of probs is no distribution"):
        evaluation.metrics(PROBS * 2, LABELS)


def test_matrices_have_labels_in_rows_and_predictions_in_columns_and_rows_become_shares():
    found = evaluation.confusions(PROBS, LABELS)
    np.testing.assert_array_equal(found, [[2, 0, 0], [0, 0, 0], [0, 1, 1]])
    found = evaluation.leftover(PROBS, LABELS)
    np.testing.assert_array_equal(found, [[0, 0.75, 0], [0, 0, 0], [0.375, 0.5, 0]])
    found = evaluation.share_of_row([[1, 3, 0], [0, 0, 0], [0, 0, 0.5]])  # as read from JSON
    np.testing.assert_array_equal(found, [[0.25, 0.75, 0], [np.nan] * 3, [0, 0, 1]])


def test_a_test_digit_keeps_per_repeat_the_opinion_of_network_r_i_mod_folds():
    repeats, folds, n = 2, 3, 8
    # Each says who it is, and of which digit.
    probs = [[[r, k, i] for i in range(n)] for r in range(repeats) for k in range(folds)]
    expected = [[[r, i % folds, i] for i in range(n)] for r in range(repeats)]
    np.testing.assert_array_equal(evaluation.one_opinion(np.array(probs), folds), expected)


def test_rates_and_differences_have_the_intervals_of_newcombes_published_examples():
    for hits, total, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
    ):
        found = evaluation.rate(np.arange(total) < hits)
        expected = {"count": hits, "total": total, "rate": hits / total, "low": low, "high": high}
        assert found == pytest.approx(expected, abs=5.1e-5)
        assert evaluation.interval(hits, total) == (found["low"], found["high"])
    assert np.isnan(evaluation.interval(0, 0)).all()  # of nothing
    for one, other, low, high in (
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1),
    ):
        rates = [evaluation.rate(np.arange(total) < hits) for hits, total in (one, other)]
        expected = {"rate": one[0] / one[1] - other[0] / other[1], "low": low, "high": high}
        assert evaluation.difference(*rates) == pytest.approx(expected, abs=5.1e-5)


def test_the_auroc_is_the_share_of_pairs_that_the_positive_wins_with_an_interval_of_draws():
    found = evaluation.auroc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, False, True, False]))
    assert found == (1 + 1 + 0.5 + 1) / 4
    assert evaluation.auroc(np.array([1, 3, 2]), np.array([True, False, False])) == 0
    # Of a score that says nothing, with few ties, the standard error is sqrt((n + m + 1) / 12 n m).
    score, positive = np.random.default_rng(0).random(200).round(1), np.arange(200) < 80
    area, error = evaluation.auroc(score, positive), math.sqrt(201 / (12 * 80 * 120))
    expected = {"auroc": area, "low": area - 1.96 * error, "high": area + 1.96 * error}
    assert evaluation.auroc_interval(score, positive, seed=3) == pytest.approx(expected, abs=0.008)
    # Without positives or without negatives there is none, which for JSON is None.
    for kind in (True, False):
        found = evaluation.auroc_interval(np.array([0.1, 0.2]), np.array([kind, kind]), seed=0)
        assert evaluation.known(np.array([0.5, *found.values()])) == [0.5, None, None, None]


@pytest.mark.parametrize(
    ("planted", "rest", "area", "precision"),
    [
        ([0.9, 0.5], [0.5, 0.1, 0.7], (3 + 1.5) / 6, 1 / 2),
        # As many come first as were planted, and not as there are others.
        ([0.1, 0.4, 0.9], [0.5, 0.2], 3 / 6, 2 / 3),
        # On ties the rest comes first: a score that says nothing finds nothing.
        ([0.9, 0.5, 0.5], [0.5, 0.1], (2 + 1.5 + 1.5) / 6, 2 / 3),
        # Fewer others than planted: some of these are among the first, whatever a score says.
        ([0.0] * 4, [0.0], 0.5, 3 / 4),
    ],
)
def test_what_scores_find_of_the_planted_is_that_worked_out(planted, rest, area, precision):
    one, other = np.array(planted), np.array(rest)
    found = evaluation.found({"s": one, "good": one + 1}, {"good": other - 1, "s": other})
    expected = {"auroc": pytest.approx(area), "precision": pytest.approx(precision)}
    assert list(found.items()) == [("s", expected), ("good", {"auroc": 1, "precision": 1})]


def test_verdicts_on_known_pictures_are_counted_and_their_pairs_checked():
    said = [[0.5, 0.45, 0.05], [0.45, 0.5, 0.05], [0.5, 0.05, 0.45], [0.98, 0.01, 0.01]]
    probs = np.array([[*said, [0.4, 0.24, 0.36]]] * 2)
    labels, others = np.array([0, 0, 0, 0, 2]), np.array([1, 1, 1, 1, 0])
    found = evaluation.verdict_rates(probs, labels, others)
    assert list(found) == ["against the label", "two readings", "scattered", "clear", "pair"]
    counts = [(told["count"], told["total"]) for told in found.values()]
    assert counts == [(0, 5), (4, 5), (0, 5), (1, 5), (3, 4)]
    assert "pair" not in evaluation.verdict_rates(probs, labels, np.full(5, -1))
    assert "pair" not in evaluation.verdict_rates(probs[:, 3:4], labels[3:4], others[3:4])


def test_the_accuracy_of_the_rest_is_that_after_the_first_were_taken_away_one_by_one():
    score = np.array([0.1, 0.9, 0.9, 0.5])  # first 1, then 2, of the same score, 3 and 0
    right = np.array([True, False, True, False])
    assert evaluation.accuracy_of_rest(score, right).tolist() == [2 / 4, 2 / 3, 1 / 2, 1]


def test_rank_correlations_are_spearmans_with_ties():
    values = np.round(np.random.default_rng(0).random((4, 30)), 1)  # many are equal
    found = evaluation.rank_correlations(values)
    np.testing.assert_allclose(found, spearmanr(values, axis=1).statistic, atol=1e-12)
    # What is the same for all is related to nothing but itself.
    found = evaluation.rank_correlations(np.array([[1, 2, 3], [0, 0, 0], [5, 1, 0]]))
    np.testing.assert_allclose(found, [[1, 0, -1], [0, 1, 0], [-1, 0, 1]], atol=1e-12)
