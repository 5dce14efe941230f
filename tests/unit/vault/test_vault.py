"""Keys are made once, read again when they change, shown to nobody; what they seal only they open."""

import io
import threading
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from vault.keys import KeysUnusable, loose
from vault.vault import HEAD, MARK, Pieces, SealBroken, Standing, Vault

NOW = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
SOUND = bytes(range(256)) * 2000


def opened(home: Path) -> Vault:
    return Vault(home / "keys", home / MARK)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return opened(tmp_path)


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path, vault: Vault) -> None:
    ring = vault.keyring()
    assert opened(tmp_path).keyring().current.public == ring.current.public
    assert [file.stat().st_mode & 0o777 for file in vault.files] == [0o600, 0o600]
    assert vault.folder.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    gate, found = threading.Barrier(8), []

    def start() -> None:
        own = opened(tmp_path)
        gate.wait(10)
        ring = own.keyring()
        found.append((ring.current.public, ring.audit[-1].name))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len(set(found)) == 1


def test_keys_that_are_gone_are_never_replaced_by_new_ones(vault: Vault) -> None:
    vault.keyring()
    vault.files[0].unlink()
    with pytest.raises(KeysUnusable, match=r"找不到密钥.*从备份恢复"):
        vault.keyring()
    assert not vault.files[0].exists()


def test_no_key_is_shown_by_what_holds_it(vault: Vault) -> None:
    ring = vault.keyring()
    shown = repr(ring) + repr(ring.current) + repr(ring.audit)
    assert "AGE-SECRET-KEY" not in shown
    assert ring.audit[-1].secret.hex() not in shown
    assert repr(ring.audit[-1].secret) not in shown


def test_loose_permissions_are_put_right_and_a_link_is_refused(vault: Vault, tmp_path: Path) -> None:
    vault.keyring()
    data = vault.files[0]
    data.chmod(0o644)
    assert loose(data) == "别人也能读 (权限 644)"
    opened(tmp_path).keyring()
    assert loose(data) is None
    data.rename(tmp_path / "elsewhere")
    data.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeysUnusable, match="链接"):
        opened(tmp_path).keyring()


@pytest.mark.parametrize("spoilt", ["", "nonsense\n", "AGE-SECRET-KEY-1QQQQ\n"])
def test_a_spoilt_key_file_is_named(vault: Vault, spoilt: str) -> None:
    vault.keyring()
    vault.files[0].write_text(spoilt)
    with pytest.raises(KeysUnusable, match=r"data\.txt.*从备份恢复"):
        vault.keyring()


def test_lent_keys_are_used_and_never_made_or_changed(tmp_path: Path, vault: Vault) -> None:
    sealed = vault.seal(SOUND)
    lent = Vault(vault.folder, tmp_path / MARK, lent=True)
    assert lent.open(sealed) == SOUND
    with pytest.raises(KeysUnusable, match="systemd"):
        lent.add(NOW)
    with pytest.raises(KeysUnusable, match="找不到密钥"):
        Vault(tmp_path / "none", tmp_path / "no-mark", lent=True).keyring()
    assert not (tmp_path / "none").exists()


def test_what_is_sealed_is_opened_by_the_format_s_own_tool_with_the_key_file(vault: Vault) -> None:
    sealed = vault.seal(SOUND)
    secret = [line for line in vault.files[0].read_text().splitlines() if line and not line.startswith("#")]
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(secret[0])]) == SOUND
    assert SOUND[:64] not in sealed


def test_what_was_never_sealed_comes_out_as_it_is(vault: Vault) -> None:
    assert vault.open(b"RIFF and so on") == b"RIFF and so on"
    assert vault.open(b"") == b""
    assert vault.open_text('{"utterances":[]}') == '{"utterances":[]}'


def test_what_was_changed_or_cut_off_is_not_opened(vault: Vault) -> None:
    sealed = vault.seal(SOUND)
    for spoilt in (sealed[:-1], sealed[:HEAD], sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed + b"x", sealed[:40]):
        with pytest.raises(SealBroken, match="已损坏"):
            vault.open(spoilt)
    text = vault.seal_text("身份")
    for worse in (text[:-8], text[:-5] + "!!!!!", "age:abcdefgh:"):
        with pytest.raises(SealBroken):
            vault.open_text(worse)


def test_another_s_seal_is_told_from_damage(tmp_path: Path, vault: Vault) -> None:
    foreign = opened(tmp_path / "other").seal(SOUND)
    with pytest.raises(SealBroken, match="没有它的密钥"):
        vault.open(foreign)
    assert vault.standing(foreign[:HEAD]) is Standing.OLD


def test_a_running_process_seals_with_new_keys_from_the_moment_they_are_there(tmp_path: Path, vault: Vault) -> None:
    running = opened(tmp_path)
    before = running.seal_text("先")
    ring = vault.add(NOW)
    after = running.seal_text("后")
    assert after.startswith(f"age:{ring.current.name}:")
    assert (running.open_text(before), running.open_text(after)) == ("先", "后")
    assert vault.retire() == 1
    with pytest.raises(SealBroken, match="没有它的密钥"):
        running.open_text(before)


def test_the_kind_of_a_file_is_told_by_its_head(vault: Vault) -> None:
    old = vault.seal(SOUND)
    short = vault.seal(b"x")
    assert {vault.standing(old[:HEAD]), vault.standing(short[:HEAD])} == {Standing.CURRENT}
    vault.add(NOW)
    assert {vault.standing(old[:HEAD]), vault.standing(short[:HEAD])} == {Standing.OLD}
    assert vault.standing(b"RIFF....WAVE") is Standing.CLEAR


def test_a_full_disk_while_sealing_is_said_as_it_was(vault: Vault) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        vault.seal_stream(io.BytesIO(SOUND), Full())
    gone = (piece for piece in [b"a", b""])

    def missing():
        yield from gone
        raise FileNotFoundError("leg")

    with pytest.raises(FileNotFoundError, match="leg"):
        vault.seal_stream(Pieces(missing()), io.BytesIO())


def test_a_hash_is_that_of_its_message_and_of_its_key(vault: Vault) -> None:
    first = vault.mac(b"row")
    vault.add(NOW)
    second = vault.mac(b"row")
    assert first != second
    assert vault.mac_is(first, b"row")
    assert vault.mac_is(second, b"row")
    assert not vault.mac_is(first, b"r0w")
    assert not vault.mac_is(first[:-1] + "é", b"row")
    with pytest.raises(KeysUnusable, match="没有审计密钥 00000000"):
        vault.mac_is("00000000:ab", b"row")
