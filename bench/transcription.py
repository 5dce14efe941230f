"""What the house adds to its recogniser: `transcribe` (both channels, through the child process) beside the engine's
own bare loop on the same speech, with the same model, options and voice activity filter, one thread each.

Each call is heard by both in turn, so that a busy moment of the machine hits both. The ratio is of processor time,
which is steady where the machine has other work; wall time stands beside it. Loading the model is in neither.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from bench.measure import cpu_seconds, machine
from transcription.child import Recogniser
from transcription.settings import TranscriptionConfig

BAR = 1.1
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Spent:
    """What one hearing of a call took."""

    wall: float
    cpu: float


def bare_model(config: TranscriptionConfig, directory: Path) -> object:
    """Load the engine as its own README does."""
    from faster_whisper import WhisperModel

    whisper = config.whisper
    return WhisperModel(
        str(directory),
        device="cpu",
        compute_type=whisper.compute_type.value,
        cpu_threads=whisper.threads,
        local_files_only=True,
    )


def hear_bare(model: object, config: TranscriptionConfig, audio: Path) -> Spent:
    """Hear both channels with nothing but the engine's own loop."""
    from faster_whisper import WhisperModel, decode_audio

    assert isinstance(model, WhisperModel)
    voice = config.voice
    wall, cpu = perf_counter(), process_time()
    for channel in decode_audio(str(audio), split_stereo=True):
        segments, _ = model.transcribe(
            channel,
            language="zh",
            beam_size=config.whisper.beam,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=True,
            vad_parameters={
                "threshold": voice.threshold,
                "min_silence_duration_ms": voice.min_silence_ms,
                "speech_pad_ms": voice.pad_ms,
            },
        )
        for _ in segments:
            pass
    return Spent(perf_counter() - wall, process_time() - cpu)


def hear_ours(recogniser: Recogniser, audio: Path) -> tuple[Spent, float]:
    """Hear it as a worker does; returns also the recording's length."""
    pid = recogniser.pid
    assert pid is not None
    wall, cpu, child = perf_counter(), process_time(), cpu_seconds([pid])
    transcript = recogniser.transcribe(audio)
    spent = Spent(perf_counter() - wall, process_time() - cpu + cpu_seconds([pid]) - child)
    return spent, transcript.audio_seconds


def main() -> int:
    """Measure, print a table and a JSON line; exit 1 over the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("calls", type=Path, nargs="*", help="recordings; those of the tests when none is named")
    options.add_argument(
        "--models", type=Path, default=Path(os.environ.get("HOTLINE_TOOLS", ROOT / ".tools")) / "models"
    )
    given = options.parse_args()
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", HF_HUB_OFFLINE="1")
    config = TranscriptionConfig()
    calls = given.calls or sorted((ROOT / "tests" / "data" / "calls").glob("*.wav"))
    model = bare_model(config, given.models / config.whisper.model)
    ours, bare, seconds = [], [], 0.0
    with Recogniser(config, given.models) as recogniser:
        began = perf_counter()
        recogniser.ready()
        load = perf_counter() - began
        print(f"{'call':12} {'s':>6} {'bare CPU':>9} {'ours CPU':>9} {'ratio':>6} {'bare wall':>10} {'ours wall':>10}")
        for audio in calls:
            bare.append(hear_bare(model, config, audio))
            spent, length = hear_ours(recogniser, audio)
            ours.append(spent)
            seconds += length
            print(
                f"{audio.stem:12} {length:6.1f} {bare[-1].cpu:9.2f} {spent.cpu:9.2f} {spent.cpu / bare[-1].cpu:6.2f}"
                f" {bare[-1].wall:10.2f} {spent.wall:10.2f}"
            )
        memory = recogniser.memory / 1e6
    cpu, bare_cpu = sum(each.cpu for each in ours), sum(each.cpu for each in bare)
    wall, bare_wall = sum(each.wall for each in ours), sum(each.wall for each in bare)
    ratio = cpu / bare_cpu
    print(
        f"ours is {ratio:.2f} x the bare loop (bar {BAR}); {seconds / cpu:.1f} call seconds a second of processor time"
    )
    print(f"child: {memory:.0f} MB at most, model loaded in {load:.1f} s; {machine()}")
    print(
        json.dumps(
            {
                "bench": "transcription",
                "ratio": round(ratio, 3),
                "wall_ratio": round(wall / bare_wall, 3),
                "bar": BAR,
                "passed": ratio <= BAR,
                "calls": len(calls),
                "real_time_factor": round(cpu / seconds, 4),
                "bare_real_time_factor": round(bare_cpu / seconds, 4),
                "memory_mb": round(memory),
                "machine": machine(),
            }
        )
    )
    return 0 if ratio <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
