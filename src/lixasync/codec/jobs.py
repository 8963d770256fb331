"""Answers about job postings."""

from __future__ import annotations

from typing import Any

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import opened
from lixasync.models import JobPosting

__all__ = ["job_posting"]


def job_posting(decoder: Decoder, data: Any) -> JobPosting:
    """Read one job posting, within ``jobPosting`` or bare.

    Lix API, operation get_job_posting.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    inner = opened(data, "jobPosting", decoder.drift, "JobPosting")
    return attrs.evolve(decoder.model(inner, JobPosting), raw=data)
