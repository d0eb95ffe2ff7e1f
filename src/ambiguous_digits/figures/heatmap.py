"""Class by class: what the label says against what the network says."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    AGREE,
    GREY,
    HEAT,
    INK,
    PAPER,
    PREDICTION,
    QUIET,
    SIZE,
    TRUTH,
    WIDTH,
    board,
    frame,
    need,
    number,
    styled,
    text_width,
    write,
)

#: Above this opacity numbers are written in paper: the best for light and dark grounds.
_SWITCH = 0.72


class _Grid(NamedTuple):
    """Where the cells are, in CSS pixels."""

    left: float
    top: float
    cell: float
    side: float

    def box(self, row: int, column: int) -> tuple[float, float, float, float]:
        x, y = self.left + column * self.cell, self.top + row * self.cell
        return x, y, self.cell, self.cell


@styled
def class_heatmap(
    values: ArrayLike,
    class_names: Sequence[str],
    *,
    row_counts: ArrayLike | None = None,
    xlabel: str = "the network says",
    ylabel: str = "the label says",
    percent: bool = True,
    mark_diagonal: bool = True,
    points: Sequence[tuple[int, int]] = (),
) -> Figure:
    """Returns a heatmap of class by class: rows the ground truth, columns the prediction.

    One hue, the largest value fully opaque: darker on paper, brighter in the dark.

    `values`: `(K, K)`, K from 2; with `percent` 0…1 and written as whole percents (nothing where
    they round to 0), else at least 0 and written as they are. A row of NaN has no digits: it
    stays white and says "none". `row_counts`: whole numbers `(K,)`, written at the right.
    `mark_diagonal`: outlined, for it means "right"; else struck out, for it is impossible.
    `points`: cells (row, column) that the text speaks of, outlined in ink.
    Raises `ValueError` if a shape is another or a value out of range.
    """
    values, classes = np.array(values, np.float64), len(class_names)
    square = f"({classes}, {classes}), at least 2, a row and a column for each of class_names"
    need(values.shape == (classes, classes) and classes >= 2, "values", values, square)
    known, top = values[~np.isnan(values)], 1 + 1e-9 if percent else np.inf
    inside = f"0 to {1 if percent else 'infinity'}, or NaN"
    need(((known >= 0) & (known <= top)).all(), "values", "numbers out of range", inside)
    counts = None if row_counts is None else np.asarray(row_counts)
    need(counts is None or counts.shape == (classes,), "row_counts", counts, f"({classes},)")
    for point in points:
        fits = len(point) == 2 and all(0 <= i < classes for i in point)
        need(fits, "points", point, f"(row, column), each 0 to {classes - 1}")

    names = max(text_width(name) for name in class_names)
    left, right = names + 36, 4
    if counts is not None:
        right = 14 + max(text_width(text) for text in ["count", *map(_count, counts)])
    cell = min(48, (WIDTH - left - right) / classes)
    letters = min(SIZE, 0.9 * cell)
    upright = names * letters / SIZE > cell - 2
    grid = _Grid(left, 26 + (names + 10 if upright else 22), cell, classes * cell)
    # A title may be longer than a small grid.
    across, down = (text_width(label, weight="bold") for label in (xlabel, ylabel))
    figure, axes = board(
        left + grid.side + max(right, (across - grid.side) / 2),
        grid.top + grid.side + max(0, (down - grid.side) / 2),
    )

    empty = np.isnan(values).all(axis=1)
    values[np.isnan(values)] = 0
    if not mark_diagonal:
        np.fill_diagonal(values, 0)
    _cells(axes, grid, values, percent)
    frame(axes, (left, grid.top, grid.side, grid.side), edgecolor=GREY)
    for k in range(classes):
        x, y, *_ = grid.box(k, k)
        if not mark_diagonal:
            axes.plot([x, x + cell], [y, y + cell], color=GREY, linewidth=0.75)
        elif not empty[k]:
            frame(axes, grid.box(k, k), edgecolor=AGREE, linewidth=1.8)
        if empty[k]:
            style = {"size": letters, "style": "italic", "ha": "center", "color": QUIET}
            write(axes, left + grid.side / 2, y + cell / 2, "none", **style)
    for i, j in points:
        frame(axes, grid.box(i, j), edgecolor=INK, linewidth=2)

    _names(axes, grid, class_names, letters, upright)
    end = left + grid.side + right - 2
    if counts is not None:
        write(axes, end, grid.top - 14, "count", ha="right", color=QUIET)
        for k, count in enumerate(counts):
            y = grid.top + (k + 0.5) * cell
            write(axes, end, y, _count(count), ha="right", size=letters, color=QUIET)
    write(axes, left + grid.side / 2, 8, xlabel, ha="center", color=PREDICTION, weight="bold")
    _upright(axes, 9, grid.top + grid.side / 2, ylabel, ha="center", color=TRUTH, weight="bold")
    return figure


def _cells(axes: Axes, grid: _Grid, values: NDArray[np.float64], percent: bool) -> None:
    # Only cells that can be seen: seaborn.heatmap writes all, 150 kB of them for A to Z.
    peak = values.max() or 1
    for (i, j), value in np.ndenumerate(values):
        x, y, cell, _ = box = grid.box(i, j)
        if value / peak > 0.01:
            frame(axes, box, facecolor=HEAT, alpha=value / peak, linewidth=0)
        text = number(100 * value, 0) if percent else number(value, 2)
        if text != "0":
            color = PAPER if value / peak > _SWITCH else INK
            size = min(SIZE, 0.45 * cell)
            write(axes, x + cell / 2, y + cell / 2, text, ha="center", size=size, color=color)


def _names(axes: Axes, grid: _Grid, names: Sequence[str], letters: float, upright: bool) -> None:
    for k, name in enumerate(names):
        shift = (k + 0.5) * grid.cell
        x, y = grid.left + shift, grid.top + shift
        write(axes, grid.left - 8, y, name, ha="right", size=letters, color=TRUTH)
        if upright:
            _upright(axes, x, grid.top - 8, name, size=letters, color=PREDICTION)
        else:
            write(axes, x, grid.top - 14, name, ha="center", size=letters, color=PREDICTION)


def _upright(axes: Axes, x: float, y: float, text: str, **style: object) -> None:
    size = style.get("size", SIZE)
    line = write(axes, x + 0.36 * size, y - 0.36 * size, text, **style)
    line.set(rotation=90, rotation_mode="anchor")


def _count(count: int) -> str:
    return f"{count:,}"
