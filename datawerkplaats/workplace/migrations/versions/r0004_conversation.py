"""The conversation half of the gate: world café, yearly exercise, costs and benefits, advice.

Revision 0004, after 0003.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CAFE = ("cafe_text", "cafe_card", "cafe_table", "cafe_round")


def upgrade() -> None:
    """Rounds, tables, cards and texts of a café; exercises; costs and benefits; advice."""
    _cafe()
    op.create_table(
        "exercise",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("held_on", sa.String(length=10), nullable=False),
        sa.Column("scenario", sa.String(length=40), nullable=False),
        sa.Column("learned", sa.String(length=2000), nullable=False),
        sa.Column("signalled_by", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise")),
    )
    op.create_table(
        "cost_benefit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("system_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("once", sa.Integer(), nullable=False),
        sa.Column("per_year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("confidence", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("given_on", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["system_id"], ["system.id"], name=op.f("fk_cost_benefit_system_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_benefit")),
    )
    op.create_index(op.f("ix_cost_benefit_system_id"), "cost_benefit", ["system_id"])
    op.create_table(
        "advice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("system_id", sa.String(length=32), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("given_on", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["system_id"], ["system.id"], name=op.f("fk_advice_system_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice")),
    )
    op.create_index(op.f("ix_advice_system_id"), "advice", ["system_id"])


def _cafe() -> None:
    own: dict[str, list[sa.Column[Any]]] = {
        "cafe_round": [
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("started_at", sa.String(length=32), nullable=False),
        ],
        "cafe_table": [
            sa.Column("place", sa.String(length=20), nullable=False),
            sa.Column("people", sa.Integer(), nullable=False),
            sa.Column("handed_over", sa.Integer(), nullable=False),
            sa.Column("picks", sa.JSON(), nullable=False),
            sa.Column("judged", sa.JSON(), nullable=False),
            sa.Column("remark", sa.String(length=600), nullable=False),
            sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        ],
        "cafe_card": [
            sa.Column("place", sa.String(length=20), nullable=False),
            sa.Column("scenario", sa.String(length=40), nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
        ],
        "cafe_text": [
            sa.Column("place", sa.String(length=20), nullable=False),
            sa.Column("about", sa.String(length=40), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("text", sa.String(length=2000), nullable=False),
        ],
    }  # fmt: skip
    once = {
        "cafe_round": ("position",),
        "cafe_table": ("place",),
        "cafe_card": ("place", "scenario"),
        "cafe_text": ("place", "about", "version"),
    }  # fmt: skip
    for name, columns in own.items():
        op.create_table(
            name,
            sa.Column("id", sa.String(length=32), nullable=False),
            sa.Column("session_id", sa.String(length=32), nullable=False),
            *columns,
            sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f(f"fk_{name}_session_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint(
                "session_id", *once[name], name=op.f(f"uq_{name}_session_id_{'_'.join(once[name])}")
            ),
        )


def downgrade() -> None:
    """Take the tables away again."""
    for name in ("advice", "cost_benefit", "exercise", *_CAFE):
        op.drop_table(name)
