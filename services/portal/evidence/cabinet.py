"""Evidence on its way from a browser into the store and back, and the notes of what may belong to no duty.

Files of good practice go the same way.

The bytes never travel between services. A file is noted, stored, and then told to the service of tasks; a process that
dies in between leaves a note, by which `sweeping.py` finds the file.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Flask, current_app
from werkzeug.datastructures import FileStorage

from services.portal import security, store
from services.portal.clients import part_of, tell
from services.portal.evidence import measuring
from services.portal.evidence.naming import safe_name
from services.portal.evidence.objects import Altered, Objects, at_address, in_folder
from services.portal.evidence.recognising import Recognised, recognise
from services.portal.evidence.refusals import Refused, too_large
from services.portal.evidence.scanning import Scanner, ScannerAway
from shared.database import Database
from shared.errors import CallersFault, NotFound
from shared.process.settings import SettingError, Settings
from shared.text import Text

log = logging.getLogger(__name__)

EXTENSION = "qingdan.cabinet"

# Two large pictures at a time would need twice the memory, and nobody waits long for one.
_one_at_a_time = threading.Lock()

ALTERED = Text(
    "存放的文件丢失或被改动过，为安全起见不能下载。请告诉管理员，并请单位重新上传。",
    "The file is missing from the store or was altered there, so it is not handed out. Please tell your administrator, "
    "and ask the unit to upload it again.",
)


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Where evidence lies, who looks through it, and how large a file may be, in megabytes."""

    objects: Objects
    scanner: Scanner | None
    megabytes: int
    database: Database

    @property
    def largest_request(self) -> int:
        """How many bytes of files may come at once: two of the largest, or the pictures of a telephone."""
        return 2 * self.megabytes * 1_000_000

    def note(self, key: UUID) -> None:
        """Note that what lies under the key may belong to no duty."""
        with self.database.transaction() as cur:
            store.begin_upload(cur, key)

    def settle(self, key: UUID) -> None:
        """Forget the note: a duty has what lies there, or nothing does any more."""
        with self.database.transaction() as cur:
            store.settle_uploads(cur, [key])

    def discard(self, key: UUID) -> None:
        """Let go what no duty has."""
        self.objects.forget(key)
        self.settle(key)


def cabinet_of(settings: Settings, database: Database) -> Cabinet:
    """The one that the settings speak of; the folder is made when it is not there, or SettingError raised."""
    url, folder = settings.evidence_store, settings.home / "evidence"
    try:
        objects = at_address(url) if url else in_folder(folder)
    except OSError as error:
        raise SettingError.of(
            f"不能在 {folder} 存放证明材料（{error.strerror}）。请让 QINGDAN_HOME 可写，或设 QINGDAN_EVIDENCE_STORE。",
            f"Evidence cannot be kept in {folder}: {error.strerror}. Make QINGDAN_HOME writable, or set "
            "QINGDAN_EVIDENCE_STORE.",
        ) from error
    return Cabinet(
        objects,
        Scanner(*settings.virus_scanner) if settings.virus_scanner else None,
        settings.evidence_megabytes,
        database,
    )


def install(app: Flask, cabinet: Cabinet) -> None:
    """Let the pages of evidence keep it there."""
    app.extensions[EXTENSION] = cabinet
    security.allow_uploads(app, cabinet.largest_request)


def cabinet() -> Cabinet:
    """The one of this application."""
    return cast(Cabinet, current_app.extensions[EXTENSION])


def largest_file() -> int:
    """How large a file may be, in megabytes; 0 where this application keeps none."""
    return cabinet().megabytes if EXTENSION in current_app.extensions else 0


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that may be kept: its name, the digest of what was sent, and what is to be stored."""

    name: str
    sent_sha256: str
    found: Recognised


def file_away(duty_id: int, upload: FileStorage) -> dict[str, Any]:
    """Make the uploaded file evidence of the duty and return what became of it, as the service of tasks says.

    Raises Refused for what the file is, ScannerAway, and the errors of the service. Sending the form again is safe.
    """
    return keep(look_at(upload), "add_evidence", duty_id=duty_id)


def look_at(upload: FileStorage) -> Looked:
    """Read the upload and see what it is; nothing is stored. Raises Refused for what it is, ScannerAway."""
    try:
        sent = _content(upload)
        found = _looked_at(sent)
    except Refused as refused:
        measuring.REFUSED.labels(refused.reason).inc()
        log.info("file refused", extra={"reason": refused.reason.value})
        raise
    except ScannerAway:
        measuring.REFUSED.labels(measuring.AWAY).inc()
        raise
    return Looked(safe_name(upload.filename or "", found.kind), hashlib.sha256(sent).hexdigest(), found)


def keep(looked: Looked, operation: str, **whose: int) -> dict[str, Any]:
    """Store a file and tell the service of tasks by `operation` what it belongs to; returns what it says of it."""
    found = looked.found
    # Never one of before, under which other bytes may lie that a duty has: that a file which is sent again is the same
    # one is for the service of tasks to see.
    key = uuid4()
    cabinet().note(key)
    cabinet().objects.put(key, found.content)
    try:
        answer = tell(
            "tasks",
            operation,
            command=part_of(key, "row"),
            **whose,
            key=str(key),
            name=looked.name,
            kind=found.kind,
            bytes=len(found.content),
            sha256=hashlib.sha256(found.content).hexdigest(),
            sent_sha256=looked.sent_sha256,
        )
    except CallersFault:
        cabinet().discard(key)
        raise
    if answer["key"] == str(key):
        cabinet().settle(key)
    else:
        cabinet().discard(key)
    return answer


def take_out(file: dict[str, Any]) -> bytes:
    """The bytes of a StoredFile. NotFound when they are not what was stored: they are never handed out."""
    try:
        return cabinet().objects.get(UUID(file["key"]), size=file["bytes"], sha256=file["sha256"])
    except Altered as error:
        measuring.ALTERED.inc()
        log.exception("file altered in the store", extra={"key": file["key"]})
        raise NotFound(ALTERED) from error


def clear_out(duty_id: int, evidence_id: int, *, key: UUID) -> dict[str, Any]:
    """Take a file from a duty and return the duty. Its bytes go a day later, in case a backup is restored."""
    cabinet().note(key)
    return tell("tasks", "remove_evidence", duty_id=duty_id, evidence_id=evidence_id)


def _content(upload: FileStorage) -> bytes:
    """The bytes of the upload, once its size is known to be allowed."""
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if size > cabinet().megabytes * 1_000_000:
        raise too_large(cabinet().megabytes)
    return upload.stream.read()


def _looked_at(sent: bytes) -> Recognised:
    with _one_at_a_time:
        found = recognise(sent)
    scanner = cabinet().scanner
    if scanner is not None:
        scanner.look_at(sent)
    return found
