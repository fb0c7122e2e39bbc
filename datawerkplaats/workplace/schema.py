# Long because it is one list: every table of the store.
"""The tables of the store. What happened is in `event`, which only grows; the others are the state after the last event."""

from __future__ import annotations

import sqlalchemy as sa

PROSE = "prose"
METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(32), primary_key=True)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer, nullable=False, server_default="1")


def _text(name: str, length: int, *, is_optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=is_optional)


def _prose(name: str, length: int) -> sa.Column[str]:
    """Text that somebody typed. The log holds a digest of it only, so that it can be erased without breaking the chain."""
    return sa.Column(name, sa.String(length), nullable=False, info={PROSE: True})


event = sa.Table(
    "event",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _text("at", 32),
    _text("actor", 200),
    _text("role", 40),
    _text("object_type", 40),
    _text("object_id", 80),
    _text("verb", 40),
    sa.Column("body", sa.Text, nullable=False),
    _text("previous_hash", 64),
    _text("hash", 64),
)
# One row. Who writes holds it, so that two writers can never chain to the same event.
chain = sa.Table(
    "chain",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("events", sa.Integer, nullable=False),
    _text("hash", 64),
    _text("at", 32),
)
figure_ref = sa.Table(
    "figure_ref",
    METADATA,
    _id(),
    _text("release_id", 40),
    _text("indicator_id", 120),
    _text("region_code", 12),
    sa.Column("year", sa.Integer, nullable=False),
    _text("age", 40),
    _text("sex", 20),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("lower", sa.Float),
    sa.Column("upper", sa.Float),
    sa.UniqueConstraint("release_id", "indicator_id", "region_code", "year", "age", "sex"),
)
note = sa.Table(
    "note",
    METADATA,
    _id(),
    sa.Column("figure_ref_id", sa.String(32), sa.ForeignKey("figure_ref.id")),
    _text("selection", 240),
    _text("kind", 20),
    _prose("text", 600),
    _text("organisation", 120),
    _text("role", 40),
    _text("evidence", 20),
    _prose("link", 400),
    _text("status", 20),
    _text("author", 200),
    _text("written_on", 10),
    _text("expires_on", 10),
    _version(),
    sa.Index(None, "selection"),
)
session = sa.Table(
    "session",
    METADATA,
    _id(),
    _text("code", 12),
    _text("template", 40),
    _text("title", 200),
    _text("held_on", 10),
    sa.Column("organisations", sa.JSON, nullable=False),
    _text("status", 20),
    sa.Column("current_item", sa.String(32)),
    _version(),
    sa.UniqueConstraint("code"),
)
session_item = sa.Table(
    "session_item",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    _text("title", 200),
    _text("address", 2000),
    _text("release_id", 40),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("changed_from", sa.String(32)),
    _version(),
    sa.UniqueConstraint("session_id", "position"),
)
participant = sa.Table(
    "participant",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    _text("device_hash", 64),
    _text("organisation", 120),
    sa.UniqueConstraint("session_id", "device_hash"),
)
answer = sa.Table(
    "answer",
    METADATA,
    sa.Column("item_id", sa.String(32), sa.ForeignKey("session_item.id"), primary_key=True),
    sa.Column("participant_id", sa.String(32), sa.ForeignKey("participant.id"), primary_key=True),
    _text("recognised", 10, is_optional=True),
    sa.Column("dots", sa.Integer, nullable=False, server_default="0"),
)
contribution = sa.Table(
    "contribution",
    METADATA,
    _id(),
    sa.Column("item_id", sa.String(32), sa.ForeignKey("session_item.id"), nullable=False),
    sa.Column("participant_id", sa.String(32), sa.ForeignKey("participant.id"), nullable=False),
    _text("kind", 20),
    _prose("text", 600),
    sa.Column("may_be_quoted", sa.Boolean, nullable=False),
    _text("status", 20),
    _version(),
)
agreement = sa.Table(
    "agreement",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id")),
    _prose("text", 600),
    _text("organisation", 120),
    _text("role", 40),
    _text("due_on", 10),
    _text("status", 20),
    sa.Column("figure_refs", sa.JSON, nullable=False),
    _version(),
)
question = sa.Table(
    "question",
    METADATA,
    _id(),
    _prose("text", 600),
    _text("organisation", 120),
    sa.Column("priority", sa.Integer, nullable=False),
    _text("answered_by", 20),
    _prose("answer", 400),
    _text("source", 80),
    _text("status", 20),
    _version(),
)
refused_edit = sa.Table(
    "refused_edit",
    METADATA,
    _id(),
    _text("table_name", 40),
    _text("row_id", 32),
    _text("author", 200),
    _text("at", 32),
    sa.Column("fields", sa.JSON, nullable=False, info={PROSE: True}),
)


# The governance register: what predicts, what was asked of it, and what was decided.
system = sa.Table(
    "system",
    METADATA,
    _id(),
    _text("name", 120),
    _text("kind", 40),
    sa.Column("learned_from_synthetic", sa.Boolean, nullable=False),
    _text("first_used_on", 10, is_optional=True),
    _version(),
    sa.UniqueConstraint("name"),
)
artefact = sa.Table(
    "artefact",
    METADATA,
    _text("sha256", 64),
    sa.Column("system_id", sa.String(32), sa.ForeignKey("system.id"), nullable=False),
    sa.Column("measures", sa.JSON, nullable=False),
    _text("registered_on", 10),
    sa.PrimaryKeyConstraint("sha256", "system_id"),
)
answer_given = sa.Table(
    "answer_given",
    METADATA,
    _id(),
    sa.Column("system_id", sa.String(32), sa.ForeignKey("system.id"), nullable=False),
    _text("question_id", 20),
    _text("artefact", 64),
    _text("status", 20),
    _prose("text", 4000),
    _prose("mitigation", 2000),
    _text("evidence", 20),
    _text("evidence_hash", 64),
    _text("document", 200),
    _text("author", 200),
    _text("role", 40),
    _text("reviewer", 200),
    _text("given_on", 10),
    _text("valid_until", 10),
    _version(),
    sa.Index(None, "system_id"),
)
decision = sa.Table(
    "decision",
    METADATA,
    _id(),
    sa.Column("system_id", sa.String(32), sa.ForeignKey("system.id"), nullable=False),
    _text("phase", 20),
    _text("outcome", 20),
    _prose("conditions", 2000),
    sa.Column("bounds", sa.JSON, nullable=False),
    _text("artefact", 64),
    _text("decided_by", 200),
    _text("role", 40),
    _text("decided_on", 10),
    sa.Index(None, "system_id"),
)
incident = sa.Table(
    "incident",
    METADATA,
    _id(),
    sa.Column("system_id", sa.String(32), sa.ForeignKey("system.id"), nullable=False),
    _text("severity", 20),
    _prose("text", 2000),
    _text("role", 40),
    _text("reported_at", 32),
    _text("closed_at", 32, is_optional=True),
    _prose("cause", 2000),
    _version(),
)
report = sa.Table(
    "report",
    METADATA,
    _id(),
    _text("kind", 20),
    _prose("text", 2000),
    _text("received_on", 10),
    _text("due_on", 10),
    _text("status", 20),
    _prose("reply", 2000),
    _version(),
)

# The conversation about it: a world café, the yearly exercise, what it costs and brings, what advisory bodies say.
cafe_round = sa.Table(
    "cafe_round",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    _text("started_at", 32),
    sa.UniqueConstraint("session_id", "position"),
)
cafe_table = sa.Table(
    "cafe_table",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    _text("place", 20),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("handed_over", sa.Integer, nullable=False),
    sa.Column("picks", sa.JSON, nullable=False),
    sa.Column("judged", sa.JSON, nullable=False),
    _prose("remark", 600),
    _version(),
    sa.UniqueConstraint("session_id", "place"),
)
cafe_card = sa.Table(
    "cafe_card",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    _text("place", 20),
    _text("scenario", 40),
    sa.Column("position", sa.Integer, nullable=False),
    sa.UniqueConstraint("session_id", "place", "scenario"),
)
# Every version of a text is a row of its own: what was once kept is never overwritten.
cafe_text = sa.Table(
    "cafe_text",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    _text("place", 20),
    _text("about", 40),
    sa.Column("version", sa.Integer, nullable=False),
    _prose("text", 2000),
    sa.UniqueConstraint("session_id", "place", "about", "version"),
)
exercise = sa.Table(
    "exercise",
    METADATA,
    _id(),
    _text("held_on", 10),
    _text("scenario", 40),
    _prose("learned", 2000),
    sa.Column("signalled_by", sa.JSON, nullable=False),
    _text("role", 40),
)
cost_benefit = sa.Table(
    "cost_benefit",
    METADATA,
    _id(),
    sa.Column("system_id", sa.String(32), sa.ForeignKey("system.id"), nullable=False),
    _text("kind", 20),
    _prose("text", 200),
    sa.Column("once", sa.Integer, nullable=False),
    sa.Column("per_year", sa.Integer, nullable=False),
    _prose("source", 400),
    _text("confidence", 20),
    _text("role", 40),
    _text("given_on", 10),
    _text("status", 20),
    _version(),
    sa.Index(None, "system_id"),
)
advice = sa.Table(
    "advice",
    METADATA,
    _id(),
    sa.Column("system_id", sa.String(32), sa.ForeignKey("system.id"), nullable=False),
    _text("phase", 20),
    _text("body", 120),
    _text("outcome", 20),
    _prose("text", 4000),
    _text("given_on", 10),
    sa.Index(None, "system_id"),
)

# What is done here: a plan that is frozen before anything of its outcome is known, and how it goes.
local_intervention = sa.Table(
    "local_intervention",
    METADATA,
    _id(),
    _prose("title", 200),
    _text("approach", 120),
    _text("indicator_id", 120),
    _text("region_level", 20),
    sa.Column("starts", sa.JSON, nullable=False),
    sa.Column("comparison", sa.JSON, nullable=False),
    _text("chosen_by", 20),
    _text("aim", 10),
    sa.Column("smallest_effect", sa.Float, nullable=False),
    sa.Column("end_year", sa.Integer),
    _text("organisation", 120),
    _text("release_id", 40),
    sa.Column("newest_known", sa.Integer, nullable=False),
    sa.Column("promised", sa.Float),
    _text("plan_hash", 64),
    _text("frozen_on", 10),
    sa.Column("reached", sa.Integer),
    _text("status", 20),
    _version(),
)

# What a region wants to reach together: goals that begin at a figure of a release, and what is told of them on the way.
programme = sa.Table(
    "programme",
    METADATA,
    _id(),
    _prose("title", 200),
    _text("organisation", 120),
    sa.Column("first_year", sa.Integer, nullable=False),
    sa.Column("last_year", sa.Integer, nullable=False),
    _text("status", 20),
    _version(),
)
goal = sa.Table(
    "goal",
    METADATA,
    _id(),
    sa.Column("programme_id", sa.String(32), sa.ForeignKey("programme.id"), nullable=False),
    _prose("title", 200),
    _prose("owner", 120),
    sa.Column("figure_ref_id", sa.String(32), sa.ForeignKey("figure_ref.id"), nullable=False),
    sa.Column("target", sa.Float, nullable=False),
    sa.Column("target_year", sa.Integer, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    _version(),
    sa.Index(None, "programme_id"),
)
progress = sa.Table(
    "progress",
    METADATA,
    _id(),
    sa.Column("goal_id", sa.String(32), sa.ForeignKey("goal.id"), nullable=False),
    _text("kind", 20),
    _prose("what", 200),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("planned", sa.Integer, nullable=False),
    _text("told_on", 10),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Index(None, "goal_id"),
)

# What somebody follows, what a table agreed before it saw results, which sessions belong together, what learners expected.
follow = sa.Table(
    "follow",
    METADATA,
    _id(),
    _text("subject", 200),
    _text("indicator_id", 120),
    _text("region_code", 12),
    sa.Column("seen", sa.JSON, nullable=False),
    _text("since", 10),
    _version(),
    sa.UniqueConstraint("subject", "region_code", "indicator_id"),
)
assumption = sa.Table(
    "assumption",
    METADATA,
    _id(),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    _text("kind", 20),
    _prose("about", 120),
    _text("expected", 20),
    _prose("reason", 400),
    _version(),
    sa.Index(None, "session_id"),
)
series = sa.Table("series", METADATA, _id(), _text("title", 120), _text("template", 40), _version())
series_meeting = sa.Table(
    "series_meeting",
    METADATA,
    _id(),
    sa.Column("series_id", sa.String(32), sa.ForeignKey("series.id"), nullable=False),
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    _text("phase", 40),
    sa.UniqueConstraint("session_id"),
    sa.UniqueConstraint("series_id", "position"),
)
lesson_answer = sa.Table(
    "lesson_answer",
    METADATA,
    _id(),
    _text("lesson", 80),
    _text("step", 80),
    _text("group_code", 40),
    _text("learner", 64),
    _text("value", 40),
    _version(),
    sa.UniqueConstraint("lesson", "step", "group_code", "learner"),
)

# What partners hand in on the page: who, what came of it, and who decided. The bytes lie in the private folder.
delivery = sa.Table(
    "delivery",
    METADATA,
    _id(),
    _text("source_id", 120),
    _text("organisation", 120),
    _text("author", 200),
    _text("handed_in_at", 32),
    _text("sha256", 64),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer),
    sa.Column("years", sa.JSON, nullable=False),
    sa.Column("problems", sa.JSON, nullable=False),
    _text("status", 20),
    _prose("reason", 600),
    _text("decided_by", 200, is_optional=True),
    _text("decided_at", 32, is_optional=True),
    _version(),
    sa.Index(None, "source_id"),
)
