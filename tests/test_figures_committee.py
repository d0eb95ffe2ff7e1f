"""Figures of a committee: how firm, how doubtful, how honest its answers are."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color, to_hex
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from ambiguous_digits import figures
from ambiguous_digits.figures import style
from ambiguous_digits.figures.thumbnails import tiles
from ambiguous_digits.figures.words import broken
from test_figures import FIGURES, SCORES, alphas, both_widths, boxes, drawing, svg, texts

KINDS = ("stability", "rank_intervals", "doubt", "reliability", "rate_intervals")
NEW = [name for name in FIGURES if name.startswith(KINDS)]
RNG = np.random.default_rng(0)
NAN = np.nan


def lines(figure, **wanted):
    """The points of the lines of one look, as lists between their gaps."""
    found = []
    for line in figure.axes[0].lines:
        look = {"color": line.get_color(), "width": line.get_linewidth(), "mark": line.get_marker()}
        if all(look[name] == value for name, value in wanted.items()):
            points = np.column_stack([np.asarray(d, float) for d in line.get_data()])
            gaps = np.flatnonzero(np.isnan(points).any(axis=1))
            parts = np.split(points, gaps)
            parts = [part[~np.isnan(part).any(axis=1)] for part in parts]
            found += [part for part in parts if len(part)]
    return found


@pytest.mark.parametrize("name", NEW)
def test_a_figure_is_as_wide_as_its_column_its_letters_large_and_its_bytes_few(name):
    figure = FIGURES[name]()
    broad = 960 if name.startswith("stability") else 608
    width = figure.get_size_inches()[0] * 96
    assert width == pytest.approx(320 if "narrow" in name else broad, abs=1e-9)
    assert min(text.get_fontsize() for text in figure.findobj(Text)) >= 11 * 0.75
    assert len(svg(figure)) < 40_000


# --- Stability --------------------------------------------------------------------------------

CURVES = {
    "entropy": [[0.1, 0.2, 0.4], [0.5, 0.75, 0.8]],
    "mutual information": [[NAN, 0.2, 0.3], [NAN, 0.4, 1]],
}


@both_widths
def test_the_first_hundred_are_solid_the_first_twelve_dashed_in_a_panel_for_each_score(narrow):
    figure = figures.stability_curves([1, 2, 4], CURVES, narrow=narrow)
    floor, other = (part[0, 1] for part in lines(figure, color=style.GREY, width=0.75))
    high = floor - min(part[0, 1] for part in lines(figure, color=style.LINE))
    assert floor == other
    hundred = lines(figure, color=style.INK, width=2)
    twelve = lines(figure, color=style.QUIET, width=1.3)
    for parts, row in ((hundred, 1), (twelve, 0)):
        for part, pair in zip(parts, CURVES.values(), strict=True):
            expected = np.array(pair[row])
            expected = expected[~np.isnan(expected)]
            np.testing.assert_allclose((floor - part[:, 1]) / high, expected, atol=0.002)
    steps = np.diff(hundred[0][:, 0])
    assert steps[1] == pytest.approx(2 * steps[0], abs=0.3)
    dashed = {line.is_dashed() for line in figure.axes[0].lines if line.get_linewidth() == 1.3}
    assert dashed == {True}
    faint = lines(figure, color=style.GREY, width=0.9)  # each behind the other
    np.testing.assert_array_equal(faint[0][:, 1], hundred[1][:, 1])
    np.testing.assert_array_equal(faint[1][:, 1], hundred[0][:, 1])


def panels_of(figure):
    """Left, right, top and floor of each panel."""
    floors = lines(figure, color=style.GREY, width=0.75)
    count = len(floors)
    tops = lines(figure, color=style.LINE, width=0.75)[count:]
    return [(*f[:, 0], t[0, 1], f[0, 1]) for f, t in zip(floors, tops, strict=True)]


@both_widths
def test_the_last_values_stand_right_of_their_ends_and_are_named_at_the_first_panel(narrow):
    figure = figures.stability_curves([1, 2, 4], CURVES, narrow=narrow)
    shown = texts(figure)
    assert {"80 %", "40 %", "100 %", "30 %", "on both lists"} <= set(shown)
    assert shown.count("first 12") == shown.count("first 100") == 1
    assert "grey: the first 100 by other scores" in shown
    (first, second), places = panels_of(figure), {}
    for text in figure.axes[0].texts:  # the last of one text: the values come after the scale
        places[text.get_text()] = np.array(text.get_position()) - (0, 0.36 * 12)
    for text, value, panel in (("100 %", 1, second), ("30 %", 0.3, second)):
        x, y = places[text]
        assert panel[1] + 4 < x < panel[1] + 12
        assert y == pytest.approx(panel[3] + value * (panel[2] - panel[3]), abs=0.2)
    for name, text in (("first 100", "80 %"), ("first 12", "40 %")):
        np.testing.assert_allclose(places[name] - places[text], [0, 15])
        assert first[1] + 4 < places[name][0] < second[0] - 50


@pytest.mark.parametrize("name", [n for n in FIGURES if n.startswith("stability")])
def test_no_value_and_no_name_of_a_line_lies_on_a_panel(name):
    figure = FIGURES[name]()
    panels = panels_of(figure)
    for text in figure.axes[0].texts:
        (x, y), words = text.get_position(), text.get_text()
        if words[-1] == "%" or words in ("first 12", "first 100"):
            wide = style.text_width(words, weight=text.get_weight()) * 12 / style.SIZE
            left = x - wide * (text.get_ha() == "right")
            for start, end, top, floor in panels:
                beside = left + wide < start or end < left
                assert beside or not top - 5 < y < floor + 5, words
            assert left + wide <= figure.bbox.x1 - 1


def test_five_panels_stand_in_a_row_of_the_page():
    panels = np.array(panels_of(FIGURES["stability_curves"]()))
    assert len(np.unique(panels[:, 2])) == 2
    assert len(np.unique(panels[:, 0])) == 5
    np.testing.assert_allclose(panels[:, 3] - panels[:, 2], 120)
    assert (panels[:, 1] - panels[:, 0] > 110).all()


@both_widths
def test_of_one_size_there_are_points_and_what_is_not_defined_says_so(narrow):
    curves = {"entropy": [[0.2], [0.5]], "disagreement": [[NAN], [NAN]]}
    figure = figures.stability_curves([1], curves, narrow=narrow)
    assert lines(figure, color=style.INK, width=2) == []
    assert lines(figure, color=style.GREY, width=0.9) == []
    assert [len(part) for part in lines(figure, color=style.INK, mark="o")] == [1]
    assert texts(figure).count("not defined") == 1
    assert "grey: the first 100 by other scores" not in texts(figure)


@pytest.mark.parametrize("low", [0.02, 0.5, 0.97])
def test_two_values_that_are_near_are_written_apart_in_their_order(low):
    pair = [[0.2, low], [0.2, low + 0.01]]
    figure = figures.stability_curves([1, 2], {"a": pair, "b": pair})
    spots = [(*t.get_position(), t.get_text()) for t in figure.axes[0].texts]
    upper, lower = f"{100 * low + 1:.0f} %", f"{100 * low:.0f} %"
    for step, (_, end, top, floor) in zip((30, 15), panels_of(figure), strict=True):
        places = {text: y - 0.36 * 12 for x, y, text in spots if end < x < end + 12}
        assert places[lower] - places[upper] == pytest.approx(step)
        middle = floor + (low + 0.005) * (top - floor) - (step - 15) / 2
        edge = low != 0.5  # there both are moved into the panel
        assert abs((places[upper] + places[lower]) / 2 - middle) < (30 if edge else 0.2)
        assert top - 0.1 <= places[upper]
        assert places.get("first 12", places[lower]) <= floor + 0.1


# --- Ranks ------------------------------------------------------------------------------------


def ranked(count, narrow=False, **changes):
    ranks = np.arange(1.0, count + 1)
    given = {"ranks": ranks, "lows": np.maximum(ranks / 2, 1), "highs": 3 * ranks} | changes
    images = np.zeros((count, 28, 28), np.uint8)
    for k, image in enumerate(images):
        image[4:20, 5 : 6 + k % 20] = 255
    names = [f"{k}" for k in range(count)]
    return figures.rank_intervals(images, names, *given.values(), narrow=narrow)


@both_widths
def test_a_rank_is_a_dot_on_a_logarithmic_axis_between_the_ends_of_its_interval(narrow):
    figure = ranked(12, narrow)
    dots = np.concatenate(lines(figure, color=style.INK, mark="o"))
    y = {t.get_text(): t.get_position()[1] for t in figure.axes[0].texts if t.get_ha() == "right"}
    decade = y["10"] - y["1"]
    heights = (dots[:, 1] - dots[0, 1]) / decade
    np.testing.assert_allclose(heights, np.log10(range(1, 13)), atol=0.002)
    spans = lines(figure, color=style.INK, width=2.6) + lines(figure, color=style.GREY, width=1.6)
    ends = [(span[:, 1] - dots[0, 1]) / decade for span in spans]
    expected = [[np.log10(max(rank / 2, 1)), np.log10(3 * rank)] for rank in range(1, 13)]
    np.testing.assert_allclose(ends, expected, atol=0.002)


@both_widths
def test_only_an_interval_within_the_first_twelve_is_heavy_and_its_name_bold(narrow):
    figure = ranked(12, narrow)
    assert len(lines(figure, color=style.INK, width=2.6)) == 4  # up to 3 · 4
    bold = [t.get_text() for t in figure.axes[0].texts if t.get_weight() == "bold"]
    assert bold == ["0", "1", "2", "3"]
    ((_, top, _, high),) = boxes(figure, style.LINE)
    dots = np.concatenate(lines(figure, color=style.INK, mark="o"))[:, 1]
    assert dots[11] < top + high < dots[11] + (dots[11] - dots[10])


def test_on_a_phone_the_first_twelve_of_the_digits_are_shown():
    shown = alphas(ranked(24, narrow=True))[0]
    np.testing.assert_array_equal(alphas(ranked(12, narrow=True))[0], shown)
    names = {t.get_text() for t in ranked(24, narrow=True).axes[0].texts}
    assert "11" in names
    assert not names & {str(k) for k in range(12, 20)}


def test_the_digits_stand_under_their_dots_in_order():
    figure = ranked(20)
    (image,) = figure.axes[0].images
    left = image.get_extent()[0]
    dots = np.concatenate(lines(figure, color=style.INK, mark="o"))[:, 0]
    for k, x in enumerate(dots):
        start = int(x - left) - 10
        part = image.get_array()[:, start : start + 20, 3]
        assert (part > 0).any(axis=0).sum() == k + 1  # as wide as it was drawn


def test_what_is_not_known_of_a_rank_is_not_drawn():
    nothing = np.full(2, NAN)
    figure = ranked(2, ranks=nothing, lows=nothing, highs=nothing)
    assert lines(figure, color=style.INK, mark="o") == []
    assert len(alphas(figure)) == 1


# --- Thumbnails -------------------------------------------------------------------------------


def test_a_tile_is_the_ink_in_the_middle_at_a_whole_multiple():
    image = np.zeros((28, 28), np.uint8)
    image[3:7, 20:22] = [[10, 20], [30, 40], [50, 60], [70, 80]]
    (tile,) = tiles(image[None], 9)
    expected = np.zeros((9, 9), np.uint8)
    expected[:8, 2:6] = image[3:7, 20:22].repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(tile, expected)


def test_large_digits_are_reduced_all_on_one_scale():
    images = np.zeros((3, 50, 40), np.uint8)
    images[0, 5:45, 0:20] = images[1, 0:20, 0:8] = 255  # the last one is empty
    first, second, empty = tiles(images, 20) > 0
    assert (first.any(axis=1).sum(), first.any(axis=0).sum()) == (20, 10)
    assert (second.any(axis=1).sum(), second.any(axis=0).sum()) == (10, 4)
    assert not empty.any()


# --- Doubt ------------------------------------------------------------------------------------


def mapped(places, narrow=False, **options):
    image = np.full((1, 16, 16), 255, np.uint8)
    images = image.repeat(len(places), axis=0)
    return figures.doubt_map(images, *np.transpose(places), narrow=narrow, **options)


def dots(figure):
    paths = [p.get_path().vertices[::2] for p in figure.axes[0].patches if type(p) is PathPatch]
    return np.concatenate([*paths, np.empty((0, 2))])


@both_widths
def test_a_digit_is_shown_where_none_before_it_lies_and_else_is_a_dot(narrow):
    figure = mapped([(0.2, 0.1), (0.2001, 0.1), (0.6, 0.1), (0.2, 0.3), (0.6, 0.3)], narrow)
    (image,), (dot,) = figure.axes[0].images, dots(figure)
    left, _, bottom, _ = image.get_extent()
    shown = np.asarray(image.get_array()[..., 3] > 0)
    free = (20 if narrow else 24) // 2 - 8  # around a digit
    shown = shown[free:-free, free:-free]
    assert shown.sum() == 4 * 16**2
    assert shown[:16, :16].all()  # the corners of the map
    assert shown[-16:, -16:].all()
    np.testing.assert_allclose(dot, [left + free + 8, bottom - free - 8], atol=1)  # on the first


def test_dots_are_there_too_where_a_figure_becomes_a_picture():
    figure, axes = style.board(60, 20)
    style.dots(axes, [(10, 10), (30, 10), (50, 10)], edgecolor=style.GREY, linewidth=4.5)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    shown = np.asarray(canvas.buffer_rgba()) / 255
    middles = shown[10 + style.MARGIN, np.array([10, 30, 50]) + style.MARGIN]
    assert [to_hex(color) for color in middles] == [style.GREY] * 3


def test_the_more_doubt_the_further_right_or_up():
    for axis in (0, 1):
        places = np.tile([0.3, 0.3], (400 // 2, 1))
        places[:, axis] = np.linspace(0.1, 0.5, len(places))
        found = dots(mapped(places))[:, axis] * (1, -1)[axis]
        assert len(found) > 100
        assert (np.diff(found) >= 0).all()
        assert found[-1] - found[0] > 250


@both_widths
def test_no_more_than_sixty_digits_are_shown_and_none_lies_on_another(narrow):
    places = RNG.random((200, 2))
    figure = mapped(places, narrow)
    shown = (alphas(figure)[0] > 0).sum() / 16**2
    assert shown == int(shown) <= 60
    assert shown + len(dots(figure)) == 200
    assert shown > 40


@both_widths
def test_both_axes_begin_at_0_and_the_line_of_equal_parts_rises_by_their_scales(narrow):
    figure = mapped([(0.6, 0.2), (0.6001, 0.2), (0.2, 0.1), (0.2, 0.1001)], narrow)
    sloped = [line for line in lines(figure, color=style.GREY) if len(line) == 2]
    (half,) = [line for line in sloped if np.ptp(line, axis=0).min() > 20]
    origin, rise = half[0], (half[1] - half[0]) * (1, -1)
    (image,) = figure.axes[0].images
    ticks = {t.get_text(): np.array(t.get_position()) for t in figure.axes[0].texts}
    zeros = [t.get_position() for t in figure.axes[0].texts if t.get_text() == "0"]
    assert len(zeros) == 2
    assert max(x for x, _ in zeros) == pytest.approx(origin[0], abs=0.5)
    assert min(y for _, y in zeros) - 0.36 * 12 == pytest.approx(origin[1], abs=0.5)
    (x, y) = np.abs(dots(figure)[0] - origin)  # 0.6 and 0.2
    steep = 2 if narrow else 1
    assert y / 0.2 == pytest.approx(steep * x / 0.6, rel=0.02)
    assert rise[1] == pytest.approx(steep * rise[0], abs=0.1)
    top = origin[1] - rise[1]
    assert top < image.get_extent()[3]
    words = ticks["half and half"]
    assert words[0] < half[1, 0]
    assert top < words[1] < top + 20


@both_widths
def test_a_marked_digit_is_shown_before_all_others_with_its_name_beside_it(narrow):
    places = np.tile([[0.3, 0.1]], (40, 1)) + RNG.normal(0, 0.001, (40, 2))
    places[20] = 0.5, 0.15
    figure = mapped(places, narrow, marked={30: "4761", 20: "18"})
    spots = dots(figure)
    assert len(spots) == 38  # the two, and no other on them
    names = {t.get_text(): t for t in figure.axes[0].texts if t.get_text() in ("4761", "18")}
    assert {(t.get_weight(), t.get_color()) for t in names.values()} == {("bold", style.INK)}
    (image,) = figure.axes[0].images
    left, right, bottom, top = image.get_extent()
    half = (20 if narrow else 24) / 2
    for name, middle in (
        ("4761", (left + half, bottom - half)),
        ("18", (right - half, top + half)),
    ):
        wide = style.text_width(name, weight="bold") * 11 / style.SIZE
        x, y = np.array(names[name].get_position()) + np.array([wide / 2, -0.36 * 11]) - middle
        assert np.abs([x, y]).max() > 8 + 5  # not on the ink
        assert abs(x) - wide / 2 < 14  # but near it
        assert abs(y) < 20
    others = np.abs(spots.mean(axis=0) - (left + half, bottom - half))
    assert others.max() < 3


def test_no_other_digit_lies_on_a_name():
    across, up = np.meshgrid(np.linspace(0.2, 0.6, 20), np.linspace(0.02, 0.2, 10))
    marked = dict.fromkeys((28, 65, 111, 152), "4761")
    figure = mapped(np.column_stack([across.ravel(), up.ravel()]), marked=marked)
    (image,) = figure.axes[0].images
    left, _, _, top = image.get_extent()
    shown = np.asarray(image.get_array()[..., 3] > 0)
    wide = style.text_width("4761", weight="bold") * 11 / style.SIZE
    names = [t.get_position() for t in figure.axes[0].texts if t.get_text() == "4761"]
    assert len(names) == 4
    for x, y in names:
        near = shown[round(y - 9 - top) : round(y - top), round(x - left) :][:, : round(wide)]
        assert near.size > 200
        assert not near.any()


def test_no_share_beyond_1_is_written():
    shown = texts(mapped([(0, 0.1), (0.5, 0.95)]))
    assert max(float(text) for text in shown if text[0] in "01") == 1


def test_the_dots_are_as_strong_as_the_page_lets_them_be():
    path = next(p for p in mapped([(0.2, 0.1)] * 2).axes[0].patches if type(p) is PathPatch)
    assert path.get_alpha() is None
    assert same_color(path.get_edgecolor(), style.GREY)


def test_a_digit_of_unknown_doubt_is_left_out():
    figure = mapped([(NAN, 0.1), (0.2, 0.1), (0.4, NAN)], marked={0: "17", 1: "18"})
    assert "18" in texts(figure)
    assert "17" not in texts(figure)
    assert (alphas(figure)[0] > 0).sum() == 16**2
    assert len(dots(figure)) == 0


# --- Reliability ------------------------------------------------------------------------------

BEFORE = [[NAN, 0.5, 0.9], [NAN, 0.25, 0.8], [NAN, 0.1, 0.7], [NAN, 0.6, 0.9], [0, 10, 1000]]
AFTER = [[NAN, 0.6, 0.7], [NAN, 0.5, 0.9], [NAN, 0.2, 0.8], [NAN, 0.8, 1], [0, 1, 100]]


@both_widths
def test_confidence_and_the_share_that_is_right_are_where_they_belong(narrow):
    panels = {"one": {"before": BEFORE, "after": AFTER}}
    figure = figures.reliability_diagram(panels, narrow=narrow)
    (diagonal,) = lines(figure, color=style.GREY, width=0.9)
    (x, y), side = diagonal[0], diagonal[1, 0] - diagonal[0, 0]
    assert y - diagonal[1, 1] == side
    for (confidence, accuracy, *_), color, shift in (
        (BEFORE, style.QUIET, -2),
        (AFTER, style.INK, 2),
    ):
        points = np.concatenate(lines(figure, color=color, mark="o"))[:2]
        expected = x + shift + side * np.array(confidence[1:])
        np.testing.assert_allclose(points[:, 0], expected, atol=0.06)
        np.testing.assert_allclose(points[:, 1], y - side * np.array(accuracy[1:]), atol=0.06)


@both_widths
def test_intervals_are_drawn_after_only_and_bins_of_few_digits_fainter(narrow):
    panels = {"one": {"before": BEFORE, "after": AFTER}}
    figure = figures.reliability_diagram(panels, narrow=narrow)
    (diagonal,) = lines(figure, color=style.GREY, width=0.9)
    y, side = diagonal[0, 1], diagonal[1, 0] - diagonal[0, 0]
    upright = [
        (line.get_color(), 1 - (y - np.array(line.get_ydata())[:-1] - side) / -side)
        for line in figure.axes[0].lines
        if line.get_linewidth() in (0.7, 1)
    ]
    found = [(color, share[~np.isnan(share)].tolist()) for color, share in upright]
    assert [color for color, _ in found] == [style.GREY, style.QUIET]  # of one digit, of 100
    np.testing.assert_allclose([s for _, s in found], [[0.2, 0.8], [0.8, 1]], atol=0.001)
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    sizes = {
        (line.get_color(), line.get_alpha(), line.get_markersize())
        for line in marks
        if np.isfinite(np.asarray(line.get_ydata(), float)).any()
    }
    assert sizes == {(style.QUIET, None, 5), (style.INK, None, 5), (style.INK, 0.6, 3)}


@both_widths
def test_a_point_at_0_or_100_percent_is_whole_and_over_its_bar(narrow):
    ends = [[0, 1], [0, 1], [0, 1], [0, 1], [50, 50]]
    pair = {"before": ends, "after": ends}
    figure = figures.reliability_diagram({"one": pair}, narrow=narrow)
    points = np.concatenate(lines(figure, color=style.INK, mark="o"))[:2]
    rules = np.concatenate(lines(figure, color=style.LINE))
    assert points[0, 0] - 5 > rules[:, 0].min()
    assert points[1, 0] + 5 < rules[:, 0].max()
    assert points[0, 1] == rules[:, 1].max()
    first, last = (bar for bar in boxes(figure, style.GREY))
    assert points[0, 0] - 2 < first[0]
    assert last[0] + last[2] < points[1, 0] - 2


def test_the_bars_count_the_digits_of_a_bin_on_a_logarithmic_scale():
    figure = figures.reliability_diagram({"one": {"before": BEFORE, "after": AFTER}})
    heights = [high for *_, high in boxes(figure, style.GREY)]
    assert len(heights) == 2
    assert heights[1] / heights[0] == pytest.approx(np.log(200) / np.log(2), rel=0.05)
    hollow = [p for p in figure.axes[0].patches if same_color(p.get_ec(), style.GREY)]
    assert len([p for p in hollow if p.get_height() > 0]) == 2


@both_widths
def test_the_first_panel_alone_explains_the_marks_and_the_sides(narrow):
    pair = {"before": BEFORE, "after": AFTER}
    figure = figures.reliability_diagram({"one": pair, "all": pair}, narrow=narrow)
    for words in ("before", "after", "too sure", "too modest", "as sure as right", "how many"):
        assert texts(figure).count(words) == 1
    one, other = lines(figure, color=style.GREY, width=0.9)
    assert (one[0, 0] == other[0, 0]) == narrow  # one under the other, or side by side
    assert (one[0, 1] == other[0, 1]) != narrow


# --- Rates ------------------------------------------------------------------------------------


@both_widths
def test_a_rate_is_a_dot_in_its_interval_on_an_axis_from_zero(narrow):
    figure = figures.rate_intervals(
        ["a", "b"], [0.2, 0.05], [0.1, 0.04], [0.4, 0.06], narrow=narrow
    )
    zero = min(part[0, 0] for part in lines(figure, color=style.GREY))
    points = np.concatenate(lines(figure, color=style.INK, mark="o"))
    spans = lines(figure, color=style.INK, width=2)
    scale = (points[0, 0] - zero) / 20
    np.testing.assert_allclose((points[:, 0] - zero) / scale, [20, 5], atol=0.1)
    ends = [(span[:, 0] - zero) / scale for span in spans]
    np.testing.assert_allclose(ends, [[10, 40], [4, 6]], atol=0.1)
    assert points[1, 1] - points[0, 1] >= 30
    assert {"20 %", "(10–40)", "5.0 %", "(4.0–6.0)"} <= set(texts(figure))


def test_a_rate_has_as_many_decimals_as_its_interval_needs():
    shown = texts(
        figures.rate_intervals(
            ["a", "b", "c"], [0.0043, 0.31, NAN], [0.0038, 0.22, NAN], [0.0048, 0.41, NAN], "wrong"
        )
    )
    assert {"0.43 %", "(0.38–0.48)", "31 %", "(22–41)", "none", "wrong"} <= set(shown)


def test_long_names_stand_above_their_rows_on_as_many_lines_as_they_need():
    name = "digits of which somebody once said that they were quite unreadable"
    figure = figures.rate_intervals([name, "b"], [0.1, 0.2], [0, 0.1], [0.2, 0.3], narrow=True)
    first, second = broken(name, style.NARROW - 16)
    places = {t.get_text(): t.get_position() for t in figure.axes[0].texts}
    assert places[first][0] == places[second][0] == 8
    assert places[first][1] < places[second][1] < places["10 %"][1]
    assert f"{first} {second}" == name


@both_widths
@pytest.mark.parametrize("greatest", [0.00697, 0.5, 0.019, 1])
def test_the_scale_goes_to_the_greatest_rate_at_least_in_three_steps_or_more(greatest, narrow):
    rates, highs = [greatest, greatest / 3], [min(1.1 * greatest, 1), greatest / 2]
    figure = figures.rate_intervals(["a", "b"], rates, [0, 0], highs, narrow=narrow)
    rules = lines(figure, color=style.LINE) + lines(figure, color=style.GREY)
    places = np.unique([part[0, 0] for part in rules])
    assert len(places) >= 4
    dot = np.concatenate(lines(figure, color=style.INK, mark="o"))[0, 0]
    assert dot <= places[-1]
    floor = max(part[:, 1].max() for part in rules)
    ticks = [t for t in figure.axes[0].texts if t.get_position()[1] > floor]
    assert len(ticks) == len(places)
    values = [float(t.get_text().removesuffix(" %")) for t in ticks]
    scale = (dot - places[0]) / (100 * greatest)
    np.testing.assert_allclose(places, places[0] + scale * np.array(values), atol=0.2)
    assert [t.get_text()[-1] == "%" for t in ticks] == [False] * (len(ticks) - 1) + [True]


@pytest.mark.parametrize("name", [n for n in FIGURES if n.startswith("rate_int")])
def test_the_numbers_of_a_scale_rise(name):
    texts = [t for t in FIGURES[name]().axes[0].texts if t.get_size() == 12 * 0.75]
    numbers = [float(t.get_text().removesuffix(" %")) for t in texts]
    assert len(numbers) > 2
    assert (np.diff(numbers) > 0).all()


@both_widths
def test_no_name_touches_the_edge_and_no_line_of_the_scale_a_name(narrow):
    figure = figures.rate_intervals(SCORES[:4], [0.4] * 4, [0.1] * 4, [0.6] * 4, narrow=narrow)
    names = [t for t in figure.axes[0].texts if t.get_text() in SCORES]
    assert len(names) == 4
    rules = lines(figure, color=style.LINE) + lines(figure, color=style.GREY)
    for name in names:
        (x, y), wide = name.get_position(), style.text_width(name.get_text())
        left = x - wide * (name.get_ha() == "right")
        assert left >= 8
        for rule in rules:
            over = rule[:, 1].min() < y + 4 and y - 11 < rule[:, 1].max()
            assert not (over and left - 4 < rule[0, 0] < left + wide + 4)


@both_widths
def test_groups_of_rows_stand_apart(narrow):
    def steps(**options):
        figure = figures.rate_intervals(
            SCORES[:4], [0.4] * 4, [0.1] * 4, [0.6] * 4, narrow=narrow, **options
        )
        return np.diff(np.concatenate(lines(figure, color=style.INK, mark="o"))[:, 1])

    step = steps()[0]
    np.testing.assert_array_equal(steps(), [step] * 3)
    np.testing.assert_array_equal(steps(gaps=[2]), [step, step + 14, step])
    np.testing.assert_array_equal(steps(gaps=[1, 3]), [step + 14, step, step + 14])


# --- Wrong arguments --------------------------------------------------------------------------

IMAGES = np.stack([drawing()] * 2)
PAIR = {"before": BEFORE, "after": AFTER}


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.stability_curves([2, 1], {"a": np.ones((2, 2))}),
         r"sizes: got \[2, 1\], needs rising whole numbers from 1"),
        (lambda: figures.stability_curves([1.5], {"a": np.ones((2, 1))}), r"sizes: got \[1.5\]"),
        (lambda: figures.stability_curves([1], {}), "curves: got none, needs one score or more"),
        (lambda: figures.stability_curves([1], {"a": np.ones((1, 1))}),
         r"curves\['a'\]: got float64 \(1, 1\), needs \(2, 1\), 0 to 1 or NaN"),
        (lambda: figures.stability_curves([1], {"a": [[2], [0]]}),
         r"curves\['a'\]: got numbers out of range"),
        (lambda: ranked(25), r"images: got uint8 \(25, 28, 28\), needs .* n from 1 to 24"),
        (lambda: figures.rank_intervals(IMAGES, ["a"], [1, 2], [1, 2], [1, 2]),
         "names: got 1, needs 2, one per image"),
        (lambda: ranked(2, ranks=[0, 1]), r"ranks: got \[0.0, 1.0\], needs \(2,\), at least 1"),
        (lambda: ranked(2, highs=[1]), r"highs: got \[1.0\]"),
        (lambda: ranked(2, lows=[1, 9]), r"lows: got \[1, 9\], needs nowhere above highs"),
        (lambda: figures.doubt_map(IMAGES / 255, [0, 0], [0, 0]), "images: got float64"),
        (lambda: figures.doubt_map(IMAGES, [0], [0, 0]),
         r"expected_entropy: got float64 \(1,\), needs \(2,\), 0 to 1 or NaN"),
        (lambda: figures.doubt_map(IMAGES, [0, 0], [0, 2]),
         "mutual_information: got numbers out of range"),
        (lambda: figures.doubt_map(IMAGES, [0, 0], [0, 0], marked={2: "4761"}),
         r"marked: got \[2\], needs positions from 0 to 1"),
        (lambda: figures.reliability_diagram({}), "panels: got 0, needs one or two"),
        (lambda: figures.reliability_diagram({"a": {"before": BEFORE}}),
         r"panels\['a'\]: got \['before'\], needs before and after"),
        (lambda: figures.reliability_diagram({"a": PAIR | {"after": AFTER[:4]}}),
         r"panels\['a'\]\['after'\]: got .*, needs five arrays \(3,\)"),
        (lambda: figures.reliability_diagram({"a": PAIR | {"after": [[2] * 3, *AFTER[1:]]}}),
         r"panels\['a'\]\['after'\].confidence: got numbers out of range"),
        (lambda: figures.reliability_diagram({"a": PAIR | {"after": [*AFTER[:4], [1, 0.5, 1]]}}),
         r"\['after'\].count: got \[1.0, 0.5, 1.0\], needs whole numbers from 0"),
        (lambda: figures.rate_intervals([], [], [], []), "names: got 0, needs one to six"),
        (lambda: figures.rate_intervals(["a"], [43], [1], [50]),
         r"rates: got \[43.0\], needs \(1,\), 0 to 1 or NaN"),
        (lambda: figures.rate_intervals(["a"], [0.4], [0.5], [0.6]),
         r"rates: got \[0.4\], needs none below lows or above highs"),
        (lambda: figures.rate_intervals(["a", "b"], [0] * 2, [0] * 2, [0] * 2, gaps=[2]),
         r"gaps: got \[2\], needs rows from 1 to 1"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
