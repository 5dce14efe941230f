"""What can be wrong with the database, told apart by what a person has to do about it."""

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, TimeoutError


class StoreError(Exception):
    """数据库出错。"""

    def __str__(self) -> str:
        """Return the class's own sentence, with the driver's words behind it."""
        said = (type(self).__doc__ or "").strip()
        detail = " ".join(str(argument) for argument in self.args)
        return f"{said} ({detail})" if detail else said


class StoreLocked(StoreError):
    """数据库被占用, 等待超时; 请查看是否有别的程序长时间占着数据库。"""


class StoreUnreachable(StoreError):
    """连不上数据库; 请检查 config/store.yaml 里的 url、数据库服务是否在运行、文件和目录是否可写。"""


class StoreFull(StoreError):
    """磁盘已满, 数据库写不进去; 请先腾出空间。"""


class StoreReadOnly(StoreError):
    """数据库只能读, 不能写; 请检查文件、目录和磁盘的写权限, 或 PostgreSQL 是否处于只读/备库状态。"""


class StoreConflict(StoreError):
    """数据与已有记录冲突, 没有写入。"""


class StoreOutdated(StoreError):
    """数据库结构与程序版本不一致; 请先运行 hotline db upgrade。"""


class StoreKeyless(StoreError):
    """封存的数据打不开或封不上; 请运行 hotline keys status 查看密钥。"""


class StoreNewer(StoreOutdated):
    """数据库由更新版本的程序升级过, 本程序没有动它; 请换回那一版程序, 或恢复升级前的备份 (hotline restore)。"""


_LOCKED = ("database is locked", "database table is locked", "lock timeout", "statement timeout")
_FULL = ("database or disk is full", "no space left")
_READ_ONLY = ("attempt to write a readonly database", "read-only transaction")
_OUTDATED = ("no such table", "no such column", "does not exist")


def told_apart(error: DBAPIError | TimeoutError) -> StoreError | None:
    """Return our own error for a driver's, or None where it is a fault of the statement, that is, ours."""
    if isinstance(error, TimeoutError):
        return StoreLocked("连接池已用完")
    if isinstance(error, IntegrityError):
        return StoreConflict(str(error.orig).splitlines()[0])
    cause = error.orig
    words = " ".join(str(cause).split())
    state = getattr(cause, "sqlstate", None) or ""
    if state in ("55P03", "57014") or any(part in words for part in _LOCKED):
        return StoreLocked(words)
    if state == "53100" or any(part in words for part in _FULL):
        return StoreFull(words)
    if state == "25006" or any(part in words for part in _READ_ONLY):
        return StoreReadOnly(words)
    if state in ("42P01", "42703", "3F000") or (not state and any(part in words for part in _OUTDATED[:2])):
        return StoreOutdated(words)
    if isinstance(error, OperationalError | InterfaceError) or state == "3D000":
        return StoreUnreachable(words)
    return None
