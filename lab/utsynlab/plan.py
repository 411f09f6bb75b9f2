"""Addresses and names of the lab, and the case: one thing to be found on one target."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .ca import KeyStore

ROOT_SERVER = "127.53.0.1"
TLD_SERVER = "127.53.0.2"
RESOLVER = "127.53.0.53"
OPEN_RESOLVER = "127.53.1.53"            # also a name server of open-resolver.testfelt.example

FJORDVIK_NS, FJORDVIK_NS6 = "127.53.1.1", "fd75:7473:796e::1:1"
NORDSKY_NS, NORDSKY_NS6 = "127.53.101.1", "fd75:7473:7a6e::1:1"      # the second network
STEINLIA_NS = "127.53.1.20"
RANGE_NS = ("127.53.1.30", "127.53.101.30")
CASES_NS = ("127.53.1.40", "127.53.101.40")
CASES_NS_SAME_NETWORK = "127.53.1.41"
NOBODY = "127.53.1.99"                   # nothing listens here

FJORDVIK_WEB, FJORDVIK_WEB6 = "127.53.2.1", "fd75:7473:796e::2:1"
NORDSKY_WEB, NORDSKY_PORTAL = "127.53.2.10", "127.53.2.11"
STEINLIA_WEB, STEINLIA_CASES, STEINLIA_INTERNAL = "127.53.2.20", "127.53.2.21", "127.53.2.22"
RANGE_WEB = "127.53.2.90"
PKI_WEB, STS_WEB = "127.53.2.91", "127.53.2.92"
OCSP_SERVER = "127.53.2.93"

FJORDVIK_MX, FJORDVIK_MX6 = "127.53.3.1", "fd75:7473:796e::3:1"
NORDSKY_MX = ("127.53.3.10", "127.53.3.11")
STEINLIA_MX = "127.53.3.20"

IPV6_ADDRESSES = (FJORDVIK_NS6, NORDSKY_NS6, FJORDVIK_WEB6, FJORDVIK_MX6)
ALLOWED_NETWORKS = ("127.53.0.0/16", "fd75:7473:796e::/64", "fd75:7473:7a6e::/64")


def mail_case_address(index: int) -> str:
    return f"127.53.3.{30 + index}"


def tls_address(index: int) -> str:
    return f"127.53.4.{1 + index}"


def certificate_address(index: int) -> str:
    return f"127.53.4.{101 + index}"


def header_address(index: int) -> str:
    return f"127.53.7.{1 + index}"


def simulator_address(index: int) -> str:
    return f"127.53.{5 + index // 200}.{1 + index % 200}"


@dataclass(frozen=True)
class Case:
    """What a target of the range is for, and the verdicts it should bring: {check: verdict}."""

    name: str
    area: str
    what: str
    shows: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What the writers of configuration need to know of this run."""

    folder: Path
    now: datetime
    keys: KeyStore
    ipv6: bool
    changes: frozenset[str]
    serial: int

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"
