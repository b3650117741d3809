"""Reads the file of channels. What is wrong in it is said in a sentence, without any secret.

```toml
[hosts]
allowed = ["sms.she.example"]        # beside those of the three providers
private = ["sms.she.example"]        # of these, which may lie in a private network

[[robot]]
kind = "wecom"                       # wecom, dingtalk or feishu
name = "就业工作群"
webhook_file = "wecom.url"           # or webhook_env, or webhook
secret_file = "…"                    # dingtalk and feishu, where the robot signs
keyword = "清单"                      # where the robot asks for one

[sms]
name = "县短信平台"
url = "https://sms.she.example/send" # or url_file, or url_env
signature = "歙县就业办"
body = "json"                        # or form
fields = { account = "{account}", password = "{password}", mobile = "{phone}", content = "{text}", id = "{key}" }
secrets = { account = "…", password_file = "sms.password" }
answer = { code = "code", message = "msg", sent = ["0"], later = ["429"] }
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shared.accounts import HOSTS, PLACE, ROBOTS, WECOM, Channels, Endpoint, Gateway, Robot, Understood
from shared.process.toml_table import Table, Wrong

LONGEST_NAME = 40
# What can be filled into a field of the gateway, beside its secrets; and into a sentence of a template.
PLACES = frozenset({"phone", "text", "key", "signature", "template", "unit", "total", "late", "code"})
IN_TEMPLATES = frozenset({"unit", "total", "late", "lines", "code", "pages"})
PURPOSES = ("digest", "code", "test")
TEMPLATES: Mapping[tuple[str, str], str] = {
    ("digest", "zh"): "{unit}有{total}项清单提醒，其中{late}项已逾期，请登录清单系统办理。",
    ("digest", "en"): "{unit}: {total} reminders, {late} of them overdue. Please sign in to Qingdan.",
    ("code", "zh"): "清单验证码{code}，30分钟内有效。如果不是您本人填写的，请不必理会。",
    ("code", "en"): "Qingdan code {code}. It holds for 30 minutes.",
    ("test", "zh"): "这是清单系统的测试短信，收到即表示提醒可以送达。",
    ("test", "en"): "This is a test of Qingdan. As you read it, reminders reach you.",
}


class _Hosts:
    """The hosts that may be spoken to, and which of them may lie in a private network."""

    def __init__(self, table: Table) -> None:
        self.private = frozenset(one.lower() for one in table.texts("private"))
        self.allowed = {one.lower() for one in table.texts("allowed")} | set(HOSTS.values())
        if stray := sorted(self.private - self.allowed):
            raise Wrong(f"[hosts] private 里的 {stray[0]} 不在 allowed 里", f"{stray[0]} of private is not in allowed")
        table.close()

    def endpoint(self, url: str, ca_file: str, where: str) -> Endpoint:
        """The endpoint of an address; Wrong unless it is TLS to an allowed host."""
        try:
            parts = urlsplit(url)
            host, _port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            host, parts = "", urlsplit("")
        is_plain = url.isascii() and url.isprintable() and " " not in url
        if parts.scheme != "https" or not host or parts.username is not None or not is_plain:
            raise Wrong(f"{where} 的地址应以 https:// 开头，不带账号", f"the address of {where} must be https://host/…")
        if host not in self.allowed:
            raise Wrong(
                f"{where} 的主机 {host} 不在 [hosts] allowed 里",
                f"the host {host} of {where} is not in [hosts] allowed",
            )
        if ca_file and not Path(ca_file).is_file():
            raise Wrong(
                f"{where} 的 ca 证书文件不存在", f"the file of certificates that ca of {where} names is not there"
            )
        return Endpoint(url, may_be_private=host in self.private, ca_file=ca_file)


def read_channels(file: Path, env: Mapping[str, str]) -> Channels:
    """The accounts of a file; Wrong with a sentence for what is wrong in it."""
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Wrong("文件读不了", "it cannot be read") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = place[1] if place else "?"
        raise Wrong(f"第 {line} 行不是 TOML", f"line {line} is no TOML") from None
    whole = Table(found, "[]", file.parent, env)
    hosts = _Hosts(whole.table("hosts"))
    robots = tuple(_robot(one, hosts) for one in whole.tables("robot"))
    gateway = _gateway(whole.table("sms"), hosts) if "sms" in whole.found else None
    whole.close()
    channels = Channels(robots, gateway)
    names = [one.name for one in channels.accounts]
    if len(set(names)) < len(names):
        raise Wrong("有两个账号同名", "two accounts have the same name")
    return channels


def _name(table: Table) -> str:
    name = " ".join(table.text("name").split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Wrong(
            f"{table.where} 的 name 最多 {LONGEST_NAME} 个字", f"name of {table.where} has {LONGEST_NAME} signs at most"
        )
    return name


def _robot(table: Table, hosts: _Hosts) -> Robot:
    kind = table.text("kind")
    if kind not in ROBOTS:
        raise Wrong(
            f"{table.where} 的 kind 应是 {'、'.join(ROBOTS)} 之一", f"kind of {table.where} must be one of {ROBOTS}"
        )
    ca_file = str(table.folder / name) if (name := table.text("ca", "")) else ""
    endpoint = hosts.endpoint(table.secret("webhook", is_needed=True), ca_file, table.where)
    robot = Robot(
        kind=kind,
        name=_name(table),
        endpoint=endpoint,
        secret=table.secret("secret", is_needed=False),
        keyword=table.text("keyword", ""),
    )
    if kind == WECOM and robot.secret:
        raise Wrong(f"{table.where}：企业微信机器人没有签名", f"{table.where}: a robot of WeCom signs nothing")
    table.close()
    return robot


def _gateway(table: Table, hosts: _Hosts) -> Gateway:
    ca_file = str(table.folder / name) if (name := table.text("ca", "")) else ""
    endpoint = hosts.endpoint(table.secret("url", is_needed=True), ca_file, table.where)
    body = table.text("body", "json")
    if body not in ("json", "form"):
        raise Wrong("[sms] 的 body 应是 json 或 form", "body of [sms] must be json or form")
    secrets = _secrets(table.table("secrets"))
    gateway = Gateway(
        name=_name(table),
        endpoint=endpoint,
        signature=table.text("signature"),
        fields=_fields(table.found.pop("fields", {}), PLACES | set(secrets), is_form=body == "form"),
        is_form=body == "form",
        headers=_fields(table.found.pop("headers", {}), PLACES | set(secrets), is_form=True),
        secret_places=secrets,
        understood=_understood(table.table("answer")),
        templates=_templates(table.table("templates")),
        ids=_ids(table.table("template_ids")),
        per_minute=table.whole("per_minute", 1, 100_000, 60),
        most_segments=table.whole("most_segments", 1, 10, 4),
    )
    table.close()
    return gateway


def _secrets(table: Table) -> dict[str, str]:
    names = {re.sub("_(file|env)$", "", key) for key in table.found}
    found = {name: table.secret(name, is_needed=True) for name in sorted(names)}
    table.close()
    return found


def _fields(found: Any, places: frozenset[str] | set[str], *, is_form: bool) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise Wrong("[sms] 的 fields 和 headers 应是表", "fields and headers of [sms] must be tables")
    _check_places(found, places, is_form=is_form)
    return found


def _check_places(found: Any, places: frozenset[str] | set[str], *, is_form: bool) -> None:
    if isinstance(found, str):
        if unknown := sorted(set(PLACE.findall(found)) - places):
            raise Wrong(f"[sms] 里的 {{{unknown[0]}}} 无法识别", f"{{{unknown[0]}}} means nothing in [sms]")
        return
    children = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(children, list) or (is_form and not all(isinstance(one, str) for one in children)):
        raise Wrong("[sms] 的 fields 和 headers 里应是文字", "fields and headers of [sms] hold texts")
    for one in children:
        _check_places(one, places, is_form=is_form)


def _understood(table: Table) -> Understood:
    found = Understood(table.text("code", ""), table.text("message", ""), table.texts("sent"), table.texts("later"))
    if bool(found.code) is not bool(found.sent):
        raise Wrong("[sms] 的 answer 要同时写 code 和 sent", "answer of [sms] must have both code and sent, or neither")
    table.close()
    return found


def _templates(table: Table) -> dict[tuple[str, str], str]:
    found = dict(TEMPLATES)
    for purpose in PURPOSES:
        of_purpose = table.table(purpose)
        if of_purpose.found:
            # Where only a Chinese sentence was passed, everybody gets that one.
            found[purpose, "zh"] = of_purpose.text("zh")
            found[purpose, "en"] = of_purpose.text("en", found[purpose, "zh"])
        of_purpose.close()
    for sentence in found.values():
        if unknown := sorted(set(PLACE.findall(sentence)) - IN_TEMPLATES):
            raise Wrong(f"短信模板里的 {{{unknown[0]}}} 无法识别", f"{{{unknown[0]}}} means nothing in a template")
    table.close()
    return found


def _ids(table: Table) -> dict[str, str]:
    found = {purpose: table.text(purpose, "") for purpose in PURPOSES}
    table.close()
    return found
