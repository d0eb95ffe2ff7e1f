"""The seal of a ranking: what it was made from and what it made, so that nothing else is told."""

import hashlib
import json
from pathlib import Path
from typing import Any

from .files import files_in
from .formats import DAMAGE, FORMAT, require_key, write_json

#: What notebook 2-rank makes, in a run's folder.
RANKING = (
    "numbers.json",
    "ranking.parquet",
    "most_ambiguous.csv",
    "definition-1.png",
    "definition-2.png",
    "digits",
)

#: What to do about a ranking that is missing or not as it should be.
REMEDY = "Run make report, or notebook 2-rank, which ranks anew"


def seal_ranking(run: Path, key: dict[str, Any]) -> None:
    """Note, in run/seal.json, what the ranking was made from and what it made, by checksum."""
    write_json(run / "seal.json", {**key, "format": FORMAT, "files": _checksums(run)})


def read_ranking(run: Path, expected: dict[str, Any]) -> dict:
    """Return the content of numbers.json, if nothing was changed since the ranking was sealed.

    Raises FileNotFoundError that says what makes it, and ValueError, naming the file that was
    changed or is missing, or what in the key is not as expected.
    """
    seal = run / "seal.json"
    if not seal.is_file():
        raise FileNotFoundError(f"{seal} is missing. {REMEDY}")
    try:
        key = json.loads(seal.read_bytes())
        sealed = dict(key["files"])
    except DAMAGE as error:
        raise ValueError(f"{seal} is damaged ({error}). {REMEDY}") from None
    require_key(seal, key, expected, REMEDY)
    found = _checksums(run)
    for name in sorted(sealed.keys() | found.keys()):
        if sealed.get(name) != found.get(name):
            raise ValueError(f"{run / name} was changed since the ranking was made. {REMEDY}")
    return json.loads((run / "numbers.json").read_bytes())


def _checksums(run: Path) -> dict[str, str]:
    made = [run / name for name in RANKING]
    files = [*run.glob("networks/r*.npz"), run / "explain.npz", *made, *files_in(run / "digits")]
    return {
        file.relative_to(run).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
        if file.is_file()
    }
