"""A fake Asterisk that speaks AGI in bytes over TCP."""

import socket

LINKEDID = "heze1-1764000000.1"


def arguments(keys="", ani="13853067219"):
    """Return what the dialplan hands over with a call: `keys` were pressed during the notice and at the first menu."""
    return LINKEDID, keys, ani, "12345"


FIRST_MENU_SILENT = arguments()


def header(script="hotline", arguments=FIRST_MENU_SILENT, **more):
    """Return the agi_* block that Asterisk sends."""
    values = {
        "network": "yes",
        "network_script": script,
        "request": f"agi://127.0.0.1/{script}",
        "channel": "PJSIP/trunk-00000001",
        "uniqueid": LINKEDID,
        "callerid": "13853067219",
        "calleridname": "unknown",
        **more,
        **{f"arg_{number}": value for number, value in enumerate(arguments, start=1)},
    }
    return "".join(f"agi_{name}: {value}\n" for name, value in values.items()).encode() + b"\n"


class FakeAsterisk:
    """One AGI connection, as Asterisk holds it."""

    def __init__(self, port):
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.lines = self.wire.makefile("rb")

    def send(self, data):
        self.wire.sendall(data)

    def command(self):
        """Return the next command, b"" once the server has closed."""
        try:
            return self.lines.readline()
        except ConnectionResetError:
            return b""

    def answer(self, command, keys):
        """Answer one command as Asterisk does; a key is taken from `keys` for each GET VARIABLE."""
        if command.startswith(b"GET VARIABLE"):
            self.send(f"200 result=1 ({keys.pop(0) if keys else ''})\n".encode())
        else:
            self.send(b"200 result=1\n" if command.startswith(b"SET") else b"200 result=0\n")

    def play(self, keys=(), steps=None):
        """Answer commands until the server closes, or for `steps` commands; return what was asked."""
        left, asked = list(keys), []
        while steps is None or len(asked) < steps:
            command = self.command()
            if not command:
                break
            asked.append(command.decode())
            self.answer(command, left)
        return asked

    def close(self):
        self.lines.close()
        self.wire.close()
