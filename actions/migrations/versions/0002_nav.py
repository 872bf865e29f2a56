"""nav"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
COLUMNS = {
    "staff_users": ("reports_to_id",),
    "handoffs": ("decision", "excluded_people", "steps", "child_id"),
    "conversations": ("child_id",),
}


def upgrade() -> None:
    op.create_table(
        "nav_children",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("alias", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("municipality", sa.String(length=40), nullable=False),
        sa.Column("turns_18_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nav_children")),
    )
    with op.batch_alter_table("nav_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nav_children_municipality"), ["municipality"], unique=False)

    op.create_table(
        "access_codes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"], ["nav_children.id"], name=op.f("fk_access_codes_child_id_nav_children"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_codes")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_codes_hash")),
    )
    with op.batch_alter_table("access_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_codes_child_id"), ["child_id"], unique=False)

    op.create_table(
        "nav_adults",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("reports_to_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["nav_children.id"], name=op.f("fk_nav_adults_child_id_nav_children"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reports_to_id"], ["nav_adults.id"], name=op.f("fk_nav_adults_reports_to_id_nav_adults"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f("fk_nav_adults_staff_id_staff_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nav_adults")),
    )
    with op.batch_alter_table("nav_adults", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nav_adults_child_id"), ["child_id"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("adult_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["adult_id"], ["nav_adults.id"], name=op.f("fk_absences_adult_id_nav_adults"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f("fk_absences_staff_id_staff_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_adult_id"), ["adult_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absences_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("adult_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("municipality", sa.String(length=40), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["adult_id"], ["nav_adults.id"], name=op.f("fk_stand_ins_adult_id_nav_adults"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f("fk_stand_ins_staff_id_staff_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_ins")),
    )
    with op.batch_alter_table("stand_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stand_ins_adult_id"), ["adult_id"], unique=False)
        batch_op.create_index("ix_stand_ins_role", ["municipality", "role"], unique=False)

    _tie("conversations", "child_id", "VARCHAR(32)", "nav_children")
    op.create_index(op.f("ix_conversations_child_id"), "conversations", ["child_id"])
    _tie("handoffs", "child_id", "VARCHAR(32)", "nav_children")
    op.create_index(op.f("ix_handoffs_child_id"), "handoffs", ["child_id"])
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("handoffs", sa.Column("steps", json, server_default="[]", nullable=False))
    op.add_column("handoffs", sa.Column("excluded_people", json, server_default="[]", nullable=False))
    op.add_column("handoffs", sa.Column("decision", json, nullable=True))
    _tie("staff_users", "reports_to_id", "INTEGER", "staff_users")


def _tie(table: str, column: str, kind: str, to: str) -> None:
    """A column that points to another table, added in place.

    Alembic's batch mode would copy and drop the table, and on SQLite dropping a table deletes the rows that hang on it.
    """
    name = op.f(f"fk_{table}_{column}_{to}")
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT {name} REFERENCES {to} (id)")


def downgrade() -> None:
    op.drop_index(op.f("ix_handoffs_child_id"), "handoffs")
    op.drop_index(op.f("ix_conversations_child_id"), "conversations")
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    with op.batch_alter_table("stand_ins", schema=None) as batch_op:
        batch_op.drop_index("ix_stand_ins_role")
        batch_op.drop_index(batch_op.f("ix_stand_ins_adult_id"))

    op.drop_table("stand_ins")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_staff_id"))
        batch_op.drop_index(batch_op.f("ix_absences_adult_id"))

    op.drop_table("absences")
    with op.batch_alter_table("nav_adults", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nav_adults_child_id"))

    op.drop_table("nav_adults")
    with op.batch_alter_table("access_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_codes_child_id"))

    op.drop_table("access_codes")
    with op.batch_alter_table("nav_children", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nav_children_municipality"))

    op.drop_table("nav_children")
