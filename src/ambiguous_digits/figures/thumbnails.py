"""Small pictures of digits as marks in a figure: cut to their ink, sharp, all as one picture."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from ambiguous_digits.figures.style import ink, need, picture


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
