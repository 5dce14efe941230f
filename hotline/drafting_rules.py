"""Drafting's rules and the gazetteer read from the configuration folder, every fault said as file:line."""

from dataclasses import fields
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cases.drafting import Rules
from cases.fields.experience import Experience
from cases.gazetteer import Place, PlaceKind, check_places, read_places
from cases.rules import DraftingConfig
from cases.rules_check import check
from domain.problem import Problem
from hotline.checked import ConfigurationError, Document, read

EXPERIENCE = "experience.json"
"""The file in the learned folder that holds the words of each category."""


def read_rules(config: FilePath) -> Rules:
    """Return the compiled rules of `config`/drafting/*.yaml and `config`/gazetteer/*.csv; raises ConfigurationError."""
    places = read_gazetteer(config / "gazetteer")
    return Rules.of(read_drafting(config / "drafting", places), places)


def read_drafting(folder: FilePath, places: list[Place], learned: FilePath | None = None) -> DraftingConfig:
    """Return the checked configuration of a drafting folder: one file for each field of DraftingConfig.

    A file of that name in `learned` goes before the folder's own.
    """
    documents: dict[str, Document] = {}
    built: dict[str, Any] = {}
    faults: list[str] = []
    for part in fields(DraftingConfig):
        try:
            own, learnt = folder / f"{part.name}.yaml", learned and learned / f"{part.name}.yaml"
            documents[part.name] = read(learnt if learnt and learnt.is_file() else own)
            kind: Any = part.type
            built[part.name] = documents[part.name].build(kind)
        except ConfigurationError as error:
            faults += error.faults
    if faults:
        raise ConfigurationError(faults)
    config = DraftingConfig(**built)
    areas = frozenset(place.name for place in places if place.kind is PlaceKind.AREA)
    faults = [
        documents[str(problem.path[0])].fault(Problem(problem.path[1:], problem.message))
        for problem in check(config, areas)
    ]
    if faults:
        raise ConfigurationError(faults)
    return config


def read_experience(learned: FilePath) -> Experience | None:
    """Return what `hotline learn` wrote of the words of each category, None where it wrote nothing."""
    file = learned / EXPERIENCE
    try:
        return TypeAdapter(Experience).validate_json(file.read_bytes()) if file.exists() else None
    except (OSError, ValidationError):
        raise ConfigurationError([f"{file}:1: 读不出来, 或不是 hotline learn 写的; 可以删除它"]) from None


def read_gazetteer(folder: FilePath) -> list[Place]:
    """Return the places of every CSV file in a folder; raises ConfigurationError."""
    places, faults = scan_gazetteer(folder)
    if faults:
        raise ConfigurationError(faults)
    return places


def scan_gazetteer(folder: FilePath) -> tuple[list[Place], list[str]]:
    """Return the sound rows of every CSV file in a folder, and the faults of the others as file:line."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        return [], [f"{folder}:1: 没有地名文件(*.csv)"]
    places: list[Place] = []
    stands: list[str] = []
    faults: list[str] = []
    for file in files:
        try:
            found, wrong = read_places(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            faults.append(f"{file}:1: 不是 UTF-8 编码(第 {error.start} 字节); 在 Excel 里请另存为“CSV UTF-8”")
            continue
        except OSError as error:
            faults.append(f"{file}:1: 读不出来: {error.strerror}")
            continue
        places += [place for _, place in found]
        stands += [f"{file}:{line}" for line, _ in found]
        faults += [f"{file}:{line}: {message}" for line, message in wrong]
    odd = check_places(places)
    faults += [f"{stands[index]}: {message}" for index, message in odd]
    left_out = {index for index, _ in odd}
    return [place for index, place in enumerate(places) if index not in left_out], faults
