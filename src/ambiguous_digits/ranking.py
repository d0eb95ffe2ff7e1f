"""Who comes first: a total order of digits by a score, the two definitions, and verdicts."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import scores

RANKED = ("low_confidence", "label_doubt")  # the scores by which digits are ranked in the tables

#: Test digits of MNIST that the write-up names, in the order of its text.
NAMED = [1182, 1522, 9664, 247, 4761, 2130, 9729, 3422, 4176, 2118]

#: What can be said of a digit, in the order in which it is tried.
VERDICTS = ("against the label", "two readings", "scattered", "clear")


class Thresholds(NamedTuple):
    """Where verdicts begin.

    Chosen once, on MNIST, never on votes: of a grid, those that sort the planted pictures of one
    seed best while at least 98 % of training digits stay clear; 2-rank shows their neighbours.
    """

    sure: float = 0.85  # p1 from which the committee is sure
    both: float = 0.65  # p1 + p2 from which doubt is between two classes only
    alone: float = 0.5  # p1 above which a single network has made up its mind


THRESHOLDS = Thresholds()


def order(score: np.ndarray) -> np.ndarray:
    """Return all indices, most ambiguous (highest score) first, ties by the lower index.

    score: (N,), no NaN. Returns int64 (N,). Raises ValueError on NaN or another shape.
    """
    score = np.asarray(score, np.float64)
    if score.ndim != 1 or np.isnan(score).any():
        raise ValueError(f"score has shape {score.shape} and may hold no NaN; needed: (N,)")
    return np.argsort(-score, kind="stable")


def ranks(score: np.ndarray) -> np.ndarray:
    """Return the rank of each digit: int64 (N,), 1 = most ambiguous, in the order of `order`."""
    result = np.empty(len(score), np.int64)
    result[order(score)] = np.arange(1, len(score) + 1)
    return result


def least_confident(probs: np.ndarray, top: int) -> np.ndarray:
    """Return definition 1: the `top` digits of lowest confidence, least confident first.

    probs: (N, K), or (M, N, K) for a committee, whose mean counts. int64 (min(top, N),) indices;
    confidence: the probability of the predicted class; ties: the lower index. Prefer it to find the
    hard, right or wrong. Raises ValueError if `top` is no integer >= 1, and as `low_confidence`.
    """
    top = _whole(top)
    # By p1 itself: 1 - p1 rounds, and would make ties where there are none.
    return order(-scores.mean_probs(probs).max(axis=1))[:top]


def most_confident_mistakes(probs: np.ndarray, labels: np.ndarray, top: int) -> np.ndarray:
    """Return definition 2: the `top` wrong predictions, the most confident first.

    probs: (N, K) or (M, N, K); labels: integer (N,). int64 indices, ties by the lower index, fewer
    than `top` where there are fewer mistakes. Prefer it to find wrong labels and digits with two
    readings. Raises ValueError as `least_confident` does, and on labels that do not fit.
    """
    top = _whole(top)
    probs, labels = scores.mean_probs(probs), scores.check_labels(labels, probs)
    wrong = np.flatnonzero(probs.argmax(axis=1) != labels)
    return wrong[order(probs.max(axis=1)[wrong])][:top]


def verdicts(
    member_probs: np.ndarray, labels: np.ndarray, *, thresholds: Thresholds = THRESHOLDS
) -> pd.DataFrame:
    """Return for each digit the first verdict that fits, and the class that rivals the label's.

    With p the mean of the M networks, p1 >= p2 its two largest:

    1. against the label: p1 >= sure, of another class than the label;
    2. two readings: p1 < sure, p1 + p2 >= both, and not the second half of 3;
    3. scattered: p1 < sure, and either p1 + p2 < both (belief is spread over three or more classes)
       or three or more classes each have a network that gives them more than alone;
    4. clear: all else.

    member_probs: (M, N, K), or (N, K) for one network; labels: integer (N,). Two columns, N rows:
    verdict, one of VERDICTS; rival, Int64: against the label, the class they are sure of; two
    readings, the other of the two than the label, or the second if the label is neither; else
    empty. Raises ValueError as `scores.label_doubt`.
    """
    mean = scores.mean_probs(member_probs)
    committee = np.array(member_probs, ndmin=3)
    labels = scores.check_labels(labels, member_probs)
    first, second = _two_largest(mean)
    rows = np.arange(len(mean))
    sure = mean[rows, first] >= thresholds.sure
    heads = (committee > thresholds.alone).any(axis=0).sum(axis=1)
    spread = (mean[rows, first] + mean[rows, second] < thresholds.both) | (heads >= 3)
    fits = [sure & (first != labels), ~sure & ~spread, ~sure]
    rivals = [first, np.where(second == labels, first, second), labels]
    rival = pd.array(np.select(fits, rivals, labels), "Int64")
    rival[rival == labels] = pd.NA
    return pd.DataFrame({"verdict": np.select(fits, VERDICTS[:-1], VERDICTS[-1]), "rival": rival})


def opinions(
    indices: np.ndarray, probs: np.ndarray, labels: np.ndarray, **more: pd.Series
) -> list[dict]:
    """Return what is said of some digits, ready for JSON: index, label, prediction, probs.

    probs: (N, K), or (M, N, K) for a committee, of which also votes are told: how many networks
    predict each class, (K,). labels: integer (N,). One dictionary for each of `indices`. more: what
    else there is to say of each of the N, None where it is missing, as in
    rank=table["rank_label_doubt"]; split= and index= where the N are of both parts.
    """
    mean = scores.mean_probs(probs)
    told = {n: each.astype(object).where(each.notna(), None).tolist() for n, each in more.items()}
    return [
        {
            "index": int(i),
            "label": int(labels[i]),
            "prediction": int(mean[i].argmax()),
            "probs": mean[i].tolist(),
            **({"votes": _votes(probs, i)} if np.ndim(probs) == 3 else {}),
            **{name: values[i] for name, values in told.items()},
        }
        for i in indices
    ]


def _votes(probs: np.ndarray, index: int) -> list[int]:
    return np.bincount(probs[:, index].argmax(axis=1), minlength=probs.shape[2]).tolist()


def places(indices: list[int], first: np.ndarray, probs: np.ndarray, labels: np.ndarray) -> list:
    """Return where some digits stand, ready for JSON, one dictionary for each of `indices`.

    index, label; prediction, probs and rank (1 = least confident) by the first network, (N, K);
    mistake: its place among that network's most confident mistakes, None where it is right;
    votes: how many networks of probs (M, N, K) predict each class, (K,).
    """
    rank = pd.Series(ranks(-first.max(axis=1)))
    mistakes = most_confident_mistakes(first, labels, len(labels))
    mistake = pd.Series(range(1, len(mistakes) + 1), mistakes, "Int64").reindex(rank.index)
    found = opinions(indices, first, labels, rank=rank, mistake=mistake)
    return [one | {"votes": _votes(probs, one["index"])} for one in found]


def table(
    split: str, logits: np.ndarray, labels: np.ndarray, first: np.ndarray | None = None
) -> pd.DataFrame:
    """Return one row per digit of one part, in the order of the part's file.

    split: "train" or "test". logits: (M, N, K) of all networks whose opinion counts; labels:
    (N,); first: probabilities (N, K) of network (0, 0), else its columns are empty. The columns are
    told in report/README.md; ranks of the part, 1 = most ambiguous. Raises as `scores.label_doubt`.
    """
    mean = scores.mean_probs(scores.softmax(logits))
    rows = np.arange(len(mean))
    prediction, runner_up = _two_largest(mean)
    ambiguity = scores.all_scores(logits, labels)
    unknown = pd.array([pd.NA] * len(mean))
    return pd.DataFrame(
        {
            "split": split,
            "index": rows,
            "label": labels,
            "prediction": prediction,
            "confidence": mean[rows, prediction],
            "runner_up": runner_up,
            "runner_up_prob": mean[rows, runner_up],
            **{name: ambiguity[name] for name in scores.SCORES},
            **{f"rank_{name}": ranks(ambiguity[name]) for name in RANKED},
            "first_prediction": unknown if first is None else first.argmax(axis=1),
            "first_confidence": unknown if first is None else first.max(axis=1),
            "logit_gap": ambiguity["logit_gap"],
        }
    ).astype({"first_prediction": "Int64", "first_confidence": "Float64"})


def most_ambiguous(ranking: pd.DataFrame, top: int = 1000) -> pd.DataFrame:
    """Return the rows of `table`s that are worth a look, in their order, without duplicates.

    Per part the first `top` by each ranked score, the committee's mistakes, all that people saw.
    """
    chosen = (ranking["prediction"] != ranking["label"]) | ranking["votes_offered"].notna()
    for name in RANKED:
        chosen |= ranking[f"rank_{name}"] <= top
    return ranking[chosen]


def _two_largest(mean: np.ndarray) -> np.ndarray:
    """Return the most probable class of each row and the next, int64 (2, N); ties: the lower."""
    return np.argsort(-mean, axis=1, kind="stable")[:, :2].T


def _whole(top: int) -> int:
    if not isinstance(top, int | np.integer) or top < 1:
        needed = "how many digits to return, a whole number of at least 1"
        raise ValueError(f"top is {top!r}; needed: {needed}")
    return int(top)
