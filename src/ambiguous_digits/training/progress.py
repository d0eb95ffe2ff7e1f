"""What is told of epochs and networks done: a bar for whoever looks on, lines for the log."""

import os
from pathlib import Path
from typing import TextIO

from tqdm import tqdm


def append(file: Path, line: str) -> None:
    """Add a line to a file that others add to as well."""
    with open(file, "a") as epochs:
        epochs.write(f"{line}\n")


class Progress:
    """Reads what workers tell into `epochs_file`, shows it on `out` and in run/training.log."""

    def __init__(self, run: Path, *, networks: int, epochs: int, out: TextIO):
        self._networks, self._epochs, self._done, self._state = networks, epochs, 0, ""
        self._reached: dict[str, int] = {}  # by network: one that starts anew counts anew
        run.mkdir(parents=True, exist_ok=True)
        self._log = open(run / "training.log", "a", buffering=1, encoding="utf-8")  # noqa: SIM115
        self.epochs_file = run / "epochs.txt"
        self.epochs_file.write_text("")
        self._epochs_read = open(self.epochs_file)  # noqa: SIM115
        self._out = out
        self._bar = tqdm(
            total=networks * epochs,
            file=out,
            ascii=True,
            bar_format="{percentage:3.0f} % |{bar:20}| {remaining} left{postfix}",
        )

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        for resource in (self._bar, self._epochs_read, self._log):
            resource.close()
        self.epochs_file.unlink(missing_ok=True)

    def read_epochs(self) -> None:
        """Tell of the epochs that workers have noted since the last call."""
        for words in map(str.split, self._epochs_read):
            if len(words) != 4:
                continue  # a part of a line: more may come, or the disk is full
            repeat, fold, epoch, accuracy = words
            self._reached[f"r{repeat}k{fold}"] = int(epoch)
            self._bar.n = sum(self._reached.values())  # told by _tell, with its state
            self._state = (
                f"network r{repeat}k{fold}: epoch {epoch} of {self._epochs}, "
                f"{float(accuracy):.2%} right on its held-out digits"
            )
            self._tell()

    def count_network(self) -> None:
        """Tell that one more network is done."""
        self._done += 1
        self._tell()

    def say(self, sentence: str) -> None:
        """Tell something else, once, between the bar's lines."""
        self._bar.write(sentence, file=self._out)
        self._log.write(f"{sentence}\n")

    def alive(self) -> None:
        """Note, by the log's time, that others compute while this process waits for them."""
        os.utime(self._log.fileno())

    def _tell(self) -> None:
        self._bar.set_postfix_str(f"{self._done} of {self._networks} networks done; {self._state}")
        self._log.write(f"{self._bar}\n")
