"""Networks run backwards: against linear ones, whose supreme picture is known, and fitted ones."""

from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture(scope="module")
def backwards(network):
    from ambiguous_digits import backwards

    return backwards


@pytest.fixture
def linear(backwards, monkeypatch):
    """In the place of networks: weights are [templates], whose sum with the ink is the logit."""
    asked = []

    def input_gradient(weights, inputs, classes):
        asked.append(weights)
        logits = np.einsum("nhwo,khw->nk", inputs, weights[0])
        return logits, weights[0][classes][..., None].astype(np.float32)

    stand_in = SimpleNamespace(
        restore=lambda weights, shape: weights, input_gradient=input_gradient
    )
    monkeypatch.setattr(backwards, "network", stand_in)
    return asked


@pytest.fixture
def plain(backwards, monkeypatch):
    """Neither blur nor shifts."""
    monkeypatch.setattr(backwards, "BLUR", 0)
    monkeypatch.setattr(backwards, "SHIFT", 0)


@pytest.fixture
def seen(backwards, linear, monkeypatch):
    """The pictures as networks see them step by step, which they would leave as they are."""
    seen = []

    def input_gradient(weights, inputs, classes):
        seen.append(inputs[..., 0].copy())
        return None, np.zeros_like(inputs)

    backwards.network.input_gradient = input_gradient
    monkeypatch.setattr(backwards, "PRICE", 0)
    monkeypatch.setattr(backwards, "BLUR", 0)
    return seen


def corners(n=2):
    """Templates of 10 by 11 pixels: class k likes its own rows and dislikes the others."""
    templates = np.full((n, 10, 11), -1.0)
    for k in range(n):
        templates[k, 4 * k : 4 * k + 3] = 1
    return templates


# The ascent, of linear networks


def test_ink_stands_where_the_class_likes_it_and_nowhere_else(backwards, linear, plain):
    found = backwards.supreme([[corners()]], (10, 11), seed=0)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, 255 * (corners() > 0))


@pytest.mark.parametrize(("liked", "ink"), [(0.1, 0), (0.3, 255)])
def test_ink_that_is_not_worth_its_price_fades(backwards, linear, plain, liked, ink):
    templates = corners()
    templates[:, 9] = liked
    assert (backwards.supreme([[templates]], (10, 11), seed=0)[:, 9] == ink).all()


def test_how_steep_the_logit_of_a_class_is_makes_no_difference(backwards, linear, plain):
    steep = np.array([1, 1000])[:, None, None]
    even, uneven = (
        backwards.supreme([[templates]], (10, 11), seed=0, steps=3)
        for templates in (corners(), steep * corners())
    )
    np.testing.assert_array_equal(even, uneven)
    assert 0 < np.median(even[0, :3]) < 255


def test_a_network_that_likes_nothing_leaves_blank_paper(backwards, linear):
    assert not backwards.supreme([[np.zeros((3, 10, 11))]], (10, 11), seed=0).any()


def test_a_committee_climbs_the_sum_of_its_members(backwards, linear, plain):
    rng = np.random.default_rng(0)
    members = [[rng.integers(-9, 9, (2, 10, 11)).astype(float)] for _ in range(3)]
    total = [sum(templates for [templates] in members)]
    found, expected, one = (
        backwards.supreme(some, (10, 11), seed=0, steps=9)
        for some in (members, [total], members[:1])
    )
    np.testing.assert_array_equal(found, expected)
    assert not np.array_equal(one, expected)


def test_each_step_asks_a_few_members_and_all_have_their_turn(backwards, linear):
    members = [[corners()] for _ in range(12)]
    backwards.supreme(members, (10, 11), seed=0, steps=40)
    assert len(linear) == 40 * backwards.ASKED
    steps = np.reshape([id(weights) for weights in linear], (40, backwards.ASKED))
    assert all(len(set(step)) == backwards.ASKED for step in steps)
    assert set(steps.ravel()) == {id(weights) for weights in members}


@pytest.mark.parametrize("blur", [0, 1])
def test_blur_softens_edges(backwards, linear, plain, monkeypatch, blur):
    monkeypatch.setattr(backwards, "BLUR", blur)
    above, edge, middle = backwards.supreme([[corners()]], (10, 11), seed=0, steps=2)[1, 3:6, 5]
    assert above == 0
    assert (edge < middle - 20) == bool(blur)


def test_steps_and_blur_shrink_evenly_and_the_last_is_not_nothing(
    backwards, linear, plain, monkeypatch
):
    blurs = []

    def gaussian_filter(pictures, blur, axes):
        blurs.append(blur)
        return pictures

    monkeypatch.setattr(backwards, "gaussian_filter", gaussian_filter)
    monkeypatch.setattr(backwards, "BLUR", 2)
    monkeypatch.setattr(backwards, "FAINT", 0)
    found = backwards.supreme([[corners()]], (10, 11), seed=0, steps=4)
    assert blurs == [2, 1.5, 1, 0.5]
    ink = (1 + 0.75 + 0.5 + 0.25) * backwards.STEP * (1 - backwards.PRICE)
    np.testing.assert_array_equal(found, np.rint(255 * ink) * (corners() > 0))


# The start, and shifts


def test_all_classes_start_from_the_same_faint_noise(backwards, seen):
    found = backwards.supreme([[corners(3)]], (10, 11), seed=0, steps=1)
    assert (found == found[0]).all()
    assert np.bincount(found[0].ravel(), minlength=27)[1:25].all()
    assert found.max() <= 26


def test_each_shift_of_up_to_two_pixels_to_either_side_has_its_turn(backwards, seen):
    found = backwards.supreme([[corners()]], (10, 11), seed=0, steps=400)
    places = np.array(list(np.ndindex(5, 5))) - 2
    moved = np.stack([np.roll(found, place, axis=(1, 2)) for place in places])
    same = [(np.rint(255 * given) == moved).all(axis=(1, 2, 3)) for given in seen]
    assert np.sum(same) == 400  # each is one of these
    assert np.any(same, axis=0).all()


def test_a_liked_pixel_is_liked_wherever_the_picture_was_moved_from(backwards, linear, monkeypatch):
    monkeypatch.setattr(backwards, "BLUR", 0)
    templates = np.zeros((2, 10, 11))
    templates[:, 5, 5] = 1
    near = np.zeros((10, 11), bool)
    near[3:8, 3:8] = True
    found = backwards.supreme([[templates]], (10, 11), seed=0)
    assert (found[:, near] > 0).mean() > 0.9
    assert not found[:, ~near].any()


def test_the_picture_is_moved_back_after_it_was_seen(backwards, linear, monkeypatch):
    def prefers_what_is_there(weights, inputs, classes):
        return None, inputs - np.float32(0.05)

    backwards.network.input_gradient = prefers_what_is_there
    moved = backwards.supreme([[corners()]], (10, 11), seed=0, steps=5)
    monkeypatch.setattr(backwards, "SHIFT", 0)
    still = backwards.supreme([[corners()]], (10, 11), seed=0, steps=5)
    np.testing.assert_allclose(moved.astype(int), still, atol=1)
    assert still.max() > 50


# Erasing, before linear networks


@pytest.fixture
def erase(backwards, linear):
    """The erasing before networks whose logits are sums of template times ink."""
    backwards.network.predict_logits = lambda weights, images: np.einsum(
        "nhw,khw->nk", images / 255, weights[0]
    )
    return backwards.erase


def strokes():
    """8 by 9 pixels: an upright stroke of three on the left, a dot of one at the right edge."""
    image = np.zeros((8, 9), np.uint8)
    image[2:5, 1], image[6, 8] = 255, 100
    return image


def likes(weight=1.0):
    """The network of two classes that takes ink in the left half for class 0, else for class 1."""
    templates = np.zeros((2, 8, 9))
    templates[0, :, :4] = templates[1, :, 4:] = weight
    return [templates]


@pytest.mark.parametrize(("target", "gone"), [(1, np.s_[:, :4]), (0, np.s_[:, 4:])])
def test_the_ink_that_speaks_most_against_the_target_goes_first(erase, target, gone):
    image, expected = strokes(), strokes()
    expected[gone] = 0
    found = erase([likes()], image, target, dabs=1)
    assert (found.dtype, found.shape) == (np.uint8, (2, 8, 9))
    np.testing.assert_array_equal(found, [strokes(), expected])
    np.testing.assert_array_equal(image, strokes())


def test_all_ink_goes_in_the_end_and_blank_paper_stays_as_it_is(erase):
    found = erase([likes()], strokes(), 1, dabs=4)
    assert [np.count_nonzero(picture) for picture in found] == [4, 1, 0, 0, 0]


def test_a_dab_rubs_out_three_by_three_pixels(erase):
    image = np.full((8, 9), 200, np.uint8)
    templates = np.zeros((2, 8, 9))
    templates[0, 4, 5], templates[0, 3:6, 4:7] = 1, 0.5
    expected = image.copy()
    expected[3:6, 4:7] = 0
    np.testing.assert_array_equal(erase([[templates]], image, 1, dabs=1)[1], expected)
    assert len(erase([[templates]], image, 1)) == 6


def test_what_members_believe_on_the_mean_decides_and_not_the_loudest_logit(erase):
    loud = [np.zeros((2, 8, 9))]  # by its logits the stroke must go, but it is sure whatever goes
    loud[0][0, :, :4], loud[0][0, 0, 0] = 100, 0
    loud[0][1] = -100
    quiet = likes(-1.0)  # two of these believe more in class 1 without the dot
    found = erase([loud, quiet, quiet], strokes(), 1, dabs=1)[1]
    np.testing.assert_array_equal(found[:, 1], strokes()[:, 1])
    assert not found[:, 8].any()


# Fitted networks


@pytest.fixture(scope="module")
def members(network):
    """Three networks of two classes: ink on the left half of 12 by 13 pixels, or on the right."""
    rng = np.random.default_rng(0)
    images, labels = rng.integers(60, size=(240, 12, 13), dtype=np.uint8), np.arange(240) % 2
    for image, label in zip(images, labels, strict=True):
        image[:, 7 * label : 7 * label + 6] += 180
    return [
        network.fit(
            images, labels, watch=(images[:9], labels[:9]), num_classes=2, epochs=6, seed=seed
        ).weights
        for seed in range(3)
    ]


def test_a_network_that_had_no_part_in_it_reads_the_picture_as_its_class(
    backwards, network, members
):
    found = backwards.supreme(members[:2], (12, 13), seed=0)
    assert (found.dtype, found.shape) == (np.uint8, (2, 12, 13))
    for weights in members:
        odds = np.exp(np.diff(network.predict_logits(weights, found))[:, 0])
        assert odds[1] / (1 + odds[1]) > 0.9
        assert 1 / (1 + odds[0]) > 0.9
    left, right = found[:, :, :6].mean(axis=(1, 2)), found[:, :, 7:].mean(axis=(1, 2))
    assert left[0] > 2 * right[0]
    assert right[1] > 2 * left[1]


def test_the_same_seed_gives_the_same_bits_and_another_one_does_not(backwards, members):
    one, same, other = (backwards.supreme(members, (12, 13), seed=s, steps=9) for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_it_takes_oblong_images_of_the_smallest_size_and_any_classes(backwards, network):
    weights = network.build((10, 17), 3).get_weights()
    assert backwards.supreme([weights], (10, 17), seed=0, steps=1).shape == (3, 10, 17)


# Refusals


@pytest.mark.parametrize(("count", "steps"), [(0, 100), (1, 0)])
def test_no_member_and_no_step_are_refused(backwards, members, count, steps):
    message = f"{count} members and {steps} steps; needed: at least one of each"
    with pytest.raises(ValueError, match=message):
        backwards.supreme(members[:count], (12, 13), seed=0, steps=steps)


def test_members_of_other_classes_are_refused(backwards, network, members):
    other = network.build((12, 13), 3).get_weights()
    with pytest.raises(ValueError, match=r"members have \[2, 3\] classes; needed: the same number"):
        backwards.supreme([members[0], other], (12, 13), seed=0)


def test_another_size_than_the_networks_were_trained_on_is_refused(backwards, members):
    with pytest.raises(ValueError, match="weights have the shapes"):
        backwards.supreme(members, (28, 28), seed=0)
