"""How much of a ranking is luck: the same ranking by other committees of the same kind."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from . import evaluation, ranking, scores

#: Opinions on a digit below which resampling them says too little.
ENOUGH = 5
#: Lengths of the lists that readers look at.
TOPS = (12, 100)
#: Digits that lists are looked for among, in `measure`: so many at least, and all that are doubted
#: so much by some network.
CANDIDATES, DOUBT = 10 * max(TOPS), 0.02


def rank_intervals(
    probs: np.ndarray, labels: np.ndarray, *, seed: int, resamples: int = 500
) -> pd.DataFrame:
    """Return how far the rank of each digit depends on which networks were asked.

    The bootstrap: `resamples` times M of the M networks are drawn with replacement, and the digits
    ranked by the mean of those. probs: (M, N, K); labels: integer (N,). For each score of
    `ranking.RANKED` four columns: rank_<score>_low and rank_<score>_high, the 5th and 95th
    percentile of the rank (whole numbers, 1 = most ambiguous; the lower and the higher neighbour);
    p12_<score> and p100_<score>, the share of draws in which the digit is among the first 12 and
    the first 100. All are empty if there are fewer than 5 networks. The intervals tell of the
    luck of training, not of other kinds of networks. Raises ValueError as `scores.label_doubt`.
    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993.
    """
    if np.ndim(probs) != 3:
        raise ValueError(f"probs has shape {np.shape(probs)}; needed: (M, N, K) of M networks")
    scores.check_labels(labels, scores.mean_probs(probs))
    members, digits, _ = np.shape(probs)
    drawn = {
        name: np.empty((resamples, digits), np.int32) if members >= ENOUGH else None
        for name in ranking.RANKED
    }
    draws = np.random.default_rng(seed).multinomial(
        members, np.full(members, 1 / members), resamples
    )
    for draw, times in enumerate(draws if members >= ENOUGH else ()):
        mean = np.tensordot(times / members, probs, axes=1)
        for name, found in drawn.items():
            found[draw] = ranking.ranks(scores.by_name(name, mean, labels))
    return pd.concat([_summary(name, found, digits) for name, found in drawn.items()], axis=1)


def _summary(name: str, found: np.ndarray | None, digits: int) -> pd.DataFrame:
    columns = [f"rank_{name}_low", f"rank_{name}_high", *(f"p{top}_{name}" for top in TOPS)]
    types = dict(zip(columns, ("Int64", "Int64", "Float64", "Float64"), strict=True))
    if found is None:
        return pd.DataFrame(pd.NA, range(digits), columns).astype(types)
    ordered, last = np.sort(found, axis=0), len(found) - 1
    values = (
        ordered[math.floor(0.05 * last)],
        ordered[math.ceil(0.95 * last)],
        *((found <= top).mean(axis=0) for top in TOPS),
    )
    return pd.DataFrame(dict(zip(columns, values, strict=True))).astype(types)


def certain(p12: pd.Series) -> dict[str, int | None]:
    """Return how many digits are among the first 12 in nearly all draws, and in some.

    {"certain", "possible"}: at least 95 % of the draws, at least 5 %. p12: a column of
    `rank_intervals`. None where it is empty.
    """
    if p12.isna().any():
        return {"certain": None, "possible": None}
    return {"certain": int((p12 >= 0.95).sum()), "possible": int((p12 >= 0.05).sum())}


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Return the overlap of two lists of indices: those in both / those in either, 0 to 1.

    NaN if both are empty.
    """
    either = len(np.union1d(one, other))
    return len(np.intersect1d(one, other)) / either if either else float("nan")


def shared(jaccard: float, top: int) -> float:
    """Return how many digits two lists of `top` have in common, of this Jaccard index: 0 to top."""
    return 2 * jaccard / (1 + jaccard) * top


def first(score: np.ndarray, top: int) -> np.ndarray:
    """Return the `top` most ambiguous digits, in order; only such as have a score above 0.

    A digit that a score says nothing of is on no list: else its index would decide, which is the
    same for all committees and would make them agree. score: (N,); int64 (at most top,).
    """
    chosen = ranking.order(score)[:top]
    return chosen[np.asarray(score)[chosen] > 0]


def agreement(one: np.ndarray, other: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return the overlap of what two committees find most ambiguous, by each score.

    one, other: logits (M, N, K). For each name of `scores.all_scores` float64 (2,): the Jaccard
    of the first 12 and of the first 100; NaN where a score is 0 for all digits.
    """
    ours, theirs = (_lists(committee, labels) for committee in (one, other))
    return {name: _overlaps(ours[name], theirs[name]) for name in ours}


def single(logits: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return the overlap of two single networks, the mean over all pairs; as `agreement`.

    logits: (M, N, K). NaN for M = 1, and for scores that need more than one network.
    """
    lists = [_lists(network[None], labels) for network in logits]
    return {
        name: _mean([_overlaps(a[name], b[name]) for a, b in itertools.combinations(lists, 2)])
        for name in lists[0]
    }


def curve(
    logits: np.ndarray, labels: np.ndarray, *, seed: int, pairs: int = 50
) -> tuple[list[int], dict[str, np.ndarray]]:
    """Return sizes of committees, and the overlap of two that share no network, by their size.

    logits: (M, N, K). The sizes lead from 1 to M / 2, up to ten of them. By each score float64
    (2, sizes), rows as in `agreement`, the mean over `pairs` random pairs. No sizes for M = 1.
    """
    largest, rng = len(logits) // 2, np.random.default_rng(seed)
    sizes = sorted({round(size) for size in np.geomspace(1, largest, 10)}) if largest else []
    found = [
        [
            agreement(logits[one], logits[other], labels)
            for one, other in _disjoint(rng, len(logits), size, pairs)
        ]
        for size in sizes
    ]
    names = list(found[0][0]) if found else []
    return sizes, {
        name: np.transpose([_mean([overlap[name] for overlap in drawn]) for drawn in found])
        for name in names
    }


def measure(
    logits: np.ndarray, labels: np.ndarray, *, half: int, seed: int
) -> tuple[list[int], dict[str, dict]]:
    """Return the sizes of `curve`, and by score and length of list the overlaps, ready for JSON.

    {score: {"12": {"single", "half", "curve"}, "100": the same}}. half: networks in each of two
    halves, the first and the next so many; 0 where there are none to compare. What is not defined
    is None. Lists are made of the digits whose label some network doubts most, 1,000 at least: all
    others get more than 98 % from every network.
    """
    doubt = 1 - scores.softmax(logits)[:, np.arange(len(labels)), labels].min(axis=0)
    candidates = np.sort(ranking.order(doubt)[: max(CANDIDATES, (doubt > DOUBT).sum())])
    logits, labels = logits[:, candidates], labels[candidates]
    alone = single(logits, labels)
    nothing = np.full(len(TOPS), np.nan)
    halves = agreement(logits[:half], logits[half : 2 * half], labels) if half else {}
    sizes, curves = curve(logits, labels, seed=seed)
    found = {}
    for name, overlaps in alone.items():
        singles, both = map(evaluation.known, (overlaps, halves.get(name, nothing)))
        found[name] = {
            str(top): {
                "single": singles[i],
                "half": both[i],
                "curve": evaluation.known(curves[name][i]) if sizes else [],
            }
            for i, top in enumerate(TOPS)
        }
    return sizes, found


def _disjoint(
    rng: np.random.Generator, members: int, size: int, pairs: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for _ in range(pairs):
        drawn = rng.permutation(members)[: 2 * size]
        yield drawn[:size], drawn[size:]


def _lists(logits: np.ndarray, labels: np.ndarray) -> dict[str, list[np.ndarray]]:
    """Return by each score the first 12 and the first 100 of a committee."""
    longest = {n: first(s, max(TOPS)) for n, s in scores.all_scores(logits, labels).items()}
    return {name: [chosen[:top] for top in TOPS] for name, chosen in longest.items()}


def _overlaps(ours: list[np.ndarray], theirs: list[np.ndarray]) -> np.ndarray:
    return np.array([jaccard(one, other) for one, other in zip(ours, theirs, strict=True)])


def _mean(overlaps: list[np.ndarray]) -> np.ndarray:
    """Return the mean of those pairs for which there is an overlap."""
    found = np.ma.masked_invalid(overlaps or np.full((1, len(TOPS)), np.nan))
    return found.mean(axis=0).filled(np.nan)
