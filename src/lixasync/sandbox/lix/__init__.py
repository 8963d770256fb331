"""The part of the sandbox that stands in for the Lix API."""
