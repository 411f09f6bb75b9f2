#include "app/full_profile.h"

#include <algorithm>

#include "base/name.h"
#include "engine/active_scope.h"
#include "engine/ownership.h"
#include "footprint/inventory.h"
#include "footprint/refused.h"
#include "footprint/register.h"

namespace utsyn::app {
namespace {

access::Access by_hand() {
  access::Access out;
  out.actor.id = "command-line";
  return out;
}

// The token stays the same when it is asked for again. An organisation that the store does not know is
// entered: the token is the organisation's and the domain's alone.
std::string token_of(store::Sql& sql, const engine::Target& target, const std::string& domain, UtcTime now) {
  return sql.write([&](store::Connection& connection) {
    const auto& organisation = target.organisation;
    connection.execute(
        "INSERT INTO organisation (id, name, kind) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING",
        {organisation.id, organisation.name, organisation.kind});
    auto name = domain;
    footprint::add_target(connection, now, by_hand(), organisation.id, "domain", name);
    return footprint::ask_for_proof(connection, now, by_hand(), organisation.id, name).token;
  });
}

std::string not_proved(const engine::Target& target, const std::string& domain, const std::string& token,
                       engine::Proof proof) {
  const auto name = display_name(domain);
  const std::string what =
      proof == engine::Proof::unknown
          ? "whether it is could not be looked for (no answer, or the name must not be asked)"
          : "no proof of that is published now";
  return name + ": --profile full asks active questions, so the domain must be proved to be " +
         display_name(target.organisation.name) + "'s, and " + what +
         ". Nothing was asked. Publish the text record _utsyn-challenge." + name +
         " \"utsyn-challenge=" + token + "\", or the file https://" + name +
         "/.well-known/utsyn-challenge that holds " + token +
         ", and run the same command again; or use --profile core.";
}

// Nothing when it is proved, else the message.
std::optional<std::string> why_unproved(const engine::RunSettings& settings, probe::Politeness& politeness,
                                        store::Sql& sql, const engine::Target& target,
                                        const std::string& domain, UtcTime now) {
  const auto token = token_of(sql, target, domain, now);
  const auto seen = engine::ask_ownership(settings, politeness, domain, token);
  const auto proof = engine::judge_ownership(seen, token);
  sql.write([&](store::Connection& connection) {
    footprint::record_proof(connection, now, by_hand(), target.organisation.id, domain, engine::word(proof),
                            engine::ownership_evidence(seen));
  });
  if (proof == engine::Proof::dns || proof == engine::Proof::file) return std::nullopt;
  return not_proved(target, domain, token, proof);
}

}  // namespace

Proofs prove_ownership(const engine::RunSettings& settings, probe::Politeness& politeness, store::Sql& sql,
                       std::vector<engine::Target> targets, UtcTime now) {
  Proofs out;
  for (auto& target : targets) {
    auto domains = target.domains;
    // A domain before those below it.
    std::ranges::sort(domains, {}, [](const auto& name) { return std::pair(name.size(), name); });
    std::vector<std::string> proved;
    std::optional<std::string> why;
    for (const auto& domain : domains) {
      if (engine::covers(proved, domain)) continue;
      try {
        why = why_unproved(settings, politeness, sql, target, domain, now);
      } catch (const footprint::Refused& refused) {
        why = display_name(domain) + ": --profile full: the name cannot be proved to be anybody's (" +
              refused.what() + "). Use --profile core.";
      }
      if (why) break;
      proved.push_back(domain);
    }
    if (why) {
      out.unproved.push_back({std::move(target), std::move(*why)});
    } else {
      out.domains.emplace(target.organisation.id, std::move(proved));
      out.targets.push_back(std::move(target));
    }
  }
  return out;
}

}  // namespace utsyn::app
