"""The report's folder: rendered under build/, then published.

`python -m ambiguous_digits.report RUN REPORT` does both, for make.
"""

import json
import re
import shutil
import sys
from pathlib import Path

from nbconvert.utils.exceptions import ConversionException

from . import results
from .article.exporter import ArticleExporter

#: What a report has of its run's folder. The pages fit it: all have the same digest.
FILES = ("numbers.json", "most_ambiguous.csv", "scores.csv", "definition-1.png", "definition-2.png")
PAGES = ("index.html", "evidence.html")
#: What the columns and keys of a report's tables and numbers mean: its README.md.
MEANINGS = Path(__file__).parent / "article" / "report.md"
#: Whose the pictures in a report are.
LICENCES = {
    True: "Pictures of digits: MNIST, by Yann LeCun, Corinna Cortes and Christopher Burges;\n"
    "enlarged, ink on paper. CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/\n",
    False: "The pictures belong to whoever made them.\n",
}


def render(run: Path) -> None:
    """Write run/report: the pages, the tables and what they mean, the pictures, their licence.

    `3-article`, where it has run, is the index, else `4-evidence`. A dead link is a ValueError.
    """
    story = (run / "3-article.ipynb").exists()
    notebooks = ("3-article", "4-evidence") if story else ("4-evidence",)
    texts = {}
    for name, notebook in zip(PAGES, notebooks, strict=False):
        texts[name], _ = ArticleExporter().from_filename(run / f"{notebook}.ipynb")
    _require_targets(texts)
    texts |= {"LICENSE": LICENCES[story], "README.md": MEANINGS.read_text("utf-8")}
    for name, text in texts.items():
        results.write_text(run / "report" / name, text)
    _fill(run / "report", run, FILES)


def _require_targets(pages: dict[str, str]) -> None:
    """Raise ValueError unless each link between the pages leads to a page and an id that exist."""
    for name, page in pages.items():
        for target, place in re.findall(r'href="([\w-]*\.html)?(?:#([\w-]+))?"', page):
            found = pages.get(target or name)
            if found is None or (place and f'id="{place}"' not in found):
                raise ValueError(f"{name} links to {target}#{place}, which is not there")


def publish(run: Path, report: Path) -> None:
    """Fill the folder `report` with run/report; what else lies in it stays.

    Each file is whole, old or new; pages and pictures of digits that this run has not are removed.
    """
    new = run / "report"
    pages = [name for name in PAGES if (new / name).exists()]
    _fill(report, new, (*FILES, *pages, "LICENSE", "README.md"))
    for name in set(PAGES) - set(pages):
        (report / name).unlink(missing_ok=True)
    numbers = json.loads((new / "numbers.json").read_bytes())
    digits, networks = sum(numbers["train_counts"] + numbers["test_counts"]), numbers["networks"]
    told = f"{digits:,} digits ({numbers['dataset']}) and {networks} networks"
    print(f"The report on {told}: {report}/index.html")


def _fill(report: Path, source: Path, names: tuple[str, ...]) -> None:
    """Copy these files and all pictures of digits; remove those that another ranking left."""
    pictures = {path.name for path in (source / "digits").glob("*.png")}
    for name in [*names, *(f"digits/{name}" for name in pictures)]:
        with results.replacing(report / name) as partial:
            shutil.copyfile(source / name, partial)
    for path in (report / "digits").glob("*.png"):
        if path.name not in pictures:
            path.unlink()


if __name__ == "__main__":
    run, report = map(Path, sys.argv[1:])
    try:
        render(run)
        publish(run, report.expanduser())
    except (OSError, ValueError, ConversionException) as error:
        sys.exit(f"{error}; what stood in {report} stays")
