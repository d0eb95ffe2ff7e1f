"""The card that stands for the article where its address is shared."""

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from numpy.typing import NDArray

from ambiguous_digits.figures.style import (
    LINE,
    MARGIN,
    PAPER,
    board,
    frame,
    ink,
    need,
    picture,
    styled,
    write,
)

# CSS pixels: the card, the room around everything, between two digits, from the title to them.
_WIDTH, _HEIGHT = 1200 - 2 * MARGIN, 630 - 2 * MARGIN
_AROUND, _BETWEEN, _BELOW = 65, 12, 74
_LARGEST, _LEADING = 78, 1.22
_LETTERS = {"family": "DejaVu Serif", "weight": "bold"}


@styled
def cover(images: NDArray[np.uint8], title: str) -> Figure:
    """Returns a card of 1200 × 630 px: the title in two lines, under it digits in a row, large.

    Save it as PNG with `dpi="figure"`; every pixel of a digit is then a whole number of the card's.

    `images`: uint8 `(n, H, W)`, n from 1 to 6, 0 = paper, 255 = ink. `title`: a short question.
    Raises `ValueError` if a shape is another or the title is empty.
    """
    images = np.asarray(images)
    fits = images.ndim == 3 and images.dtype == np.uint8 and 1 <= len(images) <= 6
    need(fits and images.size > 0, "images", images, "uint8 (n, H, W), n from 1 to 6")
    need(title.strip() != "", "title", repr(title), "words")

    count, high, wide = images.shape
    room = _WIDTH - 2 * _AROUND
    most = min((room - (count - 1) * _BETWEEN) / (count * wide), 252 / high)
    zoom = most // 1 or most
    lines = min(_halves(title), key=lambda halves: max(map(_width, halves)))
    size = min(_LARGEST, 0.99 * room / max(map(_width, lines)))  # hinted letters are a bit wider
    leading = size * _LEADING

    figure, axes = board(_WIDTH, _HEIGHT)
    figure.set_facecolor(PAPER)
    top = (_HEIGHT - len(lines) * leading - _BELOW - high * zoom) // 2
    for i, line in enumerate(lines):
        write(axes, _AROUND, top + (i + 0.5) * leading, line, size=size, **_LETTERS)
    top += round(len(lines) * leading) + _BELOW
    for i, image in enumerate(images):
        box = (_AROUND + i * (wide * zoom + _BETWEEN), top, wide * zoom, high * zoom)
        picture(axes, ink(image), box)
        frame(axes, box, edgecolor=LINE, linewidth=1.5)
    return figure


def _halves(title: str) -> Iterator[list[str]]:
    """Yields the title broken in two at each of its spaces; one word alone stays one line."""
    words = title.split()
    for i in range(1, max(2, len(words))):
        yield [half for half in (" ".join(words[:i]), " ".join(words[i:])) if half]


def _width(line: str) -> float:
    """Returns the width of a line whose letters are 1 px large."""
    letters = FontProperties(size=100, **_LETTERS)
    return TextToPath().get_text_width_height_descent(line, letters, ismath=False)[0] / 100
