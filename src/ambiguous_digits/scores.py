"""Scores of ambiguity: probabilities in, one number per digit out, higher = more ambiguous.

Pure NumPy. Every score takes `probs` of one network, (N, K), or of a committee, (M, N, K), whose
mean over the M networks is scored; N digits, K classes. Rows are checked, never renormalised.
"""

from collections.abc import Callable

import numpy as np

TOLERANCE = 1e-5  # how far the sum of a row may be from 1


def low_confidence(probs: np.ndarray) -> np.ndarray:
    """Return how unsure the prediction is: 1 - p1, with p1 the largest probability of the row.

    Float64 (N,) in [0, 1 - 1/K]; higher = more ambiguous. The write-up's first definition. Blind
    to digits of which the network is sure and wrong: see `label_doubt` and `confident_mistake`.
    Raises ValueError, with the row's number, on rows that are no probabilities.
    Source: "least confidence", Settles, Active Learning Literature Survey, 2009, section 3.1.
    """
    return _unit(1 - mean_probs(probs).max(axis=1))


def small_margin(probs: np.ndarray) -> np.ndarray:
    """Return how close the second choice comes: 1 - (p1 - p2), the two largest of the row.

    Float64 (N,) in [0, 1]; higher = more ambiguous; 1 where two classes tie for the first place.
    Prefer it when the question is "which of two?". Raises ValueError as `low_confidence` does.
    Source: "margin sampling", Scheffer et al., IDA 2001.
    """
    second, first = np.partition(mean_probs(probs), -2, axis=1)[:, -2:].T
    return _unit(1 - (first - second))


def entropy(probs: np.ndarray) -> np.ndarray:
    """Return how widely the probability is spread: -sum p ln p / ln K, with 0 ln 0 = 0.

    Float64 (N,) in [0, 1]; higher = more ambiguous; 1 where all K classes are equally likely.
    Prefer it when doubt among many classes shall count more than doubt between two. Raises
    ValueError as `low_confidence` does. Source: Shannon 1948.
    """
    probs = mean_probs(probs)
    logs = np.log(probs, out=np.zeros_like(probs), where=probs > 0)
    return _unit(-(probs * logs).sum(axis=1) / np.log(probs.shape[1]))


def label_doubt(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how little is left for the label: 1 - p[label].

    labels: integer (N,) in 0..K-1. Float64 (N,) in [0, 1]; higher = more ambiguous. Prefer it
    when the labels themselves are in question: it sees both unsure and confidently wrong
    predictions. Raises ValueError as `low_confidence` does, and on labels that do not fit.
    Source: "self-confidence", Northcutt, Jiang and Chuang, JAIR 70, 2021.
    """
    probs = mean_probs(probs)
    labels = check_labels(labels, probs)
    return _unit(1 - probs[np.arange(len(probs)), labels])


def confident_mistake(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the confidence of wrong predictions: p1 where argmax p differs from the label, else 0.

    labels: integer (N,) in 0..K-1; argmax is the lowest index on ties. Float64 (N,) in [0, 1];
    higher = more ambiguous. The write-up's second definition. Raises ValueError as `label_doubt`.
    """
    probs = mean_probs(probs)
    labels = check_labels(labels, probs)
    return _unit(np.where(probs.argmax(axis=1) != labels, probs.max(axis=1), 0.0))


#: Name of a score -> function of `probs` alone, or of `probs` and `labels` (see NEEDS_LABELS).
SCORES: dict[str, Callable[..., np.ndarray]] = {
    score.__name__: score
    for score in (low_confidence, small_margin, entropy, label_doubt, confident_mistake)
}
NEEDS_LABELS = frozenset({"label_doubt", "confident_mistake"})


def all_scores(probs: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return every score of SCORES by its name: float64 (N,) each."""
    return {
        name: score(probs, labels) if name in NEEDS_LABELS else score(probs)
        for name, score in SCORES.items()
    }


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities of logits (..., K): exp z / sum exp z over the last axis, float64.

    Safe for any finite logits: the largest of each row is subtracted first. Raises ValueError on
    logits that are not finite.
    """
    logits = np.asarray(logits, np.float64)
    if not np.isfinite(logits).all():
        raise ValueError("logits must be finite, but some are NaN or infinite")
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def mean_probs(probs: np.ndarray) -> np.ndarray:
    """Return checked probabilities, float64 (N, K): `probs` itself, or the mean of (M, N, K).

    A row is valid if it is finite, nowhere negative, and sums to 1 within 1e-5. Raises
    ValueError with the number of the first row that is not, and of its network.
    """
    probs = np.asarray(probs, np.float64)
    if probs.ndim not in (2, 3) or probs.shape[-1] < 2 or probs.shape[0] == 0:
        raise ValueError(
            f"probs has shape {probs.shape}; needed: (N, K) for one network or (M, N, K) for a "
            "committee of M >= 1, with K >= 2 classes"
        )
    sums = probs.sum(axis=-1)
    # The sum itself is rounded: a row that is off by just the tolerance is still valid.
    bad = ~(np.abs(sums - 1) <= TOLERANCE + 1e-12) | (probs < 0).any(axis=-1)
    if bad.any():
        *network, row = (int(index) for index in np.argwhere(bad)[0])
        of = f" of network {network[0]}" if network else ""
        raise ValueError(
            f"row {row}{of} of probs is no distribution: {probs[(*network, row)]} sums to "
            f"{sums[(*network, row)]:.6g}; needed: finite, >= 0, sum 1 within {TOLERANCE:g}. "
            "Logits go through softmax first"
        )
    return probs if probs.ndim == 2 else probs.mean(axis=0)


def check_labels(labels: np.ndarray, probs: np.ndarray) -> np.ndarray:
    """Return `labels` as int64 (N,) if they are classes of `probs` (N, K); else ValueError."""
    labels = np.asarray(labels)
    if labels.shape != probs.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels are {labels.dtype} of shape {labels.shape}; needed: integers of shape "
            f"{probs.shape[:1]}, one per row of probs"
        )
    outside = (labels < 0) | (labels >= probs.shape[1])
    if outside.any():
        row = int(outside.argmax())
        raise ValueError(
            f"label {labels[row]} in row {row} is outside 0..{probs.shape[1] - 1}, the classes of "
            "probs"
        )
    return labels.astype(np.int64)


def _unit(score: np.ndarray) -> np.ndarray:
    """Cut what rounding, or a row's sum of up to 1 + TOLERANCE, carries outside [0, 1]."""
    return np.clip(score, 0, 1)
