"""Definition 1: what the network is least sure of."""

import numpy as np

from .words import (
    Numbers,
    article,
    compares,
    count,
    listing,
    names,
    networks,
    percent,
    share,
    thing,
    times,
)


def unsure(n: Numbers) -> tuple[str, list[tuple[int, int]]]:
    """Return how to read the heatmap of the least confident, and the cells it speaks of."""
    matrix, name, what = np.array(n["definition_1_confusions"]), names(n), thing(n)
    shown, right = int(matrix.sum()), int(np.trace(matrix))
    off = matrix - np.diag(np.diag(matrix))
    if right > shown - right:
        sentence = (
            "The diagonal, where the network is right, is still the strongest part: "
            f"{right} of the {shown} {what}s. Being unsure is not the same as being wrong."
        )
    else:
        some = f"{right} of these {shown} {what}s, no majority"
        sentence = f"The network is right on {some if right else f'none of these {what}s'}."
    rows = matrix.sum(axis=1)
    if rows.max() > 1.5 * shown / len(rows) and (rows == rows.max()).sum() == 1:
        often = f"{name[rows.argmax()]}: {rows.max()} of {shown}"
        sentence += f" The most frequent label among them is {often}."
    points = [tuple(map(int, place)) for place in np.argwhere((off == off.max()) & (off > 1))]
    if 0 < len(points) <= 3:
        told = [
            f"a true {name[row]} taken for {name[column]}, {times(int(off.max()))} in "
            f"{count(int(matrix[row].sum()))}"
            for row, column in points
        ]
        sentence += (
            f"\n\nOff the diagonal, most frequent {'is' if len(told) == 1 else 'are'} "
            f"{'; '.join(told)} (outlined)."
        )
    else:
        points = []
    empty = [name[row] for row in np.flatnonzero(matrix.sum(axis=1) == 0)]
    if empty:
        sentence += (
            f"\n\nNo true {listing(empty, 'or')} is among them; "
            f"{'its row is' if len(empty) == 1 else 'their rows are'} left white."
        )
    return sentence, points


def unsure_caption(n: Numbers) -> str:
    """Return the caption of that heatmap."""
    shown, what = len(n["definition_1"]), thing(n)
    points = len(unsure(n)[1])
    mistakes = "mistake" if points == 1 else "mistakes"
    heavy = f" Heavy outline: the most frequent {mistakes}." if points else ""
    return (
        f"The {shown:,} test {what}s of lowest confidence: label by prediction, in percent of each "
        f"row. At the right, how many {what}s a row has. Green outline: where the network is right."
        f"{heavy}"
    )


def observed_before(n: Numbers) -> str:
    """Return what became of the two confusions that the write-up saw; on MNIST only."""
    if not compares(n):
        return ""
    m = n["definition_1_confusions"]

    zeros, sixes = m[0][6], m[6][0]
    one_way = (
        "That holds here"
        if zeros and not sixes
        else "Here it happens both ways"
        if zeros and sixes
        else "That is not to be seen here"
    )
    each = f"{times(zeros)} the one, {times(sixes)} the other"
    told = "once each" if zeros == sixes == 1 else each
    few = " Too few to argue over." if 0 < max(zeros, sixes) < 3 else ""
    return (
        f"The write-up saw 2 and 7 confused. Among ours a true 2 is taken for 7 {times(m[2][7])}, "
        f"a true 7 for 2 {times(m[7][2])}. It saw true zeros taken for sixes, but not sixes for "
        "zeros. "
        f"{one_way}: {told}.{few}"
    )


def met_before(n: Numbers) -> str:
    """Return which digits of the first gallery stood at the top of the page, and what changed."""
    top = {opinion["index"]: opinion for opinion in n["ensemble"]["most_ambiguous"]}
    shared = [card for card in n["definition_1_gallery"] if card["index"] in top]
    if n["networks"] == 1 or not shared:
        return ""
    name = names(n)
    changed = [
        f"{card['index']} as {article(name[card['prediction']])}, not "
        f"{article(name[top[card['index']]['prediction']])}"
        for card in shared
        if card["prediction"] != top[card["index"]]["prediction"]
    ]
    alone = f" Alone, the first network reads {'; '.join(changed)}." if changed else ""
    return (
        f"{share(len(shared), len(top)).capitalize()} in [](#fig-answer), where "
        f"{networks(n)} judged together, {'is' if len(shared) == 1 else 'are'} among them.{alone}"
    )


def two_tall_bars(n: Numbers) -> str:
    """Return for how many of the first gallery it is a question of two classes, or of more."""
    cards, what = n["definition_1_gallery"], thing(n)
    largest = np.sort([card["probs"] for card in cards], axis=1)[:, ::-1]
    two = int(((largest[:, :2].sum(axis=1) >= 0.9) & (largest[:, 1] >= 0.2)).sum())
    pair = largest[:, :2].sum(axis=1)
    shrug = int(pair.argmin())
    wrong = sum(card["prediction"] != card["label"] for card in cards)
    least = cards[0]
    sentence = (
        f"It is least sure of number {least['index']}, with {percent(max(least['probs']))} for "
        f"its best guess. Of these {count(len(cards), what)} it gets {count(wrong)} wrong."
    )
    if two:
        sentence += (
            f"\n\nOn {count(two)}, two classes share at least nine tenths of the belief: two tall "
            "bars, a question of either–or."
        )
    if pair[shrug] < 0.75:
        start = "The opposite is" if two else "Look at"
        sentence += (
            f"\n\n{start} number {cards[shrug]['index']}: even its best two classes share only "
            f"{percent(pair[shrug])}. That is less a question than a shrug."
        )
    return sentence


def verdict_before(n: Numbers) -> str:
    """Return the write-up's judgement of its own first gallery; on MNIST only."""
    if not compares(n):
        return ""
    return (
        "The write-up shows twelve such digits of its own, and its author is content: definitely "
        "ambiguous, a success. He sides with his model except on four of them, and on one he gives "
        "up. We meet these five again in [](#fig-named)."
    )
