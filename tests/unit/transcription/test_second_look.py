"""Which stretches of a channel hold a number, what the engine is asked about them, and when the asking ends."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from domain.words import Speaker
from transcription.channels import Channel
from transcription.engine import Heard, Progress, Samples
from transcription.second_look import look_again, runs
from transcription.settings import Look, NumberSettings
from transcription.transcript import Reading, Utterance, Word

SETTINGS = NumberSettings()
TWO_LOOKS = NumberSettings(looks=(Look(), Look(lead_seconds=2.0, tail_seconds=2.0, example="一三九。")))
RATE = 8000


@dataclass(frozen=True)
class Asked:
    """What an engine was asked about a number: its first and last sample, how much it heard, the words it was told."""

    first: float
    last: float
    seconds: float
    rate: int
    before: str
    example: str


@dataclass
class Listener:
    """An engine that hears no words and reads numbers as it is told to, one answer a look."""

    answers: list[tuple[Reading, ...]]
    name: str = "listener"
    model: str = "none"
    rate: int | None = None
    asked: list[Asked] = field(default_factory=list)

    def hear(self, samples: Samples, rate: int, on_progress: Progress) -> list[Heard]:
        return []

    def digits(self, samples: Samples, rate: int, before: str, example: str) -> tuple[Reading, ...]:
        self.asked.append(Asked(float(samples[0]), float(samples[-1]), len(samples) / rate, rate, before, example))
        return self.answers[len(self.asked) - 1]


def said(*words: str, start: float = 0.0) -> Utterance:
    """Return an utterance whose words take half a second each."""
    heard = tuple(Word(text, start + at / 2, start + at / 2 + 0.5) for at, text in enumerate(words))
    return Utterance(Speaker.CITIZEN, start, heard[-1].end, "".join(words), heard)


def channel(seconds: float) -> Channel:
    """Return a channel whose samples say at which second they stand."""
    return Channel(Speaker.CITIZEN, (np.arange(round(seconds * RATE)) / RATE).astype(np.float32), RATE)


def numbers_in(text: str) -> list[str]:
    return [text[start:end] for start, end in runs(text, SETTINGS)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("我叫李秀梅，电话是幺五九，六六七幺，二三八零。", ["幺五九，六六七幺，二三八零"]),
        ("你记一下，一三六零五三零一一二二，对", ["一三六零五三零一一二二"]),
        ("我的手机号码是一三六零", ["一三六零"]),
        ("电话是要散八五三零六七二一九", ["要散八五三零六七二一九"]),
        ("号码：139 0530 2678", ["139 0530 2678"]),
        ("电话是一三八零，嗯，五三零六，七二幺九", ["一三八零，嗯，五三零六，七二幺九"]),
        ("电话一三八五三零六七二一九，还有五五五一二三四", ["一三八五三零六七二一九", "五五五一二三四"]),
    ],
)
def test_a_number_is_what_may_be_digits_from_the_word_that_announces_it(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "您好，菏泽12345，很高兴为您服务。",
        "您好，菏泽幺二三四五，很高兴为您服务。",
        "我家六号楼三单元二零一",
        "电话是一三八",
        "要不要要不要要不要要药腰邀",
        "",
    ],
)
def test_what_is_too_short_or_no_digit_for_certain_is_no_number(text: str) -> None:
    assert numbers_in(text) == []


def test_a_first_reading_that_is_whole_and_likely_ends_the_looking() -> None:
    readings = (Reading("15966712380", 0.6), Reading("1596672380", 0.1))
    engine = Listener([readings])

    found = list(look_again(channel(9.0), [said("电话", "是", "幺五九", "，", "六六七幺二三八零")], engine, TWO_LOOKS))

    assert len(engine.asked) == 1
    assert [(each.speaker, each.start, each.end, each.readings) for each in found] == [
        (Speaker.CITIZEN, 1.0, 2.5, readings)
    ]


@pytest.mark.parametrize("first", [(), (Reading("1596671238", 0.9),), (Reading("15966712380", 0.05),)])
def test_where_the_first_look_is_not_enough_the_second_is_shown_more_and_the_likeliest_is_kept(
    first: tuple[Reading, ...],
) -> None:
    engine = Listener([first, (Reading("15966712380", 0.4),)])
    words = ("我", "叫", "李秀梅", "电话", "是", "幺五九六六七幺二三八零", "谢谢")

    [found] = look_again(channel(9.0), [said(*words)], engine, TWO_LOOKS)

    assert [(each.before, each.example) for each in engine.asked] == [("电话是", ""), ("叫李秀梅电话是", "一三九。")]
    assert Reading("15966712380", 0.4) in found.readings
    likelihoods = [reading.likelihood for reading in found.readings]
    assert likelihoods == sorted(likelihoods, reverse=True)


def test_a_number_that_no_look_can_read_is_left_out() -> None:
    engine = Listener([(), ()])

    assert list(look_again(channel(9.0), [said("电话", "幺五九六六七幺")], engine, TWO_LOOKS)) == []
    assert len(engine.asked) == 2


def test_the_engine_hears_from_the_words_it_is_told_to_beyond_the_number_whose_last_digit_may_have_been_misheard() -> (
    None
):
    engine = Listener([(), ()])
    words = [said("你好", start=1.0), said("电话", "幺五九六六七幺", start=4.0), said("谢谢", start=6.5)]

    list(look_again(channel(9.0), words, engine, TWO_LOOKS))

    ranges = [(round(each.first, 2), round(each.last, 2)) for each in engine.asked]
    assert ranges == [(3.7, 6.0), (3.7, 7.0)]


def test_at_either_end_of_a_recording_nothing_outside_it_is_heard() -> None:
    engine = Listener([(), ()])

    list(look_again(channel(1.1), [said("电话", "幺五九六六七幺")], engine, TWO_LOOKS))

    assert [(each.first, round(each.last, 2), each.seconds) for each in engine.asked] == [(0.0, 1.1, 1.1)] * 2


def test_an_engine_that_takes_one_rate_hears_the_same_seconds_at_that_rate() -> None:
    engine = Listener([(), ()], rate=16_000)

    list(look_again(channel(9.0), [said("电话", "幺五九六六七幺", start=4.0)], engine, TWO_LOOKS))

    assert [(each.rate, round(each.seconds, 2)) for each in engine.asked] == [(16_000, 2.3), (16_000, 3.3)]


def test_a_number_over_two_utterances_is_one_and_lasts_from_its_first_word_to_its_last() -> None:
    engine = Listener([(Reading("15966712380", 0.6),)])
    utterances = [said("电话", "是", "幺五九六六七幺", start=2.0), said("二三", "八零", "谢谢", start=6.0)]

    [found] = look_again(channel(12.0), utterances, engine, TWO_LOOKS)

    assert (found.start, found.end) == (3.0, 7.0)


def test_a_word_that_holds_the_announcement_and_digits_as_well_is_heard_whole() -> None:
    engine = Listener([(Reading("15966712380", 0.6),)])

    [found] = look_again(channel(9.0), [said("我的电话幺五九", "六六七幺", "二三八零好")], engine, TWO_LOOKS)

    assert (found.start, found.end) == (0.0, 1.5)
    assert engine.asked[0].before == "我的电话"


def test_without_looks_nobody_is_asked() -> None:
    engine = Listener([])

    assert not list(look_again(channel(9.0), [said("电话幺五九六六七幺二三八零")], engine, NumberSettings(looks=())))
    assert engine.asked == []
