"""Cross-fitting: which network sees which digits, in workers, resumed by key.

plan      which network sees which digits, and what its bits follow from
crossfit  fits what is missing, keeps what is done
fitting   one network, in whatever worker
workers   processes of this machine         cluster   workers of a Dask cluster
progress  the bar and the log
"""

from .crossfit import train
from .fitting import fit_job
from .plan import Job, key, plan
