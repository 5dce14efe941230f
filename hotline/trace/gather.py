"""Where a call's story is found: the spool, the database, the logs of all processes, the faults of that time."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cases.masked import Masking
from domain.clock import Clock, SystemClock
from domain.phone_number import clean, mask
from hotline.alarms import alarm_words
from hotline.fault_kinds import Kind
from hotline.faults import Fault, read_faults
from hotline.logs import masked
from hotline.settings import Settings
from hotline.trace import words
from hotline.trace.story import Bar, Lane, Mark, Source, Story
from hotline.wiring import hazard_titles, open_store
from store.door import Store
from store.errors import StoreError
from store.records import CallRecord, LegRecord, LegRole
from telephony.recordings.journal import CallStory, parse
from telephony.recordings.legs import Leg, Role
from telephony.recordings.repair import RATE, Unreadable, find_samples
from telephony.recordings.spool import QUARANTINE, Spool

_AROUND = timedelta(seconds=10)
_LATE = ".late-"
_MATTERS_LATER = frozenset(
    {
        Kind.DATABASE,
        Kind.DISK_LOW,
        Kind.JOB_GIVEN_UP,
        Kind.PROCESS_DIED,
        Kind.RECOGNISER_DIED,
        Kind.RECORDINGS_STUCK,
        Kind.TRANSCRIPTS_LATE,
        Kind.WORKER_SILENT,
        Kind.WORKER_UNFIT,
    }
)
"""Faults that matter to a call after its hang-up: its recording, transcript and draft wait for what they touch."""


def gather(settings: Settings, linkedid: str, clock: Clock | None = None) -> Story:
    """Return what can be found of a call, whatever is down; a story that is not `known` where nobody heard of it."""
    work = _Gathering(settings, linkedid, clock or SystemClock())
    work.spool()
    work.database()
    work.logs()
    work.faults()
    return work.story()


@dataclass(slots=True)
class _Gathering:
    settings: Settings
    linkedid: str
    clock: Clock
    marks: list[Mark] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    journal: CallStory | None = None
    call: CallRecord | None = None

    def story(self) -> Story:
        """Return everything that was gathered."""
        under_way = self.journal is not None and self.journal.started is not None and self.journal.ended is None
        if under_way:
            self.facts["状态"] = "正在进行"
        return Story(
            linkedid=self.linkedid,
            marks=tuple(sorted(self.marks, key=lambda mark: mark.at)),
            bars=tuple(self.bars),
            facts=tuple(self.facts.items()),
            notes=tuple(self.notes),
            under_way=under_way,
            now=self.clock.now(),
        )

    def mark(self, at: datetime, lane: Lane, title: str, source: Source, detail: str = "", bad: bool = False) -> None:
        """Put down what happened."""
        self.marks.append(Mark(at=at, lane=lane, title=masked(title), source=source, detail=masked(detail), bad=bad))

    # The spool: journal and legs, as long as the call is not filed

    def spool(self) -> None:
        """Read what Asterisk itself has left of the call."""
        spool = Spool(self.settings.places.spool)
        data = spool.journal(self.linkedid)
        if data is not None:
            self.journal = told = parse(data)
            self._journal(told)
        try:
            legs = spool.legs(self.linkedid)
        except OSError:
            legs = ()
        for leg in legs:
            self._leg(leg, spool.path(leg.filename))
        for file in (self.settings.places.spool / QUARANTINE).glob(f"{self.linkedid}[_.]*"):
            when = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
            self.mark(when, Lane.DIALPLAN, "文件读不出, 已隔离", Source.LEGS, file.name, bad=True)

    def _journal(self, told: CallStory) -> None:
        journal = Source.JOURNAL
        if told.started:
            self._arrived(told.started, clean(told.ani), told.dialled, journal)
        for route in told.routes:
            self._routed(route.at, route.route, route.rung, route.keys, route.utility, route.queue, journal)
        for answer in told.answers:
            self.mark(answer.at, Lane.SEATS, f"{self._who(answer.seat)} 应答", journal)
        if told.message:
            self.mark(told.message, Lane.CITIZEN, "开始留言", journal)
        if told.ended:
            self.mark(told.ended, Lane.CITIZEN, "挂机", journal, words.cause(told.cause))
        for line in told.damaged:
            self.mark(told.last or self.clock.now(), Lane.DIALPLAN, "来电日志有一行损坏", journal, line, bad=True)
        self._phases(
            told.started,
            told.routes[0].at if told.routes else None,
            told.answers[0].at if told.answers else None,
            told.ended,
        )

    def _leg(self, leg: Leg, file: Path) -> None:
        try:
            samples = find_samples(file)
        except (OSError, Unreadable):
            return
        end = leg.started + timedelta(seconds=samples.frames / RATE) if samples.closed else None
        lane = Lane.CITIZEN if leg.role in (Role.CALLER, Role.MESSAGE) else Lane.SEATS
        self.bars.append(
            Bar(start=leg.started, end=end, lane=lane, title=self._voice(leg.role.value, leg.name), voice=True)
        )

    # The database: what the call became

    def database(self) -> None:
        """Read what was filed; a database that does not answer is a note, not an end."""
        store = open_store(self.settings)
        try:
            self._filed(store)
        except StoreError as error:
            self.notes.append(f"{error} 以下只来自 spool 和日志。")
        finally:
            store.close()

    def _filed(self, store: Store) -> None:
        self.call = call = store.call(self.linkedid)
        if call is None:
            return
        legs = store.legs(self.linkedid)
        if self.journal is None:
            self._rows(call, legs)
            for leg in legs:
                end = leg.started + timedelta(seconds=leg.seconds) if leg.seconds else leg.ended
                lane = Lane.CITIZEN if leg.role in (LegRole.CALLER, LegRole.MESSAGE) else Lane.SEATS
                title = self._voice(leg.role.value, leg.seat)
                self.bars.append(Bar(start=leg.started, end=end or leg.started, lane=lane, title=title, voice=True))
        if call.wait_seconds is not None:
            self.facts["等候"] = f"{call.wait_seconds:.1f} 秒"
        if call.talk_seconds is not None:
            self.facts["通话"] = f"{call.talk_seconds:.0f} 秒"
        recording = store.recording(self.linkedid)
        if recording is not None:
            deleted = " (已到期删除)" if recording.deleted_at else ""
            self.facts["录音"] = f"{recording.storage_key}, {recording.seconds:.0f} 秒{deleted}"
            if recording.deleted_at:
                self.mark(recording.deleted_at, Lane.PEOPLE, "录音到期删除", Source.DATABASE)
        self._draft(store)
        for entry in store.audit_trail(self.linkedid):
            title = words.ACTIONS.get(entry.action, entry.action)
            self.mark(entry.at, Lane.PEOPLE, title, Source.DATABASE, f"由 {entry.who}")

    def _rows(self, call: CallRecord, legs: list[LegRecord]) -> None:
        """Tell from the rows what the journal told before it was filed."""
        database = Source.DATABASE
        self._arrived(call.started, call.ani, call.dialled, database)
        answered = sorted((leg.answered, leg.seat or leg.role.value) for leg in legs if leg.answered)
        first = answered[0][0] if answered else None
        decided = None
        if call.route is not None:
            decided = (first or call.ended or call.started) - timedelta(seconds=call.wait_seconds or 0.0)
            utility = call.utility.value if call.utility else ""
            self._routed(decided, call.route, call.rung, call.keys, utility, call.queue or "", database)
        for at, seat in answered:
            self.mark(at, Lane.SEATS, f"{self._who(seat)} 应答", database)
        if call.ended:
            self.mark(call.ended, Lane.CITIZEN, "挂机", database, words.cause(call.cause))
        self._phases(call.started, decided, first, call.ended)

    def _draft(self, store: Store) -> None:
        attempts = store.attempts(self.linkedid)
        if attempts and (attempts.failed or attempts.given_up):
            given_up = ", 已放弃, 请人工听取" if attempts.given_up else ""
            self.facts["转写"] = f"试过 {attempts.begun} 次, 失败 {attempts.failed} 次{given_up}"
        transcript, found = store.transcript(self.linkedid), store.draft(self.linkedid)
        if found is None:
            return
        masking = Masking.of(self.settings.drafting.numbers)
        title = masking.case(found.case).title.value or "(无标题)"
        self.facts["草稿"] = f"{found.id}: {title}"
        detail = f"{title}; {words.STATES.get(found.state.value, found.state.value)}"
        self.mark(found.created, Lane.DRAFT, f"草稿 {found.id} 生成", Source.DATABASE, detail)
        if transcript is not None:
            began = found.created - timedelta(seconds=transcript.spent_seconds)
            seconds = f"识别 {transcript.audio_seconds:.0f} 秒录音"
            self.bars.append(Bar(start=began, end=found.created, lane=Lane.WORKER, title=seconds))
        alarm = store.alarm(self.linkedid)
        if alarm is not None:
            what = alarm_words(alarm, hazard_titles(self.settings), masking)
            self.mark(alarm.raised, Lane.DRAFT, "告警: 普通来电中听到紧急情况", Source.DATABASE, what, bad=True)
            if alarm.acknowledged:
                by = f"由 {alarm.acknowledged_by}"
                self.mark(alarm.acknowledged, Lane.PEOPLE, "告警已有人处理", Source.DATABASE, by)

    # The logs of all processes

    def logs(self) -> None:
        """Read every line that carries the call's id."""
        for line in log_lines(self.settings.places.log, self.linkedid):
            self._line(line)

    def _line(self, line: dict[str, Any]) -> None:
        try:
            at = datetime.fromisoformat(str(line["timestamp"]))
        except (KeyError, ValueError):
            return
        process, event = str(line.get("process", "")), str(line.get("event", ""))
        if self._told(event):
            return
        lane = words.lane_of(process)
        bad = line.get("level") in ("error", "critical")
        self.mark(at, lane, words.EVENTS.get(event, event), Source.LOG, words.details(event, line), bad)

    def _told(self, event: str) -> bool:
        """Tell whether the database has said the same already, with its exact time."""
        return event.startswith("emergency heard") and any(mark.title.startswith("告警") for mark in self.marks)

    def faults(self) -> None:
        """Add what was broken while the call went on."""
        if not self.marks and not self.bars:
            return
        now = self.clock.now()
        moments = [mark.at for mark in self.marks] + [bar.start for bar in self.bars]
        ends = [mark.at for mark in self.marks] + [bar.end or now for bar in self.bars]
        begin, end = min(moments) - _AROUND, max(ends)
        hung_up = (self.journal and self.journal.ended) or (self.call and self.call.ended) or end
        for fault in read_faults(self.settings.places.faults):
            until = end if fault.kind in _MATTERS_LATER else hung_up
            if fault.since <= until and (fault.until or now) >= begin and self._concerns(fault):
                title = fault.title
                at = max(fault.since, begin + _AROUND)
                before = "" if at == fault.since else f"(此前已开始) {fault.detail}"
                self.mark(at, Lane.FAULTS, title, Source.FAULTS, before or fault.detail, bad=True)

    def _concerns(self, fault: Fault) -> bool:
        """Tell whether a fault can have mattered to this call."""
        if fault.kind is Kind.JOB_GIVEN_UP:
            return fault.subject == self.linkedid
        if fault.kind is not Kind.NO_PHONE:
            return True
        told = self.journal.routes[-1].utility if self.journal and self.journal.routes else ""
        utility = self.call.utility.value if self.call and self.call.utility else told
        emergency = (self.call is not None and self.call.emergency) or bool(utility)
        return emergency and fault.subject == (utility or "duty")

    # What journal and rows tell alike

    def _arrived(self, at: datetime, ani: str | None, dialled: str, source: Source) -> None:
        self.facts["来电"] = f"{mask(ani)} → {dialled}"
        self.mark(at, Lane.CITIZEN, f"来电 {mask(ani)}", source, f"拨 {dialled}")

    def _routed(
        self, at: datetime, route: str, rung: int | None, keys: str, utility: str, queue: str, source: Source
    ) -> None:
        pressed = f"按键 {keys}" if keys else "没有按键"
        way = words.route(route, utility)
        self.facts["去向"] = f"{way} ({pressed}, 由{words.rung(rung)}决定)"
        detail = f"{pressed}; {words.rung(rung)}" + (f"; 队列 {queue}" if queue else "")
        self.mark(at, Lane.DIALPLAN, f"去向: {way}", source, detail, bad=rung is not None and rung > 1)

    def _phases(
        self, started: datetime | None, routed: datetime | None, answered: datetime | None, ended: datetime | None
    ) -> None:
        if started is None:
            return
        phases = (("告知和菜单", started, routed), ("振铃或排队", routed, answered), ("通话", answered, ended))
        for title, begin, end in phases:
            if begin is None:
                continue
            until = end or ended
            self.bars.append(Bar(start=begin, end=until, lane=Lane.DIALPLAN, title=title))
            if end is None:
                return

    def _who(self, name: str) -> str:
        outside = name.removeprefix("outside-")
        known = self.settings.routing.seats.get(name)
        if known is not None:
            return f"{known.title} ({name})"
        number = self.settings.routing.outside.get(outside)
        return number.title if number is not None else name

    def _voice(self, role: str, name: str | None) -> str:
        return {"caller": "市民的声音", "message": "留言"}.get(role) or self._who(name or role)


def log_lines(folder: Path, linkedid: str) -> Iterator[dict[str, Any]]:
    """Yield the log lines of every process that belong to a call, whatever file they have been rotated into."""
    wanted = linkedid.encode()
    for file in sorted(folder.glob("*.log*")):
        try:
            with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as lines:
                for raw in lines:
                    if wanted in raw and (line := _parsed(raw)) is not None and _belongs(line, linkedid):
                        yield line
        except (OSError, EOFError, gzip.BadGzipFile):
            continue


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _belongs(line: dict[str, Any], linkedid: str) -> bool:
    ids = (str(line.get(name, "")) for name in ("linkedid", "recording"))
    return any(one == linkedid or one.startswith(f"{linkedid}{_LATE}") for one in ids)
