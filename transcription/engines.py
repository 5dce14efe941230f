"""The engine that the configuration names, with its model; its library is imported only here and only then."""

from pathlib import Path

from transcription.engine import Engine
from transcription.settings import EngineName, TranscriptionConfig
from transcription.vosk_model import check_directory as vosk_folder
from transcription.whisper import check_directory as whisper_folder


def model_directory(config: TranscriptionConfig, models: Path) -> Path:
    """Return where the chosen model lies: a name is a folder of `models`, an absolute path is itself."""
    return models / config.model


def check_model(config: TranscriptionConfig, models: Path) -> None:
    """Raise ModelError, with what to do, where the chosen model's folder will not do; nothing is loaded."""
    check = whisper_folder if config.engine is EngineName.WHISPER else vosk_folder
    check(model_directory(config, models), config.model)


def build(config: TranscriptionConfig, models: Path) -> Engine:
    """Load the model and return the engine; raises ModelError with an explanation in Chinese."""
    directory = model_directory(config, models)
    if config.engine is EngineName.WHISPER:
        from transcription.whisper import WhisperEngine

        return WhisperEngine(directory, config.whisper)
    from transcription.vosk import VoskEngine

    return VoskEngine(directory, config.vosk)
