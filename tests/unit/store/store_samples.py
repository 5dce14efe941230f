"""Calls, recordings, transcripts and drafts for the store's tests."""

from datetime import UTC, datetime, timedelta

from cases.draft import DraftCase, Field, Span
from domain.words import DemandType, Speaker, Urgency, Utility
from store.records import CallRecord, LegRecord, LegRole, RecordingKind, RecordingRecord
from store.settings import JobSettings
from transcription.transcript import Transcript, Utterance, Word

START = datetime(2026, 1, 15, 3, 30, tzinfo=UTC)
NOON = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
QUICK = JobSettings(
    failures=3,
    attempts=3,
    retry_seconds=0.1,
    poll_seconds=0.05,
    heartbeat_seconds=0.3,
    dead_after_seconds=3,
    sweep_seconds=0.5,
    hopeless_seconds=3,
    stop_seconds=1,
)


def call(linkedid: str = "heze1-1.1", *, emergency: bool = False, started: datetime = START) -> CallRecord:
    return CallRecord(
        linkedid=linkedid,
        node="heze1",
        ani="13853067219",
        dialled="12345",
        started=started,
        ended=started + timedelta(seconds=60),
        keys="91" if emergency else "",
        utility=Utility.WATER if emergency else None,
        emergency=emergency,
        queue="agents",
        priority=100,
        rung=1,
        route="emergency" if emergency else "agents",
        wait_seconds=4.5,
        talk_seconds=50.0,
        notice="full",
        cause=16,
    )


def legs(linkedid: str = "heze1-1.1", started: datetime = START) -> list[LegRecord]:
    return [
        LegRecord(uniqueid=linkedid, role=LegRole.CALLER, started=started, seconds=60.0),
        LegRecord(
            uniqueid=f"{linkedid}9",
            role=LegRole.SEAT,
            seat="water1",
            started=started + timedelta(seconds=4),
            answered=started + timedelta(seconds=5),
            seconds=50.0,
        ),
    ]


def recording(
    linkedid: str = "heze1-1.1", *, kind: RecordingKind = RecordingKind.CALL, started: datetime = START
) -> RecordingRecord:
    return RecordingRecord(
        id=linkedid,
        storage_key=f"2026/01/15/{linkedid}.wav",
        sha256="0" * 64,
        seconds=60.0,
        channels=2,
        kind=kind,
        started=started,
        node="heze1",
    )


def transcript(text: str = "水管爆了。") -> Transcript:
    words = tuple(Word(letter, 1.0 + 0.1 * at, 1.1 + 0.1 * at, 0.9) for at, letter in enumerate(text))
    return Transcript((Utterance(Speaker.CITIZEN, 1.0, 3.5, text, words, 0.87),), "fake", "none", 60.0, 0.1)


def draft(urgency: Urgency = Urgency.ORDINARY) -> DraftCase:
    return DraftCase(
        type=Field(DemandType.HELP, 0.9, Span(Speaker.CITIZEN, 1.0, 3.5, "水管爆了"), "报修"),
        category=Field(("城乡建设", "供水")),
        utility=Field(Utility.WATER, 1.0, None, "按键"),
        reason_code=Field(),
        urgency=Field(urgency, 0.8),
        hazards=Field(()),
        county=Field("牡丹区", 0.9),
        address=Field("牡丹区中华路1号"),
        callback_number=Field("13853067219", 1.0, None, "来电号码"),
        heard_number=Field(),
        caller_name=Field("王女士"),
        happened=Field(START),
        title=Field("水管爆裂"),
        description=Field("路口水管爆裂"),
        unit=Field("市水务集团"),
    )
