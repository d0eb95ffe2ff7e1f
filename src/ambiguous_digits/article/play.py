"""What the page is played with: digits to judge, a wall of digits and their files, a pad.

Each is plain HTML that says the same without JavaScript; the scripts in page/ start from there.
frame: its name and caption, as for `exhibits.show_exhibit`.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from ambiguous_digits.article.cards import ALONE, CARD, Card, show_cards
from ambiguous_digits.article.exhibits import picture, show_exhibit
from ambiguous_digits.article.prose import number, percent
from ambiguous_digits.data import Digits

COLUMNS, GREYS = 32, 16  # of the sprite: pictures in a row, shades of ink

Told = Sequence[Mapping[str, Any]]  # of digits, one by one


def judge(cards: Sequence[Card], asked: Told, *, more: Told = (), **frame: str) -> None:
    """Displays digits to be judged: a click on one opens what there is to say of it, its note.

    With JavaScript they come one by one, with the choice that people had: the label, the rival, or
    neither; and then `more`. What the witnesses say is read from the files on the wall, which must
    be on the page. asked: of `witnesses.opinions`, one for each card.
    """
    ask, others = (
        [(digit["index"], digit["label"], digit["offered"]) for digit in each]
        for each in (asked, more)
    )
    side = CARD if len(cards) > 1 else ALONE
    data = {"ask": ask, "more": others, "names": cards[0].class_names}
    show_cards(cards, "judge", side=side, data=data, **frame)


def wall(
    opinions: Told, said: Mapping[str, np.ndarray], digits: Digits, *, eyes: Mapping, **frame: str
) -> None:
    """Displays many small pictures, each with an address: `#digit-test-2130`.

    With JavaScript they can be filtered and sorted, and a click opens a digit's file: all that is
    known of it. opinions: numbers.json's `heap`; said: of each part (M, n, K), uint8, 255 =
    certain, in the order of the opinions; eyes: of each part, what the eye sees in some, by index.
    """
    images = {"train": digits.train_images, "test": digits.test_images}
    places = {(digit["split"], digit["index"]): i for i, digit in enumerate(opinions)}

    def placed(split: str, groups: Sequence[Sequence[int]]) -> list[list[int]]:
        return [[places.setdefault((split, i), len(places)) for i in some] for some in groups]

    bars = {part: iter(np.swapaxes(said[part], 0, 1)) for part in images}
    files = [
        {
            **{key: value for key, value in digit.items() if key not in ("probs", "votes")},
            "said": _base64(next(bars[digit["split"]]).tobytes()),
            "eye": eyes[digit["split"]].get(digit["index"], ""),
            "hand": placed(digit["split"], digit.get("hand", [])),
            "alike": placed("train", digit.get("alike", [])),
        }
        for digit in opinions
    ]
    sprite = _sprite(np.stack([images[split][i] for split, i in places]))
    data = {"files": files, "names": digits.class_names, "columns": COLUMNS}
    data["of"] = {part: len(each) for part, each in images.items()}
    values = {"sprite": sprite, "columns": COLUMNS, "data": data}
    show_exhibit("wall.html.j2", alt=frame["caption"], size="wide wall", **values, **frame)


def pad(
    packed: bytes,
    shapes: Sequence[Sequence[int]],
    digits: Told,
    class_names: Sequence[str],
    steps: Sequence[tuple[np.ndarray, str, str]],
    *,
    hint: str,
    faint: float,
    agree: float,
    tests: int,
    **frame: str,
) -> None:
    """Displays a sheet to draw on, and what networks say at every stroke; or, without it, of steps.

    packed, shapes: of `packing.pack`, and of one network's weights. digits: each with index, label,
    image, uint8 (28, 28), and said, (M, K): probabilities of the networks before they were packed.
    steps: pictures, uint8 (28, 28), with what was done and what is said. hint: what to try on the
    first digit. faint: the mean top logit that 99 % of the test digits that all packed networks
    are sure of exceed. agree: share of the `tests` test digits on which they answer as before.
    """
    data = {"packed": _base64(packed), "shapes": shapes, "classes": class_names}
    data |= {"faint": faint, "digits": [_offered(d, class_names) for d in digits]}
    data["digits"][0]["about"] += f" {hint}"
    chips = [(d["index"], picture(d["image"], 56, f"Test digit {d['index']}")) for d in digits]
    shown = [(picture(image, 84, done), done, said) for image, done, said in steps]
    values = {"networks": number(len(digits[0]["said"])), "chips": chips, "steps": shown}
    values |= {"agree": percent(agree, 2), "tests": f"{tests:,}", "data": data}
    alt = "\n".join(f"{done}: {said}" for _, done, said in steps)
    show_exhibit("pad.html.j2", alt=alt, size="pad", **values, **frame)


def _offered(digit: Mapping[str, Any], class_names: Sequence[str]) -> dict[str, Any]:
    """Returns what the script knows of a digit: its bytes, what it is, what was said of it."""
    about = f"Test digit {digit['index']}. Its label says {class_names[digit['label']]}."
    said = np.round(digit["said"], 4).tolist()
    return {"image": _base64(digit["image"].tobytes()), "about": about, "said": said}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _sprite(images: np.ndarray) -> str:
    """Returns a PNG of all pictures, (N, H, W), COLUMNS in a row, ink as alpha; base64."""
    count, height, width = images.shape
    rows = -(-count // COLUMNS)
    sheet = np.zeros((rows * COLUMNS, height, width), np.uint8)
    sheet[:count] = np.rint(images / 255 * (GREYS - 1))
    sheet = sheet.reshape(rows, COLUMNS, height, width).swapaxes(1, 2)
    png = Image.fromarray(sheet.reshape(rows * height, COLUMNS * width), "P")
    png.putpalette([0, 0, 0] * GREYS)
    shades, file = bytes(range(0, 256, 255 // (GREYS - 1))), io.BytesIO()
    png.save(file, "png", bits=4, transparency=shades, optimize=True)
    return _base64(file.getvalue())
