"""asterisk-ami's client, made fit to be relied on.

What of the library stays in use: connecting, cutting the stream into packs, logging in, AutoReconnect with its ping.
What is put right here, on the client that is handed out (asterisk-ami 0.1.7):
- its listener dies unseen, and for good, on three seconds of silence or a missing banner: its end now always closes
  the socket and marks the connection finished, which is what AutoReconnect looks for;
- `send` may send half a pack, and two threads may send at once;
- a refused connection leaves its socket to the garbage collector;
- packs are parsed by a codec of our own (see there why);
- AutoReconnect's thread keeps the process from ending.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from asterisk.ami import AMIClient, AutoReconnect

from telephony.ami.codec import Event, Response, parse
from telephony.ami.settings import AmiSettings

OURS = "hotline-"
"""What our own ActionIDs begin with; all others belong to the library (login, ping)."""


class GuardedClient:
    """One asterisk-ami client with AutoReconnect. The three callbacks are called in threads of the library's.

    `on_pack` gets every event and every response to an action of ours; `on_up` is called after each login, `on_lost`
    with the reason after the end of each connection. Both name the connection by its number, because a new one may be
    up before the end of the old one is told.
    """

    def __init__(
        self,
        settings: AmiSettings,
        on_pack: Callable[[Event | Response], None],
        on_up: Callable[[int], None],
        on_lost: Callable[[int, str], None],
    ) -> None:
        self._on_pack = on_pack
        self._on_up = on_up
        self._on_lost = on_lost
        self._settings = settings
        self._number = 0
        self._sending = threading.Lock()
        client: Any = AMIClient(settings.host, settings.port, timeout=settings.silence)
        self._client = client
        self._connect, client.connect = client.connect, self._connect_or_close
        self._listen, client.listen = client.listen, self._listen_to_the_end
        self._library_takes, client.fire_recv_pack = client.fire_recv_pack, self._take
        client.send = self._send_whole
        self._reconnect: Any = AutoReconnect(
            client, delay=settings.ping, on_reconnect=lambda *_: self._logged_in(), on_disconnect=lambda *_: None
        )
        self._reconnect.daemon = True

    def log_in(self, secret: str) -> bool:
        """Connect and log in, blocking up to twice `silence`; from the first success on the library reconnects.

        Returns False where Asterisk refuses the password or says nothing; raises OSError where it cannot be reached.
        """
        response = self._client.login(self._settings.user, secret).response
        if response is None or response.is_error():
            self.close()
            return False
        self._logged_in()
        return True

    def send(self, text: str) -> None:
        """Send an action's text (see codec.action), blocking; raises OSError where there is no connection."""
        self._send_whole(text)

    def close(self) -> None:
        """End the connection; AutoReconnect, if it runs, opens another."""
        with suppress(OSError, AttributeError):
            self._client._socket.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """End the connection and AutoReconnect, blocking until the listener is gone or `silence` is over."""
        if self._reconnect.finished is not None:
            self._reconnect.finished.set()
        self.close()
        for thread in (self._reconnect, self._client._thread):
            if thread is not None and thread.is_alive():
                thread.join(self._settings.silence)
        self.close()

    def _logged_in(self) -> None:
        self._on_up(self._number)

    def _connect_or_close(self) -> None:
        self._number += 1
        try:
            self._connect()
        except OSError:
            self._client._socket.close()
            raise

    def _listen_to_the_end(self) -> None:
        ended, wire, number = self._client.finished, self._client._socket, self._number
        why = "closed by Asterisk"
        try:
            self._listen()
        except Exception as error:  # noqa: BLE001  a thread's edge: on_lost logs it
            why = f"{type(error).__name__}: {error}"
        finally:
            ended.set()
            wire.close()
            self._client._futures.clear()
            self._on_lost(number, why)

    def _take(self, pack: str) -> None:
        found = parse(pack)
        if isinstance(found, Response) and not found.fields.get("ActionID", "").startswith(OURS):
            self._library_takes(pack)
        elif found is not None:
            self._on_pack(found)

    def _send_whole(self, pack: object) -> None:
        wire = self._client._socket
        if wire is None:
            raise ConnectionError("not connected to AMI")
        with self._sending:
            wire.sendall(f"{pack}\r\n".encode())
