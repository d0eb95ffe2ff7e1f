"""The one look of all figures: colours, letters, a drawing board in CSS pixels, checks.

Colours are sentinels: the page replaces exactly these seven-character words by its theme's
variables, so a figure may use no other colour. Each has one meaning throughout.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import AxesImage
from matplotlib.patches import FancyArrowPatch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from numpy.typing import ArrayLike, NDArray

INK = "#1c1c1e"  # text, lines that matter
QUIET = "#5c5c63"  # text that explains
PREDICTION = "#0b63a5"  # what the network says
TRUTH = "#b04a00"  # what the label says
AGREE = "#2e7d4f"  # where both say the same; people
PAPER = "#fdfcf8"  # the ground
GREY = "#8e8e93"  # everything else
LINE = "#d9d7d0"  # frames and rules
HEAT = "#6a3d9a"  # heatmaps, and what a kernel does: more opaque = more

COLOURS = (INK, QUIET, PREDICTION, TRUTH, AGREE, PAPER, GREY, LINE, HEAT)

#: Kept free around every board, else the lines at its border are cut in half.
MARGIN = 1
#: CSS pixels of a board: with its margins as wide as the text column, as a phone's, as the page.
WIDTH, NARROW, WIDE = 606, 318, 958
#: Height of letters in CSS pixels.
SIZE = 13

#: Under these settings a figure is drawn *and* must be saved: `with mpl.rc_context(STYLE)`.
STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same layout everywhere
    "font.size": SIZE * 0.75,
    "text.color": INK,
    "text.parse_math": False,
    "figure.facecolor": "none",
    "savefig.facecolor": "auto",
    "axes.facecolor": "none",
    "axes.edgecolor": GREY,
    "axes.labelcolor": QUIET,
    "axes.labelsize": SIZE * 0.75,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "xtick.labelsize": SIZE * 0.75,
    "ytick.labelsize": SIZE * 0.75,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.solid_capstyle": "round",
    "hatch.linewidth": 0.8,
    "image.composite_image": False,  # else pictures of digits melt into one large one
    "svg.fonttype": "none",
    "svg.hashsalt": "ambiguous-digits",
}

P = ParamSpec("P")


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Returns `draw`, always run under `STYLE`, whatever the reader's own settings are."""

    @wraps(draw)
    def under_style(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return under_style


def need(fits: bool | np.bool, argument: str, got: object, needs: str) -> None:
    """Raises `ValueError` that names the argument, what it got, what it needs, unless it fits.

    Of an array it tells the type and the shape.
    """
    if isinstance(got, np.ndarray):
        got = f"{got.dtype} {got.shape}"
    if not fits:
        raise ValueError(f"{argument}: got {got}, needs {needs}")


def ink(image: ArrayLike, *, shades: int = 256) -> NDArray[np.uint8]:
    """Returns uint8 `(…, 4)`: black whose opacity is the ink, rounded to evenly many `shades`.

    `image`: uint8 `(…)`, 0 = paper, 255 = ink; or float, scaled by its own maximum, negative
    values cut to 0, NaN left out. The page inverts such pictures in the dark.
    """
    image = np.asarray(image)
    if image.dtype != np.uint8:
        image = np.nan_to_num(np.maximum(image.astype(np.float64), 0))
        image = image / (image.max(initial=0) or 1) * 255
    rgba = np.zeros((*image.shape, 4), np.uint8)
    step = 255 / (shades - 1)  # eight shades look the same, and halve the bytes
    rgba[..., 3] = np.rint(np.rint(image / step) * step)
    return rgba


def board(width: float, height: float) -> tuple[Figure, Axes]:
    """Returns an empty figure and axes over all of it, in CSS pixels from the upper left."""
    figure = Figure(figsize=((width + 2 * MARGIN) / 96, (height + 2 * MARGIN) / 96), dpi=96)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-MARGIN, width + MARGIN), ylim=(height + MARGIN, -MARGIN))
    axes.set_axis_off()
    return figure, axes


def panel(figure: Figure, x: float, y: float, width: float, height: float) -> Axes:
    """Returns new axes at a place given in CSS pixels from the upper left."""
    across, down = figure.get_size_inches() * 96
    left, bottom = (x + MARGIN) / across, 1 - (y + height + MARGIN) / down
    return figure.add_axes((left, bottom, width / across, height / down))


def picture(axes: Axes, rgba: NDArray[np.uint8], box: Sequence[float]) -> AxesImage:
    """Returns the picture placed at `box` = x, y, width, height: not resampled, so few bytes."""
    x, y, width, height = box
    return axes.imshow(
        rgba,
        extent=(x, x + width, y + height, y),
        aspect="auto",
        interpolation="none",
        clip_on=False,
    )


def frame(axes: Axes, box: Sequence[float], **style: Any) -> Rectangle:
    """Returns the rectangle drawn at `box` = x, y, width, height; unfilled unless told."""
    x, y, width, height = box
    style = {"facecolor": "none", "edgecolor": "none", "linewidth": 0.75, "clip_on": False} | style
    return axes.add_patch(Rectangle((x, y), width, height, **style))


def dots(axes: Axes, middles: ArrayLike, **style: Any) -> PathPatch:
    """Returns round dots as lines of hardly any length, all as one path: few bytes.

    Their diameter is `linewidth`, in points; their colour `edgecolor`.
    """
    points = np.repeat(np.asarray(middles, np.float64), 2, axis=0)
    points[1::2, 0] += 0.01  # without any, no dot is drawn where the figure becomes a picture
    path = Path(points, [Path.MOVETO, Path.LINETO] * len(middles))
    path.should_simplify = False  # else lines so short are left out
    return axes.add_patch(PathPatch(path, fill=False, capstyle="round", snap=False, **style))


def write(axes: Axes, x: float, y: float, text: str, **style: Any) -> Text:
    """Returns one line of text, vertically centred on y; `size` in CSS pixels.

    One line only: browsers' letters are not matplotlib's, and only single lines keep their anchor.
    """
    size = style.pop("size", SIZE)
    return axes.text(x, y + 0.36 * size, text, fontsize=size * 0.75, va="baseline", **style)


def write_upright(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Writes one line of text that is read upwards, centred on x; `size` in CSS pixels."""
    size = style.get("size", SIZE)
    line = write(axes, x + 0.36 * size, y - 0.36 * size, text, **style)
    line.set(rotation=90, rotation_mode="anchor")


def text_width(text: str, *, weight: str = "normal") -> float:
    """Returns the width of a line of text in CSS pixels."""
    font = FontProperties(family="DejaVu Sans", size=SIZE, weight=weight)
    return TextToPath().get_text_width_height_descent(text, font, ismath=False)[0]


def arrow(axes: Axes, *points: tuple[float, float], color: str = QUIET) -> None:
    """Draws a thin line through the points, with a head at the last one."""
    if len(points) > 2:
        axes.plot(*zip(*points[:-1], strict=True), color=color, linewidth=0.9, clip_on=False)
    axes.add_patch(
        FancyArrowPatch(
            *points[-2:],
            arrowstyle="-|>,head_length=4,head_width=2.2",
            mutation_scale=1,
            color=color,
            linewidth=0.9,
            shrinkA=0,
            shrinkB=0,
            clip_on=False,
        )
    )


def number(value: float, decimals: int = 1) -> str:
    """Returns a number as a reader writes it: `0.5`, `−1`, `0`; a true minus, no idle zeros."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "0") else text.replace("-", "−")
