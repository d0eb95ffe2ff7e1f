"""Result files: the only writer, and the one door through which they are read.

files     written under a temporary name, then renamed
formats   arrays, JSON, tables, pictures
networks  the networks of a run
seal      the ranking of a run

A file that exists is whole. It carries, or its seal does, the key of what made it and a checksum.
Another key, another checksum, or a file that cannot be read counts as missing. Nothing is pickled.
"""

from .files import replacing, replacing_folder
from .formats import (
    FORMAT,
    read_arrays,
    write_arrays,
    write_figure,
    write_json,
    write_pictures,
    write_table,
)
from .networks import (
    CURVES,
    Network,
    digest,
    held_out_logits,
    load_networks,
    network_file,
    read_network,
    test_logits,
    unusable,
    write_network,
)
from .seal import RANKING, read_ranking, seal_ranking
