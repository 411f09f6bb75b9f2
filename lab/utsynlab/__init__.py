"""The lab: a small internet on loopback, made of real servers.  Start reading in internet.py."""
