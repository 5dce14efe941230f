"""The shipped routing configuration, and a citizen's call."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.call import Call
from hotline.checked import read
from routing.config import RoutingConfig


@pytest.fixture(scope="session")
def shipped() -> RoutingConfig:
    return read(Path(__file__).parents[3] / "config" / "routing.yaml").build(RoutingConfig)


@pytest.fixture
def call() -> Call:
    return Call("heze1-1764000000.1", "13853067219", "12345", datetime(2026, 10, 1, 12, tzinfo=UTC))
