"""Durable jobs over many inputs: killed at any moment, they go on where they were.

``from lixasync.bulk import Job`` is where to begin.
"""

from __future__ import annotations

from lixasync.bulk.files.sources import read_inputs as read_inputs
from lixasync.bulk.job import Job as Job
from lixasync.bulk.progress import JobPlan as JobPlan
from lixasync.bulk.progress import JobStatus as JobStatus
from lixasync.bulk.progress import Progress as Progress
from lixasync.bulk.result import Input as Input
from lixasync.bulk.result import Result as Result
from lixasync.bulk.result import Stop as Stop
from lixasync.bulk.run import Run as Run
