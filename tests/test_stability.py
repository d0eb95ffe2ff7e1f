"""Stability: against a bootstrap in plain Python, and lists of tiny committees made by hand."""

import itertools
import json
import math

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import scores, stability

RANKED = ("low_confidence", "label_doubt")
NAMES = [*scores.SCORES, "logit_gap"]
SINGLE = [name for name in NAMES if name not in ("mutual_information", "disagreement")]


def committee(*shape, seed=0):
    """Probabilities without ties."""
    return np.random.default_rng(seed).dirichlet(np.ones(shape[-1]), shape[:-1])


def some_labels(n, num_classes, seed=1):
    return np.random.default_rng(seed).integers(num_classes, size=n)


def columns(name):
    return [f"rank_{name}_low", f"rank_{name}_high", f"p12_{name}", f"p100_{name}"]


# Intervals of ranks


def slow_intervals(probs, labels, seed, resamples):
    """Of each ranked score (low, high, p12, p100) of each digit, by loops and sorted()."""
    members, digits = len(probs), len(labels)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(members, [1 / members] * members, size=resamples).tolist()
    networks = probs.tolist()
    ranks = {name: [[] for _ in range(digits)] for name in RANKED}
    for times in draws:
        asked = [network for network, count in enumerate(times) for _ in range(count)]
        assert len(asked) == members
        mean = [
            [math.fsum(column) / members for column in zip(*rows, strict=True)]
            for rows in zip(*(networks[network] for network in asked), strict=True)
        ]
        doubts = {
            "low_confidence": [1 - max(row) for row in mean],
            "label_doubt": [1 - row[label] for row, label in zip(mean, labels, strict=True)],
        }
        for name, doubt in doubts.items():
            order = sorted(range(digits), key=lambda i, doubt=doubt: (-doubt[i], i))
            for place, digit in enumerate(order):
                ranks[name][digit].append(place + 1)
    return {
        name: [
            (
                sorted(found)[math.floor((resamples - 1) * 5 / 100)],
                sorted(found)[math.ceil((resamples - 1) * 95 / 100)],
                sum(rank <= 12 for rank in found) / resamples,
                sum(rank <= 100 for rank in found) / resamples,
            )
            for found in ranks[name]
        ]
        for name in RANKED
    }


@pytest.mark.parametrize(("members", "digits", "resamples"), [(5, 120, 37), (8, 30, 64)])
def test_rank_intervals_agree_with_a_bootstrap_in_plain_python(members, digits, resamples):
    probs, labels = committee(members, digits, 4), some_labels(digits, 4)
    found = stability.rank_intervals(probs, labels, seed=3, resamples=resamples)
    expected = slow_intervals(probs, labels.tolist(), 3, resamples)
    for name in RANKED:
        assert list(zip(*(found[c].tolist() for c in columns(name)), strict=True)) == (
            [pytest.approx(row, abs=1e-12) for row in expected[name]]
        )


def test_rank_intervals_draw_500_times_unless_told_otherwise():
    probs, labels = committee(5, 20, 3), some_labels(20, 3)
    found = stability.rank_intervals(probs, labels, seed=3)
    pd.testing.assert_frame_equal(
        found, stability.rank_intervals(probs, labels, seed=3, resamples=500)
    )
    expected = slow_intervals(probs, labels.tolist(), 3, 500)["label_doubt"]
    assert found["p12_label_doubt"].tolist() == pytest.approx([row[2] for row in expected])


@pytest.mark.parametrize("members", [1, 4, 5])
def test_rank_intervals_have_four_columns_for_each_ranked_score_and_a_row_for_each_digit(members):
    probs, labels = committee(members, 20, 3), some_labels(20, 3)
    found = stability.rank_intervals(probs, labels, seed=0, resamples=10)
    assert found.columns.tolist() == [column for name in RANKED for column in columns(name)]
    assert found.dtypes.astype(str).tolist() == ["Int64", "Int64", "Float64", "Float64"] * 2
    assert found.index.tolist() == list(range(20))


def test_rank_intervals_of_four_networks_are_empty_and_those_of_five_are_filled():
    probs, labels = committee(5, 20, 3), some_labels(20, 3)
    assert stability.rank_intervals(probs[:4], labels, seed=0).isna().all(axis=None)
    assert stability.rank_intervals(probs, labels, seed=0).notna().all(axis=None)


def test_a_rank_interval_is_within_the_ranks_and_its_low_end_is_not_above_its_high_end():
    found = stability.rank_intervals(committee(6, 200, 4), some_labels(200, 4), seed=1)
    for name in RANKED:
        low, high, p12, p100 = (found[column].to_numpy() for column in columns(name))
        assert low.min() >= 1
        assert high.max() <= 200
        assert (low <= high).all()
        assert (low < high).any()  # else nothing was drawn
        assert ((p12 >= 0) & (p12 <= p100) & (p100 <= 1)).all()


@pytest.mark.parametrize(("digits", "twelve", "hundred"), [(8, 8, 8), (60, 12, 60), (150, 12, 100)])
def test_the_chances_of_the_first_twelve_and_hundred_sum_to_so_many_digits(digits, twelve, hundred):
    probs, labels = committee(5, digits, 3), some_labels(digits, 3)
    found = stability.rank_intervals(probs, labels, seed=1, resamples=50)
    for name in RANKED:
        assert found[f"p12_{name}"].sum() == pytest.approx(twelve)
        assert found[f"p100_{name}"].sum() == pytest.approx(hundred)


def test_networks_that_say_the_same_leave_nothing_to_luck():
    one, labels = committee(1, 150, 4), some_labels(150, 4)
    found = stability.rank_intervals(np.repeat(one, 6, axis=0), labels, seed=2, resamples=40)
    doubts = {
        "low_confidence": [1 - max(row) for row in one[0].tolist()],
        "label_doubt": [1 - row[i] for row, i in zip(one[0].tolist(), labels, strict=True)],
    }
    for name, doubt in doubts.items():
        ranks = [1 + sum(other > mine for other in doubt) for mine in doubt]
        assert found[f"rank_{name}_low"].tolist() == ranks
        assert found[f"rank_{name}_high"].tolist() == ranks
        assert found[f"p12_{name}"].tolist() == [float(rank <= 12) for rank in ranks]
        assert found[f"p100_{name}"].tolist() == [float(rank <= 100) for rank in ranks]


def test_a_digit_of_which_one_network_of_five_decides_is_first_as_often_as_that_one_is_drawn():
    # Nets 1 to 4 find digit 0 sure; network 0 alone doubts it. Digit 1 is a little doubtful to all.
    probs = np.array([[[1.0, 0.0], [0.95, 0.05]]] * 5)
    probs[0, 0] = 0.5, 0.5
    labels = np.zeros(14, int)
    sure = np.tile([1.0, 0.0], (5, 12, 1))
    found = stability.rank_intervals(np.concatenate([probs, sure], axis=1), labels, seed=0)
    draws = np.random.default_rng(0).multinomial(5, [0.2] * 5, 500)[:, 0]
    expected = sorted([1 if drawn else 2 for drawn in draws])  # 0.1 of doubt against 0.05
    assert 0.6 < np.mean(draws > 0) < 0.75  # 1 - 0.8^5 = 0.67
    low, high = (found[f"rank_low_confidence_{end}"].iloc[0] for end in ("low", "high"))
    assert (low, high) == (expected[24], expected[475]) == (1, 2)


def test_rank_intervals_repeat_with_the_seed_and_only_with_it():
    probs, labels = committee(5, 50, 3), some_labels(50, 3)
    one, again, other = (
        stability.rank_intervals(probs, labels, seed=seed, resamples=30) for seed in (4, 4, 5)
    )
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_rank_intervals_refuse_rows_and_labels_that_do_not_fit():
    probs = committee(5, 3, 3)
    with pytest.raises(ValueError, match=r"label 3 in row 1 is outside 0\.\.2"):
        stability.rank_intervals(probs, np.array([0, 3, 0]), seed=0)
    with pytest.raises(ValueError, match="row 0 of network 0 of probs is no distribution"):
        stability.rank_intervals(2 * probs, np.array([0, 1, 0]), seed=0)


# Overlap of two lists


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 2, 3], [1, 2, 3], 1),
        ([1, 2, 3], [3, 1, 2], 1),  # the order does not matter
        ([1, 2], [3, 4], 0),
        ([1, 2, 3], [3, 4, 5], 1 / 5),
        ([1, 2, 3, 4], [3, 4, 5], 2 / 5),
        ([1, 2], [1, 2, 3, 4, 5, 6, 7, 8], 1 / 4),
        ([], [4], 0),
    ],
)
def test_the_overlap_is_those_in_both_by_those_in_either(one, other, expected):
    one, other = np.array(one, np.int64), np.array(other, np.int64)
    assert stability.jaccard(one, other) == expected
    assert stability.jaccard(other, one) == expected


def test_two_empty_lists_have_no_overlap():
    assert math.isnan(stability.jaccard(np.array([], np.int64), np.array([], np.int64)))


@pytest.mark.parametrize(("jaccard", "top", "expected"), [(1 / 5, 3, 1), (0, 12, 0), (1, 12, 12)])
def test_of_two_lists_of_one_length_the_overlap_tells_how_many_they_share(jaccard, top, expected):
    assert stability.shared(jaccard, top) == pytest.approx(expected)


def test_the_first_are_in_order_with_ties_by_index_and_without_those_of_score_0():
    score = np.array([0.0, 0.25, 0.5, 0.0, 0.25, 1e-300])
    assert stability.first(score, 12).tolist() == [2, 1, 4, 5]
    assert stability.first(score, 2).tolist() == [2, 1]
    assert stability.first(score, 2).dtype == np.int64
    assert stability.first(np.zeros(5), 3).tolist() == []


# Overlap of two committees. Of class 0, a sure digit has logits (5, 0), a doubtful one (1, 0).


def doubtful(*digits, of=20):
    logits = np.tile([5.0, 0.0], (of, 1))
    logits[list(digits), 0] = 1
    return logits


ONE, TWO, THREE = (doubtful(*range(start, start + 12)) for start in (0, 6, 8))
ZEROS = np.zeros(20, int)


def test_the_agreement_of_two_networks_is_that_worked_out_by_hand():
    labels = ZEROS.copy()
    labels[[3, 4]] = 1  # both networks are wrong: p[label] is less than 0.3 or, if sure, 0.007
    found = stability.agreement(ONE[None], TWO[None], labels)
    assert list(found) == NAMES
    unsure = ("low_confidence", "small_margin", "entropy", "expected_entropy", "second_choice")
    for name in (*unsure, "logit_gap"):
        # Of the first 12, digits 6 to 11 are shared by 0 to 11 and 6 to 17; the 100 are all 20.
        assert found[name].tolist() == [6 / 18, 1]
    # Digits 0 to 11, of which the other has 6 to 11, and 3 and 4, the surest mistakes.
    assert found["label_doubt"].tolist() == [8 / 16, 1]
    assert found["confident_mistake"].tolist() == [1, 1]
    for name in ("mutual_information", "disagreement"):
        np.testing.assert_array_equal(found[name], [np.nan, np.nan])


def test_a_score_that_is_0_for_all_digits_has_no_agreement_and_0_if_only_for_one_committee():
    assert np.isnan(stability.agreement(ONE[None], TWO[None], ZEROS)["confident_mistake"]).all()
    wrong = ONE.copy()
    wrong[19] = 0, 5
    found = stability.agreement(ONE[None], wrong[None], ZEROS)
    assert found["confident_mistake"].tolist() == [0, 0]


def outvoted(*digits):
    """Two networks, both sure of class 0, but for some digits of which the second is not."""
    logits = np.tile([5.0, 0.0], (2, 20, 1))
    logits[1, list(digits)] = 0, 4
    return logits


def test_the_agreement_of_committees_on_where_their_members_differ_is_that_worked_out_by_hand():
    found = stability.agreement(outvoted(0, 1, 2), outvoted(2, 3), ZEROS)
    assert found["disagreement"].tolist() == [1 / 4, 1 / 4]
    assert found["mutual_information"].tolist() == [1 / 4, 1 / 4]
    # Of the others the lower indices are first, as they all tie: 0 to 11 twice.
    assert found["low_confidence"].tolist() == [1, 1]


def test_the_hundred_are_a_hundred():
    one, two = doubtful(*range(100), of=300), doubtful(*range(40, 140), of=300)
    found = stability.agreement(one[None], two[None], np.zeros(300, int))
    assert found["entropy"].tolist() == [0, 60 / 140]  # 0 to 11, 40 to 51


def test_the_overlap_of_single_networks_is_the_mean_over_all_pairs():
    found = stability.single(np.stack([ONE, TWO, THREE]), ZEROS)
    assert list(found) == NAMES
    assert found["entropy"] == pytest.approx([(6 / 18 + 4 / 20 + 10 / 14) / 3, 1])
    two = stability.single(np.stack([ONE, THREE]), ZEROS)
    assert two["entropy"] == pytest.approx([4 / 20, 1])
    for name in ("mutual_information", "disagreement", "confident_mistake"):
        np.testing.assert_array_equal(found[name], [np.nan, np.nan])


def test_one_network_alone_overlaps_with_nothing():
    found = stability.single(ONE[None], ZEROS)
    assert list(found) == NAMES
    for overlaps in found.values():
        np.testing.assert_array_equal(overlaps, [np.nan, np.nan])


def random_logits(members, digits=150, num_classes=3):
    return np.random.default_rng(5).normal(scale=2, size=(members, digits, num_classes))


def slow_overlap(one, other, labels, top):
    """By each score the overlap of the first `top`, by sorted() and sets."""
    found = {}
    ours, theirs = (scores.all_scores(logits, labels) for logits in (one, other))
    for name in NAMES:
        lists = []
        for values in (ours[name].tolist(), theirs[name].tolist()):
            order = sorted(range(len(values)), key=lambda i, values=values: (-values[i], i))
            lists.append({i for i in order[:top] if values[i] > 0})
        either = len(lists[0] | lists[1])
        found[name] = len(lists[0] & lists[1]) / either if either else math.nan
    return found


def test_overlaps_agree_with_sets_in_plain_python():
    logits, labels = random_logits(5), some_labels(150, 3)
    together = stability.agreement(logits[:2], logits[2:], labels)
    alone = stability.single(logits, labels)
    for i, top in enumerate((12, 100)):
        expected = slow_overlap(logits[:2], logits[2:], labels, top)
        assert {name: together[name][i] for name in NAMES} == pytest.approx(expected)
        pairs = [
            slow_overlap(logits[[a]], logits[[b]], labels, top)
            for a, b in itertools.combinations(range(5), 2)
        ]
        for name in SINGLE:
            assert alone[name][i] == pytest.approx(sum(pair[name] for pair in pairs) / 10)


# The curve


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (1, []),
        (2, [1]),
        (3, [1]),
        (4, [1, 2]),
        (5, [1, 2]),
        (20, [1, 2, 3, 4, 5, 6, 8, 10]),
        (100, [1, 2, 4, 6, 9, 14, 21, 32, 50]),
    ],
)
def test_sizes_lead_from_one_to_half_of_the_networks(members, expected, monkeypatch):
    monkeypatch.setattr(stability, "agreement", lambda one, other, labels: {"some": np.zeros(2)})
    sizes, curves = stability.curve(np.zeros((members, 3, 2)), np.zeros(3, int), seed=0, pairs=2)
    assert sizes == expected
    assert {type(size) for size in sizes} <= {int}
    assert {name: values.shape for name, values in curves.items()} == (
        {"some": (2, len(sizes))} if sizes else {}
    )


def test_the_two_committees_of_a_pair_share_no_network_and_are_drawn_anew_each_time(monkeypatch):
    asked = []

    def spy(one, other, labels):
        asked.append((one[:, 0, 0].tolist(), other[:, 0, 0].tolist()))
        return {"some": np.array([len(asked), 1000.0])}

    monkeypatch.setattr(stability, "agreement", spy)
    logits = np.arange(7.0)[:, None, None] * np.ones((7, 3, 2))  # each says who it is
    sizes, curves = stability.curve(logits, np.zeros(3, int), seed=0)
    assert sizes == [1, 2, 3]
    assert len(asked) == 3 * 50  # pairs, by default
    for size, start in zip(sizes, (0, 50, 100), strict=True):
        drawn = asked[start : start + 50]
        assert {(len(one), len(other)) for one, other in drawn} == {(size, size)}
        assert all(len({*one, *other}) == 2 * size for one, other in drawn)
        assert {network for one, other in drawn for network in (*one, *other)} == set(range(7))
        assert len({(*sorted(one), *sorted(other)) for one, other in drawn}) > 20
    means = [25.5, 75.5, 125.5]  # of 1 to 50, 51 to 100, 101 to 150
    np.testing.assert_allclose(curves["some"], [means, [1000, 1000, 1000]])


def test_the_curve_of_two_networks_is_the_overlap_of_the_two():
    logits = np.stack([ONE, THREE])
    sizes, curves = stability.curve(logits, ZEROS, seed=0)
    alone = stability.single(logits, ZEROS)
    assert sizes == [1]
    assert list(curves) == NAMES
    for name in NAMES:
        assert curves[name].shape == (2, 1)
        np.testing.assert_allclose(curves[name][:, 0], alone[name])


def test_the_curve_of_three_networks_is_a_mean_of_their_overlaps():
    sizes, curves = stability.curve(np.stack([ONE, TWO, THREE]), ZEROS, seed=0, pairs=1)
    assert sizes == [1]
    assert curves["entropy"][0, 0] in (6 / 18, 4 / 20, 10 / 14)
    _, curves = stability.curve(np.stack([ONE, TWO, THREE]), ZEROS, seed=0, pairs=400)
    assert curves["entropy"][0, 0] == pytest.approx((6 / 18 + 4 / 20 + 10 / 14) / 3, abs=0.04)


def test_the_curve_of_networks_that_say_the_same_is_1():
    sizes, curves = stability.curve(np.stack([ONE] * 5), ZEROS, seed=0, pairs=3)
    assert sizes == [1, 2]
    np.testing.assert_array_equal(curves["low_confidence"], np.ones((2, 2)))


def test_the_curve_repeats_with_the_seed_and_only_with_it():
    logits, labels = random_logits(5), some_labels(150, 3)
    one, again, other = (
        stability.curve(logits, labels, seed=seed, pairs=4)[1]["entropy"].tolist()
        for seed in (1, 1, 2)
    )
    assert one == again != other


def test_larger_committees_agree_more():
    rng = np.random.default_rng(0)
    truth = rng.normal(scale=2, size=(1, 200, 3))
    logits = truth + rng.normal(scale=2, size=(20, 200, 3))
    _, curves = stability.curve(logits, some_labels(200, 3), seed=0, pairs=10)
    for name in ("low_confidence", "label_doubt", "logit_gap"):
        assert curves[name][1, -1] > curves[name][1, 0] + 0.1


# All of it, for JSON


@pytest.mark.parametrize(
    ("members", "half", "sizes"),
    [(1, 0, []), (2, 1, [1]), (3, 1, [1]), (5, 2, [1, 2]), (5, 0, None)],
)
def test_the_measure_holds_the_overlaps_by_score_and_length_ready_for_json(members, half, sizes):
    logits, labels = random_logits(members), some_labels(150, 3)
    found_sizes, found = stability.measure(logits, labels, half=half, seed=6)
    assert found_sizes == ([1, 2] if sizes is None else sizes)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found) == NAMES
    alone = stability.single(logits, labels)
    halves = stability.agreement(logits[:half], logits[half : 2 * half], labels) if half else {}
    curves = stability.curve(logits, labels, seed=6)[1]
    for name in NAMES:
        assert list(found[name]) == ["12", "100"]
        for i, told in enumerate(found[name].values()):
            assert list(told) == ["single", "half", "curve"]
            expected = [alone[name][i], halves[name][i] if half else math.nan]
            expected += curves[name][i].tolist() if found_sizes else []
            flat = [told["single"], told["half"], *told["curve"]]
            assert flat == [None if math.isnan(value) else value for value in expected]


def test_the_measure_of_one_network_knows_nothing():
    _, found = stability.measure(random_logits(1), some_labels(150, 3), half=0, seed=6)
    nothing = {"single": None, "half": None, "curve": []}
    assert found == {name: {"12": nothing, "100": nothing} for name in NAMES}


def test_the_halves_are_the_first_networks_and_the_next_so_many():
    logits = np.stack([ONE, ONE, TWO, TWO, THREE])
    _, found = stability.measure(logits, ZEROS, half=2, seed=0)
    assert found["entropy"]["12"]["half"] == pytest.approx(6 / 18)
    _, found = stability.measure(logits, ZEROS, half=1, seed=0)
    assert found["entropy"]["12"]["half"] == 1
    assert found["mutual_information"]["12"]["half"] is None


def test_digits_that_are_nearly_always_and_sometimes_among_the_first_twelve_are_counted():
    p12 = pd.Series([1, 0.95, 0.94, 0.05, 0.04, 0], dtype="Float64")
    assert stability.certain(p12) == {"certain": 2, "possible": 4}
    assert stability.certain(pd.Series([pd.NA], dtype="Float64")) == {
        "certain": None,
        "possible": None,
    }


def test_looking_among_the_most_doubted_finds_the_same_lists_as_looking_among_all(monkeypatch):
    rng = np.random.default_rng(0)
    labels = np.arange(600) % 3
    logits = rng.normal(size=(6, 600, 3)) + 12 * np.eye(3)[labels]
    logits[:, :150] -= 10 * np.eye(3)[labels[:150]]  # the others are beyond doubt
    expected = stability.measure(logits, labels, half=3, seed=0)
    monkeypatch.setattr(stability, "CANDIDATES", 300)
    assert stability.measure(logits, labels, half=3, seed=0) == expected
