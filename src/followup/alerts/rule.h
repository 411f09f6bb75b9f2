// What is worth an alert: pure rules from an event, and what was known before it, to alerts. Quiet by design:
// one event gives one alert for each rule, whatever is restarted or read twice.
#pragma once

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/events.h"

namespace utsyn::followup::alerts {

enum class RuleKind {
  grade_changed,         // another grade, confirmed by two measurements in a row
  score_dropped,         // by `threshold` cp or more between two measurements (200 unless told)
  new_critical,          // a finding that is critical, or known to be exploited
  new_gate,              // a cap on the score that was not there before
  coverage_fell,         // by `threshold` in 1/10000 or more (1000 unless told)
  certificate_expiring,  // the check's own limits
  new_asset,
  dispute_answered,
  deadline_near  // an open finding is due within `threshold` days (7 unless told)
};
BOOST_DESCRIBE_ENUM(RuleKind, grade_changed, score_dropped, new_critical, new_gate, coverage_fell,
                    certificate_expiring, new_asset, dispute_answered, deadline_near)

enum class Pace { now, daily, weekly };
BOOST_DESCRIBE_ENUM(Pace, now, daily, weekly)

// What cannot wait goes at once, the rest by digest.
Pace usual_pace(RuleKind kind);
std::int64_t usual_threshold(RuleKind kind);

struct Rule {
  std::string id;
  std::string owner;
  RuleKind kind = RuleKind::new_critical;
  std::string organisation;  // empty: every organisation that the owner sees
  std::int64_t threshold = 0;
  std::string channel;
  Pace pace = Pace::daily;
  bool active = true;
  UtcTime created{};
};

// One measurement's figures, as the rules compare them.
struct Figures {
  UtcTime measured{};
  std::int64_t score_cp = 0;
  std::string grade;
  std::int64_t coverage = 0;
  std::string gate;  // finding id, empty for none
  bool operator==(const Figures&) const = default;
};

// What is remembered of an organisation between measurements.
struct Memory {
  Figures last;
  std::string confirmed_grade;
  bool operator==(const Memory&) const = default;
};

// Something noticed, before it is matched with anybody's rules.
struct Noticed {
  RuleKind kind = RuleKind::new_critical;
  std::string organisation;
  std::string subject;      // the same for the same event, however often it is read
  std::int64_t amount = 0;  // compared with the rule's threshold: drop, fall, days; 0 where the kind has none
  std::string data;         // JSON object for the message
};

struct AfterMeasurement {
  Memory memory;
  std::vector<Noticed> noticed;
};
// The first measurement of an organisation is remembered and gives nothing.
AfterMeasurement after_measurement(std::string_view organisation, const std::optional<Memory>& before,
                                   const Figures& now);

// finding-opened, finding-reopened, finding-changed to something graver, asset-found, treatment-changed;
// nothing for the rest.
std::vector<Noticed> after_event(const store::Event& event);

struct OpenFinding {
  std::string organisation;
  std::string id;
  std::string severity;
  UtcTime due{};
};
// Due within sixty days from now, or overdue: amount is the days left (0 when overdue).
std::optional<Noticed> deadline_near(const OpenFinding& finding, UtcTime now);

// Does this rule want it? Who may see it is asked elsewhere.
bool wants(const Rule& rule, const Noticed& noticed);

}  // namespace utsyn::followup::alerts
