"""How a network looks at a picture: what its layers do, and what each has learned."""

import numpy as np
import pandas as pd

from .words import Numbers, article, count, either, names, percent, thing

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


def step(window: np.ndarray, kernel: np.ndarray) -> str:
    """Return what the one stop of the magnifying glass has found.

    window: the nine pixels, uint8 (3, 3); kernel: numbers (3, 3).
    """
    total = (np.round(window / 255, 1) * kernel).sum().round(1) + 0.0  # never "-0"
    most = kernel[kernel > 0].sum()
    answer = "a loud yes" if total > 0.8 * most else "yes" if total > 0.4 * most else "a faint yes"
    edge = f"{answer}: here is the left edge of a stroke"
    return (
        f"The nine products add up to {total:g}. The most that this kernel can give is "
        f"{most:g}, where there is full ink on the right and none on the left. So the answer is "
        f"{edge if total > 0 else 'no: there is no left edge here, nor anywhere else'}."
    )


def learned(n: Numbers) -> str:
    """Return how many kernels of the first convolution have become edge finders."""
    edges, total = n["first_network"]["edge_kernels"], n["first_network"]["kernels"]
    rule = (
        "^[A kernel counts as one if an even slope, from wanting paper on one side to wanting ink "
        "on the other, accounts for more than half of the variance of its nine numbers.]"
    )
    if not edges:
        return f"None of the {count(total)} has become a plain edge finder like ours.{rule}"
    return (
        f"Nobody asked for edges. Yet {count(edges)} of the {count(total)} kernels "
        f"{'has become an edge finder' if edges == 1 else 'have become edge finders'} like ours, "
        f"upright, level or slanted.{rule}"
        f"{' What the rest ask for has no simple name.' if edges < total else ''}"
    )


def larger_things(n: Numbers) -> str:
    """Return what the second convolution does with the maps of the first."""
    things = either(
        n,
        digits="the open curve of a 3 or a 5, the loop of a 6, the long stroke of a 1",
        pictures="corners, curves, bars, loops",
    )
    clues = either(
        n, digits="a loop below, a stroke above", pictures="a corner here, a curve there"
    )
    return (
        "The second convolution looks at the maps of the first, all at once, and can combine "
        f"edges into larger things: {things}. In bigger networks this goes on and on. Ours stops "
        "at two."
        "\n\n"
        "At last, *dense* layers connect everything with everything and weigh the clues: say, "
        f"{clues}, no gap on the left. Out comes one number for each class."
    )


def housework(n: Numbers) -> str:
    """Return what the smaller parts of the network do, and announce the figure of the way."""
    forgives = either(n, digits="a wobbly hand", pictures="a small shift")
    return (
        "Three smaller parts do the housework. *ReLU* sets negative answers to zero. *Max pooling* "
        "keeps only the strongest of four neighbours, which makes the maps smaller and forgives "
        f"{forgives}. And *softmax* turns the last numbers into shares of belief that add up to "
        "100 percent. That is all we need to know about them. [](#fig-pipeline) is the whole way."
    )


def way(n: Numbers, probs: np.ndarray) -> str:
    """Return what went into the network and what came out."""
    height, width = n["image_shape"]
    best = int(np.argmax(probs))
    return (
        f"So {height * width:,} pixels go in, and {count(len(probs), 'share')} of belief come out: "
        f"{percent(probs[best])} for {article(names(n)[best])}."
    )


def way_alt(n: Numbers, probs: np.ndarray) -> str:
    """Return what the figure of the whole way shows, for those who cannot see it."""
    best = int(np.argmax(probs))
    return (
        f"A {thing(n)} on its way through the network: maps of the first convolution, pooled to "
        "half their size, maps of the second, pooled again, the numbers of the dense layer, and a "
        f"bar for each class; {n['class_names'][best]} gets {percent(probs[best])}."
    )


def layers(n: Numbers) -> pd.DataFrame:
    """Return the table of layers: what each is and is for, its output, its parameters."""
    rows = []
    for name, shape, parameters in n["layers"]:
        kind, purpose = _PURPOSES[name.removeprefix("first_").removeprefix("second_")]
        rows.append((f"{_unbroken(kind)}\n{purpose}", _unbroken(shape), parameters))
    rows.append(("Together", "", sum(parameters for *_, parameters in n["layers"])))
    return pd.DataFrame(rows, columns=["Layer", "What comes out", "Parameters"])


def largest_layer(n: Numbers) -> str:
    """Return where most of the parameters sit."""
    name, _, most = max(n["layers"], key=lambda layer: layer[-1])
    total = sum(parameters for *_, parameters in n["layers"])
    if name != "dense":
        return f"Of the {total:,} parameters {most:,} sit in one layer, the largest."
    return (
        f"Of the {total:,} parameters {most:,} sit in the first dense layer. Finding the clues is "
        "cheap; it is the weighing that takes so many numbers."
    )
