"""The organisations of the lab: their certificates, web sites, mail servers and zones.

Fjordvik kommune does nearly everything right, Steinlia kommune nearly nothing, and Nordsky
Drift AS, which both use (name service and sender addresses for Fjordvik, mail for Steinlia),
is in the middle.  `CHANGES` are what `lab change` can do to them while the lab runs.
"""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
import base64

from . import plan
from .ca import Certificate, tlsa_3_1_1
from .headers import GOOD_COOKIE, GOOD_HEADERS, LOGIN_FORM, PLAIN, SECURITY_PATH, STACK_TRACE, html, security_txt
from .mail import MailServer
from .plan import Context
from .tls import AEAD, TLS10, TLS11, TLS12, Tls
from .web import Page, Site
from .zone import Signing, Zone, text

CHANGES = {
    "fix-hsts": "www.steinlia.example and steinlia.example send HSTS",
    "fix-redirect": "steinlia.example goes from http to https",
    "fix-tls": "www.steinlia.example speaks TLS 1.2 and 1.3 with AEAD only",
    "fix-cert": "sak.steinlia.example gets a certificate that is valid",
    "fix-starttls": "mail.steinlia.example offers STARTTLS",
    "fix-spf": "steinlia.example ends its SPF record with -all",
    "fix-dmarc": "steinlia.example publishes DMARC with p=reject",
    "break-cert": "fjordvik.example gets an expired certificate",
    "break-hsts": "fjordvik.example sends no HSTS",
    "break-dmarc": "fjordvik.example weakens DMARC to p=none",
    "break-dnssec": "the DS record of fjordvik.example no longer fits its key",
    "break-web": "www.fjordvik.example answers 503",
}

FJORDVIK_HOSTS = ("fjordvik.example", "www.fjordvik.example", "mta-sts.fjordvik.example")
DAYS = timedelta(days=1)

CERTIFICATES = (
    Certificate("fjordvik", FJORDVIK_HOSTS, shared_key="leaf-fjordvik", ocsp_url=True, staple=True),
    Certificate("fjordvik-expired", FJORDVIK_HOSTS, shared_key="leaf-fjordvik", starts=-95 * DAYS, ends=-5 * DAYS),
    Certificate("fjordvik-mx", ("mx.fjordvik.example",)),
    Certificate("nordsky", ("nordsky.example", "www.nordsky.example", "portal.nordsky.example"), "rsa2048"),
    Certificate("nordsky-mx1", ("mx1.nordsky.example",)),
    Certificate("nordsky-mx2", ("mail.nordsky.example",), "rsa2048", shared_key="leaf-nordsky"),
    Certificate("steinlia", ("www.steinlia.example", "steinlia.example"), "rsa2048", shared_key="leaf-steinlia"),
    Certificate("steinlia-sak", ("sak.steinlia.example",), "rsa2048", shared_key="leaf-steinlia", starts=-200 * DAYS, ends=-12 * DAYS),
    Certificate("steinlia-sak-renewed", ("sak.steinlia.example",), "rsa2048", shared_key="leaf-steinlia"),
    Certificate("steinlia-mx", ("mail.steinlia.example",)),
)


def index_page(name: str) -> Page:
    return Page(html(name, "<p>Velkommen til oss.</p>"))


def sites(context: Context) -> list[Site]:
    return fjordvik_sites(context) + nordsky_sites(context) + steinlia_sites(context)


def fjordvik_sites(context: Context) -> list[Site]:
    changes = context.changes
    broken = "break-cert" in changes
    tls = Tls(("fjordvik-expired" if broken else "fjordvik",), ciphers=AEAD, http2=True, staple=not broken)
    headers = dict(GOOD_HEADERS)
    if "break-hsts" in changes:
        del headers["Strict-Transport-Security"]
    shared = {"address": plan.FJORDVIK_WEB, "address6": plan.FJORDVIK_WEB6 if context.ipv6 else None, "tls": tls,
              "headers": tuple(headers.items())}
    policy = "version: STSv1\r\nmode: enforce\r\nmx: mx.fjordvik.example\r\nmax_age: 2592000\r\n"
    found = []
    for host in FJORDVIK_HOSTS[:2]:
        pages = {"/": index_page("Fjordvik kommune"), "/robots.txt": Page("User-agent: *\nDisallow:\n", PLAIN),
                 "/bimi.svg": Page('<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 8 8">'
                                   "<title>Fjordvik</title><rect width=\"8\" height=\"8\" fill=\"#246\"/></svg>", "image/svg+xml"),
                 SECURITY_PATH: Page(security_txt(host, context.now), PLAIN)}
        more = (("Set-Cookie", GOOD_COOKIE), ("Cache-Control", "no-store"))
        down = "break-web" in changes and host.startswith("www.")
        found.append(Site((host,), **{**shared, "headers": shared["headers"] + more}, pages={} if down else pages,
                          https=("location / { return 503; }",) if down else ()))
    found.append(Site(FJORDVIK_HOSTS[2:], **shared, pages={"/.well-known/mta-sts.txt": Page(policy, PLAIN)}))
    return found


def nordsky_sites(context: Context) -> list[Site]:
    tls = Tls(("nordsky",), protocols=(TLS12,), ciphers="ECDHE+AESGCM:ECDHE+AES:kRSA+AES", prefer_server=True)
    headers = (("Strict-Transport-Security", "max-age=15768000"), ("X-Frame-Options", "SAMEORIGIN"),
               ("X-Content-Type-Options", "nosniff"))
    pages = {"/": index_page("Nordsky Drift AS")}
    portal = {"/": Page(html("Kundeportal", LOGIN_FORM.format(action="/login")))}
    return [Site(("www.nordsky.example", "nordsky.example"), plan.NORDSKY_WEB, tls=tls, headers=headers, pages=pages),
            Site(("portal.nordsky.example",), plan.NORDSKY_PORTAL, tls=tls, pages=portal,
                 headers=headers + (("Set-Cookie", "session=7a1; Path=/; Secure; HttpOnly"),
                                    ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'")))]


def steinlia_sites(context: Context) -> list[Site]:
    changes = context.changes
    old = {"protocols": (TLS10, TLS11, TLS12), "ciphers": "HIGH:!aNULL:@SECLEVEL=0", "prefer_server": False}
    tls = Tls(("steinlia",), **({} if "fix-tls" in changes else old))
    headers = (("Set-Cookie", "JSESSIONID=8831; Path=/"), ("X-Powered-By", "JSP/2.3"),
               ("Access-Control-Allow-Origin", "$http_origin"), ("Access-Control-Allow-Credentials", "true"))
    if "fix-hsts" in changes:
        headers = (("Strict-Transport-Security", GOOD_HEADERS["Strict-Transport-Security"]),) + headers
    pages = {"/": Page(html("Steinlia kommune", LOGIN_FORM.format(action="/login"))), "/feil.html": Page(STACK_TRACE)}
    renewed = "steinlia-sak-renewed" if "fix-cert" in changes else "steinlia-sak"
    return [
        Site(("www.steinlia.example", "steinlia.example"), plan.STEINLIA_WEB, tls=tls, headers=headers, pages=pages,
             https=("server_tokens on;", "error_page 404 /feil.html;"),
             http="redirect" if "fix-redirect" in changes else "same"),
        Site(("sak.steinlia.example",), plan.STEINLIA_CASES, tls=Tls((renewed,), **old), pages={"/": index_page("Saksinnsyn")}),
        Site(("intranett.steinlia.example",), plan.STEINLIA_INTERNAL, http="own",
             http_lines=('add_header WWW-Authenticate "Basic realm=Intranett" always;', "return 401;")),
    ]


def mail_servers(context: Context) -> list[MailServer]:
    starttls = {"certificates": ("steinlia-mx",)} if "fix-starttls" in context.changes else {}
    return [
        MailServer("mx.fjordvik.example", plan.FJORDVIK_MX, plan.FJORDVIK_MX6 if context.ipv6 else None, ("fjordvik-mx",)),
        MailServer("mx1.nordsky.example", plan.NORDSKY_MX[0], None, ("nordsky-mx1",)),
        MailServer("mx2.nordsky.example", plan.NORDSKY_MX[1], None, ("nordsky-mx2",), (TLS10, TLS11, TLS12), "HIGH:!aNULL:@SECLEVEL=0"),
        MailServer("mail.steinlia.example", plan.STEINLIA_MX, None, banner="ESMTP Postfix 2.11.0 (Ubuntu)", **starttls),
    ]


# -- zones -------------------------------------------------------------------------------

def dkim_record(context: Context, name: str, bits: int, tags: str = "") -> str:
    public = context.keys.get(f"dkim-{name}", f"rsa{bits}").public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return text(f"v=DKIM1; k=rsa; {tags}p={base64.b64encode(der).decode()}")


def leaf(context: Context, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((context.certificates / f"{name}.leaf.pem").read_bytes())


def signing(context: Context, origin: str, **options) -> Signing:
    return Signing(context.keys.get(f"dnssec-{origin}zone", "p256"), **options)


def fjordvik_zone(context: Context) -> Zone:
    zone = Zone("fjordvik.example.", ttl=600, signing=signing(context, "fjordvik.example.", nsec3=(0, "-"), publish_cds=True))
    zone.start("ns1.fjordvik.example.", "drift.fjordvik.example.", ["ns1.fjordvik.example.", "ns1.nordsky.example."], context.serial)

    def address(name: str, v4: str, v6: str) -> None:
        zone.add(name, "A", v4)
        if context.ipv6:
            zone.add(name, "AAAA", v6)

    address("ns1", plan.FJORDVIK_NS, plan.FJORDVIK_NS6)
    address("mx", plan.FJORDVIK_MX, plan.FJORDVIK_MX6)
    certificate = leaf(context, "fjordvik")
    for name in ("@", "www", "mta-sts"):
        address(name, plan.FJORDVIK_WEB, plan.FJORDVIK_WEB6)
    hints = f"ipv4hint={plan.FJORDVIK_WEB}" + (f" ipv6hint={plan.FJORDVIK_WEB6}" if context.ipv6 else "")
    for name, owner in (("@", "_443._tcp"), ("www", "_443._tcp.www")):
        zone.add(name, "HTTPS", f"1 . alpn=h2 {hints}")
        zone.add(owner, "TLSA", tlsa_3_1_1(certificate))
    zone.add("@", "MX", "10 mx.fjordvik.example.")
    zone.add("_25._tcp.mx", "TLSA", tlsa_3_1_1(leaf(context, "fjordvik-mx")), "3 1 1 " + "5e" * 32)
    zone.add("@", "CAA", '0 issue "ca.testfelt.example; accounturi=https://ca.testfelt.example/acct/17; validationmethods=dns-01"',
             '0 issue "letsencrypt.org; accounturi=https://acme.testfelt.example/acct/17; validationmethods=dns-01"',
             '0 issuewild ";"', '0 iodef "mailto:sikkerhet@fjordvik.example"')
    zone.add("@", "TXT", text("v=spf1 mx include:spf.nordsky.example -all"))
    zone.add("mx", "TXT", text("v=spf1 a -all"))
    zone.add("www", "TXT", text("v=spf1 -all"))
    policy = "none" if "break-dmarc" in context.changes else "reject"
    zone.add("_dmarc", "TXT", text(f"v=DMARC1; p={policy}; sp={policy}; np={policy}; adkim=s; aspf=s; rua=mailto:dmarc@fjordvik.example"))
    zone.add("default._domainkey", "TXT", dkim_record(context, "fjordvik", 2048))
    zone.add("_mta-sts", "TXT", text("v=STSv1; id=20261101"))
    zone.add("_smtp._tls", "TXT", text("v=TLSRPTv1; rua=mailto:tlsrpt@fjordvik.example"))
    zone.add("default._bimi", "TXT", text("v=BIMI1; l=https://www.fjordvik.example/bimi.svg"))
    return zone


def nordsky_zone(context: Context) -> Zone:
    zone = Zone("nordsky.example.", signing=signing(context, "nordsky.example."))
    zone.start("ns1.nordsky.example.", "drift.nordsky.example.", ["ns1.nordsky.example.", "ns1.fjordvik.example."], context.serial)
    zone.add("ns1", "A", plan.NORDSKY_NS)
    if context.ipv6:
        zone.add("ns1", "AAAA", plan.NORDSKY_NS6)
    zone.add("@", "A", plan.NORDSKY_WEB)
    zone.add("www", "A", plan.NORDSKY_WEB)
    zone.add("portal", "A", plan.NORDSKY_PORTAL)
    zone.add("mx1", "A", plan.NORDSKY_MX[0])
    zone.add("mx2", "A", plan.NORDSKY_MX[1])
    zone.add("@", "MX", "10 mx1.nordsky.example.", "20 mx2.nordsky.example.")
    zone.add("@", "TXT", text("v=spf1 mx ~all"))
    zone.add("spf", "TXT", text("v=spf1 a:mx1.nordsky.example a:mx2.nordsky.example ~all"))
    zone.add("_dmarc", "TXT", text("v=DMARC1; p=none; rua=mailto:dmarc@nordsky.example"))
    zone.add("dmarc-external.testfelt.example._report._dmarc", "TXT", text("v=DMARC1"))
    zone.add("default._domainkey", "TXT", dkim_record(context, "nordsky", 1024))
    return zone


def steinlia_zone(context: Context) -> Zone:
    zone = Zone("steinlia.example.")
    zone.start("ns1.nordsky.example.", "post.steinlia.example.", ["ns1.nordsky.example.", "ns.steinlia.example."], context.serial)
    zone.add("ns", "A", plan.STEINLIA_NS)
    zone.add("@", "A", plan.STEINLIA_WEB)
    zone.add("www", "A", plan.STEINLIA_WEB)
    zone.add("sak", "A", plan.STEINLIA_CASES)
    zone.add("intranett", "A", plan.STEINLIA_INTERNAL)
    zone.add("mail", "A", plan.STEINLIA_MX)
    zone.add("gammel", "CNAME", "steinlia-gammel.utgatt.example.")
    zone.add("@", "MX", "10 mail.steinlia.example.", "20 mx1.nordsky.example.")
    ending = "-all" if "fix-spf" in context.changes else "?all"
    zone.add("@", "TXT", text(f"v=spf1 mx include:spf.nordsky.example ptr {ending}"))
    if "fix-dmarc" in context.changes:
        zone.add("_dmarc", "TXT", text("v=DMARC1; p=reject; rua=mailto:dmarc@steinlia.example"))
    return zone
