"""The way of one digit through the network, from pixels to probabilities."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.maps import need_activations
from ambiguous_digits.figures.style import (
    GREY,
    INK,
    LINE,
    PREDICTION,
    QUIET,
    WIDTH,
    arrow,
    board,
    frame,
    ink,
    need,
    picture,
    styled,
    text_width,
    write,
)

# Sides of the stages in both rows: 26 and 13 pixels, 11 and 5 then are whole numbers of ours.
_UPPER, _LOWER = 112, 118


@styled
def pipeline(
    image: NDArray[np.uint8],
    first: ArrayLike,
    second: ArrayLike,
    dense: ArrayLike,
    probs: ArrayLike,
    class_names: Sequence[str],
    *,
    prediction: int,
) -> Figure:
    """Returns the way of one digit through the network: picture, maps, numbers, probabilities.

    Of each convolution's maps the four strongest are drawn, in their order, and the same four
    pooled: the largest of each 2 × 2 places.

    `image`: uint8 `(H, W)`. `first`, `second`: `(h, w, maps)`, at least 0. `dense`: `(units,)`.
    `probs`: `(K,)`, 0…1. `prediction`: the class that the network says, 0…K-1.
    Raises `ValueError` if a shape is another.
    """
    image, first, second = need_activations(image, first, second)
    dense, probs = np.asarray(dense, np.float64), np.asarray(probs, np.float64)
    classes = len(class_names)
    need(dense.ndim == 1 and dense.size > 0, "dense", dense, "(units,)")
    need(probs.shape == (classes,), "probs", probs, f"({classes},), one for each class name")
    need(0 <= prediction < classes, "prediction", prediction, f"0 to {classes - 1}")

    lower = _UPPER + 90
    tall = max(_LOWER, 13.4 * classes)
    middle, foot = lower + tall / 2, lower + tall
    names = max(text_width(name, weight="bold") for name in class_names)
    wide = WIDTH + 14 + names
    figure, axes = board(wide, foot + 22)

    # From the digit to the first pooled maps.
    height, width = image.shape
    zoom = _UPPER / max(height, width)
    gap_x, gap_y = _UPPER - width * zoom, _UPPER - height * zoom
    digit = (gap_x / 2, gap_y / 2, width * zoom, height * zoom)
    picture(axes, ink(image), digit)
    frame(axes, digit, edgecolor=LINE)
    _size(axes, _UPPER / 2, _UPPER, f"{height} × {width}")
    starts = (0, (wide - _UPPER) / 2, wide - _UPPER)
    chosen = _strongest(first)
    _stage(axes, first, chosen, (starts[1], 0, _UPPER), _UPPER, "maps of")
    _stage(axes, _pooled(first), chosen, (starts[2], 0, _UPPER), _UPPER)
    _step(axes, starts[0] + _UPPER, starts[1], _UPPER / 2, "convolution", "+ ReLU")
    _step(axes, starts[1] + _UPPER, starts[2], _UPPER / 2, "max", "pooling")

    # Down to the second row, and on to the probabilities.
    right, turn = wide - _UPPER / 2, _UPPER + 52
    down = (_LOWER / 2, turn), (_LOWER / 2, middle - _LOWER / 2 - 6)
    arrow(axes, (right, _UPPER + 27), (right, turn), *down)
    write(axes, wide / 2, turn - 12, "convolution + ReLU", ha="center")
    starts, strip = (0, 178, 348, 438), 24
    chosen = _strongest(second)
    _stage(axes, second, chosen, (starts[0], middle - _LOWER / 2, _LOWER), foot)
    _stage(axes, _pooled(second), chosen, (starts[1], middle - _LOWER / 2, _LOWER), foot)
    _strip(axes, dense, (starts[2], lower, strip, tall))
    _step(axes, starts[0] + _LOWER, starts[1], middle, "max", "pooling")
    _step(axes, starts[1] + _LOWER, starts[2], middle, "dense")
    _step(axes, starts[2] + strip, starts[3], middle, "dense +", "softmax")
    _bars(axes, probs, class_names, prediction, (starts[3] + names + 5, lower, 40, tall))
    write(axes, wide, foot + 13, f"{classes} probabilities", color=QUIET, ha="right")
    return figure


def _strongest(maps: NDArray) -> NDArray[np.int64]:
    return np.sort(np.argsort(-maps.sum(axis=(0, 1)), kind="stable")[:4])


def _pooled(maps: NDArray) -> NDArray:
    height, width, count = maps.shape
    even = maps[: height // 2 * 2, : width // 2 * 2]
    return even.reshape(height // 2, 2, width // 2, 2, count).max(axis=(1, 3))


def _size(axes: Axes, x: float, foot: float, text: str) -> None:
    write(axes, x, foot + 13, text, color=QUIET, ha="center")


def _stage(
    axes: Axes,
    maps: NDArray,
    chosen: NDArray[np.int64],
    place: tuple[float, float, float],
    foot: float,
    words: str = "of",
) -> None:
    x, y, side = place
    height, width, count = maps.shape
    part, gap = (side - 8) / 2, 8
    for i, index in enumerate(chosen):
        box = (x + i % 2 * (part + gap), y + i // 2 * (part + gap), part, part)
        picture(axes, ink(maps[..., index]), box)
        frame(axes, box, edgecolor=LINE)
    _size(axes, x + side / 2, foot, f"{count} {words} {height} × {width}")


def _step(axes: Axes, start: float, end: float, y: float, *lines: str) -> None:
    for i, line in enumerate(reversed(lines)):
        write(axes, (start + end) / 2, y - 12 - 16 * i, line, ha="center")
    arrow(axes, (start + 6, y), (end - 6, y))


def _strip(axes: Axes, values: NDArray, box: Sequence[float]) -> None:
    columns = max(1, round(np.sqrt(values.size * box[2] / box[3])))
    sheet = np.zeros(-(-values.size // columns) * columns)
    sheet[: values.size] = values
    picture(axes, ink(sheet.reshape(-1, columns)), box)
    frame(axes, box, edgecolor=LINE)
    _size(axes, box[0] + box[2] / 2, box[1] + box[3], f"{values.size} numbers")


def _bars(
    axes: Axes, probs: NDArray, names: Sequence[str], prediction: int, box: Sequence[float]
) -> None:
    x, y, width, height = box
    step = height / len(names)
    axes.plot([x, x], [y, y + height], color=LINE, linewidth=0.75)
    for k, (name, p) in enumerate(zip(names, probs, strict=True)):
        middle = y + (k + 0.5) * step
        fill, words, weight = GREY, INK, "normal"
        if k == prediction:
            fill, words, weight = PREDICTION, PREDICTION, "bold"
            text = "> 99 %" if 0.995 <= p < 1 else f"{100 * p:.0f} %"
            write(axes, x + p * width + 4, middle, text, color=PREDICTION, weight="bold")
        frame(axes, (x, middle - 0.32 * step, p * width, 0.64 * step), facecolor=fill)
        write(axes, x - 5, middle, name, ha="right", color=words, weight=weight)
