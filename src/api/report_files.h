// Files of reports for those who ask without a request: reports on a schedule.
#pragma once

#include <optional>
#include <string>

#include "access/access.h"

namespace utsyn::api {

struct Context;

// What GET /portfolios/{portfolio}/members/table gives this reader, as a workbook; nothing where the reader
// gets 404.
std::optional<std::string> members_workbook(Context& context, const access::Access& reader,
                                            const std::string& portfolio, const std::string& language);

}  // namespace utsyn::api
