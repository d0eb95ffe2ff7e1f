"""What the data set is: a sheet of its digits."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ambiguous_digits.figures.style import (
    WIDTH,
    board,
    ink,
    need,
    picture,
    styled,
    text_width,
    write,
)


@styled
def digit_sheet(images: NDArray[np.uint8], class_names: Sequence[str]) -> Figure:
    """Returns a sheet of sample digits: a row for each class, its name at the left.

    `images`: uint8 `(K, columns, H, W)`, 0 = paper, 255 = ink. Digits are enlarged by a whole
    number as far as the width allows; 13 columns of 28 pixels just fit unenlarged.
    Raises `ValueError` if a shape or dtype is another.
    """
    images = np.asarray(images)
    fits = images.ndim == 4 and images.dtype == np.uint8 and images.size > 0
    need(fits, "images", images, "uint8 (K, columns, H, W)")
    classes, columns, height, width = images.shape
    names = len(class_names)
    need(
        names == classes, "class_names", f"{names} names", f"{classes}, one for each row of images"
    )

    left = max(text_width(name, weight="bold") for name in class_names) + 16
    gap = 6
    room = (WIDTH - left + gap) / columns - gap
    zoom = max(1, int(room // width)) if room >= width else room / width
    wide, high = width * zoom, height * zoom
    gap_x = min(2 * gap, (WIDTH - left - columns * wide) / max(columns - 1, 1))
    pitch = width + int(gap_x / zoom)  # from digit to digit, in pixels of the digits

    across = (columns - 1) * pitch + width

    figure, axes = board(left + across * zoom, classes * (high + gap) - gap)
    for k, name in enumerate(class_names):
        y = k * (high + gap)
        write(axes, left - 16, y + high / 2, name, ha="right", weight="bold")
        strip = np.zeros((height, across), np.uint8)  # one picture for each row: fewer bytes
        for j in range(columns):
            strip[:, j * pitch : j * pitch + width] = images[k, j]
        picture(axes, ink(strip), (left, y, across * zoom, high))
    return figure
