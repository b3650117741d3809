"""How long a number is believed that took long to count."""

from services.stats.completion.lately import LEAST, LONGEST_SECONDS, MOST_KNOWN, TIMES_AS_LONG, Lately


class Counting:
    """A clock that goes on by itself only while somebody counts."""

    def __init__(self, number=LEAST, takes=0.04):
        self.now, self.number, self.takes, self.counts = 100.0, number, takes, 0
        self.lately = Lately(lambda: self.now)

    def count(self):
        self.counts += 1
        self.now += self.takes
        return self.number

    def look(self, what="checklist"):
        return self.lately.counted(what, self.count)


def test_few_are_counted_each_time():
    counting = Counting(number=LEAST - 1)

    counting.look()
    counting.number = 7

    assert (counting.look(), counting.counts) == (7, 2)


def test_many_are_counted_again_when_counting_takes_a_fiftieth_of_the_time():
    counting = Counting(takes=0.04)
    counting.look()
    counting.number += 1

    counting.now += 0.04 * TIMES_AS_LONG - 0.001
    assert (counting.look(), counting.counts) == (LEAST, 1)

    counting.now += 0.002
    assert (counting.look(), counting.counts) == (LEAST + 1, 2)


def test_nothing_is_older_than_anybody_notices():
    counting = Counting(takes=10.0)
    counting.look()
    counting.number += 1

    counting.now += LONGEST_SECONDS + 0.001

    assert counting.look() == LEAST + 1


def test_each_checklist_has_its_own_number():
    counting = Counting()
    counting.look("one")
    counting.number += 5

    assert (counting.look("other"), counting.look("one")) == (LEAST + 5, LEAST)


def test_it_does_not_grow_with_what_was_ever_looked_at():
    counting = Counting()
    for number in range(3 * MOST_KNOWN):
        counting.look(number)

    assert len(counting.lately._known) <= MOST_KNOWN
