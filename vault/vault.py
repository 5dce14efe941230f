"""Sealing and opening with the keys on disk. The format is age's (age-encryption.org/v1), the library pyrage.

Sealing needs the public half alone. What was never sealed is told by its first bytes and comes out as it is, so that
what was filed before there were keys stays readable until `hotline keys seal` has gone over it.
"""

import base64
import binascii
import hashlib
import hmac
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import pyrage

from vault.keys import (
    AUDIT,
    DATA,
    Keyring,
    KeysUnusable,
    audit_text,
    data_text,
    guard,
    new_audit_key,
    new_data_key,
    read_audit,
    read_data,
    write,
)

HEAD = 4096
"""Bytes of a sealed file that are enough to tell with which key it was sealed."""
_AGE = b"age-encryption.org/v1\n"
_TEXT = "age"
_FOREIGN = "No matching keys found"  # pyrage has one exception for everything that keeps it from opening
MARK = ".keys-made"


class SealBroken(Exception):
    """What was sealed cannot be opened: damaged, or its key is gone; the message is in Chinese."""


class Standing(StrEnum):
    """How something lies there."""

    CLEAR = "clear"
    OLD = "old"
    CURRENT = "current"


class Vault:
    """The keys of one hotline: made at the first start, read again whenever their files change.

    `mark` is a file outside `folder` that says that keys were made once: where it is there and they are not, somebody
    has to bring them back, for new ones would open nothing. `lent` keys (systemd's credentials) are somebody else's
    files: they are neither made nor guarded here. Safe to use from several threads.
    """

    def __init__(self, folder: Path, mark: Path, *, lent: bool = False) -> None:
        self.folder, self._mark, self.lent = folder, mark, lent
        self._kept: tuple[tuple[object, ...], Keyring] | None = None

    @property
    def files(self) -> tuple[Path, Path]:
        """Return where the keys lie: of the data, and of the audit."""
        return self.folder / DATA, self.folder / AUDIT

    @property
    def made(self) -> bool:
        """Tell whether there are, or ever were, keys."""
        return self._mark.exists() or all(file.exists() for file in self.files)

    def keyring(self) -> Keyring:
        """Return the keys as they are now, made if there never were any; raises KeysUnusable."""
        before, kept = self._state(), self._kept
        if kept is not None and before is not None and kept[0] == before:
            return kept[1]
        if before is None:
            self._make()
        data, audit = self.files
        if not self.lent:
            guard(data)
            guard(audit)
        state = self._state()
        found = Keyring(read_data(data), read_audit(audit))
        if state is not None:
            self._kept = (state, found)
        return found

    def add(self, now: datetime) -> Keyring:
        """Make a new key of each kind and put it last: from here on everything new is sealed with it."""
        known = self.keyring()
        self._require_own()
        data, audit = self.files
        # The audit's first: a crash in between leaves a key more of it, which harms nothing.
        write(audit, audit_text((*known.audit, new_audit_key())), replace=True)
        write(data, data_text((*known.data, new_data_key(now))), replace=True)
        return self.keyring()

    def retire(self) -> int:
        """Remove every data key but the last; returns how many. The audit's stay: they check what is written."""
        known = self.keyring()
        self._require_own()
        if len(known.data) > 1:
            write(self.folder / DATA, data_text(known.data[-1:]), replace=True)
        return len(known.data) - 1

    # Bytes and streams

    def seal(self, plain: bytes) -> bytes:
        """Return bytes sealed."""
        out = io.BytesIO()
        self.seal_stream(io.BytesIO(plain), out)
        return out.getvalue()

    def open(self, stored: bytes) -> bytes:
        """Return what was sealed; what never was comes back as it is. Raises SealBroken or KeysUnusable."""
        out = io.BytesIO()
        self.open_stream(io.BytesIO(stored), out)
        return out.getvalue()

    def seal_stream(self, plain: BinaryIO, sealed: BinaryIO) -> str:
        """Seal a stream in pieces, however long it is, and return the key's name; raises what the streams raise."""
        key = self.keyring().current
        with _Faults() as faults:
            recipient = pyrage.x25519.Recipient.from_str(key.public)
            pyrage.encrypt_io(faults.watch(plain), faults.watch(sealed), [recipient])
        return key.name

    def open_stream(self, stored: BinaryIO, plain: BinaryIO) -> None:
        """Open a stream in pieces; what was never sealed is copied. What came out counts only when this returns."""
        head = stored.read(len(_AGE))
        stored.seek(0)
        if head != _AGE:
            while piece := stored.read(1 << 20):
                plain.write(piece)
            return
        identities = [key.identity for key in reversed(self.keyring().data)]
        with _Faults() as faults:
            pyrage.decrypt_io(faults.watch(stored), faults.watch(plain), identities)

    def standing(self, head: bytes) -> Standing:
        """Tell from the first HEAD bytes of a file whether it is sealed, and with the key in use."""
        if not head.startswith(_AGE):
            return Standing.CLEAR
        try:
            pyrage.decrypt(head, [self.keyring().current.identity])
        except pyrage.DecryptError as error:
            return Standing.OLD if str(error) == _FOREIGN else Standing.CURRENT
        return Standing.CURRENT

    # Texts in a database

    def seal_text(self, plain: str) -> str:
        """Return a text as it is stored: `age:<key's name>:<base64>`."""
        out = io.BytesIO()
        name = self.seal_stream(io.BytesIO(plain.encode()), out)
        return f"{_TEXT}:{name}:{base64.b64encode(out.getvalue()).decode('ascii')}"

    def open_text(self, stored: str) -> str:
        """Return a text that was sealed; one that never was comes back as it is. Raises SealBroken or KeysUnusable."""
        word, _, rest = stored.partition(":")
        if word != _TEXT:
            return stored
        name, _, body = rest.partition(":")
        try:
            sealed = base64.b64decode(body, validate=True)
        except binascii.Error:
            raise SealBroken(f"封存的内容已损坏 (密钥 {name})") from None
        if not sealed.startswith(_AGE):
            raise SealBroken(f"封存的内容已损坏 (密钥 {name})")
        return self.open(sealed).decode()

    @property
    def text_mark(self) -> str:
        """Return how a text sealed with the key in use begins."""
        return f"{_TEXT}:{self.keyring().current.name}:"

    # The audit's keyed hash

    def mac(self, message: bytes) -> str:
        """Return `<key's name>:<HMAC-SHA256>` with the key in use."""
        key = self.keyring().audit[-1]
        return f"{key.name}:{hmac.new(key.secret, message, hashlib.sha256).hexdigest()}"

    def mac_is(self, mac: str, message: bytes) -> bool:
        """Tell whether a hash is that of a message; raises KeysUnusable where its key is not here."""
        name, _, said = mac.partition(":")
        key = self.keyring().audit_key(name)
        if key is None:
            raise KeysUnusable(f"{self.files[1]}: 没有审计密钥 {name}; 请从备份恢复, 或从另一台机器拷来")
        made = hmac.new(key.secret, message, hashlib.sha256).hexdigest()
        return hmac.compare_digest(made.encode(), said.encode("utf-8", "surrogatepass"))

    def _state(self) -> tuple[object, ...] | None:
        try:
            states = [file.stat() for file in self.files]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeysUnusable(f"{self.folder}: 读不出来 ({error.strerror})") from None
        return tuple((state.st_ino, state.st_mtime_ns, state.st_size) for state in states)

    def _require_own(self) -> None:
        if self.lent:
            raise KeysUnusable(f"{self.folder}: 密钥由 systemd 提供, 请以管理员身份在原文件所在的文件夹上操作")

    def _make(self) -> None:
        if self.lent or self._mark.exists():
            absent = "、".join(str(file) for file in self.files if not file.exists())
            if not absent:  # another process has just made them
                return
            raise KeysUnusable(f"找不到密钥 {absent}; 请从备份恢复 (新生成的密钥打不开已有的数据)")
        data, audit = self.files
        try:
            # Whoever comes second finds the first one's, and uses them.
            write(data, data_text((new_data_key(datetime.now(UTC)),)), replace=False)
            write(audit, audit_text((new_audit_key(),)), replace=False)
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._mark.touch(mode=0o600)
        except OSError as error:
            raise KeysUnusable(f"{self.folder}: 密钥写不下来 ({error.strerror})") from None


class _Faults:
    """Brings what a stream raised back as it was: pyrage tells of it in words of its own."""

    def __init__(self) -> None:
        self._raised: list[BaseException] = []

    def watch(self, stream: BinaryIO) -> "_Watched":
        """Return the stream, with what it raises remembered."""
        return _Watched(stream, self._raised)

    def __enter__(self) -> "_Faults":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        if self._raised:
            raise self._raised[0] from None
        if isinstance(error, pyrage.DecryptError | OSError):
            gone = str(error) == _FOREIGN
            raise SealBroken("封存的内容打不开: " + ("没有它的密钥" if gone else "已损坏")) from error


class _Watched:
    def __init__(self, stream: BinaryIO, raised: list[BaseException]) -> None:
        self._stream, self._raised = stream, raised

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except BaseException as error:
            self._raised.append(error)
            raise

    def write(self, data: bytes) -> int:
        try:
            return self._stream.write(data)
        except BaseException as error:
            self._raised.append(error)
            raise

    def flush(self) -> None:
        self._stream.flush()


class Pieces(io.RawIOBase):
    """Bytes that are made piece by piece, as a stream that can be read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces, self._rest = iter(pieces), b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer with what comes next; 0 at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
