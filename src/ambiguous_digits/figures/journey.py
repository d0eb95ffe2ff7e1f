"""The way of one digit through the network, from pixels to probabilities."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    LINE,
    NARROW,
    PREDICTION,
    QUIET,
    WIDE,
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

_CONVOLUTION, _POOLING = ("convolution", "+ ReLU"), ("max", "pooling")
_DENSE = ("dense", "+ ReLU"), ("dense", "+ softmax")
_STEPS = (_CONVOLUTION, _POOLING, _CONVOLUTION, _POOLING, *_DENSE)
# Sides in CSS pixels. All sheets of maps have the scale of the first, so that maps shrink.
_SHEET, _STRIP, _HEAD, _FOOT = 214, 192, 46, 42
# Room at the right of a full bar for the mark and "> 99 %".
_PERCENT = 66


class _Stage(NamedTuple):
    sheet: NDArray[np.uint8]
    zoom: float
    words: tuple[str, str]


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
    narrow: bool = False,
) -> Figure:
    """Returns the way of one digit through the network: picture, maps, numbers, probabilities.

    Of each convolution's maps the sixteen with the largest sums are drawn, in their order, and the
    same sixteen pooled: the largest of each 2 × 2 places. All have one scale, so that they shrink
    from stage to stage; the ink of each map, and of all dense numbers, is relative to its maximum.

    `image`: uint8 `(H, W)`. `first`, `second`: `(h, w, maps)`, at least 0. `dense`: `(units,)`.
    `probs`: `(K,)`, 0…1. `prediction`: the class that the network says, 0…K-1.
    `narrow`: for a phone, from top to bottom. Raises `ValueError` if a shape is another.
    """
    image, first, second = _activations(image, first, second)
    dense, probs = np.asarray(dense, np.float64), np.asarray(probs, np.float64)
    classes = len(class_names)
    need(dense.ndim == 1 and dense.size > 0, "dense", dense, "(units,)")
    need(probs.shape == (classes,), "probs", probs, f"({classes},), one for each class name")
    need(0 <= prediction < classes, "prediction", prediction, f"0 to {classes - 1}")

    stages = _stages(image, first, second, dense, narrow)
    names = round(max(text_width(name, weight="bold") for name in class_names)) + 5
    bars = _SHEET - names - _PERCENT if narrow else 56
    step = min(16 if narrow else 21, max(14, _SHEET // classes))
    sizes = [(s.sheet.shape[1] * s.zoom, s.sheet.shape[0] * s.zoom) for s in stages]
    boxes = _boxes([*sizes, (names + bars + _PERCENT, step * classes)], narrow)
    end = (boxes[:, 1] + boxes[:, 3]).max()
    figure, axes = board(NARROW, end) if narrow else board(WIDE, end + _FOOT)

    _way(axes, boxes, narrow)
    for stage, box in zip(stages, boxes[:-1], strict=True):
        picture(axes, stage.sheet, box)
    frame(axes, boxes[0], edgecolor=LINE)
    x, y, _, height = boxes[-1]
    _bars(axes, probs, class_names, prediction, (x + names, y, bars, height))
    words = [*(stage.words for stage in stages), (f"{classes}", "probabilities")]
    for (x, y, width, height), lines in zip(boxes, words, strict=True):
        if narrow:
            _two_lines(axes, _SHEET + 14, y + height / 2, lines, color=QUIET, ha="left")
        else:
            _two_lines(axes, x + width / 2, end + 24, lines, color=QUIET)
    return figure


def _activations(image: ArrayLike, first: ArrayLike, second: ArrayLike) -> list[NDArray]:
    """Returns the three as arrays; raises `ValueError` if a shape or a value is another."""
    image = np.asarray(image)
    need(image.ndim == 2 and image.dtype == np.uint8, "image", image, "uint8 (H, W)")
    arrays = [image]
    for argument, maps in (("first", first), ("second", second)):
        maps = np.asarray(maps, np.float64)
        fits = maps.ndim == 3 and maps.size > 0 and (maps >= 0).all()
        need(fits, argument, maps, "(height, width, maps), at least 0")
        arrays.append(maps)
    return arrays


def _stages(
    image: NDArray, first: NDArray, second: NDArray, dense: NDArray, narrow: bool
) -> list[_Stage]:
    height, width = image.shape
    zoom = _zoom(image, 84 if narrow else 112)
    stages = [_Stage(ink(image), zoom, ("the picture", f"{height} × {width}"))]
    zoom = _zoom(_tiles(_strongest(first)), _SHEET)
    for maps in (first, second):
        for shown in (_strongest(maps), _pooled(_strongest(maps))):
            size = f"{shown.shape[0]} × {shown.shape[1]}"
            stages.append(_Stage(_tiles(shown), zoom, (f"{maps.shape[2]} maps", size)))
    numbers = np.pad(dense, (0, -dense.size % 8)).reshape((8, -1) if narrow else (-1, 8))
    strip = _tiles(numbers[..., None])
    return [*stages, _Stage(strip, min(6, _zoom(strip, _STRIP)), (f"{dense.size}", "numbers"))]


def _zoom(sheet: NDArray, side: float) -> float:
    longest = max(sheet.shape[:2])
    return side // longest or side / longest  # whole where possible: crisp


def _strongest(maps: NDArray) -> NDArray:
    return maps[..., np.sort(np.argsort(-maps.sum(axis=(0, 1)), kind="stable")[:16])]


def _pooled(maps: NDArray) -> NDArray:
    height, width, count = maps.shape
    even = maps[: height // 2 * 2, : width // 2 * 2]
    return even.reshape(height // 2, 2, width // 2, 2, count).max(axis=(1, 3))


def _tiles(maps: NDArray) -> NDArray[np.uint8]:
    """Returns maps `(h, w, n)` as one picture, four in a row, one empty pixel between.

    Each is scaled by its own maximum, on a faint ground that shows an empty one too, in sixteen
    shades: the eye does not miss the others, and the file is a third smaller.
    """
    height, width, count = maps.shape
    columns = min(4, count)
    peaks = maps.max(axis=(0, 1))
    tones = 17 * np.maximum(np.rint(15 * maps / np.where(peaks, peaks, 1)), 1)
    spaced = np.pad(tones, ((0, 1), (0, 1), (0, -count % columns)))
    rows = np.moveaxis(spaced, 2, 0).reshape(-1, columns, height + 1, width + 1)
    sheet = rows.swapaxes(1, 2).reshape(-1, columns * (width + 1))
    return ink(np.uint8(sheet[:-1, :-1]))


def _boxes(sizes: Sequence[tuple[float, float]], narrow: bool) -> NDArray[np.float64]:
    """Returns x, y, width, height of the stages, one after the other, each centred on the way."""
    sizes = np.array(sizes)
    along, across = (1, 0) if narrow else (0, 1)
    gap = 24 if narrow else (WIDE - sizes[:, 0].sum()) / (len(sizes) - 1)
    corners = np.empty_like(sizes)
    corners[:, along] = np.cumsum(sizes[:, along] + gap) - sizes[:, along] - gap
    corners[:, across] = (sizes[:, across].max() - sizes[:, across]) / 2 + (0 if narrow else _HEAD)
    return np.hstack([np.rint(corners), sizes])


def _way(axes: Axes, boxes: NDArray, narrow: bool) -> None:
    """Draws a faint band from each stage to the next, an arrow on it, and says what happens."""
    bands = [
        [(x, y + height), (x + width, y + height), (u + wide, v), (u, v)]
        if narrow
        else [(x + width, y), (x + width, y + height), (u, v + high), (u, v)]
        for (x, y, width, height), (u, v, wide, high) in pairwise(boxes)
    ]
    faint = {"facecolor": LINE, "alpha": 0.4, "linewidth": 0, "clip_on": False}
    axes.add_collection(PolyCollection(bands, **faint))
    middles, ahead = np.mean(bands, axis=1), (0, 8) if narrow else (8, 0)
    for lines, middle in zip(_STEPS, middles, strict=True):
        arrow(axes, middle - ahead, middle + ahead)
        if narrow:
            write(axes, middle[0] + 12, middle[1], " ".join(lines))
        else:
            _two_lines(axes, middle[0], 16, lines)
    if not narrow:  # dots lead from the words, all at the top, down to their bands
        edges = (boxes[:-1, 1] + boxes[1:, 1]) / 2
        dotted = {"color": GREY, "linewidth": 0.75, "linestyle": (0, (1, 3)), "clip_on": False}
        axes.vlines(middles[:, 0], 36, edges - 3, **dotted)


def _two_lines(axes: Axes, x: float, y: float, lines: tuple[str, str], **style: str) -> None:
    for line, shift in zip(lines, (-8, 8), strict=True):
        write(axes, x, y + shift, line, **{"ha": "center"} | style)


def _bars(
    axes: Axes, probs: NDArray, names: Sequence[str], prediction: int, box: Sequence[float]
) -> None:
    x, y, width, height = box
    step = height // len(names)
    inset = step // 6
    axes.plot([x, x], [y, y + height], color=LINE, linewidth=0.75, clip_on=False)
    for k, (name, p) in enumerate(zip(names, probs, strict=True)):
        tip, middle = x + p * width, y + (k + 0.5) * step
        fill, words = GREY, {"color": INK}
        if k == prediction:
            fill, words = PREDICTION, {"color": PREDICTION, "weight": "bold"}
            text = "> 99 %" if 0.995 <= p < 1 else f"{100 * p:.0f} %"
            axes.plot(tip + 6, middle, marker="<", markersize=4.5, color=PREDICTION)
            write(axes, tip + 13, middle, text, **words)
        if tip - x > 0.1:  # else too thin to be seen
            frame(axes, (x, y + k * step + inset, tip - x, step - 2 * inset), facecolor=fill)
        write(axes, x - 5, middle, name, ha="right", **words)
