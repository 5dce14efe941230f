"""Sealing anew, in the database and on the shelf: cut off anywhere it goes on, and all stays readable throughout."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from drafting_calls import drafted, facts, play
from spool_builder import START, SpoolBuilder

from domain.clock import FixedClock
from hotline.doctor import Grade, _audit, _keys, _sealed
from hotline.filing import Filing
from hotline.keeping import GRACE, Keeper
from hotline.places import Places, places
from hotline.settings import Settings, load
from store.door import Store
from store.settings import StoreSettings
from telephony.recordings.settings import RecordingSettings
from telephony.recordings.shelf import Shelf
from vault.vault import SealBroken, Standing, Vault

LATER = START.replace(hour=20)
IDS = [f"heze1-176400000{number}.1" for number in range(4)]
SAID = ("市民: 牡丹区花都新城没水了。", "坐席: 好的。")


@dataclass
class House:
    """Four calls with recordings and drafts."""

    home: Path
    made: SpoolBuilder
    store: Store
    waited: list[float]

    @property
    def keeper(self) -> Keeper:
        return Keeper(self.made.vault, self.store, self.made.shelf, FixedClock(LATER), self.waited.append)

    def readable(self) -> bool:
        found = [self.store.recording(linkedid) for linkedid in IDS]
        heard = all(one and self.made.shelf.sha256(one.storage_key) == one.sha256 for one in found)
        return heard and all(self.store.transcript(one) == play(*SAID) and self.store.draft(one) for one in IDS)

    def standings(self) -> set[Standing | None]:
        return {self.made.shelf.standing(key) for key in self.made.shelf.stored()}

    def unseal_files(self) -> None:
        """Put the recordings as the version before there were keys filed them."""
        for key in list(self.made.shelf.stored()):
            plain = self.made.shelf.read(key)
            self.made.shelf.path(key).write_bytes(plain)

    def settings(self) -> Settings:
        found = places()
        return load(Places(config=found.config, home=self.home, tools=found.tools))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = SpoolBuilder(tmp_path)
    store = Store.open(StoreSettings(), tmp_path, FixedClock(LATER))
    store.upgrade()
    for number, linkedid in enumerate(IDS):
        made.journal("0 started uniqueid=x ani=13853067219 dialled=12345", "8 ended cause=16", linkedid=linkedid)
        made.leg("caller", 400 + 100 * number, seconds=4, linkedid=linkedid, uniqueid=linkedid)
    made.age(60, LATER)
    swept = Filing(made.spool, made.shelf, store, made.settings, FixedClock(LATER), lambda: None).sweep()
    assert set(swept.filed) == set(IDS)
    for linkedid in IDS:
        assert store.save_result(linkedid, play(*SAID), drafted(*SAID, known=facts(ani="13853067219")))
    yield House(tmp_path, made, store, [])
    store.close()


def test_no_plain_copy_of_a_filed_call_is_left_on_the_disk(house: House) -> None:
    assert house.standings() == {Standing.CURRENT}
    assert house.made.names() == set()
    left = [file for file in house.home.rglob("*") if file.is_file() and b"WAVEfmt " in file.read_bytes()]
    assert left == []


def test_new_keys_take_over_everything_and_the_old_ones_go(house: House) -> None:
    old = house.made.vault.keyring()
    ring, done = house.keeper.rotate("班长")
    assert (done.files, done.broken) == (4, [])
    assert done.texts >= 8
    assert [key.public for key in ring.data] != [key.public for key in old.data]
    assert len(ring.data) == 1
    assert house.waited == [GRACE.total_seconds()]
    assert house.readable()
    assert house.keeper.tally()[1].current == 4
    with pytest.raises(SealBroken):
        Shelf(house.made.shelf.folder, Vault(house.home / "none", house.home / "m")).read(
            next(house.made.shelf.stored())
        )
    assert [line.action for line in house.store.audit_list(2)] == ["keys.retire", "keys.rotate"]
    assert house.store.verify_audit().faults == ()


@pytest.mark.parametrize("at", range(1, 8))
def test_a_change_of_keys_cut_off_anywhere_goes_on(house: House, at: int) -> None:
    left = iter(range(at))

    def cut(_count: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.keeper.rotate("班长", cut)
    assert house.readable()
    half = house.made.vault.keyring()
    assert len(half.data) == 2
    ring, done = house.keeper.rotate("班长")
    assert ([key.public for key in ring.data], done.broken) == ([half.current.public], [])
    assert house.readable()
    assert house.standings() == {Standing.CURRENT}


def test_a_file_that_came_under_the_old_key_in_the_last_moment_is_sealed_before_that_key_goes(house: House) -> None:
    key = "2025/11/24/heze1-1764000009.1.wav"

    def meanwhile(_seconds: float) -> None:
        """Put a file as a process did that began before there was a new key."""
        late = house.made.vault.keyring().data[0]
        target = house.made.shelf.path(key)
        target.write_bytes(pyrage.encrypt(b"sound", [late.identity.to_public()]))

    keeper = Keeper(house.made.vault, house.store, house.made.shelf, FixedClock(LATER), meanwhile)
    ring, _ = keeper.rotate("班长")
    assert len(ring.data) == 1
    assert house.made.shelf.read(key) == b"sound"


def test_old_keys_stay_as_long_as_something_cannot_be_opened(house: House) -> None:
    key = next(house.made.shelf.stored())
    file = house.made.shelf.path(key)
    file.write_bytes(file.read_bytes()[:-20])
    ring, done = house.keeper.rotate("班长")
    assert done.broken == [key]
    assert len(ring.data) == 2


def test_what_was_filed_in_the_clear_is_readable_and_then_sealed(house: House) -> None:
    house.unseal_files()
    before = {key: house.made.shelf.path(key).stat().st_mtime_ns for key in house.made.shelf.stored()}
    assert house.standings() == {Standing.CLEAR}
    assert house.readable()
    [finding] = _sealed(house.settings(), house.store)
    assert (finding.grade, finding.advice) == (Grade.BAD, "hotline keys seal")
    assert house.keeper.seal().files == 4
    assert house.standings() == {Standing.CURRENT}
    assert house.readable()
    assert {key: house.made.shelf.path(key).stat().st_mtime_ns for key in house.made.shelf.stored()} == before
    [finding] = _sealed(house.settings(), house.store)
    assert finding.grade is Grade.GOOD


def test_a_file_that_retention_takes_meanwhile_does_not_come_back(house: House) -> None:
    house.made.vault.add(LATER)
    key = next(house.made.shelf.stored())
    shelf = house.made.shelf
    partial = shelf.write("x", [b"sound"])
    shelf.remove(key)
    assert not shelf._replace(partial, shelf.path(key))
    assert not shelf.reseal(key)
    assert not shelf.path(key).exists()


def test_retention_takes_audio_words_and_quarantine_together_and_a_hold_keeps_them(house: House) -> None:
    held, gone = IDS[0], IDS[1]
    for linkedid in (held, gone):
        file = house.made.leg("caller", 500, linkedid=linkedid, uniqueid=f"{linkedid}9")
        house.made.spool.quarantine(file.name, "test")
    far = datetime(2035, 1, 1, tzinfo=UTC)
    house.store.set_legal_hold(held, True, "班长")
    work = Filing(house.made.spool, house.made.shelf, house.store, RecordingSettings(), FixedClock(far), lambda: None)
    work.upkeep()
    assert [name.partition("_")[0] for name in house.made.quarantined()] == [held]
    assert house.made.shelved() == {f"2025/11/24/{held}.wav"}
    assert house.store.transcript(held) is not None
    assert house.store.transcript(gone) is None
    draft = house.store.draft(gone)
    assert draft is not None
    assert draft.case.callback_number.value is None


def test_the_doctor_sees_keys_that_others_can_read_that_are_gone_and_a_broken_chain(house: House) -> None:
    settings = house.settings()
    [finding] = _keys(settings)
    assert finding.grade is Grade.GOOD
    data, _ = house.made.vault.files
    data.chmod(0o640)
    [finding] = _keys(settings)
    assert (finding.grade, "别人也能读" in finding.state) == (Grade.BAD, True)
    data.chmod(0o600)
    house.store.audit("班长", "x", "y")
    [finding] = _audit(house.store)
    assert finding.grade is Grade.GOOD
    with (house.home / "audit.anchors").open("a") as anchors:
        anchors.write("2 aaaaaaaa:bb\n")
    [finding] = _audit(house.store)
    assert (finding.grade, "第 2 行不见了" in finding.state) == (Grade.BAD, True)
    data.unlink()
    [finding] = _keys(settings)
    assert (finding.grade, "找不到" in finding.state) == (Grade.BAD, True)
