"""What transcription is told by config/transcription.yaml: who listens, how, and for how long at most."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.problem import Problem
from domain.record import STRICT

ModelName = Annotated[str, StringConstraints(pattern=r"^[^\s~$]+$", max_length=400)]
"""The name of a folder below the tools' models/, or an absolute path."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Decibel = Annotated[float, Field(ge=0.0, le=60.0)]
Milliseconds = Annotated[int, Field(ge=0, le=10_000)]
Seconds = Annotated[float, Field(gt=0.0, le=86_400.0)]

Spoken = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^\S+$")]
"""A word as a recogniser writes it."""

Digit = Annotated[str, StringConstraints(pattern=r"^[0-9]$")]

Phantom = Annotated[str, StringConstraints(min_length=4, max_length=60, pattern=r"^[^+].*[^+]$")]

_DIGITS = dict(enumerate(("零", "一幺", "二两", "三", "四", "五", "六", "七", "八", "九")))

_EXAMPLE = "我的电话是一三九，零五三零，二六七八。"

_PHANTOMS = (
    "请不吝点赞+转发",
    "打赏支持明镜与点点栏目",
    "打赏支持",
    "不吝点赞",
    "字幕由+提供",
    "由+Amara.org+字幕",
    "Amara.org",
    "中文字幕志愿者",
    "字幕志愿者",
    "谢谢大家观看",
    "感谢大家观看",
    "感谢您的观看",
    "谢谢您的观看",
    "感谢观看",
    "谢谢观看",
    "谢谢收看",
    "感谢收看",
    "我们下期再见",
    "我们下个视频再见",
    "欢迎订阅+频道",
    "订阅我的频道",
    "点赞+订阅+转发",
    "优优独播剧场+Exclusive",
    "优优独播剧场",
    "以上言论不代表本台立场",
    "未经许可+翻唱或使用",
)
_SLOWEST_USEFUL = 0.3
"""Seconds of work a second of audio below which a limit would kill honest jobs on a busy core."""


class EngineName(StrEnum):
    """Who listens."""

    WHISPER = "whisper"
    VOSK = "vosk"


class ComputeType(StrEnum):
    """How whisper's weights are held in memory (CTranslate2's names)."""

    INT8 = "int8"
    FLOAT32 = "float32"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WhisperSettings:
    """faster-whisper. A segment whose no-speech probability is above `no_speech` and whose mean log probability is
    below `log_probability` is dropped; `seed` makes the same recording give the same text."""

    model: ModelName = "whisper-base"
    compute_type: ComputeType = ComputeType.INT8
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    beam: Annotated[int, Field(ge=1, le=20)] = 2
    digits_beam: Annotated[int, Field(ge=1, le=20)] = 8
    no_speech: Share = 0.6
    log_probability: Annotated[float, Field(ge=-10.0, le=0.0)] = -0.8
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 12345


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class VoskSettings:
    """Vosk. `probe` is a word that a Mandarin model knows; `other_language` lets a model of another language in;
    `grammar` limits what can be heard and needs a model with a dynamic graph; `alternatives` more readings are kept;
    `digits` are the words to which a number's second hearing is limited where the graph is dynamic."""

    model: ModelName = "vosk-small-cn"
    probe: str = "水"
    other_language: bool = False
    grammar: tuple[str, ...] = ()
    alternatives: Annotated[int, Field(ge=0, le=10)] = 0
    digits: dict[Digit, Annotated[tuple[Spoken, ...], Field(min_length=1)]] = Field(
        default_factory=lambda: {str(digit): tuple(words) for digit, words in _DIGITS.items()}
    )


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class VoiceSettings:
    """Which parts of a channel are speech (Silero VAD), and the silence put between them for the engine to hear.

    At most `portion_seconds` of speech are heard at once: an hour's would take gigabytes."""

    threshold: Annotated[float, Field(ge=0.05, le=0.95)] = 0.35
    min_silence_ms: Milliseconds = 500
    pad_ms: Milliseconds = 300
    gap_ms: Milliseconds = 0
    portion_seconds: Annotated[float, Field(ge=60.0, le=7200.0)] = 600.0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ChannelSettings:
    """How a channel is prepared. A moment is line echo where the other channel is louder by `echo_margin_db`, now or up
    to `echo_memory_ms` before; `peak` is the level to which each channel is raised."""

    echo_margin_db: Decibel = 15.0
    echo_memory_ms: Milliseconds = 120
    peak: Annotated[float, Field(gt=0.0, le=1.0)] = 0.9


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TurnSettings:
    """How words become utterances. A pause over `pause_seconds` may divide; a piece repeated `loop_repeats` times or
    more is the recogniser going round in circles and is kept once. `phantoms` are what a recogniser learnt from
    subtitles and writes for noise (a + stands for up to 30 characters of any kind): nobody said them, they go."""

    pause_seconds: Seconds = 1.5
    loop_repeats: Annotated[int, Field(ge=3, le=50)] = 4
    phantoms: tuple[Phantom, ...] = _PHANTOMS


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Look:
    """One look at a spoken number: the recogniser is told the words of `lead_seconds` before it, and hears on for
    `tail_seconds` after it; `example` shows it how digits are written."""

    lead_seconds: Annotated[float, Field(ge=0.0, le=15.0)] = 1.0
    tail_seconds: Annotated[float, Field(ge=0.0, le=5.0)] = 1.0
    example: Annotated[str, StringConstraints(max_length=100)] = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NumberSettings:
    """The second look at spoken numbers. A number is a run of `sure` digits, or of `likely` ones between them, with
    `fewest` sure ones at least, or `fewest_announced` where one of the words `announced` stands up to `reach`
    characters before; it begins after that word. The looks are taken in their order until one has a reading that is
    one of `lengths` long and as likely as `enough`; none turns all of this off. `margin_seconds` are heard before the
    first word that is told."""

    sure: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "零〇一幺二两三四五六七八九"
    likely: Annotated[str, StringConstraints(max_length=100)] = "要药腰邀妖约姚摇遥"
    announced: Annotated[tuple[Spoken, ...], Field(min_length=1)] = ("电话", "号码", "手机", "联系方式")
    fewest: Annotated[int, Field(ge=3, le=20)] = 7
    fewest_announced: Annotated[int, Field(ge=3, le=20)] = 4
    reach: Annotated[int, Field(ge=0, le=30)] = 10
    margin_seconds: Annotated[float, Field(ge=0.0, le=2.0)] = 0.3
    lengths: tuple[Annotated[int, Field(ge=3, le=20)], ...] = (11, 12, 14)
    enough: Share = 0.1
    looks: tuple[Look, ...] = (
        Look(),
        Look(lead_seconds=2.0, tail_seconds=0.3),
        Look(lead_seconds=2.0, tail_seconds=2.0, example=_EXAMPLE),
    )


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LimitSettings:
    """How long the recogniser may take: `start_seconds` to load its model; for a recording `per_audio_second` for each
    second of it, and never less than `floor_seconds`. Longer than `longest_seconds` is not listened to at all."""

    start_seconds: Seconds = 120.0
    per_audio_second: Annotated[float, Field(gt=0.0, le=100.0)] = 3.0
    floor_seconds: Seconds = 60.0
    longest_seconds: Seconds = 14_400.0

    def for_audio(self, seconds: float) -> float:
        """Return the wall seconds that a recording of this length may take."""
        return max(self.floor_seconds, seconds * self.per_audio_second)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TranscriptionConfig:
    """The whole of config/transcription.yaml."""

    engine: EngineName = EngineName.WHISPER
    whisper: WhisperSettings = Field(default_factory=WhisperSettings)
    vosk: VoskSettings = Field(default_factory=VoskSettings)
    voice: VoiceSettings = Field(default_factory=VoiceSettings)
    channels: ChannelSettings = Field(default_factory=ChannelSettings)
    turns: TurnSettings = Field(default_factory=TurnSettings)
    numbers: NumberSettings = Field(default_factory=NumberSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)

    @property
    def model(self) -> str:
        """Return the name of the model that the chosen engine wants."""
        return self.whisper.model if self.engine is EngineName.WHISPER else self.vosk.model


def check(config: TranscriptionConfig) -> list[Problem]:
    """Return what is wrong with values that are each well formed."""
    return list(_problems(config))


def _problems(config: TranscriptionConfig) -> Iterator[Problem]:
    limits, vosk = config.limits, config.vosk
    if limits.per_audio_second < _SLOWEST_USEFUL:
        yield Problem(
            ("limits", "per_audio_second"),
            f"{limits.per_audio_second:g} 太小: 机器忙时每秒录音约需 {_SLOWEST_USEFUL:g} 秒, 正常录音会被中断; 建议 3",
        )
    if limits.floor_seconds < 10:
        yield Problem(("limits", "floor_seconds"), "太小: 短录音也需要准备时间, 请至少设为 10 秒")
    if limits.start_seconds < 10:
        yield Problem(("limits", "start_seconds"), "太小: 装载模型可能需要十几秒, 请至少设为 10 秒")
    if config.voice.pad_ms > config.voice.min_silence_ms:
        yield Problem(("voice", "pad_ms"), "不能大于 min_silence_ms, 否则相邻的话会连在一起")
    if config.engine is EngineName.VOSK and not vosk.probe.strip() and not vosk.other_language:
        yield Problem(("vosk", "probe"), "请填一个普通话模型一定认识的词(例如 水), 用来识别装错的模型")
    for index, phrase in enumerate(vosk.grammar):
        if not phrase.strip():
            yield Problem(("vosk", "grammar", index), "不能是空的")
