// What the routes of portfolios and of the nation share: which portfolio is meant, days in the query, and how
// many of a list are wanted.
#pragma once

#include "api/context.h"
#include "api/route.h"
#include "portfolio/json.h"
#include "portfolio/portfolios.h"

namespace utsyn::api {

// Not stored: everything the reader sees.
inline constexpr std::string_view kAllOrganisations = "all";

struct ChosenPortfolio {
  portfolio::Portfolio portfolio;
  std::vector<portfolio::ListMember> listed;
};
// 404 for a portfolio that is neither the reader's nor shared with them.
ChosenPortfolio chosen_portfolio(Context& context, const Request& request, std::string_view id);

struct Days {
  std::int64_t from = 0;
  std::int64_t to = 0;
};
// ?from= and ?to=, dates; the last ninety-two days unless told.
Days days_of(const Request& request, UtcTime now);
portfolio::Dimension dimension_of(const Request& request);
std::size_t most_of(const Request& request);  // ?most=, 1 to 100, 10 unless told
// ?q= and ?grade=, which narrow a list of members down.
portfolio::Members narrowed_by_query(const Request& request, const portfolio::Table& table,
                                     const portfolio::Seen& seen, portfolio::Members members);
portfolio::Filter filter_of(const boost::json::value& value, std::string_view pointer);

}  // namespace utsyn::api
