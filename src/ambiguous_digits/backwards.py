"""Networks run backwards: the picture of each class that they would find supreme.

Gradient ascent on the pixels of a picture that starts as almost blank paper. No digit is shown to
it. What it assumes of pictures is all in the constants below: strokes are smooth, ink costs, and a
digit stays what it is when it moves a little.
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
ASKED = 5  # members, drawn anew for each step; to ask twenty takes four times as long for no more


def supreme(
    members: Sequence[list[np.ndarray]],
    image_shape: tuple[int, int],
    *,
    seed: int,
    steps: int = 100,
) -> np.ndarray:
    """Return the picture of each class that a committee finds supreme: uint8 (K, H, W), 255 = ink.

    members: the weights of each network, as in `network.Fit`; one network is a committee of one.
    image_shape: (H, W), on which they were trained. For each class k the mean of the members'
    logits z_k is climbed, in float32, from faint noise that is the same for all k:

        x <- clip(blur(x + c STEP (g / rms(g) - PRICE)), 0, 1),   g = sum over m of dz_mk / dx

    where c falls from 1 towards 0 along a line, blur is Gaussian of c BLUR pixels, m are up to
    ASKED members drawn for this step, and g is taken of the picture moved by up to SHIFT pixels
    each way; what leaves on one side comes in on the other. Logits and not ln p: ln p is flat where
    a class has won, and ink that harms the other classes raises it too. The picture is one of many:
    another seed ends elsewhere.

    seed: >= 0; the same one gives the same bits on the same machine. Takes about 17 ms per step and
    member asked, for ten classes of 28 x 28 pixels. Raises ValueError if there is no member or no
    step, if the members differ in their number of classes, and as `network.restore` does.
    Source: Simonyan, Vedaldi and Zisserman, arXiv 1312.6034, 2014; blur and shifts after Olah,
    Mordvintsev and Schubert, "Feature visualization", Distill 2017, doi 10.23915/distill.00007.
    """
    if not members or steps < 1:
        raise ValueError(f"{len(members)} members and {steps} steps; needed: at least one of each")
    num_classes = [len(weights[-1]) for weights in members]
    if len(set(num_classes)) > 1:
        raise ValueError(f"members have {num_classes} classes; needed: the same number in each")
    models = [network.restore(weights, image_shape) for weights in members]
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0, FAINT, image_shape).astype(np.float32)
    pictures = np.repeat(noise[None], num_classes[0], axis=0)
    for warmth in np.linspace(1, 0, steps, endpoint=False, dtype=np.float32):
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

    Each step rubs out the 3 x 3 pixels after which the members' mean belief in class `target` is
    largest; nothing more where no ink is left. members: the weights of each network; image: uint8
    (H, W), 255 = ink. Raises as `network.predict_logits`.
    """
    pictures = [image]
    for _ in range(dabs):
        tried = np.stack([pictures[-1], *_rubbed(pictures[-1])])
        logits = np.stack([network.predict_logits(weights, tried) for weights in members])
        belief = scores.softmax(logits).mean(axis=0)[:, target]
        pictures.append(tried[belief[1:].argmax() + 1] if len(tried) > 1 else tried[0])
    return np.stack(pictures)


def _rubbed(image: np.ndarray) -> list[np.ndarray]:
    """Return the picture without each of its 3 x 3 pixels that hold ink."""
    found = []
    for row, column in np.ndindex(image.shape[0] - 2, image.shape[1] - 2):
        if image[row : row + 3, column : column + 3].any():
            rubbed = image.copy()
            rubbed[row : row + 3, column : column + 3] = 0
            found.append(rubbed)
    return found


def _slope(models: list, pictures: np.ndarray) -> np.ndarray:
    """Return where ink would raise the mean logit k of picture k: (K, H, W), root mean square 1.

    All zeros where no pixel matters.
    """
    classes = np.arange(len(pictures))
    inputs = pictures[..., None]
    gradient = sum(network.input_gradient(model, inputs, classes)[1] for model in models)[..., 0]
    size = np.sqrt((gradient**2).mean(axis=(1, 2), keepdims=True))
    return gradient / np.where(size > 0, size, 1)
