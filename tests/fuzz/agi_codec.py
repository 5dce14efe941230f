"""Coverage-guided bytes at the AGI codec, cut into pieces at will: it never raises or loses its place."""

import sys

import atheris

with atheris.instrument_imports(include=["telephony.agi"]):
    from telephony.agi.codec import HeaderReader, Lines, ReplyReader, TooLong, command, decode


def one(data: bytes) -> None:
    """Read any bytes as header and as replies, whole and in pieces; write any text as a command."""
    source = atheris.FuzzedDataProvider(data)
    step = source.ConsumeIntInRange(1, 64)
    text = source.ConsumeUnicodeNoSurrogates(200)
    raw = source.ConsumeBytes(4096)
    assert _replies(raw, step) == _replies(raw, len(raw) + 1)
    _header(raw)
    decode(raw)
    try:
        line = command("SET", "VARIABLE", "HL_KEYS", text)
    except ValueError:
        return
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


def _replies(raw: bytes, step: int) -> list[object]:
    lines, reader = Lines(8192), ReplyReader()
    pieces = [raw[at : at + step] for at in range(0, len(raw), step)]
    return [reader.feed(line) for piece in pieces for line in lines.feed(piece)]


def _header(raw: bytes) -> None:
    reader = HeaderReader(most_lines=64, most_bytes=2048)
    try:
        for line in Lines(8192).feed(raw + b"\n\n"):
            request = reader.feed(line)
            if request is not None:
                assert all(letter.isascii() for letter in request.linkedid)
                _ = request.script
                return
    except TooLong:
        pass


atheris.Setup(sys.argv, one)
atheris.Fuzz()
