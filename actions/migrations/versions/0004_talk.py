"""talk between staff and child"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handoff_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("handoff_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("canned", sa.String(length=60), nullable=True),
        sa.Column("translation", sa.Text(), nullable=True),
        sa.Column("translated_to", sa.String(length=10), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_handoff_messages_handoff_id_handoffs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["staff_users.id"], name=op.f("fk_handoff_messages_person_id_staff_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_handoff_messages_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handoff_messages_thread", "handoff_messages", ["handoff_id", "id"])
    op.add_column("conversations", sa.Column("person_handoff_id", sa.String(length=32), nullable=True))
    op.add_column("conversations", sa.Column("person_role", sa.String(length=40), nullable=True))
    op.add_column("conversations", sa.Column("person_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("person_seen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_conversations_person_until", "conversations", ["person_until"])
    op.add_column("handoffs", sa.Column("helped", sa.String(length=8), nullable=True))
    op.add_column("outbox", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "seen_at")
    op.drop_column("handoffs", "helped")
    op.drop_index("ix_conversations_person_until", table_name="conversations")
    for name in ("person_seen", "person_until", "person_role", "person_handoff_id"):
        op.drop_column("conversations", name)
    op.drop_table("handoff_messages")
