"""The second half: all digits of both parts, judged alike."""

from .words import Numbers, count, ordinal, part, percent, tests, thing


def overall_title(n: Numbers) -> str:
    """Return the finding about training and test digits, a heading; question (b) answered."""
    gap, what = n["doubtful"]["difference"], thing(n)
    if gap["low"] <= 0 <= gap["high"]:
        more, less = ("training", "test") if gap["rate"] >= 0 else ("test", "training")
        return f"The {more} {what}s may be no more doubtful than the {less} {what}s"
    more, less = ("training", "test") if gap["rate"] > 0 else ("test", "training")
    return f"The {more} {what}s are more doubtful than the {less} {what}s"


def overall_question(n: Numbers) -> str:
    """Return why both parts can be searched, and what makes the comparison fair."""
    what, repeats, many = thing(n), n["parameters"]["repeats"], n["networks"]
    total = sum(n["train_counts"]) + tests(n)
    rounds = ", one from every round of training" if repeats > 1 else ""
    return (
        f"The write-up searched the {tests(n):,} test {what}s only, for fear that a network knows "
        "what it has learned from too well. Our networks can search all "
        f"{total:,}: each left out a part of the training {what}s, and each training {what} was "
        f"left out by {count(repeats)} of them.\n\n"
        f"To be fair, a test {what} may then have only {count(repeats, 'judge')} too: who compares "
        f"{count(repeats)} with {count(many)} compares committees, not {what}s. So the "
        f"test {what}s get {count(repeats)} each{rounds}, in turns. We call a {what} *doubtful* if "
        "its label gets less than half of the belief. (That counts wrong labels as well.) "
        "[](#fig-rates) has the rates."
    )


def rate_names(n: Numbers) -> list[str]:
    """Return how the rows of the figure of rates are called."""
    return [
        f"{n['doubtful']['train']['total']:,} training {thing(n)}s",
        f"{n['doubtful']['test']['total']:,} test {thing(n)}s",
        f"first network: {n['doubtful']['held_out']['total']:,} held out",
        f"first network: {n['doubtful']['learned']['total']:,} learned from",
    ]


def rates_caption(n: Numbers) -> str:
    """Return the caption of the figure of rates."""
    what, repeats = thing(n), n["parameters"]["repeats"]
    return (
        f"How many {what}s are doubtful, with 95 percent intervals. The first two rows: "
        f"{count(repeats, 'opinion')} on each {what}, of networks that never saw it. The last two: "
        f"the first network alone, on {what}s that it did without and on those that it learned "
        "from."
    )


def rates_alt(n: Numbers) -> str:
    """Return the rates in words, for those who cannot see them."""
    told = [
        f"{name}: {percent(rate['rate'], 2)}, {percent(rate['low'], 2)} to "
        f"{percent(rate['high'], 2)}"
        for name, rate in zip(rate_names(n), rates(n), strict=True)
    ]
    return f"Rates of doubtful {thing(n)}s with intervals. {'; '.join(told)}."


def rates(n: Numbers) -> list[dict]:
    """Return the rates of doubtful digits in the order of their rows."""
    return [n["doubtful"][part] for part in ("train", "test", "held_out", "learned")]


def overall(n: Numbers) -> str:
    """Return whether the two parts differ, and what a search in sample would have missed."""
    train, test, held_out, learned = rates(n)
    gap, what = n["doubtful"]["difference"], thing(n)
    points = f"{_signed(gap['rate'])} points"
    bounds = f"between {_signed(gap['low'])} and {_signed(gap['high'])}"
    same = gap["low"] <= 0 <= gap["high"]
    text = (
        f"Doubtful are {percent(train['rate'], 2)} of the training {what}s and "
        f"{percent(test['rate'], 2)} of the test {what}s. The difference is {points}, and with 95 "
        f"percent confidence lies {bounds}: "
    )
    text += (
        "it may well be nothing."
        if same
        else "more than chance would explain. The two parts are not alike."
    )
    ratio = learned["rate"] / held_out["rate"] if held_out["rate"] else None
    if ratio is not None and learned["high"] < held_out["low"]:
        text += (
            f" The fear was justified all the same. On the {what}s that it learned from, the first "
            f"network finds {percent(learned['rate'], 2)} doubtful; on those that it did without, "
            f"{percent(held_out['rate'], 2)}."
        )
    return text


def _signed(share: float) -> str:
    text = f"{100 * share:+.2f}".replace("-", "−")
    return text if text[1:] != "0.00" else "0.00"


def everything_question(n: Numbers) -> str:
    """Return what announces the gallery of all digits, with or without intervals."""
    repeats = n["parameters"]["repeats"]
    few = (
        " There are no intervals here: from "
        f"{'one opinion' if repeats == 1 else count(repeats, 'opinion')} on each {thing(n)} there "
        "is too little to draw."
        if repeats < 5
        else ""
    )
    return (
        "Back to low confidence, which asks no label. [](#fig-overall) shows the most ambiguous of "
        f"all.{few}"
    )


def everything_caption(n: Numbers) -> str:
    """Return the caption of the gallery of all digits."""
    total, repeats = sum(n["train_counts"]) + tests(n), n["parameters"]["repeats"]
    judge = "judge was" if repeats == 1 else f"{count(repeats)} judges together were"
    shown = len(n["overall"])
    return (
        f"The {count(shown)} of all {total:,} {thing(n)}s that their {judge} least sure of, the "
        "least sure first."
    )


def everything_note(n: Numbers, digit: dict) -> str:
    """Return what stands under a digit of that gallery: its part."""
    return f"{part(digit)} {thing(n)}"


def everything(n: Numbers) -> str:
    """Return how many of the first 100 of all are training digits."""
    train, total = sum(n["train_counts"]), sum(n["train_counts"]) + tests(n)
    found, what = n["overall_train"], thing(n)
    if total <= 100:
        return ""  # they are all on the list
    name, parts = n["committee"]["low_confidence"]["digits"][0]["index"], n["overall"]
    here = [digit["index"] == name and digit["split"] == "test" for digit in parts]
    place = here.index(True) + 1 if any(here) else 0
    leader = (
        f" Number {name}, which led [](#fig-committee), "
        f"{'leads here too' if place == 1 else f'comes {ordinal(place)} here'}."
        if place
        else ""
    )
    luck = (
        " With one opinion on each, chance has a large part in this list."
        if n["parameters"]["repeats"] == 1
        else ""
    )
    are = f"is a training {what}" if found == 1 else f"are training {what}s"
    return (
        f"Of the first 100 in this order {count(found)} {are}; of all {what}s, "
        f"{percent(train / total)} are.{leader}{luck}"
    )
