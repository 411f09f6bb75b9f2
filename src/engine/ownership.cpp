#include "engine/ownership.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <exception>

#include "base/hash.h"
#include "base/text.h"
#include "engine/ownership_question.h"
#include "engine/run.h"
#include "probe/http_fetch.h"

namespace utsyn::engine {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t kFileLimit = 4096;

std::string label_of(std::string_view domain) { return "_utsyn-challenge." + std::string(domain); }
std::string url_of(std::string_view domain) {
  return "https://" + std::string(domain) + "/.well-known/utsyn-challenge";
}

// TXT RDATA in presentation format: the strings of a record follow each other, each in quotes.
std::string text_of(std::string_view rdata) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < rdata.size(); ++i) {
    if (rdata[i] == '"') {
      quoted = !quoted;
    } else if (rdata[i] == '\\' && i + 1 < rdata.size()) {
      out.push_back(rdata[++i]);
    } else if (quoted) {
      out.push_back(rdata[i]);
    }
  }
  return out;
}

bool record_says(const DnsAnswer& answer, std::string_view token) {
  const auto wanted = "utsyn-challenge=" + std::string(token);
  return answer.status == DnsStatus::found && answer.security != Security::bogus &&
         std::ranges::any_of(answer.records,
                             [&](const auto& record) { return trim(text_of(record)) == wanted; });
}

bool file_says(const Observed<TextFile>& file, std::string_view token) {
  const auto* seen = file.seen();
  return seen != nullptr && seen->status == 200 && seen->certificate_valid && !seen->redirected &&
         trim(seen->body) == token;
}

probe::Task<Observed<TextFile>> ask_file(probe::Visit& visit, probe::Resolver& resolver,
                                         const probe::TrustStore& trust, std::string domain) {
  const auto url = wire::parse_url(url_of(domain));
  if (!url) co_return Unseen::malformed;
  probe::HttpClient client(visit, resolver, trust, kFileLimit);
  auto fetched = co_await client.fetch({.url = *url});
  if (fetched.seen() == nullptr) co_return fetched.unseen();
  TextFile file;
  file.url = url_of(domain);
  file.status = fetched.seen()->response.status;
  file.body = printable(trim(fetched.seen()->body), 200);
  file.certificate_valid = fetched.seen()->certificate_valid;
  co_return file;
}

}  // namespace

probe::Task<OwnershipSeen> look_for_ownership(probe::Network& network, probe::Resolver& resolver,
                                              const probe::TrustStore& trust, std::string domain,
                                              std::string token) {
  OwnershipSeen seen;
  seen.domain = std::move(domain);
  auto visit = network.visit(seen.domain);
  seen.txt = co_await resolver.ask(visit, label_of(seen.domain), "TXT");
  if (record_says(seen.txt, token)) co_return seen;
  seen.file = co_await ask_file(visit, resolver, trust, seen.domain);
  co_return seen;
}

OwnershipSeen ask_ownership(const RunSettings& settings, probe::Politeness& politeness,
                            const std::string& domain, const std::string& token) {
  asio::io_context context(1);
  probe::Network network(context, settings.network, politeness);
  probe::Resolver resolver(network, settings.resolver);
  const probe::TrustStore trust(settings.root_ca_file);
  OwnershipSeen seen;
  std::exception_ptr error;
  asio::co_spawn(context, look_for_ownership(network, resolver, trust, domain, token),
                 [&](std::exception_ptr thrown, OwnershipSeen found) {
                   error = std::move(thrown);
                   seen = std::move(found);
                 });
  context.run();
  if (error) std::rethrow_exception(error);
  return seen;
}

Proof judge_ownership(const OwnershipSeen& seen, std::string_view token) {
  if (token.empty()) return Proof::none;
  if (record_says(seen.txt, token)) return Proof::dns;
  if (file_says(seen.file, token)) return Proof::file;
  if (seen.txt.status == DnsStatus::error) return Proof::unknown;
  if (seen.file.seen() != nullptr) return Proof::none;
  switch (seen.file.unseen()) {
    case Unseen::refused:  // nobody is at home there, and DNS has answered
    case Unseen::unreachable:
    case Unseen::out_of_scope:
    case Unseen::tls_failed:
    case Unseen::malformed:
      return Proof::none;
    default:
      return Proof::unknown;
  }
}

std::optional<std::string_view> word(Proof proof) {
  switch (proof) {
    case Proof::unknown:
      return std::nullopt;
    case Proof::none:
      break;
    case Proof::dns:
      return "dns";
    case Proof::file:
      return "file";
  }
  return "";
}

std::string ownership_evidence(const OwnershipSeen& seen) {
  json::array records;
  for (const auto& record : seen.txt.records) {
    if (records.size() < 20) records.emplace_back(printable(text_of(record), 200));
  }
  json::object dns{{"name", label_of(seen.domain)},
                   {"status", boost::describe::enum_to_string(seen.txt.status, "?")},
                   {"records", std::move(records)}};
  if (seen.txt.status == DnsStatus::error) dns["why"] = boost::describe::enum_to_string(seen.txt.why, "?");
  json::object file{{"url", url_of(seen.domain)}};
  if (const auto* found = seen.file.seen()) {
    file["status"] = found->status;
    file["body"] = found->body;
    file["certificate_valid"] = found->certificate_valid;
  } else {
    file["why"] = boost::describe::enum_to_string(seen.file.unseen(), "?");
  }
  json::object out{{"dns", std::move(dns)}, {"file", std::move(file)}};
  // The same answer tomorrow has the same hash.
  const auto hash = sha256_hex(json::serialize(out));
  out["sha256"] = hash;
  return json::serialize(out);
}

}  // namespace utsyn::engine
