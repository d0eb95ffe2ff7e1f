"""How the networks learned: accuracy and loss by epoch."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    NARROW,
    PAPER,
    QUIET,
    WIDTH,
    board,
    need,
    panel,
    styled,
    text_width,
    write,
)

#: In CSS pixels: above a panel, of it, below it; between two; between lines of text.
_TOP, _HIGH, _FOOT, _GAP, _STEP = 28, 150, 42, 16, 16


class Reference(NamedTuple):
    """Where somebody else's training ended: a level to compare with."""

    label: str
    epochs: int
    accuracy: float  # 0…1
    loss: float  # nats


class _Measure(NamedTuple):
    """What is measured, and how it is written and drawn: by its distance from perfect."""

    title: str
    better: str
    written: Callable[[float], str]
    distance: Callable[[ArrayLike], NDArray[np.float64]]  # above 0, for it has a logarithm
    tick: Callable[[float], str]  # what is written at a distance


_MEASURES = {
    "accuracy": _Measure(
        "accuracy, in percent",
        "higher",
        written=lambda accuracy: f"{100 * accuracy:.2f}",
        distance=lambda accuracy: np.maximum(100 - 100 * np.asarray(accuracy), 0.005),
        tick=lambda mistakes: f"{100 - mistakes:g}",
    ),
    "loss": _Measure(
        "loss, in nats",
        "lower",
        written=lambda loss: f"{loss:.3f}",
        distance=lambda loss: np.maximum(loss, 1e-4),
        tick=lambda loss: f"{loss:g}",
    ),
}


class _Label(NamedTuple):
    """What is written at a height of a panel, on one line or more."""

    height: float
    lines: Sequence[str]
    color: str = INK


@styled
def learning_curves(
    accuracy: ArrayLike,
    val_accuracy: ArrayLike,
    loss: ArrayLike,
    val_loss: ArrayLike,
    *,
    highlight: int = 0,
    reference: Reference | None = None,
    narrow: bool = False,
) -> Figure:
    """Returns accuracy and loss by epoch, of digits learned from and held out.

    Both scales are logarithmic, the accuracy's in the mistakes (100 % − accuracy): half as
    many mistakes are the same step up everywhere, so that the late epochs show beside the first.

    All four: `(M, epochs)`, networks by epochs; accuracy as a fraction 0…1, loss in nats. Network
    `highlight` is drawn in ink, the others thin and grey behind it. `reference`: a dotted level
    across both panels. `narrow`: for a phone.
    Raises `ValueError` if the shapes differ, an accuracy is outside 0…1 or a loss below 0.
    """
    curves = dict(accuracy=accuracy, val_accuracy=val_accuracy, loss=loss, val_loss=val_loss)
    curves = {name: np.asarray(values, np.float64) for name, values in curves.items()}
    shape = curves["accuracy"].shape
    for name, values in curves.items():
        fits = values.ndim == 2 and values.size > 0 and values.shape == shape
        need(fits, name, values, f"(networks, epochs), the same for all four, here {shape}")
        top = 1 if "accuracy" in name else np.inf
        fits = ((values >= 0) & (values <= top)).all()
        need(fits, name, f"{values.min()} to {values.max()}", f"0 to {top}")
    need(0 <= highlight < shape[0], "highlight", highlight, f"0 to {shape[0] - 1}")
    fits = reference is None or (0 <= reference.accuracy <= 1 and reference.loss >= 0)
    need(fits, "reference", reference, "accuracy 0 to 1 and loss from 0")

    parts = []
    for name, measure in _MEASURES.items():
        pair = curves[name], curves[f"val_{name}"]
        labels = _labels(measure, name, [values[highlight, -1] for values in pair], reference)
        pair = [measure.distance(values) for values in pair]
        scale = _scale(measure, np.array([*np.ravel(pair), *(label.height for label in labels)]))
        parts.append((measure, pair, labels, scale))
    lines = [line for _, _, labels, _ in parts for label in labels for line in label.lines]
    right = 14 + max(map(text_width, lines))
    left = 6 + max(text_width(text) for *_, (_, ticks) in parts for text in ticks.values())

    width, high = NARROW if narrow else WIDTH, _TOP + _HIGH + _FOOT
    figure, base = board(width, 2 * high + _GAP)
    for i, (measure, pair, labels, scale) in enumerate(parts):
        y = i * (high + _GAP)
        write(base, 0, y + 8, measure.title, weight="bold")
        hint = text_width(measure.title, weight="bold") + 10
        write(base, hint, y + 8, f"{measure.better} is better", color=QUIET)
        axes = panel(figure, left, y + _TOP, width - left - right, _HIGH)
        _draw(axes, pair, highlight)
        if reference is not None:
            axes.axhline(labels[-1].height, color=QUIET, linewidth=1.3, linestyle=(0, (1, 2)))
        _rule(axes, *scale)
        _write_apart(base, axes, labels, width - right, y + _TOP)
    return figure


def _labels(
    measure: _Measure, name: str, ends: Sequence[float], reference: Reference | None
) -> list[_Label]:
    labels = [
        _Label(measure.distance(end), [f"{words} {measure.written(end)}"])
        for words, end in zip(("training", "held out"), ends, strict=True)
    ]
    if reference is not None:
        end = getattr(reference, name)
        lines = f"{reference.label},", f"after {reference.epochs}: {measure.written(end)}"
        labels.append(_Label(measure.distance(end), lines, QUIET))
    return labels


def _scale(measure: _Measure, heights: NDArray) -> tuple[tuple[float, float], dict[float, str]]:
    """Returns the lower and the upper end of a logarithmic axis, and its ticks, few and round."""
    low, high = heights.min() / 1.25, heights.max() * 1.15
    more = max(1, np.sqrt(5 * low / high))  # else there may be no tick at all
    low, high = low / more, high * more
    for steps in ((1, 2, 5), (1,)):
        ticks = np.outer(10.0 ** np.arange(-5, 4), steps).ravel()
        ticks = ticks[(low <= ticks) & (ticks <= high)]
        if len(ticks) <= 6:
            break
    limits = (high, low) if measure.better == "higher" else (low, high)
    return limits, {tick: measure.tick(tick) for tick in ticks}


def _draw(axes: Axes, pair: Sequence[NDArray], highlight: int) -> None:
    epochs = np.arange(1, pair[0].shape[1] + 1)
    for values, line, face in zip(pair, ((0, (4, 2.5)), "-"), (PAPER, INK), strict=True):
        others = np.delete(values, highlight, axis=0)
        axes.plot(epochs, others.T, color=GREY, linewidth=1, linestyle=line)
        axes.plot(epochs, values[highlight], color=INK, linewidth=1.8, linestyle=line, zorder=3)
        end = epochs[-1], values[highlight, -1]
        axes.plot(*end, "o", color=INK, markerfacecolor=face, markersize=4, zorder=4, clip_on=False)
    axes.set_xlim(min(0.8, epochs[-1] - 0.5), epochs[-1])


def _rule(axes: Axes, limits: tuple[float, float], ticks: dict[float, str]) -> None:
    last = int(axes.get_xlim()[1])
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, last) if last / step <= 6)
    axes.set(xlabel="epoch", xticks=range(step, last + 1, step), yscale="log", ylim=limits)
    axes.set_yticks(list(ticks), ticks.values())
    axes.minorticks_off()
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y")


def _write_apart(base: Axes, axes: Axes, labels: Sequence[_Label], x: float, top: float) -> None:
    """Writes labels at their heights, or as near as they can be without lying on each other."""
    to_board = axes.transData + base.transData.inverted()
    ends = np.array([to_board.transform((1, label.height))[1] for label in labels])
    order = np.argsort(ends, kind="stable")
    heights = np.array([_STEP * len(labels[k].lines) + 3 for k in order])
    offsets = np.cumsum(heights) - heights / 2
    shift = isotonic_regression(ends[order] - offsets).x
    shift = np.clip(shift, top - 10, top + _HIGH + 10 - heights.sum())
    for k, y in zip(order, shift + offsets, strict=True):
        base.plot([x + 2, x + 11], [ends[k], y], color=GREY, linewidth=0.75)
        middle = (len(labels[k].lines) - 1) / 2
        for i, line in enumerate(labels[k].lines):
            write(base, x + 14, y + (i - middle) * _STEP, line, color=labels[k].color)
