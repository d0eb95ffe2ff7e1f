"""What people say of a digit: their votes on test digits whose label was doubted. Tables out.

Source: Northcutt, Athalye and Mueller, "Pervasive Label Errors in Test Sets Destabilize Machine
Learning Benchmarks", NeurIPS 2021.
"""

import json
from typing import Any

import numpy as np
import pandas as pd

from . import evaluation, ranking, stability

JUDGED = ("disputed", "rejected")  # what can be said of a digit by its votes: see `read_votes`
#: How many people chose what: the label, the one other class that they were offered, or neither.
VOTES = ["votes_label", "votes_rival", "votes_neither"]


def read_votes(content: bytes, labels: np.ndarray) -> pd.DataFrame:
    """Return how people voted on digits whose label was doubted: one row per digit, in file order.

    People were shown the label and one rival, the class that a network had guessed. Where the two
    are the same the votes cannot tell, and the digit is left out. Columns: `index`, the test
    digit's; `guess`, the rival; `votes_label`, `votes_rival`, `votes_neither`; `dissent`,
    1 - votes_label / all votes, in [0, 1], higher = more doubt; `disputed`, whether not all are for
    the label; `rejected`, whether at most two are.

    content: `mnist_mturk.json`; labels: integer (N,) of the test part.
    """
    table = _asked(content)
    table = table[table["guess"] != labels[table["index"]]].reset_index(drop=True)
    for_label, all_votes = table["votes_label"], table[VOTES].sum(axis=1)
    return table.assign(
        dissent=1 - for_label / all_votes, disputed=for_label < all_votes, rejected=for_label <= 2
    )


def columns(content: bytes | None, labels: np.ndarray) -> pd.DataFrame:
    """Return how people voted, for the table of all digits of the test part: N rows, Int64.

    Columns: those of the votes, as `read_votes` has them, and `votes_offered`, the rival offered,
    also where that was the label itself. All else is empty; without content everything is.
    """
    table = pd.DataFrame(pd.NA, range(len(labels)), [*VOTES, "votes_offered"], "Int64")
    if content:
        asked, votes = _asked(content), read_votes(content, labels)
        table.loc[asked["index"], "votes_offered"] = asked["guess"].to_numpy()
        table.loc[votes["index"], VOTES] = votes[VOTES].to_numpy()
    return table


def _asked(content: bytes) -> pd.DataFrame:
    """Return `index`, `guess` and votes of all digits in the file, also those that cannot tell."""
    who, digits = ("given", "guessed", "neither"), json.loads(content)
    rows = [[d["id"], d["our_guessed_label"], *(d["mturk"][k] for k in who)] for d in digits]
    return pd.DataFrame(rows, columns=["index", "guess", *VOTES], dtype=np.int64)


def summary(votes: pd.DataFrame, rivals: pd.Series) -> dict[str, int]:
    """Return, ready for JSON, how many digits people saw, disputed and rejected.

    And `same_rival`: for how many the rival offered is that of the verdict. votes: of `read_votes`;
    rivals: Int64 (N,), of `ranking.verdicts`.
    """
    return {
        "digits": len(votes),
        "disputed": int(votes["disputed"].sum()),
        "rejected": int(votes["rejected"].sum()),
        "same_rival": int((rivals[votes["index"]].to_numpy() == votes["guess"]).sum()),
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
    return {
        name: {kind: evaluation.rate(votes[kind][theirs == name]) for kind in JUDGED}
        for name in ranking.VERDICTS
        if name in theirs
    }
