"""Kernels of convolutions, and how small grids of numbers are drawn."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ambiguous_digits.figures.style import (
    HEAT,
    INK,
    LINE,
    PAPER,
    SIZE,
    frame,
    need,
    number,
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
_SHADE = 0.4


def need_picture(image: NDArray) -> None:
    """Raises `ValueError` unless `image` is uint8 `(H, W)` with room for a kernel."""
    fits = image.ndim == 2 and image.dtype == np.uint8 and min(image.shape) >= 3
    need(fits, "image", image, "uint8 (H, W), at least 3 by 3")


def number_grid(
    axes: Axes,
    values: NDArray[np.float64],
    box: Sequence[float],
    *,
    shade: NDArray[np.float64] | None = None,
    color: str = INK,
    decimals: int = 1,
    signed: bool = False,
) -> None:
    """Draws numbers in cells, shaded by `shade` (0…1); `signed` writes a plus where it belongs."""
    x, y, width, height = box
    rows, columns = values.shape
    wide, high = width / columns, height / rows
    for (i, j), value in np.ndenumerate(values):
        cell = (x + j * wide, y + i * high, wide, high)
        if shade is not None and shade[i, j] > 0:
            frame(axes, cell, facecolor=color, alpha=_SHADE * shade[i, j])
        frame(axes, cell, edgecolor=LINE)
        text = ("+" if signed and value > 0 else "") + number(value, decimals)
        place = (cell[0] + wide / 2, cell[1] + high / 2)
        write(axes, *place, text, ha="center", size=min(SIZE + 2, 0.55 * wide))


def kernel_grid(axes: Axes, kernel: NDArray[np.float64], box: Sequence[float]) -> None:
    """Draws a kernel: its positive weights shaded, a frame of ink around it."""
    shade = np.maximum(kernel, 0) / max(kernel.max(), 1e-9)
    number_grid(axes, kernel, box, shade=shade, color=HEAT)
    frame(axes, box, edgecolor=INK, linewidth=0.9)


def mark(axes: Axes, box: Sequence[float]) -> None:
    """Draws the frame of the window, around `box` and visible on ink and on paper."""
    x, y, width, height = box
    box = (x - 1, y - 1, width + 2, height + 2)
    frame(axes, box, edgecolor=PAPER, linewidth=3.2)
    frame(axes, box, edgecolor=HEAT, linewidth=1.6)
