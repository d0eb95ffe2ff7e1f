"""Planted truth: pictures and labels whose ambiguity is known, because it was made.

What a score should find is put among what it should pass over, and looked for. A seed draws all.
"""

from typing import NamedTuple

import numpy as np

from . import network

WRONG = 0.01  # share of the labels that are exchanged
FAINTEST = 0.7  # the least weight of a picture in a blend; the greatest is 1
PATCHES = 4  # along each side of a picture that is shuffled


class Planted(NamedTuple):
    """Pictures of one kind, and what went into them. n pictures."""

    images: np.ndarray  # uint8 (n, H, W)
    labels: np.ndarray  # int64 (n,): the class of the picture that each was made from, the first
    others: np.ndarray  # int64 (n,): the class of the second, -1 where there was none


def plant(
    images: np.ndarray, labels: np.ndarray, right: np.ndarray, *, seed: int, count: int
) -> dict[str, Planted]:
    """Return `count` pictures of each kind, made from real ones: name of the kind -> `Planted`.

    - mean_blends: (v a + w b) / 2 of two pictures of different classes, v and w drawn from 0.7…1;
    - max_blends: the larger of v a and w b, pixel by pixel;
    - shuffled_patches: cut into 4 x 4 patches, which are laid in another order;
    - spectrum_noise: the picture's own Fourier amplitudes with the phases of white noise.

    Blends can be read in two ways, the other two in none; these keep the label of their picture.
    images: uint8 (N, H, W); labels: integer (N,); right: bool (N,), which are classified correctly:
    blends are of these only, and left out if all are of one class. `seed` sets each kind's draws.
    """
    found, usable = {}, np.flatnonzero(right)
    for place, (kind, make) in enumerate((BLENDS | SPOILT).items()):
        rng = np.random.default_rng([seed, place])
        if kind in SPOILT:
            chosen = rng.integers(len(images), size=count)
            spoilt = np.stack([make(image, rng) for image in images[chosen]])
            found[kind] = Planted(_pixels(spoilt), labels[chosen], np.full(count, -1))
        elif len(np.unique(labels[usable])) > 1:
            first = rng.choice(usable, count)
            second = np.array([rng.choice(usable[labels[usable] != k]) for k in labels[first]])
            weights = rng.uniform(FAINTEST, 1, (2, count, 1, 1))
            both = make(weights[0] * images[first], weights[1] * images[second])
            found[kind] = Planted(_pixels(both), labels[first], labels[second])
    return found


def wrong_labels(
    labels: np.ndarray, num_classes: int, *, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return which 1 % of the labels, at least one, are exchanged, and for what: int64 (n,) each.

    labels: integer (N,). The first are ascending; each of the other classes is equally likely.
    """
    rng = np.random.default_rng([seed, len(BLENDS) + len(SPOILT)])
    chosen = np.sort(rng.choice(len(labels), max(1, round(WRONG * len(labels))), replace=False))
    return chosen, (labels[chosen] + rng.integers(1, num_classes, len(chosen))) % num_classes


def ask(committee: list[list[np.ndarray]], images: np.ndarray) -> np.ndarray:
    """Return what networks of these weights say of images (n, H, W): logits, float32 (M, n, K)."""
    return np.stack([network.predict_logits(weights, images) for weights in committee])


def _shuffled(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the picture with its patches in another order; rows and columns left over stay."""
    height, width = (side // PATCHES for side in image.shape)
    result = image.copy()
    inner = result[: PATCHES * height, : PATCHES * width]
    patches = inner.reshape(PATCHES, height, PATCHES, width).swapaxes(1, 2)
    laid = rng.permutation(patches.reshape(-1, height, width)).reshape(patches.shape)
    inner[:] = laid.swapaxes(1, 2).reshape(inner.shape)
    return result


def _noise(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return noise of the picture's spectrum: |F(image)| with the phases of white noise."""
    phases = np.angle(np.fft.fft2(rng.normal(size=image.shape)))
    phases[0, 0] = 0  # as much ink as the picture has
    return np.fft.ifft2(np.abs(np.fft.fft2(image)) * np.exp(1j * phases)).real


def _pixels(images: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(images), 0, 255).astype(np.uint8)


#: Kind -> how two pictures become one, and how one becomes none.
BLENDS = {"mean_blends": lambda one, other: (one + other) / 2, "max_blends": np.maximum}
SPOILT = {"shuffled_patches": _shuffled, "spectrum_noise": _noise}
