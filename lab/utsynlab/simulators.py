"""What no packaged server can do any more: which simulators the lab starts, and under which names.

The simulators themselves are in lab/simulators/ (roles and parameters in its README).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .tls import RANGE
from .zone import Zone

PROGRAM = Path(__file__).resolve().parent.parent / "simulators" / "run"
RSA_CERTIFICATE, MAIL_CERTIFICATE = "simulators-rsa", "simulators-mail"


@dataclass(frozen=True)
class Simulator:
    name: str
    role: str
    what: str
    shows: dict[str, str] = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    port: int = 443
    kind: str = "web"                        # web, mail, dns
    outside_names: tuple[str, ...] = ()      # names beyond the range that resolve to it
    certificate: str | None = None           # whose files go in as cert_pem and key_pem

    @property
    def host(self) -> str:
        return f"{self.name}.{RANGE}"

    def add_records(self, zone: Zone, address: str) -> None:
        if self.kind == "dns":
            zone.add(self.name, "NS", f"ns.{self.host}.")
            zone.replace_glue(f"ns.{self.host}.", address)
            return
        zone.add(f"mx.{self.name}" if self.kind == "mail" else self.name, "A", address)
        if self.kind == "mail":
            zone.add(self.name, "MX", f"10 mx.{self.host}.")

    def entry(self, address: str, certificates: Path) -> dict:
        params = dict(self.params)
        if self.kind == "dns" and "records" in params:
            params["records"] = {name.replace("@", self.host): [[rtype, value.replace("ADDRESS", address).replace("@", self.host)]
                                                                 for rtype, value in rows]
                                 for name, rows in params["records"].items()}
        if self.kind == "mail":
            params.setdefault("hostname", f"mx.{self.host}")
        if self.certificate:
            params["cert_pem"] = str(certificates / f"{self.certificate}.pem")
            params["key_pem"] = str(certificates / f"{self.certificate}.key")
        return {"name": self.name, "role": self.role, "address": address, "port": self.port, "params": params}


SIMULATORS: tuple[Simulator, ...] = ()
