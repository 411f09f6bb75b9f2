"""The web servers of the range that differ in what they say over HTTP, one name and address each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .ca import Certificate
from .tls import RANGE, Tls
from .web import Page, Site

GOOD_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
                               "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
GOOD_CSP = GOOD_HEADERS["Content-Security-Policy"]
GOOD_COOKIE = "__Host-session=4d1f; Path=/; Secure; HttpOnly; SameSite=Strict"

LOGIN_FORM = ('<form method="post" action="{action}"><label>Bruker <input name="user"></label>'
              '<label>Passord <input type="password" name="password"></label><button>Logg inn</button></form>')
STACK_TRACE = """\
<!doctype html><title>500 Internal Server Error</title><pre>
java.lang.NullPointerException: Cannot invoke "no.steinlia.Sak.id()" because "sak" is null
\tat no.steinlia.SakController.vis(SakController.java:112)
\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1072)
\tat org.apache.catalina.core.StandardWrapperValve.invoke(StandardWrapperValve.java:166)
\tat java.base/java.lang.Thread.run(Thread.java:840)
</pre>"""


def html(title: str, body: str = "") -> str:
    return f'<!doctype html>\n<html lang="nb"><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>\n'


def security_txt(host: str, now: datetime, *, expires: tuple[timedelta, ...] = (timedelta(days=180),)) -> str:
    lines = [f"Contact: mailto:sikkerhet@{'.'.join(host.split('.')[-2:])}"]
    lines += [f"Expires: {(now + offset).strftime('%Y-%m-%dT%H:%M:%SZ')}" for offset in expires]
    lines += ["Preferred-Languages: nb, nn, en", f"Canonical: https://{host}/.well-known/security.txt"]
    return "\r\n".join(lines) + "\r\n"


SECURITY_PATH = "/.well-known/security.txt"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class HeaderCase:
    name: str
    what: str
    shows: dict[str, str]
    change: dict[str, str | None] = field(default_factory=dict)   # None takes a good header away
    more: tuple[tuple[str, str], ...] = ()                        # further headers, repeated names too
    pages: dict[str, Page] = field(default_factory=dict)
    https: tuple[str, ...] = ()
    http: str = "redirect"
    http_lines: tuple[str, ...] = ()
    http_headers: tuple[tuple[str, str], ...] = ()
    with_tls: bool = True

    @property
    def host(self) -> str:
        return f"{self.name}.{RANGE}"

    def certificate(self) -> Certificate:
        return Certificate(f"web-{self.name}", (self.host,))

    def site(self, address: str, now: datetime) -> Site:
        headers = {**GOOD_HEADERS, **self.change}
        pages = {"/": Page(html(self.what)), SECURITY_PATH: Page(security_txt(self.host, now), PLAIN), **self.pages}
        pages = {path: replace(page, body=page.body.replace("@HOST@", self.host)) for path, page in pages.items() if page.body}
        return Site((self.host,), address, tls=Tls((self.certificate().name,)) if self.with_tls else None,
                    headers=tuple((name, value) for name, value in headers.items() if value is not None) + self.more,
                    pages=pages, https=self.https, http=self.http, http_lines=self.http_lines,
                    http_headers=self.http_headers)


def csp(value: str | None) -> dict[str, str | None]:
    return {"Content-Security-Policy": value}


def hsts(value: str | None) -> dict[str, str | None]:
    return {"Strict-Transport-Security": value}


def cookie(*values: str) -> tuple[tuple[str, str], ...]:
    return tuple(("Set-Cookie", value) for value in values)


GONE = Page("")                          # takes a page away

TAIL = "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"


def cases(now: datetime) -> tuple[HeaderCase, ...]:
    return (
        HeaderCase("headers-good", "every header as it should be", {"http.hsts.exists": "pass", "http.csp.exists": "pass", "http.xcto": "pass",
                   "http.csp.frame-ancestors": "pass", "http.redirect.https": "pass", "http.security-txt": "pass"}),
        HeaderCase("hsts-missing", "no HSTS", {"http.hsts.exists": "fail"}, hsts(None)),
        HeaderCase("hsts-http-only", "HSTS over http only, where it counts for nothing", {"http.hsts.exists": "fail"}, hsts(None),
                   http_headers=(("Strict-Transport-Security", GOOD_HEADERS["Strict-Transport-Security"]),)),
        HeaderCase("hsts-short", "HSTS for an hour", {"http.hsts.max-age": "fail"}, hsts("max-age=3600")),
        HeaderCase("hsts-half-year", "HSTS for half a year", {"http.hsts.max-age": "warn"}, hsts("max-age=15768000; includeSubDomains")),
        HeaderCase("hsts-zero", "HSTS that takes HSTS away", {"http.hsts.max-age": "fail"}, hsts("max-age=0")),
        HeaderCase("hsts-two", "two HSTS headers; the first counts", {"http.hsts.max-age": "fail"}, hsts("max-age=60"),
                   more=(("Strict-Transport-Security", "max-age=63072000"),)),
        HeaderCase("hsts-two-ages", "one header with two ages: not valid", {"http.hsts.exists": "fail"}, hsts("max-age=63072000; max-age=60")),
        HeaderCase("hsts-no-subdomains", "HSTS without its subdomains", {"http.hsts.subdomains": "warn"}, hsts("max-age=63072000")),
        HeaderCase("hsts-quoted", "HSTS in quotes and capitals", {"http.hsts.max-age": "pass"}, hsts('MAX-AGE="63072000"; IncludeSubDomains')),
        HeaderCase("hsts-preload-unfit", "asks for preloading without what it needs", {"http.hsts.preload": "warn"}, hsts("max-age=86400; preload")),
        HeaderCase("csp-missing", "no content policy", {"http.csp.exists": "fail", "http.csp.frame-ancestors": "pass"}, csp(None)),
        HeaderCase("csp-report-only", "a policy that only reports", {"http.csp.exists": "warn"}, csp(None),
                   more=(("Content-Security-Policy-Report-Only", GOOD_CSP),)),
        HeaderCase("csp-unsafe-inline", "inline scripts allowed", {"http.csp.unsafe-inline": "fail"},
                   csp("default-src 'self'; script-src 'self' 'unsafe-inline'" + TAIL)),
        HeaderCase("csp-nonce", "unsafe-inline that a nonce switches off", {"http.csp.unsafe-inline": "pass"},
                   csp("default-src 'self'; script-src 'self' 'unsafe-inline' 'nonce-c2FmZXR5'" + TAIL)),
        HeaderCase("csp-strict-dynamic", "https: and unsafe-inline that strict-dynamic switches off", {"http.csp.unsafe-inline": "pass"},
                   csp("script-src 'strict-dynamic' 'nonce-c2FmZXR5' 'unsafe-inline' https:" + TAIL)),
        HeaderCase("csp-two-policies", "a wide policy and a narrow one: both count", {"http.csp.unsafe-inline": "pass"},
                   csp("default-src 'self' 'unsafe-inline'"), more=(("Content-Security-Policy", GOOD_CSP),)),
        HeaderCase("csp-comma", "two policies in one header", {"http.csp.unsafe-inline": "pass"},
                   csp("default-src 'self' 'unsafe-inline', " + GOOD_CSP)),
        HeaderCase("csp-unsafe-eval", "eval allowed", {"http.csp.unsafe-eval": "warn"}, csp("default-src 'self'; script-src 'self' 'unsafe-eval'" + TAIL)),
        HeaderCase("csp-broad", "scripts from anywhere", {"http.csp.broad-sources": "fail"}, csp("default-src *; script-src https: data:" + TAIL)),
        HeaderCase("csp-no-base", "no base-uri, no form-action", {"http.csp.object-base-form": "warn"}, csp("default-src 'self'; frame-ancestors 'none'")),
        HeaderCase("csp-http-source", "scripts over http", {"http.csp.http-sources": "fail"}, csp("default-src 'self'; script-src http://cdn.testfelt.example" + TAIL)),
        HeaderCase("csp-misspelt", "directives nobody knows, one twice", {"http.csp.syntax": "warn"},
                   csp("defualt-src 'self'; script-src self; script-src 'none'" + TAIL)),
        HeaderCase("csp-reporting", "a policy that reports", {"http.csp.reporting": "info"}, csp(GOOD_CSP + "; report-to csp"),
                   more=(("Reporting-Endpoints", 'csp="https://rapport.testfelt.example/csp"'),)),
        HeaderCase("frame-open", "may be framed by anybody", {"http.csp.frame-ancestors": "fail"},
                   {"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'", "X-Frame-Options": None}),
        HeaderCase("frame-old-header", "X-Frame-Options alone", {"http.csp.frame-ancestors": "pass"},
                   {"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'"}),
        HeaderCase("frame-allow-from", "ALLOW-FROM, which browsers no longer know", {"http.csp.frame-ancestors": "fail"},
                   {"Content-Security-Policy": None, "X-Frame-Options": "ALLOW-FROM https://testfelt.example"}),
        HeaderCase("nosniff-missing", "content types are guessed", {"http.xcto": "fail"}, {"X-Content-Type-Options": None}),
        HeaderCase("referrer-unsafe", "the whole address goes with every link", {"http.referrer-policy": "fail"}, {"Referrer-Policy": "unsafe-url"}),
        HeaderCase("referrer-last-wins", "an unknown token after a good one", {"http.referrer-policy": "pass"},
                   {"Referrer-Policy": "unsafe-url, no-referrer, something-new"}),
        HeaderCase("permissions-misspelt", "a Permissions-Policy that cannot be read", {"http.permissions-policy": "warn"},
                   {"Permissions-Policy": "camera 'none'; geolocation 'self'"}),
        HeaderCase("xxss-filter", "X-XSS-Protection without block", {"http.xxss": "warn"}, more=(("X-XSS-Protection", "1"),)),
        HeaderCase("deprecated-headers", "headers that are history", {"http.deprecated-headers": "info"},
                   more=(("Expect-CT", "max-age=86400"), ("P3P", 'CP="NOI"'), ("X-UA-Compatible", "IE=edge"))),
        HeaderCase("isolation-misspelt", "isolation headers with wrong values", {"http.coop-coep-corp": "warn"},
                   {"Cross-Origin-Opener-Policy": "sameorigin", "Cross-Origin-Embedder-Policy": "yes"}),
        HeaderCase("cors-reflect", "any origin, with credentials", {"http.cors.wildcard-credentials": "fail"},
                   more=(("Access-Control-Allow-Origin", "$http_origin"), ("Access-Control-Allow-Credentials", "true"))),
        HeaderCase("cors-star", "any origin, without credentials", {"http.cors.wildcard-credentials": "info"},
                   more=(("Access-Control-Allow-Origin", "*"),)),
        HeaderCase("cors-null", "the origin null, with credentials", {"http.cors.wildcard-credentials": "fail"},
                   more=(("Access-Control-Allow-Origin", "null"), ("Access-Control-Allow-Credentials", "true"))),
        HeaderCase("cookies-good", "a session cookie as it should be", {"http.cookie.secure": "pass", "http.cookie.httponly": "pass",
                   "http.cookie.samesite": "pass", "http.cookie.prefix-scope": "pass"}, more=cookie(GOOD_COOKIE)),
        HeaderCase("cookies-bare", "a session cookie without any guard", {"http.cookie.secure": "fail", "http.cookie.httponly": "fail",
                   "http.cookie.samesite": "warn"}, more=cookie("sessionid=4d1f; Path=/")),
        HeaderCase("cookies-none", "SameSite=None without Secure", {"http.cookie.samesite": "fail"}, more=cookie("theme=dark; SameSite=None")),
        HeaderCase("cookies-prefix", "__Host- with a Domain", {"http.cookie.prefix-scope": "fail"},
                   more=cookie("__Host-sid=1; Secure; Path=/; Domain=testfelt.example; HttpOnly; SameSite=Lax")),
        HeaderCase("cookies-csrf", "a csrf cookie that scripts must read; a bare SameSite", {"http.cookie.httponly": "pass"},
                   more=cookie("csrftoken=99; Path=/; Secure; SameSite=Lax", "lang=nb; Path=/; Secure; SameSite")),
        HeaderCase("cookies-balancer", "a load balancer's cookie tells an inner address", {"http.cookie.lb-leak": "fail"},
                   more=cookie("BIGipServerpool=1677787402.36895.0000; Path=/; Secure; HttpOnly; SameSite=Lax")),
        HeaderCase("redirect-none", "http answers with the page itself", {"http.redirect.https": "fail"}, http="same"),
        HeaderCase("redirect-302", "http goes to https, for now", {"http.redirect.https": "warn"}, http="own",
                   http_lines=("return 302 https://$host$request_uri;",)),
        HeaderCase("redirect-other-host", "http goes to another host first", {"http.redirect.https": "warn"}, http="own",
                   http_lines=("return 301 https://headers-good.testfelt.example/;",)),
        HeaderCase("redirect-downgrade", "https goes back to http", {"http.redirect.no-downgrade": "fail"}, http="same",
                   https=("location = / { if ($scheme = https) { return 302 http://$host/; } return 200 'over http'; }",), pages={"/": GONE}),
        HeaderCase("redirect-loop", "http and https send each other round", {"http.redirect.https": "fail", "http.redirect.no-downgrade": "fail"},
                   https=("location / { return 302 http://$host$request_uri; }",), pages={"/": GONE}),
        HeaderCase("redirect-self", "a page that redirects to itself", {"http.availability": "unknown"},
                   https=("location / { return 302 https://$host$request_uri; }",), pages={"/": GONE}),
        HeaderCase("login-http", "a login form over http", {"http.redirect.insecure-login": "fail"},
                   pages={"/": Page(html("Logg inn", LOGIN_FORM.format(action="/login")))}, http="same"),
        HeaderCase("login-to-http", "a form that sends the password over http", {"http.redirect.insecure-login": "fail"},
                   pages={"/": Page(html("Logg inn", LOGIN_FORM.format(action="http://@HOST@/login")))}),
        HeaderCase("login-cached", "a login page that may be kept by anybody", {"http.caching-sensitive": "warn"},
                   more=(("Cache-Control", "public, max-age=3600"),),
                   pages={"/": Page(html("Logg inn", LOGIN_FORM.format(action="/login")))}),
        HeaderCase("basic-auth-http", "asks for a password in the clear", {"http.basic-auth-cleartext": "fail"}, http="own",
                   http_lines=('add_header WWW-Authenticate "Basic realm=intern" always;', "return 401;")),
        HeaderCase("http-only", "no https at all", {"tls.available": "fail", "http.redirect.https": "fail"}, http="same", with_tls=False),
        HeaderCase("https-only", "nothing on port 80: enforced", {"http.redirect.https": "pass"}, http="none"),
        HeaderCase("breach", "a compressed page with a form and a cookie", {"http.compression.breach": "warn"}, more=cookie(GOOD_COOKIE),
                   pages={"/": Page(html("Skjema", LOGIN_FORM.format(action="/login") * 20))}, https=("gzip on; gzip_min_length 1;",)),
        HeaderCase("server-version", "tells product and version", {"http.server-banner": "warn"},
                   more=(("X-Powered-By", "PHP/7.4.3"), ("X-AspNet-Version", "4.0.30319")), https=("server_tokens on;",)),
        HeaderCase("inner-address", "tells an inner address", {"http.internal-ip-leak": "fail"},
                   more=(("X-Backend", "10.20.30.40"),), ),
        HeaderCase("security-txt-html", "a page where security.txt should be", {"http.security-txt": "fail"},
                   pages={SECURITY_PATH: Page(html("Velkommen"))}),
        HeaderCase("security-txt-expired", "a security.txt that has expired", {"http.security-txt": "fail"},
                   pages={SECURITY_PATH: Page(security_txt("security-txt-expired." + RANGE, now, expires=(timedelta(days=-30),)), PLAIN)}),
        HeaderCase("security-txt-two", "a security.txt that expires twice", {"http.security-txt": "fail"},
                   pages={SECURITY_PATH: Page(security_txt("security-txt-two." + RANGE, now, expires=(timedelta(days=30), timedelta(days=60))), PLAIN)}),
        HeaderCase("security-txt-old-place", "security.txt at the top only", {"http.security-txt": "fail"},
                   pages={SECURITY_PATH: GONE, "/security.txt": Page(security_txt("security-txt-old-place." + RANGE, now), PLAIN)}),
        HeaderCase("robots-tells", "robots.txt tells where not to look", {"http.robots-leak": "info"},
                   pages={"/robots.txt": Page("User-agent: *\nDisallow: /admin/\nDisallow: /backup/\n", PLAIN)}),
        HeaderCase("stack-trace", "a missing page shows the program", {"http.error-stacktrace": "fail"},
                   pages={"/trace.html": Page(STACK_TRACE)}, https=("error_page 404 /trace.html;",)),
        HeaderCase("forbidden", "answers 403 to everybody: not a verdict on its headers", {"http.availability": "pass", "http.csp.exists": "unknown"},
                   https=("location / { return 403; }",), pages={"/": GONE}),
        HeaderCase("unavailable", "answers 503", {"http.availability": "fail"}, https=("location / { return 503; }",), pages={"/": GONE}),
    )
