"""The manifests against the schemas and our own rules, and both against mistakes made on purpose."""

import copy
import shutil
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path

import pytest

from deploy.k8s_check import check, facts, rules_network, rules_scaling
from deploy.k8s_check.documents import Document, of_kind
from deploy.k8s_check.rendering import RenderError, render
from services.running.broker_accounts import account_of
from services.running.environments import settings_for
from services.running.processes import COMMANDS
from tests.support.kubernetes_mistakes import BROKEN, MISSPELT, container_of

KNOWN = facts.read()


def _name(value):
    return getattr(value, "__name__", value)


@pytest.mark.parametrize("overlay", ["small", "county", "province"])
def test_an_overlay_is_right(overlay):
    assert [str(problem) for problem in check.problems_of(_documents(overlay), KNOWN)] == []


def test_every_overlay_is_among_those_checked():
    assert check.overlays() == ["county", "province", "small"]


def test_every_rule_has_a_case_that_breaks_it():
    assert {case[0] for case in BROKEN} == set(check.RULES)


def test_every_custom_resource_has_a_case_that_misspells_it():
    kinds = {file.stem for file in (check.FOLDER / "schemas").glob("*.yaml")} - {"common"}

    assert kinds <= {case[3].split()[0] for case in MISSPELT}


@pytest.fixture(scope="module")
def misspelt(tmp_path_factory):
    """A copy of the manifests with all of the mistakes, and what is said of it."""
    folder = tmp_path_factory.mktemp("misspelt").resolve() / "k8s"
    shutil.copytree(check.FOLDER, folder)
    for file, right, wrong, *_ in MISSPELT:
        _put(folder / file, right, wrong)
    return folder, _sentences(folder)


@pytest.mark.parametrize(("file", "right", "wrong", "resource", "field"), MISSPELT)
def test_a_misspelt_field_is_named_with_its_file_and_resource(misspelt, file, right, wrong, resource, field):
    folder, sentences = misspelt

    named, told = f"{folder / file}: {resource}: ", f"{field}: {resource.split()[0]} has no such field."
    assert any(sentence.startswith(named) and sentence.endswith(told) for sentence in sentences), sentences


def test_a_kind_that_nobody_knows_is_a_problem(tmp_path):
    folder = _with(tmp_path, "base/monitoring.yaml", "kind: PodMonitor", "kind: PodWatcher")

    assert any("PodWatcher is known neither to Kubernetes" in sentence for sentence in _sentences(folder))


def test_a_value_of_the_wrong_type_is_a_problem(tmp_path):
    folder = _with(tmp_path, "base/database.yaml", "instances: 2", "instances: two")

    assert any("spec.instances: 'two' is not of type 'integer'." in sentence for sentence in _sentences(folder))


def test_a_kustomization_that_does_not_render_says_why(tmp_path):
    folder = _with(tmp_path, "overlays/county/kustomization.yaml", "../../base", "../../bass")

    with pytest.raises(RenderError, match="bass"):
        render(folder / "overlays" / "county")


@pytest.mark.parametrize(("rule", "resource", "breaking", "sentence"), BROKEN, ids=_name)
def test_a_broken_rule_is_reported(rule, resource, breaking, sentence):
    documents = copy.deepcopy(_documents("county"))
    kind, _, name = resource.partition(" ")
    chosen = next(one for one in of_kind(documents, kind) if not name or one.name == name)

    assert list(rule(documents, KNOWN)) == []
    breaking(chosen.body)

    assert any(sentence in str(problem) for problem in rule(documents, KNOWN)), list(map(str, rule(documents, KNOWN)))


def test_who_has_no_business_with_the_broker_does_not_reach_it():
    policies = list(of_kind(_documents("county"), "NetworkPolicy"))

    def reaches_broker(component):
        labels = {"app.kubernetes.io/name": "qingdan", "app.kubernetes.io/component": component}
        return rules_network.reaches(policies, labels, rules_network.BROKER, 5672)

    assert reaches_broker("relay-tasks")
    assert not reaches_broker("issuer")
    assert not reaches_broker("migrate")
    assert not rules_network.reaches(policies, {"app": "stranger"}, rules_network.POSTGRES, 5432)


def test_a_process_has_its_own_account_and_keys_and_no_others():
    """As in a cluster on one machine, whose table this is."""
    found = {}
    for document in of_kind(_documents("county"), "Deployment"):
        container = document.spec["template"]["spec"]["containers"][0]
        found[tuple(container["args"])] = {
            one["name"]: one["valueFrom"]["secretKeyRef"]["name"] for one in container["env"] if "valueFrom" in one
        }

    assert found.keys() == set(COMMANDS)
    for command, secrets in found.items():
        assert secrets.keys() <= settings_for(command)
        account = account_of(command)
        assert secrets.get("QINGDAN_BROKER_URL", "") == account.replace("qingdan-", "qingdan-broker-")
        keys = {name: secret for name, secret in secrets.items() if name.endswith("_CALL_KEY")}
        assert keys.keys() == {name for name in settings_for(command) if name.endswith("_CALL_KEY")}
        assert all(secret == f"qingdan-{name.split('_')[1].lower()}-calls" for name, secret in keys.items())


def test_the_overlays_differ_in_what_they_survive():
    sizes = {overlay: _sizes(_documents(overlay)) for overlay in check.overlays()}

    assert sizes == {"small": (1, 1, 0), "county": (3, 2, 4), "province": (3, 3, 4)}


def test_before_and_after_are_never_applied_together():
    assert [job.name for job in of_kind(render(check.FOLDER / "overlays" / "county"), "Job")] == ["migrate-pre"]
    assert [job.name for job in render(check.FOLDER / "migrate" / "post")] == ["migrate-post"]


def test_the_counters_are_made_anew_by_a_job_of_its_own():
    (job,) = render(check.FOLDER / "rebuild-stats")

    assert (job.name, container_of(job.body)["args"]) == ("rebuild-stats", ["rebuild", "stats"])


def test_the_guides_site_renders_and_restores(tmp_path):
    """The two blocks of docs/kubernetes.md that a site copies, the second one under the first one's patches."""
    shutil.copytree(check.FOLDER, tmp_path / "qingdan" / "deploy" / "k8s")
    site = tmp_path / "site" / "kustomization.yaml"
    site.parent.mkdir()
    restore = textwrap.indent(_block("         - target: {kind: Cluster}", "\n4. "), "  ")
    site.write_text(_block("    # site/kustomization.yaml\n", "\n`site/migrate-post") + "\n" + restore)

    documents = render(site.parent)

    (database,) = of_kind(documents, "Cluster")
    (portal,) = (one for one in of_kind(documents, "Deployment") if one.name == "portal")
    assert database.spec["bootstrap"] == {"recovery": {"source": database.spec["externalClusters"][0]["name"]}}
    (bucket,) = of_kind(documents, "ObjectStore")
    assert bucket.spec["configuration"]["destinationPath"] == "s3://our-bucket/", "the site's own patches hold on"
    assert container_of(portal.body)["image"] == f"registry.site.example/qingdan:{KNOWN.version}"


def test_the_command_names_the_mistake_and_fails(tmp_path):
    folder = _with(tmp_path, "base/issuer.yaml", "replicas:", "replica:")

    done = subprocess.run(
        [sys.executable, "-m", "deploy.k8s_check", str(folder)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.count("base/issuer.yaml: Deployment issuer: spec.replica: Deployment has no such field.") == 1
    assert done.stderr.rstrip().endswith("(county, province, small)")


def _block(first: str, end: str) -> str:
    """An indented block of the guide, without its indentation."""
    _, _, rest = facts.GUIDE.read_text().partition(first)
    return textwrap.dedent(first + rest.partition(end)[0]).rstrip()


@cache
def _documents(overlay: str) -> list[Document]:
    return check.documents_of(overlay)


def _with(folder: Path, file: str, right: str, wrong: str) -> Path:
    """A copy of the manifests with one text replaced in one file."""
    copied = folder.resolve() / "k8s"
    shutil.copytree(check.FOLDER, copied)
    _put(copied / file, right, wrong)
    return copied


def _put(file: Path, right: str, wrong: str) -> None:
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong))


def _sentences(folder: Path) -> list[str]:
    return [str(problem) for problem in check.problems_of(check.documents_of("county", folder), KNOWN, folder)]


def _sizes(documents: list[Document]) -> tuple[int, int, int]:
    (broker,) = of_kind(documents, "RabbitmqCluster")
    (database,) = of_kind(documents, "Cluster")
    scalers = list(of_kind(documents, *rules_scaling.SCALERS))
    return broker.spec["replicas"], database.spec["instances"], len(scalers)
