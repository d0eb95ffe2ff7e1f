"""Whatever dies, and when: no process stays, what is done is kept, and the report is whole."""

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from ambiguous_digits import results
from making import RUN, SMALL, command, copy_project, environment, make, steps, wait_for

TRAINED = f"{RUN}/1-train.ipynb"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    """A copy of the project with a report that was made in peace."""
    project = copy_project(tmp_path_factory.mktemp("peace") / "project")
    make(project, "report", **SMALL)
    return project


def digest(project: Path) -> str:
    return results.digest(results.load_networks(project / RUN))


@pytest.fixture
def project(tmp_path) -> Path:
    return copy_project(tmp_path / "project")


def start(project: Path) -> subprocess.Popen:
    """Start make; return when some networks are done, and the last is in work."""
    (project / "hold").touch()
    process = subprocess.Popen(
        command("report", **SMALL),
        cwd=project,
        env=environment(),
        stdout=open(project / "printed.txt", "w"),  # noqa: SIM115
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # Whoever runs the tests in the background has these ignored.
        preexec_fn=lambda: [
            signal.signal(s, signal.SIG_DFL) for s in (signal.SIGINT, signal.SIGHUP)
        ],
    )
    wait_for(lambda: networks(project), "a network")
    wait_for(lambda: len(workers(process)) == 2, "the workers")
    return process


def networks(project: Path) -> list[str]:
    return sorted(path.name for path in (project / RUN / "networks").glob("r*.npz"))


def below(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def of_kind(process: subprocess.Popen, *words: str) -> list[psutil.Process]:
    found = []
    for child in below(process):
        try:
            found += [child] if any(word in " ".join(child.cmdline()) for word in words) else []
        except psutil.NoSuchProcess:
            continue
    return found


def workers(process: subprocess.Popen) -> list[psutil.Process]:
    return of_kind(process, "spawn_main")


def end(project: Path, process: subprocess.Popen, everyone: list[psutil.Process]) -> str:
    """See that all processes end; return what was printed. The limit is wide: machines are slow."""
    process.wait(60)
    _, alive = psutil.wait_procs(everyone, timeout=20)
    assert alive == []
    (project / "hold").unlink()
    return (project / "printed.txt").read_text()


VICTIMS = {
    "make": lambda process: [psutil.Process(process.pid)],
    "papermill": lambda process: of_kind(process, "ambiguous_digits.notebook"),
    "the kernel": lambda process: of_kind(process, "ipykernel_launcher"),
    "all at once": below,
}


@pytest.mark.parametrize("victim", VICTIMS)
def test_after_kill_9_no_process_stays_and_only_what_was_in_work_is_lost(
    victim, project, undisturbed
):
    process = start(project)
    everyone = below(process)
    for target in VICTIMS[victim](process):
        target.kill()
    end(project, process, everyone)
    done = len(networks(project))
    assert done >= 1
    goal = "report" if victim == "all at once" else TRAINED
    again = make(project, goal, **SMALL)
    assert f"{3 - done} networks trained now, 3 in all" in again
    assert digest(project) == digest(undisturbed)
    assert [path for path in (project / RUN).rglob(".*")] == []


def test_a_killed_kernel_is_told_in_a_sentence(project):
    process = start(project)
    everyone = below(process)
    for kernel in VICTIMS["the kernel"](process):
        kernel.kill()
    printed = end(project, process, everyone)
    assert "notebooks/1-train.ipynb failed: its kernel died, killed perhaps for want of" in printed
    assert "Traceback" not in printed
    assert (project / RUN / "1-train.partial.ipynb").is_file()
    assert not (project / TRAINED).exists()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_all_ends_all_and_is_told_in_a_sentence(signum, project):
    process = start(project)
    everyone = below(process)
    os.killpg(process.pid, signum)
    printed = end(project, process, everyone)
    assert f"notebooks/1-train.ipynb was stopped: {signum.name}. Networks that are done" in printed
    assert "Traceback" not in printed
    assert process.returncode != 0
    assert not (project / TRAINED).exists()


def test_a_killed_worker_is_named_with_its_network_and_the_others_are_kept(project, undisturbed):
    process = start(project)
    everyone = below(process)
    for worker in workers(process):
        worker.kill()
    printed = end(project, process, everyone)
    kept = networks(project)
    lost = {"r0k0", "r0k1", "r0k2"} - {name.removesuffix(".npz") for name in kept}
    assert lost
    for name in lost:
        assert f"network {name}: its process died, killed perhaps for want of memory" in printed
    assert f"{len(kept)} of 3 networks were trained, and are kept." in printed
    again = make(project, TRAINED, **SMALL)
    assert f"{len(lost)} networks trained now, 3 in all" in again
    assert digest(project) == digest(undisturbed)


def test_two_at_once_are_one_too_many(project):
    process = start(project)
    everyone = below(process)
    second = make(project, "report", check=False, **SMALL)
    third = make(project, "clean", check=False)
    (project / "hold").unlink()
    process.wait(120)
    (project / "hold").touch()
    first = end(project, process, everyone)
    for refused in (second, third):
        assert f"another make (process {process.pid}) is at work in this folder" in refused
        assert steps(refused) == []
    assert process.returncode == 0, first
    assert "The report on 165 digits (shapes) and 3 networks: report/index.html" in first


def test_a_full_disk_is_told_and_leaves_the_old_report_whole(undisturbed, tmp_path):
    # A limit on the size of files stands for the disk's end.
    before = {path: path.read_bytes() for path in undisturbed.glob("report/*") if path.is_file()}
    limited = ["bash", "-c", 'ulimit -f 60 && exec "$@"', "bash"]
    result = subprocess.run(
        [*limited, *command("report", **SMALL | {"SEED": 1})],
        cwd=undisturbed,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "File too large" in result.stdout + result.stderr
    assert before == {path: path.read_bytes() for path in before}
    make(undisturbed, "report", **SMALL)
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize("moment", ["os.fsync", "ctypes.CDLL", "shutil.rmtree"])
def test_a_kill_while_publishing_leaves_the_old_report_or_the_new_one_whole(
    moment, undisturbed, tmp_path
):
    report, run = tmp_path / "report", undisturbed / RUN
    report.mkdir()
    (report / "numbers.json").write_text('{"old": 1}')
    module = moment.split(".")[0]
    killing = (
        f"import os, {module}, sys; from pathlib import Path; from ambiguous_digits import report\n"
        f"{moment} = lambda *_, **__: os.kill(os.getpid(), 9)\n"
        "report.publish(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    publish = ["-c", killing, str(run), str(report)]
    python = str(undisturbed / ".venv/bin/python")
    killed = subprocess.run([python, *publish], cwd=undisturbed, check=False)
    assert killed.returncode == -signal.SIGKILL
    files = {path.name for path in report.iterdir()}
    whole = {path.name for path in (run / "report").iterdir()}
    assert files in ({"numbers.json"}, whole)
    assert (files == whole) == (moment == "shutil.rmtree")
    publish[1] = killing.replace(f"{moment} = ", "ignored = ")
    subprocess.run([python, *publish], cwd=undisturbed, check=True)
    assert {path.name for path in report.iterdir()} == whole
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
