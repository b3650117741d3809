"""Events that carry much: their batches end before the database takes a silence for a client that died."""

# Together they take longer between two statements than the database waits; see tests/support/counting_service.py.
NUMBER = 300
WORDS = 8000


def test_heavy_events_get_through_in_batches_that_the_database_bears(path):
    path.emit(NUMBER, period="busy " + "字" * (WORDS // 3))
    path.start_relay()
    path.start_service()

    path.wait_until_counted(NUMBER, within=40)

    path.wait_until_empty()
    assert path.parked() == []
    assert "database is away" not in path.processes[1].log_tail(1000)


def test_one_event_heavier_than_any_bound_gets_through(path):
    path.emit(1, period="busy " + "字" * 20_000)
    path.emit(20, first=2)
    path.start_relay()
    path.start_service()

    path.wait_until_counted(21)
