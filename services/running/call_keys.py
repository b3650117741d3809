"""The keys by which calls are signed and checked: from the environment, or those of the data folder.

A cluster of the release before starts processes of this one without a key in their environment. They find theirs in
the folder, and believe what its portals do not sign until the last one is replaced.
"""

from __future__ import annotations

import logging

from services.running.home import Home, open_home
from shared.calling.proof import Keys, Proof, Signer
from shared.process.settings import SERVICES, Settings

log = logging.getLogger(__name__)


def keys_of(home: Home) -> dict[str, str]:
    """The key of each service in a data folder; whatever is not there yet is made."""
    secrets = home.secrets()
    return {name: secrets[f"{name}_call"] for name in SERVICES}


def settings_of_keys(home: Home) -> dict[str, str]:
    """The same as settings: who calls gets all, a service its own."""
    return {f"QINGDAN_{name.upper()}_CALL_KEY": key for name, key in keys_of(home).items()}


def signer_of(settings: Settings) -> Signer:
    """What signs the calls of this process; SettingError when a key is not set."""
    return Signer({name: _keys(settings, name) for name in SERVICES})


def proof_of(settings: Settings, name: str) -> Proof:
    """What service `name` asks of its callers; SettingError when its key is not set."""
    is_of_folder = _is_of_folder(settings, name)
    if is_of_folder:
        log.warning("no key is set: that of the data folder is taken, and unsigned calls are believed")
    return Proof(_keys(settings, name), accepts_unsigned=settings.accepts_unsigned or is_of_folder)


def _is_of_folder(settings: Settings, name: str) -> bool:
    return not settings.call_keys.get(name) and Home(settings.home).secrets_file.exists()


def _keys(settings: Settings, name: str) -> Keys:
    return (keys_of(open_home(settings.home))[name],) if _is_of_folder(settings, name) else settings.call_key(name)
