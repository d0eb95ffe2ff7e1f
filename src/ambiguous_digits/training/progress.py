"""What is told of epochs and networks done: a bar for whoever looks on, lines for the log."""

import sys
import threading
from contextlib import AbstractContextManager
from pathlib import Path

from tqdm import tqdm


class Progress(AbstractContextManager):
    """A bar on stdout, whose states are also lines of run/training.log. Any thread may tell."""

    def __init__(self, run: Path, *, networks: int, epochs: int):
        self._networks, self._epochs, self._done = networks, epochs, 0
        self._state, self._reached = "", {}  # by network: one that starts anew counts anew
        self._one_at_a_time = threading.Lock()
        run.mkdir(parents=True, exist_ok=True)
        self._log = open(run / "training.log", "a", buffering=1, encoding="utf-8")  # noqa: SIM115
        form = "{percentage:3.0f} % |{bar:20}| {remaining} left{postfix}"
        self._bar = tqdm(total=networks * epochs, file=sys.stdout, ascii=True, bar_format=form)

    def __exit__(self, *_: object) -> None:
        self._bar.close()
        self._log.close()

    def epoch(self, repeat: int, fold: int, epoch: int, accuracy: float) -> None:
        """Tell that a network has finished an epoch."""
        with self._one_at_a_time:
            self._reached[repeat, fold] = epoch
            self._bar.n = sum(self._reached.values())
            state = f"network r{repeat}k{fold}: epoch {epoch} of {self._epochs}"
            self._state = f"{state}, {accuracy:.2%} right on its held-out digits"
            self._tell()

    def network(self) -> None:
        """Tell that one more network is done."""
        with self._one_at_a_time:
            self._done += 1
            self._tell()

    def say(self, sentence: str) -> None:
        """Tell something else, once, between the bar's lines."""
        with self._one_at_a_time:
            self._bar.write(sentence, file=self._bar.fp)
            self._log.write(f"{sentence}\n")

    def _tell(self) -> None:
        self._bar.set_postfix_str(f"{self._done} of {self._networks} networks done; {self._state}")
        self._log.write(f"{self._bar}\n")
