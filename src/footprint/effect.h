// What a decision about the footprint does to the score, told with the figures of the last measurement: the
// next one will say what it came to.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "score/organisation.h"
#include "store/sql.h"

namespace utsyn::footprint {

struct Effect {
  std::int64_t before_cp = 0;
  std::int64_t after_cp = 0;
  bool operator==(const Effect&) const = default;
};

// The answers that the checks gave about an asset.
struct Answers {
  std::uint64_t conclusive = 0;
  std::uint64_t applicable = 0;
};
using AnswersByAsset = std::map<std::string, Answers, std::less<>>;

struct Footprint {
  std::set<std::string, std::less<>> without;      // assets that leave
  std::map<std::string, int, std::less<>> values;  // assets that weigh otherwise
};

// The input with the change made to it: assets, their findings, and the coverage where the answers explain
// the one it has. Pure.
score::Organisation changed_input(score::Organisation input, const AnswersByAsset& answers,
                                  const Footprint& change);

// Nothing when the organisation has never been measured.
std::optional<Effect> effect_of(store::Connection& connection, std::string_view organisation,
                                const Footprint& change);

}  // namespace utsyn::footprint
