"""Calibration: known temperatures are found again; bins and errors by hand and by slow loops."""

import json
import math

import numpy as np
import pytest
import scipy.special

from ambiguous_digits import calibration, evaluation, scores


def drawn_labels(probs, seed=2):
    """One label for each row, drawn from it."""
    cuts = np.random.default_rng(seed).random((len(probs), 1))
    return (probs.cumsum(axis=1) < cuts).sum(axis=1)


def some_logits(*shape, scale=2.0):
    return np.random.default_rng(1).normal(scale=scale, size=shape)


def slow_loss(logits, labels, temperature):
    """The mean of -ln p[label] of (M, N, K), in plain Python."""
    total = 0.0
    for members, label in zip(np.swapaxes(logits, 0, 1).tolist(), labels.tolist(), strict=True):
        own = 0.0
        for row in members:
            powers = [math.exp(z / temperature) for z in row]
            own += powers[label] / math.fsum(powers) / len(members)
        total -= math.log(own)
    return total / len(labels)


# Temperature


@pytest.mark.parametrize("factor", [0.3, 1, 2.5])
def test_the_temperature_by_which_logits_were_multiplied_is_found_again(factor):
    logits = some_logits(40_000, 5)
    labels = drawn_labels(scipy.special.softmax(logits, axis=1))
    found = calibration.temperature(factor * logits, labels)
    assert found == pytest.approx(factor, rel=0.02)
    assert type(found) is float


@pytest.mark.parametrize("factor", [0.4, 3])
def test_the_temperature_of_a_committee_is_found_again(factor):
    logits = some_logits(3, 40_000, 4)
    labels = drawn_labels(scipy.special.softmax(logits, axis=2).mean(axis=0))
    assert calibration.temperature(factor * logits, labels) == pytest.approx(factor, rel=0.02)


@pytest.mark.parametrize("members", [1, 3])
def test_no_temperature_near_by_has_a_lower_loss(members):
    logits, labels = some_logits(members, 200, 3), np.random.default_rng(3).integers(3, size=200)
    labels[:120] = logits.mean(axis=0).argmax(axis=1)[:120]
    found = calibration.temperature(logits if members > 1 else logits[0], labels)
    least = slow_loss(logits, labels, found)
    assert 1 < found < 10
    for near in (0.98, 0.995, 1.005, 1.02):
        assert slow_loss(logits, labels, found * near) > least


def test_a_network_that_is_one_of_a_committee_of_one_has_the_same_temperature():
    logits = some_logits(500, 3)
    labels = drawn_labels(scipy.special.softmax(logits, axis=1))
    assert calibration.temperature(logits[None], labels) == calibration.temperature(logits, labels)


def test_the_temperature_scales_as_the_logits_do():
    logits = some_logits(1000, 4)
    labels = drawn_labels(scipy.special.softmax(logits, axis=1))
    once, twice = (calibration.temperature(factor * logits, labels) for factor in (1, 2))
    assert twice == pytest.approx(2 * once, rel=1e-4)


def test_digits_that_are_all_right_are_sharpened_and_those_that_are_all_wrong_softened_to_the_end():
    labels = np.arange(60) % 3
    right = np.eye(3)[labels] / 2
    assert calibration.temperature(right, labels) == pytest.approx(0.05, rel=1e-3)
    assert calibration.temperature(-right, labels) == pytest.approx(20, rel=1e-3)


@pytest.mark.parametrize("gap", [2, 30, 100, 800, 1e4])
def test_of_digits_that_are_all_right_and_sure_the_loss_is_nothing_and_the_end_is_not_passed(gap):
    labels = np.arange(60) % 3
    logits = gap * np.eye(3)[labels]
    found = calibration.temperature(logits, labels)
    assert 0.05 <= found <= 20
    own = scipy.special.log_softmax(logits / found, axis=1)[np.arange(60), labels]
    assert -own.mean() < 1e-14


def test_sure_mistakes_have_a_temperature_too():
    labels = np.arange(40) % 2
    logits = 1e4 * np.eye(2)[labels]
    logits[0] = logits[0, ::-1]
    assert calibration.temperature(logits, labels) == pytest.approx(20, rel=1e-3)


def test_the_temperature_refuses_labels_and_logits_that_do_not_fit():
    with pytest.raises(ValueError, match=r"label 3 in row 1 is outside 0\.\.2"):
        calibration.temperature(np.zeros((2, 3)), np.array([0, 3]))
    with pytest.raises(ValueError, match=r"labels are int64 of shape \(3,\); needed: .* \(2,\)"):
        calibration.temperature(np.zeros((2, 3)), np.array([0, 1, 2]))
    with pytest.raises(ValueError, match="logits must be finite, but some are NaN or infinite"):
        calibration.temperature(np.array([[np.nan, 0.0]]), np.array([0]))


# Softening


def test_softened_probabilities_are_those_worked_out_by_hand():
    logits = np.log([[1.0, 4.0], [9.0, 1.0]])
    for temperature, expected in (
        (2, [[1 / 3, 2 / 3], [3 / 4, 1 / 4]]),
        (1, [[1 / 5, 4 / 5], [9 / 10, 1 / 10]]),
        (0.5, [[1 / 17, 16 / 17], [81 / 82, 1 / 82]]),
    ):
        found = calibration.soften(logits, temperature)
        np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_committee_is_softened_network_by_network_before_the_mean():
    committee = np.log([[[1.0, 4.0]], [[1.0, 16.0]]])
    expected = [[(1 / 3 + 1 / 5) / 2, (2 / 3 + 4 / 5) / 2]]
    np.testing.assert_allclose(calibration.soften(committee, 2), expected, rtol=1e-14)


def test_a_temperature_of_1_changes_nothing():
    logits = some_logits(3, 50, 6).astype(np.float32)
    expected = scipy.special.softmax(logits.astype(np.float64), axis=2)
    for given, probs in ((logits[0], expected[0]), (logits, expected.mean(axis=0))):
        found = calibration.soften(given, 1)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, probs, rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.05, 0.7, 1.3, 20])
def test_no_temperature_changes_what_a_single_network_predicts(temperature):
    logits = some_logits(5000, 10, scale=8).astype(np.float32)
    found = calibration.soften(logits, temperature)
    np.testing.assert_array_equal(found.argmax(axis=1), logits.argmax(axis=1))


def test_a_higher_temperature_lowers_confidence():
    logits = some_logits(200, 4)
    cold, warm, hot = (calibration.soften(logits, t).max(axis=1) for t in (0.5, 1, 2))
    assert ((cold > warm) & (warm > hot)).all()


# Reliability

# Rows and labels, in the first three of four bins, two, one and three: closed at the right.
PROBS = np.array(
    [
        [0.25, 0.25, 0.25, 0.25],
        [0.25, 0.25, 0.25, 0.25],
        [0.50, 0.50, 0.00, 0.00],
        [0.00, 0.75, 0.25, 0.00],
        [0.00, 0.25, 0.625, 0.125],
        [0.00, 0.25, 0.625, 0.125],
    ]
)
LABELS = np.array([0, 3, 0, 1, 2, 1])


def test_reliability_is_that_worked_out_by_hand():
    found = calibration.reliability(PROBS, LABELS, bins=4)
    assert found._fields == ("confidence", "accuracy", "low", "high", "count")
    np.testing.assert_array_equal(found.confidence, [0.25, 0.5, 2 / 3, np.nan])
    np.testing.assert_array_equal(found.accuracy, [0.5, 1, 2 / 3, np.nan])
    np.testing.assert_array_equal(found.count, [2, 1, 3, 0])
    assert found.count.dtype == np.int64
    for b, (hits, total) in enumerate([(1, 2), (1, 1), (2, 3)]):
        assert (found.low[b], found.high[b]) == evaluation.interval(hits, total)
    assert np.isnan([found.low[3], found.high[3]]).all()


@pytest.mark.filterwarnings("error")
def test_empty_bins_are_nan_without_a_warning():
    found = calibration.reliability(np.eye(3), np.arange(3))
    assert found.count.tolist() == [0] * 14 + [3]
    for column in found[:4]:
        assert column.shape == (15,)  # bins, by default
        assert np.isnan(column[:14]).all()
        assert np.isfinite(column[14])


@pytest.mark.parametrize("sums_to", [1, 1 + 9e-6, 1 - 9e-6])
def test_full_confidence_is_in_the_last_bin(sums_to):
    found = calibration.reliability(np.array([[0.0, sums_to]]), np.array([1]), bins=4)
    assert found.count.tolist() == [0, 0, 0, 1]
    assert found.confidence[3] == sums_to


@pytest.mark.parametrize("edge", range(1, 16))
def test_a_confidence_on_an_edge_is_in_the_bin_below_it_and_one_just_above_in_the_next(edge):
    for confidence, place in ((edge / 15, edge - 1), (min(edge / 15 + 1e-9, 1), min(edge, 14))):
        row = [confidence] + [(1 - confidence) / 15] * 15
        assert max(row) == confidence
        found = calibration.reliability(np.array([row]), np.array([0]))
        assert np.flatnonzero(found.count).tolist() == [place]


def slow_bins(probs, labels, bins):
    """The digits of each bin, (confidence, right) each."""
    found = [[] for _ in range(bins)]
    for row, label in zip(probs.tolist(), labels.tolist(), strict=True):
        first = max(row)
        (place,) = [b for b in range(bins) if b / bins < first <= (b + 1) / bins]
        found[place].append((first, row.index(first) == label))
    return found


def some_predictions(n=700, num_classes=4):
    """Too modest in some places, too sure in others: else bins of any width say the same."""
    rng = np.random.default_rng(8)
    probs, labels = rng.dirichlet(np.full(num_classes, 0.4), n), rng.integers(num_classes, size=n)
    modest = np.floor(probs.max(axis=1) * 12) % 2 == 0
    labels[modest] = probs.argmax(axis=1)[modest]
    return probs, labels


@pytest.mark.parametrize("bins", [1, 5, 10, 15])
def test_reliability_agrees_with_a_slow_loop(bins):
    probs, labels = some_predictions()
    found = calibration.reliability(probs, labels, bins=bins)
    for b, digits in enumerate(slow_bins(probs, labels, bins)):
        assert found.count[b] == len(digits)
        hits = sum(right for _, right in digits)
        if digits:
            mean = math.fsum(first for first, _ in digits) / len(digits)
            assert found.confidence[b] == pytest.approx(mean, abs=1e-12)
            assert found.accuracy[b] == pytest.approx(hits / len(digits), abs=1e-12)
            assert (found.low[b], found.high[b]) == evaluation.interval(hits, len(digits))
        else:
            assert np.isnan([column[b] for column in found[:4]]).all()


def test_the_reliability_of_a_committee_is_that_of_its_mean():
    committee = np.array([[[1.0, 0.0]], [[0.25, 0.75]]])  # 0.625
    found = calibration.reliability(committee, np.array([1]), bins=4)
    assert found.count.tolist() == [0, 0, 1, 0]
    assert (found.confidence[2], found.accuracy[2]) == (0.625, 0)


def test_reliability_refuses_labels_and_rows_that_do_not_fit():
    for refused in (calibration.reliability, calibration.expected_calibration_error):
        with pytest.raises(ValueError, match=r"label 2 in row 0 is outside 0\.\.1"):
            refused(np.eye(2), np.array([2, 0]))
        with pytest.raises(ValueError, match="row 1 of probs is no distribution"):
            refused(np.array([[0.5, 0.5], [3.0, -1.0]]), np.array([0, 0]))


# Expected calibration error


def test_the_calibration_error_is_that_worked_out_by_hand():
    # Gaps of 1/4 of two digits, 1/2 of one, none of three.
    found = calibration.expected_calibration_error(PROBS, LABELS, bins=4)
    assert found == pytest.approx((2 * 0.25 + 1 * 0.5) / 6, abs=1e-15)
    assert type(found) is float
    # In one bin: four of six are right.
    mean = (0.25 + 0.25 + 0.5 + 0.75 + 0.625 + 0.625) / 6
    found = calibration.expected_calibration_error(PROBS, LABELS, bins=1)
    assert found == pytest.approx(4 / 6 - mean, abs=1e-15)


def test_too_sure_and_too_modest_bins_do_not_cancel():
    probs = np.array([[1.0, 0.0], [0.5, 0.5]])
    assert calibration.expected_calibration_error(probs, np.array([1, 0]), bins=4) == 0.75


def test_the_calibration_error_is_0_where_each_bin_is_right_as_often_as_it_says():
    probs = np.array([[0.75, 0.25]] * 4 + [[0.5, 0.5]] * 2 + [[0.0, 1.0]] * 3)
    labels = np.array([0, 0, 1, 0, 0, 1, 1, 1, 1])
    assert calibration.expected_calibration_error(probs, labels) == 0


@pytest.mark.parametrize("bins", [1, 5, 15])
def test_the_calibration_error_agrees_with_a_slow_loop(bins):
    probs, labels = some_predictions()
    expected = 0.0
    for digits in slow_bins(probs, labels, bins):
        expected += abs(math.fsum(first - right for first, right in digits)) / len(probs)
    found = calibration.expected_calibration_error(probs, labels, bins=bins)
    assert found == pytest.approx(expected, abs=1e-12)
    assert expected > 0.01  # else nothing is off


def test_the_calibration_error_has_fifteen_bins_unless_told_otherwise():
    probs, labels = some_predictions()
    five, fifteen, by_default = (
        calibration.expected_calibration_error(probs, labels, **given)
        for given in ({"bins": 5}, {"bins": 15}, {})
    )
    assert fifteen == by_default > five + 0.02


# All of it, for JSON


@pytest.mark.parametrize("members", [None, 3])
def test_the_measure_is_of_the_same_digits_before_and_after_ready_for_json(members):
    logits = some_logits(*([members] if members else []), 300, 3, scale=4)
    labels = np.random.default_rng(3).integers(3, size=300)
    found = calibration.measure(logits, labels, 2.5)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found) == ["temperature", "before", "after", "changed"]
    assert found["temperature"] == 2.5
    for when, temperature in (("before", 1), ("after", 2.5)):
        probs = scipy.special.softmax(logits / temperature, axis=-1)
        probs = probs if members is None else probs.mean(axis=0)
        told = found[when]
        expected = calibration.reliability(probs, labels)
        assert list(told) == ["ece", "loss", *expected._fields]
        assert told["ece"] == pytest.approx(calibration.expected_calibration_error(probs, labels))
        own = probs[np.arange(300), labels]
        assert told["loss"] == pytest.approx(-np.log(own).mean(), rel=1e-9)
        for name, column in expected._asdict().items():
            values = [math.nan if value is None else value for value in told[name]]
            np.testing.assert_allclose(values, column, rtol=1e-9)
    assert None in found["before"]["accuracy"]  # bins below a third are empty
    assert found["after"]["loss"] < found["before"]["loss"]


def test_a_temperature_changes_no_prediction_of_one_network_but_may_change_a_committees():
    # One sure of class 0, two that lean to class 1; and a digit on which all agree.
    committee = np.array([[[10.0, 0], [0, 5]], [[0, 0.5], [0, 5]], [[0, 0.5], [0, 5]]])
    labels = np.array([0, 1])
    assert calibration.measure(committee, labels, 0.05)["changed"] == 1
    assert calibration.measure(committee, labels, 1.0)["changed"] == 0
    for network in committee:
        assert calibration.measure(network, labels, 0.05)["changed"] == 0


def test_the_temperature_found_does_not_raise_the_loss():
    logits = some_logits(2000, 5)
    labels = drawn_labels(scipy.special.softmax(logits, axis=1))
    sure = 3 * logits
    found = calibration.measure(sure, labels, calibration.temperature(sure, labels))
    assert found["after"]["loss"] < found["before"]["loss"] - 0.1
    assert found["after"]["ece"] < 0.03 < found["before"]["ece"]
    assert found["before"]["ece"] == calibration.expected_calibration_error(
        scores.softmax(sure), labels
    )
