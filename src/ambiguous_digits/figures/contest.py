"""Which score finds what is ambiguous: all of them before the same judges."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ambiguous_digits.figures.panels import (
    GAP,
    SIZES,
    SMALL,
    STEP,
    Panel,
    best_values,
    headings,
    marks,
    numbers,
    rules,
    symbols,
)
from ambiguous_digits.figures.style import (
    GREY,
    INK,
    NARROW,
    QUIET,
    SIZE,
    WIDE,
    board,
    need,
    styled,
    text_width,
    write,
)
from ambiguous_digits.figures.words import broken

#: In CSS pixels: of a row (on a phone less), and around names.
_ROW, _ROW_ON_PHONE, _APART = 25, 22, 14
#: Left of the names: a browser's letters may be wider than ours.
_EDGE = 6
#: Below the rows, and between the panels of one line and those of the next.
_FOOT, _DOWN = 22, 22


class Judge(NamedTuple):
    """How well each of S scores finds what one judge calls ambiguous: 0…1, NaN = not defined.

    `title` may name a kind: "people: disputed" stands under the heading "people", which neighbours
    share. `low`, `high`: its 95 % interval. `single`: the same by one network alone. `chance`: what
    a coin would reach; where it is 0.5, the axis begins at 0.25, else at 0.
    """

    title: str
    values: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    single: ArrayLike | None = None
    chance: float | None = 0.5


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
    reaches 0.5 have the same axis, 0.25…1; those of others begin at 0.

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
    letters = SMALL if narrow else SIZE
    longest = max(text_width(name, weight="bold") for name in names) * letters / SIZE
    left = _EDGE + ceil(longest) + _APART
    wide = (width - left - 8 - (columns - 1) * GAP) / columns
    beyond = [wide + (16 if (k + 1) % columns else 4) for k in range(len(judges))]
    heads = [_head(judge.title, room) for judge, room in zip(judges, beyond, strict=True)]
    panels, y = [], 0.0
    for k in range(0, len(judges), columns):
        line = slice(k, k + columns)
        y += max(STEP * len(title) + 24 * bool(kind) for kind, title in heads[line]) + 8
        for i, values in enumerate(found[line]):
            x = left + i * (wide + GAP)
            panels.append(Panel(x, y, wide, row, *_ends(values), *values))
        y += row * len(names) + _FOOT + _DOWN
    keys = _keys(panels)
    figure, axes = board(width, y - _DOWN + 8 + 20 * len(_placed(keys, width)))

    for k in range(0, len(judges), columns):
        line = slice(k, k + columns)
        headings(axes, panels[line], heads[line])
        numbers(axes, panels[line])
        for name, y in zip(names, panels[k].rows, strict=True):
            weight = "bold" if name in marked else "normal"
            write(axes, left - _APART, y, name, ha="right", weight=weight, size=letters)
    rules(axes, panels)
    for panel in panels:
        best_values(axes, panel)
    marks(axes, panels)
    foot = panels[-1].floor + _FOOT + 16
    for k, line in enumerate(_placed(keys, width)):
        for x, sign, text in line:
            _sign(axes, x + 9, foot + 20 * k, sign)
            write(axes, x + 22, foot + 20 * k, text, size=SMALL, color=QUIET)
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
        return 0.25, 1.0
    greatest = np.nanmax(np.concatenate([*arrays, [chance or 0]]))
    return 0.0, next(end for end in (0.1, 0.2, 0.5, 1.0) if greatest <= end)


def _head(title: str, room: float) -> tuple[str, list[str]]:
    """Returns the kind that a title names, or nothing, and the lines of the rest."""
    kind, colon, rest = title.partition(": ")
    kind, rest = (kind, rest) if colon else ("", title)
    return kind, broken(rest, room, size=SMALL, weight="bold")


# --- The key --------------------------------------------------------------------------------------


def _keys(panels: Sequence[Panel]) -> list[tuple[str, str]]:
    """Returns sign and meaning of what needs one, of what is drawn."""
    parts = np.array([(p.values, p.low, p.single) for p in panels])
    points = parts[:, [0, 2]]
    starts = np.array([panel.start for panel in panels])[:, None, None]
    keys = {
        ("best", "the best"): True,
        ("span", "95 % interval"): not np.isnan(parts[:, 1]).all(),
        ("ring", "by one network alone"): not np.isnan(parts[:, 2]).all(),
        ("rule", "by chance"): any(panel.chance is not None for panel in panels),
        ("beyond", "further left"): (points < starts).any(),
        ("dash", "not defined"): np.isnan(points).all(axis=1).any(),
    }
    return [key for key, needed in keys.items() if needed]


def _placed(keys: Sequence[tuple[str, str]], width: float) -> list[list[tuple[float, str, str]]]:
    """Returns the lines of the key: where each begins, its sign and its meaning."""
    lines, x = [[]], 0.0
    for sign, text in keys:
        wide = 22 + text_width(text) * SMALL / SIZE
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
        write(axes, x, y, "–", ha="center", size=SMALL, color=QUIET)
    else:
        best = sign == "best"
        style = {"filled": sign != "ring", "beyond": sign == "beyond", "zorder": 3}
        symbols(axes, [(x, y)], SIZES[best], color=INK if best else GREY, **style)
