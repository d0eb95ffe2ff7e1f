"""What the network's two convolutions make of one digit: all maps."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    LINE,
    QUIET,
    WIDTH,
    board,
    frame,
    ink,
    need,
    picture,
    styled,
    write,
)


@styled
def feature_maps(image: NDArray[np.uint8], first: ArrayLike, second: ArrayLike) -> Figure:
    """Returns a digit and all maps that the first and the second convolution make of it.

    `image`: uint8 `(H, W)`. `first`, `second`: activations `(h, w, maps)`, float, at least 0,
    no unit; each map is scaled by its own maximum, a map that is 0 everywhere stays empty.
    Raises `ValueError` if a shape is another or an activation is negative.
    """
    image, first, second = need_activations(image, first, second)
    blocks = [
        ("first convolution", first, 98, tiles(first, 8)),
        ("second convolution", second, 0, tiles(second, 8 if second.shape[2] <= 32 else 16)),
    ]
    heights = [(WIDTH - left) * sheet.shape[0] / sheet.shape[1] for *_, left, sheet in blocks]
    top, gap = 24, 40
    figure, axes = board(WIDTH, top + sum(heights) + gap)

    height, width = image.shape
    zoom = 84 / max(height, width)
    digit = (0, top, width * zoom, height * zoom)
    write(axes, 0, top - 16, "the picture", weight="bold")
    picture(axes, ink(image), digit)
    frame(axes, digit, edgecolor=LINE)
    for (title, maps, left, sheet), high in zip(blocks, heights, strict=True):
        size = f"{maps.shape[2]} maps of {maps.shape[0]} × {maps.shape[1]}"
        write(axes, left, top - 16, title, weight="bold")
        write(axes, WIDTH, top - 16, size, color=QUIET, ha="right")
        picture(axes, sheet, (left, top, WIDTH - left, high))
        top += high + gap
    return figure


def need_activations(image: ArrayLike, first: ArrayLike, second: ArrayLike) -> list[NDArray]:
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


def tiles(maps: NDArray[np.float64], columns: int) -> NDArray[np.uint8]:
    """Returns all maps in one picture, row by row, one empty pixel between: uint8 `(h, w, 4)`.

    Each is scaled by its own maximum, on a faint ground that shows an empty one too.
    """
    height, width, count = maps.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    sheet = np.zeros((rows * (height + 1) - 1, columns * (width + 1) - 1, 4), np.uint8)
    for i in range(count):
        y, x = i // columns * (height + 1), i % columns * (width + 1)
        sheet[y : y + height, x : x + width] = np.maximum(ink(maps[..., i]), (0, 0, 0, 12))
    return sheet
