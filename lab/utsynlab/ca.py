"""The lab's own certificate authority, made fresh at every start.

One root, one intermediate that issues nearly everything, and the certificates of
certificates.py, good and wrong.  For each there are NAME.pem (what the server sends, in the
order it sends it), NAME.leaf.pem and NAME.key, and for some NAME.ocsp, a stapled answer.
"""

from __future__ import annotations

import hashlib
import os
import random
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (Encoding, NoEncryption, PrivateFormat,
                                                          PublicFormat, load_pem_private_key)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

warnings.filterwarnings("ignore", message="SHA1 signatures|MD5 signatures|RSA key sizes")
warnings.filterwarnings("ignore", category=UserWarning, module="cryptography")

PKI_HOST = "pki.testfelt.example"
OCSP_HOST = "ocsp.testfelt.example"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def write_private(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def key_bytes(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def is_probably_prime(number: int) -> bool:
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(12):
        value = pow(random.randrange(2, number - 1), odd, number)
        if value in (1, number - 1):
            continue
        for _ in range(twos - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True


def close_primes_key() -> rsa.RSAPrivateKey:
    """A 2048-bit key whose primes are neighbours, so that Fermat's method factors it at once."""
    e = 65537
    while True:
        p = rsa.generate_private_key(e, 2048).private_numbers().p
        q = p + 2
        while not is_probably_prime(q):
            q += 2
        phi = (p - 1) * (q - 1)
        if phi % e and p * q >> 2047:
            break
    d = pow(e, -1, phi)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q),
                                 rsa.RSAPublicNumbers(e, p * q)).private_key()


def make_key(kind: str) -> Key:
    if kind == "close-primes":
        return close_primes_key()
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("rsa"):
        bits, _, exponent = kind[3:].partition("-e")
        return rsa.generate_private_key(int(exponent or 65537), int(bits))
    curve = {"p224": ec.SECP224R1(), "p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}[kind]
    return ec.generate_private_key(curve)


class KeyStore:
    """Keys by name, kept as PEM files so that a change of the running lab finds them again.

    RSA keys of 2048 bits and more cost a good part of a second each, hence sharing by `name`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loaded: dict[str, Key] = {}       # reading an RSA key costs a check of its primes
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def prepare(self, wanted: dict[str, str]) -> None:
        """Makes many keys at once, on all cores: {name: kind}."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda item: self.get(*item), wanted.items()))

    def get(self, name: str, kind: str) -> Key:
        if name not in self.loaded:
            path = self.folder / f"{name}.key"
            if path.exists():
                self.loaded[name] = load_pem_private_key(path.read_bytes(), None)
            else:
                self.loaded[name] = make_key(kind)
                write_private(path, key_bytes(self.loaded[name]))
        return self.loaded[name]


@dataclass(frozen=True)
class Certificate:
    """One certificate to make.  The defaults are those of a good one."""

    name: str
    hosts: tuple[str, ...] = ()
    key: str = "p256"
    shared_key: str | None = None          # name of a key that several certificates use
    issuer: str = "issuing"
    starts: timedelta = timedelta(days=-10)
    ends: timedelta = timedelta(days=80)
    digest: str = "sha256"
    common_name: str | None = None
    sans: bool = True
    is_ca: bool = False
    server_auth: bool = True
    must_staple: bool = False
    ocsp_url: bool = False
    staple: bool = False
    revoked: bool = False
    self_signed: bool = False
    sends: tuple[str, ...] | None = None   # what follows the leaf; default: its issuers without the root
    reversed_issuers: bool = False         # the leaf must stay first or no server starts
    policy: str = "2.23.140.1.2.1"         # domain validated
    organisation: str | None = None

    @property
    def key_name(self) -> str:
        return self.shared_key or f"leaf-{self.name}"


@dataclass
class Authority:
    certificate: x509.Certificate
    key: Key
    chain: list[str] = field(default_factory=list)   # names of the intermediates from here to the root


class CertificateAuthority:
    def __init__(self, folder: Path, keys: KeyStore, now: datetime) -> None:
        self.folder, self.keys, self.now = folder, keys, now.replace(microsecond=0)
        folder.mkdir(parents=True, exist_ok=True)
        self.authorities: dict[str, Authority] = {}
        self.revoked: list[x509.Certificate] = []

    # -- authorities -----------------------------------------------------------------

    def make_authorities(self) -> None:
        self._authority("root", "Utsyn Lab Root", None)
        self._authority("issuing", "Utsyn Lab Issuing CA 1", "root")
        self._authority("rsa-issuing", "Utsyn Lab RSA Issuing CA", "root", kind="rsa2048")
        self._authority("other-root", "Utsyn Lab Unknown Root", None)
        self._authority("expired-issuing", "Utsyn Lab Expired Issuing CA", "root", ends=timedelta(days=-5))
        issuer = "root"
        for depth in range(1, 5):
            self._authority(f"deep-{depth}", f"Utsyn Lab Deep CA {depth}", issuer)
            issuer = f"deep-{depth}"

    def _authority(self, name: str, common_name: str, issuer: str | None,
                   ends: timedelta = timedelta(days=3650), kind: str = "p256") -> None:
        key = self.keys.get(f"ca-{name}", kind)
        subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
                             x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Testfeltet"),
                             x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        signer = self.authorities[issuer] if issuer else None
        signing_key = signer.key if signer else key
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(signer.certificate.subject if signer else subject)
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(self.now - timedelta(days=730)).not_valid_after(self.now + ends)
                   .add_extension(x509.BasicConstraints(True, None), True)
                   .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), False))
        certificate = builder.sign(signing_key, hashes.SHA256())
        chain = [name, *signer.chain] if signer else []
        self.authorities[name] = Authority(certificate, key, chain)
        (self.folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))

    # -- leaves ------------------------------------------------------------------------

    def make(self, wanted: Certificate) -> None:
        key = self.keys.get(wanted.key_name, wanted.key)
        leaf = self._leaf(wanted, key)
        authority = self.authorities[wanted.issuer]
        following = [] if wanted.self_signed else authority.chain
        if wanted.sends is not None:
            following = list(wanted.sends)
        pems = [leaf.public_bytes(Encoding.PEM)]
        pems += [self.authorities[name].certificate.public_bytes(Encoding.PEM) for name in following]
        if wanted.reversed_issuers:
            pems = pems[:1] + pems[:0:-1]
        (self.folder / f"{wanted.name}.pem").write_bytes(b"".join(pems))
        (self.folder / f"{wanted.name}.leaf.pem").write_bytes(pems[0])
        write_private(self.folder / f"{wanted.name}.key", key_bytes(key))
        if wanted.revoked:
            self.revoked.append(leaf)
        if wanted.staple:
            (self.folder / f"{wanted.name}.ocsp").write_bytes(self._ocsp_answer(leaf, authority, wanted.revoked))

    def _leaf(self, wanted: Certificate, key: Key) -> x509.Certificate:
        public = key.public_key()
        authority = self.authorities[wanted.issuer]
        attributes = []
        if wanted.organisation:
            attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, wanted.organisation))
        common_name = wanted.common_name or (wanted.hosts[0] if wanted.hosts else wanted.name)
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]))
        subject = x509.Name(attributes)
        signer = key if wanted.self_signed else authority.key
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(subject if wanted.self_signed else authority.certificate.subject)
                   .public_key(public).serial_number(x509.random_serial_number())
                   .not_valid_before(self.now + wanted.starts).not_valid_after(self.now + wanted.ends)
                   .add_extension(x509.BasicConstraints(wanted.is_ca, None), True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
                   .add_extension(x509.KeyUsage(True, False, isinstance(key, rsa.RSAPrivateKey), False, False,
                                                wanted.is_ca, False, False, False), True))
        usage = ExtendedKeyUsageOID.SERVER_AUTH if wanted.server_auth else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), False)
        if wanted.sans and wanted.hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(host) for host in wanted.hosts]), False)
        if not wanted.self_signed:
            builder = builder.add_extension(x509.CertificatePolicies(
                [x509.PolicyInformation(x509.ObjectIdentifier(wanted.policy), None)]), False)
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"http://{PKI_HOST}/{wanted.issuer}.crl")],
                                           None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), False)
        if wanted.ocsp_url:
            place = x509.UniformResourceIdentifier(f"http://{OCSP_HOST}/")
            builder = builder.add_extension(x509.AuthorityInformationAccess(
                [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)]), False)
        if wanted.must_staple:
            builder = builder.add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)
        digest = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1(), "md5": hashes.MD5()}[wanted.digest]
        if isinstance(signer, ed25519.Ed25519PrivateKey):
            return builder.sign(signer, None)
        return builder.sign(signer, digest)

    # -- revocation ----------------------------------------------------------------------

    def _ocsp_answer(self, leaf: x509.Certificate, authority: Authority, revoked: bool) -> bytes:
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        answer = ocsp.OCSPResponseBuilder().add_response(
            leaf, authority.certificate, hashes.SHA1(), status, self.now - timedelta(hours=1),
            self.now + timedelta(days=6), self.now - timedelta(days=1) if revoked else None,
            x509.ReasonFlags.key_compromise if revoked else None)
        return (answer.responder_id(ocsp.OCSPResponderEncoding.HASH, authority.certificate)
                .sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER))

    def write_revocation_lists(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "revoked").write_text("".join(f"{leaf.serial_number}\n" for leaf in self.revoked))
        for name, authority in self.authorities.items():
            builder = (x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
                       .last_update(self.now - timedelta(hours=1)).next_update(self.now + timedelta(days=7)))
            for leaf in self.revoked:
                if leaf.issuer == authority.certificate.subject:
                    builder = builder.add_revoked_certificate(
                        x509.RevokedCertificateBuilder().serial_number(leaf.serial_number)
                        .revocation_date(self.now - timedelta(days=1)).build())
            builder = builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), False)
            (folder / f"{name}.crl").write_bytes(builder.sign(authority.key, hashes.SHA256())
                                                 .public_bytes(Encoding.DER))


# -- reading what was made ---------------------------------------------------------------

def sent_chain(folder: Path, name: str) -> list[x509.Certificate]:
    data = (folder / f"{name}.pem").read_bytes()
    mark = b"-----END CERTIFICATE-----"
    return [x509.load_pem_x509_certificate(piece + mark) for piece in data.split(mark) if piece.strip()]


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def tlsa_3_1_1(certificate: x509.Certificate) -> str:
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"3 1 1 {hashlib.sha256(spki).hexdigest()}"


def key_kind(certificate: x509.Certificate) -> str:
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return f"rsa-{public.key_size}"
    if isinstance(public, ec.EllipticCurvePublicKey):
        return f"ecdsa-{public.curve.name}"
    return "ed25519"
