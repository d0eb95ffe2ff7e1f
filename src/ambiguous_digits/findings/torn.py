"""The second half: the two parts of doubt, within the networks and between them."""

import numpy as np

from .words import Numbers, article, count, names, percent, tests, thing, votes


def torn_title(n: Numbers) -> str:
    """Return the finding about the two parts of doubt, a heading."""
    between = _between(n)
    if between is None:
        return "Doubt has two parts"
    if between < 0.35:
        return "The networks doubt together, rather than contradict each other"
    if between > 0.65:
        return "The networks contradict each other, rather than doubt together"
    return "The networks doubt together, and contradict each other as well"


def _between(n: Numbers) -> float | None:
    """Return the part of the doubt that lies between the networks, if there is any doubt."""
    within, between = n["doubt"]["parts"]
    return between / (within + between) if within + between else None


def torn_question(n: Numbers) -> str:
    """Return the two parts of doubt, and announce their map."""
    what = thing(n)
    return (
        "When a committee is unsure, two different things may have happened. Perhaps each network "
        f"is torn by itself: then the doubt seems to lie in the {what}. Or each is sure, but of "
        "different things: then it lies between the networks, and more examples to learn from "
        "might settle it.\n\n"
        "Entropy, a measure of how widely belief is spread, can be split into just these two "
        "parts.^[The first is the mean entropy of the networks, also called *aleatoric* "
        "uncertainty; the second, what the entropy of their mean has beyond that, is the *mutual "
        "information* of answer and network, also called *epistemic* uncertainty. Both are divided "
        f"by the logarithm of the number of classes, so that 1 is the most.] [](#fig-doubt) is a "
        f"map of them: to the right the {what}s that every network finds hard, to the top those "
        "that divide the networks."
    )


def marked(n: Numbers) -> dict[int, str]:
    """Return which digits of the map the text names: place in the list, and number."""
    named = n["doubt"]["torn"] + n["doubt"]["contradictory"]
    return {n["doubt"]["index"].index(digit["index"]): str(digit["index"]) for digit in named}


def torn_caption(n: Numbers) -> str:
    """Return the caption of the map of doubt."""
    shown = len(n["doubt"]["index"])
    entropy = np.add(n["doubt"]["expected_entropy"], n["doubt"]["mutual_information"])
    far = shown < tests(n) and entropy.min() > 0.2 * entropy.max()
    empty = "The lower left corner is empty because only these are shown. " if far else ""
    return (
        f"The {count(shown, f'test {thing(n)}')} of the largest entropy, as a map: across, the "
        "part of it within the networks; upwards, the part between them; thin line: half and half. "
        f"{empty}Where pictures would cover each other, the one of less entropy is a dot."
    )


def torn(n: Numbers) -> str:
    """Return what the map of doubt shows, and what speaks against reading too much into it."""
    doubt, name, what = n["doubt"], names(n), thing(n)
    limits = (
        "Some [object](https://arxiv.org/abs/2209.03302) that a committee of like-minded "
        "networks cannot quarrel, even where it should. Nor does the map tell a blot from a duck "
        "that is a rabbit: where nothing can be read, and where two things can, a network is torn "
        "alike."
    )
    share = _between(n)
    if share is None:
        return limits
    torn, split = doubt["torn"][0], doubt["contradictory"][0]
    text = (
        f"Of the entropy of the {count(min(100, tests(n)), what)} that "
        f"{'has' if tests(n) == 1 else 'have'} most of it, {percent(share)} lies between the "
        "networks."
    )
    text += f" Farthest to the right is number {torn['index']}: {votes(torn, name)}"
    choice = int(np.argmax(torn["votes"]))
    outvoted = 2 * torn["votes"][choice] > n["networks"] and torn["probs"][choice] < 0.5
    it = "it" if torn["votes"][choice] == n["networks"] else article(name[choice])
    belief = f", and yet the average belief in {it} is {percent(torn['probs'][choice])}."
    text += belief if outvoted else "."
    if any(doubt["mutual_information"]):
        text += (
            " It is also the farthest up."
            if torn["index"] == split["index"]
            else f" Farthest up is number {split['index']}: {votes(split, name)}."
        )
    return f"{text}\n\n{limits}"
