"""What config/store.yaml says: where the database is, and how long anything may wait for it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from domain.problem import Problem
from domain.record import STRICT
from store.protection import ANCHORS, Protection
from vault.vault import MARK, Vault

Seconds = Annotated[float, Field(gt=0, le=86400)]
Count = Annotated[int, Field(ge=1, le=1000)]
HOME = "HOME"
CREDENTIALS = "CREDENTIALS"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class JobSettings:
    """How transcription jobs are tried, given up, and found again when their worker died.

    `failures` errors or `attempts` beginnings (a killed worker's count) give a recording up; the wait after a failure
    is `retry_seconds`, doubled each time. An executor silent for `dead_after_seconds` loses its jobs to the others.
    """

    failures: Count = 3
    attempts: Count = 10
    retry_seconds: Seconds = 30
    poll_seconds: Annotated[float, Field(ge=0.05, le=60)] = 0.5
    heartbeat_seconds: Seconds = 10
    dead_after_seconds: Seconds = 60
    sweep_seconds: Seconds = 60
    keep_finished_hours: Annotated[float, Field(gt=0)] = 168
    hopeless_seconds: Seconds = 120
    stop_seconds: Annotated[int, Field(ge=1, le=600)] = 5


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class StoreSettings:
    """The whole of config/store.yaml. HOME in `url` and `keys` stands for the data directory.

    `keys` is the folder of the keys; CREDENTIALS stands for the one in which systemd lays a unit's credentials.
    """

    url: str = "sqlite:///HOME/hotline.db"
    keys: str = "HOME/keys"
    pool: Count = 5
    pool_seconds: Seconds = 10
    connect_seconds: Annotated[int, Field(ge=1, le=60)] = 5
    busy_seconds: Seconds = 5
    statement_seconds: Seconds = 30
    jobs: JobSettings = Field(default_factory=JobSettings)


def database_url(settings: StoreSettings, home: Path) -> URL:
    """Return the database's address with HOME filled in; a bare postgresql:// means the psycopg 3 driver."""
    url = make_url(settings.url)
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.database and url.database.split("/")[0] == HOME:
        return url.set(database=str(home.resolve().joinpath(*url.database.split("/")[1:])))
    return url


def protection(settings: StoreSettings, home: Path, environ: Mapping[str, str] = os.environ) -> Protection:
    """Return the keys' vault and where the audit's anchors lie; nothing is read or made yet."""
    first, *rest = Path(settings.keys).parts
    if first == CREDENTIALS:
        given = Path(environ.get("CREDENTIALS_DIRECTORY") or home / "no-credentials").joinpath(*rest)
        return Protection(Vault(given, home / MARK, lent=True), home / ANCHORS)
    folder = home.resolve().joinpath(*rest) if first == HOME else Path(settings.keys)
    return Protection(Vault(folder, home / MARK), home / ANCHORS)


def check(settings: StoreSettings) -> list[Problem]:
    """Return every fault that the types alone do not show."""
    return [*_check_url(settings.url), *_check_keys(settings.keys), *_check_jobs(settings.jobs)]


def _check_keys(text: str) -> list[Problem]:
    path = Path(text)
    if not path.parts or ".." in path.parts or not (path.is_absolute() or path.parts[0] in (HOME, CREDENTIALS)):
        return [Problem(("keys",), "应为密钥文件夹: HOME/keys、绝对路径, 或 CREDENTIALS (systemd 的 LoadCredential)")]
    return []


def _check_url(text: str) -> list[Problem]:
    try:
        url = make_url(text)
    except ArgumentError:
        return [
            Problem(
                ("url",), "不是数据库地址; 例如 sqlite:///HOME/hotline.db 或 postgresql://hotline@localhost/hotline"
            )
        ]
    if url.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        return [Problem(("url",), f"不支持 {url.drivername}; 只能是 sqlite 或 postgresql")]
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        return [Problem(("url",), "SQLite 必须写文件路径: 各进程要共用这个数据库")]
    if url.drivername != "sqlite" and not url.database:
        return [Problem(("url",), "缺少数据库名; 例如 postgresql://hotline@localhost/hotline")]
    return []


def _check_jobs(jobs: JobSettings) -> list[Problem]:
    found = []
    if jobs.dead_after_seconds < 3 * jobs.heartbeat_seconds:
        found.append(
            Problem(("jobs", "dead_after_seconds"), "应不少于 heartbeat_seconds 的 3 倍, 否则慢一点的进程会被当成已死")
        )
    if jobs.attempts < jobs.failures:
        found.append(Problem(("jobs", "attempts"), "不能小于 failures"))
    return found
