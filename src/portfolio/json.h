// Figures as the API answers them. Scores are whole hundredths (`_cp`), shares whole hundredths of a per
// cent.
#pragma once

#include <boost/json/fwd.hpp>

#include "portfolio/consent.h"
#include "portfolio/figures.h"
#include "portfolio/helping.h"
#include "portfolio/issue_history.h"
#include "portfolio/leaning.h"
#include "portfolio/portfolios.h"

namespace utsyn::portfolio {

boost::json::object figures_json(const score::PortfolioAnswer& answer);
boost::json::object issues_json(const Issues& issues);
boost::json::object issue_history_json(const IssueHistory& history);
boost::json::object movers_json(const Table& table, const Movers& movers);
boost::json::array history_json(const std::vector<HistoryPoint>& points);
boost::json::object breakdown_json(Dimension dimension, const Breakdown& breakdown);
boost::json::object peers_json(const Table& table, RowNumber row, const std::vector<Peers>& peers);
boost::json::object concentration_json(std::string_view kind, const Concentrations& concentrations);
boost::json::object helps_json(const std::vector<Help>& helps, const Customers& customers);
boost::json::object portfolio_json(const Portfolio& portfolio, std::string_view reader);
boost::json::object consent_json(const Consent& consent, UtcTime now);
// One organisation in a list; what is a finding only where findings are seen.
boost::json::object organisation_json(const Table& table, const Seen& seen, RowNumber row);
std::string day_text(std::int64_t day);  // 2026-11-21

}  // namespace utsyn::portfolio
