"""Queries of LinkedIn's own search for people: their URLs. Pure.

The parameters are LinkedIn's own and not part of the Lix reference.
"""

from __future__ import annotations

import json

from lixasync.lix.queries.wanted import Choice, Resolved
from lixasync.transport.operation import encode_query


def people_url(query: Resolved) -> str:
    """Return the URL of a search for people: texts as they are, ids as JSON lists."""
    params = []
    for each, values in query.conditions:
        choices = [value for value in values if isinstance(value, Choice)]
        if each.form == "text":
            params += [(each.wire, choice.text or "") for choice in choices]
        else:
            # A urn without what is around its number: 1441 of urn:li:organization:1441.
            ids = [(choice.id or "").rpartition(":")[2] for choice in choices]
            params.append((each.wire, json.dumps(ids, ensure_ascii=False, separators=(",", ":"))))
    return f"https://www.linkedin.com/search/results/people/?{encode_query(params)}"
