"""Ticked-off points, questions for a meeting, edited municipality profiles, crisis messages, one answer from the nav."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crisis_banners",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=40), nullable=False),
        sa.Column("texts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("contacts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=254), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(length=254), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_banners")),
    )
    with op.batch_alter_table("crisis_banners", schema=None) as batch_op:
        batch_op.create_index("ix_crisis_banners_place", ["municipality", "ends_at"], unique=False)

    op.create_table(
        "municipality_profiles",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("profile", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality_profiles")),
    )
    op.create_table(
        "joint_questions",
        sa.Column("handoff_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_joint_questions_handoff_id_handoffs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_joint_questions")),
    )
    op.create_table(
        "meeting_lists",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.Column("items", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_meeting_lists_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_meeting_lists")),
    )
    op.create_table(
        "ticks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("handoff_id", sa.String(length=32), nullable=False),
        sa.Column("checklist", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_ticks_handoff_id_handoffs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticks")),
        sa.UniqueConstraint("handoff_id", "checklist", "item", name="uq_ticks_item"),
    )
    with op.batch_alter_table("ticks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticks_handoff_id"), ["handoff_id"], unique=False)

    op.create_table(
        "joint_voices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("handoff_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agrees_with", sa.Integer(), nullable=True),
        sa.Column("agrees_version", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["joint_questions.handoff_id"],
            name=op.f("fk_joint_voices_handoff_id_joint_questions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f("fk_joint_voices_staff_id_staff_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_voices")),
        sa.UniqueConstraint("handoff_id", "role", name="uq_joint_voices_role"),
    )
    with op.batch_alter_table("joint_voices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_voices_handoff_id"), ["handoff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_joint_voices_staff_id"), ["staff_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("joint_voices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_voices_staff_id"))
        batch_op.drop_index(batch_op.f("ix_joint_voices_handoff_id"))

    op.drop_table("joint_voices")
    with op.batch_alter_table("ticks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticks_handoff_id"))

    op.drop_table("ticks")
    op.drop_table("meeting_lists")
    op.drop_table("joint_questions")
    op.drop_table("municipality_profiles")
    with op.batch_alter_table("crisis_banners", schema=None) as batch_op:
        batch_op.drop_index("ix_crisis_banners_place")

    op.drop_table("crisis_banners")
