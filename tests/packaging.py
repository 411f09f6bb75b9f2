#!/usr/bin/env python3
"""packaging/utsyn.service and utsyn.socket are what systemd understands, start the program by options that it has, and harden the
service as docs/operations.md says. Skipped where systemd-analyze (Debian's package systemd) is not installed."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNITS = ROOT / "packaging"
SKIPPED = 77
# What docs/operations.md promises: a user of its own, its state and log folders, nothing else of the machine, no capability.
PROMISED = {
    "DynamicUser": "yes", "StateDirectory": "utsyn", "StateDirectoryMode": "0700", "LogsDirectory": "utsyn", "UMask": "0077", "LimitCORE": "0",
    "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "AmbientCapabilities": "",
    "ProtectSystem": "strict", "ProtectHome": "yes", "ProtectProc": "invisible", "ProcSubset": "pid", "ProtectClock": "yes", "ProtectControlGroups": "yes",
    "ProtectHostname": "yes", "ProtectKernelLogs": "yes", "ProtectKernelModules": "yes", "ProtectKernelTunables": "yes",
    "PrivateTmp": "yes", "PrivateDevices": "yes", "PrivateUsers": "yes", "PrivateMounts": "yes", "RemoveIPC": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "RestrictNamespaces": "yes", "RestrictRealtime": "yes", "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes", "MemoryDenyWriteExecute": "yes", "SystemCallArchitectures": "native", "SystemCallErrorNumber": "EPERM",
    "ExecReload": "/bin/kill -HUP $MAINPID", "KillMode": "mixed",
}

unit = (UNITS / "utsyn.service").read_text()
said: dict[str, list[str]] = {}
for line in unit.splitlines():
    if "=" in line and not line.startswith("#"):
        name, _, value = line.partition("=")
        said.setdefault(name, []).append(value)
wrong = [f"utsyn.service: {name}={said.get(name)}, not {value!r}" for name, value in PROMISED.items() if said.get(name) != [value]]
if said.get("SystemCallFilter") != ["@system-service", "~@privileged @mount @debug"]:
    wrong.append(f"utsyn.service: SystemCallFilter={said.get('SystemCallFilter')}")

# Every key of the configuration in the chapter is an option of the program, and the unit reads that file.
operations = (ROOT / "docs" / "operations.md").read_text()
place = re.search(r"cat > (\S+) <<'YAML'\n(.*?)\n\s*YAML", operations, re.S)
program = os.environ["UTSYN"]
options = subprocess.run([program, "serve", "--help"], capture_output=True, text=True, check=True).stdout
if said.get("ExecStart") != [f"/usr/bin/utsyn serve --config {place[1]}"]:
    wrong.append(f"utsyn.service: ExecStart={said.get('ExecStart')} does not read {place[1]} of docs/operations.md")
keys = [line.split(":")[0].strip() for line in place[2].splitlines()]
wrong += [f"docs/operations.md: utsyn serve has no option --{key}" for key in keys if f"--{key}" not in options]
# What comes in as a credential is named in the unit, and by options that there are.
for name, option in (("tls-cert", "tls-cert"), ("tls-key", "tls-key"), ("smtp-password", "smtp-password-file")):
    if f"#LoadCredential={name}:/etc/utsyn/" not in unit or f"{option}: /run/credentials/utsyn.service/{name}" not in operations or f"--{option}" not in options:
        wrong.append(f"the credential {name} is not both in the unit and in docs/operations.md as --{option}")
# The program looks for its interface beside itself, where the chapter puts it.
installed = re.search(r"cp -r (\S+) (/usr/share/utsyn/web)\b", operations)
if not installed or f'"{installed[2].removeprefix("/usr/")}"' not in (ROOT / "src" / "api" / "static_files.cpp").read_text():
    wrong.append("docs/operations.md does not put the interface where src/api/static_files.cpp looks for it")
if wrong or len(keys) < 3:
    sys.exit("\n".join(wrong) or "docs/operations.md has no configuration")

if not shutil.which("systemd-analyze"):
    print("skipped: systemd-analyze is not installed; apt-get install systemd")
    sys.exit(SKIPPED)
with tempfile.TemporaryDirectory() as folder:
    # Where the program will be installed there may be none yet.
    (pathlib.Path(folder) / "utsyn.service").write_text(unit.replace("/usr/bin/utsyn", program))
    shutil.copy(UNITS / "utsyn.socket", folder)
    ran = subprocess.run(["systemd-analyze", "verify", f"{folder}/utsyn.service", f"{folder}/utsyn.socket"], capture_output=True, text=True, timeout=60)
    # Of a key that it does not know it only tells.
    told = ran.stdout + ran.stderr
    if ran.returncode != 0 or told.strip():
        sys.exit(f"systemd-analyze verify: {ran.returncode}\n{told}")
    exposed = re.search(r"systemd-analyze security\n?\s*--offline=yes \S+` says ([0-9.]+)\.", operations)
    ran = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", f"{folder}/utsyn.service"], capture_output=True, text=True, timeout=60)
    level = re.search(r"Overall exposure level for utsyn\.service: ([0-9.]+)", ran.stdout)
    if not level or not exposed or float(level[1]) > float(exposed[1]):
        sys.exit(f"exposure {level and level[1]}, docs/operations.md says {exposed and exposed[1]}\n{ran.stdout}{ran.stderr}")
print(f"{len(PROMISED) + 1} settings stand; exposure {level[1]}")
