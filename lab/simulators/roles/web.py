"""HTTP/1.1 servers (RFC 9112) that serve what they are told, and those that lie about it. With a certificate the same over TLS."""
import asyncio
import base64
import binascii
import gzip
import json
import os
import struct
import urllib.parse
import zlib

from . import core
from .core import Ended, SpecError, TcpRole, role

REASONS = {
    200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
}  # fmt: skip
HTML = ("Content-Type", "text/html; charset=utf-8")
MAX_HEADERS = 200


class Request:
    def __init__(self, line, headers, raw):
        parts = line.split(b" ")
        if len(parts) < 2:
            raise Ended
        self.method = parts[0].decode("latin-1")
        self.target = parts[1].decode("latin-1")
        self.path = self.target.partition("?")[0]
        self.query = self.target.partition("?")[2]
        self.headers = headers
        self.raw = raw

    def header(self, name, default=""):
        return next((value for key, value in self.headers if key.lower() == name), default)

    def host(self):
        return self.header("host").rsplit(":", 1)[0].lower() or "localhost"


class Response:
    def __init__(self, status=200, headers=(), body=b"", reason=None):
        self.status, self.headers, self.reason = int(status), list(headers), reason
        self.body = body.encode() if isinstance(body, str) else body

    def bytes(self, method):
        reason = self.reason if self.reason is not None else REASONS.get(self.status, "Status")
        lines = [f"HTTP/1.1 {self.status} {reason}"] + [f"{name}: {value}" for name, value in self.headers]
        named = {name.lower() for name, _ in self.headers}
        if "content-length" not in named and self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.body)}")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        return head if method == "HEAD" or self.status in (204, 304) else head + self.body


async def read_request(stream):
    line = await stream.read_line(16384)
    raw, headers = line + b"\r\n", []
    while text := await stream.read_line(16384):
        raw += text + b"\r\n"
        name, _, value = text.partition(b":")
        headers.append((name.decode("latin-1").strip(), value.decode("latin-1").strip()))
        if len(headers) > MAX_HEADERS:
            raise Ended
    request = Request(line, headers, raw + b"\r\n")
    length = request.header("content-length", "0")
    if length.isdigit() and 0 < int(length) <= 1024 * 1024:
        await stream.read(int(length))
    return request


class Web(TcpRole):
    defaults = {**TcpRole.defaults, "cert_pem": None, "key_pem": None}

    def __init__(self, parameters):
        super().__init__(parameters)
        self.context = core.optional_context(self.p)

    async def converse(self, stream):
        if self.context is not None:
            await stream.start_tls(self.context)
        for _ in range(1000):
            request = await read_request(stream)
            await self.serve(stream, request)
            if request.header("connection").lower() == "close":
                return

    async def serve(self, stream, request):
        await stream.send(self.respond(request).bytes(request.method))

    def respond(self, request):
        raise NotImplementedError

    def scheme(self):
        return "https" if self.context is not None else "http"


PAGE_KEYS = ("status", "reason", "headers", "body", "body_base64", "location")


class Page:
    """One answer of http_static, read from its parameters."""

    def __init__(self, given, extra=()):
        for key in given:
            if key not in PAGE_KEYS and key not in extra:
                raise SpecError(f"a page has no {key!r}; it has {', '.join(PAGE_KEYS)}")
        headers = given.get("headers") or []
        self.headers = [(str(name), str(value)) for name, value in (headers.items() if isinstance(headers, dict) else headers)]
        body = given.get("body") or ""
        self.body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        if given.get("body_base64"):
            try:
                self.body = base64.b64decode(given["body_base64"], validate=True)
            except binascii.Error as error:
                raise SpecError(f"body_base64 cannot be read: {error}") from error
        if given.get("location"):
            self.headers.append(("Location", given["location"]))
        self.status = int(given.get("status") or (302 if given.get("location") else 200))
        self.reason = given.get("reason")
        if self.body and not any(name.lower() == "content-type" for name, _ in self.headers):
            self.headers.insert(0, HTML)

    def response(self):
        return Response(self.status, self.headers, self.body, self.reason)


class Site:
    def __init__(self, given):
        page = {key: value for key, value in given.items() if key in PAGE_KEYS}
        self.top = Page(page)
        self.paths = {path: Page(each) for path, each in (given.get("paths") or {}).items()}
        missing = given.get("not_found")
        if missing is None and self.paths:
            missing = {"status": 404, "body": "<html><body>Not Found</body></html>"}
        self.missing = Page(missing) if missing is not None else self.top

    def respond(self, request):
        if request.path in self.paths:
            return self.paths[request.path].response()
        return (self.top if request.path == "/" else self.missing).response()


@role(
    "http_static", "serves the status, headers, body, paths and hosts it is given",
    status=None, reason=None, headers=None, body=None, body_base64=None, location=None, paths=None, hosts=None, not_found=None,
)  # fmt: skip
class Static(Web):
    def prepare(self):
        self.site = Site(self.p)
        self.hosts = {name.lower(): Site(given) for name, given in (self.p["hosts"] or {}).items()}

    def respond(self, request):
        return self.hosts.get(request.host(), self.site).respond(request)


# Endless and oversized answers


@role("http_endless_headers", "a response whose headers never end", rate=0, one_line=False)
class EndlessHeaders(Web):
    async def serve(self, stream, request):
        await stream.send(b"HTTP/1.1 200 OK\r\n")
        if self.p["one_line"]:
            await stream.send(b"X-Long: ")
        number = 0
        while True:
            piece = b"a" * 1000 if self.p["one_line"] else b"X-Header-%d: %s\r\n" % (number, b"a" * 80)
            await stream.send(piece)
            number += 1
            await asyncio.sleep(1 / self.p["rate"] if self.p["rate"] else 0)


@role("http_redirect_loop", "redirects in a circle", status=302, length=2)
class RedirectLoop(Web):
    def respond(self, request):
        number = request.path.removeprefix("/loop")
        step = int(number) if number.isdigit() and len(number) < 9 else 0
        return Response(self.p["status"], [("Location", f"/loop{(step + 1) % max(1, int(self.p['length']))}")])


@role("http_redirect_chain", "n redirects one after the other", n=25, status=302, to=None, downgrade=None)
class RedirectChain(Web):
    def respond(self, request):
        number = request.path.removeprefix("/hop")
        step = int(number) if number.isdigit() and len(number) < 9 else 0
        if step >= int(self.p["n"]):
            return Response(200, [HTML], "<html><body>The end of the chain</body></html>")
        where = f"/hop{step + 1}"
        if step + 1 == self.p["n"] and self.p["to"]:
            where = self.p["to"]
        elif step + 1 == self.p["downgrade"]:
            where = f"http://{request.host()}{where}"
        return Response(self.p["status"], [("Location", where)])


@role("http_bomb", "a small compressed body that becomes very large", kind="gzip")
class Bomb(Web):
    def prepare(self):
        kind = self.one_of("kind", "gzip", "nested", "stream", "deflate")
        zeros = bytes(10 * 1024 * 1024)
        self.encoding = "deflate" if kind == "deflate" else "gzip"
        if kind == "deflate":
            self.body = zlib.compress(zeros, 9)
        elif kind == "gzip":
            self.body = gzip.compress(zeros, 9, mtime=0)
        elif kind == "nested":
            self.body = gzip.compress(gzip.compress(zeros * 10, 9, mtime=0), 9, mtime=0)
            self.encoding = "gzip, gzip"
        else:
            # After a full flush the same megabyte gives the same bytes, so one is squeezed and repeated.
            squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
            megabyte = bytes(1024 * 1024)
            block = squeezer.compress(megabyte) + squeezer.flush(zlib.Z_FULL_FLUSH)
            checksum = 0
            for _ in range(1024):
                checksum = zlib.crc32(megabyte, checksum)
            trailer = checksum.to_bytes(4, "little") + (1024 * len(megabyte)).to_bytes(4, "little")
            self.body = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * 1024 + b"\x03\0" + trailer

    def respond(self, request):
        return Response(200, [HTML, ("Content-Encoding", self.encoding)], self.body)


@role("http_drip", "sends its answer at one byte a second", bytes_per_second=1)
class DripWeb(Web):
    async def serve(self, stream, request):
        page = Response(200, [HTML], "<p>slow</p>\n" * 8000)
        await stream.drip(page.bytes(request.method), float(self.p["bytes_per_second"]))


# Lengths that lie


@role("http_chunk_lies", "chunk sizes that are not true, not numbers, or never end", kind="long")
class ChunkLies(Web):
    SIMPLE = {
        "long": b"64\r\nhello\r\n0\r\n\r\n",
        "huge": b"FFFFFFFFFFFFFFFF\r\nhello\r\n",
        "negative": b"-5\r\nhello\r\n0\r\n\r\n",
        "nonsense": b"zebra\r\nhello\r\n0\r\n\r\n",
    }

    def prepare(self):
        self.one_of("kind", *self.SIMPLE, "endless", "trailer")

    async def serve(self, stream, request):
        kind = self.p["kind"]
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        if kind in self.SIMPLE:
            await stream.send(self.SIMPLE[kind])
            raise Ended
        if kind == "trailer":
            await stream.send(b"5\r\nhello\r\n0\r\n")
        piece = b"1\r\nx\r\n" * 100 if kind == "endless" else b"X-Trailer: more\r\n" * 40
        while True:
            await stream.send(piece)
            await asyncio.sleep(0)


@role("http_content_length_lies", "a Content-Length that does not fit the body", kind="long")
class ContentLengthLies(Web):
    KINDS = {
        "long": ["100"], "stall": ["100"], "short": ["5"], "huge": ["99999999999999999999"], "negative": ["-1"], "double": ["10", "5"],
    }  # fmt: skip

    def prepare(self):
        self.one_of("kind", *self.KINDS)

    async def serve(self, stream, request):
        headers = [HTML] + [("Content-Length", value) for value in self.KINDS[self.p["kind"]]]
        await stream.send(Response(200, headers, b"0123456789").bytes("GET"))
        if self.p["kind"] == "stall":
            await stream.until_end()
        raise Ended


@role("http_garbage", "answers that are no HTTP, or hardly", kind="binary")
class Garbage(Web):
    KINDS = {
        "binary": b"\x00\xff\xfe\x80" * 64,
        "no_status": b"HTTP/1.1\r\nContent-Length: 2\r\n\r\nok",
        "bad_status": b"HTTP/1.1 2xx OK\r\nContent-Length: 2\r\n\r\nok",
        "http09": b"<html><body>no headers at all</body></html>",
        "lf_only": b"HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\n\nok",
        "nul": b"HTTP/1.1 200 OK\r\nX-Nul: a\x00b\r\nContent-Length: 2\r\n\r\nok",
    }

    def prepare(self):
        self.one_of("kind", *self.KINDS)

    async def serve(self, stream, request):
        await stream.send(self.KINDS[self.p["kind"]])
        raise Ended


# Answers that mislead


@role("http_soft404", "status 200 and the same page for any path", body="<html><body><h1>Welcome</h1><p>Nothing here by that name.</p></body></html>")
class Soft404(Web):
    def respond(self, request):
        return Response(200, [HTML], self.p["body"])


@role("http_bot_403", "turns away clients that do not look like a browser", allow_agent="Mozilla", status=403, always=False)
class BotDefence(Web):
    def respond(self, request):
        if not self.p["always"] and self.p["allow_agent"] in request.header("user-agent"):
            return Response(200, [HTML], "<html><body>Hello, person</body></html>")
        headers = [HTML, ("Server", "lab-shield")] + ([("Retry-After", "60")] if int(self.p["status"]) in (429, 503) else [])
        return Response(self.p["status"], headers, "<html><body><h1>Access denied</h1>Please prove that you are human.</body></html>")


@role("http_server_error", "answers every request with a 5xx", status=500)
class ServerError(Web):
    def respond(self, request):
        return Response(self.p["status"], [HTML], "<html><body>Something went wrong</body></html>")


@role("http_stack_trace", "shows a framework's debug page for unknown paths", framework="django")
class StackTrace(Web):
    # Only the few words that a scanner may recognise, in the frame of an error page.
    PAGES = {
        "django": (404, "<title>Page not found at {path}</title><h1>Page not found <small>(404)</small></h1><p>Using the URLconf defined in "
                   "<code>site.urls</code>, Django tried these URL patterns</p><p>You're seeing this error because you have <code>DEBUG = True"
                   "</code> in your Django settings file.</p>"),
        "laravel": (500, "<title>Ignition</title><script>window.ignite({{}})</script><pre>Illuminate\\Database\\QueryException in "
                    "/var/www/vendor/laravel/framework/src/Illuminate/Database/Connection.php:760</pre>"),
        "symfony": (404, "<title>No route found (404 Not Found)</title><div class=\"sf-reset\">Symfony Exception: NotFoundHttpException</div>"
                    "<p>Symfony\\Component\\HttpKernel\\Exception\\NotFoundHttpException</p><a href=\"/_profiler/1\">Symfony Profiler</a>"),
        "aspnet": (500, "<title>Object reference not set to an instance of an object.</title><h1>Server Error in '/' Application.</h1>"
                   "<b>Stack Trace:</b><pre>[NullReferenceException: Object reference not set]</pre><b>Version Information:</b> Microsoft .NET "
                   "Framework Version:4.0.30319; ASP.NET Version:4.8.4494.0"),
        "java": (500, "<h1>HTTP Status 500</h1><pre>java.lang.NullPointerException\n\tat no.lab.Site.handle(Site.java:42)\n\tat "
                 "org.apache.catalina.core.StandardWrapperValve.invoke(StandardWrapperValve.java:197)</pre>"),
        "werkzeug": (500, "<title>KeyError // Werkzeug Debugger</title><h2 class=\"traceback\">Traceback <em>(most recent call last)</em></h2>"
                     "<script>var EVALEX = true, SECRET = \"lab\";</script><p>The debugger caught an exception in your WSGI application.</p>"),
        "benign": (404, "<title>Not found</title><p>There is no such page. Our article on how to read a stack trace may help, also if you use "
                   "Django, Java or Laravel.</p>"),
    }  # fmt: skip

    def prepare(self):
        self.one_of("framework", *self.PAGES)

    def respond(self, request):
        if request.path == "/":
            return Response(200, [HTML], "<html><body>Front page</body></html>")
        status, text = self.PAGES[self.p["framework"]]
        path = request.path.replace("<", "&lt;")[:200]
        return Response(status, [HTML], "<html><body>" + text.replace("{path}", path).replace("{{}}", "{}") + "</body></html>")


@role("http_trace_echo", "echoes TRACE as message/http", enabled=True, lie=False)
class TraceEcho(Web):
    def respond(self, request):
        if request.method != "TRACE":
            return Response(200, [HTML, ("Allow", "GET, HEAD, OPTIONS" + (", TRACE" if self.p["enabled"] else ""))], "<html><body>ok</body></html>")
        if self.p["lie"]:
            return Response(200, [HTML], "<html><body>ok</body></html>")
        if not self.p["enabled"]:
            return Response(405, [("Allow", "GET, HEAD")])
        return Response(200, [("Content-Type", "message/http")], request.raw)


@role("http_cors_reflect", "answers the Origin it is given, in the ways sites get it wrong", mode="reflect", credentials=True, trusted="lab.test")
class Cors(Web):
    def prepare(self):
        self.one_of("mode", "reflect", "null", "suffix", "prefix", "wildcard", "none")

    def respond(self, request):
        origin, mode, trusted = request.header("origin"), self.p["mode"], self.p["trusted"]
        host = origin.partition("://")[2]
        allowed = {
            "reflect": origin,
            "null": "null" if origin == "null" else "",
            "suffix": origin if host.endswith(trusted) or host.endswith(request.host()) else "",
            "prefix": origin if host.startswith(trusted) or host.startswith(request.host()) else "",
            "wildcard": "*",
            "none": "",
        }[mode]
        headers = [HTML]
        if allowed:
            headers.append(("Access-Control-Allow-Origin", allowed))
            if self.p["credentials"] and mode != "wildcard":
                headers.append(("Access-Control-Allow-Credentials", "true"))
        return Response(200, headers, "<html><body>ok</body></html>")


@role("http_basic_auth", "401 with a challenge", scheme="Basic", realm="Intranet", domain="LAB")
class BasicAuth(Web):
    def prepare(self):
        self.one_of("scheme", "Basic", "NTLM", "Digest", "Negotiate")

    def challenge(self):
        """NTLM type 2 (MS-NLMP 2.2.1.2), whose target name tells the domain."""
        name = self.p["domain"].encode("utf-16-le")
        information = b"".join(struct.pack("<HH", kind, len(name)) + name for kind in (2, 1)) + bytes(4)
        head = b"NTLMSSP\x00" + struct.pack("<IHHI", 2, len(name), len(name), 56) + struct.pack("<I", 0xA2898205) + os.urandom(8) + bytes(8)
        head += struct.pack("<HHI", len(information), len(information), 56 + len(name)) + b"\x0a\x00\x63\x45\x00\x00\x00\x0f"
        return base64.b64encode(head + name + information).decode()

    def respond(self, request):
        scheme, realm = self.p["scheme"], self.p["realm"]
        value = {
            "Basic": f'Basic realm="{realm}"',
            "Digest": f'Digest realm="{realm}", nonce="6c6162", qop="auth", algorithm=MD5',
            "NTLM": "NTLM",
            "Negotiate": "Negotiate",
        }[scheme]
        if scheme == "NTLM" and request.header("authorization").startswith("NTLM "):
            value = "NTLM " + self.challenge()
        return Response(401, [HTML, ("WWW-Authenticate", value)], "<html><body>401</body></html>")


@role("http_login_form", "a page with a password field", action="/login", redirect_https=False)
class LoginForm(Web):
    def respond(self, request):
        if self.p["redirect_https"] and self.context is None:
            return Response(301, [("Location", f"https://{request.host()}{request.target}")])
        form = f'<form method="post" action="{self.p["action"]}"><input name="user"><input type="password" name="password"><button>Log in</button></form>'
        return Response(200, [HTML, ("Set-Cookie", "session=lab0123456789; Path=/")], f"<!doctype html><html><body>{form}</body></html>")


@role("http_cookies", "sets the cookies it is given", set_cookie=["session=lab; Path=/"], headers=None)
class Cookies(Web):
    def respond(self, request):
        headers = [HTML] + [("Set-Cookie", value) for value in self.p["set_cookie"]]
        more = self.p["headers"] or []
        headers += [(name, value) for name, value in (more.items() if isinstance(more, dict) else more)]
        return Response(200, headers, "<html><body>ok</body></html>")


@role("http_takeover_page", "a provider's page for a name that nobody has claimed, and pages that only look so", provider="github")
class TakeoverPage(Web):
    PAGES = {
        "github": (404, [("Server", "GitHub.com")], "<p><strong>There isn't a GitHub Pages site here.</strong></p>"),
        "s3": (404, [("Server", "AmazonS3"), ("Content-Type", "application/xml")],
               '<?xml version="1.0"?><Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>'),
        "azure": (404, [], "<title>Microsoft Azure Web App - Error 404</title><h1>404 Web Site not found.</h1>"),
        "heroku": (404, [("Server", "Cowboy")], '<title>No such app</title><iframe src="//www.herokucdn.com/error-pages/no-such-app.html"></iframe>'),
        "shopify": (404, [], "<p>Sorry, this shop is currently unavailable.</p>"),
        "fastly": (500, [], "Fastly error: unknown domain: lab. Please check that this domain has been added to a service."),
        "parking": (200, [], "<title>Domain for sale</title><p>This domain is parked. Buy it now!</p>"),
        "plain404": (404, [("Server", "nginx")], "<h1>404 Not Found</h1><hr>nginx"),
    }  # fmt: skip

    def prepare(self):
        self.one_of("provider", *self.PAGES)

    def respond(self, request):
        status, headers, body = self.PAGES[self.p["provider"]]
        if not any(name == "Content-Type" for name, _ in headers):
            headers = [HTML, *headers]
        return Response(status, headers, body)


@role("http_internal_ip", "shows a private address in a header or cookie", where="location")
class InternalAddress(Web):
    def prepare(self):
        self.one_of("where", "location", "cookie", "header", "version")

    def respond(self, request):
        found = {
            # 10.1.2.3 port 80 as BIG-IP writes it: little-endian numbers.
            "cookie": (200, ("Set-Cookie", "BIGipServerpool_web=50462986.20480.0000; path=/")),
            "location": (302, ("Location", "http://10.1.2.3/start")),
            "header": (200, ("X-Backend-Server", "192.168.10.20")),
            "version": (200, ("Server", "Microsoft-IIS/10.0.0.1")),
        }[self.p["where"]]
        return Response(found[0], [HTML, found[1]], "<html><body>ok</body></html>")


@role("http_breach", "compresses a page that holds a secret", encodings=["gzip"], secret=True)
class Breach(Web):
    def respond(self, request):
        headers, body = [HTML], b"<html><body>" + b"Hello. " * 200
        if self.p["secret"]:
            headers.append(("Set-Cookie", "session=lab; Secure; HttpOnly; Path=/"))
            body += b'<form method="post"><input type="hidden" name="csrf" value="5f1d"></form>'
        body += b"</body></html>"
        accepted = request.header("accept-encoding").lower()
        for encoding in self.p["encodings"]:
            if encoding in accepted:
                headers.append(("Content-Encoding", encoding))
                return Response(200, headers, zlib.compress(body) if encoding == "deflate" else gzip.compress(body))
        return Response(200, headers, body)


@role("http_host_header", "puts X-Forwarded-Host into a redirect that caches may keep")
class HostHeader(Web):
    def respond(self, request):
        host = request.header("x-forwarded-host") or request.header("host")
        return Response(302, [("Location", f"{self.scheme()}://{host}/start"), ("Cache-Control", "public, max-age=600")])


@role("http_open_redirect", "redirects to whatever a parameter says", parameter="next")
class OpenRedirect(Web):
    def respond(self, request):
        for pair in request.query.split("&"):
            name, _, value = pair.partition("=")
            if name == self.p["parameter"] and value:
                decoded = urllib.parse.unquote(value).replace("\r", "").replace("\n", "")
                return Response(302, [("Location", decoded)])
        return Response(200, [HTML], f'<html><body><a href="/go?{self.p["parameter"]}=https%3A%2F%2Fother.lab.test%2F">on</a></body></html>')


@role("rdap", "registration data as JSON (RFC 9083); 404 for domains it does not have", domains={}, fail=0, link_base=None)
class Rdap(Web):
    def prepare(self):
        self.domains = {name.lower().rstrip("."): given for name, given in self.p["domains"].items()}

    def respond(self, request):
        kind = ("Content-Type", "application/rdap+json")
        common = {"rdapConformance": ["rdap_level_0"]}
        if self.p["fail"]:
            status = int(self.p["fail"])
            return Response(status, [kind], json.dumps({**common, "errorCode": status, "title": REASONS.get(status, "Error")}))
        path = urllib.parse.unquote(request.path)
        before, found, name = path.rpartition("/domain/")
        name = name.lower().rstrip(".")
        if path.endswith("/help"):
            return Response(200, [kind], json.dumps({**common, "notices": []}))
        if not found or name not in self.domains:
            return Response(404, [kind], json.dumps({**common, "errorCode": 404, "title": "Not Found"}))
        given = self.domains[name]
        events = [{"eventAction": "registration", "eventDate": given.get("registration", "2004-05-17T00:00:00Z")}]
        if given.get("expiration"):
            events.append({"eventAction": "expiration", "eventDate": given["expiration"]})
        answer = {**common, "objectClassName": "domain", "handle": f"LAB-{name}", "ldhName": name, "status": given.get("status", ["active"]), "events": events}
        base = self.p["link_base"] or f"{self.scheme()}://{request.header('host')}{before}"
        answer["links"] = [{"rel": "self", "href": f"{base}/domain/{name}", "type": "application/rdap+json"}]
        if given.get("registrar"):
            card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", given["registrar"]]]]
            answer["entities"] = [{"objectClassName": "entity", "handle": "REG1-LAB", "roles": ["registrar"], "vcardArray": card}]
        answer.update(given.get("raw", {}))
        return Response(200, [kind], json.dumps(answer))
