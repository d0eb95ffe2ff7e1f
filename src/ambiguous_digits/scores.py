"""Scores of ambiguity: probabilities in, one number per digit out, higher = more ambiguous.

Every score takes `probs` of one network, (N, K), or of a committee, (M, N, K); N digits, K classes,
M networks. Most score the mean over the M networks; `expected_entropy`, `mutual_information` and
`disagreement` look at its members, and take one network for a committee of one; `logit_gap` takes
logits. Rows are checked, never renormalised. `probs` may be a pandas frame, whose columns name the
classes; labels are classes' numbers or names (see `check_labels`).
"""

from collections.abc import Callable

import numpy as np
from scipy import special

#: How far the sum of a row may be from 1; and for each class, where p are rounded to 3 decimals, or
#: to the 11 bits of float16.
TOLERANCE, ROUNDED, HALF = 1e-5, 0.0005, 0.001


def low_confidence(probs: np.ndarray) -> np.ndarray:
    """Return how unsure the prediction is: 1 - p1, with p1 the largest probability of the row.

    Float64 (N,) in [0, 1 - 1/K]; higher = more ambiguous. The write-up's first definition; blind
    to sure mistakes, which `label_doubt` and `confident_mistake` see. Raises ValueError, with the
    row's number, on rows that are no probabilities.
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
    return _unit(_entropy(mean_probs(probs)))


def label_doubt(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how little is left for the label: 1 - p[label].

    labels: integer (N,) in 0..K-1. Float64 (N,) in [0, 1]; higher = more ambiguous. Prefer it
    when the labels are in question: it sees unsure and confidently wrong predictions. Raises
    ValueError as `low_confidence` does, and on labels that do not fit.
    Source: "self-confidence", Northcutt, Jiang and Chuang, JAIR 70, 2021.
    """
    probs, labels = mean_probs(probs), check_labels(labels, probs)
    return _unit(1 - probs[np.arange(len(probs)), labels])


def confident_mistake(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the confidence of wrong predictions: p1 where argmax p differs from the label, else 0.

    labels: integer (N,) in 0..K-1; argmax is the lowest index on ties. Float64 (N,) in [0, 1];
    higher = more ambiguous. The write-up's second definition. Raises ValueError as `label_doubt`.
    """
    probs, labels = mean_probs(probs), check_labels(labels, probs)
    return _unit(np.where(probs.argmax(axis=1) != labels, probs.max(axis=1), 0.0))


def expected_entropy(probs: np.ndarray) -> np.ndarray:
    """Return how torn the networks are, each by itself: the mean of their entropies.

    1/M sum over m of H(p_m) / ln K, with H(p) = -sum p ln p. Float64 (N,) in [0, 1]; higher = more
    ambiguous; equal to `entropy` for one network. The "aleatoric" part of doubt, that of the
    digit: prefer it to find digits on which every network hesitates. Raises ValueError as
    `low_confidence` does. Source: Depeweg et al., ICML 2018. Whether this and the other part,
    `mutual_information`, measure what they are named for is disputed: Wimmer et al., UAI 2023.
    """
    mean_probs(probs)  # refuses what is no distribution
    return _unit(_entropy(np.array(probs, np.float64, ndmin=3)).mean(axis=0))


def mutual_information(probs: np.ndarray) -> np.ndarray:
    """Return how much the networks contradict each other: `entropy` - `expected_entropy`.

    Of the prediction and the choice of the network, / ln K. Float64 (N,) in [0, 1]; higher = more
    ambiguous; 0 where all networks say the same, and for one network. The "epistemic" part, which
    more digits to learn from could settle: prefer it to find digits unlike those. Raises
    ValueError as `low_confidence` does. Source: Houlsby et al., arXiv 1112.5745, 2011 ("BALD").
    """
    difference = entropy(probs) - expected_entropy(probs)
    return np.where(difference > 1e-12, difference, 0.0)  # less is rounding


def disagreement(probs: np.ndarray) -> np.ndarray:
    """Return the share of networks that do not predict what the committee predicts.

    The mean over m of [argmax p_m != argmax of the mean]; argmax is the lowest index on ties.
    Float64 (N,) in [0, 1], whole M-ths; higher = more ambiguous; 0 for one network. Many digits
    tie: prefer it to explain a result, not to rank. Raises ValueError as `low_confidence` does.
    Source: after the "variation ratio", Freeman, Elementary Applied Statistics, 1965.
    """
    prediction = mean_probs(probs).argmax(axis=1)
    return (np.array(probs, ndmin=3).argmax(axis=2) != prediction).mean(axis=0)


def second_choice(probs: np.ndarray) -> np.ndarray:
    """Return the probability of the second choice: p2, the second largest of the row.

    Float64 (N,) in [0, 1/2]; higher = more ambiguous; 1/2 where two classes share everything.
    Prefer it to find digits that can be read in just two ways: doubt among many classes lowers it.
    Raises ValueError as `low_confidence` does.
    """
    return _unit(np.partition(mean_probs(probs), -2, axis=1)[:, -2])


def logit_gap(logits: np.ndarray) -> np.ndarray:
    """Return how close the second choice comes in logits: exp(-(z1 - z2)), the two largest.

    logits: (N, K), or (M, N, K) for a committee, whose mean logits count. Float64 (N,) in [0, 1];
    higher = more ambiguous; 1 where two classes tie; p2 / p1 for one network. Of such measures it
    fitted best how sure 60 people were. Raises ValueError on another shape, and on logits that
    are not finite. Source: PLOS Computational Biology, doi 10.1371/journal.pcbi.1013827.
    """
    logits = _finite(logits)
    if logits.ndim not in (2, 3) or logits.shape[-1] < 2 or logits.shape[0] == 0:
        raise ValueError(f"logits have shape {logits.shape}; needed: (N, K) or (M, N, K), K >= 2")
    mean = logits if logits.ndim == 2 else logits.mean(axis=0)
    second, first = np.partition(mean, -2, axis=1)[:, -2:].T
    return np.exp(second - first)


_scores = [low_confidence, small_margin, entropy, label_doubt, confident_mistake]
_scores += [expected_entropy, mutual_information, disagreement, second_choice]
#: Name of a score -> function of `probs` alone, or of `probs` and `labels` (see NEEDS_LABELS).
#: `logit_gap`, of logits, is not among them.
SCORES: dict[str, Callable[..., np.ndarray]] = {score.__name__: score for score in _scores}
NEEDS_LABELS = frozenset({"label_doubt", "confident_mistake"})
OF_MEMBERS = frozenset({"expected_entropy", "mutual_information", "disagreement"})


def by_name(name: str, probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the score of SCORES that has this name; `labels` go to those that need them."""
    return SCORES[name](probs, labels) if name in NEEDS_LABELS else SCORES[name](probs)


def all_scores(logits: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return every score by its name, those of SCORES and `logit_gap`: float64 (N,) each.

    logits: (M, N, K) of a committee; labels: integer (N,). Raises ValueError as the scores do.
    """
    probs = softmax(logits)
    mean = mean_probs(probs)
    found = {name: by_name(name, probs if name in OF_MEMBERS else mean, labels) for name in SCORES}
    return found | {"logit_gap": logit_gap(logits)}


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities of logits (..., K): exp z / sum exp z over the last axis, float64.

    Raises ValueError on logits that are not finite; safe for all others.
    """
    return special.softmax(_finite(logits), axis=-1)


def mean_probs(probs: np.ndarray) -> np.ndarray:
    """Return checked probabilities, float64 (N, K): `probs` itself, or the mean of (M, N, K).

    A row is valid if it is finite, nowhere negative, and sums to 1 within 1e-5; within K × 0.0005
    where all values are multiples of 0.001, and K × 0.001 in float16. Raises ValueError with the
    number of the first row that is not, and of its network.
    """
    half = np.asarray(probs).dtype == np.float16
    probs = np.asarray(probs, np.float64)
    if probs.ndim not in (2, 3) or probs.shape[-1] < 2 or probs.shape[0] == 0:
        raise ValueError(
            f"probs has shape {probs.shape}; needed: (N, K) for one network or (M, N, K) for a "
            "committee of M >= 1, with K >= 2 classes"
        )
    sums = np.einsum("...k->...", probs)  # five times as fast as probs.sum
    # The sum itself is rounded: a row that is off by just the tolerance is still valid.
    tolerance, off = TOLERANCE, ~(np.abs(sums - 1) <= TOLERANCE + 1e-12)
    if off.any() and (half or (np.abs(1000 * probs - np.rint(1000 * probs)) < 1e-4).all()):
        tolerance = probs.shape[-1] * (HALF if half else ROUNDED)
        off = ~(np.abs(sums - 1) <= tolerance + 1e-12)
    if off.any() or (probs < 0).any():
        off |= (probs < 0).any(axis=-1)
        *network, row = place = tuple(np.argwhere(off)[0])
        of = f" of network {network[0]}" if network else ""
        strange = (probs[place] < 0).any() or abs(sums[place] - 1) > 0.1
        hint = ". Logits go through softmax first" if strange else ""
        raise ValueError(
            f"row {row}{of} of probs is no distribution: {probs[place]} sums to {sums[place]:.6g}; "
            f"needed: finite, >= 0, sum 1 within {tolerance:g}{hint}"
        )
    return probs if probs.ndim == 2 else probs.mean(axis=0)


def check_labels(labels: np.ndarray, probs: np.ndarray) -> np.ndarray:
    """Return the number of each label's class, int64 (N,), of the K classes of `probs`.

    labels: (N,), integers 0 to K-1; or names, which are the columns of `probs`, if it is a pandas
    frame, or else all K of them, which stand for the classes in sorted order. Raises ValueError
    on another shape, and with the row's number on a label that is no class.
    """
    labels, (count, classes) = np.asarray(labels), np.shape(probs)[-2:]
    if labels.shape != (count,) or labels.dtype.kind not in "iuUO":
        raise ValueError(
            f"labels are {labels.dtype} of shape {labels.shape}; needed: integers or names of "
            f"shape {(count,)}, one per row of probs"
        )
    words, known = labels.astype(str), [str(k) for k in range(classes)]
    columns = [str(name) for name in getattr(probs, "columns", known)]
    numbered = labels.dtype.kind in "iu"
    if columns != known and not (numbered and set(words) - set(columns)):
        known = columns
    elif not numbered and set(words) - set(known) and len(set(words)) == classes:
        # Of numbers in words 10 may come before 2, or not: that is for a frame's columns to say.
        names, numeric = sorted(set(words)), all(word.isdecimal() for word in words)
        known = known if numeric and names != sorted(names, key=int) else names
    place = {name: k for k, name in enumerate(known)}
    numbers = np.array([place.get(word, -1) for word in words], np.int64)
    if (numbers < 0).any():
        row, classes = int((numbers < 0).argmax()), f"{known[0]}..{known[-1]}"
        raise ValueError(
            f"label {labels[row]} in row {row} is outside {classes}, the classes of probs"
        )
    return numbers


def _finite(logits: np.ndarray) -> np.ndarray:
    logits = np.asarray(logits, np.float64)
    if not np.isfinite(logits).all():
        raise ValueError("logits must be finite, but some are NaN or infinite")
    return logits


def _entropy(probs: np.ndarray) -> np.ndarray:
    """Return -sum p ln p / ln K over the last axis, with 0 ln 0 = 0."""
    logs = np.log(probs, out=np.zeros_like(probs), where=probs > 0)
    return -(probs * logs).sum(axis=-1) / np.log(probs.shape[-1])


def _unit(score: np.ndarray) -> np.ndarray:
    """Cut what rounding, or a row's sum of up to 1 + TOLERANCE, carries outside [0, 1]."""
    return np.clip(score, 0, 1)
