// What people decide about a finding (methodology.md section 12), and the state it gives the finding at any
// moment. Pure: the clock is an argument, so the history of a state can be computed again. A treatment never
// closes a finding: only a new measurement does, and a finding that opens again starts a new life in which
// earlier treatments say nothing.
#pragma once

#include <boost/describe/enum.hpp>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/finding.h"

namespace utsyn::followup {

enum class Kind { acceptance, compensation, dispute };
BOOST_DESCRIBE_ENUM(Kind, acceptance, compensation, dispute)

enum class Decision {
  none,
  approved,  // a second person has verified the compensating control
  declined,  // or has not
  upheld,    // the dispute was right
  rejected   // or was not
};
BOOST_DESCRIBE_ENUM(Decision, none, approved, declined, upheld, rejected)

struct Treatment {
  std::string id;
  std::string finding;
  Kind kind = Kind::acceptance;
  std::string owner;            // acceptance: the person who carries the risk
  std::string reason;           // why it is accepted; what compensates; why the finding is wrong
  std::string evidence;         // dispute: what shows it
  std::string evidence_sha256;  // of the evidence without regard to blanks and case
  UtcTime created{};
  std::string created_by;         // user id
  std::optional<UtcTime> until;   // acceptance and compensation: the period ends
  std::optional<UtcTime> answer;  // dispute: from this second on we are late
  Decision decision = Decision::none;
  std::optional<UtcTime> decided;
  std::string decided_by;
  std::string decision_reason;
  std::optional<UtcTime> withdrawn;
  std::string withdrawn_by;
  bool operator==(const Treatment&) const = default;
};

inline constexpr std::chrono::days kLongestAcceptance{365};
inline constexpr std::chrono::days kLongestCompensation{180};
inline constexpr int kWorkingDaysToAnswer = 5;

// Where a treatment stands at a moment.
enum class Standing {
  waiting,    // a compensation that nobody has approved yet, a dispute that is not answered yet
  overdue,    // a dispute that is not answered in time
  in_effect,  // accepted, compensated or upheld
  ended,      // its period is over
  refused,    // declined or rejected
  withdrawn
};
BOOST_DESCRIBE_ENUM(Standing, waiting, overdue, in_effect, ended, refused, withdrawn)
Standing standing_of(const Treatment& treatment, UtcTime now);

// The state of a finding that is seen: never `fixed`. Treatments of its present life, in any order; those
// that were made later than `now` do not count, nor do their later decisions.
store::FindingState effective_state(std::span<const Treatment> treatments, UtcTime now);

// The treatments made in the present life of the finding.
std::vector<Treatment> of_this_life(const store::Finding& finding, std::span<const Treatment> treatments);

// Findings in the states that their treatments (of any of them, in any order) give them; closed ones stay
// closed. Called before every scoring.
std::vector<store::Finding> with_states(std::vector<store::Finding> findings,
                                        std::span<const Treatment> treatments, UtcTime now);

// The next second at which the treatment changes by itself, if it ever does.
std::optional<UtcTime> next_change(const Treatment& treatment, UtcTime now);

// Why a step is refused.
enum class Refusal {
  closed,               // the finding is not seen any more
  already_treated,      // another treatment is waiting or in effect: withdraw it first
  owner_missing,        // an acceptance names its owner
  reason_missing,       //
  evidence_missing,     // a dispute shows something
  same_evidence,        // and a new one shows something new
  period_missing,       // an acceptance and a compensation end
  period_not_ahead,     // in the future
  period_too_long,      // within 365 or 180 days
  not_waiting,          // it was decided or withdrawn before, or its period is over
  same_person,          // who asked does not decide
  wrong_decision,       // compensations are approved or declined, disputes upheld or rejected
  nothing_to_withdraw,  // it is over already
};
BOOST_DESCRIBE_ENUM(Refusal, closed, already_treated, owner_missing, reason_missing, evidence_missing,
                    same_evidence, period_missing, period_not_ahead, period_too_long, not_waiting,
                    same_person, wrong_decision, nothing_to_withdraw)

// What a person asks for. `earlier` are all treatments of the finding, of former lives too.
struct Request {
  Kind kind = Kind::acceptance;
  std::string owner;
  std::string reason;
  std::string evidence;
  std::optional<UtcTime> until;
};
Result<Treatment, Refusal> request(const store::Finding& finding, std::span<const Treatment> earlier,
                                   Request wanted, std::string_view user, UtcTime now);
// The second person, or the platform's answer to a dispute. A late answer counts like a timely one.
Result<Treatment, Refusal> decide(Treatment treatment, Decision decision, std::string_view reason,
                                  std::string_view user, UtcTime now);
Result<Treatment, Refusal> withdraw(Treatment treatment, std::string_view user, UtcTime now);

// The hash by which evidence is recognised as new.
std::string evidence_hash(std::string_view evidence);

}  // namespace utsyn::followup
