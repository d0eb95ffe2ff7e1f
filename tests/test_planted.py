"""Planted truth: blends that tell what they were made of, and what was drawn counted."""

import numpy as np
import pytest
from scipy.stats import chisquare

SHARED = 63  # the pixel in which all `telltale` pictures have ink


@pytest.fixture(scope="module")
def planted(network):
    from ambiguous_digits import planted

    return planted


def telltale():
    """Forty pictures with ink in a pixel of their own and in SHARED; a third are not right."""
    images = np.zeros((40, 64), np.uint8)
    images[np.arange(40), np.arange(40)] = images[:, SHARED] = 250
    return images.reshape(40, 8, 8), np.arange(40) % 4, np.arange(40) % 3 > 0


def noisy(shape):
    """Pictures of which no two pixels in a row are alike; labels that tell which picture it is."""
    images = np.random.default_rng(0).integers(256, size=(6, *shape), dtype=np.uint8)
    return images, 10 + np.arange(6), np.arange(6) < 3


def test_each_kind_is_drawn_by_a_seed_of_its_own(planted, monkeypatch):
    drawn, real = [], np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", lambda seed: drawn.append(seed) or real(seed))
    found = planted.plant(*telltale(), seed=5, count=30)
    planted.wrong_labels(np.arange(40) % 4, 4, seed=5)
    assert drawn == [[5, 0], [5, 1], [5, 2], [5, 3], [5, 4]]
    assert list(found) == ["mean_blends", "max_blends", "shuffled_patches", "spectrum_noise"]
    for plants in found.values():
        assert (plants.images.shape, plants.images.dtype) == ((30, 8, 8), np.uint8)
    # Of one class there are no blends, and the others do not depend on them.
    without = planted.plant(*telltale()[:2], np.isin(np.arange(40), [0, 4]), seed=5, count=30)
    assert list(without) == ["shuffled_patches", "spectrum_noise"]
    for kind, plants in without.items():
        np.testing.assert_array_equal(plants.images, found[kind].images)


@pytest.mark.parametrize(("kind", "ink"), [("mean_blends", 125), ("max_blends", 250)])
def test_a_blend_is_of_two_right_pictures_of_different_classes(planted, kind, ink):
    images, labels, right = telltale()
    found = planted.plant(images, labels, right, seed=0, count=2000)[kind]
    flat = found.images.reshape(2000, 64)
    pairs = np.array([np.flatnonzero(picture[:SHARED]) for picture in flat])  # always of two
    assert set(pairs.ravel()) == set(np.flatnonzero(right))
    told = np.sort(np.stack([found.labels, found.others], axis=1), axis=1)
    np.testing.assert_array_equal(told, np.sort(labels[pairs], axis=1))
    assert len({*zip(found.labels.tolist(), found.others.tolist(), strict=True)}) == 4 * 3
    weights = np.take_along_axis(flat, pairs, axis=1) / ink
    assert 0.7 - 0.5 / ink <= weights.min() < 0.71
    assert 0.99 < weights.max() <= 1
    tenths = np.histogram(weights, bins=[0.695, 0.8, 0.9, 1.005])[0]
    np.testing.assert_allclose(tenths / weights.size, 1 / 3, atol=0.04)  # drawn evenly
    assert abs(np.corrcoef(weights.T)[0, 1]) < 0.1  # and apart
    together = weights.sum(axis=1) if kind == "mean_blends" else weights.max(axis=1)
    np.testing.assert_allclose(flat[:, SHARED], ink * together, atol=1.5)


@pytest.mark.parametrize("shape", [(28, 28), (9, 23)])
def test_shuffled_patches_are_those_of_any_picture_and_what_is_left_over_stays(planted, shape):
    def cut(image):
        rows = (image[k * height : (k + 1) * height] for k in range(4))
        return [row[:, k * width : (k + 1) * width].tobytes() for row in rows for k in range(4)]

    images, labels, right = noisy(shape)
    found = planted.plant(images, labels, right, seed=0, count=40)["shuffled_patches"]
    height, width = (length // 4 for length in shape)
    orders = set()
    for image, label in zip(found.images, found.labels, strict=True):
        source = images[label - 10]
        assert sorted(cut(image)) == sorted(cut(source))
        orders.add(tuple(cut(source).index(patch) for patch in cut(image)))
        np.testing.assert_array_equal(image[4 * height :], source[4 * height :])
        np.testing.assert_array_equal(image[:, 4 * width :], source[:, 4 * width :])
    assert len(orders) == 40  # drawn anew for each
    assert (set(found.labels), set(found.others)) == (set(labels), {-1})


def test_noise_has_amplitudes_and_ink_of_any_picture_and_its_own_phases(planted, monkeypatch):
    images, labels, right = noisy((11, 13))
    cut = planted.plant(images, labels, right, seed=0, count=200)["spectrum_noise"]
    monkeypatch.setattr(planted, "_pixels", lambda images: images)
    found = planted.plant(images, labels, right, seed=0, count=200)["spectrum_noise"]
    np.testing.assert_array_equal(cut.images, np.clip(found.images.round(), 0, 255))
    spectra, own = np.fft.fft2(found.images), np.fft.fft2(images[found.labels - 10])
    np.testing.assert_allclose(np.abs(spectra), np.abs(own), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(spectra[:, 0, 0], own[:, 0, 0])  # the sum of the ink
    for phases in (np.angle(spectra), np.angle(spectra / own)):
        assert np.abs(np.exp(1j * phases[:, 0, 1:4]).mean(axis=0)).max() < 0.2  # all directions
    assert (set(found.labels), set(found.others)) == (set(labels), {-1})


@pytest.mark.parametrize(("n", "expected"), [(1, 1), (149, 1), (151, 2), (60_000, 600)])
def test_one_label_in_a_hundred_becomes_any_other_class_evenly(planted, n, expected):
    which, wrong = planted.wrong_labels(np.full(n, 2), 5, seed=0)
    assert which.shape == wrong.shape == (expected,)
    assert (np.diff(which) > 0).all()  # ascending, none twice
    counts = np.bincount(wrong, minlength=5)
    assert counts[2] == 0
    if n == 60_000:
        assert chisquare(counts[[0, 1, 3, 4]]).pvalue > 0.001
        assert chisquare(np.histogram(which, bins=10, range=(0, n))[0]).pvalue > 0.001


def test_asked_are_all_networks_in_their_order(planted, network):
    images = noisy((12, 12))[0]
    networks = [network.build((12, 12), 3, seed=seed).get_weights() for seed in (0, 1)]
    expected = [network.predict_logits(weights, images) for weights in networks]
    np.testing.assert_array_equal(planted.ask(networks, images), expected)
