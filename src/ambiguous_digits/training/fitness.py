"""Which worker of a cluster is fit to train: one that would give the same bits as this process."""

import os
from typing import Any

from .. import provenance
from .plan import text_of_network

PACKAGES = ("tensorflow", "keras", "ambiguous-digits", "distributed")
#: What changes TensorFlow's bits from outside; make unsets it for processes of its own.
SETTINGS = ("TF_ENABLE_ONEDNN_OPTS", "TF_DETERMINISTIC_OPS", "TF_XLA_FLAGS", "XLA_FLAGS")


def marks() -> dict[str, Any]:
    """Return what must be the same in every process of a cluster, by name."""
    return {
        **provenance.versions(*PACKAGES),
        "network.py": f"the text with SHA-256 {text_of_network()[:12]}...",
        **{name: os.environ.get(name, "") for name in SETTINGS},
    }


def needed() -> dict[str, Any]:
    """Return what a worker must have: the marks of this process, and one thread.

    So there is one network at a time in a worker, and as many at a time as there are workers.
    """
    return {"threads": 1, **marks()}


def enlist(dask_worker: Any) -> dict[str, Any]:
    """Return what a worker has; runs there."""
    return {"threads": dask_worker.state.nthreads, **marks()}


def problem(found: dict[str, Any] | Exception, needed: dict[str, Any]) -> str:
    """Return what is wrong with a process that has `found`: "" if it is fit."""
    if isinstance(found, Exception):
        return f"lacks this package, or has another version of it: {found}"
    wrong = [
        f"{name} is {found.get(name)!r}, not {value!r}"
        for name, value in needed.items()
        if found.get(name) != value
    ]
    return f"is unfit to train: {'; '.join(wrong)}" if wrong else ""
