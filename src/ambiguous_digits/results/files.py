"""How result files come to be: under a temporary name, then renamed. What exists is whole."""

import ctypes
import glob
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it to `path` if all went well, else remove it."""
    partial = _partial(path)
    try:
        yield partial
        _settle(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder beside `path`; let it take the place of `path` if all went well.

    Both change places in one step. Where the system cannot (another file system is mounted there,
    or a lower layer of a container) the files are replaced one by one.
    """
    path = path.resolve()
    partial = _partial(path)
    partial.mkdir()
    try:
        yield partial
        for file in files_in(partial):
            _settle(file)
        if not path.exists():
            partial.rename(path)
            return
        try:
            _exchange(partial, path)
        except (OSError, AttributeError):  # the latter: a C library without it
            _replace_files(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _partial(path: Path) -> Path:
    """Return a temporary path beside `path`; remove what dead processes left under such a one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.new{path.suffix}")
    for left in path.parent.glob(f".{glob.escape(path.stem)}.*.new{glob.escape(path.suffix)}"):
        pid = left.name.removesuffix(path.suffix).split(".")[-2]
        if left == partial or (pid.isdigit() and not _alive(int(pid))):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return partial


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _settle(path: Path) -> None:
    """Have the file's content on the disk before its name: the machine may go away in between."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _exchange(one: Path, other: Path) -> None:
    """Let two paths change places in one step. Raises OSError where the system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = libc.renamex_np(*names, 2)  # RENAME_SWAP
    else:
        here = -100  # AT_FDCWD
        failed = libc.renameat2(here, names[0], here, names[1], 2)  # RENAME_EXCHANGE
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))


def _replace_files(new: Path, old: Path) -> None:
    """Make the folder `old` hold what `new` holds, file by file, each of them whole."""
    names = [file.relative_to(new) for file in files_in(new)]
    for name in names:
        with replacing(old / name) as partial:
            shutil.copyfile(new / name, partial)
    for file in files_in(old):
        if file.relative_to(old) not in names:
            file.unlink()
