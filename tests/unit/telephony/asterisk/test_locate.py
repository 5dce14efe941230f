"""Which Asterisk is run, and what is said where there is none that will do."""

from pathlib import Path

import pytest

from telephony.asterisk.locate import AsteriskMissing, locate


def program(file: Path, version: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    file.chmod(0o755)
    return file


def laid_down(tools: Path, version: str) -> Path:
    """A root whose loader is a stand-in that runs what it is told to load."""
    root = tools / "asterisk-root"
    (root / "usr/lib/x86_64-linux-gnu/asterisk/modules").mkdir(parents=True)
    loader = root / "usr/lib64/ld-linux-x86-64.so.2"
    loader.parent.mkdir(parents=True)
    loader.write_text('#!/bin/sh\nshift 4\nexec "$@"\n')
    loader.chmod(0o755)
    program(root / "usr/sbin/asterisk", version)
    return root


def test_a_root_is_run_through_its_own_loader(tmp_path: Path) -> None:
    root = laid_down(tmp_path, "22.10.1")
    found = locate(tmp_path, lambda _: None)
    assert found.major == 22
    assert found.command[0] == str(root / "usr/lib64/ld-linux-x86-64.so.2")
    assert found.command[-1] == str(root / "usr/sbin/asterisk")
    assert found.modules == root / "usr/lib/x86_64-linux-gnu/asterisk/modules"


def test_with_no_asterisk_anywhere_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(AsteriskMissing, match=r"需要 Asterisk 20 .*ops/install-asterisk\.sh"):
        locate(tmp_path, lambda _: None)


def test_too_old_a_system_asterisk_is_named_with_its_version(tmp_path: Path) -> None:
    old = program(tmp_path / "bin/asterisk", "18.10.0~dfsg")
    with pytest.raises(AsteriskMissing, match=f"{old} .版本 18."):
        locate(tmp_path, lambda _: str(old))


def test_too_old_a_system_asterisk_gives_way_to_the_one_laid_down(tmp_path: Path) -> None:
    old = program(tmp_path / "bin/asterisk", "16.28.0")
    laid_down(tmp_path, "22.10.1")
    assert locate(tmp_path, lambda _: str(old)).major == 22


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho hello\n", "#!/nowhere\n"])
def test_an_asterisk_that_does_not_run_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    broken = program(tmp_path / "bin/asterisk", "22.0.0")
    broken.write_text(text)
    with pytest.raises(AsteriskMissing, match="不能运行"):
        locate(tmp_path, lambda _: str(broken))
