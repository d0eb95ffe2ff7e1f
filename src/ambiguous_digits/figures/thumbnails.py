"""Small pictures of digits as marks in a figure: cut to their ink, sharp, all as one picture.

Where they are many, the first come first: the others stand where room is left. Some have names.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from ambiguous_digits.figures.style import SIZE, ink, need, picture, text_width, write

#: Height of a name's letters in CSS pixels, and of the room that it needs.
_LETTERS, _LINE = 11, 14
#: Left, top, right, bottom.
Box = tuple[float, float, float, float]


def need_images(images: NDArray, most: int) -> None:
    """Raises `ValueError` unless `images` are from one to so many pictures."""
    fits = images.ndim == 3 and images.dtype == np.uint8 and images.size > 0
    needs = f"uint8 (n, H, W), n from 1 to {most}"
    need(fits and len(images) <= most, "images", images, needs)


def tiles(images: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Returns each digit without its empty margin, in the middle of `side` × `side` pixels.

    `images`: uint8 `(n, H, W)`. All are on one scale: a whole multiple if they are small, so that
    they stay sharp, and reduced as far as the largest needs it if they are not. uint8
    `(n, side, side)`.
    """
    cut = [_cut(image) for image in images]
    largest = max(max(image.shape) for image in cut)
    tile = np.zeros((len(images), side, side), np.uint8)
    for image, place in zip(cut, tile, strict=True):
        if largest > side:
            height, width = (max(1, round(size * side / largest)) for size in image.shape)
            image = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX))
        else:
            image = np.kron(image, np.ones((side // largest,) * 2, np.uint8))
        y, x = ((side - size) // 2 for size in image.shape)
        place[y : y + image.shape[0], x : x + image.shape[1]] = image
    return tile


def _cut(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    ys, xs = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    return image[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1] if len(ys) else image[:1, :1]


def scatter(axes: Axes, tile: NDArray[np.uint8], corners: ArrayLike) -> AxesImage:
    """Returns the one picture of all tiles, drawn at their whole upper left corners `(n, 2)`.

    A pixel of it is one of the board's: so the tiles are crisp, and have a third of the bytes that
    they would have each by itself.
    """
    corners, side = np.asarray(corners, np.int64), tile.shape[1]
    left, top = corners.min(axis=0)
    width, height = corners.max(axis=0) - (left, top) + side
    canvas = np.zeros((height, width), np.uint8)
    for image, (x, y) in zip(tile, corners - (left, top), strict=True):
        part = canvas[y : y + side, x : x + side]
        np.maximum(part, image, out=part)
    return picture(axes, ink(canvas, shades=18), (left, top, width, height))


def free(
    middles: NDArray[np.int64], side: int, first: Sequence[int], taken: Sequence[Box]
) -> list[int]:
    """Returns which squares around the middles are free: all the first, then others in order.

    The others lie on no square before them, and not on, or close beside, a box that is taken.
    """
    chosen = list(first)
    boxes = np.reshape(taken, (-1, 4)) + np.array([-6, -1, 6, 1])
    for k in range(len(middles)):
        near = np.abs(middles[chosen] - middles[k]).max(axis=1, initial=0) < side
        covered = k in first or (near.any() if chosen else False)
        if not covered and not overlap(around(middles[k], side), boxes).any():
            chosen.append(k)
    return chosen


def name_tiles(
    axes: Axes,
    tile: NDArray[np.uint8],
    middles: NDArray[np.int64],
    names: Mapping[int, str],
    taken: Sequence[Box],
    area: Box,
) -> list[Box]:
    """Writes names, position → text, close to the ink of their tiles; returns their boxes.

    Beside, above or below: where a name covers least, first of what is `taken`, then of the tiles
    that have names, then of all middles; inside `area`.
    """
    digits, points = around(middles[list(names)], tile.shape[1]), around(middles, 8)
    boxes: list[Box] = []
    for k, name in names.items():
        wide = text_width(name, weight="bold") * _LETTERS / SIZE
        (x, y), (right, down) = middles[k], (_extent(tile[k], axis) / 2 for axis in (0, 1))
        places = [(x + right + 4, y - _LINE / 2), (x - right - 4 - wide, y - _LINE / 2)]
        places += [(x - wide / 2, y - down - _LINE), (x - wide / 2, y + down)]
        costs, choices = [], []
        for left, top in places:
            left, top = max(min(left, area[2] - wide), area[0]), max(top, area[1])
            box = left, top, left + wide, top + _LINE
            fixed = np.concatenate([digits, np.reshape([*taken, *boxes], (-1, 4))])
            own = overlap(box, [[x - right, y - down, x + right, y + down]])
            fixed = np.delete(fixed, list(names).index(k), axis=0)
            costs.append(99 * (own.sum() + overlap(box, fixed).sum()))
            costs[-1] += overlap(box, points).sum() + 99 * (box[3] > area[3])
            choices.append(box)
        boxes.append(choices[int(np.argmin(costs))])
        left, top, *_ = boxes[-1]
        write(axes, left, top + _LINE / 2, name, size=_LETTERS, weight="bold", zorder=3)
    return boxes


def _extent(tile: NDArray[np.uint8], axis: int) -> int:
    inked = np.flatnonzero(tile.any(axis=axis))
    return int(inked[-1] - inked[0]) + 1 if len(inked) else 0


def around(middles: NDArray[np.int64], side: float) -> NDArray[np.float64]:
    """Returns the boxes, `(n, 4)`, of squares around middles `(n, 2)`."""
    return np.concatenate([middles - side / 2, middles + side / 2], axis=-1)


def overlap(box: ArrayLike, others: ArrayLike) -> NDArray[np.bool]:
    """Returns which of the other boxes, `(n, 4)`, a box lies on."""
    box, others = np.asarray(box), np.reshape(others, (-1, 4))
    return ((box[:2] < others[:, 2:]) & (others[:, :2] < box[2:])).all(axis=1)
