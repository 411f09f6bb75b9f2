"""The name servers: a Knot DNS for each role, and Unbound, which resolves and validates."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from . import organisations, plan, range_zones
from .mail import MAIL_CASES
from .plan import Context
from .simulators import SIMULATORS
from .tls import RANGE
from .zone import Zone

TLD_NS = "ns.nic.example."
ROOT_NS = "a.root."


@dataclass(frozen=True)
class NameServer:
    """One Knot process: its addresses and what it is the authority for."""

    name: str
    addresses: tuple[str, ...]
    zones: tuple[Zone, ...]
    discreet: bool = False               # tells no version, knows cookies
    open_transfer: frozenset[str] = frozenset()


def reverse_name(address: str) -> str:
    return ipaddress.ip_address(address).reverse_pointer + "."


def pointers(context: Context) -> dict[str, str]:
    """Which addresses have a name; Steinlia never asked for one."""
    found = {plan.FJORDVIK_MX: "mx.fjordvik.example.", plan.FJORDVIK_NS: "ns1.fjordvik.example.",
             plan.FJORDVIK_WEB: "www.fjordvik.example.", plan.NORDSKY_NS: "ns1.nordsky.example.",
             plan.NORDSKY_MX[0]: "mx1.nordsky.example.", plan.NORDSKY_MX[1]: "mail.nordsky.example.",
             plan.RESOLVER: f"resolver.{RANGE}."}
    for index, case in enumerate(MAIL_CASES):
        found[plan.mail_case_address(index)] = f"mx.{case.name}.{RANGE}."
    for index, simulator in enumerate(SIMULATORS):
        if simulator.kind == "mail":
            found[plan.simulator_address(index)] = f"mx.{simulator.host}."
    if context.ipv6:
        found |= {plan.FJORDVIK_MX6: "mx.fjordvik.example.", plan.FJORDVIK_NS6: "ns1.fjordvik.example.",
                  plan.FJORDVIK_WEB6: "www.fjordvik.example.", plan.NORDSKY_NS6: "ns1.nordsky.example."}
    return found


REVERSE_ZONES = ("53.127.in-addr.arpa.", "e.6.9.7.3.7.4.7.5.7.d.f.ip6.arpa.", "e.6.a.7.3.7.4.7.5.7.d.f.ip6.arpa.")


def reverse_zones(context: Context) -> list[Zone]:
    zones = []
    for origin in REVERSE_ZONES:
        zone = Zone(origin, signing=organisations.signing(context, origin))
        zone.start(TLD_NS, "drift.nic.example.", [TLD_NS], context.serial)
        for address, name in pointers(context).items():
            if reverse_name(address).endswith("." + origin):
                zone.add(reverse_name(address), "PTR", name)
        zones.append(zone)
    return zones


def name_servers(context: Context) -> list[NameServer]:
    fjordvik, nordsky, steinlia = (organisations.fjordvik_zone(context), organisations.nordsky_zone(context),
                                   organisations.steinlia_zone(context))
    testing, inherited = range_zones.range_zone(context), range_zones.inherited_zone(context)
    first, second = range_zones.case_zones(context, testing)
    reverse = reverse_zones(context)

    def addresses(v4: str, v6: str | None = None) -> list[str]:
        return [v4] + ([v6] if v6 and context.ipv6 else [])

    glue = {"ns1.fjordvik.example.": addresses(plan.FJORDVIK_NS, plan.FJORDVIK_NS6),
            "ns1.nordsky.example.": addresses(plan.NORDSKY_NS, plan.NORDSKY_NS6),
            "ns.steinlia.example.": [plan.STEINLIA_NS],
            f"ns1.{RANGE}.": [plan.RANGE_NS[0]], f"ns2.{RANGE}.": [plan.RANGE_NS[1]]}

    tld = Zone("example.", ttl=300, signing=organisations.signing(context, "example.", nsec3=(0, "-")))
    tld.start(TLD_NS, "drift.nic.example.", [TLD_NS], context.serial)
    tld.add("ns.nic", "A", plan.TLD_SERVER)
    for zone in (fjordvik, nordsky, steinlia, testing, inherited):
        ds = [zone.signing.ds(zone.origin)] if zone.signing else []
        if zone is fjordvik and "break-dnssec" in context.changes:
            ds = [organisations.signing(context, "another.").ds(zone.origin)]
        tld.delegate(zone.origin, zone.records[(zone.origin, "NS")], ds, glue)

    root = Zone(".", ttl=300, signing=organisations.signing(context, "."))
    root.start(ROOT_NS, "drift.root.", [ROOT_NS], context.serial)
    root.add(ROOT_NS, "A", plan.ROOT_SERVER)
    for zone in (tld, *reverse):
        root.delegate(zone.origin, [TLD_NS], [zone.signing.ds(zone.origin)] if zone.signing else [])
    root.replace_glue(TLD_NS, plan.TLD_SERVER)
    for index, simulator in enumerate(SIMULATORS):          # names of providers that pages in the range stand for
        for name in simulator.outside_names:
            root.add(name + ".", "A", plan.simulator_address(index))

    transfers = frozenset(case.origin for case in range_zones.ZONE_CASES if case.open_transfer)
    return [
        NameServer("root", (plan.ROOT_SERVER,), (root,)),
        NameServer("tld", (plan.TLD_SERVER,), (tld, *reverse)),
        NameServer("orgs", tuple(addresses(plan.FJORDVIK_NS, plan.FJORDVIK_NS6) + addresses(plan.NORDSKY_NS, plan.NORDSKY_NS6)),
                   (fjordvik, nordsky, steinlia), discreet=True),
        NameServer("range", (plan.STEINLIA_NS, *plan.RANGE_NS), (steinlia, testing, inherited)),
        NameServer("cases-a", (plan.CASES_NS[0], plan.CASES_NS_SAME_NETWORK), tuple(first), open_transfer=transfers),
        NameServer("cases-b", (plan.CASES_NS[1],), tuple(second), open_transfer=transfers),
    ]


def zone_file(home: Path, zone: Zone) -> Path:
    return home / ((zone.origin.rstrip(".") or "root") + ".zone")


def write_name_servers(servers: list[NameServer], context: Context) -> None:
    rendered: dict[int, str] = {}
    for server in servers:
        home = context.folder / "dns" / server.name
        home.mkdir(parents=True, exist_ok=True)
        zones = []
        for zone in server.zones:
            if id(zone) not in rendered:
                rendered[id(zone)] = zone.render(context.now)
            zone_file(home, zone).write_text(rendered[id(zone)])
            acl = "\n    acl: anybody" if zone.origin in server.open_transfer else ""
            zones.append(f'  - domain: "{zone.origin}"\n    file: "{zone_file(home, zone)}"{acl}')
        listens = ", ".join(f'"{address}@53"' for address in server.addresses)
        discreet = '\n    version: ""\n    identity: ""\n    nsid: ""' if server.discreet else ""
        cookies = "\n    global-module: mod-cookies" if server.discreet else ""
        (home / "knot.conf").write_text(f"""\
# Written by the lab.
server:
    rundir: "{home}"
    pidfile: "{home}/knot.pid"
    listen: [ {listens} ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1{discreet}
database:
    storage: "{home}/database"
control:
    listen: "{home}/ctl"
log:
  - target: stdout
    any: info
acl:
  - id: anybody
    address: [ 127.0.0.0/8, "::/0" ]
    action: transfer
template:
  - id: default
    storage: "{home}"
    semantic-checks: off
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none{cookies}
zone:
""" + "\n".join(zones) + "\n")
        (home / "database").mkdir(exist_ok=True)
    root = servers[0].zones[0]
    assert root.signing is not None
    (context.folder / "dns" / "root.anchor").write_text(f". 300 IN DS {root.signing.ds('.')}\n")
    (context.folder / "dns" / "root.hints").write_text(f". 3600000 IN NS {ROOT_NS}\n{ROOT_NS} 3600000 IN A {plan.ROOT_SERVER}\n")


def write_resolver(context: Context) -> None:
    dns = context.folder / "dns"
    home = dns / "resolver"
    home.mkdir(parents=True, exist_ok=True)
    open_zone = f"open-resolver.{RANGE}"
    (home / "unbound.conf").write_text(f"""\
# Written by the lab.
server:
    directory: "{home}"
    pidfile: "{home}/unbound.pid"
    chroot: ""
    username: ""
    use-syslog: no
    logfile: ""
    verbosity: 1
    do-daemonize: no
    num-threads: 1
    outgoing-range: 2048
    num-queries-per-thread: 1024
    so-reuseport: no
    interface: {plan.RESOLVER}@53
    interface: {plan.OPEN_RESOLVER}@53
    access-control: 127.0.0.0/8 allow
    do-ip6: {'yes' if context.ipv6 else 'no'}
    root-hints: "{dns}/root.hints"
    trust-anchor-file: "{dns}/root.anchor"
    trust-anchor-signaling: no
    root-key-sentinel: no
    module-config: "validator iterator"
    do-not-query-localhost: no
    qname-minimisation: yes
    target-fetch-policy: "0 0 0 0 0"
    infra-host-ttl: 30
    infra-keep-probing: yes
    cache-max-negative-ttl: 2
    val-bogus-ttl: 10
    local-zone: "127.in-addr.arpa." nodefault
    local-zone: "d.f.ip6.arpa." nodefault
    hide-identity: yes
    hide-version: yes
remote-control:
    control-enable: no
auth-zone:
    name: "{open_zone}"
    zonefile: "{dns}/cases-a/{open_zone}.zone"
    for-downstream: yes
    for-upstream: no
""")
