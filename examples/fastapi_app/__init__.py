"""A small application: search people as they come, and look many of them up in a job that one can watch."""
