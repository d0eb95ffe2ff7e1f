"""The second half: what the outside judges say of the scores, told and in figures."""

import pandas as pd

from .contest import (
    ASKED,
    CALLED,
    TOLD,
    WRITTEN,
    by_people,
    by_plants,
    entrants,
    people_voted,
    planted_kinds,
    winner,
)
from .words import Numbers, count, percent, share, spoken, tests, thing


def contest(n: Numbers) -> str:
    """Return what people and planted truth say of the scores."""
    parts = ([_people(n)] if people_voted(n) else []) + [_plants(n)]
    return "\n\n".join(parts)


def _people(n: Numbers) -> str:
    votes, rejected = n["votes"], n["votes"]["rejected"]
    best = winner(by_people(n, "disputed"))
    top = n["judges"][best]["disputed"]
    text = (
        f"*People.* {spoken(best).capitalize()} puts the disputed digit first "
        f"{percent(top['auroc'])} of the time (the interval runs from {percent(top['low'])} to "
        f"{percent(top['high'])}), the best of all scores."
    )
    other = winner(by_people(n, "rejected"))
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
        f"{percent(low['disputed']['auroc'])} and {percent(low['rejected']['auroc'])}"
        f"{': among these suspects no better than a coin' if coin else ''}.{_alone(n)} "
        f"Its second, the confident mistake, gets {percent(mistake['disputed']['auroc'])} and "
        f"{percent(mistake['rejected']['auroc'])}."
    )
    by_chance = rejected * 100 / tests(n)
    if low["first_100"] > 10 * by_chance:
        text += (
            f"\n\nThat does not make low confidence useless: among all {tests(n):,} it has "
            f"{count(low['first_100'])} of the {count(rejected)} rejected in its first 100, where "
            f"chance would most likely have {count(round(by_chance))}. It finds the odd ones. It "
            "does not say which of them people would dispute: a network that hesitates is not a "
            "person who disagrees."
        )
    text += (
        f"\n\nThe limits: {votes['digits']} digits are few, as the long intervals show. They were "
        "picked because somebody's model doubted their labels, so a score that doubts labels plays "
        "at home. People had to choose between two answers and *neither*; what they would have "
        "said by themselves, nobody asked. And there are five votes on each: a single slip of the "
        "mouse makes a digit disputed."
    )
    return text


def _alone(n: Numbers) -> str:
    """Return what one network's hesitation, all that the write-up had, is worth to people."""
    if n["networks"] == 1:
        return ""
    found = n["judges_first"]["low_confidence"]
    return (
        f" (By the first network alone, and one was all that the write-up had, it gets "
        f"{percent(found['disputed'])} and {percent(found['rejected'])}.)"
    )


def _plants(n: Numbers) -> str:
    what = thing(n)
    wrong = n["planted"]["wrong_labels"]
    best = winner(by_plants(n, "wrong_labels"))
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
    tops = {kind: winner(by_plants(n, kind)) for kind in odd}
    reach = {kind: n["planted"][kind][tops[kind]]["precision"] for kind in odd}
    easy, hard = max(odd, key=reach.get), min(odd, key=reach.get)
    words = CALLED | {"shuffled_patches": "shuffled pictures"}
    twice = ", or can be read twice," if "mean_blends" in odd else ""
    if reach[easy] == reach[hard]:
        return (
            f"{text} Of what cannot be read{twice} all kinds are found alike: the best score of "
            f"each has {percent(reach[hard])} of them among its first."
        )
    text += f" Of what cannot be read{twice} {_easy_hard(words[easy], words[hard])}"
    text += (
        f": {spoken(tops[easy])} finds {percent(reach[easy])} of the one, and the best for the "
        f"other, {spoken(tops[hard])}, {percent(reach[hard])}."
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
    """Return all scores with what the judges found, one row each."""
    rows = []
    for name in entrants(n):
        row = {"Score": spoken(name)}
        if people_voted(n):
            found = n["judges"][name]
            row |= {kind.capitalize(): _with_interval(found[kind]) for kind in ASKED}
            row |= {"Dissent": found["spearman"], "In first 100": found["first_100"]}
        for kind in planted_kinds(n):
            row[CALLED[kind].capitalize()] = n["planted"][kind][name]["auroc"]
        rows.append(row)
    return pd.DataFrame(rows)


def _with_interval(found: dict[str, float]) -> str:
    area, low, high = (f"{found[part]:.2f}" for part in ("auroc", "low", "high"))
    return f"{area}\n{low}\u2060–\u2060{high}"


def contest_table_caption(n: Numbers) -> str:
    """Return the caption of the table."""
    area = "AUROC: how often a score puts what was looked for before what was not"
    if not people_voted(n):
        return f"{area}."
    return (
        f"{area}; small, its 95 percent interval. *Dissent*: Spearman's rank correlation with the "
        "share of votes that were not for the label. *In first 100*: how many of the "
        f"{n['votes']['rejected']} rejected digits the score has among its first 100."
    )
