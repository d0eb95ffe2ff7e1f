"""From a notebook that has run to one page."""

import itertools
import re
from collections.abc import Iterator

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ambiguous_digits.article.markup import markdown, render


class ArticleExporter(Exporter):
    """A notebook as one page: `jupyter nbconvert --to article`.

    Cells tagged `parameters` or `injected-parameters` are dropped. Code is folded under what it
    shows, or left out: if it shows nothing or is tagged `hide-code`. What was printed is dropped.
    The export fails on whatever a reader should not meet: errors, warnings on stderr, bare
    representations, a name used twice, a reference to nothing, a picture that is not embedded.
    """

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb, resources=None, **kw):
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        parts = (part for i, cell in enumerate(nb.cells, 1) for part in _cell(i, cell))
        return _page("\n".join(parts)), resources


def _cell(position: int, cell) -> Iterator[str]:
    """Yields what a cell adds to the page: its prose, or its outputs and then its code."""
    tags = set(cell.metadata.get("tags", ()))
    if tags & {"parameters", "injected-parameters"}:
        return
    if cell.cell_type == "markdown":
        yield markdown(cell.source)
    elif cell.cell_type == "code":
        for output in cell.outputs:
            yield _output(position, output)
        hidden = "hide-code" in tags or cell.source.startswith("%%prose")
        if cell.outputs and cell.source.strip() and not hidden:
            code = highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
            yield render("code.html.j2", code=Markup(code))


def _output(position: int, output) -> str:
    if output.output_type == "stream" and output.name == "stdout":
        return ""
    if output.output_type in ("stream", "error"):
        text = output.get("text") or f"{output.ename}: {output.evalue}"
        raise ConversionException(f"cell {position} of the article wrote an error: {text.strip()}")
    if "text/html" in output.data:
        return re.sub(r"<style data-lab>.*?</style>\s*", "", output.data["text/html"], flags=re.S)
    shown = output.data.get("text/plain", "")[:80]
    remedy = "end it with `;`, or show it with %%prose, figure or table"
    raise ConversionException(f"cell {position} of the article shows {shown}: {remedy}")


def _page(body: str) -> str:
    """Returns the whole page. The contents stand after the first pictures, before the story."""
    body = _numbered(body)
    marks = itertools.count(2)  # a note has its number twice: in the text, and in itself
    body = re.sub(r"<b>\^</b>", lambda _: f"<b>{next(marks) // 2}</b>", body)
    body, contents = _anchor_headings(body)
    banner = r'(<div class="banner".*?</div>)?'  # may come between the title and the answer
    opening = re.search(rf"<h1>(.*?)</h1>\s*{banner}\s*<p>(.*?)</p>", body, flags=re.DOTALL)
    if not opening:
        raise ConversionException("the article needs a title (#), then a paragraph that answers it")
    if stray := re.search(r'<[^>]*\ssrc="(?!data:)[^>]*>', body):
        raise ConversionException(f"not embedded in the page: {stray[0]}")
    rest = body[: opening.start()] + (opening[2] or "") + body[opening.end() :]
    shown = r"\s*(<(div|figure|pre)\b.*?</\2>\s*)*"  # a banner, figures, their code
    story = re.match(shown, rest, flags=re.DOTALL).end()
    parts = {"title": opening[1], "standfirst": opening[3]}
    parts |= {"pictures": rest[:story], "story": rest[story:]}
    parts = {name: Markup(part) for name, part in parts.items()}
    return render("index.html.j2", contents=contents, **parts)


def _numbered(body: str) -> str:
    """Returns the body with numbers, in references too: "Figure 3", "the gallery (Figure 3)"."""
    counters = {"Figure": itertools.count(1), "Table": itertools.count(1)}
    numbers: dict[str, str] = {}

    def number(match: re.Match) -> str:
        exhibit, kind = match.groups()
        if exhibit in numbers:
            raise ConversionException(f"two figures or tables are named #{exhibit}")
        numbers[exhibit] = f"{kind} {next(counters[kind])}"
        return f'<b id="{exhibit}-number">{numbers[exhibit]}.</b>'

    def refer(match: re.Match) -> str:
        if match[1] not in numbers:
            known = ", ".join(f"#{name}" for name in numbers) or "none"
            raise ConversionException(f"reference to unknown #{match[1]}; there are: {known}")
        place = numbers[match[1]].replace(" ", "&nbsp;")
        text = place if match[2] in ("Figure", "Table") else f"{match[2]} ({place})"
        return f'<a href="#{match[1]}">{text}</a>'

    body = re.sub(r'<b id="([^"]*)-number">(Figure|Table)</b>', number, body)
    return re.sub(r'<a href="#((?:fig|tab)-[^"]*)">(.*?)</a>', refer, body, flags=re.DOTALL)


def _anchor_headings(body: str) -> tuple[str, list[tuple[str, str]]]:
    """Returns the body, each heading with a link to itself, and the h2 as (id, text)."""
    taken = {"article"}
    contents = []

    def anchor(match: re.Match) -> str:
        level, name, html = match.groups()
        text = Markup(html).striptags()
        name = name or re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        if name in taken:
            raise ConversionException(f"two headings are named #{name}: write {{#another}} behind")
        taken.add(name)
        if level == "2":
            contents.append((name, text))
        return f'<h{level} id="{name}"><a href="#{name}">{html}</a></h{level}>'

    headings = r'<h([2-6])(?: id="([^"]*)")?>(.*?)</h\1>'
    return re.sub(headings, anchor, body, flags=re.DOTALL), contents
