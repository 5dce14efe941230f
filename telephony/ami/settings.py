"""The `ami:` section of config/telephony.yaml: where Asterisk's manager interface listens."""

from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.record import STRICT


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AmiSettings:
    """Where AMI listens, on loopback, and as whom we log in; the password is generated (secrets.yaml)."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 5038
    user: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,30}$")] = "hotline"
