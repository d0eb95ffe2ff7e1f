"""The second half: the committee's own two lists, each rank with its interval."""

from .luck import about, few
from .words import Numbers, count, networks, ordinal, share, tests, thing


def drawn(n: Numbers) -> bool:
    """Return whether there were enough opinions for intervals."""
    return n["committee"]["low_confidence"]["certain"] is not None


def places_title(n: Numbers) -> str:
    """Return the finding about the intervals of ranks, a heading."""
    certain = n["committee"]["low_confidence"]["certain"]
    if certain is None:
        return "A rank needs more witnesses than we have"
    if tests(n) <= 12:
        return "All are among the first twelve, and only the order is open"
    if certain >= 12:
        return "All of the first twelve are sure of their place"
    if certain == 0:
        return "None of the first twelve is sure of its place"
    return (
        f"Only {count(certain)} of the first twelve {'is' if certain == 1 else 'are'} sure of "
        + ("its place" if certain == 1 else "their place")
    )


def places_question(n: Numbers) -> str:
    """Return how an interval of a rank is come by, or why there is none."""
    many = count(n["networks"])
    if not drawn(n):
        return (
            f"A rank is an estimate, and an estimate deserves an interval. To find one, we would "
            f"draw new committees from the one that we have and rank again. With {many} "
            f"{'network' if n['networks'] == 1 else 'networks'} there is too little to draw from: "
            "we ask for at least five, so the intervals stay empty here, in the tables too. "
            "[](#fig-committee) shows the list without them."
        )
    return (
        "A rank is an estimate, and an estimate deserves an interval. Best would be to train a "
        f"thousand other committees. We do the next best: from our {many} networks we draw {many} "
        "by lot, so that some come twice and some not at all. This committee ranks everything "
        f"anew. Then we draw again, 500 times.^[This is the *bootstrap*, and the whole network is "
        "what is drawn. A drawn committee has fewer different networks than the real one, so the "
        "intervals are rather too wide than too narrow. And at the top of a list they lean "
        "downwards, for there is more room below: a dot may even stand above its line.] In nine "
        "draws out of ten a "
        f"{thing(n)}'s rank lies within the line that [](#fig-ranks) shows for it."
    )


def ranks_caption(n: Numbers) -> str:
    """Return the caption of the figure of rank intervals."""
    shown = len(n["committee"]["low_confidence"]["digits"])
    phone = " (on a phone 12)" if shown > 12 else ""
    return (
        f"The {count(shown, f'test {thing(n)}')} that {networks(n)} together are least sure of"
        f"{phone}. Dot: the rank by the whole committee, 1 is the least sure. Line: from the 5th "
        "to the 95th percentile of its ranks by 500 committees drawn from it; heavy where it lies "
        "within the first twelve. The scale is logarithmic."
    )


def ranks_alt(n: Numbers) -> str:
    """Return the intervals in words, for those who cannot see them."""
    told = [
        f"{digit['index']}: {digit['rank']}, {digit['low']} to {digit['high']}"
        for digit in n["committee"]["low_confidence"]["digits"]
    ]
    return f"Number, rank, and its interval. {'; '.join(told)}."


def places(n: Numbers) -> str:
    """Return what the intervals of the first ranks say."""
    sure, what = n["committee"]["low_confidence"], thing(n)
    top = sure["digits"][0]
    fixed = (
        f"Number {top['index']} is first in nearly every draw."
        if top["low"] == top["high"] == 1
        else f"Number {top['index']} leads, but in a draw it may come "
        f"{ordinal(max(2, top['high']))}."
    )
    if tests(n) <= 12:
        return f"{fixed} Where lines overlap, who stands before whom is luck."
    certain = sure["certain"]
    many = (
        f"And {count(sure['possible'])} have a chance of at least 5 percent to be there."
        if sure["possible"] > certain
        else f"No other {what} has a chance of even 5 percent to be there."
    )
    read = "beginning of the list as ranks and the rest as names" if certain else "list as names"
    return (
        f"{fixed} {count(certain, what).capitalize()} {'is' if certain == 1 else 'are'} among the "
        f"first twelve in at least 95 of 100 draws. {many} So read the {read}: where lines "
        "overlap, who stands before whom is luck. [](#fig-committee) shows the twelve themselves."
    )


def committee_caption(n: Numbers) -> str:
    """Return the caption of the committee's own first gallery."""
    spread = ", and the interval that holds it in nine draws of ten" if drawn(n) else ""
    return (
        f"The test {thing(n)}s that {networks(n)} together are least sure of. Under each its "
        f"rank{spread}."
    )


def committee(n: Numbers) -> str:
    """Return how the committee's list compares with the first network's."""
    ours, first = n["committee"]["low_confidence"]["digits"][:12], n["definition_1_gallery"]
    shared = {digit["index"] for digit in ours} & {digit["index"] for digit in first}
    right = sum(digit["prediction"] == digit["label"] for digit in ours)
    text = (
        f"The committee reads {share(right, len(ours))} as the label says. It does not make hard "
        f"{thing(n)}s easy."
    )
    if tests(n) <= 12:
        return text
    return (
        f"{share(len(shared), len(ours)).capitalize()} {'was' if len(shared) == 1 else 'were'} in "
        f"the first network's gallery, [](#fig-definition-1). {text} It only tells those that are "
        "hard for everybody from those that were hard for one."
    )


def rank_note(digit: dict) -> str:
    """Return what stands under a digit of the committee's galleries: its rank and interval."""
    low, high = digit["low"], digit["high"]
    if low is None:
        return f"Rank\u00a0{digit['rank']}"
    spread = "nearly always" if low == high == digit["rank"] else f"{low} to {high}"
    return f"Rank\u00a0{digit['rank']} ({spread})"


def doubted_title(n: Numbers) -> str:
    """Return the finding about doubt in the label, a heading."""
    label, answer = (n["committee"][name]["certain"] for name in ("label_doubt", "low_confidence"))
    if few(n) or not drawn(n) or label == answer:
        return "Doubt about the label is another list"
    sure = "surer" if label > answer else "less sure"
    return f"Doubt about the label is {sure} of its first twelve"


def doubted_question(n: Numbers) -> str:
    """Return what is asked of the labels, and announce the gallery."""
    return (
        "The second definition has an edge that cuts too sharply. A wrong answer with 51 percent "
        "counts as a mistake, a right one with 51 percent does not. *Label doubt* has no edge: it "
        "asks how much belief is left for the label, and calls the rest doubt. It sees whoever is "
        "torn, and whoever is sure and wrong. [](#fig-doubted) has the committee's first twelve."
    )


def doubted_caption(n: Numbers) -> str:
    """Return the caption of the gallery of doubted labels."""
    spread = ", and the interval that holds it in nine draws of ten" if drawn(n) else ""
    return (
        f"The test {thing(n)}s whose labels {networks(n)} together doubt most. Under each its rank "
        f"by label doubt{spread}."
    )


def doubted(n: Numbers) -> str:
    """Return what the gallery of doubted labels shows."""
    digits, many, what = n["committee"]["label_doubt"]["digits"], n["networks"], thing(n)
    label, answer = (
        n["stability"][name]["100"]["curve"] for name in ("label_doubt", "low_confidence")
    )
    against = [
        digit["index"]
        for digit in digits
        if digit["prediction"] != digit["label"] and digit["votes"][digit["prediction"]] == many
    ]
    text = ""
    if not few(n) and label and answer and None not in (label[-1], answer[-1]):
        size = n["stability_sizes"][-1]
        text = (
            f"{'Two committees of ' + count(size) if size > 1 else 'Two networks'} share "
            f"{about(label[-1], 100)} of the 100 {what}s whose labels they doubt most, and "
            f"{about(answer[-1], 100)} of the 100 that they are least sure of. "
        )
    if drawn(n) and tests(n) > 12:
        certain = n["committee"]["label_doubt"]["certain"]
        text += (
            f"{count(certain, what).capitalize()} {'has' if certain == 1 else 'have'} a sure place "
            "among the first twelve here. "
        )
    if against and many > 1:
        text += (
            f"On {share(len(against), len(digits))} {networks(n)} contradict the label with one "
            "voice. There the question is no longer what the network saw, but what the writer "
            "meant."
            if thing(n) == "digit"
            else f"On {share(len(against), len(digits))} {networks(n)} contradict the label with "
            "one voice."
        )
    return text.strip()
