"""Outside judges: what people say of a digit, and who wrote it. Files' contents in, tables out.

votes    of test digits whose label was doubted: Northcutt, Athalye and Mueller, "Pervasive Label
         Errors in Test Sets Destabilize Machine Learning Benchmarks", NeurIPS 2021
writers  of all digits: Yadav and Bottou, "Cold Case: The Lost MNIST Digits", NeurIPS 2019
"""

import gzip
import io
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, psi, xlog1py, xlogy
from scipy.stats import beta as beta_distribution

from . import evaluation, ranking, stability

#: What can be said of a digit by its votes: see `read_votes`.
JUDGED = ("disputed", "rejected")
#: NIST's series of forms that high-school students filled in. Census Bureau employees did others.
STUDENTS = 4


def read_votes(content: bytes, labels: np.ndarray) -> pd.DataFrame:
    """Return how people voted on digits whose label was doubted: one row per digit, in file order.

    People were shown the label and one rival, the class that a network had guessed. Where the two
    are the same the votes cannot tell, and the digit is left out. Columns: `index`, the test
    digit's; `guess`, the rival; `votes_label`, `votes_rival`, `votes_neither`; `dissent`,
    1 - votes_label / all votes, in [0, 1], higher = more doubt; `disputed`, whether not all are for
    the label; `rejected`, whether at most two are.

    content: `mnist_mturk.json`; labels: integer (N,) of the test part. Raises ValueError if a digit
    has another label there. Source: Northcutt et al., NeurIPS 2021.
    """
    rows = []
    for digit in json.loads(content):
        index, label, guess = (
            digit[name] for name in ("id", "given_original_label", "our_guessed_label")
        )
        if not (0 <= index < len(labels) and labels[index] == label):
            found = labels[index] if 0 <= index < len(labels) else "missing"
            raise ValueError(
                f"content has label {label} for digit {index}, but in labels it is {found}; "
                f"needed: the votes and the {len(labels)} labels of the same digits"
            )
        if guess != label:
            rows.append(
                [index, guess, *(digit["mturk"][k] for k in ("given", "guessed", "neither"))]
            )
    columns = ["index", "guess", "votes_label", "votes_rival", "votes_neither"]
    table = pd.DataFrame(rows, columns=columns, dtype=np.int64)
    for_label, all_votes = table["votes_label"], table[columns[2:]].sum(axis=1)
    return table.assign(
        dissent=1 - for_label / all_votes, disputed=for_label < all_votes, rejected=for_label <= 2
    )


def columns(content: bytes | None, labels: np.ndarray) -> pd.DataFrame:
    """Return how people voted, for the table of all digits of the test part: N rows, Int64.

    Columns: `votes_label`, `votes_rival`, `votes_neither`, of `read_votes`, and `votes_offered`,
    the rival that people were offered. Empty where nobody was asked, everywhere without content;
    where the rival offered was the label itself the votes cannot tell, and only it is there.
    """
    names = ["votes_label", "votes_rival", "votes_neither"]
    table = pd.DataFrame(pd.NA, range(len(labels)), [*names, "votes_offered"], "Int64")
    if content:
        votes = read_votes(content, labels).set_index("index")
        table.loc[votes.index, names] = votes[names]
        offered = {digit["id"]: digit["our_guessed_label"] for digit in json.loads(content)}
        table.loc[list(offered), "votes_offered"] = list(offered.values())
    return table


def summary(votes: pd.DataFrame, rivals: pd.Series) -> dict[str, int]:
    """Return, ready for JSON, how many digits people saw, disputed and rejected.

    And `same_rival`: how often the rival that they were offered is that of the verdict. votes: of
    `read_votes`; rivals: Int64 (N,), of `ranking.verdicts`.
    """
    ours = rivals[votes["index"]].to_numpy()
    return {
        "digits": len(votes),
        "disputed": int(votes["disputed"].sum()),
        "rejected": int(votes["rejected"].sum()),
        "same_rival": int((ours == votes["guess"]).sum()),
    }


def areas(score: np.ndarray, votes: pd.DataFrame) -> dict[str, float]:
    """Return `evaluation.auroc` of a score for disputed and rejected digits, among those voted on.

    score: float64 (N,) of all digits of the part, higher = more ambiguous.
    """
    own = score[votes["index"]]
    return {kind: evaluation.auroc(own, votes[kind].to_numpy()) for kind in JUDGED}


def judge(score: np.ndarray, votes: pd.DataFrame, *, seed: int) -> dict[str, Any]:
    """Return how well a score agrees with people, among the digits that they voted on.

    `disputed`, `rejected`: `evaluation.auroc_interval`; `spearman`: rank correlation with the share
    of votes against the label, -1 to 1; `first_100`: rejected digits among the first 100 of all.
    score: float64 (N,) of all digits of the part, higher = more ambiguous.
    """
    own = score[votes["index"]]
    first = np.isin(votes["index"], stability.first(score, 100))
    return {
        **{k: evaluation.auroc_interval(own, votes[k].to_numpy(), seed=seed) for k in JUDGED},
        "spearman": evaluation.rank_correlations(np.stack([own, votes["dissent"]]))[0, 1],
        "first_100": int((first & votes["rejected"]).sum()),
    }


def by_verdict(votes: pd.DataFrame, verdict: pd.Series) -> dict[str, dict]:
    """Return how often people dispute and reject digits of each verdict: {name: {kind: rate}}.

    Verdicts of no digit that was voted on are left out. verdict: (N,), of `ranking.verdicts`.
    """
    theirs = verdict[votes["index"]].to_numpy()
    given = [name for name in ranking.VERDICTS if (theirs == name).any()]
    return {
        name: {kind: evaluation.rate(votes[kind][theirs == name]) for kind in JUDGED}
        for name in given
    }


def read_writers(content: bytes, labels: np.ndarray) -> pd.DataFrame:
    """Return who wrote each digit of one part: N rows, in the order of MNIST's file.

    Columns: `writer`, NIST's number, int64; `series`, the number of NIST's hsf series, int64;
    `student`, bool: high-school students filled in series 4, Census Bureau employees the others.

    content: `qmnist-train-labels.tsv.gz` or `qmnist-test-labels.tsv.gz`, of whose 60,000 rows the
    first N count; labels: integer (N,) of the same part. Raises ValueError if they disagree.
    Source: Yadav and Bottou, NeurIPS 2019; columns: README of QMNIST, section 2.2.
    """
    text = gzip.decompress(content)
    found = np.loadtxt(io.BytesIO(text), np.int64, delimiter="\t", usecols=(0, 1, 2), ndmin=2)
    if len(found) < len(labels):
        raise ValueError(
            f"content has {len(found)} digits; needed: at least {len(labels)}, one for each label"
        )
    classes, series, writer = found[: len(labels)].T
    wrong = np.flatnonzero(classes != labels)
    if wrong.size:
        raise ValueError(
            f"content has label {classes[wrong[0]]} for digit {wrong[0]}, but in labels it is "
            f"{labels[wrong[0]]}; needed: writers and labels of the same part, in one order"
        )
    return pd.DataFrame({"writer": writer, "series": series, "student": series == STUDENTS})


def same_hand(
    index: int, labels: np.ndarray, writers: np.ndarray, classes: Iterable[int], most: int
) -> dict[int, np.ndarray]:
    """Return other digits by the writer of one digit: {class: int64 indices, in file order}.

    Of each of `classes` at most `most`, none where the writer has none. index: the digit;
    labels, writers: integer (N,) of its part.
    """
    labels, writers = np.asarray(labels), np.asarray(writers)
    mine = writers == writers[index]
    mine[index] = False
    return {int(k): np.flatnonzero(mine & (labels == k))[:most] for k in classes}


def same_hands(
    digits: Iterable[dict], labels: np.ndarray, writers: np.ndarray
) -> list[dict[str, Any]]:
    """Return what the writers of some digits wrote of the label's class and of its rival's.

    digits: of `ranking.opinions`; the rival is the most probable class but for the label. For each
    {"index", "classes", "others"}: up to six other digits of both classes; digits are left out
    whose writer has fewer than two of a class. labels, writers: integer (N,) of their part.
    """
    found = []
    for digit in digits:
        others = np.delete(np.arange(len(digit["probs"])), digit["label"])
        rival = int(others[np.argmax(np.array(digit["probs"])[others])])
        pair = digit["label"], rival
        theirs = same_hand(digit["index"], labels, writers, pair, 6)
        if all(len(these) >= 2 for these in theirs.values()):
            others = [theirs[k] for k in pair]
            found.append({"index": digit["index"], "classes": pair, "others": others})
    return found


def hands(
    writers: pd.DataFrame, doubted: np.ndarray, split: pd.Series, *, seed: int
) -> dict[str, Any]:
    """Return, ready for JSON, who wrote the digits whose label is doubted.

    `students`, `employees`, `difference`: `clustered_rate` of both and what they differ by; how
    many `hands` there are, `student_hands` among them, and `spotless` ones; the `prior` of
    `beta_prior`; the eight most `puzzling` hands by the shrunk rate, and the one of `highest_rate`.
    writers: of `read_writers`, N rows; doubted: bool (N,); split: the part of each digit, (N,).
    """
    student, writer = writers["student"].to_numpy(), writers["writer"].to_numpy()
    grouped = writers.assign(doubted=doubted, split=split).groupby("writer")
    each = grouped.agg(
        student=("student", "first"),
        split=("split", "first"),
        digits=("doubted", "size"),
        doubted=("doubted", "sum"),
    )
    shrunk = shrunk_rates(each["doubted"].to_numpy(), each["digits"].to_numpy())
    each = each.reset_index().join(shrunk)
    return {
        "students": clustered_rate(doubted[student], writer[student], seed=seed),
        "employees": clustered_rate(doubted[~student], writer[~student], seed=seed),
        "difference": clustered_difference(doubted, writer, student, seed=seed),
        "hands": len(each),
        "student_hands": int(each["student"].sum()),
        "spotless": int((each["doubted"] == 0).sum()),
        "prior": shrunk.attrs,
        "puzzling": each.nlargest(8, "shrunk").to_dict("records"),
        "highest_rate": each.nlargest(1, ["rate", "digits"]).to_dict("records")[0],
    }


def shrunk_rates(hits: np.ndarray, totals: np.ndarray) -> pd.DataFrame:
    """Return how often each writer hits, when what all writers do is taken into account.

    Columns: `rate`, hits / totals; `shrunk`, (hits + alpha) / (totals + alpha + beta), in (0, 1);
    `low`, `high`, its 95 % interval, from Beta(alpha + hits, beta + totals - hits). alpha and beta
    are those of `beta_prior`, kept in `.attrs`. Prefer `shrunk` to rank writers: by `rate` those of
    few digits take the first and the last places, by luck. hits, totals: whole numbers (W,), W at
    least 1, 0 <= hits <= totals, totals at least 1. Raises ValueError on others.
    Source: empirical Bayes, Casella, The American Statistician 39, 1985.
    """
    alpha, beta = beta_prior(hits, totals)
    hits, totals = np.asarray(hits), np.asarray(totals)
    posterior = beta_distribution(alpha + hits, beta + totals - hits)
    table = pd.DataFrame(
        {
            "rate": hits / totals,
            "shrunk": posterior.mean(),
            "low": posterior.ppf(0.025),
            "high": posterior.ppf(0.975),
        }
    )
    table.attrs = {"alpha": alpha, "beta": beta}
    return table


def beta_prior(hits: np.ndarray, totals: np.ndarray) -> tuple[float, float]:
    """Return alpha and beta of the beta distribution that the writers' rates most likely have.

    The maximum of the sum over writers of ln B(hits + alpha, totals - hits + beta) / B(alpha,
    beta), both parameters in 0.001 to 1,000,000. Where no beta distribution makes the hits likelier
    than one rate for all (the writers differ no more than by luck, or nobody or everybody hits),
    it is what all digits together say of that rate: Beta(1/2 + hits, 1/2 + misses). With a single
    writer there is nothing to compare: Beta(1/2, 1/2), Jeffreys'. Takes and raises what
    `shrunk_rates` does. Source: the beta-binomial, Casella 1985.
    """
    hits, totals = np.asarray(hits), np.asarray(totals)
    fitting = hits.shape == totals.shape and hits.ndim == 1 and hits.size > 0
    if not fitting or ((hits < 0) | (hits > totals) | (totals < 1)).any():
        raise ValueError(
            f"hits {hits.shape} and totals {totals.shape} do not fit; needed: two (W,), for each "
            "writer at least 1 digit, and from 0 to all of them hits"
        )
    if len(hits) == 1:
        return 0.5, 0.5
    misses = totals - hits

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        a, b = np.exp(logs)
        both = psi(a + b) - psi(totals + a + b)
        slope = (
            a * (psi(hits + a) - psi(a) + both).sum(),
            b * (psi(misses + b) - psi(b) + both).sum(),
        )
        return (betaln(a, b) - betaln(hits + a, misses + b)).sum(), -np.array(slope)

    share = hits.sum() / totals.sum()
    common = (xlogy(hits, share) + xlog1py(misses, -share)).sum()
    bounds = [np.log([1e-3, 1e6])] * 2
    start = np.clip(np.log([10 * share + 1e-3, 10 * (1 - share) + 1e-3]), *bounds[0])
    found = minimize(cost, start, jac=True, bounds=bounds, method="L-BFGS-B")
    if -found.fun <= common + 1e-6:
        return 0.5 + float(hits.sum()), 0.5 + float(misses.sum())
    alpha, beta = np.exp(found.x)
    return float(alpha), float(beta)


def clustered_rate(
    hits: np.ndarray, groups: np.ndarray, *, seed: int, draws: int = 2000
) -> dict[str, float]:
    """Return how often: `count`, `total`, `rate` and its 95 % interval `low`, `high`.

    The percentile bootstrap over writers: they are drawn anew, with replacement, each with all
    their digits, for digits of one hand are alike, and an interval that takes them for independent
    is too narrow. With few writers this one is too narrow, too, and `low` = `high` where nobody or
    everybody hits, or there is a single writer. hits: bool (N,), N at least 1; groups: the writers,
    integer (N,). Source: Field and Welsh, Journal of the Royal Statistical Society B 69, 2007.
    """
    rates = _redrawn(hits, groups, np.random.default_rng(seed), draws)
    low, high = np.quantile(rates, [0.025, 0.975])
    count, total = int(np.sum(hits)), len(hits)
    rate = count / total
    return {"count": count, "total": total, "rate": rate, "low": float(low), "high": float(high)}


def clustered_difference(
    hits: np.ndarray, groups: np.ndarray, kind: np.ndarray, *, seed: int, draws: int = 2000
) -> dict[str, float]:
    """Return how much more frequent hits are in one kind of writers than in the other, in shares.

    `rate`: that where `kind` is True minus that where it is False; `low`, `high`: its 95 %
    interval; where it holds 0 the two may be the same. The bootstrap of `clustered_rate`, the
    writers of each kind drawn apart. hits, kind: bool (N,), kind with both; groups: the writers,
    integer (N,). Raises ValueError if a kind is missing, or a writer is of both.
    """
    hits, groups, kind = np.asarray(hits), np.asarray(groups), np.asarray(kind, bool)
    both = np.intersect1d(groups[kind], groups[~kind])
    if both.size or kind.all() or not kind.any():
        raise ValueError(
            f"kind has {kind.sum()} digits of {len(kind)}, {both.size} writers on both sides; "
            "needed: some digits of each kind, and each writer of one kind only"
        )
    rng = np.random.default_rng(seed)
    one, other = (_redrawn(hits[part], groups[part], rng, draws) for part in (kind, ~kind))
    low, high = np.quantile(one - other, [0.025, 0.975])
    rate = hits[kind].mean() - hits[~kind].mean()
    return {"rate": float(rate), "low": float(low), "high": float(high)}


def _redrawn(
    hits: np.ndarray, groups: np.ndarray, rng: np.random.Generator, draws: int
) -> np.ndarray:
    """Return the rate of hits in each draw of as many writers as there are: float64 (draws,)."""
    _, writer = np.unique(groups, return_inverse=True)
    totals = np.bincount(writer)
    times = rng.multinomial(len(totals), np.full(len(totals), 1 / len(totals)), size=draws)
    return times @ np.bincount(writer, weights=hits) / (times @ totals)
