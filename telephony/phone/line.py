"""One call on a telephone, as pjsua2 sees it. Callbacks come in the process's only thread (mainThreadOnly)."""

import contextlib
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, Protocol

import pjsua2 as pj

from telephony.phone.spec import PhoneSpec, State

GAP_MS = 100
_CLOSING_S = 1.0
_RINGING = 180
_BUSY_HERE = 486
_P = ParamSpec("_P")


class Report(Protocol):
    """Says that something happened, now unless `at` gives the monotonic time."""

    def __call__(
        self,
        state: State,
        *,
        at: float | None = None,
        call: int = 0,
        outgoing: bool = False,
        code: int = 0,
        reason: str = "",
        digit: str = "",
        remote: str = "",
    ) -> None: ...


def guarded(callback: Callable[_P, None]) -> Callable[_P, None]:
    """Log what a callback raises: an exception that goes on into the C library aborts the process."""

    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception:
            logging.exception("telephone callback failed")

    return run


class Line(pj.Call):
    """A call: plays, records, presses keys, tells what happens to it."""

    def __init__(
        self,
        account: pj.Account,
        spec: PhoneSpec,
        report: Report,
        later: Callable[[float, Callable[[], None]], None],
        *,
        number: int,
        call_id: int = -1,
    ) -> None:
        super().__init__(account, call_id)
        self._spec = spec
        self._report = report
        self._later = later
        self.number = number
        self.outgoing = call_id == -1
        self.over = False
        self._confirmed = False
        self._held = False
        self._player: pj.AudioMediaPlayer | None = None
        self._recorder: pj.AudioMediaRecorder | None = None
        self._record = _numbered(spec.record, number) if spec.record else None

    def tell(self, state: State, *, at: float | None = None, code: int = 0, reason: str = "", digit: str = "") -> None:
        """Report something about this call."""
        remote = "" if self.over else self.getInfo().remoteUri
        self._report(
            state, at=at, call=self.number, outgoing=self.outgoing, code=code, reason=reason, digit=digit, remote=remote
        )

    def ring(self) -> None:
        """Say 180 to an incoming call, and do what the specification says about it."""
        if self._spec.reject_with is not None:
            self.hang_up(self._spec.reject_with)
            return
        self._answer_with(_RINGING)
        self.tell(State.RINGING, code=_RINGING)
        if self._spec.answer_after is not None:
            self._later(self._spec.answer_after, self.answer)

    def answer(self) -> None:
        """Take the call, if it still rings."""
        if not self.over and not self._confirmed:
            self._answer_with(200)

    def hang_up(self, code: int = 0) -> None:
        """End the call, with a SIP status where it was not answered."""
        if not self.over:
            parameter = pj.CallOpParam()
            parameter.statusCode = code or (0 if self.outgoing or self._confirmed else _BUSY_HERE)
            self.hangup(parameter)

    def press(self, digits: str, length_ms: int) -> None:
        """Send keys one after the other as RFC 4733 events."""
        if not digits or self.over:
            return
        parameter = pj.CallSendDtmfParam()
        parameter.digits, parameter.duration = digits[0], length_ms
        self.sendDtmf(parameter)
        self._later(length_ms / 1000, lambda: None if self.over else self.tell(State.KEY_SENT, digit=digits[0]))
        self._later((length_ms + GAP_MS) / 1000, lambda: self.press(digits[1:], length_ms))

    def play(self, file: Path, *, loop: bool = False) -> None:
        """Speak a wav file into the call, in place of what was being played."""
        self._player = _Player(lambda: self._later(0, lambda: self._played(file)))
        self._player.createPlayer(str(file), 0 if loop else pj.PJMEDIA_FILE_NO_LOOP)
        for media in self._active_media():
            self._player.startTransmit(media)

    def silence(self) -> None:
        """Stop playing."""
        self._player = None

    def hold(self) -> None:
        """Put the other side on hold."""
        self.setHold(pj.CallOpParam(True))

    def resume(self) -> None:
        """Take the other side off hold."""
        parameter = pj.CallOpParam(True)
        parameter.opt.flag = pj.PJSUA_CALL_UNHOLD
        self.reinvite(parameter)

    def close_files(self) -> None:
        """Finish the recording; the library writes the rest of it, and its header, at the mixer's next tick."""
        self._player = self._recorder = None

    @property
    def recording(self) -> bool:
        """Tell whether the recording is still being written."""
        return self._record is not None and _is_open(self._record)

    @guarded
    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: ARG002 - pjsua2's name
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and self.outgoing:
            state = State.RINGING if info.lastStatusCode == _RINGING else State.PROGRESS
            self.tell(state, code=info.lastStatusCode)
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._confirmed = True
            self.tell(State.CONFIRMED, code=info.lastStatusCode)
            self._start_talking()
            if self._spec.hang_up_after is not None:
                self._later(self._spec.hang_up_after, self.hang_up)
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            moment, self.over = time.monotonic(), True
            code, reason = info.lastStatusCode, info.lastReason
            self._later(0, lambda: self._finish(moment, code, reason))

    @guarded
    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:  # noqa: ARG002
        if self.over:
            return
        for media in self._active_media():
            self._connect(media)
        info = self.getInfo()
        held = any(m.status in (pj.PJSUA_CALL_MEDIA_LOCAL_HOLD, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD) for m in info.media)
        if held != self._held:
            self._held = held
            self.tell(State.HELD if held else State.RESUMED)
        self._start_talking()

    @guarded
    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        if not self.over:
            self.tell(State.KEY_HEARD, digit=prm.digit)

    @guarded
    def onCallTransferStatus(self, prm: pj.OnCallTransferStatusParam) -> None:
        if prm.finalNotify and not self.over:
            self.tell(State.TRANSFERRED, code=prm.statusCode, reason=prm.reason)
            if prm.statusCode // 100 == 2:
                self._later(0, self.hang_up)

    def _answer_with(self, code: int) -> None:
        parameter = pj.CallOpParam(True)
        parameter.statusCode = code
        super().answer(parameter)

    def _active_media(self) -> list[pj.AudioMedia]:
        info = self.getInfo()  # held by name: its vector points into it and dies with it
        return [
            self.getAudioMedia(medium.index)
            for medium in info.media
            if medium.type == pj.PJMEDIA_TYPE_AUDIO and medium.status == pj.PJSUA_CALL_MEDIA_ACTIVE
        ]

    def _connect(self, media: pj.AudioMedia) -> None:
        if self._record and not self._recorder:
            self._recorder = pj.AudioMediaRecorder()
            self._recorder.createRecorder(str(self._record))
        if self._recorder:
            media.startTransmit(self._recorder)
        if self._player:
            self._player.startTransmit(media)

    def _start_talking(self) -> None:
        if not self._confirmed or self._held or self._player or not self._active_media():
            return
        if self._spec.play:
            self.play(self._spec.play, loop=self._spec.loop)

    def _played(self, file: Path) -> None:
        if not self.over:
            self.tell(State.PLAYED, reason=file.name)

    def _finish(self, moment: float, code: int, reason: str) -> None:
        self.close_files()
        if self.recording and time.monotonic() < moment + _CLOSING_S:
            self._later(0.005, lambda: self._finish(moment, code, reason))
            return
        self.tell(State.ENDED, at=moment, code=code, reason=reason)


class _Player(pj.AudioMediaPlayer):
    def __init__(self, at_end: Callable[[], None]) -> None:
        super().__init__()
        self._at_end = at_end  # called in the library's event thread: it may only put a job into the timetable

    @guarded
    def onEof2(self) -> None:
        self._at_end()


def _is_open(file: Path) -> bool:
    whole = str(file.resolve())
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/self/fd/{descriptor}") == whole:
                return True
    return False


def _numbered(file: Path, number: int) -> Path:
    return file if number == 1 else file.with_name(f"{file.stem}-{number}{file.suffix}")
