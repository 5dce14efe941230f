"""From checked configuration to an Asterisk that is ready to start."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from telephony.asterisk import certificate, sounds
from telephony.asterisk.ports import Endpoint
from telephony.asterisk.process import AsteriskProcess, Limits
from telephony.asterisk.render import Sources, music, render, write
from telephony.asterisk.settings import TelephonySettings


def prepare(sources: Sources, prompts: Sequence[Path]) -> AsteriskProcess:
    """Write all that Asterisk reads and return the process, not started.

    `prompts` are folders of 8 kHz wavs, a later one winning. Raises UnfitHome, UnsafeValue or BrokenDialplan before
    anything is written.
    """
    sources.layout.require_fit()
    files = render(sources)
    sources.layout.make()
    sounds.lay(sources.layout, prompts, music(sources.routing), sources.program.documentation)
    write(sources, files)
    if sources.settings.sip.tls and not sources.settings.sip.tls.certificate:
        certificate.keep(sources.layout, sources.settings.sip, datetime.now(UTC))
    limits = Limits(sources.settings.asterisk.start, sources.settings.asterisk.stop)
    return AsteriskProcess(sources.program, sources.layout, ports(sources.settings), limits)


def ports(settings: TelephonySettings) -> tuple[Endpoint, ...]:
    """Return every port that Asterisk opens for good."""
    protocols = sorted({"udp", *(trunk.protocol for trunk in settings.sip.trunks.values())})
    sip = tuple(Endpoint(protocol, settings.sip.bind, settings.sip.port, "SIP") for protocol in protocols)
    if settings.sip.tls:
        sip = (*sip, Endpoint("tcp", settings.sip.bind, settings.sip.tls_port, "SIP/TLS"))
    return (*sip, Endpoint("tcp", settings.ami.host, settings.ami.port, "AMI"))
