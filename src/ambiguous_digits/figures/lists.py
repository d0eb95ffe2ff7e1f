"""Digits as small pictures: two lists beside each other, ranks by score, one digit in many ways."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    AGREE,
    INK,
    LINE,
    MARGIN,
    NARROW,
    QUIET,
    WIDTH,
    ink,
    need,
    panel,
    styled,
    text_width,
)
from ambiguous_digits.figures.thumbnails import need_images, tiles
from ambiguous_digits.figures.words import broken

#: Letters in points: 12 CSS pixels.
_SMALL = 9
#: Pixels of a digit's tile, its margin included: MNIST's ink has 20.
_TILE = 23
#: Of words beside a place: so many points away.
_OFFSET = {"textcoords": "offset points"}
#: Opacity of what only one list has, or is not among the first hundred.
_PALE = 0.4


def sheet(width: float, height: float) -> Figure:
    """Returns an empty figure; in CSS pixels, without the margin around it."""
    return Figure(figsize=((width + 2 * MARGIN) / 96, (height + 2 * MARGIN) / 96), dpi=96)


@styled
def list_pairs(
    pictures: Mapping[int, NDArray[np.uint8]],
    pairs: Sequence[tuple[str, Sequence[int], Sequence[int]]],
    *,
    narrow: bool = False,
) -> Figure:
    """Returns pairs of lists of digits: what both lists of a pair have is joined by a line.

    So many lines mean lists that agree. What only one of them has is pale. Above each pair stand
    its title and how many digits its lists have in common.

    `pictures`: index → uint8 `(H, W)`, 255 = ink, all of one shape. `pairs`: one or two of (title,
    left, right); left and right are lists of n indices, such as twelve, the most ambiguous first.
    `narrow`: for a phone. Raises `ValueError` if lists differ in length or repeat a digit.
    """
    length = len(pairs[0][1])
    for _, left, right in pairs:
        fits = length == len(left) == len(right) == len(set(left)) == len(set(right))
        need(fits, "pairs", (left, right), f"two lists of {length} indices, each once")
    width, row, apart = (NARROW, 23, 20) if narrow else (WIDTH, 34.5, 66)
    wide = (width - apart) / 2
    titles = [broken(title, wide, weight="bold") for title, *_ in pairs]
    head = 18 * max(map(len, titles)) + 30
    figure = sheet(width, head + row * length)
    for k, (_, left, right) in enumerate(pairs):
        axes = panel(figure, k * (wide + apart), head, wide, row * length)
        axes.set(xlim=(0, wide / row), ylim=(length, 0))  # in pictures
        axes.set_axis_off()
        _join(axes, pictures, left, right)
        common = f"{len({*left} & {*right})} of {length} in common"
        for up, line in enumerate([common, *titles[k][::-1]]):
            look = {"color": INK if up else AGREE, "weight": "bold"}
            axes.annotate(line, (0, 0), (0, 9 + 13.5 * up), textcoords="offset points", **look)
    return figure


def _join(
    axes: Axes,
    pictures: Mapping[int, NDArray[np.uint8]],
    left: Sequence[int],
    right: Sequence[int],
) -> None:
    """Draws two columns of pictures, their numbers outside, and lines from the same to the same."""
    left, right = list(left), list(right)
    end, length = axes.get_xlim()[1], len(left)
    longest = max((f"{i}" for i in (*left, *right)), key=len)
    number = (text_width(longest, weight="bold") + 2) * end / axes.bbox.width
    both = set(left) & set(right)
    for indices, x, text, side in (
        (left, number, number - 0.1, "right"),
        (right, end - number - 1, end - number + 0.1, "left"),
    ):
        column = ink(tiles(np.stack([pictures[i] for i in indices]), _TILE), shades=9)
        column = _pale(column, [i in both for i in indices])
        style = {"aspect": "auto", "interpolation": "none", "zorder": 2}
        axes.imshow(np.concatenate(column), extent=(x, x + 1, length, 0), **style)
        for y, i in enumerate(indices):
            look = {"weight": "bold"} if i in both else {"color": QUIET}
            style = {"size": _SMALL, "ha": side, "va": "center"} | look
            axes.text(text, y + 0.5, f"{i}", **style)
    for i in both:
        xs, ys = (number + 1.1, end - number - 1.1), (left.index(i) + 0.5, right.index(i) + 0.5)
        axes.plot(xs, ys, color=AGREE, linewidth=1.8)


def _pale(pictures: NDArray[np.uint8], full: ArrayLike) -> NDArray[np.uint8]:
    """Returns RGBA pictures `(n, H, W, 4)`, those paler that are not `full`, bool `(n,)`."""
    opacity = np.ones((len(pictures), 1, 1, 4))
    opacity[~np.asarray(full), ..., 3] = _PALE
    return np.rint(pictures * opacity).astype(np.uint8)


@styled
def rank_lines(
    pictures: NDArray[np.uint8],
    ranks: Mapping[str, ArrayLike],
    total: int,
    *,
    narrow: bool = False,
) -> Figure:
    """Returns a line for each score with the digits on it, each at the rank that the score gives.

    Ranks grow to the right, on a logarithmic scale; the first hundred stand in a band, and each
    line says how many of the digits are in it. Where they would overlap they are stacked;
    those outside the band are pale.

    `pictures`: uint8 `(n, H, W)`, 255 = ink, n from 1 to 40. `ranks`: name of a score → whole
    numbers `(n,)`, 1 = most ambiguous, up to `total`, at least 2. `narrow`: for a phone.
    Raises `ValueError` if a shape is another or a rank out of range.
    """
    pictures = np.asarray(pictures)
    need_images(pictures, 40)
    n, places = len(pictures), {name: np.asarray(given) for name, given in ranks.items()}
    for name, given in places.items():
        fits = given.shape == (n,) and ((given >= 1) & (given <= total)).all()
        need(fits, f"ranks[{name!r}]", given.tolist(), f"({n},) from 1 to {total}")
    width, side, head = (NARROW, 23, 40) if narrow else (WIDTH, 28, 26)
    across = width - side
    reach = side / across * np.log10(total)  # how wide a picture is on the scale
    levels = [_stacked(np.log10(given), 0.9 * reach) for given in places.values()]
    floors = np.cumsum([head + side * (level.max() + 1) + 8 for level in levels]) - 8
    figure, tile = sheet(width, floors[-1] + 42), ink(tiles(pictures, _TILE), shades=9)
    for (name, given), level, floor in zip(places.items(), levels, floors, strict=True):
        high = level.max() + 1
        axes = panel(figure, side / 2, floor - side * high, across, side * high)
        axes.axvspan(0, 2, color=LINE, alpha=0.5, linewidth=0)
        shown = _pale(tile, given <= 100)
        for image, x, y in zip(shown, np.log10(given), level, strict=True):
            style = {"aspect": "auto", "interpolation": "none", "clip_on": False, "zorder": 2}
            axes.imshow(image, extent=(x - reach / 2, x + reach / 2, y, y + 1), **style)
        axes.set(xlim=(0, np.log10(total)), ylim=(0, high), xticks=[], yticks=[])
        axes.spines["left"].set_visible(False)
        found = f"{np.sum(given <= 100)} of {n} among the first 100"
        axes.set_title(name, loc="left", weight="bold", size="medium", pad=17 if narrow else 4)
        place = {"xy": (0, 1), "ha": "left"} if narrow else {"xy": (1, 1), "ha": "right"}
        place |= {"xycoords": "axes fraction", "xytext": (0, 4)} | _OFFSET
        axes.annotate(found, color=QUIET, **place)
    _rank_scale(axes, total)
    return figure


def _rank_scale(axes: Axes, total: int) -> None:
    """Writes ranks below the last line, and what the band and the numbers are."""
    ticks = [10**k for k in range(9) if 10**k < total / 2] + [total]
    axes.set_xticks(np.log10(ticks), [f"{tick:,}" for tick in ticks])
    axes.get_xticklabels()[-1].set(ha="right")
    style = {"color": QUIET, "annotation_clip": False} | _OFFSET
    axes.annotate("the first 100", (1, 0), (0, -28), ha="center", **style)
    axes.annotate("rank", (np.log10(total), 0), (0, -28), ha="right", **style)


def _stacked(places: NDArray[np.float64], apart: float) -> NDArray[np.int64]:
    """Returns the level of each place, from 0: the lowest where none lies nearer than `apart`."""
    levels = np.full(len(places), -1)
    for k in np.argsort(places, kind="stable"):
        near = levels[np.abs(places - places[k]) < apart]
        levels[k] = min(set(range(len(places))) - set(near.tolist()))
    return levels


@styled
def ways_seen(original: NDArray[np.uint8], seen: ArrayLike, *, narrow: bool = False) -> Figure:
    """Returns a digit as the file has it, large, beside copies as a network saw it in training.

    Every picture has a thin frame, so that it shows how far a copy was shifted.

    `original`: uint8 `(H, W)`, 255 = ink. `seen`: twelve copies, uint8 or float `(12, H, W)`, ink
    from 0 to 255 or from 0 to 1: turned, scaled, sheared, shifted. `narrow`: for a phone.
    Raises `ValueError` if a shape is another.
    """
    original, seen = np.asarray(original), np.asarray(seen)
    need(original.ndim == 2 and original.dtype == np.uint8, "original", original, "uint8 (H, W)")
    need(seen.shape == (12, *original.shape), "seen", seen, f"{(12, *original.shape)}")
    columns, large, small, gap = (3, 112, 56, 5) if narrow else (4, 224, 70, 7)
    width, head = (NARROW, 40) if narrow else (WIDTH, 24)
    left, high = width - columns * (small + gap) + gap, original.shape[0] / original.shape[1]
    figure = sheet(width, head + (12 // columns * (small + gap) - gap) * high)
    boxes = [(0, head, large)]
    for y, x in (divmod(k, columns) for k in range(12)):
        boxes.append((left + x * (small + gap), head + y * (small + gap) * high, small))
    for image, (x, y, side) in zip([original, *seen], boxes, strict=True):
        axes = panel(figure, x, y, side, side * high)
        axes.imshow(ink(image), aspect="auto", interpolation="none")
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(visible=True, color=LINE)
    space = "\n" if narrow else " "  # where words break
    titles = f"as it stands{space}in the file", f"as the network saw it{space}while it learned"
    for axes, title in zip(figure.axes, titles, strict=False):
        axes.set_title(title, loc="left", size="medium")
    if not narrow:
        arrow = {"arrowstyle": "->", "color": QUIET, "linewidth": 0.9}
        start, end = (1.06, 0.5), (left / large - 0.06, 0.5)
        figure.axes[0].annotate("", end, start, "axes fraction", arrowprops=arrow)
    return figure
