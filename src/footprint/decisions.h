// What people have decided about the assets of an organisation, and what that does to a measurement. Pure:
// the decisions are read once before measuring and applied to each asset found (methodology.md section 13).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace utsyn::footprint {

// A value in force. A raise holds while the rules give less; one below the rules holds only when a second
// person approved it, and only while the rules give no more than they did then.
struct DecidedValue {
  int value = 100;
  int measured = 100;
  bool approved = false;
  bool operator==(const DecidedValue&) const = default;
};

struct Decisions {
  std::set<std::string, std::less<>> rejected;   // asset ids: not the organisation's
  std::set<std::string, std::less<>> confirmed;  // asset ids
  std::map<std::string, DecidedValue, std::less<>> values;
  std::set<std::string, std::less<>> proved;  // domains with a proof of ownership
  bool operator==(const Decisions&) const = default;
};

int effective_value(int measured, const DecidedValue& decided);

bool rejected(const Decisions& decisions, std::string_view asset);

// Puts the decisions into an asset, measured now or carried from the last time; twice is as good as once:
// "confirmed", "proof-of:DOMAIN" and "measured-value:N" join its reasons, so that the store keeps them with
// the measurement they held for.
void apply(const Decisions& decisions, store::Asset& asset);

// How sure it is that the asset is the organisation's, 0 to 100, by the best of its reasons.
int confidence_of(const std::vector<std::string>& why);
inline constexpr int kSureEnough = 70;
// Not sure enough to be scored, yet in the coverage with nothing conclusive until somebody answers.
inline bool candidate(const store::Asset& asset) { return confidence_of(asset.why) < kSureEnough; }

// What the rules gave it, before any decision.
int measured_value(const store::Asset& asset);

}  // namespace utsyn::footprint
