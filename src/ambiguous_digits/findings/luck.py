"""The second half: how much of a list is luck."""

import numpy as np

from .words import Numbers, count, either, listing, percent, spoken, tests, thing

#: Overlaps that are closer are level: about two standard errors of a mean of 50 pairs.
_LEVEL = 0.01


def overlap_curves(n: Numbers) -> dict[str, np.ndarray]:
    """Return how much two committees share, by the score's spoken name: float (2, sizes)."""
    return {
        spoken(name): np.array([found[top]["curve"] for top in ("12", "100")], float)
        for name, found in n["stability"].items()
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


def _meanings(n: Numbers) -> str:
    """Return what the scores mean, a footnote."""
    who = either(n, digits=" who had to tell digits apart", pictures="")
    return (
        "^[*Low confidence* and *confident mistake* are our two definitions. *Small margin*: how "
        "close the second choice comes. *Entropy*: how widely belief is spread. *Label doubt*: how "
        "little is left for the label. *Expected entropy*: how widely each network spreads its own "
        "belief; *mutual information*: what the entropy of all together has beyond that. "
        "*Disagreement*: how many networks contradict the committee. *Second choice*: the belief "
        "in it. *Logit gap*: how close it comes before the softmax; this fitted best how sure 60 "
        f"people were{who}, in a [study](https://doi.org/10.1371/journal.pcbi.1013827).]"
    )


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
        "draw one up together, as a *committee*, then three, and so on. Doubt can be measured in "
        f"more ways than one; [](#fig-stability) tries {count(len(n['stability']))}, and shows how "
        f"much two such lists have in common.{_meanings(n)}"
    )


def luck_caption(n: Numbers) -> str:
    """Return the caption of the curves of overlap."""
    scores = count(len(n["stability"]))
    return (
        "What the lists of two committees that share no network have in common, by the number of "
        f"networks in each: {thing(n)}s on both lists in percent of those on either, of the first "
        f"100 (solid) and the first 12 (dashed), by {scores} scores. Means of 50 random pairs."
    )


def luck_alt(n: Numbers) -> str:
    """Return what the curves of overlap show, for those who cannot see them."""
    sizes = n["stability_sizes"]
    ends = [
        f"{spoken(name)} {found['100']['curve'][-1]:.2f}"
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
            f"{about(low['12']['single'], 12)}. The figure counts more strictly: what is on both "
            f"lists in percent of what is on either, here {percent(low['100']['single'])} and "
            f"{percent(low['12']['single'])}.{note} So much is the list of a single network worth, "
            "ours or the write-up's."
        )
    alone, grown = low["100"]["single"], low["100"]["curve"]
    if len(sizes) > 1 and None not in (alone, *grown):
        text += (
            f" Together they are steadier: two committees of {count(sizes[-1])} share "
            f"{about(grown[-1], 100)} of the 100."
            if common(grown[-1], 100) > common(alone, 100)
            else ""
        )
    return f"{text}\n\n{_steadiest(n)}".strip()


def _steadiest(n: Numbers) -> str:
    """Return which scores are steadiest by their first 100 and 12, and what that is not."""
    long, short = (_extremes(n, top) for top in ("100", "12"))
    if not long:
        return ""
    text = (
        f"By their first 100, the steadiest of the {count(len(n['stability']))} scores "
        f"{'is' if len(long[0]) == 1 else 'are'} {listing(long[0])}, the least steady "
        f"{listing(long[1])}."
    )
    if short:
        if short[2] - short[3] > long[2] - long[3]:
            text += " At the very top it matters more how one measures."
        text += (
            " By the first twelve the steadiest "
            f"{'is' if len(short[0]) == 1 else 'are'} {listing(short[0])}, with "
            f"{about(short[2], 12)} in common, the least steady {listing(short[1])}, with "
            f"{about(short[3], 12)}."
        )
    return (
        f"{text}\n\nBut steady is not the same as right: a clock that stands still is perfectly "
        "steady. And our networks are all of a kind. What puzzles every single one need not puzzle "
        "another kind."
    )


def _extremes(n: Numbers, top: str) -> tuple[list[str], list[str], float, float] | None:
    """Return which scores have the largest and the least overlap at the end, and how much."""
    mistakes = min(n[who]["mistakes"] for who in ("first_network", "ensemble"))
    lacking = {"confident_mistake"} if top == "12" and mistakes < 12 else set()  # no twelve there
    ends = {
        spoken(name): found[top]["curve"][-1]
        for name, found in n["stability"].items()
        if name not in lacking and found[top]["curve"] and found[top]["curve"][-1] is not None
    }
    most, least = max(ends.values(), default=0), min(ends.values(), default=0)
    if most - least <= 2 * _LEVEL:
        return None
    best, worst = (
        [f"*{k}*" for k, end in ends.items() if abs(end - e) < _LEVEL] for e in (most, least)
    )
    return best, worst, most, least
