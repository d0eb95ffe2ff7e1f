"""What the notebooks call: figures and tables, displayed as finished HTML."""

import base64
import io
import re
from collections.abc import Callable, Mapping
from typing import Literal

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure
from PIL import Image

from ambiguous_digits.article.markup import PALETTE, inline, markdown, render, show
from ambiguous_digits.figures import style

Size = Literal["text", "wide"]

# What takes the place of a colour: a CSS property, which is another colour in the dark.
_THEMED = {
    colour.lower(): f"var(--{name}, {colour.lower()})"
    for name, colour in (*PALETTE.items(), ("ink", "#000000"), ("paper", "#ffffff"))
}


def banner(text: str) -> None:
    """Displays Markdown in a box, at the top of the article. An empty string displays nothing."""
    if text.strip():
        show(render("banner.html.j2", text=markdown(text)), text)


def show_exhibit(
    template: str, *, name: str, caption: str, alt: str, size="text", fold="", **values: object
) -> None:
    """Displays a template that extends `figure.html.j2`, filled with `values`.

    name: that of its address, `#fig-NAME`. caption: Markdown. alt: what a reader who cannot see it
    needs. size: as wide as the text, or as the page. fold: what stands there until it is opened.
    """
    values |= {"name": name, "caption": inline(caption), "alt": alt, "size": size, "fold": fold}
    show(render(template, **values), alt)


def figure(
    draw: Callable[..., Figure], *, name: str, alt: str, size: Size = "text", **frame: str
) -> None:
    """Displays a matplotlib figure with its caption, drawn twice: for a desk and for a phone.

    `draw(width=…)` returns the figure at a width in CSS pixels: that of the text column (or, with
    `size="wide"`, of the page), and a phone's, shown where there is no room for the other: a
    function of `figures` with its data, as in `functools.partial(figures.digit_sheet, images)`.

    Each becomes an inline SVG that follows the theme: colours of `figures.style`, black and white
    turn into CSS properties, and pictures inside (`imshow`: black ink, alpha = ink) are inverted
    in the dark. `name`, `caption`, `alt`, `fold`: as for `show_exhibit`; ValueError without `alt`.
    """
    if not alt.strip():
        raise ValueError(f"figure {name!r}: alt is empty; say what a reader who cannot see needs")
    widths = {"broad": style.WIDE if size == "wide" else style.WIDTH, "narrow": style.NARROW}
    drawings = [
        _svg(draw(width=width), alt, prefix=f"{name}-{kind}", kind=kind)
        for kind, width in widths.items()
    ]
    show_exhibit("figure.html.j2", name=name, alt=alt, size=size, drawings=drawings, **frame)


def _svg(fig: Figure, alt: str, prefix: str, kind: str) -> Markup:
    """Returns SVG with themed colours, ids of its own and the page's font; always the same."""
    file = io.StringIO()
    with mpl.rc_context(style.STYLE):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        fig.savefig(file, format="svg", dpi=192, transparent=True, metadata=nothing)
    plt.close(fig)
    svg = file.getvalue()
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)  # page-wide
    svg = re.sub(r'(<image [^>]*?) id="[^"]*"', r"\1", svg)  # two of the same would share it
    svg = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", svg)
    svg = re.sub(r"\s*font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    svg = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), svg)
    svg = re.sub(r'(<path d="[^"]*z\s*"[^>]*/>\s*){2,}', _joined, svg)
    svg = re.sub(r"#[0-9a-f]{6}\b", lambda colour: _THEMED.get(colour[0], colour[0]), svg)
    svg = re.sub(r'<g id="[^"]*text_\d+">\s*(<text.*?</text>)\s*</g>', r"\1", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*\n\s*", " ", svg).strip()
    start = Markup('<svg class="{}" role="img" aria-label="{}" ').format(kind, alt)
    return start + Markup(svg[len("<svg ") :])


def _joined(cells: re.Match) -> str:
    """Returns the cells of a heatmap, many thousands, with those of one look in one path."""
    looks: dict[str, str] = {}
    for path, look in re.findall(r'<path d="([^"]*)"([^>]*)/>', cells[0]):
        looks[look] = looks.get(look, "") + path
    return "".join(f'<path d="{path}"{look}/>' for look, path in looks.items())


def table(
    frame: pd.DataFrame,
    *,
    name: str,
    caption: str,
    size: Size = "text",
    formats: Mapping[str, Callable[[object], str]] | None = None,
) -> None:
    """Displays a frame as a table; its first column (or its index, if it has one) names the rows.

    `formats` maps a column to a function of one value; other integers are written "1,600", floats
    with three decimals, missing values as a dash; at the right. What follows a line break is small.
    """
    frame = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    numeric = set(frame.select_dtypes("number"))

    def cell(column: str, value: object) -> str:
        if pd.isna(value):
            return "–"
        default = ".3f" if isinstance(value, float) else "," if column in numeric else ""
        text = (formats or {}).get(column, lambda value: format(value, default))(value)
        return text.replace("-", "−") if column in numeric else text

    rows = [
        [(column, cell(column, value)) for column, value in zip(frame, values, strict=True)]
        for values in frame.itertuples(index=False, name=None)
    ]
    values = {"columns": list(frame), "numeric": numeric, "rows": rows}
    html = render("table.html.j2", name=name, caption=inline(caption), size=size, **values)
    show(html, frame.to_string())


def picture(image: np.ndarray, size: int, alt: str) -> Markup:
    """Returns an `<img>` of a uint8 `(H, W)` image, 255 = ink: black, alpha = ink, crisp.

    Enlarged by the greatest whole number that keeps it within `size` pixels; light in the dark.
    """
    scale = max(1, size // max(image.shape))
    file = io.BytesIO()
    Image.fromarray(np.stack([np.zeros_like(image), image], axis=-1)).save(file, "png")
    height, width = (scale * side for side in image.shape)
    png = base64.b64encode(file.getvalue()).decode()
    return render("img.html.j2", png=png, alt=alt, width=width, height=height)
