"""How metrics are read: a port of its own for each process, or a text file for the node exporter."""

import os
import platform
import secrets
from importlib.metadata import version
from pathlib import Path

import structlog
from prometheus_client import (
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    start_http_server,
)

from hotline.operations import MetricsSettings

log = structlog.get_logger()


def new_registry(process: str) -> CollectorRegistry:
    """Return a registry with what every process tells: its build, its memory, its age."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # twice as many lines for nothing that anybody looks at
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    build = Gauge("hotline_build_info", "What runs here", ["process", "version", "python"], registry=registry)
    build.labels(process, version("hotline12345"), platform.python_version()).set(1)
    return registry


def serve(registry: CollectorRegistry, settings: MetricsSettings, process: str, slot: int = 0) -> bool:
    """Let Prometheus read the registry, in a thread; False where it cannot, which keeps nobody from working."""
    port = settings.port(process, slot)
    if not port:
        return False
    try:
        start_http_server(port, settings.host, registry)
    except OSError as error:
        log.error("metrics cannot be read, the port is not to be had", port=port, why=error.strerror)
        return False
    log.info("metrics can be read", host=settings.host, port=port)
    return True


def write(registry: CollectorRegistry, file: Path) -> None:
    """Write the registry as the node exporter's textfile collector wants it: whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(generate_latest(registry))
        os.chmod(beside, 0o644)
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
