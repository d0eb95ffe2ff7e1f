"""The disk: files are looked for, opened and written so that what goes wrong is said in words."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from .digits import DataError


def is_there(path: Path) -> bool:
    """Return whether anything has this name; a link that leads nowhere counts.

    Raises `DataError` if that cannot be known: what is hidden must not pass as absent.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise DataError(
            f"{path} cannot be looked for: {why(error)}. DATA_DIR must be a folder that can be read"
        ) from error
    return True


def open_file(path: Path) -> BinaryIO:
    """Return the file, open to read. Raises OSError, also if it is no file: a pipe never ends."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("a folder, pipe or device, but a file is needed")
    return path.open("rb")


def write_whole(path: Path, content: bytes) -> None:
    """Write the whole file or none: neither a reader nor a crash meets half of it.

    Raises `DataError` that names the file.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(content)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"{path} could not be written: {why(error)}. Make room there, or allow writing"
        ) from error


def why(error: OSError) -> str:
    """Return the reason alone, without number and path."""
    return error.strerror or str(error)
