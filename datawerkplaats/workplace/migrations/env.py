"""What Alembic runs for each upgrade: the revisions, on the connection and in the transaction that `migrate` holds."""

from __future__ import annotations

from alembic import context

from datawerkplaats.workplace.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
