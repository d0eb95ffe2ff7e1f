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
    results.copy_files(run, run / "report", [*FILES, *_pictures(run)])
    _tidy(run / "report", _pictures(run))


def publish(run: Path, report: Path) -> None:
    """Fill the folder `report` with run/report; what else lies in it stays.

    Each file is whole, old or new; pictures of digits that this run has not are removed. Says so
    if the old one was made from other digits or networks.
    """
    new = run / "report"
    if _told(report) not in ("", _told(new)):
        print(f"{report}: a report on {_told(report)} is replaced")
    results.copy_files(new, report, [*FILES, "index.html", "LICENSE", *_pictures(new)])
    _tidy(report, _pictures(new))
    print(f"The report on {_told(new)}: {report}/index.html")


def _pictures(folder: Path) -> set[str]:
    return {f"digits/{path.name}" for path in (folder / "digits").glob("*.png")}


def _tidy(folder: Path, pictures: set[str]) -> None:
    """Remove the pictures of digits that another ranking left in a report's folder."""
    for name in _pictures(folder) - pictures:
        (folder / name).unlink()


def _told(report: Path) -> str:
    """Return what a report was made from; nothing if it is damaged or not there."""
    try:
        numbers = json.loads((report / "numbers.json").read_bytes())
        digits = sum(numbers["train_counts"] + numbers["test_counts"])
        return f"{digits:,} digits ({numbers['dataset']}) and {numbers['networks']} networks"
    except (OSError, ValueError, TypeError, KeyError):
        return ""


if __name__ == "__main__":
    run, report = map(Path, sys.argv[1:])
    try:
        render(run)
        publish(run, report.expanduser())
    except (OSError, ValueError) as error:
        sys.exit(f"{error}; what stood in {report} stays")
