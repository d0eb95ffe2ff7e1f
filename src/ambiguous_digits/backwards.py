"""Networks run backwards: the picture of each class that they would find supreme.

Gradient ascent on the pixels of almost blank paper; no digit is shown to it. What it assumes of
pictures is all in the constants: strokes are smooth, ink costs, and a digit may move a little.
"""

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter

from . import network, scores

FAINT = 0.1  # ink of the noise at the start, at most; on blank paper some networks find no slope
STEP = 0.3  # ink per pixel (root mean square) that the first step adds; it falls to almost none
BLUR = 1.0  # standard deviation in pixels after the first step; it falls to almost none
PRICE = 0.15  # slope, in its own root mean square, that a pixel needs for its ink not to fade
SHIFT = 2  # pixels, up to which the picture is moved at random before the networks see it
STEPS = 100
ASKED = 5  # members, drawn anew for each step; to ask twenty takes four times as long for no more


def supreme(
    members: Sequence[list[np.ndarray]], image_shape: tuple[int, int], *, seed: int
) -> np.ndarray:
    """Return the picture of each class that a committee finds supreme: uint8 (K, H, W), 255 = ink.

    members: the weights of each network; image_shape: (H, W), on which they were trained. For each
    class k the mean of the members' logits z_k is climbed from faint noise, the same for all k:

        x <- clip(blur(x + c STEP (g / rms(g) - PRICE)), 0, 1),   g = sum over m of dz_mk / dx

    where c falls from 1 towards 0 along a line, blur is Gaussian of c BLUR pixels, m are up to
    ASKED members drawn for this step, and g is taken of the picture moved by up to SHIFT pixels
    each way, round the edges. Logits and not ln p: that is flat where a class has won, and ink that
    harms the others raises it too. Another seed ends elsewhere. Raises as `network.restore` does.

    Source: Simonyan, Vedaldi and Zisserman, arXiv 1312.6034, 2014; blur and shifts after Olah,
    Mordvintsev and Schubert, Distill 2017, doi 10.23915/distill.00007.
    """
    models = [network.restore(weights, image_shape) for weights in members]
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0, FAINT, image_shape).astype(np.float32)
    pictures = np.repeat(noise[None], len(members[0][-1]), axis=0)
    for warmth in np.linspace(1, 0, STEPS, endpoint=False, dtype=np.float32):
        shift = rng.integers(-SHIFT, SHIFT + 1, size=2)
        asked = [models[m] for m in rng.permutation(len(models))[:ASKED]]
        slope = np.roll(_slope(asked, np.roll(pictures, shift, axis=(1, 2))), -shift, axis=(1, 2))
        pictures += warmth * STEP * (slope - PRICE)
        pictures = gaussian_filter(pictures, warmth * BLUR, axes=(1, 2)).clip(0, 1)
    return np.rint(255 * pictures).astype(np.uint8)


def erase(
    members: Sequence[list[np.ndarray]], image: np.ndarray, target: int, *, dabs: int = 5
) -> np.ndarray:
    """Return a picture on its way to another reading: uint8 (dabs + 1, H, W), the first untouched.

    Each step rubs out the 3 x 3 pixels with ink after which the members' mean belief in `target` is
    largest, while there is ink. members: the weights of each network; image: uint8 (H, W), 255 =
    ink. Raises as `network.predict_logits`.
    """
    pictures = [image]
    for _ in range(dabs):
        tried = [pictures[-1]]
        for row, column in np.ndindex(image.shape[0] - 2, image.shape[1] - 2):
            dab = np.s_[row : row + 3, column : column + 3]
            if tried[0][dab].any():
                tried.append(tried[0].copy())
                tried[-1][dab] = 0
        logits = [network.predict_logits(weights, np.stack(tried)) for weights in members]
        belief = scores.softmax(np.stack(logits)).mean(axis=0)[:, target]
        pictures.append(tried[belief[1:].argmax() + 1] if len(tried) > 1 else tried[0])
    return np.stack(pictures)


def _slope(models: list, pictures: np.ndarray) -> np.ndarray:
    """Return the slope of the mean logit k in picture k: (K, H, W), root mean square 1, else 0."""
    classes, inputs = np.arange(len(pictures)), pictures[..., None]
    gradient = sum(network.input_gradient(model, inputs, classes)[1] for model in models)[..., 0]
    size = np.sqrt((gradient**2).mean(axis=(1, 2), keepdims=True))
    return gradient / np.where(size > 0, size, 1)
