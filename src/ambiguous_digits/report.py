"""The report's folder: rendered whole under build/, then published whole.

`python -m ambiguous_digits.report render RUN` and `... publish RUN REPORT`; make calls both.
"""

import shutil
import sys
from pathlib import Path

import nbformat

from . import findings, results
from .article import ArticleExporter

FROM_RANKING = (
    "most_ambiguous.csv",
    "numbers.json",
    "definition-1.png",
    "definition-2.png",
    "digits",
)


def render(run: Path) -> None:
    """Write run/report: the page, the tables, the pictures and their licence."""
    page, _ = ArticleExporter().from_notebook_node(nbformat.read(run / "3-article.ipynb", 4))
    licence = findings.licence(results.read_json(run / "numbers.json"))
    with results.replacing_folder(run / "report") as partial:
        for name in FROM_RANKING:
            copy = shutil.copytree if (run / name).is_dir() else shutil.copyfile
            copy(run / name, partial / name)
        (partial / "LICENSE").write_text(f"{findings.plain(licence)}\n", encoding="utf-8")
        (partial / "index.html").write_text(page, encoding="utf-8")


def publish(run: Path, report: Path) -> None:
    """Replace the folder `report` by run/report, whole; what else lies in it stays.

    Says so if the old one was made from more digits or more networks. Exits with one sentence if
    `report` is a file, or a folder that holds other things and no earlier report.
    """
    new = run / "report"
    if report.exists() and not (report / "numbers.json").is_file():
        if not report.is_dir() or any(report.iterdir()):
            sys.exit(
                f"make: REPORT={report} holds something that is no report; needed: a new or an "
                "empty folder, or one with an earlier report"
            )
    elif report.exists():
        old, made = (results.read_json(place / "numbers.json") for place in (report, new))
        if any(before > now for before, now in zip(_size(old), _size(made), strict=True)):
            print(f"{report}: a report on {_told(old)} is replaced by one on {_told(made)}")
    with results.replacing_folder(report) as partial:
        if report.exists():
            ours = [path.name for path in new.iterdir()]
            keep = lambda place, names: ours if Path(place) == report else ()  # noqa: E731
            shutil.copytree(report, partial, dirs_exist_ok=True, ignore=keep)
        shutil.copytree(new, partial, dirs_exist_ok=True)
    numbers = results.read_json(new / "numbers.json")
    print(f"The report on {_told(numbers)}: {report}/index.html")


def _size(numbers: dict) -> tuple[int, int]:
    return sum(numbers["train_counts"] + numbers["test_counts"]), numbers["networks"]


def _told(numbers: dict) -> str:
    digits, networks = _size(numbers)
    return f"{digits:,} digits ({numbers['dataset']}) and {networks} networks"


if __name__ == "__main__":
    command, *folders = sys.argv[1:]
    {"render": render, "publish": publish}[command](*map(Path, folders))
