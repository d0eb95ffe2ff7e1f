"""How much of a ranking is luck: the same ranking by other committees of the same kind."""

import itertools
import math

import numpy as np
import pandas as pd

from . import evaluation, ranking, scores

ENOUGH = 5  # opinions on a digit below which resampling them says too little
TOPS = (12, 100)  # lengths of the lists that readers look at
#: `measure` looks for lists among so many digits at least, and all that some network doubts so.
CANDIDATES, DOUBT = 10 * max(TOPS), 0.02


def rank_intervals(
    probs: np.ndarray, labels: np.ndarray, *, seed: int, resamples: int = 500
) -> pd.DataFrame:
    """Return how far the rank of each digit depends on which networks were asked.

    The bootstrap: `resamples` times M of the M networks are drawn with replacement, and the digits
    ranked by the mean of those. For each score of `ranking.RANKED` four columns: rank_<score>_low
    and _high, the 5th and 95th percentile of the rank (whole numbers, 1 = most ambiguous);
    p12_<score> and p100_<score>, the share of draws in which the digit is among the first 12 and
    100. All are empty with fewer than 5 networks. They tell of the luck of training, not of other
    kinds of networks. probs: (M, N, K); labels: integer (N,). Raises ValueError as
    `scores.label_doubt`. Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993.
    """
    members, digits, _ = probs.shape
    draws = resamples if members >= ENOUGH else 1  # one has the columns, which are emptied below
    drawn = {name: np.empty((draws, digits), np.int32) for name in ranking.RANKED}
    chances = np.full(members, 1 / members)
    for draw, times in enumerate(np.random.default_rng(seed).multinomial(members, chances, draws)):
        mean = np.tensordot(times / members, probs, axes=1)
        for name, ranks in drawn.items():
            ranks[draw] = ranking.ranks(scores.by_name(name, mean, labels))
    last, columns = draws - 1, {}
    for name, ranks in drawn.items():
        ranks.sort(axis=0)
        columns[f"rank_{name}_low"] = pd.array(ranks[math.floor(0.05 * last)], "Int64")
        columns[f"rank_{name}_high"] = pd.array(ranks[math.ceil(0.95 * last)], "Int64")
        for top in TOPS:
            columns[f"p{top}_{name}"] = pd.array((ranks <= top).mean(axis=0), "Float64")
    intervals = pd.DataFrame(columns)
    return intervals if members >= ENOUGH else intervals.mask(intervals.notna())


def certain(p12: pd.Series) -> dict[str, int | None]:
    """Return how many digits are among the first 12 in nearly all draws, and in some.

    {"certain", "possible"}: in 95 %, in 5 % of the draws. p12: of `rank_intervals`; None if empty.
    """
    if p12.isna().any():
        return {"certain": None, "possible": None}
    return {"certain": int((p12 >= 0.95).sum()), "possible": int((p12 >= 0.05).sum())}


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Return those in both of two lists of indices / those in either: 0 to 1, NaN if none."""
    either = len(np.union1d(one, other))
    return len(np.intersect1d(one, other)) / either if either else float("nan")


def shared(jaccard: float, top: int) -> float:
    """Return how many digits two lists of `top` have in common, 0 to top, by their Jaccard index.

    Of a mean index: about how many on average, for the relation is not linear.
    """
    return 2 * jaccard / (1 + jaccard) * top


def first(score: np.ndarray, top: int) -> np.ndarray:
    """Return the `top` most ambiguous digits, in order; only such as have a score above 0.

    Else the index would decide, and make committees agree. score: (N,); int64 (at most top,).
    """
    chosen = ranking.order(score)[:top]
    return chosen[np.asarray(score)[chosen] > 0]


def agreement(one: np.ndarray, other: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return the overlap of what two committees find most ambiguous, by each score.

    one, other: logits (M, N, K). For each name of `scores.all_scores` float64 (2,): the Jaccard
    of the first 12 and of the first 100; NaN where a score is 0 for all digits.
    """
    return _overlaps(_lists(one, labels), _lists(other, labels))


def single(logits: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return the overlap of two single networks, the mean over all pairs; as `agreement`.

    logits: (M, N, K), M at least 2. NaN for scores that need more than one network.
    """
    lists = [_lists(network[None], labels) for network in logits]
    return _mean([_overlaps(*pair) for pair in itertools.combinations(lists, 2)])


def curve(
    logits: np.ndarray, labels: np.ndarray, *, seed: int, pairs: int = 50
) -> tuple[list[int], dict[str, np.ndarray]]:
    """Return sizes of committees, and the overlap of two that share no network, by their size.

    logits: (M, N, K), M at least 2. Up to ten sizes, from 1 to M / 2. By each score float64
    (2, sizes), rows as in `agreement`, the mean over `pairs` random pairs.
    """
    rng = np.random.default_rng(seed)
    sizes = sorted({round(size) for size in np.geomspace(1, len(logits) // 2, 10)})
    found = []  # by size, by score
    for size in sizes:
        drawn = (logits[rng.permutation(len(logits))[: 2 * size]] for _ in range(pairs))
        found.append(_mean([agreement(both[:size], both[size:], labels) for both in drawn]))
    return sizes, {name: np.transpose([means[name] for means in found]) for name in found[0]}


def measure(
    logits: np.ndarray, labels: np.ndarray, *, half: int, seed: int
) -> tuple[list[int], dict[str, dict]]:
    """Return the sizes of `curve`, and by score and length of list the overlaps, ready for JSON.

    {score: {"12": {"single", "half", "curve"}, "100": the same}}, None where not defined. half:
    networks in each of two halves, the first and the next so many; 0 for none. Lists are of the
    digits whose label some network doubts most, 1,000 at least: all others get more than 98 %.
    """
    doubt = 1 - scores.softmax(logits)[:, np.arange(len(labels)), labels].min(axis=0)
    candidates = np.sort(ranking.order(doubt)[: max(CANDIDATES, (doubt > DOUBT).sum())])
    logits, labels = logits[:, candidates], labels[candidates]
    alone = single(logits, labels)
    halves = dict.fromkeys(alone, np.full(len(TOPS), np.nan))
    if half:
        halves = agreement(logits[:half], logits[half : 2 * half], labels)
    sizes, curves = curve(logits, labels, seed=seed)
    found = {name: {} for name in alone}
    for (name, told), (i, top) in itertools.product(found.items(), enumerate(TOPS)):
        one, many = (evaluation.known(overlaps[name])[i] for overlaps in (alone, halves))
        told[str(top)] = {"single": one, "half": many, "curve": evaluation.known(curves[name][i])}
    return sizes, found


def _lists(logits: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return by each score the first 100 of a committee."""
    return {n: first(s, max(TOPS)) for n, s in scores.all_scores(logits, labels).items()}


def _overlaps(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return by each score the Jaccard of the first 12 and of the first 100 of two committees."""
    return {
        name: np.array([jaccard(ours[name][:top], theirs[name][:top]) for top in TOPS])
        for name in ours
    }


def _mean(pairs: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return by each score the mean overlap of those pairs for which there is one."""
    found = {name: np.ma.masked_invalid([each[name] for each in pairs]) for name in pairs[0]}
    return {name: overlaps.mean(axis=0).filled(np.nan) for name, overlaps in found.items()}
