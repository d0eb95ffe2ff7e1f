"""Scores: against values computed by hand, slow Python and SciPy; wrong rows are refused."""

import math
import re

import numpy as np
import pytest
import scipy.special
import scipy.stats

from ambiguous_digits import scores

NAMES = ["low_confidence", "small_margin", "entropy", "label_doubt", "confident_mistake"]

# Rows, labels, and the five scores of each, worked out on paper.
# entropy of (3/4, 1/4, 0): (2 ln 2 - 3/4 ln 3) / ln 3; of (1/2, 1/4, 1/4): 3/2 ln 2 / ln 3.
BY_HAND = [
    # probs               label  low   margin  entropy              doubt  mistake
    ((1.00, 0.00, 0.00), 0, (0.00, 0.00, 0.0, 0.00, 0.00)),
    ((1.00, 0.00, 0.00), 2, (0.00, 0.00, 0.0, 1.00, 1.00)),
    ((0.00, 0.75, 0.25), 1, (0.25, 0.50, 0.511859507142915, 0.25, 0.00)),
    ((0.00, 0.75, 0.25), 0, (0.25, 0.50, 0.511859507142915, 1.00, 0.75)),
    ((0.50, 0.25, 0.25), 0, (0.50, 0.75, 0.946394630357186, 0.50, 0.00)),
    ((0.25, 0.25, 0.50), 1, (0.50, 0.75, 0.946394630357186, 0.75, 0.50)),
    ((0.50, 0.50, 0.00), 0, (0.50, 1.00, 0.630929753571457, 0.50, 0.00)),  # tie: class 0 predicted
    ((0.50, 0.50, 0.00), 1, (0.50, 1.00, 0.630929753571457, 0.50, 0.50)),
    ((0.00, 0.50, 0.50), 2, (0.50, 1.00, 0.630929753571457, 0.50, 0.50)),
]


def random_probs(*shape, concentration=0.3):
    rng = np.random.default_rng(7)
    return rng.dirichlet(np.full(shape[-1], concentration), shape[:-1])


def random_labels(n, num_classes):
    return np.random.default_rng(8).integers(num_classes, size=n)


def slowly(row, label):
    """The five scores of one row, from the formulas, in plain Python."""
    second, first = sorted(row)[-2:]
    wrong = row.index(first) != label
    nats = -math.fsum(p * math.log(p) for p in row if p > 0)
    return (
        1 - first,
        1 - (first - second),
        nats / math.log(len(row)),
        1 - row[label],
        first if wrong else 0.0,
    )


def five(probs, labels):
    """What the module says, (N, 5), the columns in the order of NAMES."""
    columns = scores.all_scores(probs, labels)
    return np.stack([columns[name] for name in NAMES], axis=1)


# Values


def test_scores_maps_the_five_names_to_the_functions_in_the_order_of_the_columns():
    assert list(scores.SCORES) == NAMES
    assert all(scores.SCORES[name] is getattr(scores, name) for name in NAMES)
    assert {"label_doubt", "confident_mistake"} == scores.NEEDS_LABELS


def test_scores_are_those_worked_out_by_hand():
    probs, labels, expected = (np.array(column) for column in zip(*BY_HAND, strict=True))
    np.testing.assert_allclose(scores.low_confidence(probs), expected[:, 0], atol=1e-15)
    np.testing.assert_allclose(scores.small_margin(probs), expected[:, 1], atol=1e-15)
    np.testing.assert_allclose(scores.entropy(probs), expected[:, 2], atol=1e-15)
    np.testing.assert_allclose(scores.label_doubt(probs, labels), expected[:, 3], atol=1e-15)
    np.testing.assert_allclose(scores.confident_mistake(probs, labels), expected[:, 4], atol=1e-15)


def test_two_classes_are_scored_as_worked_out_by_hand():
    probs = np.array([[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]])
    entropy = 2 - 0.75 * math.log2(3)  # in bits, and ln 2 nats are one bit
    np.testing.assert_allclose(
        five(probs, np.array([0, 1, 0])),
        [[0.25, 0.5, entropy, 0.75, 0.75], [0.5, 1, 1, 0.5, 0.5], [0, 0, 0, 0, 0]],
        atol=1e-15,
    )


def test_scores_agree_with_slow_python_to_twelve_places():
    probs, labels = random_probs(300, 10), random_labels(300, 10)
    expected = [slowly(row, label) for row, label in zip(probs.tolist(), labels, strict=True)]
    np.testing.assert_allclose(five(probs, labels), expected, rtol=0, atol=1e-12)


def test_entropy_agrees_with_scipy_to_twelve_places():
    probs = np.vstack([random_probs(300, 7), np.eye(7), np.full((1, 7), 1 / 7)])
    expected = scipy.stats.entropy(probs, base=7, axis=1)
    np.testing.assert_allclose(scores.entropy(probs), expected, rtol=0, atol=1e-12)


def test_a_committee_has_the_score_of_its_mean():
    committee, labels = random_probs(4, 50, 6), random_labels(50, 6)
    mean = [
        [math.fsum(network[n][k] for network in committee.tolist()) / 4 for k in range(6)]
        for n in range(50)
    ]
    expected = [slowly(row, label) for row, label in zip(mean, labels, strict=True)]
    np.testing.assert_allclose(five(committee, labels), expected, rtol=0, atol=1e-12)


def test_a_committee_that_is_of_two_minds_is_unsure_though_each_of_its_networks_is_sure():
    committee = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    np.testing.assert_array_equal(five(committee, np.array([1])), [[0.5, 1, 1, 0.5, 0.5]])


def test_the_order_of_a_committees_networks_does_not_matter():
    committee, labels = random_probs(5, 40, 4), random_labels(40, 4)
    turned = committee[[3, 0, 4, 2, 1]]
    np.testing.assert_allclose(five(turned, labels), five(committee, labels), rtol=0, atol=1e-12)


def test_renaming_the_classes_changes_no_score():
    probs, labels = random_probs(60, 5), random_labels(60, 5)
    new_name = np.array([2, 0, 4, 1, 3])
    renamed = np.empty_like(probs)
    renamed[:, new_name] = probs
    np.testing.assert_allclose(
        five(renamed, new_name[labels]), five(probs, labels), rtol=0, atol=1e-12
    )


def test_scores_are_never_renormalised():
    row = [0.700005, 0.3]
    low, margin, entropy, doubt, mistake = five(np.array([row]), np.array([1]))[0]
    assert low == pytest.approx(0.299995, abs=1e-12)  # renormalised: 0.2999985
    assert margin == pytest.approx(0.599995, abs=1e-12)
    assert entropy == pytest.approx(-sum(p * math.log2(p) for p in row), abs=1e-12)
    assert doubt == pytest.approx(0.7, abs=1e-12)
    assert mistake == pytest.approx(0.700005, abs=1e-12)


@pytest.mark.parametrize("num_classes", [2, 3, 10])
def test_scores_stay_between_0_and_1_also_for_rows_that_are_off_by_the_tolerance(num_classes):
    exact = np.vstack(
        [
            random_probs(500, num_classes),
            random_probs(500, num_classes, concentration=100),
            np.eye(num_classes),
            np.full((1, num_classes), 1 / num_classes),
        ]
    )
    probs = np.vstack([exact, exact * (1 + 9.9e-6), exact * (1 - 9.9e-6)])
    found = five(probs, random_labels(len(probs), num_classes))
    assert found.min() >= 0
    assert found.max() <= 1


def test_scores_are_float64_one_per_digit_whatever_goes_in():
    probs, labels = random_probs(6, 3).astype(np.float32), random_labels(6, 3).astype(np.uint8)
    for committee in (probs, np.stack([probs, probs]), probs.tolist()):
        for name, score in scores.all_scores(committee, labels).items():
            assert (name, score.dtype, score.shape) == (name, np.float64, (6,))
    expected = [1 - max(map(float, row)) for row in probs]  # float32 read, float64 computed
    np.testing.assert_array_equal(scores.low_confidence(probs), expected)


def test_what_goes_in_is_left_as_it_is():
    probs, labels = random_probs(3, 20, 4), random_labels(20, 4)
    probs.flags.writeable = labels.flags.writeable = False  # writing would raise
    before = probs.copy()
    scores.all_scores(probs, labels)
    scores.all_scores(probs[0], labels)
    np.testing.assert_array_equal(probs, before)


# Rows that are refused

INVALID_ROWS = {
    "negative": [-0.1, 0.6, 0.5],
    "negative by a hair": [-1e-12, 0.5, 0.5],
    "NaN": [math.nan, 0.5, 0.5],
    "infinite": [math.inf, 0.0, 0.0],
    "infinities that cancel": [math.inf, -math.inf, 1.0],
    "sum too large": [0.5, 0.25, 0.25002],
    "sum too small": [0.5, 0.25, 0.24998],
    "all zero": [0.0, 0.0, 0.0],
    "logits": [-3.0, 8.0, 1.5],
    "percent": [50.0, 25.0, 25.0],
}


@pytest.mark.filterwarnings("ignore:invalid value encountered")  # infinity minus infinity
@pytest.mark.parametrize("row", INVALID_ROWS.values(), ids=INVALID_ROWS)
def test_a_row_that_is_no_distribution_is_refused_with_its_number_by_every_score(row):
    probs, labels = np.full((5, 3), [0.5, 0.25, 0.25]), np.zeros(5, int)
    probs[3] = row
    needed = r".* sums to .*; needed: finite, >= 0, sum 1 within 1e-05"
    for name, score in scores.SCORES.items():
        arguments = (labels,) if name in scores.NEEDS_LABELS else ()
        with pytest.raises(ValueError, match=f"row 3 of probs is no distribution: {needed}"):
            score(probs, *arguments)
        committee = np.stack([np.full((5, 3), 1 / 3), probs])
        with pytest.raises(ValueError, match=f"row 3 of network 1 of probs is no .*{needed}"):
            score(committee, *arguments)


@pytest.mark.parametrize("row", [[0.5, 0.50001], [0.5, 0.49999]])
def test_a_row_that_is_off_by_just_the_tolerance_is_valid(row):
    # Its sum is 1.00001 or 0.99999 to the last decimal; 1e-5 away, but for the binary rounding.
    assert scores.low_confidence(np.array([row])) == pytest.approx(1 - max(row), abs=1e-12)


def test_logits_are_refused_with_the_advice_to_take_their_softmax():
    with pytest.raises(ValueError, match=r"row 0 of probs.*Logits go through softmax first"):
        scores.low_confidence(np.array([[-1.0, 9.0, 2.0]]))


def test_the_first_of_several_wrong_rows_is_named():
    probs = np.array([[0.5, 0.5], [0.5, 0.6], [np.nan, 0.0]])
    with pytest.raises(ValueError, match=r"row 1 of probs .* \[0\.5 0\.6\] sums to 1\.1;"):
        scores.entropy(probs)


def test_rows_of_a_committee_are_checked_one_by_one_though_their_mean_is_a_distribution():
    committee = np.array([[[0.5, 0.5], [0.5, 0.4]], [[0.5, 0.5], [0.5, 0.6]]])
    with pytest.raises(ValueError, match=r"row 1 of network 0 of probs"):
        scores.small_margin(committee)


@pytest.mark.parametrize("shape", [(3,), (4, 1), (2, 3, 4, 5), (0, 3), (0, 4, 3)])
def test_probabilities_of_another_shape_are_refused(shape):
    message = f"probs has shape {shape}; needed: (N, K) for one network or (M, N, K)"
    with pytest.raises(ValueError, match=re.escape(message)):
        scores.low_confidence(np.ones(shape))


# Labels that are refused


@pytest.mark.parametrize("label", [-1, 3, 255])
def test_a_label_that_is_no_class_is_refused_with_its_row(label):
    probs, labels = random_probs(4, 3), np.array([0, 2, label, label])
    message = rf"label {label} in row 2 is outside 0\.\.2, the classes of probs"
    for score in (scores.label_doubt, scores.confident_mistake):
        with pytest.raises(ValueError, match=message):
            score(probs, labels)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (np.array([0.0, 1.0]), r"float64 of shape \(2,\)"),
        (np.array([True, False]), r"bool of shape \(2,\)"),
        (np.array([0, 1, 1]), r"int64 of shape \(3,\)"),
        (np.array([[0], [1]]), r"int64 of shape \(2, 1\)"),
        (np.eye(2, dtype=np.int64), r"int64 of shape \(2, 2\)"),
    ],
)
def test_labels_that_are_not_one_integer_per_row_are_refused(labels, found):
    message = rf"labels are {found}; needed: integers of shape \(2,\), one per row of probs"
    for score in (scores.label_doubt, scores.confident_mistake):
        with pytest.raises(ValueError, match=message):
            score(np.array([[0.5, 0.5], [0.25, 0.75]]), labels)


# Softmax


def test_softmax_agrees_with_scipy_to_twelve_places():
    logits = np.random.default_rng(3).normal(scale=20, size=(3, 40, 10)).astype(np.float32)
    expected = scipy.special.softmax(logits.astype(np.float64), axis=-1)
    found = scores.softmax(logits)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def test_softmax_of_the_logarithms_of_1_2_and_5_is_an_eighth_a_quarter_and_five_eighths():
    found = scores.softmax(np.log([1.0, 2.0, 5.0]))
    np.testing.assert_allclose(found, [0.125, 0.25, 0.625], rtol=1e-15)


def test_softmax_of_huge_logits_is_sure_and_finite():
    largest = float(np.finfo(np.float32).max)
    found = scores.softmax(np.array([[1e4, 0, -1e4], [-1e6, -1e6, -1e9], [largest, -largest, 0]]))
    np.testing.assert_array_equal(found, [[1, 0, 0], [0.5, 0.5, 0], [1, 0, 0]])


def test_softmax_of_float32_logits_passes_as_probabilities():
    logits = np.random.default_rng(3).normal(scale=30, size=(5, 200, 10)).astype(np.float32)
    assert scores.low_confidence(scores.softmax(logits)).shape == (200,)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_softmax_refuses_logits_that_are_not_finite(value):
    with pytest.raises(ValueError, match="logits must be finite, but some are NaN or infinite"):
        scores.softmax(np.array([[0.0, 1.0], [value, 1.0]]))
