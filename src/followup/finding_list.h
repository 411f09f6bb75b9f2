// Lists of findings, over all organisations that the reader sees or within one: filter, order, pages, counts.
// The filter is also what is saved and what bulk actions are aimed with, so it has one form: a JSON object.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "checks/catalogue.h"
#include "followup/treatment.h"
#include "store/sql.h"

namespace utsyn::followup {

struct Filter {
  std::vector<std::string> organisations;   // empty lists: any
  std::vector<store::FindingState> states;  // empty: all but fixed
  std::vector<checks::Severity> severities;
  std::vector<std::string> checks;
  std::vector<std::string> areas;  // dns, email, tls, cert, http
  std::string asset;
  std::string assignee;  // user id; "none": nobody
  std::optional<bool> overdue;
  std::string supplier;  // findings of the organisations it delivers to
  std::string customer;  // findings of those who deliver to it
  std::string text;      // in the id or in a title
  bool operator==(const Filter&) const = default;
};
// The error names the member. `me` stands for the user in `assignee`.
struct WrongFilter {
  std::string member;
  std::string why;
};
Result<Filter, WrongFilter> read_filter(const boost::json::object& object, std::string_view user);
boost::json::object write_filter(const Filter& filter);

enum class Order { worst, oldest, newest, due, asset, check };
BOOST_DESCRIBE_ENUM(Order, worst, oldest, newest, due, asset, check)

struct Listed {
  store::Finding finding;
  std::string organisation;
  std::string organisation_name;
  std::string assignee;       // user id or empty
  std::string assignee_name;  // as it stands in the account
  UtcTime due{};              // the first second at which it is overdue
  bool own_due = false;       // set by a person, not by the method
  bool overdue = false;
};

struct ListQuestion {
  Filter filter;
  Order order = Order::worst;
  std::size_t limit = 50;
  std::vector<std::string> after;  // the sort key of the last item of the page before
  checks::Language language = checks::Language::en;
};
struct ListAnswer {
  std::vector<Listed> items;
  std::vector<std::string> next;  // the sort key to go on after; empty at the end
};
// Findings looked at for one page when no index answers the question (a text over a whole register, a reader
// of more than a thousand organisations): the page is then shorter than asked for, and `next` goes on.
inline constexpr std::size_t kMostExamined = 2'000;
// Only what the reader sees with Detail::findings. Nothing when `after` is no key of this order.
std::optional<ListAnswer> list_findings(store::Connection& connection, const access::Access& reader,
                                        const ListQuestion& question, UtcTime now);

enum class Grouping { check, asset, severity, state, area, organisation, assignee };
BOOST_DESCRIBE_ENUM(Grouping, check, asset, severity, state, area, organisation, assignee)
struct GroupCount {
  std::string key;
  std::int64_t findings = 0;
  std::int64_t organisations = 0;
  std::int64_t overdue = 0;
};
struct Counted {
  std::vector<GroupCount> groups;  // the largest first, at most `most`
  bool complete = true;            // false: there are so many findings that only a part was counted
};
Counted count_findings(store::Connection& connection, const access::Access& reader, const Filter& filter,
                       Grouping by, checks::Language language, UtcTime now, std::size_t most = 500);

// One, as a list has it; nothing when hidden or absent.
std::optional<Listed> listed_finding(store::Connection& connection, const access::Access& reader,
                                     std::string_view organisation, std::string_view finding, UtcTime now);

}  // namespace utsyn::followup
