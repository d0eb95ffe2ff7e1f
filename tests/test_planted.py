"""Planted truth: pictures that tell what they were made of, and what was drawn counted."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import chisquare

KINDS = ["mean_blends", "max_blends", "shuffled_patches", "spectrum_noise"]
SHARED = 63  # the pixel in which all `telltale` pictures have ink


@pytest.fixture(scope="module")
def planted(network):
    from ambiguous_digits import planted

    return planted


def telltale(n=40, num_classes=4):
    """Pictures of 8 by 8 pixels that have ink of 250 in a pixel of their own and in a shared one.

    So a blend tells of which two it was made, and how much of each. Every third may not be used.
    """
    images = np.zeros((n, 64), np.uint8)
    images[np.arange(n), np.arange(n)] = images[:, SHARED] = 250
    return images.reshape(n, 8, 8), np.arange(n) % num_classes, np.arange(n) % 3 > 0


def recovered(blends, ink):
    """Of each blend of `telltale`: its two pictures, ascending, their weights, the shared pixel."""
    flat = blends.images.reshape(len(blends.images), 64)
    pairs = np.array([np.flatnonzero(picture[:SHARED]) for picture in flat])
    weights = np.take_along_axis(flat, pairs, axis=1) / ink
    return pairs, weights, flat[:, SHARED].astype(float)


def noisy(n=6, shape=(30, 29), seed=0):
    """Pictures of which no two pixels in a row are alike; labels that tell which picture it is."""
    images = np.random.default_rng(seed).integers(256, size=(n, *shape), dtype=np.uint8)
    return images, 10 + np.arange(n), np.ones(n, bool)


def cut(image):
    """The 4 x 4 patches of a picture in reading order, by loops; what is left over is left out."""
    height, width = image.shape[0] // 4, image.shape[1] // 4
    return [
        image[row * height : (row + 1) * height, column * width : (column + 1) * width].tobytes()
        for row in range(4)
        for column in range(4)
    ]


# All kinds


def test_there_are_as_many_pictures_of_each_kind_as_asked_for(planted):
    images, labels, right = telltale()
    found = planted.plant(images, labels, right, seed=1, count=7)
    assert list(found) == KINDS
    for plants in found.values():
        assert (plants.images.shape, plants.images.dtype) == ((7, 8, 8), np.uint8)
        for told in (plants.labels, plants.others):
            assert (told.shape, told.dtype) == ((7,), np.int64)


def test_one_picture_of_each_kind_can_be_had(planted):
    found = planted.plant(*telltale(), seed=1, count=1)
    assert {len(plants.images) for plants in found.values()} == {1}


def test_the_same_seed_gives_the_same_bits_and_another_one_does_not(planted):
    one, same, other = (planted.plant(*telltale(), seed=seed, count=30) for seed in (3, 3, 2**33))
    for kind in KINDS:
        for a, b in zip(one[kind], same[kind], strict=True):
            np.testing.assert_array_equal(a, b)
        assert not np.array_equal(one[kind].images, other[kind].images)
        assert not np.array_equal(one[kind].labels, other[kind].labels)


def test_the_pictures_that_plants_are_made_from_stay_as_they_are(planted):
    images, labels, right = noisy()
    before = images.copy()
    planted.plant(images, labels, right, seed=0, count=20)
    np.testing.assert_array_equal(images, before)


def test_no_two_kinds_are_drawn_by_the_same_random_numbers(planted, monkeypatch):
    drawn = []
    real = np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", lambda seed: drawn.append(seed) or real(seed))
    images, labels, right = telltale()
    planted.plant(images, labels, right, seed=5, count=3)
    planted.wrong_labels(labels, 4, seed=5)
    assert drawn == [[5, 0], [5, 1], [5, 2], [5, 3], [5, 4]]


def test_a_kind_stays_the_same_whatever_becomes_of_the_others(planted, monkeypatch):
    images, labels, right = telltale()
    all_kinds = planted.plant(images, labels, right, seed=2, count=20)
    none_right = planted.plant(images, labels, np.zeros(40, bool), seed=2, count=20)
    monkeypatch.setitem(planted.BLENDS, "mean_blends", lambda one, other: one)
    monkeypatch.setitem(planted.SPOILT, "shuffled_patches", lambda image, rng: rng.permuted(image))
    changed = planted.plant(images, labels, right, seed=2, count=20)
    for kind in KINDS:
        same = [np.array_equal(a, b) for a, b in zip(all_kinds[kind], changed[kind], strict=True)]
        assert all(same) == (kind in ("max_blends", "spectrum_noise"))
    for kind in ("shuffled_patches", "spectrum_noise"):
        np.testing.assert_array_equal(none_right[kind].images, all_kinds[kind].images)


def test_pixels_are_rounded_and_cut_and_never_wrap_around(planted):
    found = planted._pixels(np.array([[-300.0, -0.6, 0.4, 99.5], [100.5, 254.6, 255.6, 600]]))
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 0, 0, 100], [100, 255, 255, 255]]  # halves to the even one


# Blends


@pytest.mark.parametrize(("kind", "ink"), [("mean_blends", 125), ("max_blends", 250)])
def test_a_blend_is_of_two_right_pictures_of_different_classes(planted, kind, ink):
    images, labels, right = telltale()
    found = planted.plant(images, labels, right, seed=0, count=400)[kind]
    pairs, _, _ = recovered(found, ink)
    assert pairs.shape == (400, 2)  # else some are not of two
    assert right[pairs].all()
    assert (labels[pairs[:, 0]] != labels[pairs[:, 1]]).all()
    told = np.sort(np.stack([found.labels, found.others], axis=1), axis=1)
    np.testing.assert_array_equal(told, np.sort(labels[pairs], axis=1))
    assert set(pairs.ravel()) == set(np.flatnonzero(right))  # each of them, at some time
    assert len({*zip(found.labels.tolist(), found.others.tolist(), strict=True)}) == 4 * 3


@pytest.mark.parametrize(("kind", "ink"), [("mean_blends", 125), ("max_blends", 250)])
def test_both_weights_of_a_blend_are_drawn_from_7_tenths_to_1_evenly_and_apart(planted, kind, ink):
    found = planted.plant(*telltale(), seed=0, count=2000)[kind]
    _, weights, _ = recovered(found, ink)
    step = 0.5 / ink  # of rounding
    assert 0.7 - step <= weights.min() < 0.71
    assert 0.99 < weights.max() <= 1
    tenths = np.histogram(weights, bins=[0.695, 0.8, 0.9, 1.005])[0]
    np.testing.assert_allclose(tenths / weights.size, 1 / 3, atol=0.04)
    assert abs(np.corrcoef(weights.T)[0, 1]) < 0.1


def test_where_both_have_ink_a_blend_has_half_the_sum_or_the_larger_of_the_two(planted):
    found = planted.plant(*telltale(), seed=4, count=200)
    _, weights, shared = recovered(found["mean_blends"], 125)
    np.testing.assert_allclose(shared, 125 * weights.sum(axis=1), atol=1.5)
    _, weights, shared = recovered(found["max_blends"], 250)
    np.testing.assert_array_equal(shared, 250 * weights.max(axis=1))


def test_the_label_of_a_blend_is_that_of_its_first_picture(planted, monkeypatch):
    monkeypatch.setitem(planted.BLENDS, "mean_blends", lambda one, other: one)
    monkeypatch.setitem(planted.BLENDS, "max_blends", lambda one, other: other)
    images, labels, right = telltale()
    found = planted.plant(images, labels, right, seed=4, count=400)
    for kind, told in (("mean_blends", "labels"), ("max_blends", "others")):
        seen = found[kind].images.reshape(400, 64)[:, :SHARED].argmax(axis=1)
        np.testing.assert_array_equal(labels[seen], getattr(found[kind], told))
        assert set(seen) == set(np.flatnonzero(right))  # each, as the first and as the second


@pytest.mark.parametrize("usable", [[], [0], [0, 4, 8]])
def test_there_are_no_blends_if_all_right_pictures_are_of_one_class(planted, usable):
    images, labels, _ = telltale()
    right = np.isin(np.arange(40), usable)
    assert set(labels[right]) <= {0}
    found = planted.plant(images, labels, right, seed=0, count=3)
    assert list(found) == ["shuffled_patches", "spectrum_noise"]


def test_two_right_pictures_of_two_classes_are_enough_for_blends(planted):
    images, labels, _ = telltale()
    found = planted.plant(images, labels, np.isin(np.arange(40), [4, 9]), seed=0, count=20)
    pairs, _, _ = recovered(found["max_blends"], 250)
    assert (pairs == [4, 9]).all()
    assert set(found["max_blends"].labels) == {0, 1}


# Pictures that are none


@pytest.mark.parametrize("kind", ["shuffled_patches", "spectrum_noise"])
def test_a_spoilt_picture_keeps_the_label_of_its_own_whether_it_was_right_or_not(planted, kind):
    # The amount of ink tells which picture it is, and noise keeps it too.
    images = np.stack([np.full((8, 8), 10 * i, np.uint8) for i in range(1, 21)])
    labels, right = np.arange(20) + 100, np.arange(20) < 10
    found = planted.plant(images, labels, right, seed=0, count=300)[kind]
    assert (found.others == -1).all()
    assert set(found.labels) == set(labels)
    for image, label in zip(found.images, found.labels, strict=True):
        assert set(np.unique(image)) == {10 * (label - 99)}


@pytest.mark.parametrize("shape", [(30, 29), (28, 28), (16, 14), (9, 23)])
def test_shuffled_patches_are_those_of_the_picture_and_what_is_left_over_stays(planted, shape):
    images, labels, right = noisy(shape=shape)
    found = planted.plant(images, labels, right, seed=0, count=40)["shuffled_patches"]
    bottom, side = (4 * (length // 4) for length in shape)
    orders = set()
    for image, label in zip(found.images, found.labels, strict=True):
        source = images[label - 10]
        before, after = cut(source), cut(image)
        assert sorted(after) == sorted(before)
        orders.add(tuple(before.index(patch) for patch in after))
        np.testing.assert_array_equal(image[bottom:], source[bottom:])
        np.testing.assert_array_equal(image[:, side:], source[:, side:])
    assert len(orders) == 40  # drawn anew for each
    assert tuple(range(16)) not in orders


def test_each_patch_comes_to_lie_in_each_place_equally_often(planted):
    images, labels, right = noisy(n=1, shape=(8, 8))
    found = planted.plant(images, labels, right, seed=0, count=1600)["shuffled_patches"]
    before, seen = cut(images[0]), np.zeros((16, 16))
    for image in found.images:
        seen[np.arange(16), [before.index(patch) for patch in cut(image)]] += 1
    assert chisquare(seen.ravel(), ddof=2 * 16 - 2).pvalue > 0.001
    assert seen.min() > 60


@pytest.mark.parametrize("shape", [(30, 29), (28, 28), (11, 13)])
def test_noise_has_the_amplitudes_and_the_ink_of_the_picture_before_it_is_cut_and_other_phases(
    planted, monkeypatch, shape
):
    monkeypatch.setattr(planted, "_pixels", lambda images: images)
    images, labels, right = noisy(shape=shape)
    found = planted.plant(images, labels, right, seed=0, count=200)["spectrum_noise"]
    assert found.images.dtype == np.float64
    turned = []
    for image, label in zip(found.images, found.labels, strict=True):
        spectrum, own = np.fft.fft2(image), np.fft.fft2(images[label - 10])
        np.testing.assert_allclose(np.abs(spectrum), np.abs(own), rtol=1e-6, atol=1e-6)
        assert image.sum() == pytest.approx(images[label - 10].sum())
        turned.append(spectrum[0, 1:4] / own[0, 1:4])
    turned = np.array(turned) / np.abs(turned)
    assert np.abs(turned.mean(axis=0)).max() < 0.2  # all directions
    assert len(np.unique(turned.round(6), axis=0)) == 200  # drawn anew for each


def test_the_phases_of_noise_owe_nothing_to_the_picture(planted):
    one, other = noisy(n=2, shape=(11, 13))[0]
    spectra = [np.fft.fft2(planted._noise(it, np.random.default_rng(3))) for it in (one, other)]
    np.testing.assert_allclose(spectra[0] / spectra[1], np.abs(spectra[0] / spectra[1]), atol=1e-6)


def test_noise_is_cut_to_what_a_pixel_can_hold(planted, monkeypatch):
    made = noisy()
    found = planted.plant(*made, seed=0, count=10)["spectrum_noise"].images
    monkeypatch.setattr(planted, "_pixels", lambda images: images)
    raw = planted.plant(*made, seed=0, count=10)["spectrum_noise"].images
    assert raw.min() < -20
    assert raw.max() > 275  # else nothing is cut
    np.testing.assert_array_equal(found, np.clip(raw.round(), 0, 255))


# Wrong labels


@pytest.mark.parametrize(
    ("n", "expected"), [(1, 1), (30, 1), (149, 1), (151, 2), (1000, 10), (60_000, 600)]
)
def test_one_label_in_a_hundred_is_exchanged_and_at_least_one(planted, n, expected):
    labels = np.random.default_rng(0).integers(10, size=n)
    before = labels.copy()
    which, wrong = planted.wrong_labels(labels, 10, seed=0)
    assert which.shape == wrong.shape == (expected,)
    assert which.dtype == wrong.dtype == np.int64
    assert (np.diff(which) > 0).all()  # ascending, none twice
    assert 0 <= which[0] <= which[-1] < n
    assert (wrong != labels[which]).all()
    assert set(wrong) <= set(range(10))
    np.testing.assert_array_equal(labels, before)


@pytest.mark.parametrize("own", [0, 2, 4])
def test_each_of_the_other_classes_is_equally_likely_and_so_is_each_digit(planted, own):
    which, wrong = planted.wrong_labels(np.full(200_000, own), 5, seed=0)
    counts = np.bincount(wrong, minlength=5)
    assert counts[own] == 0
    assert chisquare(np.delete(counts, own)).pvalue > 0.001
    assert chisquare(np.histogram(which, bins=10, range=(0, 200_000))[0]).pvalue > 0.001


def test_of_two_classes_a_wrong_label_is_the_other_one(planted):
    labels = np.arange(3000) % 2
    which, wrong = planted.wrong_labels(labels, 2, seed=0)
    np.testing.assert_array_equal(wrong, 1 - labels[which])


def test_labels_may_be_small_integers(planted):
    labels = np.arange(3000) % 200
    for one, other in zip(
        planted.wrong_labels(labels, 200, seed=0),
        planted.wrong_labels(labels.astype(np.uint8), 200, seed=0),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_wrong_labels_follow_from_the_seed(planted):
    labels = np.arange(5000) % 10
    one, same, other = (planted.wrong_labels(labels, 10, seed=seed) for seed in (3, 3, 4))
    for place in (0, 1):
        np.testing.assert_array_equal(one[place], same[place])
        assert not np.array_equal(one[place], other[place])


# What the networks say


def test_asked_are_all_networks_in_their_order(planted, network):
    images = noisy(n=5, shape=(12, 12))[0]
    networks = [network.build((12, 12), 3, seed=seed).get_weights() for seed in (0, 1)]
    found = planted.ask(networks, images)
    assert (found.dtype, found.shape) == (np.float32, (2, 5, 3))
    for said, weights in zip(found, networks, strict=True):
        np.testing.assert_array_equal(said, network.predict_logits(weights, images))
    assert np.abs(found[0] - found[1]).max() > 0.01  # else their order is not seen


def test_each_network_is_asked_once_and_of_all_pictures(planted, monkeypatch):
    asked = []

    def predict_logits(weights, images):
        asked.append((weights, len(images)))
        return np.full((len(images), 2), weights, np.float32)

    monkeypatch.setattr(planted, "network", SimpleNamespace(predict_logits=predict_logits))
    found = planted.ask([7, 8, 9], np.zeros((4, 10, 10), np.uint8))
    assert asked == [(7, 4), (8, 4), (9, 4)]
    np.testing.assert_array_equal(found[:, 0, 0], [7, 8, 9])
