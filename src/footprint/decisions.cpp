#include "footprint/decisions.h"

#include <algorithm>

#include "base/name.h"
#include "base/text.h"

namespace utsyn::footprint {
namespace {

constexpr std::string_view kMeasuredValue = "measured-value:";

struct Reason {
  std::string_view begins;
  int confidence;
};
// What the organisation's own zone names is its own, or its supplier's by its choice; what others say of it
// is a hint.
constexpr Reason kReasons[] = {
    {"given", 100},  {"confirmed", 100}, {"proof-of:", 100}, {"mx-of:", 95},       {"ns-of:", 95},
    {"web-of:", 90}, {"cert-of:", 80},   {"zone-of:", 80},   {"redirect-of:", 65}, {"ct-of:", 60},
};

void add_reason(store::Asset& asset, std::string reason) {
  if (std::ranges::find(asset.why, reason) == asset.why.end()) asset.why.push_back(std::move(reason));
}

}  // namespace

int effective_value(int measured, const DecidedValue& decided) {
  if (decided.value >= measured) return decided.value;
  return decided.approved && measured <= decided.measured ? decided.value : measured;
}

bool rejected(const Decisions& decisions, std::string_view asset) {
  return decisions.rejected.contains(asset);
}

void apply(const Decisions& decisions, store::Asset& asset) {
  if (decisions.confirmed.contains(asset.id)) add_reason(asset, "confirmed");
  for (const auto& domain : decisions.proved) {
    if (is_subdomain(asset.host, domain)) add_reason(asset, "proof-of:" + domain);
  }
  if (const auto decided = decisions.values.find(asset.id); decided != decisions.values.end()) {
    const int measured = measured_value(asset);
    std::erase_if(asset.why, [](const auto& reason) { return reason.starts_with(kMeasuredValue); });
    asset.value = effective_value(measured, decided->second);
    if (asset.value != measured) add_reason(asset, std::string(kMeasuredValue) + std::to_string(measured));
  }
}

int confidence_of(const std::vector<std::string>& why) {
  int best = 0;
  for (const auto& text : why) {
    for (const auto& [begins, confidence] : kReasons) {
      const bool fits = begins.ends_with(':') ? text.starts_with(begins) : text == begins;
      if (fits) best = std::max(best, confidence);
    }
  }
  return best;
}

int measured_value(const store::Asset& asset) {
  for (const auto& text : asset.why) {
    if (!text.starts_with(kMeasuredValue)) continue;
    const auto value = parse_uint(std::string_view(text).substr(kMeasuredValue.size()));
    if (value && *value <= 400) return static_cast<int>(*value);
  }
  return asset.value;
}

}  // namespace utsyn::footprint
