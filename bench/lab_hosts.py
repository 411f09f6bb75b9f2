#!/usr/bin/env python3
"""The lab's hosts, as a figure: everything `utsyn probe tls` asks of every TLS server of the lab (enumeration, behaviours,
certificates, one authenticated session), in hosts per processor second, connections a host and peak memory, beside the
raw probe limit measured in the same run.

    lab/lab netns -- env UTSYN=build/release/utsyn RAW_LIMIT=build/release/bench/raw_limit bench/lab_hosts.py
"""
import json
import os
import re
import resource
import subprocess
import sys
import tempfile

truth = json.load(open(os.environ["UTSYN_LAB_TRUTH"]))
hosts = sorted({entry["host"] for entry in truth["tls"] if entry["kind"] in ("profile", "certificate", "headers", "organisation")
                and not entry.get("starttls") and entry["port"] == 443 and "*" not in entry["host"]})
options = ["--resolver", os.environ["UTSYN_LAB_RESOLVER"], "--dns-anchor", os.environ["UTSYN_LAB_DNS_ANCHOR"],
           "--root-ca", os.environ["UTSYN_LAB_ROOT_CA"]]
for network in os.environ["UTSYN_LAB_ALLOW_NET"].split(","):
    options += ["--allow-net", network]

with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
    names.write("\n".join(hosts) + "\n")
    names.flush()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([os.environ["UTSYN"], "probe", "tls", "--targets", names.name, "--json", *options],
                         capture_output=True, text=True, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
answers = [json.loads(line) for line in run.stdout.splitlines()]
if len(answers) != len(hosts):
    sys.exit(f"{len(hosts)} hosts were asked, {len(answers)} answered: {run.stderr}")
seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
connections = sum(answer["connections"] for answer in answers)
suites = sum(len(protocol.get("ciphers", [])) + 1 for answer in answers for protocol in answer["protocols"].values()
             if protocol["offered"])
raw = subprocess.run([os.environ["RAW_LIMIT"], "20000"], capture_output=True, text=True, timeout=300).stdout
limit = float(re.search(r"raw probe limit:\s*([\d.]+)", raw).group(1))
print(f"{len(hosts)} hosts of the lab, {seconds:.2f} processor seconds")
print(f"  hosts / processor second        {len(hosts) / seconds:.0f}")
print(f"  connections / host              {connections / len(hosts):.1f}   (k + 1 over the versions spoken: {suites / len(hosts):.1f})")
print(f"  connections / processor second  {connections / seconds:.0f}   raw probe limit, same run: {limit:.0f}")
print(f"  peak memory                     {after.ru_maxrss / 1024:.0f} MB")
