"""A Vosk model's directory looked through before it is loaded, so that a wrong one is explained.

Vosk itself says only "Failed to create a model", and loads a model without ivector/ whose recognisers then all fail.
"""

from pathlib import Path

from transcription.engine import ModelError, remedy

_NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
_STATIC = ("graph/HCLG.fst", "graph/words.txt")
_DYNAMIC = ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int")
_WORDS = ("graph/phones/word_boundary.int",)
_SPEAKER = tuple(
    f"ivector/{name}"
    for name in ("final.dubm", "final.ie", "final.mat", "global_cmvn.stats", "online_cmvn.conf", "splice.conf")
)


def check_directory(directory: Path, given: str | None = None) -> None:
    """Raise ModelError where a model is absent, one folder too deep, or incomplete; `given`: how it is named."""
    if not directory.is_dir():
        raise ModelError(f"找不到 Vosk 模型 {directory}; {remedy(directory, given)}")
    missing = missing_files(directory)
    if not missing:
        return
    inner = _nested(directory)
    if inner is not None:
        raise ModelError(
            f"{directory} 里还套着一层文件夹 {inner.name}, 模型在那里面; "
            f"请把 vosk.model 改为 {given or directory.name}/{inner.name}, 或把里面的内容移到外层"
        )
    if "am/final.mdl" in missing and not (directory / "graph").is_dir():
        raise ModelError(f"{directory} 不是 Vosk 模型文件夹(没有 am/ 和 graph/); 请检查 vosk.model 的路径")
    if not (directory / "ivector").is_dir():
        raise ModelError(f"Vosk 模型 {directory} 没有 ivector 文件夹: 能装载但无法识别; 请重新解压完整的模型")
    raise ModelError(f"Vosk 模型不完整: {directory} 里缺少 {'、'.join(missing)}; 请删除后重新安装")


def missing_files(directory: Path) -> list[str]:
    """Return the files that a model needs and this directory lacks (or has empty)."""
    graph = _STATIC if not _has(directory, _DYNAMIC[0]) else _DYNAMIC
    return [name for name in (*_NEEDED, *graph, *_WORDS, *_SPEAKER) if not _has(directory, name)]


def has_dynamic_graph(directory: Path) -> bool:
    """Tell whether grammars can be used with this model."""
    return all(_has(directory, name) for name in _DYNAMIC)


def _has(directory: Path, name: str) -> bool:
    file = directory / name
    return file.is_file() and file.stat().st_size > 0


def _nested(directory: Path) -> Path | None:
    folders = [each for each in sorted(directory.iterdir()) if each.is_dir()]
    return next((each for each in folders if not missing_files(each)), None)
