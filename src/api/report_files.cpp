#include "api/report_files.h"

#include "api/areas.h"
#include "api/context.h"
#include "api/route.h"

namespace utsyn::api {

std::optional<std::string> members_workbook(Context& context, const access::Access& reader,
                                            const std::string& portfolio, const std::string& language) {
  static const auto router = all_routes();
  const auto match = router.find("GET", {"api", "v1", "portfolios", portfolio, "members", "table"});
  if (match.route == nullptr) throw std::logic_error("the table of members has moved");
  Request request;
  request.method = "GET";
  request.parameters.emplace("portfolio", portfolio);
  request.query = {{"lang", language}, {"format", "xlsx"}};
  request.language = language;
  request.access = reader;
  try {
    const auto response = match.route->handler(context, request);
    std::string out;
    while (const auto piece = response.stream()) out += *piece;
    return out;
  } catch (const Problem& problem) {
    if (problem.status == 404) return std::nullopt;
    throw std::runtime_error(problem.detail);
  }
}

}  // namespace utsyn::api
