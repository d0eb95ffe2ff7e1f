"""Definition 2: what the network is sure of, and wrong; and what both lists together spare."""

import numpy as np

from .words import (
    Numbers,
    article,
    count,
    listing,
    names,
    networks,
    ordinal,
    percent,
    share,
    tests,
    thing,
)


def reverse(n: Numbers) -> str:
    """Return what announces the second gallery, or why there is none."""
    text = (
        f"Now the reverse. Leave out every {thing(n)} that the network gets right. Sort the rest "
        "by confidence, largest first"
    )
    if n["definition_2_gallery"]:
        several = len(n["definition_2_gallery"]) > 1
        what = "its most self-assured mistakes" if several else "the one that is left"
        return f"{text}: [](#fig-definition-2) has {what}."
    return f"{text}. Here nothing is left: the first network makes no mistake on the test part."


def sure_and_wrong(n: Numbers) -> str:
    """Return what the second gallery shows."""
    cards, total, what = n["definition_2_gallery"], n["first_network"]["mistakes"], thing(n)
    if not cards:
        return ""
    name, first = names(n), cards[0]
    shown, among = len(n["definition_2"]), len(n["definition_1"])
    both = len(set(n["definition_1"]) & set(n["definition_2"]))
    least, right = max(cards[-1]["probs"]), np.trace(n["definition_1_confusions"])
    rest = shown - both
    text = (
        f"The {'boldest' if total > 1 else 'one'} mistake is number {first['index']}: "
        f"{article(name[first['prediction']])}, says the network, with "
        f"{percent(max(first['probs']), 1)}; it was meant as {article(name[first['label']])}."
    )
    if least > 0.8 and len(cards) > 1:
        text += f" Even of the {ordinal(len(cards))} it is {percent(least)} sure."
    if total == 1:
        made, which = "no other", f"This one is {'also' if both else 'not'}"
    else:
        made = f"{count(total, 'mistake')} in all"
        which = f"Of the {shown} boldest" if shown < total else "Of these,"
        which += f" {count(both)} {'is' if both == 1 else 'are'} also"
    text += f"\n\nThe network makes {made}."
    if among == tests(n):  # which everything is among
        return text
    text += f" {which} among the {among} {what}s it is least sure of."
    if rest and right:
        others = f"The other {count(rest)} {'is' if rest == 1 else 'are'} not: there"
        text += (
            f" {others if both else 'There'} the network hesitates less than on "
            f"{count(int(right), what)} that it gets right. Whoever stops at the {among} least "
            f"sure will miss {'it' if rest == 1 else 'them'}."
        )
    return text


def network_or_digit(n: Numbers) -> str:
    """Return how many of the second gallery's mistakes the other networks make as well."""
    agreeing, what = np.array(n["definition_2_agreeing"]), thing(n)
    if n["networks"] == 1 or not len(agreeing):
        return ""
    same = int((agreeing == n["networks"]).sum())
    where = f" on {share(same, len(agreeing))}" if len(agreeing) > 1 else ""
    text = "Do the other networks err as well? " + (
        f"{networks(n).capitalize()} make the very same mistake{where}."
        if same
        else f"There is no mistake that {networks(n)} make."
    )
    if same == len(agreeing):
        return text
    others = [
        f"number {card['index']} ({count(int(votes))} of {count(n['networks'])} "
        f"{'makes' if votes == 1 else 'make'} it)"
        for card, votes in zip(n["definition_2_gallery"], agreeing, strict=True)
        if votes < n["networks"]
    ]
    if len(others) <= 4:
        text += f" They do not agree on {listing(others)}."
    return (
        f"{text} The fewer make it, the more it tells of the network, and the less of the {what}."
    )


def heap(n: Numbers) -> str:
    """Return what both lists together spare a person who would look at everything."""
    listed, what = len({*n["definition_1"], *n["definition_2"]}), thing(n)
    minutes = round(listed * 5 / 60)
    bold, total = len(n["definition_2"]), n["first_network"]["mistakes"]
    kind = "mistake" if bold == total else "boldest mistake"
    mistakes = f" and the {count(bold, kind)}" if bold else ""
    text = (
        "So neither definition separates the kinds by itself, and both can bring up false alarms."
    )
    if listed > tests(n) / 10:
        return (
            f"{text} The fewer the {what}s, the less looking they spare: here the two lists "
            f"together hold {listed:,} of the {tests(n):,}."
        )
    return (
        f"{text} But the heap is small. The {len(n['definition_1'])} least sure{mistakes} "
        f"make {listed:,} of the {tests(n):,} {what}s: at five seconds each, "
        f"{count(minutes, 'minute')} of looking. A machine went through the haystack and left what "
        "fits on a table."
    )
