"""Model folders made for tests: the right files, with as little in them as passes."""

from collections.abc import Collection, Mapping
from pathlib import Path

DYNAMIC = ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int")
STATIC = ("graph/HCLG.fst", "graph/words.txt")
COMMON = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/phones/word_boundary.int",
    "ivector/final.dubm",
    "ivector/final.ie",
    "ivector/final.mat",
    "ivector/global_cmvn.stats",
    "ivector/online_cmvn.conf",
    "ivector/splice.conf",
)


def vosk_folder(folder: Path, graph: Collection[str] = DYNAMIC, without: Collection[str] = ()) -> Path:
    """Lay down what a Vosk model consists of, as far as names go."""
    for name in (*COMMON, *graph):
        if name not in without and name.split("/")[0] not in without:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x" * 10)
    return folder


def clone(real: Path, folder: Path, without: Collection[str] = (), spoilt: Mapping[str, bytes] | None = None) -> Path:
    """Lay down a real model by links, some of its files left out or replaced."""
    for file in sorted(real.rglob("*")):
        name = file.relative_to(real).as_posix()
        if file.is_dir() or any(name.startswith(each) for each in without):
            continue
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if spoilt and name in spoilt:
            copy.write_bytes(spoilt[name])
        else:
            copy.symlink_to(file)
    return folder
