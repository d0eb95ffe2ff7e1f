"""The second half: the contest in figures, how alike the scores are, and which to take for what."""

import numpy as np

from .contest import (
    KINDS,
    by_people,
    by_plants,
    people_voted,
    winner,
)
from .words import Numbers, count, listing, ordinal, percent, spoken, tests, thing


def agreement_intro(n: Numbers) -> str:
    """Return what announces the figure of agreement."""
    return (
        "Are these really different scores? [](#fig-agreement) compares every two of them, on the "
        f"{n['agreement']['digits']} test {thing(n)}s that at least one has among its first "
        f"{min(100, tests(n))}."
    )


def agreement_order(n: Numbers) -> tuple[list[str], np.ndarray]:
    """Return the scores by spoken name, those that agree most with the others first, (S, S)."""
    matrix = np.array(n["agreement"]["spearman"], float)
    order = np.argsort(-matrix.sum(axis=0), kind="stable")
    names = list(map(spoken, n["planted"]["wrong_labels"]))
    return [names[k] for k in order], matrix[np.ix_(order, order)]


def agreement_caption(n: Numbers) -> str:
    """Return the caption of the figure of agreement."""
    return (
        f"How alike two scores rank the contested {thing(n)}s (Spearman's rank correlation): 1, in "
        "the same order; 0, no relation; below 0, rather in the reverse order."
    )


def agreement(n: Numbers) -> str:
    """Return which scores are one score in two dresses, and which stands apart."""
    names, matrix = agreement_order(n)
    pairs = matrix - 2 * np.eye(len(names))
    i, j = sorted(np.unravel_index(pairs.argmax(), pairs.shape))
    nearest = int(pairs[-1].argmax())
    but = f", but for {names[nearest]} ({_signed(pairs[-1, nearest])})"
    apart = f"stands furthest apart from the rest{but if pairs[-1, nearest] > 0.5 else ''}."
    if pairs[i, j] > 0.9:
        both = f"{names[i].capitalize()} and {names[j]} are nearly one score in two dresses"
        return f"{both} ({_signed(pairs[i, j])}). {names[-1].capitalize()} {apart}"
    return f"Closest are {names[i]} and {names[j]} ({_signed(pairs[i, j])}); {names[-1]} {apart}"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def agreement_alt(n: Numbers) -> str:
    """Return the agreement in words, for those who cannot see it."""
    many = len(n["agreement"]["spearman"])
    return f"Triangle of rank correlations between {many} scores. {agreement(n)}"


def conclusion(n: Numbers) -> str:
    """Return which score for which purpose, and where the write-up's two stand."""
    what = thing(n)
    wrong = winner(by_plants(n, "wrong_labels"))
    labelled = {wrong: "for wrong labels"}
    if people_voted(n):
        people = {
            name: by_people(n, "disputed")[name] + by_people(n, "rejected")[name]
            for name in n["judges"]
        }
        best = winner(people)
        dispute = "for what people dispute"
        labelled[best] = f"{labelled[best]} and {dispute}" if best in labelled else dispute
    told = listing([f"{spoken(name)} {purpose}" for name, purpose in labelled.items()])
    odd = by_plants(n, *KINDS[:4], blind=True)
    first = winner(odd)
    near = sum(value > odd[first] - 0.01 for value in odd.values())
    alike = (
        f", though {count(near - 1)} others are less than one point behind"
        if near > 2
        else ", though one other is less than one point behind"
        if near == 2
        else ""
    )
    place = sorted(odd.values(), reverse=True).index(odd["low_confidence"]) + 1
    if first == "low_confidence":
        own = "It is the write-up's first definition."
    else:
        own = (
            "The write-up's first definition, low confidence, is "
            f"{ordinal(place)} of the {count(len(odd))} that need no label, "
            f"{_behind(odd[first] - odd['low_confidence'])} behind."
        )
    mistakes, doubts = (
        n["planted"]["wrong_labels"][name]["precision"]
        for name in ("confident_mistake", "label_doubt")
    )
    good = (
        "; it finds wrong labels nearly as well as label doubt" if mistakes > doubts - 0.05 else ""
    )
    return (
        f"So which definition for which purpose? If you have labels, and doubt them: {told}. If "
        f"you have none, and look for odd {what}s, with two readings or with none: "
        f"{spoken(first)}, which finds {percent(odd[first])} of the hidden pictures{alike}. {own} "
        f"Its second, the confident mistake, says nothing of a {what} that happens to be "
        f"classified as the label says, however odd it is{good}."
    )


def _behind(gap: float) -> str:
    points = 100 * gap
    return (
        "less than a point"
        if points < 1
        else f"{points:.0f} {'point' if round(points) == 1 else 'points'}"
    )
