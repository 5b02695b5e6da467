"""Certificates for tests, made by openssl: an authority, a server's and a client's."""

import subprocess
from pathlib import Path

__all__ = ("make_certificates",)


def make_certificates(folder: Path) -> None:
    """Write `ca.pem`, and for server and client a PEM file with key and certificate."""
    _run(folder, "req", "-x509", *_key("ca"), "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority")
    for name, subject in (("server", "/CN=localhost"), ("client", "/O=Example/CN=alice")):
        (folder / f"{name}.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        _run(folder, "req", "-new", *_key(name), "-out", f"{name}.csr", "-subj", subject)
        signed = (
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            f"{name}.ext",
        )
        _run(folder, "x509", "-req", "-in", f"{name}.csr", *signed, "-out", f"{name}.crt")
        pem = (folder / f"{name}.key").read_text() + (folder / f"{name}.crt").read_text()
        (folder / f"{name}.pem").write_text(pem)


def _key(name: str) -> tuple[str, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"


def _run(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=30)
