"""Who comes first: a total order of digits by a score, and the write-up's two definitions."""

import numpy as np
import pandas as pd

from . import scores

#: The scores by which digits are ranked in the tables.
RANKED = ("low_confidence", "label_doubt")

#: Test digits of MNIST that the write-up names, in the order of its text.
NAMED = [1182, 1522, 9664, 247, 4761, 2130, 9729, 3422, 4176, 2118]


def order(score: np.ndarray) -> np.ndarray:
    """Return all indices, most ambiguous (highest score) first, ties by the lower index.

    score: (N,), no NaN. Returns int64 (N,). Raises ValueError on NaN or another shape.
    """
    score = np.asarray(score, np.float64)
    if score.ndim != 1 or np.isnan(score).any():
        raise ValueError(f"score has shape {score.shape} and may hold no NaN; needed: (N,)")
    return np.argsort(-score, kind="stable").astype(np.int64)


def ranks(score: np.ndarray) -> np.ndarray:
    """Return the rank of each digit: int64 (N,), 1 = most ambiguous, in the order of `order`."""
    places = order(score)
    result = np.empty_like(places)
    result[places] = np.arange(1, len(places) + 1)
    return result


def least_confident(probs: np.ndarray, top: int) -> np.ndarray:
    """Return definition 1: the `top` digits of lowest confidence, least confident first.

    probs: (N, K), or (M, N, K) for a committee, whose mean counts. Returns int64 (min(top, N),)
    indices; the confidence is the probability of the predicted class, ties go to the lower index.
    Prefer it to find digits that the network finds hard, right or wrong. Raises ValueError if
    `top` is no whole number >= 1, or as `scores.low_confidence`.
    """
    top = _whole(top)
    # By p1 itself: 1 - p1 rounds, and would make ties where there are none.
    return order(-scores.mean_probs(probs).max(axis=1))[:top]


def most_confident_mistakes(probs: np.ndarray, labels: np.ndarray, top: int) -> np.ndarray:
    """Return definition 2: the `top` wrong predictions, the most confident first.

    probs: (N, K) or (M, N, K); labels: integer (N,). Returns int64 indices, ties by the lower
    index, fewer than `top` where there are fewer mistakes. Prefer it to find wrong labels and
    digits that can easily be read two ways. Raises ValueError as `least_confident` does, and on
    labels that do not fit.
    """
    top = _whole(top)
    probs = scores.mean_probs(probs)
    wrong = np.flatnonzero(probs.argmax(axis=1) != scores.check_labels(labels, probs))
    return wrong[order(probs.max(axis=1)[wrong])][:top].astype(np.int64)


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
    return [
        {
            "index": int(i),
            "label": int(labels[i]),
            "prediction": int(mean[i].argmax()),
            "probs": mean[i].tolist(),
            **({"votes": _votes(probs, i)} if np.ndim(probs) == 3 else {}),
            **{name: _plain(values.iloc[i]) for name, values in more.items()},
        }
        for i in indices
    ]


def _votes(probs: np.ndarray, index: int) -> list[int]:
    return np.bincount(probs[:, index].argmax(axis=1), minlength=probs.shape[2]).tolist()


def _plain(value: object) -> object:
    if value is pd.NA:
        return None
    return value.item() if isinstance(value, np.generic) else value


def places(indices: list[int], first: np.ndarray, probs: np.ndarray, labels: np.ndarray) -> list:
    """Return where some digits stand, ready for JSON, one dictionary for each of `indices`.

    index, label; prediction, probs and rank (1 = least confident) by the first network, (N, K);
    mistake: its place among that network's most confident mistakes, None where it is right;
    votes: how many networks of probs (M, N, K) predict each class, (K,).
    """
    rank = ranks(-first.max(axis=1))
    mistakes = most_confident_mistakes(first, labels, len(labels)).tolist()
    return [
        {
            "index": i,
            "label": int(labels[i]),
            "prediction": int(first[i].argmax()),
            "probs": first[i].tolist(),
            "rank": int(rank[i]),
            "mistake": mistakes.index(i) + 1 if i in mistakes else None,
            "votes": _votes(probs, i),
        }
        for i in indices
    ]


def table(
    split: str, logits: np.ndarray, labels: np.ndarray, first: np.ndarray | None = None
) -> pd.DataFrame:
    """Return one row per digit of one part, in the order of the part's file.

    split: "train" or "test". logits: (M, N, K) of all networks whose opinion counts; labels:
    integer (N,); first: probabilities (N, K), what network (0, 0) says of test digits, empty
    columns without. Columns: split, index, label, prediction, confidence, runner_up,
    runner_up_prob; every name of SCORES; rank_low_confidence and rank_label_doubt (1 = most
    ambiguous, within the part); first_prediction, first_confidence; logit_gap. Raises ValueError
    as `scores.label_doubt` does.
    """
    mean = scores.mean_probs(scores.softmax(logits))
    rows = np.arange(len(mean))
    runner_up, prediction = np.argsort(mean[:, ::-1], axis=1, kind="stable")[:, -2:].T
    runner_up, prediction = (mean.shape[1] - 1 - place for place in (runner_up, prediction))
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

    Per part the first `top` by each ranked score, and all mistakes of the committee.
    """
    chosen = ranking["prediction"] != ranking["label"]
    for name in RANKED:
        chosen |= ranking[f"rank_{name}"] <= top
    return ranking[chosen]


def _whole(top: int) -> int:
    if not isinstance(top, int | np.integer) or top < 1:
        raise ValueError(
            f"top is {top!r}; needed: how many digits to return, a whole number of at least 1"
        )
    return int(top)
