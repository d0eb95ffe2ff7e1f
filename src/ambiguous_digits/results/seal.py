"""The seal of a ranking: what it was made from and what it made, so that nothing else is told."""

import hashlib
import json
from pathlib import Path
from typing import Any

from .formats import DAMAGE, FORMAT, require_key, write_json

#: What notebook 1-train asks the networks besides, in a run's folder.
ASKED = ("explain.npz", "planted.npz", "supreme.npz")

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
    patterns = ("networks/r*.npz", *ASKED, *RANKING, "digits/*.png")
    files = sorted(file for pattern in patterns for file in run.glob(pattern) if file.is_file())
    sealed = {file.relative_to(run).as_posix(): _sha256(file) for file in files}
    write_json(run / "seal.json", {**key, "format": FORMAT, "files": sealed})


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
    for name, checksum in sealed.items():
        if not (run / name).is_file() or _sha256(run / name) != checksum:
            raise ValueError(f"{run / name} was changed since the ranking was made. {REMEDY}")
    return json.loads((run / "numbers.json").read_bytes())


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
