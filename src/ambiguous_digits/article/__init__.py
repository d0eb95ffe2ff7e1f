"""The article: what its notebooks call to show things, and the exporter that makes a page of each.

`prose` is the cell magic `%%prose`, registered by importing this package; `exhibits` displays
figures and tables, `cards` digits, so that they read well in JupyterLab; `exporter` numbers them,
fills the references, and writes one file that loads nothing from elsewhere; `markup` is the
Markdown and the templates (in `page/`) that all of them write with.

Conventions in prose, in captions too: `[Figure](#fig-NAME)` and `[Table](#tab-NAME)` become
"Figure 3" and "Table 1", `[the gallery](#fig-NAME)` becomes "the gallery (Figure 3)"; `^[text]`,
after the full stop, is a note; `## Heading {#id}` is a heading that links find. HTML is shown as
text. Cells of plain Markdown have references only: JupyterLab knows neither notes nor ids.
"""

from IPython import get_ipython

from ambiguous_digits.article import prose

if shell := get_ipython():
    shell.register_magic_function(prose.prose, "cell")
