"""What brings files from the network: by pooch, with known hashes, whole or not at all."""

import gzip
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from .digits import DataError

#: Seconds to wait for a connection, and for the next bytes.
TIMEOUTS = (5, 15)


class DownloadError(DataError):
    """A file is not on disk, and could not be put there."""


def download(path: Path, urls: list[str], sha256: str) -> None:
    """Put a file at `path`, from the first of `urls` that has it; one that ends in .gz is unpacked.

    sha256: of the file as it will lie there. Raises DownloadError, which says why each failed.
    """
    with warnings.catch_warnings(action="ignore"):  # pooch misses widgets that nobody needs
        import pooch
    pooch.get_logger().setLevel("ERROR")
    bar = sys.stderr.isatty()  # in a notebook it would end up on the page
    fetch = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUTS)

    def fetch_and_unpack(url: str, file: str, manager: object) -> None:
        with tempfile.TemporaryFile() as packed, open(file, "wb") as plain:
            fetch(url, packed, manager)
            packed.seek(0)
            with gzip.open(packed) as content:
                shutil.copyfileobj(content, plain)

    failures = []
    for url in urls:
        way = fetch_and_unpack if url.endswith(".gz") and path.suffix != ".gz" else fetch
        try:
            pooch.retrieve(url, f"sha256:{sha256}", path.name, path.parent, downloader=way)
            path.chmod(0o644)  # pooch's is for its owner alone
            return
        except Exception as error:  # whatever it is, the next one may be well
            cause: BaseException = error
            while cause.__context__:  # what went wrong first is short, all else tells of retries
                cause = cause.__context__
            failures.append(f"{url}: {type(cause).__name__}: {cause}")
    raise DownloadError("; ".join(failures))
