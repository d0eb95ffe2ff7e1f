"""Cross-fitting: which network sees which digits, in worker processes, resumed by key.

plan       which network sees which digits    fitting    one network, in whatever worker
processes  workers of this machine            cluster    workers of a Dask cluster
fitness    which of these may train           alone      their networks, in processes below them
progress   the bar and the log                crossfit   fits what is missing, keeps what is done
"""

from .crossfit import train
from .fitting import fit_job
from .plan import Job, key, plan
