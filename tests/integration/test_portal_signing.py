"""Who has not signed, as the lead bureau sees it from the checklist and from an item."""

import pytest

from tests.support.duties import issued, today
from tests.support.tasks import Caller

__all__ = ["today"]


@pytest.fixture
def call(house):
    return Caller(house.services["tasks"], house.world)


def test_who_has_not_signed_is_one_link_from_the_checklist_and_from_the_item(house, call, today):
    first, *_ = issued(call, "徽城镇", "深渡镇", "石门乡")
    call("acknowledge_duties", {"duty_ids": [first["duty_id"]]}, as_="staff")
    house.deliver()
    lead = house.sign_in("lead").open(f"/checklists/{first['checklist_id']}")
    of_checklist = f"/checklists/{first['checklist_id']}/signing"
    assert f'href="{of_checklist}"' in lead.response.text

    lead.open(of_checklist)

    assert "1/3 个单位已全部签收" in lead.text
    assert "还没有签收的单位 2 个" in lead.text
    assert lead.text.index("深渡镇 1 项没有签收，共 1 项") < lead.text.index("石门乡")
    assert "徽城镇" not in lead.text
    lead.open(f"/board/items/{first['item_id']}")
    of_item = f"{of_checklist}?row={first['item_id']}"
    assert f'href="{of_item}"' in lead.response.text
    lead.open(f"{of_item}&q=石门")
    assert "1/3 个单位已全部签收" in lead.text
    assert "找到 1 个" in lead.text
    assert "深渡镇 1 项" not in lead.text


def test_where_all_have_signed_it_says_so(house, call, today):
    (duty,) = issued(call, "徽城镇")
    call("acknowledge_duties", {"duty_ids": [duty["duty_id"]]}, as_="staff")
    house.deliver()

    lead = house.sign_in("lead").open(f"/checklists/{duty['checklist_id']}/signing")

    assert "1/1 个单位已全部签收" in lead.text
    assert "所有单位都已签收" in lead.text
