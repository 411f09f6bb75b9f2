"""The lab as a whole: up, down, status, change.  Read here first.

`up` makes a folder, a certificate authority, the zones and the configurations, starts the
servers and waits until each answers.  What is running is in DIR/state.json, so that any later
command, from any shell, can change it or end it.  If anything fails, all of it is undone.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterator

from . import dns, mail, organisations, plan, processes, range_zones, reference, truth, web
from .ca import Certificate, CertificateAuthority, KeyStore, write_private
from .headers import cases as header_cases
from .headers import html
from .mail import MAIL_CASES, MailServer
from .plan import Case, Context
from .processes import LabError, Process
from .simulators import MAIL_CERTIFICATE, PROGRAM, RSA_CERTIFICATE, SIMULATORS
from .tls import CERTIFICATE_CASES, PROFILES, RANGE, Tls
from .web import Page, Site

PROGRAMS = {"nginx": ("nginx", "nginx-light"), "knotd": ("knotd", "knot"), "unbound": ("unbound", "unbound"),
            "master": (str(mail.DAEMONS / "master"), "postfix"), "openssl": ("openssl", "openssl"),
            "ip": ("ip", "iproute2")}
START_SECONDS = 60.0                      # on a quiet machine it takes five


def default_folder() -> Path:
    return Path(f"/tmp/utsyn-lab-{os.getuid()}")


class Lab:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.state_file = self.folder / "state.json"

    # -- what is known of a running lab --------------------------------------------------

    def state(self) -> dict | None:
        try:
            return json.loads(self.state_file.read_text())
        except FileNotFoundError:
            return None

    def write_state(self, **values) -> None:
        temporary = self.folder / "state.json.new"
        temporary.write_text(json.dumps(values, indent=1))
        temporary.replace(self.state_file)

    def processes(self) -> list[Process]:
        state = self.state() or {}
        return [Process(**entry) for entry in state.get("processes", [])]

    def is_up(self) -> bool:
        found = self.processes()
        return bool(found) and all(process.alive() for process in found)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One command at a time for a folder."""
        with open(f"{self.folder}.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if not self.folder.exists():
                    Path(file.name).unlink(missing_ok=True)

    # -- up ------------------------------------------------------------------------------

    def up(self) -> bool:
        """Starts the lab.  False if it was up already."""
        check_machine()
        with self.locked():
            if self.is_up():
                return False
            if self.state():
                self._down()                   # what a crash left behind
            self._make_folder()
            running: list[Process] = []
            ipv6 = [address for address in plan.IPV6_ADDRESSES if add_address(address)]
            complete = len(ipv6) == len(plan.IPV6_ADDRESSES)
            try:
                now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
                context = self.context(complete, [], int(time.time()), now)
                self.write_state(processes=[], ipv6=ipv6, changes=[], serial=context.serial, generation=1)
                self._make_certificates(context)
                self._write_everything(context, generation=1)
                processes.check_ports(endpoints(context))
                logs = self._start(context, running, ipv6)
                self._wait(context, running, logs)
            except BaseException:
                processes.stop(running[::-1])
                for address in ipv6:
                    remove_address(address)
                shutil.rmtree(self.folder, ignore_errors=True)
                raise
        return True

    def context(self, ipv6: bool, changes: list[str], serial: int, now: datetime) -> Context:
        return Context(self.folder, now.replace(tzinfo=timezone.utc), KeyStore(self.folder / "keys"), ipv6, frozenset(changes), serial)

    def _make_folder(self) -> None:
        if self.folder.is_symlink() or (self.folder.exists() and any(self.folder.iterdir())):
            raise LabError(f"{self.folder} is there already and is not an empty folder.  Remove it or choose another with --dir.")
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.stat().st_uid != os.getuid():
            raise LabError(f"{self.folder} belongs to somebody else.  Choose another folder with --dir.")
        self.folder.chmod(0o755)
        (self.folder / "logs").mkdir()
        (self.folder / "openssl.cnf").write_text("# Empty: the lab's servers do not take the machine's settings.\n")

    def _make_certificates(self, context: Context) -> None:
        wanted = all_certificates(context)
        slow = {certificate.key_name: certificate.key for certificate in wanted if certificate.key.startswith(("rsa", "close"))}
        context.keys.prepare(slow | {"ca-rsa-issuing": "rsa2048", "dnssec-rsa2048": "rsa2048", "dkim-fjordvik": "rsa2048", "dkim-range": "rsa2048"})
        authority = CertificateAuthority(context.certificates, context.keys, context.now.replace(tzinfo=None))
        authority.make_authorities()
        for certificate in wanted:
            authority.make(certificate)
        authority.write_revocation_lists(self.folder / "www" / f"pki.{RANGE}")
        (self.folder / "ca").mkdir(exist_ok=True)
        shutil.copy(context.certificates / "root.pem", self.folder / "ca" / "root.pem")

    def _write_everything(self, context: Context, generation: int) -> None:
        web_sites, servers = sites(context), mail_servers(context)
        dns.write_name_servers(dns.name_servers(context), context)
        dns.write_resolver(context)
        web.write_configuration(web_sites, self.folder, generation)
        domains = sorted({server.host.partition(".")[2] for server in servers})
        mail.write_configuration(servers, self.folder, domains)
        specification = [simulator.entry(plan.simulator_address(index), context.certificates)
                         for index, simulator in enumerate(SIMULATORS)]
        (self.folder / "simulators").mkdir(exist_ok=True)
        write_private(self.folder / "simulators" / "spec.json", json.dumps(specification, indent=1).encode())
        reference.write(context)
        (self.folder / "truth.json").write_text(json.dumps(self._truth(context, web_sites, servers), indent=1))
        (self.folder / "env").write_text("".join(f"export {name}={value}\n" for name, value in self.environment().items()))
        (self.folder / "resolv.conf").write_text(f"nameserver {plan.RESOLVER}\noptions edns0\n")

    def _start(self, context: Context, running: list[Process], ipv6: list[str]) -> dict[str, Path]:
        environment = {"OPENSSL_CONF": str(self.folder / "openssl.cnf"), "LC_ALL": "C.UTF-8"}
        commands = {f"knot-{name}": ["knotd", "-c", str(self.folder / "dns" / name / "knot.conf"),
                                     "-s", str(self.folder / "dns" / name / "ctl")]
                    for name in ("root", "tld", "orgs", "range", "cases-a", "cases-b")}
        commands["unbound"] = ["unbound", "-d", "-c", str(self.folder / "dns" / "resolver" / "unbound.conf")]
        commands["nginx"] = ["nginx", "-p", str(self.folder), "-e", str(self.folder / "logs" / "nginx.log"),
                             "-c", str(self.folder / "nginx" / "nginx.conf")]
        commands["postfix"] = [str(mail.DAEMONS / "master"), "-c", str(self.folder / "postfix"), "-s"]
        commands["ocsp"] = ["/usr/bin/python3", str(Path(__file__).with_name("ocsp_server.py")), str(context.certificates),
                            plan.OCSP_SERVER]
        if SIMULATORS:
            commands["simulators"] = [str(PROGRAM), "--spec", str(self.folder / "simulators" / "spec.json"),
                                      "--state", str(self.folder / "simulators")]
        logs = {name: self.folder / "logs" / f"{name}.log" for name in commands}
        for name, arguments in commands.items():
            running.append(processes.start(name, arguments, logs[name], environment))
            self.write_state(processes=[asdict(process) for process in running], ipv6=ipv6, changes=[],
                             serial=context.serial, generation=1)
        return logs

    def _wait(self, context: Context, running: list[Process], logs: dict[str, Path]) -> None:
        first_mx = mail_servers(context)[0].address          # Postfix opens all its ports before it answers on one
        places = [(address, port) for address, port, kind in endpoints(context, simulators=False)
                  if kind == socket.SOCK_STREAM and (port != 25 or address == first_mx)]
        processes.wait_for(places, running, logs, START_SECONDS)
        deadline = time.monotonic() + START_SECONDS
        while SIMULATORS and not (self.folder / "simulators" / "ready").exists():
            processes.check_alive(running, logs)
            if time.monotonic() > deadline:
                raise LabError(f"the simulators are not ready after {START_SECONDS:.0f} seconds; see {logs['simulators']}")
            time.sleep(0.03)
        processes.check_alive(running, logs)

    # -- down ------------------------------------------------------------------------------

    def down(self) -> list[str] | None:
        """Ends the lab; the names of the servers it ended, or None if there was none."""
        if not self.folder.exists():
            return None
        with self.locked():
            if not self.state():
                return None
            return self._down()

    def _down(self) -> list[str]:
        state = self.state() or {}
        found = [process for process in self.processes()[::-1]]
        ended = [process.name for process in found if process.alive()]
        processes.stop(found)
        for address in state.get("ipv6", []):
            remove_address(address)
        shutil.rmtree(self.folder)
        return ended

    # -- change ----------------------------------------------------------------------------

    def change(self, name: str) -> None:
        if name != "reset" and name not in organisations.CHANGES:
            known = ", ".join([*organisations.CHANGES, "reset"])
            raise LabError(f"there is no change called {name}.  Known: {known}")
        check_machine()
        with self.locked():
            state = self.state()
            if not state or not self.is_up():
                raise LabError(f"no lab is up in {self.folder}.  Start it: lab/lab up")
            state["changes"] = [] if name == "reset" else sorted({*state["changes"], name})
            state["serial"] = max(state["serial"] + 1, int(time.time()))
            state["generation"] += 1
            now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
            context = self.context(len(state["ipv6"]) == len(plan.IPV6_ADDRESSES), state["changes"], state["serial"], now)
            self._write_everything(context, state["generation"])
            self.write_state(**state)
            self._reload(state["generation"], context.serial)

    def _reload(self, generation: int, serial: int) -> None:
        found = {process.name: process for process in self.processes()}
        old_workers = children(found["nginx"].pid)
        for name, process in found.items():
            if name.startswith("knot-") or name in ("nginx", "postfix"):
                process.signal(signal.SIGHUP)
        deadline = time.monotonic() + 8
        for name in [name for name in found if name.startswith("knot-")]:
            home = self.folder / "dns" / name.removeprefix("knot-")
            while not knot_serves(home, serial):
                if time.monotonic() > deadline:
                    raise LabError(f"{name} did not take the change; see {self.folder}/logs/{name}.log")
                time.sleep(0.05)
        found["unbound"].signal(signal.SIGHUP)       # forgets what it has cached
        while running_generation() != generation or old_workers & children(found["nginx"].pid):
            if time.monotonic() > deadline:
                raise LabError(f"nginx did not take the change; see {self.folder}/nginx/error.log")
            time.sleep(0.05)
        time.sleep(0.2)

    # -- what to tell ------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        return {"UTSYN_LAB_DIR": str(self.folder), "UTSYN_LAB_RESOLVER": f"{plan.RESOLVER}:53",
                "UTSYN_LAB_ROOT_CA": str(self.folder / "ca" / "root.pem"),
                "UTSYN_LAB_DNS_ANCHOR": str(self.folder / "dns" / "root.anchor"),
                "UTSYN_LAB_RDAP": "http://sim-rdap.testfelt.example/",
                "UTSYN_LAB_DATA": str(self.folder / "data"),
                "UTSYN_LAB_ALLOW_NET": ",".join(plan.ALLOWED_NETWORKS),
                "UTSYN_LAB_ORGANISATIONS": str(Path(__file__).resolve().parent.parent / "organisations.json"),
                "UTSYN_LAB_TRUTH": str(self.folder / "truth.json")}

    def _truth(self, context: Context, web_sites: list[Site], servers: list[MailServer]) -> dict:
        tls_servers = []
        kinds = site_kinds(context)
        for site in web_sites:
            for host in site.hosts if site.tls else ():
                assert site.tls
                name, kind = kinds.get(host, (host, "organisation"))
                tls_servers.append(truth.server(name, kind, host, site.address, site.tls, self.folder))
        for server in servers:
            if server.certificates:
                tls = Tls(server.certificates, server.protocols, server.ciphers, groups=truth.POSTFIX_GROUPS, dh="ffdhe2048")
                tls_servers.append(truth.server(server.host, "mail", server.host, server.address, tls, self.folder,
                                                port=25, starttls="smtp"))
        return {"written": context.now.strftime("%Y-%m-%dT%H:%M:%SZ"), "changes": sorted(context.changes),
                "resolver": f"{plan.RESOLVER}:53", "ipv6": context.ipv6, "tls": tls_servers,
                "cases": [asdict(case) for case in all_cases(context)],
                "simulators": [{"name": simulator.name, "host": simulator.host, "role": simulator.role,
                                "kind": simulator.kind, "ip": plan.simulator_address(index), "port": simulator.port,
                                "what": simulator.what, "shows": simulator.shows, "tls": simulator.tls_truth()}
                               for index, simulator in enumerate(SIMULATORS)]}


# -- the parts put together ------------------------------------------------------------------

def all_certificates(context: Context) -> list[Certificate]:
    found = list(organisations.CERTIFICATES)
    found += [certificate for profile in PROFILES for certificate in profile.certificates()]
    for case in CERTIFICATE_CASES:
        found += [case.certificate] + ([case.second] if case.second else [])
    found += [case.certificate() for case in header_cases(context.now)]
    found += [case.certificate for case in MAIL_CASES if case.certificate]
    sts_hosts = tuple(f"mta-sts.{name}.{RANGE}" for name in range_zones.STS_POLICIES if name != "sts-bad-certificate")
    zone_hosts = tuple(f"{case.name}.{RANGE}" for case in range_zones.ZONE_CASES)
    found += [Certificate("range-web", (RANGE, f"*.{RANGE}", *zone_hosts)), Certificate("range-sts", sts_hosts),
              Certificate("range-sts-bad", (f"another.{RANGE}",)),
              Certificate(RSA_CERTIFICATE, (f"*.{RANGE}",), "rsa2048"), Certificate(MAIL_CERTIFICATE, tuple(
                  f"mx.{simulator.host}" for simulator in SIMULATORS if simulator.kind == "mail") or (f"mx.{RANGE}",))]
    return found


def sites(context: Context) -> list[Site]:
    found = organisations.sites(context)
    found += [Site((profile.host, *(f"{name}.{RANGE}" for name in profile.also_named)), plan.tls_address(index), tls=profile.settings(),
                   pages={"/": Page(html(profile.what))}) for index, profile in enumerate(PROFILES)]
    found += [Site((case.host,), plan.certificate_address(index), tls=case.settings(), pages={"/": Page(html(case.what))})
              for index, case in enumerate(CERTIFICATE_CASES)]
    found += [case.site(plan.header_address(index), context.now) for index, case in enumerate(header_cases(context.now))]
    found.append(Site((RANGE, f"*.{RANGE}"), plan.RANGE_WEB, tls=Tls(("range-web",)), pages={"/": Page(html("Testfeltet"))}))
    found.append(Site((f"pki.{RANGE}",), plan.PKI_WEB, http="own",
                      http_lines=(f"root {context.folder}/www/pki.{RANGE};", "types { application/pkix-crl crl; }")))
    for name, policy in range_zones.STS_POLICIES.items():
        kind = "text/html; charset=utf-8" if name == "sts-html" else "text/plain"
        certificate = "range-sts-bad" if name == "sts-bad-certificate" else "range-sts"
        found.append(Site((f"mta-sts.{name}.{RANGE}",), plan.STS_WEB, tls=Tls((certificate,)),
                          pages={"/.well-known/mta-sts.txt": Page(policy, kind)} if policy else {}))
    return found


def site_kinds(context: Context) -> dict[str, tuple[str, str]]:
    kinds = {profile.host: (profile.name, "profile") for profile in PROFILES}
    kinds |= {case.host: (case.certificate.name, "certificate") for case in CERTIFICATE_CASES}
    kinds |= {case.host: (case.name, "headers") for case in header_cases(context.now)}
    return kinds


def mail_servers(context: Context) -> list[MailServer]:
    return organisations.mail_servers(context) + [case.server(plan.mail_case_address(index)) for index, case in enumerate(MAIL_CASES)]


def all_cases(context: Context) -> list[Case]:
    found = [Case(profile.host, "tls", profile.what, profile.shows) for profile in PROFILES]
    found += [Case(case.host, "certificate", case.what, case.shows) for case in CERTIFICATE_CASES]
    found += [Case(case.host, "http", case.what, case.shows) for case in header_cases(context.now)]
    return found + range_zones.cases(context) + list(reference.CASES)


def endpoints(context: Context, simulators: bool = True) -> list[tuple[str, int, int]]:
    """Everything that listens, as (address, port, kind of socket)."""
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    found: dict[tuple[str, int, int], None] = {(web.STATUS_ADDRESS, 80, tcp): None, (plan.OCSP_SERVER, 80, tcp): None}
    for site in sites(context):
        found |= {(address, port, tcp): None for address in site.addresses() for port in site.ports()}
    for server in mail_servers(context):
        found |= {(address, 25, tcp): None for address in server.addresses()}
    names = [plan.ROOT_SERVER, plan.TLD_SERVER, plan.RESOLVER, plan.OPEN_RESOLVER, plan.FJORDVIK_NS, plan.NORDSKY_NS,
             plan.STEINLIA_NS, *plan.RANGE_NS, *plan.CASES_NS, plan.CASES_NS_SAME_NETWORK]
    if context.ipv6:
        names += [plan.FJORDVIK_NS6, plan.NORDSKY_NS6]
    found |= {(address, 53, kind): None for address in names for kind in (tcp, udp)}
    for index, simulator in enumerate(SIMULATORS if simulators else ()):
        address = plan.simulator_address(index)
        found[(address, simulator.port, tcp)] = None
        if simulator.kind in ("dns", "resolver"):
            found[(address, simulator.port, udp)] = None
    return list(found)


# -- the machine -----------------------------------------------------------------------------

def check_machine() -> None:
    if os.geteuid() != 0:
        raise LabError("the lab listens on ports 25, 53, 80 and 443 and so needs root.  Run it with sudo.")
    missing = {package for program, package in PROGRAMS.values() if shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is None}
    try:
        pwd.getpwnam("postfix")
    except KeyError:
        missing.add("postfix")
    if missing:
        names = " ".join(sorted(missing))
        raise LabError(f"missing: {names}.  Install: apt-get install --no-install-recommends {names}")
    if SIMULATORS and not PROGRAM.exists():
        raise LabError(f"{PROGRAM} is missing: the checkout is not complete")
    os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


def add_address(address: str) -> bool:
    return subprocess.run(["ip", "-6", "address", "add", f"{address}/128", "dev", "lo"], capture_output=True).returncode == 0


def remove_address(address: str) -> None:
    subprocess.run(["ip", "-6", "address", "del", f"{address}/128", "dev", "lo"], capture_output=True)


def children(pid: int) -> set[int]:
    try:
        return {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except FileNotFoundError:
        return set()


def running_generation() -> int | None:
    try:
        with urllib.request.urlopen(f"http://{web.STATUS_ADDRESS}/generation", timeout=1) as answer:
            return int(answer.read())
    except (OSError, ValueError):
        return None


def knot_serves(home: Path, serial: int) -> bool:
    """Whether every zone of this server has been read again."""
    result = subprocess.run(["knotc", "-s", str(home / "ctl"), "-t", "2", "zone-status"], capture_output=True, text=True)
    lines = [line for line in result.stdout.splitlines() if line.strip()]
    return result.returncode == 0 and bool(lines) and all(f"serial: {serial}" in line or f"serial: {serial - 86400}" in line for line in lines)
