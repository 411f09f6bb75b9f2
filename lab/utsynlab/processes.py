"""Starting servers, remembering them, and ending them by their own ids.

A process is known by its id and the moment it started (field 22 of /proc/PID/stat), so that an
id the kernel has given to somebody else is never signalled.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


class LabError(Exception):
    """What is wrong and what to do about it, in words for a person."""


@dataclass(frozen=True)
class Process:
    name: str
    pid: int
    started: int

    def alive(self) -> bool:
        reap(self.pid)
        state = read_stat(self.pid)
        return state is not None and state == (False, self.started)

    def signal(self, number: int) -> None:
        if self.alive():
            os.kill(self.pid, number)

    def orphans(self) -> list["Process"]:
        """What it left behind if it was killed itself: nginx's workers, say.

        Each server leads a session of its own, and the kernel gives no id out again while a
        session bears it.  So if nobody has the id now, whoever is in the session is ours.
        """
        if (found := read_stat(self.pid)) and not found[0]:
            return []
        members = []
        for folder in Path("/proc").glob("[0-9]*"):
            member = read_stat_fields(int(folder.name))
            if member and member[0] != "Z" and int(member[3]) == self.pid and int(member[19]) >= self.started:
                members.append(Process(f"{self.name} (child)", int(folder.name), int(member[19])))
        return members


def read_stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the third on: state, parent, group, session..."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def read_stat(pid: int) -> tuple[bool, int] | None:
    """Whether the process is a zombie, and when it started; None if there is none."""
    fields = read_stat_fields(pid)
    return (fields[0] == "Z", int(fields[19])) if fields else None


def reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def start(name: str, arguments: list[str], log: Path, environment: dict[str, str]) -> Process:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        try:
            child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                     cwd="/", env={**os.environ, **environment}, start_new_session=True)
        except OSError as error:
            raise LabError(f"{name} could not be started: {arguments[0]}: {error.strerror}") from error
    child.returncode = 0                     # we reap it ourselves; the object need not complain
    stat = read_stat(child.pid)
    return Process(name, child.pid, stat[1] if stat else 0)


def stop(processes: list[Process], patience: float = 4.0) -> list[str]:
    """Ends them, kindly first.  Returns the names of those that had to be killed."""
    for process in processes:
        process.signal(signal.SIGTERM)
    deadline = time.monotonic() + patience
    remaining = list(processes)
    while remaining and time.monotonic() < deadline:
        remaining = [process for process in remaining if process.alive()]
        if remaining:
            time.sleep(0.02)
    killed = [process.name for process in remaining]
    while remaining := [process for process in remaining if process.alive()]:
        for process in remaining:
            process.signal(signal.SIGKILL)
        time.sleep(0.02)
    while left := [orphan for process in processes for orphan in process.orphans()]:
        for orphan in left:
            orphan.signal(signal.SIGKILL)
        time.sleep(0.02)
    return killed


# -- ports -----------------------------------------------------------------------------------

def port_error(address: str, port: int, kind: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error
    return None


def holder(port: int, kind: int) -> str:
    """Who listens on this port, as well as we can see."""
    inodes = set()
    for family in ("", "6"):
        table = Path(f"/proc/net/{'tcp' if kind == socket.SOCK_STREAM else 'udp'}{family}")
        for line in table.read_text().splitlines()[1:] if table.exists() else []:
            words = line.split()
            listening = kind == socket.SOCK_DGRAM or words[3] == "0A"
            if int(words[1].rpartition(":")[2], 16) == port and listening:
                inodes.add(f"socket:[{words[9]}]")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(descriptor) in inodes for descriptor in (folder / "fd").iterdir()):
                return f"{(folder / 'comm').read_text().strip()} (process {folder.name})"
        except OSError:
            continue
    return "a process that cannot be seen from here"


def check_ports(endpoints: list[tuple[str, int, int]]) -> None:
    for address, port, kind in endpoints:
        error = port_error(address, port, kind)
        if error is None:
            continue
        protocol = "TCP" if kind == socket.SOCK_STREAM else "UDP"
        if isinstance(error, PermissionError):
            raise LabError(f"port {port} cannot be opened without root.  Run: sudo lab/lab up")
        raise LabError(f"{address} {protocol} port {port} is not free: {holder(port, kind)} holds it ({error.strerror}).\n"
                       "Stop that program, or run the lab in a network of its own: lab/lab netns -- COMMAND")


def wait_for(endpoints: list[tuple[str, int]], processes: list[Process], logs: dict[str, Path], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for address, port in endpoints:
        while True:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.settimeout(1.0)
                if probe.connect_ex((address, port)) == 0:
                    break
            check_alive(processes, logs)
            if time.monotonic() > deadline:
                raise LabError(f"nothing answers on {address} port {port} after {seconds:.0f} seconds")
            time.sleep(0.03)


def check_alive(processes: list[Process], logs: dict[str, Path]) -> None:
    for process in processes:
        if not process.alive():
            log = logs[process.name]
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-12:]) if log.exists() else ""
            raise LabError(f"{process.name} ended while starting.  The end of its log:\n{tail}")
