"""The supreme picture of each class, by each that was asked for it."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from ambiguous_digits.figures.style import (
    NARROW,
    SIZE,
    WIDE,
    board,
    ink,
    need,
    picture,
    styled,
    text_width,
    write,
    write_upright,
)
from ambiguous_digits.figures.words import broken

#: In CSS pixels: a picture at most, between blocks, a line of a heading, its letters on a phone.
_LARGEST, _DOWN, _STEP, _SMALL = 84, 24, 14, 11
#: On either board: between pictures, a picture at least, else the columns stand in blocks.
_GAPS = {WIDE: 10, NARROW: 5}
_LEAST = {WIDE: 48, NARROW: 24}


@styled
def supreme(
    images: NDArray[np.uint8],
    names: Sequence[str],
    class_names: Sequence[str],
    *,
    narrow: bool = False,
) -> Figure:
    """Returns one picture of each class from each source: rows the sources, columns the classes.

    As wide as the page; classes that find no room at 48 CSS pixels each stand in a block below.
    `narrow`: for a phone, rows the classes, columns the sources. Their ink comes in 16 steps.

    `images`: uint8 `(R, K, H, W)`, 0 = paper, 255 = ink; R from 1 to 8, K from 2. `names`: of the R
    sources, such as "network 1". Raises `ValueError` if a shape or dtype is another.
    """
    images = np.asarray(images)
    fits = images.ndim == 4 and images.dtype == np.uint8 and images.size > 0
    fits = fits and len(images) <= 8 and images.shape[1] >= 2
    need(fits, "images", images, "uint8 (R, K, H, W), R from 1 to 8, K from 2")
    for argument, given, count, which in (
        ("names", names, images.shape[0], "R"),
        ("class_names", class_names, images.shape[1], "K"),
    ):
        need(len(given) == count, argument, f"{len(given)}", f"{count}, {which} of images")

    if narrow:
        return _grid(images.swapaxes(0, 1), class_names, names, NARROW, classes="rows")
    return _grid(images, names, class_names, WIDE, classes="columns")


def _grid(
    images: NDArray[np.uint8],
    rows: Sequence[str],
    columns: Sequence[str],
    board_width: float,
    *,
    classes: str,
) -> Figure:
    """Returns pictures `(rows, columns, H, W)` in blocks of as many columns as find room.

    `classes`: whether the names of the "rows" or the "columns" are those of classes, set bold.
    """
    bold = {classes: "bold"}
    left = ceil(max(text_width(row, weight=bold.get("rows", "normal")) for row in rows)) + 14
    left += 6 if classes == "columns" else 0  # a browser's letters may be wider than ours
    room, gap = board_width - left, _GAPS[board_width]
    blocks = ceil(len(columns) * (_LEAST[board_width] + gap) / (room + gap))
    most = ceil(len(columns) / blocks)
    images, zoom = _fitted(images, min((room + gap) / most - gap, _LARGEST))
    height, width = images.shape[2:]
    down = height + max(1, round(gap / zoom))  # from picture to picture, in their own pixels
    across = int((room / zoom - width) / max(1, most - 1))
    across = max(width, min(across, width + 2 * (down - height)))

    style = {"weight": bold.get("columns", "normal"), "size": SIZE if bold.get("columns") else 11}
    heads = [
        broken(name, zoom * across - (10 if style["size"] == SIZE else 4), **style)
        for name in columns
    ]
    widths = [text_width(line, weight=style["weight"]) for head in heads for line in head]
    upright = max(widths) * style["size"] / SIZE > zoom * across - 2
    longest = max(text_width(name, weight=style["weight"]) for name in columns)
    head = longest * style["size"] / SIZE + 12 if upright else _STEP * max(map(len, heads)) + 6
    high = zoom * ((len(rows) - 1) * down + height)
    figure, axes = board(board_width, blocks * (head + high + _DOWN) - _DOWN)
    for block in range(blocks):
        part = slice(block * most, (block + 1) * most)
        top = block * (head + high + _DOWN) + head
        sheet = _sheet(images[:, part], down, across)
        picture(axes, ink(sheet, shades=16), (left, top, zoom * sheet.shape[1], high))
        for k, row in enumerate(rows):
            y = top + zoom * (k * down + height / 2)
            write(axes, left - 14, y, row, ha="right", weight=bold.get("rows", "normal"))
        for k, lines in enumerate(heads[part]):
            x = left + zoom * (k * across + width / 2)
            if upright:
                write_upright(axes, x, top - 6, columns[part][k], **style)
            for i, line in enumerate([] if upright else reversed(lines)):
                write(axes, x, top - 12 - i * _STEP, line, ha="center", **style)
    return figure


def _fitted(images: NDArray[np.uint8], room: float) -> tuple[NDArray[np.uint8], float]:
    """Returns the pictures and how far they are enlarged: small ones by a whole or half number."""
    zoom = room / max(images.shape[2:])
    if zoom >= 1:
        return images, int(2 * zoom) / 2 if zoom >= 1.5 else zoom
    size = [max(1, int(zoom * side)) for side in images.shape[:1:-1]]
    reduced = [
        Image.fromarray(image).resize(size, Image.Resampling.BOX)
        for image in images.reshape(-1, *images.shape[2:])
    ]
    return np.stack(reduced).reshape(*images.shape[:2], *size[::-1]), 1.0


def _sheet(images: NDArray[np.uint8], down: int, across: int) -> NDArray[np.uint8]:
    """Returns all pictures as one, from each to the next so many pixels."""
    rows, columns, height, width = images.shape
    sheet = np.zeros((rows, down, columns, across), np.uint8)
    sheet[:, :height, :, :width] = images.transpose(0, 2, 1, 3)
    sheet = sheet.reshape(rows * down, columns * across)
    return sheet[: (rows - 1) * down + height, : (columns - 1) * across + width]
