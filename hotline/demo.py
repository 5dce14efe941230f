"""`hotline demo`: the main job, for real. Two citizens call 12345; two drafts come out; everything is measured."""

import contextlib
import io
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import soundfile

from domain.words import Speaker, Utility
from hotline.places import Places
from hotline.running import Hotline
from hotline.settings import Settings
from hotline.wiring import open_store, passwords, shelf
from store.door import Store
from store.records import CallRecord, DraftRecord, RecordingRecord
from telephony.asterisk.ports import Endpoint, PortTaken, require_free
from telephony.phone.phone import Phone
from telephony.phone.spec import PhoneSpec, State
from transcription.transcript import Transcript

CITIZENS_ADDRESS = "127.0.0.2"
_SEATS_ADDRESS = "127.0.0.1"
_QUIET = 0.003
_RTP_PORTS = 200

Said = Callable[[str], None]


class DemoFailed(Exception):
    """Something that was to happen did not; the message says what, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One call to be placed: who calls, which keys are pressed how long after the answer, and which seat must ring."""

    title: str
    citizen: str
    keys: tuple[tuple[str, float], ...]
    seat: str
    speaks: Path
    answers: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a story. `ringing_ms` runs from the last key's end (or from the citizen's answer, without keys) to
    the seat's ringing; `draft_seconds` from the hang-up to the draft."""

    story: Story
    ringing_ms: float
    draft_seconds: float
    call: CallRecord
    seats: tuple[str, ...]
    recording: RecordingRecord
    transcript: Transcript
    draft: DraftRecord


@dataclass(frozen=True, slots=True)
class _Ended:
    story: Story
    ringing_ms: float
    hung_up: float


def stories(config: Path) -> tuple[Story, ...]:
    """Return the two calls of the demo."""
    folder = config / "demo"
    return (
        Story(
            title="急修: 按9再按1, 供水值守坐席",
            citizen="15400000001",
            keys=(("9", 5.5), ("1", 2.0)),
            seat="water1",
            speaks=folder / "citizen-water.wav",
            answers=folder / "liaison-water.wav",
        ),
        Story(
            title="普通: 什么都不按, 人工坐席",
            citizen="15400000002",
            keys=(),
            seat="agent1001",
            speaks=folder / "citizen-ordinary.wav",
            answers=folder / "agent-ordinary.wav",
        ),
    )


def demo_places(places: Places) -> Places:
    """Return a data folder of the demo's own, so that a running hotline is left alone."""
    return replace(places, home=places.home / "demo")


def free_ports() -> str:
    """Return HOTLINE_SET for ports that nobody uses now, all on loopback."""
    sip, (tls, agi, ami) = _free(socket.SOCK_DGRAM), (_free(socket.SOCK_STREAM) for _ in range(3))
    first = free_range(range(20_000, 30_000, _RTP_PORTS))
    return (
        f"telephony.sip.bind=127.0.0.1 telephony.sip.port={sip} telephony.agi.port={agi} telephony.ami.port={ami} "
        f"telephony.sip.rtp_first={first} telephony.sip.rtp_last={first + _RTP_PORTS - 1} "
        f"telephony.sip.tls.port={tls} operations.metrics.first_port=0"
    )


def free_range(starts: Sequence[int]) -> int:
    """Return a start, taken by chance, from which on every UDP port that RTP needs can be opened; raises DemoFailed."""
    for first in random.sample(starts, len(starts)):
        with contextlib.suppress(PortTaken):
            require_free(
                tuple(Endpoint("udp", _SEATS_ADDRESS, port, "RTP") for port in range(first, first + _RTP_PORTS))
            )
            return first
    raise DemoFailed(f"{starts[0]} 起没有 {_RTP_PORTS} 个连续的空闲 UDP 端口供语音使用")


def _free(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Demo:
    """Places the calls of the stories on a running hotline, and waits for what comes of them."""

    settings: Settings
    said: Said
    draft_limit: float = 120.0

    @contextlib.contextmanager
    def watched(self, hotline: Hotline) -> Iterator[None]:
        """Keep the hotline's processes alive meanwhile."""
        stop = threading.Event()
        watcher = threading.Thread(target=hotline.watch, args=(stop,), name="watch")
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join()

    def run(self, told: tuple[Story, ...]) -> list[Result]:
        """Place the calls one after the other while earlier ones are being transcribed; raises DemoFailed."""
        store = open_store(self.settings)
        try:
            ended = [self._place(story) for story in told]
            return [self._result(one, store) for one in ended]
        finally:
            store.close()

    def _place(self, story: Story) -> _Ended:
        sip = self.settings.telephony.sip
        server = f"{_SEATS_ADDRESS}:{sip.port}"
        seat_spec = PhoneSpec(
            user=story.seat,
            password=passwords(self.settings).seats[story.seat],
            registrar=server,
            local_address=_SEATS_ADDRESS,
            answer_after=1.0,
        )
        citizen_spec = PhoneSpec(user=story.citizen, server=server, local_address=CITIZENS_ADDRESS)
        self.said(f"[bold]{story.title}")
        with Phone.start(seat_spec) as seat, Phone.start(citizen_spec) as citizen:
            seat.wait_registered(10)
            citizen.call(sip.dids[0])
            since = citizen.wait_for(State.CONFIRMED, 10).monotonic
            self.said(f"市民 {story.citizen} 拨通 {sip.dids[0]}, 正在听录音告知")
            for key, after in story.keys:
                citizen.press(key, after)
                since = citizen.wait_for(State.KEY_SENT, after + 5).monotonic
                self.said(f"市民按 {key}")
            ringing = seat.wait_for(State.RINGING, 30).monotonic
            self.said(f"坐席 {story.seat} 振铃, {(ringing - since) * 1000:.0f} 毫秒")
            seat.wait_for(State.CONFIRMED, 10)
            seat.play(story.answers)
            citizen.play(story.speaks)
            self.said("坐席应答, 双方通话 (真实音频)")
            citizen.wait_for(State.PLAYED, 120)
            citizen.hang_up()
            hung_up = citizen.wait_for(State.ENDED, 10).epoch
            seat.wait_for(State.ENDED, 10)
            self.said("双方挂机, 离线转写开始")
        return _Ended(story, (ringing - since) * 1000, hung_up)

    def _result(self, ended: _Ended, store: Store) -> Result:
        deadline = ended.hung_up + self.draft_limit
        while time.time() < deadline:
            for found in store.drafts(None):
                earlier = found.created.timestamp() < ended.hung_up  # of another run of the demo on the same data
                if found.case.callback_number.value == ended.story.citizen and not earlier:
                    return self._checked(ended, found, store)
            time.sleep(0.1)
        raise DemoFailed(
            f"{ended.story.title}: {self.draft_limit:g} 秒内没有得到工单草稿; 请看 {self.settings.places.log}"
        )

    def _checked(self, ended: _Ended, found: DraftRecord, store: Store) -> Result:
        call, recording = store.call(found.linkedid), store.recording(found.linkedid)
        transcript = store.transcript(found.linkedid)
        if call is None or recording is None or transcript is None:
            raise DemoFailed(f"{ended.story.title}: 草稿已生成, 但缺少来电、录音或转写")
        seats = tuple(leg.seat for leg in store.legs(found.linkedid) if leg.seat)
        result = Result(
            story=ended.story,
            ringing_ms=ended.ringing_ms,
            draft_seconds=found.created.timestamp() - ended.hung_up,
            call=call,
            seats=seats,
            recording=recording,
            transcript=transcript,
            draft=found,
        )
        faults = list(_faults(result, shelf(self.settings).read(recording.storage_key)))
        if faults:
            raise DemoFailed(f"{ended.story.title}: {'; '.join(faults)}")
        return result


def _faults(result: Result, sound: bytes) -> Iterator[str]:
    """Return what is not as it must be: seat, route, both voices in the recording, both speakers in the transcript."""
    keys = "".join(key for key, _ in result.story.keys)
    route = "emergency" if keys else "agents"
    if result.story.seat not in result.seats:
        yield f"接听的不是 {result.story.seat}, 而是 {result.seats}"
    if (result.call.keys, result.call.route) != (keys, route):
        yield f"按键或去向不对: {result.call.keys} {result.call.route}"
    if keys and (result.call.utility, result.draft.case.utility.value) != (Utility.WATER, Utility.WATER):
        yield "急修种类不是供水"
    samples, _ = soundfile.read(io.BytesIO(sound), always_2d=True)
    if samples.shape[1] != 2 or (abs(samples).mean(axis=0) < _QUIET).any():
        yield "录音里少了一方的声音"
    if {utterance.speaker for utterance in result.transcript.utterances} != set(Speaker):
        yield "转写里少了一方的话"
