import pytest

from shared.process.settings import SettingError, read


def test_the_portals_key_is_needed_in_the_distributed_mode_and_must_be_long():
    for environment in ({}, {"QINGDAN_PORTAL_KEY": "short"}):
        with pytest.raises(SettingError, match="QINGDAN_PORTAL_KEY is not set or shorter than 16 characters"):
            read(environment).required_portal_key()


def test_a_key_is_never_shown():
    with pytest.raises(SettingError) as raised:
        read({"QINGDAN_PORTAL_KEY": "secret"}).required_portal_key()

    assert "secret" not in str(raised.value)


def test_cookies_travel_by_tls_only_where_the_operator_says_so():
    assert not read({}).is_https
    assert read({"QINGDAN_HTTPS": "yes"}).is_https
    with pytest.raises(SettingError, match="QINGDAN_HTTPS is 'maybe'; it must be yes or no"):
        read({"QINGDAN_HTTPS": "maybe"})
