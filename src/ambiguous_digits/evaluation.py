"""How often a network is right, and where it errs: probabilities and labels in, numbers out."""

import numpy as np
from scipy.signal import correlate2d
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss

from . import scores


def metrics(probs: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return `accuracy`, a fraction, and `loss`, the mean of -ln p[label] in nats.

    probs: (N, K), or (M, N, K) for a committee, whose mean counts; labels: integer (N,).
    Raises ValueError as `scores.label_doubt` does.
    """
    probs = scores.mean_probs(probs)
    labels = scores.check_labels(labels, probs)
    return {
        "accuracy": float(accuracy_score(labels, probs.argmax(axis=1))),
        "loss": float(log_loss(labels, probs, labels=range(probs.shape[1]))),
    }


def confusions(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how many digits of each class are taken for each: int64 (K, K).

    Rows: labels; columns: predictions, the largest of each row of probs (N, K).
    """
    classes = range(np.shape(probs)[-1])
    return confusion_matrix(labels, np.argmax(probs, axis=1), labels=classes).astype(np.int64)


def leftover(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return where the probability goes when it does not go to the truth: float64 (K, K).

    Row t, column c: the sum of p[c] over the digits of class t, c != t; the diagonal is 0. In
    units of digits: the whole matrix sums to N times the mean of 1 - p[label].
    probs: (N, K); labels: integer (N,).
    """
    probs = scores.mean_probs(probs)
    labels = scores.check_labels(labels, probs)
    sums = np.zeros((probs.shape[1],) * 2)
    np.add.at(sums, labels, probs)
    np.fill_diagonal(sums, 0)
    return sums


def share_of_row(matrix: np.ndarray) -> np.ndarray:
    """Return `matrix` (K, K) with each row divided by its sum; a row of zeros becomes NaN."""
    totals = np.asarray(matrix, float).sum(axis=1, keepdims=True)
    return np.divide(matrix, totals, out=np.full(np.shape(matrix), np.nan), where=totals > 0)


def one_opinion(probs: np.ndarray, folds: int) -> np.ndarray:
    """Return of each test digit as many opinions as training digits have: one per repeat.

    probs: (repeats x folds, N, K), ordered by (repeat, fold). Returns (repeats, N, K): digit i
    keeps those of network (r, i mod folds), so that test and training digits can be compared.
    """
    repeats = probs.reshape(-1, folds, *probs.shape[1:])
    digits = np.arange(probs.shape[1])
    return repeats[:, digits % folds, digits]


def interval(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, `hits` of `total`, by Wilson's score; NaN for 0 of 0."""
    if not total:
        return float("nan"), float("nan")
    found = binomtest(hits, total).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def rate(hits: np.ndarray) -> dict[str, float]:
    """Return how often: `count`, `total`, `rate` and its 95 % interval `low`, `high`.

    hits: bool (N,), N at least 1.
    """
    count, total = int(np.sum(hits)), len(hits)
    low, high = interval(count, total)
    return {"count": count, "total": total, "rate": count / total, "low": low, "high": high}


def difference(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Return how much more frequent one is than the other, two of `rate`, in shares.

    `rate`: one - other; `low`, `high`: its 95 % interval, by Newcombe's hybrid of both intervals:
    where it holds 0 the two may be the same. Source: Newcombe, Statistics in Medicine 17, 1998.
    """
    rate = one["rate"] - other["rate"]
    down = np.hypot(one["rate"] - one["low"], other["high"] - other["rate"])
    up = np.hypot(one["high"] - one["rate"], other["rate"] - other["low"])
    return {"rate": rate, "low": float(rate - down), "high": float(rate + up)}


def known(values: np.ndarray) -> list[float | int | None]:
    """Return numbers (n,) ready for JSON, which knows no NaN: None instead."""
    return [None if np.isnan(value) else value.item() for value in values]


def example(probs: np.ndarray, labels: np.ndarray, class_: int = 3) -> int:
    """Return the digit that the article follows through the network, by a fixed rule.

    The test digit of class 3 (of the last class where there are fewer) that the network is most
    sure of; the first on ties, or where the class has none. A 3 has both curves and ends.
    probs: (N, K) of one network; labels: integer (N,).
    """
    class_ = min(class_, probs.shape[1] - 1)
    return int(np.where(labels == class_, probs[:, class_], -1).argmax())


def slope_share(kernels: np.ndarray) -> np.ndarray:
    """Return how far each kernel is a plain slope, an edge finder: float64 (n,) in [0, 1].

    The share of the variance of its nine numbers that a plane through them accounts for, R². 1 for
    kernels that rise evenly in any one direction, 0 for lines, corners, dots, and where all nine
    are equal. kernels: (3, 3, n).
    """
    centred = kernels - kernels.mean(axis=(0, 1))
    slope = np.array([-1.0, 0, 1]) / np.sqrt(6)
    across, down = np.einsum("j,ijn->n", slope, centred), np.einsum("i,ijn->n", slope, centred)
    variance = (centred**2).sum(axis=(0, 1))
    explained = across**2 + down**2
    return np.divide(explained, variance, out=np.zeros_like(variance), where=variance > 0)


def strongest_window(image: np.ndarray, kernel: np.ndarray) -> tuple[int, int]:
    """Return the upper left pixel (row, column) of the window that answers a kernel most.

    image: (H, W); kernel: (3, 3); the answer is the sum of products. Ties: the first in order.
    """
    answers = correlate2d(np.asarray(image, float), kernel, mode="valid")
    row, column = np.unravel_index(answers.argmax(), answers.shape)
    return int(row), int(column)
