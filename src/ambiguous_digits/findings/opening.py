"""The question, the answer, and the digits that it is asked of."""

import numpy as np

from ..article import literal
from .words import Numbers, article, count, either, listing, names, ordinal, percent, tests, thing


def title(n: Numbers) -> str:
    """Return the question that the article answers."""
    what = "handwritten digits" if thing(n) == "digit" else "pictures"
    return f"Which {what} are the most ambiguous?"


def answer(n: Numbers) -> str:
    """Return the answer in a few sentences with their numbers."""
    first, torn = n["ensemble"]["most_ambiguous"][0], n["ensemble"]["below_half"]
    name, several = names(n), n["networks"] > 1
    said, truth = (article(name[first[key]]) for key in ("prediction", "label"))
    their, them = ("their", "them") if several else ("its", "it")
    kind = either(n, digits="read {:,} handwritten digits", pictures="tell {:,} pictures apart")
    source = " from a small sample" if n["dataset"] == "sample" else ""
    asked = f"We asked {count(n['networks'], 'neural network')} to {kind.format(tests(n))}{source}."
    told = (
        f"{count(torn).capitalize()} left {them} so torn that no answer won even half of {their} "
        f"belief. {'The worst' if torn > 1 else 'That'}"
        if torn
        else f"The one that puzzled {them} most"
    )
    belief = percent(max(first["probs"]))
    if torn and belief == percent(0.5):
        belief = f"almost {belief}"
    place = 1 + sum(p > first["probs"][first["label"]] for p in first["probs"])
    own = f"; {either(n, digits='the ', pictures='')}{name[first['label']]} comes {ordinal(place)}"
    verdict = (
        f"and that is {their} best guess too, with {belief}."
        if first["prediction"] == first["label"]
        else f"but {their} best guess, with {belief}, is {said}{own if place > 2 else ''}."
    )
    return f"{asked} {told} is number {first['index']}: it was meant as {truth}, {verdict}"


def banner(n: Numbers) -> str:
    """Return the warning that stands above a report on the sample; nothing for other data."""
    if n["dataset"] != "sample":
        return ""
    return (
        "**This report was made from a sample.** It knows 5,000 digits, not the 70,000 of MNIST, "
        "because MNIST was neither on the disk nor to be had from the network, or because the "
        "sample was asked for. Its networks are weaker, and its digits have numbers of their own. "
        "With MNIST within reach, `make report` makes the whole one."
    )


def judge(n: Numbers) -> str:
    """Return how a screen reader names those who predict together."""
    return "Together the networks say" if n["networks"] > 1 else "The network says"


def held_out_judge(n: Numbers) -> str:
    """Return how it names those who judge a digit that they never learned from, one per repeat."""
    several = n["parameters"]["repeats"] > 1
    return "Together the networks say" if several else "The network says"


def six(n: Numbers) -> str:
    """Return the caption of the first picture."""
    several, shown = n["networks"] > 1, len(n["ensemble"]["most_ambiguous"])
    judges = f"{count(n['networks'])} networks together are" if several else "one network is"
    return (
        f"The {count(shown)} test {thing(n)}s that {judges} least sure of, the worst first. In "
        f"brackets: {'their' if several else 'its'} best guess (blue) → what it was meant to be "
        "(orange); green where both are the same."
    )


def computers(n: Numbers) -> str:
    """Return what makes the question possible at all."""
    kind = either(n, digits=", handwriting included", pictures="")
    return (
        f"Computers now read pictures as well as text{kind}. So one can ask them a question that "
        f"sounds like a matter of taste: which {thing(n)}s could be taken for two things at once?"
    )


def idea(n: Numbers) -> str:
    """Return whose idea it was, and what this article takes over from it."""
    same = {"mnist": "its data, ", "sample": "a part of its data, "}.get(n["dataset"], "")
    return (
        "The idea is not ours. It comes from a write-up of 2021, [*Using Machine Learning to find "
        "Ambiguous Handwritten Digits*](https://zingel.nz/archive/ambiguous-handwritten-digits), "
        f"which this article follows step by step: {same}its network, its two definitions. "
        "Everything was computed anew."
    )


def smallest(n: Numbers) -> str:
    """Return the smallest case: ten on a table."""
    classes = names(n)
    which = listing(classes) if len(classes) <= 4 else f"{classes[0]} to {classes[-1]}"
    what = either(n, digits="say which one it is", pictures="say what it shows")
    return (
        f"Start with the smallest case. Lay ten {either(n, digits='handwritten ', pictures='')}"
        f"{thing(n)}s on a table. You would simply look, and call those ambiguous that are hard to "
        f"classify.^[To *classify* a {thing(n)} is to {what}: to choose one of the "
        f"{count(len(classes))} classes, {which}.]"
    )


def looking(n: Numbers) -> str:
    """Return how long a person would need to look at all test digits, five seconds each."""
    seconds = tests(n) * 5
    if seconds < 120:
        return f"Here are {tests(n):,} to look at: at five seconds each, a coffee break will do."
    length, unit = (seconds / 3600, "hours") if seconds > 6000 else (seconds / 60, "minutes")
    whole = max(2, round(length))
    about = "almost " if length < whole else "" if length == whole else "more than "
    rest = ", without a break, without a blink" if seconds > 4 * 3600 else ""
    return (
        f"Now lay out {tests(n):,}. At five seconds each, the looking takes {about}{whole} "
        f"{unit}{rest}."
    )


def dataset(n: Numbers) -> str:
    """Return where the digits come from and how many there are."""
    train, test = sum(n["train_counts"]), tests(n)
    height, width = n["image_shape"]
    size = f"{height} × {width} pixels, from blank paper to full ink"
    if n["dataset"] == "mnist":
        return (
            f"MNIST is a collection of {train + test:,} handwritten digits, put together in the "
            "late 1990s from forms that American school students and census employees had filled "
            f"in. Each is a small grey picture, {size}. With each comes the digit that it was "
            "meant to be."
        )
    if n["dataset"] == "sample":
        return (
            f"The digits are a sample of MNIST, {train + test:,} of the 60,000 training digits of "
            "that famous collection from the late 1990s. (The numbers of digits in this report "
            f"are the sample's own.) Each is a small grey picture, {size}. With each comes the "
            "digit that it was meant to be."
        )
    return (
        f"The pictures come from the file *{literal(n['dataset'])}*: {train + test:,} of them in "
        f"{count(len(n['class_names']))} classes, {size}. With each comes the class that it was "
        "meant to be."
    )


def why_many(n: Numbers) -> str:
    """Return why a machine needs so many examples."""
    each, name = min(n["train_counts"]), article(names(n)[-1])
    sizes = {1000: "thousands of", 200: "hundreds of", 24: "dozens of", 0: "many"}
    total = sum(n["train_counts"]) + tests(n)
    many = next(words for least, words in sizes.items() if each >= least)
    if thing(n) == "digit":
        return (
            f"Why {total:,}? Because the machine is never told what a 4 is. It must see {many} "
            "ways to draw one, find out what they have in common, and then *generalise*: recognise "
            "a 4 in a hand that it has never met."
        )
    return (
        f"Why {total:,}? Because the machine is never told what {name} means. It must see {many} "
        "examples, find out what they have in common, and then *generalise*: recognise "
        f"{name} in a picture that it has never met."
    )


def parts(n: Numbers) -> str:
    """Return how many digits are for learning and for testing, and how the classes differ."""
    what, name = thing(n), names(n)
    each = np.add(n["train_counts"], n["test_counts"])
    low, high = (
        (size, listing([name[k] for k in np.flatnonzero(each == size)]))
        for size in (each.min(), each.max())
    )
    differ = (
        f"Every class has the same number of {what}s, {low[0]:,}."
        if low == high
        else f"The classes differ in number: from {low[0]:,} {what}s ({low[1]}) to {high[0]:,} "
        f"({high[1]})."
    )
    return (
        f"So {sum(n['train_counts']):,} of them are for learning, the *training {what}s*. The "
        f"other {tests(n):,}, the *test {what}s*, are kept apart until the end.^[{differ}]"
    )
