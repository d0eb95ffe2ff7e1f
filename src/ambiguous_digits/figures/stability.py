"""How much two committees of networks agree on the most ambiguous digits, the larger they are."""

from collections.abc import Mapping
from math import ceil
from typing import Any, NamedTuple

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
    WIDE,
    board,
    need,
    styled,
    write,
    write_upright,
)
from ambiguous_digits.figures.words import broken

#: In CSS pixels: a line of a title, below a panel; right of it for values, for those with names.
_STEP, _FOOT, _VALUES, _NAMES = 15, 22, 48, 64
_SMALL = 12


class _Panel(NamedTuple):
    """Where one score is drawn, in CSS pixels, and how a number of networks lies on it."""

    x: float
    y: float
    wide: float
    high: float
    sizes: NDArray[np.float64]

    def across(self, sizes: ArrayLike) -> NDArray[np.float64]:
        low, high = self.sizes[0], self.sizes[-1]
        share = (np.asarray(sizes) - low) / (high - low) if high > low else np.ones(np.shape(sizes))
        return np.round(self.x + 5 + share * (self.wide - 10), 1)

    def down(self, shares: ArrayLike) -> NDArray[np.float64]:
        return np.round(self.y + self.high * (1 - np.asarray(shares)), 1)


@styled
def stability_curves(
    sizes: ArrayLike, curves: Mapping[str, ArrayLike], *, narrow: bool = False
) -> Figure:
    """Returns how much of their lists two committees of m networks each share, score by score.

    One panel for each score, in the order given, five in a row: the digits in both lists by those
    in either, of their first 100 (solid, ink) and of their first 12 (dashed, quiet). The last value
    of each stands beside its end, right of the panel; at the first panel with the line's name. No
    network is in both committees. Grey behind: the first 100 of all other scores.

    `sizes`: whole numbers `(S,)` from 1, rising; of one alone there are points, no lines.
    `curves`: the name of a score in words → `(2, S)`, first 12, first 100; 0…1, higher = steadier;
    NaN where a score is not defined. As wide as the page; `narrow`: for a phone, two in a row.
    Raises `ValueError` if a shape or a value is another, or there is no curve.
    """
    sizes = np.asarray(sizes)
    fits = sizes.ndim == 1 and sizes.size > 0 and sizes.dtype.kind in "iu"
    fits = fits and sizes.min() >= 1 and (np.diff(sizes) > 0).all()
    need(fits, "sizes", sizes.tolist(), "rising whole numbers from 1")
    need(len(curves) > 0, "curves", "none", "one score or more")
    curves = {name: np.asarray(values, np.float64) for name, values in curves.items()}
    for name, values in curves.items():
        needs = f"(2, {len(sizes)}), 0 to 1 or NaN"
        need(values.shape == (2, len(sizes)), f"curves[{name!r}]", values, needs)
        known = values[~np.isnan(values)]
        fits = ((known >= 0) & (known <= 1)).all()
        need(fits, f"curves[{name!r}]", "numbers out of range", needs)

    most, width, left, gap = (2, NARROW, 44, 4) if narrow else (5, WIDE, 62, 12)
    rows = ceil(len(curves) / most)
    columns = ceil(len(curves) / rows)
    room = width - left - _NAMES - (columns - 1) * (_VALUES + gap)
    wide, high = min(room // columns, 240), 100 if narrow else 120
    lefts = [left, *(left + wide + _NAMES + gap + (wide + _VALUES + gap) * np.arange(columns - 1))]
    titles = [broken(name, wide + 32, size=_SMALL, weight="bold") for name in curves]
    lines = [max(map(len, titles[i : i + columns])) for i in range(0, len(titles), columns)]
    heads = [_STEP * count + 8 for count in lines]
    heads[0] += 18 * narrow  # there the words at the left find room above only
    tops = np.cumsum([0, *(head + high + _FOOT for head in heads)])
    grey = len(curves) > 1 and len(sizes) > 1
    figure, axes = board(width, tops[-1] + (36 if narrow and grey else 18))

    places = []
    for i, title in enumerate(titles):
        row, column = divmod(i, columns)
        x, y = lefts[column], tops[row] + heads[row]
        places.append(_Panel(x, y, wide, high, sizes))
        for k, line in enumerate(reversed(title)):
            write(axes, x, y - 13 - k * _STEP, line, size=_SMALL, weight="bold")
        _ticks(axes, places[-1], first=column == 0, last=i + columns >= len(titles))
    _draw(axes, places, list(curves.values()))
    for i, (place, pair) in enumerate(zip(places, curves.values(), strict=True)):
        _write_values(axes, place, pair, named=i == 0)
    if narrow:
        write(axes, 0, 8, "on both lists", color=QUIET)
    else:
        y = places[0].y + high / 2
        write_upright(axes, 6, y, "on both lists", ha="center", color=QUIET)
    foot = tops[-1] + 10
    write(axes, left, foot, "networks in each committee", color=QUIET)
    if grey:  # beside it, or where there is no room on a line of its own
        x, y, side = (left, foot + 18, "left") if narrow else (width, foot, "right")
        write(axes, x, y, "grey: the first 100 by other scores", ha=side, color=QUIET)
    return figure


def _ticks(axes: Axes, place: _Panel, *, first: bool, last: bool) -> None:
    style = {"size": _SMALL, "color": QUIET}
    for share in (0, 0.5, 1) if first else ():
        text = f"{100 * share:.0f} %"
        write(axes, place.x - 6, float(place.down(share)), text, ha="right", **style)
    y = place.y + place.high + 12
    if last:
        write(axes, place.x + place.wide, y, f"{place.sizes[-1]}", ha="right", **style)
    if last and len(place.sizes) > 1:
        write(axes, place.x + 2, y, f"{place.sizes[0]}", **style)


def _draw(axes: Axes, places: list[_Panel], pairs: list[NDArray]) -> None:
    """Draws what is of one kind in all panels as one line with gaps: a third of the bytes."""
    rules = {share: [] for share in (0, 0.5, 1)}
    others, kinds = [], ([], [])
    for i, (place, pair) in enumerate(zip(places, pairs, strict=True)):
        for share, lines in rules.items():
            lines.append(([place.x, place.x + place.wide], [place.down(share)] * 2))
        xs = place.across(place.sizes)
        others += [(xs, place.down(other[1])) for k, other in enumerate(pairs) if k != i]
        for lines, values in zip(kinds, pair, strict=True):
            lines.append((xs, place.down(values)))
    thin = {"linewidth": 0.75, "zorder": 1}
    _plot(axes, rules[0], color=GREY, **thin)
    _plot(axes, rules[0.5] + rules[1], color=LINE, **thin)
    if others and len(places[0].sizes) > 1:
        _plot(axes, others, color=GREY, alpha=0.4, linewidth=0.9, zorder=1.5)
    styles = (
        {"color": QUIET, "linewidth": 1.3, "linestyle": (0, (3, 2)), "mfc": PAPER, "zorder": 2},
        {"color": INK, "linewidth": 2, "zorder": 3},
    )
    for lines, style in zip(kinds, styles, strict=True):
        if len(places[0].sizes) > 1:
            _plot(axes, lines, **style)
        ends = [(xs[-1:], ys[-1:]) for xs, ys in lines]
        _plot(axes, ends, marker="o", ms=4, **style | {"linewidth": 0, "zorder": 4})


def _plot(axes: Axes, lines: list[tuple[ArrayLike, ArrayLike]], **style: Any) -> None:
    xs, ys = (
        np.concatenate([[*values, np.nan] for values in part]) for part in zip(*lines, strict=True)
    )
    axes.plot(xs, ys, clip_on=False, **style)


def _write_values(axes: Axes, place: _Panel, pair: NDArray, *, named: bool) -> None:
    """Writes the last values beside their ends, right of the panel, and as far apart as needed."""
    if np.isnan(pair).all():
        middle = place.x + place.wide / 2, place.y + place.high / 4
        write(axes, *middle, "not defined", ha="center", size=_SMALL, color=QUIET)
    ends = sorted((-value, -i) for i, value in enumerate(pair[:, -1]) if not np.isnan(value))
    high = _STEP * (1 + named)
    ys = np.array([float(place.down(-value)) for value, _ in ends])  # the upper one first
    if len(ys) == 2:
        ys += np.array([-1, 1]) * max(high - (ys[1] - ys[0]), 0) / 2
    if len(ys):  # no name higher or lower than the panel
        first, last = place.y + (high - _STEP) / 2, place.y + place.high - (high - _STEP) / 2
        ys += max(first - ys[0], 0) - max(ys[-1] - last, 0)
    for (value, i), y in zip(ends, ys, strict=True):
        style = {"color": QUIET} if i == 0 else {"color": INK, "weight": "bold"}
        texts = [f"{-100 * value:.0f} %"]
        texts += ["first 100" if i else "first 12"] if named else []
        for k, text in enumerate(texts):
            down = y + _STEP * (k - (len(texts) - 1) / 2)
            write(axes, place.x + place.wide + 6, down, text, size=_SMALL, **style)
