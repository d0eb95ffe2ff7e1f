"""Networks packed for the page: what comes out, and that it says what went in."""

import zlib

import numpy as np
import pytest

from ambiguous_digits import packing, scores


@pytest.fixture(scope="module")
def packed(network):
    """Two untrained networks of another seed each, pictures, and both packed."""
    images = np.random.default_rng(0).integers(0, 256, (400, 12, 12), np.uint8)
    members = [network.build((12, 12), 3, seed=seed).get_weights() for seed in (1, 2)]
    return members, images, *packing.pack(members, images)


def test_the_bytes_hold_the_scales_the_bias_and_the_numbers_of_each_layer(packed):
    members, _, content, unpacked = packed
    stream = zlib.decompress(content, wbits=-15)
    for weights, given in zip(unpacked, members, strict=True):
        for kernel, bias, of_network in zip(weights[::2], weights[1::2], given[1::2], strict=True):
            scales, stream = np.frombuffer(stream[: 4 * len(bias)], "<f4"), stream[4 * len(bias) :]
            shift, stream = np.frombuffer(stream[: 4 * len(bias)], "<f4"), stream[4 * len(bias) :]
            codes, stream = np.frombuffer(stream[: kernel.size], np.int8), stream[kernel.size :]
            np.testing.assert_array_equal(codes.reshape(kernel.shape) * scales, kernel)
            np.testing.assert_array_equal(shift, of_network)
            np.testing.assert_array_equal(bias, of_network)
    assert stream == b""


def test_packed_networks_say_nearly_what_the_full_ones_say_and_nearer_than_by_plain_rounding(
    packed, network, monkeypatch
):
    members, images, _, unpacked = packed
    monkeypatch.setattr(packing, "_codes", lambda weights, _: np.rint(weights))

    def error(some):
        said, full = (
            scores.softmax(np.stack([network.predict_logits(w, images) for w in group]))
            for group in (some, members)
        )
        return np.abs(said - full).max()

    assert error(unpacked) < 0.005
    assert error(unpacked) < 0.7 * error(packing.pack(members, images)[1])
