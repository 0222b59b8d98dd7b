"""A memory in PostgreSQL, which a team shares: psycopg, pgvector, the project's own grams under GIN.

Each memory of a database is a schema of its own, so that its indexes hold its units only, and one
memory's rights, backup (``pg_dump -n``) and removal are its own too. What matches, how well and in
which order is decided where SQLite's answers are (`align.memory.searching`).
"""
