import pytest

from shared.settings import SettingError, read


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
