"""Ranking: against sorted() in plain Python, with many ties; tables against rows made by hand."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import ranking, scores

# The columns of the table, in the order that the design promises.
COLUMNS = [
    "split",
    "index",
    "label",
    "prediction",
    "confidence",
    "runner_up",
    "runner_up_prob",
    "low_confidence",
    "small_margin",
    "entropy",
    "label_doubt",
    "confident_mistake",
    "expected_entropy",
    "mutual_information",
    "disagreement",
    "second_choice",
    "rank_low_confidence",
    "rank_label_doubt",
    "first_prediction",
    "first_confidence",
    "logit_gap",
]


def eighths(*shape, seed=0):
    """Probabilities in steps of 1/8: exact in floating point, and full of ties."""
    *digits, num_classes = shape
    rng = np.random.default_rng(seed)
    return rng.multinomial(8, np.full(num_classes, 1 / num_classes), digits) / 8


def some_labels(n, num_classes, seed=1):
    return np.random.default_rng(seed).integers(num_classes, size=n)


def mean_rows(committee):
    """The mean of (M, N, K), as lists."""
    return [
        [sum(column) / len(rows) for column in zip(*rows, strict=True)]
        for rows in zip(*committee.tolist(), strict=True)
    ]


def even(probs):
    """Logits of rows that share all evenly among some classes: exactly these come back."""
    probs = np.asarray(probs, float)
    logits = np.where(probs > 0, 0, -1e4)
    assert (scores.softmax(logits) == probs).all()
    return logits


def definition_1(rows):
    return sorted(range(len(rows)), key=lambda i: (max(rows[i]), i))


def definition_2(rows, labels):
    wrong = [i for i in range(len(rows)) if rows[i].index(max(rows[i])) != labels[i]]
    return sorted(wrong, key=lambda i: (-max(rows[i]), i))


# The two definitions


def test_order_puts_the_highest_score_first_and_ties_by_the_lower_index():
    found = ranking.order(np.array([0.5, 1.0, 0.5, 0.0, 1.0]))
    assert found.tolist() == [1, 4, 0, 2, 3]
    assert found.dtype == np.int64


def test_ranks_count_from_1_in_that_order():
    found = ranking.ranks(np.array([0.5, 1.0, 0.5, 0.0, 1.0]))
    assert found.tolist() == [3, 1, 4, 5, 2]
    assert found.dtype == np.int64


@pytest.mark.parametrize("score", [[0.1, math.nan], [[0.1], [0.2]], 0.5])
def test_an_order_of_nan_or_of_another_shape_is_refused(score):
    with pytest.raises(ValueError, match=r"score has shape .* no NaN; needed: \(N,\)"):
        ranking.order(np.array(score))


@pytest.mark.parametrize("top", [1, 7, 200, 1000])
def test_definition_1_agrees_with_sorted_on_many_ties(top):
    probs = eighths(200, 4)
    found = ranking.least_confident(probs, top)
    assert found.tolist() == definition_1(probs.tolist())[:top]
    assert found.dtype == np.int64


@pytest.mark.parametrize("top", [1, 7, 200, 1000])
def test_definition_2_agrees_with_sorted_on_many_ties(top):
    probs, labels = eighths(200, 4), some_labels(200, 4)
    found = ranking.most_confident_mistakes(probs, labels, top)
    assert found.tolist() == definition_2(probs.tolist(), labels)[:top]
    assert found.dtype == np.int64


def test_the_definitions_of_a_committee_are_those_of_its_mean():
    committee, labels = eighths(4, 200, 3), some_labels(200, 3)
    rows = mean_rows(committee)
    assert ranking.least_confident(committee, 50).tolist() == definition_1(rows)[:50]
    found = ranking.most_confident_mistakes(committee, labels, 50)
    assert found.tolist() == definition_2(rows, labels)[:50]


def test_definition_1_sees_differences_that_one_minus_p_would_round_away():
    more, less = 0.375, float(np.nextafter(0.375, 0))
    assert 1 - more == 1 - less  # else this test shows nothing
    probs = np.array([[more, 0.3125, 0.3125], [less, 0.3125, 0.3125]])
    assert ranking.least_confident(probs, 2).tolist() == [1, 0]


def test_there_are_fewer_mistakes_than_asked_for_where_there_are_fewer():
    probs = np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8], [0.6, 0.4]])
    found = ranking.most_confident_mistakes(probs, np.array([0, 0, 0, 0]), 100)
    assert found.tolist() == [2, 1]


def test_a_network_without_mistakes_has_none():
    found = ranking.most_confident_mistakes(np.eye(3), np.array([0, 1, 2]), 5)
    assert found.shape == (0,)
    assert found.dtype == np.int64


def test_a_tie_for_the_first_place_is_a_prediction_of_the_lowest_class():
    probs = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    assert ranking.most_confident_mistakes(probs, np.array([0, 1]), 5).tolist() == []
    assert ranking.most_confident_mistakes(probs, np.array([1, 2]), 5).tolist() == [0, 1]


@pytest.mark.parametrize("top", [0, -1, 2.5, 2.0, "3", None, np.float64(4), np.int64(0)])
def test_a_top_that_is_no_whole_number_of_at_least_1_is_refused(top):
    message = "top is .*; needed: how many digits to return, a whole number of at least 1"
    for refused in (
        lambda: ranking.least_confident(np.eye(2), top),
        lambda: ranking.most_confident_mistakes(np.eye(2), np.array([0, 0]), top),
    ):
        with pytest.raises(ValueError, match=message):
            refused()


def test_the_refusal_of_a_top_says_what_was_found():
    for top in (-17, 2.5, "three"):
        with pytest.raises(ValueError, match=f"top.*{top}"):
            ranking.least_confident(np.eye(2), top)


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int32])
def test_a_top_may_be_a_numpy_integer(kind):
    probs = np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]])
    assert ranking.least_confident(probs, kind(2)).tolist() == [1, 2]
    assert ranking.most_confident_mistakes(probs, np.zeros(3, int), kind(1)).tolist() == [2]


def test_rows_and_labels_that_do_not_fit_are_refused_as_by_the_scores():
    with pytest.raises(ValueError, match="row 1 of probs is no distribution"):
        ranking.least_confident(np.array([[0.5, 0.5], [0.5, 0.6]]), 1)
    with pytest.raises(ValueError, match=r"label 2 in row 0 is outside 0\.\.1"):
        ranking.most_confident_mistakes(np.eye(2), np.array([2, 0]), 1)
    with pytest.raises(ValueError, match=r"labels are float64 of shape \(2,\)"):
        ranking.most_confident_mistakes(np.eye(2), np.array([1.0, 0.0]), 1)


# Verdicts


def verdict(members, label, **options):
    """The verdict on one digit, of which each member says a row, and the rival, None if empty."""
    found = ranking.verdicts(np.array(members, float)[:, None], np.array([label]), **options)
    rival = found["rival"][0]
    return found["verdict"][0], None if rival is pd.NA else rival


def sure_of(*classes, num_classes=4):
    """One member for each: it is sure of that class."""
    return np.eye(num_classes)[list(classes)]


def slow_verdict(members, label, *, sure=0.85, both=0.65, alone=0.5):
    """The verdict on one digit, and its rival, as the rules are written down."""
    mean = [sum(column) / len(members) for column in zip(*members, strict=True)]
    one, two = sorted(range(len(mean)), key=lambda k: (-mean[k], k))[:2]
    if mean[one] >= sure:
        return ("clear", None) if one == label else ("against the label", one)
    heads = {k for row in members for k in range(len(row)) if row[k] > alone}
    if mean[one] + mean[two] < both or len(heads) >= 3:
        return "scattered", None
    return "two readings", one if label == two else two


def some_committees(members=8, n=400, num_classes=4, seed=0):
    """Committees (M, n, K), some torn and some sure, in eighths; labels; the first often differs.

    Of 1, 2, 4 or 8 members the mean is exact in floating point, in whatever order they are.
    """
    rng = np.random.default_rng(seed)
    leaning = rng.dirichlet(np.full(num_classes, 0.2), n)
    probs = rng.multinomial(8, leaning, (members, n)) / 8
    away = rng.random(n) < 0.2
    probs[0, away] = np.roll(probs[0, away], 1, axis=1)
    labels = np.where(rng.random(n) < 0.7, leaning.argmax(axis=1), some_labels(n, num_classes))
    return probs, labels


def pairs(found):
    """(verdict, rival) of each digit, None where the rival is empty."""
    rivals = [None if rival is pd.NA else rival for rival in found["rival"]]
    return list(zip(found["verdict"], rivals, strict=True))


def test_the_verdicts_are_told_in_two_columns_with_a_row_for_each_digit():
    probs, labels = some_committees(n=30)
    found = ranking.verdicts(probs, labels)
    assert found.columns.tolist() == ["verdict", "rival"]
    assert found.index.tolist() == list(range(30))
    assert found["rival"].dtype == "Int64"
    assert {type(verdict) for verdict in found["verdict"]} == {str}


@pytest.mark.parametrize(
    ("members", "label", "expected"),
    [
        ([[0.9, 0.1, 0, 0]], 1, ("against the label", 0)),
        ([[0.9, 0.1, 0, 0]], 3, ("against the label", 0)),
        ([[0.9, 0.1, 0, 0]], 0, ("clear", None)),
        ([[0.1, 0.3, 0.6, 0]], 2, ("two readings", 1)),  # the label is the first of the two
        ([[0.1, 0.3, 0.6, 0]], 1, ("two readings", 2)),  # the second
        ([[0.1, 0.3, 0.6, 0]], 0, ("two readings", 1)),  # neither
        ([[0.1, 0.3, 0.6, 0]], 3, ("two readings", 1)),
        ([[0.4, 0.2, 0.2, 0.2]], 0, ("scattered", None)),  # 0.6 is left for two
        ([[0.4, 0.2, 0.2, 0.2]], 3, ("scattered", None)),
    ],
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_verdict_by_belief_is_that_worked_out_by_hand(members, label, expected, times):
    assert verdict(members * times, label) == expected


@pytest.mark.parametrize("label", range(4))
def test_three_classes_with_a_head_each_are_scattered_though_two_have_the_belief(label):
    assert verdict(sure_of(0, 0, 0, 0, 1, 1, 1, 2), label) == ("scattered", None)
    assert verdict(sure_of(0, 0, 0, 1, 1, 1, 2, 3), label) == ("scattered", None)
    assert verdict(sure_of(0, 0, 0, 0, 0, 1, 1, 1), label)[0] == "two readings"


def test_a_head_has_more_than_half_the_belief_of_its_network():
    two = sure_of(0, 0, 0, 1, 1)
    half, more = [0, 0.25, 0.5, 0.25], [0, 0.25, 0.515625, 0.234375]
    assert verdict([*two, half], 0) == ("two readings", 1)
    assert verdict([*two, more], 0) == ("scattered", None)


def test_a_committee_that_is_sure_is_not_swayed_by_three_heads():
    members = sure_of(*[1] * 18, 2, 3)
    assert verdict(members, 1) == ("clear", None)
    assert verdict(members, 0) == ("against the label", 1)
    assert verdict(members, 2) == ("against the label", 1)


def test_a_committee_that_is_sure_of_the_label_is_clear_though_its_first_network_errs():
    assert verdict(sure_of(3, *[1] * 7), 1) == ("clear", None)
    assert verdict(sure_of(3, *[1] * 7), 3) == ("against the label", 1)
    assert verdict(sure_of(3, 1, 1, 1), 1) == ("two readings", 3)  # 3/4 is not sure


def test_the_thresholds_are_those_that_were_chosen_once():
    assert ranking.THRESHOLDS._asdict() == {"sure": 0.85, "both": 0.65, "alone": 0.5}


@pytest.mark.parametrize(
    ("row", "label", "below", "at"),
    [
        ([0.85, 0.15, 0, 0], 0, ("two readings", 1), ("clear", None)),
        ([0.85, 0.15, 0, 0], 1, ("two readings", 0), ("against the label", 0)),
    ],
)
def test_sure_is_from_the_threshold_on(row, label, below, at):
    assert verdict([row], label) == at
    less = [np.nextafter(0.85, 0), 0.15, 0, 0]
    assert verdict([less], label) == below


def test_each_threshold_can_be_moved_and_is_itself_enough():
    row = [0.5, 0.25, 0.125, 0.125]
    for sure, expected in ((0.5, "clear"), (0.5625, "two readings")):
        assert verdict([row], 0, thresholds=ranking.Thresholds(sure=sure))[0] == expected
    for both, expected in ((0.75, "two readings"), (0.8125, "scattered")):
        assert verdict([row], 0, thresholds=ranking.Thresholds(both=both))[0] == expected
    members = [*sure_of(0, 0, 0, 1, 1), [0.0, 0.125, 0.75, 0.125]]
    for alone, expected in ((0.75, "two readings"), (0.6875, "scattered")):
        assert verdict(members, 0, thresholds=ranking.Thresholds(alone=alone))[0] == expected


@pytest.mark.parametrize(
    ("row", "label", "rival"),
    [
        ([0.5, 0.5, 0, 0], 0, 1),
        ([0.5, 0.5, 0, 0], 1, 0),
        ([0.5, 0.5, 0, 0], 3, 1),  # the first of them counts as the first
        ([0, 0.4, 0.4, 0.2], 0, 2),
        ([0.5, 0.25, 0.25, 0], 0, 1),  # the lower of the second ones
        ([0.5, 0.25, 0.25, 0], 2, 1),
        ([0.25, 0.25, 0.5, 0], 2, 0),
        ([0.25, 0.25, 0.5, 0], 1, 0),
    ],
)
def test_on_ties_the_lower_class_comes_first(row, label, rival):
    assert verdict([row], label) == ("two readings", rival)


def test_one_network_is_a_committee_of_one():
    probs, labels = some_committees(members=1)
    found = ranking.verdicts(probs[0], labels)
    pd.testing.assert_frame_equal(found, ranking.verdicts(probs, labels))
    assert set(found["verdict"]) == set(ranking.VERDICTS)


def test_of_two_classes_none_is_scattered_and_the_rival_is_the_other_one():
    probs, labels = some_committees(num_classes=2)
    found = ranking.verdicts(probs, labels)
    assert set(found["verdict"]) == {"against the label", "two readings", "clear"}
    rivals = found["rival"].dropna()
    assert len(rivals) == (found["verdict"] != "clear").sum()
    assert (rivals == 1 - labels[rivals.index]).all()


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("members", "num_classes"), [(8, 3), (8, 4), (4, 10), (2, 5), (1, 4)])
def test_the_verdicts_are_those_of_the_rules_one_digit_after_the_other(members, num_classes, seed):
    probs, labels = some_committees(members, 300, num_classes, seed)
    for moved in ({}, {"sure": 0.75, "both": 0.875, "alone": 0.25}):
        thresholds = ranking.Thresholds(**moved)
        found = pairs(ranking.verdicts(probs, labels, thresholds=thresholds))
        digits = zip(np.swapaxes(probs, 0, 1).tolist(), labels.tolist(), strict=True)
        assert found == [slow_verdict(*digit, **moved) for digit in digits]
        if members == 8:  # else some are rare
            assert {verdict for verdict, _ in found} == set(ranking.VERDICTS)


def test_every_digit_gets_one_of_the_verdicts_and_a_rival_that_is_not_its_label():
    assert ranking.VERDICTS == ("against the label", "two readings", "scattered", "clear")
    rng = np.random.default_rng(7)
    probs = rng.dirichlet(np.full(10, 0.1), (5, 2000))
    probs[:, ::2] = probs[0, ::2]  # of one mind
    labels = np.where(np.arange(2000) % 3, probs.mean(axis=0).argmax(axis=1), 4)
    found = ranking.verdicts(probs, labels)
    assert set(found["verdict"]) <= set(ranking.VERDICTS)
    with_rival = found["verdict"].isin(["against the label", "two readings"])
    assert (found["rival"].notna() == with_rival).all()
    rivals = found["rival"].dropna()
    assert (rivals != labels[rivals.index]).all()
    assert rivals.between(0, 9).all()


def test_the_order_of_the_members_does_not_matter_to_verdicts():
    probs, labels = some_committees(members=8)
    changed = np.random.default_rng(3).permutation(8)
    expected = ranking.verdicts(probs, labels)
    pd.testing.assert_frame_equal(ranking.verdicts(probs[changed], labels), expected)


def test_verdicts_change_neither_probabilities_nor_labels():
    probs, labels = some_committees()
    before = probs.copy(), labels.copy()
    ranking.verdicts(probs, labels)
    np.testing.assert_array_equal(probs, before[0])
    np.testing.assert_array_equal(labels, before[1])


def test_no_digits_have_no_verdicts():
    found = ranking.verdicts(np.empty((2, 0, 3)), np.empty(0, int))
    assert found.shape == (0, 2)
    assert found["rival"].dtype == "Int64"


@pytest.mark.parametrize(
    ("shape", "labels", "message"),
    [
        ((2, 3, 4), [0, 4, 0], r"label 4 in row 1 is outside 0\.\.3, the classes of probs"),
        ((3, 4), [0, 0, -1], r"label -1 in row 2 is outside 0\.\.3"),
        ((2, 3, 4), [0, 0], r"labels are int64 of shape \(2,\); needed: integers of shape \(3,\)"),
        ((2, 3, 4), [0.0, 0.0, 0.0], r"labels are float64 of shape \(3,\); needed: integers"),
        ((4,), [0], r"probs has shape \(4,\); needed: \(N, K\) for one network or \(M, N, K\)"),
        ((2, 2, 3, 4), [0, 0, 0], r"probs has shape \(2, 2, 3, 4\); needed: \(N, K\)"),
        ((0, 3, 4), [0, 0, 0], r"probs has shape \(0, 3, 4\); needed: .* committee of M >= 1"),
        ((3, 1), [0, 0, 0], r"probs has shape \(3, 1\); needed: .* with K >= 2 classes"),
    ],
)
def test_verdicts_refuse_labels_and_shapes_that_do_not_fit(shape, labels, message):
    probs = np.full(shape, 1 / shape[-1])
    with pytest.raises(ValueError, match=message):
        ranking.verdicts(probs, np.array(labels))


def test_verdicts_refuse_rows_that_are_no_probabilities():
    probs = np.full((2, 3, 4), 0.25)
    probs[1, 2] = [0.5, 0.5, 0.5, 0]
    with pytest.raises(ValueError, match="row 2 of network 1 of probs is no distribution"):
        ranking.verdicts(probs, np.zeros(3, int))
    probs[1, 2] = [np.nan, 0.5, 0.5, 0]
    with pytest.raises(ValueError, match="row 2 of network 1 of probs is no distribution"):
        ranking.verdicts(probs, np.zeros(3, int))


# What is said of some digits


def test_opinions_are_those_of_the_digits_asked_for_in_that_order():
    probs = np.array([[0.75, 0.25], [0.25, 0.75]])
    found = ranking.opinions(np.array([1, 0]), probs, np.array([1, 0]))
    assert found == [
        {"index": 1, "label": 0, "prediction": 1, "probs": [0.25, 0.75]},
        {"index": 0, "label": 1, "prediction": 0, "probs": [0.75, 0.25]},
    ]
    assert {type(value) for value in found[0].values()} == {int, list}  # ready for JSON


def test_opinions_of_a_committee_are_those_of_its_mean_and_tell_its_votes():
    committee = np.array([[[0.5, 0.5], [0.25, 0.75]], [[1.0, 0.0], [0.5, 0.5]], [[0, 1], [0, 1]]])
    found = ranking.opinions(np.array([1, 0]), committee, np.array([1, 0]))
    assert found == [
        {"index": 1, "label": 0, "prediction": 1, "probs": [0.25, 0.75], "votes": [1, 2]},
        {"index": 0, "label": 1, "prediction": 0, "probs": [0.5, 0.5], "votes": [2, 1]},
    ]
    assert json.loads(json.dumps(found)) == found


def test_opinions_tell_what_else_there_is_to_say_of_a_digit_by_its_place():
    probs, labels = np.eye(3), np.array([0, 1, 2])
    table = pd.DataFrame(
        {
            "rank": pd.array([7, None, 9], "Int64"),
            "share": pd.array([0.5, 0.25, None], "Float64"),
            "votes": [11, 12, 13],
            "split": ["train", "test", "test"],
        },
        index=[2, 1, 0],  # as of rows taken from a longer table: their places count
    )
    found = ranking.opinions(np.array([2, 1, 0]), probs, labels, **table)
    keys = ("index", "label", "rank", "share", "votes", "split")
    assert [tuple(opinion[key] for key in keys) for opinion in found] == [
        (2, 2, 9, None, 13, "test"),
        (1, 1, None, 0.25, 12, "test"),
        (0, 0, 7, 0.5, 11, "train"),
    ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_opinions_on_digits_of_both_parts_are_told_the_index_within_the_part():
    index = pd.Series([40, 0])
    found = ranking.opinions(np.array([0, 1]), np.eye(2), np.array([0, 1]), index=index)
    assert [opinion["index"] for opinion in found] == [40, 0]


def test_places_tell_rank_mistake_and_votes_by_hand():
    first = np.array([[0.9, 0.1, 0.0], [0.2, 0.6, 0.2], [0.3, 0.0, 0.7], [0.3, 0.3, 0.4]])
    others = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]], float)
    labels = np.array([0, 2, 0, 2])
    found = ranking.places([2, 3, 1], first, np.stack([first, others, others]), labels)
    keys = ("index", "label", "prediction", "probs", "rank", "mistake", "votes")
    assert [tuple(place[key] for key in keys) for place in found] == [
        (2, 0, 2, [0.3, 0.0, 0.7], 3, 1, [0, 0, 3]),
        (3, 2, 2, [0.3, 0.3, 0.4], 1, None, [0, 2, 1]),
        (1, 2, 1, [0.2, 0.6, 0.2], 2, 2, [2, 1, 0]),
    ]


# The table

# Five digits of three classes, two networks; the columns worked out by hand.
PROBS = np.array(
    [
        [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.5, 0.5]],
    ]
)
LOGITS = even(PROBS)
LABELS = np.array([1, 2, 0, 0, 0])


def test_the_table_has_the_columns_of_the_contract_in_their_order():
    assert ranking.table("test", LOGITS, LABELS, first=PROBS[0]).columns.tolist() == COLUMNS


def test_the_table_holds_what_was_worked_out_by_hand():
    table = ranking.table("test", LOGITS, LABELS, first=PROBS[0])
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
        "label_doubt": [0.5, 0.5, 0.0, 0.5, 1.0],
        "confident_mistake": [0.5, 0.0, 0.0, 0.0, 0.75],
        "disagreement": [0.0, 0.5, 0.0, 0.5, 0.5],
        "second_choice": [0.5, 0.25, 0.0, 0.25, 0.25],
        "logit_gap": [1.0, 1.0, 0.0, 1.0, 0.0],  # of the mean of 0 and -1e4
        "rank_low_confidence": [1, 2, 5, 3, 4],
        "rank_label_doubt": [2, 3, 5, 4, 1],
        "first_prediction": [0, 2, 0, 0, 2],
        "first_confidence": [0.5, 1.0, 1.0, 1.0, 1.0],
    }
    assert {name: table[name].tolist() for name in expected} == expected
    bits = np.array([1, 1.5, 0, 1.5, 2 - 0.75 * math.log2(3)])
    within = np.array([1, 0.5, 0, 0.5, 0.5])  # of each network by itself, the mean
    np.testing.assert_allclose(table["entropy"], bits / math.log2(3), atol=1e-15)
    np.testing.assert_allclose(table["expected_entropy"], within / math.log2(3), atol=1e-15)
    mutual = (bits - within) / math.log2(3)
    np.testing.assert_allclose(table["mutual_information"], mutual, atol=1e-15)


def test_the_tables_second_choice_is_the_probability_of_its_runner_up():
    logits = np.random.default_rng(0).normal(size=(3, 50, 4)).astype(np.float32)
    table = ranking.table("train", logits, some_labels(50, 4))
    assert table["second_choice"].tolist() == table["runner_up_prob"].tolist()


def test_ranks_are_permutations_from_1_and_agree_with_the_order_of_the_scores():
    logits = np.random.default_rng(0).integers(2, size=(2, 300, 4))
    table = ranking.table("train", logits, some_labels(300, 4))
    for name in ("low_confidence", "label_doubt"):
        score = table[name].tolist()
        assert len(set(score)) < 250  # else no tie is tried
        expected = sorted(range(300), key=lambda i, score=score: (-score[i], i))
        by_rank = sorted(range(300), key=table[f"rank_{name}"].tolist().__getitem__)
        assert sorted(table[f"rank_{name}"]) == list(range(1, 301))
        assert by_rank == expected


def test_the_runner_up_is_another_class_than_the_prediction_and_the_lowest_on_ties():
    logits = np.vstack([8 * eighths(300, 4), 1e4 * np.eye(4), np.zeros((1, 4))])
    table = ranking.table("train", logits[None], some_labels(305, 4))
    for row, prediction, runner_up in zip(
        logits.tolist(), table["prediction"], table["runner_up"], strict=True
    ):
        expected = sorted(range(4), key=lambda k, row=row: (-row[k], k))[:2]
        assert [prediction, runner_up] == expected


def test_of_two_classes_the_runner_up_is_the_other_one():
    table = ranking.table("train", np.array([[[0.0, 0.0], [1.0, 2.0]]]), np.array([0, 0]))
    assert table["prediction"].tolist() == [0, 1]
    assert table["runner_up"].tolist() == [1, 0]


def test_the_first_networks_columns_are_empty_for_training_digits(tmp_path):
    table = pd.concat(
        [
            ranking.table("train", LOGITS, LABELS),
            ranking.table("test", LOGITS, LABELS, first=PROBS[1]),
        ],
        ignore_index=True,
    )
    assert table.columns.tolist() == COLUMNS
    table.to_csv(tmp_path / "table.csv", index=False)
    lines = (tmp_path / "table.csv").read_text().splitlines()
    assert lines[0] == ",".join(COLUMNS)
    cells = [line.split(",") for line in lines[1:6]]
    assert all(row[0] == "train" and row[-3:-1] == ["", ""] for row in cells)
    words = lines[7].split(",")
    assert ",".join(words[:9]) == "test,1,2,2,0.5,0,0.25,0.5,0.75"
    assert ",".join(words[10:12]) == "0.5,0.0"
    assert ",".join(words[14:]) == "0.5,0.25,2,3,0,0.5,1.0"
    bit = 1 / math.log2(3)
    entropies = [float(words[i]) for i in (9, 12, 13)]
    assert entropies == pytest.approx([1.5 * bit, 0.5 * bit, bit], abs=1e-15)


def test_the_table_refuses_labels_that_do_not_fit():
    with pytest.raises(ValueError, match=r"labels are int64 of shape \(4,\); needed: .* \(5,\)"):
        ranking.table("train", LOGITS, LABELS[:4])


def test_the_table_refuses_logits_that_are_not_finite():
    with pytest.raises(ValueError, match="logits must be finite, but some are NaN or infinite"):
        ranking.table("train", np.full((1, 5, 3), -np.inf), LABELS)


# Those worth a look


def two_parts():
    """Split, logits of two networks, labels: with many ties."""
    for split, n, seed in (("train", 300, 2), ("test", 120, 3)):
        digits = np.random.default_rng(seed).integers(40, size=n)  # some of forty, again and again
        yield split, 8 * eighths(2, 40, 5, seed=seed)[:, digits], some_labels(n, 5, seed=4)


@pytest.mark.parametrize("top", [1, 5, 40])
def test_the_most_ambiguous_are_the_first_by_either_score_all_mistakes_and_all_asked_about(top):
    expected, asked = [], {"train": {}, "test": {7: 0, 119: 4}}
    for split, logits, labels in two_parts():
        rows = mean_rows(scores.softmax(logits))
        doubts = {
            "low_confidence": [1 - max(row) for row in rows],
            "label_doubt": [1 - row[label] for row, label in zip(rows, labels, strict=True)],
        }
        chosen = {*definition_2(rows, labels), *asked[split]}
        for doubt in doubts.values():
            chosen |= set(sorted(range(len(rows)), key=lambda i, d=doubt: (-d[i], i))[:top])
        assert len(chosen) < len(rows)  # else nothing is chosen
        expected += [(split, i) for i in sorted(chosen)]
    ranked = [
        ranking.table(*part).assign(votes_offered=pd.Series(asked[part[0]], dtype="Int64"))
        for part in two_parts()
    ]
    for table in (pd.concat(ranked, ignore_index=True), pd.concat(ranked)):
        found = ranking.most_ambiguous(table, top)
        assert list(zip(found["split"], found["index"], strict=True)) == expected
        assert found.columns.tolist() == [*COLUMNS, "votes_offered"]


def test_right_and_sure_digits_are_chosen_up_to_the_top_or_if_people_were_asked_about_them():
    logits = even(np.eye(3)[None, [0, 1, 2, 0]])
    table = ranking.table("test", logits, np.array([0, 1, 2, 0]))
    table["votes_offered"] = pd.array([None, None, None, 2], "Int64")
    assert ranking.most_ambiguous(table, 2)["index"].tolist() == [0, 1, 3]
    table["votes_offered"] = pd.array([None] * 4, "Int64")
    assert ranking.most_ambiguous(table, 2)["index"].tolist() == [0, 1]
    assert ranking.most_ambiguous(table)["index"].tolist() == [0, 1, 2, 3]  # 1,000 by default
