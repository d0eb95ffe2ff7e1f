"""Scores: against values computed by hand; what is no distribution is refused."""

import math
import re
from itertools import product

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import ranking, scores

NAMES = [
    *("low_confidence", "small_margin", "entropy", "label_doubt", "confident_mistake"),
    *("expected_entropy", "mutual_information", "disagreement", "second_choice"),
]

# H(3/4, 1/4) = 2 - 3/4 log2 3 bits; H(1/6, 5/6) = log2 6 - 5/6 log2 5 bits, here in trits.
BIT = 1 / math.log2(3)  # in the unit of entropy of three classes
QUARTER, SIXTH = 2 - 0.75 / BIT, (math.log2(6) - 5 / 6 * math.log2(5)) * BIT
FIFTHS = math.log2(5) - 0.6 / BIT - 0.4  # H(2/5, 3/5)
OUTVOTED, SURER = [(0, 0.5, 0.5), (0, 0, 1), (0, 0, 1)], [(1, 0), (0.4, 0.6), (0.4, 0.6)]
# Networks, label, and the nine scores in the order of NAMES, worked out on paper.
BY_HAND = [
    ([(1, 0, 0)], 0, (0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ([(1, 0, 0)], 2, (0, 0, 0, 1, 1, 0, 0, 0, 0)),
    ([(0, 0.75, 0.25)], 0, (0.25, 0.5, QUARTER * BIT, 1, 0.75, QUARTER * BIT, 0, 0, 0.25)),
    ([(0.25, 0.25, 0.5)], 1, (0.5, 0.75, 1.5 * BIT, 0.75, 0.5, 1.5 * BIT, 0, 0, 0.25)),
    # Of a tie the lower class is predicted.
    ([(0.5, 0.5, 0)], 0, (0.5, 1, BIT, 0.5, 0, BIT, 0, 0, 0.5)),
    ([(0.5, 0.5, 0)], 1, (0.5, 1, BIT, 0.5, 0.5, BIT, 0, 0, 0.5)),
    ([(1, 0), (0, 1)], 1, (0.5, 1, 1, 0.5, 0.5, 0, 1, 0.5, 0.5)),
    ([(1, 0), (0.5, 0.5)], 1, (0.25, 0.5, QUARTER, 0.75, 0.75, 0.5, QUARTER - 0.5, 0, 0.25)),
    ([(0, 1), (0.5, 0.5)], 1, (0.25, 0.5, QUARTER, 0.25, 0, 0.5, QUARTER - 0.5, 0.5, 0.25)),
    ([(0.75, 0.25), (0.25, 0.75)], 0, (0.5, 1, 1, 0.5, 0, QUARTER, 1 - QUARTER, 0.5, 0.5)),
    ([(1, 0, 0), (0, 0.5, 0.5)], 2, (0.5, 0.75, 1.5 * BIT, 0.75, 0.5, 0.5 * BIT, BIT, 0.5, 0.25)),
    (OUTVOTED, 1, (1 / 6, 1 / 3, SIXTH, 5 / 6, 5 / 6, BIT / 3, SIXTH - BIT / 3, 1 / 3, 1 / 6)),
    # Two of three predict class 1, but hardly, and the mean predicts class 0.
    (SURER, 1, (0.4, 0.8, FIFTHS, 0.6, 0.6, FIFTHS * 2 / 3, FIFTHS / 3, 2 / 3, 0.4)),
    ([(1, 0, 0), (0, 1, 0), (0, 0, 1)], 0, (2 / 3, 1, 1, 2 / 3, 0, 0, 1, 2 / 3, 1 / 3)),
]
# With 0.5 none of these are a distribution.
BESIDE_A_HALF = [(-1e-12, 0.5), (np.nan, 0.5), (np.inf, -np.inf), (0.25, 0.25002), (0.25, 0.24998)]
# For two rows of three classes.
OTHER_LABELS = [
    ([0, -1], "label -1 in row 1 is outside 0..2, the classes of probs"),
    ([3, 4], "label 3 in row 0 is outside 0..2, the classes of probs"),
    ([0.0, 1.0], "labels are float64 of shape (2,); needed: integers or names of shape (2,)"),
    ([True, False], "labels are bool of shape (2,); needed: integers or names of shape (2,)"),
    ([0, 1, 1], "labels are int64 of shape (3,); needed: integers or names of shape (2,)"),
]


def nine(probs, labels):
    """What the module says, (N, 9), the columns in the order of NAMES."""
    return np.stack([scores.by_name(name, probs, labels) for name in NAMES], axis=1)


@pytest.mark.parametrize(("networks", "label", "expected"), BY_HAND)
def test_the_nine_scores_are_those_worked_out_by_hand(networks, label, expected):
    probs = np.array(networks, float)[:, None]
    found = nine(probs, np.array([label]))
    assert found[0] == pytest.approx(expected, abs=1e-15)
    if len(networks) == 1:
        np.testing.assert_array_equal(nine(probs[0], np.array([label])), found)


@pytest.mark.parametrize("members", [1, 3, 50])
def test_networks_that_say_the_same_have_exactly_no_mutual_information(members):
    # Exactly: lists of the most ambiguous leave out digits of which a score says nothing.
    logits = np.random.default_rng(6).normal(scale=6, size=(1, 500, 10)).astype(np.float32)
    probs = scores.softmax(np.repeat(logits, members, axis=0))
    assert scores.mutual_information(probs).tolist() == [0] * 500


def test_rows_that_are_off_by_no_more_than_the_tolerance_are_never_renormalised():
    row = [0.700005, 0.3]
    bits = -sum(p * math.log2(p) for p in row)
    # Renormalised, the first would be 0.2999985.
    expected = [0.299995, 0.599995, bits, 0.7, 0.700005, bits, 0, 0, 0.3]
    found = nine(np.array([row]), np.array([1]))[0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    # All stay between 0 and 1.
    drawn = np.random.default_rng(7).dirichlet([0.3] * 3, 50)
    exact = np.vstack([drawn, np.eye(3), np.full((1, 3), 1 / 3)])
    probs = np.vstack([exact * factor for factor in (1, 1 + 9.9e-6, 1 - 9.9e-6)])
    for given in (probs, np.stack([probs, probs[::-1]])):
        found = nine(given, np.arange(len(probs)) // 2 % 3)
        assert (found.min(), found.max()) == (0, 1)


def test_scores_are_float64_one_per_digit_and_leave_what_goes_in_as_it_is():
    probs = np.random.default_rng(7).dirichlet([0.3] * 3, (2, 6)).astype(np.float32)
    labels = np.arange(6, dtype=np.uint8) % 3
    probs.flags.writeable = labels.flags.writeable = False  # writing would raise
    for given in (probs, probs[0], probs.tolist()):
        found = {name: scores.by_name(name, given, labels) for name in NAMES}
        for name, score in (found | scores.all_scores(probs, labels)).items():
            assert (name, score.dtype, score.shape) == (name, np.float64, (6,))
    expected = [1 - max(map(float, row)) for row in probs[0]]  # float32 read, float64 computed
    np.testing.assert_array_equal(scores.low_confidence(probs[0]), expected)


def test_all_scores_are_the_nine_of_the_softmax_and_the_gap_of_the_logits():
    logits = np.random.default_rng(4).normal(scale=3, size=(3, 40, 5)).astype(np.float32)
    labels = np.arange(40) % 5
    found = scores.all_scores(logits, labels)
    assert list(found) == [*NAMES, "logit_gap"]
    probs = scores.softmax(logits)
    expected = [*nine(probs, labels).T, scores.logit_gap(logits)]
    np.testing.assert_array_equal(list(found.values()), expected)
    # Each digit is scored as if it were alone.
    alone = np.stack([nine(probs[:, [i]], labels[[i]])[0] for i in range(40)], axis=1)
    np.testing.assert_allclose(expected[:9], alone, rtol=0, atol=1e-12)
    # Safe at extreme logits.
    logits = np.array([[[1e4, -1e4, 0]], [[-1e4, 1e4, 0]]])
    found = scores.all_scores(logits, np.array([2]))
    expected = (0.5, 1, BIT, 1, 0.5, 0, BIT, 0.5, 0.5, 1)
    assert [score[0] for score in found.values()] == pytest.approx(expected, abs=1e-15)


def test_the_logit_gap_is_that_worked_out_by_hand():
    ln2 = math.log(2)
    rows = [[0, ln2, 3 * ln2], [-ln2, -ln2, -5], [5 * ln2, -ln2, ln2], [1e4, 1e4 - 1, -1e4]]
    expected = [1 / 4, 1, 1 / 16, 1 / math.e]
    np.testing.assert_allclose(scores.logit_gap(np.array(rows)), expected, rtol=1e-14)
    # Two networks: the means are (0, ln 2) and (ln 8, ln 2).
    pair = [[[0, 2 * ln2], [6 * ln2, 0]], [[0, 0], [0, 2 * ln2]]]
    np.testing.assert_allclose(scores.logit_gap(np.array(pair)), [1 / 2, 1 / 4], rtol=1e-14)


@pytest.mark.filterwarnings("ignore:invalid value encountered")  # infinity minus infinity
@pytest.mark.parametrize("two", BESIDE_A_HALF)
def test_a_row_that_is_no_distribution_is_refused_with_its_number_by_every_score(two):
    probs, labels = np.full((5, 3), [0.5, 0.5, 0]), np.zeros(5, int)
    probs[3:, 1:] = two
    committee = np.stack([np.full((5, 3), 1 / 3), probs])  # the mean may be a distribution
    hint = r"\. Logits go through softmax first" if min(two) < 0 else ""
    needed = rf".* sums to .*; needed: finite, >= 0, sum 1 within 1e-05{hint}$"
    for name in NAMES:
        with pytest.raises(ValueError, match=f"^row 3 of probs is no distribution: {needed}"):
            scores.by_name(name, probs, labels)
        with pytest.raises(ValueError, match=r"^row 3 of network 1 of probs is no "):
            scores.by_name(name, committee, labels)


@pytest.mark.parametrize("shape", [(3,), (4, 1), (2, 3, 4, 5), (0, 3), (0, 4, 3)])
def test_probabilities_and_logits_of_another_shape_are_refused(shape):
    for of, what in (scores.low_confidence, "probs has"), (scores.logit_gap, "logits have"):
        with pytest.raises(ValueError, match=re.escape(f"{what} shape {shape}; needed: (N, K)")):
            of(np.ones(shape))


@pytest.mark.parametrize("score", [scores.label_doubt, scores.confident_mistake])
@pytest.mark.parametrize(("labels", "message"), OTHER_LABELS)
def test_labels_that_are_not_one_class_for_each_row_are_refused(score, labels, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        score(np.full((2, 3), 1 / 3), np.array(labels))


def test_rounded_probabilities_are_taken_and_a_row_that_is_further_off_is_not():
    for dtype, off, further in ((np.float32, 0.001, 0.002), (np.float16, 0.0025, 0.004)):
        probs = np.array([[0.5, 0.25, 0.25 - off], [0.125, 0.125, 0.75]], dtype)
        assert scores.low_confidence(probs) == pytest.approx([0.5, 0.25], abs=1e-6)
        for value in (probs[1, 2] - further, np.nan):
            probs[1, 2] = value
            with pytest.raises(ValueError, match=r"^row [01] of probs .* sum 1 within [\d.e-]+$"):
                scores.low_confidence(probs)


@pytest.mark.parametrize(
    ("columns", "labels"),
    [
        (["ant", "bee", "cat"], ["cat", "ant", "bee"]),
        (["cat", "ant", "bee"], ["bee", "cat", "ant"]),  # in the order of the columns
        ([1, 2, 3], [3, 1, 2]),
        (["ant", "bee", "cat"], [2, 0, 1]),
        (None, ["cat", "ant", "bee"]),
        (None, ["2", "0", "1"]),
    ],
)
def test_labels_may_be_names_of_classes(columns, labels):
    probs = np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.2, 0.5, 0.3]])
    probs = probs if columns is None else pd.DataFrame(probs, columns=columns)
    for kind in (list, pd.Series, np.array):
        assert scores.label_doubt(probs, kind(labels)) == pytest.approx([0.3, 0.4, 0.5])
        assert ranking.most_confident_mistakes(probs, kind(labels), 3).tolist() == []
    with pytest.raises(
        ValueError, match=r"^label \w+ in row [01] is outside \w+\.\.\w+, the classes"
    ):
        scores.label_doubt(probs, [str(labels[0]), "dog", str(labels[0])])


def test_softmax_is_that_worked_out_by_hand_and_safe_at_huge_logits_but_not_at_infinite_ones():
    found = scores.softmax(np.log([[[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]]]))
    np.testing.assert_allclose(found, [[[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]]], rtol=1e-15)
    largest = np.finfo(np.float32).max
    found = scores.softmax(np.array([[1e4, 0, -1e4], [largest, -largest, 0]], np.float32))
    np.testing.assert_array_equal(found, [[1, 0, 0], [1, 0, 0]])
    assert found.dtype == np.float64
    for value, of in product((np.nan, np.inf, -np.inf), (scores.softmax, scores.logit_gap)):
        with pytest.raises(ValueError, match="logits must be finite, but some are NaN or infinite"):
            of(np.array([[0.0, 1.0], [value, 1.0]]))
