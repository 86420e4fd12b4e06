"""Run by Alembic, on the connection that `storage.migrate` opened."""

from __future__ import annotations

from alembic import context

from backend.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
