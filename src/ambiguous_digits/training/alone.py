"""One network, fitted in a process of its own below a worker of a cluster.

Keras draws a network's seeds from Python's global random numbers, and the threads in which a Dask
worker looks after itself draw from them too: of twenty networks fitted beside those, two came out
with other bits. `python -m ambiguous_digits.training.alone PID` is a process below process PID.
Digits and job come on its standard input; lines, then the network or an error, go to its output.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable

from .. import results
from ..data import Digits
from .fitting import Died, fit_job
from .plan import Job
from .processes import become_worker


def fit_alone(digits: Digits, job: Job, tell: Callable[[str], object]) -> results.Network:
    """Return what `fit_job` returns, or raise what it raises, from a new process.

    Raises Died if that dies. If `tell` raises, it is killed.
    """
    command = [sys.executable, "-P", "-m", __name__, str(os.getpid())]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        pickle.dump((digits, job), child.stdin)
        child.stdin.close()
        while isinstance(said := pickle.load(child.stdout), str):
            tell(said)
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        raise Died("its process died, killed perhaps for want of memory") from None
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    if isinstance(said, Exception):
        raise said
    return said


def main(parent: int) -> None:
    """Fit the network that is asked for on standard input, and say so on standard output."""
    become_worker(parent)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what else is printed is no answer

        def say(answer: object) -> None:
            pickle.dump(answer, answers)
            answers.flush()

        try:
            say(fit_job(*pickle.load(sys.stdin.buffer), say))
        except Exception as error:
            say(error)


if __name__ == "__main__":
    main(int(sys.argv[1]))
