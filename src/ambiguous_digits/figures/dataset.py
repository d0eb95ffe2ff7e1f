"""What the data set is: a sheet of its digits."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ambiguous_digits.figures.style import (
    NARROW,
    WIDTH,
    board,
    ink,
    need,
    picture,
    styled,
    text_width,
    write,
)

_GAP = 3  # CSS pixels that are free between two digits, at least


@styled
def digit_sheet(
    images: NDArray[np.uint8], class_names: Sequence[str], *, narrow: bool = False
) -> Figure:
    """Returns a sheet of sample digits: a row for each class, its name at the left.

    Drawn are the first columns, as many as find room at 46 CSS pixels each, on a phone at 36. The
    margin that is empty in all digits is cut off; they are enlarged by a whole or half number,
    which keeps them crisp, and their ink comes in eight steps.

    `images`: uint8 `(K, columns, H, W)`, 0 = paper, 255 = ink. Raises `ValueError` if a shape or
    dtype is another.
    """
    images = np.asarray(images)
    fits = images.ndim == 4 and images.dtype == np.uint8 and images.size > 0
    need(fits, "images", images, "uint8 (K, columns, H, W)")
    classes, names = len(images), len(class_names)
    need(
        names == classes, "class_names", f"{names} names", f"{classes}, one for each row of images"
    )

    wide, least, tall = (NARROW, 36, 600) if narrow else (WIDTH, 46, 900)
    longest = max(text_width(name, weight="bold") for name in class_names)
    room = max(least, wide - longest - 12)
    images = _trimmed(images[:, : max(1, int(room // least))])
    columns, height, width = images.shape[1:]
    zoom = min((room / columns - _GAP) / width, (tall / classes - _GAP) / height)
    zoom = int(2 * zoom) / 2 if zoom > 1 else zoom
    down = height + round(_GAP / zoom)  # from digit to digit, in their own pixels
    across = max(width, int((room / zoom - width) / max(1, columns - 1)))

    sheet = np.zeros((classes * down, columns * across), np.uint8)
    sheet = sheet.reshape(classes, down, columns, across)
    sheet[:, :height, :, :width] = images.transpose(0, 2, 1, 3)
    sheet = sheet.reshape(classes * down, -1)
    sheet = sheet[: (classes - 1) * down + height, : (columns - 1) * across + width]
    high, broad = (zoom * side for side in sheet.shape)
    figure, axes = board(wide, high)
    picture(axes, ink(sheet, shades=8), (wide - broad, 0, broad, high))
    for k, name in enumerate(class_names):
        write(axes, 0, (k * down + height / 2) * zoom, name, weight="bold")
    return figure


def _trimmed(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The images without the rows and columns that are empty in all of them."""
    inked = [np.flatnonzero(images.any(axis=axes)) for axes in ((0, 1, 3), (0, 1, 2))]
    if not inked[0].size:
        return images
    rows, columns = (slice(places[0], places[-1] + 1) for places in inked)
    return images[:, :, rows, columns]
