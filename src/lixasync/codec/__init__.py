"""Bytes to models: JSON, the decoding rules, pages, refusals, and what was met that nobody expected."""

from lixasync.codec.decoder import Decoder
from lixasync.codec.drift import Drift, DriftReport
from lixasync.codec.errors import ErrorBody, error_body
from lixasync.codec.json import dump, parse
from lixasync.codec.listing import Listing

__all__ = ["Decoder", "Drift", "DriftReport", "ErrorBody", "Listing", "dump", "error_body", "parse"]
