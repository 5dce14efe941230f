"""The job "transcribe": its name, its place in the queue, and how it is put there within our own transaction."""

from enum import IntEnum

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store.records import RecordingKind

APPLICATION = "hotline"
VERSION = "1"
"""Pinned: dbos' default, a hash of the source, would strand waiting jobs over an upgrade."""
QUEUE = "transcription"
WORKFLOW = "transcribe"


class JobPriority(IntEnum):
    """dbos serves the lowest number first, and an unset one (0) before all: so it is always set."""

    EMERGENCY = 1
    MESSAGE = 5
    ORDINARY = 10


def priority_of(emergency: bool, kind: RecordingKind) -> JobPriority:
    """Return how soon a recording is to be transcribed; a message is a citizen whom nobody answered."""
    if emergency:
        return JobPriority.EMERGENCY
    return JobPriority.MESSAGE if kind is RecordingKind.MESSAGE else JobPriority.ORDINARY


def job_id(recording_id: str, turn: int = 0) -> str:
    """Return the workflow id of a recording's first job, or of a later turn (`turn` > 0) after a failure."""
    return recording_id if turn == 0 else f"{recording_id}#{turn}"


def recording_of(workflow_id: str) -> str:
    """Return the recording that a workflow id stands for."""
    return workflow_id.split("#", 1)[0]


class JobQueue:
    """Puts jobs into the queue as part of a transaction of ours: the job is there exactly when the rows are."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(system_database_engine=engine, application_name=APPLICATION, lazy=True)

    def put(
        self, session: Session, recording_id: str, priority: JobPriority, turn: int = 0, delay_seconds: float = 0
    ) -> None:
        """Enqueue within the caller's transaction. The same recording and turn twice is one job."""
        options = EnqueueOptions(
            workflow_name=WORKFLOW,
            queue_name=QUEUE,
            workflow_id=job_id(recording_id, turn),
            app_version=VERSION,
            priority=int(priority),
        )
        if delay_seconds:
            options["delay_seconds"] = delay_seconds
        self._client.enqueue_in_transaction(session, options, recording_id)

    def forget(self, recording_id: str, turns: int) -> None:
        """Remove what dbos keeps of a recording's jobs, in a transaction of its own; what is gone is no fault."""
        self._client.delete_workflows([job_id(recording_id, turn) for turn in range(turns + 1)])

    def close(self) -> None:
        """Let go of the client; the engine is its owner's."""
        self._client.destroy()
