"""What is drawn in the panels of the contest: headings, axes, dots, rings and intervals."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    LINE,
    PAPER,
    QUIET,
    SIZE,
    dots,
    frame,
    number,
    text_width,
    write,
)

#: In CSS pixels: a line of a title, between panels, small letters.
STEP, GAP, SMALL = 15, 24, 12
#: Diameter of a dot, and of the best one, in CSS pixels.
SIZES = 7, 9


class Panel(NamedTuple):
    """Where one judge is drawn, in CSS pixels, what was found, and the ends of its axis."""

    x: float
    y: float  # of the first row's upper side
    wide: float
    row: float  # how high it is
    start: float
    end: float
    values: NDArray[np.float64]  # of all four: (S,)
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    single: NDArray[np.float64]
    chance: float | None

    def across(self, values: ArrayLike) -> NDArray[np.float64]:
        share = (np.asarray(values) - self.start) / (self.end - self.start)
        return np.round(self.x + self.wide * np.maximum(share, 0), 1)

    @property
    def rows(self) -> NDArray[np.float64]:
        return self.y + self.row * (np.arange(len(self.values)) + 0.5)

    @property
    def floor(self) -> float:
        return self.y + self.row * len(self.values)

    @property
    def best(self) -> NDArray[np.bool]:
        return self.values == np.nanmax(np.append(self.values, -1))


def headings(axes: Axes, panels: Sequence[Panel], heads: Sequence[tuple[str, list[str]]]) -> None:
    """Writes the titles, and above those of one kind, beside each other, its name on a line."""
    for panel, (_, title) in zip(panels, heads, strict=True):
        for k, line in enumerate(reversed(title)):
            write(axes, panel.x, panel.y - 14 - k * STEP, line, size=SMALL, weight="bold")
    lift = 30 + STEP * max((len(title) for kind, title in heads if kind), default=0)
    places = zip((kind for kind, _ in heads), panels, strict=True)
    for kind, same in groupby(places, lambda place: place[0]):
        group = [panel for _, panel in same]
        if kind:
            x, y, end = group[0].x, group[0].y - lift, group[-1].x + group[-1].wide
            write(axes, x, y + 8, kind, size=SMALL, color=QUIET)
            axes.plot([x, end], [y + 18] * 2, color=GREY, linewidth=0.75)


def _ticks(panel: Panel) -> list[float]:
    """Returns the places of the upright lines of a panel but for chance."""
    middle = 0.75 if panel.start else panel.end / 2
    return [panel.end, middle] if panel.start else [panel.end, panel.start, middle]


def numbers(axes: Axes, panels: Sequence[Panel]) -> None:
    """Writes the numbers of the upright lines, those that matter most first, if there is room."""
    taken: list[tuple[float, float]] = []
    places = [(panel.across(p), p) for panel in panels if (p := panel.chance) is not None]
    places += [(panel.across(tick), tick) for panel in panels for tick in _ticks(panel)]
    for across, tick in places:
        x, text = float(across), number(tick, 2)
        half = text_width(text) * SMALL / SIZE / 2
        if all(x + half + 5 < left or right < x - half - 5 for left, right in taken):
            taken.append((x - half, x + half))
            write(axes, x, panels[0].floor + 11, text, ha="center", size=SMALL, color=QUIET)


def rules(axes: Axes, panels: Sequence[Panel]) -> None:
    """Draws the lines behind the marks, all of one look as one with gaps."""
    thin, chances = [], []
    for panel in panels:
        for y in panel.rows:
            thin += [(panel.x, y), (panel.x + panel.wide, y), (np.nan, np.nan)]
        for x in panel.across(_ticks(panel)):
            thin += [(x, panel.y), (x, panel.floor), (np.nan, np.nan)]
        if panel.chance is not None:
            x = float(panel.across(panel.chance))
            chances += [(x, panel.y), (x, panel.floor), (np.nan, np.nan)]
    _draw(axes, thin, color=LINE, linewidth=0.75, zorder=0)
    _draw(axes, chances, color=GREY, linewidth=1.2, zorder=0.5)


def marks(axes: Axes, panels: Sequence[Panel]) -> None:
    """Draws what is of one look in all panels as one line with gaps: a third of the bytes."""
    for best, color, wide in ((False, GREY, 1.4), (True, INK, 2)):
        spans, found, alone = [], [], []
        for panel in panels:
            shown = np.flatnonzero(panel.best == best)
            xs = (panel.across(v[shown]) for v in (panel.low, panel.high))
            for y, *ends in zip(panel.rows[shown], *xs, strict=True):
                spans += [(ends[0], y), (ends[1], y), (np.nan, np.nan)]
            for points, values in ((found, panel.values), (alone, panel.single)):
                for k in shown[~np.isnan(values[shown])]:
                    point = float(panel.across(values[k])), panel.rows[k]
                    points.append((values[k] < panel.start, point))
        on = 2 * best
        _draw(axes, spans, color=color, linewidth=wide, zorder=2 + on)
        for points, filled in ((alone, False), (found, True)):
            size = SIZES[best] if filled else SIZES[0]
            for beyond in (False, True):
                places = [point for out, point in points if out == beyond]
                style = {"color": color, "zorder": 2.5 + on + filled / 2}
                symbols(axes, places, size, filled=filled, beyond=beyond, **style)
    for panel in panels:
        for k, y in enumerate(panel.rows):
            if panel.values[k] < panel.start:
                _over(axes, panel.x + 8, y, _written(panel.values[k]), color=QUIET)
            if np.isnan(panel.values[k]) and np.isnan(panel.single[k]):
                _over(axes, panel.x + panel.wide / 2 - 4, y, "–", color=QUIET)


def symbols(
    axes: Axes,
    places: Sequence[tuple[float, float]],
    size: float,
    *,
    filled: bool,
    beyond: bool,
    color: str,
    zorder: float,
) -> None:
    """Draws dots or rings of a diameter in CSS pixels, or, beyond the axis, arrows at its edge."""
    if not places:
        return
    if beyond:
        style = {"color": color, "markeredgecolor": color, "mfc": color if filled else PAPER}
        x, y = np.transpose(places)
        axes.plot(x, y, marker=8, ms=4.6, mew=0.9, linewidth=0, zorder=zorder, **style)
        return
    dots(axes, places, edgecolor=color, linewidth=0.75 * size, zorder=zorder)
    if not filled:
        dots(axes, places, edgecolor=PAPER, linewidth=0.75 * (size - 3), zorder=zorder + 0.1)


def _draw(axes: Axes, points: Sequence[tuple[float, float]], **style: Any) -> None:
    points = np.reshape(points, (-1, 2))
    if not np.isnan(points).all():
        (line,) = axes.plot(*points.T, clip_on=False, **style)
        line.get_path().should_simplify = False  # else short lines are left out


def best_values(axes: Axes, panel: Panel) -> None:
    """Writes the best value beside its marks: on their left, where its panel is mostly empty."""
    for k in np.flatnonzero(panel.best):
        text = _written(panel.values[k])
        if panel.values[k] < panel.start:
            continue  # written as all that lie there
        wide = text_width(text, weight="bold") * SMALL / SIZE
        ends = panel.across([panel.values[k], panel.low[k], panel.high[k], panel.single[k]])
        x = np.nanmin(ends) - 9 - wide
        y = panel.rows[k]
        if x < panel.x - 8:
            x = np.nanmax(ends) + 9
            if x + wide > panel.x + panel.wide + GAP / 2:  # no room on this side either: above
                x, y = ends[0] - wide / 2, y - 12
        _over(axes, x, y, text, color=INK, weight="bold")


def _over(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Writes a text that hides the lines behind it."""
    wide = text_width(text, weight=style.get("weight", "normal")) * SMALL / SIZE
    frame(axes, (x - 2, y - 7, wide + 4, 14), facecolor=PAPER, zorder=1)
    write(axes, x, y, text, size=SMALL, zorder=6, **style)


def _written(value: float) -> str:
    """Returns a value with two decimals; with three if it would else be written as 1."""
    if value == 1:
        return "1"
    return next((t for t in (f"{value:.2f}", f"{value:.3f}") if t[0] == "0"), "> 0.999")
