"""What a newcomer sees: the demo places two real calls and leaves two drafts, and restarts of ours drop nobody."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from real_asterisk import until

from hotline.demo import CITIZENS_ADDRESS, free_ports
from hotline.fault_kinds import Kind
from hotline.faults import read_faults
from hotline.places import Places, places
from hotline.running import Hotline
from hotline.settings import OVERRIDES, Settings, load
from hotline.wiring import open_store, passwords
from store.door import Store
from telephony.phone import Phone, PhoneError, PhoneSpec, State
from telephony.phone.tones import loudest, write_tone
from telephony.recordings.shelf import Shelf
from vault.vault import MARK, Vault

pytestmark = [pytest.mark.asterisk]


def hotline(home: Path, *words: str, limit: float = 280) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hotline", "--home", str(home), *words],
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("h")


@pytest.mark.speech
@pytest.mark.timeout(300)
def test_the_demo_leaves_two_drafts_and_no_process(home: Path) -> None:
    done = hotline(home, "--json", "demo")
    assert done.returncode == 0, done.stderr + done.stdout
    water, ordinary = json.loads(done.stdout)
    assert (water["route"], water["seats"]) == ("emergency", ["water1"])
    assert (ordinary["route"], ordinary["seats"]) == ("agents", ["agent1001"])
    assert water["ringing_ms"] < 1000
    for one in (water, ordinary):
        recordings = Shelf(home / "demo" / "recordings", Vault(home / "demo" / "keys", home / "demo" / MARK))
        sound = recordings.read(str(Path(one["recording"]).relative_to(recordings.folder)))
        samples, rate = soundfile.read(io.BytesIO(sound), always_2d=True)
        assert (rate, samples.shape[1]) == (8000, 2)
    assert _processes_of(home) == []

    shown = json.loads(hotline(home / "demo", "--json", "cases", "show", str(water["draft"])).stdout)
    assert shown["case"]["utility"]["value"] == "water"
    assert shown["case"]["urgency"]["value"] == "emergency"
    assert shown["case"]["callback_number"]["value"] == "154****0001"
    listed = json.loads(hotline(home / "demo", "--json", "cases", "list").stdout)
    assert [one["urgency"] for one in listed] == ["emergency", "ordinary"]
    sound = json.loads(hotline(home / "demo", "--json", "recordings", "show", water["linkedid"]).stdout)
    assert sound["sound"] is True
    for log in (home / "demo" / "log").glob("*.log"):
        assert "15400000001" not in log.read_text(), f"{log.name} names a citizen's number"

    told = json.loads(hotline(home / "demo", "--json", "trace", water["linkedid"]).stdout)
    story = [(mark["lane"], mark["title"], mark["source"]) for mark in told["marks"]]
    for expected in (
        ("电话进程", "决定去向", "运行日志"),
        ("电话进程", "录音和来电入库", "运行日志"),
        ("转写进程", "开始转写", "运行日志"),
        ("转写进程", "转写任务结束", "运行日志"),
        ("坐席", "供水值守席 (water1) 应答", "数据库"),
        ("人工处理", "查看草稿", "数据库"),
    ):
        assert expected in story
    assert "15400000001" not in json.dumps(told)
    for name in ("telephony", "worker-0"):
        lines = _lines_of_calls(home / "demo" / "log" / f"{name}.log")
        assert {line["linkedid"] for line in lines} == {water["linkedid"], ordinary["linkedid"]}, name


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hotline, Settings]]:
    """A hotline without workers, everything else real."""
    found = places()
    environ = {**os.environ, OVERRIDES: free_ports()}
    own = Places(config=found.config, home=tmp_path_factory.mktemp("r"), tools=found.tools)
    settings = load(own, environ)
    with Hotline.started(settings, 0, environ) as started:
        yield started, settings


@pytest.fixture
def store(running: tuple[Hotline, Settings]) -> Iterator[Store]:
    opened = open_store(running[1])
    yield opened
    opened.close()


def seat(settings: Settings, name: str, **more: object) -> PhoneSpec:
    server = f"127.0.0.1:{settings.telephony.sip.port}"
    return PhoneSpec(**{"user": name, "password": passwords(settings).seats[name], "registrar": server, **more})


def citizen(settings: Settings, number: str, **more: object) -> PhoneSpec:
    server = f"127.0.0.1:{settings.telephony.sip.port}"
    return PhoneSpec(**{"user": number, "server": server, "local_address": CITIZENS_ADDRESS, **more})


def test_a_killed_telephony_process_drops_no_call_and_the_call_is_filed(
    running: tuple[Hotline, Settings], store: Store, tmp_path: Path
) -> None:
    started, settings = running
    tone, heard = write_tone(tmp_path / "tone.wav", 440, 30.0), tmp_path / "heard.wav"
    number = "15400000011"
    with (
        Phone.start(seat(settings, "water1", answer_after=0.2, record=heard)) as water,
        Phone.start(citizen(settings, number, play=tone)) as caller,
    ):
        water.wait_registered(10)
        caller.call("12345")
        caller.wait_for(State.CONFIRMED, 10)
        for key in "91":
            caller.press(key, 0.5)
            caller.wait_for(State.KEY_SENT, 5)
            time.sleep(0.3)
        water.wait_for(State.CONFIRMED, 15)
        killed = started.processes.pids()["telephony"]
        os.kill(killed, signal.SIGKILL)
        until(lambda: _restarted(started, killed), 20, "telephony did not come back")
        with pytest.raises(PhoneError, match="没有等到"):
            caller.wait_for(State.ENDED, 2.0)
        assert not [event for event in caller.events if event.state is State.ENDED]
        caller.hang_up()
        water.wait_for(State.ENDED, 5)
    [died] = [fault for fault in read_faults(settings.places.faults) if fault.kind is Kind.PROCESS_DIED]
    assert (died.subject, died.reporter) == ("telephony", "up")
    assert "SIGKILL" in died.detail
    samples, _ = soundfile.read(heard, dtype="int16")
    assert loudest(samples) == pytest.approx(440, abs=15)
    found = until(lambda: [one for one in store.recordings() if _ani(store, one.id) == number], 20, "not filed")
    assert found[0].seconds > 2


def test_route_explain_tells_who_is_there(running: tuple[Hotline, Settings]) -> None:
    _, settings = running
    with Phone.start(seat(settings, "gas1")) as gas:
        gas.wait_registered(10)
        done = hotline(settings.places.home, "--json", "route", "explain", "--keys", "94")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["route"]["kind"] == "emergency"
    assert {ring["seat"]: ring["state"] for ring in said["route"]["rings"]}["gas1"] == "free"


def test_a_second_hotline_on_the_same_data_is_refused(running: tuple[Hotline, Settings]) -> None:
    done = hotline(running[1].places.home, "up")
    assert done.returncode == 1
    assert "已有一个 hotline 在运行" in done.stderr


def _restarted(started: Hotline, killed: int) -> bool:
    started.processes.look()
    if started.processes.pids()["telephony"] == killed:
        return False
    settings = started.settings.telephony.agi
    done = subprocess.run(
        ["bash", "-c", f"exec 3<>/dev/tcp/{settings.host}/{settings.port}"], capture_output=True, check=False
    )
    return done.returncode == 0


def _ani(store: Store, linkedid: str) -> str | None:
    call = store.call(linkedid)
    return call.ani if call else None


def _lines_of_calls(file: Path) -> list[dict[str, object]]:
    """Return what a process says between taking a call and being done with it; each line must carry the call's id."""
    events = ("call routed", "call filed", "job taken", "job ended")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") in events]


def _processes_of(home: Path) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            if str(home) in words and folder.name != str(os.getpid()):
                found.append(words)
    return found
