"""The second half: every score before the same outside judges, people and planted truth."""

import numpy as np

from .words import (
    Numbers,
    compares,
    count,
    either,
    listing,
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
KINDS = tuple(CALLED)


def people_voted(n: Numbers) -> bool:
    """Whether people's votes are there."""
    return bool(n["judges"])


def planted_kinds(n: Numbers) -> list[str]:
    """Return the kinds that were planted, in the order in which they are shown."""
    return [kind for kind in KINDS if kind in n["planted"]]


def by_people(n: Numbers, kind: str) -> dict[str, float]:
    return {name: found[kind]["auroc"] for name, found in n["judges"].items()}


def by_plants(n: Numbers, *kinds: str, blind: bool = False) -> dict[str, float]:
    """Return the mean precision over some kinds; blind: of scores that do without the label."""
    kinds = [kind for kind in kinds if kind in n["planted"]]
    names = n["planted"]["wrong_labels"]
    return {
        name: float(np.mean([n["planted"][kind][name]["precision"] for kind in kinds]))
        for name in names
        if kinds and not (blind and name in TOLD)
    }


def winner(found: dict[str, float]) -> str:
    return max(found, key=lambda name: found[name])


def contest_title(n: Numbers) -> str:
    """Return the finding about the scores, a heading."""
    if people_voted(n):
        best = {winner(by_people(n, kind)) for kind in ASKED}
        if best == {"label_doubt"}:
            return "What people dispute is found by label doubt, not by low confidence"
        return f"What people dispute is best found by {listing(sorted(map(spoken, best)))}"
    wrong, blend = winner(by_plants(n, "wrong_labels")), by_plants(n, *KINDS[:4], blind=True)
    if wrong == winner(blend):
        return f"What was hidden is best found by {spoken(wrong)}"
    return f"Wrong labels are found by {spoken(wrong)}, odd pictures by {spoken(winner(blend))}"


def contest_question(n: Numbers) -> str:
    """Return who judges the scores, and announce what was planted."""
    what = thing(n)
    intro = (
        f"{count(len(n['planted']['wrong_labels'])).capitalize()} scores have appeared on this "
        "page, and each makes another list. Which list is right? That is not for the networks to "
        "say."
    )
    if people_voted(n):
        votes = n["votes"]
        people = (
            "*People* were asked by [Northcutt and others](https://arxiv.org/abs/2103.14749): five "
            "votes each on a hundred test digits, for the label, for one rival, or for neither. On "
            f"{votes['digits']} of them the votes can tell (on the others the rival was the label "
            f"itself). We call {votes['disputed']} of these *disputed*, because not all five voted "
            f"for the label, and {votes['rejected']} *rejected*, because at most two did."
        )
    elif compares(n):
        people = (
            "*People* would be the best judges. A file of their votes on a hundred test digits "
            "exists, but it was neither on disk nor to be had when this page was made."
        )
    else:
        people = "*People* would be the best judges. " + either(
            n,
            digits="For MNIST's own test digits some votes are public; for these there are none.",
            pictures="Their votes on some of these pictures would come first here; there are none.",
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
    first = n["planted_counts"][planted_kinds(n)[0]]
    people = (
        f"For people's votes, take a disputed {what} and an undisputed one at random, and see "
        "which of them the score puts first. A coin is right half of the time; a perfect score "
        "always.^[This share is the area under the ROC curve, AUROC.] For what we hid, count"
        if people_voted(n)
        else "Count"
    )
    return (
        f"The judging is simple. {people} how many of the {first:,} of a kind are among the first "
        f"{first:,}.^[As a share of these, the precision among the first k.] [](#fig-contest) has "
        "the outcome."
    )


def judges(n: Numbers) -> list[dict]:
    """Return what the figure shows: one judge after the other, all scores in one order."""
    names = entrants(n)
    found = [
        {
            "title": f"people: {kind}",
            "values": [n["judges"][name][kind]["auroc"] for name in names],
            "low": [n["judges"][name][kind]["low"] for name in names],
            "high": [n["judges"][name][kind]["high"] for name in names],
            "single": [n["judges_first"][name][kind] for name in names],
        }
        for kind in ASKED
        if people_voted(n)
    ]
    found += [
        {
            "title": f"planted: {CALLED[kind]}",
            "values": [n["planted"][kind][name]["precision"] for name in names],
            "chance": _by_chance(n, kind),
        }
        for kind in planted_kinds(n)
    ]
    curves = [n["stability"][name]["100"]["curve"][-1:] for name in names]
    if any(value is not None for curve in curves for value in curve):
        steady = np.array([curve or [None] for curve in curves], float)[:, 0].round(2)
        found.append({"title": "steadiness: first 100", "values": steady, "chance": None})
    return found


def _by_chance(n: Numbers, kind: str) -> float:
    """Return what share of the first k were planted if k were drawn by lot."""
    planted = n["planted_counts"][kind]
    if kind == "wrong_labels":
        return planted / sum(n["train_counts"])
    return planted / (planted + tests(n))


def entrants(n: Numbers) -> list[str]:
    """Return the scores in the order of figure and table: those that look at the label last."""
    return sorted(n["planted"]["wrong_labels"], key=TOLD.__contains__)


def score_names(n: Numbers) -> list[str]:
    """Return how the scores are called, in that order."""
    return [spoken(name) for name in entrants(n)]


def contest_caption(n: Numbers) -> str:
    """Return the caption of the contest."""
    people = (
        " *People*: AUROC with 95 percent intervals; hollow, the same score by the first network "
        "alone."
        if people_voted(n)
        else ""
    )
    steady = len(judges(n)) > len(planted_kinds(n)) + 2 * people_voted(n)
    last = (
        " *Steadiness*: the overlap of the first 100 at the right end of [](#fig-stability)."
        if steady
        else ""
    )
    return (
        "All scores before the same judges; further right is better. In bold the write-up's two "
        f"definitions; the last two scores look at the label.{people} *Planted*: how much of the "
        f"first k was planted, where k is the number planted.{last}"
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
