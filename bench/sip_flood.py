"""Requests of people nobody knows, by sipp, from one address, as fast as told."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FLOODER = "127.0.0.9"
SCENARIO = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="flood"><send><![CDATA[
{method} sip:{to}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:user[call_number]@[remote_ip]>;tag=f[call_number]
To: <sip:{to}@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 {method}
Contact: <sip:x@[local_ip]:[local_port]>
Content-Length: 0

]]></send></scenario>
"""


@contextmanager
def flooding(port: int, rate: int) -> Iterator[None]:
    """Send `rate` requests a second, half of each kind, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for method, to in (("REGISTER", "nobody"), ("INVITE", "12345")):
            scenario = Path(folder) / f"{method}.xml"
            scenario.write_text(SCENARIO.format(method=method, to=to))
            words = (
                "-sf",
                str(scenario),
                "-i",
                FLOODER,
                "-r",
                str(rate // 2),
                "-l",
                "1000000",
                "-nd",
                "-m",
                "100000000",
            )
            running.append(
                subprocess.Popen(
                    ("sipp", *words, f"127.0.0.1:{port}"),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
        time.sleep(2)  # the flood is there before the first call
        try:
            yield
        finally:
            for process in running:
                process.kill()
                process.wait()
