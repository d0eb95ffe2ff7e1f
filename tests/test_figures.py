"""Figures: what is drawn is what was given, in the seven colours and a bit, inside the frame."""

import ast
import io
import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color, to_hex, to_rgb
from matplotlib.text import Text
from numpy.lib.stride_tricks import sliding_window_view

from ambiguous_digits import figures
from ambiguous_digits.figures import style
from ambiguous_digits.figures.curves import Reference

RNG = np.random.default_rng(0)
NAMES = [str(k) for k in range(10)]
WORDS = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag"]
LETTERS = [chr(65 + k) for k in range(26)]
CLOTHES = ["T-shirt/top", *WORDS[1:], "Ankle boot"]
QUESTION = "Which handwritten digits are the most ambiguous?"


def drawing(height=28, width=28):
    """A ring of ink: edges in all directions."""
    y, x = np.mgrid[:height, :width]
    distance = np.hypot(y - height / 2, x - width / 2)
    return np.uint8(255 * np.clip(3 - np.abs(distance - 0.3 * min(height, width)), 0, 1))


def confusion(classes):
    values = RNG.random((classes, classes)) ** classes + np.eye(classes)
    return values / values.sum(axis=1, keepdims=True)


def network(height=28, width=28, classes=10):
    """One digit and activations shaped as the network's."""
    second = ((height - 2) // 2 - 2, (width - 2) // 2 - 2)
    probs = np.arange(1.0, classes + 1)
    return (
        drawing(height, width),
        np.float32(RNG.random((height - 2, width - 2, 32))),
        np.float32(RNG.random((*second, 64))),
        np.float32(RNG.random(256)),
        probs / probs.sum(),
    )


def sheet(classes, columns, names=NAMES, height=28, width=28, **options):
    images = np.stack([[drawing(height, width)] * columns] * classes)
    return figures.digit_sheet(images, names[:classes], **options)


def step(height, width, kernel, row, column):
    return figures.convolution_step(
        drawing(height, width), kernel, row=row, column=column, narrow=True
    )


def edges(height=28, width=28, count=4, **options):
    names = list(figures.EDGE_KERNELS)[:count]
    kernels = [figures.EDGE_KERNELS[name] for name in names]
    return figures.convolution_result(drawing(height, width), kernels, names, **options)


def learned(height=28, width=28, count=32, **options):
    kernels, maps = RNG.normal(size=(3, 3, count)), RNG.random((height - 2, width - 2, count))
    return figures.learned_kernels(drawing(height, width), kernels, maps, **options)


def cards(classes=10, count=12):
    probs = RNG.dirichlet(np.ones(classes), count)
    truths = RNG.integers(0, classes, count)
    names = NAMES if classes == 10 else LETTERS[:classes]
    predictions = probs.argmax(axis=1)
    titles = [
        f"{100 * i} ({names[p]}→{names[t]})"
        for i, (p, t) in enumerate(zip(predictions, truths, strict=True))
    ]
    images = np.stack([drawing()] * count)
    return figures.gallery(images, titles, probs, predictions, truths, class_names=names)


THEIRS = Reference("the write-up", 81, accuracy=0.9926, loss=0.02852)


def curves(networks=5, epochs=6, **options):
    falling = np.geomspace(0.3, 0.02, epochs) * np.linspace(1, 1.1, networks)[:, None]
    return figures.learning_curves(
        1 - falling / 3, 1 - falling / 4, falling, 0.8 * falling, **options
    )


def perfect(**options):
    ones, zeros = np.ones((1, 3)), np.zeros((1, 3))
    return figures.learning_curves(ones, ones, zeros, zeros, **options)


def heatmap(names=NAMES, **options):
    return figures.class_heatmap(confusion(len(names)), names, **options)


SCORES = [
    "low confidence", "label doubt", "small margin", "entropy", "confident mistake",
    "expected entropy", "mutual information", "disagreement", "second choice", "logit gap",
]  # fmt: skip


def stability(sizes=(1, 2, 3, 4, 5, 6, 8, 10), names=SCORES, **options):
    """The first 12 steadier than the first 100 by one score, one undefined for one network."""
    rising = 1 - 1 / (1 + np.array(sizes))
    shares = RNG.random((len(names), 2, 1)) * rising
    shares[-1] = shares[-1, ::-1]
    if len(names) > 6:
        shares[6, :, 0] = np.nan
    return figures.stability_curves(sizes, dict(zip(names, shares, strict=True)), **options)


def rank_intervals(count=24, names=None, wide=3, **options):
    ranks = np.arange(1, count + 1)
    names = names or [f"{417 * rank}" for rank in ranks]
    images = np.stack([drawing()] * count)
    lows = np.maximum(ranks / wide, 1)
    return figures.rank_intervals(images, names, ranks, lows, wide * ranks, **options)


def doubt(count=150, height=28, width=28, **options):
    places = RNG.beta(2, 8, (2, count))
    return figures.doubt_map(np.stack([drawing(height, width)] * count), *places, **options)


def bins(low=3, bins=15):
    """Confidence, accuracy, its interval and a count by bin; the first few are empty."""
    confidence = np.where(np.arange(bins) < low, np.nan, (np.arange(bins) + 0.5) / bins)
    accuracy = confidence**1.2
    return (
        confidence,
        accuracy,
        0.8 * accuracy,
        np.minimum(1.2 * accuracy, 1),
        np.where(np.arange(bins) < low, 0, 4 ** np.arange(bins) // 4**6 + 1),
    )


def reliability(names=("one network", "all twenty together"), low=3, **options):
    pair = {"before": bins(low), "after": bins(low + 1)}
    return figures.reliability_diagram(dict.fromkeys(names, pair), **options)


def rates(
    names=("60,000 training digits", "10,000 test digits"), unit="labels that are wrong", **options
):
    shares = np.geomspace(0.0043, 0.4, len(names))
    return figures.rate_intervals(names, shares, 0.8 * shares, 1.3 * shares, unit, **options)


def agreement(names=SCORES, **options):
    """Some of the scores reverse the order of others, one is not defined."""
    orders = RNG.normal(size=(len(names), 5)) + 1
    matrix = np.corrcoef(orders)
    matrix[1, :-1] = matrix[:-1, 1] = np.nan
    return figures.score_agreement(names, matrix, **options)


def hands(rows=3, counts=(6, 2), height=28, width=28, **options):
    groups = [
        (f"this writer's {9 - k}s", np.stack([drawing(height, width)] * 9)[:count])
        for k, count in enumerate(counts)
    ]
    image = drawing(height, width)
    titles = [f"test {4761 * (k + 1)}" for k in range(rows)]
    return figures.same_hand([figures.Hand(image, title, groups) for title in titles], **options)


SOURCES = ["average", "surest real one", "network 1", "network 2", "network 3", "all 20"]


def supreme(names=NAMES, sources=SOURCES, height=28, width=28, **options):
    noise = RNG.integers(0, 256, (len(sources), len(names), height, width), np.uint8)
    images = np.where(drawing(height, width), noise, 0).astype(np.uint8)
    return figures.supreme(images, sources, names, **options)


COUNTS = np.random.default_rng(0).integers(0, 4, (10, 10))
COUNTS[[2, 5]] = 0  # no label names these
LEFT, RIGHT = list(range(12)), [3, 20, 0, 21, 22, 23, 11, 24, 25, 26, 27, 28]
PAIRS = [("two single networks", LEFT, RIGHT), ("two committees of ten", LEFT, LEFT[::-1])]
RANKS = {
    "label doubt": np.arange(1, 16),
    "mutual information": [1, 10_000, *range(95, 108)],
    "disagreement": np.full(15, 5_000),
}


def holed(count):
    """So many blocks of 20 by 10 pixels of ink, each with its own one that is blank."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 9:19] = 255
    for k, image in enumerate(images):
        image[5 + k // 8, 10 + k % 8] = 0
    return images


def counts(classes=47, **options):
    """On a diagonal of ones one cell of twelve; the last seventeen rows are empty."""
    found = np.diag(np.arange(classes) < classes - 17).astype(int)
    found[0, -1] = 12
    names = [f"{k}th of the letters" for k in range(classes)]
    return figures.counts_heatmap(found, names, **options)


def pairs(**options):
    return figures.list_pairs(dict(enumerate(holed(40))), PAIRS, **options)


def ranks(**options):
    return figures.rank_lines(holed(15), RANKS, 10_000, **options)


def ways(**options):
    images = holed(13)
    return figures.ways_seen(images[0], images[1:], **options)


def review(**options):
    """Curves that rise from 0.996 in a line and reach 1 after so many digits."""
    steps = np.arange(0, 2001, 10)
    reach = {"label doubt": 50, "entropy": 80, "mutual information": 85, "never": 1e6}
    reach |= dict.fromkeys(["small margin", "confidence", "expected entropy"], 80)
    curves = {n: 1 - 0.004 * np.maximum(0, 1 - steps / k) for n, k in reach.items()}
    marked = ["mutual information", "entropy", "never"]
    return figures.accuracy_of_rest(steps, curves, marked=marked, **options)


def strip(**options):
    return figures.digit_strip(holed(6), ["5: 52 %", *(f"6: {k}7 %" for k in "56789")], **options)


EDGE = figures.EDGE_KERNELS["left edges"]
FIGURES = {
    "digit_sheet": lambda: figures.digit_sheet(np.stack([[drawing()] * 13] * 10), NAMES),
    "digit_sheet, narrow": lambda: sheet(10, 12, narrow=True),
    "digit_sheet of words": lambda: figures.digit_sheet(
        np.stack([[drawing(40, 30)] * 5] * len(WORDS)), WORDS
    ),
    "digit_sheet of words, narrow": lambda: sheet(10, 12, CLOTHES, narrow=True),
    "digit_sheet of letters": lambda: sheet(26, 12, LETTERS),
    "digit_sheet of letters, narrow": lambda: sheet(26, 12, LETTERS, narrow=True),
    "digit_sheet of two": lambda: sheet(2, 1, NAMES, 24, 20),
    "digit_sheet of small pictures": lambda: sheet(10, 12, NAMES, 10, 10),
    "convolution_step": lambda: figures.convolution_step(drawing(), EDGE, row=13, column=4),
    "convolution_step negative": lambda: figures.convolution_step(
        drawing(), -EDGE, row=13, column=4
    ),
    "convolution_step oblong": lambda: figures.convolution_step(
        drawing(10, 16), 0.37 * EDGE, row=7, column=13
    ),
    "convolution_step, narrow": lambda: step(28, 28, EDGE, 13, 4),
    "convolution_step negative, narrow": lambda: step(28, 28, -0.37 * EDGE, 13, 4),
    "convolution_step oblong, narrow": lambda: step(10, 16, -0.37 * EDGE, 4, 0),
    "convolution_step high, narrow": lambda: step(24, 20, EDGE.T, 21, 17),
    "convolution_result": lambda: edges(),
    "convolution_result, narrow": lambda: edges(narrow=True),
    "convolution_result of three, narrow": lambda: edges(24, 20, 3, narrow=True),
    "convolution_result of two": lambda: figures.convolution_result(
        drawing(16, 10), [EDGE, EDGE.T], ["left", "upper"]
    ),
    "learned_kernels": lambda: learned(),
    "learned_kernels, narrow": lambda: learned(narrow=True),
    "learned_kernels of small pictures": lambda: learned(10, 12, 5),
    "learned_kernels of high pictures, narrow": lambda: learned(24, 20, 9, narrow=True),
    "pipeline": lambda: figures.pipeline(*network(), NAMES, prediction=9),
    "pipeline of a network that is sure": lambda: figures.pipeline(
        *network()[:4], 0.999 * np.eye(10)[9] + 1e-4, NAMES, prediction=9
    ),
    "pipeline of words": lambda: figures.pipeline(
        *network(20, 16, len(WORDS)), WORDS, prediction=2
    ),
    "pipeline of letters": lambda: figures.pipeline(*network(classes=26), LETTERS, prediction=25),
    "pipeline of long names": lambda: figures.pipeline(
        *network(), ["T-shirt/top", *NAMES[1:9], "Ankle boot"], prediction=9
    ),
    "pipeline, narrow": lambda: figures.pipeline(*network(), NAMES, prediction=9, narrow=True),
    "pipeline of a large picture, narrow": lambda: figures.pipeline(
        *network(64, 48, 26), LETTERS, prediction=25, narrow=True
    ),
    "pipeline of long names, narrow": lambda: figures.pipeline(
        *network(), ["T-shirt/top", *NAMES[1:9], "Ankle boot"], prediction=9, narrow=True
    ),
    "cover": lambda: figures.cover(np.stack([drawing()] * 6), QUESTION),
    "cover of one oblong picture": lambda: figures.cover(drawing(40, 300)[None], "Ambiguous"),
    "learning_curves": curves,
    "learning_curves, narrow": lambda: curves(reference=THEIRS, narrow=True),
    "learning_curves of one network": lambda: curves(1),
    "learning_curves of one epoch": lambda: curves(2, 1, reference=THEIRS),
    "learning_curves of one epoch, narrow": lambda: curves(2, 1, narrow=True),
    "learning_curves of 81 epochs": lambda: curves(2, 81, reference=THEIRS),
    "learning_curves of 25 networks": lambda: curves(25, reference=THEIRS),
    "learning_curves beside equal ones": lambda: curves(
        reference=THEIRS._replace(accuracy=1 - 0.02 / 3, loss=0.02)
    ),
    "learning_curves of perfection": lambda: perfect(reference=THEIRS),
    "learning_curves of perfection, narrow": lambda: perfect(narrow=True),
    "class_heatmap": lambda: heatmap(row_counts=range(10), points=[(2, 7)]),
    "class_heatmap, narrow": lambda: heatmap(row_counts=range(10), points=[(2, 7)], narrow=True),
    "class_heatmap of words": lambda: heatmap(CLOTHES, row_counts=[100_000] * 10),
    "class_heatmap of words, narrow": lambda: heatmap(
        CLOTHES, row_counts=[6_000] * 10, narrow=True
    ),
    "class_heatmap of letters": lambda: heatmap(LETTERS, mark_diagonal=False),
    "class_heatmap of letters, narrow": lambda: heatmap(
        LETTERS, row_counts=range(90, 116), points=[(2, 7)], narrow=True
    ),
    "class_heatmap of two": lambda: figures.class_heatmap([[1, 0], [0.5, 0.5]], ["a", "b"]),
    "class_heatmap of two, narrow": lambda: heatmap(["a", "b"], narrow=True),
    "confidence_histogram": lambda: figures.confidence_histogram(
        1 - RNG.beta(0.2, 9, 10_000), RNG.random(10_000) < 0.95
    ),
    "gallery": cards,
    "confidence_histogram of mistakes everywhere": lambda: figures.confidence_histogram(
        np.tile(np.arange(0.025, 1, 0.05), 4000), np.arange(80_000) % 7 > 2
    ),
    "confidence_histogram without a mistake": lambda: figures.confidence_histogram([1], [True]),
    "gallery of letters": lambda: cards(26, 3),
    "gallery of words": lambda: figures.gallery(
        np.stack([drawing(40, 30)] * 2),
        ["1319 (T-shirt/top→Ankle boot)", "a word"],
        np.full((2, 10), 0.1),
        [0, 1],
        [9, 1],
        class_names=CLOTHES,
    ),
    "stability_curves": stability,
    "stability_curves, narrow": lambda: stability(narrow=True),
    "stability_curves of five networks": lambda: stability((1, 2)),
    "stability_curves of five networks, narrow": lambda: stability((1, 2), narrow=True),
    "stability_curves of three networks": lambda: stability((1,)),
    "stability_curves of three networks, narrow": lambda: stability((1,), narrow=True),
    "stability_curves of one score": lambda: stability(names=["entropy"]),
    "stability_curves of long names, narrow": lambda: stability(
        names=["the entropy of the mean of all networks", "two", "three"], narrow=True
    ),
    "stability_curves at the ends of the scale": lambda: figures.stability_curves(
        [1, 2], {"a": np.zeros((2, 2)), "b": np.ones((2, 2)), "c": np.full((2, 2), np.nan)}
    ),
    "rank_intervals": rank_intervals,
    "rank_intervals, narrow": lambda: rank_intervals(narrow=True),
    "rank_intervals of one digit": lambda: rank_intervals(1),
    "rank_intervals of long names, narrow": lambda: rank_intervals(
        3, ["own/some-digit.png", "b", "c"], narrow=True
    ),
    "rank_intervals of all digits": lambda: rank_intervals(12, wide=1000),
    "rank_intervals of all digits, narrow": lambda: rank_intervals(12, wide=5000, narrow=True),
    "rank_intervals of something unknown": lambda: figures.rank_intervals(
        drawing()[None], ["1"], [np.nan], [np.nan], [np.nan]
    ),
    "doubt_map": doubt,
    "doubt_map, narrow": lambda: doubt(narrow=True),
    "doubt_map with names": lambda: doubt(marked={0: "4761", 7: "18", 149: "9999"}),
    "doubt_map with names, narrow": lambda: doubt(marked={0: "4761", 90: "18"}, narrow=True),
    "doubt_map of contradiction": lambda: figures.doubt_map(
        np.stack([drawing()] * 2), [0, 0.1], [0.2, 0.9], marked={1: "4761"}
    ),
    "doubt_map of large pictures": lambda: doubt(40, 64, 48),
    "doubt_map of one digit": lambda: doubt(1),
    "doubt_map of one digit, narrow": lambda: doubt(1, narrow=True),
    "doubt_map of something unknown": lambda: figures.doubt_map(drawing()[None], [np.nan], [0.1]),
    "doubt_map of one network": lambda: figures.doubt_map(
        np.stack([drawing()] * 2), [0.1, 0.6], [0, 0]
    ),
    "reliability_diagram": reliability,
    "reliability_diagram, narrow": lambda: reliability(narrow=True),
    "reliability_diagram of two classes": lambda: reliability(low=8),
    "reliability_diagram of nothing": lambda: reliability(low=15),
    "reliability_diagram of long names": lambda: reliability(
        ["one network alone, of twenty", "all of them together"]
    ),
    "reliability_diagram of one panel, narrow": lambda: reliability(
        ["one network alone, which was the very first of twenty"], narrow=True
    ),
    "rate_intervals": rates,
    "rate_intervals, narrow": lambda: rates(narrow=True),
    "rate_intervals of six": lambda: rates(SCORES[:6], ""),
    "rate_intervals of six, narrow": lambda: rates(SCORES[:6], narrow=True),
    "rate_intervals in groups": lambda: rates(SCORES[:4], gaps=[2]),
    "rate_intervals in groups, narrow": lambda: rates(SCORES[:4], gaps=[1, 2], narrow=True),
    "rate_intervals of long names": lambda: rates([QUESTION, "some"]),
    "rate_intervals of long names, narrow": lambda: rates([QUESTION, "some"], narrow=True),
    "rate_intervals of nothing": lambda: figures.rate_intervals(
        ["a", "b"], [np.nan, 0], [np.nan, 0], [np.nan, 0]
    ),
    "score_agreement": agreement,
    "score_agreement, narrow": lambda: agreement(narrow=True),
    "score_agreement of twelve": lambda: agreement([*SCORES, "eleven", "the very last one"]),
    "score_agreement of twelve, narrow": lambda: agreement([*SCORES, "11", "twelve"], narrow=True),
    "score_agreement of two": lambda: agreement(SCORES[:2]),
    "score_agreement of two, narrow": lambda: agreement(SCORES[:2], narrow=True),
    "same_hand": hands,
    "same_hand, narrow": lambda: hands(narrow=True),
    "same_hand of six": lambda: hands(6, (9, 0)),
    "same_hand of one, narrow": lambda: hands(1, (0, 1), narrow=True),
    "same_hand of large pictures": lambda: hands(2, (1, 6), 64, 48),
    "same_hand of one group, narrow": lambda: hands(2, (6,), 10, 12, narrow=True),
    "supreme": supreme,
    "supreme, narrow": lambda: supreme(narrow=True),
    "supreme of letters": lambda: supreme(LETTERS, SOURCES[:3]),
    "supreme of letters, narrow": lambda: supreme(LETTERS, SOURCES[:3], narrow=True),
    "supreme of words": lambda: supreme(CLOTHES, SOURCES[:2]),
    "supreme of words, narrow": lambda: supreme(CLOTHES, narrow=True),
    "supreme of two": lambda: supreme("ab", SOURCES[:1]),
    "supreme of two, narrow": lambda: supreme("ab", SOURCES[:1], narrow=True),
    "supreme of eight sources, narrow": lambda: supreme(
        CLOTHES, [*SOURCES, "disagreement", "h"], narrow=True
    ),
    "supreme of large pictures": lambda: supreme(NAMES, SOURCES[:3], 100, 120),
    "counts_heatmap": lambda: figures.counts_heatmap(COUNTS, NAMES),
    "counts_heatmap, narrow": lambda: figures.counts_heatmap(COUNTS, NAMES, narrow=True),
    "counts_heatmap of two": lambda: figures.counts_heatmap([[3, 0], [1, 2]], ["cat", "dog"]),
    "counts_heatmap of two, narrow": lambda: figures.counts_heatmap(
        [[3, 0], [1, 2]], ["cat", "dog"], narrow=True
    ),
    "counts_heatmap of letters": counts,
    "counts_heatmap of letters, narrow": lambda: counts(narrow=True),
    "list_pairs": pairs,
    "list_pairs, narrow": lambda: pairs(narrow=True),
    "rank_lines": ranks,
    "rank_lines, narrow": lambda: ranks(narrow=True),
    "ways_seen": ways,
    "ways_seen, narrow": lambda: ways(narrow=True),
    "accuracy_of_rest": review,
    "accuracy_of_rest, narrow": lambda: review(narrow=True),
    "digit_strip": strip,
    "digit_strip, narrow": lambda: strip(narrow=True),
    "gallery of nothing": lambda: figures.gallery(
        np.zeros((0, 28, 28), np.uint8), [], np.zeros((0, 10)), [], [], class_names=NAMES
    ),
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())
both_widths = pytest.mark.parametrize("narrow", [False, True], ids=["broad", "narrow"])


def svg(figure):
    file = io.StringIO()
    with mpl.rc_context(style.STYLE):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def alphas(figure):
    """The ink of every picture in the figure, uint8."""
    return [image.get_array()[..., 3] for axes in figure.axes for image in axes.images]


def boxes(figure, color):
    """x, y, width, height of all rectangles filled with a colour."""
    return [
        patch.get_bbox().bounds
        for patch in figure.axes[0].patches
        if isinstance(patch, mpl.patches.Rectangle) and same_color(patch.get_fc()[:3], color)
        if patch.get_fc()[3] > 0
    ]


# --- All figures ------------------------------------------------------------------------------


@every_figure
def test_a_figure_uses_the_colours_that_the_page_can_replace_and_no_other(draw):
    drawn = svg(draw())
    assert set(re.findall(r"(?<![&\w])#[0-9a-f]{6}\b", drawn)) <= set(style.COLOURS)
    assert not re.search(r"(fill|stroke): ?(?!none|url|#)[a-z]", drawn)
    assert not re.search(r"<path [^>]*d=\"[^\"]*\"\s*/>(?!\s*</(clipPath|defs|pattern|g))", drawn)


@every_figure
def test_pictures_are_black_with_the_ink_as_opacity(draw):
    for axes in draw().axes:
        for image in axes.images:
            assert image.get_array().dtype == np.uint8
            assert not image.get_array()[..., :3].any()


@every_figure
def test_a_figure_is_light_enough_for_a_page(draw):
    assert len(svg(draw())) < 150_000


@pytest.mark.parametrize("name", [name for name in figures.__all__ if name.islower()])
def test_the_same_data_give_the_same_bytes(name):
    state = RNG.bit_generator.state
    first = svg(FIGURES[name]())
    RNG.bit_generator.state = state
    assert svg(FIGURES[name]()) == first


@every_figure
def test_no_text_is_cropped_or_lies_on_another(draw, monkeypatch):
    figure, shown = draw(), []
    drawn = Text.draw
    monkeypatch.setattr(Text, "draw", lambda text, _: shown.append(text) or drawn(text, _))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    shown = [text for text in shown if text.get_text() and text.get_visible()]
    places = [(t.get_text(), t.get_window_extent(renderer)) for t in shown]
    for text, box in places:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y1 <= figure.bbox.y1 + 1, text
    for i, (text, box) in enumerate(places):
        for other, second in places[:i]:
            wide = min(box.x1, second.x1) - max(box.x0, second.x0)
            high = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert wide < 2 or high < 5, f"{text!r} lies on {other!r}"


@pytest.mark.parametrize(
    "name", [name for name in FIGURES if name.startswith(("digit_sheet", "convol", "learned_k"))]
)
def test_a_drawing_is_exactly_as_wide_as_its_column_and_no_letter_is_too_small(name):
    figure = FIGURES[name]()
    assert figure.get_size_inches()[0] * 96 == pytest.approx(320 if "narrow" in name else 608)
    assert min(text.get_fontsize() for text in figure.findobj(Text)) >= 11 * 0.75


@every_figure
def test_a_figure_leaves_nothing_behind(draw):
    before = {name: mpl.rcParams[name] for name in style.STYLE}
    draw()
    assert plt.get_fignums() == []
    assert {name: mpl.rcParams[name] for name in style.STYLE} == before


def test_the_readers_own_settings_change_nothing():
    expected = svg(figures.convolution_step(IMAGE, EDGE, row=0, column=0))
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "text.color": "blue"}):
        assert svg(figures.convolution_step(IMAGE, EDGE, row=0, column=0)) == expected


def test_figures_import_no_other_module_of_ours():
    for file in Path(figures.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [getattr(node, "module", None) or ""]
            names += [
                alias.name for alias in getattr(node, "names", []) if isinstance(alias, ast.alias)
            ]
            ours = [n for n in names if n.startswith(("ambiguous_digits", "tensorflow", "keras"))]
            assert all(n.startswith("ambiguous_digits.figures.") for n in ours), file.name


# --- The data set -----------------------------------------------------------------------------


@both_widths
def test_the_sheet_has_a_row_for_each_class_with_all_its_digits_in_order(narrow):
    images = np.uint8(255 / 7 * RNG.integers(1, 8, (3, 4, 10, 12)) + 0.5)  # in its steps of ink
    figure = figures.digit_sheet(images, ["a", "b", "c"], narrow=narrow)
    assert texts(figure) == ["a", "b", "c"]
    (drawn,) = alphas(figure)
    windows = sliding_window_view(drawn, (10, 12))
    places = [[np.argwhere((windows == image).all(axis=(2, 3))) for image in row] for row in images]
    rows, columns = np.array(places).reshape(3, 4, 2).transpose(2, 0, 1)
    assert (np.diff(rows[:, 0]) >= 10).all()
    assert (rows == rows[:, :1]).all()
    assert (np.diff(columns[0]) >= 12).all()
    assert (columns == columns[:1]).all()
    left, right, bottom, _ = figure.axes[0].images[0].get_extent()
    zoom = bottom / drawn.shape[0]
    assert right == (style.NARROW if narrow else style.WIDTH)
    assert (right - left) / drawn.shape[1] == zoom == int(2 * zoom) / 2
    middles = [text.get_position()[1] - 0.36 * style.SIZE for text in figure.axes[0].texts]
    np.testing.assert_allclose(middles, (rows[:, 0] + 5) * zoom)


@pytest.mark.parametrize(
    ("names", "narrow", "columns"),
    [(NAMES, False, 12), (NAMES, True, 8), (CLOTHES, False, 11), (CLOTHES, True, 6)],
)
def test_the_sheet_shows_as_many_columns_as_find_room_from_the_first(names, narrow, columns):
    images = np.broadcast_to(np.uint8(range(20, 32))[:, None, None], (10, 12, 28, 28))
    (drawn,) = alphas(figures.digit_sheet(images, names, narrow=narrow))
    starts = np.flatnonzero(np.diff(np.append(0, drawn[0])) > 0)
    assert len(starts) == columns


def test_the_sheet_leaves_out_the_margin_that_is_empty_in_all_digits():
    images = np.zeros((2, 3, 28, 28), np.uint8)
    images[0, 1, 4, 10] = images[1, 2, 23, 17] = 255
    (drawn,) = alphas(figures.digit_sheet(images, ["a", "b"]))
    places = np.argwhere(drawn).tolist()  # the second digit above, the third below
    assert places[1] == [drawn.shape[0] - 1, drawn.shape[1] - 1]
    assert places[0][0] == 0
    nothing = figures.digit_sheet(np.zeros((2, 3, 28, 28), np.uint8), ["a", "b"])
    assert not alphas(nothing)[0].any()


# --- Convolutions -----------------------------------------------------------------------------


@both_widths
def test_the_sum_of_a_step_is_that_of_the_numbers_shown(narrow):
    image = np.zeros((5, 5), np.uint8)
    image[1:4, 2:5] = [[51, 102, 255], [0, 128, 255], [26, 0, 204]]
    kernel = [[1, 0, -1], [2, 0, -2], [1, -1, 0.5]]
    figure = figures.convolution_step(image, kernel, row=1, column=2, narrow=narrow)
    shown = texts(figure)
    # 0.2 − 1 + 0 − 2 + 0.1 − 0 + 0.4: by hand
    assert "−2.3" in shown
    assert "below 0, so 0" in shown
    for text in ("0.2", "0.4", "0.5", "0.1", "0.8", "−2", "+0.2", "+0.1", "+0.4"):
        assert text in shown


@both_widths
def test_a_step_draws_the_new_picture_as_far_as_the_window_has_slid_and_the_rest_faintly(narrow):
    image = drawing(12, 12)
    _, result = alphas(figures.convolution_step(image, EDGE, row=4, column=3, narrow=narrow))
    pixels = np.round(image / 255, 1)
    full = np.maximum((sliding_window_view(pixels, (3, 3)) * EDGE).sum(axis=(2, 3)), 0)
    expected = np.rint(255 * full / full.max())
    np.testing.assert_array_equal(result[:4], expected[:4])
    np.testing.assert_array_equal(result[4, :4], expected[4, :4])
    np.testing.assert_allclose(result[4, 4:], 0.18 * expected[4, 4:], atol=0.6)
    np.testing.assert_allclose(result[5:], 0.18 * expected[5:], atol=0.6)


@both_widths
def test_a_step_marks_the_window_and_the_pixel_and_joins_both_to_what_they_are(narrow):
    figure = figures.convolution_step(drawing(), EDGE, row=13, column=4, narrow=narrow)
    assert [text for text in texts(figure) if text.islower() or text in "1234"][:8] == [
        "1", "a window on the picture", "2", "times the kernel",
        "3", "added up", "4", "one new pixel",
    ]  # fmt: skip
    marks = [p for p in figure.axes[0].patches if same_color(p.get_ec(), style.HEAT)]
    marks = [p.get_bbox() for p in marks if isinstance(p, mpl.patches.Rectangle)]
    pictures = [image.get_extent() for image in figure.axes[0].images]
    for (left, right, bottom, top), size, side in zip(pictures, (28, 26), (3, 1), strict=True):
        zoom = (right - left) / size
        assert zoom == pytest.approx((bottom - top) / size)
        place = [left + 4 * zoom, top + 13 * zoom, side * zoom, side * zoom]
        framed = [[m.x0 + 1, m.y0 + 1, m.width - 2, m.height - 2] for m in marks]
        assert any(np.allclose(place, m) for m in framed)
    cones = [p.get_xy() for p in figure.axes[0].patches if isinstance(p, mpl.patches.Polygon)]
    assert len(cones) == 3
    (window, _), (pixel, _) = ((p[0], p) for p in pictures)
    if not narrow:  # the new pixel lies below the middle of the window
        zoom = (pictures[0][1] - pictures[0][0]) / 28
        assert window + 5.5 * zoom == pytest.approx(pixel + 4.5 * zoom)


@both_widths
def test_the_maps_are_the_valid_correlation_cut_at_zero_on_one_scale(narrow):
    image = RNG.integers(0, 256, (14, 11), np.uint8)
    kernels = RNG.normal(size=(3, 3, 3))
    figure = figures.convolution_result(image, kernels, ["a", "b", "c"], narrow=narrow)
    windows = sliding_window_view(image / 255, (3, 3))
    expected = np.maximum(np.einsum("xyij,kij->kxy", windows, kernels), 0)
    drawn = alphas(figure)
    np.testing.assert_array_equal(drawn.pop(0), image)
    if narrow:  # the second row begins with the picture again
        np.testing.assert_array_equal(drawn.pop(2), image)
    np.testing.assert_array_equal(drawn, np.rint(255 * expected / expected.max()))


def test_each_edge_kernel_sees_its_own_edge_of_a_square():
    square = np.zeros((11, 11), np.uint8)
    square[3:8, 3:8] = 255
    names = list(figures.EDGE_KERNELS)
    _, *maps = alphas(
        figures.convolution_result(square, list(figures.EDGE_KERNELS.values()), names)
    )
    middles = [np.argwhere(map_ == 255).mean(axis=0) - 4 for map_ in maps]  # of 9 × 9 places
    where = dict(zip(names, np.sign(middles).tolist(), strict=True))
    assert where["left edges"] == [0, -1]
    assert where["right edges"] == [0, 1]
    assert where["upper edges"] == [-1, 0]
    assert where["lower edges"] == [1, 0]


UP = np.array([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]])


@both_widths
def test_the_kernels_go_round_clockwise_by_where_they_want_ink_each_with_its_map(narrow):
    blob = np.array([[-1.0, 1, -1], [0, 0, 0], [0.9, 0, -1]])  # 1.9 to the left, 0.9 down
    kernels = np.stack([blob, UP, *(np.rot90(UP, k) for k in (1, 2, 3))], axis=2)
    maps = np.zeros((4, 4, 5))
    maps[0, 0, :4] = maps[1, range(4), range(4)] = 1  # of the last one nothing
    figure = figures.learned_kernels(drawing(6, 6), kernels, maps, narrow=narrow)
    clockwise = [1, 4, 3, 0, 2]  # up, right, down, blob, left
    _, example, *columns = alphas(figure)
    np.testing.assert_array_equal(example, 12 + 243 * (maps[..., 1] > 0))
    assert len(columns) == (4 if narrow else 5)
    for i, k in enumerate(clockwise):
        drawn = columns[0][-4:] if narrow and i == 4 else columns[i][:4]
        np.testing.assert_array_equal(drawn, 12 + 243 * (maps[..., k] > 0))
    assert "all 5 kernels, and their maps" in texts(figure)


@both_widths
def test_the_squares_of_a_kernel_are_filled_for_ink_and_of_paper_for_paper(narrow):
    kernel = np.array([[1, 0.25, 0], [0, 0, 0], [0, 0, -1]])[..., None]
    figure = figures.learned_kernels(IMAGE, kernel, np.ones((4, 4, 1)), narrow=narrow)
    drawn = {}
    for patch in figure.axes[0].patches:
        if type(patch) is mpl.patches.PathPatch:
            start, end = patch.get_path().vertices
            assert end[0] - start[0] == pytest.approx(patch.get_linewidth() / 0.75)  # a square
            square = [*(start + end) / 2, end[0] - start[0]]
            drawn.setdefault(to_hex(patch.get_ec()), []).append(square)
    ground, ink, paper = (drawn[color] for color in (style.GREY, style.HEAT, style.PAPER))
    side, cell = (84, 28) if narrow else (111, 37)
    x, y, _ = ground[0]
    assert ground[0][2] == side
    assert sorted(ink[:2]) == sorted(
        [[x - cell, y - cell, cell - 2], [x, y - cell, cell - 2 * round(cell / 4)]]
    )
    assert paper[0] == [x + cell, y + cell, cell - 2]
    assert {"wants ink", "wants paper"} <= set(texts(figure))


@both_widths
def test_the_pipeline_names_the_sizes_of_its_arrays(narrow):
    figure = figures.pipeline(*network(21, 17), NAMES, prediction=9, narrow=narrow)
    assert [text for text in texts(figure) if "×" in text or text.endswith("maps")] == [
        "21 × 17", "32 maps", "19 × 15", "32 maps", "9 × 7",
        "64 maps", "7 × 5", "64 maps", "3 × 2",
    ]  # fmt: skip
    assert {"256", "numbers", "10", "probabilities", "18 %"} <= set(texts(figure))
    steps = " ".join(texts(figure)).split(" 0 ")[0]
    assert steps.startswith(2 * "convolution + ReLU max pooling " + "dense + ReLU dense + softmax")


@both_widths
def test_the_pipeline_fills_its_width_with_pictures_of_whole_pixels(narrow):
    figure = figures.pipeline(*network(), NAMES, prediction=9, narrow=narrow)
    width, height = figure.get_size_inches() * 96
    assert width == pytest.approx(320 if narrow else 960)
    assert height < (905 if narrow else 310)
    zooms = []
    for image in figure.axes[0].images:
        left, right, bottom, top = image.get_extent()
        zooms.append((right - left) / image.get_array().shape[1])
        assert zooms[-1] == (bottom - top) / image.get_array().shape[0]
        assert left % 1 == top % 1 == 0
    assert zooms == [3 if narrow else 4, 2, 2, 2, 2, 6]


def test_the_pipeline_shows_the_sixteen_strongest_maps_in_order_and_the_same_pooled():
    image, _, second, dense, probs = network()
    first = np.zeros((4, 4, 17))
    for i in range(17):  # one place of each map answers, in the first map most weakly
        first[i // 4 % 4, i % 4, i] = i + 1
    sheets = alphas(figures.pipeline(image, first, second, dense, probs, NAMES, prediction=9))
    expected, pooled = np.zeros((20, 20)), np.zeros((12, 12))
    for place, i in enumerate(range(1, 17)):
        y, x = divmod(place, 4)
        tile, small = np.full((4, 4), 17), np.full((2, 2), 17)
        tile[i // 4 % 4, i % 4] = 255
        small[i // 8 % 2, i % 4 // 2] = 255
        expected[5 * y : 5 * y + 4, 5 * x : 5 * x + 4] = tile
        pooled[3 * y : 3 * y + 2, 3 * x : 3 * x + 2] = small
    np.testing.assert_array_equal(sheets[1], expected[:-1, :-1])
    np.testing.assert_array_equal(sheets[2], pooled[:-1, :-1])


def test_an_empty_map_of_the_pipeline_stays_visible_and_where_is_none_is_nothing():
    image, first, second, dense, probs = network()
    first = np.dstack([first[..., :4], np.zeros((26, 26))])
    _, sheet, pooled, *_ = alphas(
        figures.pipeline(image, first, second, dense, probs, NAMES, prediction=9)
    )
    assert sheet.shape == (53, 107)
    assert (sheet[27:, :26] == 17).all()
    assert not sheet[27:, 26:].any()
    assert (pooled[14:, :13] == 17).all()


@both_widths
def test_the_bars_of_the_pipeline_are_the_probabilities_and_the_prediction_stands_out(narrow):
    *arrays, probs = network()
    figure = figures.pipeline(*arrays, probs, NAMES, prediction=4, narrow=narrow)
    (x, y, chosen, height), *others = boxes(figure, style.PREDICTION)
    assert others == []
    widths = [width for _, _, width, _ in boxes(figure, style.GREY)]
    np.testing.assert_allclose(np.array(widths) / chosen, np.delete(probs, 4) / probs[4])
    (mark,) = [line for line in figure.axes[0].lines if line.get_marker() == "<"]
    assert mark.get_xydata()[0].tolist() == pytest.approx([x + chosen + 6, y + height / 2])


# --- Learning ---------------------------------------------------------------------------------


def test_training_is_dashed_held_out_solid_and_the_highlight_alone_in_ink():
    accuracy = np.array([[0.9, 0.99], [0.8, 0.95], [0.85, 0.97]])
    figure = figures.learning_curves(
        accuracy, accuracy + 0.005, 1 - accuracy, (1 - accuracy) / 2, highlight=1
    )
    assert {"training 95.00", "held out 95.50"} <= set(texts(figure))
    assert {"training 0.050", "held out 0.025"} <= set(texts(figure))
    upper, lower = figure.axes[1:]
    for axes in (upper, lower):
        lines = [line for line in axes.lines if len(line.get_xdata()) == 2]
        assert [to_hex(line.get_color()) for line in lines] == 2 * [*2 * [style.GREY], style.INK]
        assert [line.is_dashed() for line in lines] == 3 * [True] + 3 * [False]
        assert all(line.get_xdata().tolist() == [1, 2] for line in lines)
    np.testing.assert_allclose(upper.lines[0].get_ydata(), [10, 1])
    assert upper.yaxis_inverted()
    assert not lower.yaxis_inverted()


@both_widths
def test_somebody_elses_end_is_a_dotted_level_in_both_panels_named_with_its_epochs(narrow):
    figure = curves(reference=Reference("a friend", 12, accuracy=0.98, loss=0.25), narrow=narrow)
    for axes, level in zip(figure.axes[1:], (2, 0.25), strict=True):
        (line,) = [line for line in axes.lines if to_hex(line.get_color()) == style.QUIET]
        np.testing.assert_allclose(line.get_ydata(), level)
        assert list(line.get_xdata()) == [0, 1]  # from side to side
        assert line.is_dashed()
    shown = texts(figure)
    assert shown.count("a friend,") == 2
    assert {"after 12: 98.00", "after 12: 0.250"} <= set(shown)
    assert "a friend," not in texts(curves(narrow=narrow))


@both_widths
def test_loss_stands_below_accuracy_epoch_under_epoch(narrow):
    one, two = (axes.get_position() for axes in curves(narrow=narrow).axes[1:])
    assert one.y0 > two.y1
    assert (one.x0, one.x1) == pytest.approx((two.x0, two.x1))


@both_widths
def test_perfect_accuracy_can_be_drawn(narrow):
    assert {"held out 100.00", "training 0.000"} <= set(texts(perfect(narrow=narrow)))


@pytest.mark.parametrize(
    ("epochs", "ticks"), [(1, [1]), (6, [1, 2, 3, 4, 5, 6]), (7, [2, 4, 6]), (81, [20, 40, 60, 80])]
)
def test_the_ticks_are_few_and_whole_epochs(epochs, ticks):
    for axes in curves(1, epochs).axes[1:]:
        assert axes.get_xticks().tolist() == ticks
        assert 2 <= len(axes.get_yticks()) <= 6


# --- Ambiguity --------------------------------------------------------------------------------


def cell_texts(figure, classes):
    """The text of every cell of a heatmap without row counts, by the place where it stands."""
    axes = figure.axes[0]
    border = next(p for p in axes.patches if same_color(p.get_ec(), style.GREY) and p.get_lw() < 1)
    x, y, wide, high = border.get_bbox().bounds
    found = np.full((classes, classes), "", dtype=object)
    for text in axes.texts:
        column, row = (np.array(text.get_position()) - (x, y)) / (wide, high) * classes
        if 0 < column < classes and 0 < row < classes:
            found[int(row), int(column)] = text.get_text()
    return found


def cells(figure):
    """The cells of a heatmap that are drawn: their upper edge and their opacity."""
    for collection in figure.axes[0].collections:
        for path, color in zip(collection.get_paths(), collection.get_facecolor(), strict=False):
            assert same_color(color[:3], style.HEAT)
            yield path.get_extents().y0, color[3]


def contrast(one, two):
    """As WCAG 2.1 defines it."""
    channels = np.array([one, two])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    low, high = np.sort(linear @ [0.2126, 0.7152, 0.0722])
    return (high + 0.05) / (low + 0.05)


@both_widths
def test_the_numbers_in_the_cells_are_the_values_in_whole_percents(narrow):
    values = confusion(7)
    values[3] = [0.004, 0.006, 0, 0.99, 0, 0, 0]
    figure = figures.class_heatmap(values, NAMES[:7], narrow=narrow)
    expected = [[f"{100 * v:.0f}".replace("0", "", int(v < 0.005)) for v in row] for row in values]
    np.testing.assert_array_equal(cell_texts(figure, 7), expected)


def test_counts_are_written_as_they_are():
    figure = figures.class_heatmap([[12, 0], [3, 150]], ["a", "b"], percent=False)
    np.testing.assert_array_equal(cell_texts(figure, 2), [["12", ""], ["3", "150"]])


def test_the_opacity_of_a_cell_is_its_value_by_the_largest_one_and_numbers_are_ink():
    figure = figures.class_heatmap([[0.8, 0.004], [0.4, 0.6]], ["a", "b"])
    assert [opacity for _, opacity in cells(figure)] == pytest.approx([0.62, 0.31, 0.465])
    colors = {t.get_text(): t.get_color() for t in figure.axes[0].texts}
    assert colors["80"] == colors["40"] == colors["60"] == style.INK


def test_no_cell_is_so_strong_that_ink_is_hard_to_read_nor_weaker_than_it_must_be():
    css = (Path(figures.__file__).parents[1] / "article" / "page" / "style.css").read_text()
    dark = dict(re.findall(r"--(\w+): (#\w{6});", css.partition("scheme: dark")[2]))
    light = {"paper": style.PAPER, "ink": style.INK, "heat": style.HEAT}
    ((_, peak),) = cells(figures.class_heatmap([[0, 0], [1, 0]], ["a", "b"]))

    def contrasts(opacity):
        for theme in (light, dark):
            paper, ink, heat = (np.array(to_rgb(theme[name])) for name in light)
            yield contrast(ink, opacity * heat + (1 - opacity) * paper)

    assert min(contrasts(peak)) >= 4.5 > min(contrasts(peak + 0.01))


@pytest.mark.parametrize("names", [NAMES, CLOTHES, LETTERS], ids=["digits", "words", "letters"])
@both_widths
def test_no_letter_of_a_heatmap_is_smaller_than_ten_pixels(names, narrow):
    figure = heatmap(names, row_counts=[100] * len(names), narrow=narrow)
    assert min(text.get_fontsize() for text in figure.findobj(Text)) >= 7.5  # points
    numbers = {text for text in texts(figure) if text.isdigit()} - {*names, "100"}
    assert bool(numbers) != (narrow and names == LETTERS)


def test_a_row_without_digits_stays_white_and_says_so():
    values = confusion(4)
    values[2] = np.nan
    figure = figures.class_heatmap(values, NAMES[:4], row_counts=[5, 6, 0, 7])
    assert texts(figure).count("none") == 1
    assert len({top for top, _ in cells(figure)}) == 3
    assert len([p for p in figure.axes[0].patches if same_color(p.get_ec(), style.AGREE)]) == 3
    assert [t for t in texts(figure) if t in {"5", "6", "0", "7"}][-4:] == ["5", "6", "0", "7"]


def test_an_impossible_diagonal_is_struck_out_whatever_it_holds():
    values = np.full((3, 3), 0.5)
    figure = figures.class_heatmap(values, NAMES[:3], mark_diagonal=False)
    (line,) = figure.axes[0].lines
    border = next(p for p in figure.axes[0].patches if same_color(p.get_ec(), style.GREY))
    np.testing.assert_array_equal(line.get_xydata(), border.get_corners()[[0, 2]])
    assert texts(figure).count("50") == 6
    assert not [p for p in figure.axes[0].patches if same_color(p.get_ec(), style.AGREE)]


@both_widths
def test_the_cells_that_the_text_speaks_of_are_outlined_and_their_numbers_bold(narrow):
    figure = figures.class_heatmap(
        np.full((5, 5), 0.2), NAMES[:5], points=[(0, 4), (3, 1)], narrow=narrow
    )
    bold = [p.get_bbox() for p in figure.axes[0].patches if same_color(p.get_ec(), style.INK)]
    assert len(bold) == 2
    assert bold[0].x0 > bold[1].x0
    assert bold[0].y0 < bold[1].y0
    heavy = [t for t in figure.axes[0].texts if t.get_text() == "20" and t.get_weight() == "bold"]
    assert len(heavy) == 2
    for box, text in zip(bold, heavy, strict=True):
        assert box.contains(*text.get_position())


def test_rows_are_the_truth_and_columns_the_prediction_in_their_colours():
    figure = figures.class_heatmap(confusion(3), ["a", "b", "c"])
    colors = [t.get_color() for t in figure.axes[0].texts if t.get_text() in "abc"]
    assert colors == [style.TRUTH, style.PREDICTION] * 3


def test_the_histogram_counts_every_digit_once():
    confidence = np.array([0.99, 1.0, 0.97, 0.52, 0.03, 1.0 + 1e-9])
    right = np.array([True, True, True, False, False, True])
    figure = figures.confidence_histogram(confidence, right)
    assert {"right: 4", "wrong: 2"} <= set(texts(figure))
    upper, lower = ([p.get_height() for p in axes.patches] for axes in figure.axes[1:])
    assert upper == [0] * 19 + [4]
    assert lower == [1, *[0] * 9, 1, *[0] * 9]
    labels = [[t.get_text() for t in axes.texts if t.get_text()] for axes in figure.axes[1:]]
    assert labels == [["4"], ["1", "1"]]
    assert not figure.axes[1].yaxis_inverted()
    assert figure.axes[2].yaxis_inverted()


def test_the_gallery_marks_the_prediction_with_a_triangle_and_the_truth_with_a_dot():
    probs = np.array([[0.1, 0.6, 0.3], [0.2, 0.1, 0.7]])
    figure = figures.gallery(
        np.stack([drawing()] * 2), ["7 (b→c)", "9 (c→c)"], probs, [1, 2], [2, 2],
        class_names=["a", "b", "c"],
    )  # fmt: skip
    assert len(alphas(figure)) == 2
    marks = [
        (m.get_marker(), m.get_color()) for m in figure.axes[0].lines if m.get_marker() in "vo"
    ]
    assert marks == [
        ("v", style.PREDICTION), ("o", style.TRUTH), ("v", style.AGREE), ("o", style.AGREE),
    ]  # fmt: skip
    assert "".join(texts(figure)).replace("abc", "") == "7 (b→c)9 (c→c)"
    heights = [boxes(figure, color)[0][3] for color in (style.PREDICTION, style.TRUTH, style.AGREE)]
    np.testing.assert_allclose(np.array(heights) / heights[0], [1, 0.5, 0.7 / 0.6])


def test_a_long_title_is_broken_before_the_names_of_the_classes():
    figure = figures.gallery(
        drawing()[None], ["1319 (T-shirt/top→Ankle boot)"], np.full((1, 10), 0.1), [0], [9],
        class_names=CLOTHES,
    )  # fmt: skip
    height = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts[:6]}
    assert height["1319 "] == height["("] == height["T-shirt/top"] == height["→"]
    assert height["1319 "] < height["Ankle boot"] == height[")"]


@pytest.mark.parametrize(
    "name", [n for n in FIGURES if n.startswith(("learning", "class", "confidence", "gallery"))]
)
def test_a_figure_of_the_column_is_as_wide_as_the_text_or_as_a_phone(name):
    width = FIGURES[name]().get_size_inches()[0] * 96
    assert width == pytest.approx(320 if "narrow" in name else 608, abs=1e-9)


# --- The card ---------------------------------------------------------------------------------


def test_the_cover_is_1200_by_630_pixels_and_a_digits_pixel_six_by_six_of_them():
    images = RNG.integers(0, 256, (6, 28, 28), np.uint8)
    figure = figures.cover(images, QUESTION)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())
    assert drawn.shape == (630, 1200, 4)
    assert to_hex(drawn[0, 0] / 255) == style.PAPER
    for image, shown in zip(images, figure.axes[0].images, strict=True):
        left, _, _, top = (int(side) + style.MARGIN for side in shown.get_extent())
        red = np.rint(0xFD * (1 - image / 255)).repeat(6, axis=0).repeat(6, axis=1)
        found = drawn[top : top + 168, left : left + 168, 0]
        np.testing.assert_allclose(found[2:-2, 2:-2], red[2:-2, 2:-2], atol=1)


def test_the_title_of_the_cover_is_broken_into_two_lines_as_equal_as_can_be():
    images = drawing()[None]
    assert texts(figures.cover(images, QUESTION)) == [
        "Which handwritten digits", "are the most ambiguous?",
    ]  # fmt: skip
    assert texts(figures.cover(images, "Ambiguous")) == ["Ambiguous"]


def test_the_digits_of_the_cover_stand_inside_its_margins_however_many():
    for count in range(1, 7):
        shown = figures.cover(np.stack([drawing(20, 30)] * count), QUESTION).axes[0].images
        assert len(shown) == count
        assert shown[0].get_extent()[0] == 65
        assert shown[-1].get_extent()[1] <= 1198 - 65


# --- Wrong arguments --------------------------------------------------------------------------

IMAGE = drawing()
ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.digit_sheet(np.ones((2, 3, 9, 9)), ["a", "b"]),
         r"images: got float64 \(2, 3, 9, 9\), needs uint8 \(K, columns, H, W\)"),
        (lambda: figures.digit_sheet(np.ones((2, 3, 9, 9), np.uint8), ["a"]),
         "class_names: got 1 names, needs 2"),
        (lambda: figures.convolution_step(IMAGE / 255, EDGE, row=0, column=0),
         r"image: got float64 \(28, 28\), needs uint8 \(H, W\)"),
        (lambda: figures.convolution_step(IMAGE, np.ones((2, 3)), row=0, column=0), "kernel: got"),
        (lambda: figures.convolution_step(IMAGE, EDGE, row=26, column=0),
         "row: got 26, needs 0 to 25"),
        (lambda: figures.convolution_step(IMAGE, EDGE, row=0, column=-1), "column: got -1"),
        (lambda: figures.convolution_result(IMAGE, [EDGE] * 5, ["a"] * 5), "kernels: got"),
        (lambda: figures.convolution_result(IMAGE, [EDGE] * 2, ["a"]), "names: got 1, needs 2"),
        (lambda: figures.learned_kernels(IMAGE, np.ones((3, 2, 1)), ONES[..., None]),
         r"kernels: got float64 \(3, 2, 1\), needs finite, \(3, 3, n\)"),
        (lambda: figures.learned_kernels(IMAGE, np.ones((3, 3, 2)), ONES[..., None]),
         r"maps: got float64 \(2, 3, 1\), needs \(h, w, 2\), at least 0"),
        (lambda: figures.learned_kernels(IMAGE, EDGE[..., None], -ONES[..., None]), "maps: got"),
        (lambda: figures.pipeline(*network(), NAMES[:9], prediction=0), "probs: got"),
        (lambda: figures.pipeline(*network(), NAMES, prediction=10), "prediction: got 10"),
        (lambda: figures.cover(np.stack([IMAGE] * 7), QUESTION),
         r"images: got uint8 \(7, 28, 28\), needs uint8 \(n, H, W\), n from 1 to 6"),
        (lambda: figures.cover(IMAGE[None], " "), "title: got ' ', needs words"),
        (lambda: figures.learning_curves(ONES, ONES, ONES, ONES[:1]), "val_loss: got"),
        (lambda: figures.learning_curves(99 * ONES, ONES, ONES, ONES), "accuracy: got 99.0"),
        (lambda: figures.learning_curves(ONES, ONES, ONES, ONES, highlight=2), "highlight: got 2"),
        (lambda: curves(reference=THEIRS._replace(accuracy=99)), "reference: got Reference"),
        (lambda: figures.class_heatmap(ONES, ["a", "b"]), "values: got float64"),
        (lambda: figures.class_heatmap([[2, 0], [0, 1]], ["a", "b"]), "values: got numbers out"),
        (lambda: figures.class_heatmap(confusion(2), ["a", "b"], row_counts=[1]),
         "row_counts: got"),
        (lambda: figures.class_heatmap(confusion(2), ["a", "b"], points=[(0, 2)]),
         r"points: got \(0, 2\)"),
        (lambda: figures.confidence_histogram([1.5], [True]), "confidence: got"),
        (lambda: figures.confidence_histogram([0.5], [1]), r"right: got int64 \(1,\), needs bool"),
        (lambda: figures.gallery(IMAGE[None], ["a"], [[0.5, 0.5]], [0], [2], class_names="ab"),
         r"truths: got \[2\]"),
        (lambda: figures.gallery(IMAGE[None], [], [[0.5, 0.5]], [0], [1], class_names="ab"),
         "titles: got 0, needs 1"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
