"""Shares with their intervals, one under the other: how well each is known."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    LINE,
    NARROW,
    QUIET,
    SIZE,
    WIDTH,
    board,
    need,
    number,
    styled,
    text_width,
    write,
)
from ambiguous_digits.figures.words import broken

#: In CSS pixels: of a row, more for a name of its own line, below the last row, between groups.
_ROW, _NAME, _FOOT, _APART = 30, 18, 22, 14
#: Left of the names: a browser's letters may be wider than ours.
_EDGE = 8
_SMALL = 12


@styled
def rate_intervals(
    names: Sequence[str],
    rates: ArrayLike,
    lows: ArrayLike,
    highs: ArrayLike,
    unit: str = "",
    *,
    gaps: Sequence[int] = (),
    narrow: bool = False,
) -> Figure:
    """Returns one row for each name: its rate as a dot, the interval as a line, both in numbers.

    The axis begins at 0, and its numbers go as far as the greatest rate at least. A rate has as
    many decimals as its interval needs.

    `names`: one to six, such as "10,000 test digits". `rates`, `lows`, `highs`: `(n,)`, shares
    0…1, such as the 95 % interval, written in percent; NaN: not known, the row says "none".
    `unit`: words under the axis, such as "labels that are wrong". `gaps`: rows, 1…n-1, before which
    a group ends, such as `[2]` for two and two. `narrow`: for a phone; there, and if one is longer
    than 0.4 of the width, the names stand above their rows.
    Raises `ValueError` if a shape is another, a value out of range or a rate not in its interval.
    """
    count = len(names)
    need(1 <= count <= 6, "names", f"{count}", "one to six")
    values = {"rates": rates, "lows": lows, "highs": highs}
    values = {name: np.asarray(given, np.float64) for name, given in values.items()}
    for name, given in values.items():
        fits = given.shape == (count,) and not ((given < 0) | (given > 1)).any()
        need(fits, name, given.tolist(), f"({count},), 0 to 1 or NaN")
    rate, low, high = 100 * np.array(list(values.values()))
    fits = not ((low > rate) | (rate > high)).any()
    need(fits, "rates", (rate / 100).tolist(), "none below lows or above highs")
    need(set(gaps) <= set(range(1, count)), "gaps", list(gaps), f"rows from 1 to {count - 1}")

    texts = [_written(*row) for row in zip(rate, low, high, strict=True)]
    bold = max(text_width(value, weight="bold") for value, _ in texts)
    width, longest = NARROW if narrow else WIDTH, max(map(text_width, names))
    apart = narrow or longest > 0.4 * width  # then names stand above their rows
    lines = [broken(name, width - 2 * _EDGE) if apart else [name] for name in names]
    above = _NAME * max(map(len, lines)) if apart else 0
    left = _EDGE + (6 if apart else longest + 18)
    middle = width - max(text_width(interval) for _, interval in texts) - 8  # of the two numbers
    right = middle - bold - 22
    rows = np.arange(count) * (_ROW + above) + above
    rows += _APART * np.array([sum(gap <= k for gap in gaps) for k in range(count)])
    floor = rows[-1] + _ROW
    figure, axes = board(width, floor + _FOOT + 18 * bool(unit))

    end = 1.04 * np.nanmax(np.append(high, 0.01))
    ticks = _ticks(end, np.nanmax(np.append(rate, 0)), right - left)
    scale = (right - left) / max(ticks[-1], end)
    inset = 6 if apart else 0  # else lines would touch the letters of the names
    ys = np.column_stack([rows + inset, rows + _ROW - inset, np.full(count, np.nan)]).ravel()
    for tick, x in zip(ticks, np.round(left + scale * ticks, 1), strict=True):
        style = {"color": LINE if tick else GREY, "linewidth": 0.75, "zorder": 0}
        axes.plot(np.full(len(ys), x), ys, **style)
        text = number(tick, 4)
        across = x - text_width(text) * _SMALL / SIZE / 2
        text += " %" if tick == ticks[-1] else ""
        write(axes, across, floor + 12, text, size=_SMALL, color=QUIET)
    if unit:
        write(axes, _EDGE if apart else left - 10, floor + 32, unit, color=QUIET)

    for k, (value, interval) in enumerate(texts):
        y = rows[k] + _ROW / 2
        x, down, side = (_EDGE, rows[k] - 6, "left") if apart else (left - 18, y, "right")
        for i, line in enumerate(reversed(lines[k])):
            write(axes, x, down - i * _NAME, line, ha=side)
        place, *ends = np.round(left + scale * np.array([rate[k], low[k], high[k]]), 1)
        axes.plot(ends, [y, y], color=INK, linewidth=2)
        axes.plot(place, y, "o", color=INK, markersize=7)
        write(axes, middle, y, value, ha="right", weight="bold")
        write(axes, middle + 8, y, interval, color=QUIET)
    return figure


def _ticks(end: float, greatest: float, wide: float) -> NDArray[np.float64]:
    """Returns as many numbers from 0 to beyond the greatest rate as find room, few at most."""
    for most in (6, 5, 4, 3, 2):
        steps = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(0, end)
        ticks = steps[: max(np.searchsorted(steps, greatest) + 1, np.sum(steps <= end))]
        longest = max(text_width(number(tick, 4)) for tick in ticks)
        if wide * ticks[1] / max(ticks[-1], end) > longest + 6:
            break
    return ticks


def _written(rate: float, low: float, high: float) -> tuple[str, str]:
    """Returns a rate and its interval in percent, with the decimals that the interval needs."""
    if np.isnan(rate):
        return "none", ""
    wide = np.nan_to_num(high - low) or 0.04
    decimals = int(np.clip(np.ceil(-np.log10(wide / 4)), 0, 3))
    interval = "" if np.isnan(high - low) else f"({low:.{decimals}f}–{high:.{decimals}f})"
    return f"{rate:.{decimals}f} %", interval
