"""Where the bytes of evidence lie: a local folder, or a store that speaks S3. It knows keys and bytes, and no names."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from shared.errors import TryAgain
from shared.text import Text

if TYPE_CHECKING:
    from obstore.store import LocalStore, S3Store

log = logging.getLogger(__name__)

AWAY = Text(
    "存放文件的地方暂时连不上，请过几分钟再试。",
    "The store of files cannot be reached. Please try again in a few minutes.",
)
# A store that does not answer holds up one of few threads; what is asked of it is small.
WAIT = "15s"


class Altered(Exception):
    """What lies under a key is missing, or is not what was put there."""


class Objects:
    """A store of bytes by key, which is opened when it is first used."""

    def __init__(self, opening: Callable[[], LocalStore | S3Store]) -> None:
        self._opening = opening

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        return self._opening()

    def put(self, key: UUID, content: bytes) -> None:
        """Keep the bytes; the same key again replaces them. Raises TryAgain."""
        import obstore
        from obstore.exceptions import BaseError

        try:
            obstore.put(self._store, _path(key), content)
        except (BaseError, OSError) as error:
            raise _away(error) from error

    def get(self, key: UUID, *, size: int, sha256: str) -> bytes:
        """The bytes, once they are known to be those of that size and digest. Raises Altered, and TryAgain."""
        import obstore
        from obstore.exceptions import BaseError, NotFoundError

        try:
            found = obstore.get(self._store, _path(key))
            if found.meta["size"] != size:
                raise Altered(str(key))
            content = bytes(found.bytes())
        except (NotFoundError, FileNotFoundError) as error:
            raise Altered(str(key)) from error
        except (BaseError, OSError) as error:
            raise _away(error) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Altered(str(key))
        return content

    def forget(self, key: UUID) -> None:
        """Let the bytes go; those that are gone are no fault. Raises TryAgain."""
        import obstore
        from obstore.exceptions import BaseError, NotFoundError

        try:
            obstore.delete(self._store, _path(key))
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise _away(error) from error


def in_folder(folder: Path) -> Objects:
    """A store in a local folder, which only this account may look into."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Objects(partial(_local, folder))


def at_address(url: str) -> Objects:
    """A store that speaks S3, at `s3://key:secret@host/bucket?region=…`.

    `s3+http://` is for one without TLS, as within a cluster; without a region it is the one that such stores ignore.
    """
    from obstore.store import S3Store

    parts = urlsplit(url)
    (region,) = parse_qs(parts.query).get("region", ["us-east-1"])[:1]
    is_plain = parts.scheme == "s3+http"
    port = f":{parts.port}" if parts.port else ""
    # At once, unlike a folder: whoever starts the portal learns that the address is none.
    store = S3Store(
        parts.path.strip("/"),
        endpoint=f"{'http' if is_plain else 'https'}://{parts.hostname}{port}",
        access_key_id=unquote(parts.username or ""),
        secret_access_key=unquote(parts.password or ""),
        region=region,
        virtual_hosted_style_request=False,
        client_options={"allow_http": is_plain, "timeout": WAIT, "connect_timeout": "5s"},
        retry_config={"max_retries": 2},
    )
    return Objects(lambda: store)


def _local(folder: Path) -> LocalStore:
    from obstore.store import LocalStore

    return LocalStore(folder)


def _path(key: UUID) -> str:
    return f"{key.hex[:2]}/{key.hex}"


def _away(error: Exception) -> TryAgain:
    log.warning("store of files away", extra={"error": type(error).__name__})
    return TryAgain(AWAY)
