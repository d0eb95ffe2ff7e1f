"""Kernels of a convolution, by hand or learned, and the digit that they are shown on."""

from collections.abc import Sequence

import numpy as np
from scipy.signal import correlate2d

#: Kernels made by hand. After ReLU each leaves the edges on one side of every stroke.
EDGE_KERNELS = {
    "left edges": np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "right edges": np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]]),
    "upper edges": np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "lower edges": np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]),
}


def answers(image: np.ndarray, kernels: Sequence[np.ndarray]) -> np.ndarray:
    """Return the maps of a picture, uint8 (n, H - 2, W - 2), all on one scale: 255 is the largest.

    max(0, Σ pixel · weight) at each place where a kernel (3, 3) fits.
    """
    sums = np.stack([correlate2d(image / 255, kernel, mode="valid") for kernel in kernels]).clip(0)
    return np.rint(255 * sums / (sums.max() or 1)).astype(np.uint8)


def example(probs: np.ndarray, labels: np.ndarray) -> int:
    """Return the digit that the article follows through the network, by a fixed rule.

    The test digit of class 3 (of the last class where there are fewer) that the network is most
    sure of; the first on ties, or where the class has none. A 3 has both curves and ends.
    probs: (N, K) of one network; labels: integer (N,).
    """
    three = min(3, probs.shape[1] - 1)
    return int(np.where(labels == three, probs[:, three], -1).argmax())


def slope_share(kernels: np.ndarray) -> np.ndarray:
    """Return how far each kernel is a plain slope, an edge finder: float64 (n,) in [0, 1].

    The share of the variance of its nine numbers that a plane through them accounts for, R²: 1 for
    an even slope, 0 for lines, corners, dots, and where all nine are equal. kernels: (3, 3, n).
    """
    centred = kernels - kernels.mean(axis=(0, 1))
    slope = np.array([-1.0, 0, 1]) / np.sqrt(6)
    across, down = np.einsum("j,ijn->n", slope, centred), np.einsum("i,ijn->n", slope, centred)
    variance = (centred**2).sum(axis=(0, 1))
    explained = across**2 + down**2
    return np.divide(explained, variance, out=np.zeros_like(variance), where=variance > 0)


def clockwise(kernels: np.ndarray) -> np.ndarray:
    """Return an order of kernels, int64 (n,): clockwise by where they want ink.

    By the direction of Σ weight · place from the middle; most lopsided first. kernels: (3, 3, n).
    """
    down, right = (np.tensordot(way, kernels) for way in np.mgrid[-1:2, -1:2])
    lean = np.hypot(right, down) / np.maximum(np.linalg.norm(kernels, axis=(0, 1)), 1e-9)
    turn = np.arctan2(down, right)
    return np.argsort((turn - turn[lean.argmax()]) % (2 * np.pi), kind="stable")


def strongest_window(image: np.ndarray, kernel: np.ndarray) -> tuple[int, int]:
    """Return the upper left pixel (row, column) of the window that answers a kernel most.

    image: (H, W); kernel: (3, 3); the answer is the sum of products. Ties: the first in order.
    """
    answers = correlate2d(image.astype(float), kernel, mode="valid")
    row, column = np.unravel_index(answers.argmax(), answers.shape)
    return int(row), int(column)
