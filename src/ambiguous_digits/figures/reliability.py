"""Whether a network that is 90 percent sure is right 90 percent of the time."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    LINE,
    NARROW,
    PAPER,
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
from ambiguous_digits.figures.words import broken

#: In CSS pixels: left of a square, between two panels, its title, from it to the bars, the bars.
_LEFT, _GAP, _TITLE, _AXIS, _BARS, _FOOT = 48, 14, 28, 20, 52, 42
#: The width of the words that name the marks, beside the title or under it; a line of the title.
_KEY, _STEP = 130, 18
#: Room inside a square, so that points at 0 and 100 percent are whole; the digits of a firm bin.
_PAD, _FIRM = 10, 10
_SMALL = 12


class Reliability(NamedTuple):
    """Equal bins of confidence, each array `(bins,)`; NaN where a bin is empty."""

    confidence: NDArray[np.float64]  # its mean, 0…1
    accuracy: NDArray[np.float64]  # the share that is right, 0…1
    low: NDArray[np.float64]  # the interval of that share
    high: NDArray[np.float64]
    count: NDArray[np.float64]  # digits


@styled
def reliability_diagram(
    panels: Mapping[str, Mapping[str, Sequence[ArrayLike]]], *, narrow: bool = False
) -> Figure:
    """Returns how often predictions of one confidence are right, before and after it was scaled.

    On the diagonal a network is as sure as it is right; below, it is too sure; above, too modest.
    Before: hollow quiet circles; after: filled points of ink with their intervals as thin lines, a
    little to the right of their place as the others are to the left. Bins of fewer than ten digits,
    which tell little, are smaller and fainter. The bars below count the digits of a bin, outlined
    before, filled after; their heights are logarithmic. The first panel names the marks and the
    sides of the diagonal.

    `panels`: title → {"before": …, "after": …}, each confidence, accuracy, low, high, count, five
    arrays of one length, such as 15 for 15 equal bins: 0…1, NaN in empty bins; counts are whole.
    One panel or two, side by side; `narrow`: for a phone, one under the other.
    Raises `ValueError` if something is missing, of another shape or out of range.
    """
    need(1 <= len(panels) <= 2, "panels", f"{len(panels)}", "one or two")
    checked = [_checked(name, pair) for name, pair in panels.items()]

    width = NARROW if narrow else WIDTH
    side = width - _LEFT - 6 if narrow else (WIDTH - _GAP) // 2 - _LEFT - 6
    titles = [broken(name, side, weight="bold") for name in panels]
    if text_width(titles[0][-1], weight="bold") > side - _KEY:
        titles[0].append("")
    title = _TITLE + _STEP * (max(map(len, titles)) - 1)
    pitch = title + side + _AXIS + _BARS + _FOOT
    figure, axes = board(width, (len(panels) if narrow else 1) * pitch + 12 * narrow)
    most = max(part.count.max(initial=0) for pair in checked for part in pair)
    for i, pair in enumerate(checked):
        across, down = (0, i * (pitch + 12)) if narrow else (i * (_LEFT + side + 6 + _GAP), 0)
        x, y = across + _LEFT, down + title
        for k, line in enumerate(reversed(titles[i])):
            write(axes, x, y + 8 - _TITLE - k * _STEP, line, weight="bold")
        _square(axes, x, y, side)
        for k, part in enumerate(pair):
            _points(axes, x, y, side, part, after=k == 1)
        _bars(axes, x, y + side + _AXIS, side, pair, most)
        if i == 0:
            _explain(axes, x, y, side)
    return figure


def _checked(name: str, pair: Mapping[str, Sequence[ArrayLike]]) -> list[Reliability]:
    what = f"panels[{name!r}]"
    need(set(pair) == {"before", "after"}, what, sorted(pair), "before and after")
    parts, bins = [], len(np.atleast_1d(pair["before"][0]))
    for time in ("before", "after"):
        given = [np.asarray(values, np.float64) for values in pair[time]]
        shapes = [values.shape for values in given]
        need(shapes == [(bins,)] * 5, f"{what}[{time!r}]", shapes, f"five arrays ({bins},)")
        for field, values in zip(Reliability._fields[:4], given, strict=False):
            known = values[~np.isnan(values)]
            fits = ((known >= -1e-6) & (known <= 1 + 1e-6)).all()
            need(fits, f"{what}[{time!r}].{field}", "numbers out of range", "0 to 1 or NaN")
        count = given[4]
        fits = ((count >= 0) & (count == np.floor(count))).all()
        need(fits, f"{what}[{time!r}].count", count.tolist(), "whole numbers from 0")
        parts.append(Reliability(*given))
    return parts


def _along(side: float, shares: ArrayLike) -> NDArray[np.float64]:
    """Returns where shares lie along the side of a square, from its end where they are 0."""
    return _PAD + (side - 2 * _PAD) * np.asarray(shares)


def _square(axes: Axes, x: float, y: float, side: float) -> None:
    for share in (0, 0.5, 1):
        down = y + side - _along(side, share)
        axes.plot([x, x + side], [down, down], color=LINE, linewidth=0.6, zorder=0)
        text = f"{100 * share:.0f} %"
        write(axes, x - 6, down, text, ha="right", size=_SMALL, color=QUIET)
    ends = _along(side, [0, 1])
    axes.plot(x + ends, y + side - ends, color=GREY, linewidth=0.9, zorder=1)


def _explain(axes: Axes, x: float, y: float, side: float) -> None:
    """Writes what the marks are and what the sides of the diagonal mean, where points are rare."""
    write_upright(axes, 5, y + side / 4, "share right", ha="center", color=QUIET)
    write(axes, x + 5, y + _PAD + 14, "too modest", color=QUIET)
    write(axes, x + side - 3, y + side - _PAD - 14, "too sure", ha="right", color=QUIET)
    on = {"rotation": 45, "rotation_mode": "anchor", "size": 11, "color": QUIET}
    write(axes, x + _PAD + 3, y + side - _PAD - 11, "as sure as right", **on)
    write(axes, x + 5, y + side + _AXIS + 8, "how many", size=_SMALL, color=QUIET)
    right = x + side
    for words, face, color in (("after", INK, INK), ("before", PAPER, QUIET)):
        write(axes, right, y + 8 - _TITLE, words, ha="right", color=INK if face == INK else QUIET)
        right -= text_width(words) + 10
        style = {"color": color, "mfc": face, "ms": 5, "mew": 1.2}
        axes.plot(right, y + 8 - _TITLE, "o", **style)
        right -= 16


def _points(axes: Axes, x: float, y: float, side: float, part: Reliability, *, after: bool) -> None:
    xs = np.round(x + _along(side, part.confidence) + (2 if after else -2), 1)
    middle, low, high = (np.round(y + side - _along(side, values), 1) for values in part[1:4])
    gaps = np.full_like(xs, np.nan)
    color, face = (INK, INK) if after else (QUIET, PAPER)
    for firm in (False, True):
        here = np.where((part.count >= _FIRM) == firm, 0, np.nan)
        if after:
            ends = np.column_stack([low + here, high + here, gaps]).ravel()
            style = {"color": QUIET, "linewidth": 1} if firm else {"color": GREY, "linewidth": 0.7}
            axes.plot(np.column_stack([xs, xs, gaps]).ravel(), ends, zorder=2 + firm, **style)
        style = {"ms": 5, "mew": 1.2} if firm else {"ms": 3, "mew": 0.9, "alpha": 0.6}
        style |= {"color": color, "mfc": face, "linewidth": 0}
        axes.plot(xs, middle + here, "o", zorder=4 + after + 2 * firm, **style)


def _bars(
    axes: Axes, x: float, y: float, side: float, pair: Sequence[Reliability], most: float
) -> None:
    """Draws how many digits each bin has, as bars under it, two in each."""
    floor, top = y + _BARS, np.log(max(most, 10) / 0.5)
    step = (side - 2 * _PAD) / len(pair[0].count)
    for k, part in enumerate(pair):
        style = {"facecolor": GREY} if k else {"edgecolor": GREY, "linewidth": 0.9}
        for i in np.flatnonzero(part.count):
            high = np.round(_BARS * np.log(part.count[i] / 0.5) / top, 1)
            left = np.round(x + _PAD + (i + 0.16 + 0.36 * k) * step, 1)
            frame(axes, (left, floor - high, np.round(0.3 * step, 1), high), **style)
    axes.plot([x, x + side], [floor, floor], color=GREY, linewidth=0.75)
    for count in {1, 10 ** int(np.log10(max(most, 10)))}:
        down = floor - _BARS * np.log(count / 0.5) / top
        write(axes, x - 6, down, f"{count:,}", ha="right", size=_SMALL, color=QUIET)
    for share, ha in ((0, "center"), (0.5, "center"), (1, "right")):
        text, across = f"{100 * share:.0f} %", x + float(_along(side, share)) + 10 * (share == 1)
        write(axes, across, floor + 13, text, ha=ha, size=_SMALL, color=QUIET)
    write(axes, x + side / 2, floor + 32, "confidence", ha="center", color=QUIET)
