"""The accounts of the broker as this product has them: whose each is, and what RabbitMQ loads at its start."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from services.running.home import Home
from services.running.registry import topology
from shared.delivery import rights
from shared.delivery.rights import Account
from shared.delivery.tellers import words_of_others
from shared.process.settings import SERVICES, SettingError, Settings

SALT_BYTES = 4


def table() -> tuple[Account, ...]:
    """All accounts, each with what it may."""
    return rights.accounts(words_of_others(SERVICES))


def account_of(command: tuple[str, ...]) -> str:
    """The account of the process of a command; "" for one that knows no broker."""
    kind, *names = command
    if kind == "portal":
        return rights.PORTAL
    makers = {"service": rights.service_account, "relay": rights.relay_account}
    return makers[kind](names[0]) if kind in makers else ""


def passwords_in(home: Home) -> dict[str, str]:
    """The password of each account in a data folder; whatever is not there yet is made."""
    found = home.secrets()
    return {account.name: found[account.secret] for account in table()}


def definitions(passwords: Mapping[str, str]) -> str:
    """What RabbitMQ loads, as JSON. It holds salted hashes and no password.

    The account of the release before is locked, unless it is among the passwords.
    """
    known = (*table(), *([rights.one_for_all()] if rights.ONE_FOR_ALL in passwords else []))
    found = rights.definitions(known, passwords, topology(), salt=secrets.token_bytes(SALT_BYTES))
    return json.dumps(found, indent=1)


def definitions_of(settings: Settings) -> str:
    """The same with the passwords of the settings; SettingError when one is missing."""
    for account in table():
        if not settings.broker_passwords.get(account.name):
            raise SettingError.of(
                f"{account.setting} 没有设置。请设为一段较长的随机文字；没有默认值。",
                f"{account.setting} is not set. Set it to a long random text; it has no default.",
            )
    return definitions({name: password for name, password in settings.broker_passwords.items() if password})
