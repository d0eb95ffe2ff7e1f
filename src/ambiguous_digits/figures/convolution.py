"""What a convolution does: at one place, step by step, and to a whole digit."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy.signal import correlate2d

from ambiguous_digits.figures.style import (
    HEAT,
    INK,
    LINE,
    PAPER,
    QUIET,
    SMALL,
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

#: Kernels made by hand. After ReLU each leaves the edges on one side of every stroke.
EDGE_KERNELS: dict[str, NDArray[np.float64]] = {
    "left edges": np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "right edges": np.array([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]),
    "upper edges": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "lower edges": np.array([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]]),
}


@styled
def convolution_step(
    image: NDArray[np.uint8], kernel: ArrayLike, *, row: int, column: int
) -> Figure:
    """Returns what a convolution does at one place: nine pixels × nine weights, summed, a pixel.

    sum = Σ pixel · weight, of the numbers as they are shown: pixels 0…1 and weights rounded to
    one decimal, so that a reader can add them up. The new picture is drawn as far as the
    window has slid, sums below 0 as 0.

    `image`: uint8 `(H, W)`, 0 = paper, 255 = ink. `kernel`: numbers `(3, 3)`.
    `row`, `column`: upper left pixel of the window, from 0. Raises `ValueError` if a shape is
    another, or the window is not inside the image.
    """
    image, kernel = _checked(image, "kernel", kernel)
    height, width = image.shape
    need(0 <= row <= height - 3, "row", row, f"0 to {height - 3}")
    need(0 <= column <= width - 3, "column", column, f"0 to {width - 3}")
    pixels = np.round(image / 255, 1)
    weights = np.round(kernel, 1)
    window = pixels[row : row + 3, column : column + 3]
    products = window * weights
    total = products.sum()

    cell, zoom, first, second = 44, 168 / max(height, width), 30, 262
    figure, axes = board(WIDTH, second + (height - 2) * zoom + 2)

    # The digit, and the window that lies on it.
    _caption(axes, 0, 8, "1", "nine pixels of the digit …")
    picture(axes, ink(image), (0, first, width * zoom, height * zoom))
    frame(axes, (0, first, width * zoom, height * zoom), edgecolor=LINE)
    eye = (column * zoom, first + row * zoom, 3 * zoom, 3 * zoom)
    grid_x, grid_y = 216, first + (height * zoom - 3 * cell) / 2
    for corner in (0, 3):
        axes.plot([eye[0] + 3 * zoom, grid_x], [eye[1] + corner * zoom, grid_y + corner * cell],
                  color=HEAT, linewidth=0.75, linestyle=(0, (3, 2)))  # fmt: skip
    _mark(axes, eye)

    # Window × kernel = products.
    _grid(axes, grid_x, grid_y, window, cell, shade=window, color=INK)
    _mark(axes, (grid_x, grid_y, 3 * cell, 3 * cell))
    write(axes, grid_x + 3 * cell + 24, grid_y + 1.5 * cell, "×", size=24, ha="center")
    kernel_x = WIDTH - 3 * cell
    _caption(axes, kernel_x, 8, "2", "… times the kernel")
    _kernel(axes, kernel_x, grid_y, weights, cell)
    write(axes, 10, second + 1.5 * cell, "=", size=24, ha="center")
    _caption(axes, 26, second - 20, "3", "nine products …")
    _grid(axes, 26, second, products, cell, signed=True)

    # Their sum is one pixel.
    sum_x, sum_y = 262, second + 1.5 * cell
    _caption(axes, sum_x - 55, second - 20, "4", "… added up …")
    arrow(axes, (26 + 3 * cell + 8, sum_y), (sum_x - 44, sum_y))
    write(axes, sum_x, sum_y, number(total, 2), size=28, ha="center", weight="bold", color=HEAT)
    if total < 0:
        write(axes, sum_x, sum_y + 30, "below 0: 0", size=SMALL, ha="center", color=QUIET)
    result = np.maximum(correlate2d(pixels, weights, mode="valid"), 0)
    peak = result.max()
    result[row, column + 1 :] = 0
    result[row + 1 :] = 0
    map_x = WIDTH - (width - 2) * zoom
    box = (map_x, second, (width - 2) * zoom, (height - 2) * zoom)
    _caption(axes, map_x, second - 20, "5", "… are one new pixel")
    picture(axes, ink(np.uint8(np.rint(255 * result / (peak or 1)))), box)
    frame(axes, box, edgecolor=LINE)
    spot = (map_x + column * zoom, second + row * zoom, zoom, zoom)
    arrow(axes, (sum_x + 44, sum_y), (spot[0] - 2, spot[1] + zoom / 2), color=HEAT)
    _mark(axes, spot)
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
    kernels = np.asarray(kernels, np.float64)
    need(kernels.ndim == 3 and 2 <= len(kernels) <= 4, "kernels", f"shape {kernels.shape}",
         "two to four of shape (3, 3)")  # fmt: skip
    need(
        len(names) == len(kernels), "names", f"{len(names)}", f"{len(kernels)}, as many as kernels"
    )
    image, _ = _checked(image, "kernels", kernels[0])
    maps = [np.maximum(correlate2d(image / 255, kernel, mode="valid"), 0) for kernel in kernels]
    peak = max(map_.max() for map_ in maps) or 1

    height, width = image.shape
    zoom = 112 / max(height, width)
    wide, high = (width - 2) * zoom, (height - 2) * zoom
    cell, left, top, gap = 22, 142, 24, 22
    pitch = (WIDTH - left + 10) / 2
    rows = -(-len(maps) // 2)
    figure, axes = board(WIDTH, rows * (top + high + gap) - gap + 2)
    middle = axes.get_ylim()[0] / 2
    digit = (0, middle - height * zoom / 2, width * zoom, height * zoom)
    picture(axes, ink(image), digit)
    frame(axes, digit, edgecolor=LINE)
    write(axes, 0, digit[1] - 15, "the digit", size=SMALL, weight="bold")
    axes.plot([digit[2] + 6, left - 15], [middle, middle], color=QUIET, linewidth=0.9)
    axes.plot([left - 8, left - 15, left - 15, left - 8],
              [top, top, axes.get_ylim()[0] - 2, axes.get_ylim()[0] - 2],
              color=QUIET, linewidth=0.9)  # fmt: skip
    for i, (kernel, map_, name) in enumerate(zip(kernels, maps, names, strict=True)):
        x = left + i % 2 * pitch
        y = i // 2 * (top + high + gap) + top
        write(axes, x, y - 15, name, size=SMALL, weight="bold")
        _kernel(axes, x, y + high / 2 - 1.5 * cell, kernel, cell)
        box = (x + 3 * cell + 22, y, wide, high)
        picture(axes, ink(np.uint8(np.rint(255 * map_ / peak))), box)
        frame(axes, box, edgecolor=LINE)
        arrow(axes, (x + 3 * cell + 4, y + high / 2), (box[0] - 4, y + high / 2))
    return figure


def _checked(image: ArrayLike, argument: str, kernel: ArrayLike) -> tuple[NDArray, NDArray]:
    image, kernel = np.asarray(image), np.asarray(kernel, np.float64)
    need(image.ndim == 2 and image.dtype == np.uint8 and min(image.shape) >= 3, "image",
         f"{image.dtype} {image.shape}", "uint8 (H, W), at least 3 by 3")  # fmt: skip
    need(kernel.shape == (3, 3) and bool(np.isfinite(kernel).all()), argument,
         f"shape {kernel.shape}", "finite numbers of shape (3, 3)")  # fmt: skip
    return image, kernel


def _caption(axes: Axes, x: float, y: float, step: str, text: str) -> None:
    write(axes, x, y, step, size=SMALL, weight="bold", color=HEAT)
    write(axes, x + 14, y, text, size=SMALL)


def _mark(axes: Axes, box: Sequence[float]) -> None:
    frame(axes, box, edgecolor=PAPER, linewidth=3.2)
    frame(axes, box, edgecolor=HEAT, linewidth=1.6)


def _kernel(axes: Axes, x: float, y: float, kernel: NDArray, cell: float) -> None:
    _grid(axes, x, y, kernel, cell, shade=np.maximum(kernel, 0) / (kernel.max() or 1), color=HEAT)
    frame(axes, (x, y, 3 * cell, 3 * cell), edgecolor=INK, linewidth=0.9)


def _grid(
    axes: Axes, x: float, y: float, values: NDArray, cell: float, *,
    shade: NDArray | None = None, color: str = INK, signed: bool = False,
) -> None:  # fmt: skip
    for (i, j), value in np.ndenumerate(values):
        box = (x + j * cell, y + i * cell, cell, cell)
        # At most 0.4 opaque: the number stays readable (4.4 to 1) on paper and in the dark.
        if shade is not None and shade[i, j] > 0:
            frame(axes, box, facecolor=color, alpha=0.4 * shade[i, j])
        frame(axes, box, edgecolor=LINE)
        sign = "+" if signed and value > 0 else ""
        write(axes, box[0] + cell / 2, box[1] + cell / 2, sign + number(value, 1 + signed),
              size=max(11, min(15, 0.6 * cell)), ha="center")  # fmt: skip
