"""What a convolution does: at one place, step by step, and to a whole digit."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy.signal import correlate2d

from ambiguous_digits.figures.kernels import kernel_grid, mark, need_picture, number_grid
from ambiguous_digits.figures.style import (
    HEAT,
    LINE,
    QUIET,
    WIDTH,
    arrow,
    board,
    frame,
    ink,
    need,
    number,
    picture,
    styled,
    write,
)


@styled
def convolution_step(
    image: NDArray[np.uint8], kernel: ArrayLike, *, row: int, column: int
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
    total = products.sum()

    zoom, side = 168 / max(height, width), 132
    upper, lower = 30, 260
    figure, axes = board(WIDTH, lower + max((height - 2) * zoom, side))

    # The digit, and the window that lies on it.
    _caption(axes, 0, 8, "1", "nine pixels of the picture")
    digit = (0, upper, width * zoom, height * zoom)
    picture(axes, ink(image), digit)
    frame(axes, digit, edgecolor=LINE)
    eye = (column * zoom, upper + row * zoom, 3 * zoom, 3 * zoom)
    pane = (216, upper + (height * zoom - side) / 2, side, side)
    for corner in (0, 1):
        ys = [eye[1] + corner * eye[3], pane[1] + corner * side]
        axes.plot([eye[0] + eye[2], pane[0]], ys, color=HEAT, linewidth=0.75, linestyle=(0, (3, 2)))
    mark(axes, eye)

    # Window × kernel = products.
    middle = pane[1] + side / 2
    number_grid(axes, window, pane, shade=window)
    frame(axes, pane, edgecolor=HEAT, linewidth=1.6)
    write(axes, 371, middle, "×", size=24, ha="center")
    _caption(axes, WIDTH - side, 8, "2", "times the kernel")
    kernel_grid(axes, weights, (WIDTH - side, pane[1], side, side))
    write(axes, 10, lower + side / 2, "=", size=24, ha="center")
    _caption(axes, 26, lower - 20, "3", "nine products")
    number_grid(axes, products, (26, lower, side, side), decimals=2, signed=True)

    # Their sum is one pixel.
    x, y = 262, lower + side / 2
    _caption(axes, x - 40, lower - 20, "4", "added up")
    arrow(axes, (26 + side + 8, y), (x - 46, y))
    write(axes, x, y, number(total, 2), size=28, ha="center", weight="bold", color=HEAT)
    if total < 0:
        write(axes, x, y + 30, "below 0, so 0", ha="center", color=QUIET)
    result = _feature_map(pixels, weights)
    peak = result.max()
    result[row, column + 1 :] *= 0.18
    result[row + 1 :] *= 0.18
    left = WIDTH - (width - 2) * zoom
    box = (left, lower, (width - 2) * zoom, (height - 2) * zoom)
    _caption(axes, left, lower - 20, "5", "one new pixel")
    picture(axes, ink(_scaled(result, peak)), box)
    frame(axes, box, edgecolor=LINE)
    spot = (left + column * zoom, lower + row * zoom, zoom, zoom)
    arrow(axes, (x + 46, y), (spot[0] - 2, spot[1] + zoom / 2), color=HEAT)
    mark(axes, spot)
    return figure


@styled
def convolution_result(
    image: NDArray[np.uint8], kernels: Sequence[ArrayLike], names: Sequence[str]
) -> Figure:
    """Returns a digit beside what two to four kernels make of all of it, negative sums as 0.

    map = max(0, Σ pixel · weight) at each place where the kernel fits: `(H - 2, W - 2)`, all
    maps on one scale. Each kernel stands small at the left of its map.

    `image`: uint8 `(H, W)`. `kernels`: numbers `(n, 3, 3)`, n from 2 to 4, each with its name.
    Raises `ValueError` if a shape is another.
    """
    image, kernels = np.asarray(image), np.asarray(kernels, np.float64)
    need_picture(image)
    fits = kernels.ndim == 3 and kernels.shape[1:] == (3, 3) and 2 <= len(kernels) <= 4
    need(fits, "kernels", kernels, "two to four of shape (3, 3)")
    need(len(names) == len(kernels), "names", len(names), f"{len(kernels)}, as many as kernels")
    maps = [_feature_map(image / 255, kernel) for kernel in kernels]
    peak = max(map_.max() for map_ in maps)

    height, width = image.shape
    zoom, side = 112 / max(height, width), 63
    wide, high = (width - 2) * zoom, (height - 2) * zoom
    left, top, row = 132, 24, high + 48
    shift = WIDTH - left - side - 19 - wide  # from the first column of maps to the second
    bottom = max((len(maps) + 1) // 2 * row - 24, top + height * zoom)
    figure, axes = board(WIDTH, bottom)

    middle = (top + bottom) / 2
    digit = (0, middle - height * zoom / 2, width * zoom, height * zoom)
    write(axes, 0, digit[1] - 15, "the picture", weight="bold")
    picture(axes, ink(image), digit)
    frame(axes, digit, edgecolor=LINE)
    bracket = [left - 6, left - 12, left - 12, left - 6], [top, top, bottom, bottom]
    axes.plot(*bracket, color=QUIET, linewidth=0.9, clip_on=False)
    for i, (kernel, map_, name) in enumerate(zip(kernels, maps, names, strict=True)):
        x, y = left + i % 2 * shift, top + i // 2 * row
        write(axes, x, y - 15, name, weight="bold")
        kernel_grid(axes, kernel, (x, y + (high - side) / 2, side, side))
        arrow(axes, (x + side + 3, y + high / 2), (x + side + 16, y + high / 2))
        box = (x + side + 19, y, wide, high)
        picture(axes, ink(_scaled(map_, peak)), box)
        frame(axes, box, edgecolor=LINE)
    return figure


def _feature_map(pixels: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(correlate2d(pixels, kernel, mode="valid"), 0)


def _scaled(map_: NDArray[np.float64], peak: float) -> NDArray[np.uint8]:
    return np.rint(255 * map_ / (peak or 1)).astype(np.uint8)


def _caption(axes: Axes, x: float, y: float, step: str, text: str) -> None:
    write(axes, x, y, step, weight="bold", color=HEAT)
    write(axes, x + 14, y, text)
