"""Trained networks made small enough to travel inside a page: a byte for each weight, deflated.

Weights are rounded one after another, and what rounding one spoils the next ones make good: the
outputs of a layer stay close to what they were, on given images, though its weights do not.
Source: Frantar, Ashkboos, Hoefler and Alistarh, "GPTQ", ICLR 2023, arXiv 2210.17323.
"""

import zlib
from collections.abc import Sequence

import numpy as np

from . import network

BITS, LARGE_BITS = 8, 6  # of a number; of one in a kernel that has more than LARGE of them
LARGE = 100_000
ROWS = 40_000  # inputs of a layer that its rounding is fitted to, at most


def pack(
    members: Sequence[list[np.ndarray]], images: np.ndarray
) -> tuple[bytes, list[list[np.ndarray]]]:
    """Return the packed networks, and the weights that come out when they are unpacked.

    Deflated (raw, without a header): for each network, for each layer in order, the scales of its
    outputs, its bias, both little-endian float32, and its kernel's whole numbers, int8 in C order;
    a weight is its number times the scale of its output. members: the weights of each network;
    images: uint8 (N, H, W), on which what the layers say should change least.
    """
    packed, unpacked = zlib.compressobj(9, wbits=-15), []
    content = b""
    for weights in members:
        unpacked.append([])
        for codes, scales, bias in _rounded(weights, images):
            content += b"".join(packed.compress(part.tobytes()) for part in (scales, bias, codes))
            unpacked[-1] += [codes * scales, bias]
    return content + packed.flush(), unpacked


def _rounded(weights: list[np.ndarray], images: np.ndarray):
    """Yield codes, scales and bias of each layer, fitted to what the rounded ones before it say."""
    model = network.restore(weights, images.shape[1:])
    seen = network.pixels(images)
    for layer in model.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            levels = 2 ** ((LARGE_BITS if kernel.size > LARGE else BITS) - 1) - 1
            flat = kernel.reshape(-1, kernel.shape[-1])
            scales = np.abs(flat).max(axis=0) / levels
            codes = _codes(flat / scales, _inputs(seen, kernel.shape)).clip(-levels, levels)
            codes = codes.reshape(kernel.shape).astype(np.int8)
            yield codes, scales, bias
            layer.set_weights([codes * scales, bias])
        seen = np.asarray(layer(seen, training=False))


def _inputs(seen: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return what the kernel of a layer is multiplied with: (rows, weights of an output)."""
    if len(shape) == 4:
        places = (seen.shape[1] - 2) * (seen.shape[2] - 2)
        seen = seen[:: -(-len(seen) * places // ROWS)]
        seen = np.lib.stride_tricks.sliding_window_view(seen, shape[:2], axis=(1, 2))
        seen = np.moveaxis(seen, 3, -1)
    return seen.reshape(-1, int(np.prod(shape[:-1])))


def _codes(weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return whole numbers near `weights`, (I, O), whose products with `inputs` are the nearest."""
    square = inputs.T.astype(np.float64) @ inputs
    square += 0.01 * np.diag(square).mean() * np.eye(len(square))
    share = np.linalg.cholesky(np.linalg.inv(square)).T  # upper: how the later ones make it good
    left, codes = weights.astype(np.float64), np.empty(weights.shape)
    for i, spoilt in enumerate(share):
        codes[i] = np.rint(left[i])
        left[i + 1 :] -= np.outer(spoilt[i + 1 :], (left[i] - codes[i]) / spoilt[i])
    return codes
