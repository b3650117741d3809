"""Numbered SQL migrations, `pre` before the new release starts and `post` after the old one is gone (yoyo)."""

from __future__ import annotations

from pathlib import Path

from yoyo import get_backend, read_migrations

SHARED = Path(__file__).parent / "migrations"


def migrate(dsn: str, *folders: Path, stage: str | None = None) -> list[str]:
    """Apply the pending migrations of `folders` and the shared ones to `dsn`; return their ids in order.

    `stage` is "pre", "post" or None for both. Two at once do no harm: yoyo holds a lock row, the second waits.
    """
    backend = get_backend(dsn)
    migrations = read_migrations(str(SHARED), *(str(folder) for folder in folders))
    with backend.lock():
        pending = [m for m in backend.to_apply(migrations) if stage is None or f".{stage}." in m.id]
        for migration in pending:
            backend.apply_one(migration)
    backend.connection.close()
    return [migration.id for migration in pending]
