"""What brings files from the network, and surely ends: whoever calls checks what was brought."""

import io
import threading

from tqdm import tqdm

from .digits import require

#: Bytes that a file may have on disk, on its way, and unpacked. MNIST's largest has 47,040,016.
LARGEST = 50_000_000
#: Seconds to wait for a connection, and for the next bytes.
TIMEOUTS = (5, 15)
#: A download that brings fewer than so many bytes in so many seconds is given up.
SLOWEST = (100_000, 20)


class _Body(io.BytesIO):
    """What a mirror has sent, as far as a file that is needed could go on."""

    def write(self, chunk: bytes) -> int:
        require_size("it sent", self.tell() + len(chunk))
        return super().write(chunk)


def fetch(url: str) -> bytes:
    """Return what `url` answers.

    It surely ends: a read time-out alone never stops a server that trickles, or never ends.
    """
    import pooch  # here, for in a notebook it warns of widgets that nobody needs

    failures = []

    def work() -> None:
        try:
            # A plain bar, and on terminals only: in a notebook it would end up on the page. pooch
            # sets the total, but first asks for the bar's truth, which tqdm lacks without a total.
            style = {"unit": "B", "unit_scale": True, "ncols": 79}
            with tqdm(desc=url.rpartition("/")[2], total=1, disable=None, **style) as bar:
                pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUTS)(url, body, pooch=None)
        except Exception as error:
            failures.append(error)

    least, seconds = SLOWEST
    worker = threading.Thread(target=work, daemon=True)
    with _Body() as body:  # once closed, it ends a worker that still writes
        worker.start()
        while worker.is_alive():
            before = body.tell()
            worker.join(seconds)
            if worker.is_alive() and body.tell() - before < least:
                raise TimeoutError(f"fewer than {least} bytes in {seconds} s")
        if failures:
            raise failures.pop()  # and keeps no hold on it, nor on its connection
        return body.getvalue()


def first_cause(error: BaseException) -> str:
    """Return the kind and text of what went wrong first: it is short, all else tells of retries."""
    while error.__context__:
        error = error.__context__
    return f"{type(error).__name__}: {error}"


def require_size(verb: str, size: int) -> None:
    """Raise `DataError`, "<verb> so many bytes or more", if no file that is needed is so large."""
    require(size <= LARGEST, f"{verb} {size:,} bytes or more, but at most {LARGEST:,} are taken")
