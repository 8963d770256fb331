"""LinkedIn's own v1 API: connections and people search, in both of its generations."""
