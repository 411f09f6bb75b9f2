// Before --profile full asks one active question: is the ownership of every domain proved, at this moment?
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/run.h"
#include "store/sql.h"

namespace utsyn::app {

// A target of which nothing is asked, and why, with what to do next.
struct Unproved {
  engine::Target target;
  std::string message;
};

struct Proofs {
  std::vector<engine::Target> targets;                                   // those with every domain proved
  std::map<std::string, std::vector<std::string>, std::less<>> domains;  // by organisation
  std::vector<Unproved> unproved;
};

// Looks for each domain's token, which the store keeps (and makes, when there is none yet), by DNS and by the
// well-known file, and records what was found as the service does. A domain below a proved one is proved.
Proofs prove_ownership(const engine::RunSettings& settings, probe::Politeness& politeness, store::Sql& sql,
                       std::vector<engine::Target> targets, UtcTime now);

}  // namespace utsyn::app
