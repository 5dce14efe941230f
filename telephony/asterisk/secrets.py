"""Passwords of seats and of AMI: made at first start, kept in one file that only its owner may read."""

import os
import re
import secrets
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
import yaml

_WELL_FORMED = re.compile(r"[0-9A-Za-z_.!%^*()+/=:@-]{8,128}")
_BYTES = 18
_LEAST_OF_OURS = 12
_LEAST_VARIED = 6
_TELLING = 5
_HEAD = """\
# Made at first start. Nobody but the owner may read this file; it is never part of the repository.
# A carrier's password goes under `trunks`, by the name that telephony.yaml gives as `secret`.
"""

log = structlog.get_logger()


class SecretsUnusable(Exception):
    """The secrets file cannot be trusted or read; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`ami` is the password of our AMI account, `seats` one for each seat, `trunks` what a carrier gave us.

    `callers` is the key of the hashes that stand for tagged callers' numbers.
    """

    ami: str
    seats: Mapping[str, str]
    trunks: Mapping[str, str] = field(default_factory=dict)
    callers: str = ""

    def __repr__(self) -> str:
        return f"Secrets({len(self.seats)} seats)"


def keep(file: Path, seats: Iterable[str]) -> Secrets:
    """Return the passwords in `file`, making what is missing; raises SecretsUnusable.

    Passwords stay as they are from start to start; a seat that left the configuration keeps its password, so that it
    may come back. Loose permissions are repaired and logged; a file that is not ours, or a link, is refused.
    """
    present = _read(file) if file.is_symlink() or file.exists() else Secrets("", {})
    known = dict(present.seats)
    wanted = {seat: known.get(seat) or secrets.token_urlsafe(_BYTES) for seat in seats}
    complete = Secrets(
        present.ami or secrets.token_urlsafe(_BYTES),
        known | wanted,
        present.trunks,
        present.callers or secrets.token_urlsafe(_BYTES),
    )
    if complete != present:
        _write(file, complete)
    return complete


def _read(file: Path) -> Secrets:
    _guard(file)
    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SecretsUnusable(f"{file}: 读不出来 ({error}); 删掉它会在下次启动时重新生成 (话机要重新填密码)") from None
    if not isinstance(value, dict) or set(value) - {"ami", "seats", "trunks", "callers"}:
        raise SecretsUnusable(f"{file}: 只能有 ami, seats, trunks, callers 四项")
    return Secrets(
        _strong(file, "ami", _password(file, "ami", value.get("ami") or "")),
        {
            name: _strong(file, f"seats.{name}", word)
            for name, word in _passwords(file, "seats", value.get("seats") or {}).items()
        },
        _passwords(file, "trunks", value.get("trunks") or {}),
        _password(file, "callers", value.get("callers") or ""),
    )


def _passwords(file: Path, section: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SecretsUnusable(f"{file}: {section} 应为“名称: 密码”的映射")
    return {str(name): _password(file, f"{section}.{name}", word) for name, word in value.items()}


def _password(file: Path, key: str, word: object) -> str:
    if word == "":
        return ""
    if not isinstance(word, str) or not _WELL_FORMED.fullmatch(word):
        raise SecretsUnusable(f"{file}: {key}: 密码须为 8 到 128 个字符, 不含空格、引号、分号、# 和 $ (纯数字请加引号)")
    return word


def _strong(file: Path, key: str, word: str) -> str:
    """Refuse a password that somebody put in place of ours and that a scanner would guess; a carrier's is its own."""
    name = key.rpartition(".")[2]
    named = len(name) >= _TELLING and name.lower() in word.lower()  # shorter ones stand in what was made by chance
    if word and (len(word) < _LEAST_OF_OURS or len(set(word)) < _LEAST_VARIED or named):
        raise SecretsUnusable(f"{file}: {key}: 密码太弱 (至少 {_LEAST_OF_OURS} 个字符, 不含名称); 删掉这一行会重新生成")
    return word


def _guard(file: Path) -> None:
    state = file.lstat()
    if stat.S_ISLNK(state.st_mode):
        raise SecretsUnusable(f"{file}: 是一个链接, 不敢使用")
    if state.st_uid != os.geteuid():
        raise SecretsUnusable(f"{file}: 属于另一个用户 (uid {state.st_uid}), 不敢使用")
    if state.st_mode & 0o077:
        file.chmod(0o600)
        log.warning("secrets file was readable by others, repaired", file=str(file), mode=oct(state.st_mode & 0o777))


def _write(file: Path, value: Secrets) -> None:
    """Write beside and rename, so that a full disk leaves the old passwords in place."""
    file.parent.mkdir(parents=True, exist_ok=True)
    plain = {"ami": value.ami, "seats": dict(value.seats), "trunks": dict(value.trunks), "callers": value.callers}
    text = _HEAD + yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
