"""The prompts as config/prompts.yaml states them: every text that is spoken, and how it is to be read."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from domain.record import STRICT
from ivr.reading import One, aloud
from ivr.tones import Tone
from ivr.tree import Name

Speed = Annotated[float, Field(ge=0.5, le=2.0)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Prompt:
    """One text; `voice` and `speed` overrule the defaults; `pause` seconds of silence follow it."""

    text: str
    voice: str | None = None
    speed: Speed | None = None
    pause: Annotated[float, Field(ge=0, le=30)] = 0.0


def _prompt(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Prompts:
    """The whole of config/prompts.yaml.

    `studio` is a folder of a city's own recordings that win over the shipped ones, relative to the configuration;
    `readings` are names in pinyin that the dictionary reads wrongly; `tones` are sounds made without a text.
    """

    voice: str
    speed: Speed = 1.0
    one: One = One.YAO
    studio: str | None = None
    readings: dict[str, str] = Field(default_factory=dict)
    tones: dict[Name, Tone] = Field(default_factory=dict)
    prompts: dict[Name, Annotated[Prompt, BeforeValidator(_prompt)]]

    def voice_of(self, name: str) -> str:
        """Return the voice that reads a prompt."""
        return self.prompts[name].voice or self.voice

    def speed_of(self, name: str) -> float:
        """Return how fast a prompt is read, 1.0 being the voice's own pace."""
        return self.prompts[name].speed or self.speed

    def reading(self, name: str) -> str:
        """Return a prompt's text as it is read aloud."""
        return aloud(self.prompts[name].text, self.one)

    def names(self) -> frozenset[str]:
        """Return every name that can be played."""
        return frozenset((*self.prompts, *self.tones))
