"""MNIST: its four idx files, and what else is known of it; missing files are downloaded first.

Their content has the checksums below, and a file that is there is never overwritten. MNIST is by
Yann LeCun, Corinna Cortes and Christopher Burges, CC BY-SA 3.0; the votes by Northcutt, Athalye and
Mueller, Apache-2.0; the writers by Yadav and Bottou, QMNIST, BSD.
"""

import gzip
import hashlib
import io
import re
import sys
import warnings
import zlib
from pathlib import Path

from .digits import DataError, Digits
from .files import idx, unpacked

TIMEOUTS = (5, 15)  # seconds to wait for a connection, and for the next bytes
#: Folders that serve the four files of MNIST as .gz, in the order in which they are tried.
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
#: SHA-256 of the *uncompressed* files, so that any mirror and any compression will do.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
#: `Digits.digest` of all of it, by which it is known under any name.
DIGEST = "53b4de002add035efcc1bfa27d6d7517ef6c2afced7b7012fd6913d0c3f8e78b"
_VOTES = "https://raw.githubusercontent.com/cleanlab/label-errors/6d5d6b31a13216290afc40e5c6319399c4d15c06/mturk/"
_WRITERS = "https://raw.githubusercontent.com/facebookresearch/qmnist/94061367ec2e099ea18c553c75727ecf849ddb9b/"
#: Files that the report gains by, and does without: where from, and SHA-256 as they are there.
OPTIONAL = {
    "mnist_mturk.json":
        (_VOTES, "448bd00fc9df262c68d50d48709d7fa3d5dc966bc66580e5df20e0dcba6e5612"),
    "qmnist-train-labels.tsv.gz":
        (_WRITERS, "063229afb535986df50a905c6fa03b716f503bd859d2d9bc8a9b4e2c6a2ccee4"),
    "qmnist-test-labels.tsv.gz":
        (_WRITERS, "fe2001449c9580376e16fad7a14cc4f525644b6ffeadc47dc249938529002904"),
}  # fmt: skip


class DownloadError(DataError):
    """A file is not on disk, and could not be put there."""


def load_mnist(folder: Path) -> Digits:
    """Return MNIST from its four files in `folder`, as `load_digits` tells."""
    paths = {}
    for name in MNIST_SHA256:  # also as train-images.idx3-ubyte; plain ones come first
        found = sorted(filter(Path.is_file, folder.glob(name.replace("-idx", "[-.]idx") + "*")))
        paths[name] = next((path for path in found if re.search(r"ubyte(\.gz)?$", path.name)), None)
    # All that is there is verified before anything is asked for: damage must not pass as absence.
    arrays = {name: idx(_read(path, MNIST_SHA256[name])) for name, path in paths.items() if path}
    for name in (name for name, path in paths.items() if not path):
        urls = [f"{mirror}{name}.gz" for mirror in MIRRORS]
        try:
            download(folder / name, urls, MNIST_SHA256[name])
        except DownloadError as error:
            raise DownloadError(
                f"MNIST is not on disk and could not be downloaded ({error}). Place {name} by hand "
                f"in {folder.resolve()}, which needs {', '.join(MNIST_SHA256)} (each plain or "
                ".gz), or use DATASET=sample, which needs no network"
            ) from None
        arrays[name] = idx(_read(folder / name, MNIST_SHA256[name]))
    return Digits(*(arrays[name] for name in MNIST_SHA256), name="mnist")


def load_optional(name: str, data_dir: str | Path) -> bytes | None:
    """Return the content of an optional file in `data_dir`, downloaded to there if it is missing.

    None, and a line on stderr, if it cannot be had; `DataError` if damaged. name: of `OPTIONAL`.
    """
    source, sha256 = OPTIONAL[name]
    path = Path(data_dir, name)
    if not path.is_file():
        try:
            download(path, [f"{source}{name}"], sha256)
        except DownloadError as error:
            lost = f"Without {name}, part of the report is left out ({error})"
            print(f"{lost}. To have it, place it in {path.parent.resolve()}", file=sys.stderr)
            return None
    return _read(path, sha256, packed=True)


def download(path: Path, urls: list[str], sha256: str) -> None:
    """Put a file of that checksum at `path`, unpacked, from the first URL that has it, or raise."""
    with warnings.catch_warnings(action="ignore"):  # pooch misses widgets that nobody needs
        import pooch
    pooch.get_logger().setLevel("ERROR")
    bar = sys.stderr.isatty()  # in a notebook it would end up on the page
    fetch = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUTS)

    def fetch_and_unpack(url: str, file: str, manager: object) -> None:
        packed = io.BytesIO()
        fetch(url, packed, manager)
        Path(file).write_bytes(gzip.decompress(packed.getvalue()))

    failures = []
    for url in urls:
        way = fetch_and_unpack if url.endswith(".gz") and path.suffix != ".gz" else fetch
        try:
            pooch.retrieve(url, f"sha256:{sha256}", path.name, path.parent, downloader=way)
            path.chmod(0o644)  # pooch's is for its owner alone
            return
        except Exception as error:  # whatever it is, the next one may be well
            while error.__context__:  # what went wrong first is short, all else tells of retries
                error = error.__context__
            failures.append(f"{url}: {type(error).__name__}: {error}")
    raise DownloadError("; ".join(failures))


def _read(path: Path, sha256: str, *, packed: bool = False) -> bytes:
    """Return what is in a file, unpacked unless `packed`, if it has that checksum."""
    try:
        content = path.read_bytes() if packed else unpacked(path.read_bytes())
        found = hashlib.sha256(content).hexdigest()
        problem = f"its SHA-256 is {found}, not {sha256}" if found != sha256 else ""
    except (OSError, EOFError, zlib.error) as error:
        problem = f"it cannot be read ({error})"
    if problem:
        remedy = "It was left as it is: delete it to have it downloaded, or replace it"
        raise DataError(f"{path} is damaged, or something else: {problem}. {remedy}")
    return content
