"""What a citizen said lies sealed in the database, is sealed anew on a change of keys, and goes with its recording."""

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from store_samples import NOON, START, call, draft, legs, recording, transcript

from cases.draft import DraftCase, Field, Span
from domain.clock import FixedClock
from domain.words import Speaker
from store.codec import draft_cases, transcripts
from store.door import Store
from store.engine import connect, writing
from store.errors import StoreKeyless
from store.jobs import JobQueue
from store.settings import StoreSettings
from store.tables import AttemptRow, DraftRow
from vault.vault import MARK, Vault

WORDS = ("水管爆了", "王女士", "中华路", "煤气味", "路口")
LINKEDID = "heze1-1.1"


def alarming() -> DraftCase:
    smell = Span(Speaker.CITIZEN, 12.5, 14.0, "煤气味")
    return replace(draft(), hazards=Field(("gas_smell",), 0.9, smell, "听到“煤气味”"))


def filed(store: Store, linkedid: str = LINKEDID, **more: object) -> None:
    store.take_in(call(linkedid, **more), legs(linkedid), recording(linkedid, **more))  # type: ignore[arg-type]
    assert store.save_result(linkedid, transcript(), alarming())


def everything(engine: Engine) -> str:
    """Return all that the tables of ours and of dbos hold, as a thief would read it."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            names = [row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        else:
            names_of = "SELECT schemaname || '.' || quote_ident(tablename) FROM pg_tables"
            query = f"{names_of} WHERE schemaname IN ('public', 'dbos')"
            names = [row[0] for row in connection.execute(text(query))]
        rows = [list(connection.execute(text(f"SELECT * FROM {name}"))) for name in names]  # noqa: S608
    return repr(rows).encode().decode("unicode_escape", "replace") + repr(rows)


def escaped(words: str) -> str:
    return words.encode("unicode_escape").decode()


def vault_of(home: Path) -> Vault:
    return Vault(home / "keys", home / MARK)


def in_the_clear(engine: Engine) -> None:
    """Put the rows as the version before there were keys wrote them."""
    with writing(engine) as session:
        row = session.get_one(DraftRow, 1)
        row.body = draft_cases().encode(alarming())
        body = {"body": transcripts().encode(transcript())}
        session.execute(text("UPDATE transcript SET body = :body"), body)
        session.execute(text("UPDATE alarm SET why = '听到“煤气味”'"))


def test_nothing_that_was_said_can_be_read_without_the_key(store: Store, engine: Engine, tmp_path: Path) -> None:
    filed(store)
    held = everything(engine)
    assert [words for words in WORDS if words in held or escaped(words) in held] == []
    if engine.dialect.name == "sqlite":
        raw = b"".join(file.read_bytes() for file in tmp_path.glob("hotline.db*"))
        assert [words for words in WORDS if words.encode() in raw or escaped(words).encode() in raw] == []
    assert "AGE-SECRET-KEY" not in held
    assert vault_of(tmp_path).keyring().audit[-1].secret.hex() not in held
    found = store.draft(LINKEDID)
    assert found is not None
    assert (found.case, store.transcript(LINKEDID)) == (alarming(), transcript())
    [alarm] = store.alarms()
    assert alarm.why == "听到“煤气味”"


def test_without_the_key_the_store_says_so(store: Store, settings: StoreSettings, tmp_path: Path) -> None:
    filed(store)
    vault_of(tmp_path).files[0].unlink()
    with pytest.raises(StoreKeyless, match="找不到密钥"):
        store.draft(LINKEDID)
    with pytest.raises(StoreKeyless, match="找不到密钥"):
        store.require_keys()


def test_no_key_comes_into_a_log(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.DEBUG)
    try:
        filed(store)
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    assert "INSERT INTO transcript" in caplog.text
    assert "AGE-SECRET-KEY" not in caplog.text
    assert "水管爆了" not in caplog.text


def test_rows_from_before_there_were_keys_are_read_and_then_sealed(store: Store, engine: Engine) -> None:
    filed(store)
    in_the_clear(engine)
    assert store.sealed() == {"": 3}
    assert store.clear([LINKEDID]) == 1
    assert store.transcript(LINKEDID) == transcript()
    assert [alarm.why for alarm in store.alarms()] == ["听到“煤气味”"]
    assert store.reseal().done == 3
    assert "" not in store.sealed()
    assert store.clear([LINKEDID]) == 0
    found = store.draft(LINKEDID)
    assert found is not None
    assert (found.case, store.transcript(LINKEDID)) == (alarming(), transcript())
    held = everything(engine)
    assert [words for words in WORDS if words in held or escaped(words) in held] == []
    assert store.reseal().done == 0


def test_sealing_anew_goes_on_where_it_was_cut_off(store: Store, tmp_path: Path) -> None:
    ids = [f"heze1-{number:02}.1" for number in range(25)]
    for linkedid in ids:
        filed(store, linkedid)
    vault = vault_of(tmp_path)
    old = vault.keyring().current.name
    new = vault.add(NOON).current.name

    def cut(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.reseal(cut)
    half = store.sealed()
    assert 0 < half[new] < 75
    assert half[old] == 75 - half[new]
    assert all(store.transcript(linkedid) == transcript() for linkedid in ids)
    assert store.reseal().done == half[old]
    assert store.sealed() == {new: 75}
    vault.retire()
    assert all(store.transcript(linkedid) == transcript() for linkedid in ids)


def test_a_row_that_no_key_opens_is_named_and_keeps_nobody_from_the_others(
    store: Store, engine: Engine, tmp_path: Path
) -> None:
    filed(store)
    foreign = vault_of(tmp_path / "other").seal_text("x")
    with writing(engine) as session:
        session.execute(text("UPDATE draft SET body = :body"), {"body": foreign})
    vault_of(tmp_path).add(NOON)
    done = store.reseal()
    assert (done.done, done.broken) == (2, ("draft 1",))


def test_what_was_made_from_a_recording_goes_with_it(store: Store, engine: Engine) -> None:
    filed(store)
    with writing(engine) as session:
        session.add(
            AttemptRow(
                recording_id=LINKEDID, begun=1, failed=1, turn=2, last_error="听到煤气味", given_up=False, updated=NOON
            )
        )
    queue = JobQueue(engine)
    with writing(engine) as session:
        queue.put(session, LINKEDID, 1, 2)  # type: ignore[arg-type]
    queue.close()
    assert store.mark_deleted(LINKEDID, "retention")
    assert store.transcript(LINKEDID) is None
    made, tried, alarm = store.draft(LINKEDID), store.attempts(LINKEDID), store.alarm(LINKEDID)
    assert made is not None
    assert tried is not None
    assert alarm is not None
    assert (made.case.address, made.case.caller_name, made.case.callback_number) == (Field(), Field(), Field())
    assert (made.case.title, made.case.description, made.case.happened) == (Field(), Field(), Field())
    assert (made.case.utility.value, made.case.hazards.value) == (draft().utility.value, ("gas_smell",))
    assert (made.case.hazards.span, made.case.hazards.why, alarm.why, tried.last_error) == (None, "", "", None)
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


def test_what_a_person_confirmed_stays_without_what_was_heard(store: Store, engine: Engine) -> None:
    filed(store)
    with writing(engine) as session:
        session.execute(text("UPDATE draft SET state = 'confirmed', case_no = 'HZ1'"))
    assert store.mark_deleted(LINKEDID, "retention")
    [kept] = store.confirmed(10)
    assert (kept.case.address.value, kept.case.caller_name.value) == ("牡丹区中华路1号", "王女士")
    assert (kept.case.type.span, kept.case.type.why, kept.case.hazards.span) == (None, "", None)


def test_a_recording_deleted_while_it_was_listened_to_gets_no_transcript(store: Store) -> None:
    store.take_in(call(), legs(), recording())
    assert store.mark_deleted(LINKEDID, "retention")
    assert not store.save_result(LINKEDID, transcript(), draft())
    assert store.transcript(LINKEDID) is None
    assert store.draft(LINKEDID) is None


def test_a_legal_hold_covers_what_comes_late_of_the_same_call(store: Store, clock: FixedClock) -> None:
    old = START - timedelta(days=2000)
    late, later, other = (f"{LINKEDID}.late-{name}" for name in ("0a", "0b", "0c"))
    other = "heze1-1.11.late-0c"
    for linkedid in (LINKEDID, late, other):
        filed(store, linkedid, started=old)
    assert store.set_legal_hold(LINKEDID, True, "班长")
    filed(store, later, started=old)
    assert store.held() == {LINKEDID, late, later}
    assert [one.id for one in store.expire(clock.now())] == [other]
    for held in (LINKEDID, late, later):
        assert not store.mark_deleted(held, "retention")
        assert store.transcript(held) is not None
    assert store.set_legal_hold(later, False, "班长")
    assert store.held() == frozenset()
    assert store.mark_deleted(late, "retention")


def test_deleted_words_leave_the_file_of_sqlite(tmp_path: Path) -> None:
    """secure_delete: what is overwritten or deleted is not left in free pages."""
    engine = connect(StoreSettings(), tmp_path)
    store = Store(engine, FixedClock(NOON))
    store.upgrade()
    filed(store)
    in_the_clear(engine)
    store.reseal()
    store.close()
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("hotline.db*"))
    assert [words for words in WORDS if words.encode() in raw or escaped(words).encode() in raw] == []
