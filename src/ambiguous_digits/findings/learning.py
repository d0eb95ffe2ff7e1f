"""The network: its layers, how it learned, how well, and where its belief goes astray."""

import numpy as np
import pandas as pd

from .words import Numbers, compares, count, listing, names, networks, percent, tests, thing

#: The write-up's own figures, from its text and its notebook: the only numbers typed by hand.
WRITE_UP_ACCURACY = 0.9926
WRITE_UP = {
    "Test digits right": "99.26\u00a0%",
    "Test loss": "0.02852",
    "Training digits right": "99.605\u00a0%",
    "Training loss": "0.01657",
    "Passes over the digits": "81",
    "Training time": "48\u00a0s",
    "Processor": "graphics card (RTX 3080)",
}

_PURPOSES = {
    "convolution": ("Convolution 3 × 3", "looks everywhere for one small pattern per map"),
    "pooling": ("Max pooling 2 × 2", "keeps the strongest of four neighbours"),
    "relu": ("ReLU", "sets what is negative to zero"),
    "flatten": ("Flatten", "puts all maps into one long row"),
    "dropout": ("Dropout 0.5", "hides half of the row while training"),
    "dense": ("Dense, ReLU", "weighs all clues together"),
    "logits": ("Dense, softmax", "gives each class its share of belief"),
}


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def layers(n: Numbers) -> pd.DataFrame:
    """Return the table of layers: what each is, its output, its parameters, what it is for."""
    rows = []
    for name, shape, parameters in n["layers"]:
        kind, purpose = _PURPOSES[name.removeprefix("first_").removeprefix("second_")]
        rows.append((_unbroken(kind), _unbroken(shape), parameters, purpose))
    rows.append(("Together", "", sum(parameters for *_, parameters in n["layers"]), ""))
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


def split(n: Numbers) -> str:
    """Return how many networks were trained, each on what."""
    folds, what = n["parameters"]["folds"], thing(n)
    again = f", {count(n['parameters']['repeats'], 'time')} over" if n["networks"] > folds else ""
    return (
        f"We trained not one network but {count(n['networks'])}. The training {what}s were split "
        f"into {count(folds)} parts{again}; each network learned from all but one part, and was "
        "watched on the part that it had to do without. In what follows the first of them plays "
        "the part that the write-up's single network plays there. The others have their say "
        "where we ask whether it is right."
    )


def result(n: Numbers) -> str:
    """Return how good the first network and the committee are on the test digits."""
    first, together, what = n["first_network"], n["ensemble"], thing(n)
    mistakes = count(first["mistakes"], "mistake") if first["mistakes"] else "not one mistake"
    sentence = (
        f"On the {tests(n):,} test {what}s that it has never seen, our first network is right "
        f"**{percent(first['accuracy'], 2)}** of the time: {mistakes} in all. Its loss is "
        f"{first['loss']:.4f}."
    )
    if n["networks"] > 1:
        change = together["mistakes"] - first["mistakes"]
        verdict = (
            f"{count(-change)} fewer"
            if change < 0
            else f"{count(change)} more"
            if change
            else "just as many"
        )
        sentence += (
            f" Let {networks(n)} vote, by the mean of their probabilities, and they make "
            f"{count(together['mistakes'], 'mistake')}, {verdict}."
        )
    return sentence


def measured(n: Numbers) -> pd.DataFrame:
    """Return the table of results: ours, and on MNIST the write-up's beside them."""
    first, together = n["first_network"], n["ensemble"]
    processor = f"one core ({listing(n['provenance']['processors'])})"
    ours = {
        "Test digits right": percent(first["accuracy"], 2),
        "Test loss": f"{first['loss']:.5f}",
        "Training digits right": percent(first["train_accuracy"], 3),
        "Training loss": f"{first['train_loss']:.5f}",
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
            "Test loss": f"{together['loss']:.5f}",
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
    difference = n["first_network"]["accuracy"] - WRITE_UP_ACCURACY
    points = f"by {100 * abs(difference):.2f} points"
    verdict = (
        "level with it"
        if abs(difference) < 5e-5
        else (f"ahead, {points}" if difference > 0 else f"behind, {points}")
    )
    low, high = min(n["test_accuracies"]), max(n["test_accuracies"])
    spread = (
        f" That is no more than luck can do: our own {count(n['networks'])}, which differ in "
        f"nothing but chance and the part left out, range from {percent(low, 2)} to "
        f"{percent(high, 2)}."
        if abs(difference) <= high - low
        else ""
    )
    return (
        "[](#tab-measured) puts that beside the write-up's own figures. Ours is "
        f"{verdict}.{spread} "
        "The layers are the same; the recipe of learning differs.^[Ours: another optimiser "
        "(Adam), smaller batches, another loss (categorical cross-entropy), and a learning rate "
        "that first climbs and then falls to zero, which needs fewer passes.]"
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
        f"Results of the write-up and of ours. {ours}^[The write-up's column is from its text "
        "and its notebook: 48,000 digits to learn from, 20\u00a0% of the training digits to watch, "
        "batches of 256, RMSprop at a rate of 0.0001, stopped when five passes brought nothing. "
        "Its loss here is the log loss of its probabilities, as ours is. The loss *curves* in its "
        "notebook are binary cross-entropy, another scale, so we do not draw them beside ours.]"
    )


def curves(n: Numbers) -> str:
    """Return how the learning went, from the first pass to the last."""
    seen, held_out = (np.array(n["first_network"]["curves"][k]) for k in ("loss", "val_loss"))
    right = np.array(n["first_network"]["curves"]["val_accuracy"])
    sentence = (
        f"After the first pass over its {thing(n)}s (an *epoch*) the network gets "
        f"{percent(right[0], 1)} of the held-out ones right, after the last "
        f"{percent(right[-1], 1)}. Its *loss* falls as its accuracy climbs.^[Loss counts not only "
        "whether an answer is right but how much belief went to it: the mean of −ln *p*, where "
        "*p* is the probability given to the truth. Its unit is the nat. Zero is perfect; giving "
        "the truth one half each time would cost 0.69.]"
    )
    if held_out[0] < seen[0]:
        crossing = np.flatnonzero(held_out > seen)
        until = f" until pass {crossing[0] + 1}" if len(crossing) else " to the end"
        sentence += (
            f" On {thing(n)}s it does not learn from the loss is the lower one{until}. That is no "
            "mistake: while it learns, dropout hides half of its clues, and its average over a "
            "pass counts the blunders of the beginning too."
        )
    if held_out.argmin() < len(held_out) - 1 and held_out[-1] > 1.1 * held_out.min():
        sentence += (
            f" The held-out loss was lowest after pass {held_out.argmin() + 1} and has crept up "
            "since: the network begins to learn its own digits by heart."
        )
    return sentence


def leftover(n: Numbers) -> tuple[str, list[tuple[int, int]]]:
    """Return where the misplaced probability goes, and the cells that the sentence speaks of."""
    matrix, name, what = np.array(n["leftover"]), names(n), thing(n)
    if matrix.sum() < 0.05:
        return f"Next to nothing does: all in all less than a tenth of one {what}.", []
    row, column = np.unravel_index(matrix.argmax(), matrix.shape)
    leak = int(matrix.sum(axis=1).argmax())
    share = matrix[row, column] / matrix[row].sum()
    sentence = (
        f"All in all the network misplaces {matrix.sum():.1f} {what}s' worth of belief among "
        f"{tests(n):,}. The largest single leak runs from {name[row]} to {name[column]}: "
        f"{matrix[row, column]:.1f} {what}s' worth"
    )
    sentence += f", {percent(share)} of all that this class loses." if len(name) > 2 else "."
    sentence += f" The class that loses most in all is {name[leak]}, {matrix[leak].sum():.1f}."
    return sentence, [(int(row), int(column))]
