"""Mistakes in the manifests, made on purpose, and the sentence that each must lead to."""

from collections.abc import Callable

from deploy.k8s_check import check, rules_network, rules_pods, rules_scaling, rules_secrets

# file, what is written there, what is written instead, the sentence's kind, name and field
MISSPELT = [
    ("base/portal.yaml", "secretKeyRef:", "secretKeyReference:", "Deployment portal", "valueFrom.secretKeyReference"),
    (
        "base/process.yaml",
        "terminationGracePeriodSeconds:",
        "terminationGraceSeconds:",
        "Deployment issuer",
        "spec.template.spec.terminationGraceSeconds",
    ),
    ("base/portal.yaml", "targetPort:", "targetport:", "Service portal", "spec.ports[0].targetport"),
    ("base/portal.yaml", "pathType:", "pathKind:", "Ingress portal", "paths[0].pathKind"),
    ("base/portal.yaml", "maxUnavailable:", "maxAway:", "PodDisruptionBudget portal", "spec.maxAway"),
    ("base/network.yaml", "endPort:", "lastPort:", "NetworkPolicy broker-among-itself", "ports[2].lastPort"),
    ("migrate/job/job.yaml", "backoffLimit:", "backOffLimit:", "Job migrate-pre", "spec.backOffLimit"),
    (
        "components/autoscaling/by-cpu.yaml",
        "maxReplicas:",
        "mostReplicas:",
        "HorizontalPodAutoscaler portal",
        "spec.mostReplicas",
    ),
    (
        "base/broker.yaml",
        "additionalConfig:",
        "additionalConfiguration:",
        "RabbitmqCluster broker",
        "spec.rabbitmq.additionalConfiguration",
    ),
    (
        "base/database.yaml",
        "passwordSecret:",
        "passwordsecret:",
        "Cluster postgres",
        "spec.managed.roles[0].passwordsecret",
    ),
    ("base/database.yaml", "owner:", "ownedBy:", "Database tasks", "spec.ownedBy"),
    ("base/backup.yaml", "immediate:", "immediately:", "ScheduledBackup daily", "spec.immediately"),
    ("base/backup.yaml", "endpointURL:", "endpointUrl:", "ObjectStore backups", "spec.configuration.endpointUrl"),
    (
        "components/autoscaling/by-queue.yaml",
        "queueName:",
        "queue:",
        "ScaledObject service-stats",
        "spec.triggers[0].metadata.queue",
    ),
    (
        "components/autoscaling/by-queue.yaml",
        "secretTargetRef:",
        "secretTarget:",
        "TriggerAuthentication broker",
        "spec.secretTarget",
    ),
    (
        "base/monitoring.yaml",
        "podMetricsEndpoints:",
        "podMetricEndpoints:",
        "PodMonitor qingdan",
        "spec.podMetricEndpoints",
    ),
]

# rule, the document that is changed, how, the sentence
BROKEN: list[tuple[check.Rule, str, Callable[[dict], object], str]] = [
    (
        rules_pods.restricted,
        "Deployment portal",
        lambda d: _security(d).pop("capabilities"),
        "capabilities.drop: must be ['ALL'].",
    ),
    (
        rules_pods.restricted,
        "Deployment portal",
        lambda d: _security(d).update(readOnlyRootFilesystem=False),
        "readOnlyRootFilesystem: must be true.",
    ),
    (
        rules_pods.restricted,
        "Job migrate-post",
        lambda d: _pod(d)["securityContext"].pop("seccompProfile"),
        "seccompProfile.type: must be RuntimeDefault.",
    ),
    (
        rules_pods.restricted,
        "Job migrate-pre",
        lambda d: _pod(d).pop("automountServiceAccountToken"),
        "automountServiceAccountToken: must be false.",
    ),
    (
        rules_pods.bounded,
        "Deployment relay-tasks",
        lambda d: container_of(d)["resources"]["limits"].pop("memory"),
        "resources.limits.memory: is not stated.",
    ),
    (
        rules_pods.probed,
        "Deployment portal",
        lambda d: container_of(d)["readinessProbe"]["httpGet"].update(path="/readyz"),
        "readinessProbe: must ask /readyz?self",
    ),
    (
        rules_pods.probed,
        "Deployment issuer",
        lambda d: container_of(d).pop("readinessProbe"),
        "readinessProbe: must ask /readyz",
    ),
    (
        rules_pods.rolled_without_a_gap,
        "Deployment portal",
        lambda d: d["spec"].pop("strategy"),
        "maxUnavailable: must be 0.",
    ),
    (
        rules_pods.rolled_without_a_gap,
        "Deployment portal",
        lambda d: _pod(d).update(terminationGracePeriodSeconds=20),
        "must be 40 or more",
    ),
    (
        rules_pods.one_image,
        "Deployment portal",
        lambda d: container_of(d).update(image="qingdan:latest"),
        "has no fixed version.",
    ),
    (
        rules_pods.one_image,
        "Deployment portal",
        lambda d: container_of(d).update(image="host:5000/qingdan"),
        "has no fixed version.",
    ),
    (
        rules_pods.one_image,
        "Job migrate-post",
        lambda d: container_of(d).update(image="qingdan:0.0.9"),
        "qingdan:0.0.9 is not this release",
    ),
    (
        rules_pods.one_image,
        "RabbitmqCluster broker",
        lambda d: d["spec"].update(image="rabbitmq"),
        "spec.image: rabbitmq has no fixed",
    ),
    (
        rules_pods.known_settings,
        "Deployment portal",
        lambda d: container_of(d)["env"][0].update(name="QINGDAN_DRAIN"),
        "QINGDAN_DRAIN is no setting",
    ),
    (
        rules_pods.known_settings,
        "ConfigMap",
        lambda d: d["data"].update(QINGDAN_MONITOR="x"),
        "data.QINGDAN_MONITOR: is no setting",
    ),
    (
        rules_pods.existing_config,
        "Deployment issuer",
        lambda d: container_of(d)["envFrom"][0]["configMapRef"].update(name="settings"),
        "there is no ConfigMap settings.",
    ),
    (
        rules_secrets.documented,
        "Deployment portal",
        lambda d: container_of(d)["env"][-1]["valueFrom"]["secretKeyRef"].update(name="portal"),
        "the secret portal is not in",
    ),
    (
        rules_secrets.documented,
        "TriggerAuthentication broker",
        lambda d: d["spec"]["secretTargetRef"][0].update(key="uri"),
        "has no key uri",
    ),
    (
        rules_secrets.documented,
        "Cluster postgres",
        lambda d: d["spec"]["managed"]["roles"][0]["passwordSecret"].update(name="tasks"),
        "the secret tasks is not in",
    ),
    (
        rules_secrets.documented,
        "Ingress portal",
        lambda d: d["spec"]["tls"][0].update(secretName="tls"),
        "the secret tls is not in",
    ),
    (
        rules_secrets.documented,
        "ObjectStore backups",
        lambda d: d["spec"]["configuration"]["s3Credentials"]["accessKeyId"].update(key="ID"),
        "has no key ID",
    ),
    (
        rules_secrets.not_in_the_repository,
        "ConfigMap",
        lambda d: d.update(kind="Secret"),
        "secrets are made at the site",
    ),
    (
        rules_network.denied_by_default,
        "NetworkPolicy default-deny",
        lambda d: d["spec"].update(egress=[{}]),
        "no policy denies all",
    ),
    (
        rules_network.reaching_its_servers,
        "NetworkPolicy to-broker",
        lambda d: d["spec"]["ingress"].pop(0),
        "no NetworkPolicy lets it reach RabbitMQ",
    ),
    (
        rules_network.reaching_its_servers,
        "NetworkPolicy processes-to-servers",
        lambda d: d["spec"]["egress"].pop(0),
        "no NetworkPolicy lets it reach PostgreSQL",
    ),
    (
        rules_network.watched,
        "NetworkPolicy monitoring-to-processes",
        lambda d: d["spec"]["ingress"][0]["ports"][0].update(port=9465),
        "lets the monitoring ask",
    ),
    (
        rules_scaling.in_one_namespace,
        "PodMonitor broker",
        lambda d: d["metadata"].update(namespace="default"),
        "metadata.namespace: must be qingdan.",
    ),
    (
        rules_scaling.in_one_namespace,
        "Namespace qingdan",
        lambda d: d["metadata"].pop("labels"),
        "must enforce the restricted level.",
    ),
    (
        rules_scaling.selected,
        "Deployment portal",
        lambda d: d["spec"]["selector"]["matchLabels"].update(a="b"),
        "does not take the labels of its own pods.",
    ),
    (
        rules_scaling.selected,
        "Service portal",
        lambda d: d["spec"]["ports"][0].update(targetPort="web"),
        "must take the pods of one Deployment",
    ),
    (
        rules_scaling.budgeted,
        "PodDisruptionBudget issuer",
        lambda d: d["spec"]["selector"]["matchLabels"].update(a="b"),
        "0 disruption budgets take its pods",
    ),
    (
        rules_scaling.budgeted,
        "PodDisruptionBudget portal",
        lambda d: d["spec"].update(maxUnavailable=0),
        "spec.maxUnavailable: must be 1",
    ),
    (
        rules_scaling.scaled_once,
        "ScaledObject service-stats",
        lambda d: d["spec"]["scaleTargetRef"].update(name="stats"),
        "there is no Deployment stats.",
    ),
    (
        rules_scaling.scaled_once,
        "ScaledObject service-stats",
        lambda d: d["spec"]["scaleTargetRef"].update(name="portal"),
        "portal has more than one scaler.",
    ),
    (
        rules_scaling.scaled_once,
        "HorizontalPodAutoscaler portal",
        lambda d: d["spec"].update(minReplicas=1),
        "must keep 2 replicas",
    ),
    (
        rules_scaling.scaled_once,
        "Deployment portal",
        lambda d: d["spec"].update(replicas=2),
        "spec.replicas: is the scaler's",
    ),
    (
        rules_scaling.enough_connections,
        "HorizontalPodAutoscaler portal",
        lambda d: d["spec"].update(maxReplicas=40),
        "is 450; the processes may open",
    ),
    (
        rules_scaling.backed_up,
        "ScheduledBackup daily",
        lambda d: d["spec"]["cluster"].update(name="other"),
        "no ScheduledBackup copies it.",
    ),
    (
        rules_scaling.backed_up,
        "ObjectStore backups",
        lambda d: d["metadata"].update(name="other"),
        "must archive into an ObjectStore",
    ),
]


def _pod(body: dict) -> dict:
    return body["spec"]["template"]["spec"]


def container_of(body: dict) -> dict:
    return _pod(body)["containers"][0]


def _security(body: dict) -> dict:
    return container_of(body)["securityContext"]
