"""What each fault cost: calls, emergencies, recordings, drafts, and the time until all was well again."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chaos.faults import Fault, Hit
from chaos.journey import Journey, Kind
from chaos.site import Site
from store.records import CallRecord, Event, RecordingKind, Topic

LOST_TAIL = 2.0
_JITTER = 0.6
_AROUND = 2.0


@dataclass(frozen=True, slots=True)
class Bars:
    """What must be held: seconds from the key to a duty seat's ringing, and from a fault's end until all is normal."""

    emergency: float = 6.0
    normal: float = 15.0


PATIENT = Bars(emergency=15.0, normal=60.0)
"""For a machine that does other things besides: the counts are held to, the times only roughly."""


@dataclass(slots=True)
class Window:
    """One fault's time, in seconds of the wall clock: broken from `begun` to `mended`, over at `over`.

    `normal_after` is None where it did not become normal in time; `amiss` is what was wrong at the last look; `unable`
    says why this machine cannot have the fault. `asterisk_down` is when no call could come in at all.
    """

    fault: Fault
    begun: float
    mended: float = 0.0
    over: float = 0.0
    normal_after: float | None = None
    amiss: tuple[str, ...] = ()
    unable: str = ""
    asterisk_down: tuple[float, float] | None = None
    alarms: tuple[str, ...] = ()

    def holds(self, moment: float) -> bool:
        """Tell whether a moment belongs to this fault."""
        return self.begun <= moment < self.over


@dataclass(frozen=True, slots=True)
class Kept:
    """What the hotline itself has of one journey: its call rows, and how often it was drafted."""

    call: CallRecord | None
    seconds: float = 0.0
    kind: RecordingKind | None = None
    recorded: bool = False
    transcripts: int = 0
    drafts: int = 0


@dataclass(slots=True)
class Row:
    """One line of the table, and every bar that was not held."""

    window: Window
    offered: int = 0
    persons: int = 0
    wanted_person: int = 0
    emergencies: int = 0
    at_seat: int = 0
    slowest: float = 0.0
    dropped: int = 0
    recordings: int = 0
    repaired: int = 0
    missing: int = 0
    drafted_once: int = 0
    drafted_again: int = 0
    undrafted: int = 0
    beside: int = 0
    faults: list[str] = field(default_factory=list)


def kept(site: Site) -> dict[str, Kept]:
    """Return what is kept of each caller's call, by number (each number calls once; a call-back does not count)."""
    store = site.store()
    try:
        ready = Counter(str(event.payload["linkedid"]) for event in _events(site) if event.topic is Topic.DRAFT_READY)
        found: dict[str, Kept] = {}
        for recording in store.recordings(limit=100_000):
            call = store.call(recording.id)
            if call is None or call.ani is None or (call.ani in found and found[call.ani].recorded):
                continue
            file = site.settings.places.recordings / recording.storage_key
            found[call.ani] = Kept(
                call,
                recording.seconds,
                recording.kind,
                recorded=file.is_file(),
                transcripts=int(store.transcript(recording.id) is not None),
                drafts=ready[recording.id],
            )
        return found
    finally:
        store.close()


def _events(site: Site) -> Iterator[Event]:
    store = site.store()
    try:
        last = 0
        while events := store.events(after=last, limit=500):
            yield from events
            last = events[-1].id
    finally:
        store.close()


def rows(
    windows: Sequence[Window], journeys: Sequence[Journey], known: dict[str, Kept], bars: Bars = Bars()
) -> list[Row]:
    """Count everything, a row a fault."""
    made = [Row(window) for window in windows]
    for row in made:
        for journey in journeys:
            if row.window.holds(journey.asked):
                _count(row, journey, known.get(journey.ani), bars)
            if row.window.holds(journey.dropped):
                _drop(row, journey)
        _judge(row, bars)
    return made


def _count(row: Row, journey: Journey, have: Kept | None, bars: Bars) -> None:
    row.offered += 1
    beside = _asterisk_was_down(row.window, journey)
    if beside:
        row.beside += 1
    elif journey.kind is not Kind.FICKLE:
        _person(row, journey, bars)
    if journey.reached:
        _recording(row, journey, have)


def _person(row: Row, journey: Journey, bars: Bars) -> None:
    row.wanted_person += 1
    row.persons += bool(journey.reached)
    if journey.utility is None:
        if not journey.reached and row.window.fault.name != "agents-unplugged":
            row.faults.append(f"{journey.ani}: nobody answered ({journey.status})")
        return
    row.emergencies += 1
    if not journey.reached:
        row.faults.append(f"{journey.ani}: emergency reached nobody ({journey.status}, keys {journey.keys_pressed})")
        return
    row.at_seat += not journey.seat.startswith("agent")
    waited = journey.rang - journey.key
    row.slowest = max(row.slowest, waited)
    if waited > bars.emergency:
        row.faults.append(f"{journey.ani}: emergency rang after {waited:.1f} s")
    if journey.seat.startswith("agent"):
        row.faults.append(f"{journey.ani}: emergency reached {journey.seat}, no duty seat")


def _recording(row: Row, journey: Journey, have: Kept | None) -> None:
    talked = (journey.dropped or journey.ended) - journey.reached
    killed = row.window.fault.hit is Hit.ASTERISK
    if have is None or not have.recorded:
        if talked > (LOST_TAIL if killed else _JITTER):
            row.missing += 1
            row.faults.append(f"{journey.ani}: {talked:.1f} s of talk, no recording")
        return
    row.recordings += 1
    row.repaired += have.call is not None and have.call.cause is None
    allowed = (LOST_TAIL if killed else 0.0) + _JITTER
    if have.seconds < talked - allowed:
        row.faults.append(f"{journey.ani}: {talked:.1f} s of talk, {have.seconds:.1f} s recorded")
    row.drafted_once += have.drafts == 1 and have.transcripts == 1
    row.drafted_again += have.drafts > 1
    row.undrafted += have.drafts == 0 or have.transcripts == 0
    if have.drafts != 1 or have.transcripts != 1:
        row.faults.append(f"{journey.ani}: {have.transcripts} transcripts, {have.drafts} drafts")


def _drop(row: Row, journey: Journey) -> None:
    if row.window.fault.hit in (Hit.ASTERISK, Hit.PEOPLE):  # who pulls a plug or says nothing ends the talk himself
        return
    row.dropped += 1
    row.faults.append(f"{journey.ani}: dropped after {journey.dropped - journey.reached:.1f} s")


def _judge(row: Row, bars: Bars) -> None:
    window = row.window
    if window.unable:
        return
    if window.normal_after is None:
        row.faults.append(f"not normal again: {'; '.join(window.amiss)}")
    elif window.normal_after > bars.normal:
        row.faults.append(f"normal only after {window.normal_after:.1f} s")
    if not window.alarms and window.fault.name != "none":
        row.faults.append("no alarm that a person sees")


def _asterisk_was_down(window: Window, journey: Journey) -> bool:
    """Tell whether Asterisk itself was away during any part of the call's way to a person."""
    if window.asterisk_down is None:
        return False
    first, last = window.asterisk_down
    until = journey.reached or journey.ended
    return journey.asked <= last + _AROUND and until >= first
