// The board report that people take with them: as data, HTML and PDF.
#include <fmt/format.h>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/followup_json.h"
#include "api/table_answers.h"
#include "report/board_report_facts.h"
#include "report/pdf.h"

namespace utsyn::api {
namespace {

using access::Detail;
using access::Permission;
using report::BoardReport;
using store::Connection;

constexpr std::chrono::seconds kWaitForTurn{1};

BoardReport report_of(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  report::BoardReportWishes wishes;
  wishes.language = language_of(request);
  wishes.public_address = context.public_address;
  wishes.pages = static_cast<int>(query_integer(request, "pages", 1, 5, 1));
  if (wishes.pages != 1 && wishes.pages != 5) wrong_field("pages", "A report has 1 page or 5.");
  if (request.query_value("target_cp")) wishes.target_cp = query_integer(request, "target_cp", 0, 10'000, 0);
  wishes.exemption = request.query_value("exemption").value_or("");
  if (wishes.exemption.size() > 400) wrong_field("exemption", "exemption has at most 400 bytes.");
  if (wishes.pages == 5 && !request.access.sees(organisation, Detail::findings))
    fail({.status = 403,
          .type = "forbidden",
          .title = "Not allowed",
          .detail = "Five pages tell of findings, and you see the score of this organisation alone; take one "
                    "page."});
  const auto now = context.now();
  std::vector<BoardReport::Peers> peers;
  if (context.portfolios) {
    const auto view = context.portfolios->view();
    peers = report::report_peers(*view, request.access, organisation, now);
  }
  auto made = context.sql->read([&](Connection& connection) {
    return report::board_report_of(connection, request.access, organisation, wishes, peers, now);
  });
  if (!made) not_found("organisation");
  return std::move(*made);
}

Response get_report(Context& context, const Request& request) {
  return json_response(report::board_report_json(report_of(context, request)));
}

BoardReport scored_report(Context& context, const Request& request) {
  auto made = report_of(context, request);
  if (!made.scored) not_scored();
  return made;
}
std::string report_name(const Context& context, const Request& request, std::string_view ending) {
  return fmt::format("utsyn-{}-{}.{}", request.parameter("organisation"), today_in_oslo(context), ending);
}

Response get_report_html(Context& context, const Request& request) {
  Response response;
  response.type = "text/html; charset=utf-8";
  response.body = report::board_report_html(scored_report(context, request));
  attach(response, report_name(context, request, "html"));
  return response;
}

Response get_report_pdf(Context& context, const Request& request) {
  // Two are drawn at once; whoever waits for a turn holds a worker that others need.
  auto pdf = report::pdf_of(report::board_report_html(scored_report(context, request)), kWaitForTurn);
  if (!pdf) {
    const auto& error = pdf.error();
    if (error.failure == report::PdfFailure::busy)
      fail({.status = 503,
            .type = "busy",
            .title = "Too much at once",
            .detail = table_words("busy", language_of(request)),
            .retry_after_s = 10});
    if (error.failure == report::PdfFailure::missing)
      fail({.status = 501,
            .type = "no-pdf",
            .title = "This service cannot make PDFs",
            .detail = "WeasyPrint is not installed on the server: " + error.message +
                      "; report.html has the same pages."});
    throw std::runtime_error("a report did not become a PDF: " + error.message);
  }
  Response response;
  response.type = "application/pdf";
  response.body = std::move(*pdf);
  attach(response, report_name(context, request, "pdf"));
  return response;
}

}  // namespace

void add_report_routes(Router& router) {
  const std::string one = "/organisations/{organisation}";
  add_routes(
      router,
      {{"GET", one + "/report", "getBoardReport", Permission::read, Detail::score, get_report},
       {"GET", one + "/report.html", "getBoardReportHtml", Permission::read, Detail::score, get_report_html},
       {"GET", one + "/report.pdf", "getBoardReportPdf", Permission::read, Detail::score, get_report_pdf}});
}

}  // namespace utsyn::api
