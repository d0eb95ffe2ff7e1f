"""The second half: the committee's own two lists, each rank with its interval."""

from itertools import pairwise

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
    if certain == 0:
        return f"No {thing(n)} is certain of a place among the first twelve"
    are = f"{thing(n)} is" if certain == 1 else f"{thing(n)}s are"
    only = f"Only {count(certain)}" if certain < 12 else "Twelve"
    return f"{only} {are} all but certain of a place among the first twelve"


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
        "A rank is an estimate, and an estimate deserves an interval. The best way to get one "
        "would be to train many more committees. We do the next best: from our "
        f"{many} networks we draw {many} by lot, so that some come twice and some not at all. This "
        "committee ranks "
        "everything anew. Then we draw again, 500 times.^[This is the *bootstrap*, and the whole "
        "network is what is drawn. A drawn committee has fewer different networks than the real "
        "one, so the intervals are too wide rather than too narrow. And at the top of a list they "
        "lean downwards, for there is more room below: a dot may even stand above its line.] In "
        "nine draws out of ten a "
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
        return f"{fixed} {_overlap(sure)}"
    certain = sure["certain"]
    many = (
        f"And {count(sure['possible'])} {'gets' if sure['possible'] == 1 else 'get'} there in at "
        "least 5 of 100."
        if sure["possible"] > certain
        else f"No other {what} gets there in even 5 of 100."
    )
    return (
        f"{fixed} {count(certain, what).capitalize()} {'is' if certain == 1 else 'are'} among the "
        f"first twelve in at least 95 of 100 draws.{_surer(sure)} {many} {_overlap(sure)} "
        "[](#fig-committee) shows the twelve themselves."
    )


def _overlap(sure: dict) -> str:
    """Return how far the order can be trusted, by how many intervals reach into the next."""
    neighbours = list(pairwise(sure["digits"]))
    shared = sum(after["low"] <= before["high"] for before, after in neighbours)
    if 2 * shared <= len(neighbours):
        return "Where lines overlap, who stands before whom may be luck."
    lines = "each line overlaps" if shared == len(neighbours) else "most lines overlap"
    return (
        f"So read the list as names rather than as ranks: {lines} the next, and then who stands "
        "before whom may be luck."
    )


def _surer(sure: dict) -> str:
    """Return that a later digit is sure of it and an earlier one is not, if there is a pair."""
    unsure = next((digit for digit in sure["digits"] if digit["p12"] < 0.95), None)
    later = [digit for digit in sure["digits"] if unsure and digit["rank"] > unsure["rank"]]
    for digit in later:
        if digit["p12"] >= 0.95:
            ahead = "lead" if unsure["rank"] == 1 else "be ahead"
            place = "the first" if unsure["rank"] == 1 else ordinal(unsure["rank"])
            among = "is the one" if sure["certain"] == 1 else "is among them"
            return (
                f" To {ahead} is not to be certain: number {digit['index']}, "
                f"{ordinal(digit['rank'])}, {among}; number {unsure['index']}, {place}, is not."
            )
    return ""


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
    return f"Rank\u00a0{digit['rank']} ({low} to {high})"
