"""What the two definitions bring up, and what became of the digits that the write-up names."""

import numpy as np
import pandas as pd

from .words import Numbers, compares, count, listing, names, percent, tests, thing

#: Test digits of MNIST that the write-up names, with what its author says of each, in our words.
REMARKS = {
    1182: "sides with the label",
    1522: "sides with the label",
    9664: "sides with the label",
    247: "sides with the label",
    4761: "gives up",
    2130: "a nine at first glance; open at the top, so perhaps a four",
    9729: "a six with a scribble, or a five joined at the bottom",
    3422: "zero or six: it hangs on a bump",
    4176: "impossible to classify",
    2118: "impossible to classify",
}


def unsure(n: Numbers) -> tuple[str, list[tuple[int, int]]]:
    """Return how to read the heatmap of the least confident, and the cells it speaks of."""
    matrix, name, what = np.array(n["definition_1_confusions"]), names(n), thing(n)
    shown, right = int(matrix.sum()), int(np.trace(matrix))
    off = matrix - np.diag(np.diag(matrix))
    diagonal = (
        "so the diagonal is still the strongest part" if right > off.sum() else "not more than half"
    )
    sentence = (
        f"Of the {shown} {what}s the network is right on {right}, {diagonal}. Being unsure is "
        "not the same as being wrong."
    )
    points = []
    if off.max() > 0:
        order = np.argsort(-off, axis=None, kind="stable")[:3]
        points = [tuple(map(int, np.unravel_index(i, off.shape))) for i in order]
        points = [(row, column) for row, column in points if off[row, column] == off.max()] or []
        told = [f"a true {name[row]} taken for {name[column]}" for row, column in points]
        sentence += (
            f" Off the diagonal the most frequent {'is' if len(told) == 1 else 'are'} "
            f"{listing(told)}, {count(int(off.max()), 'time')}{' each' if len(told) > 1 else ''}."
        )
    empty = [name[row] for row in np.flatnonzero(matrix.sum(axis=1) == 0)]
    if empty:
        sentence += (
            f" No true {' and no true '.join(empty)} is among them: "
            f"{'its row is' if len(empty) == 1 else 'their rows are'} left white."
        )
    return sentence, points


def observed_before(n: Numbers) -> str:
    """Return what became of the two confusions that the write-up saw; on MNIST only."""
    if not compares(n):
        return ""
    m = n["definition_1_confusions"]
    sevens, sixes, zeros = m[2][7] + m[7][2], m[0][6], m[6][0]
    seen = "We see it too" if sevens >= 3 else "We hardly see it" if sevens else "We do not see it"
    one_way = (
        "and that holds here"
        if sixes > zeros
        else "and here it is the other way round"
        if zeros > sixes
        else "and here neither way leads"
    )
    return (
        f"The write-up saw 2 and 7 confused. {seen}: {count(sevens, 'time')}, both ways counted. "
        f"It saw true zeros taken for sixes but not sixes for zeros, {one_way}: {count(sixes)} "
        f"against {count(zeros)}. Which squares light up depends on the network as well as on the "
        "digits."
    )


def two_tall_bars(n: Numbers) -> str:
    """Return for how many of the first gallery it is a question of two classes, or of more."""
    cards, what = n["definition_1_gallery"], thing(n)
    largest = np.sort([card["probs"] for card in cards], axis=1)[:, ::-1]
    two = int(((largest[:, :2].sum(axis=1) >= 0.9) & (largest[:, 1] >= 0.2)).sum())
    more = int((largest[:, :2].sum(axis=1) < 0.9).sum())
    wrong = sum(card["prediction"] != card["label"] for card in cards)
    least = cards[0]
    sentence = (
        f"The least sure of all is number {least['index']}, with {percent(max(least['probs']))} "
        f"for its best guess. Of these {count(len(cards), what)} the network is wrong on "
        f"{count(wrong)}."
    )
    if two:
        sentence += (
            f" On {count(two)} two classes share at least nine tenths of the belief: two tall "
            "bars, a question of either–or."
        )
    if more:
        sentence += f" On {count(more)} it is spread over three classes or more."
    return sentence


def verdict_before(n: Numbers) -> str:
    """Return the write-up's judgement of its own first gallery; on MNIST only."""
    if not compares(n):
        return ""
    return (
        "Of his own twelve the write-up's author says: definitely ambiguous. He sides with his "
        "model on most, with the label on four, and on one he gives up. We meet his digits again "
        "in [](#tab-named)."
    )


def reverse(n: Numbers) -> str:
    """Return what announces the second gallery, or why there is none."""
    text = (
        f"Now the reverse. Leave out every {thing(n)} that the network gets right. Sort the rest "
        "by confidence, largest first"
    )
    if n["definition_2_gallery"]:
        return f"{text}: [](#fig-definition-2) has its most self-assured mistakes."
    return f"{text}. Here nothing is left: the first network makes no mistake on the test part."


def sure_and_wrong(n: Numbers) -> str:
    """Return what the second gallery shows."""
    cards, total, what = n["definition_2_gallery"], n["first_network"]["mistakes"], thing(n)
    if not cards:
        return ""
    name, first = names(n), cards[0]
    shown, among = len(n["definition_2"]), len(n["definition_1"])
    both = len(set(n["definition_1"]) & set(n["definition_2"]))
    sure = sum(max(card["probs"]) > 0.9 for card in cards)
    of_these = "all of" if sure == len(cards) else f"{count(sure)} of"
    top = (
        f"The boldest mistake is number {first['index']}: {name[first['prediction']]}, says the "
        f"network, with {percent(max(first['probs']), 1)}, and the label says "
        f"{name[first['label']]}."
    )
    rest = (
        f" The other {count(shown - both)} {'does' if shown - both == 1 else 'do'} not: the "
        "network hesitates less over them than over many that it gets right. Whoever looks for "
        "doubt alone will miss them."
        if shown > both
        else ""
    )
    return (
        f"{top} Over {of_these} these {count(len(cards), what)} it is more than 90\u00a0% sure.\n\n"
        f"The network makes {count(total, 'mistake')} in all. "
        f"{'Of the ' + str(shown) + ' boldest' if shown < total else 'Of these'} "
        f"{count(both)} also {'stands' if both == 1 else 'stand'} among the {among} {what}s it is "
        f"least sure of.{rest}"
    )


def named_intro(n: Numbers) -> str:
    """Return what announces the table of the write-up's named digits; on MNIST only."""
    if not compares(n):
        return ""
    return (
        "The write-up found this list even more ambiguous than the first. It looks at some digits "
        "one by one, and [](#tab-named) says where each of them stands with us."
    )


def named_caption(n: Numbers) -> str:
    """Return the caption of the table of named digits."""
    return (
        "The digits that the write-up names, and where they stand with our first network: its "
        f"prediction and belief, the rank by doubt among all {tests(n):,} (1: the least sure), the "
        f"rank among its {n['first_network']['mistakes']} mistakes (1: the boldest). *All say*: "
        f"the predictions of our {count(n['networks'], 'network')}."
    )


def named(n: Numbers) -> pd.DataFrame:
    """Return where the write-up's named digits stand in our lists; on MNIST only."""
    return pd.DataFrame(
        {
            "Digit": str(digit["index"]),
            "Picture": str(digit["index"]),
            "Label": digit["label"],
            "Ours says": digit["prediction"],
            "Belief": percent(digit["confidence"], 1),
            "Rank by doubt": digit["rank"],
            "Rank by mistake": str(digit["mistake"] or "right"),
            "All say": ", ".join(
                f"{votes}\u00a0×\u00a0{name}"
                for name, votes in zip(n["class_names"], digit["votes"], strict=True)
                if votes
            ),
            "The write-up's author": REMARKS[digit["index"]],
        }
        for digit in n["named"]
    )


def named_reading(n: Numbers) -> str:
    """Return how many of the write-up's named digits our first network finds as well."""
    if not compares(n):
        return ""
    places = n["named"]
    near = sum(digit["rank"] <= 100 for digit in places)
    wrong = sum(digit["mistake"] is not None for digit in places)
    lost = [digit for digit in places if digit["rank"] > 100 and digit["mistake"] is None]
    sentence = (
        f"Of the {count(len(places))} digits that the write-up names, {count(near)} "
        f"{'is' if near == 1 else 'are'} among the 100 that our first network is least sure of, "
        f"and on {count(wrong)} it errs."
    )
    if lost:
        sentence += (
            f" {listing([str(digit['index']) for digit in lost])} "
            f"{'is' if len(lost) == 1 else 'are'} on neither list: a digit that puzzled one "
            "network is plain to another."
        )
    return sentence
