"""A list of what a release is made of (a Software Bill of Materials, CycloneDX 1.6), the same each time it is made.

The Python packages with the hashes of the lock file come from cyclonedx-py; the library of the charts, which comes from
npm, is added by its own lock file.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from deploy.audit.outcome import REQUIREMENTS, ROOT, Outcome
from shared.process.release import VERSION

CHARTS = ROOT / "deploy" / "charts" / "package-lock.json"
TO = ROOT / "build" / f"qingdan-{VERSION}.cdx.json"


def write(to: Path = TO) -> Outcome:
    """Write the list to `to`."""
    try:
        bill = bill_of_materials()
    except subprocess.CalledProcessError as error:
        return Outcome(2, f"the list of packages could NOT be written:\n{error.stderr}")
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(bill, indent=2, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    place = to.relative_to(ROOT) if to.is_relative_to(ROOT) else to
    return Outcome(0, f"{len(bill['components'])} packages of release {VERSION} are listed in {place}.")


def bill_of_materials() -> dict[str, Any]:
    """As CycloneDX has it, with the release as what it is about."""
    bill = _of_python()
    bill["components"] += of_npm(json.loads(CHARTS.read_text("utf-8")))
    bill["metadata"]["component"] |= {"version": VERSION, "purl": f"pkg:generic/qingdan@{VERSION}"}
    return bill


def _of_python() -> dict[str, Any]:
    """No time and no number of its own, or two lists of one release would differ."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "bill.json"
        command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(REQUIREMENTS)]
        command += ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--sv", "1.6"]
        command += ["--output-file", str(to)]
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
        found: dict[str, Any] = json.loads(to.read_text("utf-8"))
        return found


def of_npm(lock: dict[str, Any]) -> list[dict[str, Any]]:
    """Components of a lock file of npm; its hashes are base64, those of CycloneDX are hexadecimal."""
    found = []
    for place, package in lock["packages"].items():
        if not place:
            continue
        name, version = place.removeprefix("node_modules/"), package["version"]
        kind, _, digest = package["integrity"].partition("-")
        found.append(
            {
                "type": "library",
                "bom-ref": f"npm-{name}",
                "name": name,
                "version": version,
                "purl": f"pkg:npm/{name}@{version}",
                "licenses": [{"license": {"id": package["license"]}}],
                "hashes": [{"alg": kind.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
            }
        )
    return found
