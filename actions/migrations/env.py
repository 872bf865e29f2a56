"""Alembic's entry point. The connection comes from `actions.migrations.run`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import JSON

from actions import tables
from actions.db import Base, UtcDateTime

assert tables


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations stand on their own: they name database types, not classes of ours that may change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("run migrations with: navet db upgrade")
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=plain,
)
with context.begin_transaction():
    context.run_migrations()
