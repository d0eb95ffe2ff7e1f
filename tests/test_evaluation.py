"""Evaluation: against values computed by hand and slow loops."""

import json
import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from ambiguous_digits import evaluation

PROBS = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.125, 0.0, 0.875], [0.75, 0.25, 0.0]])
LABELS = np.array([0, 2, 2, 0])


# Accuracy and loss


def test_metrics_are_those_worked_out_by_hand():
    found = evaluation.metrics(PROBS, LABELS)
    loss = (math.log(2) + math.log(4) + math.log(8 / 7) + math.log(4 / 3)) / 4
    assert found == {"accuracy": 0.75, "loss": pytest.approx(loss, rel=1e-12)}


def test_the_loss_of_a_committee_is_that_of_its_mean_probability():
    committee = np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [0.0, 1.0]]])
    found = evaluation.metrics(committee, np.array([1, 1]))
    assert found["accuracy"] == 0.5
    assert found["loss"] == pytest.approx((math.log(4) + math.log(4 / 3)) / 2, rel=1e-12)


def test_metrics_do_not_need_every_class_among_the_labels():
    found = evaluation.metrics(PROBS[:1], np.array([1]))
    assert found == {"accuracy": 0.0, "loss": pytest.approx(math.log(2), rel=1e-12)}


@pytest.mark.filterwarnings("ignore:The y_prob values do not sum to one")
def test_the_loss_does_not_renormalise():
    found = evaluation.metrics(np.array([[0.700005, 0.3]]), np.array([0]))
    assert found["loss"] == pytest.approx(-math.log(0.700005), abs=1e-12)


def test_metrics_refuse_labels_and_rows_that_do_not_fit():
    with pytest.raises(ValueError, match=r"label 3 in row 1 is outside 0\.\.2"):
        evaluation.metrics(PROBS, np.array([0, 3, 0, 0]))
    with pytest.raises(ValueError, match="row 2 of probs is no distribution"):
        evaluation.metrics(np.array([[0.5, 0.5], [0.5, 0.5], [2.0, -1.0]]), np.array([0, 0, 0]))


# Matrices


def test_confusions_count_labels_in_rows_and_predictions_in_columns():
    found = evaluation.confusions(PROBS, LABELS)
    np.testing.assert_array_equal(found, [[2, 0, 0], [0, 0, 0], [0, 1, 1]])
    assert found.dtype == np.int64


def test_leftover_holds_the_probability_of_each_wrong_class_by_hand():
    found = evaluation.leftover(PROBS, LABELS)
    np.testing.assert_array_equal(found, [[0, 0.75, 0], [0, 0, 0], [0.375, 0.5, 0]])
    assert found.dtype == np.float64


def test_leftover_sums_to_the_digits_times_their_mean_doubt_of_the_label():
    rng = np.random.default_rng(5)
    probs, labels = rng.dirichlet(np.ones(6), 200), rng.integers(6, size=200)
    doubt = math.fsum(1 - row[label] for row, label in zip(probs.tolist(), labels, strict=True))
    found = evaluation.leftover(probs, labels)
    assert found.sum() == pytest.approx(doubt, rel=1e-12)
    np.testing.assert_array_equal(np.diag(found), np.zeros(6))


def test_each_row_is_divided_by_its_sum_and_a_row_of_zeros_becomes_nan():
    found = evaluation.share_of_row(np.array([[1, 3, 0], [0, 0, 0], [0, 0, 5]]))
    np.testing.assert_array_equal(found, [[0.25, 0.75, 0], [np.nan] * 3, [0, 0, 1]])


# How often, and how much more often


def wilson(hits, total):
    """The 95 % interval, from its formula."""
    z, share = 1.959963984540054, hits / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total)
    half *= math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return centre - half, centre + half


@pytest.mark.parametrize(
    ("hits", "total"), [(0, 1), (1, 1), (1, 2), (3, 10), (0, 10), (10, 10), (57, 10_000), (7, 8)]
)
def test_an_interval_is_wilsons_by_its_formula(hits, total):
    assert evaluation.interval(hits, total) == pytest.approx(wilson(hits, total), abs=1e-12)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_an_interval_is_that_of_newcombes_published_examples(hits, total, low, high):
    assert evaluation.interval(hits, total) == pytest.approx((low, high), abs=5.1e-5)


@pytest.mark.parametrize("total", [1, 2, 7, 100, 60_000])
def test_an_interval_of_none_starts_at_0_and_one_of_all_ends_at_1(total):
    bound = 1.959963984540054**2 / (total + 1.959963984540054**2)
    assert evaluation.interval(0, total) == (0, pytest.approx(bound, rel=1e-12))
    assert evaluation.interval(total, total) == (pytest.approx(1 - bound, rel=1e-12), 1)


def test_an_interval_of_none_of_none_is_nan():
    assert np.isnan(evaluation.interval(0, 0)).all()


def test_a_rate_counts_hits_and_has_the_interval_of_their_share():
    hits = np.array([True, False, False, True, False, False, False, False])
    low, high = wilson(2, 8)
    found = evaluation.rate(hits)
    assert list(found) == ["count", "total", "rate", "low", "high"]
    assert list(found.values()) == pytest.approx([2, 8, 0.25, low, high], abs=1e-12)
    assert json.loads(json.dumps(found)) == found
    assert [type(value) for value in found.values()] == [int, int, float, float, float]


def rate_of(hits, total):
    return evaluation.rate(np.arange(total) < hits)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1),
    ],
)
def test_a_difference_is_that_of_newcombes_published_examples_by_his_method_10(
    one, other, low, high
):
    found = evaluation.difference(rate_of(*one), rate_of(*other))
    assert list(found) == ["rate", "low", "high"]
    assert found["rate"] == pytest.approx(one[0] / one[1] - other[0] / other[1], abs=1e-12)
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=5.1e-5)
    assert json.loads(json.dumps(found)) == found


def test_a_difference_the_other_way_round_has_the_other_sign():
    one, other = rate_of(31, 90), rate_of(12, 250)
    found, turned = evaluation.difference(one, other), evaluation.difference(other, one)
    assert turned["rate"] == -found["rate"]
    assert turned["low"] == pytest.approx(-found["high"], abs=1e-15)
    assert turned["high"] == pytest.approx(-found["low"], abs=1e-15)


def test_the_difference_of_equal_rates_holds_0_in_the_middle():
    found = evaluation.difference(rate_of(3, 10), rate_of(3, 10))
    assert found["rate"] == 0
    assert found["low"] == pytest.approx(-found["high"], abs=1e-15)
    assert found["high"] > 0.3


# A score against outside judges


def slow_auroc(score, positive):
    """The share of pairs in which the positive wins, ties counting half."""
    pairs = [(a, b) for a in score[positive] for b in score[~positive]]
    return sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)


def judged(seed=0, n=40):
    """A score with many ties, and positives that it somewhat tells from the rest."""
    rng = np.random.default_rng(seed)
    positive = rng.random(n) < 0.4
    return np.round(rng.normal(size=n) + positive), positive


def test_the_auroc_is_that_worked_out_by_hand():
    score = np.array([0.9, 0.5, 0.5, 0.1])
    found = evaluation.auroc(score, np.array([True, False, True, False]))
    assert found == (1 + 1 + 0.5 + 1) / 4
    assert type(found) is float


def test_the_auroc_is_the_share_of_pairs_that_the_positive_wins():
    score, positive = judged()
    assert len(np.unique(score)) < 10  # else no ties are tried
    assert evaluation.auroc(score, positive) == pytest.approx(slow_auroc(score, positive))
    assert evaluation.auroc(-score, positive) == pytest.approx(1 - slow_auroc(score, positive))


def test_the_interval_of_an_auroc_is_that_of_a_slow_bootstrap_of_each_kind_apart():
    score, positive = judged()
    rng = np.random.default_rng(99)
    areas = []
    for _ in range(10_000):
        one, other = (rng.choice(kind, len(kind)) for kind in (score[positive], score[~positive]))
        areas.append(((one[:, None] > other) + (one[:, None] == other) / 2).mean())
    found = evaluation.auroc_interval(score, positive, seed=0, draws=10_000)
    assert list(found) == ["auroc", "low", "high"]
    assert found["auroc"] == evaluation.auroc(score, positive)
    expected = np.quantile(areas, [0.025, 0.975])
    assert (found["low"], found["high"]) == pytest.approx(expected, abs=0.01)
    assert found["high"] - found["low"] > 0.2
    assert json.loads(json.dumps(found)) == found


def test_an_interval_of_an_auroc_covers_all_that_can_be_drawn_and_keeps_the_kinds_apart():
    # Of the two negatives one wins and one loses: 0, 1/2 or 1, and never without a positive.
    score, positive = np.array([0.5, 0.9, 0.1]), np.array([True, False, False])
    found = evaluation.auroc_interval(score, positive, seed=1)
    assert found == {"auroc": 0.5, "low": 0.0, "high": 1.0}


@pytest.mark.parametrize(("score", "area"), [([0.0, 0.0, 1.0, 2.0], 1), ([7.0] * 4, 0.5)])
def test_an_interval_of_an_auroc_is_a_point_where_all_is_in_order_or_tied(score, area):
    positive = np.array([False, False, True, True])
    found = evaluation.auroc_interval(np.array(score), positive, seed=0, draws=50)
    assert found == {"auroc": area, "low": area, "high": area}


def test_an_interval_of_an_auroc_follows_from_the_seed():
    score, positive = judged()
    one, same, other = (evaluation.auroc_interval(score, positive, seed=seed) for seed in (3, 3, 4))
    assert one == same != other


@pytest.mark.parametrize("kind", [True, False])
def test_an_auroc_without_positives_or_without_negatives_is_nan(kind):
    score, positive = np.array([0.1, 0.2]), np.array([kind, kind])
    assert np.isnan(evaluation.auroc(score, positive))
    found = evaluation.auroc_interval(score, positive, seed=0)
    assert list(found) == ["auroc", "low", "high"]
    assert np.isnan(list(found.values())).all()


def test_the_first_k_are_those_of_highest_score_ties_by_the_lower_index():
    score = np.array([0.5, 0.9, 0.5, 0.5, 0.1])
    positive = np.array([False, True, True, False, False])
    found = [evaluation.precision_at(score, positive, k) for k in range(1, 6)]
    assert found == [1, 1 / 2, 2 / 3, 2 / 4, 2 / 5]
    assert type(found[0]) is float
    # Of many that tie, too, where a sort that is not stable mixes them.
    score, positive = np.arange(1000) % 2, np.arange(1000) < 300
    assert evaluation.precision_at(score, positive, 150) == 1


@pytest.mark.parametrize("k", [0, -1, 6])
def test_a_k_that_does_not_fit_is_refused(k):
    with pytest.raises(ValueError, match=f"k is {k}; needed: how many come first, from 1 to 5"):
        evaluation.precision_at(np.zeros(5), np.zeros(5, bool), k)


@pytest.mark.parametrize(
    ("score", "positive", "text"),
    [
        ([0.1, np.nan], [True, False], r"score has shape \(2,\); needed: \(N,\), and finite"),
        ([0.1, np.inf], [True, False], r"score has shape \(2,\); needed: \(N,\), and finite"),
        ([[0.1], [0.2]], [True, False], r"score has shape \(2, 1\); needed: \(N,\)"),
        ([0.1, 0.2], [True], r"positive is bool \(1,\); needed: \(2,\), bool"),
        ([0.1, 0.2], [1, 0], r"positive is int64 \(2,\); needed: \(2,\), bool"),
    ],
)
@pytest.mark.parametrize(
    "judge",
    [
        evaluation.auroc,
        lambda score, positive: evaluation.auroc_interval(score, positive, seed=0),
        lambda score, positive: evaluation.precision_at(score, positive, 1),
    ],
    ids=["auroc", "interval", "precision"],
)
def test_scores_and_positives_that_do_not_fit_are_refused(judge, score, positive, text):
    with pytest.raises(ValueError, match=text):
        judge(np.array(score), np.array(positive))


def test_what_each_score_finds_of_the_planted_is_that_worked_out_by_hand():
    planted = {"good": np.array([0.9, 0.8]), "mixed": np.array([0.9, 0.5])}
    rest = {"mixed": np.array([0.5, 0.1, 0.7]), "good": np.array([0.2, 0.1, 0.3])}
    found = evaluation.found(planted, rest)
    # Of mixed: the one wins three times; the other ties, wins and loses. 0.9 and 0.7 come first.
    assert found == {
        "good": {"auroc": 1, "precision": 1},
        "mixed": {"auroc": (3 + 1.5) / 6, "precision": 1 / 2},
    }
    assert list(found) == ["good", "mixed"]
    assert json.loads(json.dumps(found)) == found


def test_as_many_come_first_as_were_planted_and_not_as_there_are_others():
    planted, rest = np.array([0.1, 0.4, 0.9]), np.array([0.5, 0.2])
    found = evaluation.found({"score": planted}, {"score": rest})["score"]
    assert found == {"auroc": pytest.approx(3 / 6), "precision": pytest.approx(2 / 3)}


@pytest.mark.parametrize(("planted", "rest"), [(2, 3), (3, 3), (300, 700)])
def test_a_score_that_says_nothing_finds_nothing_of_the_planted(planted, rest):
    found = evaluation.found({"same": np.full(planted, 0.5)}, {"same": np.full(rest, 0.5)})
    assert found == {"same": {"auroc": 0.5, "precision": 0}}


def test_on_ties_the_rest_comes_before_the_planted():
    found = evaluation.found({"s": np.array([0.9, 0.5, 0.5])}, {"s": np.array([0.5, 0.1])})["s"]
    assert found == {"auroc": pytest.approx((2 + 1.5 + 1.5) / 6), "precision": pytest.approx(2 / 3)}
    # Fewer others than planted: some of these are among the first, whatever a score says.
    found = evaluation.found({"s": np.zeros(4)}, {"s": np.zeros(1)})["s"]
    assert found == {"auroc": 0.5, "precision": 3 / 4}


def test_what_is_found_of_the_planted_agrees_with_a_slow_count():
    rng = np.random.default_rng(5)
    planted, rest = rng.integers(3, 9, size=40) / 8, rng.integers(7, size=100) / 8
    found = evaluation.found({"score": planted}, {"score": rest})["score"]
    ordered = sorted([(-a, 1) for a in planted] + [(-b, 0) for b in rest])
    wins = [(a > b) + (a == b) / 2 for a in planted for b in rest]
    expected = {"auroc": sum(wins) / 4000, "precision": sum(own for _, own in ordered[:40]) / 40}
    assert found == pytest.approx(expected)
    assert 0.3 < expected["precision"] < 0.9


@pytest.mark.parametrize("where", ["planted", "rest"])
def test_scores_of_what_was_planted_or_of_the_rest_that_are_not_finite_are_refused(where):
    given = {"planted": {"score": np.zeros(2)}, "rest": {"score": np.zeros(3)}}
    given[where]["score"][1] = np.nan
    with pytest.raises(ValueError, match=r"score has shape \(5,\); needed: \(N,\), and finite"):
        evaluation.found(**given)


def test_numbers_ready_for_json_have_none_in_the_place_of_nan():
    found = evaluation.known(np.array([0.5, np.nan, 1.0]))
    assert found == [0.5, None, 1.0]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


# Which networks, which digit, which window


def test_a_test_digit_keeps_per_repeat_the_opinion_of_network_r_i_mod_folds():
    repeats, folds, n = 2, 3, 8
    probs = np.array(
        [
            [[repeat, fold, i] for i in range(n)]  # each says who it is, and of which digit
            for repeat in range(repeats)
            for fold in range(folds)
        ]
    )
    expected = [[[repeat, i % folds, i] for i in range(n)] for repeat in range(repeats)]
    np.testing.assert_array_equal(evaluation.one_opinion(probs, folds), expected)


def test_the_example_is_the_first_of_those_of_class_3_that_the_network_is_surest_of():
    three = [0.5, 0.75, 1.0, 0.75, 0.25]
    probs = np.array([[1 - p, 0, 0, p] for p in three])
    assert evaluation.example(probs, np.array([3, 3, 0, 3, 3])) == 1


def test_the_example_is_of_class_3_though_no_digit_of_it_is_right():
    probs = np.array([[0, 0, 0, 1], [1, 0, 0, 0], [0.75, 0, 0, 0.25]])
    assert evaluation.example(probs, np.array([0, 3, 3])) == 2


def test_the_example_is_of_the_last_class_where_there_are_fewer_than_four():
    probs = np.array([[0.0, 1.0], [0.5, 0.5], [0.25, 0.75]])
    assert evaluation.example(probs, np.array([0, 1, 1])) == 2


def test_the_example_is_digit_0_if_no_digit_is_of_the_class():
    assert evaluation.example(np.eye(5)[[0, 2, 3]], np.array([0, 2, 2])) == 0


def test_a_slope_in_any_direction_is_a_whole_one_and_a_line_or_a_dot_is_none():
    steep = np.array([[-1, 0, 1]] * 3)
    slanted = np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]]) - 7
    line, dot = np.array([[0, 1, 0]] * 3), np.diag([0, 1, 0])
    level = np.ones((3, 3))
    kernels = np.stack([steep, slanted, -steep.T, line, dot, level], axis=-1)
    assert evaluation.slope_share(kernels) == pytest.approx([1, 1, 1, 0, 0, 0])


def test_the_share_of_a_slope_is_that_of_a_least_squares_plane():
    kernels = np.random.default_rng(3).normal(size=(3, 3, 20))
    down, across = (place.ravel() for place in np.mgrid[:3, :3])
    design = np.stack([np.ones(9), across, down], axis=1)
    for kernel, share in zip(
        kernels.reshape(9, -1).T, evaluation.slope_share(kernels), strict=True
    ):
        left = np.linalg.lstsq(design, kernel)[1][0]
        assert share == pytest.approx(1 - left / ((kernel - kernel.mean()) ** 2).sum())


def test_the_strongest_window_is_where_the_sum_of_products_is_largest():
    image = np.zeros((6, 7), np.uint8)
    image[2:5, 3] = 255  # a vertical stroke
    right_edge = np.array([[1, 0, -1]] * 3)
    left_edge = -right_edge
    assert evaluation.strongest_window(image, right_edge) == (2, 3)  # the stroke, then paper
    assert evaluation.strongest_window(image, left_edge) == (2, 1)  # paper, then the stroke


def test_the_strongest_window_agrees_with_a_slow_loop_and_takes_the_first_of_ties():
    rng = np.random.default_rng(2)
    image, kernel = rng.integers(3, size=(9, 8)), rng.integers(-1, 2, size=(3, 3))
    answers = {
        (row, column): sum(
            int(image[row + i, column + j]) * int(kernel[i, j]) for i in range(3) for j in range(3)
        )
        for row in range(7)
        for column in range(6)
    }
    expected = max(answers, key=answers.get)  # the first of the largest
    assert list(answers.values()).count(answers[expected]) > 1  # else no tie is tried
    assert evaluation.strongest_window(image, kernel) == expected
    assert evaluation.strongest_window(np.ones((5, 5)), np.ones((3, 3))) == (0, 0)


# Rank correlations


def test_rank_correlations_are_spearmans_with_ties():
    values = np.round(np.random.default_rng(0).random((4, 30)), 1)  # many are equal
    found = evaluation.rank_correlations(values)
    np.testing.assert_allclose(found, spearmanr(values, axis=1).statistic, atol=1e-12)
    np.testing.assert_array_equal(np.diag(found), 1)


def test_what_is_the_same_for_all_is_related_to_nothing():
    found = evaluation.rank_correlations(np.array([[1, 2, 3], [0, 0, 0], [5, 1, 0]]))
    np.testing.assert_allclose(found, [[1, 0, -1], [0, 1, 0], [-1, 0, 1]], atol=1e-12)
    for none in (0, 1):
        np.testing.assert_array_equal(evaluation.rank_correlations(np.zeros((3, none))), np.eye(3))


def test_verdicts_on_known_pictures_are_counted_and_their_pairs_checked():
    probs = np.array(
        [[[0.5, 0.45, 0.05], [0.5, 0.05, 0.45], [0.98, 0.01, 0.01], [0.4, 0.35, 0.25]]]
    )
    labels, others = np.array([0, 0, 0, 0]), np.array([1, 1, 1, 1])
    found = evaluation.verdict_rates(probs, labels, others)
    counts = {name: told["count"] for name, told in found.items()}
    assert counts == {
        **{"against the label": 0, "two readings": 3, "scattered": 0, "clear": 1},
        "pair": 2,
    }
    assert found["pair"]["total"] == 3
    assert "pair" not in evaluation.verdict_rates(probs, labels)
    assert "pair" not in evaluation.verdict_rates(probs, labels, np.full(4, -1))
    assert "pair" not in evaluation.verdict_rates(probs[:, 2:3], labels[:1], others[:1])


def test_the_accuracy_of_the_rest_is_that_after_the_first_were_taken_away_one_by_one():
    score = np.array([0.1, 0.9, 0.9, 0.5])  # first 1, then 2, of the same score, 3 and 0
    right = np.array([True, False, True, False])
    found = evaluation.accuracy_of_rest(score, right)
    assert found.tolist() == [2 / 4, 2 / 3, 1 / 2, 1]
    assert evaluation.accuracy_of_rest(score, ~right).tolist() == [2 / 4, 1 / 3, 1 / 2, 0]
    assert found.dtype == np.float64
