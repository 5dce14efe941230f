"""Rendering does only what is needed; what ships is telephone audio of one loudness."""

import json
import math
import wave
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from shipped_config import ROOT

from domain.words import Speaker
from hotline.checked import read
from ivr import dialogue
from ivr.audio import LEVEL_DB, RATE, Samples, active_level, read_mono, telephone
from ivr.check import check_prompts
from ivr.prompts import Prompt, Prompts
from ivr.prompts_render import MANIFEST, render, speak_to, stale
from ivr.tones import Tone

SHIPPED = ROOT / "config/prompts"
PROMPTS = read(ROOT / "config/prompts.yaml").build(Prompts)
DEMO = ROOT / "config/demo"


@dataclass(slots=True)
class Humming:
    """A voice that hums a text: as long as it is, silence around it."""

    spoken: list[tuple[str, str, float]] = field(default_factory=list)

    def speak(self, text: str, voice: str, speed: float) -> tuple[Samples, int]:
        self.spoken.append((text, voice, speed))
        time = np.arange(round(0.2 * len(text) / speed * 24000)) / 24000
        hum = 0.03 * np.sin(2 * np.pi * 440 * time)
        return np.concatenate([np.zeros(9000), hum, np.zeros(20000)]).astype(np.float32), 24000


FEW = Prompts(
    voice="zf_xiaoyi",
    readings={"单县": "shan4 xian4"},
    tones={"beep": Tone.BEEP},
    prompts={"notice": Prompt(text="菏泽12345"), "area": Prompt(text="单县"), "wei": Prompt(text="位")},
)


def silent_progress(name: str, done: int, of: int) -> None:
    assert done < of


def rendered(prompts: Prompts, out: Path, only: tuple[str, ...] | None = None) -> tuple[str, ...]:
    return render(prompts, out, Humming(), only, silent_progress)


def test_a_first_run_renders_everything_and_a_second_nothing(tmp_path: Path) -> None:
    assert rendered(FEW, tmp_path) == ("notice", "area", "wei", "beep")
    assert rendered(FEW, tmp_path) == ()


def test_numbers_are_spoken_digit_by_digit(tmp_path: Path) -> None:
    voice = Humming()
    render(FEW, tmp_path, voice, ("notice",), silent_progress)
    assert voice.spoken == [("菏泽幺二三四五", "zf_xiaoyi", 1.0)]


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        (replace(FEW, prompts={**FEW.prompts, "wei": Prompt(text="名")}), ("wei",)),
        (replace(FEW, prompts={**FEW.prompts, "wei": Prompt(text="位", pause=1)}), ("wei",)),
        (replace(FEW, prompts={**FEW.prompts, "wei": Prompt(text="位", speed=1.2)}), ("wei",)),
        (replace(FEW, voice="zm_yunxi"), ("notice", "area", "wei")),
        (replace(FEW, readings={"单县": "dan1 xian4"}), ("area",)),
        (replace(FEW, tones={"beep": Tone.RINGING}), ("beep",)),
    ],
)
def test_only_what_sounds_different_is_rendered_again(changed: Prompts, again: tuple[str, ...], tmp_path: Path) -> None:
    rendered(FEW, tmp_path)
    assert rendered(changed, tmp_path) == again


def test_a_lost_file_is_rendered_again_and_a_broken_manifest_starts_over(tmp_path: Path) -> None:
    rendered(FEW, tmp_path)
    (tmp_path / "wei.wav").unlink()
    assert stale(FEW, tmp_path) == ("wei",)
    (tmp_path / MANIFEST).write_text("{", encoding="utf-8")
    assert len(stale(FEW, tmp_path)) == 4


def test_audio_of_a_text_that_is_gone_goes_but_only_if_it_was_ours(tmp_path: Path) -> None:
    rendered(FEW, tmp_path)
    (tmp_path / "studio.wav").write_bytes(b"theirs")
    fewer = replace(FEW, prompts={"notice": FEW.prompts["notice"]})
    rendered(fewer, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["beep.wav", MANIFEST, "notice.wav", "studio.wav"]
    assert set(json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))) == {"beep", "notice"}


def test_speech_comes_out_trimmed_levelled_and_at_telephone_rate(tmp_path: Path) -> None:
    seconds = speak_to(tmp_path / "hum.wav", "十个字的一句话在这里", Humming(), "any")
    samples, rate = read_mono(tmp_path / "hum.wav")
    assert rate == RATE
    assert seconds == pytest.approx(2.06, abs=0.05)
    assert active_level(samples) == pytest.approx(LEVEL_DB, abs=0.5)


def test_what_lies_outside_the_telephone_band_is_gone() -> None:
    time = np.arange(24000) / 24000
    low, middle, high = (np.sin(2 * np.pi * pitch * time) for pitch in (50, 1000, 3950))
    spectrum = np.abs(np.fft.rfft(telephone((low + middle + high).astype(np.float32), 24000)[:RATE]))
    pitches = np.fft.rfftfreq(min(RATE, 2 * (spectrum.size - 1)), 1 / RATE)
    at = {pitch: spectrum[np.abs(pitches - pitch) < 30].max() for pitch in (50, 1000, 3950)}
    assert 20 * math.log10(at[1000] / at[50]) > 30
    assert 20 * math.log10(at[1000] / at[3950]) > 30


def test_the_shipped_audio_is_that_of_the_shipped_texts() -> None:
    assert stale(PROMPTS, SHIPPED) == ()
    assert check_prompts(PROMPTS, [SHIPPED]) == []


@pytest.mark.parametrize("name", sorted(PROMPTS.prompts))
def test_a_shipped_prompt_is_clean_telephone_audio(name: str) -> None:
    with wave.open(str(SHIPPED / f"{name}.wav")) as audio:
        assert (audio.getframerate(), audio.getsampwidth(), audio.getnchannels()) == (RATE, 2, 1)
    samples, _ = read_mono(SHIPPED / f"{name}.wav")
    text, pause = PROMPTS.reading(name), PROMPTS.prompts[name].pause
    assert active_level(samples) == pytest.approx(LEVEL_DB, abs=1.5)
    assert np.abs(samples).max() < 0.95
    # A syllable takes 0.13 to 0.6 s: more would be noise that the voice made up, less a syllable swallowed.
    syllables = sum("一" <= sign <= "鿿" or sign.isdigit() for sign in text)
    breaths = text.count("。") + text.count("，")
    assert 0.13 * syllables < samples.size / RATE - pause < 0.15 + 0.45 * syllables + 0.5 * breaths


def test_all_audio_stays_small() -> None:
    total = sum(file.stat().st_size for folder in (SHIPPED, DEMO) for file in folder.glob("*.wav"))
    assert total < 6_000_000


@pytest.mark.parametrize(
    ("rate", "channels", "says"), [(44100, 1, "44100 Hz"), (8000, 2, "2 声道"), (16000, 1, "16000 Hz")]
)
def test_a_studio_recording_of_another_form_is_a_fault_that_says_what_it_is(
    rate: int, channels: int, says: str, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "notice.wav", np.zeros((rate, channels)), rate, subtype="PCM_16")
    found = check_prompts(PROMPTS, [SHIPPED, tmp_path])
    assert [problem.path for problem in found] == [("prompts", "notice")]
    assert says in found[0].message


def test_a_studio_recording_wins_and_what_is_no_sound_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "wei.wav").write_bytes(b"RIFF")
    assert [problem.path for problem in check_prompts(PROMPTS, [SHIPPED, tmp_path])] == [("prompts", "wei")]
    assert check_prompts(PROMPTS, [tmp_path, SHIPPED]) == []


def test_missing_audio_and_missing_pieces_are_faults(tmp_path: Path) -> None:
    found = check_prompts(replace(PROMPTS, prompts={"notice": Prompt(text="您好")}), [tmp_path])
    assert ("prompts", "notice") in [problem.path for problem in found]
    assert any("yao" in problem.message for problem in found)


@pytest.mark.parametrize(("script", "sides"), [("water", ("citizen", "liaison")), ("ordinary", ("citizen", "agent"))])
def test_the_demos_two_sides_are_as_long_as_each_other_and_take_turns(script: str, sides: tuple[str, str]) -> None:
    turns = dialogue.read_script((DEMO / f"{script}.txt").read_text(encoding="utf-8"))
    assert {turn.speaker for turn in turns} == set(Speaker)
    one, other = (read_mono(DEMO / f"{side}-{script}.wav")[0] for side in sides)
    assert one.size == other.size
    assert 30 < one.size / RATE < 50
    assert not np.any((np.abs(one) > 0.05) & (np.abs(other) > 0.05))


def test_a_line_of_a_script_that_nobody_says_is_named() -> None:
    with pytest.raises(ValueError, match="第 2 行"):
        dialogue.read_script("市民: 你好\n旁白: 停了\n")
