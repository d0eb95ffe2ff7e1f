"""What a convolution does: at one place, step by step, and to a whole digit."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.kernels import (
    SHADE,
    Box,
    answers,
    cone,
    mark,
    need_picture,
    number_grid,
    plate,
)
from ambiguous_digits.figures.style import (
    HEAT,
    INK,
    NARROW,
    PAPER,
    QUIET,
    SIZE,
    WIDTH,
    arrow,
    board,
    frame,
    ink,
    need,
    number,
    styled,
    text_width,
    write,
)

_STEPS = ("a window on the picture", "times the kernel", "added up", "one new pixel")


class _Plan(NamedTuple):
    """Where the parts of a step lie, and the left ends of its captions."""

    digit: Box
    pane: Box
    kernel: Box
    products: Box
    mouth: Box  # the side of the sum that faces the products
    total: Box
    result: Box
    captions: Sequence[tuple[float, float]]

    @property
    def bottom(self) -> float:
        room = (self.products, 0), (self.total, 22), (self.result, 2)  # for a note, for a frame
        return max(y + high + below for (_, y, _, high), below in room)


@styled
def convolution_step(
    image: NDArray[np.uint8], kernel: ArrayLike, *, row: int, column: int, narrow: bool = False
) -> Figure:
    """Returns what a convolution does at one place: nine pixels × nine weights, summed, a pixel.

    sum = Σ pixel · weight, of the numbers as they are shown: pixels 0…1 and weights rounded to
    one decimal, so that a reader can add them up. The new picture is drawn as far as the
    window has slid, the rest faintly; sums below 0 as 0.

    `image`: uint8 `(H, W)`, 0 = paper, 255 = ink. `kernel`: numbers `(3, 3)`.
    `row`, `column`: upper left pixel of the window, from 0. Raises `ValueError` if a shape is
    another, or the window is not inside the image.
    """
    image, kernel = np.asarray(image), np.asarray(kernel, np.float64)
    need_picture(image)
    need(kernel.shape == (3, 3) and np.isfinite(kernel).all(), "kernel", kernel, "finite, (3, 3)")
    height, width = image.shape
    need(0 <= row <= height - 3, "row", row, f"0 to {height - 3}")
    need(0 <= column <= width - 3, "column", column, f"0 to {width - 3}")
    pixels, weights = np.round(image / 255, 1), np.round(kernel, 1)
    window = pixels[row : row + 3, column : column + 3]
    products = window * weights
    result = answers(pixels, [weights])[0]
    shade = SHADE * result[row, column] / 255
    later = np.arange(result.size).reshape(result.shape) > row * (width - 2) + column
    result[later] = np.rint(0.18 * result[later])

    plan = (_column if narrow else _circle)(height, width)
    figure, axes = board(NARROW if narrow else WIDTH, plan.bottom)
    zoom = plan.digit[2] / width
    eye = (plan.digit[0] + column * zoom, plan.digit[1] + row * zoom, 3 * zoom, 3 * zoom)
    pixel = (plan.result[0] + column * zoom, plan.result[1] + row * zoom, zoom, zoom)

    for i, ((x, y), text) in enumerate(zip(plan.captions, _STEPS, strict=True)):
        axes.plot(x + 9, y, "o", markersize=13.5, color=HEAT, markeredgewidth=0, clip_on=False)
        write(axes, x + 9, y, str(i + 1), ha="center", weight="bold", color=PAPER)
        write(axes, x + 24, y, text, weight="bold")
    cone(axes, eye, plan.pane)
    plate(axes, ink(image), plan.digit)
    mark(axes, eye)
    number_grid(axes, window, plan.pane, color=INK, edge=HEAT, full=1)
    number_grid(axes, weights, plan.kernel)
    number_grid(axes, products, plan.products, edge=HEAT, decimals=2, signed=True)
    for sign, *pair in (("×", plan.pane, plan.kernel), ("=", plan.kernel, plan.products)):
        x, y, wide, high = np.mean(pair, axis=0)
        write(axes, x + wide / 2, y + high / 2, sign, size=26, ha="center")
    cone(axes, plan.products, plan.mouth)
    _sum(axes, products.sum(), plan.total, shade)
    cone(axes, plan.total, pixel)
    plate(axes, ink(result), plan.result)
    mark(axes, pixel)
    return figure


def _circle(height: int, width: int) -> _Plan:
    """All steps clockwise: the new pixel comes to lie below the middle of the window."""
    zoom, side, tile, top = 196 / max(height, width), 150, 72, 30
    right, middle = WIDTH - side, WIDTH - 2 * side - 36
    high = (height - 2) * zoom
    axis = top + max(height * zoom, side + 34) + 52 + max(high, side) / 2
    return _Plan(
        digit=(0, top, width * zoom, height * zoom),
        pane=(middle, top, side, side),
        kernel=(right, top, side, side),
        products=(right, axis - side / 2, side, side),
        mouth=(middle + (side + tile) / 2, axis - tile / 2, 0, tile),
        total=(middle + (side - tile) / 2, axis - tile / 2, tile, tile),
        result=(zoom, axis - high / 2, (width - 2) * zoom, high),
        captions=((0, 9), (right, 9), (right, axis - side / 2 - 21), (0, axis - high / 2 - 21)),
    )


def _column(height: int, width: int) -> _Plan:
    """The numbers below each other at the right, the pictures and the captions at the left."""
    zoom, side, tile, top = 162 / max(height, width), 114, 64, 30
    right = NARROW - side
    ys = [top + i * (side + 34) for i in range(4)]
    high = (height - 2) * zoom
    axis = ys[3] + max(tile / 2 + 30, high / 2 + 21)
    return _Plan(
        digit=(0, top, width * zoom, height * zoom),
        pane=(right, ys[0], side, side),
        kernel=(right, ys[1], side, side),
        products=(right, ys[2], side, side),
        mouth=(right + (side - tile) / 2, axis - tile / 2, tile, 0),
        total=(right + (side - tile) / 2, axis - tile / 2, tile, tile),
        result=(zoom, axis - high / 2, (width - 2) * zoom, high),
        captions=((0, 9), *((0, y + side / 2) for y in ys[1:3]), (0, axis - high / 2 - 21)),
    )


def _sum(axes: Axes, total: float, box: Box, shade: float) -> None:
    x, y, side, _ = box
    text = number(total, 2)
    size = min(30, (side - 8) / text_width(text, weight="bold") * SIZE)
    frame(axes, box, facecolor=PAPER)
    frame(axes, box, facecolor=INK, alpha=shade)
    frame(axes, box, edgecolor=HEAT, linewidth=1.6)
    write(axes, x + side / 2, y + side / 2, text, size=size, ha="center", weight="bold")
    if total < 0:
        write(axes, x + side / 2, y + side + 14, "below 0, so 0", ha="center", color=QUIET)


@styled
def convolution_result(
    image: NDArray[np.uint8],
    kernels: Sequence[ArrayLike],
    names: Sequence[str],
    *,
    narrow: bool = False,
) -> Figure:
    """Returns a digit beside what two to four kernels make of all of it, negative sums as 0.

    map = max(0, Σ pixel · weight) at each place where the kernel fits: `(H - 2, W - 2)`, all
    maps on one scale. Each stands under its kernel and the name of that, in a row that begins
    with the picture; on a phone a row has only two, and the picture begins the second row again.

    `image`: uint8 `(H, W)`. `kernels`: numbers `(n, 3, 3)`, n from 2 to 4, each with its name.
    Raises `ValueError` if a shape is another.
    """
    image, kernels = np.asarray(image), np.asarray(kernels, np.float64)
    need_picture(image)
    fits = kernels.ndim == 3 and kernels.shape[1:] == (3, 3) and 2 <= len(kernels) <= 4
    need(fits, "kernels", kernels, "two to four of shape (3, 3)")
    need(len(names) == len(kernels), "names", len(names), f"{len(kernels)}, as many as kernels")

    height, width = image.shape
    columns, wide = (2, NARROW) if narrow else (len(kernels), WIDTH)
    across = width + columns * (width - 2)
    zoom = min((wide - 15 * columns) / across, 210 / height)
    zoom = zoom if narrow else max(1, int(zoom))
    gap = (wide - across * zoom) / columns
    head, pitch = 108, 108 + height * zoom + 26
    figure, axes = board(wide, -(-len(kernels) // columns) * pitch - 26)
    for i, map_ in enumerate(answers(image / 255, kernels)):
        y, column = i // columns * pitch, i % columns
        x = (width + column * (width - 2)) * zoom + (column + 1) * gap
        middle = x + (width - 2) * zoom / 2
        if column == 0:
            write(axes, 0, y + head - 14, "the picture", weight="bold")
            plate(axes, ink(image), (0, y + head, width * zoom, height * zoom))
        write(axes, middle, y + 8, names[i], ha="center", weight="bold")
        number_grid(axes, kernels[i], (middle - 33, y + 22, 66, 66))
        arrow(axes, (middle, y + 91), (middle, y + head + zoom - 2))
        plate(axes, ink(map_), (x, y + head + zoom, (width - 2) * zoom, (height - 2) * zoom))
    return figure
