import hashlib
import re
from pathlib import Path

import pytest

from shared.process import settings as settings_module
from shared.process.mail import MailServer
from shared.process.settings import SettingError, read
from shared.sealing.chain import ALGORITHMS


def test_defaults_need_no_environment():
    settings = read({})

    assert settings.port == 8080
    assert settings.host == "127.0.0.1"
    assert settings.home.name == ".qingdan"


def test_an_empty_setting_is_the_default():
    assert read({"QINGDAN_PORT": ""}).port == 8080


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "８０８０x", "80 80"])
def test_a_malformed_port_is_named_with_its_default(port):
    with pytest.raises(SettingError, match=r"QINGDAN_PORT is .* The default is 8080\."):
        read({"QINGDAN_PORT": port})


@pytest.mark.parametrize(
    ("name", "value", "default"),
    [
        ("QINGDAN_MONITOR_PORT", "metrics", "9464"),
        ("QINGDAN_DRAIN_SECONDS", "-5", "0"),
        ("QINGDAN_DRAIN_SECONDS", "1.5", "0"),
        ("QINGDAN_DRAIN_SECONDS", "301", "0"),
    ],
)
def test_a_malformed_number_is_named_in_both_languages(name, value, default):
    with pytest.raises(SettingError) as raised:
        read({name: value})

    assert f"默认值是 {default}" in str(raised.value)
    assert f"The default is {default}." in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "amqp:/guest@host",
        "amqp://user:secret@host:port/vhost",
        "amqp://user:secret@[half/vhost",
        "amqp://",
        "http://user:secret@host/",
        "secret",
    ],
)
def test_a_malformed_broker_url_is_named_with_the_form_it_should_have(url):
    with pytest.raises(SettingError, match="QINGDAN_BROKER_URL is malformed") as raised:
        read({"QINGDAN_BROKER_URL": url})

    assert "amqp://user:password@host/vhost; it has no default" in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://key:secret@host/bucket",
        "s3://host/bucket",
        "s3://key@host/bucket",
        "s3://key:secret@host",
        "s3://k:s@/b",
    ],
)
def test_a_malformed_store_of_evidence_is_named_with_the_form_it_should_have(url):
    with pytest.raises(SettingError, match="QINGDAN_EVIDENCE_STORE is malformed") as raised:
        read({"QINGDAN_EVIDENCE_STORE": url})

    assert "s3://key:secret@host/bucket; it has no default" in str(raised.value)


@pytest.mark.parametrize("address", ["clamav", "clamav:0", "clamav:99999", ":3310", "tcp://clamav:3310"])
def test_a_malformed_scanner_is_named_with_the_form_it_should_have(address):
    with pytest.raises(SettingError, match="QINGDAN_VIRUS_SCANNER is malformed"):
        read({"QINGDAN_VIRUS_SCANNER": address})


def test_settings_of_evidence_are_read():
    found = read({"QINGDAN_EVIDENCE_STORE": "s3+http://k:s@minio:9000/proofs", "QINGDAN_VIRUS_SCANNER": "clamav:3310"})

    assert (found.evidence_store, found.evidence_megabytes) == ("s3+http://k:s@minio:9000/proofs", 20)
    assert found.virus_scanner == ("clamav", 3310)


def test_a_database_url_needs_a_database_name():
    with pytest.raises(SettingError, match="it names no database"):
        read({"QINGDAN_STATS_DATABASE_URL": "postgresql://user:secret@host"})


@pytest.mark.parametrize("url", ["postgresql://user:sec@ret@host/name", "postgresql://user:sec%zzret@host/name"])
def test_a_password_that_is_not_encoded_is_told_and_not_repeated(url):
    with pytest.raises(SettingError, match="QINGDAN_TASKS_DATABASE_URL is malformed") as raised:
        read({"QINGDAN_TASKS_DATABASE_URL": url})

    assert "sec" not in str(raised.value)
    assert "ret@" not in str(raised.value)


@pytest.mark.parametrize("name", ["QINGDAN_HOST", "QINGDAN_MONITOR_HOST"])
def test_an_address_to_listen_on_is_one_of_numbers(name):
    with pytest.raises(SettingError, match=f"{name} is 'nowhere.invalid'.*The default is 127.0.0.1"):
        read({name: "nowhere.invalid"})


def test_a_database_may_be_reached_by_a_socket():
    url = "postgresql://user:secret@/name?host=/run/postgresql"

    assert read({"QINGDAN_STATS_DATABASE_URL": url}).database_url("stats") == url


def test_a_url_of_the_wrong_kind_is_named_without_its_password():
    with pytest.raises(SettingError) as raised:
        read({"QINGDAN_TASKS_DATABASE_URL": "mysql://user:secret@host/name"})

    assert "QINGDAN_TASKS_DATABASE_URL" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_missing_database_is_named_where_it_is_needed():
    with pytest.raises(SettingError, match="QINGDAN_STATS_DATABASE_URL is not set"):
        read({}).database_url("stats")


def test_a_missing_broker_is_named_where_it_is_needed():
    with pytest.raises(SettingError, match="QINGDAN_BROKER_URL is not set"):
        read({}).required_broker_url()


@pytest.mark.parametrize(
    ("misspelt", "nearest"),
    [
        ("QINGDAN_HOMES", "QINGDAN_HOME"),
        ("QINGDAN_PROT", "QINGDAN_PORT"),
        ("QINGDAN_TASK_DATABASE_URL", "QINGDAN_TASKS_DATABASE_URL"),
    ],
)
def test_a_setting_that_there_is_not_is_named_with_the_nearest_one(misspelt, nearest):
    with pytest.raises(SettingError, match=f"There is no setting {misspelt}.*The nearest is {nearest}"):
        read({misspelt: "x"})


def test_settings_of_scripts_and_tests_may_stand_beside_ours():
    read({"QINGDAN_VERSION": "0.3.0", "QINGDAN_TEST_URL": "x", "OTHER": "x"})


def test_every_setting_that_the_code_reads_is_known():
    source = Path(settings_module.__file__).read_text("utf-8")

    known = settings_module.KNOWN | {settings_module.TESTS, settings_module.PREFIX}
    assert set(re.findall(r'"(QINGDAN_[A-Z_]+)"', source)) <= known


def test_the_hash_of_the_log_is_one_of_two_that_this_machine_has(monkeypatch):
    assert [read({"QINGDAN_AUDIT_HASH": name}).audit_hash for name in ("", "sha256", "sm3")] == [
        "sha256",
        "sha256",
        "sm3",
    ]
    with pytest.raises(SettingError, match=r"只能是 sha256 或 sm3[^\n]*\n[^\n]*must be sha256 or sm3"):
        read({"QINGDAN_AUDIT_HASH": "md5"})
    monkeypatch.setattr(hashlib, "algorithms_available", {"sha256"})
    with pytest.raises(SettingError, match=r"没有这种算法[^\n]*\n[^\n]*OpenSSL does not have"):
        read({"QINGDAN_AUDIT_HASH": "sm3"})


def test_the_hashes_to_choose_from_are_those_of_the_chain():
    assert settings_module.HASHES == ALGORITHMS


def test_a_mail_server_is_read_with_its_sender_and_its_authority(tmp_path):
    authority = tmp_path / "ca.pem"
    authority.write_text("")
    url = f"smtp://clerk%40house:p%23w@mail.example?from=qingdan@house.example&ca={authority}"

    found = read({"QINGDAN_MAIL_SERVER": url, "QINGDAN_PAGES_URL": "https://q.example"})

    assert found.mail == MailServer(
        "mail.example", 587, False, "clerk@house", "p#w", "qingdan@house.example", ca_file=str(authority)
    )
    assert found.mail.domain == "house.example"
    assert found.pages_url == "https://q.example"
    assert "p#w" not in repr(found)
    tls = read({"QINGDAN_MAIL_SERVER": "smtps://mail.example?from=q@house.example"}).mail
    assert tls is not None
    assert (tls.port, tls.is_tls_at_once) == (465, True)


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example?from=q@house.example",
        "smtp://mail.example",
        "smtp://mail.example?from=q",
        "smtp://secret@mail.example?from=q@house.example",
        "smtp://u:secret@mail.example?from=q@house.example&verify=no",
        "smtp://u:secret@mail.example?from=q@house.example&ca=/there/is/none.pem",
        "smtp://u:secret@?from=q@house.example",
    ],
)
def test_a_malformed_mail_server_is_named_without_its_password(url):
    with pytest.raises(SettingError, match="QINGDAN_MAIL_SERVER is malformed") as raised:
        read({"QINGDAN_MAIL_SERVER": url})

    assert "secret" not in str(raised.value)


def test_a_proxy_is_trusted_when_it_is_named_and_only_then():
    assert read({"QINGDAN_TRUSTED_PROXY": "192.0.2.7"}).trusted_proxy == "192.0.2.7"
    assert read({}).knows_clients
    assert not read({"QINGDAN_HTTPS": "yes"}).knows_clients
    assert read({"QINGDAN_HTTPS": "yes", "QINGDAN_TRUSTED_PROXY": "*"}).knows_clients
    with pytest.raises(SettingError, match="QINGDAN_TRUSTED_PROXY is 'proxy'"):
        read({"QINGDAN_TRUSTED_PROXY": "proxy"})
