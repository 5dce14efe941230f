"""The shipped configuration."""

import pytest
from shipped_config import Shipped


@pytest.fixture(scope="session")
def shipped() -> Shipped:
    return Shipped.read()
