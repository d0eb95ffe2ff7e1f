"""One notebook, run by papermill from the command line, as make does it.

`python -m ambiguous_digits.notebook NOTEBOOK OUTPUT name=value ...`: a value is passed as a number
if the notebook's parameter is an `int`. What the cells print goes to the terminal as they run.
"""

import os
import re
import sys
from pathlib import Path

import papermill
from jupyter_client import AsyncKernelManager
from papermill.exceptions import PapermillExecutionError


class EncryptedKernelManager(AsyncKernelManager):
    """Talks to its kernel in cipher, and so spares the terminal a warning at every start."""

    transport_encryption = "auto"


def main(notebook: Path, output: Path, parameters: dict[str, str | int]) -> None:
    """Run `notebook`; `output` appears when all went well, else OUTPUT.partial.ipynb is kept.

    Exits with the failing cell and its error in a few lines.
    """
    partial = output.with_name(f"{output.stem}.partial.ipynb")
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            notebook,
            partial,
            parameters=parameters,
            kernel_name="python3",
            kernel_manager_class=EncryptedKernelManager,
            progress_bar=False,
            stdout_file=sys.stdout,
        )
    except PapermillExecutionError as error:
        first, *_ = error.source.strip().splitlines()
        sys.exit(
            f"{notebook}, cell {error.exec_count} ({first} ...) failed:\n"
            f"{error.ename}: {error.evalue}\nThe notebook so far: {partial}"
        )
    os.replace(partial, output)


def _typed(parameter: dict[str, str], text: str) -> str | int:
    """Return `text` as the parameter's type, or unchanged: the notebook refuses what is wrong."""
    whole = parameter.get("inferred_type_name") == "int" and re.fullmatch(r"-?\d+", text)
    return int(text) if whole else text


if __name__ == "__main__":
    known = papermill.inspect_notebook(sys.argv[1])
    pairs = (argument.split("=", 1) for argument in sys.argv[3:])
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        {name: _typed(known.get(name, {}), text) for name, text in pairs},
    )
