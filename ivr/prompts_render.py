"""`hotline prompts render`: texts in config/prompts.yaml become audio, but only what is missing or has changed."""

import hashlib
import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeAlias

from ivr.audio import LEVEL_DB, RATE, telephone, write
from ivr.kokoro import Voice
from ivr.prompts import Prompts
from ivr.reading import One, aloud
from ivr.tones import make

MANIFEST = "manifest.json"
"""In the folder of audio: for each name a digest of what it was made from."""

_RECIPE = 2  # raise it when the same text would sound different

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with a name, how many are done and how many there are."""


def stale(prompts: Prompts, out: Path) -> tuple[str, ...]:
    """Return the names whose audio is missing, or was made from another text, voice, speed or reading."""
    made = _manifest(out)
    return tuple(
        name
        for name in (*prompts.prompts, *prompts.tones)
        if made.get(name) != _digest(prompts, name) or not (out / f"{name}.wav").is_file()
    )


def render(
    prompts: Prompts, out: Path, voice: Voice, only: Collection[str] | None, progress: Progress
) -> tuple[str, ...]:
    """Render what is stale (or just the names in `only`) as 8 kHz 16-bit mono wav into `out`; return the names made.

    Audio of names that are no longer in the configuration is removed, if we made it. Raises VoiceUnavailable.
    """
    out.mkdir(parents=True, exist_ok=True)
    names = stale(prompts, out) if only is None else tuple(name for name in only if name in prompts.names())
    made = _manifest(out)
    for name in set(made) - prompts.names():
        (out / f"{name}.wav").unlink(missing_ok=True)
        del made[name]
    for done, name in enumerate(names):
        progress(name, done, len(names))
        _make(prompts, name, out, voice)
        made[name] = _digest(prompts, name)
        _keep(made, out)
    _keep(made, out)
    return names


def speak_to(file: Path, text: str, voice: Voice, name: str, speed: float = 1.0, one: One = One.YAO) -> float:
    """Speak any text into an 8 kHz wav (test citizens, demos); return its seconds. Raises VoiceUnavailable."""
    spoken, rate = voice.speak(aloud(text, one), name, speed)
    samples = telephone(spoken, rate)
    write(file, samples)
    return samples.size / RATE


def _make(prompts: Prompts, name: str, out: Path, voice: Voice) -> None:
    if name in prompts.tones:
        write(out / f"{name}.wav", make(prompts.tones[name]))
        return
    spoken, rate = voice.speak(prompts.reading(name), prompts.voice_of(name), prompts.speed_of(name))
    write(out / f"{name}.wav", telephone(spoken, rate, prompts.prompts[name].pause))


def _digest(prompts: Prompts, name: str) -> str:
    if name in prompts.tones:
        parts: list[object] = ["tone", prompts.tones[name].value]
    else:
        reading = prompts.reading(name)
        names = {word: sound for word, sound in sorted(prompts.readings.items()) if word in reading}
        parts = [reading, prompts.voice_of(name), prompts.speed_of(name), prompts.prompts[name].pause, names]
    recipe = json.dumps([_RECIPE, LEVEL_DB, *parts], ensure_ascii=False)
    return hashlib.sha256(recipe.encode()).hexdigest()[:16]


def _manifest(out: Path) -> dict[str, str]:
    file = out / MANIFEST
    if not file.is_file():
        return {}
    try:
        return {str(name): str(digest) for name, digest in json.loads(file.read_text(encoding="utf-8")).items()}
    except (ValueError, AttributeError):
        return {}  # unreadable: everything counts as not yet made


def _keep(made: dict[str, str], out: Path) -> None:
    draft = out / f"{MANIFEST}.part"
    draft.write_text(json.dumps(dict(sorted(made.items())), indent=1) + "\n", encoding="utf-8")
    draft.replace(out / MANIFEST)
