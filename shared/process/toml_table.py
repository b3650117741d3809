"""A table of a file of settings, read field by field. What is wrong is a sentence with the place and no secret."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class Wrong(ValueError):
    """What is wrong with the file, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Table:
    """A table of the file; `where` names it in complaints. A name that nobody asked for is a mistake."""

    def __init__(self, found: object, where: str, folder: Path, env: Mapping[str, str]) -> None:
        if not isinstance(found, dict):
            raise Wrong(f"{where} 应是一张表", f"{where} must be a table")
        self.found, self.where, self.folder, self.env = dict(found), where, folder, env

    def text(self, key: str, default: str | None = None) -> str:
        """A text; Wrong when it is missing and has no default."""
        value = self.found.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise Wrong(f"{self.where} 的 {key} 应是一段文字", f"{key} of {self.where} must be a text")
        return value.strip()

    def secret(self, key: str, *, is_needed: bool) -> str:
        """A text that stands here, in a file of its own, or in the environment."""
        given = [name for name in (key, f"{key}_file", f"{key}_env") if name in self.found]
        if len(given) > 1 or (is_needed and not given):
            names = f"{key}、{key}_file、{key}_env"
            raise Wrong(f"{self.where} 要写 {names} 之一", f"{self.where} must have one of {names}")
        if not given:
            return ""
        value = self.text(given[0])
        if given[0].endswith("_file"):
            return self._of_file(given[0], value)
        if given[0].endswith("_env"):
            return self._of_environment(given[0], value)
        return value

    def _of_environment(self, key: str, name: str) -> str:
        if not self.env.get(name):
            raise Wrong(
                f"{self.where} 的 {key} 指的环境变量没有设置",
                f"the variable that {key} of {self.where} names is not set",
            )
        return self.env[name].strip()

    def _of_file(self, key: str, name: str) -> str:
        try:
            return (self.folder / name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise Wrong(
                f"{self.where} 的 {key} 指的文件读不了", f"the file that {key} of {self.where} names cannot be read"
            ) from None

    def whole(self, key: str, least: int, most: int, default: int) -> int:
        """A whole number within bounds."""
        value = self.found.pop(key, default)
        if type(value) is not int or not least <= value <= most:
            raise Wrong(
                f"{self.where} 的 {key} 应是 {least} 到 {most} 的整数",
                f"{key} of {self.where} must be a whole number from {least} to {most}",
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty without it."""
        value = self.found.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Wrong(f"{self.where} 的 {key} 应是若干段文字", f"{key} of {self.where} must be a list of texts")
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table in this one, empty without it."""
        return Table(self.found.pop(key, {}), f"{self.where}.{key}", self.folder, self.env)

    def tables(self, key: str) -> list[Table]:
        """Several tables of one name."""
        value = self.found.pop(key, [])
        if not isinstance(value, list):
            raise Wrong(f"{key} 应写成 [[{key}]]", f"{key} must be written as [[{key}]]")
        return [Table(one, f"[[{key}]] {place}", self.folder, self.env) for place, one in enumerate(value, 1)]

    def close(self) -> None:
        """Nothing may be left over: what is misspelt would silently do nothing."""
        if self.found:
            key = min(self.found)
            raise Wrong(f"{self.where} 里的 {key} 无法识别", f"{key} means nothing in {self.where}")
