// Can finders of holes learn whom to tell (RFC 9116)? The file must be text/plain in UTF-8 with a contact and
// exactly one date of expiry that lies ahead. A web page with status 200 is absence.
#include <algorithm>
#include <chrono>

#include "checks/http/reading.h"
#include "wire/http/security_txt.h"

namespace utsyn::checks::http_security_txt {
namespace {

constexpr std::chrono::days kLongest{366};

Verdict judge(const TextFile& file, UtcTime now) {
  if (file.status == 403 || file.status == 429 || file.status >= 500) return could_not_look(Unseen::rejected);
  if (file.status != 200) return Verdict{Outcome::fail, "absent"}.with("status", file.status);
  const auto type = wire::parse_media_type(file.content_type);
  if (type && (type->type == "text/html" || type->type == "application/xhtml+xml"))
    return {Outcome::fail, "page-instead"};
  const auto text = wire::parse_security_txt(file.body);
  if (!text) {
    if (text.error() == wire::SecurityTxtError::html) return {Outcome::fail, "page-instead"};
    return Verdict{Outcome::fail, "unreadable"}.with("error", std::string(wire::describe(text.error())));
  }
  if (!text->faults.empty()) {
    std::vector<std::string> faults;
    for (const auto fault : text->faults) faults.emplace_back(wire::code(fault));
    return Verdict{Outcome::fail, "faulty"}.with("faults", std::move(faults));
  }
  if (!text->expires || *text->expires <= now) return {Outcome::fail, "expired"};
  if (!file.certificate_valid) return {Outcome::warn, "certificate-invalid"};
  if (!type || type->type != "text/plain" || (!type->charset.empty() && type->charset != "utf-8"))
    return Verdict{Outcome::warn, "wrong-type"}.with("content_type", file.content_type);
  if (*text->expires - now > kLongest) return {Outcome::warn, "expires-late"};
  if (!text->canonical.empty() && std::ranges::find(text->canonical, file.url) == text->canonical.end())
    return Verdict{Outcome::warn, "other-address"}.with("canonical", text->canonical).with("url", file.url);
  return {Outcome::pass, "valid"};
}

Verdict evaluate(const Evidence& evidence) {
  return for_first_secure(evidence, [&](const HttpExchange&) -> Verdict {
    const auto& found = evidence.web.seen()->security_txt;
    if (found.seen() == nullptr) return could_not_look(found.unseen());
    return judge(*found.seen(), evidence.as_of);
  });
}

std::vector<Example> examples() {
  const auto having = [](Observed<TextFile> file) {
    auto evidence = page_with({});
    evidence.web.seen()->security_txt = std::move(file);
    return evidence;
  };
  const auto file = [](std::string body, std::string type = "text/plain; charset=utf-8", int status = 200) {
    TextFile out;
    out.url = "https://www.example.no/.well-known/security.txt";
    out.status = status;
    out.content_type = std::move(type);
    out.body = std::move(body);
    return out;
  };
  const std::string contact = "Contact: mailto:sikkerhet@example.no\n";
  const std::string good = contact + "Expires: 2027-05-01T00:00:00Z\n";
  auto bad_certificate = file(good);
  bad_certificate.certificate_valid = false;
  return {
      {"valid", having(file(good)), Outcome::pass, "valid"},
      {"not there", having(file("", "text/html", 404)), Outcome::fail, "absent"},
      {"a page for everything", having(file("", "text/html; charset=utf-8")), Outcome::fail, "page-instead"},
      {"a page that says it is text", having(file("<!doctype html><html></html>")), Outcome::fail,
       "page-instead"},
      {"nothing in it", having(file("")), Outcome::fail, "unreadable"},
      {"no contact", having(file("Expires: 2027-05-01T00:00:00Z\n")), Outcome::fail, "faulty"},
      {"two dates", having(file(good + "Expires: 2027-06-01T00:00:00Z\n")), Outcome::fail, "faulty"},
      {"expired", having(file(contact + "Expires: 2026-11-19T00:00:00Z\n")), Outcome::fail, "expired"},
      {"far ahead", having(file(contact + "Expires: 2036-01-01T00:00:00Z\n")), Outcome::warn, "expires-late"},
      {"sent as bytes", having(file(good, "application/octet-stream")), Outcome::warn, "wrong-type"},
      {"meant for another address",
       having(file(good + "Canonical: https://example.no/.well-known/security.txt\n")), Outcome::warn,
       "other-address"},
      {"a certificate that nobody takes", having(bad_certificate), Outcome::warn, "certificate-invalid"},
      {"a bot defence answered 403", having(file("", "text/html", 403)), Outcome::unknown, "rejected"},
      {"the file was not answered", having(Unseen::timed_out), Outcome::unknown, "timed-out"},
      {"no https",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::not_applicable, "no-https"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_security_txt

UTSYN_CHECK(http_security_txt) = {
    .id = "http.security-txt",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_security_txt::evaluate,
    .examples = utsyn::checks::http_security_txt::examples,
};
