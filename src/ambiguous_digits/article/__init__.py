"""The article: what its notebook calls to show things, and the exporter that makes one page of it.

`exhibits` displays prose, figures, galleries and tables, so that they read well in JupyterLab;
`exporter` numbers them, fills the references, and writes one file that loads nothing from
elsewhere; `markup` is the Markdown and the templates (in `page/`) that both write with.

Conventions in Markdown, in captions too: `[](#fig-NAME)` and `[](#tab-NAME)` become "Figure 3" and
"Table 1"; `^[text]`, after the full stop, is a footnote. HTML in Markdown is shown as text.
"""

from ambiguous_digits.article.exhibits import (
    Card,
    banner,
    cover,
    figure,
    gallery,
    row,
    say,
    table,
)
from ambiguous_digits.article.markup import literal

__all__ = [
    "Card",
    "banner",
    "cover",
    "figure",
    "gallery",
    "literal",
    "row",
    "say",
    "table",
]
