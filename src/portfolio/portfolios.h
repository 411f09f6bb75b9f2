// Portfolios: named lists and live filters that people keep and share, and the one object of the service that
// holds every organisation's figures (Columns) and keeps them and their history up to date.
//
// What a portfolio is, is shared; what is in it is for each reader what that reader sees. Every figure is
// computed over that, so that a portfolio never tells of an organisation that is hidden.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/time.h"
#include "portfolio/columns.h"
#include "portfolio/figures.h"
#include "portfolio/filter.h"
#include "portfolio/finding_groups.h"
#include "portfolio/issue_history.h"
#include "portfolio/past_answers.h"
#include "portfolio/remembered.h"
#include "store/sql.h"

namespace utsyn::portfolio {

enum class Form { list, filter };

struct Portfolio {
  std::string id;
  std::string owner;  // user
  std::string name;
  std::string description;
  Form form = Form::list;
  Filter filter;
  WeightBy weight_by = WeightBy::one;
  UtcTime created{};
  UtcTime changed{};
  bool may_edit = false;  // the reader who asked
};

struct ListMember {
  std::string organisation;
  std::int64_t weight = 1;
};

struct Share {
  std::string user;  // "*": everybody
  bool may_edit = false;
  UtcTime since{};
};
inline constexpr std::string_view kEverybody = "*";
inline constexpr std::size_t kMostMembers = 100'000;
inline constexpr std::size_t kMostPortfoliosEach = 1'000;
inline constexpr std::size_t kMostShares = 1'000;
inline constexpr std::int64_t kHeaviest = 1'000'000'000;

// All in the caller's transaction. A portfolio that is neither the reader's own nor shared with them does not
// exist for them.
std::vector<Portfolio> portfolios(store::Connection& connection, const access::Access& access,
                                  std::string_view after_id, std::size_t limit);
std::optional<Portfolio> portfolio(store::Connection& connection, const access::Access& access,
                                   std::string_view id);
std::vector<ListMember> list_members(store::Connection& connection, std::string_view portfolio);
std::vector<Share> shares(store::Connection& connection, std::string_view portfolio);

// Changes: the caller has checked that the reader may; each writes its audit entry and its event.
enum class Refused { too_many, no_such_organisation, no_such_user };
Result<Portfolio, Refused> create(store::Connection& connection, UtcTime now, const access::Access& access,
                                  Portfolio draft, const std::vector<ListMember>& members);
void update(store::Connection& connection, UtcTime now, const access::Access& access,
            const Portfolio& changed);
void remove(store::Connection& connection, UtcTime now, const access::Access& access,
            std::string_view portfolio);
Result<void, Refused> put_member(store::Connection& connection, UtcTime now, const access::Access& access,
                                 std::string_view portfolio, const ListMember& member);
bool remove_member(store::Connection& connection, UtcTime now, const access::Access& access,
                   std::string_view portfolio, std::string_view organisation);
Result<void, Refused> put_share(store::Connection& connection, UtcTime now, const access::Access& access,
                                std::string_view portfolio, const Share& share);
bool remove_share(store::Connection& connection, UtcTime now, const access::Access& access,
                  std::string_view portfolio, std::string_view user);

// The members a reader sees, with their weights. `listed` are those of a list.
Members members_of(const Table& table, const Seen& seen, const Portfolio& portfolio,
                   const std::vector<ListMember>& listed);

// Writes down how every organisation stands today, thins out what is old, and tells the columns by an event.
// May be called any number of times a day: the last counts.
void keep_history(store::Connection& connection, UtcTime now);

class Portfolios {
 public:
  // Reads every organisation's figures: seconds for a million.
  explicit Portfolios(std::shared_ptr<store::Sql> sql);
  // Of everything that was committed before the call.
  View view();
  // As it was at the last view(), without a word to the database: for what must not wait.
  View view_as_is() const { return columns_.view(); }
  // To be called every now and then: writes down what organisations lean on as they are measured, and
  // the history four times a day.
  void tick(UtcTime now);
  Columns& columns() { return columns_; }

  // Of the organisations of a live filter, each with weight 1. For readers who see everything alike the
  // answer is remembered until anything changes: over a million it takes ten milliseconds.
  std::shared_ptr<const Breakdown> breakdown(const View& view, const Seen& seen, const Filter& filter,
                                             Dimension dimension);
  std::shared_ptr<const Issues> issues(const View& view, const Seen& seen, const Filter& filter,
                                       std::size_t most);
  std::shared_ptr<const IssueHistory> issue_history(const View& view, const Seen& seen, const Filter& filter,
                                                    IssueDays days, std::size_t most);
  std::shared_ptr<const Movers> movers(const View& view, const Seen& seen, const Filter& filter,
                                       std::int64_t today, std::int64_t days, std::size_t most);

  // How the members stood day by day; what is counted is kept between requests (past_answers.h).
  std::shared_ptr<const PastAnswer> history(const View& view, const Seen& seen, const access::Access& reader,
                                            const Portfolio& portfolio, const std::vector<ListMember>& listed,
                                            std::int64_t from_day, std::int64_t to_day);
  // The same of the organisations of a live filter, by the cells of a dimension.
  std::shared_ptr<const PastAnswer> breakdown_history(const View& view, const Seen& seen,
                                                      const access::Access& reader, const Filter& filter,
                                                      Dimension dimension, std::int64_t from_day,
                                                      std::int64_t to_day);
  // As followup::count_findings() says of the database; nothing for what memory does not know
  // (finding_groups.h).
  std::optional<followup::Counted> count_findings(const View& view, const Seen& seen,
                                                  const followup::Filter& filter, followup::Grouping by,
                                                  UtcTime now);

 private:
  // What `compute` makes, remembered until anything changes for those who see everything alike. The question
  // says which kind of answer it is, and all that the answer follows from but the reader.
  template <class Answer, class Compute>
  std::shared_ptr<const Answer> remembered(const View& view, const Seen& seen, const std::string& question,
                                           Compute compute);
  std::shared_ptr<const PastAnswer> history_of_question(const View& view, const Seen& seen,
                                                        const access::Access& reader,
                                                        const std::string& question,
                                                        std::optional<Dimension> dimension, bool follows,
                                                        std::int64_t from_day, std::int64_t to_day,
                                                        const std::function<Members()>& members);
  std::shared_ptr<store::Sql> sql_;
  Columns columns_;
  std::mutex remembering_;
  std::uint64_t remembered_version_ = 0;
  std::map<std::string, std::shared_ptr<const void>, std::less<>> remembered_;
  Remembered<PastAnswers> histories_;
  Remembered<FindingGroups> groups_;
};

}  // namespace utsyn::portfolio
