"""Drawing a sample: the share, at least one per unit, nothing that anybody else has or that comes later."""

from hypothesis import given
from hypothesis import strategies as st

from services.tasks.duties.sampling import Candidate, commitment_to, digest_of, drawn, limit_of

SEEDS = st.text(min_size=1, max_size=40)
PERCENTS = st.integers(1, 100)
CANDIDATES = st.builds(
    Candidate,
    st.integers(1, 4),
    st.integers(1, 9),
    st.sampled_from(["2026", "2026-Q1", "2026-07"]),
    st.just(1),
)
SETS = st.sets(CANDIDATES, max_size=30)


def test_a_draw_worked_out_by_hand():
    """sha256("种子|1|2|2026") begins with these signs, as `printf '种子|1|2|2026' | sha256sum` says."""
    assert digest_of("种子", Candidate(1, 2, "2026")).hex().startswith("c3fb60ea")
    assert commitment_to("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_limits_are_shares_of_all_numbers_that_a_digest_can_be():
    assert limit_of(50).hex() == "80" + "00" * 31
    assert limit_of(25).hex() == "40" + "00" * 31
    assert limit_of(100) > b"\xff" * 32
    assert limit_of(1) == (2**256 // 100 + 1).to_bytes(32, "big")


def test_about_the_share_is_drawn():
    many = [Candidate(1, item, "2026") for item in range(1, 5001)]

    assert 900 < len(drawn("种子", 20, many)) < 1100
    assert len(drawn("种子", 100, many)) == 5000
    assert drawn("种子", 20, many) != drawn("另一个", 20, many)


@given(SEEDS, PERCENTS, SETS)
def test_each_unit_has_at_least_one_and_only_what_it_has(seed, percent, candidates):
    found = drawn(seed, percent, candidates)

    assert found <= candidates
    assert {duty.unit_id for duty in found} == {duty.unit_id for duty in candidates}


@given(SEEDS, PERCENTS, SETS, st.data())
def test_the_order_of_the_rows_decides_nothing(seed, percent, candidates, data):
    shuffled = data.draw(st.permutations(sorted(candidates)))

    assert drawn(seed, percent, shuffled) == drawn(seed, percent, candidates)


@given(SEEDS, PERCENTS, SETS)
def test_another_unit_changes_nobody_elses_draw(seed, percent, candidates):
    found = drawn(seed, percent, candidates)

    for unit_id in {duty.unit_id for duty in candidates}:
        alone = {duty for duty in candidates if duty.unit_id == unit_id}
        assert drawn(seed, percent, alone) == {duty for duty in found if duty.unit_id == unit_id}


@given(SEEDS, PERCENTS, SETS, SETS)
def test_what_an_amendment_adds_changes_nothing_of_what_was_drawn(seed, percent, candidates, added):
    later = {duty._replace(item_id=duty.item_id + 100, revision=2) for duty in added}

    assert drawn(seed, percent, candidates | later) & candidates == drawn(seed, percent, candidates)
