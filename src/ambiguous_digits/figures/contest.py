"""Which score finds what is ambiguous: all of them before the same judges."""

from collections.abc import Iterable, Sequence
from itertools import groupby
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
    WIDE,
    board,
    dots,
    frame,
    need,
    number,
    styled,
    text_width,
    write,
)
from ambiguous_digits.figures.words import broken

#: In CSS pixels: of a row (on a phone less), a line of a title, between panels; around names.
_ROW, _ROW_ON_PHONE, _STEP, _GAP, _APART = 25, 22, 15, 24, 14
#: Left of the names: a browser's letters may be wider than ours.
_EDGE = 6
#: Below the rows, and between the panels of one line and those of the next.
_FOOT, _DOWN = 22, 22
_SMALL = 12
#: Diameter of a dot, and of the best one, in CSS pixels.
_SIZES = 7, 9


class Judge(NamedTuple):
    """How well each of S scores finds what one judge calls ambiguous: 0…1, NaN = not defined.

    `title` may name a kind: "people: disputed" stands under the heading "people", which neighbours
    share. `low`, `high`: its 95 % interval. `single`: the same by one network alone. `chance`: what
    a coin would reach; where it is 0.5, the axis begins at 0.4, else at 0.
    """

    title: str
    values: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    single: ArrayLike | None = None
    chance: float | None = 0.5


class _Panel(NamedTuple):
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


@styled
def contest(
    names: Sequence[str],
    judges: Sequence[Judge],
    *,
    marked: Iterable[str] = (),
    narrow: bool = False,
) -> Figure:
    """Returns how well each score does before each judge: a row for a score, a panel for a judge.

    A dot is the value, the line its interval, a ring the value of one network alone. The best of
    each panel is drawn in ink and written, all others are grey. What lies left of an axis is an
    arrow at its edge, with the number; what is not defined a dash. All judges by whom a coin
    reaches 0.5 have the same axis, 0.4…1; those of others begin at 0.

    `names`: of one to twelve scores, in rows from above. `judges`: one to eight, as wide as the
    page; `narrow`: for a phone, two beside each other. `marked`: names that are set bold.
    Raises `ValueError` if a shape is another or a value out of range, and of an unknown name.
    """
    names, judges, marked = list(names), [Judge(*judge) for judge in judges], set(marked)
    need(1 <= len(names) <= 12, "names", f"{len(names)}", "one to twelve")
    need(1 <= len(judges) <= 8, "judges", f"{len(judges)}", "one to eight")
    need(marked <= set(names), "marked", sorted(marked), f"some of {names}")
    found = [_checked(judge, len(names)) for judge in judges]

    width, most, row = (NARROW, 2, _ROW_ON_PHONE) if narrow else (WIDE, 8, _ROW)
    lines = ceil(len(judges) / most)
    columns = ceil(len(judges) / lines)
    letters = _SMALL if narrow else SIZE
    longest = max(text_width(name, weight="bold") for name in names) * letters / SIZE
    left = _EDGE + ceil(longest) + _APART
    wide = (width - left - 8 - (columns - 1) * _GAP) / columns
    beyond = [wide + (16 if (k + 1) % columns else 4) for k in range(len(judges))]
    heads = [_head(judge.title, room) for judge, room in zip(judges, beyond, strict=True)]
    panels, y = [], 0.0
    for k in range(0, len(judges), columns):
        line = slice(k, k + columns)
        y += max(_STEP * len(title) + 24 * bool(kind) for kind, title in heads[line]) + 8
        for i, values in enumerate(found[line]):
            x = left + i * (wide + _GAP)
            panels.append(_Panel(x, y, wide, row, *_ends(values), *values))
        y += row * len(names) + _FOOT + _DOWN
    keys = _keys(panels)
    figure, axes = board(width, y - _DOWN + 8 + 20 * len(_placed(keys, width)))

    for k in range(0, len(judges), columns):
        line = slice(k, k + columns)
        _headings(axes, panels[line], heads[line])
        _numbers(axes, panels[line])
        for name, y in zip(names, panels[k].rows, strict=True):
            weight = "bold" if name in marked else "normal"
            write(axes, left - _APART, y, name, ha="right", weight=weight, size=letters)
    _rules(axes, panels)
    for panel in panels:
        _best(axes, panel)
    _marks(axes, panels)
    foot = panels[-1].floor + _FOOT + 16
    for k, line in enumerate(_placed(keys, width)):
        for x, sign, text in line:
            _sign(axes, x + 9, foot + 20 * k, sign)
            write(axes, x + 22, foot + 20 * k, text, size=_SMALL, color=QUIET)
    return figure


# --- What was found -------------------------------------------------------------------------------


def _checked(judge: Judge, count: int) -> tuple[Any, ...]:
    """Returns values, low, high and single of a judge as arrays, NaN where not given; chance."""
    given = judge._asdict()
    arrays = []
    for field in ("values", "low", "high", "single"):
        argument, value = f"judges[{judge.title!r}].{field}", given[field]
        array = np.full(count, np.nan) if value is None else np.asarray(value, np.float64)
        need(array.shape == (count,), argument, array, f"({count},), one for each of names")
        fits = not ((array < 0) | (array > 1)).any()
        need(fits, argument, array.tolist(), "0 to 1 or NaN")
        arrays.append(array)
    values, low, high, _ = arrays
    fits = not ((low > values) | (values > high)).any()
    need(fits, f"judges[{judge.title!r}].values", values.tolist(), "none below low or above high")
    chance = judge.chance
    need(
        chance is None or 0 <= chance <= 1,
        f"judges[{judge.title!r}].chance",
        chance,
        "0 to 1 or None",
    )
    return *arrays, chance


def _ends(found: tuple[Any, ...]) -> tuple[float, float]:
    """Returns the ends of a judge's axis: the same for all by whom a coin reaches one half."""
    *arrays, chance = found
    if chance == 0.5:
        return 0.4, 1.0
    greatest = np.nanmax(np.concatenate([*arrays, [chance or 0]]))
    return 0.0, next(end for end in (0.1, 0.2, 0.5, 1.0) if greatest <= end)


def _written(value: float) -> str:
    """Returns a value with two decimals; with three if it would else be written as 1."""
    if value == 1:
        return "1"
    return next((t for t in (f"{value:.2f}", f"{value:.3f}") if t[0] == "0"), "> 0.999")


# --- What is drawn --------------------------------------------------------------------------------


def _head(title: str, room: float) -> tuple[str, list[str]]:
    """Returns the kind that a title names, or nothing, and the lines of the rest."""
    kind, colon, rest = title.partition(": ")
    kind, rest = (kind, rest) if colon else ("", title)
    return kind, broken(rest, room, size=_SMALL, weight="bold")


def _headings(axes: Axes, panels: Sequence[_Panel], heads: Sequence[tuple[str, list[str]]]) -> None:
    """Writes the titles, and above those of one kind, beside each other, its name on a line."""
    for panel, (_, title) in zip(panels, heads, strict=True):
        for k, line in enumerate(reversed(title)):
            write(axes, panel.x, panel.y - 14 - k * _STEP, line, size=_SMALL, weight="bold")
    lift = 30 + _STEP * max((len(title) for kind, title in heads if kind), default=0)
    places = zip((kind for kind, _ in heads), panels, strict=True)
    for kind, same in groupby(places, lambda place: place[0]):
        group = [panel for _, panel in same]
        if kind:
            x, y, end = group[0].x, group[0].y - lift, group[-1].x + group[-1].wide
            write(axes, x, y + 8, kind, size=_SMALL, color=QUIET)
            axes.plot([x, end], [y + 18] * 2, color=GREY, linewidth=0.75)


def _ticks(panel: _Panel) -> list[float]:
    """Returns the places of the upright lines of a panel but for chance."""
    middle = 0.75 if panel.start else panel.end / 2
    return [panel.end, middle] if panel.start else [panel.end, panel.start, middle]


def _numbers(axes: Axes, panels: Sequence[_Panel]) -> None:
    """Writes the numbers of the upright lines, those that matter most first, if there is room."""
    taken: list[tuple[float, float]] = []
    places = [(panel.across(p), p) for panel in panels if (p := panel.chance) is not None]
    places += [(panel.across(tick), tick) for panel in panels for tick in _ticks(panel)]
    for across, tick in places:
        x, text = float(across), number(tick, 2)
        half = text_width(text) * _SMALL / SIZE / 2
        if all(x + half + 5 < left or right < x - half - 5 for left, right in taken):
            taken.append((x - half, x + half))
            write(axes, x, panels[0].floor + 11, text, ha="center", size=_SMALL, color=QUIET)


def _rules(axes: Axes, panels: Sequence[_Panel]) -> None:
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


def _marks(axes: Axes, panels: Sequence[_Panel]) -> None:
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
            size = _SIZES[best] if filled else _SIZES[0]
            for beyond in (False, True):
                places = [point for out, point in points if out == beyond]
                style = {"color": color, "zorder": 2.5 + on + filled / 2}
                _symbols(axes, places, size, filled=filled, beyond=beyond, **style)
    for panel in panels:
        for k, y in enumerate(panel.rows):
            if panel.values[k] < panel.start:
                _over(axes, panel.x + 8, y, _written(panel.values[k]), color=QUIET)
            if np.isnan(panel.values[k]) and np.isnan(panel.single[k]):
                _over(axes, panel.x + panel.wide / 2 - 4, y, "–", color=QUIET)


def _symbols(
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


def _best(axes: Axes, panel: _Panel) -> None:
    """Writes the best value beside its marks: on their left, where its panel is mostly empty."""
    for k in np.flatnonzero(panel.best):
        text = _written(panel.values[k])
        if panel.values[k] < panel.start:
            continue  # written as all that lie there
        wide = text_width(text, weight="bold") * _SMALL / SIZE
        marks = panel.across([panel.values[k], panel.low[k], panel.high[k], panel.single[k]])
        x = np.nanmin(marks) - 9 - wide
        y = panel.rows[k]
        if x < panel.x - 8:
            x = np.nanmax(marks) + 9
            if x + wide > panel.x + panel.wide + _GAP / 2:  # no room on this side either: above
                x, y = marks[0] - wide / 2, y - 12
        _over(axes, x, y, text, color=INK, weight="bold")


def _over(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Writes a text that hides the lines behind it."""
    wide = text_width(text, weight=style.get("weight", "normal")) * _SMALL / SIZE
    frame(axes, (x - 2, y - 7, wide + 4, 14), facecolor=PAPER, zorder=1)
    write(axes, x, y, text, size=_SMALL, zorder=6, **style)


# --- The key --------------------------------------------------------------------------------------


def _keys(panels: Sequence[_Panel]) -> list[tuple[str, str]]:
    """Returns sign and meaning of what needs one, of what is drawn."""
    parts = np.array([(p.values, p.low, p.single) for p in panels])
    starts = np.array([panel.start for panel in panels])[:, None]
    beyond = parts[:, 0] < starts
    keys = {
        ("best", "the best"): True,
        ("span", "95 % interval"): not np.isnan(parts[:, 1]).all(),
        ("ring", "by one network alone"): not np.isnan(parts[:, 2]).all(),
        ("rule", "by chance"): any(panel.chance is not None for panel in panels),
        ("beyond", "further left"): beyond.any(),
        ("dash", "not defined"): np.isnan(parts[:, [0, 2]]).all(axis=1).any(),
    }
    return [key for key, needed in keys.items() if needed]


def _placed(keys: Sequence[tuple[str, str]], width: float) -> list[list[tuple[float, str, str]]]:
    """Returns the lines of the key: where each begins, its sign and its meaning."""
    lines, x = [[]], 0.0
    for sign, text in keys:
        wide = 22 + text_width(text) * _SMALL / SIZE
        if lines[-1] and x + wide > width:
            lines.append([])
            x = 0.0
        lines[-1].append((x, sign, text))
        x += wide + 18
    return lines


def _sign(axes: Axes, x: float, y: float, sign: str) -> None:
    if sign == "span":
        axes.plot([x - 9, x + 9], [y, y], color=GREY, linewidth=1.4)
    if sign == "rule":
        axes.plot([x, x], [y - 8, y + 8], color=GREY, linewidth=1.2)
    elif sign == "dash":
        write(axes, x, y, "–", ha="center", size=_SMALL, color=QUIET)
    else:
        best = sign == "best"
        style = {"filled": sign != "ring", "beyond": sign == "beyond", "zorder": 3}
        _symbols(axes, [(x, y)], _SIZES[best], color=INK if best else GREY, **style)
