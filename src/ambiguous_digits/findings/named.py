"""The digits that the write-up names, and where they stand with us; on MNIST only."""

import pandas as pd

from .words import Numbers, compares, count, listing, networks, percent, tests

#: Test digits of MNIST that the write-up names, with what its author says of each, in our words.
REMARKS = {
    1182: "not with his model",
    1522: "not with his model",
    9664: "not with his model",
    247: "not with his model",
    4761: "gives up",
    2130: "a nine at first glance; open at the top, so perhaps a four",
    9729: "a six with a scribble, or a five joined at the bottom",
    3422: "zero or six: it hangs on a bump",
    4176: "impossible to classify",
    2118: "impossible to classify",
}


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
        f"rank among its {count(n['first_network']['mistakes'], 'mistake')} (1: the boldest; –: "
        f"it is right). *All say*: the predictions of {networks(n)}."
    )


def named(n: Numbers) -> pd.DataFrame:
    """Return where the write-up's named digits stand in our lists; on MNIST only."""
    table = pd.DataFrame(
        {
            "Digit": str(digit["index"]),
            "Picture": str(digit["index"]),
            "Label": digit["label"],
            "Ours says": digit["prediction"],
            "Belief": percent(digit["confidence"], 1),
            "Rank by doubt": digit["rank"],
            "Rank by mistake": digit["mistake"],
            "All say": ", ".join(
                f"{votes}\u00a0×\u00a0{name}"
                for name, votes in zip(n["class_names"], digit["votes"], strict=True)
                if votes
            ),
            "The write-up's author": REMARKS[digit["index"]],
        }
        for digit in n["named"]
    )
    return table.astype({"Rank by mistake": "Int64"})


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
            f"{'is' if len(lost) == 1 else 'are'} on neither list: what puzzled one network need "
            "not puzzle another."
        )
    return sentence


def kinds(n: Numbers) -> str:
    """Return that the bars tell of the network, not of us; on MNIST with examples."""
    text = (
        "Do the bars tell the two kinds apart? Only in part. They show how the network wavers, not "
        "how a person would."
    )
    if not compares(n):
        return text
    belief = {digit["index"]: percent(digit["confidence"], 1) for digit in n["named"]}
    return (
        f"{text} The write-up calls 4176 and 2118 impossible; our network gives its guess "
        f"{belief[4176]} and {belief[2118]}. It finds that 2130, 9729 and 3422 can easily be read "
        "in two ways, as a nine or an open four, a six with a scribble or a closed five, a zero or "
        f"a six with a bump; our network gives its guess {belief[2130]}, {belief[9729]} and "
        f"{belief[3422]}."
    )
