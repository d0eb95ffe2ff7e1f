"""`make weights`: the trained networks as .keras files, for use without this package."""

import sys
from pathlib import Path

from . import network, results


def main(run: Path) -> None:
    """Write run/weights/r0k0.keras and so on: input (N, H, W, 1) in [0, 1], output logits."""
    image_shape = results.read_arrays(run / "explain.npz", {})["image"].shape
    for member in results.load_networks(run):
        path = run / "weights" / f"r{member.repeat}k{member.fold}.keras"
        with results.replacing(path) as partial:
            network.restore(member.weights, image_shape).save(partial)
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
