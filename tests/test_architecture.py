"""The house: which room may open the door of which other, and that TensorFlow stays in its own."""

import ast
import subprocess
import sys
from pathlib import Path

import ambiguous_digits

PACKAGE = Path(ambiguous_digits.__file__).parent

# Room -> the others that it may import. "." is the package itself: version, project's folder.
ALLOWED = {
    "__init__": set(),
    "article": {"data", "figures"},
    "backwards": {"network", "scores"},
    "calibration": {"evaluation", "scores"},
    "data": {"data"},
    "evaluation": {"ranking", "scores"},
    "export": {"network", "results"},
    "figures": set(),
    "network": set(),
    "people": {"evaluation", "ranking", "stability"},
    "planted": {"network"},
    "provenance": {"."},
    "ranking": {"scores"},
    "report": {"article", "results"},
    "results": set(),
    "run": {".", "data", "provenance", "results", "training"},
    "scores": set(),
    "stability": {"evaluation", "ranking", "scores"},
    "training": {"data", "network", "provenance", "results"},
    "witnesses": {"ranking", "scores"},
}
WITH_TENSORFLOW = {"network", "export", "backwards", "planted"}


def module_name(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path):
    """(full name of what is imported, whether inside a function) for each import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, functions)
        for node in ast.walk(function)
    }
    package = module_name(path).split(".")
    if path.stem != "__init__":
        package = package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{source}.{alias.name}", id(node) in inside


def rooms():
    """Room -> its files: a module, or a folder of modules."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        found.setdefault(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), []).append(path)
    return found


def inner_imports():
    """(room, other room that it imports, whether inside a function) for each import of ours."""
    known = rooms()
    for room, paths in known.items():
        for path in paths:
            for name, inside in imported(path):
                package, _, rest = name.partition(".")
                if package == "ambiguous_digits":
                    target = rest.split(".")[0]
                    if target != room:
                        yield room, target if target in known else ".", inside


def test_every_room_is_in_the_plan():
    assert set(rooms()) == set(ALLOWED)


def test_each_room_imports_only_the_rooms_that_the_plan_allows():
    found = {(room, target) for room, target, _ in inner_imports()}
    allowed = {(room, target) for room, targets in ALLOWED.items() for target in targets}
    assert found - allowed == set()
    assert ("ranking", "scores") in found  # else no import was seen at all


def test_tensorflow_and_workers_are_loaded_late_inside_a_function():
    late = {(room, target) for room, target, inside in inner_imports() if inside}
    early = {(room, target) for room, target, inside in inner_imports() if not inside}
    assert late == {("training", "network"), ("run", "training")}
    assert late & early == set()


def test_only_the_network_imports_tensorflow_or_keras():
    found = {
        room
        for room, paths in rooms().items()
        for path in paths
        for name, _ in imported(path)
        if name.split(".")[0] in ("tensorflow", "keras")
    }
    assert found == {"network"}


def test_importing_all_else_leaves_tensorflow_unloaded():
    modules = [
        module_name(path)
        for room, paths in rooms().items()
        if room not in WITH_TENSORFLOW
        for path in paths
    ]
    imports = f"import sys, {', '.join(modules)}"
    code = f"{imports}\nprint({{'tensorflow', 'keras'}} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ambiguous_digits.training" in modules
    assert found.stdout == "set()\n"
