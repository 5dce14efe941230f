"""The whole configuration, checked at once before anything starts."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

import ivr.check
import routing.check
import routing.nuisance
import store.settings
import telephony.asterisk.certificate
import telephony.asterisk.render
import telephony.asterisk.settings
import telephony.asterisk.sounds
import telephony.recordings.settings
import transcription.settings
from cases.drafting import Rules
from cases.fields.experience import Experience
from cases.gazetteer import Place
from cases.rules import DraftingConfig
from domain.problem import Problem
from hotline.checked import ConfigurationError, Document, read
from hotline.drafting_rules import read_drafting, read_experience, scan_gazetteer
from hotline.operations import OperationsSettings
from hotline.operations import check as check_operations
from hotline.places import Places
from ivr.prompts import Prompts
from ivr.tree import Tree
from routing.config import RoutingConfig
from routing.nuisance import NuisanceRules
from store.settings import StoreSettings
from telephony.asterisk.settings import TelephonySettings
from telephony.recordings.settings import RecordingSettings
from transcription.settings import TranscriptionConfig

T = TypeVar("T")

OVERRIDES = "HOTLINE_SET"
"""Environment variable: `telephony.sip.port=15060 store.url=sqlite:////tmp/x.db`, for tests and for a second hotline on
one machine. The first word is the file's name, values are YAML."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every configuration file as its checked value."""

    places: Places
    telephony: TelephonySettings
    tree: Tree
    prompts: Prompts
    routing: RoutingConfig
    nuisance: NuisanceRules
    recordings: RecordingSettings
    store: StoreSettings
    transcription: TranscriptionConfig
    drafting: DraftingConfig
    gazetteer: tuple[Place, ...]
    operations: OperationsSettings
    experience: Experience | None = None

    def rules(self) -> Rules:
        """Compile everything that drafting is told."""
        return Rules.of(self.drafting, self.gazetteer, self.experience)


@dataclass(frozen=True, slots=True)
class _File(Generic[T]):
    document: Document
    value: T


@dataclass(slots=True)
class _Reader:
    """Reads file after file and remembers every fault, so that all are told at once."""

    folder: Path
    overrides: tuple[tuple[tuple[str, ...], object], ...]
    faults: list[str] = field(default_factory=list)

    def file(self, name: str, kind: type[T]) -> _File[T] | None:
        """Return a file as its value, None where it has faults."""
        try:
            document = read(self.folder / f"{name}.yaml")
            for path, value in self.overrides:
                if path[0] == name:
                    document = document.put(path[1:], value)
            return _File(document, document.build(kind))
        except ConfigurationError as error:
            self.faults.extend(error.faults)
            return None

    def part(self, made: Callable[[], T]) -> T | None:
        """Return what `made` returns, None where it finds faults."""
        try:
            return made()
        except ConfigurationError as error:
            self.faults.extend(error.faults)
            return None

    def hold(self, file: _File[Any], problems: Iterable[Problem]) -> None:
        """Remember what a check found in a file."""
        self.faults.extend(file.document.fault(problem) for problem in problems)

    def stop_at_faults(self) -> None:
        """Raise ConfigurationError with all that was remembered, if anything was."""
        if self.faults:
            raise ConfigurationError(self.faults)


def load(places: Places, environ: Mapping[str, str] = os.environ, *, forgive_gazetteer: bool = False) -> Settings:
    """Read and check everything below `places.config`; raises ConfigurationError with every fault of every file.

    `forgive_gazetteer` does without the faulty rows of the gazetteer, which is edited while the hotline runs.
    """
    reader = _Reader(places.config, tuple(_overrides(environ.get(OVERRIDES, ""))))
    wire = reader.file("telephony", TelephonySettings)
    tree = reader.file("ivr", Tree)
    prompts = reader.file("prompts", Prompts)
    routes = reader.file("routing", RoutingConfig)
    nuisance = reader.file("nuisance", NuisanceRules)
    recordings = reader.file("recordings", RecordingSettings)
    database = reader.file("store", StoreSettings)
    speech = reader.file("transcription", TranscriptionConfig)
    operations = reader.file("operations", OperationsSettings)
    gazetteer, wrong = scan_gazetteer(places.config / "gazetteer")
    reader.faults.extend(() if forgive_gazetteer and gazetteer else wrong)
    drafting = reader.part(lambda: read_drafting(places.config / "drafting", gazetteer, places.learned))
    experience = reader.part(lambda: read_experience(places.learned))
    if not (
        wire
        and tree
        and prompts
        and routes
        and nuisance
        and recordings
        and database
        and speech
        and gazetteer
        and drafting
    ):
        raise ConfigurationError(reader.faults)
    if not operations:
        raise ConfigurationError(reader.faults)
    reader.stop_at_faults()

    given = prompts.value.names()
    reader.hold(wire, telephony.asterisk.settings.check(wire.value))
    reader.hold(wire, telephony.asterisk.certificate.check(wire.value.sip, datetime.now(UTC)))
    reader.hold(tree, ivr.check.check(tree.value, given, routes.value.queues))
    reader.hold(prompts, ivr.check.check_prompts(prompts.value, sound_folders(places, prompts.value)))
    notice = wire.value.asterisk.notice
    reader.hold(prompts, telephony.asterisk.sounds.check(notice, given))
    reader.hold(routes, routing.check.check(routes.value, given))
    for problem in telephony.asterisk.render.check(routes.value, wire.value):
        reader.hold(wire if problem.path[0] == "sip" else routes, [problem])
    reader.hold(nuisance, routing.nuisance.check(nuisance.value, given))
    reader.hold(recordings, telephony.recordings.settings.check(recordings.value))
    reader.hold(database, store.settings.check(database.value))
    reader.hold(speech, transcription.settings.check(speech.value))
    heartbeat = database.value.jobs.heartbeat_seconds
    reader.hold(operations, check_operations(operations.value, heartbeat))
    reader.stop_at_faults()
    return Settings(
        places=places,
        telephony=wire.value,
        tree=tree.value,
        prompts=prompts.value,
        routing=routes.value,
        nuisance=nuisance.value,
        recordings=recordings.value,
        store=database.value,
        transcription=speech.value,
        drafting=drafting,
        gazetteer=tuple(gazetteer),
        operations=operations.value,
        experience=experience,
    )


def sound_folders(places: Places, prompts: Prompts) -> tuple[Path, ...]:
    """Return where prompts are looked for; a city's own recordings come last and win."""
    shipped = places.config / "prompts"
    return (shipped, places.config / prompts.studio) if prompts.studio else (shipped,)


def _overrides(text: str) -> Iterator[tuple[tuple[str, ...], object]]:
    for word in text.split():
        path, equals, value = word.partition("=")
        if not equals or path.count(".") < 1:
            raise ConfigurationError([f"{OVERRIDES}:1: {word}: 应写成 文件.键=值, 例如 telephony.sip.port=15060"])
        yield tuple(path.split(".")), yaml.safe_load(value)
