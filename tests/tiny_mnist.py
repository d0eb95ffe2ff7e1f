"""An MNIST of five digits, and mirrors that serve it: no test reaches the network."""

import gzip
import hashlib
import os
import socket
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ambiguous_digits.data import mnist

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
LOGIN_PAGE = b"<!DOCTYPE html><title>Log in</title>"

# An MNIST of three training and two test digits, 2 by 3 pixels, written by hand.
TINY = {
    TRAIN_IMAGES: struct.pack(">4I", 0x803, 3, 2, 3) + bytes(range(18)),
    TRAIN_LABELS: struct.pack(">2I", 0x801, 3) + bytes([5, 0, 4]),
    TEST_IMAGES: struct.pack(">4I", 0x803, 2, 2, 3) + bytes(range(200, 212)),
    TEST_LABELS: struct.pack(">2I", 0x801, 2) + bytes([7, 2]),
}


def use_tiny_mnist(monkeypatch):
    """Let tiny files be MNIST's, and mirrors be some that refuse."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    mirrors = (f"http://127.0.0.1:{port}/first/", f"http://127.0.0.1:{port}/second/")
    monkeypatch.setattr(mnist, "MIRRORS", mirrors)
    monkeypatch.setenv("NO_PROXY", "*")
    set_checksums(monkeypatch, TINY)


def set_checksums(monkeypatch, contents):
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(mnist, "MNIST_SHA256", sums)


def write_tiny(data_dir, *, gz=True, **kwargs):
    """Write the tiny files; a keyword train_images_idx3_ubyte=bytes replaces, None leaves out."""
    folder = Path(data_dir, "mnist")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in TINY.items():
        content = gzip.compress(content) if gz else content
        content = kwargs.get(name.replace("-", "_"), content)
        if content is not None:
            Path(folder, name + (".gz" if gz else "")).write_bytes(content)
    return folder


def folder_content(folder):
    return {path.name: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def refuse_writing(monkeypatch, step, number):
    """Let one step of writing a file fail as the operating system does with this error number."""

    def refuse(path, *args, **kwargs):
        if step == "write_bytes":  # a disk is full only after some bytes
            with open(path, "wb") as file:
                file.write(args[0][:9])
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(os if step == "replace" else Path, step, refuse)


class Mirrors:
    """A real server on loopback. What it answers under first/ and second/ is set by the test."""

    def __init__(self):
        self.asked = []
        self.done = threading.Event()
        self.first = self.second = self.good
        mirrors = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self):
                mirrors.asked.append(self.path)
                folder, _, file = self.path[1:].partition("/")
                getattr(mirrors, folder)(self, file)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *args: None  # a client that hangs up is what we test
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.done.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, body, length=None):
        handler.send_response(200)
        handler.send_header("Content-Length", length or len(body))
        handler.end_headers()
        handler.wfile.write(body)

    def good(self, handler, file):
        self.answer(handler, gzip.compress(TINY[file.removesuffix(".gz")]))

    def missing(self, handler, file):
        handler.send_error(404)

    def half(self, handler, file):
        body = gzip.compress(TINY[file.removesuffix(".gz")])
        self.answer(handler, body[: len(body) // 2], len(body))

    def cut(self, handler, file):
        body = gzip.compress(TINY[file.removesuffix(".gz")])
        self.answer(handler, body[: len(body) // 2])

    def other(self, handler, file):
        self.answer(handler, gzip.compress(b"\x00\x00\x08\x01"))

    def bomb(self, handler, file):
        self.answer(handler, gzip.compress(bytes(1_000_000)))

    def broken(self, handler, file):
        handler.send_error(500)

    def moved(self, handler, file):
        self.redirect(handler, f"{self.url}/login/page.html")

    def turning(self, handler, file):
        self.redirect(handler, self.url + handler.path)

    def redirect(self, handler, url):
        handler.send_response(302)
        handler.send_header("Location", url)
        handler.end_headers()

    def login(self, handler, file):
        self.answer(handler, LOGIN_PAGE)

    def hanging(self, handler, file):
        self.done.wait(10)

    def trickling(self, handler, file):
        self.answer(handler, b"", 1_000_000)
        while not self.done.wait(0.02):
            handler.wfile.write(b"\x00")

    def endless(self, handler, file):
        handler.send_response(200)
        handler.end_headers()
        while not self.done.is_set():
            handler.wfile.write(bytes(10_000))


@contextmanager
def serving(monkeypatch):
    """Yield mirrors that serve the tiny files."""
    mirrors = Mirrors()
    monkeypatch.setattr(mnist, "MIRRORS", (f"{mirrors.url}/first/", f"{mirrors.url}/second/"))
    try:
        yield mirrors
    finally:
        mirrors.close()
