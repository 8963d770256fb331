"""Many calls as one async iterator: cursors (pure), and the pager."""
