"""One call, sent well: operation, auth, retry (pure), pipeline, adapters."""
