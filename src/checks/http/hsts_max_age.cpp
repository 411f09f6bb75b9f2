// How long do browsers remember HSTS (RFC 6797 section 6.1.1)? A year is asked for; half a year is a mild
// fault. Zero tells them to forget.
#include <cstdint>

#include "checks/http/reading.h"
#include "wire/http/hsts.h"

namespace utsyn::checks::http_hsts_max_age {
namespace {

constexpr std::uint64_t kYear = 31536000;
constexpr std::uint64_t kHalfYear = 15768000;

Verdict judge(const HttpExchange& exchange) {
  const auto& answer = *exchange.answer.seen();
  const auto hsts = wire::read_hsts(headers_of(answer));
  if (!hsts) {
    if (hsts.error() != wire::HstsError::absent) return {Outcome::not_applicable, "unreadable"};
    if (turned_away(answer)) return could_not_look(Unseen::rejected);
    return {Outcome::not_applicable, "no-hsts"};
  }
  const auto age = hsts->max_age_seconds;
  const auto say = [&](Verdict verdict) { return std::move(verdict).with("max_age", std::to_string(age)); };
  if (age == 0) return say({Outcome::fail, "removal"});
  if (age >= kYear) return say({Outcome::pass, "long-enough"});
  if (age >= kHalfYear) return say({Outcome::warn, "half-year"});
  return say({Outcome::fail, "too-short"});
}

Verdict evaluate(const Evidence& evidence) { return for_first_secure(evidence, judge); }

std::vector<Example> examples() {
  const auto lasting = [](const std::string& value) {
    return page_with({{"strict-transport-security", value}});
  };
  return {
      {"two years", lasting("max-age=63072000; includeSubDomains"), Outcome::pass, "long-enough"},
      {"exactly a year", lasting("max-age=31536000"), Outcome::pass, "long-enough"},
      {"a second less than a year", lasting("max-age=31535999"), Outcome::warn, "half-year"},
      {"exactly half a year", lasting("max-age=15768000"), Outcome::warn, "half-year"},
      {"an hour", lasting("max-age=3600"), Outcome::fail, "too-short"},
      {"browsers are told to forget", lasting("max-age=0"), Outcome::fail, "removal"},
      {"the first of two headers counts",
       page_with(
           {{"strict-transport-security", "max-age=60"}, {"strict-transport-security", "max-age=31536000"}}),
       Outcome::fail, "too-short"},
      {"a faulty header", lasting("max-age=x"), Outcome::not_applicable, "unreadable"},
      {"no header", page_with({}), Outcome::not_applicable, "no-hsts"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"no https",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::not_applicable, "no-https"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_hsts_max_age

UTSYN_CHECK(http_hsts_max_age) = {
    .id = "http.hsts.max-age",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_hsts_max_age::evaluate,
    .examples = utsyn::checks::http_hsts_max_age::examples,
};
