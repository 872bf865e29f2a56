"""review"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unanswered",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("fate", sa.String(length=8), nullable=False),
        sa.Column("target", sa.String(length=60), nullable=True),
        sa.Column("example", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered")),
    )
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unanswered_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_unanswered_fate"), ["fate"], unique=False)

    op.create_table(
        "understanding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_understanding")),
    )
    with op.batch_alter_table("understanding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_understanding_day"), ["day"], unique=False)

    op.create_table(
        "content_decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("object_id", sa.String(length=60), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_users.id"], name=op.f("fk_content_decisions_user_id_staff_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_decisions")),
    )
    with op.batch_alter_table("content_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_content_decisions_object", ["kind", "object_id"], unique=False)

    op.create_table(
        "fact_drafts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("fact_id", sa.String(length=20), nullable=False),
        sa.Column("file", sa.String(length=60), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("entry", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_users.id"], name=op.f("fk_fact_drafts_user_id_staff_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_drafts")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_fact_drafts_fact_id")),
    )


def downgrade() -> None:
    op.drop_table("fact_drafts")
    with op.batch_alter_table("content_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_content_decisions_object")

    op.drop_table("content_decisions")
    with op.batch_alter_table("understanding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_understanding_day"))

    op.drop_table("understanding")
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unanswered_fate"))
        batch_op.drop_index(batch_op.f("ix_unanswered_day"))

    op.drop_table("unanswered")
