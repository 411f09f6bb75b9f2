// The letter with a scheduled report: three numbers in plain text, a link, and the report itself as a file.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "report/board_report.h"
#include "report/mail.h"
#include "report/pdf.h"
#include "report/schedule.h"
#include "score/portfolio.h"

namespace utsyn::portfolio {
class Portfolios;
}

namespace utsyn::report {

// What it takes to make them, brought by whoever builds the service.
struct ReportTools {
  std::shared_ptr<portfolio::Portfolios> portfolios;  // null: board reports name no similar organisations
  // The table of members as a workbook; nothing when there is no such portfolio for this reader.
  std::function<std::optional<std::string>(const access::Access& reader, const std::string& portfolio,
                                           const std::string& language)>
      workbook;
  std::function<Result<std::string, PdfError>(std::string_view html)> pdf = [](std::string_view html) {
    return pdf_of(html);
  };
  std::string public_address;
};

struct MadeReport {
  Letter letter;
  std::optional<std::int64_t> score_cp;  // for "since the last time"
  std::string method;
};
struct ReportTrouble {
  ReportFault fault = ReportFault::failed;
  std::string message;  // as kept() has it
  bool final = false;   // the next due time is the next try
};

// Takes seconds; for a reader who may have it.
Result<MadeReport, ReportTrouble> make_report(const ReportTools& tools, store::Sql& sql,
                                              const ReportSchedule& schedule, const access::Access& reader,
                                              UtcTime now);

// Pure: the letters without their files. `address` is where the service is reached; may be empty.
Letter board_letter(const BoardReport& report, const ReportSchedule& schedule, std::string_view address);
Letter members_letter(const score::PortfolioAnswer& answer, std::string_view name,
                      const ReportSchedule& schedule, std::string_view address);

}  // namespace utsyn::report
