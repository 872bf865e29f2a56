"""Alembic migrations, numbered. `navet db upgrade` runs them; start-up does too."""
