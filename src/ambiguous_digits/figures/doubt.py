"""Where doubt comes from: out of the digit itself, or out of the networks' quarrel about it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    NARROW,
    QUIET,
    WIDTH,
    board,
    need,
    number,
    styled,
    text_width,
    write,
)
from ambiguous_digits.figures.thumbnails import need_images, scatter, tiles

#: In CSS pixels: above the plot, below it, between a tick's number and the axis.
_TOP, _FOOT, _TICK = 30, 46, 8
_SMALL = 12
#: Pictures at most: more would be a crowd, not a map.
_MOST = 60


@styled
def doubt_map(
    images: NDArray[np.uint8],
    expected_entropy: ArrayLike,
    mutual_information: ArrayLike,
    *,
    narrow: bool = False,
) -> Figure:
    """Returns a map of doubt: the digits themselves, the further right the more is in the digit.

    From left to right: the entropy of one network's answer, on average (each is torn); from below:
    what the entropy of their mean has beyond that (they contradict each other). Both axes are
    fitted to the data. A digit is shown at its place if none before it lies there, at most 60 of
    them; the others are grey dots.

    `images`: uint8 `(n, H, W)`, n from 1 to 200, in order of importance: the most doubtful first.
    `expected_entropy`, `mutual_information`: `(n,)`, in shares 0…1 of the largest entropy,
    higher = more doubt; a digit with NaN in one is left out. `narrow`: for a phone.
    Raises `ValueError` if a shape is another or a value out of range.
    """
    images = np.asarray(images)
    need_images(images, 200)
    doubts = {"expected_entropy": expected_entropy, "mutual_information": mutual_information}
    doubts = {name: np.asarray(given, np.float64) for name, given in doubts.items()}
    for name, given in doubts.items():
        needs = f"({len(images)},), 0 to 1 or NaN"
        need(given.shape == (len(images),), name, given, needs)
        fits = not ((given < -1e-6) | (given > 1 + 1e-6)).any()
        need(fits, name, "numbers out of range", needs)
    places = np.column_stack(list(doubts.values()))
    known = ~np.isnan(places).any(axis=1)
    images, places = images[known], places[known]

    width, high, side = (NARROW, 360, 20) if narrow else (WIDTH, 400, 24)
    figure, axes = board(width, _TOP + high + _FOOT)
    floor = _TOP + high
    across, xs = _axis(places[:, 0], 44 + side, width - side, 4 if narrow else 7)
    upward, ys = _axis(places[:, 1], floor - side, _TOP + side, 7)
    _rule(axes, xs, ys, width, floor)
    middles = np.column_stack([across(places[:, 0]), upward(places[:, 1])])
    shown = _free(middles, side + 2)
    if len(images):
        _dots(axes, np.delete(middles, shown, axis=0))
        scatter(axes, tiles(images[shown], side), middles[shown] - side // 2)
    return figure


def _axis(values: NDArray, start: float, end: float, most: int):
    """Returns what maps values to whole pixels between start and end, and places of few ticks."""
    low, high = (values.min(), values.max()) if len(values) else (0, 1)
    if high - low < 1e-3:
        low, high = low - 0.05, high + 0.05
    slope = (end - start) / (high - low)

    def place(values: ArrayLike) -> NDArray[np.int64]:
        return np.rint(start + (np.asarray(values) - low) * slope).astype(np.int64)

    ticks = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high)
    return place, {
        number(tick, 3): int(place(tick)) for tick in ticks if max(low, 0) <= tick <= high
    }


def _free(middles: NDArray[np.int64], side: int) -> list[int]:
    """Returns which of the squares around the middles, in order, lie on none returned before."""
    free: list[int] = []
    for k, middle in enumerate(middles):
        if (np.abs(middles[free] - middle).max(axis=1, initial=0) >= side).all():
            free.append(k)
    return free[:_MOST]


def _dots(axes: Axes, middles: NDArray[np.int64]) -> None:
    """Draws round dots as lines without length, all as one path: few bytes."""
    points = np.repeat(middles, 2, axis=0)
    path = Path(points, [Path.MOVETO, Path.LINETO] * len(middles))
    path.should_simplify = False  # else lines without length are left out
    style = {"edgecolor": GREY, "linewidth": 3, "alpha": 0.55, "zorder": 1}
    axes.add_patch(PathPatch(path, fill=False, capstyle="round", **style))


def _rule(axes: Axes, xs: dict[str, int], ys: dict[str, int], width: int, floor: int) -> None:
    left = 44
    for text, y in ys.items():
        axes.plot([left - 4, left], [y, y], color=GREY, linewidth=0.75)
        write(axes, left - _TICK, y, text, ha="right", size=_SMALL, color=QUIET)
    for text, x in xs.items():
        axes.plot([x, x], [floor, floor + 4], color=GREY, linewidth=0.75)
        write(axes, x, floor + 14, text, ha="center", size=_SMALL, color=QUIET)
    axes.plot([left, left, width], [_TOP, floor, floor], color=GREY, linewidth=0.75, zorder=0)
    up, right = "↑ networks contradict each other", "every network is torn →"
    write(axes, 0, 8, up, weight="bold")
    write(axes, width, floor + 38, right, ha="right", weight="bold")
    if width > NARROW:
        write(axes, text_width(up, weight="bold") + 14, 8, "mutual information", color=QUIET)
        x = width - text_width(right, weight="bold") - 14
        write(axes, x, floor + 38, "expected entropy", ha="right", color=QUIET)
