"""How sure the network is where it is right, and where it is wrong."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ambiguous_digits.figures.style import (
    AGREE,
    GREY,
    INK,
    LINE,
    PAPER,
    QUIET,
    WIDTH,
    board,
    need,
    panel,
    styled,
    text_width,
    write,
)

#: Heights in CSS pixels: of the higher bars, of the axis between them, of a title.
_HIGH, _AXIS, _TITLE = 140, 50, 26
#: The count at which bars begin: 1 has a height too.
_BOTTOM = 0.55


@styled
def confidence_histogram(confidence: ArrayLike, right: ArrayLike) -> Figure:
    """Returns how many predictions have which confidence: the right ones above, the wrong below.

    Bars stand up and hang down from one axis, twenty equal steps from 0 to 100 %; each says its
    count. Heights are logarithmic, on one scale: else a hundred mistakes in 10,000 would not show.

    `confidence`: `(N,)`, probability of the predicted class, 0…1. `right`: bool `(N,)`.
    Raises `ValueError` if the shapes differ or a confidence is outside 0…1.
    """
    confidence, right = np.asarray(confidence, np.float64), np.asarray(right)
    fits = confidence.ndim == 1 and ((confidence >= 0) & (confidence <= 1 + 1e-6)).all()
    need(fits, "confidence", confidence, "(N,) from 0 to 1")
    fits = right.shape == confidence.shape and right.dtype == bool
    need(fits, "right", right, f"bool {confidence.shape}, as confidence")

    edges, percents = np.linspace(0, 100, 21), np.minimum(100 * confidence, 100)
    sides = [
        ("right", right, {"color": AGREE, "edgecolor": PAPER}),
        ("wrong", ~right, {"color": LINE, "edgecolor": INK, "hatch": "////"}),
    ]
    peaks = np.array([np.histogram(percents[side], edges)[0].max() for _, side, _ in sides])
    tops = 1.8 * np.maximum(peaks, 1)
    up, down = _HIGH * np.log(tops / _BOTTOM) / np.log(tops.max() / _BOTTOM)
    floor, ceiling = _TITLE + up, _TITLE + up + _AXIS
    figure, axes = board(WIDTH, ceiling + down + _TITLE)
    places = [(_TITLE, up, floor, 8), (ceiling, down, ceiling, ceiling + down + _TITLE - 8)]
    for (name, side, style), (y, high, base, title), top in zip(sides, places, tops, strict=True):
        part = panel(figure, 0, y, WIDTH, high)
        sns.histplot(x=percents[side], bins=edges, ax=part, alpha=1, linewidth=0.6, **style)
        part.set(xlim=(0, 100), yscale="log", ylim=(_BOTTOM, top))
        part.set_axis_off()
        if name == "wrong":
            part.invert_yaxis()
        for bars in part.containers:
            labels = [_count(bar.get_height()) for bar in bars]
            part.bar_label(bars, labels, padding=2, fontsize=0.75 * 10)
        axes.plot([0, WIDTH], [base, base], color=GREY, linewidth=0.75)
        write(axes, 0, title, f"{name}: {side.sum():,}", weight="bold")
    for percent in range(0, 101, 20):
        place = {0: "left", 100: "right"}.get(percent, "center")
        write(axes, WIDTH * percent / 100, floor + 16, f"{percent} %", ha=place, color=QUIET)
    write(axes, WIDTH / 2, floor + 35, "confidence", ha="center", color=QUIET)
    hint = text_width(f"right: {right.sum():,}", weight="bold") + 12
    write(axes, hint, 8, "heights are logarithmic", color=QUIET)
    return figure


def _count(count: float) -> str:
    if count < 10_000:
        return f"{count:,.0f}" if count else ""
    return f"{count / 1000:.0f}k"
