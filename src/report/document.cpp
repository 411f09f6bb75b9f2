#include "report/document.h"

#include <boost/json.hpp>

#include "evidence/json.h"

namespace utsyn::report {
namespace {

namespace json = boost::json;

std::string asset_json(const store::Asset& asset) {
  json::object out;
  out["id"] = asset.id;
  out["kind"] = kind_name(asset.kind);
  out["addresses"] = describe::to_json(asset.addresses);
  out["v"] = asset.value;
  out["control"] = asset.by_provider ? "provider" : "own";
  out["why"] = describe::to_json(asset.why);
  return json::serialize(out);
}

std::string verdict_json(const store::Judged& judged) {
  json::object detail;
  for (const auto& fact : judged.verdict.detail) {
    detail[fact.name] = std::visit([](const auto& value) { return describe::to_json(value); }, fact.value);
  }
  json::object out;
  out["check"] = judged.check;
  out["asset"] = judged.asset;
  out["verdict"] = describe::to_json(judged.verdict.outcome);
  out["reason"] = judged.verdict.reason;
  out["severity"] = describe::to_json(judged.severity);
  out["detail"] = std::move(detail);
  out["evidence"] = describe::to_json(judged.evidence);
  return json::serialize(out);
}

std::string change_json(const store::FindingEvent& event) {
  json::object out;
  out["finding"] = event.finding;
  out["change"] = describe::to_json(event.change);
  out["reason"] = event.reason;
  return json::serialize(out);
}

template <class Items, class Write>
void list(std::string& out, std::string_view name, const Items& items, Write write) {
  out += ",\"";
  out += name;
  out += "\":[";
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    out += write(item);
  }
  out += ']';
}

}  // namespace

std::string_view kind_name(AssetKind kind) {
  switch (kind) {
    case AssetKind::domain:
      return "domain";
    case AssetKind::web:
      return "web";
    case AssetKind::mail:
      return "mail";
    case AssetKind::name_server:
      return "ns";
  }
  return "domain";
}

std::string organisation_json(const engine::Assessment& assessment) {
  const auto& measurement = assessment.measurement;
  std::string out = "{\"id\":" + json::serialize(json::value(measurement.organisation.id)) +
                    ",\"name\":" + json::serialize(json::value(measurement.organisation.name)) +
                    ",\"kind\":" + json::serialize(json::value(measurement.organisation.kind)) +
                    ",\"measured\":\"" + format_time(measurement.time) + "\"";
  list(out, "assets", measurement.assets, [](const auto& item) { return asset_json(item.asset); });
  list(out, "verdicts", measurement.verdicts, verdict_json);
  list(out, "changes", measurement.events, change_json);
  out += ",\"input\":" + measurement.input + ",\"score\":" + measurement.output;
  if (assessment.full)
    out += ",\"full\":{\"input\":" + assessment.full->input + ",\"score\":" + assessment.full->output + "}";
  out += "}";
  return out;
}

std::string measure_document(std::span<const std::string> organisations, UtcTime as_of,
                             std::string_view profile) {
  std::string out = "{\"utsyn\":\"" + std::string(kVersion) + "\",\"as_of\":\"" + format_time(as_of) +
                    "\",\"profile\":\"" + std::string(profile) + "\"";
  list(out, "organisations", organisations, [](const std::string& item) { return item; });
  out += "}\n";
  return out;
}

}  // namespace utsyn::report
