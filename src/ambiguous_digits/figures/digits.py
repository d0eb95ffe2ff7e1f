"""Digits themselves, in sheets and in strips."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ambiguous_digits.figures import style


@style.styled
def digit_sheet(
    images: NDArray[np.uint8], names: Sequence[str], *, width: float = style.WIDTH
) -> Figure:
    """Returns a sheet of digits: a row for each name, such as a class, which stands at the left.

    Drawn are as many columns as find room at 46 CSS pixels each, on a phone at 36. The margin that
    is empty in all digits is cut off; they are enlarged by a whole or half number.

    `images`: uint8 `(rows, columns, H, W)`, 0 = paper, 255 = ink.
    """
    least, tall = (36, 600) if width == style.NARROW else (46, 900)
    left = max(style.text_width(name, weight="bold") for name in names) + 12
    room = max(least, width - left)
    images = _trimmed(images[:, : max(1, int(room // least))])
    rows, columns, height, wide = images.shape
    zoom = min(style.crisp(room / columns - 3, wide), style.crisp(tall / rows - 3, height))
    across = max(wide, int((room / zoom - wide) / max(1, columns - 1)))
    sheet = style.mosaic(images, height + round(3 / zoom), across)
    high, broad = (zoom * side for side in sheet.shape)
    figure = style.canvas(width, high)
    axes = style.panel(figure, width - broad, 0, broad, high)
    style.show(axes, sheet, shades=8, framed=False)
    middles = np.arange(rows) * (height + round(3 / zoom)) + (height - 1) / 2
    axes.set_yticks(middles, names, weight="bold", color=style.INK, size="medium", ha="left")
    axes.tick_params(pad=0.75 * (width - broad))
    return figure


def _trimmed(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The images without the rows and columns that are empty in all of them."""
    inked = [np.flatnonzero(images.any(axis=axes)) for axes in ((0, 1, 3), (0, 1, 2))]
    if not inked[0].size:
        return images
    rows, columns = (slice(places[0], places[-1] + 1) for places in inked)
    return images[:, :, rows, columns]


@style.styled
def digit_strip(
    images: NDArray[np.uint8], titles: Sequence[str], *, width: float = style.WIDTH
) -> Figure:
    """Returns pictures in reading order, six in a row, on a phone three, each over its title.

    `images`: uint8 `(n, H, W)`, 255 = ink; of none, the figure says "none". `titles`: n.
    """
    columns = 3 if width == style.NARROW else 6
    rows = max(1, ceil(len(images) / columns))
    lines = 1 + max((title.count("\n") for title in titles), default=0)
    figure = style.canvas(width, rows * (width / columns + 20 * lines + 4), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, gridspec_kw={"wspace": 0.08}).flat
    for axes in panels:
        axes.set_axis_off()
    for axes, image, title in zip(figure.axes, images, titles, strict=False):
        axes.set_axis_on()
        style.show(axes, image)
        axes.set_xlabel(title, color=style.INK)
    if not len(images):
        figure.text(0, 0.5, "none", color=style.QUIET)
    return figure
