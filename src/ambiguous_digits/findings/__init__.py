"""Numbers in, true sentences out: the prose of the article that depends on the outcome.

Nearly every function takes `n`, the content of numbers.json, and returns Markdown or a table. A
sentence that would be false or empty for these numbers is not said. The modules follow the
article: `opening`, `looking`, `learning`, `doubts`, `mistakes` and `named` tell the write-up's
story; `luck`, `places`, `doubted`, `calibrated`, `torn`, `everything`, `suspects`, `contest`,
`outcome`, `purposes`, `verdicts`, `wish`, `writers` and `supreme` the second half; then `closing`.
`words` has what all of them are made of.
"""

from .calibrated import (
    calibration,
    calibration_alt,
    calibration_caption,
    calibration_question,
    calibration_title,
    reliability,
)
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
from .contest import (
    contest_alt,
    contest_caption,
    contest_intro,
    contest_question,
    contest_title,
    judges,
    planted_caption,
    planted_kinds,
    planted_names,
    score_names,
)
from .doubted import doubted, doubted_caption, doubted_question, doubted_title
from .doubts import (
    met_before,
    observed_before,
    two_tall_bars,
    unsure,
    unsure_caption,
    verdict_before,
)
from .everything import (
    everything,
    everything_caption,
    everything_note,
    everything_question,
    overall,
    overall_question,
    overall_title,
    rate_names,
    rates,
    rates_alt,
    rates_caption,
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
from .luck import luck, luck_alt, luck_caption, luck_question, luck_title, overlap_curves
from .mistakes import heap, network_or_digit, reverse, sure_and_wrong
from .named import REMARKS, kinds, named_caption, named_intro, named_note, named_reading, two_kinds
from .opening import (
    answer,
    banner,
    computers,
    dataset,
    held_out_judge,
    idea,
    judge,
    looking,
    parts,
    six,
    smallest,
    title,
    why_many,
)
from .outcome import contest, contest_table, contest_table_caption
from .places import (
    committee,
    committee_caption,
    drawn,
    places,
    places_question,
    places_title,
    rank_note,
    ranks_alt,
    ranks_caption,
)
from .purposes import (
    agreement,
    agreement_alt,
    agreement_caption,
    agreement_intro,
    agreement_order,
    conclusion,
)
from .supreme import (
    supreme,
    supreme_alt,
    supreme_caption,
    supreme_names,
    supreme_question,
    supreme_title,
)
from .suspects import suspects, suspects_caption, suspects_question, suspects_title
from .torn import marked, torn, torn_caption, torn_question, torn_title
from .verdicts import (
    shown_verdicts,
    verdict_caption,
    verdict_note,
    verdicts,
    verdicts_caption,
    verdicts_question,
    verdicts_reading,
    verdicts_shown,
    verdicts_table,
    verdicts_title,
    votes_caption,
    votes_intro,
    votes_reading,
    votes_table,
)
from .wish import named_verdicts, named_verdicts_intro, named_verdicts_reading
from .words import cards, compares, count, either, listing, percent, plain, share, tests, thing
from .writers import (
    same_hand,
    same_hand_alt,
    same_hand_caption,
    same_hand_intro,
    same_hand_titles,
    writers,
    writers_alt,
    writers_caption,
    writers_names,
    writers_question,
    writers_rates,
    writers_table,
    writers_table_caption,
    writers_title,
)
