"""Vosk: a Kaldi model on this machine; telephone audio goes in at 8 kHz, as it is."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from transcription.engine import Heard, ModelError, Progress, Samples
from transcription.settings import VoskSettings
from transcription.text import is_han
from transcription.transcript import Reading, Word
from transcription.vosk_model import check_directory, has_dynamic_graph

_PIECE_SECONDS = 0.5
_UNKNOWN = -1


class VoskEngine:
    """A Vosk model loaded from a directory; raises ModelError, with what to do, where it will not do."""

    name = "vosk"
    rate = None

    def __init__(self, directory: Path, settings: VoskSettings) -> None:
        check_directory(directory, settings.model)
        self._dynamic = has_dynamic_graph(directory)
        self._digit_of = {word: digit for digit, words in settings.digits.items() for word in words}
        if settings.grammar and not self._dynamic:
            raise ModelError(f"Vosk 模型 {directory} 是静态图, 不支持 vosk.grammar; 请清空 grammar, 或换用小模型")
        import vosk

        vosk.SetLogLevel(-1)
        self._vosk = vosk
        self._settings = settings
        self._model = self._load(directory)
        self.model = directory.name
        self._require_mandarin(directory)
        try:
            self._recogniser(8000, settings.grammar)
        except ModelError:
            raise ModelError(f"Vosk 模型 {directory} 能装载但无法识别, 文件不完整或已损坏; 请删除后重新安装") from None

    def hear(self, samples: Samples, rate: int, on_progress: Progress) -> list[Heard]:
        """Return what is said in the samples."""
        recogniser = self._recogniser(rate, self._settings.grammar)
        step = max(1, round(rate * _PIECE_SECONDS))
        heard: list[Heard] = []
        for at in range(0, len(samples), step):
            if recogniser.AcceptWaveform(_pcm(samples[at : at + step])):
                heard.extend(_heard(recogniser.Result()))
            on_progress(min(at + step, len(samples)) / rate)
        heard.extend(_heard(recogniser.FinalResult()))
        return heard

    def digits(self, samples: Samples, rate: int, before: str, example: str) -> tuple[Reading, ...]:
        """Return the way to read a number that is said in the samples; none where the model's graph is fixed.

        What Vosk may hear is narrowed to the digits' words; it has no use for words and examples. The reading is as
        likely as the least sure of its words.
        """
        del before, example
        if not self._dynamic:
            return ()
        recogniser = self._recogniser(rate, list(self._digit_of))
        recogniser.SetMaxAlternatives(0)
        recogniser.AcceptWaveform(_pcm(samples))
        said = [
            each for each in json.loads(recogniser.FinalResult()).get("result", ()) if each["word"] in self._digit_of
        ]
        digits = "".join(self._digit_of[each["word"]] for each in said)
        return (Reading(digits, round(min(float(each["conf"]) for each in said), 4)),) if digits else ()

    def _load(self, directory: Path) -> Any:
        # vosk raises a bare Exception and nothing narrower.
        try:
            return self._vosk.Model(str(directory))
        except Exception as error:  # noqa: BLE001
            raise ModelError(f"Vosk 模型 {directory} 装载失败({error}); 文件可能已损坏, 请删除后重新安装") from None

    def _recogniser(self, rate: int, phrases: Sequence[str]) -> Any:
        words = [self._model, float(rate)]
        if phrases:
            words.append(json.dumps(phrases, ensure_ascii=False))
        try:
            recogniser = self._vosk.KaldiRecognizer(*words)
        except Exception as error:  # noqa: BLE001
            raise ModelError(f"Vosk 无法识别: {error}") from None
        recogniser.SetWords(True)
        recogniser.SetMaxAlternatives(self._settings.alternatives)
        return recogniser

    def _require_mandarin(self, directory: Path) -> None:
        probe = self._settings.probe
        if self._settings.other_language or self._model.vosk_model_find_word(probe) != _UNKNOWN:
            return
        raise ModelError(
            f"Vosk 模型 {directory} 不认识“{probe}”, 不是普通话模型; 请执行 hotline models install vosk-small-cn, "
            "并把 vosk.model 设为 vosk-small-cn"
        )


def _pcm(samples: Samples) -> bytes:
    """Return samples as the 16-bit ones that Vosk takes."""
    return (np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()


def _heard(result: str) -> Iterator[Heard]:
    found = json.loads(result)
    alternatives = found.get("alternatives") or [found]
    best = alternatives[0]
    words = tuple(_words(best.get("result", ())))
    if words:
        known = [word.confidence for word in words if word.confidence is not None]
        confidence = sum(known) / len(known) if known else None
        yield Heard(words, confidence, tuple(each["text"].strip() for each in alternatives[1:]))


def _words(result: list[dict[str, Any]]) -> Iterator[Word]:
    """Yield the words; between words of a script that is written with spaces one stands in front of the second."""
    before = ""
    for each in result:
        text = str(each["word"])
        spaced = bool(before) and not (is_han(before[-1]) or is_han(text[:1]))
        confidence = float(each["conf"]) if "conf" in each else None
        yield Word(" " + text if spaced else text, float(each["start"]), float(each["end"]), confidence)
        before = text
