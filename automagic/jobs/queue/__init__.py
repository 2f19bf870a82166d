"""The queue: jobs that survive anything, in SQLite or PostgreSQL."""
