"""How far the place of each digit in the ranking hangs on the networks that were asked."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    LINE,
    NARROW,
    QUIET,
    WIDTH,
    board,
    frame,
    need,
    styled,
    text_width,
    write,
    write_upright,
)
from ambiguous_digits.figures.thumbnails import need_images, scatter, tiles

#: In CSS pixels: left of the columns, above rank 1, of the rank axis, of a digit.
_LEFT, _TOP, _HIGH, _SIDE = 52, 34, 250, 20
_SMALL = 11
#: A digit is surely of the first twelve if its whole interval is.
_FIRST = 12


@styled
def rank_intervals(
    images: NDArray[np.uint8],
    names: Sequence[str],
    ranks: ArrayLike,
    lows: ArrayLike,
    highs: ArrayLike,
    *,
    narrow: bool = False,
) -> Figure:
    """Returns the rank of each digit as a dot, and where else it could be as an upright line.

    A column for each digit in the order given, which shall be that of the ranks; its picture and
    its name stand below. The axis is logarithmic, 1 (the most ambiguous) at the top. The line is
    heavy and the name bold if the whole interval is within the first twelve.

    `images`: uint8 `(n, H, W)`, n from 1 to 24. `names`: n short words, such as "4761".
    `ranks`, `lows`, `highs`: `(n,)` from 1, such as the rank, and the 5th and 95th percentile of
    it over committees drawn anew; NaN: not known, nothing is drawn.
    `narrow`: for a phone, the first 12 digits only.
    Raises `ValueError` if there are more digits, other shapes, ranks below 1 or low above high.
    """
    images = np.asarray(images)
    need_images(images, 24)
    need(len(names) == len(images), "names", f"{len(names)}", f"{len(images)}, one per image")
    values = {"ranks": ranks, "lows": lows, "highs": highs}
    values = {name: np.asarray(given, np.float64) for name, given in values.items()}
    for name, given in values.items():
        fits = given.shape == (len(images),) and not (given < 1).any()
        need(fits, name, given.tolist(), f"({len(images)},), at least 1")
    need(not (values["lows"] > values["highs"]).any(), "lows", lows, "nowhere above highs")

    width = NARROW if narrow else WIDTH
    shown = slice(12 if narrow else None)
    images, names = images[shown], list(names[shown])
    rank, low, high = (given[shown] for given in values.values())
    known = np.concatenate([rank, low, high, [15]])
    down = _scale(np.nanmax(known))
    pitch = min((width - _LEFT) / len(images), 48)
    middles = _LEFT + np.rint(pitch * (np.arange(len(images)) + 0.5))
    floor = _TOP + _HIGH
    longest = max(text_width(name, weight="bold") for name in names) * _SMALL / 13
    upright = longest > pitch - 4
    foot = longest + 6 if upright else 16

    figure, axes = board(width, floor + 14 + _SIDE + 4 + foot)
    _rule(axes, down, np.nanmax(known), width)
    sure = high <= _FIRST
    for k, x in enumerate(middles):
        bottom = down(high[k]) if high[k] > 0 else _TOP
        axes.plot([x, x], [bottom, floor + 10], color=LINE, linewidth=0.75, zorder=1)
        color, wide = (INK, 2.6) if sure[k] else (GREY, 1.6)
        ends = down(np.array([low[k], high[k]]))
        axes.plot([x, x], ends, color=color, linewidth=wide, zorder=2)
        axes.plot(x, down(rank[k]), "o", color=INK, markersize=5, zorder=3)
        style = {"size": _SMALL} | ({"weight": "bold"} if sure[k] else {"color": QUIET})
        y = floor + 14 + _SIDE + 6
        if upright:
            write_upright(axes, x, y, names[k], ha="right", **style)
        else:
            write(axes, x, y + 6, names[k], ha="center", **style)
    corners = np.column_stack([middles - _SIDE // 2, np.full(len(middles), floor + 12)])
    scatter(axes, tiles(images, _SIDE), corners)
    return figure


def _scale(last: float) -> Callable[[ArrayLike], NDArray[np.float64]]:
    """Returns what maps ranks to heights on the board: logarithmic, from 1 to beyond the last."""
    end = np.log(1.15 * last)
    return lambda ranks: np.round(_TOP + _HIGH * np.log(np.asarray(ranks)) / end, 1)


def _rule(axes: Axes, down: Callable, last: float, right: float) -> None:
    """Draws the axis of ranks, and the place of the first twelve as a band."""
    ticks = [
        rank for rank in np.outer(10 ** np.arange(6), [1, 2, 5]).ravel() if rank <= 1.15 * last
    ]
    if len(ticks) > 9:
        ticks = [rank for rank in ticks if str(rank)[0] == "1"]
    for rank in ticks:
        y = float(down(rank))
        axes.plot([_LEFT, right], [y, y], color=LINE, linewidth=0.6, zorder=0)
        write(axes, _LEFT - 8, y, f"{rank:,}", ha="right", size=12, color=QUIET)
    edge = float(down(_FIRST + 0.5))
    band = (_LEFT, 0, right - _LEFT, edge)
    frame(axes, band, facecolor=LINE, alpha=0.35, zorder=-1)
    axes.plot([_LEFT, right], [edge, edge], color=GREY, linewidth=0.75, zorder=0)
    write(axes, right - 8, 14, "the first twelve", ha="right", color=QUIET)
    write(axes, _LEFT - 8, 14, "rank", ha="right", color=QUIET)
