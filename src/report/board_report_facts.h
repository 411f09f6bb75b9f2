// The board report of an organisation, out of what is stored: nothing is measured or asked, and nothing is in
// it that the reader may not see.
#pragma once

#include "access/access.h"
#include "portfolio/columns.h"
#include "report/board_report.h"
#include "score/score.h"
#include "store/sql.h"

namespace utsyn::report {

struct BoardReportWishes {
  int pages = 1;
  Language language = Language::nb;
  std::optional<std::int64_t> target_cp;
  std::string exemption;
  std::string public_address;
};

// What each area takes, the most first: the sums of the score's lines, so that all of them together are what
// lacks in 100. A cap belongs to the area of the finding that sets it; known breaches and low coverage belong
// to none and stand under "other".
std::vector<std::pair<std::string, std::int64_t>> losses_by_area(const score::CentsByName& lines,
                                                                 const score::Organisation& input);

// Those among whom the organisation stands, of groups large enough to be shown. With the view alone in hand.
std::vector<BoardReport::Peers> report_peers(const portfolio::Table& table, const access::Access& reader,
                                             std::string_view organisation, UtcTime now);

// Nothing when the reader does not see the organisation. Who sees its score alone gets a report without
// findings.
std::optional<BoardReport> board_report_of(store::Connection& connection, const access::Access& reader,
                                           std::string_view organisation, const BoardReportWishes& wishes,
                                           std::vector<BoardReport::Peers> peers, UtcTime now);

}  // namespace utsyn::report
