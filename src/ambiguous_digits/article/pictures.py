"""Pictures in HTML: what a hand wrote, what networks draw, and how one of them reads a digit.

frame: the name, caption, alt, size and fold of each, as for `exhibits.show_exhibit`.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from markupsafe import Markup

from ambiguous_digits.article.cards import Card
from ambiguous_digits.article.exhibits import picture, show_exhibit
from ambiguous_digits.figures.style import ink, mosaic
from ambiguous_digits.kernels import answers


def groups(given: Sequence[tuple], *, kind: str, **frame: str) -> None:
    """Displays groups of pictures, which the style sheet arranges by their kind, for any width.

    given: each of a title; its pictures, uint8 (H, W), or words in place of one; at most how many
    CSS pixels large, 84 if not told; and, of what a hand wrote, whose colour the title has: "truth"
    or "prediction". kind: "hands", a large picture, then two groups beside it, again and again;
    "ways", one large, many small; "supreme", a column each, on a phone a row; "supreme tall", rows.
    """
    shown = [_group(*group) for group in given]
    values = {"kind": kind, "groups": shown, "lines": 1 + max(len(p) for _, _, p in shown)}
    show_exhibit("pictures.html.j2", **values, **frame)


def _group(
    title: str, pictures: Iterable[np.ndarray | str], side: int = 84, tone: str = ""
) -> tuple[str, str, list[Markup]]:
    words, shown = Markup("<p>{}</p>").format, []
    for image in pictures:
        if tone:  # without the empty columns at its sides: they stand in a line
            inked = np.flatnonzero(image.any(axis=0))
            image = image[:, inked[0] : inked[-1] + 1]
        shown.append(words(image) if isinstance(image, str) else picture(image, side, ""))
    return title, tone, shown


def convolutions(image: np.ndarray, kernels: Mapping[str, np.ndarray], **frame: str) -> None:
    """Displays a digit, uint8 (H, W), beside named kernels (3, 3) and what each makes of it."""
    maps = [picture(each, 104, "") for each in answers(image, list(kernels.values()))]
    shown = [(k, w.ravel().tolist(), m) for (k, w), m in zip(kernels.items(), maps, strict=True)]
    values = {"picture": picture(image, 112, ""), "shown": shown}
    show_exhibit("convolutions.html.j2", **values, **frame)


def step(image: np.ndarray, kernel: np.ndarray, place: tuple[int, int], **frame: str) -> None:
    """Displays a convolution at one place: nine pixels, times nine numbers, added up: one pixel.

    image: uint8 (H, W). kernel: (3, 3). place: row and column of the window's upper left pixel.
    """
    row, column = place
    window, [map_] = image[row : row + 3, column : column + 3] / 255, answers(image, [kernel])
    values = {"window": window.ravel(), "kernel": kernel.ravel(), "row": row, "column": column}
    values |= {"products": (window * kernel).ravel(), "total": (window * kernel).sum()}
    values |= {"picture": picture(image, 140, ""), "map": picture(map_, 130, "")}
    values["shade"] = 40 * int(map_[row, column]) // 255
    show_exhibit("step.html.j2", **values, **frame)


def learned_kernels(image: np.ndarray, weights: np.ndarray, maps: np.ndarray, **frame: str) -> None:
    """Displays all kernels that a convolution has learned, each with its map of one digit.

    A kernel is nine squares, of area |weight| by the largest of them. A map is scaled by its own
    maximum; one that is 0 everywhere stays empty. The first is also drawn large, as the key.

    image: uint8 (H, W). weights: float (3, 3, n). maps: float (h, w, n), at least 0.
    """
    shares = np.sign(weights) * np.sqrt(np.abs(weights) / np.abs(weights).max(axis=(0, 1)))
    shares = shares.reshape(9, -1).T.tolist()
    shaded = [_shaded(each) for each in np.moveaxis(maps, 2, 0)]
    values = {"picture": picture(image, 112, ""), "large": picture(shaded[0], 112, "")}
    values["shown"] = [(nine, picture(m, 52, "")) for nine, m in zip(shares, shaded, strict=True)]
    show_exhibit("kernels.html.j2", **values, **frame)


def pipeline(layers: Mapping[str, np.ndarray], class_names: Sequence[str], **frame: str) -> None:
    """Displays the way of one digit through the network: picture, maps, numbers, probabilities.

    Of each convolution's maps the sixteen with the largest sums are shown, in their order, and the
    same sixteen pooled: the largest of each 2 × 2 places. All have one scale, so that they shrink
    from stage to stage; the ink of each map, and of all dense numbers, is relative to its maximum.

    layers: `image` uint8 (H, W); `first`, `second` (h, w, n), `dense` (n,), all >= 0; `probs` (K,).
    """
    image, dense, probs = layers["image"], layers["dense"], layers["probs"]
    stages = [(image, 4, "the picture", "{} × {}".format(*image.shape))]
    for maps in (layers["first"], layers["second"]):
        strongest = maps[..., np.sort(np.argsort(-maps.sum(axis=(0, 1)), kind="stable")[:16])]
        for some in (strongest, _pooled(strongest)):
            size = "{} × {}".format(*some.shape)
            stages.append((_tiled(some), 2, f"{maps.shape[2]} maps", size))
    strip = np.pad(dense, (0, -len(dense) % 8)).reshape(-1, 8, 1)
    stages.append((_tiled(strip), 6, f"{dense.size}", "numbers"))
    stages = [(picture(p, z * max(p.shape), ""), z * len(p), *words) for p, z, *words in stages]
    said = int(probs.argmax())
    card = Card(image, 0, said, said, probs, tuple(class_names))
    show_exhibit("pipeline.html.j2", size="wide", stages=stages, card=card, **frame)


def _shaded(map_: np.ndarray) -> np.ndarray:
    """Returns the ink of a map, by its own maximum, on a faint ground: an empty one is seen too."""
    return np.maximum(ink(map_, shades=12)[..., 3], 14)


def _pooled(maps: np.ndarray) -> np.ndarray:
    height, width, count = maps.shape
    even = maps[: height // 2 * 2, : width // 2 * 2]
    return even.reshape(height // 2, 2, width // 2, 2, count).max(axis=(1, 3))


def _tiled(maps: np.ndarray) -> np.ndarray:
    """Returns maps (h, w, n) as one picture, four in a row, each scaled by its own maximum."""
    height, width, count = maps.shape
    tones = [_shaded(maps[..., k]) for k in range(count)]
    tones += [np.zeros((height, width), np.uint8)] * (-count % min(4, count))
    tones = np.reshape(tones, (-1, min(4, count), height, width))
    return mosaic(tones, height + 1, width + 1)
