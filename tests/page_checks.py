"""What every page must keep: checks of its text; each returns the faults it found, best none."""

import base64
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
from bs4 import BeautifulSoup, Tag
from PIL import Image

MAX_BYTES, MAX_WITH_WEIGHTS = 1_400_000, 3_400_000


class Page:
    """The text of a page, parsed once."""

    def __init__(self, html: str):
        self.html, self.soup = html, BeautifulSoup(html, "html.parser")

    def words(self, *apart: str) -> str:
        """What can be read, but for elements whose name or class is among `apart`."""

        def read(tag: Tag) -> Iterator[str]:
            for child in tag.children:
                if not isinstance(child, Tag):
                    yield child
                elif not {child.name, *child.get("class", ())} & {"style", "script", *apart}:
                    yield from read(child)

        return re.sub(r"\s+", " ", " ".join(read(self.soup.body)))

    def values(self, *names: str) -> list[tuple[Tag, str]]:
        """Each element that has one of these attributes, with its value."""
        return [(tag, tag[name]) for tag in self.soup(True) for name in names if tag.has_attr(name)]


def ink(src: str) -> np.ndarray:
    """The ink of a picture that is embedded in a page, uint8 (H, W): all else in it is black."""
    png = base64.b64decode(src.partition("base64,")[2])
    *colours, alpha = map(np.asarray, Image.open(io.BytesIO(png)).split())
    assert not np.any(colours)
    return alpha


def external_resources(page: Page) -> list[str]:
    """What the page would load from elsewhere. Links to follow are not loaded."""
    loaded = page.values("src", "srcset", "poster", "data", "xlink:href")
    loaded += [(tag, value) for tag, value in page.values("href") if tag.name != "a"]
    css = [tag.get_text() for tag in page.soup("style")] + [v for _, v in page.values("style")]
    imported = re.findall(r"url\(\s*['\"]?(?!data:|#)[^)]*\)|@import[^;]*", "\n".join(css))
    return imported + [v[:60] for _, v in loaded if not v.startswith(("data:", "#"))]


def ids_and_anchors(page: Page) -> list[str]:
    """Ids that are given twice; references inside the page that lead nowhere."""
    ids = Counter(value for _, value in page.values("id"))
    wanted = {value[1:] for _, value in page.values("href", "xlink:href") if value.startswith("#")}
    wanted |= {name for _, value in page.values("aria-labelledby") for name in value.split()}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", page.html))
    return [name for name, count in ids.items() if count > 1] + sorted(wanted - ids.keys())


def unnamed_pictures(page: Page) -> list[str]:
    """Pictures of which a screen reader would have nothing to say."""

    def named(tag: Tag) -> bool:
        return bool(tag.get("aria-label", "").strip() or tag.get("alt", "").strip())

    unnamed = [tag for tag in page.soup(role="img") if not named(tag)]
    for tag in page.soup(["img", "svg"]):
        if not named(tag) and not any(up.get("role") == "img" for up in tag.parents):
            unnamed.append(tag)
    return [str(tag)[:60] for tag in unnamed]


def weight(page: Page) -> list[str]:
    whole = len(page.html.encode())
    size = whole - sum(map(len, re.findall(r'"packed": "([^"]*)"', page.html)))
    return [f"{size:,} bytes"] if size >= MAX_BYTES or whole >= MAX_WITH_WEIGHTS else []


def filler(page: Page) -> list[str]:
    """What a reader should never meet: in text words and apostrophes, in all else paths."""
    without_data = re.sub(r"[A-Za-z0-9+/=\s]{90,}", "", page.html)
    paths = r"(?<![\w.:/-])/(?:work|home|root|tmp|Users|private)/.{,30}|file:/.{,30}"
    words = r"(?i:\blorem\b)|\b(?:TODO|FIXME|XXX|nan|NaN|inf|undefined|None(?! of))\b"
    text = page.words("pre", "code")
    return re.findall(paths, without_data) + re.findall(rf"{words}|.{{,20}}\w'.{{,20}}", text)


def social_card(page: Page) -> list[str]:
    """What a link to the page would lack where it is shared."""
    meta = {tag.get("property"): tag["content"] for tag in page.soup("meta", content=True)}
    return [name for name in ("og:title", "og:description") if not meta.get(name)]


def headings(page: Page) -> list[str]:
    """One h1, the first, and no level skipped on the way down."""
    levels = [0] + [int(tag.name[1]) for tag in page.soup(re.compile(r"^h[1-6]$"))]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    steps = itertools.pairwise(levels)
    return faults + [f"h{below} after h{above}" for above, below in steps if below > above + 1]


CHECKS = (external_resources, ids_and_anchors, unnamed_pictures, weight, filler, social_card)
CHECKS += (headings,)


def faults(page: Page) -> dict[str, list[str]]:
    """What is wrong with a page, by the check that found it."""
    return {check.__name__: found for check in CHECKS if (found := check(page))}
