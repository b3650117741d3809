"""`python -m deploy.k8s_check`: one line for each overlay, one for each problem."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from deploy.k8s_check import check, facts, kubectl
from deploy.k8s_check.documents import Document
from deploy.k8s_check.schemas import NEWEST


def main(folder: Path = check.FOLDER) -> int:
    """Check every overlay in `folder`; 1 when there is a problem."""
    kubectl.ensure()
    known = facts.read()
    found = 0
    for overlay in check.overlays(folder):
        documents = check.documents_of(overlay, folder)
        problems = check.problems_of(documents, known, folder)
        found += len(problems)
        click.echo(f"{overlay}: {len(documents)} documents ({_kinds(documents)}), {len(problems)} problems")
        for problem in problems:
            click.echo(f"  {os.path.relpath(problem.file)}{str(problem).removeprefix(problem.file)}", err=True)
    click.echo(f"Kubernetes' kinds against its strict schemas of {NEWEST}, the operators' against deploy/k8s/schemas.")
    return 1 if found else 0


def _kinds(documents: Sequence[Document]) -> str:
    counted = Counter(document.kind for document in documents)
    return ", ".join(f"{number} {kind}" for kind, number in sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
