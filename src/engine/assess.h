// Read the product here first: an organisation is looked up, asked about, judged and scored.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/reference_data.h"
#include "footprint/footprint.h"
#include "probe/dns.h"
#include "probe/http.h"
#include "probe/mail.h"
#include "probe/network.h"
#include "probe/parallel.h"
#include "probe/tls.h"
#include "score/score.h"
#include "store/store.h"

namespace utsyn::engine {

using footprint::Target;

// What a whole run has done so far; read by the progress bar while threads write.
struct Progress {
  std::atomic<int> organisations = 0;
  std::atomic<int> organisations_done = 0;
  std::atomic<int> hosts = 0;  // grows while footprints are found
  std::atomic<int> hosts_done = 0;
};

// What the probes of one thread work with.
struct Tools {
  probe::Network& network;
  probe::Resolver& resolver;
  const probe::TrustStore& trust;
  probe::Gate& hosts;  // bounds the hosts in flight
  Progress& progress;
  std::string rdap_base;                     // empty: registrations are not looked up
  const ReferenceData* reference = nullptr;  // null: what needs it stays not_measured
};

// An asset with everything that was seen of it.
struct SeenAsset {
  store::Asset asset;
  Evidence evidence;
  bool valued = true;  // false: what tells its value was not seen, and asset.value is only the usual one
};

// Why nothing could be measured: the domain does not exist, the resolver is silent...
struct Failure {
  std::string message;  // names the step and the next action
};

// All evidence of an organisation's assets, or of the one the target names. Asks, and judges nothing. Active
// questions are asked of what lies under `proved` (active_scope.h): none without.
probe::Task<Result<std::vector<SeenAsset>, Failure>> collect(Tools& tools, const Target& target,
                                                             std::vector<std::string> proved = {});

// The value of a web asset by its page (methodology section 13). Nothing when no page was seen: who keeps us
// from looking is not to gain by it.
std::optional<int> web_value(const Evidence& evidence);

// Keys of endpoints that speak SSLv2: the same key elsewhere is exposed too (DROWN).
std::vector<std::string> sslv2_keys(std::span<const SeenAsset> assets);

// What the store kept, as evidence again. The error names the record that cannot be read.
Result<std::vector<SeenAsset>, Failure> seen_before(std::span<const store::AssetRecords> assets);

struct Question {
  Target target;
  std::string profile = "core";
  std::string only = "*";
  // Of the full profile: domains whose ownership was proved at this moment.
  std::vector<std::string> proved{};
};

// The score with everything counted that consent lets us see: the owner's own business, compared with nobody.
struct FullScore {
  std::string input;
  std::string output;
  std::int64_t score_cp = 0;
  score::Grade grade = score::Grade::U;
};

struct Assessment {
  store::Measurement measurement;
  score::Organisation input;
  score::Score score;
  std::optional<FullScore> full;      // of a full measurement
  std::vector<std::string> unvalued;  // assets whose value could not be seen
};

// Judges, ages the findings and scores: pure, and the same for fresh evidence and for evidence from the
// store.
Assessment conclude(const Question& question, std::vector<SeenAsset> seen, std::vector<store::Finding> before,
                    UtcTime now);

// While an organisation was measured, people may have treated its findings: those that live take the state
// they have in `now`, and the scores follow. False when nobody had. Pure.
bool take_treatments(Assessment& assessment, std::span<const store::Finding> now);

// What could not be seen lowers no value: such assets keep the one they had when they were last measured
// (`before`, by asset), and the scores follow. False when nothing changed. Pure.
bool keep_values(Assessment& assessment, const std::map<std::string, int>& before);

// A recheck: the asset measured just now takes its place among what was known of the others, who keep their
// verdicts' time. Pure.
Assessment conclude_again(const Question& question, SeenAsset again, std::vector<SeenAsset> known,
                          std::vector<store::Finding> before, UtcTime now);

// collect, then conclude.
probe::Task<Result<Assessment, Failure>> assess(Tools& tools, Question question,
                                                std::vector<store::Finding> before);

}  // namespace utsyn::engine
