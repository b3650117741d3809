"""The release before this one, as `make keep-release` kept it when it was current."""

import tarfile
from pathlib import Path

RELEASES = Path(__file__).parents[1] / "releases"


def newest_release() -> Path:
    return max(RELEASES.glob("*.tar.xz"), key=lambda file: [int(part) for part in file.name.split(".")[:3]])


def unpack_newest_release(folder: Path) -> Path:
    """Put its code into the folder, which is returned."""
    with tarfile.open(newest_release()) as archive:
        archive.extractall(folder, filter="data")
    return folder
