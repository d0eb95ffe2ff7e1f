"""Ranking: against sorted() in plain Python, with many ties; tables against rows made by hand."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import ranking


def test_order_puts_the_highest_score_first_and_ties_by_the_lower_index_and_refuses_nan():
    score = np.array([0.5, 1.0, 0.5, 0.0, 1.0])
    assert ranking.order(score).tolist() == [1, 4, 0, 2, 3]
    assert ranking.ranks(score).tolist() == [3, 1, 4, 5, 2]
    # Of many that tie, too, where a sort that is not stable mixes them.
    assert ranking.order(np.arange(1000) % 2)[:500].tolist() == list(range(1, 1000, 2))
    for refused in ([0.1, math.nan], [[0.1], [0.2]]):
        with pytest.raises(ValueError, match=r"score has shape .* no NaN; needed: \(N,\)"):
            ranking.order(np.array(refused))


@pytest.mark.parametrize("top", [1, 7, np.uint8(50), 1000])
@pytest.mark.parametrize("members", [1, 4])
def test_both_definitions_agree_with_sorted_on_many_ties_a_committee_by_its_mean(members, top):
    # In steps of 1/8: exact in floating point, and full of ties.
    rng = np.random.default_rng(0)
    committee = rng.multinomial(8, [0.25] * 4, (members, 200)) / 8
    labels, rows = rng.integers(4, size=200), committee.mean(axis=0).tolist()
    given = committee if members > 1 else committee[0]
    found = ranking.least_confident(given, top)
    assert found.tolist() == sorted(range(200), key=lambda i: (max(rows[i]), i))[:top]
    found = ranking.most_confident_mistakes(given, labels, top)
    wrong = [i for i in range(200) if rows[i].index(max(rows[i])) != labels[i]]
    assert found.tolist() == sorted(wrong, key=lambda i: (-max(rows[i]), i))[:top]
    # Definition 1 sees differences that 1 - p would round away.
    probs = np.array([[p, 0.3125, 0.3125] for p in (0.375, np.nextafter(0.375, 0))])
    assert ranking.least_confident(probs, 2).tolist() == [1, 0]


@pytest.mark.parametrize("top", [0, -1, 2.0, "3", None])
def test_a_top_that_is_no_whole_number_of_at_least_1_is_refused_and_what_does_not_fit(top):
    message = f"top is {top!r}; needed: how many digits to return, a whole number of at least 1"
    for of, *labels in (ranking.least_confident,), (ranking.most_confident_mistakes, [0, 0]):
        with pytest.raises(ValueError, match=re.escape(message)):
            of(np.eye(2), *labels, top)
    # As by the scores, rows and labels that do not fit.
    with pytest.raises(ValueError, match="row 1 of probs is no distribution"):
        ranking.least_confident(np.array([[0.5, 0.5], [0.5, 0.6]]), 1)
    for refused in (lambda *of: ranking.most_confident_mistakes(*of, 1), ranking.verdicts):
        with pytest.raises(ValueError, match=r"label 2 in row 0 is outside 0\.\.1"):
            refused(np.eye(2), np.array([2, 0]))


def verdict(members, label, **options):
    """The verdict on one digit, of which each member says a row, and the rival, None if empty."""
    found = ranking.verdicts(np.array(members, float)[:, None], np.array([label]), **options)
    return tuple(None if value is pd.NA else value for value in found.loc[0])


def sure_of(*classes):
    """One member for each: it is sure of that class of four."""
    return np.eye(4)[list(classes)]


# Members, verdict, and the rival by label; the committee is sure from 85 % on.
BY_HAND = [
    ([[0.85, 0.15, 0, 0]], "clear", {0: None}),
    ([[0.85, 0.15, 0, 0]], "against the label", {1: 0, 3: 0}),
    ([[np.nextafter(0.85, 0), 0.15, 0, 0]], "two readings", {0: 1, 1: 0}),
    ([[0.1, 0.3, 0.6, 0]], "two readings", {2: 1, 1: 2, 0: 1}),  # the first, the second, neither
    ([[0.4, 0.2, 0.2, 0.2]], "scattered", {3: None}),  # 0.6 is left for two
    # Of a tie the lower class comes first.
    ([[0.5, 0.5, 0, 0]], "two readings", {0: 1, 1: 0}),
    ([[0.5, 0.25, 0.25, 0]], "two readings", {0: 1, 2: 1}),
    ([[0.25, 0.25, 0.5, 0]], "two readings", {2: 0}),
    # Three classes with a head each are scattered, unless the committee is sure.
    (sure_of(0, 0, 0, 0, 1, 1, 1, 2), "scattered", {0: None, 3: None}),
    (sure_of(0, 0, 0, 0, 0, 1, 1, 1), "two readings", {0: 1}),
    (sure_of(2, 3, *[1] * 18), "clear", {1: None}),
    (sure_of(2, 3, *[1] * 18), "against the label", {0: 1, 2: 1}),
    # A head has more than half the belief of its network.
    ([*sure_of(0, 0, 0, 1, 1), [0, 0.25, 0.5, 0.25]], "two readings", {0: 1}),
    ([*sure_of(0, 0, 0, 1, 1), [0, 0.25, 0.515625, 0.234375]], "scattered", {0: None}),
]


@pytest.mark.parametrize(("members", "expected", "rivals"), BY_HAND)
def test_a_verdict_is_that_worked_out_by_hand(members, expected, rivals):
    for label, rival in rivals.items():
        assert verdict(members, label) == (expected, rival)


def test_two_classes_have_enough_belief_together_from_the_threshold_on():
    assert ranking.THRESHOLDS._asdict() == {"sure": 0.85, "both": 0.65, "alone": 0.5}
    row = [0.5, 0.25, 0.125, 0.125]
    for both, expected in ((0.75, "two readings"), (0.8125, "scattered")):
        assert verdict([row], 0, thresholds=ranking.Thresholds(both=both))[0] == expected


def test_verdicts_on_many_digits_are_those_on_each():
    rng = np.random.default_rng(0)
    leaning = rng.dirichlet(np.full(4, 0.2), 300)
    probs = rng.multinomial(8, leaning, (8, 300)) / 8
    labels = np.where(rng.random(300) < 0.7, leaning.argmax(axis=1), rng.integers(4, size=300))
    found = ranking.verdicts(probs, labels)
    assert set(found["verdict"]) == set(ranking.VERDICTS)
    alone = [verdict(probs[:, i], labels[i]) for i in range(300)]
    expected = pd.DataFrame(alone, columns=["verdict", "rival"]).astype({"rival": "Int64"})
    pd.testing.assert_frame_equal(found, expected)
    one = ranking.verdicts(probs[:1], labels)
    pd.testing.assert_frame_equal(ranking.verdicts(probs[0], labels), one)


def test_opinions_are_of_the_digits_asked_for_and_tell_votes_and_what_else_there_is_to_say():
    probs, labels = np.array([[0.75, 0.25], [0.25, 0.75]]), np.array([1, 0])
    expected = [
        {"index": 1, "label": 0, "prediction": 1, "probs": [0.25, 0.75]},
        {"index": 0, "label": 1, "prediction": 0, "probs": [0.75, 0.25]},
    ]
    assert ranking.opinions(np.array([1, 0]), probs, labels) == expected
    committee = np.array([[[0.75, 0.25], [0, 1]], [[1, 0], [0.5, 0.5]], [[0.5, 0.5], [0.25, 0.75]]])
    found = ranking.opinions(np.array([1, 0]), committee, labels)
    assert found == [expected[0] | {"votes": [1, 2]}, expected[1] | {"votes": [3, 0]}]
    # What else there is to say of each, by its place, whatever the index of the table is.
    table = pd.DataFrame({"split": ["train", "test", "test"], "index": [40, 0, 1]}, [2, 1, 0])
    table["rank"] = pd.array([7, None, 9], "Int64")
    table["share"] = pd.array([0.5, 0.25, None], "Float64")
    found = ranking.opinions(np.array([2, 1, 0]), np.eye(3), np.array([0, 1, 2]), **table)
    keys = ("index", "label", "rank", "share", "split")
    expected = [(1, 2, 9, None, "test"), (0, 1, None, 0.25, "test"), (40, 0, 7, 0.5, "train")]
    assert [tuple(opinion[key] for key in keys) for opinion in found] == expected


def test_places_tell_rank_mistake_and_votes_by_hand():
    first = np.array([[0.9, 0.1, 0.0], [0.2, 0.6, 0.2], [0.3, 0.0, 0.7], [0.3, 0.3, 0.4]])
    others = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]], float)
    labels = np.array([0, 2, 0, 2])
    found = ranking.places([2, 3, 1], first, np.stack([first, others, others]), labels)
    keys = ["index", "label", "prediction", "probs", "rank", "mistake", "votes"]
    assert [list(place) for place in found] == [keys] * 3
    assert [tuple(place.values()) for place in found] == [
        (2, 0, 2, [0.3, 0.0, 0.7], 3, 1, [0, 0, 3]),
        (3, 2, 2, [0.3, 0.3, 0.4], 1, None, [0, 2, 1]),
        (1, 2, 1, [0.2, 0.6, 0.2], 2, 2, [2, 1, 0]),
    ]


# Five digits of three classes, two networks; the columns worked out by hand.
FIRST = [[0.5, 0.5, 0], [0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 0, 1]]
SECOND = [[0.5, 0.5, 0], [0.5, 0.5, 0], [1, 0, 0], [0, 0.5, 0.5], [0, 0.5, 0.5]]
PROBS = np.array([FIRST, SECOND])
LOGITS = np.where(PROBS > 0, 0, -1e4)  # exactly these probabilities come back
LABELS = np.array([1, 2, 0, 0, 0])


def test_the_table_is_that_worked_out_by_hand_of_training_without_the_first_network():
    table = ranking.table("test", LOGITS, LABELS, first=PROBS[0])
    bit = 1 / math.log2(3)  # of three classes
    entropy = [bit, 1.5 * bit, 0, 1.5 * bit, 2 * bit - 0.75]
    within = [bit, 0.5 * bit, 0, 0.5 * bit, 0.5 * bit]  # of each network by itself, the mean
    expected = {
        "split": ["test"] * 5,
        "index": [0, 1, 2, 3, 4],
        "label": [1, 2, 0, 0, 0],
        "prediction": [0, 2, 0, 0, 2],
        "confidence": [0.5, 0.5, 1.0, 0.5, 0.75],
        "runner_up": [1, 0, 1, 1, 1],
        "runner_up_prob": [0.5, 0.25, 0.0, 0.25, 0.25],
        "low_confidence": [0.5, 0.5, 0.0, 0.5, 0.25],
        "small_margin": [1.0, 0.75, 0.0, 0.75, 0.5],
        "entropy": pytest.approx(entropy),
        "label_doubt": [0.5, 0.5, 0.0, 0.5, 1.0],
        "confident_mistake": [0.5, 0.0, 0.0, 0.0, 0.75],
        "expected_entropy": pytest.approx(within),
        "mutual_information": pytest.approx(np.subtract(entropy, within).tolist()),
        "disagreement": [0.0, 0.5, 0.0, 0.5, 0.5],
        "second_choice": [0.5, 0.25, 0.0, 0.25, 0.25],
        "rank_low_confidence": [1, 2, 5, 3, 4],
        "rank_label_doubt": [2, 3, 5, 4, 1],
        "first_prediction": [0, 2, 0, 0, 2],
        "first_confidence": [0.5, 1.0, 1.0, 1.0, 1.0],
        "logit_gap": [1.0, 1.0, 0.0, 1.0, 0.0],  # of the mean of 0 and -1e4
    }
    assert table.columns.tolist() == list(expected)  # in the order that the design promises
    assert table.to_dict("list") == expected
    parts = [("train", LOGITS, LABELS), ("test", LOGITS, LABELS, PROBS[1])]
    both = pd.concat([ranking.table(*part) for part in parts], ignore_index=True)
    assert both["first_prediction"].tolist() == [pd.NA] * 5 + [0, 0, 0, 1, 1]
    assert both["first_confidence"].tolist() == [pd.NA] * 5 + [0.5, 0.5, 1.0, 0.5, 0.5]
    assert both.dtypes[["first_prediction", "first_confidence"]].tolist() == ["Int64", "Float64"]


def test_the_runner_up_is_another_class_than_the_prediction_and_the_lowest_on_ties():
    logits = np.array([[0, 0, 0, 0], [0, 9, 9, 0], [9, 0, 0, 0], [0, 1, 0, 2], [1, 0, 1, 2]])
    table = ranking.table("train", logits[None], np.zeros(5, int))
    assert table["prediction"].tolist() == [0, 1, 0, 3, 3]
    assert table["runner_up"].tolist() == [1, 2, 1, 1, 0]
    # Of many classes, too, where a sort that is not stable mixes them.
    many = ranking.table("train", (np.arange(100) > 50)[None, None], np.zeros(1, int))
    assert many[["prediction", "runner_up"]].to_numpy().tolist() == [[51, 52]]


def test_the_most_ambiguous_are_the_first_by_either_score_all_mistakes_and_all_asked_about():
    ranks = {"rank_low_confidence": [3, 9, 2, 9, 3, 9], "rank_label_doubt": [3, 9, 9, 1, 9, 3]}
    table = pd.DataFrame({"label": 1, "prediction": [1, 2, 1, 1, 1, 1], **ranks})
    table["votes_offered"] = pd.array([None] * 4 + [0, None], "Int64")
    pd.testing.assert_frame_equal(ranking.most_ambiguous(table, 2), table.iloc[1:5])
    longer = table.iloc[[0] * 3000].reset_index(drop=True)
    longer[list(ranks)] = np.stack([np.arange(1, 3001), np.arange(3000, 0, -1)], axis=1)
    expected = [*range(1000), *range(2000, 3000)]  # a thousand of each by default
    assert ranking.most_ambiguous(longer).index.tolist() == expected
