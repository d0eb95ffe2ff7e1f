"""What the data set is: a sheet of its digits, and how many there are of each class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    LINE,
    QUIET,
    WIDTH,
    board,
    frame,
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


@styled
def class_counts(
    train_counts: ArrayLike, test_counts: ArrayLike, class_names: Sequence[str]
) -> Figure:
    """Returns bars of how many digits each class has: training at the left, test at the right.

    `train_counts`, `test_counts`: whole numbers `(K,)`, unit: digits. Both on the same scale.
    Raises `ValueError` if the three lengths differ or a count is negative.
    """
    counts = {"train_counts": np.asarray(train_counts), "test_counts": np.asarray(test_counts)}
    classes = len(class_names)
    for argument, values in counts.items():
        fits = values.shape == (classes,) and (values >= 0).all()
        need(
            fits,
            argument,
            values.tolist(),
            f"{classes} counts, at least 0, one for each class name",
        )

    left = max(text_width(name, weight="bold") for name in class_names) + 12
    step, bar, top = 23, 15, 34
    digits = text_width(f"{max(v.max() for v in counts.values()):,}") + 8
    largest = [max(int(values.max()), 1) for values in counts.values()]
    scale = (WIDTH - left - 2 * digits - 40) / sum(largest)
    starts = (left, left + largest[0] * scale + digits + 40)

    figure, axes = board(WIDTH, top + classes * step)
    for x, values, title in zip(starts, counts.values(), ("training", "test"), strict=True):
        write(axes, x, 9, f"{title}: {values.sum():,}", weight="bold")
        axes.plot([x, x], [top - 8, top + classes * step - 2], color=LINE, linewidth=0.75)
        for k, count in enumerate(values):
            y = top + k * step
            frame(axes, (x, y - 2, count * scale, bar), facecolor=GREY)
            write(axes, x + count * scale + 6, y - 2 + bar / 2, f"{count:,}", color=QUIET)
    for k, name in enumerate(class_names):
        write(axes, left - 12, top + k * step - 2 + bar / 2, name, ha="right", weight="bold")
    return figure
