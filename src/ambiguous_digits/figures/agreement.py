"""How much two ways to measure ambiguity agree on the order of all pictures."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    HEAT,
    LINE,
    NARROW,
    QUIET,
    SIZE,
    WIDTH,
    board,
    frame,
    need,
    styled,
    text_width,
    write,
)

#: Opacity of full agreement: on more of the hue, ink has less than 4.5:1 in the dark.
_PEAK = 0.62
#: In CSS pixels: between a name and its cells, of a line of a name; the smallest letters.
_APART, _STEP, _SMALLEST = 9, 13, 11
_KEY = 12
#: How numbers are written, the first that fits: decimals, what stands before them, letters.
_FORMS = (2, "0", SIZE), (2, "0", 12), (2, "", 12), (2, "", _SMALLEST), (1, "", _SMALLEST)
_MEANING = (("1", "the same order"), ("0", "no relation"), ("−1", "the reverse"))


class _Steps(NamedTuple):
    """Where the cells are, in CSS pixels, and how the names at their ends are written."""

    wide: int
    high: int
    names: list[list[str]]  # in lines
    letters: float

    def end(self, row: int) -> float:
        """Returns where the name of a row ends."""
        size = self.letters / SIZE
        return row * self.wide + _APART + size * max(map(text_width, self.names[row]))


@styled
def score_agreement(names: Sequence[str], matrix: ArrayLike, *, narrow: bool = False) -> Figure:
    """Returns how much every two scores agree on the order, as stairs of cells.

    The name of a score stands on its step: its cells are those left of the name and those below.
    One hue, an even scale: opacity = 0.62 · value; what is below 0 is grey, and as opaque. A number
    stands in each cell, on a phone without its 0; what is not defined is a dash.

    `names`: two to twelve, from the upper step down. `matrix`: `(S, S)`, −1…1, the same on both
    sides of its diagonal, which is not drawn, such as Spearman's rank correlation; NaN: not
    defined. `narrow`: for a phone.
    Raises `ValueError` if the shape is another, a value out of range or the sides differ.
    """
    matrix, count = np.asarray(matrix, np.float64), len(names)
    need(2 <= count <= 12, "names", f"{count}", "two to twelve")
    need(matrix.shape == (count, count), "matrix", matrix, f"({count}, {count})")
    below = np.tril_indices(count, -1)
    values = matrix[below]
    fits = not (np.abs(values) > 1 + 1e-9).any()
    need(fits, "matrix", "numbers out of range", "−1 to 1 or NaN")
    fits = np.allclose(values, matrix.T[below], equal_nan=True)
    need(fits, "matrix", "two sides that differ", "the same on both sides of the diagonal")

    width = NARROW if narrow else WIDTH
    steps = _steps(names, width, narrow)
    beside = _key_fits(steps, width)
    deep = count * steps.high
    keys = _MEANING[: 3 if (values < 0).any() else 2]
    figure, axes = board(width, deep if beside else deep + 12 + 20 * len(keys))
    _cells(axes, steps, below, values)
    for k, lines in enumerate(steps.names):
        for i, line in enumerate(lines):
            y = (k + 0.5) * steps.high + _STEP * (i - (len(lines) - 1) / 2)
            write(axes, k * steps.wide + _APART * (k > 0), y, line, size=steps.letters)
    _key(axes, width - _key_width() if beside else 0, 10 if beside else deep + 22, keys)
    return figure


def _steps(names: Sequence[str], width: float, narrow: bool) -> _Steps:
    """Returns steps as wide as leave room for the name on each, which on a phone has two lines."""
    lines = [_halves(name) if narrow else [name] for name in names]
    steps = _Steps(0, 0, lines, 12 if narrow else SIZE)
    room = [(width - steps.end(k)) / k for k in range(1, len(names))]
    wide = int(min(*room, 64)) if len(room) > 1 else int(min(room[0], 64))
    return steps._replace(wide=wide, high=max(30, min(wide, 34)) if narrow else 32)


def _halves(name: str) -> list[str]:
    """Returns a name on two lines if it has more words, none longer than it need be."""
    words = name.split()
    cuts = [[" ".join(words[:k]), " ".join(words[k:])] for k in range(1, len(words))]
    return min(cuts, key=lambda lines: max(map(text_width, lines)), default=[name])


def _cells(
    axes: Axes, steps: _Steps, below: tuple[NDArray, NDArray], values: NDArray[np.float64]
) -> None:
    wide, high, count = steps.wide, steps.high, len(steps.names)
    words, size = _words(values, wide)
    opacity = np.round(_PEAK * np.minimum(np.abs(np.nan_to_num(values)), 1), 3)
    for i in range(1, count):
        row = np.flatnonzero(below[0] == i)
        spans = [(wide * below[1][k], wide) for k in row]
        colors = [(GREY if values[k] < 0 else HEAT, opacity[k]) for k in row]
        axes.broken_barh(spans, (i * high, high), facecolors=colors, linewidth=0, clip_on=False)
        for k in row if words else ():
            x, y = wide * (below[1][k] + 0.5), high * (i + 0.5)
            style = {"color": QUIET} if np.isnan(values[k]) else {}
            write(axes, x, y, words[k], ha="center", size=size, **style)
    inner = np.arange(1, count)
    style = {"color": LINE, "linewidth": 0.75, "zorder": 1, "clip_on": False}
    axes.vlines(wide * inner, high * inner, high * count, **style)
    axes.hlines(high * inner, 0, wide * inner, **style)
    axes.plot([0, 0, wide * inner[-1]], [high, high * count, high * count], color=GREY, lw=0.75)


def _words(values: NDArray[np.float64], wide: float) -> tuple[list[str], float]:
    """Returns the numbers, with as many of their signs as find room, and the size of letters."""
    for decimals, lead, size in _FORMS:
        words = [_word(value, decimals, lead) for value in values]
        if max(map(text_width, words)) * size / SIZE <= wide - (4 if lead else 1):
            return words, size
    return [], _SMALLEST


def _word(value: float, decimals: int, lead: str) -> str:
    if np.isnan(value):
        return "–"
    text = f"{abs(value):.{decimals}f}"
    sign = "−" if value < 0 and text.strip("0.") else ""
    if text[0] == "1":
        return sign + (text if lead else "1")
    return f"{sign}{lead}{text[1:]}"


# --- The key --------------------------------------------------------------------------------------


def _key_width() -> float:
    return 44 + max(text_width(text) for _, text in _MEANING) * _KEY / SIZE


def _key_fits(steps: _Steps, width: float) -> bool:
    """Returns whether no name comes near the key in the upper right."""
    rows = [k for k in range(len(steps.names)) if k * steps.high < 20 * len(_MEANING) + 4]
    free = max(steps.end(k) for k in rows) + 16 < width - _key_width()
    return free and len(steps.names) * steps.high >= 20 * len(_MEANING)


def _key(axes: Axes, x: float, y: float, keys: Sequence[tuple[str, str]]) -> None:
    for k, (value, text) in enumerate(keys):
        down = y + 20 * k
        color, opacity = ((HEAT, _PEAK), (HEAT, 0), (GREY, _PEAK))[k]
        style = {"facecolor": (color, opacity), "edgecolor": GREY, "linewidth": 0.75}
        frame(axes, (x, down - 7, 14, 14), **style)
        write(axes, x + 37, down, value, ha="right", size=_KEY, color=QUIET)
        write(axes, x + 43, down, text, size=_KEY, color=QUIET)
