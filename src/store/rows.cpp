#include "store/rows.h"

#include <boost/json.hpp>

#include "evidence/json.h"
#include "store/words.h"

namespace utsyn::store {

namespace json = boost::json;

namespace {
json::value parsed(std::string_view text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return error ? json::value{} : value;
}
template <class Enum>
bool read(const json::object& in, std::string_view name, Enum& out) {
  const auto* found = in.if_contains(name);
  return found != nullptr && describe::from_json(*found, out);
}
}  // namespace

std::string list_json(const std::vector<std::string>& items) {
  return json::serialize(describe::to_json(items));
}

std::vector<std::string> list_from_json(std::string_view text) {
  std::vector<std::string> out;
  describe::from_json(parsed(text), out);
  return out;
}

std::string finding_json(const Finding& finding) {
  json::object out;
  out["id"] = finding.id;
  out["asset"] = finding.asset;
  out["check"] = finding.check;
  out["outcome"] = describe::to_json(finding.outcome);
  out["severity"] = describe::to_json(finding.severity);
  out["confidence"] = describe::to_json(finding.confidence);
  out["reason"] = finding.reason;
  out["state"] = describe::to_json(finding.state);
  out["first_seen"] = to_unix(finding.first_seen);
  out["last_seen"] = to_unix(finding.last_seen);
  if (finding.closed) out["closed"] = to_unix(*finding.closed);
  out["reopened"] = finding.reopened;
  out["unseen"] = finding.unseen;
  return json::serialize(out);
}

std::optional<Finding> finding_from_json(std::string_view text) {
  const auto value = parsed(text);
  if (!value.is_object()) return std::nullopt;
  const auto& in = value.get_object();
  Finding out;
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t closed = 0;
  const bool good = read(in, "id", out.id) && read(in, "asset", out.asset) && read(in, "check", out.check) &&
                    read(in, "outcome", out.outcome) && read(in, "severity", out.severity) &&
                    read(in, "confidence", out.confidence) && read(in, "reason", out.reason) &&
                    read(in, "state", out.state) && read(in, "first_seen", first) &&
                    read(in, "last_seen", last) && read(in, "reopened", out.reopened) &&
                    read(in, "unseen", out.unseen);
  if (!good) return std::nullopt;
  out.first_seen = from_unix(first);
  out.last_seen = from_unix(last);
  if (read(in, "closed", closed)) out.closed = from_unix(closed);
  return out;
}

Finding finding_of(const Row& row) {
  Finding out;
  out.id = row.text(0);
  out.asset = row.text(1);
  out.check = row.text(2);
  out.outcome = value_of(row.text(3), checks::Outcome::fail);
  out.severity = value_of(row.text(4), checks::Severity::info);
  out.confidence = value_of(row.text(5), checks::Confidence::weak);
  out.reason = row.text(6);
  out.state = value_of(row.text(7), FindingState::open);
  out.first_seen = from_unix(row.number(8));
  out.last_seen = from_unix(row.number(9));
  if (const auto closed = row.maybe_number(10)) out.closed = from_unix(*closed);
  out.reopened = static_cast<int>(row.number(11));
  out.unseen = row.truth(12);
  return out;
}

std::string detail_json(const std::vector<checks::Fact>& detail) {
  json::object out;
  for (const auto& fact : detail) {
    out[fact.name] = std::visit([](const auto& value) { return describe::to_json(value); }, fact.value);
  }
  return json::serialize(out);
}

std::vector<checks::Fact> detail_from_json(std::string_view text) {
  std::vector<checks::Fact> out;
  const auto value = parsed(text);
  if (!value.is_object()) return out;
  for (const auto& member : value.get_object()) {
    const auto& fact = member.value();
    std::vector<std::string> items;
    if (fact.is_bool()) {
      out.push_back({std::string(member.key()), fact.get_bool()});
    } else if (fact.is_int64()) {
      out.push_back({std::string(member.key()), fact.get_int64()});
    } else if (fact.is_string()) {
      out.push_back({std::string(member.key()), std::string(fact.get_string())});
    } else if (describe::from_json(fact, items)) {
      out.push_back({std::string(member.key()), std::move(items)});
    }
  }
  return out;
}

}  // namespace utsyn::store
