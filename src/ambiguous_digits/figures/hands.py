"""A puzzling picture beside what else the same hand wrote."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ambiguous_digits.figures.style import (
    LINE,
    NARROW,
    PREDICTION,
    QUIET,
    TRUTH,
    WIDTH,
    board,
    frame,
    ink,
    need,
    picture,
    styled,
    write,
)
from ambiguous_digits.figures.thumbnails import tiles

#: In CSS pixels: the puzzling picture, one of a group at most, of a title, between rows, between
#: what stands side by side.
_LARGE, _SMALL, _TITLE, _DOWN, _APART = 84, 40, 24, 26, 14
#: Between two pictures of a group, in their own pixels, at most and at least.
_GAP, _LEAST = 6, 1
_MOST = 6


class Hand(NamedTuple):
    """One puzzling picture and what its writer wrote of one class, then of its rival.

    `image`: uint8 `(H, W)`. `title`: such as "test 4761". `groups`: one or two of a title, such as
    "this writer's 9s", and pictures, uint8 `(n, H, W)`, n from 0: the label's class, its rival.
    """

    image: NDArray[np.uint8]
    title: str
    groups: Sequence[tuple[str, NDArray[np.uint8]]]


@styled
def same_hand(rows: Sequence[Hand], *, narrow: bool = False) -> Figure:
    """Returns puzzling pictures, each large, and small beside it what the same hand wrote.

    Of each group the first pictures in the order given, six or as many as find room, cut to their
    ink, all of the figure on one scale; where there are none, it says "none". The title of the
    first group has the colour of the label, that of the second the colour of the prediction.

    `rows`: one to six. `narrow`: for a phone, the groups one below the other.
    Raises `ValueError` if there are other groups, or pictures are none.
    """
    rows = [Hand(*row) for row in rows]
    need(1 <= len(rows) <= 6, "rows", f"{len(rows)}", "one to six")
    for hand in rows:
        _check(hand)
    shown = [(title, np.asarray(images)[:_MOST]) for hand in rows for title, images in hand.groups]

    width, left = NARROW if narrow else WIDTH, _LARGE + _APART
    room = (width - left) if narrow else (width - left - _APART) / 2
    small, zoom = _small([images for _, images in shown])
    high = 2 * (_TITLE + _SMALL) + 8 if narrow else _LARGE + 20
    figure, axes = board(width, len(rows) * (high + _DOWN) - _DOWN)
    k = 0
    for i, hand in enumerate(rows):
        y = i * (high + _DOWN)
        _puzzle(axes, y, hand)
        for group, _ in enumerate(hand.groups):
            if narrow:
                x, top = left, y + group * (_TITLE + _SMALL + 8)
            else:
                x, top = left + group * (room + _APART), y + 10
            color = (TRUTH, PREDICTION)[group]
            write(axes, x, top + 8, shown[k][0], color=color, weight="bold")
            _strip(axes, (x, top + _TITLE + _SMALL / 2), small[k], zoom, room)
            k += 1
    return figure


def _check(hand: Hand) -> None:
    image = np.asarray(hand.image)
    fits = image.ndim == 2 and image.dtype == np.uint8 and image.size > 0
    need(fits, f"rows[{hand.title!r}].image", image, "uint8 (H, W)")
    count = len(hand.groups)
    need(1 <= count <= 2, f"rows[{hand.title!r}].groups", f"{count}", "one or two")
    for title, images in hand.groups:
        images = np.asarray(images)
        fits = images.ndim == 3 and images.dtype == np.uint8 and min(images.shape[1:]) > 0
        need(fits, f"rows[{hand.title!r}].groups[{title!r}]", images, "uint8 (n, H, W)")


def _puzzle(axes: Axes, y: float, hand: Hand) -> None:
    image = np.asarray(hand.image)
    height, width = image.shape
    zoom = _LARGE / max(height, width)
    box = (0, y, zoom * width, zoom * height)
    picture(axes, ink(image, shades=18), box)
    frame(axes, box, edgecolor=LINE)
    write(axes, 0, y + zoom * height + 13, hand.title, color=QUIET)


def _small(
    groups: Sequence[NDArray[np.uint8]],
) -> tuple[list[list[NDArray[np.uint8]]], float]:
    """Returns the pictures of each group, cut to their width and as high as all, and their zoom.

    That is the same in the whole figure: a half or whole number, unless they are large.
    """
    images = [image for group in groups for image in group]
    extent = max([1, *(_extent(image, axis) for image in images for axis in (0, 1))])
    extent = min(extent, _SMALL)  # what is larger is reduced
    small = [[_upright(tile) for tile in tiles(g, extent)] if len(g) else [] for g in groups]
    zoom = _SMALL / extent
    return small, int(2 * zoom) / 2 if zoom >= 1.5 else zoom


def _extent(image: NDArray[np.uint8], axis: int) -> int:
    inked = np.flatnonzero(image.any(axis=axis))
    return int(np.ptp(inked)) + 1 if len(inked) else 0


def _upright(tile: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns a tile without the columns at its sides that are empty."""
    inked = np.flatnonzero(tile.any(axis=0))
    return tile[:, inked[0] : inked[-1] + 1] if len(inked) else tile


def _wide(group: Sequence[NDArray[np.uint8]], gap: int) -> int:
    return sum(image.shape[1] for image in group) + gap * (len(group) - 1)


def _strip(
    axes: Axes,
    place: tuple[float, float],
    group: Sequence[NDArray[np.uint8]],
    zoom: float,
    room: float,
) -> None:
    """Draws a group as one picture, from its left, vertically centred."""
    x, y = place
    if not group:
        write(axes, x, y, "none", color=QUIET, style="italic")
        return
    while len(group) > 1 and zoom * _wide(group, _LEAST) > room:
        group = group[:-1]
    gap = next(g for g in range(_GAP, 0, -1) if zoom * _wide(group, g) <= room or g == _LEAST)
    space = np.zeros((len(group[0]), gap), np.uint8)
    strip = np.hstack([part for image in group for part in (space, image)][1:])
    height, width = strip.shape
    box = (x, y - zoom * height / 2, zoom * width, zoom * height)
    picture(axes, ink(strip, shades=8), box)
