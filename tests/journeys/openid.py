"""OpenID providers for the journeys: a real one (npm: oidc-provider, tests/oidc) and a hostile one that signs whatever a test
asks for."""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from house import ROOT

FOLDER = ROOT / "tests" / "oidc"
CLIENT = "utsyn-journey"
SECRET = "a secret / with + signs & more"


def base64url(data: bytes | int) -> str:
    if isinstance(data, int):
        data = data.to_bytes((data.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Key:
    """A signing key of a provider."""

    def __init__(self, kind: str, kid: str) -> None:
        self.kid = kid
        self.kind = kind
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048) if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())

    def jwk(self, private: bool = False) -> dict:
        if self.kind == "RSA":
            numbers = self.private.private_numbers()
            public = numbers.public_numbers
            out = {"kty": "RSA", "n": base64url(public.n), "e": base64url(public.e)}
            if private:
                out |= {"d": base64url(numbers.d), "p": base64url(numbers.p), "q": base64url(numbers.q), "dp": base64url(numbers.dmp1),
                        "dq": base64url(numbers.dmq1), "qi": base64url(numbers.iqmp)}
        else:
            numbers = self.private.private_numbers()
            public = numbers.public_numbers
            fixed = lambda number: base64url(number.to_bytes(32, "big"))
            out = {"kty": "EC", "crv": "P-256", "x": fixed(public.x), "y": fixed(public.y)}
            if private:
                out["d"] = fixed(numbers.private_value)
        return out | {"kid": self.kid, "use": "sig"}

    def sign(self, algorithm: str, data: bytes) -> bytes:
        if algorithm == "RS256":
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if algorithm == "PS256":
            return self.private.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        r, s = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def token(self, claims: dict, algorithm: str = "", header: dict | None = None) -> str:
        algorithm = algorithm or ("RS256" if self.kind == "RSA" else "ES256")
        head = {"alg": algorithm, "kid": self.kid, **(header or {})}
        body = base64url(json.dumps(head).encode()) + "." + base64url(json.dumps(claims).encode())
        return body + "." + base64url(self.sign(algorithm, body.encode()))


class RealProvider:
    """oidc-provider in a process of its own, ended by its process id."""

    def __init__(self, redirect: str, algorithm: str = "RS256", key: Key | None = None, method: str = "client_secret_basic") -> None:
        if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
            raise AssertionError(f"the OpenID provider is not installed: npm ci --omit=dev --prefix {FOLDER}")
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.folder = Path(tempfile.mkdtemp(prefix="utsyn-oidc-"))
        self.settings = {"port": self.port, "redirect": redirect, "client": CLIENT, "secret": SECRET, "algorithm": algorithm, "method": method}
        self.process: subprocess.Popen | None = None
        self.start(key or Key("EC" if algorithm == "ES256" else "RSA", "first"))

    def start(self, key: Key) -> None:
        """With this key, and no other: starting again with another is a rotation."""
        self.stop()
        (self.folder / "settings.json").write_text(json.dumps({**self.settings, "jwks": {"keys": [key.jwk(private=True)]}}))
        with open(self.folder / "errors", "ab") as errors:
            self.process = subprocess.Popen(["node", FOLDER / "provider.mjs", self.folder / "settings.json"], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=errors, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready"):
            raise AssertionError(f"oidc-provider did not start: {(self.folder / 'errors').read_text()[-3000:]}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process.stdout.close()
            self.process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def next(self, account: str, **more: object) -> None:
        """Who logs in from now on."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/control", json.dumps({"account": account, **more}))
        assert connection.getresponse().status == 204
        connection.close()

    def visit(self, location: str) -> str:
        """A browser that goes where it is sent, with cookies of its own, until it is sent away from the provider; where to."""
        cookies: dict[str, str] = {}
        for _ in range(12):
            url = urllib.parse.urlsplit(location)
            if url.netloc and url.netloc != f"127.0.0.1:{self.port}":
                return location
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", url.path + ("?" + url.query if url.query else ""),
                               headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})
            answer = connection.getresponse()
            body = answer.read()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    cookies[key] = rest.split(";")[0]
            target = answer.getheader("Location")
            connection.close()
            if not target:
                raise AssertionError(f"the provider stays at {location}: {answer.status} {body[:500]!r}")
            location = urllib.parse.urljoin(location, target)
        raise AssertionError("the provider goes round in circles")


class HostileProvider:
    """Says what the test wants. `answer(nonce)` gives the body of the token endpoint; `keys` what is at jwks_uri."""

    def __init__(self) -> None:
        provider = self
        self.key = Key("RSA", "k1")
        self.keys: list[dict] = [self.key.jwk()]
        self.token = ""
        self.status = 200
        self.asked: list[str] = []
        self.discovery: dict = {}
        self.padding = b""

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def reply(self, value: object, status: int = 200) -> None:
                data = json.dumps(value).encode() + provider.padding
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except OSError:
                    pass

            def do_GET(self) -> None:
                provider.asked.append(self.path)
                if self.path == "/jwks":
                    self.reply({"keys": provider.keys})
                elif self.path == "/.well-known/openid-configuration":
                    self.reply({"issuer": provider.issuer, "authorization_endpoint": provider.issuer + "/authorize",
                                "token_endpoint": provider.issuer + "/token", "jwks_uri": provider.issuer + "/jwks", **provider.discovery})
                else:
                    self.reply({}, 404)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                provider.asked.append(self.path + " " + self.rfile.read(length).decode())
                self.reply({"access_token": "x", "token_type": "Bearer", "id_token": provider.token} if provider.status == 200
                           else {"error": "invalid_grant"}, provider.status)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def claims(self, asked: str, /, **changes: object) -> dict:
        """Good ones, with these changes; None takes a claim away."""
        now = int(time.time())
        out = {"iss": self.issuer, "sub": "person-1", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": asked, **changes}
        return {name: value for name, value in out.items() if value is not None}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
