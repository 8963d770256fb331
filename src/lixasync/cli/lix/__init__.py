"""The commands of the Lix API, by the client's namespaces: each says what to ask."""
