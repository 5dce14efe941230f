"""Calls with their ground truth: a JSON file beside each recording, as people who listened wrote it down."""

from dataclasses import field, replace
from datetime import datetime
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from domain.clock import SHANGHAI
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance

_LENIENT = ConfigDict(extra="ignore")


class TruthUnreadable(Exception):
    """A folder of calls cannot be scored; `faults` say in Chinese which files, and what is wrong with each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True, config=_LENIENT)
class TruthTurn:
    """What one speaker said: `text` as it is written, `spoken` with the digits as they were said."""

    speaker: Speaker
    start: float
    end: float
    text: str
    spoken: str = ""


@dataclass(frozen=True, slots=True, config=_LENIENT)
class TruthCall:
    """One call. None in a field of the case means that the call does not tell it.

    The first fields are those of every call; `started` (when it came in), `keys` (pressed on the way), `happened` and
    `hazards` are known of some. `file` is where it was read from.
    """

    id: str
    duration: float
    turns: tuple[TruthTurn, ...]
    type: str
    category: str
    emergency: bool
    utility: str | None = None
    urgency: str | None = None
    district: str | None = None
    address: str | None = None
    address_detail: str | None = None
    caller_name: str | None = None
    phone: str | None = None
    case_no: str | None = None
    summary: str = ""
    responsible_unit: str | None = None
    audio: str | None = None
    started: datetime | None = None
    ani: str | None = None
    keys: str = ""
    happened: datetime | None = None
    hazards: tuple[str, ...] | None = None
    file: Path = field(default=Path())

    @property
    def recording(self) -> Path:
        """Return where the recording lies."""
        return self.file.parent / (self.audio or f"{self.id}.wav")

    def transcript(self) -> Transcript:
        """Return the true words as a transcript, the digits as they were said."""
        said = tuple(Utterance(turn.speaker, turn.start, turn.end, turn.spoken or turn.text) for turn in self.turns)
        return Transcript(said, "truth", "spoken", self.duration, 0.0)

    def words(self, speaker: Speaker) -> str:
        """Return all that one speaker said."""
        return "".join(turn.spoken or turn.text for turn in self.turns if turn.speaker is speaker)


_READER = TypeAdapter(TruthCall)


def read_calls(folders: list[Path], with_audio: bool) -> list[TruthCall]:
    """Return the calls of every folder in order of their files; raises TruthUnreadable with every fault at once."""
    calls: list[TruthCall] = []
    faults: list[str] = []
    for folder in folders:
        files = sorted(folder.glob("*.json")) if folder.is_dir() else []
        if not files:
            faults.append(f"{folder}: 里面没有标注文件(*.json)" if folder.is_dir() else f"{folder}: 不是文件夹")
        for file in files:
            try:
                call = _read(file)
            except TruthUnreadable as error:
                faults += error.faults
                continue
            if with_audio and not call.recording.is_file():
                faults.append(f"{file}: 找不到录音 {call.recording.name}; 只评草稿请加 --from-text")
            calls.append(call)
    if faults:
        raise TruthUnreadable(faults)
    return calls


def _read(file: Path) -> TruthCall:
    try:
        plain = _READER.validate_json(file.read_bytes())
    except OSError as error:
        raise TruthUnreadable([f"{file}: 读不出来: {error.strerror}"]) from None
    except ValidationError as error:
        raise TruthUnreadable(
            [
                f"{file}: {'.'.join(map(str, fault['loc'])) or '(整个文件)'}: {_SAID.get(fault['type'], fault['msg'])}"
                for fault in error.errors()
            ]
        ) from None
    return _with_file(plain, file)


_SAID = {"missing": "缺少这一项", "json_invalid": "不是 JSON", "enum": "只能是 citizen 或 agent"}


def _with_file(call: TruthCall, file: Path) -> TruthCall:
    return replace(call, file=file, started=_aware(call.started), happened=_aware(call.happened))


def _aware(moment: datetime | None) -> datetime | None:
    """Return a moment with its zone: one that names none was written down by a clock in Heze."""
    return moment.replace(tzinfo=SHANGHAI) if moment and moment.tzinfo is None else moment
