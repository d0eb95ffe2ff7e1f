"""Numbers in, true sentences out: the prose of the article that depends on the outcome.

Nearly every function takes `n`, the content of numbers.json, and returns Markdown or a table. A
sentence that would be false or empty for these numbers is not said. `opening`, `looking`,
`learning`, `doubts`, `mistakes`, `named` and `closing` follow the article; `words` has what all of
them are made of.
"""

from .closing import (
    afterword,
    backwards,
    computed,
    data_source,
    labels_right,
    licence,
    out_of_sample,
    provenance,
    reuse,
    so_which,
)
from .doubts import (
    met_before,
    observed_before,
    two_tall_bars,
    unsure,
    unsure_caption,
    verdict_before,
)
from .learning import (
    WRITE_UP_END,
    beside,
    curves,
    curves_alt,
    curves_caption,
    leftover,
    leftover_caption,
    measured,
    measured_caption,
    result,
    split,
)
from .looking import housework, larger_things, largest_layer, layers, learned, step, way, way_alt
from .mistakes import heap, network_or_digit, reverse, sure_and_wrong
from .named import REMARKS, kinds, named_caption, named_intro, named_note, named_reading, two_kinds
from .opening import (
    answer,
    banner,
    computers,
    dataset,
    idea,
    judge,
    looking,
    parts,
    six,
    smallest,
    title,
    why_many,
)
from .words import cards, compares, count, either, listing, percent, plain, share, tests, thing
