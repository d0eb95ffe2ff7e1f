"""The question, the answer, and the digits that it is asked of."""

import pandas as pd

from .words import Numbers, article, count, names, percent, tests, thing


def title(n: Numbers) -> str:
    """Return the question that the article answers, as its heading."""
    what = "handwritten digits" if thing(n) == "digit" else "pictures"
    return f"# Which {what} are the most ambiguous?"


def answer(n: Numbers) -> str:
    """Return the answer in a few sentences with their numbers."""
    first, torn = n["ensemble"]["most_ambiguous"][0], n["ensemble"]["below_half"]
    name, what, several = names(n), thing(n), n["networks"] > 1
    said, truth = (article(name[first[key]]) for key in ("prediction", "label"))
    source = {"mnist": "", "sample": " from a small sample"}.get(n["dataset"], "")
    kind = "handwritten digits" if what == "digit" else "pictures"
    belief = "their belief" if several else "its belief"
    asked = (
        f"We asked {count(n['networks'], 'neural network')} to read {tests(n):,} {kind}{source}."
    )
    told = (
        f"On {count(torn)} of them no answer got half of {belief}. The most puzzling"
        if torn
        else f"The one that puzzled {'them' if several else 'it'} most"
    )
    verdict = (
        f"and that is the best guess too, with only {percent(max(first['probs']))}."
        if first["prediction"] == first["label"]
        else f"and the best guess, with {percent(max(first['probs']))}, is {said}."
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


def six(n: Numbers) -> str:
    """Return the caption of the first picture."""
    judges = f"{count(n['networks'], 'network')} together" if n["networks"] > 1 else "one network"
    return (
        f"The test {thing(n)}s that {judges} {'are' if n['networks'] > 1 else 'is'} least sure of. "
        "In brackets: the best guess → the label."
    )


def looking(n: Numbers) -> str:
    """Return how long a person would need to look at all test digits, five seconds each."""
    seconds = tests(n) * 5
    if seconds < 120:
        return f"There are {tests(n):,} of them; at five seconds each, a coffee break will do."
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
    size = f"{height} × {width} pixels, from white paper to black ink"
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
        f"The pictures are your own: {train + test:,} of them in {count(len(n['class_names']))} "
        f"classes, {size}. With each comes the class that it was meant to be."
    )


def sheet(n: Numbers) -> str:
    """Return what announces the sheet of sample digits."""
    if thing(n) == "digit":
        return "[](#fig-sheet) shows how differently people write the same thing."
    return "[](#fig-sheet) shows some of each class."


def counts(n: Numbers) -> tuple[pd.DataFrame, str]:
    """Return the table of counts by class, and what to see in it."""
    table = pd.DataFrame(
        {
            "Class": n["class_names"],
            "Training": n["train_counts"],
            "Test": n["test_counts"],
        }
    )
    table["Together"] = table["Training"] + table["Test"]
    together, name, what = table["Together"].to_numpy(), names(n), thing(n)
    low, high = int(together.argmin()), int(together.argmax())
    if together[low] == together[high]:
        sentence = f"Every class has the same number of {what}s, {together[low]:,}."
    else:
        sentence = (
            f"The classes differ in number: {name[high]} is the most frequent, with "
            f"{together[high]:,} {what}s, {name[low]} the rarest, with {together[low]:,}."
        )
    return table, sentence
