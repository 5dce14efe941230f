"""The prompts as config/prompts.yaml states them: every text that is spoken, and how it is to be read."""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from domain.problem import Problem
from domain.record import STRICT
from ivr.tree import Name


class One(StrEnum):
    """How a 1 among digits is read: 幺 or 一; the value names the recorded piece."""

    YAO = "yao"
    YI = "d1"


_ONES = {"幺": One.YAO, "一": One.YI}


def _one(value: object) -> object:
    if isinstance(value, str) and value in _ONES:
        return _ONES[value]
    raise ValueError("数字里的 1 只能读作 幺 或 一")


Speed = Annotated[float, Field(ge=0.5, le=2.0)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Prompt:
    """One text; `voice` and `speed` overrule the defaults."""

    text: str
    voice: str | None = None
    speed: Speed | None = None


def _prompt(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Prompts:
    """The whole of config/prompts.yaml.

    `studio` is a folder of a city's own recordings that win over the shipped ones, relative to the configuration.
    """

    voice: str
    speed: Speed = 1.0
    one: Annotated[One, BeforeValidator(_one)] = One.YAO
    studio: str | None = None
    prompts: dict[Name, Annotated[Prompt, BeforeValidator(_prompt)]]

    def voice_of(self, name: str) -> str:
        """Return the voice that reads a prompt."""
        return self.prompts[name].voice or self.voice

    def speed_of(self, name: str) -> float:
        """Return how fast a prompt is read, 1.0 being the voice's own pace."""
        return self.prompts[name].speed or self.speed


def check(prompts: Prompts, needed: Collection[str], recorded: Collection[str]) -> list[Problem]:
    """Say which prompts that something speaks with are missing, empty or without audio (`recorded`: names with a file)."""
    found = [Problem(("prompts",), f"缺少提示音 {name}") for name in needed if name not in prompts.prompts]
    for name, prompt in prompts.prompts.items():
        if not prompt.text.strip():
            found.append(Problem(("prompts", name), "文字是空的"))
        elif name not in recorded:
            found.append(Problem(("prompts", name), "没有录音文件; 请运行 hotline prompts render, 或放入录音"))
    return found
