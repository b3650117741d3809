"""A sentence for people, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages of the product; Chinese is the original."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"

    def as_dict(self) -> dict[str, str]:
        """The sentence as it travels: {"zh", "en"}."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Text:
        """The sentence that `as_dict` wrote."""
        return cls(zh=str(value["zh"]), en=str(value["en"]))
