"""The leader's pages in the whole house: their own numbers add up, say how far and who owes what, and go on paper."""

import datetime as dt
import html
import io
import random
import re
from collections import Counter

import openpyxl
import pytest

from services.portal import words
from services.portal.words import LIGHTS
from services.stats.completion import progress
from shared import clock
from shared.calling.rpc import AWAY
from shared.errors import BrokerAway
from shared.light import State, light_of
from shared.percents import whole_percent
from tests.support.checklists import fetch, run
from tests.support.duties import TODAY, issued, issued_ids, submit, today
from tests.support.tasks import Caller

__all__ = ["today"]


@pytest.fixture
def call(house):
    return Caller(house.services["tasks"], house.world)


@pytest.fixture
def scattered(house, call, today):
    """Duties whose states and due dates chance has chosen, counted as the boards count them."""
    chance = random.Random(20260508)
    issued_ids(call, "徽城镇", "深渡镇", "石门乡", items=40)
    duties = fetch(house.databases["tasks"], "SELECT id, checklist_id FROM duty ORDER BY id")
    house.deliver()
    stats = house.databases["stats"]
    states = ["issued", "acknowledged", "submitted", "accepted", "returned", "waived"]
    for duty in duties:
        state = chance.choice(states)
        due_on = TODAY + dt.timedelta(days=chance.randint(-40, 40))
        done_on = TODAY - dt.timedelta(days=chance.randint(0, 30)) if state in {"submitted", "accepted"} else None
        blocked = state in {"issued", "acknowledged", "returned"} and chance.random() < 0.3
        run(
            stats,
            "UPDATE duty SET state = %s, due_on = %s, done_on = %s, is_blocked = %s WHERE id = %s",
            [state, due_on, done_on, blocked, duty.id],
        )
    recount(stats)
    return duties


def recount(stats):
    """Buckets and counters from the states, by SQL of the test's own."""
    run(
        stats,
        """
        UPDATE duty SET bucket = CASE
            WHEN state = 'waived' THEN 'waived' WHEN state = 'submitted' THEN 'awaiting'
            WHEN state = 'accepted' AND done_on > due_on THEN 'done_late' WHEN state = 'accepted' THEN 'done'
            WHEN is_blocked THEN 'open_blocked' ELSE 'open' END
        """,
    )
    for table, key in (("item_count", "item_id"), ("unit_count", "unit_id")):
        run(stats, f"DELETE FROM {table}")
        run(
            stats,
            f"""
            INSERT INTO {table} (checklist_id, {key}, due_on, bucket, duties)
            SELECT checklist_id, {key}, due_on, bucket, count(*) FROM duty GROUP BY 1, 2, 3, 4
            """,
        )


def lights(house):
    """Every duty's light by the rule itself."""
    rows = fetch(house.databases["stats"], "SELECT state, due_on, done_on, is_blocked FROM duty")
    return Counter(
        light_of(State(row.state), row.due_on, TODAY, done_on=row.done_on, is_blocked=row.is_blocked).light.value
        for row in rows
    )


def tiles(text):
    """The numbers of the tiles, by their words; the total by 全部责任."""
    found = re.findall(r"<b>(\d+)</b> (?:<span[^>]*><i[^>]*>.</i> )?([^<]+)<", text)
    return {word.strip(): int(number) for number, word in found}


def table_rows(text):
    """Of a board's table, each row's title with its numbers, what only narrow screens show left out."""
    body = re.split(r'<table class="board(?: areas)?">', text)[1].partition("</table>")[0]
    rows = []
    for row in re.findall(r"<tr[^>]*><th scope=\"row(?:group)?\">.*?</tr>", body, re.DOTALL):
        cells = re.findall(r'<td class="num ?(?:wide-only)?">(.*?)</td>', row, re.DOTALL)
        rows.append([int(re.sub(r"<[^>]+>", "", cell)) for cell in cells])
    return rows


def checklist_of(duties):
    return duties[0].checklist_id


def test_the_numbers_of_the_first_page_are_those_of_the_rule_and_add_up(house, scattered):
    page = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}").response.text
    shown, expected = tiles(page), lights(house)

    assert shown.pop("全部责任") == len(scattered) == sum(expected.values())
    assert shown == {str(LIGHTS[light]): number for light, number in expected.items()}
    for total, *parts in table_rows(page):
        assert total == sum(parts)
    assert table_rows(page)[0][0] == len(scattered)


def test_a_number_leads_to_as_many_duties(house, scattered):
    leader = house.sign_in("leader")
    for light, number in lights(house).items():
        leader.open(f"/board/{checklist_of(scattered)}/duties?light={light}")
        assert f"{LIGHTS[light]} {number} 项" in leader.text


def test_the_units_add_up_to_the_whole_and_their_lights_to_each_unit(house, scattered):
    leader = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}/units")
    rows = table_rows(leader.response.text)

    assert sum(total for total, *_ in rows) == len(scattered)
    assert all(total == sum(parts) for total, *parts in rows)
    assert "按单位看 3 个单位" in leader.text
    leader.open(f"/board/{checklist_of(scattered)}/units?q=石门")
    assert "按单位看 1 个单位" in leader.text
    assert len(table_rows(leader.response.text)) == 1


def test_how_far_and_who_is_late_stand_on_the_first_page(house, scattered):
    leader = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}")
    stats = house.databases["stats"]
    (row,) = fetch(
        stats,
        "SELECT count(*) AS due, count(*) FILTER (WHERE state = 'accepted') AS done FROM duty"
        " WHERE due_on <= %s AND state <> 'waived'",
        [TODAY],
    )
    late = fetch(
        stats,
        "SELECT unit.name, count(*) AS duties FROM duty JOIN unit ON unit.id = unit_id WHERE due_on < %s"
        " AND state IN ('issued', 'acknowledged', 'returned') GROUP BY unit.name",
        [TODAY],
    )

    share = whole_percent(row.done, row.due)
    assert f"到今天应完成，已完成{row.done}/{row.due} 项，{share}%" in leader.text
    duties = sum(unit.duties for unit in late)
    assert f"谁逾期了 {duties} 项，{len(late)} 个单位" in leader.text
    assert f"应完成 {row.due} 项，已完成 {row.done} 项（{share}%）" in leader.text
    assert f"逾期 {duties} 项，涉及 {len(late)} 个单位" in leader.text
    for unit in late:
        assert re.search(rf"{unit.name} ?{unit.duties} 项", leader.text)
    trend = leader.response.text.partition("最近几周的进展")[2].partition("</table>")[0]
    points = re.findall(r'<td class="num">(\d+)</td><td class="num">(\d+)</td>', trend)
    assert points[-1] == (str(row.due), str(row.done))


def test_what_is_not_due_yet_is_pending_and_not_called_late(house, call, today):
    duties = issued(call, "徽城镇", "深渡镇", due_on=TODAY + dt.timedelta(days=30))
    house.deliver()
    leader = house.sign_in("leader").open(f"/board/items/{duties[0]['item_id']}")

    assert "待完成：徽城镇、深渡镇" in leader.text
    assert "逾期未完成" not in leader.text
    today(TODAY + dt.timedelta(days=60))
    leader = house.sign_in("leader").open(f"/board/items/{duties[0]['item_id']}")
    assert "逾期未完成：徽城镇、深渡镇" in leader.text


def test_a_search_for_item_unit_and_dates_stays_in_the_address(house, scattered):
    leader = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}/duties?q=事项12&name=石门")
    assert "全部责任 1 项" in leader.text
    assert 'value="石门"' in leader.response.text

    leader.open(f"/board/{checklist_of(scattered)}/duties?until=2026-05-08")
    (row,) = fetch(house.databases["stats"], "SELECT count(*) AS n FROM duty WHERE due_on <= '2026-05-08'")
    assert f"全部责任 {row.n} 项" in leader.text
    leader.open(f"/board/{checklist_of(scattered)}/duties?until=31.2.")
    assert "没有这一天" in leader.text
    assert f"全部责任 {len(scattered)} 项" in leader.text


def sheet(response):
    return openpyxl.load_workbook(io.BytesIO(response.data)).worksheets[0]


@pytest.mark.parametrize("part", ["", "/units", "/duties"])
def test_each_list_is_taken_away_as_a_workbook_with_title_and_moment(house, scattered, part):
    leader = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}{part}")

    leader.send(leader.form("/xlsx"))

    rows = list(sheet(leader.response).values)
    assert "清单" in rows[0][0]
    assert rows[1][0].startswith("截至")
    if part == "/duties":
        assert len(rows) == 3 + len(scattered)
    else:
        total = rows[2].index("总数")
        counted = [row[total] for row in rows[3:] if part or row[1] is None]
        assert sum(counted) == len(scattered)
    (entry,) = fetch(house.databases["tasks"], "SELECT detail FROM audit_log WHERE action = 'list.exported'")
    assert entry.detail["rows"] == len(rows) - 3


def test_all_rows_are_printed_with_title_and_moment_at_the_head_of_each_sheet(house, scattered):
    leader = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}/duties")
    assert f"打印全部 {len(scattered)} 项" in leader.text

    leader.open(f"/board/{checklist_of(scattered)}/duties/print?light=overdue")

    expected = lights(house)["overdue"]
    assert leader.response.text.count('<tr><th scope="row">') == expected
    head = leader.response.text.partition("<thead>")[2].partition("</thead>")[0]
    assert "截至" in head
    assert str(words.LIGHTS["overdue"]) in head


@pytest.mark.parametrize(
    "address",
    [
        "/board/1?row=abc",
        "/board/1?unit=1e3",
        "/board/1?unit=" + "9" * 5000,
        "/board/1/duties?light=foo",
        "/board/1/duties?unit=zzz",
        "/figures?unit=x",
    ],
)
def test_a_filter_that_means_nothing_is_said_to_be_left_out(house, call, today, address):
    issued(call, "徽城镇")
    house.deliver()
    leader = house.sign_in("leader")
    said = "地址里有看不懂的筛选条件，没有按它筛选"

    assert leader.open(address).text.count(said) == 1
    assert said not in leader.open(address.partition("?")[0]).text


def test_another_checklist_is_chosen_at_the_top(house, call, today):
    first, second = issued(call, "徽城镇"), issued(call, "徽城镇")
    house.deliver()
    leader = house.sign_in("leader").open("/board")
    assert leader.path == f"/board/{second[0]['checklist_id']}"
    assert leader.response.text.index("<select") < leader.response.text.index("<h2")

    leader.open(f"/board?checklist={first[0]['checklist_id']}")

    assert leader.path == f"/board/{first[0]['checklist_id']}"


def test_what_was_submitted_late_in_review_counts_as_done_on_the_day_it_was_submitted(house, call, today):
    (duty,) = issued(call, "徽城镇", due_on=TODAY)
    submit(call, duty)
    house.deliver()

    leader = house.sign_in("leader").open(f"/board/{duty['checklist_id']}")

    assert "到今天应完成，已完成1/1 项，100%" in leader.text


def test_what_is_overdue_in_another_checklist_is_said_at_the_top(house, call, today):
    old = issued(call, "徽城镇", "深渡镇", due_on=TODAY)
    new = issued(call, "徽城镇", due_on=TODAY + dt.timedelta(days=60))
    house.deliver()
    today(TODAY + dt.timedelta(days=30))

    leader = house.sign_in("leader").open("/board")

    assert leader.path == f"/board/{new[0]['checklist_id']}"
    assert "另一份清单有 2 项逾期" in leader.text
    assert f'href="/board/{old[0]["checklist_id"]}"' in leader.response.text
    assert "另一份清单" not in leader.open(f"/board/{old[0]['checklist_id']}").text


def test_what_presses_is_listed_from_the_oldest_date_on_over_all_pages(house, scattered):
    leader = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}/duties/print?light=overdue")
    dates = re.findall(r'<td><span class="day">(\d+)月(\d+)日', leader.response.text)

    assert len(dates) == lights(house)["overdue"]
    assert dates == sorted(dates, key=lambda one: (int(one[0]), int(one[1])))
    (paged,) = {leader.open(f"/board/{checklist_of(scattered)}/duties?light=overdue").text.count(" 个工作日")}
    assert paged == len(dates)


def days_before(house, days):
    """Let all that was heard of duties have happened so many days earlier, and let nothing be kept of days yet."""
    stats = house.databases["stats"]
    run(stats, "UPDATE duty SET since_day = since_day - %s", [days])
    run(stats, "UPDATE item_day SET day = day - %s; UPDATE unit_day SET day = day - %s", [days, days])
    run(stats, "DELETE FROM completion_day")


@pytest.fixture
def yesterday(house, call, today):
    """Two duties that were issued ten days ago; one is submitted today. The day on which nothing was done yet."""
    one, _other = issued(call, "徽城镇", "深渡镇", due_on=TODAY - dt.timedelta(days=2))
    house.deliver()
    days_before(house, (clock.today() - TODAY).days + 10)
    submit(call, one)
    house.deliver()
    days_before(house, 0)
    run(
        house.databases["stats"],
        "UPDATE duty SET since_day = %s WHERE version > 1; UPDATE item_day SET day = %s WHERE day > %s;"
        " UPDATE unit_day SET day = %s WHERE day > %s",
        [TODAY] * 5,
    )
    return one["checklist_id"], TODAY - dt.timedelta(days=1)


def test_a_board_of_a_past_day_keeps_that_day_in_each_link_between_boards(house, yesterday):
    checklist_id, day = yesterday
    leader = house.sign_in("leader")
    assert tiles(leader.open(f"/board/{checklist_id}").response.text)["逾期完成"] == 1

    leader.open(f"/board/{checklist_id}?as_of={day}")

    shown = tiles(leader.response.text)
    assert (shown["已逾期"], shown.get("逾期完成", 0)) == (2, 0)
    assert "当天结束时的情况" in leader.text
    links = set(re.findall(r'href="(/board/[^"#]+)"', leader.response.text))
    without = {link for link in links if f"as_of={day}" not in link}
    assert without == {f"/board/{checklist_id}"}
    for link in sorted(links - without):
        assert leader.open(html.unescape(link)).response.status_code == 200, link
    leader.open(f"/board/{checklist_id}/duties?light=overdue&as_of={day}")
    assert "已逾期 2 项" in leader.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2099-01-01", "不能看将来的日子"), ("1999-01-01", "起才有每日的记录"), ("31.2.", "没有这一天")],
)
@pytest.mark.parametrize("part", ["", "/units", "/duties", "/matrix"])
def test_a_day_that_cannot_be_known_is_said_and_now_is_shown(house, yesterday, part, typed, said):
    checklist_id, _day = yesterday

    leader = house.sign_in("leader").open(f"/board/{checklist_id}{part}?as_of={typed}")

    assert leader.response.status_code == 200
    assert said in leader.text
    assert "下面是现在的数" in leader.text
    assert f'href="/board/{checklist_id}/duties?as_of' not in leader.response.text


def test_units_by_measures_are_words_and_shapes_that_lead_to_their_duties(house, scattered):
    leader = house.sign_in("leader").open(f"/board/{checklist_of(scattered)}/matrix")
    rows = fetch(
        house.databases["stats"],
        "SELECT unit.name, state, due_on, done_on, is_blocked FROM duty JOIN unit ON unit.id = unit_id",
    )
    order = ["overdue", "blocked", "due_soon", "awaiting_review", "on_track", "done_late", "done"]
    table = leader.response.text.partition('<table class="matrix">')[2]
    for name in ("徽城镇", "深渡镇", "石门乡"):
        found = Counter(
            light_of(State(row.state), row.due_on, TODAY, done_on=row.done_on, is_blocked=row.is_blocked).light.value
            for row in rows
            if row.name == name
        )
        worst = next(light for light in order if found[light])
        line = table.partition(f">{name}<")[2].partition("</tr>")[0]
        assert f"</i>{found[worst]}<br>{LIGHTS[worst]}</a>" in line
        (address,) = re.findall(r'href="([^"]+)"', line)
        assert f"{name}：全部责任 {sum(found.values())} 项" in leader.open(html.unescape(address)).text
    leader.open(f"/board/{checklist_of(scattered)}/matrix?q=石门")
    assert "单位和举措 1 个单位" in leader.text
    leader.send(leader.form("/xlsx"))
    assert [row[0] for row in sheet(leader.response).values][3:] == ["石门乡"]


def test_a_board_of_one_unit_or_one_area_has_its_numbers_alone(house, scattered):
    checklist_id = checklist_of(scattered)
    stats = house.databases["stats"]
    leader = house.sign_in("leader")
    (unit,) = fetch(stats, "SELECT id FROM unit WHERE name = '石门乡'")
    (area,) = fetch(stats, "SELECT id, title FROM issued_row WHERE level = 1")

    text = leader.open(f"/board/{checklist_id}?unit={unit.id}").response.text
    assert tiles(text)["全部责任"] == len(scattered) / 3
    assert "只看：石门乡" in leader.text
    leader.open(f"/board/{checklist_id}?row={area.id}")
    assert tiles(leader.response.text)["全部责任"] == len(scattered)
    assert f"只看：1 {area.title}" in leader.text
    for unknown in ("unit=999999", "row=999999"):
        assert leader.open(f"/board/{checklist_id}?{unknown}").response.status_code == 404


def test_a_part_that_is_not_to_be_had_takes_nothing_else_of_the_page_away(house, scattered, monkeypatch):
    leader = house.sign_in("leader")
    perform = house.services["tasks"].perform

    def away(operation, asked):
        if operation == "list_difficulties":
            raise BrokerAway(AWAY)
        return perform(operation, asked)

    monkeypatch.setattr(house.services["tasks"], "perform", away)

    leader.open(f"/board/{checklist_of(scattered)}")

    assert leader.response.status_code == 200
    assert leader.text.count("这一部分暂时读不到") == 1
    assert tiles(leader.response.text)["全部责任"] == len(scattered)


def test_of_a_large_checklist_the_pages_say_when_its_units_were_counted(house, scattered, monkeypatch):
    """Nobody waits for the count: until there is one, the page says so; then, of when it is."""
    monkeypatch.setattr(progress, "MOST_DUTIES", 2)
    monkeypatch.setattr(progress, "FEW_DUTIES", 2)
    stats = house.services["stats"]
    rows = fetch(house.databases["stats"], "SELECT id, level FROM issued_row ORDER BY level, id")
    area, item = rows[0].id, rows[-1].id
    leader = house.sign_in("leader")
    addresses = (f"/board/rows/{area}", f"/board/items/{item}")

    before = [leader.open(address).text for address in addresses]
    progress.keep(stats.database.transaction, TODAY)
    after = [leader.open(address).text for address in addresses]
    leader.open("/language/en?back=/")
    english = [leader.open(address).text for address in addresses]

    assert all("完成的单位数正在清点" in text for text in before)
    assert all("每隔一会儿清点一次，截至" in text and "正在清点" not in text for text in after)
    assert all("is counted from time to time; last at" in text for text in english)


def test_of_a_dropped_year_boards_have_numbers_and_say_why_there_are_no_duties(house, call, today):
    (duty,) = issued(call, "徽城镇")
    house.deliver()
    leader = house.sign_in("leader")
    checklist_id, item_id = duty["checklist_id"], duty["item_id"]
    run(house.databases["stats"], "UPDATE checklist SET state = 'closed', dropped_on = '2028-02-01'")
    house.services["stats"].let_dropped_duties_go()

    pages = [f"/board/{checklist_id}", f"/board/items/{item_id}", f"/board/{checklist_id}/units"]
    texts = [leader.open(page).text for page in pages]
    behind = leader.open(f"/board/{checklist_id}/duties")

    assert all("这一年的单项责任自" in text and "正在清点" not in text for text in texts)
    assert all("徽城镇" in text for text in texts[2:])
    assert "这一部分暂时读不到" not in texts[0].split('id="blocked"')[0]
    assert (behind.response.status_code, "2026 年的单项责任自 2028年2月1日 周二 起不再保留" in behind.text) == (
        404,
        True,
    )
