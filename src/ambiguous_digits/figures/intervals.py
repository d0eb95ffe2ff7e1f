"""Numbers with their intervals: rates, ranks, and whether confidence keeps its word."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from . import style


@style.styled
def rate_intervals(
    names: Sequence[str],
    rates: ArrayLike,
    lows: ArrayLike,
    highs: ArrayLike,
    unit: str,
    *,
    gaps: Sequence[int] = (),
    width: float = style.WIDTH,
) -> Figure:
    """Returns one row for each name: its rate as a dot, the interval as a line, both in numbers.

    The axis begins at 0. A rate has the decimals its interval needs. On a phone names are above.

    `names`: such as "10,000 test digits". `rates`, `lows`, `highs`: `(n,)`, shares 0…1, such as the
    95 % interval, written in percent. `unit`: words under the axis, such as "doubted digits".
    `gaps`: rows, 1…n-1, before which a group ends, such as `[2]` for two and two.
    """
    rate, low, high = 100 * np.array([rates, lows, highs], np.float64)
    above = width == style.NARROW
    span = np.where(high > low, high - low, 0.04)
    decimals = np.ceil(-np.log10(span / 4)).clip(0, 3).astype(int)
    values = [f"{at:.{few}f} %" for at, few in zip(rate, decimals, strict=True)]
    rows = zip(low, high, decimals, strict=True)
    texts = [f"({start:.{few}f}–{end:.{few}f})" for start, end, few in rows]
    second = max(map(style.text_width, texts))
    right = second + 8 + max(style.text_width(value, weight="bold") for value in values) + 14
    left = 16 if above else max(map(style.text_width, names)) + 26
    pitch = 53 if above else 30
    ys = np.array([k + 0.5 * sum(gap <= k for gap in gaps) for k in range(len(names))])
    ticks = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(0, max(high.max(), 0.01))
    ticks = ticks[ticks <= 1.04 * max(high.max(), ticks[1])]  # to just below the greatest end
    figure = style.canvas(width, pitch * (ys[-1] + 1) + 42)
    axes = style.panel(figure, left, 0, width - left - right, pitch * (ys[-1] + 1))
    for k, y in enumerate(ys):
        # In a row the rules are as high as the line is; they leave the names above free.
        ends = (y - 0.16, y + 0.42) if above else (y - 0.5, y + 0.5)
        axes.vlines(ticks, *ends, color=style.LINE, linewidth=0.75, zorder=0)
        axes.vlines(0, *ends, color=style.GREY, linewidth=0.75, clip_on=False)
        middle = y + 0.13 if above else y
        look = {"color": style.INK, "markersize": 7, "elinewidth": 2, "clip_on": False}
        error = [[rate[k] - low[k]], [high[k] - rate[k]]]
        axes.errorbar(rate[k], middle, xerr=error, fmt="o", **look)
        level = {"xycoords": ("axes fraction", "data"), "va": "center_baseline"}
        at, x = (1, middle), right - second
        ink = level | {"color": style.INK}
        style.beside(axes, values[k], at, (x - 8, 0), ha="right", weight="bold", **ink)
        style.beside(axes, texts[k], at, (x, 0), **level)
        place = ((0, y - 0.34), (-8, 0)) if above else ((0, y), (-18, 0))
        style.beside(axes, names[k], *place, ha="left" if above else "right", **ink)
    axes.set(xlim=(0, max(ticks[-1], 1.04 * high.max())), ylim=(ys[-1] + 0.5, -0.5), yticks=[])
    axes.set_xticks(ticks, [style.number(tick, 4) for tick in ticks])
    axes.set_xlabel(f"{unit}, in percent", loc="left")
    return figure


@style.styled
def rank_intervals(
    images: style.Pictures,
    names: Sequence[str],
    ranks: ArrayLike,
    lows: ArrayLike,
    highs: ArrayLike,
    *,
    width: float = style.WIDTH,
) -> Figure:
    """Returns the rank of each digit as a dot, and where else it could be as an upright line.

    A column for each digit, its picture and name below, on a phone for the first twelve only. The
    axis is logarithmic, 1 at the top. Line and name are bold if all is within the first twelve.

    `images`: uint8 `(n, H, W)`. `names`: n short words, such as "4761". `ranks`, `lows`, `highs`:
    `(n,)`, 1 = most ambiguous, such as the rank and its 5th and 95th percentile over committees.
    """
    shown = slice(12 if width == style.NARROW else None)
    rank, low, high = (np.asarray(given, float)[shown] for given in (ranks, lows, highs))
    names, images = names[shown], images[shown]
    longest = max(style.text_width(name, weight="bold", size=11) for name in names)
    figure = style.canvas(width, 296 + 24 + longest + 8)
    axes = style.panel(figure, 52, 12, width - 54, 272)
    sure = high <= 12
    count, xs = len(names), np.arange(len(names)) + 0.5
    for k, x in enumerate(xs):
        color, wide = (style.INK, 2.6) if sure[k] else (style.GREY, 1.6)
        axes.vlines(x, high[k], 1.3 * high.max(), color=style.LINE, linewidth=0.75, zorder=1)
        axes.vlines(x, low[k], high[k], color=color, linewidth=wide, zorder=2)
    axes.plot(xs, rank, "o", color=style.INK, markersize=5, clip_on=False)
    axes.axhspan(0.55, 12.5, color=style.LINE, alpha=0.35, linewidth=0)
    axes.axhline(12.5, color=style.GREY, linewidth=0.75)
    axes.set(xlim=(0, count), yscale="log", ylim=(1.3 * max(high.max(), 15), 0.55), xticks=[])
    axes.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), minor_locator=NullLocator())
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(axis="y")
    style.beside(axes, "the first twelve", (count, 0.55), (-8, -7), va="top", ha="right")
    style.beside(axes, "rank", (0, 0.55), (-8, -4), va="top", ha="right")

    across = (width - 54) / count
    side = int(min(24, across))
    row = style.panel(figure, 52, 288, width - 54, side)
    places = np.rint(across * xs - side / 2) / across
    for x, tile in zip(places, style.tiles(images, side), strict=True):
        row.imshow(style.ink(tile, shades=18), extent=(x, x + side / across, 0, 1), aspect="auto")
    row.set(xlim=(0, count), ylim=(0, 1), yticks=[])
    row.set_xticks(xs, names, size=8.25, color=style.QUIET, rotation=90)
    for label, bold in zip(row.get_xticklabels(), sure, strict=True):
        label.set(**{"weight": "bold", "color": style.INK} if bold else {})
    row.tick_params(pad=3)
    return figure


@style.styled
def reliability_diagram(
    panels: Mapping[str, Mapping[str, Sequence[ArrayLike]]], *, width: float = style.WIDTH
) -> Figure:
    """Returns how often predictions of one confidence are right, before and after it was scaled.

    On the diagonal a network is as sure as it is right; below, it is too sure; above, too modest.
    Before: hollow circles; after: points with their intervals, a little to the right as the others
    are to the left. Bins of fewer than ten digits are fainter. The bars below count a bin's digits.

    `panels`: title → {"before": …, "after": …}, each confidence, accuracy, low, high, count, five
    arrays `(bins,)`: 0…1, NaN in empty ones; counts are whole. On a phone panels are stacked.
    """
    columns = 1 if width == style.NARROW else len(panels)
    side = width / columns - 66
    pitch = 28 + side + 132
    figure = style.canvas(width, pitch * len(panels) / columns - 12)
    most = max(max(part[4]) for pair in panels.values() for part in pair.values())
    for i, (title, pair) in enumerate(panels.items()):
        x, y = i % columns * (width / columns) + 48, i // columns * pitch + 28
        axes = style.panel(figure, x, y, side, side)
        bars = style.panel(figure, x, y + side + 22, side, 56)
        axes.plot([0, 1], [0, 1], color=style.GREY, linewidth=0.9, zorder=1)
        for when, part in pair.items():
            _bins(axes, bars, np.array(part), after=when == "after")
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=[], yticks=[0, 0.5, 1], title=title)
        axes.grid(axis="y")
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        bars.set(xlim=(-0.03, 1.03), yscale="log", ylim=(0.5, 1.5 * most), xlabel="confidence")
        bars.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        bars.yaxis.set_major_locator(FixedLocator([1, 10 ** int(np.log10(max(most, 10)))]))
        bars.yaxis.set(minor_locator=NullLocator(), major_formatter="{x:,.0f}")
        bars.spines.bottom.set_visible(True)

    # What the marks are and the sides of the diagonal mean, where points are rare.
    axes, bars = figure.axes[:2]
    look = {"color": style.QUIET, "transform": axes.transAxes}
    axes.text(0.02, 0.92, "too modest", **look)
    axes.text(0.98, 0.05, "too sure", ha="right", **look)
    look |= {"rotation_mode": "anchor"}
    axes.text(0.07, 0.09, "as sure as right", rotation=45, size=8.25, **look)
    axes.text(-35 / axes.bbox.width, 0.75, "share right", rotation=90, ha="center", **look)
    bars.text(0.02, 0.8, "how many", size=9, color=style.QUIET, transform=bars.transAxes)
    marks = {"linestyle": "none", "marker": "o", "ms": 5, "mew": 1.2}
    axes.plot([], [], color=style.QUIET, mfc=style.PAPER, label="before", **marks)
    axes.plot([], [], color=style.INK, label="after", **marks)
    place = {"loc": "lower right", "bbox_to_anchor": (1.05, 0.12), "borderaxespad": 0}
    axes.legend(handletextpad=0, labelspacing=0.2, labelcolor=style.QUIET, **place)
    return figure


def _bins(axes: Axes, bars: Axes, bins: NDArray[np.float64], *, after: bool) -> None:
    """Draws the shares of `(5, bins)` that are right, of few digits fainter, and the counts."""
    shift = (after - 0.5) * 4 / axes.bbox.width
    for firm in (False, True):
        shown = (bins[4] > 0) & ((bins[4] >= 10) == firm)
        confidence, accuracy, low, high, _ = bins[:, shown]
        look = {"ms": 5, "mew": 1.2} if firm else {"ms": 3, "mew": 0.9, "alpha": 0.6}
        look |= {"color": style.INK} if after else {"color": style.QUIET, "mfc": style.PAPER}
        if after:
            color, wide = (style.QUIET, 1) if firm else (style.GREY, 0.7)
            axes.vlines(confidence + shift, low, high, color=color, linewidth=wide, zorder=2 + firm)
        order = 4 + after + 2 * firm
        axes.plot(confidence + shift, accuracy, "o", zorder=order, clip_on=False, **look)
    shown, step = np.flatnonzero(bins[4]), 1 / bins.shape[1]  # two bars in each bin
    look = {"facecolor": style.GREY if after else "none", "edgecolor": style.GREY, "align": "edge"}
    lefts = (shown + 0.16 + 0.36 * after) * step
    bars.bar(lefts, bins[4, shown], 0.3 * step, linewidth=0.9, **look)
