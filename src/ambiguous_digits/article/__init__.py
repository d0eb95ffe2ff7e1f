"""The article: what its notebooks call to show things, and the exporter that makes a page of each.

`prose` is the cell magic `%%prose`, registered by importing this package; `exhibits` displays
figures, galleries and tables, so that they read well in JupyterLab; `exporter` numbers them, fills
the references, and writes one file that loads nothing from elsewhere; `markup` is the Markdown and
the templates (in `page/`) that all three write with.

Conventions in prose, in captions too: `[Figure](#fig-NAME)` and `[Table](#tab-NAME)` become
"Figure 3" and "Table 1", `[the gallery](#fig-NAME)` becomes "the gallery (Figure 3)"; `^[text]`,
after the full stop, is a note; `## Heading {#id}` is a heading that links find. HTML is shown as
text. Cells of plain Markdown have references only: JupyterLab knows neither notes nor ids.
"""

from IPython import get_ipython

from ambiguous_digits.article import prose
from ambiguous_digits.article.exhibits import (
    Card,
    banner,
    cards,
    cover,
    figure,
    gallery,
    questions,
    row,
    table,
    wall,
)
from ambiguous_digits.article.markup import literal
from ambiguous_digits.article.prose import fill, listing, number, percent, tally

__all__ = [
    "Card",
    "banner",
    "cards",
    "cover",
    "figure",
    "fill",
    "gallery",
    "listing",
    "literal",
    "number",
    "percent",
    "questions",
    "row",
    "table",
    "tally",
    "wall",
]

if shell := get_ipython():
    shell.register_magic_function(prose.prose, "cell")
