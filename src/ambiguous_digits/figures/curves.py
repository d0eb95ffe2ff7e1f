"""How the networks learned: accuracy and loss by epoch."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from ambiguous_digits.figures.style import (
    GREY,
    INK,
    WIDTH,
    board,
    need,
    panel,
    styled,
    write,
)

_ACCURACIES = (0, 10, 50, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99)
_LOSSES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


@styled
def learning_curves(
    accuracy: ArrayLike,
    val_accuracy: ArrayLike,
    loss: ArrayLike,
    val_loss: ArrayLike,
    *,
    highlight: int = 0,
) -> Figure:
    """Returns accuracy (above) and loss (below) by epoch, of digits learned from and held out.

    Both scales are logarithmic, the accuracy's in the mistakes (100 % − accuracy): half as
    many mistakes are the same step up everywhere, so that the late epochs show beside the first.

    All four: `(M, epochs)`, networks by epochs; accuracy as a fraction 0…1, loss in nats. Network
    `highlight` is drawn in ink, the others thin and grey behind it. Raises `ValueError` if the
    shapes differ, an accuracy is outside 0…1 or a loss below 0.
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

    left, right, high, gap = 48, 122, 170, 46
    figure, axes = board(WIDTH, 24 + 2 * high + gap + 42)
    upper = panel(figure, left, 24, WIDTH - left - right, high)
    lower = panel(figure, left, 24 + high + gap, WIDTH - left - right, high)
    write(axes, 0, 8, "accuracy, in percent", weight="bold")
    write(axes, 0, 8 + high + gap, "loss, in nats", weight="bold")

    mistakes = [np.maximum(100 - 100 * curves[k], 0.005) for k in ("accuracy", "val_accuracy")]
    losses = [np.maximum(curves[k], 1e-4) for k in ("loss", "val_loss")]
    upper.invert_yaxis()
    _draw(upper, mistakes, highlight, lambda value: f"{100 - value:.1f} %")
    _draw(lower, losses, highlight, lambda value: f"{value:.3f}")
    _ticks(upper, [100 - a for a in _ACCURACIES], lambda value, _: f"{100 - value:g}")
    _ticks(lower, _LOSSES, lambda value, _: f"{value:g}")
    upper.tick_params(labelbottom=False)
    lower.set_xlabel("epoch")
    return figure


def _draw(axes: Axes, pair: list[NDArray], highlight: int, words: Callable[[float], str]) -> None:
    epochs = np.arange(1, pair[0].shape[1] + 1)
    axes.set_yscale("log")
    for values, style in zip(pair, ((0, (4, 2.5)), "-"), strict=True):
        for m in range(len(values)):
            if m != highlight:
                axes.plot(epochs, values[m], color=GREY, linewidth=0.7, linestyle=style, alpha=0.7)
        axes.plot(epochs, values[highlight], color=INK, linewidth=1.8, linestyle=style, zorder=3)
    everything = np.concatenate([values.ravel() for values in pair])
    bottom, top = everything.max() * 1.15, everything.min() / 1.25
    axes.set_ylim((bottom, top) if axes.yaxis_inverted() else (top, bottom))
    axes.set_xlim(0.8, max(epochs[-1], 2) + 0.1)

    # Labels at the lines' ends, pushed apart where the ends meet.
    ends = [values[highlight, -1] for values in pair]
    to_panel = axes.transData + axes.transAxes.inverted()
    places = np.array([to_panel.transform((1, end))[1] for end in ends])
    apart = 0.12
    if abs(places[0] - places[1]) < apart:
        order = 1 if places[0] >= places[1] else -1
        places = places.mean() + np.array([order, -order]) * apart / 2
    for place, end, name in zip(places, ends, ("training", "held out"), strict=True):
        text = f"{name} {words(end)}"
        axes.text(1.02, place, text, transform=axes.transAxes, va="center_baseline")


def _ticks(axes: Axes, places: Sequence[float], words: Callable) -> None:
    low, high = sorted(axes.get_ylim())
    axes.yaxis.set_major_locator(FixedLocator([p for p in places if low <= p <= high]))
    axes.yaxis.set_major_formatter(FuncFormatter(words))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.grid(axis="y")
    axes.tick_params(axis="y", length=0)
