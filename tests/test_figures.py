"""Figures, each drawn once a width: what is drawn is what was given, and fits the page."""

import functools
import io
import re

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.text import Text

from ambiguous_digits import figures, scores
from ambiguous_digits.article.markup import PALETTE
from ambiguous_digits.figures import style

NAMES = [str(k) for k in range(10)]
LETTERS = [chr(65 + k) for k in range(26)]
SCORES = [name.replace("_", " ") for name in [*scores.SCORES, "logit_gap"]]


def holed(count):
    """Squares of ink, each with one blank pixel, at another place: `which` tells them apart."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = 255
    for k in range(count):
        images[k, 5 + k // 8, 5 + k % 8] = 0
    return images


def which(alpha):
    """Which of the holed pictures this is, by the one pixel that is blank in its ink."""
    ((row, column),) = np.argwhere(alpha[np.ix_(alpha.any(axis=1), alpha.any(axis=0))] == 0)
    return 8 * (row - 1) + column - 1


COUNTS = np.diag([5, 3, 0, 8, 5, 0, 12, 8, 4, 17])
COUNTS[1, 7] = COUNTS[9, 4] = 2
FALLING = np.geomspace(0.3, 0.02, 6) * np.linspace(1, 1.1, 3)[:, None]
LEARNED = 1 - FALLING / 3, 1 - FALLING / 4, FALLING, 0.8 * FALLING
SIZES = [1, 2, 3, 4, 5, 6, 8, 10]
STEADY = {name: np.stack([np.linspace(0.1, 0.4 + k / 10, 8), np.linspace(0.3, 0.7, 8)])
          for k, name in enumerate(SCORES[:4])}  # fmt: skip
STEADY["mutual information"] = np.full((2, 8), np.nan)
AGREE = np.full((10, 10), 0.3)
AGREE[1, 0], AGREE[3, 0], AGREE[4, 1], AGREE[4, 3] = 0.97, -0.04, -0.001, 0.123
LEFT, RIGHT = list(range(12)), [3, 12, 0, *range(13, 17), 1, *range(17, 20), 11]
RANKS = {"all": np.arange(1, 16), "half": np.array([*range(1, 7), 100, *range(500, 508)]),
         "none": np.arange(101, 116)}  # fmt: skip
BINS = [np.array([0.05, np.nan, 0.9]), np.array([0.0, np.nan, 0.8]), np.array([0.0, np.nan, 0.7]),
        np.array([0.3, np.nan, 0.9]), np.array([4.0, 0, 900])]  # fmt: skip
LATER = [np.array([0.1, np.nan, 0.8]), *BINS[1:]]
LOOKED = np.arange(0, 101, 5)
REST = {"entropy": 1 - 0.004 * (1 - np.minimum(LOOKED / 50, 1)),
        "small margin": 1 - 0.004 * (1 - np.minimum(LOOKED / 80, 1)),
        "logit gap": 1 - 0.004 * (1 - np.minimum(LOOKED / 85, 1)),
        "disagreement": 1 - 0.004 * (1 - LOOKED / 100)}  # fmt: skip
DOUBT = np.array([[0.5, 0.1], [0.1, 0.15], [0.101, 0.15], [0.3, 0.05], [0.3, 0.02]])

FIGURES = {
    "class_heatmap": (figures.class_heatmap, COUNTS, NAMES),
    "class_heatmap of letters": (figures.class_heatmap, np.diag(range(26)), LETTERS),
    "class_heatmap, struck": (functools.partial(figures.class_heatmap, strike=True), COUNTS, NAMES),
    "score_agreement": (figures.score_agreement, SCORES, AGREE),
    "learning_curves": (functools.partial(figures.learning_curves, reference=figures.Reference(
        "the write-up", 81, accuracy=0.9926, loss=0.02852)), *LEARNED),
    "learning_curves, perfect": (figures.learning_curves,
                                 *[np.ones((1, 3))] * 2, *[np.zeros((1, 3))] * 2),
    "stability_curves": (figures.stability_curves, SIZES, STEADY),
    "stability_curves of one": (figures.stability_curves, [1],
                                {"entropy": np.array([[0.2], [0.6]])}),
    "accuracy_of_rest": (functools.partial(
        figures.accuracy_of_rest, marked=["small margin", "logit gap"]), LOOKED, REST),
    "rate_intervals": (functools.partial(figures.rate_intervals, gaps=[1]),
                       ["60,000 training digits", "tests"], [0.005, 0.0123], [0.0041, 0.0121],
                       [0.0064, 0.0124], "doubted digits"),
    "rank_intervals": (figures.rank_intervals, holed(14), [str(4000 + k) for k in range(14)],
                       np.arange(1, 15), np.arange(1, 15) / 2 + 0.5, np.arange(1, 15) * 4),
    "reliability_diagram": (figures.reliability_diagram, {"one": {"before": BINS, "after": LATER},
                                                          "all": {"before": BINS, "after": LATER}}),
    "doubt_map": (functools.partial(figures.doubt_map, marked={4: "4761"}), holed(5), *DOUBT.T),
    "list_pairs": (figures.list_pairs, dict(enumerate(holed(20))),
                   [("two single networks", LEFT, RIGHT), ("two committees", LEFT, LEFT[::-1])]),
    "rank_lines": (figures.rank_lines, holed(15), RANKS, 10_000),
    "digit_sheet": (figures.digit_sheet, np.stack([holed(12)] * 10), NAMES),
    "digit_strip": (figures.digit_strip, holed(6), [f"{k}: 5{k} %" for k in range(6)]),
    "digit_strip of none": (figures.digit_strip, holed(0), []),
}  # fmt: skip


@pytest.fixture(params=["broad", "phone"])
def width(request):
    return request.param


@functools.cache
def drawn(name, width="broad"):
    draw, *data = FIGURES[name]
    return draw(*data, **({"width": style.NARROW} if width == "phone" else {}))


def svg(figure):
    file = io.StringIO()
    with mpl.rc_context(style.STYLE):
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    return file.getvalue()


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def alphas(figure):
    """The ink of every picture in the figure, uint8."""
    return [image.get_array()[..., 3] for axes in figure.axes for image in axes.images]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fits_the_page(name, width, monkeypatch):
    figure, before = drawn(name, width), plt.get_fignums()
    expected = 320 if width == "phone" else 960 if name.startswith("stability") else 608
    assert figure.bbox.width == pytest.approx(expected)
    markup = svg(figure)
    assert len(markup) < 170_000  # in the page less: cells of one shade are joined
    colours = re.findall(r"(?<![&\w])#[0-9a-f]{6}\b", markup)
    assert set(colours) <= {*PALETTE.values(), "#000000"}
    assert not re.search(r"(fill|stroke): ?(?!none|url|#)[a-z]", markup)
    for axes in figure.axes:
        for image in axes.images:
            assert not image.get_array()[..., :3].any(), "pictures are black, their ink is opacity"
    shown, draw = [], Text.draw
    monkeypatch.setattr(Text, "draw", lambda text, *more: shown.append(text) or draw(text, *more))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    canvas.draw()  # constrained layout has settled now
    shown = {text for text in shown if text.get_text() and text.get_visible()}
    places = [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in shown]
    assert min((t.get_fontsize() for t in shown), default=9) >= 8  # points: 10.7 CSS pixels
    for i, (text, box) in enumerate(places):
        assert min(box.x0, box.y0) >= -2, text
        assert (box.max <= figure.bbox.max + 2).all(), text
        for other, second in places[:i]:
            wide = min(box.x1, second.x1) - max(box.x0, second.x0)
            high = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert wide < 3 or high < 5, f"{text!r} lies on {other!r}"
    assert plt.get_fignums() == before


def test_the_same_data_give_the_same_bytes_whatever_the_readers_settings():
    draw, *data = FIGURES["rate_intervals"]
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "text.color": "blue"}):
        assert svg(draw(*data)) == svg(drawn("rate_intervals"))


def test_the_sheet_shows_as_many_columns_as_find_room_row_by_row_without_their_margin(width):
    images = np.zeros((3, 12, 28, 28), np.uint8)
    images[..., 4:24, 4:24] = np.uint8(36 * np.arange(1, 4))[:, None, None, None]
    size = style.NARROW if width == "phone" else style.WIDTH
    (sheet,) = alphas(figures.digit_sheet(images, ["a", "b", "c"], width=size))
    starts = np.flatnonzero(np.diff(np.append(0, sheet[0])) > 0)
    assert len(starts) == (8 if width == "phone" else 12)
    rows = sheet[:, 0]
    assert rows[rows > 0].tolist() == [36] * 20 + [73] * 20 + [109] * 20  # in eight steps of ink


def test_pictures_of_a_strip_stand_over_their_titles_in_reading_order(width):
    figure = drawn("digit_strip", width)
    assert [which(alpha) for alpha in alphas(figure)] == list(range(6))
    assert [axes.get_xlabel() for axes in figure.axes] == [f"{k}: 5{k} %" for k in range(6)]
    rows = [axes.get_subplotspec().rowspan.start for axes in figure.axes]
    assert rows == ([0, 0, 0, 1, 1, 1] if width == "phone" else [0] * 6)


def test_a_tile_is_the_ink_in_the_middle_and_large_digits_are_reduced_on_one_scale():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 3:5, 7:10] = 200
    tile = style.tiles(image, 8)[0]
    assert np.argwhere(tile == 200).min(axis=0).tolist() == [2, 1]
    assert np.argwhere(tile).max(axis=0).tolist() == [5, 6]
    large = np.zeros((2, 60, 60), np.uint8)
    large[0, :40, :20] = large[1, :10, :20] = 255
    first, second = style.tiles(large, 20)
    assert (first.any(axis=1).sum(), first.any(axis=0).sum()) == (20, 10)
    assert (second.any(axis=1).sum(), second.any(axis=0).sum()) == (5, 10)


def test_every_count_stands_in_its_cell_and_rows_without_digits_say_none(width):
    (axes,) = drawn("class_heatmap", width).axes
    shown = [(text.get_text(), text.get_position()) for text in axes.texts]
    cells = [(f"{COUNTS[i, j]}", (j + 0.5, i + 0.5)) for i, j in np.argwhere(COUNTS)]
    assert [cell for cell in shown if cell[0] != "none"] == cells
    assert [text.xy for text in axes.texts if text.get_text() == "none"] == [(10, 2.5), (10, 5.5)]
    labels = axes.get_xlabel(), axes.get_ylabel()
    assert labels == ("what the network says", "what the label says")
    FigureCanvasAgg(axes.figure).draw()
    shades = axes.collections[0].get_facecolor()[:, 3]  # which never hide a number
    np.testing.assert_allclose(shades, style.PEAK * COUNTS.ravel() / 17, atol=0.01)


def test_a_struck_diagonal_counts_for_nothing_and_small_cells_have_a_line_instead_of_numbers():
    assert "the strongest colour: 25" in texts(drawn("class_heatmap of letters", "phone"))
    (axes,) = drawn("class_heatmap, struck").axes
    assert [text.get_text() for text in axes.texts] == ["2", "2", *["none"] * 8]


def test_each_two_scores_meet_once_left_of_the_lower_name_and_below_the_upper(width):
    (axes,) = drawn("score_agreement", width).axes
    cells = {text.get_position(): text.get_text() for text in axes.texts[:45]}
    places, words = [(0, 1), (0, 3), (1, 4), (3, 4)], ["0.97", "−0.04", "0.00", "0.12"]
    for (j, i), word in zip(places, words, strict=True):
        assert cells[j + 0.5, i + 0.5] == (word.replace("0.", ".") if width == "phone" else word)
    assert [text.get_text().replace("\n", " ") for text in axes.texts[45:]] == SCORES
    assert "−1  the reverse" in texts(axes.figure)


def test_curves_end_in_their_numbers_training_dashed_held_out_solid(width):
    figure = drawn("learning_curves", width)
    told = [("99.33", "99.50", "99.26"), ("0.020", "0.016", "0.029")]
    drawn_curves = [100 - 100 * np.array(LEARNED[:2]), LEARNED[2:]]
    for axes, curves, ends in zip(figure.axes, drawn_curves, told, strict=True):
        shown = [line for line in axes.lines if same_color(line.get_color(), style.INK)]
        dashed, solid = (line for line in shown if len(line.get_xdata()) == 6)
        np.testing.assert_allclose(dashed.get_ydata(), curves[0][0])
        np.testing.assert_allclose(solid.get_ydata(), curves[1][0])
        assert (dashed.get_linestyle(), solid.get_linestyle()) == ("--", "-")
        written = " ".join(text.get_text() for text in axes.texts)
        for words, end in zip(("training", "held out", "after 81:"), ends, strict=True):
            assert f"{words} {end}" in written
    assert figure.axes[0].yaxis_inverted()  # fewer mistakes are higher
    assert not figure.axes[1].yaxis_inverted()


def test_lists_of_committees_have_a_panel_a_score_and_their_last_values_in_numbers(width):
    figure = drawn("stability_curves", width)
    for axes, (name, pair) in zip(figure.axes, STEADY.items(), strict=False):
        assert axes.get_title(loc="left").replace("\n", " ") == name
        lines = [line for line in axes.lines if len(line.get_xdata()) == 8][-2:]
        np.testing.assert_allclose([line.get_ydata() for line in lines], 100 * pair)
    ends = {"40 %\nfirst 12", "70 %\nfirst 100", "50 %", "60 %", "not defined"}
    assert ends <= set(texts(figure))


def test_the_goal_is_marked_where_the_best_and_the_marked_first_reach_it(width):
    figure = drawn("accuracy_of_rest", width)  # 0.1 % are left at 3/4 of the way: 37.5, 60, 63.75
    [axes] = figure.axes
    shown = [text for text in axes.texts if text.get_text().endswith(" digits")]
    assert [text.get_text() for text in shown] == ["40 digits", "60 digits", "65 digits"]
    assert same_color(shown[0].get_color(), style.PREDICTION)
    assert ("99.9 %" in texts(figure), axes.get_xlim()) == (True, (0, 95))  # 1.5 times the last
    names = {text.get_text().replace("\n", " "): text.get_position()[1] for text in axes.texts}
    assert sorted(REST, key=names.get, reverse=True) == list(REST)  # the first to reach it on top


def test_a_rate_is_a_dot_in_its_interval_with_the_decimals_that_this_needs(width):
    figure = drawn("rate_intervals", width)
    (axes,) = figure.axes
    assert {"0.50 %", "(0.41–0.64)", "1.230 %", "(1.210–1.240)"} <= set(texts(figure))
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(dots, [0.5, 1.23])
    lines = [c for c in axes.collections if same_color(c.get_color()[0], style.INK)]
    ends = [line.get_segments()[0][:, 0] for line in lines]
    np.testing.assert_allclose(ends, [[0.41, 0.64], [1.21, 1.24]])
    assert axes.get_xlim()[0] == 0


def test_a_rank_is_a_dot_between_the_ends_of_its_interval_heavy_within_the_first_twelve(width):
    figure = drawn("rank_intervals", width)
    axes, row = figure.axes
    count = 12 if width == "phone" else 14
    (dots,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert dots.get_ydata().tolist() == list(range(1, count + 1))
    lines = [c.get_segments()[0][:, 1] for c in axes.collections if c.get_zorder() == 2]
    assert [tuple(line) for line in lines] == [(k / 2 + 0.5, 4 * k) for k in range(1, count + 1)]
    bold = [label.get_text() for label in row.get_xticklabels() if label.get_weight() == "bold"]
    assert bold == ["4000", "4001", "4002"]
    assert axes.yaxis_inverted()
    middles = [np.mean(image.get_extent()[:2]) for image in row.images]
    np.testing.assert_allclose(middles, np.arange(count) + 0.5, atol=0.03)
    assert [which(image.get_array()[..., 3]) for image in row.images] == list(range(count))


def test_points_stand_at_their_confidence_and_share_before_hollow_after_filled(width):
    figure = drawn("reliability_diagram", width)
    axes, bars = figure.axes[:2]
    points = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata())]
    xs, ys = np.concatenate([line.get_xydata() for line in points]).T
    np.testing.assert_allclose(xs, [0.05, 0.9, 0.1, 0.8], atol=0.02)
    np.testing.assert_allclose(ys, [0.0, 0.8, 0.0, 0.8])
    faint = [line.get_alpha() for line in points]
    assert faint == [0.6, None, 0.6, None]  # bins of fewer than ten digits
    ends = [c.get_segments()[0][:, 1].tolist() for c in axes.collections if len(c.get_segments())]
    assert ends == [[0.0, 0.3], [0.7, 0.9]]
    assert [bar.get_height() for bar in bars.patches] == [4, 900, 4, 900]
    assert {"before", "after", "too modest", "too sure"} <= set(texts(figure))


def test_what_both_lists_have_is_joined_from_its_place_to_its_place(width):
    figure = drawn("list_pairs", width)
    ends = [sorted(tuple(line.get_ydata() - 0.5) for line in axes.lines) for axes in figure.axes]
    assert ends == [[(0, 2), (1, 7), (3, 0), (11, 11)], [(k, 11 - k) for k in range(12)]]
    assert {"4 of 12 in common", "12 of 12 in common"} <= set(texts(figure))
    columns = [[which(tile) for tile in np.split(column, 12)] for column in alphas(figure)]
    assert columns == [LEFT, RIGHT, LEFT, LEFT[::-1]]
    numbers = [t for axes in figure.axes for t in axes.texts if t.get_text().isdigit()]
    assert [int(text.get_text()) for text in numbers] == [k for column in columns for k in column]


def test_pictures_stand_at_their_ranks_and_the_first_hundred_are_counted(width):
    figure = drawn("rank_lines", width)
    for axes, ranks in zip(figure.axes, RANKS.values(), strict=True):
        middles = [np.mean(image.get_extent()[:2]) for image in axes.images]
        np.testing.assert_allclose(middles, np.log10(ranks))
        assert [which(image.get_array()[..., 3]) for image in axes.images] == list(range(15))
        full = [image.get_array().max() == 255 for image in axes.images]  # the others are pale
        assert full == (ranks <= 100).tolist()
    found = [text for text in texts(figure) if text.endswith(" of 15 among the first 100")]
    assert [int(text.split()[0]) for text in found] == [15, 7, 0]


def test_a_digit_is_shown_where_none_before_it_lies_and_else_is_a_dot(width):
    (axes,) = drawn("doubt_map", width).axes
    shown = {which(image.get_array()[..., 3]): np.reshape(image.get_extent(), (2, 2)).mean(axis=1)
             for image in axes.images}  # fmt: skip
    assert {0, 1, 4} <= set(shown)  # 4 has a name, so 3 beside it gives way on a narrow map
    assert 2 not in shown
    for k, middle in shown.items():
        np.testing.assert_allclose(middle, DOUBT[k], atol=1e-9)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert DOUBT[2].tolist() in np.concatenate([line.get_xydata() for line in dots]).tolist()
    assert "4761" in texts(axes)
