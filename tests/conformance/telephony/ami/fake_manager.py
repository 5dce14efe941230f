"""A fake Asterisk manager that speaks AMI in bytes over TCP, and can misbehave in every way a real one has."""

import contextlib
import socket
import threading


class FakeManager:
    """Listens on one port over any number of restarts; each connection is served in a thread.

    `banner` False: accepts and stays silent. `deaf` True: reads and answers nothing. `lists` holds, by action, the
    events that answer it. `asked` keeps every action in the order it came.
    """

    def __init__(self):
        self.banner = True
        self.deaf = False
        self.secret = "right"
        self.lists = {}
        self.asked = []
        self.logins = 0
        self.port = 0
        self._server = None
        self._wires = []
        self._thread = None

    def start(self):
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, args=(self._server,), daemon=True)
        self._thread.start()

    def stop(self):
        """Close everything, as an Asterisk that is killed does."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        self.hang_up()

    def hang_up(self):
        """Close the connections and go on listening."""
        for wire in self._wires:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        self._wires.clear()

    def tell(self, name, **fields):
        """Send an event on every connection."""
        self.send(pack(Event=name, **fields))

    def send(self, data):
        for wire in self._wires:
            with contextlib.suppress(OSError):
                wire.sendall(data)

    def names(self):
        """The actions that came, without logins and pings."""
        return [fields["Action"] for fields in self.asked if fields["Action"] not in ("Login", "Ping")]

    def _accept(self, server):
        while True:
            try:
                wire, _ = server.accept()
            except OSError:
                return
            self._wires.append(wire)
            threading.Thread(target=self._serve, args=(wire,), daemon=True).start()

    def _serve(self, wire):
        with wire, contextlib.suppress(OSError):
            if self.banner:
                wire.sendall(b"Asterisk Call Manager/11.0.0\r\n")
            rest = b""
            while data := wire.recv(4096):
                rest += data
                while b"\r\n\r\n" in rest:
                    raw, rest = rest.split(b"\r\n\r\n", 1)
                    fields = dict(line.split(": ", 1) for line in raw.decode().split("\r\n") if ": " in line)
                    self.asked.append(fields)
                    if self.banner and not self.deaf:
                        wire.sendall(self._answer(fields))

    def _answer(self, fields):
        number = {"ActionID": fields.get("ActionID", "")}
        match fields["Action"]:
            case "Login" if fields["Secret"] != self.secret:
                return pack(Response="Error", **number, Message="Authentication failed")
            case "Login":
                self.logins += 1
                return pack(Response="Success", **number, Message="Authentication accepted")
            case "Ping":
                return pack(Response="Success", **number, Ping="Pong")
            case name if name in self.lists:
                events = [pack(**event, **number) for event in self.lists[name]]
                start = pack(Response="Success", **number, EventList="start")
                return start + b"".join(events) + pack(Event=f"{name}Complete", **number, EventList="Complete")
            case "Silence":
                return b""
            case _:
                return pack(Response="Error", **number, Message="Permission denied")


def pack(**fields):
    """Return fields as one pack."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"
