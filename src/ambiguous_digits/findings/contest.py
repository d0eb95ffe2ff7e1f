"""The second half: every score before the same outside judges, people and planted truth."""

import numpy as np
import pandas as pd

from .words import (
    Numbers,
    compares,
    count,
    either,
    listing,
    ordinal,
    percent,
    share,
    spoken,
    tests,
    thing,
    times,
)

#: The write-up's two definitions, as scores.
WRITTEN = ("low_confidence", "confident_mistake")
#: Scores that look at the label.
TOLD = ("label_doubt", "confident_mistake")
#: How people's answers are sorted.
ASKED = ("disputed", "rejected")
#: Kinds that were planted, in the order in which they are shown, and how they are called.
CALLED = {
    "mean_blends": "averages",
    "max_blends": "overlays",
    "shuffled_patches": "shuffled",
    "spectrum_noise": "noise",
    "wrong_labels": "wrong labels",
}
_PLANTED = tuple(CALLED)


def _asked(n: Numbers) -> bool:
    """Whether people's votes are there."""
    return bool(n["judges"])


def planted_kinds(n: Numbers) -> list[str]:
    """Return the kinds that were planted, in the order in which they are shown."""
    return [kind for kind in _PLANTED if kind in n["planted"]]


def _by_people(n: Numbers, kind: str) -> dict[str, float]:
    return {name: found[kind]["auroc"] for name, found in n["judges"].items()}


def _by_plants(n: Numbers, *kinds: str, blind: bool = False) -> dict[str, float]:
    """Return the mean AUROC over some kinds; blind: of scores that do without the label."""
    kinds = [kind for kind in kinds if kind in n["planted"]]
    names = n["planted"]["wrong_labels"]
    return {
        name: float(np.mean([n["planted"][kind][name]["auroc"] for kind in kinds]))
        for name in names
        if kinds and not (blind and name in TOLD)
    }


def _best(found: dict[str, float]) -> str:
    return max(found, key=lambda name: found[name])


def contest_title(n: Numbers) -> str:
    """Return the finding about the scores, a heading."""
    if _asked(n):
        best = {_best(_by_people(n, kind)) for kind in ASKED}
        if best == {"label_doubt"}:
            return "What people dispute is found by label doubt, not by low confidence"
        return f"What people dispute is best found by {listing(sorted(map(spoken, best)))}"
    wrong, blend = _best(_by_plants(n, "wrong_labels")), _by_plants(n, *_PLANTED[:4], blind=True)
    if wrong == _best(blend):
        return f"What was hidden is best found by {spoken(wrong)}"
    return f"Wrong labels are found by {spoken(wrong)}, odd pictures by {spoken(_best(blend))}"


def contest_question(n: Numbers) -> str:
    """Return who judges the scores, and announce what was planted."""
    what = thing(n)
    intro = (
        f"{count(len(n['planted']['wrong_labels'])).capitalize()} scores have appeared on this "
        "page, and each makes another list. Which list is right? That is not for the networks to "
        "say."
    )
    if _asked(n):
        votes = n["votes"]
        people = (
            "*People* were asked by [Northcutt and others](https://arxiv.org/abs/2103.14749): five "
            "votes each on a hundred test digits, for the label, for one rival, or for neither. On "
            f"{votes['digits']} of them the votes can tell. We call {votes['disputed']} of these "
            "*disputed*, because not all five voted for the label, and "
            f"{votes['rejected']} *rejected*, because at most two did."
        )
    elif compares(n):
        people = (
            "*People* would be the best judges. A file of their votes on a hundred test digits "
            "exists, but it was neither on disk nor to be had when this page was made."
        )
    else:
        people = (
            "*People* would be the best judges. For the test digits of MNIST some of their votes "
            f"are public; for these {what}s there are none."
        )
    counts = n["planted_counts"]
    planted = (
        f"*Planted truth* can be had for any {what}s: hide something, and see who finds it. We "
        f"hid {', '.join(_hidden(n))}; and we gave {counts['wrong_labels']:,} of the "
        f"{sum(n['train_counts']):,} training {what}s a wrong label. [](#fig-planted) shows some. "
        "None of it was used to train, or to choose anything in this section."
    )
    return f"{intro}\n\n{people}\n\n{planted}"


def _hidden(n: Numbers) -> list[str]:
    what, counts = thing(n), n["planted_counts"]
    words = {
        "mean_blends": f"the average of two {what}s of different classes",
        "max_blends": f"two {what}s drawn on top of each other",
        "shuffled_patches": f"{what}s cut into 16 patches and shuffled",
        "spectrum_noise": f"noise as coarse as a {what}",
    }
    return [f"{times(counts[k])} {words[k]}" for k in planted_kinds(n) if k in words]


def planted_names(n: Numbers) -> list[str]:
    """Return how the rows of planted pictures are called."""
    return [CALLED[kind] for kind in planted_kinds(n) if kind != "wrong_labels"]


def planted_caption(n: Numbers) -> str:
    """Return the caption of the sheet of planted pictures."""
    blends = "mean_blends" in n["planted"]
    return (
        f"What was hidden among the test {thing(n)}s, the first of each kind. "
        + ("The first two kinds could be read in two ways; the others" if blends else "They")
        + " should be read in none."
    )


def contest_intro(n: Numbers) -> str:
    """Return how a score is judged, and announce the figure."""
    what = thing(n)
    one = either(n, digits="a disputed digit and an undisputed one", pictures="a planted picture")
    pair = one if _asked(n) else f"a planted {what} and an untouched one"
    return (
        f"The judging is simple. Take {pair} at random, and see which of them the score puts "
        "first. A coin is right half of the time; a perfect score always.^[This share is the area "
        "under the ROC curve, AUROC.] [](#fig-contest) has the outcome."
    )


def judges(n: Numbers) -> list[dict]:
    """Return what the figure shows: one judge after the other, all scores in one order."""
    names = list(n["planted"]["wrong_labels"])
    found = [
        {
            "title": f"people: {kind}",
            "values": [n["judges"][name][kind]["auroc"] for name in names],
            "low": [n["judges"][name][kind]["low"] for name in names],
            "high": [n["judges"][name][kind]["high"] for name in names],
            "single": [n["judges_first"][name][kind] for name in names],
        }
        for kind in ASKED
        if _asked(n)
    ]
    found += [
        {
            "title": f"planted: {CALLED[kind]}",
            "values": [n["planted"][kind][name]["auroc"] for name in names],
        }
        for kind in planted_kinds(n)
    ]
    curves = [n["stability"][name]["100"]["curve"][-1:] for name in names]
    if any(value is not None for curve in curves for value in curve):
        steady = np.array([curve or [None] for curve in curves], float)[:, 0]
        found.append({"title": "steadiness: first 100", "values": steady, "chance": None})
    return found


def score_names(n: Numbers) -> list[str]:
    """Return how the scores are called in the figures."""
    return [spoken(name) for name in n["planted"]["wrong_labels"]]


def contest_caption(n: Numbers) -> str:
    """Return the caption of the contest."""
    people = (
        " *People*: with 95 percent intervals; hollow, the same score by the first network alone."
        if _asked(n)
        else ""
    )
    steady = len(judges(n)) > len(planted_kinds(n)) + 2 * _asked(n)
    last = (
        " *Steadiness*: the overlap of the first 100 at the right end of [](#fig-stability)."
        if steady
        else ""
    )
    return (
        f"All scores before the same judges; further right is better. In bold the write-up's two "
        f"definitions.{people} *Planted*: against all that was left alone.{last}"
    )


def contest_alt(n: Numbers) -> str:
    """Return the contest in words, for those who cannot see it."""
    names = score_names(n)
    told = []
    for judge in judges(n):
        values = np.array(judge["values"], float)
        if not np.isnan(values).all():
            best = int(np.nanargmax(values))
            told.append(f"{judge['title']}: best {names[best]} with {values[best]:.2f}")
    text = "; ".join(told)
    return f"Dots for each of {len(names)} scores and each judge. {text[:1].upper()}{text[1:]}."


def contest(n: Numbers) -> str:
    """Return what people and planted truth say of the scores."""
    parts = ([_people(n)] if _asked(n) else []) + [_plants(n)]
    return "\n\n".join(parts)


def _people(n: Numbers) -> str:
    votes, rejected = n["votes"], n["votes"]["rejected"]
    best = _best(_by_people(n, "disputed"))
    top = n["judges"][best]["disputed"]
    text = (
        f"*People.* {spoken(best).capitalize()} puts the disputed digit first "
        f"{percent(top['auroc'])}"
        f" of the time (the interval runs from {percent(top['low'])} to {percent(top['high'])}), "
        "the "
        "best of all scores."
    )
    other = _best(_by_people(n, "rejected"))
    again = n["judges"][other]["rejected"]["auroc"]
    who = "it reaches" if other == best else f"{spoken(other)} is ahead, with"
    hits = n["judges"][other]["first_100"]
    text += (
        f" For rejected digits {who} {percent(again)}, and {share(hits, rejected)} "
        f"{'is' if hits == 1 else 'are'} among its "
        f"first 100 of {tests(n):,}."
    )
    low, mistake = (n["judges"][name] for name in WRITTEN)
    coin = all(low[kind]["low"] <= 0.5 <= low[kind]["high"] for kind in ASKED)
    text += (
        "\n\nThe write-up's first definition, low confidence, gets "
        f"{percent(low['disputed']['auroc'])}"
        f" and {percent(low['rejected']['auroc'])}"
        f"{': among these suspects no better than a coin' if coin else ''}. Its second, the "
        "confident "
        f"mistake, gets {percent(mistake['disputed']['auroc'])} and "
        f"{percent(mistake['rejected']['auroc'])}."
    )
    by_chance = rejected * 100 / tests(n)
    if low["first_100"] > 10 * by_chance:
        text += (
            f" That does not make low confidence useless: among all {tests(n):,} it has "
            f"{count(low['first_100'])} of the {count(rejected)} rejected in its first 100, where "
            "chance would have none or one. It finds the odd ones. It does not say which of them "
            "people would dispute: a network that hesitates is not a person who disagrees."
        )
    text += (
        f"\n\nThe limits: {votes['digits']} digits are few, as the long intervals show. They were "
        "picked because somebody's model doubted their labels, so a score that doubts labels plays "
        "at home. And people had to choose between two answers and *neither*; what they would have "
        "said by themselves, nobody asked."
    )
    return text


def _plants(n: Numbers) -> str:
    what = thing(n)
    wrong = n["planted"]["wrong_labels"]
    best = _best({name: found["precision"] for name, found in wrong.items()})
    total = n["planted_counts"]["wrong_labels"]
    text = (
        f"*Planted truth.* Wrong labels are found best by {spoken(best)}: of its first {total:,} "
        f"training {what}s {percent(wrong[best]['precision'])} carry one."
    )
    if total == 1:
        text = f"*Planted truth.* The one wrong label comes first by {spoken(best)}."
    if not wrong[best]["precision"]:
        text = "*Planted truth.* No score has a wrong label among its first."
    elif best in TOLD:
        text += " Scores that do not look at the label cannot see them at all."
    odd = [kind for kind in planted_kinds(n) if kind != "wrong_labels"]
    tops = {kind: _best({k: v["auroc"] for k, v in n["planted"][kind].items()}) for kind in odd}
    reach = {kind: n["planted"][kind][tops[kind]]["auroc"] for kind in odd}
    easy, hard = max(odd, key=reach.get), min(odd, key=reach.get)
    words = CALLED | {"shuffled_patches": "shuffled pictures"}
    twice = ", or can be read twice," if "mean_blends" in odd else ""
    if reach[easy] == reach[hard]:
        return (
            f"{text} Of what cannot be read{twice} all kinds are found alike: the best score of "
            f"each puts the hidden one first {percent(reach[hard])} of the time."
        )
    text += f" Of what cannot be read{twice} {_easy_hard(words[easy], words[hard])}"
    text += (
        f": the best score, {spoken(tops[hard])}, puts the hidden one first "
        f"{percent(reach[hard])} of "
        f"the time, against {percent(reach[easy], 1)} by {spoken(tops[easy])}."
    )
    if "label_doubt" in tops.values():
        text += (
            f" (Label doubt has help here: each hidden {what} came with the label of what it was "
            "made from.)"
        )
    return text


def _easy_hard(easy: str, hard: str) -> str:
    return f"{easy} are the easiest to find and {hard} the hardest".replace("noise are", "noise is")


def contest_table(n: Numbers) -> pd.DataFrame:
    """Return all scores with what the judges found, one row each, in percent."""
    rows = []
    for name in n["planted"]["wrong_labels"]:
        row = {"Score": spoken(name)}
        if _asked(n):
            found = n["judges"][name]
            row |= {kind.capitalize(): _with_interval(found[kind]) for kind in ASKED}
            row |= {"Dissent": found["spearman"], "In first 100": found["first_100"]}
        for kind in planted_kinds(n):
            row[CALLED[kind].capitalize()] = round(100 * n["planted"][kind][name]["precision"])
        rows.append(row)
    return pd.DataFrame(rows)


def _with_interval(found: dict[str, float]) -> str:
    area, low, high = (f"{100 * found[part]:.0f}" for part in ("auroc", "low", "high"))
    return f"{area}\n{low}–{high}"


def contest_table_caption(n: Numbers) -> str:
    """Return the caption of the table."""
    people = (
        "*Disputed*, *rejected*: AUROC in percent and its 95 percent interval. *Dissent*: "
        "Spearman's rank "
        "correlation with the share of votes that were not for the label. *In first 100*: how "
        "many of "
        f"the {n['votes']['rejected']} rejected digits the score has among its first 100. "
        if _asked(n)
        else ""
    )
    return (
        f"{people}The other columns: percent of what was planted among the first as many as were "
        "planted."
    )


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
    return [score_names(n)[k] for k in order], matrix[np.ix_(order, order)]


def agreement_caption(n: Numbers) -> str:
    """Return the caption of the figure of agreement."""
    return (
        "How alike two scores rank the contested "
        f"{thing(n)}s (Spearman's rank correlation): 1, in the same order; 0, no relation; below "
        "0, "
        "rather in the reverse order."
    )


def agreement(n: Numbers) -> str:
    """Return which scores are one score in two dresses, and which stands apart."""
    names, matrix = agreement_order(n)
    pairs = matrix - 2 * np.eye(len(names))
    i, j = sorted(np.unravel_index(pairs.argmax(), pairs.shape))
    return (
        f"{names[i].capitalize()} and {names[j]} are nearly one score in two dresses "
        f"({_signed(pairs[i, j])}). {names[-1].capitalize()} stands furthest apart from the "
        "rest."
        if pairs[i, j] > 0.9
        else f"Closest are {names[i]} and {names[j]} ({_signed(pairs[i, j])}); {names[-1]} "
        "stands furthest apart from the rest."
    )


def _why(name: str) -> str:
    nothing = ": it gives nothing to what is classified as the label says"
    return nothing if name == "confident mistake" else ""


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def agreement_alt(n: Numbers) -> str:
    """Return the agreement in words, for those who cannot see it."""
    return f"Triangle of rank correlations between {len(score_names(n))} scores. {agreement(n)}"


def conclusion(n: Numbers) -> str:
    """Return which score for which purpose, and where the write-up's two stand."""
    what = thing(n)
    wrong = _best(
        {name: found["precision"] for name, found in n["planted"]["wrong_labels"].items()}
    )
    labelled = {wrong: "for wrong labels"}
    if _asked(n):
        people = {
            name: _by_people(n, "disputed")[name] + _by_people(n, "rejected")[name]
            for name in n["judges"]
        }
        best = _best(people)
        dispute = "for what people dispute"
        labelled[best] = f"{labelled[best]} and {dispute}" if best in labelled else dispute
    told = listing([f"{spoken(name)} {purpose}" for name, purpose in labelled.items()])
    odd = _by_plants(n, *_PLANTED[:4], blind=True)
    first = _best(odd)
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
        "you "
        f"have none, and look for odd {what}s, with two readings or with none: "
        f"{spoken(first)}{alike}. "
        f"{own} Its second, the confident mistake, says nothing of a {what} that happens to be "
        f"classified as the label says, however odd it is{good}."
    )


def _behind(gap: float) -> str:
    points = 100 * gap
    return (
        "less than a point"
        if points < 1
        else f"{points:.0f} {'point' if round(points) == 1 else 'points'}"
    )
