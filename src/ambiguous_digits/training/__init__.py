"""Cross-fitting: which network sees which digits, in workers, resumed by key.

jobs      one network: the digits it sees, what its bits follow from, its fitting
crossfit  fits what is missing, keeps what is done
workers   processes of this machine         cluster   workers of a Dask cluster
progress  the bar and the log
"""

from .crossfit import train
from .jobs import Job, fit_job, key, plan
