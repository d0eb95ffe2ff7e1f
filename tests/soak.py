"""Soak: a report made again and again under random kills: `python tests/soak.py ROUNDS [EPOCHS]`.

No test, as it takes an hour. Each round trains the sample's networks from nothing in a copy of the
project; make is killed three times at random moments, each time with one process or all. In the
end the result must be the undisturbed one's, and no process may be left. Then 20 networks are
trained in one go, and the memory of the process that leads the training is told as they are done.
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from ambiguous_digits import results
from making import command, copy_project, environment

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def start(project: Path, goal: str, **variables: object) -> psutil.Popen:
    return psutil.Popen(
        command(goal, DATASET="sample", **variables),
        cwd=project,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def disturb(project: Path, dice: random.Random, **variables: object) -> str:
    """Start make, kill something in it after a while, and see that all ends."""
    make = start(project, "report", **variables)
    time.sleep(dice.uniform(1, 25))
    everyone = [make, *make.children(recursive=True)] if make.is_running() else []
    if not everyone or make.poll() is not None:
        return "nothing (it was done)"
    victim = dice.choice(everyone)
    signum = dice.choice(SIGNALS)
    try:
        name = " ".join(victim.cmdline()[:4])[-40:]
        victim.send_signal(signum)
    except psutil.NoSuchProcess:
        name = "one that had just ended"
    if signum != signal.SIGKILL and victim != make:
        make.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(everyone, timeout=180)
    assert not alive, alive
    return f"{signum.name} to ...{name}"


def soak(rounds: int, epochs: int) -> None:
    dice = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project", standin=False)
        assert start(project, "report", EPOCHS=epochs).wait() == 0
        numbers = project / "report/numbers.json"
        undisturbed = json.loads(numbers.read_text())
        print("undisturbed", undisturbed["digest"], flush=True)
        for i in range(rounds):
            subprocess.run(["make", "-s", "clean"], cwd=project, env=environment(), check=True)
            kills = [disturb(project, dice, EPOCHS=epochs) for _ in range(3)]
            assert start(project, "report", EPOCHS=epochs).wait() == 0
            found = json.loads(numbers.read_text())
            same = found["digest"] == undisturbed["digest"]
            hidden = [path for path in (project / "build").rglob(".*") if path.is_file()]
            print(i + 1, "same" if same else "DIFFERENT", hidden, "; ".join(kills), flush=True)
            assert same
            assert not hidden
        watch_memory(project)


def watch_memory(project: Path) -> None:
    make = start(project, "build/sample-0-5-1/1-train.ipynb", EPOCHS=1, REPEATS=4)
    told: dict[int, float] = {}
    while make.poll() is None:
        time.sleep(0.2)
        for process in make.children(recursive=True):
            try:
                if "ipykernel_launcher" in " ".join(process.cmdline()):
                    done = len(list(project.glob("build/sample-0-5-1/networks/r*.npz")))
                    told[done] = process.memory_info().rss / 2**20
            except psutil.Error:
                continue
    assert len(results.load_networks(project / "build/sample-0-5-1", 4)) == 20
    for done, megabytes in sorted(told.items()):
        print(f"{done:2} networks done: {megabytes:.0f} MB", flush=True)


if __name__ == "__main__":
    soak(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 25)
