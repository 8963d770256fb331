"""Following a list over days and restarts: what was added, changed or gone since the last time."""
