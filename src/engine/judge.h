// Evidence to verdicts, verdicts to the score's input: pure functions.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "score/organisation.h"
#include "store/store.h"

namespace utsyn::engine {

// Every check that is asked of this kind of asset, and whose id matches `only` ("*" for all; --only). Those
// of the full profile are judged only where active questions were asked: to have asked none is no lack.
std::vector<store::Judged> judge(const Evidence& evidence, std::string_view only = "*");

// A warning weighs one step less than a fail of the same check (own policy; methodology.md).
checks::Severity weight_of(const checks::Verdict& verdict, checks::Severity catalogue_severity);

// The method takes names of at most 200 bytes; a longer one is cut and marked with its hash.
std::string method_name(std::string_view name);

// Whose checks count. The core profile is what everybody is compared on; what only consent lets us see stays
// out of it (methodology.md section 16), so that to consent never costs a point.
enum class Counted { core, full };

// What the method is given (methodology.md section 2). Assets a supplier controls are left out, and with them
// their findings: they count in the supplier's own score. Candidates (attributed less than 70 % sure) are not
// scored either, but are in the coverage with nothing conclusive (section 13).
score::Organisation score_input(const store::Organisation& organisation, std::span<const store::Asset> assets,
                                std::span<const store::Judged> verdicts,
                                std::span<const store::Finding> findings, UtcTime now,
                                Counted counted = Counted::core);

}  // namespace utsyn::engine
