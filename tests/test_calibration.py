"""Calibration: known temperatures are found again; bins and errors by hand."""

import json

import numpy as np
import pytest
import scipy.special

from ambiguous_digits import calibration, evaluation


@pytest.mark.parametrize(("members", "factor"), [(1, 0.3), (1, 2.5), (3, 0.4), (3, 3)])
def test_the_temperature_by_which_logits_were_multiplied_is_found_again(members, factor):
    logits = np.random.default_rng(1).normal(scale=2, size=(members, 40_000, 4))
    probs = scipy.special.softmax(logits, axis=2).mean(axis=0)
    cuts = np.random.default_rng(2).random((40_000, 1))
    labels = (probs.cumsum(axis=1) < cuts).sum(axis=1)  # one for each row, drawn from it
    found = calibration.temperature(factor * logits, labels)
    assert found == pytest.approx(factor, rel=0.02)
    assert type(found) is float
    if members == 1:
        assert calibration.temperature(factor * logits[0], labels) == found


def test_temperatures_are_looked_for_up_to_twenty_of_p_smaller_than_any_number_too():
    labels = np.arange(60) % 3
    sure = 1e4 * np.eye(3)[labels]
    sure[0] = sure[0, ::-1]
    assert calibration.temperature(sure, labels) == pytest.approx(20, rel=1e-3)


def test_softened_probabilities_are_those_worked_out_by_hand():
    logits = np.log([[1.0, 4.0], [9.0, 1.0]])
    by_hand = {2: [[1 / 3, 2 / 3], [3 / 4, 1 / 4]], 0.5: [[1 / 17, 16 / 17], [81 / 82, 1 / 82]]}
    for temperature, expected in by_hand.items():
        found = calibration.soften(logits.astype(np.float32), temperature)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    # A committee network by network, before the mean.
    committee = np.log([[[1.0, 4.0]], [[1.0, 16.0]]])
    expected = [[(1 / 3 + 1 / 5) / 2, (2 / 3 + 4 / 5) / 2]]
    np.testing.assert_allclose(calibration.soften(committee, 2), expected, rtol=1e-14)


# Rows and labels, in the fourth, eighth and tenth of fifteen bins: two, one and three.
ROWS = [[0.5, 0.5, 0, 0], [0, 0.625, 0.25, 0.125], *[[0, 0.25, 0.65625, 0.09375]] * 2]
PROBS = np.array([*[[0.25] * 4] * 2, *ROWS])
LABELS = np.array([0, 3, 0, 1, 2, 1])


@pytest.mark.filterwarnings("error")  # of empty bins, too
def test_reliability_and_the_calibration_error_are_those_worked_out_by_hand():
    found = calibration.reliability(PROBS, LABELS)
    full = [3, 7, 9]
    assert found["count"].tolist() == np.bincount([3, 3, 7, 9, 9, 9], minlength=15).tolist()
    expected = {"confidence": [0.25, 0.5, 1.9375 / 3], "accuracy": [0.5, 1, 2 / 3]}
    assert found.loc[full, list(expected)].to_dict("list") == expected
    intervals = [evaluation.interval(*share) for share in ((1, 2), (1, 1), (2, 3))]
    assert list(zip(found["low"][full], found["high"][full], strict=True)) == intervals
    assert found.drop(index=full).drop(columns="count").isna().all(axis=None)
    # Of a committee that of its mean; the last bin reaches to the end.
    committee = np.array([[[1.0, 0.0]], [[0.25, 0.75]]])  # 0.625
    found = calibration.reliability(committee, np.array([1]))
    assert found.loc[9, ["count", "confidence", "accuracy"]].tolist() == [1, 0.625, 0]
    found = calibration.reliability(np.array([[0.0, 1 + 9e-6]]), np.array([1]))
    assert found["count"].tolist() == [0] * 14 + [1]
    found = calibration.expected_calibration_error(calibration.reliability(PROBS, LABELS))
    # Too modest by 1/4 on two digits, by 1/2 on one, and by 2/3 - 1.9375/3 on three.
    assert found == pytest.approx((2 * 0.25 + 1 * 0.5 + 2 - 1.9375) / 6, abs=1e-15)
    # Too sure and too modest do not cancel.
    found = calibration.reliability(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([1, 0]))
    assert calibration.expected_calibration_error(found) == 0.75


def test_the_measure_is_of_the_same_digits_before_and_after_and_counts_other_predictions():
    logits, labels = np.log([[3.0, 1.0], [3.0, 1.0]]), np.array([0, 1])
    found = calibration.measure(logits, labels, 0.5)  # sure by 3/4, then by 9/10
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["temperature"] == 0.5
    for when, sure in (("before", 0.75), ("after", 0.9)):
        loss = -np.log(sure * (1 - sure)) / 2
        assert (found[when]["ece"], found[when]["loss"]) == pytest.approx((sure - 0.5, loss))
        assert pytest.approx(sure) in found[when]["confidence"]
    # A committee may say another class: one sure of 0, two that lean to 1. On the next all agree.
    torn, agreed = [[10, 0, -20], [0, 0.5, -20], [0, 0.5, -20]], [0, 5, -20]
    committee = np.array([[each, agreed] for each in torn])
    labels = np.array([0, 1])
    assert calibration.measure(committee, labels, 0.05)["changed"] == 1
    assert calibration.measure(committee, labels, 1.0)["changed"] == 0
    for network in committee:
        assert calibration.measure(network, labels, 0.05)["changed"] == 0
