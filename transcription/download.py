"""One large file fetched over an unsteady line: goes on where it stopped, and is believed only by its SHA-256."""

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from transcription.engine import ModelError

OnBytes = Callable[[int, int | None], None]
"""Called with the bytes there and the size of the whole, None where the server does not tell."""

_PIECE = 1 << 18
_PARTIAL, _WHOLE, _NOT_SATISFIABLE = 206, 200, 416


@dataclass(frozen=True, slots=True)
class Downloader:
    """Fetches into `<target>.part`, then renames. `timeout` bounds each wait for the server; a line that breaks is
    taken up again as long as every attempt brings something, and `attempts` times without."""

    timeout: float = 30.0
    attempts: int = 3

    def fetch(self, url: str, target: Path, on_bytes: OnBytes) -> None:
        """Fetch the file; raises ModelError, keeping what has come, where the line stays broken."""
        part = target.with_name(target.name + ".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        left = self.attempts
        while True:
            before = _size(part)
            try:
                self._go_on(url, part, on_bytes)
                break
            except urllib.error.HTTPError as error:
                raise ModelError(f"下载失败: 服务器答复 {error.code} {error.reason}({url})") from None
            except (OSError, http.client.HTTPException) as error:
                left = self.attempts if _size(part) > before else left - 1
                if left <= 0:
                    raise ModelError(_broken(url, part, error)) from None
        os.replace(part, target)

    def _go_on(self, url: str, part: Path, on_bytes: OnBytes) -> None:
        have = _size(part)
        request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310
        try:
            answer = urllib.request.urlopen(request, timeout=self.timeout)  # noqa: S310
        except urllib.error.HTTPError as error:
            with error:
                if have and error.code == _NOT_SATISFIABLE and _total(error.headers) == have:
                    return
                if have and error.code == _NOT_SATISFIABLE:
                    part.unlink()
                    raise ConnectionError("文件在服务器上已经变了") from None
                raise
        with answer:
            if answer.status == _WHOLE:
                have = 0
            total = _total(answer.headers) if answer.status == _PARTIAL else _length(answer.headers)
            with part.open("ab" if have else "wb") as file:
                on_bytes(have, total)
                while piece := answer.read(_PIECE):
                    file.write(piece)
                    have += len(piece)
                    on_bytes(have, total)
                file.flush()
                os.fsync(file.fileno())
            if total is not None and have < total:
                raise ConnectionError("连接中断")


def digest(file: Path) -> str:
    """Return a file's SHA-256."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _length(headers: Message) -> int | None:
    length = headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _total(headers: Message) -> int | None:
    """Return the size of the whole from Content-Range ("bytes 100-199/200", "bytes */200"; RFC 9110, 14.4)."""
    total = headers.get("Content-Range", "").rpartition("/")[2]
    return int(total) if total.isdigit() else None


def _broken(url: str, part: Path, error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    have = _size(part)
    kept = f"已下载 {have / 1e6:.1f} MB, 再次执行会接着下载" if have else "请检查本机能否访问互联网"
    return f"下载中断({reason}): {url}; {kept}; 没有网络时可在别处下载后用 --archive 文件 安装"
