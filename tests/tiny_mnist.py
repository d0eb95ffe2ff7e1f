"""An MNIST of five digits, and two mirrors that serve it on loopback: no network is reached."""

import gzip
import hashlib
import struct
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

from ambiguous_digits.data import mnist

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
MNIST = {  # three training and two test digits, 2 by 3 pixels, written by hand
    TRAIN_IMAGES: struct.pack(">4I", 0x803, 3, 2, 3) + bytes(range(18)),
    TRAIN_LABELS: struct.pack(">2I", 0x801, 3) + bytes([5, 0, 4]),
    TEST_IMAGES: struct.pack(">4I", 0x803, 2, 2, 3) + bytes(range(200, 212)),
    TEST_LABELS: struct.pack(">2I", 0x801, 2) + bytes([7, 2]),
}
OPTIONAL = {"mnist_mturk.json": b"[votes]", "qmnist-test-labels.tsv.gz": gzip.compress(b"hands")}
SERVED = {f"{name}.gz": gzip.compress(raw, mtime=0) for name, raw in MNIST.items()} | OPTIONAL
LOGIN_PAGE = b"<!DOCTYPE html><title>Log in</title>"
OTHER = b"\x00\x00\x08\x01"

# What a mirror may answer instead of a body: its status, what it sends, how long it says that is.
ANSWERS = {
    "good": lambda body: (200, body, len(body)),
    "missing": lambda body: (404, b"", 0),
    "half": lambda body: (200, body[: len(body) // 2], len(body)),
    "other": lambda body: (200, gzip.compress(OTHER), len(gzip.compress(OTHER))),
    "login": lambda body: (200, LOGIN_PAGE, len(LOGIN_PAGE)),
    "hanging": lambda body: (time.sleep(1) or 200, body, len(body)),
}


@contextmanager
def serving(monkeypatch):
    """Let the tiny files be MNIST's; yield mirrors, with what they are asked and what each says."""
    mirrors = SimpleNamespace(asked=[], says=lambda path: "good")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            mirrors.asked.append(self.path)
            answer = ANSWERS[mirrors.says(self.path)]
            status, body, length = answer(SERVED[self.path.rpartition("/")[2]])
            self.send_response(status)
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.log_message = server.handle_error = lambda *args: None  # we hang up on one that hangs
    mirrors.url = f"http://127.0.0.1:{server.server_port}"
    sums = {name: sha256(content) for name, content in MNIST.items()}
    sources = {name: (f"{mirrors.url}/source/", sha256(raw)) for name, raw in OPTIONAL.items()}
    urls = tuple(f"{mirrors.url}/{name}/" for name in ("first", "second"))
    for name, ours in (("MIRRORS", urls), ("MNIST_SHA256", sums), ("OPTIONAL", sources)):
        monkeypatch.setattr(mnist, name, ours)
    monkeypatch.setenv("NO_PROXY", "*")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield mirrors
    server.shutdown()
    server.server_close()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def folder_content(folder):
    return {path.name: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def write(data_dir, *, gz=True, without=()):
    """Write the files of the tiny MNIST; return their folder."""
    folder = Path(data_dir, "mnist")
    folder.mkdir()
    for name in MNIST.keys() - set(without):
        end, content = (".gz", SERVED[f"{name}.gz"]) if gz else ("", MNIST[name])
        Path(folder, name + end).write_bytes(content)
    return folder
