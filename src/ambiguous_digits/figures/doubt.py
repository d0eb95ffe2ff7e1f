"""Where doubt comes from: out of the digit itself, or out of the networks' quarrel about it."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    NARROW,
    QUIET,
    SIZE,
    WIDTH,
    board,
    dots,
    need,
    number,
    styled,
    text_width,
    write,
)
from ambiguous_digits.figures.thumbnails import (
    Box,
    around,
    free,
    name_tiles,
    need_images,
    overlap,
    scatter,
    tiles,
)

#: In CSS pixels: above the plot, below it, left of it, between a tick's number and the axis.
_TOP, _FOOT, _LEFT, _TICK = 30, 46, 44, 8
#: Height of the plot at least and at most.
_LOW, _HIGH = 150, 420
_SMALL = 12
#: Pictures at most: more would be a crowd, not a map.
_MOST = 60


@styled
def doubt_map(
    images: NDArray[np.uint8],
    expected_entropy: ArrayLike,
    mutual_information: ArrayLike,
    *,
    marked: Mapping[int, str] = MappingProxyType({}),
    narrow: bool = False,
) -> Figure:
    """Returns a map of doubt: the digits themselves, the further right the more is in the digit.

    From left to right: the entropy of one network's answer, on average (each is torn); from below:
    what the entropy of their mean has beyond that (they contradict each other). Both axes begin at
    0 and have one scale, so the thin line of equal parts, "half and half", rises by 45°; on a phone
    heights count double. A digit is shown at its place if none before it lies there, at most 60 of
    them; the others are grey dots.

    `images`: uint8 `(n, H, W)`, n from 1 to 200, in order of importance: the most doubtful first.
    `expected_entropy`, `mutual_information`: `(n,)`, in shares 0…1 of the largest entropy,
    higher = more doubt; a digit with NaN in one is left out. `marked`: position in `images` → short
    text, such as its number: these digits are shown in any case, with the text in bold beside them.
    `narrow`: for a phone.
    Raises `ValueError` if a shape is another or a value or a position out of range.
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
    fits = all(0 <= k < len(images) for k in marked)
    need(fits, "marked", list(marked), f"positions from 0 to {len(images) - 1}")
    places = np.column_stack(list(doubts.values()))
    known = np.flatnonzero(~np.isnan(places).any(axis=1))
    images, places = images[known], places[known]
    names = {k: marked[place] for k, place in enumerate(known) if place in marked}

    width, side, steep = (NARROW, 20, 2) if narrow else (WIDTH, 24, 1)
    pad = side // 2 + 2  # a digit at 0 shall not lie on the axis
    across, up = np.maximum(places.max(axis=0, initial=0), 0.01)
    scale = min((width - _LEFT - 2 * pad) / across, (_HIGH - 2 * pad) / (steep * up))
    high = max(round(scale * steep * up) + 2 * pad, _LOW)
    origin, scales = np.array([_LEFT + pad, _TOP + high - pad]), scale * np.array([1, -steep])
    figure, axes = board(width, _TOP + high + _FOOT)
    _rule(axes, origin, scales, width, _TOP + high)
    middles = np.rint(origin + scales * places).astype(np.int64)
    taken = [_half(axes, origin, scales, width - pad, middles)]
    if len(images):
        tile = tiles(images, side)
        area = (_LEFT, _TOP, width, _TOP + high)
        taken += name_tiles(axes, tile, middles, names, taken, area)
        shown = free(middles, side + 2, list(names), taken)[:_MOST]
        others = np.delete(middles, shown, axis=0)
        dots(axes, others, edgecolor=GREY, linewidth=2.2, zorder=1)
        scatter(axes, tile[shown], middles[shown] - side // 2)
    return figure


def _half(
    axes: Axes, origin: NDArray, scales: NDArray, right: float, middles: NDArray[np.int64]
) -> Box:
    """Draws where both parts are equal, from 0 to the end of the axes; returns its words' box.

    They stand left of its end, or further down or right of it if digits are in their way.
    """
    end = min((right - origin[0]) / scales[0], (_TOP - origin[1]) / scales[1])
    xs, ys = np.transpose([origin, origin + end * scales])
    axes.plot(xs, ys, color=GREY, linewidth=0.75, zorder=0)
    words, squares, choices = "half and half", around(middles, 38), []
    wide = text_width(words) * _SMALL / SIZE
    for part in (0, 0.3, 0.6):
        x, y = origin + (1 - part) * end * scales
        for left in (x - 12 - wide, x + 8):
            box = left, y, left + wide, y + 16
            out = left < _LEFT + 4 or box[2] > right
            choices.append((999 * out + overlap(box, squares).sum(), box))
    _, box = min(choices, key=lambda choice: choice[0])
    write(axes, box[0], box[1] + 8, words, size=_SMALL, color=QUIET)
    return box


def _ticks(last: float, most: int) -> NDArray[np.float64]:
    ticks = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(0, last)
    return ticks[ticks <= min(last, 1)]


def _rule(axes: Axes, origin: NDArray, scales: NDArray, width: int, floor: int) -> None:
    ends = (np.array([width - 16, _TOP + 6]) - origin) / scales
    left = _LEFT
    for tick in _ticks(ends[1], 4):
        y = round(origin[1] + scales[1] * tick)
        axes.plot([left - 4, left], [y, y], color=GREY, linewidth=0.75)
        write(axes, left - _TICK, y, number(tick, 3), ha="right", size=_SMALL, color=QUIET)
    for tick in _ticks(ends[0], 4 if width == NARROW else 7):
        x = round(origin[0] + scales[0] * tick)
        axes.plot([x, x], [floor, floor + 4], color=GREY, linewidth=0.75)
        write(axes, x, floor + 14, number(tick, 3), ha="center", size=_SMALL, color=QUIET)
    axes.plot([left, left, width], [_TOP, floor, floor], color=GREY, linewidth=0.75, zorder=0)
    up, right = "↑ networks contradict each other", "every network is torn →"
    write(axes, 0, 8, up, weight="bold")
    write(axes, width, floor + 38, right, ha="right", weight="bold")
    if width > NARROW:
        write(axes, text_width(up, weight="bold") + 14, 8, "mutual information", color=QUIET)
        x = width - text_width(right, weight="bold") - 14
        write(axes, x, floor + 38, "expected entropy", ha="right", color=QUIET)
