"""The house: which room may open the door of which other, and that TensorFlow stays in its own."""

import ast
from pathlib import Path

import ambiguous_digits

PACKAGE = Path(ambiguous_digits.__file__).parent

# Room -> the others that it imports; a room that is not named imports none.
ALLOWED = {
    "article": {"data", "figures", "kernels"},
    "backwards": {"network", "scores"},
    "calibration": {"evaluation", "scores"},
    "evaluation": {"ranking", "scores"},
    "export": {"network", "results"},
    "packing": {"network"},
    "people": {"evaluation", "ranking", "stability"},
    "planted": {"network"},
    "rank": {"data", "ranking", "scores"},
    "ranking": {"scores"},
    "report": {"article", "results"},
    "run": {"data", "provenance", "results", "training"},
    "stability": {"evaluation", "ranking", "scores"},
    "training": {"data", "network", "provenance", "results"},
    "witnesses": {"ranking", "scores"},
    "writers": {"evaluation"},
}


def imports():
    """(room, other room or package, whether in a function) of each import that leaves a room."""
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                if 0 < node.level < len(parts):
                    continue
                if node.module not in (None, "ambiguous_digits"):
                    names = [node.module]
            for name in names:
                name = name.removeprefix("ambiguous_digits.").split(".")[0]
                if name != parts[0]:
                    yield parts[0], name, node.col_offset > 0


def test_every_room_opens_just_the_doors_that_the_plan_allows():
    rooms, found = {path.stem for path in PACKAGE.iterdir()}, {}
    for room, target, _ in imports():
        if target in rooms:
            found.setdefault(room, set()).add(target)
    assert found == ALLOWED


def test_tensorflow_and_dask_stay_in_their_rooms_which_are_entered_late():
    users = {}
    for room, name, late in imports():
        users.setdefault(name, set()).add((room, late))
    assert {room for room, _ in users["tensorflow"] | users["keras"]} == {"network"}
    assert {room for room, _ in users["distributed"]} == {"training"}
    assert {late for room, late in users["network"] if room == "training"} == {True}
    assert users["training"] == {("run", True)}
