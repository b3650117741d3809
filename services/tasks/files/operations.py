"""Operations of files on their way in and out."""

from __future__ import annotations

from services.tasks.files import files, schemas
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

LEAD_OR_ADMINISTRATOR = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})


class FileOperations(BaseService):
    """Files on their way in and out."""

    @command(schemas.PutFile, Nothing, LEAD_OR_ADMINISTRATOR)
    def put_file(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Store one part of a file; only its owner can use it, for two days.

        The caller makes the `file_id`; `number` counts the parts from 0, `content` is base64 of at most 45,000 bytes. A
        part put again replaces the first one.
        """
        files.put_chunk(cur, context, params)
        return {}

    @query(schemas.GetFile, schemas.FilePart, LEAD_OR_ADMINISTRATOR | {Role.LEADERSHIP})
    def get_file(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Get one part of an own file; a file of somebody else is NotFound, like one that is gone."""
        return files.get_chunk(cur, context, params["file_id"], number=params["number"])
