"""What a convolution has learned: its kernels, and the map that each makes of a digit."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.kernels import hinton, need_picture, plate, squares
from ambiguous_digits.figures.style import (
    GREY,
    HEAT,
    NARROW,
    PAPER,
    WIDTH,
    arrow,
    board,
    ink,
    need,
    picture,
    styled,
    write,
)


@styled
def learned_kernels(
    image: NDArray[np.uint8], kernels: ArrayLike, maps: ArrayLike, *, narrow: bool = False
) -> Figure:
    """Returns all kernels that a convolution has learned, each with its map of one digit.

    A kernel is nine squares, filled where it wants ink, of paper where it wants none; the larger,
    the more. Its map stands under it, on a phone at its right, scaled by its own maximum; a map
    that is 0 everywhere stays empty. The kernels go round clockwise by where they want ink,
    Σ weight · place from the middle, and begin with the one that leans to one side most: that one
    is also drawn large, as the key.

    `image`: uint8 `(H, W)`. `kernels`: float `(3, 3, n)`. `maps`: float `(h, w, n)`, at least 0.
    Raises `ValueError` if a shape is another or a map is negative.
    """
    image, kernels = np.asarray(image), np.asarray(kernels, np.float64)
    maps = np.asarray(maps, np.float64)
    need_picture(image)
    fits = kernels.ndim == 3 and kernels.shape[:2] == (3, 3) and np.isfinite(kernels).all()
    need(fits and kernels.size > 0, "kernels", kernels, "finite, (3, 3, n)")
    fits = maps.ndim == 3 and maps.shape[2] == kernels.shape[2] and maps.size > 0
    need(fits and (maps >= 0).all(), "maps", maps, f"(h, w, {kernels.shape[2]}), at least 0")
    order = _clockwise(kernels)
    kernels, maps = kernels[..., order], maps[..., order]

    height, width, count = maps.shape
    wide, columns, side, room, free = (NARROW, 4, 24, 44, 12) if narrow else (WIDTH, 8, 33, 52, 18)
    zoom, beside, inset = room / max(height, width), side + 4, (room - side) // 2
    shifts, pair = ((0, inset), (beside, 0)), (beside + room, room)  # of kernel, map; both
    if not narrow:
        shifts, pair = np.flip(shifts, axis=1), pair[::-1]
    top, pitch = 178 + 14 * narrow, round((pair[1] + free) / zoom)  # pitch in pixels of the maps
    rows = -(-count // columns)
    xs = np.rint(np.linspace(0, wide - pair[0], columns))
    ys = top + pitch * zoom * np.arange(rows)
    figure, axes = board(wide, ys[-1] + pair[1])

    _key(axes, image, kernels[..., :1], _shaded(maps[..., 0]), narrow=narrow)
    write(axes, 0, top - 17, f"all {count} kernels, and their maps", weight="bold")
    hinton(axes, kernels, np.add([(x, y) for y in ys for x in xs][:count], shifts[0]), side)
    tiles = np.zeros((rows * columns, pitch, width, 4), np.uint8)
    for tile, map_ in zip(tiles, np.moveaxis(maps, 2, 0), strict=False):
        tile[:height] = _shaded(map_)
    for column, x in enumerate(xs[:count]):  # one picture for each column: fewer bytes
        strip = tiles[column::columns].reshape(-1, width, 4)[: height - pitch]
        left, upper = shifts[1] + (room - zoom * np.array([width, height])) / 2
        picture(axes, strip, (x + left, top + upper, width * zoom, len(strip) * zoom))
    return figure


def _clockwise(kernels: NDArray[np.float64]) -> NDArray[np.int64]:
    """The order of kernels, by the direction from their middle in which they want ink."""
    down, right = (np.tensordot(way, kernels) for way in np.mgrid[-1:2, -1:2])
    lean = np.hypot(right, down) / np.maximum(np.linalg.norm(kernels, axis=(0, 1)), 1e-9)
    turn = np.arctan2(down, right)
    return np.argsort((turn - turn[lean.argmax()]) % (2 * np.pi), kind="stable")


def _shaded(map_: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The ink of a map on a faint ground, which shows an empty one too."""
    return np.maximum(ink(map_, shades=7), np.uint8([0, 0, 0, 12]))


def _key(
    axes: Axes,
    image: NDArray[np.uint8],
    kernel: NDArray[np.float64],
    map_: NDArray[np.uint8],
    *,
    narrow: bool,
) -> None:
    """The picture, one kernel and its map, large; and what the squares mean."""
    side, gap, top = (84, 33, 24) if narrow else (112, 40, 24)
    zoom, middle = side / max(image.shape), top + side / 2
    xs = [i * (side + gap) for i in range(3)]
    for x, name in zip(xs, ("the picture", "a kernel", "its map"), strict=True):
        write(axes, x, 8, name, weight="bold")
    for draw, x, rgba in ((plate, xs[0], ink(image)), (picture, xs[2], map_)):
        high, wide = (size * zoom for size in rgba.shape[:2])
        draw(axes, rgba, (x, middle - high / 2, wide, high))
    hinton(axes, kernel, [(xs[1], top)], side // 3 * 3)
    write(axes, xs[1] - gap / 2, middle, "×", size=26, ha="center")
    arrow(axes, (xs[2] - gap + 6, middle), (xs[2] - 6, middle))

    places = [(9, top + side + 20), (121, top + side + 20)]
    if not narrow:
        places = [(WIDTH - 110, middle - 14), (WIDTH - 110, middle + 14)]
    for (x, y), color, words in zip(places, (HEAT, PAPER), ("ink", "paper"), strict=True):
        squares(axes, [(x, y)], 18, GREY, alpha=0.45)
        squares(axes, [(x, y)], 12, color)
        write(axes, x + 16, y, f"wants {words}")
