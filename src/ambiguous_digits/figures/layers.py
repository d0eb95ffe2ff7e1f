"""What the network makes of one digit: its maps after each convolution, and the way to the end."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    LINE,
    PREDICTION,
    QUIET,
    SMALL,
    WIDTH,
    arrow,
    board,
    frame,
    ink,
    need,
    picture,
    styled,
    text_width,
    tiles,
    write,
)


@styled
def feature_maps(image: NDArray[np.uint8], first: ArrayLike, second: ArrayLike) -> Figure:
    """Returns a digit and all maps that the first and the second convolution make of it.

    `image`: uint8 `(H, W)`. `first`, `second`: activations `(h, w, maps)`, float, at least 0,
    no unit; each map is scaled by its own maximum, a map that is 0 everywhere stays empty.
    Raises `ValueError` if a shape is another or an activation is negative.
    """
    image, first, second = _checked(image, first, second)
    height, width = image.shape
    zoom = 84 / max(height, width)
    gap = 40
    blocks = [
        (first, 8, 98, "first convolution"),
        (second, 8 if second.shape[2] <= 32 else 16, 0, "second convolution"),
    ]
    sheets = [tiles(maps, columns) for maps, columns, _, _ in blocks]
    zooms = [
        (WIDTH - left) / sheet.shape[1]
        for (_, _, left, _), sheet in zip(blocks, sheets, strict=True)
    ]
    heights = [sheet.shape[0] * z for sheet, z in zip(sheets, zooms, strict=True)]
    figure, axes = board(WIDTH, sum(heights) + gap + 24)

    digit = (0, 24, width * zoom, height * zoom)
    picture(axes, ink(image), digit)
    frame(axes, digit, edgecolor=LINE)
    write(axes, 0, 8, "the digit", size=SMALL, weight="bold")
    y = 24
    for (maps, _, left, title), sheet, zoom_, high in zip(
        blocks, sheets, zooms, heights, strict=True
    ):
        size = f"{maps.shape[2]} maps of {maps.shape[0]} × {maps.shape[1]}"
        write(axes, left, y - 16, title, size=SMALL, weight="bold")
        write(axes, WIDTH, y - 16, size, size=SMALL, color=QUIET, ha="right")
        picture(axes, sheet, (left, y, sheet.shape[1] * zoom_, high))
        y += high + gap
    return figure


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
    """Returns the way of one digit through the network, from pixels to probabilities.

    Of each stage's maps the four strongest are drawn, in their order; pooled maps are the
    largest of each 2 × 2 places. `image`: uint8 `(H, W)`. `first`, `second`: `(h, w, maps)`,
    at least 0. `dense`: `(units,)`. `probs`: `(K,)`, 0…1. `prediction`: the class that the
    network says, 0…K-1. Raises `ValueError` if a shape is another.
    """
    image, first, second = _checked(image, first, second)
    dense, probs = np.asarray(dense, np.float64), np.asarray(probs, np.float64)
    classes = len(class_names)
    need(dense.ndim == 1, "dense", f"shape {dense.shape}", "(units,)")
    need(probs.shape == (classes,), "probs", f"shape {probs.shape}",
         f"({classes},), one for each class name")  # fmt: skip
    need(0 <= prediction < classes, "prediction", prediction, f"0 to {classes - 1}")

    side, below, top = 112, 118, 2  # 26 and 13, 11 and 5 pixels are then whole numbers wide
    lower = top + side + 96
    tall = max(below, 11.8 * classes)
    wide = WIDTH + max(max(text_width(name, 11) for name in class_names) - 14, 0)
    figure, axes = board(wide, lower + tall + 26)

    # From the digit to the first pooled maps.
    height, width = image.shape
    zoom = side / max(height, width)
    digit = ((side - width * zoom) / 2, top + (side - height * zoom) / 2, width * zoom,
             height * zoom)  # fmt: skip
    picture(axes, ink(image), digit)
    frame(axes, digit, edgecolor=LINE)
    _size(axes, side / 2, top + side, f"{height} × {width}")
    upper_x = (0, 208, WIDTH - side)
    _stage(axes, first, upper_x[1], top, side, "maps of")
    _stage(axes, _pooled(first), upper_x[2], top, side, "of")
    for start, end, lines in (
        (side, upper_x[1], ("convolution", "+ ReLU")),
        (upper_x[1] + side, upper_x[2], ("max", "pooling")),
    ):
        _step(axes, start, end, top + side / 2, lines)

    # Down to the second row, and on to the probabilities.
    turn = top + side + 52
    arrow(axes, (WIDTH - side / 2, top + side + 27), (WIDTH - side / 2, turn), (below / 2, turn),
          (below / 2, lower - 6))  # fmt: skip
    write(axes, WIDTH / 2, turn - 12, "convolution + ReLU", size=SMALL, ha="center")
    middle = lower + below / 2
    lower_x = (0, 177, 346, 434)
    strip = 24
    _stage(axes, second, lower_x[0], lower, below, "of")
    _stage(axes, _pooled(second), lower_x[1], lower, below, "of")
    _strip(axes, dense, (lower_x[2], lower, strip, below))
    for start, end, lines in (
        (lower_x[0] + below, lower_x[1], ("max", "pooling")),
        (lower_x[1] + below, lower_x[2], ("dense",)),
        (lower_x[2] + strip, lower_x[3], ("dense +", "softmax")),
    ):
        _step(axes, start, end, middle, lines)
    _bars(axes, probs, class_names, prediction, (lower_x[3], lower, wide - lower_x[3], tall))
    return figure


def _checked(image: ArrayLike, first: ArrayLike, second: ArrayLike) -> tuple[NDArray, ...]:
    image = np.asarray(image)
    need(image.ndim == 2 and image.dtype == np.uint8, "image", f"{image.dtype} {image.shape}",
         "uint8 (H, W)")  # fmt: skip
    arrays = [image]
    for argument, maps in (("first", first), ("second", second)):
        maps = np.asarray(maps, np.float64)
        need(maps.ndim == 3 and bool((maps >= 0).all()), argument, f"shape {maps.shape}",
             "(height, width, maps), at least 0")  # fmt: skip
        arrays.append(maps)
    return tuple(arrays)


def _pooled(maps: NDArray) -> NDArray:
    height, width, count = maps.shape
    even = maps[: height // 2 * 2, : width // 2 * 2]
    return even.reshape(height // 2, 2, width // 2, 2, count).max(axis=(1, 3))


def _size(axes: Axes, x: float, y: float, text: str) -> None:
    write(axes, x, y + 13, text, size=SMALL, color=QUIET, ha="center")


def _stage(axes: Axes, maps: NDArray, x: float, y: float, side: float, words: str) -> None:
    height, width, count = maps.shape
    strongest = np.sort(np.argsort(-maps.sum(axis=(0, 1)), kind="stable")[:4])
    part = (side - 8) / 2
    for i, index in enumerate(strongest):
        box = (x + i % 2 * (part + 8), y + i // 2 * (part + 8), part, part * height / width)
        picture(axes, ink(maps[..., index]), box)
        frame(axes, box, edgecolor=LINE)
    _size(axes, x + side / 2, y + side, f"{count} {words} {height} × {width}")


def _step(axes: Axes, start: float, end: float, y: float, lines: Sequence[str]) -> None:
    for i, line in enumerate(reversed(lines)):
        write(axes, (start + end) / 2, y - 12 - 16 * i, line, size=SMALL, ha="center")
    arrow(axes, (start + 6, y), (end - 6, y))


def _strip(axes: Axes, values: NDArray, box: Sequence[float]) -> None:
    columns = max(1, round(np.sqrt(values.size * box[2] / box[3])))
    rows = -(-values.size // columns)
    sheet = np.zeros(rows * columns)
    sheet[: values.size] = np.maximum(values, 0)
    picture(axes, ink(sheet.reshape(rows, columns)), box)
    frame(axes, box, edgecolor=LINE)
    _size(axes, box[0] + box[2] / 2, box[1] + box[3], f"{values.size} numbers")


def _bars(
    axes: Axes, probs: NDArray, names: Sequence[str], prediction: int, box: Sequence[float]
) -> None:
    x, y, width, height = box
    step = height / len(names)
    left = x + max(text_width(name, 11) for name in names) + 5
    room = x + width - left - 34
    axes.plot([left, left], [y, y + height], color=LINE, linewidth=0.75)
    for k, (name, p) in enumerate(zip(names, probs, strict=True)):
        chosen = k == prediction
        color = PREDICTION if chosen else GREY
        middle = y + (k + 0.5) * step
        frame(axes, (left, middle - 0.32 * step, p * room, 0.64 * step), facecolor=color)
        write(axes, left - 5, middle, name, size=11, ha="right",
              color=PREDICTION if chosen else INK, weight="bold" if chosen else "normal")  # fmt: skip
        if chosen:
            write(axes, left + p * room + 4, middle, f"{100 * p:.0f} %", size=SMALL,
                  color=PREDICTION, weight="bold")  # fmt: skip
    _size(axes, x + width / 2, y + height, f"{len(names)} probabilities")
