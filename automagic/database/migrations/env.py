"""Runs the migrations on the engine that `automagic.database.engine` hands over."""

from alembic import context

from automagic.database.tables import metadata

engine = context.config.attributes["engine"]
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    context.run_migrations()
