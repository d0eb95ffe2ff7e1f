"""Planted truth: blends that tell what they were made of, and what was drawn counted."""

import numpy as np
import pytest

from ambiguous_digits import planted

SHARED = 63  # the pixel in which all `telltale` pictures have ink


def telltale():
    """Forty pictures with ink in a pixel of their own and in SHARED; a third are not right."""
    images = np.zeros((40, 64), np.uint8)
    images[np.arange(40), np.arange(40)] = images[:, SHARED] = 250
    return images.reshape(40, 8, 8), np.arange(40) % 4, np.arange(40) % 3 > 0


def noisy(shape):
    """Pictures of which no two pixels in a row are alike; labels that tell which picture it is."""
    images = np.random.default_rng(0).integers(256, size=(6, *shape), dtype=np.uint8)
    return images, 10 + np.arange(6), np.arange(6) < 3


def test_of_one_class_there_are_no_blends_and_the_other_kinds_do_not_depend_on_them():
    found = planted.plant(*telltale(), seed=5, count=30)
    assert list(found) == ["mean_blends", "max_blends", "shuffled_patches", "spectrum_noise"]
    for plants in found.values():
        assert (plants.images.shape, plants.images.dtype) == ((30, 8, 8), np.uint8)
    without = planted.plant(*telltale()[:2], np.isin(np.arange(40), [0, 4]), seed=5, count=30)
    assert list(without) == ["shuffled_patches", "spectrum_noise"]
    for kind, plants in without.items():
        np.testing.assert_array_equal(plants.images, found[kind].images)


@pytest.mark.parametrize(("kind", "ink"), [("mean_blends", 125), ("max_blends", 250)])
def test_a_blend_is_of_two_right_pictures_of_different_classes(kind, ink):
    images, labels, right = telltale()
    found = planted.plant(images, labels, right, seed=0, count=2000)[kind]
    flat = found.images.reshape(2000, 64)
    pairs = np.array([np.flatnonzero(picture[:SHARED]) for picture in flat])  # always of two
    assert set(pairs.ravel()) == set(np.flatnonzero(right))
    told = np.sort(np.stack([found.labels, found.others], axis=1), axis=1)
    np.testing.assert_array_equal(told, np.sort(labels[pairs], axis=1))
    assert len({*zip(found.labels.tolist(), found.others.tolist(), strict=True)}) == 4 * 3
    weights = np.take_along_axis(flat, pairs, axis=1) / ink
    assert (weights.min(), weights.max()) == pytest.approx((0.7, 1), abs=0.01)
    assert abs(np.corrcoef(weights.T)[0, 1]) < 0.1  # drawn apart
    together = weights.sum(axis=1) if kind == "mean_blends" else weights.max(axis=1)
    np.testing.assert_allclose(flat[:, SHARED], ink * together, atol=1.5)


@pytest.mark.parametrize("shape", [(28, 28), (9, 23)])
def test_shuffled_patches_are_those_of_any_picture_and_what_is_left_over_stays(shape):
    def cut(image):
        rows = (image[k * height : (k + 1) * height] for k in range(4))
        return [row[:, k * width : (k + 1) * width].tobytes() for row in rows for k in range(4)]

    images, labels, right = noisy(shape)
    found = planted.plant(images, labels, right, seed=0, count=40)["shuffled_patches"]
    height, width = (length // 4 for length in shape)
    for image, label in zip(found.images, found.labels, strict=True):
        source = images[label - 10]
        assert sorted(cut(image)) == sorted(cut(source))
        np.testing.assert_array_equal(image[4 * height :], source[4 * height :])
        np.testing.assert_array_equal(image[:, 4 * width :], source[:, 4 * width :])
    assert len({image.tobytes() for image in found.images}) == 40  # in an order of its own
    assert (set(found.labels), set(found.others)) == (set(labels), {-1})


def test_noise_has_amplitudes_and_ink_of_any_picture_and_its_own_phases(monkeypatch):
    images, labels, right = noisy((11, 13))
    assert planted._pixels(np.array([-3, 0.6, 300])).tolist() == [0, 1, 255]
    monkeypatch.setattr(planted, "_pixels", lambda images: images)
    found = planted.plant(images, labels, right, seed=0, count=200)["spectrum_noise"]
    spectra, own = np.fft.fft2(found.images), np.fft.fft2(images[found.labels - 10])
    np.testing.assert_allclose(np.abs(spectra), np.abs(own), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(spectra[:, 0, 0], own[:, 0, 0])  # the sum of the ink
    for phases in (np.angle(spectra), np.angle(spectra / own)):
        assert np.abs(np.exp(1j * phases[:, 0, 1:4]).mean(axis=0)).max() < 0.2  # all directions
    assert (set(found.labels), set(found.others)) == (set(labels), {-1})


def test_one_label_in_a_hundred_becomes_any_other_class_evenly():
    for n, expected in ((1, 1), (149, 1), (151, 2), (60_000, 600)):
        which, wrong = planted.wrong_labels(np.full(n, 2), 5, seed=0)
        assert which.shape == wrong.shape == (expected,)
        assert (np.diff(which) > 0).all()  # ascending, none twice
    assert np.bincount(wrong) == pytest.approx([150, 150, 0, 150, 150], abs=40)
    assert np.bincount(wrong)[2] == 0
    assert np.histogram(which, bins=10, range=(0, n))[0] == pytest.approx(60, abs=30)
