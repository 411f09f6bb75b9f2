"""A small OCSP responder (RFC 6960) for the lab's certificates.

Usage: ocsp_server.py CERTIFICATES ADDRESS.  CERTIFICATES is the folder the lab wrote; what is
revoked it reads from the file `revoked` there, a serial number a line.
"""

from __future__ import annotations

import base64
import sys
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp

LARGEST_REQUEST = 4096


class Responder:
    def __init__(self, folder: Path) -> None:
        self.issuer = x509.load_pem_x509_certificate((folder / "issuing.pem").read_bytes())
        self.key = load_pem_private_key((folder.parent / "keys" / "ca-issuing.key").read_bytes(), None)
        self.revoked = {int(line) for line in (folder / "revoked").read_text().split()}
        self.leaves = {}
        for path in folder.glob("*.leaf.pem"):
            leaf = x509.load_pem_x509_certificate(path.read_bytes())
            if leaf.issuer == self.issuer.subject:
                self.leaves[leaf.serial_number] = leaf

    def answer(self, data: bytes) -> bytes:
        try:
            request = ocsp.load_der_ocsp_request(data)
        except ValueError:
            return ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST).public_bytes(Encoding.DER)
        leaf = self.leaves.get(request.serial_number)
        if leaf is None:
            return ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED).public_bytes(Encoding.DER)
        now = datetime.utcnow().replace(microsecond=0)
        revoked = leaf.serial_number in self.revoked
        builder = ocsp.OCSPResponseBuilder().add_response(
            leaf, self.issuer, request.hash_algorithm, ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            now - timedelta(minutes=5), now + timedelta(days=1), now - timedelta(days=1) if revoked else None,
            x509.ReasonFlags.key_compromise if revoked else None)
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.issuer)
        for extension in request.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def handler(responder: Responder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def reply(self, data: bytes) -> None:
            answer = responder.answer(data)
            self.send_response(200)
            self.send_header("Content-Type", "application/ocsp-response")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), LARGEST_REQUEST)
            self.reply(self.rfile.read(length))

        def do_GET(self) -> None:
            try:
                self.reply(base64.b64decode(unquote(self.path.lstrip("/"))[:LARGEST_REQUEST]))
            except ValueError:
                self.send_error(400)

    return Handler


if __name__ == "__main__":
    ThreadingHTTPServer((sys.argv[2], 80), handler(Responder(Path(sys.argv[1])))).serve_forever()
