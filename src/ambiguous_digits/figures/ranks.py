"""Where digits stand: on two lists, in the order of a score, on the map of doubt."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from . import style
from .style import Pictures

_TILE = 23  # pixels of a digit's tile, its margin included: MNIST's ink has 20


@style.styled
def list_pairs(
    pictures: Mapping[int, Pictures],
    pairs: Sequence[tuple[str, Sequence[int], Sequence[int]]],
    *,
    width: float = style.WIDTH,
) -> Figure:
    """Returns pairs of lists of digits: what both lists of a pair have is joined by a line.

    What only one of them has is pale. Above each pair stand its title and how many it shares.

    `pictures`: index → uint8 `(H, W)`, 255 = ink, all of one shape. `pairs`: one or two of (title,
    left, right); left and right are lists of n indices, such as twelve, the most ambiguous first.
    """
    length = len(pairs[0][1])
    row, apart = (23, 20) if width == style.NARROW else (34.5, 66)
    wide = (width - apart) / 2
    titles = [style.broken(title, wide, weight="bold") for title, *_ in pairs]
    head = 18 * max(1 + title.count("\n") for title in titles) + 30
    figure = style.canvas(width, head + row * length)
    for k, (_, left, right) in enumerate(pairs):
        axes = style.panel(figure, k * (wide + apart), head, wide, row * length)
        axes.set(xlim=(0, wide / row), ylim=(length, 0))  # in pictures
        axes.set_axis_off()
        _join(axes, pictures, list(left), list(right))
        common = f"{len({*left} & {*right})} of {length} in common"
        style.beside(axes, titles[k], (0, 0), (0, 30), weight="bold", color=style.INK)
        style.beside(axes, common, (0, 0), (0, 12), weight="bold", color=style.AGREE)
    return figure


def _join(axes: Axes, pictures: Mapping[int, Pictures], left: list[int], right: list[int]) -> None:
    """Draws two columns of pictures, their numbers outside, and lines from the same to the same."""
    end, length = axes.get_xlim()[1], len(left)
    longest = max((f"{i}" for i in (*left, *right)), key=len)
    room = (style.text_width(longest, weight="bold") + 2) * end / axes.bbox.width
    both = set(left) & set(right)
    for indices, x, text, side in (
        (left, room, room - 0.1, "right"),
        (right, end - room - 1, end - room + 0.1, "left"),
    ):
        column = style.ink(style.tiles(np.stack([pictures[i] for i in indices]), _TILE), shades=9)
        column = np.concatenate(_pale(column, [i in both for i in indices]))
        axes.imshow(column, extent=(x, x + 1, length, 0), aspect="auto", zorder=2)
        for y, i in enumerate(indices):
            look = {"weight": "bold"} if i in both else {"color": style.QUIET}
            axes.text(text, y + 0.5, f"{i}", size=9, ha=side, va="center", **look)
    for i in both:
        xs, ys = (room + 1.1, end - room - 1.1), (left.index(i) + 0.5, right.index(i) + 0.5)
        axes.plot(xs, ys, color=style.AGREE, linewidth=1.8)


def _pale(pictures: Pictures, full: ArrayLike) -> NDArray[np.uint8]:
    """Returns pictures of ink, RGBA `(n, H, W, 4)`: those pale that are not `full`, bool `(n,)`."""
    opacity = np.where(full, 1, 0.4)[:, None, None, None]
    return np.rint(pictures * opacity).astype(np.uint8)


@style.styled
def rank_lines(
    pictures: Pictures, ranks: Mapping[str, ArrayLike], total: int, *, width: float = style.WIDTH
) -> Figure:
    """Returns a line for each score with the digits on it, each at the rank that the score gives.

    The scale is logarithmic; the first hundred stand in a band, and each line says how many of the
    digits are in it. Where they would overlap they are stacked; those outside the band are pale.

    `pictures`: uint8 `(n, H, W)`, 255 = ink. `ranks`: name of a score → whole numbers `(n,)`,
    1 = most ambiguous, up to `total`, at least 2.
    """
    n, places = len(pictures), {name: np.asarray(given) for name, given in ranks.items()}
    phone = width == style.NARROW
    side, head = (23, 40) if phone else (28, 26)
    across = width - side
    reach = side / across * np.log10(total)  # how wide a picture is on the scale
    levels = [_stacked(np.log10(given), 0.9 * reach) for given in places.values()]
    floors = np.cumsum([head + side * (level.max() + 1) + 8 for level in levels]) - 8
    figure = style.canvas(width, floors[-1] + 42)
    tile = style.ink(style.tiles(pictures, _TILE), shades=9)
    for (name, given), level, floor in zip(places.items(), levels, floors, strict=True):
        high = level.max() + 1
        axes = style.panel(figure, side / 2, floor - side * high, across, side * high)
        axes.axvspan(0, 2, color=style.LINE, alpha=0.5, linewidth=0)
        shown = _pale(tile, given <= 100)
        for image, x, y in zip(shown, np.log10(given), level, strict=True):
            box = (x - reach / 2, x + reach / 2, y, y + 1)
            axes.imshow(image, extent=box, aspect="auto", clip_on=False, zorder=2)
        axes.set(xlim=(0, np.log10(total)), ylim=(0, high), xticks=[], yticks=[])
        axes.spines.bottom.set_visible(True)
        axes.set_title(name, pad=17 if phone else 4)
        found = f"{np.sum(given <= 100)} of {n} among the first 100"
        place = {"at": (0, 1), "ha": "left"} if phone else {"at": (1, 1), "ha": "right"}
        style.beside(axes, found, shift=(0, 5), xycoords="axes fraction", **place)
    ticks = [10**k for k in range(9) if 10**k < total / 2] + [total]
    axes.set_xticks(np.log10(ticks), [f"{tick:,}" for tick in ticks])
    axes.get_xticklabels()[-1].set(ha="right")
    style.beside(axes, "the first 100", (1, 0), (0, -37), ha="center")
    style.beside(axes, "rank", (np.log10(total), 0), (0, -37), ha="right")
    return figure


def _stacked(places: NDArray[np.float64], apart: float) -> NDArray[np.int64]:
    """Returns the level of each place, from 0: the lowest where none lies nearer than `apart`."""
    levels = np.full(len(places), -1)
    for k in np.argsort(places, kind="stable"):
        near = levels[np.abs(places - places[k]) < apart]
        levels[k] = min(set(range(len(places))) - set(near.tolist()))
    return levels


@style.styled
def doubt_map(
    images: Pictures,
    expected_entropy: ArrayLike,
    mutual_information: ArrayLike,
    *,
    marked: Mapping[int, str],
    width: float = style.WIDTH,
) -> Figure:
    """Returns a map of doubt: the digits themselves, the further right the more is in the digit.

    From below: what the networks contradict each other. Both axes have one scale, so that the line
    of equal parts rises by 45°; on a phone heights count double. A digit is shown at its place if
    none before it lies there, at most 60 of them; the others are grey dots.

    `images`: uint8 `(n, H, W)`, in order of importance: the most doubtful first.
    `expected_entropy`, `mutual_information`: `(n,)`, in shares 0…1 of the largest entropy, higher =
    more doubt. `marked`: position in `images` → short text beside it; these are shown in any case.
    """
    places = np.column_stack([expected_entropy, mutual_information])
    phone = width == style.NARROW
    side, steep = (20, 2) if phone else (24, 1)
    across, up = np.maximum(places.max(axis=0, initial=0), 0.01)
    pad = side / 2 + 4  # a digit at 0 shall not lie on the axis
    scale = min((width - 46 - 2 * pad) / across, (420 - 2 * pad) / (steep * up))
    high = max(round(scale * steep * up + 2 * pad + 14), 150)
    figure = style.canvas(width, high + 78)
    axes = style.panel(figure, 44, 30, width - 46, high)
    xs, ys = (width - 46) / scale, high / (scale * steep)
    left, low = -pad / scale, -pad / (scale * steep)
    axes.set(xlim=(left, left + xs), ylim=(low, low + ys))
    axes.plot([0, 1], [0, 1], color=style.GREY, linewidth=0.75, zorder=0)
    middles, shown = places * (scale, scale * steep), list(marked)
    for k, middle in enumerate(middles):
        if (np.abs(middles[shown] - middle).max(axis=1, initial=0) >= side + 2).all():
            shown.append(k)  # it covers none before it
    shown = shown[:60]
    others = np.delete(places, shown, axis=0)
    axes.plot(*others.T, "o", color=style.GREY, markersize=2, markeredgewidth=0, zorder=1)
    wide, tall = side / scale / 2, side / (scale * steep) / 2
    for k, tile in zip(shown, style.tiles(images, side)[shown], strict=True):
        x, y = places[k]
        box = (x - wide, x + wide, y - tall, y + tall)
        axes.imshow(style.ink(tile, shades=18), extent=box, aspect="auto", zorder=2, clip_on=False)
    for k, name in marked.items():
        x, y = places[k]
        end = x > left + 0.9 * xs  # no room at the right
        place = {"ha": "right", "va": "bottom"} if end else {"ha": "left", "va": "center"}
        offset = (side / 2, side / 2 - 1) if end else (side / 2 - 1, 0)
        look = {"color": style.INK, "weight": "bold", "size": 8.25}
        style.beside(axes, name, (x, y), offset, **look, **place)
    end = min(left + xs, low + ys)
    style.beside(axes, "half and half", (end, end), (-13, 0), ha="right", va="top", size=9)
    for axis, largest, most in ((axes.xaxis, across, 3 if phone else 6), (axes.yaxis, up, 4)):
        ticks = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(0, largest)
        axis.set_ticks(ticks[ticks <= largest])
        axis.set_major_formatter(lambda value, _: style.number(value, 3))
    axes.tick_params(length=3)
    axes.spines[["left", "bottom"]].set_visible(True)
    higher, farther = "↑ networks contradict each other", "every network is torn →"
    axes.set_title(higher, x=-44 / axes.bbox.width)
    axes.set_xlabel(farther, loc="right", weight="bold", color=style.INK)
    if not phone:
        shifts = style.text_width(higher, weight="bold") - 30, 8
        style.beside(axes, "mutual information", (0, 1), shifts, xycoords="axes fraction")
        shifts = -style.text_width(farther, weight="bold") - 14, -37
        style.beside(axes, "expected entropy", (1, 0), shifts, ha="right", xycoords="axes fraction")
    return figure
