"""Who wrote a digit, and whose digits are doubted: one row per digit in, rates by hand out.

Source of the writers: Yadav and Bottou, "Cold Case: The Lost MNIST Digits", NeurIPS 2019.
"""

import gzip
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import beta as beta_distribution
from scipy.stats import betabinom, binom

from . import evaluation

STUDENTS = 4  # NIST's forms that high-school students filled in; employees did the others
DRAWS = 2000  # how often writers are drawn anew for an interval


def read_writers(content: bytes, labels: np.ndarray) -> pd.DataFrame:
    """Return who wrote each digit of one part: N rows, in the order of MNIST's file.

    Columns: `writer`, NIST's number, int64; `student`, bool, else an employee of the Census Bureau.
    content: `qmnist-train-labels.tsv.gz` or `qmnist-test-labels.tsv.gz` (columns: README of QMNIST,
    section 2.2), whose first N rows count; labels: integer (N,).
    """
    lines = gzip.decompress(content).splitlines()[: len(labels)]
    series, writer = np.loadtxt(lines, np.int64, delimiter="\t", usecols=(1, 2), ndmin=2).T
    return pd.DataFrame({"writer": writer, "student": series == STUDENTS})


def same_hand(
    index: int, labels: np.ndarray, writers: np.ndarray, classes: Iterable[int], most: int
) -> list[np.ndarray]:
    """Return other digits by the writer of one digit, for each of `classes`: int64, in file order.

    Of each class at most `most`. labels, writers: integer (N,) of the digit's part.
    """
    mine = writers == writers[index]
    mine[index] = False
    return [np.flatnonzero(mine & (labels == k))[:most] for k in classes]


def hands(
    writers: pd.DataFrame, doubted: np.ndarray, split: pd.Series, *, seed: int
) -> dict[str, Any]:
    """Return, ready for JSON, who wrote the digits whose label is doubted.

    `students`, `employees`: `clustered_rate`; `difference`: `clustered_difference`; `hands`: how
    many, `student_hands` among them, and `spotless` ones, without a doubted digit; `puzzling`: the
    first eight by `shrunk_rates`. writers: of `read_writers`; doubted: bool (N,); split: part (N,).
    """
    student, writer = writers["student"].to_numpy(), writers["writer"].to_numpy()
    grouped = writers.assign(doubted=doubted, split=split).groupby("writer")
    counts = {"digits": grouped.size(), "doubted": grouped["doubted"].sum()}
    each = grouped[["student", "split"]].first().assign(**counts).reset_index()
    each = each.join(shrunk_rates(each["doubted"].to_numpy(), each["digits"].to_numpy()))
    return {
        "students": clustered_rate(doubted[student], writer[student], seed=seed),
        "employees": clustered_rate(doubted[~student], writer[~student], seed=seed),
        "difference": clustered_difference(doubted, writer, student, seed=seed),
        "hands": len(each),
        "student_hands": int(each["student"].sum()),
        "spotless": int((each["doubted"] == 0).sum()),
        "puzzling": each.nlargest(8, "shrunk").to_dict("records"),
    }


def shrunk_rates(hits: np.ndarray, totals: np.ndarray) -> pd.DataFrame:
    """Return how often each writer hits, when what all writers do is taken into account.

    Columns: `rate`, hits / totals; `shrunk`, (hits + alpha) / (totals + alpha + beta), in (0, 1);
    `low`, `high`, its 95 % interval, from Beta(alpha + hits, beta + totals - hits); alpha and beta
    of `beta_prior`. Prefer `shrunk` to rank writers: by `rate` those of few digits come first and
    last, by luck. hits, totals: whole numbers (W,), 0 <= hits <= totals, W at least 2, totals at
    least 1. Source: empirical Bayes, Casella, The American Statistician 39, 1985.
    """
    alpha, beta = beta_prior(hits, totals)
    posterior = beta_distribution(alpha + hits, beta + totals - hits)
    low, high = posterior.ppf(0.025), posterior.ppf(0.975)
    table = {"rate": hits / totals, "shrunk": posterior.mean(), "low": low, "high": high}
    return pd.DataFrame(table)


def beta_prior(hits: np.ndarray, totals: np.ndarray) -> tuple[float, float]:
    """Return alpha and beta of the beta distribution that the writers' rates most likely have.

    The maximum of the sum over writers of ln B(hits + alpha, totals - hits + beta) / B(alpha,
    beta), both in 0.001 to 1,000,000. Where none makes the hits likelier than one rate for all (the
    writers differ no more than by luck), it is what all digits say of that rate: Beta(1/2 + hits,
    1/2 + misses). hits, totals: as for `shrunk_rates`.
    """

    def cost(logs: np.ndarray) -> float:
        return -betabinom.logpmf(hits, totals, *np.exp(logs)).sum()

    share = hits.sum() / totals.sum()
    common = binom.logpmf(hits, totals, share).sum()
    start = np.log([10 * share + 1e-3, 10 * (1 - share) + 1e-3])
    found = minimize(cost, start, bounds=[np.log([1e-3, 1e6])] * 2, jac="3-point")
    if -found.fun <= common + 1e-6:
        return 0.5 + float(hits.sum()), 0.5 + float((totals - hits).sum())
    return tuple(np.exp(found.x).tolist())


def clustered_rate(hits: np.ndarray, groups: np.ndarray, *, seed: int) -> dict[str, float]:
    """Return how often: `count`, `total`, `rate` and its 95 % interval `low`, `high`.

    The percentile bootstrap over writers, drawn anew with replacement, each with all their digits:
    digits of one hand are alike, and an interval that takes them for independent is too narrow.
    With few writers this one is, too. hits: bool (N,); groups: the writers, integer (N,). Source:
    Field and Welsh, Journal of the Royal Statistical Society B 69, 2007.
    """
    rates = _redrawn(hits, groups, np.random.default_rng(seed))
    low, high = np.quantile(rates, [0.025, 0.975]).tolist()
    return evaluation.rate(hits) | {"low": low, "high": high}


def clustered_difference(
    hits: np.ndarray, groups: np.ndarray, kind: np.ndarray, *, seed: int
) -> dict[str, float]:
    """Return how much more frequent hits are in one kind of writers than in the other, in shares.

    `rate`: that where `kind` is True minus that where it is False, -1 to 1; `low`, `high`: its 95 %
    interval, by the bootstrap of `clustered_rate`, the writers of each kind drawn apart. hits: bool
    (N,); kind: bool (N,), both, each writer of one only; groups: the writers, integer (N,).
    """
    rng = np.random.default_rng(seed)
    one, other = (_redrawn(hits[part], groups[part], rng) for part in (kind, ~kind))
    low, high = np.quantile(one - other, [0.025, 0.975]).tolist()
    return {"rate": float(hits[kind].mean() - hits[~kind].mean()), "low": low, "high": high}


def _redrawn(hits: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the rate of hits in each draw of as many writers as there are: float64 (DRAWS,)."""
    _, writer = np.unique(groups, return_inverse=True)
    totals = np.bincount(writer)
    times = rng.multinomial(len(totals), np.full(len(totals), 1 / len(totals)), size=DRAWS)
    return times @ np.bincount(writer, weights=hits) / (times @ totals)
