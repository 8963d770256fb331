"""Async Python SDK for the Lix API."""
