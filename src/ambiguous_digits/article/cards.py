"""Cards: a digit with everything the page says of it, in galleries, rows and walls.

frame: the name, caption and fold of each, as for `exhibits.show_exhibit`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ambiguous_digits.article.exhibits import Size, picture, show_exhibit
from ambiguous_digits.article.markup import markdown
from ambiguous_digits.article.prose import fill
from ambiguous_digits.data import Digits

CARD, ALONE = 140, 224  # pixels: a picture of 28 × 28 at ×5, ×8


@dataclass(frozen=True, eq=False)
class Card:
    """One image with everything the page says of it, so that they cannot come apart."""

    image: np.ndarray  # uint8 (H, W), 255 = ink
    index: int
    prediction: int
    truth: int
    probs: np.ndarray  # (K,)
    class_names: tuple[str, ...]  # K
    split: str = "Test digit"  # what a screen reader calls it
    judge: str = "The network says"  # and how it names who predicts
    note: str = ""  # Markdown under the bars: a verdict, a rank interval

    @property
    def agrees(self) -> bool:
        return self.prediction == self.truth

    @property
    def sentence(self) -> str:
        """What a screen reader says instead of the whole card."""
        says, label = (
            f"{self.class_names[k]} with {_percent(self.probs[k])} percent"
            for k in (self.prediction, self.truth)
        )
        verdict = "the label agrees" if self.agrees else f"the label says {label}"
        return f"{self.split} {self.index}. {self.judge} {says}; {verdict}."


def _percent(p: float) -> str:
    """Whole percent, in words where rounding would say never or always."""
    if 0 < p < 0.005:
        return "less than 1"
    return "more than 99" if 0.995 <= p < 1 else f"{100 * p:.0f}"


def cards(
    opinions: Iterable[Mapping[str, Any]],
    digits: Digits,
    *,
    judge: str = "The network says",
    note: str = "",
    **more: object,
) -> list[Card]:
    """Returns the cards of some digits: picture, title and bars travel together by index.

    opinions: of `ranking.opinions`; one that names no `split` is on a test digit. note: a template
    as of `%%prose`, filled for each digit with its opinion and with `more`.
    """
    images = {"train": digits.train_images, "test": digits.test_images}
    part = {"train": "Training", "test": "Test"}
    return [
        Card(
            images[opinion["split"]][opinion["index"]],
            index=opinion["index"],
            prediction=opinion["prediction"],
            truth=opinion["label"],
            probs=np.array(opinion["probs"]),
            class_names=tuple(digits.class_names),
            split=f"{part[opinion['split']]} {digits.thing}",
            judge=judge,
            note=fill(note, {**more, **opinion}).strip(),
        )
        for opinion in ({"split": "test", **opinion} for opinion in opinions)
    ]


def gallery(cards: Sequence[Card], *, size: Size = "text", **frame: str) -> None:
    """Displays cards of picture, title and one bar for each class: 4, 3 or 2 in a line; wide: 6."""
    show_cards(cards, "gallery" if size == "text" else "line", **frame)


def row(cards: Sequence[Card], **frame: str) -> None:
    """Displays cards of a large picture and its title only: 6, 3 or 2 in a line."""
    show_cards(cards, "row", **frame)


def questions(cards: Sequence[Card], **frame: str) -> None:
    """Displays pictures to be judged: a click on one opens what there is to say of it, its note."""
    show_cards(cards, "questions", **frame)


def show_cards(
    cards: Sequence[Card], kind: str, *, side: int = CARD, data: object = None, **frame: str
) -> None:
    """Displays cards of one kind of `cards.html.j2`; data: what a script is to know of them."""
    tallest = max((card.probs.max() for card in cards), default=0)
    asks = "{0.split} {0.index}: what would you say?" if kind in ("questions", "judge") else ""
    shown = [
        (card, picture(card.image, side, asks.format(card)), markdown(card.note)) for card in cards
    ]
    values = {"kind": kind, "cards": shown, "tallest": tallest, "data": data}
    alt = "\n".join(card.sentence for card in cards)
    show_exhibit("cards.html.j2", alt=alt, **values, **frame)
