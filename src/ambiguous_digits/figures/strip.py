"""A digit that changes step by step."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from numpy.typing import NDArray

from ambiguous_digits.figures.style import INK, LINE, MARGIN, NARROW, WIDTH, ink, styled


@styled
def digit_strip(images: NDArray, titles: Sequence[str], *, narrow: bool = False) -> Figure:
    """Returns pictures in reading order, each over its title: one row, or two on a phone.

    images: uint8 (n, H, W), 255 = ink, n even; titles: n, what to say of each.
    """
    rows = 2 if narrow else 1
    columns = len(images) // rows
    width = (NARROW if narrow else WIDTH) + 2 * MARGIN
    size = (width / 96, rows * (width / columns + 24) / 96)
    fig = Figure(figsize=size, dpi=96, layout="constrained")
    panels = fig.subplots(rows, columns, squeeze=False).flat
    for axes, image, title in zip(panels, images, titles, strict=True):
        axes.imshow(ink(image), interpolation="none")
        axes.set(xticks=[], yticks=[])
        axes.set_xlabel(title, color=INK)
        axes.spines[:].set(visible=True, color=LINE)
    return fig
