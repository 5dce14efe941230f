"""Configuration faults name file, line and key, all at once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.problem import Problem
from domain.record import STRICT
from hotline.checked import ConfigurationError, parse, read


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Chair:
    colour: Colour
    legs: Annotated[int, Field(ge=1, le=8)] = 4
    name: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")] = "chair"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Room:
    chairs: dict[str, Chair]
    names: tuple[str, ...] = Field(default_factory=tuple)


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as raised:
        parse(text, Path("room.yaml")).build(Room)
    return raised.value.faults


def test_good_text_becomes_the_value() -> None:
    room = parse("chairs:\n  a: {colour: red}\nnames: [x, y]\n", Path("room.yaml")).build(Room)
    assert room == Room(chairs={"a": Chair(colour=Colour.RED)}, names=("x", "y"))


def test_an_unknown_key_names_its_line_and_the_key_that_was_meant() -> None:
    (fault,) = faults("chairs:\n  a:\n    colour: red\n    leg: 3\n")
    assert fault.startswith("room.yaml:4: chairs.a.leg: 不认识的键")
    assert "legs" in fault


def test_a_wrong_type_names_its_line() -> None:
    (fault,) = faults("chairs:\n  a:\n    colour: red\n    legs: many\n")
    assert fault == "room.yaml:4: chairs.a.legs: 应为整数"


def test_a_word_outside_an_enumeration_lists_the_words_that_exist() -> None:
    (fault,) = faults("chairs:\n  a: {colour: green}\n")
    assert fault.startswith("room.yaml:2: chairs.a.colour: ")
    assert "red" in fault
    assert "blue" in fault


def test_a_number_outside_its_limits_and_a_name_of_the_wrong_form_say_what_is_right() -> None:
    few, many, name = faults(
        "chairs:\n  a: {colour: red, legs: 0}\n  b: {colour: red, legs: 9}\n  c: {colour: red, name: X1}\n"
    )
    assert few == "room.yaml:2: chairs.a.legs: 不能是 0; 应不小于 1"
    assert many == "room.yaml:3: chairs.b.legs: 不能是 9; 应不大于 8"
    assert name == "room.yaml:4: chairs.c.name: 不能是 'X1'; 写法不符, 应符合 ^[a-z]+$"


def test_a_missing_key_is_said_at_the_line_of_its_parent() -> None:
    (fault,) = faults("chairs:\n\n  a:\n    legs: 3\n")
    assert fault == "room.yaml:3: chairs.a.colour: 缺少这一项"


def test_every_fault_is_told_at_once() -> None:
    assert len(faults("chairs:\n  a: {colour: red, leg: 1}\n  b: {legs: x}\nnames: 3\n")) == 4


def test_a_key_written_twice_is_a_fault() -> None:
    (fault,) = faults("chairs: {}\nchairs: {}\n")
    assert fault == "room.yaml:2: chairs: 这个键写了两次"


def test_broken_yaml_names_its_line() -> None:
    (fault,) = faults("chairs: {}\nnames: [a\n")
    assert fault.startswith("room.yaml:3: YAML 写法有误")


def test_a_check_of_ours_is_told_by_line_as_well() -> None:
    document = parse("chairs:\n  a: {colour: red}\n", Path("room.yaml"))
    assert document.fault(Problem(("chairs", "a", "colour"), "太红")) == "room.yaml:2: chairs.a.colour: 太红"
    with pytest.raises(ConfigurationError, match="太红"):
        document.require([Problem(("chairs", "a"), "太红")])


def test_an_absent_file_and_a_file_that_is_not_utf8_are_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="找不到"):
        read(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("名: 值".encode("gbk"))
    with pytest.raises(ConfigurationError, match="UTF-8"):
        read(tmp_path / "gbk.yaml")


def test_a_tab_and_a_colon_too_many_are_explained_in_chinese() -> None:
    for text, said in (("a:\n\tb: 1\n", "制表符"), ("a: b: c\n", "不能有冒号")):
        with pytest.raises(ConfigurationError) as caught:
            parse(text, Path("some.yaml"))
        assert said in str(caught.value)
