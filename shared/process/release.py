"""The release that this code is."""

from __future__ import annotations

VERSION = "0.3.0"
