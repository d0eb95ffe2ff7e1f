"""How often a network is right, and where it errs: probabilities and labels in, numbers out."""

import numpy as np
from scipy.stats import binomtest, rankdata
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, roc_auc_score

from . import ranking, scores


def metrics(probs: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return `accuracy`, a fraction, and `loss`, the mean of -ln p[label] in nats.

    probs: (N, K) or (M, N, K), whose mean counts; labels: (N,). Raises as `scores.label_doubt`.
    """
    probs, labels = scores.mean_probs(probs), scores.check_labels(labels, probs)
    return {
        "accuracy": float(accuracy_score(labels, probs.argmax(axis=1))),
        "loss": float(log_loss(labels, probs, labels=range(probs.shape[1]))),
    }


def confusions(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how many digits of each class are taken for each: int64 (K, K).

    Rows: labels; columns: predictions, the largest of each row of probs (N, K).
    """
    return confusion_matrix(labels, np.argmax(probs, axis=1), labels=range(np.shape(probs)[-1]))


def leftover(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return where the probability goes when it does not go to the truth: float64 (K, K).

    Row t, column c: the sum of p[c] over the digits of class t, c != t; the diagonal is 0. In
    digits: all sums to N times the mean of 1 - p[label]. probs: (N, K); labels: integer (N,).
    """
    probs, labels = scores.mean_probs(probs), scores.check_labels(labels, probs)
    sums = np.zeros((probs.shape[1],) * 2)
    np.add.at(sums, labels, probs)
    np.fill_diagonal(sums, 0)
    return sums


def share_of_row(matrix: np.ndarray) -> np.ndarray:
    """Return `matrix` (K, K) with each row divided by its sum; a row of zeros becomes NaN."""
    totals = np.sum(matrix, axis=1, keepdims=True)
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
    """Return `count`, `total`, `rate`, its 95 % interval `low`, `high`; hits: bool (N,), N >= 1."""
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


def auroc(score: np.ndarray, positive: np.ndarray) -> float:
    """Return how well a score tells positives from the rest: the area under its ROC curve.

    The probability that a positive drawn at random scores higher than a negative, ties counting
    half: in [0, 1], 1 if every positive comes first, 1/2 for chance. NaN where one kind lacks.
    score: (N,), finite, higher = more ambiguous; positive: bool (N,). Hanley and McNeil 1982.
    """
    return float(roc_auc_score(positive, score)) if 0 < positive.sum() < len(score) else np.nan


def auroc_interval(score: np.ndarray, positive: np.ndarray, *, seed: int) -> dict[str, float]:
    """Return `auroc` and its 95 % interval, `low` and `high`; all NaN where it is NaN.

    The percentile bootstrap of 2,000 draws, of positives and of negatives apart; the same seed
    draws the same digits for every score. With few of one kind, or all in order, it is too narrow.
    Takes memory for positives x negatives. Source: Efron 1979.
    """
    area = auroc(score, positive)
    if np.isnan(area):
        return {"auroc": area, "low": area, "high": area}
    one, other = score[positive][:, None], score[~positive]
    wins = (one > other) + (one == other) / 2
    rng = np.random.default_rng(seed)
    # How often each digit is drawn.
    up, down = (rng.multinomial(n, np.full(n, 1 / n), size=2000) for n in wins.shape)
    low, high = np.quantile((up @ wins * down).sum(axis=1) / wins.size, [0.025, 0.975])
    return {"auroc": area, "low": float(low), "high": float(high)}


def found(planted: dict[str, np.ndarray], rest: dict[str, np.ndarray]) -> dict[str, dict]:
    """Return how well each score finds what was planted, by the score's name.

    {"auroc", "precision"}, in [0, 1]: `auroc` of planted against rest, and the share of the planted
    among the first n, the rest first on ties. planted, rest: by name of the score, (n,) and (N,).
    """
    result = {}
    for name, score in planted.items():
        both = np.concatenate([rest[name], score])
        positive = np.arange(len(both)) >= len(rest[name])
        precision = positive[ranking.order(both)[: len(score)]].mean()
        result[name] = {"auroc": auroc(both, positive), "precision": float(precision)}
    return result


def verdict_rates(
    member_probs: np.ndarray, labels: np.ndarray, others: np.ndarray | None = None
) -> dict[str, dict]:
    """Return how often each verdict is given to pictures whose truth is known, as `rate`.

    By name of the verdict; and `pair`, where a second class went in: how often, of those with two
    readings, the two most probable classes are the two that went in. member_probs: (M, n, K);
    labels: integer (n,); others: integer (n,), the second class, -1 where there is none.
    """
    given = ranking.verdicts(member_probs, labels)["verdict"].to_numpy()
    rates = {name: rate(given == name) for name in ranking.VERDICTS}
    two = given == "two readings"
    if others is not None and two.any() and np.min(others) >= 0:
        best = np.sort(np.mean(member_probs, axis=0).argsort(axis=1)[:, -2:], axis=1)
        right = (best == np.sort(np.stack([labels, others], axis=1), axis=1)).all(axis=1)
        rates["pair"] = rate(right[two])
    return rates


def accuracy_of_rest(score: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the accuracy on what is left when the first k digits go to a person: float64 (N,).

    For k = 0 to N - 1; first are those of the highest score, ties by lower index. In [0, 1].
    score: (N,), higher = more ambiguous; right: bool (N,), whether each is classified as its label
    says. Source: accuracy-rejection curves, Nadeem, Zucker and Hanczar, MLSB 2010.
    """
    kept = right[ranking.order(score)][::-1]
    return (kept.cumsum() / np.arange(1, len(kept) + 1))[::-1]


def rank_correlations(values: np.ndarray) -> np.ndarray:
    """Return Spearman's rank correlation of every two rows: float64 (S, S) in [-1, 1].

    Equal values share their mean rank; a row of equal ones has 0 with all others. values: (S, N).
    """
    ranked = rankdata(values, axis=1) - (np.shape(values)[1] + 1) / 2
    lengths = np.linalg.norm(ranked, axis=1, keepdims=True)
    ranked = np.divide(ranked, lengths, out=np.zeros_like(ranked), where=lengths > 0)
    result = ranked @ ranked.T
    np.fill_diagonal(result, 1)
    return result


def known(values: np.ndarray) -> list[float | int | None]:
    """Return numbers (n,) ready for JSON, which knows no NaN: None instead."""
    return [None if np.isnan(value) else value.item() for value in values]
