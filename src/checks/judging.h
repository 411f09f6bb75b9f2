// What many checks share: judging each address apart and telling the worst, and saying why we could not look.
#pragma once

#include <string>
#include <string_view>

#include "checks/check.h"

namespace utsyn::checks {

// fail, warn, unknown, pass, not_applicable: the worst first.
constexpr int gravity(Outcome outcome) {
  switch (outcome) {
    case Outcome::fail:
      return 4;
    case Outcome::warn:
      return 3;
    case Outcome::unknown:
      return 2;
    case Outcome::pass:
      return 1;
    case Outcome::not_applicable:
      return 0;
  }
  return 0;
}

// Judges every item (an endpoint, a server) and gives the worst verdict, naming the address it came from; an
// unknown on one address outweighs a pass on another. No items at all is unknown.
template <class Items, class Judge>
Verdict worst_of(const Items& items, Judge judge) {
  if (items.empty()) return {Outcome::unknown, "not-measured"};
  std::optional<Verdict> worst;
  std::string where;
  for (const auto& item : items) {
    auto verdict = judge(item);
    const auto heavier = [&] {
      if (gravity(verdict.outcome) != gravity(worst->outcome))
        return gravity(verdict.outcome) > gravity(worst->outcome);
      return verdict.severity.value_or(Severity::info) > worst->severity.value_or(Severity::info);
    };
    if (!worst || heavier()) {
      worst = std::move(verdict);
      where = item.address;
    }
  }
  if (items.size() > 1 && worst->outcome != Outcome::pass) return std::move(*worst).with("address", where);
  return std::move(*worst);
}

// The reason code of "we could not look": "timed-out", "refused", ...
std::string unseen_reason(Unseen why);
inline Verdict could_not_look(Unseen why) { return {Outcome::unknown, unseen_reason(why)}; }

}  // namespace utsyn::checks
