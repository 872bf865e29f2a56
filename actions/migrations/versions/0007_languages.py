"""languages of a conversation and of a child's words"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("conversations", sa.Column("languages", json, nullable=False, server_default="[]"))
    op.add_column("handoffs", sa.Column("languages", json, nullable=False, server_default="[]"))
    op.add_column("handoffs", sa.Column("words_language", sa.String(length=10), nullable=True))


def downgrade() -> None:
    # not in batches: SQLite would make the tables anew, and the rows that belong to theirs would go
    op.drop_column("handoffs", "words_language")
    op.drop_column("handoffs", "languages")
    op.drop_column("conversations", "languages")
