"""Checks deploy/k8s offline: renders each overlay, validates every document strictly, and applies rules of our own.

`python -m deploy.k8s_check` prints each problem as a sentence and ends with 1 when there is one.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
