"""An address that asks for nonsense is answered in words: no code of a field, a filter or an enum reaches the page."""

import pytest

from tests.flow.test_no_code_words import Shown, codes_in
from tests.support.busy import addresses
from tests.support.busy import looked_at as house
from tests.support.house import House
from tests.support.readings import readings_of
from tests.support.tasks import PEOPLE

__all__ = ["house"]

NONSENSE = (
    "?light=over_due",
    "?kind=town_ship&role=lead_bureau_x&state=act_ive",
    "?page=0",
    "?page=99999999999999999999",
    "?page=x&unit=x&row=x&person=x_y&since=not_a_day&until=2026-02-31",
    "?unit=99999999999999999999&row=99999999999999999999",
)
FORBIDDEN = 403
# People of the test choose what they sign in with; some chose words of ours.
SIGN_IN_NAMES = set(PEOPLE)
READERS = (("staff", "zh"), ("lead", "zh"), ("leader", "en"), ("admin", "zh"), ("auditor", "en"))
# Of these only what nobody before them was let see: the rest are the same pages once more.
LATER = {"admin", "auditor"}
_seen: set[str] = set()


@pytest.mark.parametrize(("name", "language"), READERS)
def test_nonsense_in_an_address_is_answered_in_words(house: House, busy, name, language, monkeypatch):
    readings = readings_of(house.app, monkeypatch)
    person = house.sign_in(name).open(f"/language/{language}?back=/")
    known = {field: values[:1] for field, values in busy.items()}
    plain = sorted({address.partition("?")[0] for address in addresses(house, known)})
    found, statuses = {}, set()

    for address in plain:
        if address.startswith(("/language", "/static", "/files", "/healthz")) or (name in LATER and address in _seen):
            continue
        for query in NONSENSE:
            if not readings.may_differ(address + query):
                continue
            person.open(address + query)
            readings.note(address + query)
            statuses.add(person.status)
            assert person.response is not None
            shown = Shown(person.response.get_data().decode())
            codes = codes_in(shown.texts, language) - SIGN_IN_NAMES
            if codes:
                found[address + query] = codes
            if person.status == FORBIDDEN:
                # Whatever is asked for, the answer is the same.
                break
            _seen.add(address)

    assert found == {}
    assert not {status for status in statuses if status >= 500}
