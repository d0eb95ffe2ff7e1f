"""Numbers in, true sentences out: the prose of the article that depends on the outcome.

Nearly every function takes `n`, the content of numbers.json, and returns Markdown or a table. A
sentence that would be false or empty for these numbers is not said. `opening`, `learning`,
`ambiguity`, `named` and `closing` follow the article; `words` has what all of them are made of.
"""

from .ambiguity import (
    met_before,
    network_or_digit,
    observed_before,
    reverse,
    sure_and_wrong,
    two_tall_bars,
    unsure,
    verdict_before,
)
from .closing import labels_right, licence, out_of_sample, provenance, reuse, so_which
from .learning import (
    beside,
    curves,
    curves_alt,
    layers,
    leftover,
    measured,
    measured_caption,
    pipeline_alt,
    result,
    split,
)
from .named import REMARKS, kinds, named, named_caption, named_intro, named_reading
from .opening import answer, banner, counts, dataset, looking, sheet, six, title
from .words import cards, compares, count, listing, percent, plain, tests, thing
