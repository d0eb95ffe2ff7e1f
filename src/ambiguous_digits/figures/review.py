"""What a person's time buys: how good the networks are once somebody looks where they are torn."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    MARGIN,
    NARROW,
    PREDICTION,
    QUIET,
    WIDTH,
    need,
    number,
    panel,
    styled,
    text_width,
)
from ambiguous_digits.figures.words import broken

#: In CSS pixels: above, below and left of the plot, from line to line of a name.
_TOP, _FOOT, _LEFT, _STEP = 34, 44, 54, 15
#: Lines of the best, of those that are marked, and of the others: no two of the former look alike.
_BOLD: list[dict[str, Any]] = [
    {"color": PREDICTION, "linewidth": 2.6, "zorder": 3},
    {"color": INK, "linewidth": 1.6, "linestyle": (0, (5, 2))},
    {"color": INK, "linewidth": 1.6, "linestyle": (0, (1, 1.5))},
    {"color": INK, "linewidth": 1.6, "linestyle": (0, (6, 2, 1, 2))},
]
_GREY: dict[str, Any] = {"color": GREY, "linewidth": 1}


@styled
def accuracy_of_rest(
    looked_at: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    goal: float = 0.999,
    marked: Sequence[str] = (),
    unit: str = "digits",
    narrow: bool = False,
) -> Figure:
    """Returns the accuracy on the digits that are left, against how many a person looks at.

    A line for each score, which chooses the digits; its name stands at its end. The best, which
    reaches the goal with the fewest digits, is thick and blue; those marked are dashed; the others
    grey. Under the place where one of the former reaches the goal stands its number of digits;
    the scale goes to 1.5 times the last of these numbers.

    `looked_at`: whole numbers `(S,)`, increasing. `curves`: name of a score → `(S,)`, accuracy on
    the rest, 0…1. `goal`: an accuracy, a dotted line. `marked`: up to
    three names in `curves`. `unit`: what the pictures are. `narrow`: for a phone.
    Raises `ValueError` if a shape is another, or a name is no curve's.
    """
    looked_at = np.asarray(looked_at)
    rest = {name: np.asarray(curve, np.float64) for name, curve in curves.items()}
    for name, curve in rest.items():
        need(curve.shape == looked_at.shape, f"curves[{name!r}]", curve, f"{looked_at.shape}")
    need(set(marked) <= set(rest) and len(marked) <= 3, "marked", marked, f"three of {list(rest)}")
    first = {name: _first(looked_at, curve >= goal) for name, curve in rest.items()}
    best = min(rest, key=lambda name: (first[name], -np.mean(rest[name])))
    bold = [best, *(name for name in marked if name != best)]
    reached = [name for name in sorted(bold, key=first.get) if np.isfinite(first[name])]
    last = 1.5 * max((first[name] for name in reached), default=0) or np.inf
    rest = {name: curve[looked_at <= last] for name, curve in rest.items()}
    looked_at = looked_at[looked_at <= last]

    width, high = (NARROW, 290) if narrow else (WIDTH, 320)
    names = {name: broken(name, 80) if narrow else [name] for name in rest}
    right = max(text_width(line, weight="bold") for name in names.values() for line in name) + 22
    size = ((width + 2 * MARGIN) / 96, (_TOP + high + _FOOT + 2 * MARGIN) / 96)
    figure = Figure(figsize=size, dpi=96)
    axes = panel(figure, _LEFT, _TOP, width - _LEFT - right, high)
    looks = dict.fromkeys(rest, _GREY) | dict(zip(bold, _BOLD, strict=False))
    for name in rest:
        axes.plot(looked_at, 100 * rest[name], **looks[name], clip_on=False)
    low = 100 * min(goal, *(curve.min() for curve in rest.values()))
    room = (100 - low) / (high - 20 * len(reached) - 10) * high  # numbers stand below all lines
    axes.set(xlim=(0, looked_at[-1]), ylim=(100 - room, 100))
    _rule(axes, 100 * goal, low, 3 if narrow else 6)
    axes.set_xlabel(f"{unit} that a person looks at")
    for k, name in enumerate(reached):
        y = 100 * rest[name][looked_at == first[name]][0]
        _drop(axes, first[name], y, (8 + 20 * k) / high, looks[name], unit)
    order = sorted(rest, key=lambda name: (-rest[name][-1], first[name]))
    ends = [100 * rest[name][-1] for name in order]
    _write_names(axes, ends, [names[name] for name in order], [looks[name] for name in order])
    return figure


def _first(looked_at: NDArray, reached: NDArray[np.bool]) -> float:
    return float(looked_at[np.argmax(reached)]) if reached.any() else np.inf


def _rule(axes: Axes, goal: float, low: float, most: int) -> None:
    """Draws the goal as a dotted line, and a scale that leaves room for its number."""
    axes.axhline(goal, color=INK, linewidth=1.1, linestyle=(0, (1, 2)), zorder=1)
    ticks = MaxNLocator(5).tick_values(low, 100)
    near = 0.06 * (100 - axes.get_ylim()[0])
    ticks = [tick for tick in ticks if low - near / 4 < tick <= 100 and abs(tick - goal) > near]
    axes.set_yticks([*ticks, goal], [f"{number(tick, 3)} %" for tick in [*ticks, goal]])
    axes.get_yticklabels()[-1].set(color=INK, weight="bold")
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    style = {"loc": "left", "x": -_LEFT / axes.bbox.width, "size": "medium", "pad": 11}
    axes.set_title("accuracy on the rest", color=QUIET, **style)


def _drop(
    axes: Axes, k: float, y: float, height: float, look: Mapping[str, Any], unit: str
) -> None:
    """Marks a point of a line and writes below, at a share of the height, its k."""
    low, top = axes.get_ylim()
    axes.plot([k, k], [y, low + height * (top - low)], **look | {"linewidth": 1})
    axes.plot(k, y, "o", color=look["color"], markersize=5.5, zorder=5)
    style = {"textcoords": "offset points", "weight": "bold", "color": look["color"]}
    axes.annotate(f"{k:,.0f} {unit}", (k, low + height * (top - low)), (4, 0), **style)


def _write_names(
    axes: Axes,
    ends: Sequence[float],
    names: Sequence[Sequence[str]],
    looks: Sequence[Mapping[str, Any]],
) -> None:
    """Writes names, in lines, beside the ends of their curves, the highest first, nudged apart."""
    high, scale = axes.bbox.height, axes.bbox.height / np.ptp(axes.get_ylim())
    heights = np.array([_STEP * len(lines) + 2 for lines in names])
    offsets = np.cumsum(heights) - heights / 2  # from the top, if all stand close together
    wanted = (100 - np.array(ends)) * scale
    shift = np.clip(isotonic_regression(wanted - offsets).x, -8, high + 8 - heights.sum())
    style = {"transform": axes.transAxes, "clip_on": False}
    for y, middle, lines, look in zip(wanted, shift + offsets, names, looks, strict=True):
        across, up = 1 + np.array([2, 12, 15]) / axes.bbox.width, 1 - np.array([y, middle]) / high
        axes.plot(across[:2], up, color=GREY, linewidth=0.75, **style)
        name = {"color": QUIET} if look is _GREY else {"color": look["color"], "weight": "bold"}
        axes.text(across[2], up[1], "\n".join(lines), va="center_baseline", **style, **name)
