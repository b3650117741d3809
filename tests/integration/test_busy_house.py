"""The house that several modules look at is behind the pages whenever it is asked for, whoever had them in between."""

from tests.support.busy import BEHIND_THE_PAGES


def test_the_pages_of_another_test_are_not_taken_for_those_of_the_house(busy_house, monkeypatch, request):
    extensions = busy_house.house.app.extensions
    for name in BEHIND_THE_PAGES:
        monkeypatch.setitem(extensions, name, None)

    house = request.getfixturevalue("looked_at")

    assert house.sign_in("staff").open("/duties").status == 200
