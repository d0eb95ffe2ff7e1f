"""Curves: how networks learned, how steady lists are, what a person's time buys."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike

from . import style


class Reference(NamedTuple):
    """Where another network stood at its end: a fraction 0…1, and nats."""

    label: str
    epochs: int
    accuracy: float
    loss: float


@style.styled
def learning_curves(
    accuracy: ArrayLike,
    val_accuracy: ArrayLike,
    loss: ArrayLike,
    val_loss: ArrayLike,
    *,
    reference: Reference | None = None,
    width: float = style.WIDTH,
) -> Figure:
    """Returns accuracy and loss by epoch, of digits learned from (dashed) and held out (solid).

    Both scales are logarithmic, so that late epochs show; the accuracy's in 100 % − accuracy.

    All four: `(M, epochs)`, networks by epochs, the first in ink, the others grey behind it;
    accuracy as a fraction 0…1, loss in nats. `reference`: a dotted level across both panels.
    """
    figure = style.canvas(width, 450)
    pairs = [100 - 100 * np.array([accuracy, val_accuracy]), np.array([loss, val_loss])]
    titles = ("accuracy, in percent", "higher is better"), ("loss, in nats", "lower is better")
    forms = (lambda y: f"{100 - y:.2f}"), (lambda y: f"{y:.3f}")
    ticks = (lambda y, _: f"{100 - y:.4g}"), "{x:.4g}"
    levels = [100 - 100 * reference.accuracy, reference.loss] if reference else [None, None]
    panels = zip(pairs, titles, forms, levels, strict=True)
    for i, (pair, (title, better), form, level) in enumerate(panels):
        pair = np.maximum(pair, (0.005, 1e-4)[i])  # perfect has no logarithm
        ends = [*pair[:, 0, -1]]
        texts = [f"training {form(ends[0])}", f"held out {form(ends[1])}"]
        if reference:
            ends.append(level)
            texts.append(f"{reference.label},\nafter {reference.epochs}: {form(level)}")
        right = max(map(style.text_width, texts))
        axes = style.panel(figure, 48, 30 + 228 * i, width - 68 - right, 150)
        epochs = np.arange(1, pair.shape[2] + 1)
        looks = ((0, (4, 2.5)), style.PAPER), ("-", style.INK)
        for values, (line, face) in zip(pair, looks, strict=True):
            axes.plot(epochs, values[1:].T, color=style.GREY, linewidth=1, linestyle=line)
            axes.plot(epochs, values[0], color=style.INK, linewidth=1.8, linestyle=line, zorder=3)
            end = {"color": style.INK, "markerfacecolor": face, "markersize": 4, "zorder": 4}
            axes.plot(epochs[-1], values[0, -1], "o", clip_on=False, **end)
        axes.set(xlabel="epoch", yscale="log", xlim=(min(0.8, epochs[-1] - 0.5), epochs[-1]))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
        axes.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), minor_locator=NullLocator())
        axes.spines.bottom.set_visible(True)
        axes.grid(axis="y")
        if reference:
            axes.axhline(level, color=style.QUIET, linewidth=1.3, linestyle=(0, (1, 2)))
        axes.set_ylim(min(pair.min(), *ends) / 1.25, max(pair.max(), *ends) * 1.15)
        axes.yaxis.set(inverted=i == 0, major_formatter=ticks[i])
        axes.set_title(title, x=-48 / axes.bbox.width, pad=12)
        shift = style.text_width(title, weight="bold") - 38, 16
        style.beside(axes, better, (0, 1), shift, xycoords="axes fraction")
        style.label_ends(axes, ends, texts, [{}, {}, {"color": style.QUIET}])
    return figure


@style.styled
def stability_curves(
    sizes: ArrayLike, curves: Mapping[str, ArrayLike], *, width: float = style.WIDE
) -> Figure:
    """Returns how much of their lists two committees of m networks each share, score by score.

    A panel for each score, five in a row, on a phone two: the digits in both lists by those in
    either, of their first 100 (solid) and 12 (dashed). Grey: the first 100 of all other scores.

    `sizes`: whole numbers `(S,)` from 1, rising. `curves`: the name of a score in words → `(2, S)`,
    first 12, first 100; 0…1, higher = steadier; NaN where a score is not defined.
    """
    curves = {name: 100 * np.asarray(values, float) for name, values in curves.items()}
    phone = width == style.NARROW
    columns = 2 if phone else 5
    rows = ceil(len(curves) / columns)
    figure = style.canvas(width, rows * (156 if phone else 160) + 40)
    high = figure.bbox.height
    left, right = 62 / width, 1 - 54 / width
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    figure.subplots_adjust(left, 56 / high, right, 1 - 40 / high, wspace=0.75, hspace=0.5)
    looks = {"color": style.QUIET}, {"weight": "bold"}
    lines = {"linewidth": 1.3, "linestyle": (0, (3, 2)), "mfc": style.PAPER}, {"linewidth": 2}
    for axes in panels.flat[len(curves) :]:
        axes.set_axis_off()
    panels[0, 0].set(ylim=(0, 100), yticks=[0, 50, 100], xticks=sorted({sizes[0], sizes[-1]}))
    panels[0, 0].set_xlim(sizes[0] - 0.5, sizes[-1] + 0.01)
    panels[0, 0].yaxis.set_major_formatter("{x:.0f} %")
    for axes, (name, pair) in zip(panels.flat, curves.items(), strict=False):
        axes.set_title(style.broken(name, 110 if phone else width, weight="bold"), size=9)
        others = [[*other[1], np.nan] for title, other in curves.items() if title != name]
        xs = [*sizes, np.nan] * len(others)  # as one line with gaps: a third of the bytes
        axes.plot(xs, np.ravel(others), color=style.GREY, alpha=0.4, linewidth=0.9)
        for values, color, look in zip(pair, (style.QUIET, style.INK), lines, strict=True):
            axes.plot(sizes, values, color=color, **look)
            axes.plot(sizes[-1], values[-1], "o", ms=4, clip_on=False, color=color, **look)
        words = ("\nfirst 12", "\nfirst 100") if axes is panels[0, 0] else ("", "")
        texts = [f"{end:.0f} %{word}" for end, word in zip(pair[:, -1], words, strict=True)]
        if np.isnan(pair[:, -1]).any():
            axes.text(sizes[0], 70, "not defined", color=style.QUIET, size=9)
        else:
            style.label_ends(axes, pair[:, -1], texts, looks, size=9)
        axes.spines.bottom.set_visible(True)
        axes.grid(axis="y")
    quiet = {"size": "medium", "color": style.QUIET}
    figure.text(0, 1, "on both lists", va="top", **quiet)
    figure.text(left, 0.01, "networks in each committee", **quiet)
    place = (left, 22 / high) if phone else (1 - 260 / width, 0.01)
    figure.text(*place, "grey: the first 100 by other scores", **quiet)
    return figure


@style.styled
def accuracy_of_rest(
    looked_at: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    goal: float = 0.999,
    marked: Sequence[str] = (),
    unit: str = "digits",
    width: float = style.WIDTH,
) -> Figure:
    """Returns the accuracy on the digits that are left, against how many a person looks at.

    A line for each score, which chooses the digits. The best, which reaches the goal with the
    fewest, is thick and blue; those marked are dashed; the others grey. Under the place where one
    of the former reaches the goal stands its number; the scale goes to 1.5 times the last of these.

    `looked_at`: whole numbers `(S,)`, rising. `curves`: name of a score → `(S,)`, accuracy on the
    rest, 0…1, as `goal` is, dotted. `marked`: up to three names. `unit`: what the pictures are.
    """
    looked_at = np.asarray(looked_at)
    rest = {name: np.asarray(curve, np.float64) for name, curve in curves.items()}
    first = {name: min(looked_at[curve >= goal], default=np.inf) for name, curve in rest.items()}
    best = min(rest, key=lambda name: (first[name], -np.mean(rest[name])))
    bold = [best, *(name for name in marked if name != best)]
    reached = [name for name in sorted(bold, key=first.get) if np.isfinite(first[name])]
    shown = looked_at <= (1.5 * max((first[name] for name in reached), default=0) or np.inf)
    looks = {name: {"color": style.GREY, "linewidth": 1} for name in rest}
    dashed = {"color": style.INK, "linewidth": 1.6}
    for name, dashes in zip(bold[1:], ((5, 2), (1, 1.5), (6, 2, 1, 2)), strict=False):
        looks[name] = dashed | {"linestyle": (0, dashes)}
    looks[best] = {"color": style.PREDICTION, "linewidth": 2.6, "zorder": 3}
    words = {name: {"color": style.QUIET} for name in rest}
    words |= {name: {"color": looks[name]["color"], "weight": "bold"} for name in bold}

    wide = 80 if width == style.NARROW else width
    names = {name: style.broken(name, wide) for name in rest}
    longest = max(style.text_width(name, weight="bold") for name in names.values())
    figure = style.canvas(width, 400)
    axes = style.panel(figure, 58, 34, width - 58 - longest - 20, 320)
    for name, curve in rest.items():
        axes.plot(looked_at[shown], 100 * curve[shown], **looks[name], clip_on=False)
    low = 100 * min(goal, *(curve.min() for curve in rest.values()))
    room = (100 - low) / (310 - 20 * len(reached)) * 320  # numbers stand below all lines
    axes.set(xlim=(0, looked_at[shown][-1] or 1), ylim=(100 - room, 100))
    axes.set_xlabel(f"{unit} that a person looks at")
    look = {"color": style.QUIET, "weight": "normal", "pad": 11}
    axes.set_title("accuracy on the rest", x=-58 / axes.bbox.width, **look)
    axes.axhline(100 * goal, color=style.INK, linewidth=1.1, linestyle=(0, (1, 2)), zorder=1)
    near, ticks = 0.06 * room, MaxNLocator(5).tick_values(low, 100)
    ticks = [t for t in ticks if low - near / 4 < t <= 100 and abs(t - 100 * goal) > near]
    ticks.append(100 * goal)
    axes.set_yticks(ticks, [f"{style.number(tick, 3)} %" for tick in ticks])
    axes.get_yticklabels()[-1].set(color=style.INK, weight="bold")
    axes.xaxis.set_major_locator(MaxNLocator(3 if width == style.NARROW else 6, integer=True))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.spines.bottom.set_visible(True)
    for k, name in enumerate(reached):
        x, y = first[name], 100 * rest[name][looked_at == first[name]][0]
        foot = 100 - room + (8 + 20 * k) / 320 * room
        axes.plot([x, x], [y, foot], **looks[name] | {"linewidth": 1})
        axes.plot(x, y, "o", color=looks[name]["color"], markersize=5.5, zorder=5)
        style.beside(axes, f"{x:,.0f} {unit}", (x, foot), (5, 0), **words[name])
    order = sorted(rest, key=lambda name: (-rest[name][shown][-1], first[name]))
    ends = [100 * rest[name][shown][-1] for name in order]
    style.label_ends(axes, ends, [names[name] for name in order], [words[name] for name in order])
    return figure
