"""Class by class: what the label says against what the network says."""

from collections.abc import Sequence
from math import ceil
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
    LINE,
    NARROW,
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
    write_upright,
)

#: Opacity of the largest value: on more of the hue, ink has less than 4.5:1 in the dark.
_PEAK = 0.62
#: Numbers in cells are never smaller than this, in CSS pixels: they are left out before.
_SMALLEST = 10


class _Grid(NamedTuple):
    """Where the cells are, in CSS pixels, and how their rows and columns are written."""

    left: int
    top: int
    wide: int  # of a cell
    high: int
    classes: int
    letters: float
    upright: bool  # the names of the columns

    @property
    def outline(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.classes * self.wide, self.classes * self.high

    def box(self, row: int, column: int) -> tuple[float, float, float, float]:
        return self.left + column * self.wide, self.top + row * self.high, self.wide, self.high

    def inside(self, row: int, column: int) -> tuple[float, float, float, float]:
        x, y, wide, high = self.box(row, column)
        return x + 1, y + 1, wide - 2, high - 2

    def middle(self, row: int, column: int) -> tuple[float, float]:
        x, y, wide, high = self.box(row, column)
        return x + wide / 2, y + high / 2


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
    narrow: bool = False,
) -> Figure:
    """Returns a heatmap of class by class: rows the ground truth, columns the prediction.

    One hue, an even scale: opacity = 0.62 · value / largest value, so darker on paper, brighter in
    the dark, and never so strong that ink is hard to read on it. What rounds to 0 is left empty.

    `values`: `(K, K)`, K from 2; with `percent` 0…1 and written as whole percents, else at least 0
    and written as they are. A row of NaN has no digits: it stays empty and says "none".
    `row_counts`: whole numbers `(K,)`, written at the right.
    `mark_diagonal`: outlined, for it means "right"; else struck out, for it is impossible.
    `points`: cells (row, column) that the text speaks of, outlined in ink, their numbers bold.
    `narrow`: for a phone. Numbers that are too small to read there, of 26 classes, are left out.
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

    empty = np.isnan(values).all(axis=1)
    values[np.isnan(values)] = 0
    if not mark_diagonal:
        np.fill_diagonal(values, 0)
    counts = None if counts is None else [f"{count:,}" for count in counts]
    width = NARROW if narrow else WIDTH
    tight = narrow or classes > 16
    grid = _grid(width, class_names, counts or [], tight)
    figure, axes = board(width, grid.top + classes * grid.high)

    _cells(axes, grid, values, percent, points)
    x, y, across, down = grid.outline
    if not mark_diagonal:
        axes.plot([x, x + across], [y, y + down], color=GREY, linewidth=0.75)
    for k in range(classes):
        if empty[k]:
            style = {"size": grid.letters, "style": "italic", "ha": "center", "color": QUIET}
            write(axes, x + across / 2, grid.middle(k, k)[1], "none", **style)
        elif mark_diagonal:
            frame(axes, grid.inside(k, k), edgecolor=AGREE, linewidth=1.5)
    for i, j in points:
        frame(axes, grid.inside(i, j), edgecolor=INK, linewidth=2)

    _names(axes, grid, class_names)
    if counts is not None:
        _counts(axes, grid, counts, width, tight)
    write(axes, x + across / 2, 8, xlabel, ha="center", color=PREDICTION, weight="bold")
    write_upright(axes, 6, y + down / 2, ylabel, ha="center", color=TRUTH, weight="bold")
    return figure


def _grid(width: int, names: Sequence[str], counts: Sequence[str], tight: bool) -> _Grid:
    """Returns cells of whole pixels, as large as fit between the names of the rows and the counts.

    They may be wider than high, but not too flat for the names, nor all together for the title.
    """
    longest, classes = ceil(max(map(text_width, names))), len(names)
    heading = [] if tight else ["count"]  # which then stands upright
    right = max(map(text_width, [*counts, *heading])) + 10 if counts else 0
    wide = int((width - ceil(right) - longest - 30) / classes)
    high = int(max(min(max(wide, 17, 260 / classes), 40), 110 / classes))
    upright = longest > wide - 4 and max(map(len, names)) > 1
    left, top = width - ceil(right) - classes * wide, longest + 36 if upright else 48
    return _Grid(left, top, wide, high, classes, min(SIZE, max(_SMALLEST, 0.9 * wide)), upright)


def _cells(
    axes: Axes, grid: _Grid, values: NDArray, percent: bool, points: Sequence[tuple[int, int]]
) -> None:
    bold = {tuple(point) for point in points}
    words = np.vectorize(lambda v: number(100 * v, 0) if percent else number(v, 2))(values)
    size = min(max(_SMALLEST, 0.42 * grid.wide), SIZE)
    fits = max(text_width(text) for text in words.flat) * size / SIZE <= grid.wide
    opacity = np.round(_PEAK * values / (values.max() or 1), 3)
    for i, row in enumerate(words):
        shown = np.flatnonzero(row != "0")
        spans = [grid.box(i, j)[::2] for j in shown]
        style = {"facecolors": [(HEAT, opacity[i, j]) for j in shown], "linewidth": 0}
        axes.broken_barh(spans, grid.box(i, 0)[1::2], clip_on=False, **style)
        for j in shown if fits else ():
            weight = "bold" if (i, j) in bold else "normal"
            write(axes, *grid.middle(i, j), row[j], ha="center", size=size, weight=weight)
    x, y, across, down = grid.outline
    steps, style = np.arange(1, grid.classes), {"color": LINE, "linewidth": 0.75, "zorder": 1}
    axes.vlines(x + grid.wide * steps, y, y + down, clip_on=False, **style)
    axes.hlines(y + grid.high * steps, x, x + across, clip_on=False, **style)
    frame(axes, grid.outline, edgecolor=GREY)


def _names(axes: Axes, grid: _Grid, names: Sequence[str]) -> None:
    for k, name in enumerate(names):
        x, y = grid.middle(k, k)
        write(axes, grid.left - 8, y, name, ha="right", size=grid.letters, color=TRUTH)
        if grid.upright:
            write_upright(axes, x, grid.top - 8, name, size=grid.letters, color=PREDICTION)
        else:
            write(axes, x, grid.top - 14, name, ha="center", size=grid.letters, color=PREDICTION)


def _counts(axes: Axes, grid: _Grid, counts: Sequence[str], right: float, tight: bool) -> None:
    if tight:
        write_upright(axes, right - 7, grid.top - 8, "count", color=QUIET)
    else:
        write(axes, right, grid.top - 14, "count", ha="right", color=QUIET)
    for k, count in enumerate(counts):
        y = grid.middle(k, k)[1]
        write(axes, right, y, count, ha="right", size=grid.letters, color=QUIET)
