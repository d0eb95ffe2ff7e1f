"""The report's folder: rendered under build/, then published.

`python -m ambiguous_digits.report RUN REPORT` does both, for make.
"""

import json
import sys
from pathlib import Path

import nbformat

from . import findings, results
from .article.exporter import ArticleExporter

#: What a report has of its run's folder. The page fits it: both have the same digest.
FILES = ("numbers.json", "most_ambiguous.csv", "definition-1.png", "definition-2.png")


def render(run: Path) -> None:
    """Write run/report: the page, the tables, the pictures and their licence."""
    page, _ = ArticleExporter().from_notebook_node(nbformat.read(run / "3-article.ipynb", 4))
    numbers = results.read_numbers(run, {})
    texts = {"index.html": page, "LICENSE": f"{findings.plain(findings.licence(numbers))}\n"}
    for name, text in texts.items():
        results.write_text(run / "report" / name, text)
    _fill(run / "report", run, FILES)


def publish(run: Path, report: Path) -> None:
    """Fill the folder `report` with run/report; what else lies in it stays.

    Each file is whole, old or new; pictures of digits that this run has not are removed.
    """
    new = run / "report"
    _fill(report, new, (*FILES, "index.html", "LICENSE"))
    numbers = json.loads((new / "numbers.json").read_bytes())
    digits, networks = sum(numbers["train_counts"] + numbers["test_counts"]), numbers["networks"]
    told = f"{digits:,} digits ({numbers['dataset']}) and {networks} networks"
    print(f"The report on {told}: {report}/index.html")


def _fill(report: Path, source: Path, names: tuple[str, ...]) -> None:
    """Copy these files and all pictures of digits; remove those that another ranking left."""
    pictures = {path.name for path in (source / "digits").glob("*.png")}
    results.copy_files(source, report, [*names, *(f"digits/{name}" for name in pictures)])
    for path in (report / "digits").glob("*.png"):
        if path.name not in pictures:
            path.unlink()


if __name__ == "__main__":
    run, report = map(Path, sys.argv[1:])
    try:
        render(run)
        publish(run, report.expanduser())
    except (OSError, ValueError) as error:
        sys.exit(f"{error}; what stood in {report} stays")
