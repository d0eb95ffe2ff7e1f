"""How sure the network is where it is right, and where it is wrong."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import ArrayLike

from ambiguous_digits.figures.style import (
    AGREE,
    INK,
    LINE,
    PAPER,
    WIDTH,
    board,
    need,
    panel,
    styled,
    write,
)


@styled
def confidence_histogram(confidence: ArrayLike, right: ArrayLike) -> Figure:
    """Returns how many predictions have which confidence: the right ones above, the wrong below.

    Counts on a logarithmic scale, the same for both, in twenty equal steps from 0 to 100 %.
    `confidence`: `(N,)`, probability of the predicted class, 0…1. `right`: bool `(N,)`.
    Raises `ValueError` if the shapes differ or a confidence is outside 0…1.
    """
    confidence, right = np.asarray(confidence, np.float64), np.asarray(right)
    fits = confidence.ndim == 1 and ((confidence >= 0) & (confidence <= 1 + 1e-6)).all()
    need(fits, "confidence", confidence, "(N,) from 0 to 1")
    fits = right.shape == confidence.shape and right.dtype == bool
    need(fits, "right", right, f"bool {confidence.shape}, as confidence")

    left, high, step = 54, 120, 160
    figure, axes = board(WIDTH, 24 + step + high + 44)
    edges = np.linspace(0, 100, 21)
    parts = [("right", right, AGREE, None), ("wrong", ~right, LINE, "////")]
    percents = np.minimum(100 * confidence, 100)
    peak = max(np.histogram(percents[members], edges)[0].max() for _, members, _, _ in parts)
    for i, (name, members, color, hatch) in enumerate(parts):
        top = 24 + i * step
        write(axes, left, top - 15, f"{name}: {members.sum():,}", weight="bold")
        part = panel(figure, left, top, WIDTH - left - 16, high)
        sns.histplot(
            x=percents[members],
            bins=edges,
            ax=part,
            color=color,
            alpha=1,
            hatch=hatch,
            edgecolor=PAPER if hatch is None else INK,
            linewidth=0.6,
        )
        part.set_yscale("log")
        part.yaxis.set_major_locator(LogLocator(numticks=9))
        part.set(xlim=(0, 100), ylim=(0.7, 2 * max(peak, 5)), ylabel="", xlabel="")
        part.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        part.yaxis.set_minor_locator(NullLocator())
        part.grid(axis="y")
        part.set_axisbelow(True)
        part.tick_params(axis="x", labelbottom=bool(i))
    part.set_xlabel("confidence, in percent")
    return figure
