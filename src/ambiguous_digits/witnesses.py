"""Four witnesses of a test digit: its label, the networks, people, and the same hand elsewhere.

Where do they contradict each other? Three can be counted; the hand is shown, and judged by the eye.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from . import ranking, scores

#: What networks and people can say of a label.
NETWORKS, PEOPLE = ("with", "against", "torn"), ("with", "split", "against")
#: Networks and people who differ, or who both leave the label: the sharpest contradiction first.
CONTRASTS = (
    *(("against", "with"), ("with", "against"), ("torn", "with"), ("against", "split")),
    *(("against", "against"), ("torn", "against"), ("torn", "split"), ("with", "split")),
)


def stands(votes: pd.DataFrame, probs: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Return where networks and people stand, digit by digit: `votes` with three more columns.

    `networks`: "with" the label if the committee is sure of it (`ranking.Thresholds.sure`),
    "against" if it is sure of another class, else "torn". `people`: "with" for four or five votes
    for the label, "against" for at most one, else "split", which is right for five voters only.
    Most `label_doubt` first. votes: of `people.read_votes`; probs: (M, N, K); labels: (N,).
    """
    where = votes["index"].to_numpy()
    mean, doubt = scores.mean_probs(probs)[where], scores.label_doubt(probs, labels)[where]
    sure, right = mean.max(axis=1) >= ranking.THRESHOLDS.sure, mean.argmax(axis=1) == labels[where]
    for_label = votes["votes_label"]
    found = votes.assign(
        networks=np.select([~sure, right], ["torn", "with"], "against"),
        people=np.select([for_label >= 4, for_label <= 1], ["with", "against"], "split"),
        label_doubt=doubt,
    )
    return found.iloc[ranking.order(doubt)].reset_index(drop=True)


def count(stands: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many digits networks and people see how: {networks: {people: count}}."""
    table = pd.crosstab(stands["networks"], stands["people"])
    return table.reindex(index=NETWORKS, columns=PEOPLE, fill_value=0).T.to_dict()


def cases(stands: pd.DataFrame) -> list[int]:
    """Return one digit of each contradiction that exists, that of the most doubted label.

    In the order of CONTRASTS, at most six.
    """
    return [group[0] for group in _contradictions(stands) if group][:6]


def questions(stands: pd.DataFrame) -> list[int]:
    """Return digits to be judged, in order: two that all agree on, then contradictions in turns.

    The two: of the least doubted labels; then one of each contrast, a second of each; at most ten.
    """
    agreed = stands[(stands["networks"] == "with") & (stands["votes_label"] == 5)]
    turns = itertools.zip_longest(*_contradictions(stands))
    found = [index for turn in turns for index in turn if index is not None]
    return [*agreed["index"].iloc[::-1][:2].tolist(), *found][:10]


def _contradictions(stands: pd.DataFrame) -> list[list[int]]:
    """Return the digits of each contrast, in the order of CONTRASTS, as they come in `stands`."""
    groups = stands.groupby(["networks", "people"])["index"].agg(list)
    return [groups.get(contrast, []) for contrast in CONTRASTS]


def opinions(
    indices: list[int], stands: pd.DataFrame, probs: np.ndarray, labels: np.ndarray
) -> list[dict[str, Any]]:
    """Return what is said of these digits: `ranking.opinions`, people's votes and the rival.

    {"networks", "people", "offered", "votes_label", "votes_rival", "votes_neither"} are added.
    """
    names = ["networks", "people", "guess", "votes_label", "votes_rival", "votes_neither"]
    rows = stands.set_index("index")[names].rename(columns={"guess": "offered"})
    said = ranking.opinions(indices, probs, labels)
    return [one | rows.loc[one["index"]].to_dict() for one in said]


def pair(opinion: Mapping[str, Any]) -> tuple[int, int]:
    """Return the two readings of a digit: its label, and what speaks most against it.

    That is the networks' answer; where they give the label, the rival that people were offered;
    where there is none, or it is the label, the networks' second choice. opinion: of
    `ranking.opinions`, with `offered` or `votes_offered` if people were asked.
    """
    label, second = opinion["label"], int(np.argsort(opinion["probs"])[-2])
    offered = opinion.get("offered", opinion.get("votes_offered"))
    others = (opinion["prediction"], offered, second)
    return label, next(k for k in others if k not in (None, label))


def alike(seen: np.ndarray, others: np.ndarray, among: np.ndarray, most: int) -> np.ndarray:
    """Return the digits of `among` that a network finds most like one digit: int64, nearest first.

    By Euclidean distance of `network.features`, at most `most`, ties by position. seen: (256,) of
    that digit; others: (N, 256); among: indices of some of the N.
    """
    far = np.square(others[among].astype(np.float32) - seen.astype(np.float32)).sum(axis=1)
    return among[np.argsort(far, kind="stable")[:most]]
