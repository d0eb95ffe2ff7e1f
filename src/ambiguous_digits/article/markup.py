"""How HTML is written and shown: templates that escape, Markdown with notes and named headings."""

import re

import jinja2
import mistune
from IPython.display import display
from markupsafe import Markup

from ambiguous_digits.figures import style

#: Light colours by the name of their CSS property; figures are drawn in exactly these.
PALETTE = {
    name: getattr(style, name.upper())
    for name in ("ink", "quiet", "prediction", "truth", "agree", "paper", "grey", "line", "heat")
}

_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("ambiguous_digits.article", "page"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_templates.globals["palette"] = PALETTE
_templates.filters["written"] = style.number


def render(template: str, **values: object) -> Markup:
    """Returns the HTML of a template in `page/`; every value that is not `Markup` is escaped."""
    return Markup(_templates.get_template(template).render(values))


def show(html: str, plain: str) -> None:
    """Displays HTML with the few styles that JupyterLab needs; the exporter drops these again."""
    lab = render("lab.html.j2")
    display({"text/html": f"{lab}\n{html}", "text/plain": plain}, raw=True)


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
    md.renderer.register("note", lambda _, text: render("footnote.html.j2", text=Markup(text)))


class _Typeset(mistune.HTMLRenderer):
    """HTML with a typographer's apostrophes, and no line that begins with a lonely number."""

    def text(self, text: str) -> str:
        text = re.sub(r"(?<=\w)'", "’", super().text(text))
        return re.sub(r"(?<=[a-z]) (?=\d\b)|(?<=\bnumber) (?=\d)", "\u00a0", text)

    def heading(self, text: str, level: int, **_: object) -> str:
        """A heading, whose id is written behind it: `## Four witnesses {#witnesses}`."""
        words, _, name = text.partition(" {#")
        name = f' id="{name.rstrip("} ")}"' if name else ""
        return f"<h{level}{name}>{words}</h{level}>\n"


_mistune = mistune.create_markdown(renderer=_Typeset(), plugins=[_footnotes])


def markdown(text: str) -> Markup:
    """Returns paragraphs, headings and lists as HTML; HTML in the text is escaped."""
    return Markup(_mistune(text))


def inline(text: str) -> Markup:
    """Returns one run of text, such as a caption, as HTML without a paragraph around it."""
    return Markup(_mistune.renderer.render_tokens(_mistune.inline(text, {}), None))


def literal(text: object) -> str:
    """Returns Markdown that shows `text` as it stands: for names that are not ours."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", str(text))
