"""Where a result comes from: code, versions, processor."""

import importlib.metadata
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import PROJECT

CPUINFO = Path("/proc/cpuinfo")  # what Linux tells of its processors; other systems do not have it
PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "pandas", "matplotlib")


def describe(networks: Sequence[Any]) -> dict[str, Any]:
    """Return, ready for JSON, what made these networks and what ran here: never a path or a host.

    networks: of `results.load_networks`, of one precision.
    """
    return {
        "processors": sorted({member.processor for member in networks}),
        "precision": networks[0].precision,
        "threads_per_network": 1,
        "python": platform.python_version(),
        **versions(*PACKAGES),
        "system": f"{platform.system()} {platform.machine()}",
    }


def facts(numbers: dict[str, Any]) -> dict[str, str]:
    """Return what one needs to make numbers.json, here `numbers`, again: heading -> words."""
    made, asked = numbers["provenance"], numbers["parameters"]
    seed, (repeats, folds) = asked["seed"], (asked["repeats"], asked["folds"])
    return {
        "Data": f"{numbers['dataset']}, SHA-256 {made['data'][:16]}…",
        "Networks": f"{numbers['networks']}: {repeats} × {folds} folds, {asked['epochs']} epochs",
        "Seed": f"{seed}; of network (r, k): SeedSequence([{seed}, r, k])",
        "Result": f"SHA-256 {numbers['digest'][:16]}… over all logits",
        "Code": f"last changed in commit {commit()}",
        "Python": made["python"],
        "Libraries": ", ".join(f"{name} {made[name]}" for name in PACKAGES),
        "Processor": ", ".join(made["processors"]),
        "Precision": f"{made['precision']} while training; all answers are float32",
        "Threads": f"{made['threads_per_network']} per network",
        "System": made["system"],
        "Training": f"{numbers['seconds']:,.0f} s, all networks added up",
    }


def versions(*packages: str) -> dict[str, str]:
    """Return the installed version of each package by name; tensorflow may be tensorflow-cpu."""
    found = [*importlib.metadata.distributions()][::-1]  # the first on the path counts
    installed = {str(each.name).replace("_", "-"): each.version for each in found}
    return {name: installed.get(name) or installed[f"{name}-cpu"] for name in packages}


def commit() -> str:
    """Return the last commit that touched the code, and whether the code differs from it."""
    code = ("src", "notebooks", "requirements.lock", "pyproject.toml")

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(PROJECT), *arguments, "--", *code]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    try:
        # Nothing of a repository that only lies around the project.
        last = git("log", "-1", "--format=%h of %cs") if (PROJECT / ".git").exists() else ""
        changed = ", and changes since" if git("status", "--porcelain") else ""
    except (OSError, subprocess.CalledProcessError):
        last = ""
    return f"{last}{changed}" if last else "unknown: no git repository"


def processor() -> str:
    """Return the processor's model: other models may give other bits."""
    models = _cpuinfo("model name")
    return models[0] if models else platform.processor() or platform.machine()


def precision() -> str:
    """Return what is fastest to train in: "mixed_bfloat16" by AMX or AVX-512, or else "float32"."""
    flags = {flag for line in _cpuinfo("flags")[:1] for flag in line.split()}
    return "mixed_bfloat16" if flags & {"amx_bf16", "avx512_bf16"} else "float32"


def _cpuinfo(name: str) -> list[str]:
    """Return what CPUINFO tells under `name`, for each core; nothing where there is none."""
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    return [line.split(":")[1].strip() for line in lines if line.split(":")[0].strip() == name]
