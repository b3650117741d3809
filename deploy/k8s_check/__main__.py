"""`python -m deploy.k8s_check [FOLDER]`: a line for each overlay, a line for each problem and where it shows."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import click

from deploy.k8s_check import check, facts, kubectl
from deploy.k8s_check.schemas import NEWEST


def main(folder: Path = check.FOLDER) -> int:
    """Check every overlay in `folder`; 1 when there is a problem."""
    kubectl.ensure()
    known = facts.read()
    found: dict[str, list[str]] = defaultdict(list)
    for overlay in check.overlays(folder):
        documents = check.documents_of(overlay, folder)
        problems = check.problems_of(documents, known, folder)
        kinds = len({document.kind for document in documents})
        click.echo(f"{overlay}: {len(documents)} documents of {kinds} kinds, {len(problems)} problems")
        for problem in problems:
            found[str(problem)].append(overlay)
    click.echo(f"Kubernetes' kinds against its strict schemas of {NEWEST}, the operators' against deploy/k8s/schemas.")
    for sentence, overlays in found.items():
        click.echo(f"{sentence} ({', '.join(overlays)})", err=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
