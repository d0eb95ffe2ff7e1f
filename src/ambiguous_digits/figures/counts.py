"""Which digits they are that a network is least sure of: counted, class by class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    AGREE,
    GREY,
    HEAT,
    LINE,
    MARGIN,
    NARROW,
    PREDICTION,
    QUIET,
    SIZE,
    TRUTH,
    WIDTH,
    need,
    panel,
    styled,
    text_width,
)

#: Opacity grows evenly with the count; on more of the hue, ink has less than 4.5:1 in the dark.
_OPACITY = LinearSegmentedColormap.from_list("opacity", [(HEAT, 0), (HEAT, 0.62)])
#: In CSS pixels: letters in cells, a line of text, a cell at most: wide and high.
_SMALL, _LINE, _WIDEST, _HIGHEST = 12, 15, 84, 40


@styled
def counts_heatmap(
    counts: ArrayLike, class_names: Sequence[str], *, narrow: bool = False
) -> Figure:
    """Returns how many digits have which label (rows) and which prediction (columns), as counts.

    One hue, opacity in proportion to the count, which stands in its cell; 0 is left empty. Right
    answers are outlined in green. A class that no label names says "none" at the end of its row.
    Where cells are too small for numbers there are none, but a line that says what the strongest
    colour stands for; of columns too narrow for names, the fullest are named.

    `counts`: integer `(K, K)`, at least 0, K from 2: of the 100 digits a network is least sure of.
    `class_names`: K; what is too long ends in "…". `narrow`: for a phone.
    Raises `ValueError` if a shape is another or a count is none.
    """
    counts, classes = np.asarray(counts), len(class_names)
    square = f"whole numbers ({classes}, {classes}), a row and a column for each of class_names"
    fits = counts.shape == (classes, classes) and classes >= 2 and counts.dtype.kind in "iu"
    need(fits and (counts >= 0).all(), "counts", counts, square)

    most, width = (11, NARROW) if narrow else (18, WIDTH)
    names = [name if len(name) <= most else f"{name[: most - 1]}…" for name in class_names]
    longest, empty = max(map(text_width, names)), counts.sum(axis=1) == 0
    left, right = longest + 32, 40 if empty.any() else MARGIN
    wide = min((width - left - right) / classes, _WIDEST)
    high = max(np.clip(wide, _LINE, _HIGHEST), 156 / classes)  # room for the title at the left
    upright, written = longest > wide - 6, text_width(f"{counts.max()}") < wide
    top = (longest if upright else _LINE) + 32

    height = top + classes * high + (MARGIN if written else 24)
    figure = Figure(figsize=((width + 2 * MARGIN) / 96, (height + 2 * MARGIN) / 96), dpi=96)
    axes = panel(figure, left, top, classes * wide, classes * high)
    some = np.ma.masked_equal(counts, 0)  # so that empty cells are no shapes: few bytes
    axes.pcolor(some, cmap=_OPACITY, vmin=0, vmax=max(1, counts.max()), linewidth=0)
    axes.set(xlim=(0, classes), ylim=(classes, 0))
    for rule in (axes.hlines, axes.vlines):
        rule(range(classes + 1), 0, classes, color=LINE, linewidth=0.6, clip_on=False, zorder=1)
    for i, j in np.argwhere(counts) if written else ():
        style = {"size": _SMALL * 0.75, "ha": "center", "va": "center_baseline"}
        axes.text(j + 0.5, i + 0.5, f"{counts[i, j]}", **style)
    for k in range(classes):
        edge = {"edgecolor": AGREE, "linewidth": 1.6 if wide > 12 else 1, "clip_on": False}
        axes.add_patch(Rectangle((k, k), 1, 1, fill=False, zorder=2, **edge))
        if empty[k]:
            beside = {"textcoords": "offset points", "va": "center", "style": "italic"}
            axes.annotate("none", (classes, k + 0.5), (5, 0), color=QUIET, **beside)
    _name(axes, names, _spread(counts.sum(axis=0), _LINE / wide) if upright else None)
    if not written:
        text = f"the strongest colour: {counts.max()}"
        axes.annotate(text, (0, classes), (0, -14), textcoords="offset points", color=QUIET)
    return figure


def _name(axes: Axes, names: Sequence[str], columns: NDArray[np.int64] | None) -> None:
    """Names all rows and, upright, these columns; `None`: all, as they are read."""
    named = np.arange(len(names)) if columns is None else columns
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xticks(named + 0.5, [names[k] for k in named], color=PREDICTION)
    axes.set_yticks(np.arange(len(names)) + 0.5, names, color=TRUTH, rotation=0)
    if columns is not None:
        upright = {"rotation": 90, "rotation_mode": "anchor", "ha": "left", "va": "center"}
        axes.set_xticklabels([names[k] for k in named], color=PREDICTION, **upright)
    axes.tick_params(length=3 if columns is not None else 0, pad=4, color=GREY)
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
    size = {"weight": "bold", "size": SIZE * 0.75}
    axes.set_xlabel("what the network says", color=PREDICTION, labelpad=7, **size)
    axes.set_ylabel("what the label says", color=TRUTH, labelpad=7, **size)


def _spread(totals: NDArray, apart: float) -> NDArray[np.int64]:
    """Returns positions at least so far apart, those of the largest totals first."""
    chosen: list[int] = []
    for k in np.argsort(-totals, kind="stable"):
        if all(abs(k - other) >= apart for other in chosen):
            chosen.append(int(k))
    return np.array(sorted(chosen))
