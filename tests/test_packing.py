"""Networks packed for the page say what the full ones say. What a browser unpacks: test_pad."""

import numpy as np

from ambiguous_digits import packing, scores


def test_packed_networks_say_nearly_what_the_full_ones_say_and_nearer_than_by_plain_rounding(
    network, monkeypatch
):
    images = np.random.default_rng(0).integers(0, 256, (400, 12, 12), np.uint8)
    members = [network.build((12, 12), 3, seed=seed).get_weights() for seed in (1, 2)]
    for weights in members:
        weights[-1] += [0, 0.5, 1]
    unpacked = packing.pack(members, images)[1]
    monkeypatch.setattr(packing, "_codes", lambda weights, _: np.rint(weights))

    def error(some):
        said, full = (
            scores.softmax(np.stack([network.predict_logits(w, images) for w in group]))
            for group in (some, members)
        )
        return np.abs(said - full).max()

    assert error(unpacked) < 0.005
    assert error(unpacked) < 0.7 * error(packing.pack(members, images)[1])
