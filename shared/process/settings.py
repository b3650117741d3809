"""Settings from the environment, read once at the start of a process and passed on; nothing else reads os.environ.

A malformed one stops the process with a sentence that names it and its default.
"""

from __future__ import annotations

import difflib
import hashlib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from psycopg2 import ProgrammingError
from psycopg2.extensions import parse_dsn

from shared.accounts import Channels
from shared.process.addresses import MONITOR_PORT
from shared.process.channels_file import read_channels
from shared.process.mail import MAIL_FORM, MailServer, complaint, server_of
from shared.process.toml_table import Wrong

# 128 bits, if they are random.
SHORTEST_KEY = 16
SERVICES = ("tasks", "notifications", "stats")
DATABASES = (*SERVICES, "portal")
# Of the broker, each with a password of its own; of the release before one for all.
BROKER_ACCOUNTS = (
    *("PORTAL", "WATCH"),
    *(f"{kind}_{name.upper()}" for kind in ("SERVICE", "RELAY") for name in SERVICES),
)
# Longer than any request takes, and than anybody waits for a replacement.
LONGEST_DRAIN = 300

# Of the chain that the log is sealed in.
HASHES = ("sha256", "sm3")
PREFIX = "QINGDAN_"
SETTINGS = (
    *("QINGDAN_HOME", "QINGDAN_PORT", "QINGDAN_HOST", "QINGDAN_HTTPS", "QINGDAN_PORTAL_KEY", "QINGDAN_BROKER_URL"),
    *("QINGDAN_MONITOR_HOST", "QINGDAN_MONITOR_PORT", "QINGDAN_DRAIN_SECONDS", "QINGDAN_ADMIN_DATABASE_URL"),
    *(f"QINGDAN_{name.upper()}{whose}_DATABASE_URL" for whose in ("", "_OWNER") for name in DATABASES),
    *("QINGDAN_EVIDENCE_STORE", "QINGDAN_EVIDENCE_MEGABYTES", "QINGDAN_VIRUS_SCANNER"),
    *("QINGDAN_LISTENING_SOCKET", "QINGDAN_AUDIT_HASH", "QINGDAN_MAIL_SERVER", "QINGDAN_PAGES_URL"),
    *("QINGDAN_CHANNELS", "QINGDAN_TRUSTED_PROXY", "QINGDAN_HSTS_SUBDOMAINS", "QINGDAN_ACCEPT_UNSIGNED"),
    *(f"QINGDAN_{name.upper()}_CALL_KEY" for name in SERVICES),
    *("QINGDAN_BROKER_PASSWORD", *(f"QINGDAN_BROKER_{name}_PASSWORD" for name in BROKER_ACCOUNTS)),
)
# What the scripts of a deployment take; a shell may have them set beside ours.
OF_SCRIPTS = (
    *("QINGDAN_ADDRESS", "QINGDAN_BUILD_OPTIONS", "QINGDAN_ENV_FILE", "QINGDAN_EXAMPLE"),
    *("QINGDAN_CHANNELS_FOLDER", "QINGDAN_VERIFY_FOLDER", "QINGDAN_VERSION", "QINGDAN_WAIT_SECONDS"),
    *(f"QINGDAN_{name.upper()}{whose}_PASSWORD" for whose in ("", "_WORK") for name in DATABASES),
)
KNOWN = frozenset({*SETTINGS, *OF_SCRIPTS})
TESTS = "QINGDAN_TEST_"

BROKER_FORM = "amqp://user:password@host/vhost"
DATABASE_FORM = "postgresql://user:password@host/name"
STORE_FORM = "s3://key:secret@host/bucket"
SCANNER_FORM = "host:3310"
PAGES_FORM = "https://host"


class SettingError(SystemExit):
    """A setting is missing or malformed; the message is what the operator reads."""

    @classmethod
    def of(cls, zh: str, en: str) -> SettingError:
        """The two sentences as one message."""
        return cls(f"{zh}\n{en}")


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds the embedded database and secrets; URLs and the portal's key are set in the distributed mode only.

    `is_https` says that browsers reach the portal by TLS only, so that its cookies never travel in the clear.
    `hsts_subdomains` that the same holds for every name below the portal's host.
    `owner_urls` are of the roles that own the databases, where the processes work as others.
    `evidence_store` is the URL of a store that speaks S3, without which files lie in a folder of `home`;
    `virus_scanner` the host and port of a clamd.
    `trusted_proxy` is the address of the proxy before the portal that is believed whose request it hands on, "*" for
    whoever connects; without it every request behind a proxy seems to come from the proxy.
    `mail` is the server that takes mail, without which none is sent; `pages_url` what a mail says where to sign in.
    `channels` are the robots of groups and the gateway of short messages.
    `call_keys` sign the calls to each service, the first of them; the others are believed, too. `accepts_unsigned` says
    that calls without a signature are carried out, while portals of the release before are replaced.
    `broker_passwords` are by the account's name, for the command that writes the broker's definitions alone.
    `drain_seconds` is how long the portal goes on taking requests after SIGTERM while it already says "not ready".
    """

    home: Path
    port: int
    host: str
    broker_url: str
    database_urls: Mapping[str, str]
    owner_urls: Mapping[str, str] = field(default_factory=dict)
    portal_key: str = ""
    is_https: bool = False
    monitor_host: str = "127.0.0.1"
    monitor_port: int | None = None
    drain_seconds: int = 0
    admin_database_url: str = ""
    listening_socket: int | None = None
    evidence_store: str = ""
    evidence_megabytes: int = 20
    virus_scanner: tuple[str, int] | None = None
    audit_hash: str = "sha256"
    mail: MailServer | None = None
    pages_url: str = ""
    channels: Channels = field(default_factory=Channels)
    trusted_proxy: str = ""
    hsts_subdomains: bool = False
    call_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accepts_unsigned: bool = False
    broker_passwords: Mapping[str, str] = field(default_factory=dict)

    @property
    def knows_clients(self) -> bool:
        """Whether the portal sees from where a request comes: TLS ends at a proxy, which may not have been named."""
        return bool(self.trusted_proxy) or not self.is_https

    def database_url(self, service: str) -> str:
        """The URL of a service's database. Raises SettingError when it is not set."""
        url = self.database_urls.get(service, "")
        if not url:
            raise _not_set(f"QINGDAN_{service.upper()}_DATABASE_URL", DATABASE_FORM)
        return url

    def owner_url(self, service: str) -> str:
        """The URL of who owns a service's database; SettingError when neither it nor that of the processes is set."""
        return self.owner_urls.get(service, "") or self.database_url(service)

    def required_broker_url(self) -> str:
        """The broker's URL. Raises SettingError when it is not set."""
        if not self.broker_url:
            raise _not_set("QINGDAN_BROKER_URL", BROKER_FORM)
        return self.broker_url

    def required_admin_database_url(self) -> str:
        """The URL that may make roles and databases. Raises SettingError when it is not set."""
        if not self.admin_database_url:
            raise _not_set("QINGDAN_ADMIN_DATABASE_URL", DATABASE_FORM)
        return self.admin_database_url

    def call_key(self, service: str) -> tuple[str, ...]:
        """The keys of calls to a service. Raises SettingError when none is set."""
        keys = self.call_keys.get(service, ())
        if not keys:
            name = f"QINGDAN_{service.upper()}_CALL_KEY"
            raise SettingError.of(
                f"{name} 没有设置。请设为一段较长的随机文字，门户和这个服务相同；没有默认值。",
                f"{name} is not set. Set it to a long random text, the same for the portal and for this service; it "
                "has no default.",
            )
        return keys

    def required_portal_key(self) -> bytes:
        """The key that signs cookies. Raises SettingError when it is missing or too short."""
        if len(self.portal_key) < SHORTEST_KEY:
            raise SettingError.of(
                "QINGDAN_PORTAL_KEY 没有设置或不足 16 个字符。请设为一段较长的随机文字，各门户进程相同；没有默认值。",
                "QINGDAN_PORTAL_KEY is not set or shorter than 16 characters. Set it to a long random text, the same "
                "for every portal process; it has no default.",
            )
        return self.portal_key.encode()


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; SettingError for a malformed one."""
    env = os.environ if environment is None else environment
    _refuse_unknown(env)
    return Settings(
        home=Path(env.get("QINGDAN_HOME") or ".qingdan").expanduser().absolute(),
        port=_number(env, "QINGDAN_PORT", 1, 65535, default=8080),
        host=_host(env, "QINGDAN_HOST"),
        broker_url=_url(env, "QINGDAN_BROKER_URL", ("amqp",), BROKER_FORM),
        database_urls={service: _database(env, f"QINGDAN_{service.upper()}_DATABASE_URL") for service in DATABASES},
        owner_urls={service: _database(env, f"QINGDAN_{service.upper()}_OWNER_DATABASE_URL") for service in DATABASES},
        portal_key=env.get("QINGDAN_PORTAL_KEY", ""),
        is_https=_yes(env, "QINGDAN_HTTPS"),
        monitor_host=_host(env, "QINGDAN_MONITOR_HOST"),
        monitor_port=_number(env, "QINGDAN_MONITOR_PORT", 0, 65535, default=MONITOR_PORT)
        if env.get("QINGDAN_MONITOR_PORT")
        else None,
        drain_seconds=_number(env, "QINGDAN_DRAIN_SECONDS", 0, LONGEST_DRAIN, default=0),
        admin_database_url=_database(env, "QINGDAN_ADMIN_DATABASE_URL"),
        listening_socket=_number(env, "QINGDAN_LISTENING_SOCKET", 3, 65535, default=3)
        if env.get("QINGDAN_LISTENING_SOCKET")
        else None,
        evidence_store=_store(env, "QINGDAN_EVIDENCE_STORE"),
        evidence_megabytes=_number(env, "QINGDAN_EVIDENCE_MEGABYTES", 1, 100, default=20),
        virus_scanner=_scanner(env, "QINGDAN_VIRUS_SCANNER"),
        audit_hash=_hash(env, "QINGDAN_AUDIT_HASH"),
        mail=_mail(env, "QINGDAN_MAIL_SERVER"),
        pages_url=_url(env, "QINGDAN_PAGES_URL", ("https", "http"), PAGES_FORM),
        channels=_channels(env, "QINGDAN_CHANNELS"),
        trusted_proxy=_proxy(env, "QINGDAN_TRUSTED_PROXY"),
        hsts_subdomains=_yes(env, "QINGDAN_HSTS_SUBDOMAINS"),
        call_keys={service: _keys(env, f"QINGDAN_{service.upper()}_CALL_KEY") for service in SERVICES},
        accepts_unsigned=_yes(env, "QINGDAN_ACCEPT_UNSIGNED"),
        broker_passwords={
            "qingdan": env.get("QINGDAN_BROKER_PASSWORD", ""),
            **{_account(one): env.get(f"QINGDAN_BROKER_{one}_PASSWORD", "") for one in BROKER_ACCOUNTS},
        },
    )


def _account(name: str) -> str:
    """The account of the broker whose password has this name in the settings."""
    return f"qingdan-{name.lower().replace('_', '-')}"


def _refuse_unknown(env: Mapping[str, str]) -> None:
    """A misspelt setting would silently do nothing: the installation would run, elsewhere or otherwise than meant."""
    for name in env:
        if name.startswith(PREFIX) and name not in KNOWN and not name.startswith(TESTS):
            nearest = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.0)[0]
            raise SettingError.of(
                f"没有 {name} 这个设置，它不会起作用。最接近的是 {nearest}。请改正或取消它。",
                f"There is no setting {name}, so it would do nothing. The nearest is {nearest}. Correct or unset it.",
            )


def _keys(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """One key, or two with a blank between them while a new one is handed out."""
    keys = tuple(env.get(name, "").split())
    if len(keys) > 2 or any(len(key) < SHORTEST_KEY for key in keys):
        raise SettingError.of(
            f"{name} 应为一段不少于 {SHORTEST_KEY} 个字符、不含空格的随机文字；"
            "更换时写新旧两段，中间空一格。没有默认值。",
            f"{name} must be a random text of at least {SHORTEST_KEY} characters without a blank, or two with a blank "
            "between them while it is changed. It has no default.",
        )
    return keys


def _host(env: Mapping[str, str], name: str) -> str:
    value = env.get(name) or "127.0.0.1"
    try:
        ipaddress.ip_address("127.0.0.1" if value == "localhost" else value)
    except ValueError:
        raise SettingError.of(
            f"{name} 现为 {value!r}，应为本机的一个 IP 地址，0.0.0.0 表示全部。默认值是 127.0.0.1。",
            f"{name} is {value!r}; it must be an IP address of this machine, 0.0.0.0 for all of them. "
            "The default is 127.0.0.1.",
        ) from None
    return value


def _proxy(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    try:
        return value if value in {"", "*"} else str(ipaddress.ip_address(value))
    except ValueError:
        raise SettingError.of(
            f"{name} 现为 {value!r}，应为代理的 IP 地址，或 * 表示谁连过来都信。没有默认值。",
            f"{name} is {value!r}; it must be the IP address of the proxy, or * for whoever connects. "
            "It has no default.",
        ) from None


def _number(env: Mapping[str, str], name: str, least: int, most: int, *, default: int) -> int:
    text = env.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise SettingError.of(
            f"{name} 现为 {text!r}，应为 {least} 到 {most} 的整数。默认值是 {default}。",
            f"{name} is {text!r}; it must be a number from {least} to {most}. The default is {default}.",
        )
    return int(text)


def _hash(env: Mapping[str, str], name: str) -> str:
    value = env.get(name) or HASHES[0]
    if value not in HASHES:
        raise SettingError.of(
            f"{name} 现为 {value!r}，只能是 {' 或 '.join(HASHES)}。默认值是 {HASHES[0]}。",
            f"{name} is {value!r}; it must be {' or '.join(HASHES)}. The default is {HASHES[0]}.",
        )
    if value not in hashlib.algorithms_available:
        raise SettingError.of(
            f"{name} 现为 {value}，这台机器的 OpenSSL 没有这种算法。默认值是 {HASHES[0]}。",
            f"{name} is {value}, which this machine's OpenSSL does not have. The default is {HASHES[0]}.",
        )
    return value


def _yes(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name) or "no"
    if value not in {"yes", "no"}:
        raise SettingError.of(
            f"{name} 现为 {value!r}，只能是 yes 或 no。默认值是 no。",
            f"{name} is {value!r}; it must be yes or no. The default is no.",
        )
    return value == "yes"


def _database(env: Mapping[str, str], name: str) -> str:
    url = _url(env, name, ("postgresql", "postgres"), DATABASE_FORM)
    if not url:
        return ""
    if not urlsplit(url).path.strip("/"):
        raise _malformed(name, "没有数据库名", "it names no database", DATABASE_FORM)
    try:
        parse_dsn(url)
    except ProgrammingError:
        # Its message repeats a part of the URL, which may be of the password.
        raise _malformed(name, "数据库客户端读不懂", "the database's client cannot read it", DATABASE_FORM) from None
    return url


def _store(env: Mapping[str, str], name: str) -> str:
    url = _url(env, name, ("s3", "s3+http"), STORE_FORM)
    if not url:
        return ""
    parts = urlsplit(url)
    if not parts.username or not parts.password:
        raise _malformed(name, "没有账号或密钥", "it names no key or no secret", STORE_FORM)
    if not re.fullmatch(r"/[a-z0-9.-]{3,63}/?", parts.path):
        raise _malformed(name, "没有写存储桶", "it names no bucket", STORE_FORM)
    return url


def _mail(env: Mapping[str, str], name: str) -> MailServer | None:
    url = _url(env, name, ("smtp", "smtps"), MAIL_FORM)
    if not url:
        return None
    if wrong := complaint(url):
        raise _malformed(name, *wrong, MAIL_FORM)
    return server_of(url)


def _channels(env: Mapping[str, str], name: str) -> Channels:
    file = env.get(name, "")
    if not file:
        return Channels()
    try:
        return read_channels(Path(file), env)
    except Wrong as wrong:
        raise SettingError.of(
            f"{name} 指的文件 {file} 有误：{wrong.zh}。没有默认值。",
            f"The file {file} that {name} names is wrong: {wrong.en}. It has no default.",
        ) from None


def _scanner(env: Mapping[str, str], name: str) -> tuple[str, int] | None:
    text = env.get(name, "")
    if not text:
        return None
    found = re.fullmatch(r"([A-Za-z0-9._-]+):([0-9]{1,5})", text)
    if found is None or not 1 <= int(found[2]) <= 65535:
        raise _malformed(name, f"现为 {text!r}", f"it is {text!r}", SCANNER_FORM)
    return found[1], int(found[2])


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...], form: str) -> str:
    """A URL that the client libraries will understand; what is said of it never repeats the password."""
    url = env.get(name, "")
    if not url:
        return ""
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in schemes:
        found = scheme if separator else "…"
        raise _malformed(name, f"开头是 {found!r}", f"it starts with {found!r}", form)
    try:
        parts = urlsplit(url)
        is_ambiguous = parts.netloc.count("@") > 1
        has_host = bool(parts.hostname or "host=" in unquote(parts.query))
        _ = parts.port
    except ValueError:
        raise _malformed(name, "主机或端口写法不对", "its host or port is malformed", form) from None
    if is_ambiguous:
        raise _malformed(
            name, "密码里的 @、/、# 要写成 %40、%2F、%23", "an @ in the password must be written as %40, / as %2F", form
        )
    if not has_host:
        raise _malformed(name, "没有主机名", "it names no host", form)
    return url


def _malformed(name: str, zh: str, en: str, form: str) -> SettingError:
    return SettingError.of(
        f"{name} 写法不对：{zh}。应形如 {form}；没有默认值。",
        f"{name} is malformed: {en}. It must look like {form}; it has no default.",
    )


def _not_set(name: str, form: str) -> SettingError:
    return SettingError.of(
        f"{name} 没有设置。应形如 {form}；没有默认值。",
        f"{name} is not set. Set it to {form}; it has no default.",
    )
