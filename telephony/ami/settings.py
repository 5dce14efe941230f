"""The `ami:` section of config/telephony.yaml: where Asterisk's manager listens, and how long anything may take."""

from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.record import STRICT

Seconds = Annotated[float, Field(gt=0, le=600)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AmiSettings:
    """Limits of the AMI link; all times in seconds. The password comes from var/secrets.yaml.

    `silence` bounds connecting, and how long Asterisk may say nothing before the connection counts as dead; `ping`,
    shorter, makes it say something. `answer` bounds one action, a whole list included. `retry` is the wait before a
    first connection is tried again, doubled each time up to `retry_most`.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 5038
    user: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")] = "hotline"
    silence: Seconds = 3.0
    ping: Annotated[float, Field(gt=0, le=60)] = 0.5
    answer: Seconds = 5.0
    retry: Seconds = 0.25
    retry_most: Seconds = 5.0
