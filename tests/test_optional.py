"""Optional files: read or downloaded once, refused when damaged, done without when not to be had.

No test here reaches the network: what fetches is replaced.
"""

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from ambiguous_digits.data import DataError, download, load_optional, optional
from tiny_mnist import folder_content, refuse_writing

VOTES, TRAIN, TEST = optional.OPTIONAL
CONTENT = {VOTES: b"[votes]", TRAIN: b"\x1f\x8b train", TEST: b"\x1f\x8b test"}
SOURCE = {name: f"https://example.org/{name}" for name in CONTENT}


class Web:
    """What is asked for, and what is answered: by name the content, or an error."""

    def __init__(self):
        self.asked = []
        self.answers = dict(CONTENT)

    def fetch(self, url):
        name = url.rpartition("/")[2]
        assert url == SOURCE[name]
        self.asked.append(name)
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fail(self, *names):
        self.answers |= {name: ConnectionError("no route\nto host") for name in names}


@pytest.fixture(autouse=True)
def web(monkeypatch):
    table = {name: (SOURCE[name], hashlib.sha256(CONTENT[name]).hexdigest()) for name in CONTENT}
    monkeypatch.setattr(optional, "OPTIONAL", table)
    web = Web()
    monkeypatch.setattr(download, "fetch", web.fetch)
    return web


@pytest.fixture
def places(tmp_path):
    """DATA_DIR, which is there, and the folder of what is built, which is not yet."""
    data, build = tmp_path / "data", tmp_path / "build"
    Path(data, "mnist").mkdir(parents=True)
    Path(data, "mnist", "images.gz").write_bytes(b"images")
    return data, build


# On disk


def test_a_file_that_is_there_is_read_and_nothing_is_written_or_asked_for(places, web, capsys):
    data, build = places
    for name in CONTENT:
        Path(data, name).write_bytes(CONTENT[name])
    before = folder_content(data)
    assert {name: load_optional(name, *places) for name in CONTENT} == CONTENT
    assert web.asked == []
    assert folder_content(data) == before
    assert not build.exists()
    assert capsys.readouterr() == ("", "")


def test_a_damaged_file_is_named_and_left_alone(places, web):
    data, build = places
    path = Path(data, TRAIN)
    path.write_bytes(b"<!DOCTYPE html><title>Log in</title>")
    with pytest.raises(DataError) as e:
        load_optional(TRAIN, *places)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    assert str(e.value) == (
        f"{path} is not the {TRAIN} that is needed: SHA-256 {found} found, "
        f"{hashlib.sha256(CONTENT[TRAIN]).hexdigest()} needed; it starts with b'<!DOCTYPE html><'. "
        f"It was left as it is: delete it to have it downloaded, or replace it by {SOURCE[TRAIN]}"
    )
    assert path.read_bytes().startswith(b"<!DOCTYPE")
    assert web.asked == []
    assert not build.exists()


NO_FILE = {
    "a folder": (Path.mkdir, "a folder, pipe or device, but a file is needed"),
    "a pipe": (os.mkfifo, "a folder, pipe or device, but a file is needed"),
    "a link to nowhere": (lambda path: path.symlink_to("gone"), "No such file or directory"),
}


@pytest.mark.parametrize("kind", NO_FILE)
def test_what_is_no_file_is_named_and_left_alone(kind, places, web):
    make, text = NO_FILE[kind]
    path = Path(places[0], VOTES)
    make(path)
    before = path.lstat()
    with pytest.raises(DataError, match=f"{VOTES} is not the {VOTES} that is needed: {text}. It "):
        load_optional(VOTES, *places)
    assert path.lstat() == before
    assert web.asked == []


def test_a_file_too_large_is_refused_unread(places, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 5)
    Path(places[0], VOTES).write_bytes(CONTENT[VOTES])
    with pytest.raises(DataError, match="it has 7 bytes or more, but at most 5 are taken"):
        load_optional(VOTES, *places)


def test_a_name_that_is_none_is_refused(places, web):
    with pytest.raises(ValueError, match=f"name is 'votes.json'; needed: one of {VOTES}, {TRAIN}"):
        load_optional("votes.json", *places)
    assert web.asked == []


# Downloaded


def test_a_missing_file_is_downloaded_once(places, web, capsys):
    data, build = places
    shutil.rmtree(data)
    assert load_optional(TEST, *places) == CONTENT[TEST]
    assert load_optional(TEST, *places) == CONTENT[TEST]
    assert web.asked == [TEST]
    assert folder_content(data) == {TEST: CONTENT[TEST]}
    assert not build.exists()
    assert capsys.readouterr() == ("", "")


def test_what_cannot_be_had_is_told_in_one_line_and_not_asked_for_again(places, web, capsys):
    data, build = places
    web.fail(VOTES)
    before = folder_content(data)
    assert load_optional(VOTES, *places) is None
    assert capsys.readouterr() == (
        "",
        f"Without {VOTES}, part of the report is left out. It could not be had from "
        f"{SOURCE[VOTES]}: ConnectionError: no route to host. Place it by hand in {data}\n",
    )
    web.answers = CONTENT  # though it could be had now
    assert load_optional(VOTES, *places) is None
    assert web.asked == [VOTES]
    assert capsys.readouterr() == ("", "")
    assert folder_content(data) == before
    assert folder_content(build).keys() == {"optional.json"}


def test_another_content_is_told_and_never_reaches_the_disk(places, web, capsys):
    web.answers[TRAIN] = b"<!DOCTYPE html><title>Log in</title>"
    before = folder_content(places[0])
    assert load_optional(TRAIN, *places) is None
    assert folder_content(places[0]) == before
    assert "needed; it starts with b'<!DOCTYPE html><'. Place it by" in capsys.readouterr().err


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_disk_that_takes_nothing_is_told_and_keeps_no_half(
    step, places, web, monkeypatch, capsys
):
    data, _ = places
    before = folder_content(data)
    write_whole = optional.write_whole

    def write(path, content):
        with monkeypatch.context() as patch:
            if path.parent == data:
                refuse_writing(patch, step, errno.ENOSPC)
            write_whole(path, content)

    monkeypatch.setattr(optional, "write_whole", write)
    assert load_optional(TEST, *places) is None
    assert os.strerror(errno.ENOSPC) in capsys.readouterr().err
    assert folder_content(data) == before
    assert load_optional(TEST, *places) is None
    assert web.asked == [TEST]


def test_a_file_placed_by_hand_is_read_whatever_was_noted(places, web):
    web.fail(VOTES)
    assert load_optional(VOTES, *places) is None
    Path(places[0], VOTES).write_bytes(CONTENT[VOTES])
    assert load_optional(VOTES, *places) == CONTENT[VOTES]
    assert web.asked == [VOTES]


def add(data, build):
    Path(data, "other").write_bytes(b"")


def change(data, build):
    Path(data, "mnist", "images.gz").write_bytes(b"other images")


def touch(data, build):
    os.utime(Path(data, "mnist", "images.gz"), ns=(1, 1))


def delete(data, build):
    Path(data, "mnist", "images.gz").unlink()


def clean(data, build):
    shutil.rmtree(build)


def garble(data, build):
    Path(build, "optional.json").write_bytes(b'{"missing": ')


def exchange(data, build):
    Path(build, "optional.json").write_bytes(b"[]")


@pytest.mark.parametrize("event", [add, change, touch, delete, clean, garble, exchange])
def test_it_is_asked_for_again_when_files_change_or_the_note_is_gone(event, places, web, capsys):
    web.fail(VOTES)
    assert load_optional(VOTES, *places) is None
    event(*places)
    assert load_optional(VOTES, *places) is None
    assert web.asked == [VOTES, VOTES]
    assert capsys.readouterr().err.count("Without ") == 2
    assert load_optional(VOTES, *places) is None
    assert web.asked == [VOTES, VOTES]


def test_it_is_asked_for_again_in_another_folder(places, web):
    data, build = places
    other = data.with_name("other")
    shutil.copytree(data, other)
    web.fail(VOTES)
    assert load_optional(VOTES, data, build) is None
    assert load_optional(VOTES, other, build) is None
    assert web.asked == [VOTES, VOTES]


def test_each_missing_file_is_noted_and_one_that_comes_asks_for_no_other_again(places, web):
    web.fail(VOTES, TRAIN)
    wanted = (VOTES, TRAIN, TEST)
    for _ in range(3):
        found = [load_optional(name, *places) for name in wanted]
        assert found == [None, None, CONTENT[TEST]]
    assert web.asked == [VOTES, TRAIN, TEST]
    note = json.loads(Path(places[1], "optional.json").read_bytes())
    assert note["missing"] == [VOTES, TRAIN]


# The real thing, where it is on disk


@pytest.mark.parametrize("name", CONTENT)
def test_the_real_file_has_the_checksum_that_is_needed(name, monkeypatch, tmp_path):
    folder = os.environ.get("DATA_DIR", "")
    if not folder or not Path(folder, name).exists():
        pytest.skip("no such file in the folder that the environment variable DATA_DIR names")
    monkeypatch.undo()
    assert len(load_optional(name, folder, tmp_path)) == Path(folder, name).stat().st_size


def test_the_sources_are_fixed_commits(monkeypatch):
    monkeypatch.undo()
    for name, (url, sha256) in optional.OPTIONAL.items():
        host, owner, repository, commit, *path = url.removeprefix("https://").split("/")
        assert host == "raw.githubusercontent.com"
        assert f"{owner}/{repository}" in ("cleanlab/label-errors", "facebookresearch/qmnist")
        assert len(bytes.fromhex(commit)) == 20
        assert len(bytes.fromhex(sha256)) == 32
        assert path[-1] == name
