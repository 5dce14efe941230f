"""The keys on disk: two small files that their owner alone may read. Text in, values out; no key is ever shown.

`data.txt` is what the standard `age` tool calls an identity file: one secret a line, the newest last; `age -d -i
data.txt FILE` opens anything that was sealed, should nothing else be left. `audit.txt` holds the keys of the audit's
chain, `name secret` a line, the newest last.
"""

import os
import secrets
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog
from pyrage import IdentityError, x25519

DATA = "data.txt"
AUDIT = "audit.txt"
_CREATED = "# created: "
_NAME = 8
_AUDIT_BYTES = 32
log = structlog.get_logger()


class KeysUnusable(Exception):
    """The keys are missing, cannot be read or cannot be trusted; the message says what and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """One key that data is sealed with; whoever only seals needs `public` alone."""

    identity: x25519.Identity = field(repr=False)
    public: str
    made: datetime

    @property
    def name(self) -> str:
        """Return the name that stands with what was sealed: the end of the public half."""
        return self.public[-_NAME:]


@dataclass(frozen=True, slots=True)
class AuditKey:
    """One key of the audit's chain."""

    name: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Every key there is. The last of each kind is the one in use; the others still open and check what is older."""

    data: tuple[DataKey, ...]
    audit: tuple[AuditKey, ...]

    @property
    def current(self) -> DataKey:
        """Return the key that is sealed with."""
        return self.data[-1]

    def holds(self, name: str) -> bool:
        """Tell whether there is a data key of this name."""
        return any(key.name == name for key in self.data)

    def audit_key(self, name: str) -> AuditKey | None:
        """Return the chain's key of this name."""
        return next((key for key in self.audit if key.name == name), None)


def new_data_key(now: datetime) -> DataKey:
    """Return a fresh key."""
    identity = x25519.Identity.generate()
    return DataKey(identity, str(identity.to_public()), now.replace(microsecond=0))


def new_audit_key() -> AuditKey:
    """Return a fresh key of the chain."""
    return AuditKey(secrets.token_hex(_NAME // 2), secrets.token_bytes(_AUDIT_BYTES))


def data_text(keys: tuple[DataKey, ...]) -> str:
    """Return data.txt."""
    return "".join(f"{_CREATED}{key.made.isoformat()}\n# public key: {key.public}\n{key.identity}\n" for key in keys)


def audit_text(keys: tuple[AuditKey, ...]) -> str:
    """Return audit.txt."""
    return "".join(f"{key.name} {key.secret.hex()}\n" for key in keys)


def read_data(file: Path) -> tuple[DataKey, ...]:
    """Return the keys of data.txt; raises KeysUnusable. A key made by `age-keygen` is welcome."""
    found, made = [], datetime.fromtimestamp(0, UTC)
    for number, line in enumerate(_lines(file), 1):
        if line.startswith(_CREATED):
            made = _moment(line.removeprefix(_CREATED)) or made
        elif line and not line.startswith("#"):
            try:
                identity = x25519.Identity.from_str(line)
            except IdentityError:
                raise KeysUnusable(f"{file}:{number}: 不是 age 密钥; 请从备份恢复这个文件") from None
            found.append(DataKey(identity, str(identity.to_public()), made))
    if not found:
        raise KeysUnusable(f"{file}: 里面没有密钥; 请从备份恢复这个文件")
    return tuple(found)


def read_audit(file: Path) -> tuple[AuditKey, ...]:
    """Return the keys of audit.txt; raises KeysUnusable."""
    found = []
    for number, line in enumerate(_lines(file), 1):
        if not line or line.startswith("#"):
            continue
        name, _, secret = line.partition(" ")
        try:
            key = AuditKey(name, bytes.fromhex(secret))
        except ValueError:
            raise KeysUnusable(f"{file}:{number}: 不是审计密钥; 请从备份恢复这个文件") from None
        if not name or len(key.secret) < _AUDIT_BYTES:
            raise KeysUnusable(f"{file}:{number}: 不是审计密钥; 请从备份恢复这个文件")
        found.append(key)
    if not found:
        raise KeysUnusable(f"{file}: 里面没有密钥; 请从备份恢复这个文件")
    return tuple(found)


def loose(file: Path) -> str | None:
    """Return in Chinese what is wrong with who may read a key file, None where nothing is."""
    state = file.lstat()
    if stat.S_ISLNK(state.st_mode):
        return "是一个链接, 不敢使用"
    if state.st_uid != os.geteuid():
        return f"属于另一个用户 (uid {state.st_uid}), 不敢使用"
    return f"别人也能读 (权限 {state.st_mode & 0o777:o})" if state.st_mode & 0o077 else None


def guard(file: Path) -> None:
    """Refuse a key file that is not ours; put loose permissions right and say so. Raises KeysUnusable."""
    wrong = loose(file)
    if wrong is None:
        return
    if file.is_symlink() or file.lstat().st_uid != os.geteuid():
        raise KeysUnusable(f"{file}: {wrong}")
    file.chmod(0o600)
    log.warning("key file was readable by others, repaired; consider `hotline keys rotate`", file=str(file))


def write(file: Path, text: str, *, replace: bool) -> bool:
    """Write a key file whole or not at all; False where it is there already and is not to be replaced."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            beside.replace(file)
        else:
            os.link(beside, file)
        _sync(file.parent)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True


def _lines(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text(encoding="ascii").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是文本"
        raise KeysUnusable(f"{file}: 读不出来 ({reason}); 请从备份恢复这个文件") from None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
