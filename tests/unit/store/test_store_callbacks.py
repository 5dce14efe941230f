"""What calls mean for call-backs, on both databases: made once, merged, settled, tried again, given to a person."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from store_samples import START, call

from domain.clock import FixedClock
from domain.words import Utility
from store.door import Store
from store.records import CallbackReason, CallbackRecord, CallbackRules, CallbackState, Outcome, Topic

NUMBER = "13853067219"
MISSED = Outcome(missed=CallbackReason.MISSED, queue="agents")
ANSWERED = Outcome(answered=True)
URGENT = Outcome(missed=CallbackReason.MISSED, emergency=True, utility=Utility.WATER, queue="agents")
RULES = CallbackRules(attempts=3, waits=(timedelta(minutes=10), timedelta(minutes=30)))
MINUTE = timedelta(minutes=1)


def file(store: Store, name: str, outcome: Outcome, minutes: float = 0, ani: str | None = NUMBER) -> None:
    started = START + timedelta(minutes=minutes)
    store.take_in(replace(call(name, started=started), ani=ani), [], None, outcome, RULES)


def only(store: Store) -> CallbackRecord:
    [entry] = store.callbacks(*CallbackState)
    return entry


def claim(store: Store, clock: FixedClock, boot: str = "b1") -> CallbackRecord:
    entry = only(store)
    assert entry.due is not None
    clock.moment = max(clock.moment, entry.due)
    claimed = store.claim_callback(entry.id, "here:1", clock.moment + MINUTE, boot)
    assert claimed is not None
    return claimed


def tend(store: Store, clock: FixedClock, *alive: int, boot: str = "b1", filing: tuple[str, ...] = ()) -> None:
    store.tend_callbacks(alive, clock.moment + MINUTE, boot, filing, RULES)


def test_a_missed_call_is_an_entry_once_however_often_it_is_filed(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    first = only(store)
    file(store, "a", MISSED)
    assert only(store) == first
    assert (first.reason, first.state, first.due) == (
        CallbackReason.MISSED,
        CallbackState.WAITING,
        clock.now() + MINUTE,
    )
    store.settle_callback(first.id, CallbackState.DONE, "班长")
    file(store, "a", MISSED)
    assert store.callbacks() == []


def test_the_same_number_again_is_the_same_entry(store: Store) -> None:
    file(store, "a", MISSED)
    file(store, "b", MISSED, 20)
    file(store, "c", MISSED, 90)
    assert (only(store).calls, only(store).latest) == (3, START + timedelta(minutes=90))
    file(store, "d", MISSED, 1, ani="13853067210")
    assert len(store.callbacks()) == 2


def test_a_later_call_that_was_answered_settles_it_in_whichever_order_they_are_filed(store: Store) -> None:
    file(store, "a", MISSED)
    file(store, "b", ANSWERED, 5)
    assert (only(store).state, only(store).answered_by) == (CallbackState.DONE, "b")
    file(store, "d", ANSWERED, 9, ani="13853067210")
    file(store, "c", MISSED, 7, ani="13853067210")
    assert only(store).ani == NUMBER


def test_an_earlier_call_that_was_answered_settles_nothing(store: Store) -> None:
    file(store, "b", MISSED, 5)
    file(store, "a", ANSWERED)
    assert only(store).state is CallbackState.WAITING


def test_who_is_missed_again_after_having_been_called_back_is_owed_another_call(store: Store) -> None:
    file(store, "a", MISSED)
    file(store, "b", ANSWERED, 5)
    file(store, "c", MISSED, 10)
    assert [entry.linkedid for entry in store.callbacks()] == ["c"]


def test_a_number_that_was_dropped_makes_no_entry_for_an_hour_unless_it_is_urgent(
    store: Store, clock: FixedClock
) -> None:
    file(store, "a", MISSED)
    dropped = store.settle_callback(only(store).id, CallbackState.CANCELLED, "班长", "骚扰")
    assert dropped is not None
    assert dropped.why == "骚扰"
    file(store, "b", MISSED, 40)
    assert store.callbacks() == []
    file(store, "c", URGENT, 41)
    assert [entry.linkedid for entry in store.callbacks()] == ["c"]
    file(store, "d", MISSED, 40, ani="13853067210")
    later = (clock.now() - START) / MINUTE + 61
    store.settle_callback(store.callbacks()[-1].id, CallbackState.CANCELLED, "班长", "骚扰")
    file(store, "e", MISSED, later, ani="13853067210")
    assert "e" in [entry.linkedid for entry in store.callbacks()]


def test_withheld_and_barred_numbers_are_counted(store: Store) -> None:
    file(store, "a", MISSED, ani=None)
    file(store, "b", replace(MISSED, callable=False), ani="0085212345678")
    file(store, "c", ANSWERED, ani=None)
    file(store, "d", MISSED)
    lost = store.uncalled(START - MINUTE)
    assert (lost.withheld, lost.barred) == (1, 1)
    assert len(store.callbacks()) == 1


def test_emergencies_come_first_at_once_and_tell_the_desk(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    file(store, "b", URGENT, 5, ani="13853067210")
    first, second = store.callbacks()
    assert (first.linkedid, first.utility, first.due) == ("b", Utility.WATER, clock.now())
    assert second.linkedid == "a"
    file(store, "c", URGENT, 6)
    assert only_of(store, NUMBER).emergency
    told = [event.payload["linkedid"] for event in store.events() if event.topic is Topic.EMERGENCY_MISSED]
    assert told == ["b", "c"]


def only_of(store: Store, number: str) -> CallbackRecord:
    [entry] = [entry for entry in store.callbacks() if entry.ani == number]
    return entry


def test_attempts_wait_longer_and_longer_and_then_it_is_a_persons(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    waits = []
    for number in range(3):
        claim(store, clock)
        file(store, f"t{number}", Outcome(back_to="a", said="BUSY"), 100 + number)
        due = only(store).due
        waits.append(due - clock.now() if due else None)
    assert waits == [timedelta(minutes=10), timedelta(minutes=30), None]
    assert (only(store).state, only(store).said, only(store).attempts) == (CallbackState.BY_HAND, "BUSY", 3)
    rung = store.ring_callback(only(store).id, "班长")
    assert rung is not None
    assert (rung.state, rung.attempts, rung.forced) == (CallbackState.WAITING, 0, True)


def test_a_citizen_who_answers_settles_it_and_the_calls_are_linked(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    claim(store, clock)
    file(store, "t", Outcome(answered=True, back_to="a"), 100)
    entry = only(store)
    assert (entry.state, entry.answered_by, entry.linkedid) == (CallbackState.DONE, "t", "a")
    assert [line.action for line in store.audit_trail(str(entry.id))] == [
        "callback.owe",
        "callback.place",
        "callback.settle",
    ]


def test_what_was_not_rung_counts_as_no_attempt(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    claim(store, clock)
    file(store, "t", Outcome(back_to="a", said="LINES", excused=True), 100)
    assert (only(store).attempts, only(store).due) == (0, clock.now() + RULES.again)


def test_one_claim_wins_and_none_comes_too_early(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    entry = only(store)
    assert store.claim_callback(entry.id, "here:1", clock.now() + MINUTE, "b1") is None
    claim(store, clock)
    assert store.claim_callback(entry.id, "there:2", clock.now() + MINUTE, "b1") is None
    assert only(store).holder == "here:1"


def test_a_claim_that_nothing_came_of_runs_out(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    entry = claim(store, clock)
    clock.moment += MINUTE / 2
    tend(store, clock)
    assert only(store).state is CallbackState.PLACED
    tend(store, clock, entry.id)  # its channel is there
    clock.moment += MINUTE
    tend(store, clock, entry.id)
    assert only(store).state is CallbackState.PLACED
    clock.moment += 2 * MINUTE
    tend(store, clock, filing=("a",))  # it is over, and its journal will tell how
    assert only(store).state is CallbackState.PLACED
    tend(store, clock)
    assert (only(store).state, only(store).attempts) == (CallbackState.WAITING, 0)


def test_what_died_with_asterisk_waits_again_at_once(store: Store, clock: FixedClock) -> None:
    placed = store.add_callback("a", NUMBER, "agents", 3, clock.now(), ("b1", clock.now() + MINUTE))
    assert placed.state is CallbackState.PLACED
    tend(store, clock)
    assert only(store).state is CallbackState.PLACED
    tend(store, clock, boot="b2")
    assert (only(store).state, only(store).due, only(store).position) == (CallbackState.WAITING, clock.now(), 3)


def test_the_call_that_asked_for_it_in_the_queue_makes_no_second_entry(store: Store) -> None:
    store.add_callback("a", NUMBER, "agents", 3)
    file(store, "a", replace(MISSED, missed=CallbackReason.INTERRUPTED))
    assert (only(store).reason, only(store).calls) == (CallbackReason.ASKED, 1)


def test_a_journal_that_first_lacked_the_number_counts_when_it_is_known(store: Store) -> None:
    file(store, "a", MISSED, ani=None)
    file(store, "a", MISSED)
    assert only(store).ani == NUMBER


def test_a_new_call_brings_an_entry_back_from_a_persons_hand(store: Store, clock: FixedClock) -> None:
    file(store, "a", MISSED)
    for number in range(3):
        claim(store, clock)
        file(store, f"t{number}", Outcome(back_to="a", said="NOANSWER"), 100 + number)
    file(store, "b", MISSED, 200)
    assert (only(store).state, only(store).attempts) == (CallbackState.WAITING, 0)


def test_of_many_that_claim_at_once_one_wins(store: Store, clock: FixedClock) -> None:
    file(store, "a", URGENT)
    entry, lease = only(store), clock.now() + MINUTE
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda who: store.claim_callback(entry.id, f"p:{who}", lease, "b1"), range(4)))
    assert len([claimed for claimed in claims if claimed is not None]) == 1


def test_the_same_call_filed_by_two_at_once_is_one_entry(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: file(store, f"c{number % 2}", MISSED, number % 2), range(4)))
    assert (only(store).calls, only(store).ani) == (2, NUMBER)
