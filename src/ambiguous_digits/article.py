"""The article: what its notebook calls to show things, and the exporter that makes one page of them.

In the notebook, `say`, `figure`, `row`, `gallery`, `table` and `banner` display finished HTML
(or Markdown) that reads well in JupyterLab. `ArticleExporter` joins it: it numbers, fills the
cross-references, and writes one file that loads nothing from elsewhere.

Conventions in Markdown, in captions too: `[](#fig-NAME)` and `[](#tab-NAME)` become "Figure 3" and
"Table 1"; `^[text]` is a footnote. HTML in Markdown is shown as text, never as HTML.
"""

import base64
import io
import itertools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import jinja2
import matplotlib as mpl
import matplotlib.pyplot as plt
import mistune
import numpy as np
import pandas as pd
from IPython.display import Markdown, display
from markupsafe import Markup
from matplotlib.figure import Figure
from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ambiguous_digits.figures import style

Size = Literal["text", "wide"]
CARD, LARGE = 112, 140  # pixels: a picture of 28 × 28 at ×4 in a gallery, ×5 in a row

# The colours figures are drawn in, by the name of the CSS property that takes their place.
_PALETTE = {
    name.lower(): getattr(style, name)
    for name in "INK QUIET PREDICTION TRUTH AGREE PAPER GREY LINE HEAT".split()
}
_PROPERTY = {colour.lower(): name for name, colour in _PALETTE.items()}
_PROPERTY |= {"#000000": "ink", "#ffffff": "paper"}

_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("ambiguous_digits", "page"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_templates.globals["palette"] = _PALETTE


def _render(template: str, **values: object) -> Markup:
    return Markup(_templates.get_template(template).render(values))


# --- Markdown ---------------------------------------------------------------------------------


def _footnotes(md: mistune.Markdown) -> None:
    """Teach mistune `^[text]`, brackets balanced, anything inline inside."""

    def parse(inline, match, state):
        depth, end = 1, match.end()
        for token in re.finditer(r"\\.|[\[\]]", state.src[end:]):
            depth += {"[": 1, "]": -1}.get(token[0], 0)
            if depth == 0:
                note = state.copy()
                note.src = state.src[end : end + token.start()]
                state.append_token({"type": "note", "children": inline.render(note)})
                return end + token.end()
        return None

    md.inline.register("note", r"\^\[", parse, before="link")
    md.renderer.register("note", lambda _, text: _render("footnote.html.j2", text=Markup(text)))


_mistune = mistune.create_markdown(escape=True, plugins=["strikethrough", _footnotes])


def _markdown(text: str) -> Markup:
    return Markup(_mistune(text))


def _inline(text: str) -> Markup:
    return Markup(_mistune.inline(text.strip(), {}))


def literal(text: object) -> str:
    """Markdown that shows `text` as it stands: for names that are not ours, inside `say`."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", str(text))


# --- What the notebook calls ------------------------------------------------------------------


def _show(html: str, plain: str) -> None:
    """Display HTML with the few styles that JupyterLab needs; the exporter drops these again."""
    lab = _render("lab.html.j2")
    display({"text/html": f"{lab}\n{html}", "text/plain": plain}, raw=True)


def _named(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"name is {name!r}; it needs lower-case words joined by hyphens")
    return name


def say(markdown: str) -> None:
    """Display prose whose numbers were computed. An empty string displays nothing."""
    if markdown.strip():
        display(Markdown(markdown))


def banner(markdown: str) -> None:
    """Display a note in a box, for the top of the article. An empty string displays nothing."""
    if markdown.strip():
        _show(_render("banner.html.j2", text=_markdown(markdown)), markdown)


def figure(
    fig: Figure, *, name: str, caption: str, alt: str, size: Size = "text", raster: bool = False
) -> None:
    """Display a matplotlib figure with its caption, and close it.

    It becomes an inline SVG that follows the theme: colours of `figures.style`, black and white
    turn into CSS properties, and pictures inside (`imshow`: black ink, alpha = ink) are inverted
    in the dark. `raster=True` makes a PNG on a card of light paper instead, for dense plots.

    One inch is 96 px: `size="text"` is 6.33 inches wide, `"wide"` up to 10. Larger figures shrink
    to the column; on a phone, wide ones scroll inside their own box.

    Raises ValueError without `alt`, which says what a reader who cannot see the figure needs.
    """
    if not alt.strip():
        raise ValueError(f"figure {name!r} has no alt: say what it shows to those who cannot see it")
    picture = _png(fig, alt) if raster else _svg(fig, alt, prefix=_named(name))
    plt.close(fig)
    _show(
        _render(
            "figure.html.j2", name=_named(name), size=size, picture=picture, caption=_inline(caption)
        ),
        alt,
    )


def _svg(fig: Figure, alt: str, prefix: str) -> Markup:
    """The figure as SVG text: themed colours, ids of its own, the page's font, the same bytes."""
    file = io.StringIO()
    with mpl.rc_context(style.STYLE | {"svg.hashsalt": prefix}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        fig.savefig(file, format="svg", transparent=True, metadata=nothing)
    svg = file.getvalue()
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)  # page-wide
    svg = re.sub(r"\s*font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    svg = re.sub(r"#[0-9a-f]{6}\b", _themed, svg)
    return Markup(svg).replace("<svg ", Markup('<svg role="img" aria-label="{}" ').format(alt), 1)


def _themed(colour: re.Match) -> str:
    name = _PROPERTY.get(colour[0])
    return f"var(--{name}, {colour[0]})" if name else colour[0]


def _png(fig: Figure, alt: str) -> Markup:
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=192, facecolor=style.PAPER, metadata={"Software": None})
    width, height = (round(96 * inches) for inches in fig.get_size_inches())
    return _img(file.getvalue(), alt=alt, width=width, height=height, kind="raster")


def _img(png: bytes, **values: object) -> Markup:
    return _render("img.html.j2", png=base64.b64encode(png).decode(), **values)


def picture(image: np.ndarray, *, size: int = CARD, alt: str = "") -> Markup:
    """An `<img>` of a uint8 `(H, W)` image, 255 = ink: black with alpha = ink, light in the dark.

    Enlarged by the greatest whole number that keeps it within `size` pixels.
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
        return f"{self.split} {self.index}. The network says {says}; {verdict}."


def _percent(p: float) -> str:
    """Whole percent, in words where rounding would say never or always."""
    if 0 < p < 0.005:
        return "less than 1"
    return "more than 99" if 0.995 <= p < 1 else f"{100 * p:.0f}"


def gallery(cards: Iterable[Card], *, name: str, caption: str) -> None:
    """Display cards of picture, title and one bar for each class: 4, 3 or 2 in a line."""
    _cards(cards, name, caption, kind="gallery", size=CARD)


def row(cards: Iterable[Card], *, name: str, caption: str) -> None:
    """Display cards of a large picture and its title only: 6, 3 or 2 in a line."""
    _cards(cards, name, caption, kind="row", size=LARGE)


def _cards(cards: Iterable[Card], name: str, caption: str, *, kind: str, size: int) -> None:
    cards = [(card, picture(card.image, size=size), _inline(card.note)) for card in cards]
    html = _render(
        "cards.html.j2", cards=cards, kind=kind, name=_named(name), caption=_inline(caption)
    )
    _show(html, "\n".join(card.sentence for card, *_ in cards))


def table(
    frame: pd.DataFrame,
    *,
    name: str,
    caption: str,
    formats: Mapping[str, str | Callable[[object], str]] = {},  # noqa: B006 (read only)
    markdown: Collection[str] = (),
    size: Size = "text",
) -> None:
    """Display a frame as a table; its first column (or its index, if it has one) names the rows.

    `formats` maps a column to a format specification (".2%") or a function of one value; integers
    are otherwise written "1,600" and floats with three decimals; missing values are a dash.
    Cells are text, except in the columns of `markdown`. Numbers are aligned on the right.
    """
    frame = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    numeric = {c for c in frame if pd.api.types.is_numeric_dtype(frame[c]) and frame[c].dtype != bool}

    def cell(column: str, value: object) -> str:
        if pd.isna(value):
            return "–"
        default = ".3f" if isinstance(value, float) else "," if column in numeric else ""
        spec = formats.get(column, default)
        text = spec(value) if callable(spec) else format(value, spec)
        return _inline(text) if column in markdown else text

    rows = [[(c, cell(c, v)) for c, v in zip(frame, r, strict=True)] for r in frame.values.tolist()]
    html = _render(
        "table.html.j2",
        name=_named(name),
        caption=_inline(caption),
        columns=list(frame),
        numeric=numeric,
        rows=rows,
        size=size,
    )
    _show(html, frame.to_string())


# --- The page ---------------------------------------------------------------------------------


class ArticleExporter(Exporter):
    """A notebook as one page: `jupyter nbconvert --to article`.

    Cells tagged `parameters` or `injected-parameters` are dropped, code is folded under its
    output, or left out in cells tagged `hide-code`; what was printed is dropped. The export fails
    on whatever a reader should not meet: errors, warnings on stderr, bare representations, a
    name used twice, a reference to nothing, a picture that is not embedded.
    """

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb, resources=None, **kw):
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        body = "\n".join(part for i, cell in enumerate(nb.cells) for part in _cell(i, cell) if part)
        return _page(body), resources


def _cell(position: int, cell) -> Iterator[str]:
    tags = set(cell.metadata.get("tags", ()))
    if tags & {"parameters", "injected-parameters"}:
        return
    if cell.cell_type == "markdown":
        yield _markdown(cell.source)
    elif cell.cell_type == "code":
        for output in cell.outputs:
            yield _output(position, output)
        if cell.source.strip() and "hide-code" not in tags:
            code = highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
            yield _render("code.html.j2", code=Markup(code))


def _output(position: int, output) -> str:
    if output.output_type == "stream" and output.name == "stdout":
        return ""
    if output.output_type in ("stream", "error"):
        text = output.get("text") or f"{output.ename}: {output.evalue}"
        raise ConversionException(f"cell {position} of the article wrote an error: {text.strip()}")
    if "text/markdown" in output.data:
        return _markdown(output.data["text/markdown"])
    if "text/html" in output.data:
        return re.sub(r"<style data-lab>.*?</style>\s*", "", output.data["text/html"], flags=re.S)
    shown = output.data.get("text/plain", "")[:80]
    raise ConversionException(
        f"cell {position} of the article shows {shown}: end it with `;`, "
        "or show it with say, figure or table"
    )


def _page(body: str) -> str:
    body = _number_footnotes(_refer(*_number_exhibits(body)))
    body, contents = _anchor_headings(body)
    opening = re.search(r"<h1>(.*?)</h1>\s*<p>(.*?)</p>", body, flags=re.DOTALL)
    if not opening:
        raise ConversionException("the article needs a title (#), then a paragraph that answers it")
    if stray := re.search(r'<[^>]*\ssrc="(?!data:)[^>]*>', body):
        raise ConversionException(f"not embedded in the page: {stray[0]}")
    before, heading, after = (body[: opening.start()] + body[opening.end() :]).partition("<h2 ")
    return _render(
        "index.html.j2",
        title=Markup(opening[1]),
        standfirst=Markup(opening[2]),
        before=Markup(before),
        contents=contents,
        after=Markup(heading + after),
    )


def _number_exhibits(body: str) -> tuple[str, dict[str, str]]:
    """Number figures and tables as they come; also their numbers by id, "fig-x" to "Figure 3"."""
    counters = {"Figure": itertools.count(1), "Table": itertools.count(1)}
    numbers: dict[str, str] = {}

    def number(match: re.Match) -> str:
        exhibit, kind = match.groups()
        if exhibit in numbers:
            raise ConversionException(f"two figures or tables are named #{exhibit}")
        numbers[exhibit] = f"{kind} {next(counters[kind])}"
        return f'<b id="{exhibit}-number">{numbers[exhibit]}.</b>'

    return re.sub(r'<b id="([\w-]+)-number">(Figure|Table)</b>', number, body), numbers


def _refer(body: str, numbers: dict[str, str]) -> str:
    """Fill `<a href="#fig-x"></a>` with "Figure 3"."""

    def fill(match: re.Match) -> str:
        if match[1] not in numbers:
            known = ", ".join(f"#{name}" for name in numbers) or "none"
            raise ConversionException(f"reference to unknown #{match[1]}; there are: {known}")
        return f'<a href="#{match[1]}">{match[2] or numbers[match[1]].replace(" ", "&nbsp;")}</a>'

    return re.sub(r'<a href="#((?:fig|tab)-[^"]*)">(.*?)</a>', fill, body)


def _number_footnotes(body: str) -> str:
    """Each footnote shows its number twice in a row: in the text, and before the note."""
    marks = itertools.count(2)
    return re.sub(r"<b>\^</b>", lambda _: f"<b>{next(marks) // 2}</b>", body)


def _anchor_headings(body: str) -> tuple[str, list[tuple[str, str]]]:
    """Give each heading an id made of its words, and a link to it; also the h2 as (id, text)."""
    taken = {"article"}
    contents = []

    def anchor(match: re.Match) -> str:
        level, html = match.groups()
        text = Markup(html).striptags()
        ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-") or "section"
        candidates = itertools.chain([slug], (f"{slug}-{n}" for n in itertools.count(2)))
        slug = next(name for name in candidates if name not in taken)
        taken.add(slug)
        if level == "2":
            contents.append((slug, text))
        return f'<h{level} id="{slug}"><a href="#{slug}">{html}</a></h{level}>'

    return re.sub(r"<h([2-6])>(.*?)</h\1>", anchor, body, flags=re.DOTALL), contents
