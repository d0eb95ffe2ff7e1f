"""What every page must keep: helpers for the tests of a rendered report.

`STATIC` maps a name to a check of the file's text; each returns the faults it found, best none.
`visit` opens the page in Chromium and returns what went wrong there.
"""

import itertools
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bs4 import BeautifulSoup, Tag

MAX_BYTES = 1_500_000
MIN_LETTERS = 9  # CSS pixels, in figures
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def _without_data(html: str) -> str:
    """The page's text without base64, in which anything can be read."""
    return re.sub(r"base64,[A-Za-z0-9+/=\s]+", "base64,", html)


def external_resources(html: str) -> list[str]:
    """What the page would load from elsewhere. Links to follow are not loaded."""
    soup = _parse(html)
    loaded = [
        f"<{tag.name} {name}={tag[name][:60]!r}>"
        for tag in soup.find_all(True)
        for name in ("src", "srcset", "poster", "data", "href", "xlink:href")
        if tag.has_attr(name)
        and not (tag.name == "a" and name == "href")
        and not tag[name].startswith(("data:", "#"))
    ]
    css = [style.get_text() for style in soup("style")]
    css += [tag["style"] for tag in soup.find_all(style=True)]
    urls = re.findall(r"url\(\s*['\"]?(?!data:|#)[^)]*\)|@import[^;]*", "\n".join(css))
    return loaded + urls


def repeated_ids(html: str) -> list[str]:
    ids = Counter(tag["id"] for tag in _parse(html).find_all(id=True))
    return [name for name, count in ids.items() if count > 1]


def dangling_anchors(html: str) -> list[str]:
    """References inside the page, from links, pictures and labels, that lead nowhere."""
    soup = _parse(html)
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    wanted = [
        tag[name][1:]
        for tag in soup.find_all(True)
        for name in ("href", "xlink:href")
        if tag.get(name, "").startswith("#")
    ]
    wanted += [i for tag in soup.find_all(True) for i in tag.get("aria-labelledby", "").split()]
    wanted += re.findall(r"url\(#([^)]+)\)", html)
    return sorted({name for name in wanted if name not in ids})


def unnamed_pictures(html: str) -> list[str]:
    """Pictures of which a screen reader would have nothing to say."""
    soup = _parse(html)

    def named(tag: Tag) -> bool:
        return bool(tag.get("aria-label", "").strip() or tag.get("alt", "").strip())

    def spoken_for(tag: Tag) -> bool:
        return named(tag) or any(up.get("role") == "img" and named(up) for up in tag.parents)

    unnamed = [tag for tag in soup(["img", "svg"]) if not spoken_for(tag)]
    unnamed += [tag for tag in soup(role="img") if not named(tag)]
    unnamed += [tag for tag in soup("img") if not tag.has_attr("alt")]
    return [str(tag)[:60] for tag in unnamed]


def too_heavy(html: str) -> list[str]:
    size = len(html.encode())
    return [f"{size:,} bytes"] if size >= MAX_BYTES else []


def machine_paths(html: str) -> list[str]:
    return re.findall(
        r"(?<![\w.:/-])/(?:work|home|root|tmp|Users|private)/.{,30}|file:/.{,30}",
        _without_data(html),
    )


def filler(html: str) -> list[str]:
    """Words that a reader should never meet, outside of code."""
    soup = _parse(html)
    for tag in soup(["pre", "style"]):
        tag.decompose()
    words = r"(?i:\blorem\b)|\b(?:TODO|FIXME|XXX|nan|NaN|inf|undefined|None(?! of))\b"
    return re.findall(words, soup.get_text(" "))


def straight_quotes(html: str) -> list[str]:
    """Apostrophes of a typewriter in what is read, outside of code."""
    soup = _parse(html)
    for tag in soup(["pre", "code", "style", "script"]):
        tag.decompose()
    return re.findall(r".{,20}\w'.{,20}", soup.body.get_text(" "))


def social_card(html: str) -> list[str]:
    """What a link to the page would lack where it is shared."""
    meta = {tag.get("property"): tag.get("content", "") for tag in _parse(html)("meta")}
    faults = [name for name in ("og:title", "og:description") if not meta.get(name)]
    if not meta.get("og:image", "").startswith("data:image/png;base64,"):
        faults.append("og:image")
    return faults


def heading_faults(html: str) -> list[str]:
    """One h1, and no level skipped on the way down."""
    levels = [int(tag.name[1]) for tag in _parse(html)(re.compile(r"^h[1-6]$"))]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    if levels[:1] != [1]:
        faults.append(f"starts with h{levels[0]}" if levels else "no heading")
    steps = itertools.pairwise(levels)
    return faults + [f"h{below} after h{above}" for above, below in steps if below > above + 1]


STATIC: dict[str, Callable[[str], list[str]]] = {
    "loads_nothing_from_elsewhere": external_resources,
    "has_no_id_twice": repeated_ids,
    "leads_somewhere_by_every_anchor": dangling_anchors,
    "says_something_for_every_picture": unnamed_pictures,
    "is_lighter_than_a_megabyte_and_a_half": too_heavy,
    "names_no_path_of_a_machine": machine_paths,
    "has_no_filler": filler,
    "has_headings_in_order": heading_faults,
    "has_no_straight_apostrophe": straight_quotes,
    "has_a_social_card": social_card,
}


def chromium() -> str | None:
    """The browser to test with, from CHROMIUM or the usual names; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def browser() -> Iterator:
    """A Chromium that never calls home."""
    from playwright.sync_api import sync_playwright

    args = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=args)
        yield chrome
        chrome.close()


def visit(chrome, path: Path, *, scheme: str = "light", width: int = 1280) -> dict[str, list[str]]:
    """Open the page at a width and in a colour scheme; returns the faults by kind.

    `requests` beyond the file itself, console `errors`, accessibility `violations` (axe, WCAG 2.2
    AA, everything unfolded), `overflow`: what makes the page scroll sideways, and `letters` in
    figures that are too small to read.
    """
    from axe_playwright_python.sync_playwright import Axe

    page = chrome.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.resolve().as_uri())
    overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    culprits = page.evaluate(
        """[...document.body.querySelectorAll('*')]
        .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.scroll, pre'))
        .slice(0, 5).map(e => e.outerHTML.slice(0, 80))"""
    )
    letters = page.evaluate(
        """least => [...document.querySelectorAll('figure svg text')]
        .filter(e => e.checkVisibility())
        .map(e => [e.getScreenCTM(), parseFloat(getComputedStyle(e).fontSize), e.textContent])
        .map(([to, size, text]) => [size * Math.hypot(to.a, to.b), text])
        .filter(([size]) => size < least).map(([size, text]) => `${text}: ${size} px`)""",
        MIN_LETTERS,
    )
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    page.evaluate("document.querySelectorAll('input').forEach(e => e.checked = true)")
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}}
    found = Axe().run(page, options=options).response["violations"]
    page.close()
    return {
        "requests": [url for url in requests[1:] if not url.startswith("data:")],
        "errors": errors,
        "violations": [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found],
        "overflow": (culprits or ["something"]) if overflow else [],
        "letters": letters,
    }
