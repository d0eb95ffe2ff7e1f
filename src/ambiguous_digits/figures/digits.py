"""Digits themselves, in sheets and in strips."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.figure import Figure

from . import style
from .style import Pictures


@style.styled
def digit_sheet(images: Pictures, names: Sequence[str], *, width: float = style.WIDTH) -> Figure:
    """Returns a sheet of digits: a row for each name, such as a class, which stands at the left.

    Drawn are as many columns as find room at 46 CSS pixels each, on a phone at 36. The margin that
    is empty in all digits is cut off; they are enlarged by a whole or half number.

    `images`: uint8 `(rows, columns, H, W)`, 0 = paper, 255 = ink.
    """
    least, tall = (36, 600) if width == style.NARROW else (46, 900)
    left = max(style.text_width(name, weight="bold") for name in names) + 12
    room = max(least, width - left)
    images = style.trimmed(images[:, : max(1, int(room // least))])
    rows, columns, height, wide = images.shape
    zoom = max(min((room / columns - 3) / wide, (tall / rows - 3) / height), 0.25)
    zoom = int(2 * zoom) / 2 if zoom >= 1 else zoom
    across = max(wide, int((room / zoom - wide) / max(1, columns - 1)))
    sheet = style.mosaic(images, height + round(3 / zoom), across)
    high, broad = (zoom * side for side in sheet.shape)
    figure = style.canvas(width, high)
    axes = style.panel(figure, width - broad, 0, broad, high)
    axes.imshow(style.ink(sheet, shades=8))
    axes.set_xticks([])
    middles = np.arange(rows) * (height + round(3 / zoom)) + (height - 1) / 2
    axes.set_yticks(middles, names, weight="bold", color=style.INK, size="medium", ha="left")
    axes.tick_params(pad=0.75 * (width - broad))
    return figure


@style.styled
def digit_strip(images: Pictures, titles: Sequence[str], *, width: float = style.WIDTH) -> Figure:
    """Returns pictures in reading order, six in a row, on a phone three, each over its title.

    `images`: uint8 `(n, H, W)`, 255 = ink; of none, the figure says "none". `titles`: n.
    """
    columns = 3 if width == style.NARROW else 6
    rows = max(1, ceil(len(images) / columns))
    lines = 1 + max((title.count("\n") for title in titles), default=0)
    figure = style.canvas(width, rows * (width / columns + 20 * lines + 4), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, gridspec_kw={"wspace": 0.08}).flat
    for axes in panels[len(images) :]:
        axes.set_axis_off()
    for axes, image, title in zip(panels, images, titles, strict=False):
        axes.imshow(style.ink(image))
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(visible=True, color=style.LINE)
        axes.set_xlabel(title, color=style.INK)
    if not len(images):
        figure.text(0, 0.5, "none", color=style.QUIET)
    return figure
