"""Scores: against values computed by hand, slow Python and SciPy; wrong rows are refused."""

import math
import re

import numpy as np
import pytest
import scipy.special
import scipy.stats

from ambiguous_digits import scores

NAMES = [
    "low_confidence",
    "small_margin",
    "entropy",
    "label_doubt",
    "confident_mistake",
    "expected_entropy",
    "mutual_information",
    "disagreement",
    "second_choice",
]
OF_MEMBERS = ["expected_entropy", "mutual_information", "disagreement"]

# Rows, labels, and five scores of each, worked out on paper.
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


def entropy_of(row):
    return -math.fsum(p * math.log(p) for p in row if p > 0) / math.log(len(row))


def slowly(members, label):
    """The nine scores of one digit, by M rows of K, from the formulas, in plain Python."""
    mean = [math.fsum(column) / len(members) for column in zip(*members, strict=True)]
    second, first = sorted(mean)[-2:]
    prediction = mean.index(first)
    within = math.fsum(entropy_of(row) for row in members) / len(members)
    others = sum(row.index(max(row)) != prediction for row in members)
    return (
        1 - first,
        1 - (first - second),
        entropy_of(mean),
        1 - mean[label],
        first if prediction != label else 0.0,
        within,
        entropy_of(mean) - within,
        others / len(members),
        second,
    )


def all_slowly(committee, labels):
    """The same of (M, N, K), (N, 9)."""
    digits = np.swapaxes(committee, 0, 1).tolist()
    return [slowly(members, label) for members, label in zip(digits, labels, strict=True)]


def nine(probs, labels):
    """What the module says, (N, 9), the columns in the order of NAMES."""
    return np.stack([scores.by_name(name, probs, labels) for name in NAMES], axis=1)


# Values


def test_scores_maps_the_nine_names_to_the_functions_in_the_order_of_the_columns():
    assert list(scores.SCORES) == NAMES
    assert all(scores.SCORES[name] is getattr(scores, name) for name in NAMES)
    assert {"label_doubt", "confident_mistake"} == scores.NEEDS_LABELS
    assert set(OF_MEMBERS) == scores.OF_MEMBERS


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
        nine(probs, np.array([0, 1, 0])),
        [
            [0.25, 0.5, entropy, 0.75, 0.75, entropy, 0, 0, 0.25],
            [0.5, 1, 1, 0.5, 0.5, 1, 0, 0, 0.5],
            [0, 0, 0, 0, 0, 0, 0, 0, 0],
        ],
        atol=1e-15,
    )


# Committees of 1 to 3 networks, and what their members' scores are on paper. In bits:
# H(3/4, 1/4) = 2 - 3/4 log2 3; H(1/3, 2/3) = log2 3 - 2/3; H(1/6, 5/6) = log2 6 - 5/6 log2 5.
TRIT = math.log2(3)  # so many bits are the unit of entropy of three classes
QUARTER, SIXTH = 2 - 0.75 * TRIT, math.log2(6) - 5 / 6 * math.log2(5)
COMMITTEES = [
    # networks                                          expected  mutual              apart  second
    ([(0.5, 0.5)], (1, 0, 0, 1 / 2)),
    ([(1, 0)], (0, 0, 0, 0)),
    ([(0.25, 0.75)], (QUARTER, 0, 0, 1 / 4)),
    ([(0, 1), (0, 1)], (0, 0, 0, 0)),
    ([(1, 0), (0, 1)], (0, 1, 1 / 2, 1 / 2)),
    ([(1, 0), (0.5, 0.5)], (1 / 2, QUARTER - 1 / 2, 0, 1 / 4)),
    ([(0, 1), (0.5, 0.5)], (1 / 2, QUARTER - 1 / 2, 1 / 2, 1 / 4)),  # the tie predicts class 0
    ([(0.75, 0.25), (0.25, 0.75)], (QUARTER, 1 - QUARTER, 1 / 2, 1 / 2)),
    ([(1, 0), (1, 0), (0, 1)], (0, TRIT - 2 / 3, 1 / 3, 1 / 3)),
    ([(0, 1), (0, 1), (0.75, 0.25)], (QUARTER / 3, 2 * QUARTER / 3, 1 / 3, 1 / 4)),
    ([(0.5, 0.25, 0.25)], (1.5 / TRIT, 0, 0, 1 / 4)),
    ([(1, 0, 0), (0, 1, 0), (0, 0, 1)], (0, 1, 2 / 3, 1 / 3)),
    ([(1, 0, 0), (0, 0.5, 0.5)], (0.5 / TRIT, 1 / TRIT, 1 / 2, 1 / 4)),
    ([(0.5, 0.5, 0), (0, 0.5, 0.5)], (1 / TRIT, 0.5 / TRIT, 1 / 2, 1 / 4)),
    ([(0, 0.5, 0.5), (0, 0, 1), (0, 0, 1)], (1 / 3 / TRIT, (SIXTH - 1 / 3) / TRIT, 1 / 3, 1 / 6)),
    ([(0, 0, 1), (0, 0, 1), (0, 0, 1)], (0, 0, 0, 0)),
]


@pytest.mark.parametrize(("networks", "expected"), COMMITTEES)
def test_the_scores_of_committees_are_those_worked_out_by_hand(networks, expected):
    probs = np.array(networks, float)[:, None]
    within, mutual, apart, second = expected
    assert scores.expected_entropy(probs) == pytest.approx([within], abs=1e-15)
    assert scores.mutual_information(probs) == pytest.approx([mutual], abs=1e-15)
    assert scores.disagreement(probs) == pytest.approx([apart], abs=1e-15)
    assert scores.second_choice(probs) == pytest.approx([second], abs=1e-15)


def test_scores_agree_with_slow_python_to_twelve_places():
    probs, labels = random_probs(300, 10), random_labels(300, 10)
    np.testing.assert_allclose(
        nine(probs, labels), all_slowly(probs[None], labels), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("shape", [(1, 50, 3), (2, 50, 2), (3, 80, 10), (8, 40, 4)])
def test_scores_of_committees_agree_with_slow_python_to_twelve_places(shape):
    probs, labels = random_probs(*shape), random_labels(shape[1], shape[2])
    probs[:, :5] = np.eye(shape[2])[random_labels(5 * shape[0], shape[2])].reshape(shape[0], 5, -1)
    found, expected = nine(probs, labels), all_slowly(probs, labels)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_entropy_agrees_with_scipy_to_twelve_places():
    probs = np.vstack([random_probs(300, 7), np.eye(7), np.full((1, 7), 1 / 7)])
    expected = scipy.stats.entropy(probs, base=7, axis=1)
    np.testing.assert_allclose(scores.entropy(probs), expected, rtol=0, atol=1e-12)


def test_a_committee_has_the_score_of_its_mean_unless_the_score_is_of_its_members():
    committee, labels = random_probs(4, 50, 6), random_labels(50, 6)
    mean = [
        [math.fsum(network[n][k] for network in committee.tolist()) / 4 for k in range(6)]
        for n in range(50)
    ]
    alike = np.isclose(
        nine(committee, labels), nine(np.array(mean), labels), rtol=0, atol=1e-12
    ).all(axis=0)
    assert dict(zip(NAMES, alike, strict=True)) == {name: name not in OF_MEMBERS for name in NAMES}


def test_one_network_is_a_committee_of_one():
    probs, labels = random_probs(60, 7), random_labels(60, 7)
    np.testing.assert_array_equal(nine(probs[None], labels), nine(probs, labels))


def test_the_two_parts_of_the_entropy_sum_to_the_entropy_of_the_mean():
    probs = random_probs(6, 400, 10, concentration=0.1)
    parts = scores.expected_entropy(probs) + scores.mutual_information(probs)
    np.testing.assert_allclose(parts, scores.entropy(probs.mean(axis=0)), rtol=0, atol=1e-12)
    assert scores.mutual_information(probs).min() > 0.01  # else nothing is cut into parts


def test_one_network_has_no_mutual_information_at_all():
    # Exactly none: lists of the most ambiguous leave out digits of which a score says nothing.
    logits = np.random.default_rng(6).normal(scale=6, size=(1, 2000, 10)).astype(np.float32)
    assert scores.mutual_information(scores.softmax(logits)).tolist() == [0] * 2000
    assert scores.disagreement(scores.softmax(logits)).tolist() == [0] * 2000


@pytest.mark.parametrize("members", [2, 3, 5, 50])
def test_networks_that_say_the_same_have_no_mutual_information_and_no_disagreement(members):
    one = random_probs(300, 10)
    probs = np.repeat(one[None], members, axis=0)
    np.testing.assert_allclose(scores.mutual_information(probs), np.zeros(300), atol=1e-14)
    np.testing.assert_array_equal(scores.disagreement(probs), np.zeros(300))
    found = scores.expected_entropy(probs)
    np.testing.assert_allclose(found, scores.entropy(one), rtol=0, atol=1e-12)


def test_disagreement_counts_those_outvoted_by_a_surer_network_too():
    # Two of three predict class 1, but hardly, and the mean predicts class 0.
    probs = np.array([[[1.0, 0.0]], [[0.4, 0.6]], [[0.45, 0.55]]])
    assert scores.disagreement(probs).tolist() == [2 / 3]


def test_a_committee_that_is_of_two_minds_is_unsure_though_each_of_its_networks_is_sure():
    committee = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    expected = [[0.5, 1, 1, 0.5, 0.5, 0, 1, 0.5, 0.5]]
    np.testing.assert_array_equal(nine(committee, np.array([1])), expected)


def test_the_order_of_a_committees_networks_does_not_matter():
    committee, labels = random_probs(5, 40, 4), random_labels(40, 4)
    turned = committee[[3, 0, 4, 2, 1]]
    np.testing.assert_allclose(nine(turned, labels), nine(committee, labels), rtol=0, atol=1e-12)


@pytest.mark.parametrize("members", [1, 4])
def test_renaming_the_classes_changes_no_score(members):
    probs, labels = random_probs(members, 60, 5), random_labels(60, 5)
    new_name = np.array([2, 0, 4, 1, 3])
    renamed = np.empty_like(probs)
    renamed[..., new_name] = probs
    np.testing.assert_allclose(
        nine(renamed, new_name[labels]), nine(probs, labels), rtol=0, atol=1e-12
    )


def test_scores_are_never_renormalised():
    row = [0.700005, 0.3]
    bits = -sum(p * math.log2(p) for p in row)
    # Renormalised, the first would be 0.2999985.
    expected = [0.299995, 0.599995, bits, 0.7, 0.700005, bits, 0, 0, 0.3]
    found = nine(np.array([row]), np.array([1]))[0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


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
    labels = random_labels(len(probs), num_classes)
    other = np.random.default_rng(9).permutation(probs)
    for given in (probs, np.stack([probs, other]), np.stack([probs] * 3)):
        found = nine(given, labels)
        assert found.min() >= 0
        assert found.max() <= 1


def test_scores_are_float64_one_per_digit_whatever_goes_in():
    probs, labels = random_probs(6, 3).astype(np.float32), random_labels(6, 3).astype(np.uint8)
    for committee in (probs, np.stack([probs, probs]), probs.tolist()):
        for name in NAMES:
            score = scores.by_name(name, committee, labels)
            assert (name, score.dtype, score.shape) == (name, np.float64, (6,))
    for name, score in scores.all_scores(np.stack([probs, probs]), labels).items():
        assert (name, score.dtype, score.shape) == (name, np.float64, (6,))
    expected = [1 - max(map(float, row)) for row in probs]  # float32 read, float64 computed
    np.testing.assert_array_equal(scores.low_confidence(probs), expected)
    expected = [entropy_of(list(map(float, row))) for row in probs]
    found = scores.expected_entropy(np.stack([probs, probs]))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_what_goes_in_is_left_as_it_is():
    probs, labels = random_probs(3, 20, 4), random_labels(20, 4)
    probs.flags.writeable = labels.flags.writeable = False  # writing would raise
    before = probs.copy()
    nine(probs, labels)
    nine(probs[0], labels)
    scores.all_scores(probs, labels)  # logits to it
    np.testing.assert_array_equal(probs, before)


# All scores, of logits


def test_all_scores_are_the_nine_of_the_softmax_and_the_gap_of_the_logits():
    logits = np.random.default_rng(4).normal(scale=3, size=(3, 40, 5)).astype(np.float32)
    labels = random_labels(40, 5)
    found = scores.all_scores(logits, labels)
    assert list(found) == [*NAMES, "logit_gap"]
    probs = scipy.special.softmax(logits.astype(np.float64), axis=2)
    columns = np.stack([found[name] for name in NAMES], axis=1)
    np.testing.assert_allclose(columns, all_slowly(probs, labels), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(found["logit_gap"], scores.logit_gap(logits))


def test_all_scores_are_safe_at_extreme_logits():
    logits = np.array([[[1e4, -1e4, 0]], [[-1e4, 1e4, 0]]])
    found = scores.all_scores(logits, np.array([2]))
    expected = (0.5, 1, math.log(2) / math.log(3), 1, 0.5, 0, math.log(2) / math.log(3), 0.5, 0.5)
    assert [found[name][0] for name in NAMES] == pytest.approx(expected, abs=1e-15)
    assert found["logit_gap"].tolist() == [1]


def test_by_name_gives_labels_to_those_scores_that_need_them():
    probs, labels = random_probs(2, 30, 4), random_labels(30, 4)
    np.testing.assert_array_equal(
        scores.by_name("label_doubt", probs, labels), scores.label_doubt(probs, labels)
    )
    np.testing.assert_array_equal(
        scores.by_name("second_choice", probs, labels), scores.second_choice(probs)
    )


def test_all_scores_refuse_labels_and_logits_that_do_not_fit():
    with pytest.raises(ValueError, match=r"label 2 in row 1 is outside 0\.\.1, the classes"):
        scores.all_scores(np.zeros((1, 2, 2)), np.array([0, 2]))
    with pytest.raises(ValueError, match="logits must be finite, but some are NaN or infinite"):
        scores.all_scores(np.full((1, 2, 2), np.nan), np.array([0, 1]))


# The gap of the logits


def test_the_logit_gap_is_that_worked_out_by_hand():
    ln2 = math.log(2)
    rows = [[0, ln2, 3 * ln2], [-ln2, -ln2, -5], [5 * ln2, -ln2, ln2], [7, 6, 6]]
    expected = [1 / 4, 1, 1 / 16, 1 / math.e]
    np.testing.assert_allclose(scores.logit_gap(np.array(rows)), expected, rtol=1e-14)
    # Two networks: the means are (0, ln 2) and (ln 8, ln 2).
    pair = [[[0, 2 * ln2], [6 * ln2, 0]], [[0, 0], [0, 2 * ln2]]]
    np.testing.assert_allclose(scores.logit_gap(np.array(pair)), [1 / 2, 1 / 4], rtol=1e-14)


def test_the_logit_gap_agrees_with_slow_python_to_twelve_places():
    logits = np.random.default_rng(5).normal(scale=4, size=(3, 100, 6))
    expected = []
    for members in np.swapaxes(logits, 0, 1).tolist():
        mean = sorted(math.fsum(column) / 3 for column in zip(*members, strict=True))
        expected.append(math.exp(-(mean[-1] - mean[-2])))
    np.testing.assert_allclose(scores.logit_gap(logits), expected, rtol=0, atol=1e-12)


def test_the_logit_gap_of_one_network_is_its_second_by_its_first_probability():
    logits = np.random.default_rng(5).normal(scale=4, size=(200, 10)).astype(np.float32)
    second, first = np.sort(scipy.special.softmax(logits.astype(np.float64), axis=1))[:, -2:].T
    for given in (logits, logits[None]):
        np.testing.assert_allclose(scores.logit_gap(given), second / first, rtol=1e-12)


def test_a_constant_added_to_a_row_of_logits_leaves_the_gap_as_it_is():
    rng = np.random.default_rng(5)
    logits, shift = rng.normal(size=(4, 50, 3)), rng.normal(scale=100, size=(4, 50, 1))
    found = scores.logit_gap(logits + shift)
    np.testing.assert_allclose(found, scores.logit_gap(logits), rtol=1e-11)


def test_neither_the_order_of_networks_nor_that_of_classes_matters_to_the_logit_gap():
    logits = np.random.default_rng(5).normal(size=(4, 50, 3))
    turned = logits[[2, 0, 3, 1]][:, :, [1, 2, 0]]
    np.testing.assert_allclose(scores.logit_gap(turned), scores.logit_gap(logits), rtol=1e-12)


def test_the_logit_gap_is_safe_at_extreme_logits():
    rows = np.array([[1e4, -1e4, 0], [1e4, 1e4 - 1, -1e4], [-1e4, -1e4, -1e4]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        found = scores.logit_gap(rows)
    assert found.tolist() == pytest.approx([0, 1 / math.e, 1], abs=1e-15)
    assert found.dtype == np.float64


@pytest.mark.parametrize("shape", [(3,), (4, 1), (2, 3, 4, 5), (0, 3), (0, 4, 3)])
def test_logits_of_another_shape_have_no_gap(shape):
    message = f"logits have shape {shape}; needed: (N, K) or (M, N, K), K >= 2"
    with pytest.raises(ValueError, match=re.escape(message)):
        scores.logit_gap(np.ones(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_logits_that_are_not_finite_have_no_gap(value):
    with pytest.raises(ValueError, match="logits must be finite, but some are NaN or infinite"):
        scores.logit_gap(np.array([[0.0, 1.0], [value, 1.0]]))


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
