"""A few digits with what the network and the label say of them, for a quick look."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    AGREE,
    GREY,
    INK,
    LINE,
    PAPER,
    PREDICTION,
    QUIET,
    TRUTH,
    board,
    frame,
    ink,
    need,
    picture,
    styled,
    text_width,
    write,
)

_SIDE, _BARS, _GAP, _COLUMNS = 112, 44, 28, 4


@styled
def gallery(
    images: NDArray[np.uint8],
    titles: Sequence[str],
    probs: ArrayLike,
    predictions: ArrayLike,
    truths: ArrayLike,
    *,
    class_names: Sequence[str],
) -> Figure:
    """Returns digits in rows of four on paper, each with its title and K bars of probability.

    A triangle stands on the bar of the prediction, a dot on that of the truth; where they are the
    same the bar is green and has both. A title that ends in `(prediction→truth)`, as in
    `4761 (8→9)`, shows both names in their colours.

    `images`: uint8 `(n, H, W)`; where n is 0, the figure says "none". `probs`: `(n, K)`, 0…1.
    `predictions`, `truths`: classes 0…K-1, `(n,)`. Raises `ValueError` if a shape is another or a
    class does not exist.
    """
    images, probs = np.asarray(images), np.asarray(probs, np.float64)
    fits = images.ndim == 3 and images.dtype == np.uint8 and min(images.shape[1:]) > 0
    need(fits, "images", images, "uint8 (n, H, W)")
    count, classes = len(images), len(class_names)
    need(len(titles) == count, "titles", len(titles), f"{count}, one for each image")
    need(probs.shape == (count, classes), "probs", probs, f"({count}, {classes})")
    said = {"predictions": np.asarray(predictions), "truths": np.asarray(truths)}
    for argument, values in said.items():
        fits = values.shape == (count,) and ((values >= 0) & (values < classes)).all()
        need(fits, argument, values.tolist(), f"{count} classes from 0 to {classes - 1}")

    columns = max(1, min(_COLUMNS, count))
    high = 26 + _SIDE + 14 + _BARS + 16
    margin = 16
    rows = max(1, -(-count // columns))
    figure, axes = board(
        2 * margin + columns * (_SIDE + _GAP) - _GAP, 2 * margin + rows * (high + _GAP) - _GAP
    )
    figure.set_facecolor(PAPER)
    if not count:
        write(axes, margin, margin + 8, "none", color=QUIET)
    for i in range(count):
        x = margin + i % columns * (_SIDE + _GAP)
        y = margin + i // columns * (high + _GAP)
        prediction, truth = int(predictions[i]), int(truths[i])
        _title(axes, x, y + 8, titles[i], class_names[prediction], class_names[truth])
        zoom = _SIDE / max(images.shape[1:])
        wide, tall = images.shape[2] * zoom, images.shape[1] * zoom
        place = (x + (_SIDE - wide) / 2, y + 24 + (_SIDE - tall) / 2, wide, tall)
        picture(axes, ink(images[i]), place)
        _bars(axes, x, y + 24 + _SIDE + 14, probs[i], prediction, truth, class_names)
    return figure


def _title(axes: Axes, x: float, y: float, title: str, prediction: str, truth: str) -> None:
    verdict = f"({prediction}→{truth})"
    pieces, colors = [title], [INK]
    if title.endswith(verdict):
        pieces = [title.removesuffix(verdict) + "(", prediction, "→", truth, ")"]
        colors = [INK, PREDICTION, INK, TRUTH, INK]
        if prediction == truth:
            colors = [INK, AGREE, INK, AGREE, INK]
    for text, color in zip(pieces, colors, strict=True):
        write(axes, x, y, text, color=color)
        x += text_width(text)


def _bars(
    axes: Axes,
    x: float,
    y: float,
    probs: NDArray,
    prediction: int,
    truth: int,
    class_names: Sequence[str],
) -> None:
    step = _SIDE / len(probs)
    base = y + _BARS
    axes.plot([x, x + _SIDE], [base, base], color=LINE, linewidth=0.75)
    for k, p in enumerate(probs):
        color, middle = GREY, x + (k + 0.5) * step
        tip = base - p * (_BARS - 8)
        if k in (prediction, truth):
            color = AGREE if prediction == truth else PREDICTION if k == prediction else TRUTH
        frame(axes, (middle - 0.36 * step, tip, 0.72 * step, base - tip), facecolor=color)
        if k == prediction:
            axes.plot(middle, tip - 5, marker="v", markersize=4.5, color=color, linewidth=0)
        if k == truth:
            lift = 12 if prediction == truth else 5
            axes.plot(middle, tip - lift, marker="o", markersize=3.8, color=color, linewidth=0)
        if step > 8 or k in (prediction, truth):
            words = QUIET if color == GREY else color
            write(axes, middle, base + 9, class_names[k], size=10, ha="center", color=words)
