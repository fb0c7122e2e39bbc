"""What is followed, agreed before results, planned as a series and predicted in lessons.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(length=32), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default="1", nullable=False)


def upgrade() -> None:
    """Five tables."""
    op.create_table(
        "follow",
        _id(),
        _text("subject", 200),
        _text("indicator_id", 120),
        _text("region_code", 12),
        sa.Column("seen", sa.JSON(), nullable=False),
        _text("since", 10),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint(
            "subject", "region_code", "indicator_id", name=op.f("uq_follow_subject_region_code_indicator_id")
        ),
    )
    op.create_table(
        "assumption",
        _id(),
        _text("session_id", 32),
        _text("kind", 20),
        _text("about", 120),
        _text("expected", 20),
        _text("reason", 400),
        _version(),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_assumption_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assumption")),
    )
    op.create_index(op.f("ix_assumption_session_id"), "assumption", ["session_id"], unique=False)
    op.create_table(
        "series",
        _id(),
        _text("title", 120),
        _text("template", 40),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_table(
        "series_meeting",
        _id(),
        _text("series_id", 32),
        _text("session_id", 32),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("phase", 40),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_meeting_series_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_series_meeting_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_meeting")),
        sa.UniqueConstraint("session_id", name=op.f("uq_series_meeting_session_id")),
        sa.UniqueConstraint("series_id", "position", name=op.f("uq_series_meeting_series_id_position")),
    )
    op.create_table(
        "lesson_answer",
        _id(),
        _text("lesson", 80),
        _text("step", 80),
        _text("group_code", 40),
        _text("learner", 64),
        _text("value", 40),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_answer")),
        sa.UniqueConstraint(
            "lesson", "step", "group_code", "learner",
            name=op.f("uq_lesson_answer_lesson_step_group_code_learner"),
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Take the tables away again."""
    for table in ("lesson_answer", "series_meeting", "series", "assumption", "follow"):
        op.drop_table(table)
