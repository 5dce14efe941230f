"""Runs the jobs of one worker process on dbos: takes them, has them done, writes how they ended.

dbos is one to a process by its nature (its registry is global), so there is one `JobRunner` to a process as well.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Literal

import structlog
from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from sqlalchemy.orm import sessionmaker

from cases.draft import DraftCase
from domain.clock import Clock
from store import alarms, attempts, schema, upkeep
from store.attempts import Failed, Heard, Hopeless, Outcome, PutBack, Skipped, Standing
from store.codec import draft_cases, transcripts
from store.engine import FileWatch, connect, reading, take_write_lock, writing
from store.errors import StoreError
from store.jobs import APPLICATION, QUEUE, VERSION, WORKFLOW, JobQueue, recording_of
from store.settings import StoreSettings
from transcription.transcript import Transcript

log = structlog.get_logger()

Process = Callable[[str], tuple[Transcript, DraftCase]]
_DONE = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_WAITING = ["ENQUEUED", "DELAYED", "PENDING"]
_AT_ONCE = 1000


class CannotWork(Exception):
    """This worker cannot transcribe anything at all (no model, a wrong one): not the recording's fault."""


class JobRunner:
    """One worker process: `executor` names it for good (host:slot), so that its next life finds its own work."""

    def __init__(
        self,
        settings: StoreSettings,
        home: Path,
        executor: str,
        process: Process,
        clock: Clock,
        unfit: Callable[[CannotWork], None],
        ended: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._engine = connect(settings, home)
        self._settings = settings.jobs
        self._executor = executor
        self._process = process
        self._clock = clock
        self._unfit = unfit
        self._ended = ended
        self._file = FileWatch(self._engine)
        self._jobs = JobQueue(self._engine)
        # Rows are locked where they are read to be written; SQLite knows only the one level.
        self._isolation: Literal["SERIALIZABLE", "READ COMMITTED"] = (
            "SERIALIZABLE" if self._engine.dialect.name == "sqlite" else "READ COMMITTED"
        )
        self._in_hand: set[str] = set()
        self._stopping = threading.Event()

    def require_current(self) -> None:
        """Raise StoreError unless the database answers and has the right structure."""
        schema.require_current(self._engine)

    def launch(self) -> None:
        """Start taking jobs. What an earlier life of this executor left unfinished comes first."""
        self.beat()
        url = self._engine.url.render_as_string(hide_password=False)
        dbos_log = logging.getLogger("dbos")
        if not dbos_log.handlers:
            # A handler of any kind keeps dbos from installing a console of its own: its lines go where ours go.
            dbos_log.addHandler(logging.NullHandler())
        DBOS(
            config=DBOSConfig(
                name=APPLICATION,
                system_database_url=url,
                dbos_system_schema=schema.JOB_SCHEMA,
                application_version=VERSION,
                executor_id=self._executor,
                run_migrations=False,
                log_level="WARNING",
            )
        )
        datasource = SQLAlchemyDatasource.create(
            url,
            engine=self._engine,
            schema=schema.JOB_SCHEMA,
            sessionmaker=sessionmaker(expire_on_commit=False),
            run_migrations=False,
        )

        def transcribe(recording_id: str) -> str:
            return self._work(datasource, recording_id)

        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(transcribe)
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=1,
            polling_interval_sec=self._settings.poll_seconds,
            on_conflict="always_update",
        )

    def stop(self) -> bool:
        """Take no more jobs and wait a little for the one in hand; False where it is still at work.

        Then the process must end under it: the job counts as unfinished and is taken up again.
        """
        self._stopping.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=self._settings.stop_seconds)
        if self._in_hand:
            return False
        try:
            with writing(self._engine) as session:
                upkeep.leave(session, self._executor)
        except StoreError as error:
            log.warning("could not sign off", executor=self._executor, error=str(error))
        self._jobs.close()
        self._engine.dispose()
        return True

    def beat(self) -> None:
        """Say that this worker lives; raises StoreError where the database does not answer or was taken away."""
        self._file.require_same()
        with writing(self._engine) as session:
            upkeep.beat(session, self._executor, self._clock.now())

    def sweep(self) -> None:
        """Do what the workers do for one another. Blocks while dbos waits for its database."""
        self._take_over()
        self._adopt()
        self._purge()

    def _take_over(self) -> None:
        now = self._clock.now()
        silent_since = now - timedelta(seconds=self._settings.dead_after_seconds)
        with writing(self._engine) as session:
            dead = upkeep.claim_dead(session, silent_since, now)
        for executor in dead:
            left = DBOS.list_workflows(
                status="PENDING", executor_id=executor, load_input=False, load_output=False, name=WORKFLOW
            )
            ids = [workflow.workflow_id for workflow in left]
            if ids:
                DBOS.resume_workflows(ids, queue_name=QUEUE)
            log.warning("took over from a dead worker", executor=executor, jobs=ids)
            with writing(self._engine) as session:
                upkeep.forget_executor(session, executor, now)

    def _adopt(self) -> None:
        # In this order: a recording and its job appear together, so whatever is found first without a result and then
        # without a job has really lost it.
        with reading(self._engine) as session:
            unheard = upkeep.without_result(session)
        if not unheard:
            return
        waiting = DBOS.list_workflows(status=_WAITING, name=WORKFLOW, load_input=False, load_output=False)
        at_work = {recording_of(workflow.workflow_id) for workflow in waiting}
        forgotten = [found for found in unheard if found not in at_work]
        if not forgotten:
            return
        with writing(self._engine) as session:
            adopted = upkeep.adopt(session, self._jobs, forgotten, self._clock.now(), self._settings.retry_seconds)
        if adopted:
            log.warning("recordings without a job were given one", recordings=adopted)

    def _purge(self) -> None:
        before = self._clock.now() - timedelta(hours=self._settings.keep_finished_hours)
        old = DBOS.list_workflows(
            status=_DONE, completed_before=before.isoformat(), limit=_AT_ONCE, load_input=False, load_output=False
        )
        if old:
            DBOS.delete_workflows([workflow.workflow_id for workflow in old])
            log.info("finished jobs removed", jobs=len(old))

    def _work(self, datasource: SQLAlchemyDatasource, recording_id: str) -> str:
        """Do one job. Only its last step is durable, and it commits together with the result itself."""
        self._in_hand.add(recording_id)
        with structlog.contextvars.bound_contextvars(linkedid=recording_id):
            return self._work_on(datasource, recording_id)

    def _work_on(self, datasource: SQLAlchemyDatasource, recording_id: str) -> str:
        try:
            outcome = self._attempt(recording_id)

            def settle() -> str:
                session = datasource.sql_session()
                take_write_lock(session)
                return attempts.settle(session, self._jobs, recording_id, outcome, self._settings, self._clock.now())

            ended = datasource.run_tx_step(
                {"name": "settle", "isolation_level": self._isolation},
                settle,
            )
            log.info("job ended", recording=recording_id, outcome=ended)
            self._cry(recording_id)
            self._ended(recording_id, ended)
            return ended
        finally:
            self._in_hand.discard(recording_id)

    def _cry(self, recording_id: str) -> None:
        """Write an open alarm into the log, where whoever watches logs finds it; the alarm itself is in the store."""
        try:
            with reading(self._engine) as session:
                alarm = alarms.alarm_of_call(session, recording_id)
        except StoreError as error:
            log.warning("could not look for an alarm", recording=recording_id, error=str(error))
            return
        if alarm is not None and alarm.acknowledged is None:
            log.error(
                "emergency heard in a call that had taken the ordinary way",
                linkedid=alarm.linkedid,
                draft=alarm.draft,
                hazards=alarm.hazards,
                second=alarm.second,
            )

    def _attempt(self, recording_id: str) -> Outcome:
        standing = self._begin(recording_id)
        if standing is Standing.NOTHING_TO_DO:
            return Skipped()
        log.info("job taken", recording=recording_id, executor=self._executor)
        if standing is Standing.HOPELESS:
            return Hopeless()
        try:
            transcript, draft = self._process(recording_id)
            # What cannot be written down (NaN) is a failure of the recogniser, and is counted as one.
            transcripts().encode(transcript)
            draft_cases().encode(draft)
            return Heard(transcript, draft)
        except CannotWork as error:
            log.error("this worker cannot work", recording=recording_id, error=str(error))
            self._unfit(error)
            return PutBack(str(error))
        except StoreError as error:
            log.warning("database failed in the middle of a job", recording=recording_id, error=str(error))
            return PutBack(str(error))
        except Exception as error:
            log.exception("transcription failed", recording=recording_id)
            return Failed(f"{type(error).__name__}: {error}")

    def _begin(self, recording_id: str) -> Standing:
        wait = self._settings.poll_seconds
        while True:
            try:
                with writing(self._engine) as session:
                    return attempts.begin(session, recording_id, self._settings, self._clock.now())
            except StoreError as error:
                log.warning("database does not answer", recording=recording_id, error=str(error), again_in=wait)
                if self._stopping.wait(wait):
                    raise
                wait = min(wait * 2, self._settings.heartbeat_seconds)
