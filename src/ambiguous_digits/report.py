"""The report's folder: rendered whole under build/, then published whole.

`python -m ambiguous_digits.report render RUN` and `... publish RUN REPORT`; make calls both.
"""

import json
import shutil
import sys
from pathlib import Path

import nbformat

from . import findings, gate, results
from .article import ArticleExporter


def render(run: Path) -> None:
    """Write run/report: the page, the tables, the pictures and their licence."""
    page, _ = ArticleExporter().from_notebook_node(nbformat.read(run / "3-article.ipynb", 4))
    licence = findings.licence(results.read_ranking(run, {}))
    with results.replacing_folder(run / "report") as partial:
        for name in results.RANKING:
            if name != "ranking.parquet":
                copy = shutil.copytree if (run / name).is_dir() else shutil.copyfile
                copy(run / name, partial / name)
        (partial / "LICENSE").write_text(f"{findings.plain(licence)}\n", encoding="utf-8")
        (partial / "index.html").write_text(page, encoding="utf-8")


def publish(run: Path, report: Path) -> None:
    """Replace the folder `report` by run/report, whole; what else lies in it stays.

    Says so if the old one was made from more digits or more networks. Raises ValueError if
    `report` must not be replaced.
    """
    new = run / "report"
    gate.check_report(report, Path.cwd())
    (old_digits, old_networks, _), (digits, networks, _) = _made_from(report), _made_from(new)
    if old_digits > digits or old_networks > networks:
        print(f"{report}: a report on {_told(report)} is replaced by one on {_told(new)}")
    with results.replacing_folder(report) as partial:
        if report.exists():
            ours = [path.name for path in new.iterdir()]
            keep = lambda place, names: ours if Path(place) == report else ()  # noqa: E731
            shutil.copytree(report, partial, symlinks=True, dirs_exist_ok=True, ignore=keep)
        shutil.copytree(new, partial, dirs_exist_ok=True)
    print(f"The report on {_told(new)}: {report}/index.html")


def _made_from(report: Path) -> tuple[int, int, str]:
    """Return a report's digits, networks and data set; nothing if it is damaged or not there."""
    try:
        numbers = json.loads((report / "numbers.json").read_bytes())
        digits = sum(numbers["train_counts"] + numbers["test_counts"])
        return digits, int(numbers["networks"]), numbers["dataset"]
    except (OSError, ValueError, TypeError, KeyError):
        return 0, 0, "unknown"


def _told(report: Path) -> str:
    digits, networks, dataset = _made_from(report)
    return f"{digits:,} digits ({dataset}) and {networks} networks"


if __name__ == "__main__":
    command, *folders = sys.argv[1:]
    try:
        {"render": render, "publish": publish}[command](*map(Path, folders))
    except shutil.Error as error:  # of each file that could not be copied
        _, _, reason = error.args[0][0]
        sys.exit(f"make: {reason}; {folders[-1]} stays as it was")
    except (OSError, ValueError) as error:
        sys.exit(f"make: {error}")
