"""The network: its layers, how it learned, how well, and where its belief goes astray."""

import numpy as np
import pandas as pd

from .words import Numbers, compares, count, listing, names, percent, tests, thing

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
    ours = n["first_network"]["accuracy"]
    theirs = WRITE_UP_ACCURACY
    verdict = "a little ahead of" if ours > theirs else "behind" if ours < theirs else "equal to"
    return (
        "[](#tab-measured) puts that beside the write-up's own figures. Ours is "
        f"{verdict} it. That is a matter of the learning schedule, not of insight: the layers are "
        "the same. Ours takes bold steps first and ever smaller ones later, and so needs fewer "
        "passes."
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
