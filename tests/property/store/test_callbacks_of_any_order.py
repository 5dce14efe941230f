"""Call-backs under anything in any order on a real SQLite: nobody is forgotten, nobody is rung twice at once."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.clock import FixedClock
from store import schema
from store.callbacks import OPEN
from store.door import Store
from store.engine import connect
from store.records import CallbackReason, CallbackRecord, CallbackRules, CallbackState, CallRecord, Outcome
from store.settings import StoreSettings

NUMBERS = ("13800000001", "13800000002")
BEGIN = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
RULES = CallbackRules(attempts=2, waits=(timedelta(minutes=5),))
LEASE = timedelta(seconds=30)
SETTINGS = StoreSettings()


def migrated() -> bytes:
    """A database without a row, made once: migrations take longer than a whole run."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(SETTINGS, Path(folder))
        schema.upgrade(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return (Path(folder) / "hotline.db").read_bytes()


@dataclass(slots=True)
class Ringing:
    """A telephone that a process let ring: for which entry, until when Asterisk would still begin it."""

    entry: int
    first_call: str
    lease: datetime
    boot: str


class CallBacksOfAnyOrder(RuleBasedStateMachine):
    empty: bytes = b""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        type(self).empty = self.empty or migrated()
        (Path(self.folder.name) / "hotline.db").write_bytes(self.empty)
        self.clock = FixedClock(BEGIN)
        self.store = Store.open(SETTINGS, Path(self.folder.name), self.clock)
        self.number = 0
        self.boot = "b0"
        self.owed: dict[str, datetime] = {}
        self.filed: list[tuple[CallRecord, Outcome]] = []
        self.up: list[Ringing] = []
        self.journals: list[Ringing] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        assert self.entries() == []

    def entries(self) -> list[CallbackRecord]:
        return self.store.callbacks(*CallbackState)

    def file(self, ani: str, outcome: Outcome, started: datetime | None = None) -> None:
        self.number += 1
        record = CallRecord(
            linkedid=f"heze1-{self.number}", node="heze1", ani=ani, dialled="12345", started=started or self.clock.now()
        )
        self.clock.moment += timedelta(seconds=1)
        self.store.take_in(record, [], None, outcome, RULES)
        self.filed.append((record, outcome))

    @rule(ani=st.sampled_from(NUMBERS), emergency=st.booleans(), why=st.sampled_from(CallbackReason))
    def missed(self, ani: str, emergency: bool, why: CallbackReason) -> None:
        self.owed[ani] = self.clock.now()
        self.file(ani, Outcome(missed=why, emergency=emergency, queue="agents"))

    @rule(ani=st.sampled_from(NUMBERS))
    def answered(self, ani: str) -> None:
        self.owed.pop(ani, None)
        self.file(ani, Outcome(answered=True))

    @precondition(lambda self: self.filed)
    @rule(data=st.data())
    def filed_again(self, data: st.DataObject) -> None:
        before = self.entries()
        record, outcome = data.draw(st.sampled_from(self.filed))
        self.store.take_in(record, [], None, outcome, RULES)
        assert self.entries() == before

    @rule(dies=st.booleans(), holder=st.sampled_from(["one", "other"]))
    def worked_off(self, dies: bool, holder: str) -> None:
        """A process claims what is due; where it dies before its call file, no telephone rings."""
        for entry in self.store.callbacks(CallbackState.WAITING):
            lease = self.clock.now() + LEASE
            claimed = self.store.claim_callback(entry.id, holder, lease, self.boot)
            if claimed is not None:
                assert self.store.claim_callback(entry.id, "rival", lease, self.boot) is None
                if not dies:
                    assert claimed.id not in [ringing.entry for ringing in (*self.up, *self.journals)]
                    self.up.append(Ringing(claimed.id, claimed.linkedid, lease, self.boot))

    @rule(seconds=st.integers(min_value=1, max_value=2000))
    def time_passes(self, seconds: int) -> None:
        self.clock.moment += timedelta(seconds=seconds)

    @rule()
    def tended(self) -> None:
        alive = {ringing.entry for ringing in self.up}
        filing = {ringing.first_call for ringing in self.journals}
        self.store.tend_callbacks(alive, self.clock.now() + LEASE, self.boot, filing, RULES)

    @precondition(lambda self: self.up)
    @rule(taken=st.booleans())
    def hung_up(self, taken: bool) -> None:
        """A call back is over; where a seat took it, it leaves a journal."""
        ringing = self.up.pop(0)
        if taken:
            self.journals.append(ringing)

    @precondition(lambda self: self.journals)
    @rule(reached=st.booleans(), excused=st.booleans())
    def result_filed(self, reached: bool, excused: bool) -> None:
        journal = self.journals.pop(0)
        [entry] = [entry for entry in self.entries() if entry.id == journal.entry]
        if reached and entry.state in OPEN:
            self.owed.pop(entry.ani, None)
        said = "" if reached else "BUSY"
        self.file(
            entry.ani,
            Outcome(answered=reached, back_to=journal.first_call, said=said, excused=excused and not reached),
        )

    @rule()
    def asterisk_killed(self) -> None:
        self.boot = f"b{int(self.boot[1:]) + 1}"
        self.up.clear()

    @precondition(lambda self: any(entry.state in OPEN for entry in self.entries()))
    @rule(data=st.data(), dropped=st.booleans())
    def settled_by_hand(self, data: st.DataObject, dropped: bool) -> None:
        entry = data.draw(st.sampled_from(self.store.callbacks()))
        state = CallbackState.CANCELLED if dropped else CallbackState.DONE
        assert self.store.settle_callback(entry.id, state, "班长", "why") is not None
        self.owed.pop(entry.ani, None)

    @rule(data=st.data())
    def rung_by_hand(self, data: st.DataObject) -> None:
        for entry in self.store.callbacks(CallbackState.BY_HAND):
            if data.draw(st.booleans()):
                assert self.store.ring_callback(entry.id, "班长") is not None

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Who was missed, and neither answered since nor settled by a person, has an open entry or was just dropped."""
        entries = self.entries()
        for ani, moment in self.owed.items():
            mine = [entry for entry in entries if entry.ani == ani]
            dropped = any(
                entry.state is CallbackState.CANCELLED and entry.settled and entry.settled > moment - RULES.merge
                for entry in mine
            )
            assert dropped or any(entry.state in OPEN for entry in mine)

    @invariant()
    def a_number_has_one_open_entry(self) -> None:
        numbers = [entry.ani for entry in self.entries() if entry.state in OPEN]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def every_entry_can_go_on(self) -> None:
        for entry in self.entries():
            assert (entry.state is CallbackState.WAITING) == (entry.due is not None) or entry.state is (
                CallbackState.PLACED
            )
            assert (entry.state is CallbackState.PLACED) == (entry.lease is not None)
            assert (entry.settled is not None) == (entry.state not in OPEN)
            assert entry.attempts <= RULES.attempts


TestCallBacksOfAnyOrder = CallBacksOfAnyOrder.TestCase
TestCallBacksOfAnyOrder.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
