"""The part of the sandbox that stands in for LinkedIn's own v1 API: connections, people search, profiles."""
