"""The commands of durable jobs: what makes them, what goes on with them, and what reads their files."""
