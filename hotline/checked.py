"""YAML read whole, with every fault said as file:line:key in Chinese, before anything starts."""

import copy
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar, get_args

import yaml
from pydantic import TypeAdapter, ValidationError

from domain.problem import Path, Problem

T = TypeVar("T")

_SAID = {
    "missing": "缺少这一项",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "string_type": "应为文字(数字请加引号)",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "dict_type": "应为“键: 值”的映射",
    "dataclass_type": "应为“键: 值”的映射",
    "none_required": "应留空",
    "dataclass_exact_type": "应为“键: 值”的映射",
    "mapping_type": "应为“键: 值”的映射",
    "too_short": "太少",
    "too_long": "太多",
}


_LIMITS = {
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "string_pattern_mismatch": "写法不符, 应符合 {pattern}",
    "string_too_long": "太长, 最多 {max_length} 个字",
    "string_too_short": "太短, 至少 {min_length} 个字",
}


class ConfigurationError(Exception):
    """The configuration has faults; nothing was started. `faults` holds a line for each: file:line: key: what."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its plain values, and the line on which each stands."""

    file: FilePath
    value: Any
    lines: dict[Path, int]

    def fault(self, problem: Problem) -> str:
        """Return a problem as file:line: key: message; the line is that of the deepest part of the path that exists."""
        path = problem.path
        while path and path not in self.lines:
            path = path[:-1]
        key = ".".join(str(step) for step in problem.path) or "(整个文件)"
        return f"{self.file}:{self.lines.get(path, 1)}: {key}: {problem.message}"

    def put(self, path: Path, value: Any) -> "Document":
        """Return the document with one value replaced (from the environment, for ports of a test or a demo)."""
        plain = copy.deepcopy(self.value)
        inner = plain
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        inner[path[-1]] = value
        return Document(self.file, plain, self.lines)

    def build(self, kind: type[T]) -> T:
        """Return the document as a configuration value; raises ConfigurationError with every fault at once."""
        try:
            return TypeAdapter(kind).validate_python(self.value)
        except ValidationError as error:
            raise ConfigurationError(self.fault(problem) for problem in _problems(error, kind)) from None

    def require(self, problems: Iterable[Problem]) -> None:
        """Raise ConfigurationError if a check found anything."""
        faults = [self.fault(problem) for problem in problems]
        if faults:
            raise ConfigurationError(faults)


def read(file: FilePath) -> Document:
    """Read a YAML file with positions; raises ConfigurationError where it is absent, not UTF-8 or not YAML."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError([f"{file}:1: 找不到这个文件"]) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{file}:1: 不是 UTF-8 编码(第 {error.start} 字节)"]) from None
    except OSError as error:
        raise ConfigurationError([f"{file}:1: 读不出来: {error.strerror}"]) from None
    return parse(text, file)


def parse(text: str, file: FilePath) -> Document:
    """Parse YAML text that is said to come from `file`."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError([f"{file}:{line}: YAML 写法有误: {_yaml_fault(error.problem or '')}"]) from None
    except yaml.YAMLError as error:
        raise ConfigurationError([f"{file}:1: YAML 写法有误: {error}"]) from None
    lines: dict[Path, int] = {}
    faults: list[str] = []
    value = _plain(node, (), lines, faults, file) if node is not None else {}
    if faults:
        raise ConfigurationError(faults)
    return Document(file, value, lines)


_YAML_SAID = {
    "found character '\\t' that cannot start any token": "行首用了制表符(Tab), 请改用空格",
    "mapping values are not allowed here": "这里不能有冒号; 文字里有冒号请加引号",
    "could not find expected ':'": "缺少冒号",
    "found undefined alias": "星号(*)开头的文字请加引号",
    "found unexpected end of stream": "引号或括号没有闭合",
    "found unknown escape character": "双引号里的反斜杠写法不对",
    "did not find expected": "括号、引号或缩进不对",
    "expected <block end>": "缩进不对, 与上一行没有对齐",
    "expected ',' or ']'": "方括号里缺少逗号或右括号",
    "expected ',' or '}'": "花括号里缺少逗号或右括号",
    "expected the node content": "这里应有内容",
    "while scanning": "写法不完整",
}


def _yaml_fault(told: str) -> str:
    """Return what the parser complains of in Chinese; its own words where it is nothing usual."""
    return next((said for start, said in _YAML_SAID.items() if told.startswith(start)), told)


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], faults: list[str], file: FilePath) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), lines, faults, file) for i, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            faults.append(f"{file}:{node.start_mark.line + 1}: YAML 值有误: {error}")
            return None
        finally:
            loader.dispose()
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            faults.append(f"{file}:{line}: {'.'.join(map(str, (*path, key)))}: 这个键写了两次")
        lines[(*path, key)] = line
        found[key] = _plain(value_node, (*path, key), lines, faults, file)
    return found


def _problems(error: ValidationError, kind: object) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        path: Path = tuple(step for step in item["loc"] if not _is_type_name(step))
        if item["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
            yield Problem(path, f"不认识的键{_meant(path, kind)}")
        elif item["type"] in ("enum", "literal_error"):
            yield Problem(path, f"不能是 {item['input']!r}; 只能是 {_either(item.get('ctx', {}).get('expected', ''))}")
        elif item["type"] in _LIMITS:
            yield Problem(path, f"不能是 {item['input']!r}; {_LIMITS[item['type']].format(**item.get('ctx', {}))}")
        else:
            yield Problem(path, _SAID.get(item["type"], item["msg"].removeprefix("Value error, ")))


def _either(expected: str) -> str:
    """Return pydantic's list of what is possible in Chinese: 'a', 'b' or 'c' → 'a', 'b' 或 'c'."""
    return expected.replace(" or ", " 或 ")


def _is_type_name(step: str | int) -> bool:
    """Tell the steps that pydantic puts in for the member of a union it tried from those of the document."""
    return isinstance(step, str) and (step in ("str", "int", "float", "bool", "none", "[key]") or "[" in step)


def _meant(path: Path, kind: object) -> str:
    names = _field_names(path[:-1], kind)
    close = difflib.get_close_matches(str(path[-1]), names, n=1) if names else []
    if close:
        return f", 是不是 {close[0]}?"
    return f"; 这里可以有: {', '.join(names)}" if names else ""


def _field_names(path: Path, kind: object) -> list[str]:
    for step in path:
        kind = _inside(_without_none(kind), step)
    kind = _without_none(kind)
    return [field.name for field in fields(kind)] if isinstance(kind, type) and is_dataclass(kind) else []


def _inside(kind: object, step: str | int) -> object:
    """Return the type that stands at `step` of a dataclass, mapping or sequence type; None where nothing does."""
    if isinstance(kind, type) and is_dataclass(kind):
        return next((field.type for field in fields(kind) if field.name == step), None)
    members = [member for member in get_args(kind) if member is not Ellipsis]
    return members[-1] if members else None


def _without_none(kind: object) -> object:
    members = get_args(kind)
    return next((member for member in members if member is not type(None)), kind) if type(None) in members else kind
