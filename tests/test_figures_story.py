"""Figures of the story: counts, lists that agree, ranks, ways to see a digit, a person's time."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.text import Text

from ambiguous_digits import figures
from ambiguous_digits.figures import style
from test_figures import COUNTS, FIGURES, LEFT, RANKS, RIGHT, alphas, both_widths, holed, svg, texts

NAMES = ("counts_heatmap", "list_pairs", "rank_lines", "ways_seen", "accuracy_of_rest")
NEW = [name for name in FIGURES if name.startswith(NAMES)]


def drawn(name, narrow):
    return FIGURES[f"{name}, narrow" if narrow else name]()


def which(alpha):
    """Which of the holed pictures this is, by the one pixel that is blank in its ink."""
    ((row, column),) = np.argwhere(alpha[np.ix_(alpha.any(axis=1), alpha.any(axis=0))] == 0)
    return 8 * (row - 1) + column - 1


@pytest.mark.parametrize("name", NEW)
def test_a_figure_is_as_wide_as_its_column_nothing_is_outside_and_its_letters_are_large(name):
    figure = FIGURES[name]()
    assert figure.bbox.width == pytest.approx(320 if "narrow" in name else 608)
    inside = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer()).extents * 96
    assert (inside[:2] >= -0.5).all()
    assert (inside[2:] <= figure.bbox.max + 0.5).all()
    shown = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in shown) >= 9  # points: 12 CSS pixels
    assert len(svg(figure)) < 70_000


@both_widths
def test_every_count_stands_in_its_cell_and_rows_without_digits_say_none(narrow):
    axes = drawn("counts_heatmap", narrow).axes[0]
    shown = [(text.get_text(), text.get_position()) for text in axes.texts]
    cells = [(f"{COUNTS[i, j]}", (j + 0.5, i + 0.5)) for i, j in np.argwhere(COUNTS)]
    assert [cell for cell in shown if cell[0] != "none"] == cells
    assert [text.xy for text in axes.texts if text.get_text() == "none"] == [(10, 2.5), (10, 5.5)]
    rings = [patch for patch in axes.patches if same_color(patch.get_edgecolor(), style.AGREE)]
    assert [ring.get_xy() for ring in rings] == [(k, k) for k in range(10)]


def test_cells_too_small_for_numbers_have_a_line_that_says_what_the_colour_means():
    shown = texts(FIGURES["counts_heatmap of letters, narrow"]())
    assert "the strongest colour: 12" in shown
    assert shown.count("none") == 17


@both_widths
def test_what_both_lists_have_is_joined_from_its_place_to_its_place(narrow):
    figure = drawn("list_pairs", narrow)
    ends = [sorted(tuple(line.get_ydata() - 0.5) for line in axes.lines) for axes in figure.axes]
    assert ends == [[(0, 2), (3, 0), (11, 6)], [(k, 11 - k) for k in range(12)]]
    assert {"3 of 12 in common", "12 of 12 in common"} <= set(texts(figure))


@both_widths
def test_beside_each_picture_of_a_list_stands_its_number_in_the_order_of_the_list(narrow):
    figure = drawn("list_pairs", narrow)
    columns = [[which(tile) for tile in np.split(column, 12)] for column in alphas(figure)]
    assert columns == [LEFT, RIGHT, LEFT, LEFT[::-1]]
    numbers = [t for axes in figure.axes for t in axes.texts if t.get_text().isdigit()]
    assert [int(text.get_text()) for text in numbers] == [k for column in columns for k in column]
    assert [text.get_position()[1] - 0.5 for text in numbers] == list(range(12)) * 4


@both_widths
def test_pictures_stand_at_their_ranks_and_the_first_hundred_are_counted(narrow):
    figure = drawn("rank_lines", narrow)
    for axes, ranks in zip(figure.axes, RANKS.values(), strict=True):
        middles = [np.mean(image.get_extent()[:2]) for image in axes.images]
        np.testing.assert_allclose(middles, np.log10(ranks))
        assert [which(image.get_array()[..., 3]) for image in axes.images] == list(range(15))
    found = [text for text in texts(figure) if text.endswith(" of 15 among the first 100")]
    assert [int(text.split()[0]) for text in found] == [15, 7, 0]


@both_widths
def test_beside_the_digit_stand_all_twelve_ways_in_reading_order(narrow):
    figure = drawn("ways_seen", narrow)
    assert [which(alpha) for alpha in alphas(figure)] == list(range(13))
    places = [axes.get_position() for axes in figure.axes[1:]]
    assert sorted(places, key=lambda box: (-round(box.y1, 6), box.x0)) == places
    assert figure.axes[0].bbox.width > 1.9 * figure.axes[1].bbox.width


@both_widths
def test_the_goal_is_marked_where_the_best_and_the_marked_first_reach_it(narrow):
    figure = drawn("accuracy_of_rest", narrow)  # 0.1 % are left at 3/4 of the way: 37.5, 60, 63.75
    shown = [text for text in figure.axes[0].texts if text.get_text().endswith(" digits")]
    assert [text.get_text() for text in shown] == ["40 digits", "60 digits", "70 digits"]
    assert same_color(shown[0].get_color(), style.PREDICTION)


@both_widths
def test_a_digit_that_changes_is_told_step_by_step_in_one_row_or_two(narrow):
    figure = drawn("digit_strip", narrow)
    assert [which(alpha) for alpha in alphas(figure)] == list(range(6))
    titles = [axes.get_xlabel() for axes in figure.axes]
    assert titles == ["5: 52 %", "6: 57 %", "6: 67 %", "6: 77 %", "6: 87 %", "6: 97 %"]
    rows = [axes.get_subplotspec().rowspan.start for axes in figure.axes]
    assert rows == ([0, 0, 0, 1, 1, 1] if narrow else [0] * 6)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.counts_heatmap([[1, -1], [0, 1]], "ab"),
         r"counts: got int64 \(2, 2\), needs whole numbers \(2, 2\), a row and a column for each"),
        (lambda: figures.counts_heatmap([[0.5, 0], [0, 1]], "ab"), "counts: got float64"),
        (lambda: figures.list_pairs({}, [("a", [1, 2], [2, 2])]),
         r"pairs: got \(\[1, 2\], \[2, 2\]\), needs two lists of 2 indices, each once"),
        (lambda: figures.rank_lines(holed(2), {"entropy": [0, 1]}, 9),
         r"ranks\['entropy'\]: got \[0, 1\], needs \(2,\) from 1 to 9"),
        (lambda: figures.rank_lines(holed(41), {}, 99), r"images: got uint8 \(41, 28, 28\), needs"),
        (lambda: figures.ways_seen(holed(1)[0], holed(11)),
         r"seen: got uint8 \(11, 28, 28\), needs \(12, 28, 28\)"),
        (lambda: figures.accuracy_of_rest([0, 1], {"entropy": [1]}),
         r"curves\['entropy'\]: got float64 \(1,\), needs \(2,\)"),
        (lambda: figures.accuracy_of_rest([0, 1], {"entropy": [0, 1]}, marked=["margin"]),
         r"marked: got \['margin'\], needs three of \['entropy'\]"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
