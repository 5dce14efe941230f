"""What may sit where FastAGI should be: nobody, a silent process, one that talks nonsense, one that decides."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket], None]


@contextlib.contextmanager
def behind(port: int, behave: Behaviour) -> Iterator[None]:
    """Listen on the FastAGI port and treat every connection by `behave`, in threads, while the block runs."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(0.1)
        threads = [threading.Thread(target=_serve, args=(server, behave, over))]
        threads[0].start()
        try:
            yield
        finally:
            over.set()
            threads[0].join()


def _serve(server: socket.socket, behave: Behaviour, over: threading.Event) -> None:
    open_ones: list[socket.socket] = []
    workers: list[threading.Thread] = []
    while not over.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        open_ones.append(connection)
        workers.append(threading.Thread(target=_guarded, args=(behave, connection)))
        workers[-1].start()
    for connection in open_ones:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    for worker in workers:
        worker.join()


def _guarded(behave: Behaviour, connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.settimeout(None)
        behave(connection)


def silent(connection: socket.socket) -> None:
    """Accept, and never say a word."""
    while connection.recv(4096):
        pass


def garbage(connection: socket.socket) -> None:
    """Say what is no AGI, then go."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n\0\xff\xfe")
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def closing(connection: socket.socket) -> None:
    """Close at once."""
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def dying_after(*commands: str) -> Behaviour:
    """Carry out some commands and then die without a word, as a killed process does."""

    def behave(connection: socket.socket) -> None:
        header(connection)
        say(connection, commands)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    return behave


def going_silent_after(*commands: str) -> Behaviour:
    """Carry out some commands and then say nothing more, the connection open."""

    def behave(connection: socket.socket) -> None:
        header(connection)
        say(connection, commands)
        silent(connection)

    return behave


def deciding(*pairs: tuple[str, str]) -> Behaviour:
    """Set variables and end the session, as our FastAGI server does with a decision."""
    return dying_after(*(f'SET VARIABLE {name} "{value}"' for name, value in pairs))


def header(connection: socket.socket) -> dict[str, str]:
    """Read the agi_* block."""
    raw = b""
    while not raw.endswith(b"\n\n"):
        piece = connection.recv(4096)
        if not piece:
            raise OSError("gone")
        raw += piece
    return dict(line.split(": ", 1) for line in raw.decode(errors="replace").splitlines() if ": " in line)


def say(connection: socket.socket, commands: tuple[str, ...]) -> None:
    """Send commands one by one, each after the answer to the one before."""
    for command in commands:
        connection.sendall(command.encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            piece = connection.recv(4096)
            if not piece:
                raise OSError("gone")
            answer += piece
