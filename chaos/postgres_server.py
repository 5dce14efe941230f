"""A PostgreSQL of one's own for a test: the distribution's programs, a fresh cluster, a Unix socket and no port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest version first, None where there are none."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin_: _version(bin_.parent.name))
    on_path = shutil.which("initdb")
    for folder in [*reversed(versions), *([Path(on_path).parent] if on_path else [])]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def _version(name: str) -> int:
    return int(name) if name.isdigit() else 0


class PostgresServer:
    """Started by `start`, ended by `stop`; never as root, which PostgreSQL refuses."""

    def __init__(self, bin_: Path) -> None:
        self._bin = bin_
        self._folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        self._account = _account()
        if self._account is not None:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)

    def start(self) -> None:
        self._run(
            "initdb", "-D", self._data, "-U", "hotline", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"
        )
        self._go("-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        try:
            self._go("-m", "immediate", "stop")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def halt(self) -> None:
        """Stop the server and keep the cluster, as a power cut would."""
        self._go("-m", "immediate", "stop")

    def resume(self) -> None:
        self._go("-l", str(self._folder / "log"), "start")

    def configure(self, name: str, value: str) -> None:
        """Set a server parameter for every session, those that are open included."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text("SET default_transaction_read_only = off"))
                connection.execute(text(f"ALTER SYSTEM SET {name} = '{value}'"))
                connection.execute(text("SELECT pg_reload_conf()"))
        finally:
            engine.dispose()

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://hotline@/{database}?host={self._folder}"

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _go(self, *what: str) -> None:
        settings = (
            f"-k {self._folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=80"
        )
        self._run("pg_ctl", "-D", self._data, "-o", settings, "-w", "-t", "30", *what)

    def _run(self, program: str, *arguments: str) -> None:
        account = self._account
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
        )
        if done.returncode:
            log = self._folder / "log"
            raise RuntimeError(f"{program}: {done.stderr} {log.read_text() if log.exists() else ''}")


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("running as root, and there is neither a user postgres nor nobody to run PostgreSQL as")


def make_database(server: PostgresServer, name: str, template: str = "template1") -> None:
    engine = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
