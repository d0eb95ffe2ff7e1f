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
from matplotlib.colors import same_color, to_hex
from matplotlib.text import Text
from numpy.lib.stride_tricks import sliding_window_view

from ambiguous_digits import figures
from ambiguous_digits.figures import style

RNG = np.random.default_rng(0)
NAMES = [str(k) for k in range(10)]
WORDS = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag"]
LETTERS = [chr(65 + k) for k in range(26)]


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


def curves(networks=5, epochs=6):
    falling = np.geomspace(0.3, 0.02, epochs) * np.linspace(1, 1.1, networks)[:, None]
    return figures.learning_curves(1 - falling / 3, 1 - falling / 4, falling, 0.8 * falling)


EDGE = figures.EDGE_KERNELS["left edges"]
FIGURES = {
    "digit_sheet": lambda: figures.digit_sheet(np.stack([[drawing()] * 13] * 10), NAMES),
    "digit_sheet of words": lambda: figures.digit_sheet(
        np.stack([[drawing(40, 30)] * 5] * len(WORDS)), WORDS
    ),
    "convolution_step": lambda: figures.convolution_step(drawing(), EDGE, row=13, column=4),
    "convolution_step negative": lambda: figures.convolution_step(
        drawing(), -EDGE, row=13, column=4
    ),
    "convolution_step oblong": lambda: figures.convolution_step(
        drawing(10, 16), 0.37 * EDGE, row=7, column=13
    ),
    "convolution_result": lambda: figures.convolution_result(
        drawing(), list(figures.EDGE_KERNELS.values()), list(figures.EDGE_KERNELS)
    ),
    "convolution_result of two": lambda: figures.convolution_result(
        drawing(16, 10), [EDGE, EDGE.T], ["left", "upper"]
    ),
    "feature_maps": lambda: figures.feature_maps(*network()[:3]),
    "feature_maps small": lambda: figures.feature_maps(*network(10, 12)[:3]),
    "pipeline": lambda: figures.pipeline(*network(), NAMES, prediction=9),
    "pipeline of a network that is sure": lambda: figures.pipeline(
        *network()[:4], 0.999 * np.eye(10)[9] + 1e-4, NAMES, prediction=9
    ),
    "pipeline of words": lambda: figures.pipeline(
        *network(20, 16, len(WORDS)), WORDS, prediction=2
    ),
    "pipeline of letters": lambda: figures.pipeline(*network(classes=26), LETTERS, prediction=25),
    "learning_curves": curves,
    "learning_curves of one network": lambda: curves(1),
    "learning_curves of one epoch": lambda: curves(2, 1),
    "class_heatmap": lambda: figures.class_heatmap(
        confusion(10), NAMES, row_counts=range(10), points=[(2, 7)]
    ),
    "class_heatmap of words": lambda: figures.class_heatmap(
        confusion(len(WORDS)), WORDS, row_counts=[100_000] * len(WORDS)
    ),
    "class_heatmap of letters": lambda: figures.class_heatmap(
        confusion(26), LETTERS, mark_diagonal=False
    ),
    "class_heatmap of two": lambda: figures.class_heatmap([[1, 0], [0.5, 0.5]], ["a", "b"]),
    "confidence_histogram": lambda: figures.confidence_histogram(
        1 - RNG.beta(0.2, 9, 10_000), RNG.random(10_000) < 0.95
    ),
    "gallery": cards,
    "gallery of letters": lambda: cards(26, 3),
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())


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


@pytest.mark.parametrize("name", sorted(figures.__all__)[1:])
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


def test_the_sheet_has_a_row_for_each_class_with_all_its_digits_in_order():
    images = RNG.integers(0, 256, (3, 4, 10, 12), np.uint8)
    figure = figures.digit_sheet(images, ["a", "b", "c"])
    assert texts(figure) == ["a", "b", "c"]
    for row, strip in zip(images, alphas(figure), strict=True):
        starts = [
            x for x in range(strip.shape[1] - 11)
            if any((strip[:, x : x + 12] == image).all() for image in row)
        ]  # fmt: skip
        assert len(starts) == 4
        for image, x in zip(row, starts, strict=True):
            np.testing.assert_array_equal(strip[:, x : x + 12], image)


# --- Convolutions -----------------------------------------------------------------------------


def test_the_sum_of_a_step_is_that_of_the_numbers_shown():
    image = np.zeros((5, 5), np.uint8)
    image[1:4, 2:5] = [[51, 102, 255], [0, 128, 255], [26, 0, 204]]
    kernel = [[1, 0, -1], [2, 0, -2], [1, -1, 0.5]]
    figure = figures.convolution_step(image, kernel, row=1, column=2)
    shown = texts(figure)
    # 0.2 − 1 + 0 − 2 + 0.1 − 0 + 0.4: by hand
    assert "−2.3" in shown
    assert "below 0, so 0" in shown
    for text in ("0.2", "0.4", "0.5", "0.1", "0.8", "−2", "+0.2", "+0.1", "+0.4"):
        assert text in shown


def test_a_step_draws_the_new_picture_as_far_as_the_window_has_slid_and_the_rest_faintly():
    image = drawing(12, 12)
    _, result = alphas(figures.convolution_step(image, EDGE, row=4, column=3))
    pixels = np.round(image / 255, 1)
    full = np.maximum((sliding_window_view(pixels, (3, 3)) * EDGE).sum(axis=(2, 3)), 0)
    expected = np.rint(255 * full / full.max())
    np.testing.assert_array_equal(result[:4], expected[:4])
    np.testing.assert_array_equal(result[4, :4], expected[4, :4])
    np.testing.assert_allclose(result[4, 4:], 0.18 * expected[4, 4:], atol=0.6)
    np.testing.assert_allclose(result[5:], 0.18 * expected[5:], atol=0.6)


def test_the_maps_are_the_valid_correlation_cut_at_zero_on_one_scale():
    image = RNG.integers(0, 256, (14, 11), np.uint8)
    kernels = RNG.normal(size=(3, 3, 3))
    _, *maps = alphas(figures.convolution_result(image, kernels, ["a", "b", "c"]))
    windows = sliding_window_view(image / 255, (3, 3))
    expected = np.maximum(np.einsum("xyij,kij->kxy", windows, kernels), 0)
    np.testing.assert_array_equal(maps, np.rint(255 * expected / expected.max()))


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


def test_all_maps_are_tiled_in_order_each_scaled_by_its_own_maximum():
    image, first, second, *_ = network()
    second[..., 5] = 0
    _, one, two = alphas(figures.feature_maps(image, first, second))
    assert one.shape == (4 * 27 - 1, 8 * 27 - 1)
    assert two.shape == (4 * 12 - 1, 16 * 12 - 1)
    tile = one[27:53, 2 * 27 : 2 * 27 + 26]
    expected = np.rint(first[..., 10] / np.float64(first[..., 10].max()) * 255)
    np.testing.assert_array_equal(tile, np.maximum(expected, 12))
    assert (two[:11, 60:71] == 12).all()


def test_the_pipeline_names_the_sizes_of_its_arrays_and_pools():
    image, first, second, dense, probs = network(21, 17)
    figure = figures.pipeline(image, first, second, dense, probs, NAMES, prediction=9)
    sizes = ["21 × 17", "32 maps of 19 × 15", "32 of 9 × 7", "64 of 7 × 5", "64 of 3 × 2"]
    assert {*sizes, "256 numbers", "10 probabilities", "18 %"} <= set(texts(figure))
    strongest = sorted(np.argsort(-first.sum(axis=(0, 1)))[:4])
    map_ = first[..., strongest[1]]
    squares = [[map_[i : i + 2, j : j + 2] for j in range(0, 14, 2)] for i in range(0, 18, 2)]
    expected = np.max(squares, axis=(2, 3))
    pooled = alphas(figure)[1 + 4 + 1]
    np.testing.assert_allclose(pooled, expected / expected.max() * 255, atol=0.501)


def test_the_bars_of_the_pipeline_are_the_probabilities_and_the_prediction_stands_out():
    *arrays, probs = network()
    figure = figures.pipeline(*arrays, probs, NAMES, prediction=4)
    (_, _, chosen, _), *others = boxes(figure, style.PREDICTION)
    assert others == []
    widths = [width for _, _, width, _ in boxes(figure, style.GREY)]
    np.testing.assert_allclose(np.array(widths) / chosen, np.delete(probs, 4) / probs[4])


# --- Learning ---------------------------------------------------------------------------------


def test_training_is_dashed_held_out_solid_and_the_highlight_alone_in_ink():
    accuracy = np.array([[0.9, 0.99], [0.8, 0.95], [0.85, 0.97]])
    figure = figures.learning_curves(
        accuracy, accuracy + 0.005, 1 - accuracy, (1 - accuracy) / 2, highlight=1
    )
    assert {"training 95.0 %", "held out 95.5 %"} <= set(texts(figure))
    assert {"training 0.050", "held out 0.025"} <= set(texts(figure))
    upper, lower = figure.axes[1:]
    for axes in (upper, lower):
        assert len(axes.lines) == 6
        dashed, solid = [line for line in axes.lines if to_hex(line.get_color()) == style.INK]
        assert dashed.is_dashed()
        assert not solid.is_dashed()
        np.testing.assert_array_equal(solid.get_xdata(), [1, 2])
    np.testing.assert_allclose(upper.lines[0].get_ydata(), [10, 1])
    assert upper.yaxis_inverted()


def test_perfect_accuracy_can_be_drawn():
    ones, zeros = np.ones((1, 3)), np.zeros((1, 3))
    assert "held out 100.0 %" in texts(figures.learning_curves(ones, ones, zeros, zeros))


# --- Ambiguity --------------------------------------------------------------------------------


def cell_texts(figure, classes):
    """The text of every cell of a heatmap without row counts, by the place where it stands."""
    axes = figure.axes[0]
    border = next(p for p in axes.patches if same_color(p.get_ec(), style.GREY) and p.get_lw() < 1)
    x, y, side, _ = border.get_bbox().bounds
    found = np.full((classes, classes), "", dtype=object)
    for text in axes.texts:
        column, row = (np.array(text.get_position()) - (x, y)) / side * classes
        if 0 < column < classes and 0 < row < classes:
            found[int(row), int(column)] = text.get_text()
    return found


def test_the_numbers_in_the_cells_are_the_values_in_whole_percents():
    values = confusion(7)
    values[3] = [0.004, 0.006, 0, 0.99, 0, 0, 0]
    figure = figures.class_heatmap(values, NAMES[:7])
    expected = [[f"{100 * v:.0f}".replace("0", "", int(v < 0.005)) for v in row] for row in values]
    np.testing.assert_array_equal(cell_texts(figure, 7), expected)


def test_counts_are_written_as_they_are():
    figure = figures.class_heatmap([[12, 0], [3, 150]], ["a", "b"], percent=False)
    np.testing.assert_array_equal(cell_texts(figure, 2), [["12", ""], ["3", "150"]])


def test_the_opacity_of_a_cell_is_its_value_and_its_number_stays_readable():
    figure = figures.class_heatmap([[1.0, 0.0], [0.25, 0.75]], ["a", "b"])
    cells = [p for p in figure.axes[0].patches if same_color(p.get_fc()[:3], style.HEAT)]
    assert [p.get_alpha() for p in cells] == [1, 0.25, 0.75]
    colors = {t.get_text(): t.get_color() for t in figure.axes[0].texts}
    assert colors["100"] == colors["75"] == style.PAPER
    assert colors["25"] == style.INK


def test_a_row_without_digits_stays_white_and_says_so():
    values = confusion(4)
    values[2] = np.nan
    figure = figures.class_heatmap(values, NAMES[:4], row_counts=[5, 6, 0, 7])
    assert texts(figure).count("none") == 1
    top = sorted({y for _, y, _, _ in boxes(figure, style.HEAT)})
    assert len(top) == 3
    assert len([p for p in figure.axes[0].patches if same_color(p.get_ec(), style.AGREE)]) == 3
    assert [t for t in texts(figure) if t in {"5", "6", "0", "7"}][-4:] == ["5", "6", "0", "7"]


def test_an_impossible_diagonal_is_struck_out_whatever_it_holds():
    values = np.full((3, 3), 0.5)
    figure = figures.class_heatmap(values, NAMES[:3], mark_diagonal=False)
    assert len(figure.axes[0].lines) == 3
    assert texts(figure).count("50") == 6
    assert not [p for p in figure.axes[0].patches if same_color(p.get_ec(), style.AGREE)]


def test_the_cells_that_the_text_speaks_of_are_outlined():
    figure = figures.class_heatmap(confusion(5), NAMES[:5], points=[(0, 4), (3, 1)])
    bold = [p.get_bbox() for p in figure.axes[0].patches if same_color(p.get_ec(), style.INK)]
    assert len(bold) == 2
    assert bold[0].x0 > bold[1].x0
    assert bold[0].y0 < bold[1].y0


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
        (lambda: figures.feature_maps(IMAGE, ONES, ONES), "first: got"),
        (lambda: figures.feature_maps(IMAGE, ONES[..., None], -ONES[..., None]), "second: got"),
        (lambda: figures.pipeline(*network(), NAMES[:9], prediction=0), "probs: got"),
        (lambda: figures.pipeline(*network(), NAMES, prediction=10), "prediction: got 10"),
        (lambda: figures.learning_curves(ONES, ONES, ONES, ONES[:1]), "val_loss: got"),
        (lambda: figures.learning_curves(99 * ONES, ONES, ONES, ONES), "accuracy: got 99.0"),
        (lambda: figures.learning_curves(ONES, ONES, ONES, ONES, highlight=2), "highlight: got 2"),
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
