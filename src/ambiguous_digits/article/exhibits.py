"""What the notebooks call: figures, galleries and tables, displayed as finished HTML."""

import base64
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure
from PIL import Image

from ambiguous_digits.article.markup import PALETTE, inline, markdown, render, show
from ambiguous_digits.article.prose import fill
from ambiguous_digits.data import Digits
from ambiguous_digits.figures import style

Size = Literal["text", "wide"]
CARD, BRICK, ALONE = 140, 56, 224  # pixels: a picture of 28 × 28 at ×5, ×2, ×8

# The CSS property that takes the place of a colour.
_PROPERTY = {colour.lower(): name for name, colour in PALETTE.items()}
_PROPERTY |= {"#000000": "ink", "#ffffff": "paper"}


def _named(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"name is {name!r}; it needs lower-case words joined by hyphens")
    return name


def banner(text: str) -> None:
    """Displays Markdown in a box, at the top of the article. An empty string displays nothing."""
    if text.strip():
        show(render("banner.html.j2", text=markdown(text)), text)


def cover(fig: Figure) -> None:
    """Displays the picture that stands for the article where it is linked to: a social card.

    The page carries it in its head and does not show it.
    """
    file, small = io.BytesIO(), io.BytesIO()
    fig.savefig(file, format="png", dpi="figure")
    plt.close(fig)
    drawn = Image.open(file).convert("RGB")
    drawn.quantize(64, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    width, height = (side // 2 for side in drawn.size)
    show(_img(small.getvalue(), alt="", kind="cover", width=width, height=height), "The cover")


def figure(
    draw: Callable[..., Figure],
    *,
    name: str,
    caption: str,
    alt: str,
    size: Size = "text",
    fold: str = "",
) -> None:
    """Displays a matplotlib figure with its caption, drawn twice: for a desk and for a phone.

    `draw(narrow=False)` returns the one for the text column (or, with `size="wide"`, for the width
    of the page), `draw(narrow=True)` the one that is shown where there is no room for it. A
    function of `figures` with its data, `functools.partial(figures.pipeline, image, ...)`, is such.

    Each becomes an inline SVG that follows the theme: colours of `figures.style`, black and white
    turn into CSS properties, and pictures inside (`imshow`: black ink, alpha = ink) are inverted
    in the dark. `fold` is what stands in its place until the reader opens it.

    Raises ValueError without `alt`, which says what a reader who cannot see the figure needs.
    """
    if not alt.strip():
        raise ValueError(f"figure {name!r}: alt is empty; say what a reader who cannot see needs")
    values = {"name": _named(name), "caption": inline(caption), "size": size, "fold": fold}
    drawings = [
        _svg(draw(narrow=kind == "narrow"), alt, prefix=f"{name}-{kind}", kind=kind)
        for kind in ("broad", "narrow")
    ]
    show(render("figure.html.j2", drawings=drawings, **values), alt)


def _svg(fig: Figure, alt: str, prefix: str, kind: str) -> Markup:
    """Returns SVG with themed colours, ids of its own and the page's font; always the same."""
    file = io.StringIO()
    with mpl.rc_context(style.STYLE | {"svg.hashsalt": prefix}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        fig.savefig(file, format="svg", transparent=True, metadata=nothing)
    plt.close(fig)
    svg = file.getvalue()
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)  # page-wide
    svg = re.sub(r'(<image [^>]*?) id="[^"]*"', r"\1", svg)  # two of the same would share it
    svg = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", svg)
    svg = re.sub(r"\s*font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    svg = re.sub(r"#[0-9a-f]{6}\b", _themed, svg)
    svg = re.sub(r'<g id="[^"]*text_\d+">\s*(<text.*?</text>)\s*</g>', r"\1", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*\n\s*", " ", svg).strip()
    start = Markup('<svg class="{}" role="img" aria-label="{}" ').format(kind, alt)
    return start + Markup(svg[len("<svg ") :])


def _themed(colour: re.Match) -> str:
    name = _PROPERTY.get(colour[0])
    return f"var(--{name}, {colour[0]})" if name else colour[0]


def _img(png: bytes, **values: object) -> Markup:
    return render("img.html.j2", png=base64.b64encode(png).decode(), **values)


def _picture(image: np.ndarray, size: int, alt: str) -> Markup:
    """Returns an `<img>` of a uint8 `(H, W)` image, 255 = ink: black, alpha = ink, crisp.

    It is enlarged by the greatest whole number that keeps it within `size` pixels, and turns light
    in the dark.
    """
    scale = max(1, size // max(image.shape))
    file = io.BytesIO()
    Image.fromarray(np.stack([np.zeros_like(image), image], axis=-1)).save(file, "png")
    height, width = (scale * side for side in image.shape)
    return _img(file.getvalue(), alt=alt, width=width, height=height, kind="ink")


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

    def __post_init__(self) -> None:
        if len(self.probs) != len(self.class_names):
            raise ValueError(
                f"probs has {len(self.probs)} classes, class_names has {len(self.class_names)}"
            )

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


def gallery(cards: Iterable[Card], *, name: str, caption: str, size: Size = "text") -> None:
    """Displays cards of picture, title and one bar for each class: 4, 3 or 2 in a line; wide: 6."""
    _cards(cards, name, caption, kind="gallery" if size == "text" else "line")


def row(cards: Iterable[Card], *, name: str, caption: str) -> None:
    """Displays cards of a large picture and its title only: 6, 3 or 2 in a line."""
    _cards(cards, name, caption, kind="row")


def wall(cards: Iterable[Card], *, name: str, caption: str, fold: str) -> None:
    """Displays many small pictures with their titles, folded away behind the words `fold`."""
    _cards(cards, name, caption, kind="wall", picture=BRICK, fold=fold)


def questions(cards: Iterable[Card], *, name: str, caption: str) -> None:
    """Displays pictures to be judged: a click on one opens what there is to say of it, its note."""
    cards = list(cards)
    _cards(cards, name, caption, kind="questions", picture=CARD if len(cards) > 1 else ALONE)


def _cards(
    cards: Iterable[Card],
    name: str,
    caption: str,
    *,
    kind: str,
    picture: int = CARD,
    fold: str = "",
) -> None:
    cards = list(cards)
    values = {"name": _named(name), "caption": inline(caption), "kind": kind, "fold": fold}
    values["tallest"] = max((card.probs.max() for card in cards), default=0)
    asks = "{0.split} {0.index}: what would you say?" if kind == "questions" else ""
    cards = [
        (card, _picture(card.image, picture, asks.format(card)), markdown(card.note))
        for card in cards
    ]
    show(render("cards.html.j2", cards=cards, **values), "\n".join(c.sentence for c, *_ in cards))


def table(
    frame: pd.DataFrame,
    *,
    name: str,
    caption: str,
    size: Size = "text",
    formats: Mapping[str, str | Callable[[object], str]] = MappingProxyType({}),
) -> None:
    """Displays a frame as a table; its first column (or its index, if it has one) names the rows.

    `formats` maps a column to a format specification (".2%") or a function of one value; integers
    are otherwise written "1,600" and floats with three decimals; missing values are a dash.
    What follows a line break in a cell stands small under it. Numbers are aligned on the right.
    """
    frame = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    numeric = set(frame.select_dtypes("number"))

    def cell(column: str, value: object) -> str:
        if pd.isna(value):
            return "–"
        default = ".3f" if isinstance(value, float) else "," if column in numeric else ""
        spec = formats.get(column, default)
        text = spec(value) if callable(spec) else format(value, spec)
        return text.replace("-", "−") if column in numeric else text

    rows = [
        [(column, cell(column, value)) for column, value in zip(frame, values, strict=True)]
        for values in frame.itertuples(index=False, name=None)
    ]
    values = {"columns": list(frame), "numeric": numeric, "rows": rows}
    html = render("table.html.j2", name=_named(name), caption=inline(caption), size=size, **values)
    show(html, frame.to_string())
