"""Local interventions with frozen plans.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table: the plan, and how it goes."""
    op.create_table(
        "local_intervention",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("approach", sa.String(length=120), nullable=False),
        sa.Column("indicator_id", sa.String(length=120), nullable=False),
        sa.Column("region_level", sa.String(length=20), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("chosen_by", sa.String(length=20), nullable=False),
        sa.Column("aim", sa.String(length=10), nullable=False),
        sa.Column("smallest_effect", sa.Float(), nullable=False),
        sa.Column("end_year", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("release_id", sa.String(length=40), nullable=False),
        sa.Column("newest_known", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Float(), nullable=True),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("frozen_on", sa.String(length=10), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_intervention")),
    )


def downgrade() -> None:
    """Take the table away again."""
    op.drop_table("local_intervention")
