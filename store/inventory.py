"""What the database says should be there: the files of recordings in the order of their keys, and how much of all."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, collate, func, select

from store.tables import CallRow, DraftRow, RecordingRow, TranscriptRow

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is; `recordings` are those whose file should be there."""

    calls: int
    recordings: int
    transcripts: int
    drafts: int


def kept_files(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield id and storage key of every recording that is not deleted, by the bytes of its key; read piece by piece."""
    # A city's own sorting rules would put a key elsewhere than its place among the files of a folder.
    order = collate(RecordingRow.storage_key, "BINARY" if connection.dialect.name == "sqlite" else "C")
    query = select(RecordingRow.id, RecordingRow.storage_key).where(RecordingRow.deleted_at.is_(None)).order_by(order)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield row.id, row.storage_key


def counts(connection: Connection) -> Counts:
    """Count what there is."""

    def number(table: type, *conditions: object) -> int:
        return connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]

    return Counts(
        calls=number(CallRow),
        recordings=number(RecordingRow, RecordingRow.deleted_at.is_(None)),
        transcripts=number(TranscriptRow),
        drafts=number(DraftRow),
    )
