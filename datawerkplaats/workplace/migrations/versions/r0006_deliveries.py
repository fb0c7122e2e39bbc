"""What partners hand in on the page.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str, length: int, *, is_optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=is_optional)


def upgrade() -> None:
    """One table."""
    op.create_table(
        "delivery",
        _text("id", 32),
        _text("source_id", 120),
        _text("organisation", 120),
        _text("author", 200),
        _text("handed_in_at", 32),
        _text("sha256", 64),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("years", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        _text("status", 20),
        _text("reason", 600),
        _text("decided_by", 200, is_optional=True),
        _text("decided_at", 32, is_optional=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_source_id"), "delivery", ["source_id"])


def downgrade() -> None:
    """Take the table away again."""
    op.drop_table("delivery")
