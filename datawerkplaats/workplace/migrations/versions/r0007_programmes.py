"""A programme of the region: goals, and what is told of them on the way.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default="1", nullable=False)


def upgrade() -> None:
    """Three tables."""
    op.create_table(
        "programme",
        _text("id", 32),
        _text("title", 200),
        _text("organisation", 120),
        _number("first_year"),
        _number("last_year"),
        _text("status", 20),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_table(
        "goal",
        _text("id", 32),
        _text("programme_id", 32),
        _text("title", 200),
        _text("owner", 120),
        _text("figure_ref_id", 32),
        sa.Column("target", sa.Float(), nullable=False),
        _number("target_year"),
        _number("people"),
        _version(),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_programme_id")),
        sa.ForeignKeyConstraint(["figure_ref_id"], ["figure_ref.id"], name=op.f("fk_goal_figure_ref_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index(op.f("ix_goal_programme_id"), "goal", ["programme_id"])
    op.create_table(
        "progress",
        _text("id", 32),
        _text("goal_id", 32),
        _text("kind", 20),
        _text("what", 200),
        _number("done"),
        _number("planned"),
        _text("told_on", 10),
        _number("position"),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_progress_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress")),
    )
    op.create_index(op.f("ix_progress_goal_id"), "progress", ["goal_id"])


def downgrade() -> None:
    """Take the tables away again."""
    op.drop_table("progress")
    op.drop_table("goal")
    op.drop_table("programme")
