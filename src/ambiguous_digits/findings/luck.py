"""The second half: how much of a list is luck."""

import numpy as np

from .words import Numbers, count, listing, percent, tests, thing

#: Score of numbers.json -> what readers call it.
SPOKEN = {
    name: name.replace("_", " ")
    for name in (
        "low_confidence",
        "small_margin",
        "entropy",
        "second_choice",
        "logit_gap",
        "label_doubt",
        "confident_mistake",
        "expected_entropy",
        "mutual_information",
        "disagreement",
    )
}


def overlap_curves(n: Numbers) -> dict[str, np.ndarray]:
    """Return how much two committees share, by the score's spoken name: float (2, sizes)."""
    return {
        SPOKEN[name]: np.array([n["stability"][name][top]["curve"] for top in ("12", "100")], float)
        for name in SPOKEN
    }


def few(n: Numbers) -> bool:
    """Whether the first 100 are so large a part of all that sharing them means little."""
    return tests(n) < 400


def common(jaccard: float, top: int) -> int:
    """Return how many of `top` two lists of so many share, if their Jaccard index is this."""
    return round(2 * jaccard / (1 + jaccard) * top)


def about(jaccard: float, top: int) -> str:
    """Return the same in words."""
    shared = common(jaccard, top)
    return f"about {count(shared)}" if shared else "hardly one"


def luck_title(n: Numbers) -> str:
    """Return the finding about two networks' lists, a heading."""
    alone = n["stability"]["low_confidence"]["100"]["single"]
    if few(n) or alone is None:
        return f"Is it the {thing(n)}, or the network?"
    others = 100 - common(alone, 100)
    if others < 5:
        return "Ask another network, and the list is nearly the same"
    return f"Ask another network, and {count(others)} of the hundred change"


def luck_question(n: Numbers) -> str:
    """Return the question of the second half, and what is compared."""
    first = "" if few(n) else f"Is it the {thing(n)}, or the network? "
    whose = "all of our" if n["networks"] > 2 else "both our"
    return (
        "So far one network has spoken, and the others have nodded or shaken their heads. "
        f"{first}{whose.capitalize()} networks have the same layers and the same recipe. They "
        "differ only in chance: in the random numbers that each began with, and in the part of "
        f"the {thing(n)}s that each did without.\n\n"
        "So let each draw up its own list, and lay the lists side by side. Then let two networks "
        "draw one up together, then three, and so on. [](#fig-stability) shows how much two such "
        "lists have in common."
    )


def luck_caption(n: Numbers) -> str:
    """Return the caption of the curves of overlap."""
    return (
        "What the lists of two committees that share no network have in common, by the number of "
        f"networks in each: {thing(n)}s on both lists in percent of those on either, of the first "
        "100 (solid) and the first 12 (dashed) by ten scores. Means over 50 random pairs."
    )


def luck_alt(n: Numbers) -> str:
    """Return what the curves of overlap show, for those who cannot see them."""
    sizes = n["stability_sizes"]
    ends = [
        f"{SPOKEN[name]} {found['100']['curve'][-1]:.2f}"
        for name, found in n["stability"].items()
        if found["100"]["curve"][-1] is not None
    ]
    return (
        "A small panel for each score, with a curve of overlap for the first 100 and one for the "
        f"first 12, over committees of {sizes[0]} to {sizes[-1]}. Overlap of the first 100 at the "
        f"end: {', '.join(ends)}."
    )


def luck(n: Numbers) -> str:
    """Return how much two lists share, and what makes them share more."""
    found, sizes, what = n["stability"], n["stability_sizes"], thing(n)
    note = (
        f"^[{what.capitalize()}s on both lists divided by {what}s on either: the *Jaccard index*. "
        f"A {what} whose score is 0 is on no list.]"
    )
    if few(n):
        return (
            f"With {count(tests(n), f'test {what}')} there is not much to be learned here: a list "
            f"of 100 holds {'all' if tests(n) <= 100 else 'a large part'} of them by force.{note}"
        )
    low = found["low_confidence"]
    text = ""
    if low["100"]["single"] is not None:
        text = (
            f"Of the 100 {what}s that one network is least sure of, another has "
            f"{about(low['100']['single'], 100)} on its list; of the first 12, "
            f"{about(low['12']['single'], 12)}. (In the figure that is "
            f"{percent(low['100']['single'])} and {percent(low['12']['single'])}: what is on both "
            f"lists, in percent of what is on either.{note}) So much is the list of a single "
            "network worth, ours or the write-up's."
        )
    alone, grown = low["100"]["single"], low["100"]["curve"]
    if len(sizes) > 1 and None not in (alone, *grown):
        text += (
            f" Together they are wiser: two committees of {count(sizes[-1])} share "
            f"{about(grown[-1], 100)} of the 100."
            if common(grown[-1], 100) > common(alone, 100)
            else ""
        )
    return f"{text}\n\n{_steadiest(n)}".strip()


def _steadiest(n: Numbers) -> str:
    ends = {
        SPOKEN[name]: found["100"]["curve"][-1]
        for name, found in n["stability"].items()
        if found["100"]["curve"] and found["100"]["curve"][-1] is not None
    }
    if len(set(ends.values())) < 2:
        return ""
    best, worst = (
        [f"*{name}*" for name, end in ends.items() if end == extreme]
        for extreme in (max(ends.values()), min(ends.values()))
    )
    return (
        f"By their first 100, the steadiest of the ten scores {'is' if len(best) == 1 else 'are'} "
        f"{listing(best)}, the least steady {listing(worst)}.^[What each score measures is in "
        "the table of columns in the project's README. "
        "*Logit gap* is here because it fitted best how sure 60 people were who had to tell digits "
        "apart, in a [study](https://doi.org/10.1371/journal.pcbi.1013827).] But steady is "
        "not the same as right: a clock that stands still is perfectly steady. And our "
        "networks are all of a kind. What puzzles every single one need not puzzle another kind."
    )
