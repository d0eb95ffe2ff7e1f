"""Where the network is unsure or wrong: class by class, and by confidence."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import ArrayLike

from ambiguous_digits.figures.style import (
    AGREE,
    GREY,
    HEAT,
    INK,
    LINE,
    PAPER,
    PREDICTION,
    QUIET,
    SIZE,
    SMALL,
    TRUTH,
    WIDTH,
    board,
    frame,
    need,
    number,
    panel,
    styled,
    text_width,
    write,
)

#: From this opacity on numbers are written in paper: the best for light and dark grounds.
SWITCH = 0.72


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

    The largest value is the most opaque. `values`: `(K, K)`, K from 2; with `percent` 0…1,
    written as whole percents (nothing where they round to 0), else as they are, at least 0. A row of
    NaN has no digits: it stays white and says "none". `row_counts`: whole numbers `(K,)`, written at
    the right. `mark_diagonal`: outlined, for it means "right"; else struck out, for it is
    impossible. `points`: cells (row, column) that the text speaks of, outlined in ink.
    Raises `ValueError` if a shape is another or a value out of range.
    """
    values = np.array(values, np.float64)
    classes = len(class_names)
    need(values.shape == (classes, classes) and classes >= 2, "values", f"shape {values.shape}",
         f"({classes}, {classes}), a row and a column for each of the class_names")  # fmt: skip
    top = 1 + 1e-9 if percent else np.inf
    known = values[~np.isnan(values)]
    need(bool(((known >= 0) & (known <= top)).all()), "values", "numbers out of range",
         "0 to 1 (or NaN)" if percent else "at least 0 (or NaN)")  # fmt: skip
    for cell in points:
        need(all(0 <= i < classes for i in cell), "points", cell, f"(row, column) below {classes}")
    counts = None if row_counts is None else np.asarray(row_counts)
    need(counts is None or counts.shape == (classes,), "row_counts",
         f"shape {np.shape(row_counts)}", f"({classes},)")  # fmt: skip

    names = max(text_width(name) for name in class_names)
    right = 4 if counts is None else max(text_width("digits", SMALL), 30) + 14
    left = 26 + names + 10
    size = min(48, (WIDTH - left - right) / classes)
    letters = min(SIZE, 0.9 * size)
    upright = names * letters / SIZE > size - 1
    above = 26 + (names + 10 if upright else 22)
    side = classes * size
    figure, axes = board(left + side + right, above + side + 4)

    empty = np.isnan(values).all(axis=1)
    masked = np.isnan(values) | (np.eye(classes, dtype=bool) & (not mark_diagonal))
    shown = np.where(masked, 0, values)
    peak = shown.max() or 1
    for (i, j), value in np.ndenumerate(shown):
        # One hue, more opaque = more: darker on paper, brighter in the dark. (seaborn.heatmap
        # writes its invisible cells too: 150 kB of them for the letters A to Z.)
        if value / peak > 0.004:
            frame(axes, (left + j * size, above + i * size, size, size), facecolor=HEAT,
                  alpha=value / peak, linewidth=0)  # fmt: skip
        text = number(100 * value, 0) if percent else number(value, 2)
        if text != "0":
            write(axes, left + (j + 0.5) * size, above + (i + 0.5) * size, text, ha="center",
                  size=min(SMALL, 0.45 * size),
                  color=PAPER if value / peak > SWITCH else INK)  # fmt: skip
    frame(axes, (left, above, side, side), edgecolor=GREY)
    for k in range(classes):
        x, y = left + k * size, above + k * size
        if empty[k]:
            write(axes, left + side / 2, y + size / 2, "none", size=min(SMALL, 0.7 * size),
                  color=QUIET, style="italic", ha="center")  # fmt: skip
        elif mark_diagonal:
            frame(axes, (x, y, size, size), edgecolor=AGREE, linewidth=1.8)
        if not mark_diagonal:
            axes.plot([x, x + size], [y, y + size], color=GREY, linewidth=0.75)
    for i, j in points:
        frame(axes, (left + j * size, above + i * size, size, size), edgecolor=INK, linewidth=2)

    # Names: rows are what the label says, columns what the network says.
    for k, name in enumerate(class_names):
        write(axes, left - 8, above + (k + 0.5) * size, name, ha="right", size=letters, color=TRUTH)
        x = left + (k + 0.5) * size
        if upright:
            axes.text(x + 0.36 * letters, above - 8, name, rotation=90, rotation_mode="anchor",
                      fontsize=letters * 0.75, color=PREDICTION)  # fmt: skip
        else:
            write(axes, x, above - 14, name, ha="center", size=letters, color=PREDICTION)
        if counts is not None:
            write(axes, left + side + right - 2, above + (k + 0.5) * size, f"{counts[k]:,}",
                  ha="right", size=min(SMALL, 0.9 * size), color=QUIET)  # fmt: skip
    if counts is not None:
        write(axes, left + side + right - 2, above - 14, "digits", ha="right", size=SMALL,
              color=QUIET)  # fmt: skip
    write(axes, left + side / 2, 9, xlabel, ha="center", color=PREDICTION, weight="bold")
    axes.text(9 + 0.36 * SIZE, above + side / 2, ylabel, rotation=90, rotation_mode="anchor",
              ha="center", color=TRUTH, weight="bold")  # fmt: skip
    return figure


@styled
def confidence_histogram(confidence: ArrayLike, right: ArrayLike) -> Figure:
    """Returns how many predictions have which confidence: the right ones above, the wrong below.

    Counts on a logarithmic scale, the same for both, in twenty equal steps from 0 to 100 %.
    `confidence`: `(N,)`, probability of the predicted class, 0…1. `right`: bool `(N,)`.
    Raises `ValueError` if the shapes differ or a confidence is outside 0…1.
    """
    confidence, right = np.asarray(confidence, np.float64), np.asarray(right)
    need(confidence.ndim == 1 and bool(((confidence >= 0) & (confidence <= 1 + 1e-6)).all()),
         "confidence", f"shape {confidence.shape}", "(N,) from 0 to 1")  # fmt: skip
    need(right.shape == confidence.shape and right.dtype == bool, "right",
         f"{right.dtype} {right.shape}", f"bool {confidence.shape}, as confidence")  # fmt: skip

    left, high, step = 66, 120, 160
    figure, axes = board(WIDTH, 24 + step + high + 44)
    edges = np.linspace(0, 100, 21)
    parts = [("right", right, AGREE, None), ("wrong", ~right, LINE, "////")]
    percents = np.minimum(100 * confidence, 100)
    peak = max(np.histogram(percents[members], edges)[0].max() for _, members, _, _ in parts)
    for i, (name, members, color, hatch) in enumerate(parts):
        top = 24 + i * step
        write(axes, left, top - 15, f"{members.sum():,} {name}", weight="bold")
        part = panel(figure, left, top, WIDTH - left - 16, high)
        sns.histplot(x=percents[members], bins=edges, ax=part, color=color, alpha=1, hatch=hatch,
                     edgecolor=PAPER if hatch is None else INK, linewidth=0.6)  # fmt: skip
        part.set_yscale("log")
        part.yaxis.set_major_locator(LogLocator(numticks=9))
        part.set(xlim=(0, 100), ylim=(0.7, 2 * max(peak, 5)), ylabel="digits", xlabel="")
        part.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        part.yaxis.set_minor_locator(NullLocator())
        part.grid(axis="y")
        part.set_axisbelow(True)
        part.tick_params(axis="x", labelbottom=bool(i))
    part.set_xlabel("confidence, in percent")
    return figure
