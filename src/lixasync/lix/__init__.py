"""The Lix API: one module per section of its reference."""
