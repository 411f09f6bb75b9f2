// Where follow-up meets the database: what people decide and say about findings is read and written here,
// inside the caller's transaction, each change with its audit entry, its event and its effect on the score.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/access.h"
#include "followup/rescore.h"
#include "followup/treatment.h"
#include "followup/working_days.h"
#include "store/events.h"
#include "store/sql.h"

namespace utsyn::followup {

// Reading. A finding has the state its treatments give it at `now`.
std::optional<store::Finding> finding_now(store::Connection& connection, std::string_view organisation,
                                          std::string_view id, UtcTime now);
// What measuring starts from: see engine::MeasuringHooks::findings.
std::vector<store::Finding> findings_now(store::Connection& connection, std::string_view organisation,
                                         UtcTime now);
// Oldest first; of every finding of the organisation, or of one.
std::vector<Treatment> treatments_of(store::Connection& connection, std::string_view organisation);
std::vector<Treatment> treatments_of(store::Connection& connection, std::string_view organisation,
                                     std::string_view finding);
// What nobody has decided yet, oldest first, after (created, id); `each` returns false to stop.
void each_waiting(store::Connection& connection, Kind kind, std::int64_t after, std::string_view after_id,
                  const std::function<bool(const std::string& organisation, const std::string& name,
                                           const Treatment& treatment)>& each);
struct Assignment {
  std::string assignee;        // user id, or empty
  std::optional<UtcTime> due;  // the first second after the day; none: the method's deadline
};
Assignment assignment_of(store::Connection& connection, std::string_view organisation,
                         std::string_view finding);
struct Comment {
  std::string id;
  UtcTime time{};
  std::string author;  // user id
  std::string text;
};
std::vector<Comment> comments_of(store::Connection& connection, std::string_view organisation,
                                 std::string_view finding);

// Writing. One desk for one request: everything asked of it is done in one transaction, and finish() rescores
// each organisation once.
struct By {
  store::Actor actor;
  std::string user;  // the person behind the actor: tokens of one user are one person
  UtcTime now{};
};

enum class Missing { finding, treatment };

class Desk {
 public:
  Desk(store::Connection& connection, By by) : connection_(connection), by_(std::move(by)) {}

  struct Done {
    Treatment treatment;
    store::FindingState before = store::FindingState::open;
    store::FindingState after = store::FindingState::open;
  };
  using Answer = Result<Done, std::variant<Missing, Refusal>>;
  Answer ask(std::string_view organisation, std::string_view finding, Request wanted);
  Answer decide(std::string_view organisation, std::string_view finding, std::string_view treatment,
                Decision decision, std::string_view reason);
  Answer withdraw(std::string_view organisation, std::string_view finding, std::string_view treatment);

  // What is not given stays. False when there is no such finding.
  struct Work {
    std::optional<std::string> assignee;     // empty: nobody
    std::optional<std::optional<Date>> due;  // none inside: the method's deadline
  };
  bool assign(std::string_view organisation, std::string_view finding, const Work& work);
  std::optional<Comment> comment(std::string_view organisation, std::string_view finding,
                                 std::string_view text);

  // Rescores the organisations whose findings changed state and writes the audit entries with the effect.
  std::map<std::string, Effect> finish();

 private:
  struct Entry {
    std::string action;
    std::string organisation;
    std::string object;
    boost::json::object detail;
    bool scored = false;  // its effect on the score belongs to it
  };
  Answer keep(std::string_view organisation, const store::Finding& before, Treatment treatment,
              std::span<const Treatment> others, std::string_view action);

  store::Connection& connection_;
  By by_;
  std::vector<Entry> entries_;
  std::map<std::string, bool> touched_;  // organisations whose scores may move
};

// What goes by time: periods that end, clocks of disputes that run out, deadlines that pass. At most `most`
// of each kind at a time; `more` says that there is more to do. Inside Sql::write().
struct Swept {
  int treatments = 0;
  int deadlines = 0;
  std::vector<std::string> rescored;
  bool more = false;
};
Swept sweep(store::Connection& connection, UtcTime now, int most = 500);

}  // namespace utsyn::followup
