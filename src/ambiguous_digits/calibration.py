"""Does a network mean what it says? Confidence against the share that is right, and a remedy."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, logsumexp

from . import evaluation, scores

BINS = 15  # of confidence, of equal width


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature T at which `soften(logits, T)` has the least loss.

    logits: (N, K) of one network or (M, N, K) of a committee, on digits that they never saw;
    labels: integer (N,). The loss is the mean of -ln p[label], in nats. T > 1 softens the too sure,
    T < 1 sharpens the too modest; T in 0.05…20. Source: Guo, Pleiss, Sun and Weinberger, ICML 2017.
    """
    committee = np.reshape(logits, (-1, *np.shape(logits)[-2:])).astype(np.float64)

    def loss(log_t: float) -> float:
        # In logarithms, for p[label] may be smaller than any number.
        own = log_softmax(committee / np.exp(log_t), axis=-1)[:, np.arange(len(labels)), labels]
        return -float(logsumexp(own, axis=0).mean())

    bounds = np.log(0.05), np.log(20)
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def soften(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Return probabilities at a temperature T > 0: float64 (N, K), softmax(z / T).

    Of a committee (M, N, K) the mean over its networks. No T changes what one network predicts.
    """
    return scores.mean_probs(scores.softmax(np.asarray(logits, np.float64) / temperature))


def reliability(probs: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Return how often predictions are right, by their confidence p1, in 15 equal bins: the rows.

    Columns: `confidence`, the mean of p1; `accuracy`, the share that is right; `low`, `high`, its
    95 % interval (Wilson); all NaN in an empty bin; `count`, int64, the digits in the bin. Bin b
    holds those with b / 15 < p1 <= (b + 1) / 15. probs: (N, K) or (M, N, K), whose mean counts;
    labels: integer (N,). Raises ValueError as `scores.label_doubt`.
    """
    probs = scores.mean_probs(probs)
    right = probs.argmax(axis=1) == scores.check_labels(labels, probs)
    confidence = probs.max(axis=1)
    place = np.searchsorted(np.arange(1, BINS) / BINS, confidence)
    summed = (np.bincount(place, weights, BINS) for weights in (None, right, confidence))
    count, hits, total = map(pd.Series, summed)
    intervals = [evaluation.interval(int(k), n) for k, n in zip(hits, count, strict=True)]
    low, high = np.transpose(intervals)
    shares = {"confidence": total / count, "accuracy": hits / count, "low": low, "high": high}
    return pd.DataFrame({**shares, "count": count})


def expected_calibration_error(bins: pd.DataFrame) -> float:
    """Return the ECE: the mean distance of confidence from accuracy, 0 to 1; 0 is best.

    Sum over the bins of `reliability` that are not empty of (digits / N) * |accuracy - confidence|.
    Source: Naeini, Cooper and Hauskrecht, AAAI 2015; Guo et al., ICML 2017.
    """
    gaps = (bins["accuracy"] - bins["confidence"]).abs()
    return float((gaps * bins["count"]).sum() / bins["count"].sum())


def measure(logits: np.ndarray, labels: np.ndarray, temperature: float) -> dict[str, Any]:
    """Return what a temperature does to the predictions of some digits, ready for JSON.

    logits: (N, K) or (M, N, K). temperature; before and after: ece, loss, and the columns of
    `reliability` (None in empty bins); changed: how many digits are predicted to be another class.
    """
    probs = {"before": soften(logits, 1), "after": soften(logits, temperature)}
    found = {"temperature": temperature}
    for when, each in probs.items():
        bins = reliability(each, labels)
        found[when] = {
            "ece": expected_calibration_error(bins),
            "loss": evaluation.metrics(each, labels)["loss"],
            **{name: evaluation.known(bins[name].to_numpy()) for name in bins},
        }
    before, after = (each.argmax(axis=1) for each in probs.values())
    return found | {"changed": int((before != after).sum())}
