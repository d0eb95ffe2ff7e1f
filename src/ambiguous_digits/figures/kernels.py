"""Kernels of convolutions, and the pieces that the drawings of convolutions are made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from numpy.typing import ArrayLike, NDArray
from scipy.signal import correlate2d
from scipy.spatial import ConvexHull

from ambiguous_digits.figures.style import (
    GREY,
    HEAT,
    INK,
    LINE,
    PAPER,
    SIZE,
    arrow,
    frame,
    need,
    number,
    picture,
    text_width,
    write,
)

#: Kernels made by hand. After ReLU each leaves the edges on one side of every stroke.
EDGE_KERNELS: dict[str, NDArray[np.float64]] = {
    "left edges": np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "right edges": np.array([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]),
    "upper edges": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "lower edges": np.array([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]]),
}

#: The most opaque that a cell may be: its number in ink keeps a contrast of 4.4 on both grounds.
SHADE = 0.4

Box = Sequence[float]  # x, y, width, height in CSS pixels


def need_picture(image: NDArray) -> None:
    """Raises `ValueError` unless `image` is uint8 `(H, W)` with room for a kernel."""
    fits = image.ndim == 2 and image.dtype == np.uint8 and min(image.shape) >= 3
    need(fits, "image", image, "uint8 (H, W), at least 3 by 3")


def answers(pixels: NDArray[np.float64], kernels: ArrayLike) -> NDArray[np.uint8]:
    """Returns the maps of a picture, negative answers as 0, all on one scale: 255 is the largest.

    `pixels`: `(H, W)`. `kernels`: `(n, 3, 3)`. Returns `(n, H - 2, W - 2)`.
    """
    sums = np.stack([correlate2d(pixels, kernel, mode="valid") for kernel in kernels]).clip(0)
    return np.rint(255 * sums / (sums.max() or 1)).astype(np.uint8)


def plate(axes: Axes, rgba: NDArray[np.uint8], box: Box) -> None:
    """Draws a picture in a thin frame."""
    picture(axes, rgba, box)
    frame(axes, box, edgecolor=LINE)


def mark(axes: Axes, box: Box) -> None:
    """Draws the frame of the window, around `box` and visible on ink and on paper."""
    x, y, width, height = box
    box = (x - 1, y - 1, width + 2, height + 2)
    frame(axes, box, edgecolor=PAPER, linewidth=3.2)
    frame(axes, box, edgecolor=HEAT, linewidth=1.6)


def number_grid(
    axes: Axes,
    values: NDArray[np.float64],
    box: Box,
    *,
    color: str = HEAT,
    edge: str = INK,
    full: float | None = None,
    decimals: int = 1,
    signed: bool = False,
) -> None:
    """Draws `(3, 3)` numbers in cells on paper, shaded as far as they are above 0.

    `full` is shaded most, by default the largest of them.
    `signed` writes a plus where it belongs. Letters are as large as the longest number allows.
    """
    x, y, width, height = box
    texts = [
        ("+" if signed and value > 0 else "") + number(value, decimals) for value in values.flat
    ]
    longest = max(map(text_width, texts)) / SIZE
    size = np.clip((width / 3 - 7) / longest, 11, SIZE + 2)
    frame(axes, box, facecolor=PAPER)
    for ((i, j), value), text in zip(np.ndenumerate(values), texts, strict=True):
        left, top = x + j * width / 3, y + i * height / 3
        if value > 0:
            shade = SHADE * value / (full or values.max())
            frame(axes, (left, top, width / 3, height / 3), facecolor=color, alpha=shade)
        write(axes, left + width / 6, top + height / 6, text, ha="center", size=size)
    rules = [((x + width * t, y), (x + width * t, y + height)) for t in (1 / 3, 2 / 3)]
    rules += [((x, y + height * t), (x + width, y + height * t)) for t in (1 / 3, 2 / 3)]
    _strokes(axes, rules, edgecolor=LINE, linewidth=0.75)
    frame(axes, box, edgecolor=edge, linewidth=0.9)


def hinton(axes: Axes, kernels: NDArray[np.float64], corners: ArrayLike, side: float) -> None:
    """Draws kernels `(3, 3, n)` at `(n, 2)` corners, each weight as a square on a grey ground.

    A square is filled for a weight above 0, of paper for one below. Its area is |weight|, by the
    largest of its kernel, rounded so that all edges lie between pixels; none is under 2 pixels.
    """
    x, y = np.asarray(corners, np.float64).T
    cell = side / 3
    row, column = np.mgrid[:3, :3][..., None]
    middles = np.stack([x + (column + 0.5) * cell, y + (row + 0.5) * cell], axis=-1)
    weights = np.abs(kernels)
    sizes = np.sqrt(weights / np.maximum(weights.max(axis=(0, 1)), 1e-9))
    sides = cell - 2 * np.maximum(1, np.rint((1 - sizes) * cell / 2))
    squares(axes, np.add(corners, side / 2), side, GREY, alpha=0.45)
    for color, chosen in ((HEAT, kernels > 0), (PAPER, kernels < 0)):
        for width in np.unique(sides[chosen & (sides >= 2)]):
            squares(axes, middles[chosen & (sides == width)], width, color)


def squares(axes: Axes, middles: ArrayLike, side: float, color: str, **style: Any) -> None:
    """Draws squares of one size around their `(n, 2)` middles, as short and thick lines."""
    ends = np.array([[-side / 2, 0], [side / 2, 0]])
    lines = np.asarray(middles)[:, None] + ends
    _strokes(axes, lines, edgecolor=color, linewidth=0.75 * side, **style)


def _strokes(axes: Axes, lines: ArrayLike, **style: Any) -> None:
    """Draws lines, `(n, 2 ends, 2)`, as one path: a third of the bytes of n rectangles."""
    points = np.reshape(lines, (-1, 2))
    path = Path(points, [Path.MOVETO, Path.LINETO] * (len(points) // 2))
    axes.add_patch(PathPatch(path, fill=False, capstyle="butt", clip_on=False, **style))


def cone(axes: Axes, start: Box, end: Box) -> None:
    """Draws what joins a place and its enlargement, under all else: the hull of the two boxes.

    A short arrow on its axis points to the end.
    """
    boxes = np.array([start, end])
    lows, sizes = boxes[:, :2], boxes[:, 2:]
    corners = np.concatenate([lows + sizes * share for share in np.ndindex(2, 2)])
    hull = corners[ConvexHull(corners).vertices]
    style = {"facecolor": to_rgba(HEAT, 0.12), "edgecolor": HEAT, "linewidth": 0.75}
    axes.add_patch(Polygon(hull, zorder=-1, clip_on=False, **style))

    tail, tip = lows + sizes / 2
    way = (tip - tail) / np.abs(tip - tail).max()
    inside = (sizes[1] / 2)[np.abs(way).argmax()]  # from the middle of the end to its border
    arrow(axes, tuple(tip - (inside + 28) * way), tuple(tip - (inside + 5) * way), color=HEAT)
