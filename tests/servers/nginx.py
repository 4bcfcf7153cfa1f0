"""An nginx with the ways of ministries' servers; what it answers stands in nginx.conf."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from processes import free_port, running
from running import HERE, ask, installed


@dataclass(frozen=True)
class Nginx:
    """A running nginx."""

    url: str
    tls_url: str
    certificate: Path
    """Signed by itself."""
    html: Path

    def write(self, path: str, content: str | bytes, modified: datetime | None = None) -> str:
        """Put a page there, and give its address; ETag and Last-Modified follow its time."""
        file = self.html / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        if modified:
            os.utime(file, (modified.timestamp(), modified.timestamp()))
        return f"{self.url}/{path.lstrip('/')}"


@contextmanager
def running_nginx(folder: Path) -> Iterator[Nginx]:
    """Start an nginx without any page."""
    program = installed("debian/usr/sbin/nginx")
    filled = {
        "module": installed("debian/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so"),
        "types": installed("debian/etc/nginx/mime.types"),
        "port": free_port(),
        "tls_port": free_port(),
    }
    text = (HERE / "nginx.conf").read_text(encoding="utf-8")
    for name, value in filled.items():
        text = text.replace(f"@{name}@", str(value))
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    (folder / "html").mkdir()
    (folder / "tmp").mkdir()
    _sign(folder)
    nginx = Nginx(
        f"http://127.0.0.1:{filled['port']}",
        f"https://127.0.0.1:{filled['tls_port']}",
        folder / "own.crt",
        folder / "html",
    )
    command = [program, "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"]
    with running(command, folder, lambda: ask(nginx.url)):
        yield nginx


def _sign(folder: Path) -> None:
    name = ["-x509", "-days", "2", "-subj", "/CN=127.0.0.1"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "own.key", "-out", "own.crt"]
    subprocess.run(
        ["openssl", "req", *name, *key, *files],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=30,
    )
