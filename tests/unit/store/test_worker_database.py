"""A worker whose database is taken away, comes back, or was never there."""

from pathlib import Path

import pytest
from store_samples import QUICK
from store_workers import alive, file_calls, until

from chaos.postgres_server import PostgresServer, make_database
from domain.clock import SystemClock
from hotline.worker import Exit
from store import schema
from store.door import Store
from store.engine import connect
from store.errors import StoreUnreachable
from store.settings import StoreSettings


@pytest.mark.timeout(180)
def test_a_database_file_that_is_taken_away_ends_the_worker_with_a_code(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hotline.db"
    engine = connect(StoreSettings(url=url), tmp_path)
    schema.upgrade(engine)
    engine.dispose()
    with alive(url, tmp_path) as workers:
        worker = workers.start()
        until(lambda: "worker started" in workers.log())
        (tmp_path / "hotline.db").rename(tmp_path / "elsewhere.db")
        assert worker.wait(60) == Exit.DATABASE_GONE
        assert "database does not answer, giving up" in workers.log()


@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_a_server_that_is_restarted_is_waited_for_and_one_that_stays_away_ends_the_worker_with_a_code(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    make_database(postgres, "comes_and_goes", template="template_hotline")
    settings = StoreSettings(url=postgres.url("comes_and_goes"), jobs=QUICK)
    store = Store.open(settings, tmp_path, SystemClock())
    with alive(settings.url, tmp_path) as workers:
        worker = workers.start()
        until(lambda: "worker started" in workers.log())
        try:
            postgres.halt()
            until(lambda: "database does not answer" in workers.log())
            postgres.resume()
            file_calls(store, "heze1-1.1")
            until(lambda: not store.unheard())
            assert worker.poll() is None
            postgres.halt()
            assert worker.wait(60) == Exit.DATABASE_GONE
            with pytest.raises(StoreUnreachable, match="连不上数据库"):
                store.recordings()
        finally:
            store.close()
            postgres.resume()


def test_a_worker_before_the_first_upgrade_says_what_to_run(empty: StoreSettings, tmp_path: Path) -> None:
    with alive(empty.url, tmp_path) as workers:
        assert workers.start().wait(60) == Exit.CANNOT_WORK
        assert "hotline db upgrade" in workers.log()
