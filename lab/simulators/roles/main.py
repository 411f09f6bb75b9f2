"""The command: reads the specification, starts every server or none, waits for the signal to end."""
import argparse
import asyncio
import json
import os
import signal
import sys

from . import core, dns, hostile, live_tls, mail, ssl2, tls, web  # noqa: F401  (importing a family registers its roles)


def read_spec(path):
    try:
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
    except (OSError, ValueError) as error:
        raise core.SpecError(f"cannot read the specification {path}: {error}") from error
    if not isinstance(entries, list):
        raise core.SpecError(f"{path} must hold a list")
    servers = []
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise core.SpecError(f"entry {number} of {path} must be an object")
        for key in ("name", "role", "address", "port"):
            if key not in entry:
                raise core.SpecError(f"entry {number} of {path} has no {key!r}")
        try:
            made = core.make_role(entry["role"], entry.get("params", {}))
        except core.SpecError as error:
            raise core.SpecError(f"{entry['name']}: {error}") from error
        except (TypeError, ValueError, KeyError, IndexError, OSError) as error:
            raise core.SpecError(f"{entry['name']}: a parameter of role {entry['role']} cannot be used: {error}") from error
        made.label = str(entry["name"])
        servers.append((made.label, made, entry["address"], int(entry["port"])))
    return servers


async def serve(servers, ready):
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listening = []
    try:
        for name, made, address, port in servers:
            try:
                listening += await made.listen(address, port)
            except (OSError, OverflowError) as error:
                raise core.SpecError(f"{name}: cannot listen on {address} port {port}: {error}") from error
        text = "".join(f"{name} {address} {port}\n" for name, _, address, port in servers)
        with open(ready + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(ready + ".new", ready)
        await stop.wait()
    finally:
        for server in listening:
            server.close()


def main(arguments):
    parser = argparse.ArgumentParser(prog="lab/simulators/run", description="Simulated servers of the lab; see lab/simulators/README.md.")
    parser.add_argument("--spec", help="JSON list of servers")
    parser.add_argument("--state", help="folder for the file 'ready'")
    parser.add_argument("--roles", action="store_true", help="list the roles and end")
    chosen = parser.parse_args(arguments)
    if chosen.roles:
        for name in sorted(core.ROLES):
            print(f"{name:26} {core.ROLES[name].summary}")
        return 0
    if not chosen.spec or not chosen.state:
        parser.error("--spec and --state are both needed (or --roles)")
    ready = os.path.join(chosen.state, "ready")
    try:
        servers = read_spec(chosen.spec)
        os.makedirs(chosen.state, exist_ok=True)
        active = os.path.join(chosen.state, "active-questions")
        with open(active, "w", encoding="utf-8"):
            core.note_active_questions_in(active)
        if os.path.exists(ready):
            os.remove(ready)
        try:
            asyncio.run(serve(servers, ready))
        finally:
            if os.path.exists(ready):
                os.remove(ready)
    except core.SpecError as error:
        print(f"simulators: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"simulators: cannot use the state folder {chosen.state}: {error}", file=sys.stderr)
        return 1
    return 0
