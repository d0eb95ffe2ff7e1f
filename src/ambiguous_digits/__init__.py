"""Which handwritten digits are the most ambiguous? A thin package that the notebooks call.

run          the parameters, the folder, notebooks     data        where digits come from
network      the Keras network (TensorFlow)            training    cross-fitting in workers
scores       one number per digit: how ambiguous       ranking     who comes first
planted      pictures whose truth is known             backwards   what networks would draw
people       their votes on a digit                    evaluation  how often right, where it errs
stability    how much of a ranking is luck             calibration whether confidence is honest
results      the door of result files                  provenance  code, versions, processor
rank         your own probabilities, on the terminal
witnesses    label, networks, people, the same hand    figures     one function per figure
article      prose, exhibits, from notebook to page    report      the folder that readers get
writers      whose hand wrote a digit                  export      the networks as .keras files
kernels      of a convolution, by hand or learned
"""

from pathlib import Path

_around = (Path(__file__).parents[2], Path.cwd(), *Path.cwd().parents)
_projects = [path for path in _around if (path / "notebooks/1-train.ipynb").is_file()]
#: Where relative paths in parameters start: the folder that has the notebooks, or else this one.
PROJECT = next(iter(_projects), Path.cwd())
