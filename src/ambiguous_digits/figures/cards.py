"""A few digits with what the network and the label say of them, for a quick look."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    AGREE,
    GREY,
    INK,
    LINE,
    PAPER,
    PREDICTION,
    QUIET,
    SIZE,
    TRUTH,
    WIDTH,
    board,
    frame,
    ink,
    need,
    picture,
    styled,
    text_width,
    write,
    write_upright,
)

#: In CSS pixels: around everything, between cards and rows, a picture, 100 %, a line of text.
_MARGIN, _GAP, _DOWN, _SIDE, _FULL, _STEP = 8, 10, 32, 140, 56, 18
_COLUMNS = 4
_SMALL = 10  # letters below the bars
_WIDE = (WIDTH - 2 * _MARGIN - (_COLUMNS - 1) * _GAP) / _COLUMNS

#: Text in one colour, bold or not.
_Run = tuple[str, str, str]


@styled
def gallery(
    images: NDArray[np.uint8],
    titles: Sequence[str],
    probs: ArrayLike,
    predictions: ArrayLike,
    truths: ArrayLike,
    *,
    class_names: Sequence[str],
) -> Figure:
    """Returns digits in rows of four on paper, each with its title and K bars of probability.

    They look as the article's cards do, for the work notebooks and as pictures.

    A triangle stands on the bar of the prediction, a dot on that of the truth; where they are the
    same the bar is green and has both. A title that ends in `(prediction→truth)`, as in
    `4761 (8→9)`, shows both names in their colours.

    `images`: uint8 `(n, H, W)`; where n is 0, the figure says "none". `probs`: `(n, K)`, 0…1.
    `predictions`, `truths`: classes 0…K-1, `(n,)`. Raises `ValueError` if a shape is another or a
    class does not exist.
    """
    images, probs = np.asarray(images), np.asarray(probs, np.float64)
    fits = images.ndim == 3 and images.dtype == np.uint8 and min(images.shape[1:]) > 0
    need(fits, "images", images, "uint8 (n, H, W)")
    count, classes = len(images), len(class_names)
    need(len(titles) == count, "titles", len(titles), f"{count}, one for each image")
    need(probs.shape == (count, classes), "probs", probs, f"({count}, {classes})")
    said = {"predictions": np.asarray(predictions), "truths": np.asarray(truths)}
    for argument, values in said.items():
        fits = values.shape == (count,) and ((values >= 0) & (values < classes)).all()
        need(fits, argument, values.tolist(), f"{count} classes from 0 to {classes - 1}")

    verdicts = [
        _verdict(titles[i], class_names[predictions[i]], class_names[truths[i]])
        for i in range(count)
    ]
    names = [name if len(name) <= 11 else f"{name[:10]}…" for name in class_names]
    foot = 16 if max(map(len, names)) <= 2 else 8 + max(map(text_width, names)) * _SMALL / SIZE
    floor = _SIDE + 4 + _STEP * max(map(len, verdicts), default=1) + _FULL + 20
    rows = -(-count // _COLUMNS)
    pitch = floor + foot + _DOWN
    figure, axes = board(WIDTH, 2 * _MARGIN + max(16, rows * pitch - _DOWN))
    figure.set_facecolor(PAPER)
    if not count:
        write(axes, _MARGIN, _MARGIN + 8, "none", color=QUIET)
    for i in range(count):
        x = _MARGIN + i % _COLUMNS * (_WIDE + _GAP)
        y = _MARGIN + i // _COLUMNS * pitch
        _picture(axes, x, y, images[i])
        _title(axes, x, y + _SIDE + 16, verdicts[i])
        said = int(predictions[i]), int(truths[i])
        _bars(axes, x, y + floor, probs[i], *said, names)
    return figure


def _picture(axes: Axes, x: float, y: float, image: NDArray[np.uint8]) -> None:
    height, width = image.shape
    zoom = _SIDE // max(height, width) or _SIDE / max(height, width)  # as crisp as can be
    box = x, y + _SIDE - height * zoom, width * zoom, height * zoom
    picture(axes, ink(image), box)
    frame(axes, box, edgecolor=LINE)


def _verdict(title: str, prediction: str, truth: str) -> list[list[_Run]]:
    """Returns the lines of a title, the names in their colours; it breaks before the names."""
    verdict = f"({prediction}→{truth})"
    parts = [[(title, INK, "bold")]]
    if title.endswith(verdict):
        agree = prediction == truth
        colors = (AGREE, AGREE) if agree else (PREDICTION, TRUTH)
        parts = [
            [(title.removesuffix(verdict), INK, "bold")],
            [("(", INK, "normal"), (prediction, colors[0], "bold"), ("→", INK, "normal")],
            [(truth, colors[1], "bold"), (")", INK, "normal")],
        ]
    lines = [[]]
    for part in parts:
        if lines[-1] and sum(map(_run_width, lines[-1] + part)) > _WIDE:
            lines.append([])
        lines[-1] += part
    return lines


def _run_width(run: _Run) -> float:
    text, _, weight = run
    return text_width(text, weight=weight)


def _title(axes: Axes, left: float, y: float, lines: Sequence[Sequence[_Run]]) -> None:
    for i, line in enumerate(lines):
        x = left
        for run in line:
            text, color, weight = run
            write(axes, x, y + i * _STEP, text, color=color, weight=weight)
            x += _run_width(run)


def _bars(
    axes: Axes,
    x: float,
    floor: float,
    probs: NDArray,
    prediction: int,
    truth: int,
    names: Sequence[str],
) -> None:
    step, crowded = _WIDE / len(probs), len(probs) > 16
    wide = min(0.5 * step, 7)
    axes.plot([x, x + _WIDE], [floor, floor], color=LINE, linewidth=0.75)
    for k, p in enumerate(probs):
        color, middle, tip = GREY, x + (k + 0.5) * step, floor - p * _FULL
        if k in (prediction, truth):
            color = AGREE if prediction == truth else PREDICTION if k == prediction else TRUTH
        frame(axes, (middle - wide / 2, tip, wide, floor - tip), facecolor=color)
        if k == prediction:
            axes.plot(middle, tip - 5, marker="v", markersize=4.5, color=color, linewidth=0)
        if k == truth:
            lift = 12 if prediction == truth else 5
            axes.plot(middle, tip - lift, marker="o", markersize=3.8, color=color, linewidth=0)
        if not crowded or color != GREY:
            if crowded and abs(prediction - truth) == 1:
                middle += 3 if k == max(prediction, truth) else -3
            style = {"color": QUIET} if color == GREY else {"color": color, "weight": "bold"}
            if max(map(len, names)) <= 2:
                write(axes, middle, floor + 10, names[k], size=_SMALL, ha="center", **style)
            else:
                write_upright(axes, middle, floor + 6, names[k], size=_SMALL, ha="right", **style)
