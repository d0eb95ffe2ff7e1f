"""The one look of all figures: colours, sizes in CSS pixels, letters, pictures of ink.

Colours are sentinels: the page replaces exactly these seven-character words by its theme's
variables, so a figure may use no other colour. Each has one meaning throughout.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from scipy.optimize import isotonic_regression

INK = "#1c1c1e"  # text, lines that matter
QUIET = "#5c5c63"  # text that explains
PREDICTION = "#0b63a5"  # what the network says
TRUTH = "#b04a00"  # what the label says
AGREE = "#2e7d4f"  # where both say the same; people
PAPER = "#fdfcf8"  # the ground
GREY = "#8e8e93"  # everything else
LINE = "#d9d7d0"  # frames and rules
HEAT = "#6a3d9a"  # heatmaps, and what a kernel does: more opaque = more

WIDTH, NARROW, WIDE = 608, 320, 960  # CSS pixels across: the text column, a phone, the whole page
SIZE = 13  # height of letters in CSS pixels; "small" ones have 0.833 of it
PEAK = 0.62  # the most opaque a hue may be: on more, ink has less than 4.5:1 in the dark

# Letters of other scripts are drawn by the browser, which has fonts for them.
warnings.filterwarnings("ignore", "Glyph .* missing from font")

#: Under these settings a figure is drawn *and* must be saved: `with mpl.rc_context(STYLE)`.
STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same layout everywhere
    **{name: SIZE * 0.75 for name in ("font.size", "axes.labelsize", "axes.titlesize")},
    "text.color": INK,
    "text.parse_math": False,
    "figure.facecolor": PAPER,
    "figure.constrained_layout.w_pad": 0,
    "figure.constrained_layout.h_pad": 0.02,
    "savefig.facecolor": "auto",
    "axes.facecolor": "none",
    "axes.edgecolor": GREY,
    "axes.labelcolor": QUIET,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    **{f"axes.spines.{side}": False for side in ("top", "right", "left", "bottom")},
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    **{f"{axis}tick.color": GREY for axis in "xy"},
    **{f"{axis}tick.labelcolor": QUIET for axis in "xy"},
    **{f"{axis}tick.labelsize": 9 for axis in "xy"},
    **{f"{axis}tick.{kind}.size": 0 for axis in "xy" for kind in ("major", "minor")},
    "lines.solid_capstyle": "round",
    "image.interpolation": "none",  # pictures of digits as they are: crisp, and few bytes
    "image.composite_image": False,  # else they melt into one large one
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "ambiguous-digits",
}

#: Decorates what draws: it always runs under `STYLE`, whatever the reader's own settings are.
styled = mpl.rc_context(STYLE)
Pictures = NDArray[np.uint8]  # of ink: 0 = paper, 255 = ink


def canvas(width: float, height: float, *, layout: str | None = None) -> Figure:
    """Returns an empty figure of a size in CSS pixels; layout: "constrained", or by `panel`."""
    return Figure(figsize=(width / 96, height / 96), dpi=96, layout=layout)


def panel(figure: Figure, x: float, y: float, width: float, height: float) -> Axes:
    """Returns new axes at a place in CSS pixels from the upper left: where pixels must be whole."""
    across, down = figure.get_size_inches() * 96
    return figure.add_axes((x / across, 1 - (y + height) / down, width / across, height / down))


def text_width(text: str, *, weight: str = "normal", size: float = SIZE) -> float:
    """Returns the width of a text, of its widest line, in CSS pixels."""
    font, measure = FontProperties(family="DejaVu Sans", size=size, weight=weight), TextToPath()
    lines = text.split("\n")
    return max(measure.get_text_width_height_descent(line, font, False)[0] for line in lines)


def broken(text: str, wide: float, **letters: Any) -> str:
    """Returns text in lines that are no wider, in CSS pixels, than its longest word makes them."""
    first, *words = text.split()
    for word in words:
        last = first.rpartition("\n")[2]
        first += (" " if text_width(f"{last} {word}", **letters) <= wide else "\n") + word
    return first


def beside(axes: Axes, text: str, at: tuple, shift: tuple[float, float], **look: Any) -> None:
    """Writes quiet words so many CSS pixels right of and above a place in the units of the axes."""
    look = {"color": QUIET, "textcoords": "offset points", "annotation_clip": False} | look
    axes.annotate(text, at, (0.75 * shift[0], 0.75 * shift[1]), **look)


def number(value: float, decimals: int = 1) -> str:
    """Returns a number as a reader writes it: `0.5`, `−1`, `0`; a true minus, no idle zeros."""
    rounded = round(float(value), decimals) + 0.0  # which makes 0 of -0
    return np.format_float_positional(rounded, trim="-").replace("-", "−")


def label_ends(
    axes: Axes, ends: ArrayLike, texts: list[str], looks: Sequence[dict], size: float = 0.75 * SIZE
) -> None:
    """Writes texts, of some lines, beside the ends of curves: nudged apart, led to their ends.

    `axes`: place, limits, scales are set. `ends`: in units of y. `looks`: colour, weight of texts.
    """
    high = axes.bbox.height
    wanted = high - (axes.transData.transform([(1, y) for y in ends])[:, 1] - axes.bbox.y0)
    order = np.argsort(wanted, kind="stable")
    heights = np.array([2 + 1.6 * size * (1 + texts[k].count("\n")) for k in order])
    offsets = np.cumsum(heights) - heights / 2  # if all stand close together
    shift = isotonic_regression(wanted[order] - offsets).x
    shift = np.clip(shift, -10, high + 10 - heights.sum())
    free = {"transform": axes.transAxes, "clip_on": False}
    for k, middle in zip(order, shift + offsets, strict=True):
        xs = 1 + np.array([4, 11, 14]) / axes.bbox.width
        ys = 1 - np.array([wanted[k], middle]) / high
        if abs(wanted[k] - middle) > 4:
            axes.plot(xs[:2], ys, color=GREY, linewidth=0.75, **free)
        axes.text(xs[2], ys[1], texts[k], va="center", size=size, **free, **looks[k])


def ink(image: ArrayLike, *, shades: int = 256) -> NDArray[np.uint8]:
    """Returns uint8 `(…, 4)`: black whose opacity is the ink, rounded to evenly many `shades`.

    `image`: uint8 `(…)`, 0 = paper, 255 = ink; or float, scaled by its own maximum, negative
    values cut to 0. The page inverts such pictures in the dark.
    """
    image = np.asarray(image)
    if image.dtype != np.uint8:
        image = np.maximum(image.astype(np.float64), 0)
        image = image / (image.max(initial=0) or 1) * 255
    rgba = np.zeros((*image.shape, 4), np.uint8)
    step = 255 / (shades - 1)  # eight shades look the same, and halve the bytes
    rgba[..., 3] = np.rint(np.rint(image / step) * step)
    return rgba


def mosaic(images: NDArray, down: int, across: int) -> NDArray:
    """Returns pictures `(rows, columns, H, W)` as one, from each to the next so many pixels."""
    rows, columns, height, width = images.shape
    sheet = np.zeros((rows, down, columns, across), images.dtype)
    sheet[:, :height, :, :width] = images.swapaxes(1, 2)
    sheet = sheet.reshape(rows * down, columns * across)
    return sheet[: (rows - 1) * down + height, : (columns - 1) * across + width]


def trimmed(images: Pictures) -> NDArray[np.uint8]:
    """Returns pictures `(…, H, W)` without the rows and columns that are empty in all of them."""
    inked = images.reshape(-1, *images.shape[-2:]).any(axis=0)
    ys, xs = (np.flatnonzero(inked.any(axis=side)) for side in (1, 0))
    return images[..., ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1] if len(ys) else images[..., :1, :1]


def tiles(images: Pictures, side: int) -> NDArray[np.uint8]:
    """Returns each digit without its empty margin, in the middle of `side` × `side` pixels.

    `images`: uint8 `(n, H, W)`; returned: `(n, side, side)`. All are on one scale: a whole multiple
    if they are small, so that they stay sharp, and reduced as far as the largest needs it if not.
    """
    cut = [trimmed(image) for image in images]
    largest = max(max(image.shape) for image in cut)
    tile = np.zeros((len(images), side, side), np.uint8)
    for image, place in zip(cut, tile, strict=True):
        if largest > side:
            size = [max(1, round(length * side / largest)) for length in image.shape[::-1]]
            image = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))
        else:
            image = np.kron(image, np.ones((side // largest,) * 2, np.uint8))
        y, x = ((side - length) // 2 for length in image.shape)
        place[y : y + image.shape[0], x : x + image.shape[1]] = image
    return tile
