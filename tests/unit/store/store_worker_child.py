"""A real worker process for tests, its recogniser replaced: `store_worker_child.py URL FOLDER JOURNAL HOW [SLOT]`.

HOW: `slow` takes a moment for each recording; `poison` kills its own process at recordings named *poison*; `broken`
fails at them; `no-model` finds out in the middle that it has no model; `held` waits for ever; `locked`
meets a locked database four times; `gas` hears of a smell of gas in recordings named *gas*; `tidy`
removes finished jobs at once.
"""

import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from store_samples import QUICK, draft, transcript

from cases.draft import Field, Span
from domain.clock import SystemClock
from domain.words import Speaker, Urgency
from hotline.logs import configure
from hotline.stopping import stop_on_signals
from hotline.worker import run_worker
from store.errors import StoreLocked
from store.runner import CannotWork
from store.settings import StoreSettings


def main(url: str, folder: str, journal: str, how: str, slot: str | None = None) -> int:
    configure("worker")
    stop = threading.Event()
    stop_on_signals(stop)

    def process(recording_id: str):
        with Path(journal).open("a", encoding="utf-8") as file:
            file.write(f"{recording_id}\n")
        if how == "slow":
            threading.Event().wait(0.15)
        elif how == "held":
            threading.Event().wait()
        elif how == "no-model":
            raise CannotWork("模型目录不对")
        elif how == "locked" and len(Path(journal).read_text("utf-8").split()) <= 4:
            raise StoreLocked
        elif "poison" in recording_id:
            if how == "poison":
                os.kill(os.getpid(), signal.SIGKILL)
            raise RuntimeError("recogniser fell over")
        if how == "gas" and "gas" in recording_id:
            smell = Field(("gas_smell",), 0.9, Span(Speaker.CITIZEN, 1.0, 2.0, "煤气味"), "闻到燃气味")
            return transcript(recording_id), replace(draft(Urgency.EMERGENCY), hazards=smell)
        return transcript(recording_id), draft()

    jobs = replace(
        QUICK,
        attempts=50 if how == "slow" else QUICK.attempts,
        keep_finished_hours=0.0001 if how == "tidy" else QUICK.keep_finished_hours,
    )
    settings = StoreSettings(url=url, busy_seconds=5, connect_seconds=2, jobs=jobs)
    return run_worker(
        settings, Path(folder), process, clock=SystemClock(), stop=stop, slot=None if slot is None else int(slot)
    )


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
