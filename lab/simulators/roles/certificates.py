"""Certificates for the simulators: the lab's PEM files, or self-signed ones made once per process with the `openssl` program."""
import base64
import functools
import os
import re
import subprocess
import tempfile

from .core import SpecError

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s*([A-Za-z0-9+/=\s]+)-----END \1-----")


def _blocks(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            text = file.read()
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error}") from error
    return [(kind, base64.b64decode(body)) for kind, body in _PEM.findall(text)]


def chain(path):
    """The certificates of a PEM file as DER, in the order of the file."""
    found = [der for kind, der in _blocks(path) if kind == "CERTIFICATE"]
    if not found:
        raise SpecError(f"there is no certificate in {path}")
    return found


@functools.cache
def _made(common_name, names):
    """PEM text of a self-signed certificate and its key."""
    with tempfile.TemporaryDirectory(prefix="simulators-") as folder:
        key, certificate, config = (os.path.join(folder, name) for name in ("key.pem", "cert.pem", "openssl.cnf"))
        alternatives = [common_name] + [f"name{number}.{common_name}" for number in range(1, names)]
        with open(config, "w", encoding="ascii") as file:
            file.write("[req]\nprompt=no\ndistinguished_name=subject\nx509_extensions=extensions\n")
            file.write(f"[subject]\nCN={common_name}\n[extensions]\nsubjectAltName=@names\n[names]\n")
            file.write("".join(f"DNS.{number}={name}\n" for number, name in enumerate(alternatives, 1)))
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-config", config, "-keyout", key, "-out", certificate]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError) as error:
            raise SpecError(f"cannot make a certificate for {common_name} with openssl: {error}") from error
        with open(certificate, encoding="ascii") as file, open(key, encoding="ascii") as key_file:
            return file.read(), key_file.read()


def self_signed_chain(common_name="simulator.lab.test", names=1):
    text, _ = _made(common_name, names)
    return [base64.b64decode(body) for _, body in _PEM.findall(text)]


def self_signed_files(common_name="simulator.lab.test"):
    """Paths of a certificate and its key, for libraries that want files. The caller removes the folder when it has loaded them."""
    certificate, key = _made(common_name, 1)
    folder = tempfile.mkdtemp(prefix="simulators-")
    paths = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    for path, text in zip(paths, (certificate, key)):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(text)
    return folder, *paths


def _der_items(data):
    """(tag, content) of each element of one level of DER."""
    items, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        items.append((tag, data[at : at + length]))
        at += length
    return items


def rsa_private_numbers(path):
    """(modulus, private exponent) of an RSA key in PKCS #1 or PKCS #8."""
    for kind, der in _blocks(path):
        if kind not in ("PRIVATE KEY", "RSA PRIVATE KEY"):
            continue
        items = _der_items(_der_items(der)[0][1])
        if kind == "PRIVATE KEY":
            items = _der_items(_der_items(items[2][1])[0][1])
        if len(items) >= 4:
            return int.from_bytes(items[1][1], "big"), int.from_bytes(items[3][1], "big")
    raise SpecError(f"there is no RSA key in {path}")
