"""Class by class, and score by score: one hue, opacity in proportion to the value."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from . import style


def _shades(axes: Axes, values: NDArray, top: float, written: bool = False) -> None:
    """Draws the cells that are not 0, with their number if `written`; in grey those below 0."""
    look = {"color": style.INK, "va": "center_baseline", "size": 9}
    for sign, color in ((1, style.HEAT), (-1, style.GREY)):
        fade = LinearSegmentedColormap.from_list("fade", [(color, 0), (color, style.PEAK)])
        if (shown := sign * values > 0).any():
            sns.heatmap(
                sign * values, mask=~shown, ax=axes, cmap=fade, vmin=0, vmax=top, cbar=False,
                annot=written, fmt="d", annot_kws=look, rasterized=values.size > 400,
                xticklabels=False, yticklabels=False,
            )  # fmt: skip


@style.styled
def class_heatmap(
    values: ArrayLike,
    class_names: Sequence[str],
    *,
    xlabel: str = "what the network says",
    strike: bool = False,
    width: float = style.WIDTH,
) -> Figure:
    """Returns a heatmap of what the label says (rows) by what is said of it (columns), in numbers.

    What is 0 is left empty. The diagonal, where both say the same, is outlined in green. A row
    without any number says "none". Where cells are too small for numbers, a line says what the
    strongest colour stands for; of columns too narrow for names, every second or third is named.

    `values`: whole numbers `(K, K)`, at least 0, such as counts or percents. `class_names`: K; what
    is too long ends in "…". `strike`: the diagonal is struck out, its values do not count.
    """
    values, classes = np.array(values), len(class_names)
    if strike:
        np.fill_diagonal(values, 0)
    most = 11 if width == style.NARROW else 18
    names = [name if len(name) <= most else f"{name[: most - 1]}…" for name in class_names]
    longest, empty = max(map(style.text_width, names)), values.sum(axis=1) == 0
    left, right = longest + 32, 40 if empty.any() else 2
    wide = min((width - left - right) / classes, 84)
    high = max(np.clip(wide, 15, 40), 156 / classes)  # room for the title at the left
    upright, written = longest > wide - 6, style.text_width(f"{values.max()}") < wide
    top = (longest if upright else 15) + 34
    figure = style.canvas(width, top + classes * high + (2 if written else 26))
    axes = style.panel(figure, left, top, classes * wide, classes * high)
    axes.set(xlim=(0, classes), ylim=(classes, 0))
    _shades(axes, values, max(1, values.max()), written)
    look = {"color": style.LINE, "linewidth": 0.6, "clip_on": False, "zorder": 1}
    for rule in (axes.hlines, axes.vlines):
        rule(range(classes + 1), 0, classes, **look)
    if strike:
        axes.plot([0, classes], [0, classes], color=style.GREY, linewidth=0.75)
    for k in range(classes):
        if not strike:
            corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]).T + k
            look = {"linewidth": 1.6 if wide > 12 else 1, "clip_on": False, "zorder": 2}
            axes.plot(*corners, color=style.AGREE, solid_joinstyle="miter", **look)
        if empty[k]:
            style.beside(axes, "none", (classes, k + 0.5), (7, 0), va="center", style="italic")
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    look = {"color": style.PREDICTION, "size": "medium"}
    if upright:
        look |= {"rotation": 90, "rotation_mode": "anchor", "ha": "left", "va": "center"}
    named = slice(None, None, int(15 // wide) + 1 if upright else 1)
    middles = np.arange(classes) + 0.5
    axes.set_xticks(middles[named], names[named], **look)
    axes.set_yticks(middles, names, color=style.TRUTH, size="medium")
    axes.tick_params(axis="x", length=3 * upright, pad=4)
    axes.set_xlabel(xlabel, color=style.PREDICTION, labelpad=7, weight="bold")
    axes.set_ylabel("what the label says", color=style.TRUTH, labelpad=7, weight="bold")
    if not written:
        style.beside(axes, f"the strongest colour: {values.max()}", (0, classes), (0, -19))
    return figure


@style.styled
def score_agreement(
    names: Sequence[str], matrix: ArrayLike, *, width: float = style.WIDTH
) -> Figure:
    """Returns how much every two scores agree on the order, as stairs of cells.

    The name of a score stands on its step: its cells are left of it and below. Below 0 is grey.

    `names`: from the upper step down. `matrix`: `(S, S)`, −1…1, of which the lower half is drawn.
    """
    matrix, count, phone = np.asarray(matrix, np.float64), len(names), width == style.NARROW
    lines = [style.broken(name, 60 if phone else width) for name in names]
    ends = [9 + style.text_width(name) for name in lines]
    wide = min(64, *((width - end) / k for k, end in enumerate(ends) if k))
    high = 32 if phone else min(32, wide)
    figure = style.canvas(width, count * high + 2)
    axes = style.panel(figure, 1, 0, count * wide, count * high)
    axes.set(xlim=(0, count), ylim=(count, 0))
    axes.set_axis_off()
    stairs = np.tril(matrix, -1)
    _shades(axes, stairs, 1)
    for i, j in zip(*np.tril_indices(count, -1), strict=True):
        word = f"{matrix[i, j]:.2f}".replace("-", "−").replace("−0.00", "0.00")
        look = {"ha": "center", "va": "center_baseline", "size": 8.5 if phone else "medium"}
        axes.text(j + 0.5, i + 0.5, word.replace("0.", ".") if phone else word, **look)
    steps, rule = np.arange(count), {"color": style.LINE, "linewidth": 0.75, "clip_on": False}
    axes.hlines(steps[1:], 0, steps[1:], **rule)
    axes.vlines(steps[1:-1], steps[1:-1] + 1, count, **rule)
    axes.plot([0, 0, count - 1], [1, count, count], color=style.GREY, linewidth=0.75, clip_on=False)
    for k, name in enumerate(lines):
        place = k + 9 / wide * (k > 0), k + 0.5
        axes.text(*place, name, va="center", linespacing=1.0)
    keys = {"1  the same order": (style.HEAT, style.PEAK), "0  no relation": (style.HEAT, 0)}
    keys |= {"−1  the reverse": (style.GREY, style.PEAK)} if (stairs < 0).any() else {}
    edge = {"edgecolor": style.GREY, "linewidth": 0.75}
    patches = [Patch(facecolor=face, label=text, **edge) for text, face in keys.items()]
    figure.legend(
        handles=patches, loc="upper right", bbox_to_anchor=(1, 1), borderaxespad=0, borderpad=0.1,
        handlelength=1.1, handleheight=1.1, labelcolor=style.QUIET, fontsize=9,
    )  # fmt: skip
    return figure
