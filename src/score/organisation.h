// Section 2 of the methodology: what the method is given about one organisation. Plain values; json.h reads
// and writes them. Ids may repeat: the last one counts, here as in the documents.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "score/constants.h"

namespace utsyn::score {

enum class Severity : std::uint8_t { info, low, medium, high, critical };
enum class Conf : std::uint8_t { confirmed, inferred, weak };  // evidence class
enum class Ctrl : std::uint8_t { own, shared, provider };      // who controls the layer
enum class State : std::uint8_t {                              // treatment, section 12
  open,
  accepted,
  disputed,
  dispute_overdue,
  compensated,
  upheld,
  fixed
};

// The words of the documents, in the order of the enumerations.
inline constexpr std::array<std::string_view, 5> severity_words = {"info", "low", "medium", "high",
                                                                   "critical"};
inline constexpr std::array<std::string_view, 3> conf_words = {"confirmed", "inferred", "weak"};
inline constexpr std::array<std::string_view, 3> ctrl_words = {"own", "shared", "provider"};
inline constexpr std::array<std::string_view, 7> state_words = {
    "open", "accepted", "disputed", "dispute_overdue", "compensated", "upheld", "fixed"};

constexpr std::string_view word(Severity severity) {
  return severity_words[static_cast<std::size_t>(severity)];
}
constexpr std::string_view word(Conf conf) { return conf_words[static_cast<std::size_t>(conf)]; }
constexpr std::string_view word(Ctrl ctrl) { return ctrl_words[static_cast<std::size_t>(ctrl)]; }
constexpr std::string_view word(State state) { return state_words[static_cast<std::size_t>(state)]; }

template <class Enum, std::size_t Count>
constexpr std::optional<Enum> named(const std::array<std::string_view, Count>& words, std::string_view text) {
  for (std::size_t i = 0; i < Count; ++i)
    if (words[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}
constexpr std::optional<Severity> severity_named(std::string_view text) {
  return named<Severity>(severity_words, text);
}

struct Asset {
  std::string id;
  std::uint32_t v = 100;  // 25, 100, 200 or 400: low, normal, high, critical

  bool operator==(const Asset&) const = default;
};

struct Finding {
  std::string id;
  std::string asset;
  Severity sev = Severity::info;
  bool cve = false;
  bool kev = false;
  bool ransomware = false;
  bool automatable = false;
  bool total = false;
  bool public_exploit = false;
  bool compromise = false;
  std::optional<std::uint32_t> epss_max7;  // ppm
  Conf conf = Conf::confirmed;
  Ctrl ctrl = Ctrl::own;
  State state = State::open;
  std::int64_t age = 0;     // days
  std::int64_t unseen = 0;  // days
  std::optional<std::string> group;
  std::optional<std::string> domain;

  std::string_view group_name() const { return group ? *group : id; }
  bool operator==(const Finding&) const = default;
};

// Section 9: a question to the planner.
struct Action {
  std::string id;
  std::int64_t minutes = 0;
  std::vector<std::string> fixes;  // finding ids

  bool operator==(const Action&) const = default;
};

struct Plan {
  std::vector<Action> actions;
  std::optional<std::int64_t> target_cp;  // exactly one of these two is given
  std::optional<std::int64_t> budget_min;

  bool operator==(const Plan&) const = default;
};

struct Organisation {
  std::optional<std::string> id;
  bool method_named = false;  // the document says "method":"utsyn-1.0"
  std::vector<Asset> assets;
  std::vector<Finding> findings;
  std::int64_t coverage = full_coverage;
  std::vector<std::int64_t> breach_days;
  std::int64_t peer_load_p75 = default_peer_load_mp;
  std::optional<Plan> plan;

  bool operator==(const Organisation&) const = default;
};

// Section 13: the share of applicable checks with a conclusive answer, both sums weighted by the assets'
// values.
constexpr std::int64_t coverage_share(std::uint64_t conclusive, std::uint64_t applicable) {
  return applicable == 0 ? 0 : static_cast<std::int64_t>(10'000 * conclusive / applicable);
}

}  // namespace utsyn::score
