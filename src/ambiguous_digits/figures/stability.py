"""How much two committees of networks agree on the most ambiguous digits, the larger they are."""

from collections.abc import Mapping, Sequence
from itertools import product
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
    SIZE,
    WIDTH,
    board,
    need,
    styled,
    text_width,
    write,
    write_upright,
)
from ambiguous_digits.figures.words import broken

#: In CSS pixels: at the left of all panels, between two, of a line of a title, below a panel.
_LEFT, _GAP, _STEP, _FOOT = 60, 15, 15, 22
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
    """Returns what two committees of m networks each, none in both, have in common, by score.

    One panel for each score, in the order given, five in a row: the digits in both lists by those
    in either, of their first 100 (solid, ink) and of their first 12 (dashed, quiet), with the last
    value of each. Grey behind: the first 100 of all other scores. The first panel names its lines.

    `sizes`: whole numbers `(S,)` from 1, rising; of one alone there are points, no lines.
    `curves`: the name of a score in words → `(2, S)`, first 12, first 100; 0…1, higher = steadier;
    NaN where a score is not defined. `narrow`: for a phone, two in a row.
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

    most, width = (2, NARROW) if narrow else (5, WIDTH)
    rows = ceil(len(curves) / most)
    columns = ceil(len(curves) / rows)
    wide = min((width - _LEFT + _GAP) / columns - _GAP, 240)
    high = 100 if columns > 2 or narrow else 130
    titles = [broken(name, wide, size=_SMALL, weight="bold") for name in curves]
    lines = [max(map(len, titles[i : i + columns])) for i in range(0, len(titles), columns)]
    heads = [_STEP * count + 8 for count in lines]
    tops = np.cumsum([0, *(head + high + _FOOT for head in heads)])
    grey = len(curves) > 1 and len(sizes) > 1
    figure, axes = board(width, tops[-1] + (36 if narrow and grey else 18))

    places = []
    for i, title in enumerate(titles):
        row, column = divmod(i, columns)
        x, y = _LEFT + column * (wide + _GAP), tops[row] + heads[row]
        places.append(_Panel(x, y, wide, high, sizes))
        for k, line in enumerate(reversed(title)):
            write(axes, x, y - 13 - k * _STEP, line, size=_SMALL, weight="bold")
        _ticks(axes, places[-1], first=column == 0, last=i + columns >= len(titles))
    _draw(axes, places, list(curves.values()))
    for i, (place, pair) in enumerate(zip(places, curves.values(), strict=True)):
        _write_values(axes, place, pair, named=i == 0)
    y = places[0].y + high / 2
    write_upright(axes, 6, y, "share in common", ha="center", color=QUIET)
    foot = tops[-1] + 10
    write(axes, _LEFT, foot, "networks in each committee", color=QUIET)
    if grey:  # beside it, or where there is no room on a line of its own
        x, y, side = (_LEFT, foot + 18, "left") if narrow else (width, foot, "right")
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
    """Writes the last values near their ends, where they lie least on lines and on each other."""
    if np.isnan(pair).all():
        middle = place.x + place.wide / 2, place.y + place.high / 2
        write(axes, *middle, "not defined", ha="center", size=_SMALL, color=QUIET)
    xs, tracks = place.across(place.sizes), [place.down(values) for values in pair]
    ends = sorted((ys[-1], -i) for i, ys in enumerate(tracks) if not np.isnan(ys[-1]))
    texts = [f"{100 * pair[-i][-1]:.0f} %" for _, i in ends]  # the upper one first
    if named:
        names = ("first 12", "first 100")
        texts = [f"{names[-i]}: {text}" for (_, i), text in zip(ends, texts, strict=True)]
    right = place.x + place.wide
    starts = [right - text_width(text, weight="bold") * _SMALL / SIZE for text in texts]
    lines = [[np.interp(np.arange(x, right), xs, ys) for ys in tracks] for x in starts]

    def clashes(heights: Sequence[float]) -> float:
        """How many pixels of lines the values cover, and much more if they do not fit at all."""
        covered = 0.0
        for (end, _), near, y in zip(ends, lines, heights, strict=True):
            covered += 3 * sum((np.abs(line - y) < 8).sum() for line in near)
            covered += abs(end - y) + (y > end)  # near its end, and rather above it
            covered += 80 * sum(abs(y - other) < 10 for other, _ in ends)
            covered += 9999 * (not 0 <= y - place.y <= place.high - 7)
        return covered + 9999 * (np.diff(heights) < _STEP).any()

    choices = [[end + step for step in (-13, 13, -20, 20, -28, 28, -36)] for end, _ in ends]
    heights = min(product(*choices), key=clashes)
    for (_, i), text, y in zip(ends, texts, heights, strict=True):
        style = {"color": QUIET} if i == 0 else {"color": INK, "weight": "bold"}
        write(axes, right, y, text, ha="right", size=_SMALL, **style)
