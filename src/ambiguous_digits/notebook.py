"""One notebook, run by papermill from the command line, as make does it.

`python -m ambiguous_digits.notebook NOTEBOOK OUTPUT name=value ...`: a value is passed as a number
if the notebook's parameter is an `int`, and left out if it is empty. What the cells print goes to
the terminal as they run. However this process ends, what it started ends with it.
"""

import os
import signal
import sys
import threading
from pathlib import Path

import papermill
import psutil
from jupyter_client import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from .gate import number

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds between two looks at make and at the kernel.
STEP = 0.5
#: Seconds in which kernel and workers must have used a hundredth of a processor, or the log beside
#: the output must have been written, which tells of workers elsewhere: or they hang.
PATIENCE = 300.0


class EncryptedKernelManager(AsyncKernelManager):
    """Talks to its kernel in cipher, and so spares the terminal a warning at every start."""

    transport_encryption = "auto"


class Stopped(Exception):
    """Why a notebook must not go on."""


def main(notebook: Path, output: Path, parameters: dict[str, str | int]) -> None:
    """Run `notebook`; `output` appears when all went well, else OUTPUT.partial.ipynb is kept.

    Exits with the failing cell and its error in a few lines.
    """
    partial = output.with_name(f"{output.stem}.partial.ipynb")
    output.parent.mkdir(parents=True, exist_ok=True)
    errors: list[Exception] = []

    def execute() -> None:
        try:
            papermill.execute_notebook(
                notebook,
                partial,
                parameters=parameters,
                kernel_name="python3",
                kernel_manager_class=EncryptedKernelManager,
                extra_arguments=["--log-level=CRITICAL"],  # else it tells of its own shutdown
                progress_bar=False,
                stdout_file=sys.stdout,
            )
        except Exception as error:
            errors.append(error)

    # A thread, for papermill may hang after its last cell, and hides signals from its main thread.
    work = threading.Thread(target=execute, daemon=True)
    try:
        _watch(work, output.with_name("training.log"))
    except Stopped as reason:
        _end(work)
        _leave(
            f"{notebook} was stopped: {reason}. Networks that are done are kept; make report goes "
            "on with those that are missing."
        )
    if errors:
        sys.exit(f"{notebook}{_told(errors[0])}\nThe notebook so far: {partial}")
    os.replace(partial, output)


def _watch(work: threading.Thread, log: Path) -> None:
    """Return when `work` is done. Raises Stopped on a signal, without make, and if all is still."""
    # Noted, not raised: a thread whose join is interrupted passes for ended, in Python 3.11.
    noted: list[int] = []
    for signum in SIGNALS:
        if signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, lambda signum, _: noted.append(signum))
    make, steps, before, written = os.getppid(), 0, {}, _written(log)
    work.start()
    while work.is_alive():
        work.join(STEP)
        steps += 1
        if noted:
            raise Stopped(signal.Signals(noted[0]).name)
        if os.getppid() != make:
            raise Stopped("make has ended")
        if steps * STEP >= PATIENCE:
            now, written_now = _seconds_used(), _written(log)
            used = sum(seconds - before.get(process, 0) for process, seconds in now.items())
            if used < PATIENCE / 100 and written_now == written:
                raise Stopped(f"nothing was computed for {PATIENCE:.0f} seconds")
            steps, before, written = 0, now, written_now


def _written(log: Path) -> int | None:
    """Return when `log` was written last, if there is one."""
    return log.stat().st_mtime_ns if log.exists() else None


def _seconds_used() -> dict[psutil.Process, float]:
    """Return the processor time that each process below this one has used."""
    used = {}
    for process in psutil.Process().children(recursive=True):
        try:
            used[process] = sum(process.cpu_times()[:2])
        except psutil.Error:
            continue  # it has just ended
    return used


def _end(work: threading.Thread) -> None:
    """End all processes below this one: the kernel is asked, and has 3 seconds."""
    for signum in SIGNALS:
        signal.signal(signum, signal.SIG_IGN)  # who is impatient presses twice
    kernels, all_below = (psutil.Process().children(recursive=deep) for deep in (False, True))
    _send(signal.SIGINT, kernels)
    work.join(3)
    _send(signal.SIGKILL, all_below)


def _send(signum: int, processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.send_signal(signum)
        except psutil.Error:
            continue  # it has ended


def _leave(message: str) -> None:
    try:
        print(message, file=sys.stderr, flush=True)
    finally:
        os._exit(1)  # papermill's thread and its own tidying up may hang


def _told(error: Exception) -> str:
    if isinstance(error, PapermillExecutionError):
        first = next(iter(error.source.strip().splitlines()), "")
        cell = f", cell {error.exec_count} ({first} ...) failed"
        return f"{cell}:\n{error.ename}: {error.evalue}"
    if isinstance(error, DeadKernelError):
        return " failed: its kernel died, killed perhaps for want of memory. Run make report again."
    return f" failed: {type(error).__name__}: {error}"


def _typed(parameter: dict[str, str], text: str) -> str | int:
    """Return `text` as the parameter's type, or unchanged: the notebook refuses what is wrong."""
    return number(text) if parameter.get("inferred_type_name") == "int" else text


if __name__ == "__main__":
    known = papermill.inspect_notebook(sys.argv[1])
    pairs = [argument.split("=", 1) for argument in sys.argv[3:]]
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        {name: _typed(known.get(name, {}), text) for name, text in pairs if text},
    )
