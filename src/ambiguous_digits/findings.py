"""Numbers in, true sentences out: the prose of the article that depends on the outcome.

Every function takes `n`, the content of numbers.json, and returns Markdown, or a table. A sentence
that would be false or empty for these numbers is not said.
"""

import re
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from .article import Card, literal

Numbers = dict[str, Any]

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

#: The write-up's own figures, from its text and its notebook: the only numbers typed by hand.
WRITE_UP_ACCURACY = 0.9926
WRITE_UP = {
    "Test digits right": "99.26\u00a0%",
    "Test loss": "0.0285",
    "Training digits right": "99.605\u00a0%",
    "Training loss": "0.0166",
    "Passes over the digits": "81",
    "Training time": "48\u00a0s",
    "Processor": "graphics card (RTX 3080)",
}

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


def count(number: int, noun: str = "", plural: str = "") -> str:
    """Return a number as a reader wants it: "three digits", "one digit", "10,000 digits"."""
    figure = _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"
    if not noun:
        return "none" if number == 0 else figure
    return f"{figure} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float, decimals: int = 0) -> str:
    """Return a share as percent, with a space that does not break; 100 % means all of it."""
    text = f"{100 * share:.{decimals}f}"
    if text.startswith("100") and share < 1:
        text = "more than " + f"{100 - 10.0**-decimals:.{decimals}f}"
    return f"{text}\u00a0%"


def listing(items: list[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def thing(n: Numbers) -> str:
    """Return what the pictures are: "digit", or "picture" in a set that is not ours."""
    return "digit" if n["dataset"] in ("mnist", "sample") else "picture"


def names(n: Numbers) -> list[str]:
    """Return the names of the classes, safe inside Markdown."""
    return [literal(name) for name in n["class_names"]]


def tests(n: Numbers) -> int:
    """Return the number of test digits."""
    return sum(n["test_counts"])


def plain(markdown: str) -> str:
    """Return Markdown of this module as plain text, for alt texts: no stars, no backslashes."""
    return re.sub(r"\*+|\\(?=[^\w\s])", "", markdown)


def cards(n: Numbers, opinions: list[dict], images: np.ndarray) -> list[Card]:
    """Return the cards of some test digits: picture, title and bars travel together by index."""
    return [
        Card(
            images[opinion["index"]],
            index=opinion["index"],
            prediction=opinion["prediction"],
            truth=opinion["label"],
            probs=np.array(opinion["probs"]),
            class_names=tuple(n["class_names"]),
            split=f"Test {thing(n)}",
        )
        for opinion in opinions
    ]


def compares(n: Numbers) -> bool:
    """Return whether these digits are the write-up's, so that indices and figures compare."""
    return n["dataset"] == "mnist"


# --- opening ------------------------------------------------------------------------------------


def title(n: Numbers) -> str:
    """Return the question that the article answers, as its heading."""
    what = "handwritten digits" if thing(n) == "digit" else "pictures"
    return f"# Which {what} are the most ambiguous?"


def answer(n: Numbers) -> str:
    """Return the answer in two sentences with their numbers."""
    first, torn = n["ensemble"]["most_ambiguous"][0], n["ensemble"]["below_half"]
    name, what = names(n), thing(n)
    said, truth = name[first["prediction"]], name[first["label"]]
    source = {"mnist": " of MNIST", "sample": " of a small sample of MNIST"}.get(n["dataset"], "")
    label = (
        "and so does the label"
        if first["prediction"] == first["label"]
        else f"the label says {truth}"
    )
    opening = (
        f"Of the {tests(n):,} test {what}s{source}, {count(torn)} "
        f"{'leaves' if torn == 1 else 'leave'} {count(n['networks'], 'neural network')} so torn "
        "that no answer gets half of their belief. The worst of them"
        if torn
        else f"Of the {tests(n):,} test {what}s{source}, the one that puzzles "
        f"{count(n['networks'], 'neural network')} most"
    )
    return (
        f"{opening} is number {first['index']}: {said}, they say, with "
        f"{percent(max(first['probs']))} of their belief; {label}."
    )


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
    judges = (
        f"{count(n['networks'], 'network')} together" if n["networks"] > 1 else "one network"
    )
    return (
        f"The test {thing(n)}s that {judges} {'are' if n['networks'] > 1 else 'is'} least sure of. "
        "In brackets: the best guess → the label."
    )


def looking(n: Numbers) -> str:
    """Return how long a person would need to look at all test digits, five seconds each."""
    hours = tests(n) * 5 / 3600
    rounded = f"{hours:.0f}" if hours >= 10 else f"{hours:.1f}"
    how_long = f"{rounded} hours" if hours >= 1.5 else f"{60 * hours:.0f} minutes"
    rest = ", without a break, without a blink" if hours >= 4 else ""
    return f"With {tests(n):,} of them, at five seconds each, the looking takes {how_long}{rest}."


# --- the digits ---------------------------------------------------------------------------------


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
            f"The classes are not quite alike in number: {name[high]} is the most frequent, with "
            f"{together[high]:,} {what}s, {name[low]} the rarest, with {together[low]:,}."
        )
    return table, sentence


# --- the network --------------------------------------------------------------------------------

_PURPOSES = {
    "convolution": ("Convolution", "looks for one small pattern everywhere, per map"),
    "pooling": ("Max pooling", "keeps the strongest of every 2 × 2 values"),
    "relu": ("ReLU", "sets what is negative to zero"),
    "flatten": ("Flatten", "puts all maps into one long row"),
    "dropout": ("Dropout", "hides half of the row while training: no clue may be indispensable"),
    "dense": ("Dense, ReLU", "weighs all clues together"),
    "logits": ("Dense, softmax", "gives every class its share of belief"),
}


def layers(n: Numbers) -> pd.DataFrame:
    """Return the table of layers: what each is, its output, its parameters, what it is for."""
    rows = []
    for name, shape, parameters in n["layers"]:
        kind, purpose = _PURPOSES[name.removeprefix("first_").removeprefix("second_")]
        rows.append((kind, shape, f"{parameters:,}" if parameters else "", purpose))
    total = sum(parameters for *_, parameters in n["layers"])
    rows.append(("Together", "", f"{total:,}", ""))
    return pd.DataFrame(rows, columns=["Layer", "Output", "Parameters", "What it is for"])


def pipeline_alt(n: Numbers, probs: np.ndarray) -> str:
    """Return what the figure of the whole way shows, for those who cannot see it."""
    best = int(np.argmax(probs))
    return (
        f"A {thing(n)} on its way through the network: maps of the first convolution, pooled to "
        "half their size, maps of the second, pooled again, a strip of dense values, and a bar "
        f"for each class; {n['class_names'][best]} gets {percent(probs[best])}."
    )


def curves_alt(n: Numbers) -> str:
    """Return what the learning curves show, for those who cannot see them."""
    curve = n["first_network"]["curves"]
    return (
        "Two panels of curves by pass. On held-out "
        f"{thing(n)}s accuracy goes from {percent(curve['val_accuracy'][0], 1)} to "
        f"{percent(curve['val_accuracy'][-1], 1)}, loss from {curve['val_loss'][0]:.3f} to "
        f"{curve['val_loss'][-1]:.3f}. On those learned from, accuracy ends at "
        f"{percent(curve['accuracy'][-1], 1)} and loss at {curve['loss'][-1]:.3f}."
    )


def result(n: Numbers) -> str:
    """Return how good the first network and the committee are on the test digits."""
    first, together, what = n["first_network"], n["ensemble"], thing(n)
    sentence = (
        f"On the {tests(n):,} test {what}s that it has never seen, our first network is right "
        f"**{percent(first['accuracy'], 2)}** of the time: "
        f"{count(first['mistakes'], 'mistake')} in all. Its *loss* is {first['loss']:.4f}.^[Loss "
        "counts not only whether an answer is right but how much belief went to it: the mean of "
        "−ln *p*, where *p* is the probability given to the truth. Zero is perfect; giving the "
        "truth one half each time would cost 0.69.]"
    )
    if n["networks"] > 1:
        change = together["mistakes"] - first["mistakes"]
        verdict = (
            f"{count(-change)} fewer" if change < 0 else f"{count(change)} more" if change else ""
        )
        sentence += (
            f" We trained {count(n['networks'])} such networks; let them vote by the mean of "
            f"their probabilities, and they make {count(together['mistakes'], 'mistake')}, "
            f"{verdict or 'just as many'}."
        )
    return sentence


def measured(n: Numbers) -> pd.DataFrame:
    """Return the table of results: ours, and on MNIST the write-up's beside them."""
    first, together = n["first_network"], n["ensemble"]
    processor = f"one core ({listing(n['provenance']['processors'])})"
    ours = {
        "Test digits right": percent(first["accuracy"], 2),
        "Test loss": f"{first['loss']:.4f}",
        "Training digits right": percent(first["train_accuracy"], 3),
        "Training loss": f"{first['train_loss']:.4f}",
        "Passes over the digits": f"{n['parameters']['epochs']}",
        "Training time": f"{first['seconds']:.0f} s",
        "Processor": processor,
    }
    columns: dict[str, dict[str, str]] = {"Our first network": ours}
    if compares(n):
        columns = {"The write-up": WRITE_UP} | columns
    if n["networks"] > 1:
        columns[f"All {count(n['networks'])} together"] = {
            "Test digits right": percent(together["accuracy"], 2),
            "Test loss": f"{together['loss']:.4f}",
            "Passes over the digits": f"{n['parameters']['epochs']} each",
            "Training time": f"{n['seconds']:.0f} s in all",
            "Processor": processor,
        }
    table = pd.DataFrame(columns).fillna("–").rename_axis("").reset_index()
    if thing(n) == "picture":
        table[""] = table[""].str.replace("digits", "pictures")
    return table


def beside(n: Numbers) -> str:
    """Return how our first network compares with the write-up's; on other data, the table only."""
    if not compares(n):
        return "[](#tab-measured) has the figures, those on what it learned from as well."
    ours = n["first_network"]["accuracy"]
    theirs = WRITE_UP_ACCURACY
    verdict = "a little ahead of" if ours > theirs else "behind" if ours < theirs else "equal to"
    return (
        f"[](#tab-measured) puts that beside the write-up's own figures. Ours is {verdict} it. That "
        "is a matter of the learning schedule, not of insight: the layers are the same. It takes "
        "bold steps first and ever smaller ones later, and so needs fewer passes."
    )


def measured_caption(n: Numbers) -> str:
    """Return the caption of the table of results, with the source of what is not ours."""
    ours = (
        f"“Training {thing(n)}s” are all of them, those included that the first network was "
        "watched on."
    )
    if not compares(n):
        return f"Results of our networks. {ours}"
    return (
        f"Results of the write-up and of ours. {ours} ^[The write-up's column is from its text "
        "and its notebook: 48,000 digits, batches of 256, RMSprop, stopped early. Its loss here "
        "is the log loss of its test probabilities, like ours. The loss *curves* in its notebook "
        "are binary cross-entropy, another scale, so we do not draw them beside ours.]"
    )


def curves(n: Numbers) -> str:
    """Return how the learning went, from the first pass to the last."""
    seen, held_out = (np.array(n["first_network"]["curves"][k]) for k in ("loss", "val_loss"))
    right = np.array(n["first_network"]["curves"]["val_accuracy"])
    sentence = (
        f"After the first pass the network already gets {percent(right[0], 1)} of its held-out "
        f"{thing(n)}s right, after the last {percent(right[-1], 1)}."
    )
    if held_out[0] < seen[0]:
        crossing = np.flatnonzero(held_out > seen)
        until = f" until pass {crossing[0] + 1}" if len(crossing) else " to the end"
        sentence += (
            f" Its loss on {thing(n)}s it does not learn from is the lower one{until}. That is "
            "no mistake: while it learns, dropout hides half of its clues."
        )
    if held_out.argmin() < len(held_out) - 1 and held_out[-1] > 1.1 * held_out.min():
        sentence += (
            f" The held-out loss was lowest after pass {held_out.argmin() + 1} and has crept up "
            "since: the network begins to learn its own digits by heart."
        )
    return sentence


def leftover(n: Numbers) -> tuple[str, list[tuple[int, int]]]:
    """Return where the misplaced probability goes, and the cells that the sentence speaks of."""
    matrix, name = np.array(n["leftover"]), names(n)
    total = matrix.sum()
    row, column = np.unravel_index(matrix.argmax(), matrix.shape)
    leak = int(matrix.sum(axis=1).argmax())
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-300)
    to, share = int(shares[row].argmax()), shares[row].max()
    sentence = (
        f"All in all the network misplaces {total:.1f} {thing(n)}s' worth of belief among "
        f"{tests(n):,}. The largest single leak runs from {name[row]} to {name[column]}: "
        f"{percent(share)} of what a true {name[row]} loses goes to {name[to]}."
    )
    if leak != row:
        sentence += f" The class that loses most in all is {name[leak]}."
    return sentence, [(int(row), int(column))]


# --- the two definitions ------------------------------------------------------------------------


def unsure(n: Numbers) -> tuple[str, list[tuple[int, int]]]:
    """Return how to read the heatmap of the least confident, and the cells it speaks of."""
    matrix, name, what = np.array(n["definition_1_confusions"]), names(n), thing(n)
    shown, right = int(matrix.sum()), int(np.trace(matrix))
    off = matrix - np.diag(np.diag(matrix))
    diagonal = (
        "which is why the diagonal is still the brightest part"
        if np.trace(matrix) > off.sum()
        else "less than half"
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
    """Return for how many of the first gallery two classes share nearly all of the belief."""
    cards, what = n["definition_1_gallery"], thing(n)
    two = sum(sum(sorted(card["probs"])[-2:]) >= 0.9 for card in cards)
    wrong = sum(card["prediction"] != card["label"] for card in cards)
    least = cards[0]
    return (
        f"The least sure of all is number {least['index']}, with {percent(max(least['probs']))} "
        f"for its best guess. Of these {count(len(cards), what)} the network is wrong on "
        f"{count(wrong)}. On {count(two)} of them two classes share at least nine tenths of the "
        f"belief: two tall bars, a question of either–or. The others spread it further."
    )


def verdict_before(n: Numbers) -> str:
    """Return the write-up's judgement of its own first gallery; on MNIST only."""
    if not compares(n):
        return ""
    return (
        "Of his own twelve the write-up's author says: definitely ambiguous. He sides with his "
        "model on most, with the label on four, and on one he gives up. We meet his digits again "
        "in [](#tab-named)."
    )


def sure_and_wrong(n: Numbers) -> str:
    """Return what the second gallery shows."""
    cards, total, what = n["definition_2_gallery"], n["first_network"]["mistakes"], thing(n)
    if not cards:
        return f"There is nothing to show: the first network makes no mistake on the test {what}s."
    name, first = names(n), cards[0]
    both = len(set(n["definition_1"]) & set(n["definition_2"]))
    sure = sum(max(card["probs"]) > 0.9 for card in cards)
    top = (
        f"The boldest mistake is number {first['index']}: {name[first['prediction']]}, says the "
        f"network, with {percent(max(first['probs']), 1)}, and the label says "
        f"{name[first['label']]}."
    )
    return (
        f"{top} On {count(sure)} of these {count(len(cards), what)} it is more than 90\u00a0% sure. "
        f"The network makes {count(total, 'mistake')} in all; {count(both)} of those shown by this "
        f"definition also {'stands' if both == 1 else 'stand'} among the "
        f"{len(n['definition_1'])} it is least sure of. The rest could never be found by looking "
        "for doubt."
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
        f"The digits that the write-up names. Ranks are of our first network: among {tests(n):,} "
        "by low confidence, 1 being the least sure, and among its "
        f"{n['first_network']['mistakes']} mistakes, 1 being the boldest. Votes: how many of our "
        f"{count(n['networks'])} networks say what."
    )


def named(n: Numbers) -> pd.DataFrame:
    """Return where the write-up's named digits stand in our lists; on MNIST only."""
    rows = []
    for digit in n["named"]:
        votes = [f"{votes} × {k}" for k, votes in enumerate(digit["votes"]) if votes]
        rows.append(
            {
                "Digit": str(digit["index"]),
                "Label": digit["label"],
                "We say": digit["prediction"],
                "Sure": percent(digit["confidence"]),
                "Rank, unsure": digit["rank"],
                "Rank, mistakes": str(digit["mistake"] or "right"),
                "Votes": ", ".join(votes),
                "What the write-up says of it": REMARKS[digit["index"]],
            }
        )
    return pd.DataFrame(rows)


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


# --- the questions ------------------------------------------------------------------------------


def labels_right(n: Numbers) -> str:
    """Return how often all networks agree on another class than the label."""
    against, what = len(n["unanimous_against_label"]), thing(n)
    if n["networks"] == 1:
        return ""
    return (
        f"One sign that the machine can give: on {count(against)} of the {tests(n):,} test {what}s "
        f"all {count(n['networks'])} networks agree with each other and not with the label. Those "
        "are the first ones to look at by hand."
    )


def out_of_sample(n: Numbers) -> str:
    """Return how the training digits compare with the test digits when both are unseen."""
    train, test = (1 - n["out_of_sample"][part]["accuracy"] for part in ("train", "test"))
    what = thing(n)
    return (
        f"Each of our {count(n['networks'])} networks left out a part of the training {what}s, "
        f"and each training {what} was left out by one network in every round. So all "
        f"{sum(n['train_counts']) + tests(n):,} {what}s have been judged by a network that never "
        f"saw them. Judged so, with equally many opinions for each, {percent(train, 2)} of the "
        f"training {what}s and {percent(test, 2)} of the test {what}s are taken for something "
        "else than their label says. The complete ranking of both parts lies beside this page, "
        "and has no favourites."
    )


# --- how it was computed ------------------------------------------------------------------------


def provenance(n: Numbers) -> pd.DataFrame:
    """Return what one needs to make these numbers again."""
    p, made = n["parameters"], n["provenance"]
    libraries = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "pandas", "matplotlib")
    rows = {
        "Data": f"{n['dataset']}, SHA-256 {made['data'][:16]}…",
        "Networks": f"{n['networks']}: {p['repeats']} × {p['folds']} folds, {p['epochs']} epochs",
        "Seed": f"{p['seed']}; of network (r, k): SeedSequence([{p['seed']}, r, k])",
        "Result": f"SHA-256 {made['digest'][:16]}… over all logits",
        "Code": f"last changed in commit {made['commit']}",
        "Python": made["python"],
        "Libraries": ", ".join(f"{name} {made[name]}" for name in libraries),
        "Processor": f"{listing(made['processors'])}, {made['threads_per_network']} thread per network",
        "System": made["system"],
        "Training": f"{n['seconds']:.0f} s, all networks added up",
    }
    return pd.DataFrame(rows.items(), columns=["What", "Which"])


def reuse(n: Numbers) -> str:
    """Return whose the words, the code and the pictures are, and how to cite."""
    return (
        f"{licence(n)} Text and code are free to use under the MIT licence. If this page is of use "
        "to you, cite it as:\n\n"
        f"> The ambiguous-digits maintainers, *{title(n).removeprefix('# ')}*, version "
        f"{version('ambiguous-digits')}, result {n['provenance']['digest'][:16]}.\n\n"
        "And cite the write-up of 2021, whose idea it is."
    )


def licence(n: Numbers) -> str:
    """Return whose the pictures are and how they may be used."""
    if thing(n) == "picture":
        return "The pictures come from your own file; their rights are their owner's."
    return (
        "The pictures of digits are from MNIST, by Yann LeCun, Corinna Cortes and Christopher "
        "Burges, under [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/). They "
        "were enlarged, and otherwise left as they are."
    )
