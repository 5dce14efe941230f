"""A model folder that will not do is explained before it is loaded."""

from pathlib import Path

import pytest
from model_folders import COMMON, DYNAMIC, STATIC, vosk_folder

from transcription import vosk_model, whisper
from transcription.engine import ModelError
from transcription.engines import build, check_model
from transcription.settings import EngineName, TranscriptionConfig, VoskSettings, WhisperSettings
from transcription.vosk import VoskEngine


@pytest.mark.parametrize("graph", [DYNAMIC, STATIC])
def test_both_kinds_of_graph_are_complete(tmp_path: Path, graph: tuple[str, ...]) -> None:
    vosk_model.check_directory(vosk_folder(tmp_path / "m", graph))

    assert vosk_model.has_dynamic_graph(tmp_path / "m") is (graph is DYNAMIC)


def test_an_absent_model_tells_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"找不到 Vosk 模型.*hotline models install vosk-small-cn"):
        vosk_model.check_directory(tmp_path / "vosk-small-cn")


def test_a_model_one_folder_too_deep_is_pointed_at(tmp_path: Path) -> None:
    vosk_folder(tmp_path / "cn" / "vosk-model-small-cn-0.22")

    with pytest.raises(ModelError, match=r"套着一层.*cn/vosk-model-small-cn-0\.22"):
        vosk_model.check_directory(tmp_path / "cn")


def test_a_model_without_ivector_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"ivector.*能装载但无法识别"):
        vosk_model.check_directory(vosk_folder(tmp_path / "m", without=["ivector"]))


@pytest.mark.parametrize("name", [*COMMON, *DYNAMIC[1:]])
def test_each_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match=f"不完整.*{name}"):
        vosk_model.check_directory(vosk_folder(tmp_path / "m", without=[name]))


def test_a_file_of_no_bytes_is_as_good_as_missing(tmp_path: Path) -> None:
    folder = vosk_folder(tmp_path / "m")
    (folder / "am/final.mdl").write_bytes(b"")

    with pytest.raises(ModelError, match=r"final\.mdl"):
        vosk_model.check_directory(folder)


def test_a_folder_of_something_else_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()

    with pytest.raises(ModelError, match="不是 Vosk 模型文件夹"):
        vosk_model.check_directory(tmp_path / "photos")


def test_a_grammar_needs_a_dynamic_graph(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="静态图"):
        VoskEngine(vosk_folder(tmp_path / "m", STATIC), VoskSettings(grammar=("停水",)))


def test_an_absent_whisper_model_tells_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="hotline models install whisper-base"):
        build(TranscriptionConfig(), tmp_path)


@pytest.mark.parametrize("name", whisper.FILES)
def test_each_missing_file_of_whisper_is_named(tmp_path: Path, name: str) -> None:
    for each in whisper.FILES:
        (tmp_path / each).write_bytes(b"" if each == name else b"x")

    with pytest.raises(ModelError, match=f"不完整.*{name}"):
        whisper.check_directory(tmp_path)


def test_an_absolute_path_names_a_model_outside_the_tools(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    whisper_config = TranscriptionConfig(whisper=WhisperSettings(model=str(elsewhere)))
    vosk_config = TranscriptionConfig(engine=EngineName.VOSK, vosk=VoskSettings(model=str(elsewhere)))

    for config in (whisper_config, vosk_config):
        with pytest.raises(ModelError, match=str(elsewhere)) as absent:
            build(config, tmp_path / "models")
        assert "请核对路径" in str(absent.value)
        assert "models install elsewhere" not in str(absent.value)
    elsewhere.mkdir()
    with pytest.raises(ModelError, match=r"不完整.*放入完整的模型"):
        check_model(whisper_config, tmp_path / "models")


def test_a_broken_model_that_has_a_name_is_deleted_and_installed_by_that_name(tmp_path: Path) -> None:
    (tmp_path / "whisper-base").mkdir()
    with pytest.raises(ModelError, match="请删除这个文件夹后执行 hotline models install whisper-base"):
        check_model(TranscriptionConfig(), tmp_path)
